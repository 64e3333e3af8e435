"""What was changed behind the program's back is found and named."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests import closing, factories
from tracker.models import Assignment, Closure, Event, EventHead, Evidence, Span, Task
from tracker.operations import integrity, progress, record
from tracker.operations.evidence import check

LATER = factories.moment(date(2022, 6, 1))
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"0" * 400


@pytest.fixture
def task(county, other_county):
    """A task with something to look at: two units, reports, a completion, a reopening."""
    task = factories.make_task(
        units=[county, other_county], milestones=[("中期", date(2022, 9, 1))]
    )
    factories.make_report(task, percent=30, on=date(2022, 5, 1), unit=county, at=LATER)
    factories.complete(task, on=date(2022, 7, 1))
    progress.reopen_assignment(
        actor=factories.an_office(),
        assignment_id=factories.part(task, county).pk,
        version=None,
        percent=60,
        reason="反弹",
        on=date(2022, 8, 1),
        at=factories.moment(date(2022, 8, 1)),
    )
    task.refresh_from_db()
    return task


@pytest.fixture
def file(task):
    upload = SimpleUploadedFile("验收意见.pdf", PDF)
    report = factories.make_report(
        task, percent=70, on=date(2022, 8, 9), unit=factories.county(), files=[check(upload)]
    )
    return report.evidence.get()


@pytest.fixture
def unguarded(db):
    """A database whose owner has taken the guard off: entries can be changed by SQL.

    Both databases take the change of the schema back with the test's transaction.
    """
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if sqlite:
            cursor.execute("DROP TRIGGER tracker_event_no_update")
            cursor.execute("DROP TRIGGER tracker_event_no_delete")
        else:
            # Checks that are still pending would forbid the next statement.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE tracker_event DISABLE TRIGGER tracker_event_no_change")


def faults():
    return list(integrity.Check().faults())


def test_what_was_entered_through_operations_is_whole(task, file):
    look = integrity.Check()
    assert list(look.faults()) == []
    assert look.checked == {
        "record": Event.objects.count(),
        "task": Task.objects.count(),
        "evidence": 1,
    }


def test_an_empty_database_is_whole(db):
    assert faults() == []


def test_a_changed_entry_is_named(task, unguarded):
    event = Event.objects.get(kind="reported")
    Event.objects.filter(pk=event.pk).update(note="什么也没有做")
    first = faults()[0]
    assert (first.what, first.which, first.how) == (
        "record",
        str(event.sequence),
        "the entry was changed",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"effective_on": date(2022, 6, 1)},
        {"recorded_at": datetime(2021, 1, 1, tzinfo=UTC)},
        {"details": {"before": {}, "after": {"percent": 99}}},
        {"is_backfilled": False},
        {"actor": None},
        {"kind": "acknowledged"},
        {"assignment": None},
        {"previous_digest": "0" * 64},
        {"digest": "0" * 64},
    ],
)
def test_no_part_of_an_entry_can_be_changed_unnoticed(change, task, unguarded):
    event = Event.objects.get(kind="reported")
    assert not all(getattr(event, name) == value for name, value in change.items())
    Event.objects.filter(pk=event.pk).update(**change)
    assert faults()[0].which == str(event.sequence)


def test_a_removed_entry_is_named(task, unguarded):
    gone = Event.objects.get(kind="milestone_added").sequence
    Event.objects.filter(sequence=gone)._raw_delete("default")
    assert faults()[0] == integrity.Fault("record", str(gone), "the entry is missing")


def test_a_removed_end_is_named(task, unguarded):
    last = Event.objects.latest("sequence")
    Event.objects.filter(pk=last.pk)._raw_delete("default")
    assert faults()[0] == integrity.Fault("record", str(last.sequence), "the entry is missing")


def test_two_swapped_entries_are_found(task, unguarded):
    one, other = Event.objects.order_by("sequence")[3:5]
    free = Event.objects.latest("sequence").sequence + 1
    for event, number in [(one, free), (other, one.sequence), (one, other.sequence)]:
        Event.objects.filter(pk=event.pk).update(sequence=number)
    assert faults()[0].which == str(one.sequence)


def test_an_inserted_entry_is_found(task, unguarded):
    head = EventHead.objects.get()
    extra = Event.objects.get(kind="reported")
    extra.pk = None
    extra.sequence, extra.previous_digest = head.sequence + 1, head.digest
    extra.digest = extra.digest_of(head.digest)
    Event.objects.bulk_create([extra])
    assert faults()[0].how == "the entry was added outside the chain"


def test_a_changed_end_of_the_chain_is_found(task):
    EventHead.objects.update(digest="0" * 64)
    assert faults()[0].how == "the end of the chain has another digest"
    EventHead.objects.all().delete()
    assert faults()[0].how == "the end of the chain is missing"


@pytest.mark.parametrize(
    ("rows", "change", "how"),
    [
        (Task, {"completed_on": date(2022, 7, 1)}, "completed_on is 2022-07-01"),
        (Task, {"percent": 1}, "percent is 1"),
        (Task, {"due_on": date(2030, 1, 1)}, "due_on is 2030-01-01"),
        (Assignment, {"percent": 1}, "percent is 1"),
        (Span, {"percent": 1}, "differs in percent"),
        (Span, {"lags_from": date(2030, 1, 1)}, "differs in lags_from"),
    ],
)
def test_what_does_not_follow_from_the_record_is_named(rows, change, how, task):
    rows.objects.update(**change)
    [fault] = faults()
    assert (fault.what, fault.which) == ("task", task.code)
    assert how in fault.how


def test_missing_and_superfluous_spans_are_named(task):
    span = Span.objects.filter(recorded_to=None).order_by("valid_from", "pk").first()
    Span.objects.filter(pk=span.pk).delete()
    assert f"the span from {span.valid_from} is missing" in faults()[0].how
    Span.objects.bulk_create([span])
    assert faults() == []
    span.pk, span.valid_from, span.valid_to = None, date(2000, 1, 1), date(2000, 1, 2)
    span.save()
    assert "the span from 2000-01-01 follows from nothing" in faults()[0].how


def test_a_record_that_cannot_have_happened_is_named_and_ends_nothing(task, unguarded):
    event = Event.objects.get(kind="issued")
    Event.objects.filter(pk=event.pk).update(kind="acknowledged")
    found = faults()
    assert [(fault.what, fault.which) for fault in found] == [
        ("record", str(event.sequence)),
        ("task", task.code),
    ]
    assert "does not hold together" in found[1].how


def test_evidence_that_is_gone_changed_or_cut_is_named(task, file):
    path = Path(file.file.path)
    whole = file.file.read()
    file.file.close()
    for content, how in [
        (whole[:-1] + b"1", "the file was changed"),
        (whole[:-1], f"the file has {len(PDF) - 1} bytes, not {len(PDF)}"),
    ]:
        path.write_bytes(content)
        assert faults() == [integrity.Fault("evidence", str(file.pk), how)]
    file.file.storage.delete(file.file.name)
    assert faults()[0].how == "the file is missing or cannot be read"


def test_a_digest_changed_together_with_its_file_is_found(task, file):
    Evidence.objects.update(sha256="0" * 64)
    assert faults()[0].how == "the record has another SHA-256"


def test_more_tasks_cost_no_more_queries(task, django_assert_num_queries):
    for _number in range(6):
        factories.make_report(factories.make_task())
    with django_assert_num_queries(17):
        assert faults() == []


def test_chunks_of_any_size_see_everything(task, file, monkeypatch):
    factories.make_task()
    monkeypatch.setattr(integrity, "CHUNK", 2)
    look = integrity.Check()
    assert list(look.faults()) == []
    assert look.checked["record"] == Event.objects.count() == EventHead.objects.get().sequence
    assert look.checked["task"] == 2


def test_a_task_changed_while_it_is_looked_at_is_no_fault(task, monkeypatch):
    Task.objects.update(percent=1)
    looked = integrity._locked

    def mended_meanwhile(code):
        record.rebuild([task.pk], at=factories.moment(date(2022, 8, 2)))
        return looked(code)

    monkeypatch.setattr(integrity, "_locked", mended_meanwhile)
    assert faults() == []


def test_an_attempt_at_closure_in_another_stage_than_the_record_says_is_found(
    county, editor, acceptance
):
    task = closing.completed_task()
    closure = closing.passed(task, editor, acceptance)
    assert faults() == []
    Closure.objects.update(stage="in_notice")
    [fault] = faults()
    assert (fault.what, fault.which) == ("task", task.code)
    assert fault.how == f"closure {closure.pk} is in_notice, by the record passed"


def test_an_attempt_at_closure_that_no_entry_tells_of_is_found(task, editor):
    own = factories.part(task)
    day = date(2022, 5, 1)
    closure = Closure.objects.create(
        assignment=own, stage="applied", self_checked_on=day, applied_on=day, applied_by=editor
    )
    [fault] = faults()
    assert fault.how == f"closure {closure.pk} is applied, by the record cancelled"


def test_an_attempt_at_closure_that_is_gone_is_found(county, editor):
    closure = closing.apply(closing.completed_task(), editor)
    pk = closure.pk
    closure.delete()
    [fault] = faults()
    assert fault.how == f"closure {pk} is missing, by the record applied"
