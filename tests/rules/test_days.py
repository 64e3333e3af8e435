from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.days import day_in
from tracker.rules.deadlines import parse

NEW_YEARS_EVE = date(2023, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2023-12-31",
        "2023/12/31",
        "2023.12.31",
        "2023. 12. 31",
        "2023—12—31",
        "20231231",
        "2023年12月31日",
        "2023 年 12 月 31 日",
        "２０２３年１２月３１日",
        "2023年12月31号",
        "2023年12月31",
        "二〇二三年十二月三十一日",
        "二零二三年十二月三十一日",
        "2023-12-31 00:00:00",
        "2023-12-31T18:30:05.123",
        "2023/12/31 8:30",
        "2023年12月31日18时",
        "2023年12月31日（星期日）",
        "2023-12-31 周日",
        "31-Dec-2023",
        "31 December 2023",
        "Dec 31, 2023",
        "12/31/2023",
        "31.12.2023",
        "\u00a02023-12-31\u200b",
    ],
)
def test_a_day_is_read_in_every_manner_of_writing(text):
    assert day_in(text, year=None).day == NEW_YEARS_EVE


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("12月31日", (NEW_YEARS_EVE,)),
        ("23-12-31", (NEW_YEARS_EVE,)),
        ("23.12.31", (NEW_YEARS_EVE,)),
        ("23年12月31日", (NEW_YEARS_EVE,)),
        ("2023年12月", (NEW_YEARS_EVE,)),
        ("202312", (NEW_YEARS_EVE,)),
        ("2023-12", (NEW_YEARS_EVE,)),
        ("Dec-2023", (NEW_YEARS_EVE,)),
        ("2023Q4", (NEW_YEARS_EVE,)),
        ("2023年底", (NEW_YEARS_EVE,)),
        ("2023年12月上旬", (date(2023, 12, 10),)),
        ("3/4/2023", (date(2023, 3, 4), date(2023, 4, 3))),
        ("2023年12月前", (date(2023, 11, 30), NEW_YEARS_EVE)),
        ("2023-02-30", ()),
        ("13月1日", ()),
        ("1899-12-31", ()),
        ("长期坚持", ()),
        ("2023年12月31日起", ()),
        ("", ()),
        ("2023-12-31" * 9, ()),
    ],
)
def test_what_may_mean_several_days_or_none_is_said(text, readings):
    day = day_in(text, year=2023)

    assert day.day is None
    assert day.doubt
    assert day.readings == readings


def test_a_month_and_a_day_without_any_year_are_in_doubt():
    assert day_in("12月31日", year=None) == day_in("12月31日", year=None)
    assert day_in("12月31日", year=None).readings == ()


def test_month_and_day_alike_leave_no_doubt():
    assert day_in("5/5/2023", year=None).day == date(2023, 5, 5)


FORMS = [
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0.year}.{0.month}.{0.day}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y-%m-%d} 00:00:00",
    "{0:%d-%b-%Y}",
    "{0:%B %d, %Y}",
]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(FORMS))
def test_whatever_is_written_is_read_back(day, form):
    assert day_in(form.format(day), year=None).day == day
    deadline = parse(form.format(day), plan_year=None, plan_issued_on=None, immediate_days=None)
    assert (deadline.due_on, deadline.ambiguity) == (day, "")


@given(st.text(max_size=45))
def test_no_text_makes_it_fail(text):
    day = day_in(text, year=2023)

    assert bool(day.doubt) == (day.day is None)
