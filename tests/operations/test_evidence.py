"""What may be attached, and under which name and digest it is kept."""

import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from openpyxl import Workbook
from PIL import Image

from tests import factories
from tracker.models import Event, Evidence
from tracker.operations import evidence, photos


def picture(form="JPEG", size=(6, 4)):
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, form)
    return content.getvalue()


def workbook():
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


def archive(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return content.getvalue()


def check(name, content):
    return evidence.check(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.jpg", picture(), "image/jpeg"),
        ("A.JPEG", picture(), "image/jpeg"),
        ("a.png", picture("PNG"), "image/png"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf"),
        ("a.xlsx", workbook(), evidence.TYPE["xlsx"]),
        ("a.docx", archive("word/document.xml"), evidence.TYPE["docx"]),
        ("报告.v2.pdf", b"%PDF-1.7\n", "application/pdf"),
    ],
)
def test_photos_and_documents_are_taken(name, content, content_type):
    checked = check(name, content)
    assert (checked.name, checked.content_type, checked.size) == (name, content_type, len(content))
    assert checked.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"<html><script>alert(1)</script></html>"),
        ("a.jpg", picture("PNG")),
        ("a.pdf", picture()),
        ("a.jpg", b""),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.html", b"<html>"),
        ("a.jpg.exe", b"MZ"),
        ("a.exe.jpg", b"MZ\x90\x00\x03"),
        ("a.jpg.", b"<html>"),
        ("a", picture()),
        ("jpg", picture()),
        ("a.php\x00.jpg", b"<?php"),
        ("a.jpg", picture()[:60]),
        ("a.jpg", picture(size=(400, 300))[:-900]),
        ("a.jpg", b"\xff\xd8\xff and nothing else"),
        ("a.xlsx", archive("evil.exe")),
        ("a.docx", workbook()),
        ("a.xlsx", b"PK\x03\x04 nothing more"),
        ("a.docx", archive("word/document.xml").replace(b"PK\x01\x02", b"PK\x09\x09")),
        ("a.zip", archive("a")),
    ],
)
def test_anything_else_is_refused_by_name(name, content):
    with pytest.raises(ValidationError) as refusal:
        check(name, content)
    assert refusal.value.code == "evidence"
    assert "was not attached" in refusal.value.messages[0]


def test_a_file_over_the_limit_is_refused(settings):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    with pytest.raises(ValidationError, match="1 MB"):
        check("a.pdf", b"%PDF-1.7\n" + b"x" * 1024 * 1024)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(photos, "MAX_PIXELS", 100)
    monkeypatch.setattr(photos, "_reduced", None)
    with pytest.raises(ValidationError, match="pixels"):
        check("a.png", picture("PNG", (20, 20)))


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch):
    for most in (100, 300):  # Pillow gives up at twice its own limit, and warns from it on.
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
        with pytest.raises(ValidationError, match="pixels"):
            check("a.png", picture("PNG", (20, 20)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\照片\\现场.jpg", "现场.jpg"),
        (" 现场 .jpg", "现场 .jpg"),
    ],
)
def test_only_the_last_part_of_the_name_is_kept(given, kept):
    upload = SimpleUploadedFile("a.jpg", picture())
    upload._name = given
    assert evidence.check(upload).name == kept


def test_a_long_name_keeps_its_ending():
    upload = SimpleUploadedFile("a.jpg", picture())
    upload._name = "长" * 300 + ".jpg"
    name = evidence.check(upload).name
    assert len(name) == 200
    assert name.endswith("长.jpg")


def test_a_kept_file_has_a_random_name_and_an_entry_of_the_record(county):
    task = factories.make_task(units=[county])
    checked = [check("现场.jpg", picture()), check("厂区.png", picture("PNG"))]
    report = factories.make_report(task, 10, date(2022, 6, 1), files=checked)
    one, other = Evidence.objects.order_by("pk")
    assert one.report == other.report == report
    assert one.file.name != other.file.name
    assert "现场" not in one.file.name
    assert not one.file.name.endswith(".jpg")
    assert Path(one.file.path).stat().st_mode & 0o777 == 0o640
    with one.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == one.sha256
    entries = Event.objects.filter(kind="evidence_added", task=task)
    assert [entry.details["after"]["sha256"] for entry in entries] == [one.sha256, other.sha256]


def test_a_file_that_is_not_on_the_disk_is_not_attached(county):
    task = factories.make_task(units=[county])
    with pytest.raises(LookupError), transaction.atomic():
        evidence.attach(
            [check("现场.jpg", picture())],
            task=task,
            report=None,
            actor=factories.an_office(),
            on=factories.ISSUED,
            at=factories.moment(factories.ISSUED),
        )
    assert not Evidence.objects.exists()
