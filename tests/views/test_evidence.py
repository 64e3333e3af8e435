"""One file of evidence: to whom it is shown, and how it is sent."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from tests import factories
from tracker.models import Evidence
from tracker.operations import evidence


def jpeg():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "JPEG")
    return content.getvalue()


def workbook():
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


@pytest.fixture
def keep(county):
    """``keep(name, content)``: a file that the county attached to a report."""
    task = factories.make_task(units=[county], due_on=date(2090, 1, 1))

    def attach(name, content):
        checked = evidence.check(SimpleUploadedFile(name, content))
        factories.make_report(task, 10, files=[checked])
        return Evidence.objects.latest("pk")

    return attach


def body(response):
    return b"".join(response.streaming_content)


def test_those_who_see_the_task_get_the_file_and_nobody_else(
    client, open_as, keep, editor, reader, leader, acceptance, other_editor, stranger
):
    file = keep("现场.jpg", jpeg())
    for user in (editor, reader, leader, acceptance):
        response = open_as(user).get(f"/evidence/{file.pk}/")
        assert response.status_code == 200
        assert body(response) == jpeg()
    for user in (other_editor, stranger):
        assert open_as(user).get(f"/evidence/{file.pk}/").status_code == 404
    assert open_as(editor).get("/evidence/99999/").status_code == 404
    assert client.get(f"/evidence/{file.pk}/").status_code == 302


@pytest.mark.parametrize(
    ("name", "content", "disposition", "content_type"),
    [
        ("a.jpg", jpeg, "inline", "image/jpeg"),
        ("a.pdf", lambda: b"%PDF-1.4\n%%EOF\n", "attachment", "application/pdf"),
        ("a.xlsx", workbook, "attachment", evidence.TYPE["xlsx"]),
    ],
)
def test_a_file_is_sent_so_that_it_can_do_no_harm(
    open_as, editor, keep, name, content, disposition, content_type
):
    file = keep(name, content())
    response = open_as(editor).get(f"/evidence/{file.pk}/")
    assert response["Content-Disposition"].split(";")[0] == disposition
    assert name in response["Content-Disposition"]
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_file_is_only_read(open_as, editor, keep, method):
    file = keep("a.jpg", jpeg())
    assert getattr(open_as(editor), method)(f"/evidence/{file.pk}/").status_code == 405


def test_a_changed_or_missing_file_is_reported_and_not_served(open_as, editor, keep, caplog):
    file = keep("现场.jpg", jpeg())
    path = Path(file.file.path)
    path.write_bytes(jpeg() + b"x")
    response = open_as(editor).get(f"/evidence/{file.pk}/")
    assert response.status_code == 409
    assert "现场.jpg" in response.content.decode()
    assert "is not what was uploaded" in caplog.text
    path.unlink()
    assert open_as(editor).get(f"/evidence/{file.pk}/").status_code == 409
    assert "cannot be read" in caplog.text


def test_the_time_line_links_to_the_file(open_as, editor, keep):
    file = keep("现场.jpg", jpeg())
    text = open_as(editor).get(f"/tasks/{file.task.code}/?show=files").content.decode()
    assert f'src="/evidence/{file.pk}/"' in text
