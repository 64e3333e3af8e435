"""What a printed deadline (整改时限) says, which is often not a date.

Plans print 2025年12月底前, 2023—2025年, 立行立改、长期坚持, 9月底前取得阶段性成效. The text is kept
word for word; beside it stand what it means and, where it can be read in more than one way, the
readings. Nothing is guessed: a word that is not understood makes the whole text unclear.

The conventions are those of published rectification plans: 底前, and 前 after a day, include that
day; a month, quarter or year without more means its last day; 长期坚持 is an obligation without an
end. A bare 前 after a period (2023年6月前) is used for its beginning and for its end.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tracker.choices import DeadlineKind
from tracker.rules.moments import Moment, Plan, moment_at, plain

__all__ = ["MAX_LENGTH", "Deadline", "parse"]

MAX_LENGTH = 120
"""Characters; a longer text is not a deadline but a description, and is answered as unclear."""


@dataclass(frozen=True)
class Deadline:
    """A printed deadline, read.

    ``ambiguity`` is empty exactly when the text is clear. When it is not, ``kind`` is unclear, all
    the dates are ``None``, and ``candidates`` holds the days it may mean, earliest first, if any.
    ``completed_on`` is the day by which a thing printed as done was done; a month printed there
    counts as its last day. It is ``None`` when none is printed.
    """

    text: str
    kind: str
    due_on: date | None = None
    is_standing: bool = False
    interim_due_on: date | None = None
    completed_on: date | None = None
    ambiguity: str = ""
    candidates: tuple[date, ...] = ()


def parse(
    text: str,
    *,
    plan_year: int | None,
    plan_issued_on: date | None,
    immediate_days: int | None,
) -> Deadline:
    """Read ``text``, a deadline as it is printed in a plan.

    ``plan_year`` stands in for a year that is not printed, and 今年 and 明年 are reckoned from it.
    立行立改 is due ``immediate_days`` calendar days after ``plan_issued_on``, if both are known.
    No text makes it fail: what cannot be read comes back as unclear, with the reason in words.
    """
    words = plain(text) if len(text) <= MAX_LENGTH else ""
    if len(text) > MAX_LENGTH or len(words) > MAX_LENGTH:
        too_long = _(
            "The deadline has more than %(limit)s characters. Write the day here and the rest"
            " among the measures."
        )
        return _unclear(text, too_long % {"limit": MAX_LENGTH})
    if words.strip("-/无 ") == "":
        return _unclear(text, _("No deadline is given."))
    reading = _Reading()
    reading.go_through(words, Plan(plan_year, plan_issued_on))
    doubt = _doubt(reading)
    if doubt:
        return _unclear(text, *doubt, is_standing="standing" in reading.words)
    immediate_on = None
    if plan_issued_on is not None and immediate_days is not None:
        immediate_on = plan_issued_on + timedelta(days=immediate_days)
    return _answer(text, reading, immediate_on)


_VERBS = "坚持|推进|整改|巩固|保持|开展|落实|抓好|实施|改进|提升|治理|管控|管理|监管|加强|工作"
_WORDS = {
    "interim": "(?:要|须|应)?(?:取得|见到|实现|完成)?(?:阶段性|初步)(?:整改)?"
    "(?:完成|整改|成效|成果|进展|效果|目标|任务){0,3}",
    "done": "(?:均|全部|全面|现){0,2}(?:已经?|业已)(?:按期|按时|全部|全面)?"
    "(?:整改完成|完成整改|完成销号|整改到位|整改|完成|办结|销号)(?:任务|销号)?",
    "done_in": "(?:已经?|业已)[于在]",
    "standing": "(?:并|且|同时|需要?|要|须|应|后){0,3}(?:坚持)?(?:长期|持续|常态化|常年|始终){1,2}+"
    f"(?:{_VERBS}){{0,3}}+(?![至到])",
    "immediate": "立行立改|立改立行|立知立改|立查立改|立整立改|即知即改|即行即改|即查即改"
    "|(?:马上|立即)(?:整改|改正|完成)(?:到位)?",
    "vague": "(?:近期|短期|中期|尽快|尽早|抓紧|适时)(?:攻坚|推进|内)?",
    "recurring": "每个?(?:半年|年度?|季度?|月|周|日)[底末初]?前?",
    "event": "(?:主汛期|汛期|入汛|出汛|汛|雨季|旱季|[春夏秋冬]季|供暖[季期]?|采暖[季期]?|春节"
    "|国庆节?|两会)(?:来临|到来|开始|结束)?(?:[之以]?[前后]|期间|内)?",
    "filler": "(?:整改|完成|办理)?(?:时限|期限|时间)[为是]?|截[至止]|力争|争取|确保|务必|原则上"
    "|计划|最迟|最晚|不晚于|不迟于|[于在至到须应需拟]"
    "|[并且]?(?:建立|健全|完善)长效(?:管护|管理|监管|治理)?机制|[并且]",
    "finish": "(?:全面|全部|彻底|按期|按时|如期|整体){0,2}(?:完成|整改|验收|销号|到位|达标)"
    "(?:整改|验收|销号|到位|达标|任务|工作){0,3}",
    "open": r"\(",
    "gap": r"[,;:、。.!)\[\]/和及与 ]",
}
_WORD = re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in _WORDS.items()))


@dataclass
class _Reading:
    """What has been read so far; a date waits until a word says what it is the date of."""

    waiting: list[Moment] = field(default_factory=list)
    final: list[Moment] = field(default_factory=list)
    interim: list[Moment] = field(default_factory=list)
    completed: list[Moment] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    unread: str = ""
    last: str = ""

    def go_through(self, words: str, plan: Plan) -> None:
        """Read ``words``, each once, from left to right."""
        at, year = 0, None
        while at < len(words):
            moment = moment_at(words, at, year=year, plan=plan)
            if moment:
                self._take_moment(moment)
                at, year = moment.end, moment.year
            elif word := _WORD.match(words, at):
                self._take_word(str(word.lastgroup), word[0])
                at = word.end()
            else:
                self._take_unknown(words[at])
                at += 1
        self.final += self.waiting

    def _take_moment(self, moment: Moment) -> None:
        is_of_doing = self.last in ("done_in", "done(")
        (self.completed if is_of_doing else self.waiting).append(moment)
        self.last = "moment"

    def _take_word(self, name: str, word: str) -> None:
        if name == "interim" and self.waiting:
            self.interim.append(self.waiting.pop())
        elif name == "interim":
            self.unread = self.unread or word
        elif name == "done" and self.last == "moment" and self.waiting:
            self.completed.append(self.waiting.pop())
        elif name == "finish":
            self.final += self.waiting
            self.waiting = []
        self.words.add(name)
        if name != "filler":
            self.last = "done(" if (self.last, name) == ("done", "open") else name

    def _take_unknown(self, sign: str) -> None:
        """Only the first run of signs that belong to no known word is kept, to be shown."""
        if not self.unread or self.last == "unknown":
            self.unread += sign
            self.last = "unknown"
        else:
            self.last = "unknown again"


def _doubt(reading: _Reading) -> tuple[str, tuple[date, ...]] | None:
    """Why the text is not clear, in words, and the days it may mean; ``None`` if it is clear."""
    named = [*reading.completed, *reading.interim, *reading.final]
    sharp = _days([moment for moment in named if moment.is_sharp])
    if reading.unread:
        unread = _("“%(part)s” in the deadline could not be read. Write the deadline as a day.")
        return unread % {"part": reading.unread}, sharp
    if "event" in reading.words:
        return _("The deadline hangs on a season or an event. Write the day."), sharp
    if "recurring" in reading.words:
        return _("The deadline comes round again. Write the first day, or 长期坚持."), sharp
    for moment in named:
        if moment.doubt:
            return moment.doubt, moment.readings if moment in reading.final else ()
    return _doubt_of_roles(reading) or _doubt_of_order(reading)


def _doubt_of_roles(reading: _Reading) -> tuple[str, tuple[date, ...]] | None:
    """Whether each date has one part to play, and there is something to go by."""
    due, interim, completed = map(_days, (reading.final, reading.interim, reading.completed))
    is_done = _is_done(reading)
    if is_done and (due or interim):
        return _("The deadline says both that it is done and by when. Write one of them."), due
    if max(len(due), len(interim), len(completed)) > 1:
        return _("The deadline names several days. Choose the last one for the whole task."), due
    if any(moment.is_long for moment in reading.completed):
        return _("The deadline says that it is done, but not on which day. Write the day."), ()
    if due or interim or is_done:
        return None
    if "vague" in reading.words or reading.words.isdisjoint({"standing", "immediate"}):
        return _("The deadline names no day. Write one, or 长期坚持 if there is no end."), ()
    return None


def _doubt_of_order(reading: _Reading) -> tuple[str, tuple[date, ...]] | None:
    """Whether the interim result comes before the end; what is due at once has no interim."""
    due, interim = _days(reading.final), _days(reading.interim)
    if interim and (due < interim if due else "immediate" in reading.words):
        return _("The interim result in the deadline comes after the deadline itself."), due
    return None


def _is_done(reading: _Reading) -> bool:
    return not reading.words.isdisjoint({"done", "done_in"})


def _days(moments: list[Moment]) -> tuple[date, ...]:
    """The last days of ``moments``, each once, earliest first."""
    return tuple(sorted({moment.last for moment in moments if moment.last}))


def _answer(text: str, reading: _Reading, immediate_on: date | None) -> Deadline:
    """The deadline of a text without doubt, where no list of dates holds more than one day."""
    due, interim, completed = (
        next(iter(_days(moments)), None)
        for moments in (reading.final, reading.interim, reading.completed)
    )
    if _is_done(reading):
        kind = DeadlineKind.DONE
    elif any(moment.is_range for moment in reading.final):
        kind = DeadlineKind.RANGE
    elif due:
        kind = DeadlineKind.DATED
    elif "immediate" in reading.words:
        kind, due = DeadlineKind.IMMEDIATE, immediate_on
    elif "standing" in reading.words:
        kind = DeadlineKind.STANDING
    else:
        kind = DeadlineKind.INTERIM
    is_standing = "standing" in reading.words
    return Deadline(text, kind, due, is_standing, interim, completed)


def _unclear(
    text: str, ambiguity: str, candidates: tuple[date, ...] = (), *, is_standing: bool = False
) -> Deadline:
    return Deadline(
        text,
        DeadlineKind.UNCLEAR,
        is_standing=is_standing,
        ambiguity=ambiguity,
        candidates=tuple(sorted(set(candidates))),
    )
