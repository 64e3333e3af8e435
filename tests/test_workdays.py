import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.workdays import LONGEST, Calendar

HOLIDAYS = Path(__file__).parents[1] / "fixtures" / "reference" / "holidays.json"
LINES = [line["fields"] for line in json.loads(HOLIDAYS.read_text(encoding="utf-8"))]
EXCEPTIONS = {date.fromisoformat(line["day"]): line["is_workday"] for line in LINES}
CHINA = Calendar(EXCEPTIONS)
PLAIN = Calendar({})

DAYS = st.dates(date(2017, 6, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("first_day", "length", "working", "last_day"),
    [
        (date(2025, 12, 22), 10, True, date(2026, 1, 5)),
        (date(2025, 1, 21), 10, True, date(2025, 2, 8)),
        (date(2019, 12, 13), 7, False, date(2019, 12, 19)),
    ],
)
def test_published_notices_end_on_their_printed_day(first_day, length, working, last_day):
    assert CHINA.notice_end(first_day, length, working) == last_day


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2025, 12, 22), date(2026, 1, 5), 10),
        (date(2025, 1, 21), date(2025, 2, 8), 10),
        (date(2019, 12, 13), date(2019, 12, 19), 5),
        (date(2025, 10, 1), date(2025, 10, 8), 0),
        (date(2025, 12, 22), date(2025, 12, 22), 1),
        (date(2025, 12, 22), date(2025, 12, 21), 0),
    ],
)
def test_working_days_of_a_span_count_both_its_ends(first, last, days):
    assert CHINA.workdays_between(first, last) == days


def test_plain_weeks_would_give_other_numbers_for_the_same_notices():
    assert PLAIN.workdays_between(date(2025, 12, 22), date(2026, 1, 5)) == 11
    assert PLAIN.workdays_between(date(2025, 1, 21), date(2025, 2, 8)) == 14


def test_the_first_day_counts_when_it_is_worked_and_else_the_next_one_that_is():
    monday, saturday = date(2025, 11, 3), date(2025, 11, 8)

    assert CHINA.add_workdays(monday, 1) == monday
    assert CHINA.add_workdays(monday, 5) == date(2025, 11, 7)
    assert CHINA.add_workdays(saturday, 1) == date(2025, 11, 10)


@pytest.mark.parametrize("length", [0, -1, LONGEST + 1])
@pytest.mark.parametrize("working", [True, False])
def test_a_term_of_no_days_or_of_decades_is_not_counted(length, working):
    with pytest.raises(ValueError, match="cannot be counted"):
        CHINA.notice_end(date(2025, 1, 1), length, working)


def test_a_festival_is_free_and_a_weekend_day_may_be_worked():
    assert not CHINA.is_workday(date(2026, 1, 1))
    assert CHINA.is_workday(date(2026, 1, 4))
    assert CHINA.is_workday(date(2026, 1, 5))
    assert not CHINA.is_workday(date(2026, 1, 10))


def test_a_year_without_an_announcement_is_counted_monday_to_friday_and_is_provisional():
    assert [year for year in range(2016, 2029) if CHINA.is_provisional(year)] == [
        2016,
        2017,
        2027,
        2028,
    ]
    assert CHINA.is_workday(date(2027, 10, 1))
    assert not CHINA.is_workday(date(2027, 10, 2))


def test_days_moved_in_december_by_the_next_announcement_do_not_announce_their_year():
    moved = Calendar({date(2026, 12, 31): False, date(2027, 1, 1): False})

    assert moved.is_provisional(2026)
    assert not moved.is_provisional(2027)


@given(DAYS, st.integers(0, 900))
def test_counting_a_span_agrees_with_asking_day_by_day(first, length):
    last = first + timedelta(days=length)
    days = (first + timedelta(days=n) for n in range(length + 1))

    assert CHINA.workdays_between(first, last) == sum(map(CHINA.is_workday, days))


@given(DAYS, st.integers(1, 60))
def test_a_term_of_working_days_ends_on_a_working_day_and_holds_as_many(start, n):
    end = CHINA.add_workdays(start, n)

    assert CHINA.is_workday(end)
    assert CHINA.workdays_between(start, end) == n


def test_an_exception_that_agrees_with_the_week_changes_nothing():
    sunday = date(2025, 11, 9)

    assert Calendar({sunday: False}).workdays_between(sunday, sunday) == 0


def test_the_reference_data_are_the_announced_days_of_2018_to_2026():
    first, last = date(2018, 1, 1), date(2026, 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    announced = {day: chinese_calendar.is_workday(day) for day in days}

    assert {day: CHINA.is_workday(day) for day in announced} == announced
    assert all((day.weekday() < 5) != worked for day, worked in EXCEPTIONS.items())
    assert len(EXCEPTIONS) == len(LINES)
    assert {line["name"] for line in LINES if line["is_workday"]} == {"调休上班"}
