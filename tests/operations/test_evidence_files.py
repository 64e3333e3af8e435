"""Evidence on the disk: each content once, nothing left by what failed, and orphans swept."""

import io
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from tests import factories
from tracker.models import Event, Evidence, ProgressReport
from tracker.operations import evidence, evidence_files, kept_files
from tracker.operations.photos import Unfit

ON = date(2022, 6, 1)
AT = factories.moment(ON)
PDF = b"%PDF-1.7\n%%EOF\n"


def picture(colour="teal"):
    content = io.BytesIO()
    Image.new("RGB", (6, 4), colour).save(content, "JPEG")
    return content.getvalue()


def check(name="现场.jpg", content=None):
    return evidence.check(SimpleUploadedFile(name, content or picture()))


def on_the_disk(settings):
    """Every file below the folder of evidence, the copies of photos left out."""
    root = Path(settings.MEDIA_ROOT)
    files = [path for path in root.rglob("*") if path.is_file()]
    return sorted(path.relative_to(root).as_posix() for path in files if path.suffix != ".jpg")


@pytest.fixture
def task(county):
    return factories.make_task(units=[county])


def test_the_same_content_is_stored_once(settings, task, other_county):
    factories.make_report(task, 10, ON, files=[check(), check("再来一次.jpg")])
    other = factories.make_task(units=[other_county])
    factories.make_report(other, 10, ON, files=[check("别处.jpg"), check("b.pdf", PDF)])

    rows = Evidence.objects.order_by("pk")
    assert [row.name for row in rows] == ["现场.jpg", "再来一次.jpg", "别处.jpg", "b.pdf"]
    assert len({row.file.name for row in rows[:3]}) == 1
    assert on_the_disk(settings) == sorted({row.file.name for row in rows})


def test_of_two_who_send_the_same_at_once_the_first_one_s_file_stays(settings, task):
    with evidence_files.on_disk([check()], at=AT) as mine:
        factories.make_report(task, 10, ON, files=[check()])
        assert len(on_the_disk(settings)) == 2
        with transaction.atomic():
            [row] = evidence.attach(
                mine, task=task, report=None, actor=factories.an_office(), on=ON, at=AT
            )
    assert on_the_disk(settings) == [row.file.name]
    assert {row.file.name for row in Evidence.objects.all()} == {row.file.name}


def test_content_whose_file_was_damaged_is_stored_anew(settings, task):
    factories.make_report(task, 10, ON, files=[check()])
    old = Evidence.objects.get()
    Path(old.file.path).write_bytes(b"x")
    factories.make_report(task, 20, ON, files=[check()])
    new = Evidence.objects.latest("pk")
    assert new.file.name != old.file.name
    with new.file.open("rb") as file:
        assert file.read() == picture()
    Path(old.file.path).unlink()
    factories.make_report(task, 30, ON, files=[check()])
    assert Evidence.objects.latest("pk").file.name == new.file.name


def test_content_whose_file_is_gone_is_stored_anew(settings, task):
    factories.make_report(task, 10, ON, files=[check()])
    Path(Evidence.objects.get().file.path).unlink()

    factories.make_report(task, 20, ON, files=[check()])

    assert on_the_disk(settings) == [Evidence.objects.latest("pk").file.name]


def test_what_is_refused_leaves_nothing_on_the_disk(settings, task):
    with pytest.raises(ValidationError):
        factories.make_report(task, 120, ON, files=[check(), check("a.pdf", PDF)])
    assert on_the_disk(settings) == []
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.jpg"))


def test_what_breaks_midway_leaves_nothing_on_the_disk(settings, task):
    @evidence_files.stored_first
    @transaction.atomic
    def attach_and_break(*, files, at):
        evidence.attach(files, task=task, report=None, actor=factories.an_office(), on=ON, at=at)
        assert len(on_the_disk(settings)) == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        attach_and_break(files=[check()], at=AT)
    assert on_the_disk(settings) == []
    assert not Event.objects.filter(kind="evidence_added").exists()


def test_a_file_stays_while_it_is_not_known_whether_its_row_came_about(settings, task):
    def lose_the_database():
        with transaction.atomic(), evidence_files.on_disk([check()], at=AT):
            raise DatabaseError

    def go_on():
        with evidence_files.on_disk([check()], at=AT):
            transaction.set_rollback(True)
            raise DatabaseError

    with pytest.raises(DatabaseError):
        lose_the_database()
    assert on_the_disk(settings) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        go_on()
    assert len(on_the_disk(settings)) == 1


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("EVIDENCE_MAX_BYTES_PER_TASK", "the task would hold"),
        ("EVIDENCE_MAX_BYTES_PER_DAY", "today"),
    ],
)
def test_over_a_limit_is_refused_and_nothing_stays(settings, task, limit, said):
    setattr(settings, limit, 40)
    factories.make_report(task, 10, ON, files=[check("a.pdf", PDF), check("b.pdf", PDF + b"b")])
    kept = on_the_disk(settings)
    with pytest.raises(ValidationError, match=said) as refusal:
        factories.make_report(task, 20, ON, files=[check("c.pdf", PDF + b"more")])
    assert "Nothing was attached" in refusal.value.messages[0]
    assert on_the_disk(settings) == kept
    assert ProgressReport.objects.get().percent == 10


def test_the_limit_of_a_day_begins_anew_each_day_and_with_each_person(settings, task):
    settings.EVIDENCE_MAX_BYTES_PER_DAY = 20
    for day, who in [(ON, "one"), (ON, "other"), (ON + timedelta(days=1), "one")]:
        actor = factories.User.objects.filter(username=who).first()
        actor = actor or factories.make_user("office", username=who)
        factories.make_report(task, 10, day, actor=actor, files=[check("a.pdf", PDF)])
    assert Evidence.objects.count() == 3


def test_a_full_disk_is_told_in_words_and_leaves_nothing(settings, task, monkeypatch):
    write, calls = kept_files.os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) > 3:
            raise OSError(28, "No space left on device")
        write(descriptor)

    monkeypatch.setattr(kept_files.os, "fsync", full)
    with pytest.raises(ValidationError, match="could not be written to the disk"):
        factories.make_report(task, 10, ON, files=[check(), check("b.pdf", PDF)])
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert not ProgressReport.objects.exists()


def test_what_a_crash_left_is_swept_after_a_day(settings, task):
    factories.make_report(task, 10, ON, files=[check(), check("b.pdf", PDF)])
    kept = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    folder = next(iter(kept)).parent
    long_ago = (AT - timedelta(days=3)).timestamp()
    for path in kept:
        os.utime(path, (long_ago, long_ago))
    for name in ("orphan", "orphan.small.jpg", "half.part"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (long_ago, long_ago))
    (folder / "just-now").write_bytes(b"x")
    os.utime(folder / "just-now", (AT.timestamp(), AT.timestamp()))

    assert evidence_files.sweep(at=AT) == 3

    left = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    assert left == kept | {folder / "just-now"}
    assert evidence_files.sweep(at=AT) == 0


def test_a_copy_that_is_gone_is_made_again(task):
    factories.make_report(task, 10, ON, files=[check()])
    row = Evidence.objects.get()
    path = evidence_files.path_of(row.file.name, "small")
    content = path.read_bytes()
    assert evidence_files.copy_of(row, "small") == content
    path.unlink()
    assert evidence_files.copy_of(row, "small") == content
    assert path.read_bytes() == content
    path.unlink()
    path.with_name(path.name + ".part").write_bytes(b"somebody is at it")
    assert evidence_files.copy_of(row, "small") == content
    Path(row.file.path).write_bytes(b"no picture")
    with pytest.raises(Unfit):
        evidence_files.copy_of(row, "small")
