"""What wants attention, and what falls due."""

from datetime import date

from tests.factories import complete, make_report, make_task
from tracker.figures.attention import falling_due, wanting_attention
from tracker.figures.overview import overview
from tracker.models import Task

DAY = date(2023, 6, 1)


def test_overdue_comes_before_behind_and_behind_before_due_soon(county):
    overdue = make_task(units=[county], due_on=date(2023, 5, 31))
    behind = make_task(units=[county], due_on=date(2023, 12, 31))
    soon = make_task(units=[county], due_on=date(2023, 6, 30))
    make_report(soon, 99, DAY)
    far = make_task(units=[county], due_on=date(2033, 12, 31))
    make_report(far, 99, DAY)
    done = make_task(units=[county], due_on=date(2023, 5, 1))
    complete(done, DAY)

    now = overview(Task.objects.all(), as_of=DAY)

    assert wanting_attention(now, soon=30) == [overdue.pk, behind.pk, soon.pk]
    assert falling_due(now, within=30) == [soon.pk]
    assert falling_due(now, within=365) == [soon.pk, behind.pk]


def test_the_day_itself_is_the_last_on_which_a_task_is_due(county):
    task = make_task(units=[county], due_on=DAY)
    assert falling_due(overview(Task.objects.all(), as_of=DAY), within=0) == [task.pk]


def test_a_task_without_a_date_never_falls_due(county):
    make_task(units=[county], due_on=None)
    assert falling_due(overview(Task.objects.all(), as_of=DAY), within=9999) == []
