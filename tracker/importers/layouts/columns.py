"""From headers to fields: what each column of a list most likely holds."""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from time import monotonic

from django.utils.translation import gettext as _

from tracker import xlsx
from tracker.importers.layouts.fields import OTHERS, SEVERAL, words
from tracker.rules.folding import fold

__all__ = ["LEAST", "Reader", "assign", "fingerprint_of", "key_of"]

LEAST = 0.55
"""Below this a field is an alternative and no suggestion."""

KNOWN = 0.85
"""From here on a header is one of the words, or nearly."""

LONGEST = 30
"""Signs; what is longer is no header but a text."""

_BRACKETS = re.compile(r"[(\[【〔〖{<《「][^()\[\]【】〔〕〖〗{}<>《》「」]*[)\]】〕〗}>》」]")
_MARKS = re.compile(r"[\W_]+")
_DIGITS = re.compile("[0-9]+")

Means = dict[str, float]
"""``{field: sureness}``; the field of a column that is known and not needed is empty."""


def key_of(header: str) -> str:
    """A header without spaces, marks, remarks in brackets and numbers, to be known again by."""
    return _DIGITS.sub("", _plain(_BRACKETS.sub("", fold(header)))) or _plain(fold(header))


def fingerprint_of(headers: Iterable[tuple[int, str]]) -> str:
    """The same text for every file whose columns are headed alike; months and years do not count.

    ``headers`` are the numbers of the columns and what they are headed.
    """
    line = "\n".join(
        f"{number}:{_DIGITS.sub('#', _plain(fold(header)))}" for number, header in headers
    )
    return hashlib.sha256(line.encode()).hexdigest()[:32]


def _plain(key: str) -> str:
    return _MARKS.sub("", key)


class Reader:
    """Knows the words, what was asked of it before, and until when it may be asked."""

    def __init__(self, deadline: float = math.inf) -> None:
        self.deadline = deadline
        known = {_plain(word): means for word, means in words().items()}
        self.words: dict[str, Means] = {word: dict(means) for word, means in known.items()}
        for word in OTHERS:
            self.words.setdefault(_plain(fold(word)), {})[""] = 1.0
        self.seen: dict[tuple[str, bool], Means] = {}

    def means(self, levels: Sequence[str], *, is_thorough: bool = True) -> Means:
        """What a column may hold that is headed with ``levels``, from the top down.

        The lowest level counts, and more so together with those above it; where it says nothing
        by itself (单位名称 below 责任单位), the ones above do.
        """
        if monotonic() > self.deadline:
            raise xlsx.Unreadable(
                _("The workbook takes too long to read. Copy the list into a new workbook.")
            )
        texts = [fold(level) for level in levels if level]
        if not texts:
            return {}
        leaf = self._of_text(texts[-1], is_thorough)
        if len(texts) == 1:
            return leaf
        joined = self._of_text("".join(texts), is_thorough)
        whole = _merged((leaf, 0.98), (joined, 1.0))
        if max(whole.values(), default=0.0) < KNOWN:
            whole = _merged((whole, 1.0), (self.means(texts[:-1], is_thorough=is_thorough), 0.75))
        return whole

    def _of_text(self, text: str, is_thorough: bool) -> Means:
        if (text, is_thorough) not in self.seen:
            whole, bare = _plain(text), _plain(_BRACKETS.sub("", text))
            said = self._of_key(whole, is_thorough)
            if bare and bare != whole:
                said = _merged((said, 1.0), (self._of_key(bare, is_thorough), 0.96))
            self.seen[text, is_thorough] = said
        return self.seen[text, is_thorough]

    def _of_key(self, key: str, is_thorough: bool) -> Means:
        if not key or len(key) > LONGEST:
            return {}
        exact = self.words.get(key)
        if exact:
            return exact
        near = {word: _nearness(key, word) for word in _parts(key) if word in self.words}
        if is_thorough:
            near |= {word: ratio for word in self.words if (ratio := _likeness(key, word))}
        return _merged(*((self.words[word], nearness) for word, nearness in near.items()))


def _merged(*parts: tuple[Means, float]) -> Means:
    whole: Means = {}
    for means, weight in parts:
        for name, sureness in means.items():
            whole[name] = max(whole.get(name, 0.0), sureness * weight)
    return whole


def _parts(key: str) -> Iterator[str]:
    """The beginnings and ends of a header that may be words."""
    for at in range(1, len(key) - 1):
        yield key[at:]
        yield key[: at + 1]


def _nearness(key: str, word: str) -> float:
    """How near a header is to a word in it: the end of a Chinese header says what it is."""
    return (0.6 if key.endswith(word) else 0.5) + 0.35 * len(word) / len(key)


def _likeness(key: str, word: str) -> float:
    """How near a header is to a word that it is not, as when a sign was mistyped."""
    if word in key or len(set(key) & set(word)) < 0.6 * max(len(key), len(word)):
        return 0.0
    ratio = SequenceMatcher(None, key, word, autojunk=False).ratio()
    return ratio * 0.9 if ratio >= 0.7 else 0.0


@dataclass(frozen=True)
class Said:
    """What is known of a column before it is given a field."""

    number: int
    levels: tuple[str, ...]
    means: Means
    is_hidden: bool = False

    @property
    def is_general(self) -> bool:
        """Whether it is headed 序号 or 编号, without saying of what."""
        ranked = self.means
        return "number" in ranked and "issue_number" in ranked and ranked["number"] < 1.0


def assign(columns: Sequence[Said]) -> dict[int, str]:
    """``{column number: field}``: each field once, the surest first, visible columns before hidden.

    A second column of a field of which a task may have several is given it too, if it is as sure.
    """
    offers = sorted(
        (
            (column.is_hidden, -sureness, at, name)
            for at, column in enumerate(columns)
            for name, sureness in column.means.items()
            if sureness >= LEAST and sureness >= max(column.means.values()) - 0.35
        ),
        key=lambda offer: (offer[0], offer[1], offer[2]),
    )
    given: dict[int, str] = {}
    for _hidden, _sureness, at, name in offers:
        number = columns[at].number
        if number not in given and (not name or name not in given.values()):
            given[number] = name
    for column in columns:
        name = next((n for n in SEVERAL if column.means.get(n, 0.0) >= 0.65), "")
        if name and not given.get(column.number) and _is_best(column, name):
            given[column.number] = name
    _settle_numbers(columns, given)
    _settle_units(columns, given)
    _settle_deadline(columns, given)
    return {number: name for number, name in given.items() if name}


def _is_best(column: Said, name: str) -> bool:
    return column.means[name] >= max(column.means.values())


def _settle_numbers(columns: Sequence[Said], given: dict[int, str]) -> None:
    """序号 is the number of what stands beside it: of the issue, if the task has its own."""
    general = [column for column in columns if column.is_general]
    places = {name: number for number, name in given.items() if name}
    for column in general:
        if "title" in places and column.number > places["title"]:
            given[column.number] = ""  # It counts the measures of a task.
    general = [column for column in general if given.get(column.number) != ""]
    places = {name: number for number, name in given.items() if name}
    if len(general) >= 2 and {"number", "issue_number"} <= places.keys():
        first, second = general[0].number, general[1].number
        if {places["number"], places["issue_number"]} == {first, second}:
            given[first], given[second] = "issue_number", "number"
        return
    if len(general) != 1:
        return
    [own] = general
    issue, task, text = places.get("issue_number"), places.get("number"), places.get("issue_text")
    if issue == own.number and task is None:
        given[own.number] = "number"
    elif issue == own.number and not (text and task and own.number < text < task):
        given[own.number] = ""  # It counts the lines; both numbers have columns of their own.


def _settle_units(columns: Sequence[Said], given: dict[int, str]) -> None:
    """Where nothing but 牵头单位 says who is responsible, the one who leads is."""
    if "units" in given.values():
        return
    for column in columns:
        if given.get(column.number) == "lead" and column.means.get("units", 0.0) >= LEAST:
            given[column.number] = "units"
            return


def _settle_deadline(columns: Sequence[Said], given: dict[int, str]) -> None:
    """完成时间 is a deadline in a list that has no other."""
    if "deadline_text" in given.values():
        return
    for column in columns:
        is_free = given.get(column.number, "completed_on") == "completed_on"
        if is_free and column.means.get("deadline_text", 0.0) >= LEAST:
            given[column.number] = "deadline_text"
            return
