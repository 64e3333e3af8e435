"""Completed tasks over the months, against the plan."""

from datetime import date

import pytest

from tests import factories
from tracker.figures.burnup import BurnUp, Point, burnup, planned_by
from tracker.figures.overview import overview
from tracker.models import Task
from tracker.operations import progress

pytestmark = pytest.mark.django_db


def drawn(as_of, **narrowed):
    tasks = Task.objects.all()
    parts = overview(tasks, as_of=as_of).parts
    due_dates = {part.task: part.due_on for part in parts}.values()
    return burnup(tasks, as_of=as_of, due_dates=due_dates, **narrowed)


def counts(points):
    return {point.day: point.count for point in points}


def test_without_tasks_there_is_nothing_to_draw():
    assert drawn(date(2022, 5, 1)) == BurnUp(date(2022, 5, 1), 0, (), ())


def test_the_line_rises_when_a_task_is_completed_and_falls_when_it_is_reopened(office):
    task = factories.make_task(due_on=date(2022, 8, 31))
    factories.make_task(due_on=None)
    factories.complete(task, on=date(2022, 6, 30))
    progress.reopen_assignment(
        actor=office,
        assignment_id=factories.part(task).pk,
        version=None,
        percent=60,
        reason="反弹",
        on=date(2022, 8, 1),
        at=factories.moment(date(2022, 8, 1)),
    )
    found = drawn(date(2022, 8, 15))
    assert found.total == 2
    assert counts(found.actual) == {
        date(2022, 3, 31): 0,
        date(2022, 4, 30): 0,
        date(2022, 5, 31): 0,
        date(2022, 6, 30): 1,
        date(2022, 7, 31): 1,
        date(2022, 8, 15): 0,
    }
    assert counts(found.planned)[date(2022, 7, 31)] == 0
    assert counts(found.planned)[date(2022, 8, 31)] == 1
    assert found.ahead == 0


def test_a_task_is_done_when_all_who_answer_for_it_are(county, other_county):
    task = factories.make_task(units=[county, other_county])
    factories.complete(task, on=date(2022, 5, 10), unit=county)
    factories.complete(task, on=date(2022, 6, 10), unit=other_county)
    found = counts(drawn(date(2022, 6, 30)).actual)
    assert (found[date(2022, 5, 31)], found[date(2022, 6, 30)]) == (0, 1)
    own = counts(drawn(date(2022, 6, 30), units=[county.pk]).actual)
    assert (own[date(2022, 4, 30)], own[date(2022, 5, 31)]) == (0, 1)


def test_behind_the_plan_is_negative():
    factories.make_task(due_on=date(2022, 5, 31))
    assert drawn(date(2022, 7, 1)).ahead == -1


def test_the_plan_between_two_points_is_that_of_the_earlier():
    points = [Point(date(2022, 1, 31), 1), Point(date(2022, 2, 28), 4)]
    assert [
        planned_by(points, day) for day in (date(2022, 1, 1), date(2022, 2, 27), date(2022, 3, 1))
    ] == [0, 1, 4]


def test_the_line_ends_at_the_figure_of_the_day():
    for number in range(4):
        task = factories.make_task()
        if number % 2:
            factories.complete(task, on=date(2022, 4, 20 + number))
    day = date(2022, 5, 5)
    completed = overview(Task.objects.all(), as_of=day).buckets.completed
    assert drawn(day).actual[-1] == Point(day, completed) == Point(day, 2)
