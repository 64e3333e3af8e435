"""An import is taken back as a whole within a day, unless somebody went on with it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from tests.factories import (
    DUE,
    make_issue,
    make_medium,
    make_programme,
    make_report,
    make_source,
    make_task,
    moment,
    part,
)
from tests.operations.test_imports import TODAY, changed_row, issue_row, task_row
from tracker.choices import ImportState
from tracker.models import Event, ImportBatch, Issue, Span, Task
from tracker.operations import amendments, annulment, imports, issues, progress, tasks
from tracker.operations.changing import Decision
from tracker.operations.import_undo import undo_batch
from tracker.operations.integrity import Check

LATER = moment(TODAY) + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _what_rows_name(county, other_county, bureau):
    make_source()
    make_medium()


@pytest.fixture
def entered(office, inspection):
    """``entered(*rows)``: a list of these rows that was confirmed."""

    def entered(*rows):
        batch = imports.keep_file(
            actor=office,
            inspection=inspection,
            file_name="台账.xlsx",
            content=b"PK",
            is_take_over=False,
            at=moment(TODAY),
        )
        imports.keep_rows(
            actor=office,
            batch_id=batch.pk,
            rows=list(rows) or [issue_row(), task_row()],
            faults=[],
        )
        imports.confirm_batch(
            actor=office,
            batch_id=batch.pk,
            decision=Decision(reason="汛期", document_no="1号"),
            at=moment(TODAY),
        )
        return ImportBatch.objects.get(pk=batch.pk)

    return entered


def undo(batch, actor, at=LATER):
    return undo_batch(actor=actor, batch_id=batch.pk, at=at)


def test_what_a_list_entered_is_taken_back(entered, office):
    batch = undo(entered(), office)

    assert batch.state == ImportState.UNDONE
    assert batch.undone_by == office
    assert not Task.objects.live().exists()
    assert not Issue.objects.live().exists()
    assert not Span.objects.filter(recorded_to=None).exists()
    assert list(Check().faults()) == []
    assert Event.objects.get(kind="imported").annulment.actor == office


def test_after_the_undoing_the_same_list_can_be_entered_again(entered, office):
    undo(entered(), office)

    entered()

    assert Task.objects.live().get().code == "2022s2-19"
    assert Issue.objects.live().get().code == "2022s2-9"
    assert list(Check().faults()) == []


def test_what_a_list_changed_is_as_before(entered, office, other_county, bureau):
    task = make_task(number=7, goal="旧目标")
    before = Task.objects.values().get(pk=task.pk)
    measure = task.measures.get()

    batch = entered(
        changed_row(
            task,
            fields={"goal": "新目标", "acceptance_unit": "donghai", "deadline_text": "2023年底前"},
            supporting_units=["bureau"],
            corrected={str(measure.pk): "另一措辞"},
            added=["新措施"],
            units=["donghai"],
            extension=["2024年6月底前", "2024-06-30"],
        )
    )
    undo(batch, office)

    after = Task.objects.values().get(pk=task.pk)
    assert after.pop("version") > before.pop("version")
    assert after == before
    assert after["due_on"] == DUE
    assert [row.text for row in task.measures.filter(is_annulled=False)] == [measure.text]
    assert [row.unit.code for row in task.assignments.current()] == ["linjiang"]
    assert not task.supporting_units.exists()
    assert list(Check().faults()) == []


def test_figures_of_the_hours_between_stay_as_they_were_known(entered, office):
    batch = entered()
    known = moment(TODAY) + timedelta(hours=1)

    undo(batch, office)

    assert Span.objects.on(TODAY, known_at=known).count() == 2
    assert Span.objects.on(TODAY).count() == 0


def report(batch, office):
    make_report(Task.objects.get(number=19), on=TODAY, at=LATER)


def correct(batch, office):
    task = Task.objects.get(number=19)
    said = {"on": TODAY, "at": LATER, "note": "更正", "version": task.version}
    tasks.correct_task(actor=office, task_id=task.pk, changes={"goal": "新"}, **said)


def correct_issue(batch, office):
    issue = Issue.objects.get(number=9)
    said = {"on": TODAY, "at": LATER, "note": "更正", "version": issue.version}
    issues.correct_issue(actor=office, issue_id=issue.pk, changes={"title": "新"}, **said)


def answer_the_issue(batch, office):
    make_task(number=44, issue=Issue.objects.get(number=9), on=TODAY, at=LATER)


def merge(batch, office):
    other = make_task(number=50, issue=make_issue(number=77), on=TODAY, at=LATER)
    amendments.merge_task(
        actor=office,
        task_id=other.pk,
        version=None,
        into_id=Task.objects.get(number=19).pk,
        document_no="1号",
        reason="合并",
        on=TODAY,
        at=LATER,
    )


def begin_a_report(batch, office):
    own = part(Task.objects.get(number=19))
    progress.save_draft(
        actor=office,
        assignment_id=own.pk,
        values={"text": "草稿", "percent": 1},
        on=TODAY,
        at=LATER,
    )


def count_something(batch, office):
    make_programme(task=Task.objects.get(number=19), on=TODAY, name="排污口数")


def take_back_an_entry(batch, office):
    event = Event.objects.get(kind="created", task__number=19)
    annulment.annul(actor=office, event_id=event.pk, reason="错", at=LATER)


@pytest.mark.parametrize(
    ("touch", "words"),
    [
        (report, "task 19 .*progress reported"),
        (correct, "task 19 .*corrected"),
        (correct_issue, "issue 9 .*corrected"),
        (answer_the_issue, "task 44 answers a new issue"),
        (merge, "task 50 was merged"),
        (begin_a_report, "writing a report on task 19"),
        (count_something, "排污口数"),
        (take_back_an_entry, "task 19 .*annulled"),
    ],
)
def test_what_was_touched_since_is_named_and_nothing_undone(entered, office, touch, words):
    batch = entered()
    touch(batch, office)
    before = Event.objects.count()

    with pytest.raises(ValidationError, match=words) as refusal:
        undo(batch, office, at=LATER + timedelta(hours=1))

    assert refusal.value.code == "touched"
    assert Event.objects.count() == before
    batch.refresh_from_db()
    assert batch.state == ImportState.CONFIRMED


def test_what_was_touched_and_taken_back_since_is_no_hindrance(entered, office):
    batch = entered()
    report(batch, office)
    event = Event.objects.get(kind="reported")
    annulment.annul(actor=office, event_id=event.pk, reason="错", at=LATER)

    undo(batch, office, at=LATER + timedelta(hours=1))

    assert not Task.objects.live().exists()
    assert list(Check().faults()) == []


def test_of_many_touched_tasks_some_are_named(entered, office):
    batch = entered(issue_row(), *(task_row(number=number) for number in range(1, 15)))
    for task in Task.objects.all():
        make_report(task, on=TODAY, at=LATER)

    with pytest.raises(ValidationError, match="and 4 more"):
        undo(batch, office, at=LATER + timedelta(hours=1))


def test_what_others_did_elsewhere_is_no_hindrance(entered, office):
    other, merged = make_task(number=3), make_task(number=4)
    batch = entered()
    make_report(other, on=TODAY, at=LATER)
    make_task(number=5, issue=other.issue, on=TODAY, at=LATER)
    make_programme(task=other, on=TODAY)
    progress.save_draft(
        actor=office,
        assignment_id=part(other).pk,
        values={"text": "草稿", "percent": 1},
        on=TODAY,
        at=LATER,
    )
    amendments.merge_task(
        actor=office,
        task_id=merged.pk,
        version=None,
        into_id=other.pk,
        document_no="1号",
        reason="合并",
        on=TODAY,
        at=LATER,
    )

    undo(batch, office, at=LATER + timedelta(hours=1))

    assert sorted(task.number for task in Task.objects.live()) == [3, 4, 5]


def test_an_import_is_undone_for_a_day(entered, office):
    batch = entered()

    with pytest.raises(ValidationError, match="24 hours"):
        undo(batch, office, at=moment(TODAY) + timedelta(hours=24, seconds=1))

    undo(batch, office, at=moment(TODAY) + timedelta(hours=24))


def test_an_import_is_undone_once_and_only_when_it_was_entered(entered, office, inspection):
    batch = entered()
    undo(batch, office)
    with pytest.raises(ValidationError, match="already"):
        undo(batch, office)
    waiting = imports.keep_file(
        actor=office,
        inspection=inspection,
        file_name="甲.xlsx",
        content=b"PK",
        is_take_over=False,
        at=moment(TODAY),
    )
    with pytest.raises(ValidationError, match="not entered"):
        undo(waiting, office)


def test_only_the_office_undoes(entered, editor, leader):
    batch = entered()

    for person in (editor, leader):
        with pytest.raises(PermissionDenied):
            undo(batch, person)


def test_a_long_list_is_undone_in_batches_of_queries(
    entered, office, django_assert_max_num_queries
):
    small = entered(issue_row(), task_row(number=1))
    large = entered(
        issue_row(number=10), *(task_row(number=number, issue=10) for number in range(2, 60))
    )

    with django_assert_max_num_queries(80) as one:
        undo(small, office)
    with django_assert_max_num_queries(len(one) + 20):
        undo(large, office)
