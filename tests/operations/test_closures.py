"""Application, return, acceptance: who may, what is refused, what it does to the figures."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tests import closing, factories
from tests.closing import APPLIED, COMPLETED, DECIDED, TAKEN, completed_task
from tests.factories import complete, make_task, moment, part
from tracker.choices import AssignmentStatus, Condition, EventKind, Role, ShownStatus
from tracker.models import Closure, ConditionAnswer, Event, Evidence, Membership, Task
from tracker.operations import amendments, annulment, inspections, progress
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

LATER = date(2022, 9, 1)
Denied = PermissionDenied


@pytest.fixture
def task(county, office):
    return completed_task()


@pytest.fixture
def applied(task, editor):
    return closing.apply(task, editor)


@pytest.fixture
def taken(applied, acceptance):
    return closing.take(applied, acceptance)


def shown(day):
    return Task.objects.as_of(day).get().shown


def again(closure):
    return Closure.objects.get(pk=closure.pk)


def last(kind):
    return Event.objects.filter(kind=kind).order_by("sequence").last()


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so and nothing is written."""

    def check(step, words, field=None, error=ValidationError):
        before = Event.objects.count(), list(Closure.objects.values())
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (Event.objects.count(), list(Closure.objects.values())) == before

    return check


def test_an_application_says_what_was_checked_and_who_signed(task, editor):
    closure = closing.apply(task, editor, unit_head=" 周向东 ")
    assert (closure.stage, closure.applied_on, closure.applied_by) == ("applied", APPLIED, editor)
    entry = last(EventKind.APPLIED)
    assert (entry.actor, entry.effective_on, entry.note) == (
        editor,
        APPLIED,
        closure.completion_text,
    )
    facts = entry.details["after"]
    assert (facts["closure"], facts["stage"], facts["unit_head"]) == (
        closure.pk,
        "applied",
        "周向东",
    )
    own = part(task)
    assert (own.status, own.completed_on) == (AssignmentStatus.APPLIED, COMPLETED)
    assert shown(APPLIED) == ShownStatus.AWAITING_CLOSURE
    assert list(Check().faults()) == []


def test_files_of_the_task_go_with_an_application_and_others_are_refused(task, editor, refused):
    own, foreign = (
        Evidence.objects.create(
            task=row, name="自查报告.pdf", size=1, uploaded_by=editor, uploaded_at=moment(APPLIED)
        )
        for row in (task, make_task())
    )
    refused(lambda: closing.apply(task, editor, evidence=[own, foreign]), "another task")
    closure = closing.apply(task, editor, evidence=[own])
    assert list(closure.evidence.all()) == [own]
    assert last(EventKind.APPLIED).details["after"]["evidence"] == [own.pk]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"self_check": "短"}, "self_check", "20 characters"),
        ({"unit_head": ""}, "unit_head", "Name the head"),
        ({"unit_head": "长" * 61}, "unit_head", "At most 60"),
        ({"self_checked_on": APPLIED + timedelta(days=1)}, "self_checked_on", "or earlier"),
        ({"is_statement": True}, "meeting_on", "day of the meeting"),
    ],
)
def test_an_application_that_is_not_whole_is_refused_at_its_field(
    task, editor, refused, changes, field, words
):
    refused(lambda: closing.apply(task, editor, **changes), words, field)


def test_a_task_of_no_engineering_is_closed_on_the_statement_of_a_meeting(task, editor, acceptance):
    closure = closing.apply(task, editor, is_statement=True, meeting_on=APPLIED)
    closing.take(closure, acceptance)
    done = closing.decide(closure, acceptance, field_finding="", field_checked_on=None)
    assert (done.stage, done.meeting_on) == ("passed", APPLIED)


def test_only_what_is_completed_can_be_applied_for(county, editor, refused):
    open_task = make_task()
    refused(lambda: closing.apply(open_task, editor), "closure applied for.*Possible")
    factories.make_report(open_task, percent=90)
    refused(lambda: closing.apply(open_task, editor), "once the task is completed")
    complete(open_task, on=COMPLETED)
    refused(lambda: closing.apply(open_task, editor, on=date(2022, 6, 30)), "2022-06-30")


def test_one_attempt_at_a_time(applied, task, editor, refused):
    refused(lambda: closing.apply(task, editor), "Possible: application returned")


def test_a_task_that_nobody_accepts_cannot_be_applied_for(task, editor, refused):
    Task.objects.update(acceptance_unit=None)
    refused(lambda: closing.apply(task, editor), "No unit is named that accepts")


def test_standing_tasks_without_a_date_are_closed_only_where_the_inspection_says_so(
    county, editor, office, refused
):
    standing, dated = completed_task(due_on=None), completed_task()
    [inspection] = {standing.inspection, dated.inspection}
    closing.apply(standing, editor)
    closing.withdraw(Closure.objects.get(), editor)
    inspections.amend_inspection(
        actor=office,
        inspection_id=inspection.pk,
        changes={"closes_undated": False},
        on=LATER,
        at=moment(LATER),
    )
    refused(lambda: closing.apply(standing, editor, on=TAKEN), "only tasks with a deadline")
    closing.apply(dated, editor)


def test_a_standing_task_is_closed_and_still_standing(county, editor, acceptance, office):
    task = completed_task(due_on=None)
    closing.closed(task, editor, acceptance, office)
    task.refresh_from_db()
    assert (task.closed_on, task.is_standing) == (closing.CLOSED, True)


def test_an_application_is_the_unit_s_own(task, other_editor, acceptance, leader, refused):
    for user in (other_editor, acceptance, leader):
        refused(lambda user=user: closing.apply(task, user), "may not do that", None, Denied)


def test_an_application_goes_back_with_the_reason_and_comes_again(
    applied, task, editor, acceptance, refused
):
    refused(lambda: closing.send_back(applied, acceptance, reason=" "), "what is missing", "reason")
    refused(lambda: closing.send_back(applied, acceptance, reason="长" * 2001), "2000", "reason")
    closing.send_back(applied, acceptance, reason=" 缺少监测数据 ")
    closure = again(applied)
    assert (closure.stage, closure.return_reason) == ("returned", "缺少监测数据")
    assert last(EventKind.APPLICATION_RETURNED).note == "缺少监测数据"
    assert (part(task).status, shown(LATER)) == ("in_progress", ShownStatus.AWAITING_CLOSURE)
    second = closing.apply(task, editor, on=DECIDED)
    assert [row.stage for row in Closure.objects.order_by("pk")] == ["returned", "applied"]
    assert second.pk != closure.pk
    assert list(Check().faults()) == []


def test_a_unit_takes_its_own_application_back_before_it_is_taken(
    applied, task, editor, acceptance, other_editor, refused
):
    refused(lambda: closing.withdraw(applied, other_editor), "may not do that", None, Denied)
    refused(lambda: closing.withdraw(applied, acceptance), "may not do that", None, Denied)
    refused(lambda: closing.withdraw(applied, editor, reason=""), "Say why", "reason")
    closing.withdraw(applied, editor)
    assert (again(applied).stage, part(task).status) == ("cancelled", "in_progress")
    assert last(EventKind.APPLICATION_RETURNED).actor == editor
    taken = closing.take(closing.apply(task, editor, on=TAKEN), acceptance)
    refused(lambda: closing.withdraw(taken, editor), "Possible: acceptance passed")


def test_the_acceptance_unit_takes_an_application_and_decides(taken, task, acceptance):
    assert (taken.stage, taken.taken_on, taken.taken_by) == ("under_acceptance", TAKEN, acceptance)
    assert part(task).status == AssignmentStatus.UNDER_ACCEPTANCE
    closing.decide(taken, acceptance)
    closure = again(taken)
    assert (closure.stage, closure.decided_by, closure.decided_on) == (
        "passed",
        acceptance,
        DECIDED,
    )
    assert (closure.team_leader, closure.field_checked_on) == ("许文澜", DECIDED)
    assert closure.answers.filter(is_met=True).count() == len(Condition)
    facts = last(EventKind.ACCEPTANCE_PASSED).details["after"]
    assert facts["answers"]["root_cause"] == {"met": True, "finding": "现场核实，符合要求"}
    assert part(task).status == AssignmentStatus.IN_PUBLIC_NOTICE
    assert list(Check().faults()) == []


def test_a_decision_that_is_not_whole_is_refused_at_its_fields(taken, acceptance, refused):
    def decide(field, words, **values):
        refused(lambda: closing.decide(taken, acceptance, **values), words, field)

    decide("root_cause", "is not met", answers=closing.NOT_MET)
    long = {**closing.ALL_MET, Condition.ALIKE: (True, "长" * 1001)}
    decide("alike", "At most 1000", answers=long)
    decide("opinion", "Say why the acceptance failed", passes=False, opinion="")
    decide("team_members", "At most 200", team_members="长" * 201)
    decide("field_checked_on", "on site", field_checked_on=None)
    assert not ConditionAnswer.objects.exists()


def test_a_failed_acceptance_ends_completion_from_its_day_and_earlier_figures_stand(
    taken, task, editor, acceptance, office
):
    closing.decide(taken, acceptance, passes=False)
    assert again(taken).stage == "failed"
    own = part(task)
    assert (own.status, own.completed_on) == ("in_progress", None)
    eve = DECIDED - timedelta(days=1)
    assert shown(eve) == ShownStatus.AWAITING_CLOSURE
    assert shown(DECIDED) < ShownStatus.AWAITING_CLOSURE
    assert list(Check().faults()) == []
    with pytest.raises(ValidationError, match="once the task is completed"), transaction.atomic():
        closing.apply(task, editor, on=LATER)
    # The unit mends it, and the second attempt comes to its end.
    complete(task, on=LATER)
    second = closing.apply(task, editor, on=LATER + timedelta(1))
    closing.take(second, acceptance, on=LATER + timedelta(2))
    closing.decide(second, acceptance, on=LATER + timedelta(3))
    closing.publish(second, office, on=LATER + timedelta(4))
    closing.close(second, office, on=LATER + timedelta(30))
    assert shown(LATER + timedelta(30)) == ShownStatus.CLOSED
    assert shown(eve) == ShownStatus.AWAITING_CLOSURE
    assert shown(LATER - timedelta(days=1)) < ShownStatus.AWAITING_CLOSURE
    assert [row.stage for row in Closure.objects.order_by("pk")] == ["failed", "closed"]
    assert list(Check().faults()) == []


@pytest.mark.parametrize("who", ["editor", "head", "county_office", "other_editor", "leader"])
def test_nobody_of_the_unit_and_nobody_else_accepts_it(applied, who, request, refused):
    user = request.getfixturevalue(who)
    for act in (closing.take, closing.send_back, closing.decide):
        refused(lambda act=act: act(applied, user), "市生态环境局 or the", None, Denied)


def test_who_applied_does_not_accept_even_for_the_office(task, office, refused):
    closure = closing.apply(task, office)
    refused(lambda: closing.take(closure, office), "another person", None, Denied)
    colleague = factories.make_user(Role.OFFICE, factories.city(), "colleague")
    closing.take(closure, colleague)
    refused(lambda: closing.decide(closure, office), "another person", None, Denied)
    assert closing.decide(closure, colleague).decided_by == colleague


def test_a_unit_does_not_accept_its_own_task(county, editor, refused):
    task = completed_task(acceptance_unit=county)
    closure = closing.apply(task, editor)
    own = factories.make_user(Role.ACCEPTANCE, county, "own")
    Membership.objects.create(user=own, unit=factories.bureau(), role=Role.UNIT_READER)
    refused(lambda: closing.take(closure, own), "临江县 answers for this part", None, Denied)


def test_every_step_out_of_turn_says_what_is_possible_instead(
    applied, taken, acceptance, editor, refused
):
    refused(lambda: closing.take(taken, acceptance), "Possible: acceptance passed, acceptance fa")
    refused(lambda: closing.send_back(taken, acceptance), "Possible: acceptance passed")
    closing.decide(taken, acceptance, passes=False)
    refused(lambda: closing.decide(taken, acceptance), "Apply for closure again")


def test_steps_follow_each_other_in_days(applied, acceptance, refused):
    eve = APPLIED - timedelta(days=1)
    refused(lambda: closing.take(applied, acceptance, on=eve), "2022-07-04", "on")


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(applied, task, editor, acceptance):
    second = factories.make_user(Role.ACCEPTANCE, factories.bureau(), "second")
    closing.take(applied, acceptance, version=1)
    for act in (closing.take, closing.send_back, closing.decide):
        with pytest.raises(Stale, match="人员acceptance changed this"):
            act(applied, second, version=1)
    closure = again(applied)
    assert (closure.stage, closure.version) == ("under_acceptance", 2)
    closing.decide(closure, second, version=2)
    with pytest.raises(Stale, match="人员second changed this"):
        closing.decide(closure, acceptance, version=2)
    with pytest.raises(Stale):
        closing.apply(task, editor, version=1)


def test_of_two_applications_at_once_one_wins(task, editor, head):
    version = part(task).version
    closing.apply(task, editor, version=version)
    with pytest.raises(Stale, match="人员editor changed this"):
        closing.apply(task, head, version=version)
    assert Closure.objects.count() == 1


def test_a_task_that_left_the_list_meanwhile_has_no_next_step(applied, acceptance, office, refused):
    amendments.withdraw_task(
        actor=office,
        task_id=applied.assignment.task_id,
        version=None,
        document_no="1",
        reason="调整",
        on=TAKEN,
        at=moment(TAKEN),
    )
    refused(lambda: closing.take(applied, acceptance), "“withdrawn” by now.*nothing")


def test_a_task_that_was_taken_up_again_is_not_filed(task, editor, acceptance, office, refused):
    closure = closing.closed(task, editor, acceptance, office)
    progress.reopen_assignment(
        actor=office,
        assignment_id=part(task).pk,
        version=None,
        percent=60,
        reason="反弹",
        on=closing.FILED,
        at=moment(closing.FILED),
    )
    refused(lambda: closing.file(closure, office), "“in progress” by now")
    assert again(closure).stage == "closed"
    assert list(Check().faults()) == []


# A wrong step taken back by the office.


@pytest.fixture
def take_back(office):
    def annul(kind):
        annulment.annul(
            actor=office, event_id=last(kind).pk, reason="录错", at=moment(date(2023, 1, 1))
        )
        assert list(Check().faults()) == []

    return annul


def test_an_application_taken_back_was_never_made(applied, task, editor, take_back):
    take_back(EventKind.APPLIED)
    assert (again(applied).stage, part(task).status) == ("cancelled", "in_progress")
    assert closing.apply(task, editor).stage == "applied"


def test_each_step_taken_back_leaves_the_stage_before(applied, task, editor, acceptance, take_back):
    closing.send_back(applied, acceptance)
    take_back(EventKind.APPLICATION_RETURNED)
    assert (again(applied).stage, again(applied).return_reason) == ("applied", "")
    closing.withdraw(applied, editor)
    take_back(EventKind.APPLICATION_RETURNED)
    assert again(applied).stage == "applied"
    closing.take(applied, acceptance)
    take_back(EventKind.APPLICATION_ACCEPTED)
    assert (again(applied).stage, again(applied).taken_by) == ("applied", None)
    closing.take(applied, acceptance)
    closing.decide(applied, acceptance, passes=False)
    take_back(EventKind.ACCEPTANCE_FAILED)
    closure = again(applied)
    assert (closure.stage, closure.decided_on, closure.decided_by) == (
        "under_acceptance",
        None,
        None,
    )
    assert part(task).completed_on == COMPLETED
    assert shown(LATER) == ShownStatus.AWAITING_CLOSURE
    closing.decide(applied, acceptance)
    assert again(applied).answers.get(condition=Condition.ROOT_CAUSE).is_met
    take_back(EventKind.ACCEPTANCE_PASSED)
    assert (again(applied).stage, part(task).status) == ("under_acceptance", "under_acceptance")


def test_a_step_is_not_taken_back_past_a_later_one(taken, acceptance, take_back):
    with pytest.raises(ValidationError, match="“application accepted” was entered after it"):
        take_back(EventKind.APPLIED)
    assert again(taken).stage == "under_acceptance"


def test_a_return_is_not_taken_back_past_a_new_attempt(
    applied, task, editor, acceptance, take_back
):
    closing.send_back(applied, acceptance)
    closing.apply(task, editor, on=DECIDED)
    with pytest.raises(ValidationError, match="“closure applied for” was entered after it"):
        take_back(EventKind.APPLICATION_RETURNED)


def test_a_failed_acceptance_is_not_taken_back_past_a_new_completion(
    taken, task, acceptance, take_back
):
    closing.decide(taken, acceptance, passes=False)
    complete(task, on=LATER)
    with pytest.raises(ValidationError, match="2022-09-01"), transaction.atomic():
        take_back(EventKind.ACCEPTANCE_FAILED)
    assert again(taken).stage == "failed"
