"""The answers to a call: what was said before and now, whether it is on schedule, and by unit."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tests import factories
from tests.callbooks import GOOD, MONTH, ON, TODAY, asked, filled, make_call, read
from tracker.choices import Judgement
from tracker.figures.calls import answers, by_unit
from tracker.figures.rounds import board
from tracker.models import CallFile, Task
from tracker.operations import annulment, calls, progress
from tracker.operations.amendments import extend_deadline

AT = datetime(2022, 7, 5, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def call(inspection):
    return make_call()


def answer_of(call, task, unit=None, today=TODAY):
    return asked(call, today=today)[factories.part(task, unit).pk]


def test_answers_come_in_the_order_of_the_list_and_the_lead_first(call, county, other_county):
    factories.make_task(units=[county], number=2)
    factories.make_task(units=[other_county, county], number=1, lead=county)

    found = answers(call, Task.objects.live(), as_of=TODAY)

    assert [(answer.span.task.number, answer.span.unit) for answer in found] == [
        (1, county),
        (1, other_county),
        (2, county),
    ]


def test_what_was_said_before_the_period_and_within_it(call, county, office):
    task = factories.make_task(units=[county])
    for percent, day in [(10, date(2022, 4, 20)), (20, date(2022, 5, 31)), (30, MONTH), (40, ON)]:
        factories.make_report(task, percent, on=day)
    factories.make_report(task, 50, on=date(2022, 7, 1))
    wrong = factories.make_report(task, 45, on=ON)
    annulment.annul(actor=office, event_id=wrong.event_id, reason="误报", at=AT)

    found = answer_of(call, task)

    assert (found.before.percent, found.report.percent, found.span.percent) == (20, 40, 40)
    assert answer_of(call, task, today=date(2022, 6, 10)).report.percent == 30


def test_a_part_completed_in_the_period_is_told_but_not_asked_about(call, county):
    before, within, after = (
        factories.make_task(units=[county], number=number) for number in (1, 2, 3)
    )
    factories.complete(before, on=date(2022, 5, 31))
    factories.complete(within, on=date(2022, 6, 15))
    factories.complete(after, on=date(2022, 7, 1))

    found = {answer.span.task.number: answer for answer in asked(call).values()}

    assert set(found) == {2, 3}
    assert (found[2].is_completed, found[2].is_on_schedule) == (True, True)
    assert not found[3].is_completed


def test_whether_a_part_is_on_schedule_is_said_by_the_office_the_unit_or_the_plan(
    call, county, office
):
    task = factories.make_task(units=[county], due_on=date(2022, 8, 1))
    assert answer_of(call, task).is_on_schedule is None

    factories.make_report(task, 10, on=ON)
    assert answer_of(call, task).is_on_schedule is False
    factories.make_report(task, 11, on=ON, is_on_schedule=True)
    assert answer_of(call, task).is_on_schedule is True
    progress.judge_progress(
        actor=office,
        assignment_id=factories.part(task).pk,
        call=call,
        judgement=Judgement.BEHIND,
        suggested="",
        reason="",
        on=date(2022, 7, 1),
        at=AT,
    )
    assert answer_of(call, task).is_on_schedule is False


def test_the_deadline_is_that_of_the_day(call, county, office):
    task = factories.make_task(units=[county], due_on=date(2022, 12, 31))
    extend_deadline(
        actor=office,
        task_id=task.pk,
        version=None,
        new_text="2023年6月底前",
        new_due_on=date(2023, 6, 30),
        reason="汛期",
        document_no="",
        on=date(2022, 7, 3),
        at=AT,
    )

    assert answer_of(call, task).deadline == "2022年12月底前"


def test_each_unit_is_counted_by_how_it_answered(call, county, other_county, office, editor):
    tasks = [factories.make_task(units=[county], number=number) for number in (1, 2, 3, 4)]
    factories.make_task(units=[other_county], number=5)
    factories.make_report(tasks[0], 20, on=ON)
    [done] = calls.keep_files(
        actor=office, call=call, at=AT,
        readings=[read(call, filled(call, county, {}, GOOD), name="已录.xlsx")],
    )  # fmt: skip
    calls.confirm_files(
        actor=office, call=call, seen=calls.fingerprints([done]), taken=(), on=ON, at=AT
    )
    bad = {**GOOD, "Share (%)": "x", "On schedule": "?"}
    calls.keep_files(
        actor=office, call=call, at=AT,
        readings=[
            read(call, filled(call, county, {}, {}, GOOD, bad), name="待录.xlsx"),
            calls.Reading("坏.xlsx", "0", refusal="damaged"),
        ],
    )  # fmt: skip
    found = board(call, Task.objects.live(), as_of=TODAY)

    near, far = sorted(by_unit(found, CallFile.objects.waiting()), key=lambda line: -line.asked)

    assert (near.unit, near.asked, near.on_line, near.by_file, near.missing) == (county, 4, 1, 1, 2)
    assert (near.reported, near.share) == (2, 50)
    assert (near.waiting, near.faults, near.names) == (1, 2, ["待录.xlsx"])
    assert (far.asked, far.missing, far.share, far.waiting) == (1, 1, 0, 0)
    assert sum(line.asked for line in (near, far)) == found.total
    assert sum(line.reported for line in (near, far)) == found.reported
