"""Evidence on the disk: written before the record is locked, each content once, and swept.

A file is there before the row that names it. What fails midway takes its files away again; a
crash leaves at most files that no row names, which ``sweep`` removes after a day. Files sent ahead
of their form (``staged``) are here too, and stay where they are when they are attached.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker.models import Evidence, StagedFile
from tracker.operations import kept_files
from tracker.operations.evidence import Checked
from tracker.operations.photos import COPIES, look

CHUNK = 1024 * 1024
Operation = TypeVar("Operation", bound=Callable[..., Any])


def stored_first(operation: Operation) -> Operation:
    """Have the ``files`` of an operation on the disk before its transaction begins."""

    @wraps(operation)
    def with_files(*, files: Sequence[Checked] = (), at: datetime, **rest: Any) -> Any:
        with on_disk(files, at=at) as stored:
            return operation(files=stored, at=at, **rest)

    return with_files  # type: ignore[return-value]


@contextmanager
def on_disk(files: Sequence[Checked], *, at: datetime) -> Iterator[list[Checked]]:
    """``files`` with the names they are stored under; those nothing names later go again."""
    written: dict[str, str] = {}
    try:
        yield _all_stored(files, written, at)
    finally:
        if written:
            remove_unused(set(written.values()))


def _all_stored(files: Sequence[Checked], written: dict[str, str], at: datetime) -> list[Checked]:
    try:
        return [_stored(checked, written, at) for checked in files]
    except OSError as fault:
        raise ValidationError(
            _(
                "The files could not be written to the disk of the server. Nothing was entered;"
                " tell the administrator, and send it again later."
            ),
            code="disk",
        ) from fault


def _stored(checked: Checked, written: dict[str, str], at: datetime) -> Checked:
    """The file under the name of the same content, where that is there whole; else a new one."""
    rows = Evidence.objects.filter(sha256=checked.sha256, size=checked.size)
    known = frozenset(rows.values_list("file", flat=True))
    for name in sorted(known | {checked.stored} - {""}):
        if _is_whole(name, checked.sha256):
            return replace(checked, stored=name, known=known)
    if checked.stored:
        raise ValidationError(
            _("%(name)s was sent ahead and is damaged on the server. Choose it again."),
            code="damaged",
            params={"name": checked.name},
        )
    if checked.sha256 not in written:
        name = f"{make_naive(at):%Y/%m}/{kept_files.random_name('')}"
        written[checked.sha256] = name
        with kept_files.written_whole(path_of(name)) as file:
            for chunk in checked.file.chunks():
                file.write(chunk)
        for which, content in (checked.look.copies if checked.look else {}).items():
            _write_copy(name, which, content)
    return replace(checked, stored=written[checked.sha256], known=known)


def path_of(name: str, which: str = "") -> Path:
    """Where a file is, or one of its copies."""
    return Path(settings.MEDIA_ROOT) / (f"{name}.{which}.jpg" if which else name)


def _write_copy(name: str, which: str, content: bytes) -> None:
    with kept_files.written_whole(path_of(name, which)) as file:
        file.write(content)


def _is_whole(name: str, sha256: str) -> bool:
    try:
        with path_of(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def remove_unused(names: set[str]) -> None:
    """Remove what was written for rows that did not come about."""
    try:
        used = named(names)
    except DatabaseError:
        return  # Whether the rows came about is not known: the sweep will see.
    for name in names - used:
        for which in ("", *COPIES):
            path_of(name, which).unlink(missing_ok=True)


def named(names: Iterable[str]) -> set[str]:
    """Those of these names on the disk that a row needs."""
    return {
        name
        for model in (Evidence, StagedFile)
        for name in model._default_manager.filter(file__in=names).values_list("file", flat=True)
    }


def copy_of(row: Evidence, which: str) -> bytes:
    """The copy of a photo to be shown. One that is not there is made again."""
    name = str(row.file.name)
    with suppress(FileNotFoundError):
        return path_of(name, which).read_bytes()
    with row.file.open("rb") as file:
        content = look(file, row.content_type).copies[which]
    with suppress(OSError):  # Somebody else may be making it too, or the disk be full.
        _write_copy(name, which, content)
    return content


def sweep(*, at: datetime) -> int:
    """Remove what crashes left, and what was sent for a form that was never sent, after a day.

    How many files it were.
    """
    StagedFile.objects.filter(staged_at__lt=at - kept_files.ORPHANED_AFTER).delete()
    known = {
        path_of(name, which).name
        for model in (Evidence, StagedFile)
        for name in model._default_manager.order_by().values_list("file", flat=True).iterator()
        for which in ("", *COPIES)
    }
    months = Path(settings.MEDIA_ROOT).glob("[0-9]*/[0-9]*")
    return sum(kept_files.remove_orphans(month, known, at=at) for month in months)
