"""The rules of asking for a later deadline (延期): before the day, with reasons and a new day.

The field (DOMAIN §3.8): an extension is asked for before the deadline, with the situation, the
reason, the measures and the expected day; the office decides.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

LEAST_WORDS = 10
"""Characters that each of situation, reason and measures has at least; our own rule."""


def too_late(due_on: date, on: date) -> str:
    """Why nothing can be asked for on the day ``on``, and what remains possible; else empty.

    The last day on which an extension can be asked for is the deadline itself.
    """
    if on <= due_on:
        return ""
    return _(
        "The deadline was %(day)s. An extension is asked for by that day, so it is too late now."
        " Still possible: report the progress with the reason of the delay, or report completion."
        " The rectification office may extend the deadline itself; please turn to it."
    ) % {"day": due_on.isoformat()}


def asking_refusals(said: Mapping[str, Any], *, due_on: date) -> dict[str, str]:
    """What is wrong with a request against the deadline ``due_on``, each at its field."""
    words = {
        "situation": _("Say how far the work is and what stands in its way."),
        "reason": _("Say why the deadline cannot be met."),
        "measures": _("Say what is done until the new day, and by whom."),
    }
    found = {
        name: _("%(what)s At least %(n)s characters.") % {"what": what, "n": LEAST_WORDS}
        for name, what in words.items()
        if len(said[name]) < LEAST_WORDS
    }
    if said["new_due_on"] <= due_on:
        found["new_due_on"] = _("The new deadline must be later than %(day)s.") % {
            "day": due_on.isoformat()
        }
    return found


def elapsed(start_on: date | None, due_on: date, day: date) -> Fraction | None:
    """The share of the time from the start to the deadline that has passed on ``day``, 0 to 1.

    ``None`` where there is no stretch of time: no start, or none before the deadline.
    """
    if start_on is None or due_on <= start_on:
        return None
    share = Fraction((day - start_on).days, (due_on - start_on).days)
    return min(max(share, Fraction(0)), Fraction(1))
