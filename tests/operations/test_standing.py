"""Standing tasks after their closure: one word a year on whether the result still holds."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests import factories
from tests.factories import make_closed, moment, part
from tracker import access
from tracker.choices import AssignmentStatus, EventKind, LookBackResult
from tracker.figures import standing as figures
from tracker.figures.closed_parts import left_to_do
from tracker.models import Event, LookBack, StandingConfirmation
from tracker.operations import annulment, inspections, lookbacks, progress, standing
from tracker.operations.evidence import check
from tracker.operations.integrity import Check

CLOSED = date(2022, 8, 1)
IN_TIME = date(2023, 11, 20)
LATE = date(2024, 1, 10)
WORDS = "现场抽查三处点位，管护台账齐全，未见反弹。"


def confirm(task, actor, on=IN_TIME, year=2023, holds=True, **values):
    return standing.confirm_standing(
        actor=actor,
        assignment_id=part(task).pk,
        **{
            **{"version": None, "year": year, "holds": holds, "text": WORDS},
            **{"on": on, "at": moment(on)},
            **values,
        },
    )


def take_back(kind, office):
    entry = Event.objects.standing().filter(kind=kind).latest("sequence")
    return annulment.annul(actor=office, event_id=entry.pk, reason="误录", at=moment(LATE))


def faults():
    return [fault.how for fault in Check().faults()]


@pytest.fixture
def task(county, office):
    return make_closed(on=CLOSED, due_on=None)


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so and nothing is written."""

    def check_it(step, words, field=None, error=ValidationError):
        before = Event.objects.count(), StandingConfirmation.objects.count()
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (Event.objects.count(), StandingConfirmation.objects.count()) == before

    return check_it


class TestConfirming:
    def test_the_task_stays_closed_and_the_word_stands_in_the_record(self, task, editor):
        pdf = check(SimpleUploadedFile("台账.pdf", b"%PDF-1.4 \n%%EOF"))
        found = confirm(task, editor, files=[pdf])
        assert (found.year, found.holds, found.confirmed_on) == (2023, True, IN_TIME)
        assert (found.closed_on, found.confirmed_by, found.text) == (CLOSED, editor, WORDS)
        after = found.event.details["after"]
        assert (found.event.kind, after["year"], after["holds"]) == (
            EventKind.STANDING_CONFIRMED,
            2023,
            True,
        )
        assert [file.name for file in found.event.files.all()] == ["台账.pdf"]
        assert part(task).status == AssignmentStatus.CLOSED
        assert faults() == []

    def test_a_result_that_is_gone_reopens_nothing_and_proposes_a_look_back(
        self, task, editor, office, inspection
    ):
        found = confirm(task, editor, holds=False)
        assert part(task).status == AssignmentStatus.CLOSED
        assert figures.no_longer_holding(office, IN_TIME, inspection) == [found]
        assert figures.no_longer_holding(office, CLOSED, inspection) == []
        assert left_to_do(office, IN_TIME).gone == [part(task)]
        assert left_to_do(office, CLOSED).gone == []
        lookbacks.record_lookback(
            actor=office,
            assignment_id=part(task).pk,
            version=None,
            method="file",
            checkers="许文澜",
            result=LookBackResult.STABLE,
            finding="台账与现场一致，未见反弹。",
            on=IN_TIME,
            at=moment(IN_TIME),
        )
        assert figures.no_longer_holding(office, IN_TIME, inspection) == []
        assert left_to_do(office, IN_TIME).gone == []

    def test_a_year_may_be_confirmed_late_but_not_after_the_next_one(self, task, editor, refused):
        refused(
            lambda: confirm(task, editor, on=date(2025, 1, 2)),
            "for 2023. Still open: 2024, 2025",
            "year",
        )
        assert confirm(task, editor, on=LATE).year == 2023

    def test_each_year_once_and_not_the_year_of_closing(self, task, editor, refused):
        refused(
            lambda: confirm(task, editor, on=date(2022, 12, 1), year=2022), "Nothing is", "year"
        )
        confirm(task, editor)
        refused(lambda: confirm(task, editor), "Nothing is to be confirmed now", "year")
        assert confirm(task, editor, on=LATE, year=2024).year == 2024

    def test_what_makes_no_confirmation(self, task, editor, county, refused):
        refused(lambda: confirm(task, editor, text=" 很好 "), "10 characters", "text")
        refused(lambda: confirm(task, editor, text="长" * 2001), "At most 2000", "text")
        refused(lambda: confirm(task, editor, at=moment(CLOSED)), "future")
        refused(lambda: confirm(make_closed(on=CLOSED), editor), "Only standing tasks")
        open_one = factories.make_task(due_on=None)
        refused(lambda: confirm(open_one, editor), "cannot follow")

    @pytest.mark.parametrize("who", ["reader", "leader", "acceptance", "other_editor"])
    def test_only_who_reports_for_the_unit(self, who, task, request, refused):
        person = request.getfixturevalue(who)
        refused(lambda: confirm(task, person), "may not do that", error=PermissionDenied)

    def test_confirmations_are_seen_with_their_task(self, task, editor, other_editor):
        confirm(task, editor)
        assert access.visible_confirmations(editor).exists()
        assert not access.visible_confirmations(other_editor).exists()


class TestTakingBack:
    def test_the_year_waits_again(self, task, editor, office):
        confirm(task, editor)
        take_back(EventKind.STANDING_CONFIRMED, office)
        assert not StandingConfirmation.objects.standing().exists()
        assert faults() == []
        assert confirm(task, editor).year == 2023

    def test_the_closing_is_not_taken_back_beneath_it(self, task, editor, office, refused):
        confirm(task, editor)
        refused(lambda: take_back(EventKind.CLOSURE_TAKEN_OVER, office), "cannot follow|2023-11-20")

    def test_a_second_closure_begins_anew(self, task, editor, office):
        confirm(task, editor)
        progress.reopen_assignment(
            actor=office,
            assignment_id=part(task).pk,
            version=None,
            percent=80,
            reason="抽查发现反弹",
            on=date(2023, 12, 1),
            at=moment(date(2023, 12, 1)),
        )
        factories.complete(task, on=date(2023, 12, 10))
        progress.take_over_closure(
            actor=office,
            assignment_id=part(task).pk,
            version=None,
            on=date(2023, 12, 20),
            at=moment(date(2023, 12, 20)),
        )
        assert confirm(task, editor, on=date(2024, 5, 1), year=2024).closed_on.year == 2023


class TestIntegrity:
    def test_a_word_changed_behind_the_record_is_found(self, task, editor):
        confirm(task, editor)
        StandingConfirmation.objects.update(holds=False)
        assert "differs from entry" in faults()[0]

    def test_a_row_that_is_gone_is_found(self, task, editor):
        confirm(task, editor)
        StandingConfirmation.objects.all().delete()
        assert "has no confirmation" in faults()[0]

    def test_a_look_back_that_differs_or_is_gone_is_found(self, task, office):
        lookbacks.record_lookback(
            actor=office,
            assignment_id=part(task).pk,
            version=None,
            method="file",
            checkers="许文澜",
            result=LookBackResult.REBOUND,
            finding="台账与现场不一致，已经反弹。",
            percent=60,
            files=[check(SimpleUploadedFile("现场.png", factories.picture()))],
            on=IN_TIME,
            at=moment(IN_TIME),
        )
        assert faults() == []
        LookBack.objects.update(checkers="别人")
        assert "differs from entry" in faults()[0]
        LookBack.objects.update(checkers="许文澜")
        reported = Event.objects.filter(kind=EventKind.COMPLETED).get()
        LookBack.objects.update(reopening=reported)
        assert "do not stand together" in faults()[0]
        LookBack.objects.all().delete()
        assert "has no look-back" in faults()[0]


class TestFigures:
    def test_a_year_counts_what_was_said_by_the_day(self, task, editor, office, inspection):
        make_closed(on=CLOSED, due_on=None)
        make_closed(on=CLOSED)
        make_closed(on=date(2023, 2, 1), due_on=None)

        def year(day, number=2023, user=office):
            found = figures.of_year(user, inspection, number, day)
            names = ("parts", "confirmed", "failing", "outstanding", "overdue")
            return [len(getattr(found, name)) for name in names]

        assert year(date(2023, 6, 1)) == [2, 0, 0, 2, 0]
        confirm(task, editor)
        assert year(date(2023, 6, 1)) == [2, 0, 0, 2, 0]
        assert year(IN_TIME) == [2, 1, 0, 1, 0]
        assert year(LATE) == [2, 1, 0, 1, 1]
        assert year(LATE, 2024) == [3, 0, 0, 3, 0]
        assert year(date(2022, 12, 1), 2022) == [0, 0, 0, 0, 0]
        confirm(task, editor, on=LATE, year=2024, holds=False)
        assert year(LATE, 2024, editor) == [3, 0, 1, 2, 0]
        [row] = figures.of_year(office, inspection, 2023, LATE).confirmed
        assert (row.task, row.unit, row.due_on) == (task, part(task).unit, date(2023, 12, 31))

    def test_the_first_year_that_asks(self, task, office, other_editor, inspection):
        assert figures.first_year(office, inspection) == 2023
        assert figures.first_year(other_editor, inspection) is None

    def test_what_a_unit_is_to_confirm_now(self, task, editor, office, reader):
        assert figures.to_confirm(editor, date(2023, 11, 30)) == []
        [row] = figures.to_confirm(editor, date(2023, 12, 1))
        assert (row.part, row.year, row.due_on) == (part(task), 2023, date(2023, 12, 31))
        assert figures.to_confirm(reader, IN_TIME) == []
        assert [row.year for row in figures.to_confirm(editor, LATE)] == [2023]
        assert left_to_do(office, date(2023, 12, 31)).overdue == {}
        assert list(left_to_do(office, LATE).overdue.values()) == [(1, date(2023, 12, 31))]
        confirm(task, editor)
        assert figures.to_confirm(editor, LATE) == []
        assert left_to_do(office, LATE).overdue == {}

    def test_the_day_is_a_rule_of_the_inspection(self, task, editor, office, inspection):
        inspections.amend_inspection(
            actor=office,
            inspection_id=inspection.pk,
            changes={"standing_month": 6, "standing_day": 31},
            on=CLOSED,
            at=moment(CLOSED),
        )
        [row] = figures.to_confirm(editor, date(2023, 6, 10))
        assert row.due_on == date(2023, 6, 30)
