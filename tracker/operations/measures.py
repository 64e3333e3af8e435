"""Measures and milestones of a task."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Event, Evidence, Measure, Milestone, Task, Unit, User
from tracker.operations import record
from tracker.operations.evidence import Checked, attach
from tracker.operations.evidence_files import stored_first
from tracker.operations.tasks import milestone_facts
from tracker.rules import transitions

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


@stored_first
@transaction.atomic
def complete_measure(
    *,
    actor: User,
    measure_id: int,
    version: int | None,
    files: Sequence[Checked] = (),
    on: date,
    at: datetime,
) -> Measure:
    """Tick a measure off as done on the day ``on``, with the files that show it."""
    measure = Measure.objects.get(pk=measure_id)
    task = record.lock_task(measure.task_id, version=version)
    access.require(access.may_tick(actor, task))
    events = complete_measures(task, [measure], actor=actor, on=on, at=at)
    if files:
        _refuse_while_closing(task, actor)
        step = events[0] if events else None
        attach(files, task=task, step=step, measure=measure, actor=actor, on=on, at=at)
    measure.refresh_from_db()
    return measure


@stored_first
@transaction.atomic
def attach_to_measure(
    *, actor: User, measure_id: int, files: Sequence[Checked], on: date, at: datetime
) -> list[Evidence]:
    """Attach files to one measure of a task that is still worked on."""
    measure = Measure.objects.get(pk=measure_id)
    task = record.lock_task(measure.task_id)
    access.require(access.may_tick(actor, task))
    measure.refresh_from_db()
    if measure.is_annulled:
        raise ValidationError(
            _("The measure was annulled. Nothing can be attached to it."), code="annulled"
        )
    _refuse_while_closing(task, actor)
    if not files:
        raise ValidationError({"documents": _("Choose at least one file.")})
    return attach(files, task=task, measure=measure, actor=actor, on=on, at=at)


def _refuse_while_closing(task: Task, actor: User) -> None:
    """Refuse files beside a closure: from the application on, files belong to its steps."""
    own = [row for row in task.assignments.current() if access.may_report(actor, row)]
    if not any(EventKind.REPORTED in transitions.possible(row.status) for row in own):
        raise ValidationError(
            _(
                "The task is on its way to closure, or closed. Files are handed in with the"
                " application; take it back first, or wait until it is returned. Nothing was"
                " attached."
            ),
            code="closing",
        )


def complete_measures(
    task: Task, measures: Iterable[Measure], *, actor: User | None, on: date, at: datetime
) -> list[Event]:
    """Tick measures of a locked task off, an entry for each; those done before stay as they are."""
    ids = [measure.pk for measure in measures]
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
    return events


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
