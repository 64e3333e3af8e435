"""On which days people are reminded."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tracker.rules.reminders import (
    Late,
    call_days,
    days_before,
    deadline_days,
    late_on,
    refuse_bad_days,
    reminders_between,
    standing_days,
)

DUE = date(2022, 6, 25)


def after(days):
    return DUE + timedelta(days=days)


def test_a_unit_is_reminded_before_the_day_and_on_it():
    assert call_days(DUE, 3) == (date(2022, 6, 22), DUE)
    assert call_days(DUE, 0) == (DUE,)


def test_a_missing_report_is_asked_for_the_day_after_then_weekly_four_times():
    found = {days: late.number for days in range(-5, 60) if (late := late_on(DUE, after(days)))}
    assert found == {1: 1, 8: 2, 15: 3, 22: 4}


def test_superiors_are_copied_from_the_second_reminder_on():
    assert [Late(number).copies_superiors for number in (1, 2, 3)] == [False, True, True]


def test_days_of_a_rule_are_read_whatever_their_order():
    assert days_before("3, 30,7,1,7") == (30, 7, 3, 1)
    assert days_before("") == ()


@pytest.mark.parametrize("text", ["30,7,3,1", "1", "365", "1,2,3,4,5,6", "30, 7"])
def test_a_short_list_of_days_is_a_rule(text):
    refuse_bad_days(text)


@pytest.mark.parametrize(
    "text", ["", "0", "366", "x", "3,", "1,2,3,4,5,6,7", "-3", "²", "9999999999"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValidationError):
        refuse_bad_days(text)


def test_days_ahead_of_deadlines_and_of_yearly_confirmations():
    assert deadline_days(DUE, (7, 1)) == (date(2022, 7, 2), date(2022, 6, 26))
    assert standing_days(date(2022, 12, 1)) == (date(2022, 12, 31), date(2022, 12, 8))


def test_missed_days_are_made_up_for_but_not_many():
    assert reminders_between(after(-1), DUE) == [DUE]
    assert reminders_between(after(-3), DUE) == [after(-2), after(-1), DUE]
    assert reminders_between(after(-90), DUE) == [after(days) for days in range(-6, 1)]
    assert reminders_between(DUE, DUE) == []
