"""What a photo tells when it comes, and what is noted of it afterwards."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps

from tests import factories, scenes
from tracker.figures.photos import alike_elsewhere
from tracker.models import Event, Evidence
from tracker.operations import evidence, photos

ON = date(2022, 6, 1)
AT = factories.moment(ON)


def content(picture, form="JPEG", **options):
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def looked(picture, form="JPEG", **options):
    file = io.BytesIO(content(picture, form, **options))
    return photos.look(file, f"image/{form.lower()}")


def shown(look, which="small"):
    return Image.open(io.BytesIO(look.copies[which]))


def tags_of_a_shot():
    tags = Image.Exif()
    tags[0x0112] = 6  # turned to the right
    tags.get_ifd(0x8769)[0x9003] = "2023:10:12 09:31:22"
    tags.get_ifd(0x8825).update({1: "N", 2: (31.0, 58.0, 48.432), 3: "E", 4: (120.0, 53.0, 38.868)})
    return tags.tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_time_place_and_direction_come_from_the_camera(form):
    picture = Image.new("RGB", (400, 300), "white")
    picture.paste("black", (0, 0, 400, 100))
    look = looked(picture, form, exif=tags_of_a_shot())
    assert look.taken_at == datetime(2023, 10, 12, 1, 31, 22, tzinfo=UTC)
    assert (look.latitude, look.longitude) == (Decimal("31.98012"), Decimal("120.89413"))
    small = shown(look)
    assert small.size == (240, 320)
    assert small.getpixel((235, 100))[0] < 40  # what was above is at the right
    assert small.getpixel((20, 100))[0] > 215
    assert not small.getexif()


def test_a_photo_without_such_notes_is_a_photo_all_the_same():
    look = looked(Image.new("RGB", (40, 30), "teal"))
    assert (look.taken_at, look.latitude, look.longitude) == (None, None, None)
    assert look.fingerprint == ""
    assert shown(look).size == (40, 30)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    "tags", [b"Exif\0\0rubbish", b"Exif\0\0II*\0\xff\xff\xff\xff", b"MM\0*\0\0"]
)
def test_notes_that_make_no_sense_are_left_out(tags):
    look = looked(Image.new("RGB", (40, 30), "teal"), exif=tags)
    assert look.taken_at is None
    assert shown(look).size == (40, 30)


def test_a_direction_that_makes_no_sense_is_left_out(monkeypatch):
    def confused(picture):
        raise ValueError("not a TIFF file")

    monkeypatch.setattr(ImageOps, "exif_transpose", confused)
    monkeypatch.setattr(Image.Image, "getexif", confused)
    assert shown(looked(Image.new("RGB", (40, 30), "teal"))).size == (40, 30)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_is_shown(mode):
    picture = Image.new(mode, (64, 48))
    look = looked(picture, "JPEG" if mode == "CMYK" else "PNG")
    assert shown(look).mode == "RGB"


def test_what_is_transparent_is_shown_white():
    picture = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    assert min(shown(looked(picture, "PNG")).getpixel((5, 5))) > 250


@pytest.fixture
def keep(county):
    """``keep(content, kind)``: a photo that the county's editor attached to a report."""
    task = factories.make_task(units=[county])
    editor = factories.make_user("unit_editor", county, "uploader")

    def attach(made=None, kind="", task=task):
        made = made or content(Image.new("RGB", (8, 6), "teal"), exif=tags_of_a_shot())
        checked = evidence.check(SimpleUploadedFile("现场.jpg", made), photo_kind=kind)
        factories.make_report(task, 10, ON, actor=editor, files=[checked])
        return Evidence.objects.select_related("uploaded_by").latest("pk")

    return attach


def mark(row, kind, pair=None, actor=None):
    return evidence.mark_photo(
        actor=actor or row.uploaded_by,
        evidence_id=row.pk,
        photo_kind=kind,
        pair=pair,
        on=ON,
        at=AT,
    )


def test_what_the_camera_told_is_kept_with_the_file_and_not_in_the_record(keep):
    row = keep(kind="before")
    row.refresh_from_db()
    assert row.taken_at == datetime(2023, 10, 12, 1, 31, 22, tzinfo=UTC)
    assert (row.latitude, row.longitude) == (Decimal("31.98012"), Decimal("120.89413"))
    assert row.photo_kind == "before"
    assert "31.98" not in str(Event.objects.get(kind="evidence_added").details)


def test_the_kind_is_noted_only_of_photos(county):
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF\n")
    assert evidence.check(upload, photo_kind="before").photo_kind == ""


def test_a_photo_is_marked_later_by_its_uploader_and_by_the_office(keep, office):
    before, after = keep(), keep()
    mark(before, "before")
    mark(after, "after", before, actor=office)
    after.refresh_from_db()
    assert (after.photo_kind, after.pair) == ("after", before)
    entry = Event.objects.filter(kind="evidence_changed").latest("pk")
    assert entry.actor == office
    assert entry.details == {
        "before": {"photo_kind": "", "pair": None},
        "after": {
            "evidence": after.pk,
            "name": "现场.jpg",
            "photo_kind": "after",
            "pair": before.pk,
        },
    }


def test_what_is_said_again_is_not_recorded_again(keep):
    row = keep()
    mark(row, "before")
    mark(row, "before")
    assert Event.objects.filter(kind="evidence_changed").count() == 1


def test_nobody_else_notes_anything_of_a_photo(keep, editor, head, leader, acceptance):
    row = keep()
    for actor in (editor, head, leader, acceptance):
        with pytest.raises(PermissionDenied):
            mark(row, "before", actor=actor)
        with pytest.raises(PermissionDenied):
            evidence.remove_place(actor=actor, evidence_id=row.pk, on=ON, at=AT)
    assert not Event.objects.filter(kind="evidence_changed").exists()


def test_a_counterpart_is_a_photo_of_the_same_task_from_before(keep, county):
    row, plain, before = keep(), keep(), keep(kind="before")
    foreign = keep(kind="before", task=factories.make_task(units=[county]))
    for kind, pair in [("after", plain), ("after", foreign), ("before", before), ("", before)]:
        with pytest.raises(ValidationError, match="counterpart"):
            mark(row, kind, pair)
    mark(row, "after", before)
    with pytest.raises(ValidationError, match="Change that one first"):
        mark(before, "")
    mark(row, "")
    mark(before, "")


def test_only_photos_show_a_state(county, office):
    task = factories.make_task(units=[county])
    checked = evidence.check(SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF\n"))
    factories.make_report(task, 10, ON, files=[checked])
    with pytest.raises(ValidationError, match="Only photos"):
        mark(Evidence.objects.get(), "before", actor=office)


def test_a_place_is_removed_for_good_and_the_record_says_so(keep):
    row = keep()
    evidence.remove_place(actor=row.uploaded_by, evidence_id=row.pk, on=ON, at=AT)
    row.refresh_from_db()
    assert (row.latitude, row.longitude, row.is_place_removed) == (None, None, True)
    entry = Event.objects.get(kind="evidence_changed")
    assert entry.details["after"]["is_place_removed"] is True
    assert "31.98" not in str(entry.details)
    with pytest.raises(ValidationError, match="No place"):
        evidence.remove_place(actor=row.uploaded_by, evidence_id=row.pk, on=ON, at=AT)


def test_an_entry_about_evidence_without_a_report_names_the_task_alone(keep, office):
    row = keep()
    Evidence.objects.filter(pk=row.pk).update(report=None)
    mark(row, "before")
    entry = Event.objects.get(kind="evidence_changed")
    assert (entry.task_id, entry.assignment_id) == (row.task_id, None)


def jpeg_of(seed, change=lambda picture: picture):
    return content(change(scenes.scene(seed)).convert("RGB"))


def test_files_of_other_tasks_that_are_the_same_or_nearly_are_found(keep, county):
    other, third = (factories.make_task(units=[county]) for _time in range(2))
    mine, own_copy = keep(jpeg_of(1)), keep(jpeg_of(1, scenes.cropped(0.02)))
    cropped = keep(jpeg_of(1, scenes.cropped(0.03)), task=other)
    same = keep(jpeg_of(1), task=other)
    saved = keep(jpeg_of(1, scenes.saved(40)), task=third)
    keep(jpeg_of(2), task=third)
    everything = Evidence.objects.all()

    found = alike_elsewhere([mine], everything)

    assert [(row.other, row.is_same) for row in found] == [(same, True), (saved, False)]
    assert {row.other for row in alike_elsewhere([mine, own_copy], everything)} >= {same, saved}
    assert [row.other for row in alike_elsewhere([mine], everything.exclude(task=other))] == [saved]
    assert alike_elsewhere([cropped], everything.filter(task=other)) == []
    assert alike_elsewhere([], everything) == []


def test_documents_are_compared_by_their_content_alone(county):
    rows = []
    for name in ("a.pdf", "b.pdf"):
        checked = evidence.check(SimpleUploadedFile(name, b"%PDF-1.7\n%%EOF\n"))
        factories.make_report(factories.make_task(units=[county]), 10, ON, files=[checked])
        rows.append(Evidence.objects.latest("pk"))
    [alike] = alike_elsewhere(rows[:1], Evidence.objects.all())
    assert (alike.other, alike.is_same) == (rows[1], True)
