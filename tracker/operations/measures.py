"""Measures and milestones of a task."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Measure, Milestone, Task, Unit, User
from tracker.operations import record
from tracker.operations.tasks import milestone_facts

MEASURE_FIELDS = ("text", "kind", "unit", "owner", "due_on")


def written(measure: Measure) -> dict[str, Any]:
    """A measure as the record keeps it."""
    values = {name: getattr(measure, name) for name in MEASURE_FIELDS if name != "unit"}
    values["unit"] = measure.unit.code if measure.unit else None
    return {**values, "measure": measure.pk, "number": measure.number}


def _say(
    task: Task,
    kind: EventKind,
    *,
    at: datetime,
    unit: Unit | None = None,
    **said: Any,
) -> None:
    task.version += 1
    task.save(update_fields=["version"])
    said["after"] = {**said["after"], "version": task.version}
    event = record.entry(kind, at=at, inspection=task.inspection, task=task, unit=unit, **said)
    record.write(task, [event], at=at)


@transaction.atomic
def add_measure(
    *,
    actor: User,
    task_id: int,
    version: int | None,
    values: Mapping[str, Any],
    on: date,
    at: datetime,
) -> Measure:
    """Add a measure at the end of a task's list."""
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    last = task.measures.aggregate(last=Max("number"))["last"] or 0
    measure = Measure(task=task, number=last + 1, **values)
    measure.full_clean()
    measure.save()
    _say(task, EventKind.MEASURE_ADDED, actor=actor, on=on, at=at, after=written(measure))
    return measure


@transaction.atomic
def correct_measure(
    *,
    actor: User,
    measure_id: int,
    version: int | None,
    values: Mapping[str, Any],
    on: date,
    at: datetime,
) -> Measure:
    """Put a measure right."""
    measure = Measure.objects.get(pk=measure_id)
    task = record.lock_task(measure.task_id, version=version)
    access.require(access.may_run_list(actor))
    measure.refresh_from_db()
    before = written(measure)
    for name in MEASURE_FIELDS:
        setattr(measure, name, values.get(name, getattr(measure, name)))
    measure.full_clean()
    after = written(measure)
    if after != before:
        measure.save(update_fields=MEASURE_FIELDS)
        _say(
            task,
            EventKind.MEASURE_CORRECTED,
            actor=actor,
            on=on,
            at=at,
            before=before,
            after=after,
        )
    return measure


@transaction.atomic
def complete_measure(
    *,
    actor: User,
    measure_id: int,
    version: int | None,
    on: date,
    at: datetime,
) -> Measure:
    """Tick a measure off as done on the day ``on``."""
    measure = Measure.objects.get(pk=measure_id)
    task = record.lock_task(measure.task_id, version=version)
    allowed = access.may_run_list(actor) or any(
        access.may_report(actor, assignment) for assignment in task.assignments.current()
    )
    access.require(allowed)
    complete_measures(task, [measure], actor=actor, on=on, at=at)
    measure.refresh_from_db()
    return measure


def complete_measures(
    task: Task, measures: Iterable[Measure], *, actor: User | None, on: date, at: datetime
) -> None:
    """Tick measures of a locked task off; those done before stay as they are."""
    ids = [measure.pk for measure in measures]
    if not ids:
        return
    open_ones = Measure.objects.filter(pk__in=ids, completed_on=None, is_annulled=False)
    events = []
    for measure in open_ones.order_by("number"):
        measure.completed_on = on
        measure.save(update_fields=["completed_on"])
        events.append(
            record.entry(
                EventKind.MEASURE_COMPLETED,
                actor=actor,
                on=on,
                at=at,
                after={"measure": measure.pk, "number": measure.number},
                inspection=task.inspection,
                task=task,
                unit=measure.unit,
            )
        )
    record.append(events)


@transaction.atomic
def add_milestone(
    *,
    actor: User,
    task_id: int,
    version: int | None,
    title: str,
    due_on: date,
    on: date,
    at: datetime,
) -> Milestone:
    """Set a milestone; once its day has passed unreached, the program suggests *behind*."""
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    if task.due_on and due_on > task.due_on:
        raise ValidationError(
            {"due_on": _("A milestone lies before the deadline, %(day)s.") % {"day": task.due_on}}
        )
    milestone = Milestone.objects.create(task=task, title=title, due_on=due_on)
    _say(
        task,
        EventKind.MILESTONE_ADDED,
        actor=actor,
        on=on,
        at=at,
        after=milestone_facts(milestone),
    )
    return milestone


@transaction.atomic
def reach_milestone(
    *,
    actor: User | None,
    milestone_id: int,
    version: int | None,
    on: date,
    at: datetime,
) -> Milestone:
    """Record that a milestone was reached on the day ``on``."""
    milestone = Milestone.objects.get(pk=milestone_id)
    task = record.lock_task(milestone.task_id, version=version)
    allowed = (
        actor is None
        or access.may_run_list(actor)
        or any(access.may_report(actor, row) for row in task.assignments.current())
    )
    access.require(allowed)
    milestone.refresh_from_db()
    if milestone.reached_on or milestone.is_annulled:
        raise ValidationError(_("The milestone is not open any more."), code="not_open")
    milestone.reached_on = on
    milestone.save(update_fields=["reached_on"])
    _say(
        task,
        EventKind.MILESTONE_REACHED,
        actor=actor,
        on=on,
        at=at,
        after=milestone_facts(milestone),
    )
    return milestone
