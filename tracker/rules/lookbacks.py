"""The rules of looking back (回头看): what a check must say, which parts are drawn, and when.

Nantong 2021 and the National Inspection 2018: a closed task is checked again, and one that has
rebounded, is not in place or was rectified on paper only is taken up again.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from random import Random
from typing import Any

from django.utils.translation import gettext as _

from tracker.choices import LookBackResult
from tracker.workdays import month_end

LEAST_WORDS = 10
FOLLOW_UP_MONTHS = (3, 6, 12)
LARGEST_SEED = 999_999_999


def sample(ids: Iterable[int], size: int, seed: int) -> list[int]:
    """``size`` of ``ids``, drawn at random; in the order of the numbers.

    The drawing can be repeated: the numbers are sorted, and ``random.Random(seed).sample`` of
    Python draws from them (Mersenne Twister). Whoever knows the numbers, the size and the seed
    comes to the same sample. A size larger than what there is draws everything.
    """
    among = sorted(set(ids))
    return sorted(Random(seed).sample(among, min(size, len(among))))


def follow_ups(closed_on: date) -> tuple[date, ...]:
    """The days on which a closed part is to be looked at again: 3, 6 and 12 months after."""
    return tuple(_months_after(closed_on, months) for months in FOLLOW_UP_MONTHS)


def _months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = month_end(date(day.year + years, month + 1, 1))
    return last.replace(day=min(day.day, last.day))


def follow_up_due(closed_on: date, checked_on: date | None, day: date) -> date | None:
    """The last follow-up day before or on ``day`` that no check has answered; if there is one."""
    past = [due_on for due_on in follow_ups(closed_on) if due_on <= day]
    if not past or (checked_on is not None and checked_on >= past[-1]):
        return None
    return past[-1]


def plan_refusals(said: Mapping[str, Any], *, population: int, on: date) -> dict[str, str]:
    """What is wrong with a plan, each sentence at its field."""
    found = {}
    if not said["name"]:
        found["name"] = _("Give the plan a name.")
    if said["due_on"] < on:
        found["due_on"] = _("The plan would be over before it begins.")
    size, seed = said["sample_size"], said["seed"]
    if size is None:
        return found
    if not 1 <= size <= population:
        found["sample_size"] = _("Draw from 1 to %(n)s closed parts.") % {"n": population}
    if seed is None or not 0 <= seed <= LARGEST_SEED:
        found["seed"] = _("The seed is a whole number with up to nine digits.")
    return found


def refusals(
    said: Mapping[str, Any], *, closed_on: date, on: date, has_photo: bool
) -> dict[str, str]:
    """What is wrong with a look-back of a part closed on ``closed_on``, each at its field."""
    found = {}
    if on < closed_on:
        found["on"] = _("The task was closed on %(day)s. It is looked back at after that.") % {
            "day": closed_on.isoformat()
        }
    if not said["checkers"]:
        found["checkers"] = _("Say who checked.")
    if len(said["finding"]) < LEAST_WORDS:
        found["finding"] = _("Say what was looked at and found, in at least %(n)s characters.") % {
            "n": LEAST_WORDS
        }
    if said["result"] != LookBackResult.STABLE and not has_photo:
        found["photos"] = _("Attach a photo: only a stable result needs none.")
    if said["result"] in LookBackResult.reopening() and said["percent"] is None:
        found["percent"] = _("Say how much of the progress still holds; the task is reopened.")
    return found
