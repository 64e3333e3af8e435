"""What waits for a person: each thing once, for those who do it, until it is done."""

from datetime import date, timedelta

import pytest

from tests import closing, factories
from tracker.choices import Condition, EventKind, Role
from tracker.figures.todo import Act, to_do
from tracker.models import Task, User
from tracker.operations import (
    amendments,
    annulment,
    assignments,
    closures,
    inspections,
    notices,
    progress,
    report_steps,
)

pytestmark = pytest.mark.django_db

TODAY = date(2022, 6, 10)


@pytest.fixture
def call():
    """June 2022: reports are due on the 25th."""
    return factories.make_round(on=date(2022, 6, 1), period_to=date(2022, 6, 30))


def acts(user, day=TODAY):
    return [item.act for item in to_do(user, day=day).items]


def again(user):
    """The same person in their next request."""
    return User.objects.get(pk=user.pk)


def report_completion(task, actor, on=TODAY):
    return progress.report_completion(
        actor=actor,
        assignment_id=factories.part(task).pk,
        version=None,
        on=on,
        at=factories.moment(on),
        note="各项措施已落实。",
    )


def test_a_new_task_waits_to_be_signed_for_by_its_unit_alone(editor, office):
    factories.make_task()
    stranger = factories.make_user(Role.UNIT_EDITOR, factories.bureau())

    assert acts(editor) == [Act.SIGN]
    assert acts(office) == acts(stranger) == []


def test_a_call_waits_for_a_report_until_there_is_one(editor, call):
    task = factories.make_task(on=date(2022, 5, 1))
    factories.make_report(task, 10, on=date(2022, 5, 20))
    [item] = to_do(editor, day=TODAY).items
    assert (item.act, item.due_on, item.round_name) == (Act.REPORT, call.due_on, call.name)

    factories.make_report(task, 40, on=TODAY, at=factories.moment(TODAY))

    assert acts(editor) == []


def test_a_report_is_overdue_after_its_day_and_due_on_it(editor, call):
    factories.make_report(factories.make_task(on=date(2022, 5, 1)), 10, on=date(2022, 5, 20))

    def groups(day):
        found = to_do(editor, day=day)
        return [len(group) for group in (found.overdue, found.today, found.later)]

    assert groups(call.due_on - timedelta(days=1)) == [0, 0, 1]
    assert groups(call.due_on) == [0, 1, 0]
    assert groups(call.due_on + timedelta(days=1)) == [1, 0, 0]


def test_a_draft_is_finished_not_begun_again(editor, call):
    task = factories.make_task(on=date(2022, 5, 1))
    factories.make_report(task, 10, on=date(2022, 5, 20))
    progress.save_draft(
        actor=editor,
        assignment_id=factories.part(task).pk,
        values={"text": "正在施工", "percent": 30},
        on=TODAY,
        at=factories.moment(TODAY),
    )

    assert acts(editor) == [Act.GO_ON]


def test_a_draft_outside_every_call_is_not_forgotten(editor):
    task = factories.make_task()
    factories.make_report(task, 10, on=date(2022, 5, 20))
    progress.save_draft(
        actor=editor,
        assignment_id=factories.part(task).pk,
        values={"text": "正在施工", "percent": 30},
        on=TODAY,
        at=factories.moment(TODAY),
    )

    assert acts(editor) == [Act.GO_ON]


def test_a_task_issued_after_the_period_is_not_asked_about(editor):
    factories.make_round(on=date(2022, 4, 1), period_to=date(2022, 4, 30))
    task = factories.make_task(on=date(2022, 5, 5))
    factories.make_report(task, 10, on=date(2022, 5, 6))

    assert acts(editor) == []


def test_a_reported_completion_waits_for_the_acceptance_unit_and_the_office(office):
    bureau = factories.bureau()
    accepter = factories.make_user(Role.ACCEPTANCE, bureau)
    task = factories.make_task(acceptance_unit=bureau)
    report_completion(task, office)

    assert acts(office) == acts(accepter) == [Act.CONFIRM]

    factories.complete(task, on=TODAY)
    assert acts(office) == []


def test_a_returned_completion_waits_to_be_mended_until_it_is_reported_again(editor, office):
    task = factories.make_task()
    report_completion(task, editor)
    progress.return_completion(
        actor=office,
        assignment_id=factories.part(task).pk,
        version=None,
        on=TODAY,
        at=factories.moment(TODAY),
        note="缺监测报告。",
    )
    assert acts(editor) == [Act.MEND]

    report_completion(task, editor)

    assert acts(editor) == []


def test_parts_that_are_not_judged_wait_once_the_reports_are_due(office, call):
    factories.make_report(factories.make_task(on=date(2022, 5, 1)), 10, on=date(2022, 5, 20))
    leader = factories.make_user(Role.LEADER, factories.city())

    assert acts(office, call.due_on) == []
    [item] = to_do(office, day=call.due_on + timedelta(days=1)).items
    assert (item.act, item.count) == (Act.JUDGE, 1)
    assert acts(leader, call.due_on + timedelta(days=1)) == []


def test_a_list_that_was_handed_in_waits_for_its_confirmation(office):
    batch = factories.make_foreign_list()

    assert [(item.act, item.subject) for item in to_do(office, day=TODAY).items] == [
        (Act.IMPORT, batch)
    ]


def test_of_an_annulled_task_nothing_waits(editor, office):
    task = factories.make_task()
    created = task.events.get(kind=EventKind.CREATED)

    annulment.annul(actor=office, event_id=created.pk, reason="重复", at=factories.moment(TODAY))

    assert acts(editor) == []


SAID = {
    "self_checked_on": TODAY,
    "self_check": "对照整改方案逐条自查，措施全部落实，材料齐全。",
    "completion_text": "管网改造完成，水质连续三个月达标，长效管护到位。",
    "is_statement": False,
    "meeting_on": None,
    "unit_head": "田振华",
}


def applied(task, actor):
    return closures.apply_for_closure(
        actor=actor,
        assignment_id=factories.part(task).pk,
        version=None,
        on=TODAY,
        at=factories.moment(TODAY),
        **SAID,
    )


def decided(closure, actor, *, passes=True, on=TODAY):
    said = {"actor": actor, "closure_id": closure.pk, "version": None, "on": on}
    said["at"] = factories.moment(on)
    closures.take_for_acceptance(**said)
    return closures.decide_acceptance(
        passes=passes,
        answers=dict.fromkeys(Condition, (passes, "现场核查与台账一致")),
        desk_finding="资料齐全。",
        field_finding="现场已整改到位。",
        field_checked_on=on,
        team_leader="尹峥",
        team_members="",
        opinion="同意销号" if passes else "现场仍有直排",
        **said,
    )


@pytest.fixture
def accepter():
    return factories.make_user(Role.ACCEPTANCE, factories.bureau())


@pytest.fixture
def completed():
    return factories.complete(factories.make_task(acceptance_unit=factories.bureau()), on=TODAY)


def test_an_application_waits_for_acceptance_and_office_but_not_for_who_applied(
    editor, accepter, office, completed
):
    closure = applied(completed, editor)

    assert acts(accepter) == acts(office) == [Act.TAKE]
    assert acts(editor) == []

    closures.take_for_acceptance(
        actor=accepter,
        closure_id=closure.pk,
        version=None,
        on=TODAY,
        at=factories.moment(TODAY),
    )
    assert acts(accepter) == [Act.DECIDE]


def test_who_applied_for_another_unit_does_not_accept(office, completed):
    applied(completed, office)

    assert acts(office) == []


def test_a_failed_attempt_waits_for_the_unit_until_it_applies_again(editor, accepter, completed):
    decided(applied(completed, editor), accepter, passes=False)

    [item] = to_do(editor, day=TODAY).items
    assert (item.act, item.part) == (Act.MEND_CLOSURE, factories.part(completed))

    factories.complete(completed, on=TODAY)
    applied(completed, editor)
    assert acts(editor) == []


def test_a_passed_attempt_is_published_and_closed_by_the_office(
    editor, accepter, office, completed
):
    closure = decided(applied(completed, editor), accepter)
    assert (acts(office), acts(accepter)) == ([Act.PUBLISH], [])

    notice = notices.publish_notice(
        actor=office,
        closure_id=closure.pk,
        version=None,
        begins_on=TODAY,
        completion_text=SAID["completion_text"],
        issuer="江海市整改办",
        phone="0513-12345",
        email="",
        on=TODAY,
        at=factories.moment(TODAY),
    )
    assert acts(office, notice.ends_on) == []
    after = notice.ends_on + timedelta(days=1)
    assert acts(office, after) == [Act.CLOSE]

    objection = notices.receive_objection(
        actor=office,
        notice_id=notice.pk,
        content="夜间仍有异味",
        received_on=TODAY,
        channel="电话",
        contact="",
        on=TODAY,
        at=factories.moment(TODAY),
    )
    [item] = to_do(office, day=after).items
    assert (item.act, item.subject, item.due_on) == (Act.SETTLE, objection, notice.ends_on)
    assert item.part == factories.part(completed)


AFTER = closing.ENDS + timedelta(days=3)


def stopped_at(stage, editor, accepter, office):
    """A task whose one part has come so far in the procedure of closure."""
    if stage == "completion":
        task = factories.make_task(acceptance_unit=factories.bureau())
        report_completion(task, editor, closing.COMPLETED)
        return task
    task = closing.completed_task(acceptance_unit=factories.bureau())
    closure = closing.apply(task, editor)
    if stage == "applied":
        return task
    closing.take(closure, accepter)
    if stage == "taken":
        return task
    closing.decide(closure, accepter, passes=stage != "failed")
    if stage in ("notice", "objection"):
        notice = closing.publish(closure, office)
        if stage == "objection":
            closing.objection(notice, office)
    return task


def said_after(actor):
    return {"actor": actor, "on": AFTER, "at": factories.moment(AFTER)}


STAGES = ("completion", "applied", "taken", "failed", "passed", "notice", "objection")


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_waits_about_a_task_that_left_the_list(stage, editor, accepter, office):
    task = stopped_at(stage, editor, accepter, office)
    people = (editor, accepter, office)
    assert any(acts(person, AFTER) for person in people)

    amendments.withdraw_task(
        task_id=task.pk, version=None, document_no="1", reason="调整", **said_after(office)
    )

    assert [acts(person, AFTER) for person in people] == [[], [], []]


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_waits_about_a_task_that_was_taken_back(stage, editor, accepter, office):
    task = stopped_at(stage, editor, accepter, office)

    Task.objects.filter(pk=task.pk).update(is_annulled=True)

    assert [acts(person, AFTER) for person in (editor, accepter, office)] == [[], [], []]


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_waits_about_a_part_that_was_taken_from_its_unit(
    stage, editor, accepter, office, county, other_county
):
    task = stopped_at(stage, editor, accepter, office)
    own = factories.part(task, county)
    assignments.add_unit(
        task_id=task.pk, version=None, unit=other_county, is_lead=True, **said_after(office)
    )

    assignments.remove_unit(assignment_id=own.pk, version=None, note="调整", **said_after(office))

    assert [acts(person, AFTER) for person in (editor, accepter, office)] == [[], [], []]


def test_what_came_back_is_not_mended_once_the_part_was_closed_otherwise(editor, accepter, office):
    task = closing.completed_task(acceptance_unit=factories.bureau())
    closing.send_back(closing.apply(task, editor), accepter)
    assert acts(editor, AFTER) == [Act.MEND_CLOSURE]

    progress.take_over_closure(
        assignment_id=factories.part(task).pk, version=None, **said_after(office)
    )

    assert acts(editor, AFTER) == []


def test_an_application_waits_for_its_county_first_and_then_for_the_acceptance(
    town, county_office, office, accepter
):
    task = factories.complete(
        factories.make_task(units=[town], acceptance_unit=factories.bureau()), on=TODAY
    )
    task.inspection.county_accepts = True
    task.inspection.save()
    closure = applied(task, factories.make_user(Role.UNIT_EDITOR, town))

    assert acts(county_office) == [Act.PRE_ACCEPT]
    assert acts(accepter) == acts(office) == []

    closures.pre_accept(
        actor=county_office,
        closure_id=closure.pk,
        version=None,
        county_opinion="资料齐全，同意上报。",
        county_signer="陆启明",
        on=TODAY,
        at=factories.moment(TODAY),
    )

    assert acts(county_office) == []
    assert acts(accepter) == acts(office) == [Act.TAKE]


class TestReportsOnTheirWay:
    @pytest.fixture
    def ruled(self, inspection, office):
        changes = {"reports_signed": True, "county_reviews": True}
        return inspections.amend_inspection(
            actor=office,
            inspection_id=inspection.pk,
            changes=changes,
            on=TODAY,
            at=factories.moment(TODAY),
        )

    def report(self, task, actor):
        return factories.make_report(task, 10, on=TODAY, actor=actor)

    def test_a_waiting_report_waits_for_the_head_then_for_the_county(
        self, ruled, town, head, county_office, office, call
    ):
        task = factories.make_task(units=[town], on=date(2022, 5, 1))
        clerk = factories.make_user(Role.UNIT_EDITOR, town)
        assert Act.REPORT in acts(clerk)
        report = self.report(task, clerk)
        assert Act.REPORT not in acts(clerk)
        [item] = [item for item in to_do(head, day=TODAY).items if item.act == Act.SIGN_REPORT]
        assert (item.subject, item.due_on, item.round_name) == (report, call.due_on, call.name)
        assert item.part == factories.part(task)
        report_steps.sign_report(actor=head, report_id=report.pk, at=factories.moment(TODAY))
        assert Act.SIGN_REPORT not in acts(head)
        assert Act.REVIEW_REPORT in acts(county_office)
        assert not {Act.SIGN_REPORT, Act.REVIEW_REPORT} & set(acts(office))

    def test_what_was_sent_back_is_mended_by_its_author(self, ruled, editor, head, call):
        task = factories.make_task(on=date(2022, 5, 1))
        report = self.report(task, editor)
        report_steps.send_back(actor=head, report_id=report.pk, reason="缺照片")
        assert Act.MEND_REPORT in acts(editor)
        assert Act.MEND_REPORT not in acts(head)

    def test_what_was_returned_is_mended_by_the_unit_once(self, editor, head, office, call):
        task = factories.make_task(on=date(2022, 5, 1))
        report = self.report(task, editor)
        report_steps.return_report(
            actor=office,
            report_id=report.pk,
            reason="缺照片",
            on=TODAY,
            at=factories.moment(TODAY),
        )
        assert Act.MEND_REPORT in acts(editor)
        assert Act.MEND_REPORT in acts(head)
        self.report(task, head)
        assert Act.MEND_REPORT not in acts(editor)

    def test_a_waiting_report_of_a_part_taken_from_its_unit_is_still_passed_on(
        self, ruled, editor, head, office, county, other_county
    ):
        task = factories.make_task(units=[county, other_county])
        own = factories.part(task, county)
        report = factories.make_report(task, 10, unit=county, on=date(2022, 6, 1), actor=editor)
        assignments.remove_unit(
            actor=office,
            assignment_id=own.pk,
            version=None,
            on=TODAY,
            at=factories.moment(TODAY),
            note="调整",
        )

        [item] = to_do(head, day=TODAY).items

        assert (item.act, item.subject) == (Act.SIGN_REPORT, report)
        report_steps.sign_report(actor=head, report_id=report.pk, at=factories.moment(TODAY))
        assert acts(head) == []

    def test_where_nobody_signs_or_reviews_the_office_of_the_city_has_it(
        self, town, ruled, office, call
    ):
        task = factories.make_task(units=[town], on=date(2022, 5, 1))
        report = self.report(task, factories.make_user(Role.UNIT_EDITOR, town))
        assert acts(office) == [Act.SIGN_REPORT]

        head = factories.make_user(Role.UNIT_HEAD, town)
        assert acts(again(office)) == []
        report_steps.sign_report(actor=head, report_id=report.pk, at=factories.moment(TODAY))

        assert acts(again(office)) == [Act.REVIEW_REPORT]
