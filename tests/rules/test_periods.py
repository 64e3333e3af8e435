from datetime import date

import pytest

from tracker.choices import Rhythm, RoundKind
from tracker.rules.periods import Period, next_period


@pytest.mark.parametrize(
    ("rhythm", "after", "first", "last", "due_on"),
    [
        # A month follows the month that has just ended, and not the one that is running.
        (Rhythm.MONTHLY, date(2023, 9, 30), date(2023, 10, 1), date(2023, 10, 31), 25),
        (Rhythm.MONTHLY, date(2023, 9, 10), date(2023, 10, 1), date(2023, 10, 31), 25),
        (Rhythm.MONTHLY, date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31), 25),
        (Rhythm.QUARTERLY, date(2023, 9, 30), date(2023, 10, 1), date(2023, 12, 31), 25),
        (Rhythm.QUARTERLY, date(2023, 10, 1), date(2024, 1, 1), date(2024, 3, 31), 25),
        # 2023-10-30 is a Monday.
        (Rhythm.WEEKLY, date(2023, 10, 29), date(2023, 10, 30), date(2023, 11, 5), 5),
        (Rhythm.WEEKLY, date(2023, 10, 30), date(2023, 11, 6), date(2023, 11, 12), 12),
    ],
)
def test_the_next_period_is_the_first_whole_one(rhythm, after, first, last, due_on):
    found = next_period(rhythm, 25, after=after)

    assert (found.first, found.last) == (first, last)
    assert found.due_on == last.replace(day=due_on)


def test_a_reporting_day_that_the_month_lacks_is_its_last_day():
    found = next_period(Rhythm.MONTHLY, 31, after=date(2023, 1, 31))

    assert found == Period(
        RoundKind.MONTHLY, date(2023, 2, 1), date(2023, 2, 28), date(2023, 2, 28)
    )


@pytest.mark.parametrize(
    ("rhythm", "kind"),
    [
        (Rhythm.WEEKLY, RoundKind.AD_HOC),
        (Rhythm.MONTHLY, RoundKind.MONTHLY),
        (Rhythm.QUARTERLY, RoundKind.QUARTERLY),
    ],
)
def test_the_kind_follows_the_rhythm(rhythm, kind):
    assert next_period(rhythm, 25, after=date(2023, 1, 31)).kind == kind
