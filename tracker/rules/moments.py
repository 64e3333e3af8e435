"""Days and periods as Chinese official texts print them: 2025年12月底前, 10月底, 2023—2025年.

Only the expression of time is read here; what it is the time of, ``deadlines`` reads.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tracker.rules.numbering import value_of

__all__ = ["Moment", "Plan", "moment_at", "plain"]

YEARS = range(2000, 2101)
"""A year outside is taken for a slip of the pen."""


@dataclass(frozen=True)
class Plan:
    """What a plan lends to the dates printed in it: its year, and the day it was issued."""

    year: int | None
    issued_on: date | None


@dataclass(frozen=True)
class Moment:
    """A printed day or period.

    ``last`` is the last day of it, ``None`` while there is a ``doubt`` (in words); ``readings``
    are then the days it may mean. ``year`` is the one that a date after it in the same text
    shares. ``is_sharp`` says that the text names a day or the end (底, 末, 内) of the period.
    """

    first: date | None
    last: date | None
    end: int
    year: int | None = None
    is_sharp: bool = False
    is_range: bool = False
    doubt: str = ""
    readings: tuple[date, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether the period is longer than a month, so that its last day says little."""
        return bool(self.first and self.last and (self.last - self.first).days > 30)

    def doubted(self, doubt: str, *readings: date) -> "Moment":
        """The same moment, not known to be on any one day."""
        return replace(self, first=None, last=None, doubt=doubt, readings=readings)


_SIGNS = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−─﹣ー~∼〜"), "-"),
    **dict.fromkeys(map(ord, "“”‘’\"'「」『』《》"), None),
    ord("○"): "〇",
}
_NUMERAL = "一二三四五六七八九十廿卅"
_YEAR_NUMERAL = re.compile("[一二][〇零oO0一二三四五六七八九]{3}(?=[年至到-])")
_SHORT_NUMERAL = re.compile(
    f"(?<![{_NUMERAL}])[{_NUMERAL}]{{1,3}}(?=月|日|号|季度|[至到-][{_NUMERAL}]{{1,3}}月)"
)


def plain(text: str) -> str:
    """``text`` in one manner of writing: narrow forms, Arabic digits, no quotation marks.

    Spaces are dropped, except between two digits, where dropping one might make another number.
    In 2023—2025年 and 6—9月 the first number is given the 年 or 月 that it shares.
    """
    signs = []
    for sign in unicodedata.normalize("NFKC", text).translate(_SIGNS):
        if sign.isspace():
            signs.append(" ")
        elif unicodedata.category(sign) not in ("Cc", "Cf", "Cs"):
            signs.append(sign)
    words = re.sub(r"(?<![0-9]) +| +(?![0-9])", "", "".join(signs)).strip()
    words = re.sub("-{2,}", "-", words.replace("元月", "1月"))
    words = _YEAR_NUMERAL.sub(_year_in_digits, words)
    words = _SHORT_NUMERAL.sub(lambda match: str(value_of(match[0]) or match[0]), words)
    words = re.sub(r"(?<![0-9])([0-9]{4})(?=[至到-][0-9]{4}(?![0-9]))", r"\1年", words)
    words = re.sub(r"(?<=年[至到-])([0-9]{4})(?![0-9年./-])", r"\1年", words)
    return re.sub(r"(?<![0-9./-])([0-9]{1,2})(?=[至到-][0-9]{1,2}月)", r"\1月", words)


def _year_in_digits(match: re.Match[str]) -> str:
    numeral = re.sub("[零oO0]", "〇", match[0])
    return "".join(str("〇一二三四五六七八九".index(sign)) for sign in numeral)


_CLOCK = r"(?:[ T]?(?:[01]?[0-9]|2[0-4])(?::[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?|[时点]))?"
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_DAY = (
    r"(?P<y>[0-9]{4}|[0-9]{2})(?P<sign>[-/. ])(?P<m>[0-9]{1,2})(?P=sign)(?P<d>[0-9]{1,2})"
    rf"(?![0-9])[日号]?{_WEEKDAY}{_CLOCK}"
)
_FOREIGN_DAY = (
    r"(?P<one>[0-9]{1,2})(?P<sign>[-/.])(?P<two>[0-9]{1,2})(?P=sign)(?P<y>[0-9]{4})(?![0-9])"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = rf"(?P<name>(?i:{'|'.join(_MONTHS)}))(?i:[a-z]{{0,6}})\.?"
_NAMED_DAY = rf"(?P<d>[0-9]{{1,2}})[-,]?{_NAME}[-,]?(?P<y>[0-9]{{4}}|[0-9]{{2}})(?![0-9])"
_NAMED_DAY_AFTER = rf"{_NAME}(?P<d>[0-9]{{1,2}})(?:,| )(?P<y>[0-9]{{4}})(?![0-9])"
_NAMED_MONTH = rf"{_NAME}[-,]?(?P<y>[0-9]{{4}}|[0-9]{{2}})(?![0-9])"
_COMPACT_DAY = r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])"
_COMPACT_MONTH = r"(?P<y>20[0-9]{2})(?P<m>0[1-9]|1[0-2])(?![0-9])"
_QUARTER = r"(?P<y>20[0-9]{2})[-年]?Q(?P<quarter>[1-4])(?![0-9])"
_MONTH = r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})(?![0-9])(?:月份?)?(?P<monthend>[底末])?"
_FIVE_YEARS = "十(?P<five>[一二三四五六])五(?:规划|计划)?(?:期?末|期间|时期|期内|内|底)"
_YEAR = r"(?:(?P<y>[0-9]{4}|[0-9]{2})年度?|(?P<relative>今年|本年度?|当年|明年|后年|去年))"
_PART = (
    r"(?P<m>[0-9]{1,2})月份?"
    rf"(?:(?P<d>[0-9]{{1,2}})(?:[日号]|(?=$|[前之以内止,;、。)])){_WEEKDAY}{_CLOCK}"
    r"|(?P<decade>[上中下])旬|(?P<monthend>[底末]))?"
    r"|第?(?P<quarter>[1-4])季度(?P<quarterend>[底末])?"
    r"|(?P<half>[上下])半年(?P<halfend>[底末])?"
)
_SUFFIX = r"(?P<closed>年?[以之]?内|期间|为?止)?(?P<before>[之以]?前(?![0-9一二三四半]))?"
_SHAPES = tuple(
    re.compile(f"(?:{shape}){_SUFFIX}")
    for shape in (
        _DAY,
        _FOREIGN_DAY,
        _NAMED_DAY,
        _NAMED_DAY_AFTER,
        _NAMED_MONTH,
        _COMPACT_DAY,
        _COMPACT_MONTH,
        _QUARTER,
        _MONTH,
        _FIVE_YEARS,
        rf"{_YEAR}(?:{_PART}|(?P<yearend>年?[底末终]))?",
        rf"{_PART}|(?P<yearend>年[底末终])|年(?=内)",
    )
)
_SHARP = frozenset({"d", "monthend", "quarterend", "halfend", "yearend", "closed"})
_OFFSETS = {"今": 0, "本": 0, "当": 0, "明": 1, "后": 2, "去": -1}
_DECADES = {"上": (1, 10), "中": (11, 20), "下": (21, None)}
_DOTTED_TENTH = re.compile(r"[0-9]{4}\.1")


def moment_at(words: str, at: int, *, year: int | None, plan: Plan) -> Moment | None:
    """The day, period or range that begins at ``at`` in ``plain`` words, or ``None``.

    A date without a year takes ``year``, that of a date before it, or else the year of ``plan``.
    """
    begun = _single_at(words, at, year=year, plan=plan)
    if begun is None or words[begun.end : begun.end + 1] not in ("-", "至", "到"):
        return begun
    ended = _single_at(words, begun.end + 1, year=begun.year, plan=plan)
    if ended is None:
        return begun
    whole = replace(ended, first=begun.first, is_range=True)
    if begun.doubt:
        return whole.doubted(begun.doubt)
    if begun.first and ended.last and begun.first > ended.last:
        return whole.doubted(_("The period in the deadline ends before it begins."))
    return whole


def _single_at(words: str, at: int, *, year: int | None, plan: Plan) -> Moment | None:
    """One day or period, with the words that close it (内, 止, 前)."""
    if words[at - 1 : at].isdecimal():
        return None
    match = next(filter(None, (shape.match(words, at) for shape in _SHAPES)), None)
    if match is None:
        return None
    said = {name: value for name, value in match.groupdict().items() if value}
    if "name" in said:
        said["m"] = str(_MONTHS.index(said["name"].lower()) + 1)
    if "one" in said:
        said["m"], said["d"] = _month_first(said["one"], said["two"])
    if words[at - 1 : at] == " " and "y" not in said:
        return None  # A space is kept between two digits only: the 2月 of 1 2月 is not February.
    moment = Moment(None, None, match.end(), is_sharp=not _SHARP.isdisjoint(said))
    if "five" in said:
        last_year = 2005 + 5 * value_of(said["five"])
        return replace(
            moment,
            first=date(last_year - 4, 1, 1),
            last=date(last_year, 12, 31),
            year=last_year,
            is_sharp=True,
            is_range=True,
        )
    moment = _dated(moment, said, year=year, plan=plan)
    if moment.last and "one" in said:
        return _either_way(moment)
    if moment.last and _DOTTED_TENTH.fullmatch(words):
        return moment.doubted(
            _("“%(text)s” is January, or October if a workbook took it for a number.")
            % {"text": words},
            moment.last,
            _months(int(said["y"]), 10, 10)[1],
        )
    return moment


def _month_first(one: str, two: str) -> tuple[str, str]:
    """The month and the day of 12/31/2023 or 31/12/2023; what cannot be a month is the day."""
    return (two, one) if int(one) > 12 else (one, two)


def _either_way(moment: Moment) -> Moment:
    """A day like 3/4/2023, which is as often the third of April as the fourth of March."""
    day = moment.last
    assert day is not None
    if day.day > 12 or day.day == day.month:
        return moment
    other = day.replace(month=day.day, day=day.month)
    doubt = _("The deadline may be written with the month or with the day first. Choose the day.")
    return moment.doubted(doubt, *sorted((day, other)))


def _dated(moment: Moment, said: dict[str, str], *, year: int | None, plan: Plan) -> Moment:
    """``moment`` with its days, or with the doubt that forbids them."""
    number = _year_of(said, year=year, plan=plan)
    if number is None:
        return moment.doubted(_("The deadline names no year, and none is known for the plan."))
    moment = replace(moment, year=number)
    if number not in YEARS:
        return moment.doubted(_("The year of the deadline is not between 2000 and 2100."))
    try:
        first, last = _span(number, said)
    except ValueError:
        return moment.doubted(_("The deadline names a day that does not exist."))
    moment = replace(moment, first=first, last=last)
    if len(said.get("y", "")) == 2:
        return moment.doubted(_("The year of the deadline has only two digits."), last)
    is_lent = year is None and not {"y", "relative"} & said.keys()
    if "before" in said and not moment.is_sharp:
        return moment.doubted(
            _(
                "前 after a month, a quarter or a year may mean before it begins or by its last"
                " day. Choose the day."
            ),
            first - timedelta(days=1),
            last,
        )
    if is_lent and plan.issued_on and last < plan.issued_on:
        return moment.doubted(
            _(
                "The deadline names no year, and in the year of the plan that day was past when"
                " the plan was issued. Choose the year."
            ),
            last,
            _same_day_next_year(last),
        )
    return moment


def _year_of(said: dict[str, str], *, year: int | None, plan: Plan) -> int | None:
    if "y" in said:
        number = int(said["y"])
        return number + 2000 if len(said["y"]) == 2 else number
    if "relative" in said:
        return None if plan.year is None else plan.year + _OFFSETS[said["relative"][0]]
    return plan.year if year is None else year


def _span(year: int, said: dict[str, str]) -> tuple[date, date]:
    """The first and the last day of what is said of ``year``; ``ValueError`` if there is none."""
    month = int(said.get("m", 0))
    if "d" in said:
        day = date(year, month, int(said["d"]))
        return day, day
    if "decade" in said:
        first, last = _DECADES[said["decade"]]
        whole = _months(year, month, month)
        return whole[0].replace(day=first), whole[1].replace(day=last or whole[1].day)
    if "m" in said:
        return _months(year, month, month)
    if "quarter" in said:
        quarter = int(said["quarter"])
        return _months(year, 3 * quarter - 2, 3 * quarter)
    if "half" in said:
        return _months(year, 1, 6) if said["half"] == "上" else _months(year, 7, 12)
    return _months(year, 1, 12)


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _same_day_next_year(day: date) -> date:
    """A year later; the end of February stays the end of February."""
    if (day.month, day.day) >= (2, 28) and day.month == 2:
        return _months(day.year + 1, 2, 2)[1]
    return day.replace(year=day.year + 1)
