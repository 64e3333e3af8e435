"""The periods of progress calls: which one comes next, and when its reports are due."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.choices import Rhythm, RoundKind
from tracker.workdays import month_end

__all__ = ["Period", "next_period"]

WEEK = 7


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends counted, with the day by which reports on it are due."""

    kind: RoundKind
    first: date
    last: date
    due_on: date


def next_period(rhythm: Rhythm | str, reporting_day: int, *, after: date) -> Period:
    """The first whole week, month or quarter that begins after the day ``after``.

    Reports are due on the reporting day of the last month, or on its last day if it is shorter;
    those of a week on its Sunday.
    """
    following = after + timedelta(days=1)
    if rhythm == Rhythm.WEEKLY:
        first = following + timedelta(days=-following.weekday() % WEEK)
        last = first + timedelta(days=WEEK - 1)
        return Period(RoundKind.AD_HOC, first, last, last)
    first = following if following.day == 1 else month_end(following) + timedelta(days=1)
    kind, last = RoundKind.MONTHLY, month_end(first)
    if rhythm == Rhythm.QUARTERLY:
        while first.month % 3 != 1:
            first = month_end(first) + timedelta(days=1)
        last = month_end(first.replace(month=first.month + 2))
        kind = RoundKind.QUARTERLY
    return Period(kind, first, last, last.replace(day=min(reporting_day, last.day)))
