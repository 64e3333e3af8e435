"""Reports on their way: signed, reviewed, sent back, withdrawn; then received or returned."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests import factories
from tests.factories import (
    complete,
    grant,
    make_report,
    make_round,
    make_task,
    make_user,
    moment,
    part,
)
from tracker.choices import EventKind, NotificationKind, ReportStatus, Role
from tracker.figures.one_task import measured_progress
from tracker.models import Deputy, Event, Evidence, Membership, Notification, ProgressReport
from tracker.operations import annulment, inspections, progress, report_steps
from tracker.operations.evidence import check
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

DAY = date(2022, 6, 1)
SIGNED = date(2022, 6, 3)
LATER = date(2022, 6, 20)

Status = ReportStatus


@pytest.fixture
def task(county, office):
    return make_task()


@pytest.fixture
def signed(inspection, office):
    """Reports are signed by the head of the unit."""
    return rule(inspection, office, reports_signed=True)


@pytest.fixture
def reviewed(inspection, office):
    """Reports of units below a county are reviewed by it."""
    return rule(inspection, office, county_reviews=True)


def rule(inspection, office, **changes):
    return inspections.amend_inspection(
        actor=office, inspection_id=inspection.pk, changes=changes, on=DAY, at=moment(DAY)
    )


def again(report):
    return ProgressReport.objects.get(pk=report.pk)


def sign(report, actor, on=SIGNED, **more):
    return report_steps.sign_report(actor=actor, report_id=report.pk, at=moment(on), **more)


def review(report, actor, on=SIGNED, **more):
    return report_steps.review_report(actor=actor, report_id=report.pk, at=moment(on), **more)


def send_back(report, actor, reason="缺监测数据", **more):
    return report_steps.send_back(actor=actor, report_id=report.pk, reason=reason, **more)


def withdraw(report, actor, **more):
    return report_steps.withdraw_report(actor=actor, report_id=report.pk, **more)


def accept(report, actor, on=LATER, **more):
    return report_steps.accept_report(
        actor=actor, report_id=report.pk, on=on, at=moment(on), **more
    )


def give_back(report, actor, on=LATER, reason="缺监测数据", at=None, **more):
    return report_steps.return_report(
        actor=actor, report_id=report.pk, reason=reason, on=on, at=at or moment(on), **more
    )


def keep_draft(task, actor):
    return progress.save_draft(
        actor=actor,
        assignment_id=part(task).pk,
        values={"text": "下月", "percent": 50},
        on=DAY,
        at=moment(DAY),
    )


def annul(event, actor, on=date(2022, 7, 1)):
    return annulment.annul(actor=actor, event_id=event.pk, reason="录错", at=moment(on))


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so, and nothing is written."""

    def check_it(step, words, field=None, error=ValidationError):
        before = Event.objects.count(), list(ProgressReport.objects.values())
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (Event.objects.count(), list(ProgressReport.objects.values())) == before

    return check_it


class TestSigning:
    def test_an_editor_s_report_waits_and_nothing_counts(self, task, signed, editor, head):
        report = make_report(task, 40, actor=editor)
        assert (report.status, report.event, report.sent_at) == (Status.TO_SIGN, None, moment(DAY))
        own = part(task)
        assert (own.percent, own.last_report_on, own.version) == (0, None, 1)
        assert not Event.objects.filter(kind=EventKind.REPORTED).exists()
        [told] = Notification.objects.filter(kind=NotificationKind.TO_SIGN)
        assert (told.person, told.url) == (head, report.get_absolute_url())
        assert told.details == {"task": "2022s2-1 任务1", "unit": "临江县"}

    def test_who_deputises_for_the_head_is_told_too(self, task, signed, editor, head, county):
        people = [make_user(username=name) for name in ("all", "some", "other", "later", "gone")]
        for_all, for_some, for_other, later, gone = people
        other = grant(head, Role.UNIT_READER, county)
        held = head.memberships.get(role=Role.UNIT_HEAD)
        for deputy, rows, day in (
            (for_all, None, DAY),
            (for_some, [held], DAY),
            (for_other, [other], DAY),
            (later, None, DAY + timedelta(days=1)),
            (gone, None, DAY),
        ):
            row = Deputy.objects.create(
                principal=head,
                deputy=deputy,
                is_for_all=rows is None,
                starts_on=day,
                ends_on=day,
                reason="休假",
                given_by=head,
                given_at=moment(DAY),
            )
            row.memberships.set(rows or [])
        gone.is_active = False
        gone.save()
        make_report(task, 40, actor=editor)
        told = Notification.objects.filter(kind=NotificationKind.TO_SIGN)
        assert {row.person for row in told} == {head, for_all, for_some}

    def test_signed_it_counts_from_the_day_of_its_author(self, task, signed, editor, head):
        report = make_report(task, 40, actor=editor)
        assert sign(report, head, version=report.version).status == Status.SUBMITTED
        own, report = part(task), again(report)
        assert (own.percent, own.last_report_on) == (40, DAY)
        assert (report.signed_by, report.percent_before) == (head, 0)
        entry = report.event
        assert (entry.actor, entry.effective_on, entry.recorded_at) == (head, DAY, moment(SIGNED))
        after = entry.details["after"]
        assert (after["author"], after["signer"]) == (str(editor), str(head))
        assert "reviewer" not in after
        assert list(Check().faults()) == []

    @pytest.mark.parametrize("who", ["head", "office", "county_office"])
    def test_who_could_sign_has_signed_by_sending(self, who, request, task, signed):
        report = make_report(task, 40, actor=request.getfixturevalue(who))
        assert report.status == Status.SUBMITTED
        assert "signer" not in report.event.details["after"]

    def test_a_head_above_in_the_county_signs_and_one_of_the_city_does_not(
        self, county, town, city, signed, office, head, refused
    ):
        task = make_task(units=[town])
        clerk = factories.make_user(Role.UNIT_EDITOR, town)
        mayor = factories.make_user(Role.UNIT_HEAD, city)
        report = make_report(task, 40, actor=clerk)
        assert [told.person for told in Notification.objects.all()] == [head]
        refused(lambda: sign(report, mayor), "may not do that", error=PermissionDenied)
        sign(report, head)
        own = make_task(units=[city])
        waiting = make_report(own, 10, actor=factories.make_user(Role.UNIT_EDITOR, city))
        assert sign(waiting, mayor).status == Status.SUBMITTED

    @pytest.mark.parametrize("who", ["editor", "reader", "acceptance", "leader", "other_editor"])
    def test_nobody_else_signs_or_sends_back(self, who, request, task, signed, refused, head):
        report = make_report(task, 40, actor=factories.make_user(Role.UNIT_EDITOR, part(task).unit))
        actor = request.getfixturevalue(who)
        refused(lambda: sign(report, actor), "may not", error=PermissionDenied)
        refused(lambda: send_back(report, actor), "may not", error=PermissionDenied)

    def test_what_was_signed_is_not_signed_again(self, task, signed, editor, head, refused):
        report = make_report(task, 40, actor=editor)
        sign(report, head)
        refused(lambda: sign(report, head), "“submitted” by now .*head")
        refused(lambda: send_back(report, head), "“submitted” by now")
        refused(lambda: withdraw(report, editor), "“submitted” by now")
        refused(lambda: review(report, factories.an_office()), "“submitted” by now")

    def test_who_signs_has_seen_what_it_says(self, task, signed, editor, head, refused):
        report = make_report(task, 40, actor=editor)
        seen = report.version
        withdraw(report, editor)
        make_report(task, 95, actor=editor)
        refused(lambda: sign(report, head, version=seen), "changed meanwhile", error=Stale)
        assert sign(report, head).percent == 95

    def test_a_day_that_no_longer_works_is_said_so(self, task, signed, editor, head, refused):
        report = make_report(task, 40, actor=editor)
        make_report(task, 80, on=DAY, actor=head)
        refused(lambda: sign(report, head), "would fall to 40%", "fall_reason")

    def test_only_one_report_of_a_part_waits(self, task, signed, editor, head, refused):
        make_report(task, 40, actor=editor)
        other = factories.make_user(Role.UNIT_EDITOR, part(task).unit)
        refused(lambda: make_report(task, 50, actor=other), "is to be signed .* before another one")
        assert make_report(task, 50, actor=head).status == Status.SUBMITTED

    def test_what_could_not_be_entered_does_not_wait(
        self, task, signed, editor, head, office, refused
    ):
        refused(
            lambda: make_report(task, 40, actor=editor, on=LATER, at=moment(DAY)), "in the future"
        )
        waits = make_report(task, 100, actor=editor)
        complete(task, on=SIGNED)
        progress.take_over_closure(
            actor=office, assignment_id=part(task).pk, version=None, on=LATER, at=moment(LATER)
        )
        withdraw(waits, editor)
        refused(lambda: make_report(task, 100, actor=editor, on=LATER), "cannot follow")
        assert make_report(task, 100, actor=editor, at=moment(LATER)).status == Status.TO_SIGN

    def test_measures_and_files_wait_with_it(self, task, signed, editor, head):
        measure = task.measures.get()
        report = progress.submit_report(
            actor=editor,
            assignment_id=part(task).pk,
            version=None,
            values={"text": "完成", "percent": 60},
            measures_done=[measure],
            files=[check(SimpleUploadedFile("监测报告.pdf", b"%PDF-1.4 \n%%EOF"))],
            on=DAY,
            at=moment(DAY),
        )
        measure.refresh_from_db()
        assert measure.completed_on is None
        assert Evidence.objects.get().step is None
        sign(report, head)
        measure.refresh_from_db()
        assert measure.completed_on == DAY
        assert Evidence.objects.get().step == again(report).event


class TestComingBack:
    def test_sent_back_it_is_its_author_s_draft_again(self, task, signed, editor, head, refused):
        report = make_report(task, 40, actor=editor)
        refused(lambda: send_back(report, head, reason="  "), "Say what is missing", "note")
        back = send_back(report, head)
        assert (back.status, back.sent_back_by, back.sent_back_reason) == (
            Status.DRAFT,
            head,
            "缺监测数据",
        )
        sent = make_report(task, 45, actor=editor)
        assert (sent.pk, sent.sent_back_by, sent.sent_back_reason) == (report.pk, None, "")
        assert Notification.objects.filter(kind=NotificationKind.TO_SIGN).count() == 2

    def test_sent_back_it_goes_to_whom_its_author_handed_over(
        self, task, signed, editor, head, county
    ):
        factories.make_user(Role.UNIT_EDITOR, county)
        report = make_report(task, 40, actor=editor)
        successor = factories.make_user()
        factories.make_handover(editor, successor, county, on=SIGNED, deactivates=True)
        assert send_back(report, head).author == successor
        own = again(report)
        assert (own.author, own.status, own.percent) == (successor, Status.DRAFT, 40)

    def test_where_nobody_of_the_unit_is_left_it_goes_to_who_sends_it_back(
        self, task, signed, editor, office
    ):
        report = make_report(task, 40, actor=editor)
        editor.is_active = False
        editor.save()
        assert send_back(report, office).author == office

    def test_who_has_a_draft_keeps_it_and_is_passed_over(self, task, signed, editor, head, county):
        report = make_report(task, 40, actor=editor)
        own = keep_draft(task, head)
        colleague = factories.make_user(Role.UNIT_EDITOR, county)
        Membership.objects.filter(user=editor).delete()
        assert send_back(report, head).author == colleague
        assert again(own).author == head

    def test_where_everybody_has_a_draft_nothing_is_lost(self, task, signed, editor, head):
        report = make_report(task, 40, actor=editor)
        keep_draft(task, head)
        Membership.objects.filter(user=editor).delete()
        assert send_back(report, head).author == editor
        assert ProgressReport.objects.filter(status=Status.DRAFT).count() == 2

    def test_a_deputy_mends_it_while_they_deputise(self, task, signed, editor, head, county):
        deputy = factories.make_user(Role.UNIT_READER, county)
        factories.make_deputy(editor, deputy, DAY)
        deputy.today = head.today = DAY
        report = make_report(task, 40, actor=deputy)
        assert send_back(report, head).author == deputy

    def test_its_author_takes_it_back(self, task, signed, editor, head, refused):
        report = make_report(task, 40, actor=editor)
        refused(lambda: withdraw(report, head), "may not", error=PermissionDenied)
        back = withdraw(report, editor, version=report.version)
        assert (back.status, back.sent_back_by) == (Status.DRAFT, None)

    def test_nobody_begins_another_one_while_it_waits(self, task, signed, editor, refused):
        make_report(task, 40, actor=editor)
        refused(lambda: keep_draft(task, editor), "is to be signed .* before another one")

    def test_beside_a_draft_the_reason_comes_to_the_draft(self, task, signed, editor, head):
        """Rows of workbooks do not take up a draft that their author has on line."""
        report = make_report(task, 40, actor=editor)
        ProgressReport.objects.filter(pk=report.pk).update(author=head)
        draft = keep_draft(task, editor)
        ProgressReport.objects.filter(pk=report.pk).update(author=editor)
        back = send_back(report, head)
        assert (back.pk, back.text, back.sent_back_reason) == (draft.pk, "下月", "缺监测数据")
        assert ProgressReport.objects.get() == draft


class TestReviewing:
    @pytest.fixture
    def town_task(self, town, office):
        return make_task(units=[town])

    @pytest.fixture
    def clerk(self, town):
        return factories.make_user(Role.UNIT_EDITOR, town)

    def test_a_report_of_a_town_waits_for_the_office_of_its_county(
        self, town_task, reviewed, clerk, county_office
    ):
        report = make_report(town_task, 40, actor=clerk)
        assert report.status == Status.TO_REVIEW
        [told] = Notification.objects.filter(kind=NotificationKind.TO_REVIEW)
        assert told.person == county_office
        assert review(report, county_office, version=report.version).status == Status.SUBMITTED
        after = again(report).event.details["after"]
        assert after["reviewer"] == str(county_office)

    def test_the_county_s_own_reports_and_those_of_departments_do_not_wait(
        self, task, bureau, reviewed, editor
    ):
        assert make_report(task, 40, actor=editor).status == Status.SUBMITTED
        own = make_task(units=[bureau])
        clerk = factories.make_user(Role.UNIT_EDITOR, bureau)
        assert make_report(own, 40, actor=clerk).status == Status.SUBMITTED

    def test_signed_first_then_reviewed(
        self, town_task, signed, reviewed, clerk, head, county_office, refused
    ):
        report = make_report(town_task, 40, actor=clerk)
        refused(lambda: review(report, county_office), "“to be signed by the unit head” by now")
        assert sign(report, head).status == Status.TO_REVIEW
        refused(lambda: review(report, head), "may not", error=PermissionDenied)
        refused(lambda: send_back(report, head), "may not", error=PermissionDenied)
        back = send_back(report, county_office)
        assert (back.status, back.signed_by) == (Status.DRAFT, None)
        report = make_report(town_task, 45, actor=clerk)
        sign(report, head)
        review(report, county_office)
        after = again(report).event.details["after"]
        assert (after["author"], after["signer"], after["reviewer"]) == (
            str(clerk),
            str(head),
            str(county_office),
        )

    def test_an_inactive_person_is_told_nothing(self, town_task, reviewed, clerk, county):
        gone = factories.make_user(Role.OFFICE, county, is_active=False)
        make_report(town_task, 40, actor=clerk)
        assert not Notification.objects.filter(person=gone).exists()

    def test_where_nobody_reviews_the_office_of_the_city_is_told_and_does(
        self, town_task, reviewed, clerk, office
    ):
        report = make_report(town_task, 40, actor=clerk)
        assert [told.person for told in Notification.objects.all()] == [office]
        assert review(report, office).status == Status.SUBMITTED


class TestReceiving:
    def test_a_received_report_is_the_office_s_word_and_moves_no_figure(self, task, editor, office):
        report = make_report(task, 40, actor=editor)
        assert accept(report, office).status == Status.ACCEPTED
        entry = again(report).decision
        assert (entry.kind, entry.effective_on) == (EventKind.REPORT_ACCEPTED, LATER)
        assert entry.details["after"]["reported"] == report.event.sequence
        assert (part(task).percent, part(task).last_report_on) == (40, DAY)

    @pytest.mark.parametrize("who", ["editor", "head", "leader", "other_editor"])
    def test_only_who_judges_answers(self, who, request, task, refused):
        report, actor = make_report(task, 40), request.getfixturevalue(who)
        refused(lambda: accept(report, actor), "may not", error=PermissionDenied)
        refused(lambda: give_back(report, actor), "may not", error=PermissionDenied)

    @pytest.mark.parametrize("who", ["acceptance", "supervising", "county_office"])
    def test_overseers_and_the_office_of_the_place_answer(
        self, who, request, county, water_bureau, office
    ):
        task = make_task(supervising_unit=water_bureau)
        actor = request.getfixturevalue(who)
        assert accept(make_report(task, 40), actor).status == Status.ACCEPTED
        assert give_back(make_report(task, 50, on=SIGNED), actor).status == Status.RETURNED

    def test_answered_once(self, task, office, refused):
        report = make_report(task, 40)
        accept(report, office)
        refused(lambda: accept(report, office), "“accepted” by now .*office")
        refused(lambda: give_back(report, office), "“accepted” by now")

    def test_the_day_is_not_before_the_report_and_what_was_annulled_is_gone(
        self, task, office, refused
    ):
        report = make_report(task, 40)
        refused(lambda: accept(report, office, on=date(2022, 5, 31)), "of 2022-06-01", "on")
        refused(lambda: accept(report, office, version=7), "changed meanwhile", error=Stale)
        annul(report.event, office)
        refused(lambda: accept(report, office, on=date(2022, 7, 2)), "was annulled")

    def test_many_at_once_each_for_itself(self, task, office):
        reports = [make_report(task, 40), make_report(make_task(), 10)]
        accept(reports[0], office)
        outcome = report_steps.accept_reports(
            actor=office,
            seen={report.pk: report.version for report in reports},
            on=LATER,
            at=moment(LATER),
        )
        assert "“accepted” by now" in outcome[reports[0].pk]
        assert outcome[reports[1].pk] == ""
        assert again(reports[1]).status == Status.ACCEPTED

    def test_a_received_report_can_be_annulled_and_its_receipt_too(self, task, office):
        report = make_report(task, 40)
        accept(report, office)
        annul(again(report).decision, office)
        assert (again(report).status, again(report).decision) == (Status.SUBMITTED, None)
        accept(report, office)
        annul(report.event, office)
        assert part(task).percent == 0
        assert list(Check().faults()) == []


class TestReturning:
    def test_from_its_return_on_the_unit_has_not_reported(self, task, office):
        make_report(task, 30, on=date(2022, 5, 20))
        report = make_report(task, 55)
        give_back(report, office)
        own = part(task)
        assert (own.percent, own.last_report_on, own.status) == (
            30,
            date(2022, 5, 20),
            "in_progress",
        )
        spans = own.spans.filter(recorded_to=None).order_by("valid_from")
        assert [(span.valid_from, span.percent) for span in spans][-2:] == [(DAY, 55), (LATER, 30)]
        assert again(report).status == Status.RETURNED
        assert list(Check().faults()) == []

    def test_the_only_report_leaves_a_part_that_was_not_begun(self, task, office):
        give_back(make_report(task, 55), office)
        span = part(task).spans.get(recorded_to=None, valid_to__year=9999)
        assert (span.percent, span.is_started, span.last_report_on) == (0, False, None)
        assert span.status == "in_progress"

    def test_a_quantity_goes_back_too(self, county, office):
        task = make_task(quantity_target=200)
        make_report(task, 10, on=date(2022, 5, 20), quantity_done=20)
        report = make_report(task, 90, quantity_done=180)
        give_back(report, office)
        [before] = measured_progress([part(task).pk], DAY).values()
        [after] = measured_progress([part(task).pk], LATER).values()
        assert (float(before), float(after)) == (0.9, 0.1)

    def test_it_needs_a_reason_and_is_of_the_newest_report(self, task, office, refused):
        old = make_report(task, 30, on=date(2022, 5, 20))
        new = make_report(task, 55)
        refused(lambda: give_back(new, office, reason=" "), "Say what is missing", "note")
        refused(lambda: give_back(old, office), "newer report of 2022-06-01 stands")
        give_back(new, office)
        assert give_back(old, office).status == Status.RETURNED
        assert part(task).percent == 0

    def test_a_completed_part_has_its_completion_returned_instead(self, task, office, refused):
        report = make_report(task, 55)
        complete(task, on=date(2022, 6, 10))
        refused(lambda: give_back(report, office), "Return the completion")
        assert accept(report, office).status == Status.ACCEPTED

    def test_a_completion_that_is_entered_for_a_day_before_the_return_stays(self, task, office):
        give_back(make_report(task, 55), office)
        complete(task, on=date(2022, 6, 10), at=moment(date(2022, 7, 1)))
        own = part(task)
        assert (own.percent, own.completed_on) == (100, date(2022, 6, 10))

    def test_a_report_entered_afterwards_for_a_day_before_comes_up_instead(self, task, office):
        give_back(make_report(task, 55), office)
        make_report(task, 20, on=date(2022, 5, 25), at=moment(date(2022, 7, 1)))
        assert (part(task).percent, part(task).last_report_on) == (20, date(2022, 5, 25))

    def test_a_mended_report_counts_and_can_be_for_a_day_before_the_return(self, task, office):
        give_back(make_report(task, 55), office)
        mended = make_report(task, 50, on=date(2022, 6, 5), at=moment(date(2022, 7, 1)))
        assert mended.status == Status.SUBMITTED
        assert (part(task).percent, part(task).last_report_on) == (50, date(2022, 6, 5))

    def test_annulled_the_report_counts_again(self, task, office, refused):
        report = make_report(task, 55)
        give_back(report, office)
        refused(lambda: annul(report.event, office), "returned on 2022-06-20. Annul the return")
        annul(again(report).decision, office)
        assert (part(task).percent, again(report).status) == (55, Status.SUBMITTED)
        annul(report.event, office)
        assert part(task).percent == 0
        assert list(Check().faults()) == []

    def test_measures_ticked_off_with_it_stay_done(self, task, office):
        measure = task.measures.get()
        report = progress.submit_report(
            actor=office,
            assignment_id=part(task).pk,
            version=None,
            values={"text": "完成", "percent": 60},
            measures_done=[measure],
            on=DAY,
            at=moment(DAY),
        )
        give_back(report, office)
        measure.refresh_from_db()
        assert measure.completed_on == DAY

    def test_reports_that_stand_are_those_not_returned_by_the_day(self, task, office):
        report = make_report(task, 55)
        give_back(report, office)
        assert list(ProgressReport.objects.standing(date(2022, 6, 19))) == [report]
        assert not ProgressReport.objects.standing(LATER).exists()
        assert not ProgressReport.objects.standing().exists()


class TestDrafts:
    def save(self, task, actor, version=None, **values):
        return progress.save_draft(
            actor=actor,
            assignment_id=part(task).pk,
            values=values,
            version=version,
            on=DAY,
            at=moment(DAY),
        )

    def test_a_newer_draft_is_not_overwritten(self, task, editor, refused):
        first = self.save(task, editor, version=0, text="一")
        assert (first.version, first.percent, first.saved_at) == (1, 0, moment(DAY))
        second = self.save(task, editor, version=1, text="二", percent=5)
        assert (second.pk, second.version) == (first.pk, 2)
        refused(lambda: self.save(task, editor, version=1, text="三"), "newer draft .* at 09:00")
        refused(lambda: self.save(task, editor, version=0, text="三"), "newer draft")
        assert again(first).text == "二"

    def test_what_is_sent_again_is_kept_already(self, task, editor):
        """An answer that got lost on its way makes no second draft and no conflict."""
        measures = list(task.measures.all())
        first = self.save(task, editor, version=0, text="一", percent=5)
        again = self.save(task, editor, version=0, text="一", percent=5)
        assert (again.pk, again.version) == (first.pk, 1)
        common = {"actor": editor, "assignment_id": part(task).pk, "values": {"text": "一"}}
        common |= {"on": DAY, "at": moment(DAY)}
        ticked = progress.save_draft(measures_done=measures, version=1, **common)
        assert ticked.version == 2
        assert progress.save_draft(measures_done=measures, version=1, **common).version == 2

    def test_a_draft_that_was_sent_in_another_window_is_not_begun_again(
        self, task, editor, refused
    ):
        self.save(task, editor, version=0, text="一", percent=5)
        make_report(task, 10, actor=editor)
        refused(lambda: self.save(task, editor, version=1, text="二"), "was sent, or sent back")

    def test_a_report_does_not_send_over_a_newer_draft(self, task, editor, refused):
        self.save(task, editor, text="一", percent=5)
        refused(
            lambda: progress.submit_report(
                actor=editor,
                assignment_id=part(task).pk,
                version=None,
                values={"text": "另一窗口", "percent": 5},
                draft_version=0,
                on=DAY,
                at=moment(DAY),
            ),
            "newer draft",
        )

    def test_what_is_not_named_stays(self, task, editor):
        self.save(task, editor, text="一", percent=5, difficulties="资金")
        kept = self.save(task, editor, text="二")
        assert (kept.percent, kept.difficulties) == (5, "资金")

    def test_it_belongs_to_the_call_of_its_day(self, task, editor):
        call = make_round(on=DAY)
        assert self.save(task, editor, text="一").round == call


def test_heads_of_other_units_are_not_asked(task, signed, editor, other_county):
    Membership.objects.create(user=factories.make_user(), unit=other_county, role=Role.UNIT_HEAD)
    make_report(task, 40, actor=editor)
    assert not Notification.objects.filter(person__memberships__unit=other_county).exists()


class TestWhatTheRecordSays:
    def how(self):
        return [fault.how for fault in Check().faults()]

    def test_a_report_in_another_state_is_found(self, task, office):
        report = make_report(task, 40)
        accept(report, office)
        assert self.how() == []
        ProgressReport.objects.update(status=Status.SUBMITTED, decision=None)
        assert self.how() == [f"report {report.pk} is submitted, by the record accepted"]

    def test_one_answered_by_another_entry_is_found(self, task, office):
        report = make_report(task, 40)
        accept(report, office)
        ProgressReport.objects.update(decision=report.event)
        assert self.how() == [
            f"report {report.pk} was answered by another entry than the record says"
        ]

    def test_one_that_is_missing_is_found(self, task, office):
        report = make_report(task, 40)
        accept(report, office)
        ProgressReport.objects.all().delete()
        assert self.how() == [f"report {report.pk} is missing"]
