"""Evidence: files looked at before anything is written, attached, and what is noted of them."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.timezone import make_aware, make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind, PhotoKind
from tracker.models import (
    Closure,
    Event,
    Evidence,
    Measure,
    ProgressReport,
    StagedFile,
    Task,
    User,
)
from tracker.operations import photos, record
from tracker.rules.file_names import ending_of, misleading, own_name

OFFICE = "application/vnd.openxmlformats-officedocument."
ALLOWED = {
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png",),
    "webp": ("image/webp",),
    "pdf": ("application/pdf",),
    "docx": (f"{OFFICE}wordprocessingml.document", "application/zip"),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", "application/zip"),
}
"""What may be attached: by its ending, and by what its first bytes say it is."""

MEMBER = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
TYPE = {
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
}
MEGABYTE = 1024 * 1024
ZIP_TAIL = 66_000
"""How far from its end a zip archive says where its list of contents is."""


@dataclass(frozen=True)
class Checked:
    """An uploaded file that may be kept: ``content_type`` is what it is, not what it claims.

    ``stored`` is its name on the disk, once it is there (``evidence_files.stored_first``), and
    ``known`` the names under which the same content had been stored before. ``staged`` is the key
    of the row that says it was sent ahead of its form. ``about`` is what in the step it belongs
    to, such as a condition of acceptance.
    """

    file: File
    name: str
    content_type: str
    size: int
    sha256: str
    look: photos.Look | None = None
    photo_kind: str = ""
    stored: str = ""
    known: frozenset[str] = frozenset()
    staged: int | None = None
    about: str = ""


def check(upload: File, *, photo_kind: str = "") -> Checked:
    """Look at an uploaded file. Raises ``ValidationError`` in words when it may not be kept.

    ``photo_kind`` is noted of a photo and means nothing for another file.
    """
    given = upload.name or ""
    name = own_name(given)
    ending = ending_of(name)
    if why := misleading(given):
        raise _refused(name, why)
    if ending not in ALLOWED:
        raise _refused(name, _("only photos, PDF, Word and Excel files can be attached"))
    if not upload.size:
        raise _refused(name, _("the file is empty"))
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        limit = settings.EVIDENCE_MAX_BYTES // MEGABYTE
        why = _("the file is larger than %(limit)s MB") % {"limit": limit}
        raise _refused(name, why, code="too_large")
    upload.seek(0)
    kind = filetype.guess_mime(upload.read(8192))
    if kind not in ALLOWED[ending]:
        raise _refused(name, _("the content is not what the name says"))
    look = None
    if ending in MEMBER:
        _refuse_other_zip(upload, name, ending)
    elif kind.startswith("image/"):
        look = _look(upload, name, kind)
    return Checked(
        upload,
        name,
        TYPE.get(ending, kind),
        upload.size,
        _digest(upload),
        look,
        photo_kind if look else "",
    )


def _refused(name: str, why: str, code: str = "evidence") -> ValidationError:
    return ValidationError(
        _("%(name)s was not attached: %(why)s."),
        code=code,
        params={"name": name or "?", "why": why},
    )


def _refuse_other_zip(upload: File, name: str, ending: str) -> None:
    """The list of contents is read; nothing is unpacked."""
    if _lists_too_much(upload):
        raise _refused(name, _("the file is damaged or not an Office document"))
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        names = []
    if MEMBER[ending] not in names:
        raise _refused(name, _("the file is damaged or not an Office document"))


def _lists_too_much(upload: File) -> bool:
    """Whether the list of contents is longer than that of any Office document, by its own word.

    ``zipfile`` reads all of it at once (APPNOTE.TXT 4.3.16; the 64-bit form is for huge archives).
    """
    upload.seek(max(0, upload.size - ZIP_TAIL))
    tail = upload.read()
    end = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    return end < 0 or length > MEGABYTE or b"PK\x06\x07" in tail


def _look(upload: File, name: str, kind: str) -> photos.Look:
    try:
        return photos.look(upload, kind)
    except photos.Unfit as why:
        raise _refused(name, str(why)) from None


def _digest(upload: File) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def attach(
    files: Sequence[Checked],
    *,
    task: Task,
    step: Event | None = None,
    report: ProgressReport | None = None,
    measure: Measure | None = None,
    closure: Closure | None = None,
    actor: User,
    on: date,
    at: datetime,
) -> list[Evidence]:
    """Keep files that are on the disk, in their order, inside the caller's transaction.

    ``step`` is the entry that they come with; the entry of each file names what it belongs to.
    """
    if not files:
        return []
    record.next_sequence()  # Nobody else attaches anything until this transaction ends.
    _refuse_too_much(files, task, actor, at)
    _take_over(files, actor)
    kept, events = [], []
    for checked in files:
        row = Evidence.objects.create(
            task=task,
            step=step,
            report=report,
            measure=measure,
            closure=closure,
            file=_stored_once(checked),
            name=checked.name,
            content_type=checked.content_type,
            size=checked.size,
            sha256=checked.sha256,
            uploaded_by=actor,
            uploaded_at=at,
            photo_kind=checked.photo_kind,
            **told(checked.look),
        )
        kept.append(row)
        events.append(
            _entry(
                EventKind.EVIDENCE_ADDED,
                row,
                actor=actor,
                on=on,
                at=at,
                after={"sha256": row.sha256, **_place(row), **_about(checked)},
            )
        )
    record.append(events)
    return kept


def _take_over(files: Sequence[Checked], actor: User) -> None:
    """What was sent ahead of the form is attached once, and is no longer waiting then."""
    keys = {checked.staged for checked in files if checked.staged is not None}
    gone, _each = StagedFile.objects.filter(owner=actor, pk__in=keys).delete()
    if gone != len(keys):
        raise ValidationError(
            _(
                "A file that was sent ahead is no longer there: it has been attached or removed"
                " meanwhile. Nothing was entered; look at the files and send the form again."
            ),
            code="staged",
        )


def _place(row: Evidence) -> dict[str, int]:
    """What a file belongs to, as the record names it."""
    names = ("report", "measure", "closure")
    keys = {name: getattr(row, f"{name}_id") for name in names}
    return {name: key for name, key in keys.items() if key is not None}


def _about(checked: Checked) -> dict[str, str]:
    return {"about": checked.about} if checked.about else {}


def _refuse_too_much(files: Sequence[Checked], task: Task, actor: User, at: datetime) -> None:
    """Refuse what would fill the disk: of one task, or by one person on one day."""
    new = sum(checked.size for checked in files)
    for rows, most, sentence in (
        (
            Evidence.objects.filter(task=task),
            settings.EVIDENCE_MAX_BYTES_PER_TASK,
            _("With these files the task would hold more than %(limit)s MB. Nothing was attached."),
        ),
        (
            sent_on_day(actor, at),
            settings.EVIDENCE_MAX_BYTES_PER_DAY,
            _(
                "With these files this account would have sent more than %(limit)s MB today."
                " Nothing was attached."
            ),
        ),
    ):
        if (rows.aggregate(total=Sum("size"))["total"] or 0) + new > most:
            limit = {"limit": most // MEGABYTE}
            raise ValidationError(sentence, code="too_much", params=limit)


def sent_on_day(person: User, at: datetime) -> QuerySet[Evidence]:
    """What a person has attached on the day of ``at``."""
    day = make_aware(make_naive(at).replace(hour=0, minute=0, second=0, microsecond=0))
    own = Evidence.objects.filter(uploaded_by=person, uploaded_at__gte=day)
    return own.filter(uploaded_at__lt=day + timedelta(days=1))


def _stored_once(checked: Checked) -> str:
    """The name on the disk: that of the same content, if somebody else stored it meanwhile."""
    if not checked.stored:
        raise LookupError(f"{checked.name} has to be on the disk before it is attached.")
    rows = Evidence.objects.filter(sha256=checked.sha256, size=checked.size)
    meanwhile = rows.exclude(file__in=checked.known).order_by("pk")
    return meanwhile.values_list("file", flat=True).first() or checked.stored


def told(look: photos.Look | None) -> dict[str, Any]:
    """What a photo told of itself, by the columns that keep it."""
    names = ("taken_at", "latitude", "longitude", "fingerprint") if look else ()
    return {name: getattr(look, name) for name in names}


def _entry(
    kind: EventKind,
    row: Evidence,
    *,
    actor: User,
    on: date,
    at: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> Event:
    return record.entry(
        kind,
        actor=actor,
        on=on,
        at=at,
        before=before,
        after={"evidence": row.pk, "name": row.name, **after},
        inspection=row.task.inspection,
        task=row.task,
        assignment=row.report.assignment if row.report else None,
    )


@transaction.atomic
def mark_photo(
    *,
    actor: User,
    evidence_id: int,
    photo_kind: str,
    pair: Evidence | None = None,
    on: date,
    at: datetime,
) -> Evidence:
    """Say whether a photo shows the state before or after, and which one is its counterpart."""
    row = _locked(evidence_id, actor)
    if not row.is_image:
        raise ValidationError(_("Only photos show a state before or after."), code="no_photo")
    others = access.visible_evidence(actor).filter(task=row.task, photo_kind=PhotoKind.BEFORE)
    if pair is not None and not (
        photo_kind == PhotoKind.AFTER and others.filter(pk=pair.pk).exists()
    ):
        raise ValidationError(
            {
                "pair": _(
                    "The counterpart of a photo from after is a photo of the same task from before."
                )
            }
        )
    if photo_kind != PhotoKind.BEFORE and row.later.exists():
        raise ValidationError(
            {
                "photo_kind": _(
                    "A photo from after names this one as its counterpart. Change that one first."
                )
            }
        )
    before = {"photo_kind": row.photo_kind, "pair": row.pair_id}
    after = {"photo_kind": str(photo_kind), "pair": pair.pk if pair else None}
    if before == after:
        return row
    row.photo_kind, row.pair = photo_kind, pair
    row.save(update_fields=["photo_kind", "pair"])
    _note(row, actor, on, at, before, after)
    return row


@transaction.atomic
def remove_place(*, actor: User, evidence_id: int, on: date, at: datetime) -> Evidence:
    """Forget where a photo was taken. From then on only copies without the place are served.

    The file stays on the disk as it came, so that the record's digest of it can be checked.
    """
    row = _locked(evidence_id, actor)
    if row.latitude is None:
        raise ValidationError(_("No place is kept of this photo."), code="no_place")
    row.latitude = row.longitude = None
    row.is_place_removed = True
    row.save(update_fields=["latitude", "longitude", "is_place_removed"])
    _note(row, actor, on, at, {}, {"is_place_removed": True})
    return row


def _locked(evidence_id: int, actor: User) -> Evidence:
    """A file whose notes ``actor`` may change, its task locked."""
    task_id = Evidence.objects.values_list("task_id", flat=True).get(pk=evidence_id)
    task = record.lock_task(task_id)
    row = Evidence.objects.select_related("report__assignment").get(pk=evidence_id)
    row.task = task
    access.require(access.may_note_evidence(actor, row))
    return row


def _note(
    row: Evidence,
    actor: User,
    on: date,
    at: datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    event = _entry(
        EventKind.EVIDENCE_CHANGED, row, actor=actor, on=on, at=at, before=before, after=after
    )
    record.append([event])
