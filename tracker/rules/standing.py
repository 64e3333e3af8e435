"""The rules of standing tasks (长期坚持) after their closure: one confirmation a year.

That standing tasks stay on the list is printed (Hubei 2019: 已经完成，长期坚持); when their results
are confirmed again is printed nowhere found. The rule here is our own: in each year after the
year of closing, by a day that the inspection sets, 31 December unless it sets another. A year that
was not confirmed by the end of the next one is asked for no more; it stays missing in its figures.
"""

from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tracker.workdays import month_end

LEAST_WORDS = 10


def due_on(year: int, *, month: int, day: int) -> date:
    """The day of a year by which results are confirmed; the last of a month that is shorter."""
    last = month_end(date(year, month, 1))
    return last.replace(day=min(day, last.day))


def years_asked(closed_on: date, on: date, confirmed: Container[int] = ()) -> tuple[int, ...]:
    """The years for which a part closed on ``closed_on`` is to be confirmed on the day ``on``.

    They are the present year and the one before, as far as they come after the year of closing
    and are not ``confirmed``.
    """
    years = (on.year - 1, on.year)
    return tuple(year for year in years if year > closed_on.year and year not in confirmed)


def refusals(said: Mapping[str, Any], *, asked: tuple[int, ...]) -> dict[str, str]:
    """What is wrong with a confirmation where the years ``asked`` wait, each at its field."""
    found = {}
    if said["year"] not in asked:
        found["year"] = (
            _("Nothing is to be confirmed for %(year)s. Still open: %(years)s.")
            % {"year": said["year"], "years": ", ".join(map(str, asked))}
            if asked
            else _("Nothing is to be confirmed now: it was done, or the year of closing lasts.")
        )
    if len(said["text"]) < LEAST_WORDS:
        found["text"] = _("Say what was checked and found, in at least %(n)s characters.") % {
            "n": LEAST_WORDS
        }
    return found
