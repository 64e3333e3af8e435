"""Item numbers as plans print them, and Chinese numerals.

The lines of a rectification plan are numbered 19, 十九, （十九）, 第十九项, ⑲ or ⅩⅨ; the number is
kept as printed and compared by its value. A plan that numbers the tasks of each issue anew prints
1-3 or 一（三）; that is a number of two parts.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

__all__ = ["GREATEST", "chinese", "normalise", "parts_of", "value_of"]

GREATEST = 9999
"""The greatest number that is read or written in Chinese numerals; plans stay far below."""

GREATEST_IN_DIGITS = 99_999
"""The greatest number that is read where it is written in digits."""

_LONGEST = 40
_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_PLAIN = str.maketrans("〇○壹贰叁肆伍陆柒捌玖拾佰仟两", "零零一二三四五六七八九十百千二")
_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}
_NUMERAL = re.compile("[零一二三四五六七八九十百千]{1,8}")

_NUMBER = "(?:[0-9]{1,6}|[〇○零一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟廿卅卌]{1,8})"
_WHAT = "(?:反馈|整改)?(?:任务|事项|问题)?(?:序号|编号)?"
_COUNTED = "(?:[项条款号件个](?:整改)?(?:任务|事项|问题)?)?"
_PRINTED = re.compile(
    rf"{_WHAT}(?:[Nn][Oo]\.?|#)?[(\[【〔]?第?(?P<number>{_NUMBER}){_COUNTED}[)\]】〕]?[.、,。:;]?"
)
_PARTS = re.compile(
    rf"{_WHAT}[(\[【〔]?第?(?P<one>{_NUMBER}){_COUNTED}[)\]】〕]?"
    rf"(?:[-–—−_.·、/之]第?|(?=[(\[【〔]))[(\[【〔]?(?P<two>{_NUMBER}){_COUNTED}[)\]】〕]?[.、,。:;]?"
)
_ROMAN = re.compile("(?P<tens>X{0,3})(?P<ones>I[XV]|V?I{0,3})")
_ROMAN_SIGNS = re.compile("[\u2160-\u216b\u2170-\u217b]+|[IVX]{2,}")


def normalise(printed: str) -> int:
    """The value of an item number in any of the printed forms, up to 9999, in digits 99999.

    Raises ``ValueError`` in words for anything else, sub-numbers like 19.1 included.
    """
    if len(printed) <= _LONGEST:
        match = _PRINTED.fullmatch(_plain(printed))
        if match:
            value = _value(match["number"])
            most = GREATEST_IN_DIGITS if match["number"].isdecimal() else GREATEST
            if 1 <= value <= most:
                return value
    raise ValueError(
        _("“%(printed)s” is not an item number. Write it like 19, 十九 or 第十九项.")
        % {"printed": printed[:_LONGEST]}
    )


def parts_of(printed: str) -> tuple[int, int] | None:
    """The two parts of a number like 1-3, 1.3 or 一（三）; ``None`` if it is anything else."""
    match = _PARTS.fullmatch(_plain(printed)) if len(printed) <= _LONGEST else None
    if match is None:
        return None
    one, two = _value(match["one"]), _value(match["two"])
    return (one, two) if 1 <= one <= GREATEST and 1 <= two <= GREATEST else None


def _plain(printed: str) -> str:
    """``printed`` without spaces, in narrow forms, with Arabic digits for signs like ❾ and Ⅸ."""
    signs = "".join(printed.split())
    signs = _ROMAN_SIGNS.sub(_arabic, signs)
    return unicodedata.normalize("NFKC", "".join(map(_without_ring, signs)))


def _arabic(match: re.Match[str]) -> str:
    """The digits of a well-formed Roman numeral below 40; any other stays what it is."""
    roman = _ROMAN.fullmatch(unicodedata.normalize("NFKC", match[0]).upper())
    if roman is None:
        return match[0]
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX").index(roman["ones"])
    return str(10 * len(roman["tens"]) + ones)


def _without_ring(sign: str) -> str:
    """A digit in a black or double ring as digits; Unicode files the others under NFKC itself."""
    if "\u24eb" <= sign <= "\u24fe" or "\u2776" <= sign <= "\u2793":
        return str(int(unicodedata.numeric(sign)))
    return sign


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else value_of(number)


def chinese(n: int) -> str:
    """``n`` (1–9999) in Chinese numerals as plans write them: 十九, 一百一十, 一千零三."""
    if not 1 <= n <= GREATEST:
        raise ValueError(
            _("%(n)s cannot be written in Chinese numerals here: they go from 1 to 9999.")
            % {"n": n}
        )
    full = _in_full(n)
    return full.removeprefix("一") if 10 <= n <= 19 else full


def value_of(numeral: str) -> int:
    """The value of a Chinese numeral, or 0 if it is not a well-formed one.

    Besides the full spelling it takes 十九, 廿九, 一百十三 and, digit by digit, 一〇三. The
    colloquial 一百一, which stands for 110, is refused: written, it is read as 101 as often.
    """
    plain = numeral.translate(_PLAIN)
    for short, long in _TENS.items():
        plain = plain.replace(short, long)
    if not _NUMERAL.fullmatch(plain):
        return 0
    if all(sign in _DIGITS for sign in plain):
        value = int("".join(str(_DIGITS.index(sign)) for sign in plain))
        return value if value <= GREATEST else 0
    spelt = re.sub("(^|[百千零])十", r"\1一十", plain)
    value = _sum_of_places(spelt)
    return value if value <= GREATEST and _in_full(value) == spelt else 0


def _sum_of_places(spelt: str) -> int:
    """Every digit times the unit that follows it, whether or not they are in order."""
    total = digit = 0
    for sign in spelt:
        if sign in _UNITS:
            total, digit = total + digit * _UNITS[sign], 0
        else:
            digit = _DIGITS.index(sign)
    return total + digit


def _in_full(n: int) -> str:
    """``n`` with every digit spoken, 十 as 一十; a run of empty places is one 零."""
    spoken = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            spoken += _DIGITS[digit] + sign
        elif spoken and n % unit and not spoken.endswith("零"):
            spoken += "零"
    return spoken
