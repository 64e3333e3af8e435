"""The answer of a reviewer to a question: kept once, by who checks the task, off the record."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tracker.models import Event, Evidence, SignalNote
from tracker.operations import evidence, signals

ON = date(2022, 6, 1)
AT = factories.moment(ON)


@pytest.fixture
def task(county):
    task = factories.make_task(units=[county])
    file = evidence.check(SimpleUploadedFile("现场.png", factories.picture()))
    factories.make_report(task, 100, ON, files=[file])
    return task


@pytest.fixture
def other(other_county):
    task = factories.make_task(units=[other_county])
    file = evidence.check(SimpleUploadedFile("现场.png", factories.picture()))
    factories.make_report(task, 20, ON, files=[file])
    return task


def key_of(task, kind, other):
    file = task.evidence.get().pk
    return {
        "early": str(file),
        "leap": str(task.assignments.get().reports.get().pk),
        "unchanged": str(task.assignments.get().reports.get().pk),
        "alike": f"{file}-{other.evidence.get().pk}",
    }[kind]


def answer(task, actor, key, kind="leap", note="现场核实，工程较小，一周内完成。"):
    return signals.note_answer(actor=actor, task_id=task.pk, kind=kind, key=key, note=note, at=AT)


@pytest.mark.parametrize("kind", ["early", "leap", "unchanged", "alike"])
def test_it_is_kept_and_the_record_says_nothing_of_it(task, other, acceptance, kind):
    entries = Event.objects.count()
    note = answer(task, acceptance, key_of(task, kind, other), kind)
    assert (note.task, note.by, note.at, note.kind) == (task, acceptance, AT, kind)
    assert "现场核实" in str(note)
    assert Event.objects.count() == entries


def test_only_who_checks_the_task_answers(task, other, office, supervising, county_office):
    key = key_of(task, "leap", other)
    editor = factories.make_user("unit_editor", factories.county())
    for actor in (editor, county_office, supervising):
        with pytest.raises(PermissionDenied):
            answer(task, actor, key)
    answer(task, office, key)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("leap", "999"),
        ("leap", "x"),
        ("leap", "9" * 19),
        ("early", "999"),
        ("alike", "1"),
        ("alike", "999-1"),
        ("alike", "1-999"),
        ("verdict", "1"),
    ],
)
def test_what_nobody_asked_is_not_answered(task, other, office, kind, key):
    with pytest.raises(ValidationError, match="no such question"):
        answer(task, office, key, kind)


def test_not_about_the_report_of_another_task(task, other, office):
    with pytest.raises(ValidationError, match="no such question"):
        answer(task, office, key_of(other, "leap", task))
    own = Evidence.objects.get(task=task).pk
    with pytest.raises(ValidationError, match="no such question"):
        answer(task, office, f"{own}-{own}", "alike")


def test_it_says_something_and_not_too_much(task, other, office):
    key = key_of(task, "leap", other)
    with pytest.raises(ValidationError, match="in a few words"):
        answer(task, office, key, note="  ")
    with pytest.raises(ValidationError, match="At most 300"):
        answer(task, office, key, note="长" * 301)
    assert not SignalNote.objects.exists()


def test_the_second_is_told_what_the_first_found(task, other, office, acceptance):
    key = key_of(task, "leap", other)
    answer(task, acceptance, key, note="已到现场")
    with pytest.raises(ValidationError, match="has noted already: 已到现场"):
        answer(task, office, key)
    assert SignalNote.objects.get().by == acceptance
