"""What may mean that a rectification exists on paper only: rules for questions, never verdicts.

Looked for is what inspections call 虚假整改、表面整改: old photos handed in as new ones, progress
that leaps to completion, and reports that are copied from one month to the next. Each rule finds
harmless cases too: work begun at once, a small task, a wait for an approval. So each find is put
to a reviewer as a question with its grounds, and what the reviewer found out is kept with it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

__all__ = ["Said", "is_early", "is_unchanged", "leap_of", "plain", "unchanged_rounds"]

NOTHING, ALL = 10, 100
"""A leap goes from at most 10 % to 100 % on one calendar day, by one report or several."""

ROUNDS = 3
"""So many rounds in a row with the same text are asked about."""

ALIKE = 0.95
"""Texts are the same when so much of them agrees: twice the length of what they have in common,
divided by the length of both (``difflib``). Of a text of 100 signs five may differ, such as the
month and a number."""

SHORTEST = 10
"""Shorter texts, in signs that count, resemble each other by chance."""


@dataclass(frozen=True)
class Said:
    """One report as these rules look at it; ``round`` is its call, or ``None`` outside of one."""

    key: int
    on: date
    round: int | None
    before: int
    percent: int
    text: str


def is_early(taken_on: date, since: date) -> bool:
    """Whether a photo is older than the day from which rectification can show.

    That is the day of the feedback, or where it is not known the day of issue. The camera's clock
    may be wrong; a photo that is said to show the state before is not asked about.
    """
    return taken_on < since


def leap_of(reports: Sequence[Said], last: Said) -> Said | None:
    """The report from which progress leapt to ``last``: itself, or the first of the same day.

    ``None`` when ``last`` does not end a leap. ``reports`` are those of one part, oldest first.
    """
    if last.percent != ALL or last.before == ALL:
        return None
    same_day = [report for report in reports if report.on == last.on and report.key <= last.key]
    return next((report for report in same_day if report.before <= NOTHING), None)


def unchanged_rounds(reports: Sequence[Said], last: Said) -> list[Said]:
    """The reports of the last rounds up to ``last``, oldest first, if their texts are the same.

    Of each round its last report counts; a report outside of any call is a round of its own. Empty
    when there were fewer rounds, or when one of the texts differs from the one after it.
    """
    by_round: dict[tuple[str, int], Said] = {}
    for report in reports:
        if (report.on, report.key) <= (last.on, last.key):
            key = ("call", report.round) if report.round is not None else ("alone", report.key)
            by_round.pop(key, None)
            by_round[key] = report
    newest = list(by_round.values())[-ROUNDS:]
    if len(newest) < ROUNDS or newest[-1] != last:
        return []
    steps = zip(newest, newest[1:], strict=False)
    return newest if all(is_unchanged(one.text, other.text) for one, other in steps) else []


def is_unchanged(one: str, other: str) -> bool:
    """Whether two texts say the same, spaces, punctuation and width of signs left aside."""
    one, other = plain(one), plain(other)
    if min(len(one), len(other)) < SHORTEST:
        return False
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and (
        matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
    )


def plain(text: str) -> str:
    """The letters and digits of a text, in small letters and of one width (NFKC)."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()
