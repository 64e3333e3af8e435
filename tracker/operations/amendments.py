"""Amendments of the plan: deadlines extended, tasks withdrawn or merged."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import AssignmentStatus, DeadlineKind, EventKind
from tracker.models import (
    DeadlineChange,
    Task,
    User,
)
from tracker.operations import record
from tracker.operations.tasks import DEADLINE, step


@transaction.atomic
def extend_deadline(
    *,
    actor: User,
    task_id: int,
    version: int | None,
    new_text: str,
    new_due_on: date,
    reason: str,
    document_no: str,
    on: date,
    at: datetime,
) -> Task:
    """Move the deadline from the day ``on``; figures of earlier days keep the earlier deadline."""
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    if task.completed_on:
        raise ValidationError(
            _("The task was completed on %(day)s. A completed task needs no extension."),
            code="completed",
            params={"day": task.completed_on.isoformat()},
        )
    change_deadline(
        task,
        text=new_text,
        due_on=new_due_on,
        reason=reason,
        document_no=document_no,
        actor=actor,
        on=on,
        at=at,
    )
    return task


def refuse_no_later(task: Task, due_on: date, on: date) -> None:
    """Refuse to extend a deadline to a day that lies before it, or before the decision."""
    if task.due_on and due_on <= task.due_on:
        raise ValidationError(
            _("The new deadline must be later than %(day)s. A wrong date is put right by editing."),
            code="not_later",
            params={"day": task.due_on.isoformat()},
        )
    if due_on <= on:
        raise ValidationError(
            _("The new deadline must be later than the day of the decision, %(day)s."),
            code="not_later",
            params={"day": on.isoformat()},
        )


def extended(task: Task, text: str, due_on: date) -> dict[str, Any]:
    """The deadline of a task as an extension writes it."""
    return {
        **{name: getattr(task, name) for name in DEADLINE},
        "deadline_text": text,
        "deadline_kind": DeadlineKind.DATED,
        "due_on": due_on,
    }


def change_deadline(
    task: Task,
    *,
    text: str,
    due_on: date,
    reason: str,
    document_no: str,
    actor: User | None,
    on: date,
    at: datetime,
    request: Mapping[str, Any] | None = None,
) -> DeadlineChange:
    """Write a new deadline to the record of a locked task, with what it was before.

    ``request`` is what the entry says of the request that it answers, if it answers one.
    """
    refuse_no_later(task, due_on, on)
    later = task.events.standing().filter(kind=EventKind.EXTENDED, effective_on__gt=on).first()
    if later is not None:
        raise ValidationError(
            _("The deadline was extended again on %(day)s. Annul that entry first."),
            code="extended_again",
            params={"day": later.effective_on.isoformat()},
        )
    old = {name: getattr(task, name) for name in DEADLINE}
    new = extended(task, text, due_on)
    event = step(
        task,
        EventKind.EXTENDED,
        actor=actor,
        on=on,
        at=at,
        before=old,
        after={**new, **(request or {})},
        note=reason,
    )
    return DeadlineChange.objects.create(
        task=task,
        event=event,
        decided_on=on,
        old_text=old["deadline_text"],
        old_due_on=old["due_on"],
        new_text=text,
        new_due_on=due_on,
        reason=reason,
        document_no=document_no,
    )


@transaction.atomic
def withdraw_task(
    *,
    actor: User,
    task_id: int,
    version: int | None,
    document_no: str,
    reason: str,
    on: date,
    at: datetime,
) -> Task:
    """Take a task off the list by an amendment of the plan; from ``on`` it is not counted."""
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    _refuse_without_document(document_no)
    step(
        task,
        EventKind.WITHDRAWN,
        actor=actor,
        on=on,
        at=at,
        after={"document_no": document_no},
        note=reason,
    )
    return task


@transaction.atomic
def merge_task(
    *,
    actor: User,
    task_id: int,
    version: int | None,
    into_id: int,
    document_no: str,
    reason: str,
    on: date,
    at: datetime,
) -> Task:
    """Merge a task into another of its inspection; from ``on`` only the other is counted."""
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    _refuse_without_document(document_no)
    into = Task.objects.live().filter(inspection=task.inspection_id, pk=into_id).first()
    gone = (AssignmentStatus.DRAFT, AssignmentStatus.MERGED, AssignmentStatus.WITHDRAWN)
    if into is None or into.pk == task.pk or into.status in gone:
        raise ValidationError(
            _("Choose another task that is on the list of the same inspection."), code="into"
        )
    task.merged_into = into
    task.save(update_fields=["merged_into"])
    step(
        task,
        EventKind.MERGED,
        actor=actor,
        on=on,
        at=at,
        after={"document_no": document_no, "into": into.code},
        note=reason,
    )
    return task


def _refuse_without_document(document_no: str) -> None:
    if not document_no.strip():
        raise ValidationError(
            _("An amendment of the plan needs the number of the approving document."),
            code="document_no",
        )
