"""Asking for a later deadline, deciding on it, and taking either back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tests import factories
from tests.factories import make_task, moment, part
from tracker import access
from tracker.choices import AssignmentStatus, EventKind, ExtensionState, Role
from tracker.figures.overview import overview
from tracker.models import DeadlineChange, Event, ExtensionRequest, Membership, Task
from tracker.operations import amendments, annulment, assignments, extensions, progress, tasks
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

DUE = date(2022, 9, 30)
ASKED = date(2022, 9, 20)
DECIDED = date(2022, 9, 26)
NEW = date(2022, 12, 31)
ASKING = {
    "situation": "管网已铺设八成，穿越国道段尚未开工。",
    "reason": "穿越国道的施工许可九月十五日才批复。",
    "measures": "增开两个作业面，每周调度一次，十二月底前通水。",
}


def said(on):
    return {"on": on, "at": moment(on)}


def ask(task, actor, on=ASKED, **values):
    return factories.make_extension_request(
        task, actor, on, **{"new_due_on": NEW, **ASKING, **values}
    )


def decide(do, request, actor, on=DECIDED, version=None, **values):
    return do(actor=actor, request_id=request.pk, version=version, **{**said(on), **values})


def approve(request, actor, **values):
    return decide(extensions.approve_extension, request, actor, **values)


def refuse(request, actor, reason="进度计划未见压缩余地，请先赶工。", **values):
    return decide(extensions.refuse_extension, request, actor, reason=reason, **values)


def withdraw(request, actor, **values):
    return decide(extensions.withdraw_request, request, actor, **values)


def opine(request, actor, opinion="同意延期，请按周报送进度。", **values):
    return decide(extensions.give_opinion, request, actor, opinion=opinion, **values)


def take_back(kind, office, task):
    entry = task.events.standing().filter(kind=kind).latest("sequence")
    return annulment.annul(
        actor=office, event_id=entry.pk, reason="误录", at=moment(date(2022, 10, 8))
    )


def faults():
    return [fault.how for fault in Check().faults()]


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so and nothing is written."""

    def check(step, words, field=None, error=ValidationError):
        before = Event.objects.count(), list(ExtensionRequest.objects.values())
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (Event.objects.count(), list(ExtensionRequest.objects.values())) == before

    return check


@pytest.fixture
def task(county, office):
    return make_task(due_on=DUE)


@pytest.fixture
def request_(task, editor):
    return ask(task, editor)


def fresh(row):
    row.refresh_from_db()
    return row


class TestAsking:
    def test_a_request_says_all_and_stands_in_the_record(self, task, editor, county):
        version = part(task).version
        found = ask(task, editor)
        assert found.state == ExtensionState.ASKED
        assert (found.old_due_on, found.new_due_on, found.new_text) == (DUE, NEW, "2022-12-31")
        assert (found.asked_by, found.asked_on, found.old_text) == (editor, ASKED, "2022年09月底前")
        event = task.events.latest("sequence")
        assert (event.kind, event.unit, event.note) == (
            EventKind.EXTENSION_ASKED,
            county,
            ASKING["reason"],
        )
        assert event.details["after"]["request"] == found.pk
        assert event.details["after"]["new_due_on"] == "2022-12-31"
        assert fresh(task).due_on == DUE
        assert part(task).version == version
        assert faults() == []

    def test_the_last_day_is_the_deadline_itself(self, task, editor, refused):
        late = date(2022, 10, 1)
        refused(lambda: ask(task, editor, on=late), "too late now.*report completion.*turn to it")
        assert ask(task, editor, on=DUE).asked_on == DUE

    def test_printed_words_may_go_with_the_new_day(self, task, editor):
        assert ask(task, editor, new_text=" 2022年底前 ").new_text == "2022年底前"

    def test_what_makes_no_request(self, task, editor, refused):
        for name in ("situation", "reason", "measures"):
            refused(lambda n=name: ask(task, editor, **{n: " 太短 "}), "10 characters", name)
        refused(lambda: ask(task, editor, new_due_on=DUE), "later than 2022-09-30", "new_due_on")
        refused(lambda: ask(task, editor, reason="长" * 501), "At most 500", "reason")
        refused(lambda: ask(task, editor, new_text="长" * 121), "At most 120", "new_text")
        refused(lambda: ask(task, editor, on=DECIDED, at=moment(ASKED)), "future")

    def test_one_at_a_time(self, request_, task, head, refused):
        refused(lambda: ask(task, head), "until 2022-12-31 has been asked for already")

    def test_a_task_without_a_date_has_nothing_to_extend(self, county, editor, refused):
        refused(lambda: ask(make_task(due_on=None), editor), "stands without a date")

    def test_what_is_completed_or_off_the_list_needs_none(self, task, editor, office, refused):
        refused(lambda: ask(make_task(due_on=DUE, issued=False), editor), "cannot follow")
        factories.complete(task, on=date(2022, 9, 1))
        refused(lambda: ask(task, editor), "completed its part on 2022-09-01")

    def test_who_was_second_is_told(self, task, editor, refused):
        version = part(task).version
        factories.make_report(task, 30)
        refused(lambda: ask(task, editor, version=version), "changed this", error=Stale)

    @pytest.mark.parametrize("who", ["reader", "leader", "acceptance", "other_editor"])
    def test_only_who_reports_for_the_unit(self, who, task, request, refused):
        person = request.getfixturevalue(who)
        refused(lambda: ask(task, person), "may not do that", error=PermissionDenied)


class TestDeciding:
    def test_an_approval_moves_the_deadline_from_its_day(self, request_, task, office, inspection):
        found = approve(request_, office, document_no=" 苏环督〔2022〕31号 ", reason="情况属实")
        assert (found.state, found.decided_by, found.decided_on) == ("approved", office, DECIDED)
        change = DeadlineChange.objects.get()
        assert found.change == change
        assert (change.old_due_on, change.new_due_on) == (DUE, NEW)
        assert (change.reason, change.document_no) == (ASKING["reason"], "苏环督〔2022〕31号")
        assert fresh(task).due_on == NEW
        assert change.event.details["after"]["request"] == found.pk
        for day, due_on in ((date(2022, 9, 25), DUE), (DECIDED, NEW)):
            [row] = Task.objects.as_of(day)
            assert row.due_on_then == due_on
        assert faults() == []

    def test_decided_after_the_day_the_days_between_stay_overdue(self, request_, task, office):
        def overdue(day):
            return overview(Task.objects.all(), as_of=day).buckets.overdue

        assert overdue(DUE) == 0
        before = overdue(date(2022, 10, 5))
        approve(request_, office, on=date(2022, 10, 10))
        assert before == overdue(date(2022, 10, 5)) == overdue(date(2022, 10, 9)) == 1
        assert overdue(date(2022, 10, 10)) == overdue(NEW) == 0
        assert overdue(date(2023, 1, 1)) == 1

    def test_the_rule_of_a_document_is_kept(self, request_, office, inspection, refused):
        inspection.extension_needs_document = True
        inspection.save()
        refused(lambda: approve(request_, office, document_no=" "), "the number", "document_no")
        assert approve(request_, office, document_no="12号").document_no == "12号"

    def test_a_refusal_says_why_and_the_unit_asks_again(self, request_, task, office, editor):
        found = refuse(request_, office)
        assert (found.state, found.decision_reason[:4]) == ("refused", "进度计划")
        event = task.events.latest("sequence")
        assert (event.kind, event.note) == (EventKind.EXTENSION_REFUSED, found.decision_reason)
        assert event.details["after"] == {"request": found.pk, "state": "refused"}
        assert fresh(task).due_on == DUE
        again = ask(task, editor, on=DECIDED)
        assert again.pk != found.pk
        assert faults() == []

    def test_the_unit_takes_it_back(self, request_, task, head, editor, office, refused):
        assert withdraw(request_, head, reason="赶上了").state == "withdrawn"
        assert task.events.latest("sequence").kind == EventKind.EXTENSION_WITHDRAWN
        refused(lambda: approve(request_, office), "“taken back” since 2022-09-26")
        refused(lambda: withdraw(request_, editor), "Nothing is left to decide")

    def test_the_asker_may_take_it_back_too(self, request_, editor):
        assert withdraw(request_, editor).decided_by == editor

    def test_what_makes_no_decision(self, request_, office, editor, refused):
        refused(lambda: refuse(request_, office, reason=" "), "Say why", "reason")
        refused(lambda: refuse(request_, office, reason="长" * 501), "At most 500", "reason")
        refused(lambda: approve(request_, office, reason="长" * 501), "At most 500", "reason")
        refused(lambda: approve(request_, office, document_no="长" * 61), "60", "document_no")
        early = date(2022, 9, 19)
        refused(lambda: approve(request_, office, on=early), "asked for on 2022-09-20", "on")
        refused(lambda: refuse(request_, office, on=early), "asked for on 2022-09-20", "on")
        refused(lambda: withdraw(request_, editor, at=moment(ASKED)), "future")
        refused(lambda: approve(request_, office, on=NEW), "later than the day of the decision")

    def test_who_decided_second_is_told_what_the_first_did(self, request_, office, refused):
        other = factories.make_user(Role.OFFICE)
        refuse(request_, other, version=1)
        refused(lambda: approve(request_, office, version=1), f"{other} changed", error=Stale)
        refused(lambda: approve(request_, office, version=2), "“refused” since")

    def test_another_person_of_another_unit_decides(
        self, task, request_, county_office, editor, office, refused
    ):
        for person in (county_office, editor):
            refused(lambda p=person: approve(request_, p), "another person", error=PermissionDenied)
        on_behalf = ask(make_task(due_on=DUE), office)
        refused(lambda: refuse(on_behalf, office), "another person", error=PermissionDenied)

    def test_the_office_of_a_place_decides_on_the_units_below_it(self, town, county_office):
        own = make_task(units=[town], due_on=DUE)
        clerk = factories.make_user(Role.UNIT_EDITOR, town)
        assert approve(ask(own, clerk), county_office).state == "approved"

    @pytest.mark.parametrize("who", ["leader", "acceptance", "reader", "auditor"])
    def test_nobody_else_decides(self, who, request_, request, refused):
        person = request.getfixturevalue(who)
        refused(lambda: approve(request_, person), "office decides", error=PermissionDenied)

    def test_who_can_decide_at_all(self, office, county_office, editor, leader):
        assert access.decides_extensions(office)
        assert access.decides_extensions(county_office)
        assert not access.decides_extensions(editor)
        assert not access.decides_extensions(leader)


class TestOvertaken:
    """What changed between asking and deciding: the request is refused, never approved."""

    def still_refusable(self, request_, office, refused, words):
        refused(lambda: approve(request_, office), f"{words}.*Refuse the request")
        assert refuse(request_, office).state == "refused"
        assert faults() == []

    def test_the_deadline_was_changed(self, request_, task, office, refused):
        amendments.extend_deadline(
            actor=office,
            task_id=task.pk,
            version=None,
            new_text="十一月底前",
            new_due_on=date(2022, 11, 30),
            reason="统一调整",
            document_no="",
            **said(date(2022, 9, 22)),
        )
        self.still_refusable(request_, office, refused, "by now it is 2022-11-30")

    def test_the_deadline_was_taken_away(self, request_, task, office, refused):
        changes = dict.fromkeys(tasks.DEADLINE)
        changes |= {"deadline_text": "长期坚持", "deadline_kind": "standing", "is_standing": True}
        tasks.correct_task(
            actor=office, task_id=task.pk, version=None, changes=changes, note="", **said(ASKED)
        )
        self.still_refusable(request_, office, refused, "by now it is —")

    def test_the_part_was_completed(self, request_, task, office, refused):
        factories.complete(task, on=date(2022, 9, 21))
        self.still_refusable(request_, office, refused, "completed its part on 2022-09-21")

    def test_the_unit_was_removed(self, request_, task, office, county, other_county, refused):
        assignments.add_unit(
            actor=office,
            task_id=task.pk,
            version=None,
            unit=other_county,
            is_lead=False,
            **said(date(2022, 9, 21)),
        )
        assignments.remove_unit(
            actor=office,
            assignment_id=part(task, county).pk,
            version=None,
            note="",
            **said(date(2022, 9, 22)),
        )
        self.still_refusable(request_, office, refused, "not responsible")
        event = task.events.latest("sequence")
        assert (event.assignment, event.unit) == (None, county)

    def test_the_task_was_withdrawn(self, request_, task, office, refused):
        amendments.withdraw_task(
            actor=office,
            task_id=task.pk,
            version=None,
            document_no="9号",
            reason="撤销",
            **said(date(2022, 9, 22)),
        )
        refused(lambda: approve(request_, office), "has left the list")
        assert refuse(request_, office).state == "refused"


class TestOpinions:
    def test_an_opinion_is_shown_and_enters_the_record_with_the_decision(
        self, county, editor, supervising, water_bureau, office
    ):
        task = make_task(due_on=DUE, supervising_unit=water_bureau)
        found = opine(ask(task, editor), supervising, on=date(2022, 9, 22))
        assert (found.opinion_by, found.state, found.version) == (supervising, "asked", 2)
        change = approve(found, office).change
        after = change.event.details["after"]
        assert (after["opinion_by"], after["opinion_on"]) == (str(supervising), "2022-09-22")
        assert after["opinion"] == found.opinion

    def test_once_before_the_decision_and_in_words(self, request_, acceptance, office, refused):
        refused(lambda: opine(request_, acceptance, " "), "Fill this in", "opinion")
        refused(lambda: opine(request_, acceptance, "长" * 1001), "At most 1000", "opinion")
        refused(lambda: opine(request_, acceptance, on=date(2022, 9, 1)), "asked for on", "on")
        refused(lambda: opine(request_, acceptance, at=moment(ASKED)), "future")
        opine(request_, acceptance)
        refused(lambda: opine(request_, acceptance), "gave an opinion on 2022-09-26 already")
        refuse(request_, office)
        refused(lambda: opine(request_, acceptance), "Nothing is left to decide")

    def test_whose_opinion_it_is(self, request_, office, supervising, editor, acceptance, refused):
        for person in (office, supervising, editor):
            refused(lambda p=person: opine(request_, p), "may not", error=PermissionDenied)
        Membership.objects.create(user=editor, unit=factories.bureau(), role=Role.ACCEPTANCE)
        again = type(editor).objects.get(pk=editor.pk)
        assert not access.may_give_opinion(again, request_)
        assert access.may_give_opinion(acceptance, request_)


class TestTakingBack:
    def test_the_asking(self, request_, task, office, editor):
        take_back(EventKind.EXTENSION_ASKED, office, task)
        assert fresh(request_).state == ExtensionState.ANNULLED
        assert not access.visible_extensions(office).exists()
        assert faults() == []
        assert ask(task, editor).state == "asked"

    def test_not_the_asking_of_what_was_decided(self, request_, task, office, refused):
        refuse(request_, office)
        refused(lambda: take_back(EventKind.EXTENSION_ASKED, office, task), "decided on 2022-09-26")

    def test_a_refusal_the_request_waits_again(self, request_, task, office):
        refuse(request_, office)
        take_back(EventKind.EXTENSION_REFUSED, office, task)
        found = fresh(request_)
        assert (found.state, found.decided_by, found.decision_reason) == ("asked", None, "")
        assert faults() == []
        assert approve(found, office).state == "approved"

    def test_an_approval_the_earlier_deadline_holds_and_the_request_waits(
        self, request_, task, office
    ):
        approve(request_, office)
        take_back(EventKind.EXTENDED, office, task)
        found = fresh(request_)
        assert (found.state, found.change, fresh(task).due_on) == ("asked", None, DUE)
        assert faults() == []
        approve(found, office, on=date(2022, 9, 28))
        assert fresh(task).due_on == NEW
        assert faults() == []

    def test_not_while_another_one_waits(self, request_, task, office, editor, refused):
        refuse(request_, office)
        ask(task, editor, on=DECIDED)
        refused(lambda: take_back(EventKind.EXTENSION_REFUSED, office, task), "asked for meanwhile")

    def test_an_extension_without_a_request(self, task, office):
        amendments.extend_deadline(
            actor=office,
            task_id=task.pk,
            version=None,
            new_text="年底前",
            new_due_on=NEW,
            reason="统一调整",
            document_no="",
            **said(DECIDED),
        )
        take_back(EventKind.EXTENDED, office, task)
        assert fresh(task).due_on == DUE


class TestSight:
    def test_requests_are_seen_with_their_task(self, request_, editor, leader, other_editor):
        assert access.visible_extensions(editor).get() == request_
        assert access.visible_extensions(leader).exists()
        assert not access.visible_extensions(other_editor).exists()

    def test_requests_of_annulled_tasks_wait_for_nobody(self, request_, task):
        assert ExtensionRequest.objects.open().exists()
        Task.objects.filter(pk=task.pk).update(is_annulled=True)
        assert not ExtensionRequest.objects.open().exists()


class TestIntegrity:
    @pytest.mark.parametrize(
        ("columns", "how"),
        [
            ({"state": "refused", "decided_on": DECIDED}, "is refused, by the record asked"),
            ({"new_due_on": date(2023, 1, 1)}, "asks for another day"),
        ],
    )
    def test_a_request_changed_behind_the_record_is_found(self, request_, columns, how):
        ExtensionRequest.objects.update(**columns)
        assert how in faults()[0]

    def test_a_request_that_is_gone_or_was_never_asked_is_found(self, request_, task, editor):
        ExtensionRequest.objects.all().delete()
        assert "is missing" in faults()[0]
        assert task.status != AssignmentStatus.CLOSED
        facts = {"old_text": "x", "old_due_on": DUE, "new_text": "y", "new_due_on": NEW}
        ExtensionRequest.objects.create(
            pk=request_.pk + 1,
            task=task,
            assignment=part(task),
            asked_by=editor,
            asked_on=ASKED,
            **facts,
        )
        assert faults()

    def test_another_extension_than_its_own_is_found(self, request_, task, office):
        approve(request_, office)
        other = make_task(due_on=DUE)
        amendments.extend_deadline(
            actor=office,
            task_id=other.pk,
            version=None,
            new_text="年底前",
            new_due_on=NEW,
            reason="统一调整",
            document_no="",
            **said(DECIDED),
        )
        ExtensionRequest.objects.update(change=other.deadline_changes.get())
        assert "another entry" in faults()[0]


def test_a_report_beside_a_request_is_no_conflict(task, editor, office):
    version = part(task).version
    found = ask(task, editor, version=version)
    refuse(found, office)
    progress.submit_report(
        actor=editor,
        assignment_id=part(task).pk,
        version=version,
        values={"text": "进展", "percent": 30},
        **said(DECIDED),
    )


def test_a_conflict_about_the_part_names_its_own_entries(task, editor, request_):
    version = part(task).version
    factories.make_report(task, 30, on=ASKED)
    with pytest.raises(ValidationError) as refusal:
        withdraw(request_, editor, version=7)
    assert isinstance(refusal.value, Stale)
    with pytest.raises(Stale) as refusal:
        ask(task, editor, version=version)
    assert refusal.value.since[0].kind == EventKind.REPORTED
