"""Progress calls on a day: who was to report, who has, and what was made of it.

A call asks about every part of a task that is open (counted and not completed) at the end of its
period, or on the day asked about if that comes first. A part has reported when a report, or the
completion, falls into the period.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import (
    Count,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Least

from tracker.choices import ReportStatus, ShownStatus
from tracker.figures.one_task import measured_progress, open_milestones
from tracker.models import (
    DispatchRound,
    Judgement,
    ProgressReport,
    Span,
    Task,
    rounds_due,
    shown_status,
)
from tracker.rules.suggestions import Suggestion, suggest


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One unit's part of one task in a call."""

    span: Span
    shown: ShownStatus
    has_reported: bool
    suggestion: Suggestion
    judgement: Judgement | None
    is_by_file: bool

    @property
    def is_judged(self) -> bool:
        return self.judgement is not None


@dataclass(frozen=True, slots=True)
class Board:
    """The answers to a call as of ``day``: total = reported + missing."""

    call: DispatchRound
    day: date
    lines: tuple[RoundLine, ...]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def reported(self) -> int:
        return sum(line.has_reported for line in self.lines)

    @property
    def missing(self) -> int:
        return self.total - self.reported

    @property
    def judged(self) -> int:
        return sum(line.is_judged for line in self.lines)

    @property
    def unjudged(self) -> int:
        return self.total - self.judged

    @property
    def behind(self) -> int:
        """Suggested to be behind."""
        return sum(line.suggestion.is_behind for line in self.lines)


def board(
    call: DispatchRound,
    tasks: QuerySet[Task],
    *,
    as_of: date,
    units: Iterable[int] | None = None,
) -> Board:
    """The parts of ``tasks`` that the call asks about; with ``units``, those in their hands.

    The missing report is a ground for *behind* only once the reports are due.
    """
    day = min(as_of, call.period_to)
    [rounds] = rounds_due(day)
    spans = Span.objects.on(day).filter(
        inspection=call.inspection_id, completed_on=None, task__in=tasks
    )
    if units is not None:
        spans = spans.filter(unit__in=units)
    rows = list(
        spans.annotate(shown=shown_status(day, rounds), file=_file(call, day))
        .select_related("task", "unit", "assignment")
        .order_by("unit__position", "unit__code", "task__number", "pk")
    )
    milestones = open_milestones({row.task_id for row in rows}, day)
    counted = [row.assignment_id for row in rows if row.task.quantity_target]
    measured = measured_progress(counted, day)
    judged = _judgements(call, as_of)
    is_due = call.due_on < as_of
    return Board(
        call,
        day,
        tuple(
            RoundLine(
                span=row,
                shown=ShownStatus(row.shown),
                has_reported=bool(row.last_report_on and row.last_report_on >= call.period_from),
                suggestion=suggest(
                    day=day,
                    progress=measured.get(row.assignment_id, Fraction(row.percent, 100)),
                    start_on=row.start_on,
                    due_on=row.due_on,
                    milestones=milestones[row.task_id],
                    last_report_on=row.last_report_on,
                    period_from=call.period_from if is_due else None,
                    behind_points=call.inspection.behind_points,
                ),
                judgement=judged.get(row.assignment_id),
                is_by_file=row.file is not None,
            )
            for row in rows
        ),
    )


def _file(call: DispatchRound, day: date) -> Subquery:
    """The workbook that the last report of a part in the period came in, if it was one."""
    said = ProgressReport.objects.filter(
        assignment=OuterRef("assignment"),
        reported_on__range=(call.period_from, day),
        event__annulment=None,
        status__in=[ReportStatus.SUBMITTED, ReportStatus.ACCEPTED],
    )
    return Subquery(said.order_by("-reported_on", "-pk").values("file")[:1])


def _judgements(call: DispatchRound, as_of: date) -> Mapping[int, Judgement]:
    """``{assignment: judgement}`` recorded for the call by ``as_of``; a later one replaces."""
    rows = (
        Judgement.objects.filter(round=call, event__annulment=None, event__effective_on__lte=as_of)
        .select_related("event__actor")
        .order_by("event__effective_on", "event__sequence")
    )
    return {judgement.assignment_id: judgement for judgement in rows}


def with_counts(
    calls: QuerySet[DispatchRound],
    tasks: QuerySet[Task],
    *,
    as_of: date,
    units: Iterable[int] | None = None,
) -> QuerySet[DispatchRound]:
    """``calls``, each with ``asked``, ``reported`` and ``judged``: the counts of its board."""
    day = Least("period_to", Value(as_of), output_field=DateField())
    spans = Span.objects.filter(recorded_to=None, completed_on=None, task__in=tasks)
    if units is not None:
        spans = spans.filter(unit__in=units)
    asked = spans.filter(
        inspection=OuterRef("inspection"),
        valid_from__lte=OuterRef("day"),
        valid_to__gt=OuterRef("day"),
    )
    judged = asked.filter(
        assignment__in=Judgement.objects.filter(
            round=OuterRef(OuterRef("pk")),
            event__annulment=None,
            event__effective_on__lte=as_of,
        ).values("assignment")
    )
    return calls.annotate(day=day).annotate(
        asked=_count(asked),
        reported=_count(asked.filter(last_report_on__gte=OuterRef("period_from"))),
        judged=_count(judged),
        missing=ExpressionWrapper(F("asked") - F("reported"), output_field=IntegerField()),
    )


def _count(spans: QuerySet[Span]) -> Coalesce:
    rows = spans.order_by().values("inspection").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)
