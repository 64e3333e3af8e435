from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import complete, make_report, make_task, moment, part
from tracker.choices import EventKind, ShownStatus
from tracker.models import Event, Inspection, Span, Task
from tracker.operations import inspections, progress
from tracker.operations.integrity import Check

DAY = date(2022, 6, 1)
VALUES = {
    "code": "2024z1",
    "name": "中央督察",
    "short_name": "央督",
    "level": "central",
    "kind": "routine",
}


def enter(actor, **values):
    return inspections.enter_inspection(
        actor=actor, values={**VALUES, **values}, on=DAY, at=moment(DAY)
    )


def amend(inspection, actor, **changes):
    later = date(2022, 9, 1)
    return inspections.amend_inspection(
        actor=actor, inspection_id=inspection.pk, changes=changes, on=later, at=moment(later)
    )


def shown(day):
    return Task.objects.as_of(day).get().shown


@pytest.mark.parametrize("who", ["office", "administrator"])
def test_the_office_and_the_administrator_enter_inspections_and_their_rules(who, request):
    actor = request.getfixturevalue(who)
    inspection = enter(actor)
    assert amend(inspection, actor, notice_days=7).notice_days == 7
    entered, amended = inspection.events.order_by("sequence")
    assert (entered.kind, entered.details["after"]["code"]) == (EventKind.CREATED, "2024z1")
    assert amended.details == {"before": {"notice_days": 10}, "after": {"notice_days": 7}}


@pytest.mark.parametrize("who", ["editor", "leader", "auditor", "county_office", "stranger"])
def test_nobody_else_does(who, request, inspection):
    actor = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        enter(actor)
    with pytest.raises(PermissionDenied):
        amend(inspection, actor, notice_days=7)
    assert Inspection.objects.get().notice_days == 10


def test_a_code_is_given_once(office):
    enter(office)
    with pytest.raises(ValidationError):
        enter(office)


def test_changing_nothing_leaves_no_entry(inspection, office):
    count = Event.objects.count()
    amend(inspection, office, notice_days=10)
    assert Event.objects.count() == count


def test_a_change_of_what_is_no_figure_s_rule_leaves_the_figures(office, county):
    task = make_task()
    spans = set(Span.objects.values_list("pk", "recorded_to"))
    amend(task.inspection, office, team_name="第四督察组")
    assert set(Span.objects.values_list("pk", "recorded_to")) == spans


def test_when_reported_completions_begin_to_count_they_count_from_their_own_day(office, editor):
    confirmed, reported = make_task(), make_task()
    for task in (confirmed, reported):
        progress.report_completion(
            actor=editor,
            assignment_id=part(task).pk,
            version=None,
            on=DAY,
            at=moment(DAY),
            note="",
        )
    complete(confirmed)
    amend(reported.inspection, office, completion_basis="reported")
    for task in (confirmed, reported):
        assert Task.objects.as_of(DAY).get(pk=task.pk).shown == ShownStatus.AWAITING_CLOSURE
        task.refresh_from_db()
        assert task.completed_on == DAY
    amend(reported.inspection, office, completion_basis="confirmed")
    reported.refresh_from_db()
    confirmed.refresh_from_db()
    assert (reported.completed_on, confirmed.completed_on) == (None, DAY)
    assert list(Check().faults()) == []


def test_a_wider_margin_puts_tasks_behind_later(office, county):
    task = make_task(on=date(2022, 1, 1), due_on=date(2022, 12, 31))
    make_report(task, percent=20)
    assert shown(DAY) == ShownStatus.BEHIND
    amend(task.inspection, office, behind_points=30)
    assert shown(DAY) == ShownStatus.ON_SCHEDULE
    assert Task.objects.as_of(DAY, known_at=moment(DAY)).get().shown == ShownStatus.BEHIND
