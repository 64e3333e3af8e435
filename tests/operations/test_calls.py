"""Workbooks that answer a call: kept, replaced, put aside, and entered all or none."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.callbooks import GOOD, ON, SAID, TODAY, filled, make_call, read
from tracker.choices import ReportStatus
from tracker.models import CallFile, Event, ProgressReport
from tracker.operations import annulment, calls, inspections, progress, report_steps
from tracker.operations.integrity import Check

AT = datetime(2022, 7, 5, 2, tzinfo=UTC)


@pytest.fixture
def call(inspection):
    return make_call()


@pytest.fixture
def tasks(call, county, other_county):
    return [
        factories.make_task(units=[county], number=1),
        factories.make_task(units=[county], number=2),
        factories.make_task(units=[other_county], number=3),
    ]


def keep(actor, call, *readings, at=AT):
    return calls.keep_files(actor=actor, call=call, readings=readings, at=at)


def kept(actor, call, unit, *rows, name="临江县.xlsx"):
    [file] = keep(actor, call, read(call, filled(call, unit, *rows), name=name))
    return file


def confirm(actor, call, *files, taken=(), seen=None, on=ON, at=AT):
    return calls.confirm_files(
        actor=actor,
        call=call,
        seen=calls.fingerprints(files) if seen is None else seen,
        taken=taken,
        on=on,
        at=at,
    )


def test_an_answer_counts_on_its_day_and_within_the_period(call):
    assert calls.reported_on(call, date(2022, 6, 20)) == date(2022, 6, 20)
    assert calls.reported_on(call, TODAY) == ON
    with pytest.raises(ValidationError, match="begins on 2022-06-01"):
        calls.reported_on(call, date(2022, 5, 31))


def test_nothing_counts_before_it_is_confirmed(call, tasks, county, office):
    file = kept(office, call, county, GOOD)

    assert file.is_waiting
    assert file.is_clean
    assert not ProgressReport.objects.exists()
    assert not Event.objects.filter(kind="reported").exists()


def test_confirmed_rows_are_reports_that_name_who_and_from_which_file(call, tasks, county, office):
    file = kept(office, call, county, {**GOOD, "Telephone": "13812345678"})

    [report] = confirm(office, call, file)

    part = factories.part(tasks[0])
    report.refresh_from_db()
    assert (report.assignment, report.round, report.file) == (part, call, file)
    assert (report.status, report.reported_on) == (ReportStatus.SUBMITTED, ON)
    assert (report.percent_before, report.percent, report.text) == (0, 60, SAID)
    assert (report.author, report.contact_phone) == (office, "13812345678")
    event = report.event
    assert (event.actor, event.effective_on, event.note) == (office, ON, SAID)
    assert event.details["after"]["file"] == "临江县.xlsx"
    assert event.details["after"]["sha256"] == file.sha256
    assert event.details["after"]["row"].endswith("!5")
    assert (part.percent, part.last_report_on, part.version) == (60, ON, 2)
    file.refresh_from_db()
    assert (file.confirmed_at, file.confirmed_by) == (AT, office)
    assert list(Check().faults()) == []


def test_several_files_are_entered_together(call, tasks, county, other_county, office):
    files = [
        kept(office, call, county, GOOD, GOOD),
        kept(office, call, other_county, GOOD, name="望潮县.xlsx"),
    ]

    assert len(confirm(office, call, *files)) == 3


def test_queries_do_not_grow_with_the_rows(call, county, office):
    for number in range(1, 9):
        factories.make_task(units=[county], number=number)
    few = kept(office, call, county, GOOD)
    with CaptureQueriesContext(connection) as one:
        confirm(office, call, few)
    many = kept(office, call, county, *[GOOD] * 8)
    with CaptureQueriesContext(connection) as seven:
        assert len(confirm(office, call, many)) == 7
    assert len(seven) <= len(one) + 2


def test_a_quantity_is_entered_and_measured(call, county, office):
    task = factories.make_task(units=[county], quantity_target=Decimal(7618), quantity_unit="个")
    file = kept(office, call, county, {**GOOD, "Quantity": "2513/7618个"})

    [report] = confirm(office, call, file)

    assert report.quantity_done == 2513
    after = Event.objects.get(task=task, kind="reported").details["after"]
    assert (Decimal(after["quantity_done"]), Decimal(after["quantity_target"])) == (2513, 7618)
    assert calls.state_of(file.rows[0], report) == "same"


def test_progress_that_fell_keeps_its_reason(call, tasks, county, office):
    factories.make_report(tasks[0], 80, on=date(2022, 5, 20))
    file = kept(office, call, county, {**GOOD, "Why not": "复核后核减"})

    [report] = confirm(office, call, file)

    assert (report.percent_before, report.fall_reason) == (80, "复核后核减")


def test_a_draft_of_the_same_person_stays_a_draft(call, tasks, county, editor):
    part = factories.part(tasks[0])
    draft = progress.save_draft(
        actor=editor,
        assignment_id=part.pk,
        values={"text": "草稿", "percent": 5},
        on=ON,
        at=factories.moment(ON),
    )

    confirm(editor, call, kept(editor, call, county, GOOD))

    draft.refresh_from_db()
    assert (draft.status, draft.text) == (ReportStatus.DRAFT, "草稿")
    assert ProgressReport.objects.count() == 2


def test_rows_that_could_not_be_entered_do_not_wait(
    call, tasks, county, editor, office, inspection
):
    inspections.amend_inspection(
        actor=office, inspection_id=inspection.pk, changes={"reports_signed": True}, on=ON, at=AT
    )
    file = kept(editor, call, county, GOOD)
    with pytest.raises(ValidationError, match="in the future"), transaction.atomic():
        confirm(editor, call, file, at=factories.moment(date(2022, 6, 1)))
    assert not ProgressReport.objects.exists()


def test_rows_of_an_editor_wait_to_be_signed_where_reports_are(
    call, tasks, county, editor, head, office, inspection
):
    inspections.amend_inspection(
        actor=office, inspection_id=inspection.pk, changes={"reports_signed": True}, on=ON, at=AT
    )
    file = kept(editor, call, county, GOOD)
    [report] = confirm(editor, call, file)
    assert (report.status, report.event, report.file) == (ReportStatus.TO_SIGN, None, file)
    assert factories.part(tasks[0]).percent == 0

    second = kept(editor, call, county, {**GOOD, "Why not": "复核"}, name="再报.xlsx")
    with pytest.raises(ValidationError, match="临江县, task 1: a report of .* comes back first"):
        confirm(editor, call, second)

    report_steps.sign_report(actor=head, report_id=report.pk, at=AT)
    entry = ProgressReport.objects.get(pk=report.pk).event
    after = entry.details["after"]
    assert (entry.actor, after["file"], after["author"]) == (head, file.name, str(editor))
    assert after["row"].partition("!")[0]
    assert factories.part(tasks[0]).percent == report.percent
    assert list(Check().faults()) == []


class TestReportedMeanwhile:
    @pytest.fixture
    def file(self, call, tasks, county, office):
        return kept(office, call, county, GOOD, GOOD)

    @pytest.fixture
    def on_line(self, file, tasks, editor):
        """The unit reports the first task itself, after its workbook came in."""
        return factories.make_report(tasks[0], 75, on=date(2022, 6, 28), actor=editor)

    def test_what_was_reported_stays_unless_the_row_is_taken(
        self, file, on_line, call, tasks, office
    ):
        reports = confirm(office, call, file)

        assert [report.assignment.task for report in reports] == [tasks[1]]
        assert factories.part(tasks[0]).percent == 75

    def test_a_row_that_is_taken_comes_after_it(self, file, on_line, call, tasks, office, county):
        part = factories.part(tasks[0])
        factories.make_report(tasks[0], 55, on=date(2022, 6, 29), fall_reason="核减")

        reports = confirm(office, call, file, taken=[f"{file.pk}:{part.pk}"])

        assert len(reports) == 2
        part.refresh_from_db()
        assert part.percent == 60

    def test_where_progress_falls_by_it_the_report_says_why(
        self, file, on_line, call, tasks, office
    ):
        part = factories.part(tasks[0])

        reports = confirm(office, call, file, taken=[f"{file.pk}:{part.pk}"])

        [report] = [report for report in reports if report.assignment == part]
        assert (report.percent_before, report.percent) == (75, 60)
        assert report.fall_reason == "The workbook counts instead of the report of 2022-06-28."

    def test_a_row_that_is_not_whole_any_more_is_named(self, file, call, tasks, office):
        factories.make_report(tasks[1], 90, on=date(2022, 5, 30))

        with pytest.raises(ValidationError, match="“临江县.xlsx”, row 6: Progress was 90%"):
            confirm(office, call, file)
        assert ProgressReport.objects.count() == 1

    def test_a_confirmation_that_has_not_seen_it_is_refused(
        self, file, call, tasks, editor, office
    ):
        seen = calls.fingerprints([file])
        factories.make_report(tasks[0], 75, on=date(2022, 6, 28), actor=editor)

        with pytest.raises(ValidationError, match="Something was reported since"):
            confirm(office, call, file, seen=seen)
        assert ProgressReport.objects.count() == 1
        file.refresh_from_db()
        assert file.is_waiting

    def test_the_same_words_are_no_conflict_and_change_nothing(
        self, file, call, tasks, editor, office
    ):
        confirm(office, call, file)
        again = CallFile.objects.create(
            round=call, name="again.xlsx", sha256="1", rows=file.rows,
            uploaded_by=office, uploaded_at=AT,
        )  # fmt: skip

        assert confirm(office, call, again) == []
        assert ProgressReport.objects.count() == 2

    def test_what_was_annulled_is_no_report(self, file, on_line, call, tasks, office):
        annulment.annul(actor=office, event_id=on_line.event_id, reason="误报", at=AT)

        assert len(confirm(office, call, file)) == 2


class TestRefusals:
    def test_a_file_with_a_fault_is_not_entered_and_neither_are_the_others(
        self, call, tasks, county, other_county, office
    ):
        files = [
            kept(office, call, other_county, GOOD, name="望潮县.xlsx"),
            kept(office, call, county, {**GOOD, "Share (%)": "x"}),
        ]

        with pytest.raises(ValidationError, match="“临江县.xlsx” has errors"):
            confirm(office, call, *files)
        assert not ProgressReport.objects.exists()

    def test_nothing_chosen(self, call, office):
        with pytest.raises(ValidationError, match="at least one"):
            confirm(office, call)

    def test_nothing_is_entered_twice(self, call, tasks, county, office):
        file = kept(office, call, county, GOOD)
        confirm(office, call, file)

        with pytest.raises(ValidationError, match="entered twice"):
            confirm(office, call, file)
        with pytest.raises(ValidationError, match="entered twice"):
            calls.discard_file(actor=office, file_id=file.pk, at=AT)

    def test_two_files_for_the_same_task(self, call, tasks, county, office, editor):
        files = [kept(editor, call, county, GOOD), kept(office, call, county, GOOD, name="b.xlsx")]

        with pytest.raises(ValidationError, match="“临江县.xlsx” and “b.xlsx” both answer"):
            confirm(office, call, *files)

    def test_a_file_of_another_call(self, call, tasks, county, office):
        file = kept(office, call, county, GOOD)
        other = make_call(on=date(2022, 7, 1), period_to=date(2022, 7, 31), name="七月")

        with pytest.raises(ValidationError, match="has errors"):
            confirm(office, other, file)

    def test_rows_of_units_that_the_account_does_not_report_for(
        self, call, tasks, other_county, editor
    ):
        file = kept(editor, call, other_county, GOOD)

        with pytest.raises(PermissionDenied):
            confirm(editor, call, file)
        assert not ProgressReport.objects.exists()

    def test_files_of_somebody_else(self, call, tasks, county, office, editor, head):
        file = kept(head, call, county, GOOD)

        with pytest.raises(PermissionDenied):
            confirm(editor, call, file)
        with pytest.raises(PermissionDenied):
            calls.discard_file(actor=editor, file_id=file.pk, at=AT)
        assert len(confirm(office, call, file)) == 1

    @pytest.mark.parametrize("who", ["reader", "leader", "stranger"])
    def test_who_reports_for_nobody_hands_in_nothing(self, who, request, call, tasks, county):
        person = request.getfixturevalue(who)

        with pytest.raises(PermissionDenied):
            kept(person, call, county, GOOD)


class TestReplacing:
    def test_a_mended_file_takes_the_place_of_the_faulty_one(self, call, tasks, county, office):
        bad = kept(office, call, county, {**GOOD, "Share (%)": "x"})

        good = kept(office, call, county, GOOD, name="临江县(改).xlsx")

        bad.refresh_from_db()
        assert bad.replaced_by == good
        assert not bad.is_waiting
        assert list(CallFile.objects.waiting()) == [good]

    def test_one_of_the_same_name_does_even_if_it_could_not_be_read(self, call, tasks, office):
        first = calls.Reading("坏.xlsx", "0", refusal="This is not a workbook.")
        [bad] = keep(office, call, first)
        [again] = keep(office, call, first)

        bad.refresh_from_db()
        assert bad.replaced_by == again
        assert not bad.is_clean

    def test_what_says_more_or_is_of_somebody_else_stays(
        self, call, tasks, county, other_county, office, editor
    ):
        whole = kept(office, call, county, GOOD, GOOD)
        [part] = keep(
            office,
            call,
            calls.Reading("一行.xlsx", "1", rows=whole.rows[:1]),
        )
        own = kept(editor, call, county, GOOD, name="own.xlsx")

        assert set(CallFile.objects.waiting()) == {whole, part, own}

    def test_files_handed_in_together_do_not_replace_each_other(self, call, tasks, county, office):
        reading = read(call, filled(call, county, GOOD))

        assert len(keep(office, call, reading, reading)) == 2
        assert CallFile.objects.waiting().count() == 2

    def test_a_file_can_be_put_aside(self, call, tasks, county, office):
        file = calls.discard_file(actor=office, file_id=kept(office, call, county, GOOD).pk, at=AT)

        assert (file.discarded_at, file.is_waiting, str(file)) == (AT, False, "临江县.xlsx")


def test_an_empty_row_asks_for_nothing(call, tasks, county, office):
    file = kept(office, call, county)

    assert (file.rows, len(file.blank), file.refused) == ([], 2, [])
    assert confirm(office, call, file) == []


def test_a_report_on_line_is_held_to_the_same_rules(call, tasks, editor):
    part = factories.part(tasks[0])
    values = {"text": SAID, "percent": 60, "is_on_schedule": False, "applies_for_closure": True}

    with pytest.raises(ValidationError) as refusal:
        progress.submit_report(
            actor=editor, assignment_id=part.pk, version=None, values=values, on=ON, at=AT
        )
    assert set(refusal.value.message_dict) == {
        "delay_reason",
        "next_steps",
        "applies_for_closure",
    }
    for percent in (-1, 101):
        with pytest.raises(ValidationError, match="0 to 100"):
            progress.submit_report(
                actor=editor, assignment_id=part.pk, version=None,
                values={"text": SAID, "percent": percent}, on=ON, at=AT,
            )  # fmt: skip
