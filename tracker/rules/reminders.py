"""On which days people are reminded of what is due, and from when a superior is copied.

Sources: a reminder (催办) goes out on the day after the limit, with a copy to the leader in charge;
warnings come 30, 7, 3 and 1 days before a deadline, by the inspection's own rule.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

__all__ = [
    "CATCH_UP",
    "LATE_TIMES",
    "Late",
    "call_days",
    "days_before",
    "deadline_days",
    "late_on",
    "refuse_bad_days",
    "reminders_between",
    "standing_days",
]

CATCH_UP = 7
"""After a longer stand-still only the last days are made up for: older reminders help nobody."""

LATE_EVERY = 7
LATE_TIMES = 4
"""A missing report is asked for on the day after, then weekly; the next call takes over then."""

SUPERIORS_FROM = 2
"""From which reminder on the superiors are copied; the head of the unit is from the first."""

STANDING_BEFORE = (30, 7)

MOST_REMINDERS, MOST_DAYS = 6, 365


@dataclass(frozen=True, slots=True)
class Late:
    """A reminder that reports are missing: the how-manieth, and whether superiors are copied."""

    number: int

    @property
    def copies_superiors(self) -> bool:
        return self.number >= SUPERIORS_FROM


def refuse_bad_days(text: str) -> None:
    """Refuse a rule that is not a short list of numbers of days."""
    parts = [part.strip() for part in text.split(",")]
    is_list = all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts)
    if (
        not is_list
        or len(parts) > MOST_REMINDERS
        or not all(1 <= int(part) <= MOST_DAYS for part in parts)
    ):
        raise ValidationError(
            _("Write up to %(most)s numbers of days from 1 to %(days)s, like 30,7,3,1."),
            params={"most": MOST_REMINDERS, "days": MOST_DAYS},
        )


def days_before(text: str) -> tuple[int, ...]:
    """The numbers of days that an inspection's rule names, the farthest first."""
    found = {int(part) for part in text.split(",") if part.strip()}
    return tuple(sorted(found, reverse=True))


def reminders_between(last: date, today: date) -> list[date]:
    """The days whose reminders are due on ``today`` when ``last`` was done: in order, not many."""
    first = max(last, today - timedelta(days=CATCH_UP)) + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def call_days(due_on: date, before: int) -> tuple[date, ...]:
    """The days on which a unit is reminded of a call: so many days before, and on the day."""
    return (due_on - timedelta(days=before), due_on) if before else (due_on,)


def late_on(due_on: date, day: date) -> Late | None:
    """The reminder of missing reports that falls on ``day``, if one does."""
    late = (day - due_on).days - 1
    number = late // LATE_EVERY + 1
    return Late(number) if late >= 0 and not late % LATE_EVERY and number <= LATE_TIMES else None


def deadline_days(day: date, before: tuple[int, ...]) -> tuple[date, ...]:
    """The deadlines of which ``day`` reminds, before they pass."""
    return tuple(day + timedelta(days=days) for days in before)


def standing_days(day: date) -> tuple[date, ...]:
    """The days of confirmation of which ``day`` reminds, before they pass."""
    return tuple(day + timedelta(days=days) for days in STANDING_BEFORE)
