"""One task on a day: each unit's part of it, its way so far, and what the plan suggests."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from tracker.choices import ClosureStage, ObjectionState, ShownStatus
from tracker.models import (
    Assignment,
    Closure,
    Event,
    Milestone,
    Span,
    Task,
    rounds_due,
    shown_status,
)
from tracker.rules.record import Fact, Rules, fold
from tracker.rules.suggestions import Suggestion, suggest


@dataclass(frozen=True, slots=True)
class OnePart:
    """One unit's part of the task on the day; ``shown`` is ``None`` while it is not counted."""

    assignment: Assignment
    status: str
    shown: ShownStatus | None
    percent: int = 0
    start_on: date | None = None
    due_on: date | None = None
    is_standing: bool = False
    lags_from: date | None = None
    last_report_on: date | None = None
    completion_reported_on: date | None = None
    completed_on: date | None = None
    closed_on: date | None = None
    reopen_no: int = 0

    @property
    def awaits_confirmation(self) -> bool:
        """Whether the unit has reported completion and nobody has confirmed it yet."""
        return bool(self.completion_reported_on) and not self.completed_on


@dataclass(frozen=True, slots=True)
class OneTask:
    """A task on ``as_of``, rolled up from the parts of its units.

    ``history`` holds ``(day, percent)`` for each day on which the progress changed, up to
    ``as_of``; a percentage is the mean over the units, rounded down.
    """

    as_of: date
    parts: tuple[OnePart, ...]
    history: tuple[tuple[date, int], ...] = field(default=())

    @property
    def is_counted(self) -> bool:
        return any(part.shown is not None for part in self.parts)

    @property
    def shown(self) -> ShownStatus | None:
        """The worst word of its parts."""
        return worst(self.parts)

    @property
    def percent(self) -> int:
        return mean([part.percent for part in self.parts])

    @property
    def due_on(self) -> date | None:
        return min((part.due_on for part in self.parts if part.due_on), default=None)

    @property
    def start_on(self) -> date | None:
        return min((part.start_on for part in self.parts if part.start_on), default=None)

    @property
    def completed_on(self) -> date | None:
        days = [part.completed_on for part in self.parts]
        return max(day for day in days if day) if days and all(days) else None

    @property
    def closed_on(self) -> date | None:
        days = [part.closed_on for part in self.parts]
        return max(day for day in days if day) if days and all(days) else None

    @property
    def days_left(self) -> int | None:
        """Days to the deadline; negative once it has passed. ``None`` when nothing is awaited."""
        if self.due_on is None or self.completed_on is not None:
            return None
        return (self.due_on - self.as_of).days

    @property
    def plan(self) -> tuple[tuple[date, int], ...]:
        """The planned way: from nothing on the day of issue to all of it at the deadline."""
        if self.start_on is None or self.due_on is None or self.due_on <= self.start_on:
            return ()
        return (self.start_on, 0), (self.due_on, 100)


def worst(parts: Iterable[OnePart]) -> ShownStatus | None:
    """The worst word among ``parts``; ``None`` when none of them is counted."""
    words = [part.shown for part in parts if part.shown is not None]
    return min(words) if words else None


def mean(percents: Sequence[int]) -> int:
    """The mean percentage of the units, rounded down."""
    return sum(percents) // len(percents) if percents else 0


def one_task(task: Task, *, as_of: date) -> OneTask:
    """``task`` on ``as_of``, as known today. A task that was never issued has no spans yet."""
    if task.issued_on is None:
        assignments = task.assignments.current().select_related("unit")
        return OneTask(
            as_of,
            tuple(OnePart(row, row.status, None, row.percent) for row in _lead_first(assignments)),
        )
    [rounds] = rounds_due(as_of)
    spans = list(
        Span.objects.filter(task=task, recorded_to=None, valid_from__lte=as_of)
        .annotate(shown=shown_status(as_of, rounds))
        .select_related("assignment__unit")
        .order_by("valid_from")
    )
    held = {span.assignment_id: span for span in spans if span.valid_to > as_of}
    assignments = _lead_first(span.assignment for span in held.values())
    return OneTask(
        as_of,
        tuple(_part(assignment, held[assignment.pk]) for assignment in assignments),
        tuple(_history(spans)),
    )


def last_attempts(now: OneTask) -> Mapping[int, Closure]:
    """``{assignment: closure}``: the last attempt at the closure of each part by the day.

    Each has ``open_objections``, how many objections to its notice are to be settled.
    """
    waiting = Q(notice__objections__state=ObjectionState.OPEN)
    rows = (
        Closure.objects.filter(
            assignment__in=[part.assignment.pk for part in now.parts], applied_on__lte=now.as_of
        )
        .exclude(stage=ClosureStage.CANCELLED)
        .select_related("notice")
        .annotate(open_objections=Count("notice__objections", filter=waiting))
        .order_by("applied_on", "pk")
    )
    return {row.assignment_id: row for row in rows}


def _lead_first(assignments: Iterable[Assignment]) -> list[Assignment]:
    return sorted(
        assignments, key=lambda row: (not row.is_lead, row.unit.position, row.unit.code, row.pk)
    )


def _part(assignment: Assignment, span: Any) -> OnePart:
    return OnePart(
        assignment=assignment,
        status=span.status,
        shown=ShownStatus(span.shown),
        percent=span.percent,
        start_on=span.start_on,
        due_on=span.due_on,
        is_standing=span.is_standing,
        lags_from=span.lags_from,
        last_report_on=span.last_report_on,
        completion_reported_on=span.completion_reported_on,
        completed_on=span.completed_on,
        closed_on=span.closed_on,
        reopen_no=span.reopen_no,
    )


def _history(spans: Sequence[Span]) -> Iterable[tuple[date, int]]:
    """The mean percentage after each change; spans are given by their first days."""
    now: dict[int, Span] = {}
    last = None
    days = sorted({span.valid_from for span in spans})
    waiting = list(spans)
    for day in days:
        while waiting and waiting[0].valid_from == day:
            span = waiting.pop(0)
            now[span.assignment_id] = span
        now = {key: span for key, span in now.items() if span.valid_to > day}
        percent = mean([span.percent for span in now.values()])
        if percent != last:
            yield day, percent
        last = percent


def suggestion(task: Task, part: OnePart, *, as_of: date) -> Suggestion:
    """What the program suggests for a judgement of one part, and on what ground."""
    [rounds] = rounds_due(as_of)
    measured = measured_progress([part.assignment.pk], as_of) if task.quantity_target else {}
    return suggest(
        day=as_of,
        progress=measured.get(part.assignment.pk, Fraction(part.percent, 100)),
        start_on=part.start_on,
        due_on=part.due_on,
        milestones=open_milestones([task.pk], as_of)[task.pk],
        last_report_on=part.last_report_on,
        period_from=rounds.get(task.inspection_id),
        behind_points=task.inspection.behind_points,
    )


def open_milestones(tasks: Iterable[int], day: date) -> Mapping[int, Sequence[date]]:
    """``{task: days}`` of the milestones that are not reached by ``day``."""
    found: dict[int, list[date]] = defaultdict(list)
    not_reached = Q(reached_on=None) | Q(reached_on__gt=day)
    rows = Milestone.objects.filter(not_reached, task__in=tasks, is_annulled=False)
    for task, due_on in rows.values_list("task_id", "due_on"):
        found[task].append(due_on)
    return found


def measured_progress(assignments: Iterable[int], day: date) -> Mapping[int, Fraction]:
    """``{assignment: share}``: the progress by ``day``, by quantity where one is counted.

    It is that of the record, folded: a report of a completed part moves nothing.
    """
    wanted = set(assignments)
    rows = (
        Event.objects.standing()
        .filter(task__in=Assignment.objects.filter(pk__in=wanted).values("task"))
        .filter(effective_on__lte=day)
        .values_list(
            *("task_id", "task__inspection__completion_basis", "sequence", "kind"),
            *("effective_on", "assignment_id", "details"),
        )
    )
    facts: dict[tuple[int, str], list[Fact]] = defaultdict(list)
    for task, basis, sequence, kind, on, part, details in rows:
        facts[task, basis].append(Fact(sequence, kind, on, part, details.get("after", {})))
    found = {}
    for (_task, basis), own in facts.items():
        for part in wanted & {fact.assignment for fact in own}:
            story = fold(own, assignment=part, rules=Rules(completion_basis=basis))
            found[part] = story.last.progress
    return found
