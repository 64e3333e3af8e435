"""One file of evidence: to whom it is shown, and how it is sent."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from tests import factories, scenes
from tracker.models import Evidence
from tracker.operations import annulment, evidence


def jpeg():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "JPEG")
    return content.getvalue()


def workbook():
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


def shot(form="JPEG", size=(40, 30)):
    """A photo that says when and where it was taken."""
    picture = Image.new("RGB", size, "teal")
    tags = Image.Exif()
    tags.get_ifd(0x8769)[0x9003] = "2023:10:12 09:31:22"
    tags.get_ifd(0x8825).update({1: "N", 2: (31.0, 58.0, 48.432), 3: "E", 4: (120.0, 53.0, 38.868)})
    content = io.BytesIO()
    picture.save(content, form, exif=tags.tobytes())
    return content.getvalue()


def scene(seed, crop=0.0):
    """A picture with something on it, by chance of ``seed``; the edges cut off by ``crop``."""
    picture = scenes.scene(seed)
    width, height = picture.size
    left, top = int(width * crop), int(height * crop)
    content = io.BytesIO()
    picture.crop((left, top, width - left, height - top)).save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def keep(county):
    """``keep(name, content)``: a file that the county attached to a report, each of a new task."""

    def attach(name, content):
        task = factories.make_task(units=[county], due_on=date(2090, 1, 1))
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
        ("a.jpg", jpeg, "attachment", "image/jpeg"),
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


def test_the_time_line_shows_the_photo_and_who_attached_it(open_as, editor, keep):
    file = keep("现场.jpg", jpeg())
    text = open_as(editor).get(f"/tasks/{file.task.code}/?show=files").content.decode()
    assert f'src="/evidence/{file.pk}/small/"' in text
    assert f'href="/evidence/{file.pk}/about/"' in text
    assert 'alt="Photo: 现场.jpg"' in text
    assert 'loading="lazy"' in text
    assert f"{file.uploaded_by} · " in text


@pytest.mark.parametrize(("which", "side"), [("small", 320), ("large", 1600)])
def test_a_copy_is_a_picture_and_nothing_else(
    open_as, editor, other_editor, stranger, keep, which, side
):
    file = keep("现场.jpg", shot(size=(2000, 1000)))
    address = f"/evidence/{file.pk}/{which}/"
    response = open_as(editor).get(address)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    content = body(response)
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (side, side // 2)
        assert not picture.getexif()
        assert "comment" not in picture.info
    for user in (other_editor, stranger):
        assert open_as(user).get(address).status_code == 404


def test_only_photos_have_copies(open_as, editor, keep):
    file = keep("a.pdf", b"%PDF-1.4\n%%EOF\n")
    assert open_as(editor).get(f"/evidence/{file.pk}/small/").status_code == 404
    assert open_as(editor).get(f"/evidence/{file.pk}/kind/").status_code == 404
    assert "Shows" not in open_as(editor).get(f"/evidence/{file.pk}/about/").content.decode()


def test_a_copy_of_a_file_that_is_gone_is_reported(open_as, editor, keep, caplog):
    file = keep("现场.jpg", jpeg())
    for path in Path(file.file.path).parent.iterdir():
        path.unlink()
    assert open_as(editor).get(f"/evidence/{file.pk}/small/").status_code == 409
    assert "cannot be read" in caplog.text


def test_the_page_of_a_photo_tells_when_and_where_it_was_taken(open_as, editor, keep):
    file = keep("现场.jpg", shot())
    text = open_as(editor).get(f"/evidence/{file.pk}/about/").content.decode()
    assert "2023-10-12 09:31" in text
    assert "31.98012, 120.89413" in text
    assert file.sha256 in text
    text = open_as(editor).get(f"/reports/{file.report.pk}/").content.decode()
    assert "2023-10-12 09:31" in text
    assert "31.98012, 120.89413" in text


def test_a_place_that_was_removed_is_in_nothing_that_is_served(open_as, office, editor, keep):
    file = keep("现场.png", shot("PNG"))
    browser = open_as(office)
    page = browser.get(f"/evidence/{file.pk}/about/").content.decode()
    assert f"/evidence/{file.pk}/place/remove/" in page
    assert (
        f"/evidence/{file.pk}/place/remove/"
        not in browser.get(f"/evidence/{file.pk}/about/?asof=2023-01-01").content.decode()
    )
    assert open_as(editor).post(f"/evidence/{file.pk}/place/remove/").status_code == 403

    answer = browser.post(f"/evidence/{file.pk}/place/remove/", follow=True)

    text = answer.content.decode()
    assert "The place was removed." in text
    assert "120.89413" not in text
    response = browser.get(f"/evidence/{file.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(body(response))) as picture:
        assert not picture.getexif()
    assert browser.post(f"/evidence/{file.pk}/place/remove/").status_code == 422
    text = browser.get(f"/tasks/{file.task.code}/").content.decode()
    assert "Place removed from a photo: 现场.png" in text


def test_before_and_after_stand_side_by_side(open_as, office, keep):
    before, after = keep("以前.jpg", jpeg()), keep("以后.png", shot("PNG"))
    after.task = before.task
    Evidence.objects.filter(pk=after.pk).update(task=before.task, report=before.report)
    browser = open_as(office)
    page = f"/tasks/{before.task.code}/"
    assert 'id="pairs"' not in browser.get(page).content.decode()
    browser.post(f"/evidence/{before.pk}/kind/", {"photo_kind": "before", "pair": ""})
    alone = browser.get(page).content.decode()
    assert "No photo from after" in alone

    form = browser.get(f"/evidence/{after.pk}/kind/").content.decode()
    assert f'<option value="{before.pk}">以前.jpg' in form
    answer = browser.post(
        f"/evidence/{after.pk}/kind/", {"photo_kind": "after", "pair": before.pk}, follow=True
    )

    assert "The same spot before" in answer.content.decode()
    text = browser.get(page).content.decode()
    pairs = text[text.index('id="pairs"') : text.index('id="record"')]
    assert pairs.index(f"/evidence/{before.pk}/small/") < pairs.index(
        f"/evidence/{after.pk}/small/"
    )
    assert "No photo from" not in pairs
    assert "Photo from after rectification: 以后.png" in text
    assert 'id="pairs"' not in browser.get(f"{page}?asof=2022-05-01").content.decode()


def test_a_counterpart_that_cannot_be_is_refused(open_as, office, keep):
    before, after = keep("以前.jpg", jpeg()), keep("以后.png", shot("PNG"))
    address = f"/evidence/{after.pk}/kind/"
    answer = open_as(office).post(address, {"photo_kind": "after", "pair": before.pk})
    assert answer.status_code == 422


def test_who_confirms_is_asked_about_files_of_other_tasks(
    open_as, keep, acceptance, office, editor, leader, county_office, other_county
):
    mine = keep("现场.jpg", scene(7))
    kept = [
        keep("同一张.jpg", scene(7)),
        keep("裁过.jpg", scene(7, crop=0.03)),
        keep("别处.jpg", scene(8)),
    ]
    tasks = [file.task for file in kept]
    page = f"/reports/{mine.report.pk}/"

    for user in (office, acceptance):
        text = open_as(user).get(page).content.decode()
        asked = text[text.index('id="signals"') :]
        assert f"The same file is attached to task {tasks[0].code}." in asked
        assert f"A nearly identical photo is attached to task {tasks[1].code}." in asked
        assert tasks[2].code not in asked
    for user in (editor, leader):
        assert 'id="signals"' not in open_as(user).get(page).content.decode()


def test_only_tasks_in_sight_are_named(open_as, keep, county_office, office, other_county):
    mine = keep("现场.jpg", jpeg())
    theirs = factories.make_task(units=[other_county], due_on=date(2090, 1, 1))
    checked = evidence.check(SimpleUploadedFile("现场.jpg", jpeg()))
    report = factories.make_report(theirs, 10, files=[checked])

    page = f"/reports/{mine.report.pk}/"
    assert theirs.code in open_as(office).get(page).content.decode()
    text = open_as(county_office).get(page).content.decode()
    assert theirs.code not in text
    assert 'id="signals"' not in text
    assert 'id="signals"' not in open_as(county_office).get(page).content.decode()
    annulment.annul(
        actor=office,
        event_id=report.event.pk,
        reason="填错任务",
        at=factories.moment(date(2022, 6, 2)),
    )
    assert 'id="signals"' not in open_as(office).get(page).content.decode()


def test_the_pages_of_many_photos_ask_the_database_few_times(
    open_as, office, county, django_assert_max_num_queries
):
    task = factories.make_task(units=[county], due_on=date(2090, 1, 1))
    files = [
        evidence.check(SimpleUploadedFile(f"{n}.jpg", scene(n)), photo_kind=kind)
        for n, kind in enumerate(["before", "after", ""] * 4)
    ]
    report = factories.make_report(task, 10, files=files)
    browser = open_as(office)
    for page in (f"/reports/{report.pk}/", f"/tasks/{task.code}/"):
        with django_assert_max_num_queries(15):
            assert browser.get(page).content.decode().count("/small/") >= 12


def test_a_photo_that_waits_in_another_unit_is_offered_to_nobody_as_a_counterpart(
    open_as, county, other_county, editor, other_editor, office
):
    task = factories.make_task(units=[county, other_county], due_on=date(2090, 1, 1))
    seen = evidence.check(SimpleUploadedFile("以后.png", shot("PNG")))
    factories.make_report(task, 10, unit=other_county, actor=other_editor, files=[seen])
    type(task.inspection).objects.update(reports_signed=True)
    hidden = evidence.check(SimpleUploadedFile("secret.jpg", jpeg()), photo_kind="before")
    factories.make_report(task, 10, unit=county, actor=editor, files=[hidden])
    after, before = Evidence.objects.order_by("pk")
    address = f"/evidence/{after.pk}/kind/"

    browser = open_as(other_editor)
    assert "secret.jpg" not in browser.get(address).content.decode()
    answer = browser.post(address, {"photo_kind": "after", "pair": before.pk})
    assert answer.status_code == 422
    with pytest.raises(ValidationError, match="counterpart"):
        evidence.mark_photo(
            actor=other_editor,
            evidence_id=after.pk,
            photo_kind="after",
            pair=before,
            on=date(2022, 6, 1),
            at=factories.moment(date(2022, 6, 1)),
        )
    assert "secret.jpg" in open_as(office).get(address).content.decode()
