"""Files sent ahead of their form: their owner's, attached once, removed, or swept after a day."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.views.test_evidence import shot
from tracker.models import Event, Evidence, StagedFile
from tracker.operations import evidence, evidence_files, staged

ON = date(2022, 6, 1)
AT = factories.moment(ON)
PDF = b"%PDF-1.7\n%%EOF\n"


def checked(name="监测报告.pdf", content=PDF):
    return evidence.check(SimpleUploadedFile(name, content))


def stage(actor, *files, at=AT):
    return staged.stage(actor=actor, files=files or [checked()], at=at)


def on_the_disk(settings):
    root = Path(settings.MEDIA_ROOT)
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@pytest.fixture
def task(county):
    return factories.make_task(units=[county])


def test_a_file_waits_for_its_owner_and_the_record_says_nothing(settings, task, editor, head):
    entries = Event.objects.count()

    [row] = stage(editor)

    assert (row.name, row.size, row.owner) == ("监测报告.pdf", len(PDF), editor)
    assert str(row) == "监测报告.pdf"
    assert on_the_disk(settings) == [row.file.name]
    assert Event.objects.count() == entries
    assert list(staged.waiting(editor)) == [row]
    assert list(staged.waiting(head)) == []


def test_it_is_attached_where_it_is_with_all_it_told(settings, task, editor):
    photo = checked("现场.jpg", shot())
    [row] = stage(editor, photo)
    there = on_the_disk(settings)

    again = staged.checked_again(row, photo_kind="after")
    report = factories.make_report(task, 20, ON, actor=editor, files=[again])

    file = report.evidence.get()
    assert (file.name, file.sha256, file.photo_kind) == (row.name, row.sha256, "after")
    assert (file.taken_at, file.latitude) == (row.taken_at, row.latitude)
    assert file.fingerprint == photo.look.fingerprint
    assert file.file.name == row.file.name
    assert on_the_disk(settings) == there
    assert not StagedFile.objects.exists()


def test_what_is_no_photo_shows_no_state(task, editor):
    [row] = stage(editor)
    assert staged.checked_again(row, photo_kind="after").photo_kind == ""


def test_a_refused_step_leaves_it_waiting(settings, task, editor):
    [row] = stage(editor)
    with pytest.raises(ValidationError):
        factories.make_report(task, 120, ON, actor=editor, files=[staged.checked_again(row)])
    assert list(staged.waiting(editor)) == [row]
    assert on_the_disk(settings) == [row.file.name]


def test_it_is_attached_once_and_by_its_owner(task, editor, head):
    [row] = stage(editor)
    file = staged.checked_again(row)
    for actor in (head, editor):
        if actor == editor:
            factories.make_report(task, 20, ON, actor=editor, files=[file])
        with pytest.raises(ValidationError, match="no longer there"):
            factories.make_report(task, 30, ON, actor=actor, files=[file])
    assert Evidence.objects.count() == 1


def test_one_whose_content_was_damaged_is_not_attached(settings, task, editor):
    [row] = stage(editor)
    Path(row.file.path).write_bytes(b"x")
    with pytest.raises(ValidationError, match="is damaged on the server"):
        factories.make_report(task, 20, ON, actor=editor, files=[staged.checked_again(row)])
    assert not Evidence.objects.exists()


def test_the_same_content_twice_becomes_one_file(settings, task, editor):
    [one], [other] = stage(editor), stage(editor, checked("再来一次.pdf"))
    assert one.file.name != other.file.name
    files = [staged.checked_again(row) for row in (one, other)]
    report = factories.make_report(task, 20, ON, actor=editor, files=files)
    assert len({file.file.name for file in report.evidence.all()}) == 1


def test_removing_it_removes_its_content_unless_something_else_needs_it(settings, task, editor):
    [row] = stage(editor)
    staged.unstage(actor=editor, staged_id=row.pk)
    assert on_the_disk(settings) == []
    factories.make_report(task, 20, ON, actor=editor, files=[checked()])
    [row] = stage(editor)
    assert row.file.name == Evidence.objects.get().file.name

    staged.unstage(actor=editor, staged_id=row.pk)

    assert on_the_disk(settings) == [row.file.name]


def test_nobody_removes_what_another_sent(editor, head):
    [row] = stage(editor)
    with pytest.raises(StagedFile.DoesNotExist):
        staged.unstage(actor=head, staged_id=row.pk)
    assert list(staged.waiting(editor)) == [row]


def test_who_attaches_nothing_sends_nothing(settings, reader, leader):
    for actor in (reader, leader):
        with pytest.raises(PermissionDenied):
            stage(actor)
    assert on_the_disk(settings) == []


def test_what_is_sent_ahead_counts_for_the_day(settings, task, editor, head):
    settings.EVIDENCE_MAX_BYTES_PER_DAY = 2 * len(PDF)
    factories.make_report(task, 20, ON, actor=editor, files=[checked()])
    stage(editor)
    with pytest.raises(ValidationError, match="more than 0 MB today"):
        stage(editor)
    stage(head)
    assert staged.waiting(editor).count() == 1


def test_only_so_many_wait_at_once(monkeypatch, editor):
    monkeypatch.setattr(staged, "MOST_WAITING", 1)
    stage(editor)
    with pytest.raises(ValidationError, match="1 files of this account wait"):
        stage(editor)


def test_what_expired_counts_no_more(settings, monkeypatch, editor):
    monkeypatch.setattr(staged, "MOST_WAITING", 1)
    settings.EVIDENCE_MAX_BYTES_PER_DAY = len(PDF)
    stage(editor)
    stage(editor, at=AT + timedelta(days=1, minutes=1))
    assert staged.waiting(editor).count() == 2


def test_what_was_never_attached_is_swept_after_a_day(settings, editor):
    [old], [new] = stage(editor), stage(editor, checked("b.pdf", PDF + b"b"), at=AT + HOUR)
    past = (AT - timedelta(hours=1)).timestamp()
    for row in (old, new):
        os.utime(row.file.path, (past, past))

    swept = evidence_files.sweep(at=AT + timedelta(days=1, minutes=1))

    assert swept == 1
    assert list(staged.waiting(editor)) == [new]
    assert on_the_disk(settings) == [new.file.name]


HOUR = timedelta(hours=1)
