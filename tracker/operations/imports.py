"""Lists on their way in: the file kept, read, corrected, confirmed or discarded.

A batch holds what was read, in the codes and numbers of this system, so that what is confirmed is
what was shown. The file itself is kept until then, at most thirty days, so that it can be read
again with other columns and given back with its errors marked.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.models import ImportBatch, ImportFault, ImportLayout, ImportRow, Inspection, User
from tracker.models.inserting import insert_rows
from tracker.operations.changing import Decision
from tracker.operations.import_rows import Outcome, enter_rows
from tracker.rules.folding import clean

KEPT_FOR = timedelta(days=30)


def issued_on(inspection: Inspection, *, is_take_over: bool, today: date) -> date:
    """The day from which the tasks of an imported list count.

    A list that is taken over has run since its plan was issued; any other is issued to its units
    on the day it is confirmed, so that the figures of earlier days stay as they were.
    """
    if is_take_over:
        return inspection.plan_issued_on or inspection.feedback_on or today
    return today


def _tidy(name: str) -> str:
    return PurePosixPath(clean(name).replace("\\", "/")).name.strip(" .")[-200:] or "?"


@transaction.atomic
def keep_file(
    *,
    actor: User,
    inspection: Inspection,
    file_name: str,
    content: bytes,
    is_take_over: bool,
    at: datetime,
) -> ImportBatch:
    """Keep an uploaded list until it is confirmed or discarded."""
    access.require(access.may_run_list(actor))
    forget_old(at=at)
    batch = ImportBatch(
        inspection=inspection, is_take_over=is_take_over, uploaded_by=actor, uploaded_at=at
    )
    _store(batch, file_name, content)
    batch.save()
    return batch


def _store(batch: ImportBatch, file_name: str, content: bytes) -> None:
    """Put a file into the private store; one that is replaced goes once that is certain."""
    if batch.file.name:
        _delete_afterwards(batch.file.name)
    batch.file_name = _tidy(file_name)
    batch.sha256 = hashlib.sha256(content).hexdigest()
    batch.file.save(secrets.token_hex(24), ContentFile(content), save=False)


def _delete_afterwards(name: str) -> None:
    transaction.on_commit(lambda: default_storage.delete(name))


def _lock(batch_id: int) -> ImportBatch:
    """The batch, locked, and still open; ``ValidationError`` when it is entered or discarded."""
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.confirmed_at:
        raise ValidationError(
            _("This list was taken at %(when)s already. Nothing was entered twice."),
            code="confirmed",
            params={"when": f"{make_naive(batch.confirmed_at):%Y-%m-%d %H:%M}"},
        )
    if batch.discarded_at:
        raise ValidationError(
            _("This list was discarded. Nothing was entered. Upload it again."), code="discarded"
        )
    return batch


@transaction.atomic
def replace_file(
    *, actor: User, batch_id: int, file_name: str, content: bytes, at: datetime
) -> ImportBatch:
    """Go on with a corrected file in place of the one that was handed in before."""
    access.require(access.may_run_list(actor))
    batch = _lock(batch_id)
    _store(batch, file_name, content)
    batch.uploaded_by, batch.uploaded_at = actor, at
    batch.is_read, batch.counts = False, {}
    batch.save()
    batch.rows.all().delete()
    batch.faults.all().delete()
    return batch


@transaction.atomic
def keep_layout(
    *,
    actor: User,
    inspection: Inspection,
    fingerprint: str,
    mapping: Mapping[str, Any],
    at: datetime,
) -> None:
    """Remember what the columns of a layout hold, for the next list of its kind."""
    access.require(access.may_run_list(actor))
    ImportLayout.objects.update_or_create(
        inspection=inspection,
        fingerprint=fingerprint,
        defaults={"mapping": dict(mapping), "saved_by": actor, "saved_at": at},
    )


def remembered(inspection: Inspection, fingerprint: str) -> Mapping[str, Any] | None:
    """What was said of a layout: for this inspection, else the last time for any other."""
    known = ImportLayout.objects.filter(fingerprint=fingerprint).order_by("-saved_at", "-pk")
    own = known.filter(inspection=inspection).first() or known.first()
    return own.mapping if own else None


@transaction.atomic
def keep_rows(
    *,
    actor: User,
    batch_id: int,
    rows: Sequence[ImportRow],
    faults: Sequence[Mapping[str, Any]],
    notes: Sequence[str] = (),
    fingerprint: str = "",
    mapping: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Keep what was read from a batch's file, in place of what was read before."""
    access.require(access.may_run_list(actor))
    batch = _lock(batch_id)
    batch.rows.all().delete()
    batch.faults.all().delete()
    for row in rows:
        row.batch = batch
    insert_rows(rows)
    insert_rows([ImportFault(batch=batch, **fault) for fault in faults])
    batch.is_read, batch.counts = True, counted(rows, faults)
    batch.notes, batch.fingerprint = list(notes), fingerprint
    batch.mapping = None if mapping is None else dict(mapping)
    batch.save(update_fields=["is_read", "counts", "notes", "fingerprint", "mapping"])
    return batch


def counted(rows: Sequence[ImportRow], faults: Sequence[Any]) -> dict[str, int]:
    """How many tasks of a list are new, changed and the same; new issues, errors, extensions."""
    states = Counter((row.kind, row.state) for row in rows)
    return {
        "new": states["task", "new"],
        "changed": states["task", "changed"],
        "same": states["task", "same"],
        "new_issues": states["issue", "new"],
        "extensions": sum("extension" in row.data for row in rows if row.state == "changed"),
        "faults": len(faults),
    }


@transaction.atomic
def confirm_batch(
    *, actor: User, batch_id: int, decision: Decision | None = None, at: datetime
) -> Outcome:
    """Enter a batch as it was shown: all of it, or nothing if the data changed meanwhile."""
    access.require(access.may_run_list(actor))
    batch = _lock(batch_id)
    if not batch.is_read:
        raise ValidationError(
            _("Say first what the columns of the list hold. Nothing was entered."), code="unmapped"
        )
    if batch.counts["faults"]:
        raise ValidationError(
            _("The list has errors. Correct them in the workbook and upload it again."),
            code="faults",
        )
    outcome = enter_rows(
        actor=actor,
        inspection=batch.inspection,
        rows=list(batch.rows.exclude(state="same").order_by("pk")),
        is_take_over=batch.is_take_over,
        source={"file": batch.file_name, "sha256": batch.sha256, "batch": batch.pk},
        decision=decision or Decision(),
        at=at,
    )
    batch.confirmed_at, batch.confirmed_by = at, actor
    batch.first_entry, batch.last_entry = outcome.first_entry, outcome.last_entry
    _let_file_go(batch)
    batch.save()
    return outcome


@transaction.atomic
def discard_batch(*, actor: User, batch_id: int, at: datetime) -> ImportBatch:
    """Put a list aside that is not to be entered; its file and rows go, that it was there stays."""
    access.require(access.may_run_list(actor))
    batch = _lock(batch_id)
    _discard(batch, at)
    return batch


def _discard(batch: ImportBatch, at: datetime) -> None:
    batch.rows.all().delete()
    batch.faults.all().delete()
    _let_file_go(batch)
    batch.discarded_at = at
    batch.save()


def _let_file_go(batch: ImportBatch) -> None:
    if batch.file.name:
        _delete_afterwards(batch.file.name)
        batch.file = ""


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Discard the lists that nobody confirmed for thirty days; how many there were."""
    old = ImportBatch.objects.filter(
        uploaded_at__lt=at - KEPT_FOR, confirmed_at=None, discarded_at=None
    )
    found = list(old.select_for_update(no_key=True))
    for batch in found:
        _discard(batch, at)
    return len(found)
