"""Who answers for a task: adding and removing responsible units, and their signing for it."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Assignment, Event, Task, Unit, User
from tracker.operations import derived, record
from tracker.operations.units import refuse_closed_unit


def lock_assignment(assignment_id: int, *, version: int | None = None) -> tuple[Task, Assignment]:
    """An assignment with its task, both locked; refused as stale if ``version`` is not its own."""
    task_id = Assignment.objects.values_list("task_id", flat=True).get(pk=assignment_id)
    task = record.lock_task(task_id)
    assignment = Assignment.objects.select_related("unit").get(pk=assignment_id)
    own = Event.objects.filter(assignment=assignment)
    steps = own.exclude(kind__in=(EventKind.ASSIGNED, EventKind.UNASSIGNED))
    record.refuse_stale(assignment, version, steps)
    return task, assignment


def step(
    task: Task, assignment: Assignment, kind: EventKind, *, at: datetime, **said: Any
) -> Event:
    """One entry about a unit's part of a task, with the version that it makes."""
    assignment.version += 1
    assignment.save(update_fields=["version"])
    said["after"] = {**said.get("after", {}), "version": assignment.version}
    event = record.entry(
        kind,
        at=at,
        inspection=task.inspection,
        task=task,
        assignment=assignment,
        unit=assignment.unit,
        **said,
    )
    record.write(task, [event], at=at)
    assignment.refresh_from_db(fields=derived.ASSIGNMENT_FACTS)
    return event


@transaction.atomic
def add_unit(
    *,
    actor: User,
    task_id: int,
    version: int | None,
    unit: Unit,
    is_lead: bool,
    on: date,
    at: datetime,
    note: str = "",
) -> Assignment:
    """Make a unit responsible for a task from the day ``on``."""
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    if task.left_on:
        raise ValidationError(
            _("The task left the list on %(day)s. No unit can be added to it."),
            code="left",
            params={"day": task.left_on.isoformat()},
        )
    refuse_closed_unit(unit, on)
    current = task.assignments.current()
    if current.filter(unit=unit).exists():
        raise ValidationError(
            _("%(unit)s is responsible for this task already."),
            code="already",
            params={"unit": unit},
        )
    before = task.assignments.filter(unit=unit, removed_on__gt=on).exclude(removed_on=F("added_on"))
    if before.exists():
        raise ValidationError(
            _("%(unit)s was responsible for this task on %(day)s already. Choose a later day."),
            code="already",
            params={"unit": unit, "day": on.isoformat()},
        )
    if is_lead:
        current.filter(is_lead=True).update(is_lead=False)
    assignment = Assignment.objects.create(task=task, unit=unit, is_lead=is_lead, added_on=on)
    task.version += 1
    task.save(update_fields=["version"])
    event = record.entry(
        EventKind.ASSIGNED,
        actor=actor,
        on=on,
        at=at,
        after={"is_lead": is_lead, "version": task.version},
        note=note,
        inspection=task.inspection,
        task=task,
        assignment=assignment,
        unit=unit,
    )
    record.write(task, [event], at=at)
    assignment.refresh_from_db()
    return assignment


@transaction.atomic
def remove_unit(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    on: date,
    at: datetime,
    note: str,
) -> Task:
    """End a unit's responsibility on the day ``on``; what it did before stays in the record."""
    task_id = Assignment.objects.values_list("task_id", flat=True).get(pk=assignment_id)
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    assignment = Assignment.objects.select_related("unit").get(pk=assignment_id)
    if not task.assignments.current().exclude(pk=assignment.pk).exists():
        raise ValidationError(
            _("A task needs at least one responsible unit. Add the new one first."), code="last"
        )
    task.version += 1
    task.save(update_fields=["version"])
    event = record.entry(
        EventKind.UNASSIGNED,
        actor=actor,
        on=on,
        at=at,
        after={"version": task.version},
        note=note,
        inspection=task.inspection,
        task=task,
        assignment=assignment,
        unit=assignment.unit,
    )
    record.write(task, [event], at=at)
    return task


@transaction.atomic
def acknowledge(
    *, actor: User, assignment_id: int, version: int | None, on: date, at: datetime
) -> Assignment:
    """Sign for a task on behalf of its unit (签收)."""
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_report(actor, assignment))
    step(task, assignment, EventKind.ACKNOWLEDGED, actor=actor, on=on, at=at)
    return assignment
