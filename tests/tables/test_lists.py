"""The cells of the lists, and the columns one may choose."""

from datetime import date

import pytest
from django.db.models import IntegerField, Value
from django.utils import translation

from tests.factories import (
    complete,
    make_issue,
    make_report,
    make_task,
    make_unit,
    moment,
)
from tracker.choices import ShownStatus
from tracker.filters.lists import URGENCY
from tracker.filters.tasks import ListedTask
from tracker.models import Issue, Task
from tracker.operations import annulment, measures
from tracker.tables.issues import IssueTable
from tracker.tables.lists import NOTHING
from tracker.tables.tasks import TaskTable

DAY = date(2023, 10, 31)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def listed(as_of=DAY, units=None):
    """The tasks of the day as the filter hands them to the table."""
    return [
        ListedTask(task.pk, task.number, ShownStatus(task.shown), task.due_on_then)
        for task in Task.objects.as_of(as_of, units=units).order_by(URGENCY, "number")
    ]


def cells_of(*columns, as_of=DAY, units=None, **options):
    """The rows of the task table, each a tuple of the cells of ``columns``."""
    tasks = listed(as_of, units)
    table = TaskTable(tasks, columns=columns, as_of=as_of, units=units, **options)
    table.turn_to(1, per_page=50, count=len(tasks))
    return [tuple(cells) for _attrs, cells in table.lean_rows()]


def test_a_row_says_what_was_true_on_its_day(county):
    task = make_task(number=19, number_printed="十九", title="治污", units=[county])
    make_report(task, percent=40, on=date(2023, 10, 25), text="第一段\n 完成")

    columns = ("number", "units", "due", "left", "progress", "status", "report", "medium")
    shown = ShownStatus.BEHIND
    assert cells_of(*columns) == [
        (19, "临江县", "2023-12-31", 61, (40, shown), shown, "10-25", "水环境")
    ]
    shown = ShownStatus.NOT_STARTED
    assert cells_of(*columns, as_of=date(2022, 5, 1)) == [
        (19, "临江县", "2023-12-31", 609, (0, shown), shown, NOTHING, "水环境")
    ]


def test_the_last_report_of_the_day_stands_beside_the_title(office, county):
    task = make_task(title="<治污>", units=[county])
    make_report(task, percent=40, on=date(2023, 8, 1), text="八月\n 的话")
    taken_back = make_report(task, percent=50, on=date(2023, 9, 1), text="九月的话")
    make_report(task, percent=60, on=date(2023, 11, 1), text="十一月的话")

    [(title,)] = cells_of("title")
    assert "九月的话" in title
    assert "&lt;治污&gt;" in title
    assert "<治污>" not in title

    annulment.annul(
        actor=office, event_id=taken_back.event_id, reason="误报", at=moment(date(2023, 9, 2))
    )
    [(title,)] = cells_of("title")
    assert "八月 的话" in title
    assert cells_of("title", as_of=date(2022, 6, 1)) != [(title,)]


def test_a_closed_task_has_no_note_and_no_time_left(county):
    task = make_task(
        units=[county],
        at=moment(DAY),
        taken_over=True,
        completed_on=date(2023, 7, 1),
        closed_on=date(2023, 8, 1),
    )

    [(title, left, completed, closed)] = cells_of("title", "left", "completed", "closed")

    assert (left, completed, closed) == (None, "2023-07-01", "2023-08-01")
    assert "note" not in title
    assert task.title in title


def test_a_task_without_a_day_shows_its_standing(county):
    make_task(units=[county], due_on=None)

    assert cells_of("due", "left") == [("standing", None)]


def test_units_stand_in_order_with_the_lead_first_and_are_counted_when_many(city):
    units = [make_unit(f"第{n}县", city, position=n) for n in range(4)]
    make_task(number=1, units=units[:2], lead=units[1])
    make_task(number=2, units=units, lead=units[3])

    [few, many] = cells_of("units", "lead")

    assert few == ("第1县, 第0县", "第1县")
    assert "第3县, 第0县 and others, 4 units" in many[0]
    assert 'title="第3县, 第0县, 第1县, 第2县"' in many[0]


def test_the_note_of_another_unit_stays_out_of_a_part(county, other_county):
    task = make_task(units=[county, other_county])
    make_report(task, unit=other_county, text="邻县的话", on=date(2023, 10, 1))

    [(title, report)] = cells_of("title", "report", units={county.pk})

    assert "邻县的话" not in title
    assert report == NOTHING


def test_measures_are_counted_as_done_on_the_day(office, county):
    task = make_task(units=[county])
    on = date(2023, 5, 1)
    measures.complete_measure(
        actor=office, measure_id=task.measures.get().pk, version=None, on=on, at=moment(on)
    )

    assert cells_of("measures") == [("1/1",)]
    assert cells_of("measures", as_of=date(2023, 4, 30)) == [("0/1",)]


def test_optional_columns_say_what_is_written(county, bureau, water_bureau):
    make_task(
        units=[county],
        supervising_unit=water_bureau,
        accountable_leader="王某",
        goal="断面达标",
        issue=make_issue(number=3, title="黑臭"),
    )

    assert cells_of("issue", "supervising", "acceptance", "leader", "goal", "closed") == [
        ("3 黑臭", water_bureau.label, bureau.label, "王某", "断面达标", NOTHING)
    ]


def test_links_of_a_past_day_lead_to_the_same_day(county):
    make_task(number=1, units=[county])

    assert '/tasks/2022s2-1/?asof=2023-10-31"' in cells_of("title", is_past=True)[0][0]
    assert '/tasks/2022s2-1/"' in cells_of("title")[0][0]


@pytest.mark.parametrize(
    ("text", "columns", "unknown"),
    [
        ("", list(TaskTable.shown_first), []),
        ("status,number,status", ["status", "number"], []),
        ("number,secret", ["number"], ["secret"]),
        ("__class__", list(TaskTable.shown_first), ["__class__"]),
    ],
)
def test_columns_are_chosen_and_ordered_by_name(text, columns, unknown):
    assert TaskTable.understood(text) == (columns, unknown)


@pytest.mark.parametrize("number", ["0", "-3", "x", "1e999", "", "7", None])
def test_a_page_that_does_not_exist_gives_the_nearest(county, number):
    for serial in range(3):
        make_task(number=serial + 1, units=[county])
    table = TaskTable(listed(), columns=["number"], as_of=DAY)

    table.turn_to(number, per_page=2, count=3)

    assert table.page.number in (1, 2)
    assert list(table.lean_rows())


def test_an_issue_counts_its_tasks_and_says_when_it_has_none(county):
    issue = make_issue(number=1, unit=county)
    complete(make_task(number=1, issue=issue, units=[county]))
    make_task(number=2, issue=issue, units=[county])
    make_issue(number=2)
    issues = Issue.objects.order_by("number").annotate(shown=Value(None, IntegerField()))
    table = IssueTable(issues, columns=["number", "unit", "tasks", "place"], as_of=DAY)
    table.turn_to(1, per_page=50, count=2)

    rows = [cells for _attrs, cells in table.lean_rows()]

    assert rows == [[1, county, "1 of 2 completed", NOTHING], [2, NOTHING, NOTHING, NOTHING]]


def test_a_page_is_prepared_in_a_fixed_number_of_queries(county, django_assert_num_queries):
    for number in range(1, 6):
        make_report(make_task(number=number, units=[county]), on=date(2023, 10, 1))

    with django_assert_num_queries(4):
        assert len(cells_of(*TaskTable.base_columns)) == 5
