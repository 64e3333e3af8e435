"""Counting days, and working days where some weekdays are free and some weekends are worked.

In China the State Council announces each year which days around the festivals are free and which
weekend days are worked in exchange (调休). A year without an announcement is counted Monday to
Friday, and is provisional until it comes.
"""

from collections.abc import Mapping
from datetime import date, timedelta

__all__ = ["LONGEST", "Calendar"]

LONGEST = 3660
"""The longest term, in days, that is counted; about ten years."""

_DAY = timedelta(days=1)
_SATURDAY = 5
_DECEMBER = 12


class Calendar:
    """Monday to Friday, but for ``exceptions``: a day → whether it is a working day."""

    def __init__(self, exceptions: Mapping[date, bool]) -> None:
        self._exceptions = dict(exceptions)
        # The announcement for a year may move the last days of the December before it. Such days
        # do not show that the year they lie in has been announced.
        self._announced = {day.year for day in exceptions if day.month != _DECEMBER}

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        return self._exceptions.get(day, day.weekday() < _SATURDAY)

    def is_provisional(self, year: int) -> bool:
        """Whether no announcement for ``year`` is known, so that Monday–Friday stands in for it."""
        return year not in self._announced

    def add_workdays(self, start: date, n: int) -> date:
        """The last of the first ``n`` working days from ``start`` on, ``start`` being the first.

        If ``start`` is free, the count begins on the next working day. A term of n working days
        *after* a day is ``add_workdays`` from the day after it. ``n`` is 1 to ``LONGEST``.
        """
        _check(n)
        day, left = start, n - self.is_workday(start)
        while left:
            day += _DAY
            left -= self.is_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days there are from ``first`` to ``last``, both counted."""
        if last < first:
            return 0
        weeks, rest = divmod((last - first).days + 1, 7)
        weekdays = weeks * 5 + sum((first.weekday() + n) % 7 < _SATURDAY for n in range(rest))
        moved = (
            worked - (day.weekday() < _SATURDAY)
            for day, worked in self._exceptions.items()
            if first <= day <= last
        )
        return weekdays + sum(moved)

    def notice_end(self, first_day: date, length: int, working: bool) -> date:
        """The last day of a notice that is up for ``length`` days, ``first_day`` being the first.

        The days are working days if ``working``, else calendar days.
        """
        if working:
            return self.add_workdays(first_day, length)
        _check(length)
        return first_day + timedelta(days=length - 1)


def _check(n: int) -> None:
    if not 1 <= n <= LONGEST:
        raise ValueError(f"A term of {n} days cannot be counted, only 1 to {LONGEST}.")


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    following = day.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)
