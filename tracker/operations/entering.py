"""Entering tasks: one by hand, or a whole list that ran elsewhere before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import (
    Assignment,
    Event,
    Inspection,
    Issue,
    Measure,
    Milestone,
    Span,
    Task,
    Unit,
    User,
)
from tracker.models.inserting import give_keys, insert_rows
from tracker.operations import derived, record
from tracker.operations.tasks import (
    DEADLINE,
    PLAIN,
    RELATED,
    code_of,
    milestone_facts,
    refuse_late_interim,
    refuse_unissuable,
    written,
)
from tracker.operations.units import refuse_closed_unit
from tracker.rules.record import Fact, Story, fold

AT_ONCE = 1000
"""New tasks that are in memory with all their entries at one time."""


@dataclass(frozen=True, kw_only=True)
class MeasurePlan:
    """A measure as it is entered; the number follows from the order when left out."""

    text: str
    number: int | None = None
    kind: str = ""
    unit: Unit | None = None
    owner: str = ""
    due_on: date | None = None
    completed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class TaskPlan:
    """A task as it is entered: one line of a rectification plan.

    ``units`` are the responsible units, the lead first if there is one (``lead``). The dates of
    completion and closure are those of a list that is taken over, by all units alike.
    """

    issue: Issue
    number: int
    title: str
    deadline_text: str
    deadline_kind: str
    due_on: date | None = None
    is_standing: bool = False
    interim_due_on: date | None = None
    number_printed: str = ""
    goal: str = ""
    quantity_target: Decimal | None = None
    quantity_unit: str = ""
    units: Sequence[Unit] = ()
    lead: Unit | None = None
    supporting_units: Sequence[Unit] = ()
    supervising_unit: Unit | None = None
    acceptance_unit: Unit | None = None
    accountable_leader: str = ""
    case_leader: str = ""
    task_force: str = ""
    is_listed: bool = False
    measures: Sequence[MeasurePlan] = ()
    milestones: Sequence[tuple[str, date]] = ()
    completed_on: date | None = None
    closed_on: date | None = None


@transaction.atomic
def enter_tasks(
    *,
    actor: User | None,
    inspection: Inspection,
    plans: Sequence[TaskPlan],
    on: date,
    at: datetime,
    issued: bool = True,
    taken_over: bool = False,
    note: str = "",
) -> list[Task]:
    """Put tasks on an inspection's list, as drafts or issued to their units on the day ``on``.

    With ``taken_over`` the list is one that ran elsewhere before: dates of completion and closure
    are entered with it, hold from their own days and are marked as entered afterwards.
    Everything is entered, or nothing.
    """
    access.require(actor is None or access.may_run_list(actor))
    _refuse_bad_plans(inspection, plans, issued=issued, taken_over=taken_over, on=on)
    folded = _Folded(inspection, on=on, issued=issued)
    tasks: list[Task] = []
    for start in range(0, len(plans), AT_ONCE):
        made = [_made(inspection, plan, folded) for plan in plans[start : start + AT_ONCE]]
        _save(made, actor=actor, at=at, note=note)
        tasks += [one.task for one in made]
    return sorted(tasks, key=lambda task: task.number)


def _save(made: Sequence["_Made"], *, actor: User | None, at: datetime, note: str) -> None:
    """Write new tasks with their parts, their entries and their spans."""
    tasks = {one.task.number: one.task for one in made}
    insert_rows(list(tasks.values()))
    on_list = Task.objects.live().filter(inspection=made[0].task.inspection_id)
    give_keys(list(tasks.values()), on_list.filter(number__in=tasks), "number")
    of_these = Q(task__in=[task.pk for task in tasks.values()])
    for one in made:
        one.make_parts()
    parts = [part for one in made for part in one.assignments]
    insert_rows(parts)
    give_keys(parts, Assignment.objects.filter(of_these), "task_id", "unit_id")
    measures = [measure for one in made for measure in one.measures]
    insert_rows(measures)
    give_keys(measures, Measure.objects.filter(of_these), "task_id", "number")
    milestones = [milestone for one in made for milestone in one.milestones]
    Milestone.objects.bulk_create(milestones, batch_size=record.BATCH)
    through = Task.supporting_units.through
    insert_rows(
        [
            through(task_id=one.task.pk, unit_id=unit.pk)
            for one in made
            for unit in one.plan.supporting_units
        ]
    )
    record.append_many([event for one in made for event in one.entries(actor, at, note)])
    insert_rows([span for one in made for span in one.spans(at)])


def _refuse_bad_plans(
    inspection: Inspection,
    plans: Sequence[TaskPlan],
    *,
    issued: bool,
    taken_over: bool,
    on: date,
) -> None:
    numbers = [plan.number for plan in plans]
    taken = set(
        Task.objects.live()
        .filter(inspection=inspection, number__in=numbers)
        .values_list("number", flat=True)
    )
    twice = taken | {number for number, count in Counter(numbers).items() if count > 1}
    if twice:
        raise ValidationError(
            _("Task number %(numbers)s is already on the list."),
            code="number_taken",
            params={"numbers": ", ".join(str(number) for number in sorted(twice))},
        )
    for plan in plans:
        if plan.issue.inspection_id != inspection.pk or plan.issue.is_annulled:
            raise ValidationError(_("The issue belongs to another inspection."), code="issue")
        if len(set(plan.units)) < len(plan.units):
            raise ValidationError(
                _("Task %(number)s names a unit twice."),
                code="unit_twice",
                params={"number": plan.number},
            )
        for unit in plan.units:
            refuse_closed_unit(unit, on)
        refuse_late_interim(plan.due_on, plan.interim_due_on)
        if issued:
            refuse_unissuable(
                goal=plan.goal,
                measures=len(plan.measures),
                units=len(plan.units),
                acceptance_unit=plan.acceptance_unit,
                deadline_kind=plan.deadline_kind,
                taken_over=taken_over,
            )
        if (plan.completed_on or plan.closed_on) and not taken_over:
            raise ValidationError(
                _("Dates of completion and closure are entered when a list is taken over."),
                code="not_taken_over",
            )
        if plan.closed_on and not plan.completed_on:
            raise ValidationError(
                _("A closed task needs the day of its completion too."), code="completed_on"
            )
        if plan.completed_on and not on <= plan.completed_on:
            raise ValidationError(
                _("The completion on %(day)s lies before the task was issued on %(issued)s."),
                code="completed_before_issued",
                params={"day": plan.completed_on.isoformat(), "issued": on.isoformat()},
            )


def milestones_of(plan: TaskPlan) -> list[tuple[str, date]]:
    """The plan's milestones, and the interim result as one of them."""
    found = list(plan.milestones)
    if plan.interim_due_on:
        found.append((_("interim result"), plan.interim_due_on))
    return found


@dataclass(frozen=True)
class _Step:
    """One entry that a new task begins with.

    ``unit``, ``milestone`` and ``measure`` are places in the plan's lists: the rows have no keys
    yet when their record is folded.
    """

    kind: EventKind
    on: date
    data: Mapping[str, Any]
    unit: int | None = None
    milestone: int | None = None
    measure: int | None = None


def _steps(task: Task, plan: TaskPlan, *, on: date, issued: bool) -> Iterable[_Step]:
    """What the record says of a task that is entered."""
    units = range(len(plan.units))
    yield _Step(EventKind.CREATED, on, written(task))
    for unit in units:
        yield _Step(EventKind.ASSIGNED, on, {"is_lead": plan.units[unit] == plan.lead}, unit)
    for place, (title, due_on) in enumerate(milestones_of(plan)):
        facts = milestone_facts(Milestone(title=title, due_on=due_on))
        yield _Step(EventKind.MILESTONE_ADDED, on, {**facts, "milestone": place}, milestone=place)
    if not issued:
        return
    yield _Step(EventKind.ISSUED, on, {})
    for place, measure in enumerate(plan.measures):
        if measure.completed_on:
            yield _Step(EventKind.MEASURE_COMPLETED, measure.completed_on, {}, measure=place)
    if plan.completed_on is None:
        return
    for unit in units:
        yield _Step(EventKind.COMPLETED, plan.completed_on, {"taken_over": True}, unit)
        if plan.closed_on:
            yield _Step(EventKind.CLOSURE_TAKEN_OVER, plan.closed_on, {}, unit)


class _Folded:
    """The records of new tasks, folded before they are written: all units of a task begin alike.

    Tasks with the same deadline and dates have the same story, which is folded once.
    """

    def __init__(self, inspection: Inspection, *, on: date, issued: bool):
        self.inspection = inspection
        self.on, self.issued = on, issued
        self.known: dict[Any, tuple[Story, Mapping[str, Any]]] = {}

    def of(self, task: Task, plan: TaskPlan, steps: Iterable[_Step]) -> tuple[Story, Any]:
        """The story of each unit's part, and the present columns of the whole task."""
        key = (
            *(getattr(plan, name) for name in (*DEADLINE, "completed_on", "closed_on")),
            *(day for _title, day in milestones_of(plan)),
            bool(plan.units),
        )
        if key not in self.known:
            facts = [
                Fact(place, step.kind, step.on, None if step.unit is None else 1, step.data)
                for place, step in enumerate(steps)
                if not step.unit
            ]
            story = fold(facts, assignment=1, rules=derived.rules_of(task))
            stories = {1: story} if plan.units else {}
            self.known[key] = story, derived.task_columns(task, stories, facts)
        return self.known[key]


@dataclass
class _Made:
    """A new task, and all its parts once it has its key."""

    plan: TaskPlan
    task: Task
    steps: Sequence[_Step]
    story: Story
    on: date
    assignments: Sequence[Assignment] = ()
    measures: Sequence[Measure] = ()
    milestones: Sequence[Milestone] = ()

    def make_parts(self) -> None:
        """The rows below the task, with the present that its record gives them."""
        key = self.task.pk
        lead = self.plan.lead
        self.assignments = [
            Assignment(task_id=key, unit_id=unit.pk, is_lead=unit == lead, added_on=self.on)
            for unit in self.plan.units
        ]
        for part in self.assignments:
            for name, value in derived.assignment_columns(part, self.story).items():
                setattr(part, name, value)
        self.measures = [
            Measure(
                task_id=key,
                number=measure.number or number,
                text=measure.text,
                kind=measure.kind,
                unit=measure.unit,
                owner=measure.owner,
                due_on=measure.due_on,
                completed_on=measure.completed_on,
            )
            for number, measure in enumerate(self.plan.measures, start=1)
        ]
        self.milestones = [
            Milestone(task_id=key, title=title, due_on=day)
            for title, day in milestones_of(self.plan)
        ]

    def entries(self, actor: User | None, at: datetime, note: str) -> Iterable[Event]:
        """The entries of the record, once the rows have their keys."""
        for step in self.steps:
            own: dict[str, Any] = {}
            data = step.data
            if step.unit is not None:
                part = self.assignments[step.unit]
                own = {"assignment": part, "unit": self.plan.units[step.unit]}
            elif step.milestone is not None:
                data = {**data, "milestone": self.milestones[step.milestone].pk}
            elif step.measure is not None:
                measure = self.measures[step.measure]
                data = {"measure": measure.pk, "number": measure.number}
            yield record.entry(
                step.kind,
                actor=actor,
                on=step.on,
                at=at,
                after=data,
                note=note if step.kind == EventKind.CREATED else "",
                inspection=self.task.inspection,
                task=self.task,
                **own,
            )

    def spans(self, at: datetime) -> Iterable[Span]:
        for assignment in self.assignments:
            yield from derived.spans(self.task, assignment, self.story, at)


def _made(inspection: Inspection, plan: TaskPlan, folded: _Folded) -> _Made:
    """The rows of one line of a plan, with the present that their record will give them."""
    values = {name: getattr(plan, name) for name in (*PLAIN, *RELATED, *DEADLINE)}
    task = Task(inspection=inspection, code=code_of(inspection, plan.number), **values)
    steps = list(_steps(task, plan, on=folded.on, issued=folded.issued))
    story, columns = folded.of(task, plan, steps)
    for name, value in columns.items():
        setattr(task, name, value)
    return _Made(plan, task, steps, story, folded.on)
