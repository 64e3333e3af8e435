"""Working ledgers that come back: kept while they are decided about, entered, taken back.

What was compared is kept with the version of each task. It is entered in one transaction, all of
it or nothing; when a task moved on meanwhile, nothing is entered and it has to be compared again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import CellState, EventKind, ReturnState
from tracker.models import Event, EventHead, Inspection, ReturnedWorkbook, Task, User
from tracker.operations import record
from tracker.operations.annulling_many import annul_many
from tracker.operations.returned_values import Writer

TAKEN, LEFT = "theirs", "ours"
"""What may be decided: the value in the file is entered, or what is known here stays."""

NAMED = 5
OPEN_STATES = (CellState.THEIRS, CellState.BOTH)


@transaction.atomic
def keep_returned(
    *,
    actor: User,
    inspection: Inspection,
    file_name: str,
    sha256: str,
    exported: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    counts: Mapping[str, int],
    notes: Sequence[str],
    at: datetime,
) -> ReturnedWorkbook:
    """Keep a comparison until it is decided about and confirmed."""
    access.require(access.may_run_list(actor))
    return ReturnedWorkbook.objects.create(
        inspection=inspection,
        file_name=file_name[-200:],
        sha256=sha256,
        exported=dict(exported),
        rows=list(rows),
        counts=dict(counts),
        notes=list(notes),
        uploaded_by=actor,
        uploaded_at=at,
        compared_at=at,
    )


def _open(actor: User, returned_id: int) -> ReturnedWorkbook:
    """The ledger, locked, if it is still to be decided about."""
    access.require(access.may_run_list(actor))
    returned = ReturnedWorkbook.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=returned_id
    )
    if returned.confirmed_at:
        raise ValidationError(
            _("This ledger was entered at %(when)s already. Nothing was entered twice."),
            code="confirmed",
            params={"when": f"{make_naive(returned.confirmed_at):%Y-%m-%d %H:%M}"},
        )
    return returned


def _decidable(rows: Iterable[dict[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    """``(name, part)`` of every cell and row that a decision may be made about."""
    for row in rows:
        if row["kind"] == "new" and not row["faults"]:
            yield row["id"], row
        for cell in row.get("cells", ()):
            if cell["state"] in OPEN_STATES:
                yield f"{row['id']}.{cell['field']}", cell


@transaction.atomic
def decide(*, actor: User, returned_id: int, decisions: Mapping[str, str]) -> ReturnedWorkbook:
    """Keep decisions by name; names that mean nothing, and other words, are left alone."""
    returned = _open(actor, returned_id)
    for name, part in _decidable(returned.rows):
        if decisions.get(name) in (TAKEN, LEFT):
            part["decision"] = decisions[name]
    returned.save(update_fields=["rows"])
    return returned


@transaction.atomic
def decide_all(*, actor: User, returned_id: int, decision: str) -> ReturnedWorkbook:
    """Decide every cell that was changed in both places in the same way."""
    returned = _open(actor, returned_id)
    for _name, part in _decidable(returned.rows):
        if part.get("state") == CellState.BOTH and decision in (TAKEN, LEFT):
            part["decision"] = decision
    returned.save(update_fields=["rows"])
    return returned


@transaction.atomic
def keep_comparison(
    *, actor: User, returned_id: int, rows: Sequence[Mapping[str, Any]], at: datetime
) -> ReturnedWorkbook:
    """Keep rows that were compared again."""
    returned = _open(actor, returned_id)
    returned.rows, returned.compared_at = list(rows), at
    returned.save(update_fields=["rows", "compared_at"])
    return returned


def undecided(rows: Iterable[dict[str, Any]]) -> int:
    """How many cells were changed in both places and are not decided."""
    return sum(not part["decision"] for _name, part in _decidable(rows))


@transaction.atomic
def confirm(*, actor: User, returned_id: int, at: datetime) -> ReturnedWorkbook:
    """Enter what was decided: all of it, or nothing."""
    returned = _open(actor, returned_id)
    if undecided(returned.rows):
        raise ValidationError(
            _("Cells that were changed in both places are not all decided yet."), code="undecided"
        )
    changed = [(row, fields) for row in returned.rows if (fields := _taken_fields(row))]
    plans = [row["plan"] for row in returned.rows if row.get("decision") == TAKEN]
    if not changed and not plans:
        raise ValidationError(_("There is nothing to enter. Nothing was changed."), code="nothing")
    Inspection.objects.select_for_update(no_key=True).get(pk=returned.inspection_id)
    _lock_unmoved(changed)
    entry = _entry(returned, changed, plans, actor=actor, at=at)
    writer = Writer(returned, [fields for _row, fields in changed], plans, actor=actor, at=at)
    writer.change(changed)
    new = writer.enter(plans)
    ids = [row["task"] for row, _fields in changed] + [task.pk for task in new]
    versions = Task.objects.filter(pk__in=ids).values_list("pk", "version")
    returned.state, returned.confirmed_by, returned.confirmed_at = ReturnState.CONFIRMED, actor, at
    returned.entries = [entry.sequence, EventHead.objects.get().sequence]
    returned.versions = {str(pk): version for pk, version in versions}
    returned.save(update_fields=["state", "confirmed_by", "confirmed_at", "entries", "versions"])
    return returned


def _taken_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """``{field: value}`` that is to be entered in the task of a row."""
    return {
        cell["field"]: cell["value"]
        for cell in row.get("cells", ())
        if cell["state"] in OPEN_STATES and cell["decision"] == TAKEN
    }


def _lock_unmoved(changed: Sequence[tuple[Mapping[str, Any], Any]]) -> None:
    """Lock the tasks; refuse when one of them has moved on since it was compared."""
    compared = {row["task"]: row for row, _fields in changed}
    record.lock_tasks(compared)
    now = dict(Task.objects.filter(pk__in=compared).values_list("pk", "version"))
    moved = [row["code"] for pk, row in compared.items() if now[pk] != row["version"]]
    if moved:
        raise ValidationError(
            _(
                "Changed meanwhile: %(tasks)s. Nothing was entered, and what was decided is kept."
                " Compare again, then confirm."
            ),
            code="stale",
            params={"tasks": "、".join(moved[:NAMED]) + (" …" if len(moved) > NAMED else "")},
        )


def _entry(
    returned: ReturnedWorkbook,
    changed: Sequence[tuple[Any, Mapping[str, Any]]],
    plans: Sequence[Any],
    *,
    actor: User,
    at: datetime,
) -> Event:
    """Names the file in the record, ahead of what follows from it."""
    entry = record.entry(
        EventKind.IMPORTED,
        actor=actor,
        on=make_naive(at).date(),
        at=at,
        after={
            "file": returned.file_name,
            "sha256": returned.sha256,
            "returned": returned.pk,
            "corrected": len(changed),
            "cells": sum(len(fields) for _row, fields in changed),
            "tasks": len(plans),
        },
        inspection=returned.inspection,
    )
    record.append([entry])
    return entry


@transaction.atomic
def undo(*, actor: User, returned_id: int, at: datetime) -> ReturnedWorkbook:
    """Take back what a confirmation entered, unless a task was touched since."""
    access.require(access.may_run_list(actor))
    rows = ReturnedWorkbook.objects.select_for_update(no_key=True, of=("self",))
    returned = rows.get(pk=returned_id)
    until = returned.undo_until
    if until is None or at > until:
        raise ValidationError(
            _("A ledger can be taken back for 24 hours after it was entered."), code="too_late"
        )
    first, last = returned.entries
    entries = Event.objects.filter(sequence__range=(first, last)).order_by("sequence")
    subjects = ("inspection", "issue", "task__inspection", "assignment", "unit")
    own = list(entries.select_related(*subjects).exclude(kind=EventKind.IMPORTED))
    _refuse_touched(returned, own)
    reason = _("The returned ledger “%(file)s” was taken back.") % {"file": returned.file_name}
    annul_many(actor=actor, events=own, reason=reason, at=at)
    returned.state, returned.undone_by, returned.undone_at = ReturnState.UNDONE, actor, at
    returned.save(update_fields=["state", "undone_by", "undone_at"])
    return returned


def _refuse_touched(returned: ReturnedWorkbook, own: Sequence[Event]) -> None:
    """Refuse when a task was changed since, or a new one or a new unit's part worked on."""
    versions = {int(pk): version for pk, version in returned.versions.items()}
    record.lock_tasks(versions)
    now = Task.objects.filter(pk__in=versions).order_by("number")
    touched = {task.pk: task.code for task in now if task.version != versions[task.pk]}
    new = [event.task_id for event in own if event.kind == EventKind.CREATED]
    added = [event.assignment_id for event in own if event.kind == EventKind.ASSIGNED]
    later = Event.objects.filter(sequence__gt=returned.entries[1]).filter(
        Q(task__in=new) | Q(assignment__in=added)
    )
    touched |= dict(later.values_list("task_id", "task__code"))
    if touched:
        codes = list(touched.values())
        raise ValidationError(
            _("Touched since then: %(tasks)s. Take single entries back on the pages of the tasks."),
            code="touched",
            params={"tasks": "、".join(codes[:NAMED]) + (" …" if len(codes) > NAMED else "")},
        )
