"""Evidence: files looked at before anything is written, and kept under random names."""

import hashlib
import secrets
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from tracker.choices import EventKind
from tracker.models import Evidence, ProgressReport, Task, User
from tracker.operations import record
from tracker.rules.folding import clean

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
MAX_PIXELS = 40_000_000


@dataclass(frozen=True)
class Checked:
    """An uploaded file that may be kept: ``content_type`` is what it is, not what it claims."""

    file: File
    name: str
    content_type: str
    size: int
    sha256: str


def check(upload: File) -> Checked:
    """Look at an uploaded file. Raises ``ValidationError`` in words when it may not be kept."""
    name = PurePosixPath(clean(upload.name or "").replace("\\", "/")).name.strip(" .")[-200:]
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if ending not in ALLOWED:
        raise _refused(name, _("only photos, PDF, Word and Excel files can be attached"))
    if not upload.size:
        raise _refused(name, _("the file is empty"))
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        limit = settings.EVIDENCE_MAX_BYTES // (1024 * 1024)
        raise _refused(name, _("the file is larger than %(limit)s MB") % {"limit": limit})
    upload.seek(0)
    kind = filetype.guess_mime(upload.read(8192))
    if kind not in ALLOWED[ending]:
        raise _refused(name, _("the content is not what the name says"))
    if ending in MEMBER:
        _refuse_other_zip(upload, name, ending)
    elif kind.startswith("image/"):
        _refuse_bad_image(upload, name)
    return Checked(upload, name, TYPE.get(ending, kind), upload.size, _digest(upload))


def _refused(name: str, why: str) -> ValidationError:
    return ValidationError(
        _("%(name)s was not attached: %(why)s."),
        code="evidence",
        params={"name": name or "?", "why": why},
    )


def _refuse_other_zip(upload: File, name: str, ending: str) -> None:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        names = []
    if MEMBER[ending] not in names:
        raise _refused(name, _("the file is damaged or not an Office document"))


def _refuse_bad_image(upload: File, name: str) -> None:
    upload.seek(0)
    try:
        with Image.open(upload) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise _refused(name, _("the picture has more than 40 million pixels"))
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise _refused(name, _("the picture is damaged")) from None


def _digest(upload: File) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def attach(
    files: Sequence[Checked],
    *,
    task: Task,
    report: ProgressReport | None,
    actor: User,
    on: date,
    at: datetime,
) -> list[Evidence]:
    """Keep checked files with a report, inside the caller's transaction."""
    kept, events = [], []
    for checked in files:
        row = Evidence(
            task=task,
            report=report,
            name=checked.name,
            content_type=checked.content_type,
            size=checked.size,
            sha256=checked.sha256,
            uploaded_by=actor,
            uploaded_at=at,
        )
        row.file.save(secrets.token_hex(24), checked.file, save=False)
        row.save()
        kept.append(row)
        events.append(
            record.entry(
                EventKind.EVIDENCE_ADDED,
                actor=actor,
                on=on,
                at=at,
                after={"evidence": row.pk, "name": row.name, "sha256": row.sha256},
                inspection=task.inspection,
                task=task,
                assignment=report.assignment if report else None,
            )
        )
    record.append(events)
    return kept
