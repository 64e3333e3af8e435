"""Changing many tasks of a list at once: the entries of single corrections, in few queries.

What each task's record says afterwards is what ``tasks.correct_task``, ``measures``,
``assignments.add_unit`` and ``amendments.extend_deadline`` would have written one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import (
    Assignment,
    DeadlineChange,
    Event,
    Measure,
    Milestone,
    Task,
    Unit,
    User,
)
from tracker.models.updating import update_rows
from tracker.operations import amendments, measures, record, tasks
from tracker.operations.many_tasks import (
    deadlines_since,
    in_chunks,
    locked,
    set_supporting_units,
    supporting_units,
)
from tracker.operations.units import refuse_closed_unit

RELATED = ("task", "unit")
"""Fields of a measure that come from the database themselves."""

NAMED = 5
"""How many of the tasks that changed meanwhile a refusal names."""


@dataclass(frozen=True, kw_only=True)
class TaskChange:
    """What becomes different in one task, and the version that was compared with it.

    ``fields`` holds corrected fields of the plan, ``supporting_units`` all of them when they
    change, ``units`` the ones to be added, ``removed`` the keys of the parts that end,
    ``corrected`` new wordings of measures by key, ``added`` new measures, ``extension`` the new
    deadline as printed and its day.

    A ``note`` of its own goes before that of the list; under a ``name`` it is said what is refused
    of the task. Only with ``left_too`` may the task have left the list.
    """

    task_id: int
    version: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    supporting_units: Sequence[Unit] | None = None
    units: Sequence[Unit] = ()
    removed: Sequence[int] = ()
    corrected: Mapping[int, str] = field(default_factory=dict)
    added: Sequence[str] = ()
    extension: tuple[str, date] | None = None
    note: str = ""
    name: str = ""
    left_too: bool = False


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
        with naming(change.name):
            work.go_through(change)
    work.save()
    _rebuild(sorted(work.rebuilt), {change.task_id: change.name for change in changes}, at)
    return list(work.tasks.values())


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Name the task in what is refused of it, if it has a name."""
    try:
        yield
    except ValidationError as refusal:
        if not name:
            raise
        raise ValidationError(
            _("%(code)s: %(reason)s Nothing was entered."),
            code="refused",
            params={"code": name, "reason": " ".join(refusal.messages)},
        ) from refusal


def _rebuild(task_ids: Sequence[int], names: Mapping[int, str], at: datetime) -> None:
    """Fold the record of these tasks; what could not have happened is said of the task it is of."""
    try:
        record.rebuild(task_ids, at=at)
    except ValidationError:
        refused = next(task_id for task_id in task_ids if not _holds(task_id, at))
        with naming(names[refused]):
            raise


def _holds(task_id: int, at: datetime) -> bool:
    """Whether the record of one task could have happened."""
    try:
        record.rebuild([task_id], at=at)
    except ValidationError:
        return False
    return True


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
        self.tasks = locked(sorted(versions))
        stale = [row for row in self.tasks.values() if row.version != versions[row.pk]]
        if stale or len(self.tasks) < len(versions):
            raise changed_since(stale)
        self.supporting = supporting_units(
            [c.task_id for c in changes if c.supporting_units is not None]
        )
        touched = [c.task_id for c in changes if c.corrected or c.added]
        self.measures: dict[int, dict[int, Measure]] = defaultdict(dict)
        for measure in in_chunks(Measure.objects.select_related("unit"), touched):
            self.measures[measure.task_id][measure.pk] = measure
        self.parts: dict[int, dict[int, Assignment]] = defaultdict(dict)
        moving = [c.task_id for c in changes if c.units or c.removed]
        for part in in_chunks(Assignment.objects.current().select_related("unit"), moving):
            self.parts[part.task_id][part.pk] = part
        dated = [c.task_id for c in changes if set(c.fields) & set(tasks.DEADLINE)]
        self.deadline_since = deadlines_since(dated)
        self.milestones: dict[int, list[Milestone]] = defaultdict(list)
        for milestone in in_chunks(Milestone.objects.order_by("pk"), dated):
            self.milestones[milestone.task_id].append(milestone)
        self.fields: set[str] = set()
        self.events: list[Event] = []
        self.rebuilt: set[int] = set()
        self.new_parts: list[tuple[Event, Assignment]] = []
        self.new_measures: list[tuple[Event, Measure]] = []
        self.old_measures: list[Measure] = []
        self.moved: list[Milestone] = []
        self.extensions: list[DeadlineChange] = []
        self.new_supporting: dict[int, Sequence[Unit]] = {}

    def go_through(self, change: TaskChange) -> None:
        """Prepare what becomes different in one task."""
        task = self.tasks[change.task_id]
        if task.is_annulled or (task.left_on and not change.left_too):
            raise changed_since([task])
        note = change.note or self.note
        self._correct(task, change, note)
        self._change_measures(task, change)
        for unit in change.units:
            self._add_unit(task, unit, note)
        for part in change.removed:
            self._remove_part(task, part, note)
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

    def _correct(self, task: Task, change: TaskChange, note: str) -> None:
        names, before, after = tasks.corrected(task, change.fields)
        if change.supporting_units is not None:
            old, new = self.supporting[task.pk], change.supporting_units
            if set(old) != set(new):
                before["supporting_units"] = tasks.codes_of(old)
                after["supporting_units"] = tasks.codes_of(new)
                self.new_supporting[task.pk] = new
        if not after:
            return
        on = None
        if set(names) & set(tasks.DEADLINE):
            tasks.refuse_late_interim(task.due_on, task.interim_due_on)
            after |= tasks.written(task, tasks.DEADLINE)
            on = self.deadline_since[task.pk]
            self.rebuilt.add(task.pk)
        if "interim_due_on" in names:
            milestone = tasks.interim_of(self.milestones[task.pk], before["interim_due_on"])
            if milestone is not None:
                moved_from, moved_to = tasks.move_interim(milestone, task.interim_due_on)
                self.moved.append(milestone)
                before, after = before | moved_from, after | moved_to
        self.fields |= set(names)
        self._say(task, EventKind.CORRECTED, on=on, note=note, before=before, after=after)

    def _change_measures(self, task: Task, change: TaskChange) -> None:
        own = self.measures[task.pk]
        for key, text in change.corrected.items():
            measure = own[key]
            before = measures.written(measure)
            measure.text = text
            measure.clean_fields(exclude=RELATED)
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
            measure.clean_fields(exclude=RELATED)
            event = self._say(task, EventKind.MEASURE_ADDED, after=measures.written(measure))
            self.new_measures.append((event, measure))

    def _add_unit(self, task: Task, unit: Unit, note: str) -> None:
        if task.left_on:
            raise ValidationError(
                _("The task left the list on %(day)s. No unit can be added to it."),
                code="left",
                params={"day": task.left_on.isoformat()},
            )
        refuse_closed_unit(unit, self.on)
        if any(part.unit_id == unit.pk for part in self.parts[task.pk].values()):
            raise changed_since([task])
        part = Assignment(task=task, unit=unit, added_on=self.on)
        self.rebuilt.add(task.pk)
        event = self._say(task, EventKind.ASSIGNED, after={"is_lead": False}, unit=unit, note=note)
        self.new_parts.append((event, part))

    def _remove_part(self, task: Task, key: int, note: str) -> None:
        part = self.parts[task.pk].pop(key)
        if not self.parts[task.pk] and all(row.task is not task for _event, row in self.new_parts):
            raise ValidationError(
                _("A task needs at least one responsible unit. Add the new one first."),
                code="last",
            )
        self.rebuilt.add(task.pk)
        self._say(task, EventKind.UNASSIGNED, after={}, assignment=part, unit=part.unit, note=note)

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
        update_rows(self.tasks.values(), sorted({*self.fields, "version"}))
        set_supporting_units(self.new_supporting)
        update_rows(self.old_measures, ["text"])
        Milestone.objects.bulk_update(self.moved, tasks.MILESTONE, batch_size=size)
        Measure.objects.bulk_create([row for _event, row in self.new_measures], batch_size=size)
        Assignment.objects.bulk_create([row for _event, row in self.new_parts], batch_size=size)
        for event, measure in self.new_measures:
            event.details["after"]["measure"] = measure.pk
        for event, part in self.new_parts:
            event.assignment_id = part.pk
        if self.extensions:
            record.append(self.events)
            DeadlineChange.objects.bulk_create(self.extensions, batch_size=size)
        else:
            record.append_many(self.events)
