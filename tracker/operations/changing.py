"""Changing many tasks of a list at once: the entries of single corrections, in few queries.

What each task's record says afterwards is what ``tasks.correct_task``, ``measures``,
``assignments.add_unit`` and ``amendments.extend_deadline`` would have written one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Assignment, DeadlineChange, Event, Measure, Task, Unit, User
from tracker.operations import amendments, measures, record, tasks
from tracker.operations.units import refuse_closed_unit

NAMED = 5
"""How many of the tasks that changed meanwhile a refusal names."""


@dataclass(frozen=True, kw_only=True)
class TaskChange:
    """What becomes different in one task, and the version that was compared with it.

    ``fields`` holds corrected fields of the plan, ``supporting_units`` all of them when they
    change, ``units`` the ones to be added, ``corrected`` new wordings of measures by key,
    ``added`` new measures, ``extension`` the new deadline as printed and its day.
    """

    task_id: int
    version: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    supporting_units: Sequence[Unit] | None = None
    units: Sequence[Unit] = ()
    corrected: Mapping[int, str] = field(default_factory=dict)
    added: Sequence[str] = ()
    extension: tuple[str, date] | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Why deadlines move, and the document that approved it."""

    reason: str = ""
    document_no: str = ""


@transaction.atomic
def change_tasks(
    *,
    actor: User | None,
    changes: Sequence[TaskChange],
    decision: Decision,
    on: date,
    at: datetime,
    note: str,
) -> list[Task]:
    """Write these changes, all of them or none; refused when a task has another version by now."""
    access.require(actor is None or access.may_run_list(actor))
    if any(change.extension for change in changes):
        _refuse_undecided(decision)
    work = _Work(changes, actor=actor, on=on, at=at, note=note, decision=decision)
    for change in changes:
        work.go_through(change)
    work.save()
    return list(work.tasks.values())


def _refuse_undecided(decision: Decision) -> None:
    if not decision.reason.strip() or not decision.document_no.strip():
        raise ValidationError(
            _(
                "The list moves deadlines. Give the reason and the number of the document that"
                " approved it."
            ),
            code="undecided",
        )


def changed_since(stale: Iterable[Task]) -> ValidationError:
    """The refusal that says which tasks changed since they were looked at, by whom and when."""
    found = list(stale)
    last: dict[int | None, Event] = {}
    entries = Event.objects.filter(task__in=[task.pk for task in found[:NAMED]])
    for event in entries.select_related("actor").order_by("sequence"):
        last[event.task_id] = event
    told = []
    for task in found[:NAMED]:
        event = last[task.pk]
        who = event.actor or _("The system")
        told.append(
            _("task %(number)s (%(who)s, %(when)s)")
            % {
                "number": task.number,
                "who": who,
                "when": f"{make_naive(event.recorded_at):%Y-%m-%d %H:%M}",
            }
        )
    more = _(" and %(count)s more") % {"count": len(found) - NAMED} if found[NAMED:] else ""
    return ValidationError(
        _("Changed since the preview: %(tasks)s. Nothing was entered."),
        code="changed",
        params={"tasks": "、".join(told) + more},
    )


class _Work:
    """The changes of one list while they are prepared: locked tasks, and what is to be saved."""

    def __init__(
        self,
        changes: Sequence[TaskChange],
        *,
        actor: User | None,
        on: date,
        at: datetime,
        note: str,
        decision: Decision,
    ):
        self.actor, self.on, self.at, self.note = actor, on, at, note
        self.decision = decision
        versions = {change.task_id: change.version for change in changes}
        self.tasks = _locked(sorted(versions))
        stale = [row for row in self.tasks.values() if row.version != versions[row.pk]]
        if stale or len(self.tasks) < len(versions):
            raise changed_since(stale)
        self.supporting = _supporting(
            [c.task_id for c in changes if c.supporting_units is not None]
        )
        touched = [c.task_id for c in changes if c.corrected or c.added]
        self.measures: dict[int, dict[int, Measure]] = defaultdict(dict)
        for measure in _in_chunks(Measure.objects.select_related("unit"), touched):
            self.measures[measure.task_id][measure.pk] = measure
        self.units: dict[int, set[int]] = defaultdict(set)
        growing = [c.task_id for c in changes if c.units]
        for part in _in_chunks(Assignment.objects.current(), growing):
            self.units[part.task_id].add(part.unit_id)
        dated = [c.task_id for c in changes if set(c.fields) & set(tasks.DEADLINE)]
        self.deadline_since = _deadline_since(dated)
        self.fields: set[str] = set()
        self.events: list[Event] = []
        self.rebuilt: set[int] = set()
        self.new_parts: list[tuple[Event, Assignment]] = []
        self.new_measures: list[tuple[Event, Measure]] = []
        self.old_measures: list[Measure] = []
        self.extensions: list[DeadlineChange] = []
        self.new_supporting: dict[int, Sequence[Unit]] = {}

    def go_through(self, change: TaskChange) -> None:
        """Prepare what becomes different in one task."""
        task = self.tasks[change.task_id]
        if task.is_annulled or task.left_on:
            raise changed_since([task])
        self._correct(task, change)
        self._change_measures(task, change)
        for unit in change.units:
            self._add_unit(task, unit)
        if change.extension:
            self._extend(task, *change.extension)

    def _say(
        self, task: Task, kind: EventKind, *, on: date | None = None, note: str = "", **said: Any
    ) -> Event:
        task.version += 1
        said["after"] = {**said["after"], "version": task.version}
        event = record.entry(
            kind,
            actor=self.actor,
            on=on or self.on,
            at=self.at,
            note=note,
            inspection=task.inspection,
            task=task,
            **said,
        )
        self.events.append(event)
        return event

    def _correct(self, task: Task, change: TaskChange) -> None:
        names, before, after = tasks.corrected(task, change.fields)
        if change.supporting_units is not None:
            before["supporting_units"] = tasks.codes_of(self.supporting[task.pk])
            after["supporting_units"] = tasks.codes_of(change.supporting_units)
            self.new_supporting[task.pk] = change.supporting_units
        if not after:
            return
        on = None
        if set(names) & set(tasks.DEADLINE):
            tasks.refuse_late_interim(task.due_on, task.interim_due_on)
            after |= tasks.written(task, tasks.DEADLINE)
            on = self.deadline_since[task.pk]
            self.rebuilt.add(task.pk)
        self.fields |= set(names)
        self._say(task, EventKind.CORRECTED, on=on, note=self.note, before=before, after=after)

    def _change_measures(self, task: Task, change: TaskChange) -> None:
        own = self.measures[task.pk]
        for key, text in change.corrected.items():
            measure = own[key]
            before = measures.written(measure)
            measure.text = text
            self.old_measures.append(measure)
            self._say(
                task,
                EventKind.MEASURE_CORRECTED,
                before=before,
                after=measures.written(measure),
            )
        last = max((measure.number for measure in own.values()), default=0)
        for number, text in enumerate(change.added, start=last + 1):
            measure = Measure(task=task, number=number, text=text)
            event = self._say(task, EventKind.MEASURE_ADDED, after=measures.written(measure))
            self.new_measures.append((event, measure))

    def _add_unit(self, task: Task, unit: Unit) -> None:
        refuse_closed_unit(unit, self.on)
        if unit.pk in self.units[task.pk]:
            raise changed_since([task])
        part = Assignment(task=task, unit=unit, added_on=self.on)
        self.rebuilt.add(task.pk)
        event = self._say(
            task, EventKind.ASSIGNED, after={"is_lead": False}, unit=unit, note=self.note
        )
        self.new_parts.append((event, part))

    def _extend(self, task: Task, text: str, due_on: date) -> None:
        amendments.refuse_no_later(task, due_on, self.on)
        old = {name: getattr(task, name) for name in tasks.DEADLINE}
        event = self._say(
            task,
            EventKind.EXTENDED,
            note=self.decision.reason,
            before=old,
            after=amendments.extended(task, text, due_on),
        )
        self.rebuilt.add(task.pk)
        self.extensions.append(
            DeadlineChange(
                task=task,
                event=event,
                decided_on=self.on,
                old_text=old["deadline_text"],
                old_due_on=old["due_on"],
                new_text=text,
                new_due_on=due_on,
                reason=self.decision.reason,
                document_no=self.decision.document_no,
            )
        )

    def save(self) -> None:
        """Write everything that was prepared."""
        size = record.BATCH
        Task.objects.bulk_update(
            self.tasks.values(), sorted({*self.fields, "version"}), batch_size=size
        )
        self._save_supporting()
        Measure.objects.bulk_update(self.old_measures, ["text"], batch_size=size)
        Measure.objects.bulk_create([row for _event, row in self.new_measures], batch_size=size)
        Assignment.objects.bulk_create([row for _event, row in self.new_parts], batch_size=size)
        for event, measure in self.new_measures:
            event.details["after"]["measure"] = measure.pk
        for event, part in self.new_parts:
            event.assignment_id = part.pk
        record.append(self.events)
        DeadlineChange.objects.bulk_create(self.extensions, batch_size=size)
        record.rebuild(sorted(self.rebuilt), at=self.at)

    def _save_supporting(self) -> None:
        through = Task.supporting_units.through
        for ids in _chunks(sorted(self.new_supporting)):
            through.objects.filter(task_id__in=ids).delete()
        through.objects.bulk_create(
            [
                through(task_id=task_id, unit_id=unit.pk)
                for task_id, units in self.new_supporting.items()
                for unit in units
            ],
            batch_size=record.BATCH,
        )


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + record.BATCH] for start in range(0, len(ids), record.BATCH))


def _in_chunks(rows: Any, task_ids: Sequence[int]) -> Iterable[Any]:
    for ids in _chunks(task_ids):
        yield from rows.filter(task__in=ids)


def _locked(task_ids: Sequence[int]) -> dict[int, Task]:
    """The tasks, locked in the order of their keys before the first entry about any of them."""
    rows = Task.objects.select_related(
        "inspection", "issue", "supervising_unit", "acceptance_unit"
    ).order_by("pk")
    found: dict[int, Task] = {}
    for ids in _chunks(task_ids):
        own = rows.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
        found |= {task.pk: task for task in own}
    return found


def _supporting(task_ids: Sequence[int]) -> dict[int, list[Unit]]:
    found: dict[int, list[Unit]] = defaultdict(list)
    through = Task.supporting_units.through.objects.select_related("unit")
    for ids in _chunks(task_ids):
        for row in through.filter(task_id__in=ids):
            found[row.task_id].append(row.unit)
    return found


def _deadline_since(task_ids: Sequence[int]) -> dict[int, date]:
    """The days from which the present deadlines count, as a single correction reckons them."""
    found: dict[int, date] = {}
    kinds = (EventKind.CREATED, EventKind.EXTENDED)
    for ids in _chunks(task_ids):
        said = Event.objects.standing().filter(task__in=ids, kind__in=kinds).in_order()
        found |= dict(said.values_list("task_id", "effective_on"))
    return found
