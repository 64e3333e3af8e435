"""For which days somebody may deputise."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from tracker.rules.deputies import LONGEST_DAYS, refusals

TODAY = date(2023, 5, 8)


@pytest.mark.parametrize(
    ("first", "days", "reason", "wrong"),
    [
        (0, 1, "休假", set()),
        (0, LONGEST_DAYS, "休假", set()),
        (0, LONGEST_DAYS + 1, "休假", {"ends_on"}),
        (5, 0, "休假", {"ends_on"}),
        (-1, 3, "休假", {"starts_on"}),
        (0, 1, "  ", {"reason"}),
    ],
)
def test_days_that_are_past_backwards_or_too_many_are_refused(first, days, reason, wrong):
    starts_on = TODAY + timedelta(days=first)
    ends_on = starts_on + timedelta(days=days - 1)
    with translation.override("en"):
        found = refusals(starts_on, ends_on, reason, on=TODAY)
    assert set(found) == wrong
    assert all(found.values())
