"""A day as a cell of a list writes it: 2023-12-31, 2023年12月31日, 12月31日 …"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tracker.rules.moments import Plan, moment_at, plain

__all__ = ["Day", "day_in"]

LONGEST = 40


@dataclass(frozen=True)
class Day:
    """A day, or the ``doubt`` in words that forbids to name one, with the days it may be."""

    day: date | None
    doubt: str = ""
    readings: tuple[date, ...] = ()


def day_in(text: str, *, year: int | None) -> Day:
    """The day that ``text`` names, alone.

    ``year``, which a title may lend, never settles a day that is written without one; it only says
    which day that may be.
    """
    words = plain(text) if len(text) <= LONGEST else ""
    moment = moment_at(words, 0, year=None, plan=Plan(year, None)) if words else None
    if moment is None or moment.end != len(words):
        return Day(
            None, _("“%(text)s” is not a day. Write it like 2023-10-31.") % {"text": text[:LONGEST]}
        )
    if moment.doubt:
        return Day(None, moment.doubt, moment.readings)
    assert moment.last is not None
    if moment.first != moment.last:
        doubt = _("“%(text)s” is a period, not a day. Write the day.")
        return Day(None, doubt % {"text": text}, (moment.last,))
    own = moment_at(words, 0, year=None, plan=Plan(None, None))
    if own is None or own.last is None:
        doubt = _("“%(text)s” names no year. Write the whole day.")
        return Day(None, doubt % {"text": text}, (moment.last,))
    return Day(moment.last)
