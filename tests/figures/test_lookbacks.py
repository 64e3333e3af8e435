"""Looking back in figures: what falls due, what was found, and the rate of rebound."""

from datetime import date
from fractions import Fraction

from tests.factories import (
    complete,
    make_closed,
    make_lookback_plan,
    make_task,
    moment,
    part,
    progress,
    unit_of_code,
)
from tests.operations.test_lookbacks import look
from tracker.choices import EventKind, LookBackResult
from tracker.figures import lookbacks as figures
from tracker.models import Event
from tracker.operations import annulment

CLOSED = date(2022, 8, 1)
STABLE, HAZARD, REBOUND, *_MORE = LookBackResult


def due(user, inspection, day):
    rows, coming = figures.due_follow_ups(user, inspection, day)
    return [(row.task.number, row.due_on, row.days_late, row.months) for row in rows], coming


def test_a_follow_up_is_due_from_its_day_until_a_check(office, county, inspection):
    task = make_closed(on=CLOSED)
    make_task()
    assert due(office, inspection, date(2022, 9, 30)) == ([], 0)
    assert due(office, inspection, date(2022, 10, 31)) == ([], 1)
    assert due(office, inspection, date(2022, 11, 3)) == ([(1, date(2022, 11, 1), 2, 3)], 0)
    look(task, office, on=date(2022, 11, 5))
    assert due(office, inspection, date(2022, 11, 4))[0] == [(1, date(2022, 11, 1), 3, 3)]
    assert due(office, inspection, date(2022, 11, 5)) == ([], 0)
    assert due(office, inspection, date(2023, 2, 1)) == ([(1, date(2023, 2, 1), 0, 6)], 0)
    rows, _coming = figures.due_follow_ups(office, inspection, date(2023, 2, 1))
    assert (rows[0].checked_on, rows[0].unit) == (date(2022, 11, 5), county)


def test_a_reopened_part_is_not_followed_up(office, county, inspection):
    task = make_closed(on=CLOSED)
    look(task, office, REBOUND, on=date(2022, 10, 1))
    assert due(office, inspection, date(2022, 12, 1)) == ([], 0)


def test_results_are_counted_as_of_a_day_without_those_taken_back(office, county, inspection):
    task = make_closed(on=CLOSED)
    look(task, office, on=date(2022, 9, 1))
    look(task, office, HAZARD, on=date(2022, 9, 2))
    look(task, office, HAZARD, on=date(2022, 9, 3))
    last = Event.objects.filter(kind=EventKind.LOOKED_BACK).latest("sequence")
    annulment.annul(actor=office, event_id=last.pk, reason="录错", at=moment(date(2022, 10, 1)))
    found = figures.results(office, inspection, date(2022, 9, 2))
    assert (found[STABLE], found[HAZARD], found[REBOUND]) == (1, 1, 0)
    assert figures.results(office, inspection, date(2022, 9, 1))[HAZARD] == 0
    assert figures.results(office, inspection, date(2022, 10, 1))[HAZARD] == 1


def test_the_rebound_rate_is_reopened_parts_over_parts_ever_closed(
    office, county, other_county, inspection
):
    first, _second = make_closed(on=CLOSED), make_closed(on=CLOSED)
    make_closed(on=CLOSED, units=[other_county])
    make_closed(on=date(2022, 12, 1), units=[other_county])
    look(first, office, REBOUND, on=date(2022, 11, 2))

    before = figures.rebounds(office, inspection, date(2022, 11, 1))
    assert (before.closed, before.rebounded, before.rate) == (3, 0, 0)
    after = figures.rebounds(office, inspection, date(2022, 11, 2))
    assert [(row.unit, row.closed, row.rebounded, row.rate) for row in after.units] == [
        (county, 2, 1, Fraction(1, 2)),
        (other_county, 1, 0, 0),
    ]
    assert (after.closed, after.rebounded, after.rate) == (3, 1, Fraction(1, 3))
    later = figures.rebounds(office, inspection, date(2022, 12, 1))
    assert (later.closed, later.rebounded) == (4, 1)


def test_a_part_that_rebounds_twice_counts_once(office, county, inspection):
    task = make_closed(on=CLOSED)
    look(task, office, REBOUND, on=date(2022, 9, 1))
    complete(task, on=date(2022, 9, 10))
    progress.take_over_closure(
        actor=office,
        assignment_id=part(task).pk,
        version=None,
        on=date(2022, 9, 20),
        at=moment(date(2022, 9, 20)),
    )
    look(task, office, REBOUND, on=date(2022, 10, 1))
    found = figures.rebounds(office, inspection, date(2022, 12, 1))
    assert (found.closed, found.rebounded, found.rate) == (1, 1, 1)


def test_without_a_closed_part_there_is_no_rate(office, inspection):
    found = figures.rebounds(office, inspection, date(2022, 12, 1))
    assert (found.units, found.rate) == ((), None)


def test_each_sees_the_figures_of_their_own(office, editor, other_editor, stranger, inspection):
    task = make_closed(on=CLOSED)
    look(task, office, REBOUND, on=date(2022, 11, 2))
    make_closed(on=CLOSED, units=[unit_of_code("donghai", "望潮县")])
    day = date(2022, 11, 3)
    for who, closed, rebounded, waiting in (
        (office, 2, 1, 1),
        (editor, 1, 1, 0),
        (other_editor, 1, 0, 1),
        (stranger, 0, 0, 0),
    ):
        found = figures.rebounds(who, inspection, day)
        assert (found.closed, found.rebounded) == (closed, rebounded)
        assert len(due(who, inspection, day)[0]) == waiting
        assert figures.checks(who, inspection, day).count() == rebounded


def test_a_plan_is_as_far_as_its_checks_of_the_day(
    office, acceptance, supervising, editor, county, inspection
):
    first, second, third = (make_closed(on=CLOSED) for _number in range(3))
    plan = make_lookback_plan([first, second, third])
    look(first, office, on=date(2022, 10, 1))
    look(second, office, REBOUND, on=date(2022, 10, 2))

    def progress_of(user, day):
        return [
            (row.total, row.checked, row.reopened) for row in figures.plans(user, inspection, day)
        ]

    assert progress_of(office, date(2022, 8, 31)) == []
    assert progress_of(office, date(2022, 9, 1)) == [(3, 0, 0)]
    assert progress_of(office, date(2022, 10, 1)) == [(3, 1, 0)]
    assert progress_of(office, date(2022, 10, 2)) == [(3, 2, 1)]
    assert progress_of(acceptance, date(2022, 10, 2)) == [(3, 2, 1)]
    assert progress_of(supervising, date(2022, 10, 2)) == []
    assert progress_of(editor, date(2022, 10, 2)) == []

    parts = figures.planned_parts(office, plan, date(2022, 10, 1))
    assert [row.lookback and row.lookback.result for row in parts] == [STABLE, None, None]
    assert figures.planned_parts(supervising, plan, date(2022, 10, 2)) == []


def test_everything_takes_six_queries_at_most(
    office, county, inspection, django_assert_max_num_queries
):
    tasks = [make_closed(on=CLOSED) for _number in range(3)]
    make_lookback_plan(tasks)
    look(tasks[0], office, REBOUND, on=date(2022, 10, 2))
    day = date(2022, 12, 1)
    figures.access.scope_of(office)
    with django_assert_max_num_queries(6):
        rows, _coming = figures.due_follow_ups(office, inspection, day)
        assert [(row.task.title, str(row.unit)) for row in rows]
        assert list(figures.plans(office, inspection, day))
        figures.results(office, inspection, day)
        assert figures.rebounds(office, inspection, day).rebounded == 1
