"""For which days somebody may deputise (代理)."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

__all__ = ["LONGEST_DAYS", "refusals"]

LONGEST_DAYS = 90
"""Who is away for longer hands their work over. A quarter of a year is this product's own limit:
no published rule was found that sets one."""


def refusals(starts_on: date, ends_on: date, reason: str, *, on: date) -> dict[str, str]:
    """``{field: sentence}`` for days that are past, run backwards or are too many."""
    found = {}
    if starts_on < on:
        found["starts_on"] = _("The first day lies in the past. Choose today or a later day.")
    if ends_on < starts_on:
        found["ends_on"] = _("The last day lies before the first.")
    elif ends_on - starts_on >= timedelta(days=LONGEST_DAYS):
        found["ends_on"] = _(
            "A deputy is named for %(most)s days at most. For longer, have the administrator hand"
            " the work over."
        ) % {"most": LONGEST_DAYS}
    if not reason.strip():
        found["reason"] = _("Say why somebody deputises.")
    return found
