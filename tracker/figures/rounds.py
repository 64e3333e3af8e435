"""Progress calls on a day: who was to report, who has, and what was made of it.

A call asks about every part of a task that is open (counted and not completed) at the end of its
period, or on the day asked about if that comes first. A part has reported when a report, or the
completion, falls into the period. A report that still waits inside the unit or the county does not
count, nor does one from the day on which it was returned, even after the end of the period.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import (
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
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
    report: ProgressReport | None
    """The last report of the period that stands."""
    inside: ProgressReport | None
    """The one that waits in the unit or the county."""
    returned: ProgressReport | None
    """The last one that came back."""

    @property
    def is_judged(self) -> bool:
        return self.judgement is not None

    @property
    def is_by_file(self) -> bool:
        return self.report is not None and self.report.file_id is not None

    @property
    def waits_inside(self) -> bool:
        return not self.has_reported and self.inside is not None

    @property
    def is_returned(self) -> bool:
        """Sent back and not sent again."""
        return not self.has_reported and self.inside is None and self.returned is not None

    @property
    def is_to_receive(self) -> bool:
        """Reported, and neither received nor returned."""
        return self.report is not None and self.report.status != ReportStatus.ACCEPTED


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
    def inside(self) -> int:
        """Of the missing: waiting inside a unit or a county."""
        return sum(line.waits_inside for line in self.lines)

    @property
    def returned(self) -> int:
        """Of the missing: sent back and not sent again."""
        return sum(line.is_returned for line in self.lines)

    @property
    def to_receive(self) -> int:
        """Of the reported: not received yet."""
        return sum(line.is_to_receive for line in self.lines)

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
        spans.annotate(shown=shown_status(day, rounds))
        .select_related("task", "unit", "assignment")
        .order_by("unit__position", "unit__code", "task__number", "pk")
    )
    milestones = open_milestones({row.task_id for row in rows}, day)
    counted = [row.assignment_id for row in rows if row.task.quantity_target]
    measured = measured_progress(counted, day)
    judged = _judgements(call, as_of)
    said = _reports(call, spans.values("assignment"), day=day, as_of=as_of)
    is_due = call.due_on < as_of
    lines = []
    for row in rows:
        own = said.get(row.assignment_id, _Said())
        has_reported = _is_in(row.last_report_on, call) and (
            own.report is not None
            or own.returned is None
            or _is_in(row.completion_reported_on, call)
        )
        silent = _is_in(row.last_report_on, call) and not has_reported
        suggestion = suggest(
            day=day,
            progress=measured.get(row.assignment_id, Fraction(row.percent, 100)),
            start_on=row.start_on,
            due_on=row.due_on,
            milestones=milestones[row.task_id],
            last_report_on=None if silent else row.last_report_on,
            period_from=call.period_from if is_due else None,
            behind_points=call.inspection.behind_points,
        )
        lines.append(
            RoundLine(
                span=row,
                shown=ShownStatus(row.shown),
                has_reported=has_reported,
                suggestion=suggestion,
                judgement=judged.get(row.assignment_id),
                report=own.report,
                inside=own.inside,
                returned=own.returned,
            )
        )
    return Board(call, day, tuple(lines))


def _is_in(reported_on: date | None, call: DispatchRound) -> bool:
    return reported_on is not None and reported_on >= call.period_from


@dataclass
class _Said:
    """The last report of a part in the period that stands, waits, came back."""

    report: ProgressReport | None = None
    inside: ProgressReport | None = None
    returned: ProgressReport | None = None


def _reports(
    call: DispatchRound, parts: QuerySet[Any], *, day: date, as_of: date
) -> Mapping[int, _Said]:
    """``{assignment: what was said}`` of the period up to ``day``, answered as of ``as_of``."""
    rows = ProgressReport.objects.filter(
        Q(event=None) | Q(event__annulment=None),
        assignment__in=parts,
        reported_on__range=(call.period_from, day),
    ).exclude(status=ReportStatus.DRAFT)
    found: dict[int, _Said] = defaultdict(_Said)
    for report in (
        rows.select_related("author", "decision")
        .defer("text", "difficulties", "delay_reason", "next_steps")
        .order_by("reported_on", "event__sequence", "pk")
    ):
        own = found[report.assignment_id]
        if report.status in ReportStatus.waiting():
            own.inside = report
            continue
        answer = report.decision
        if answer is not None and answer.effective_on > as_of:
            report.status, report.decision = ReportStatus.SUBMITTED, None
        if report.status == ReportStatus.RETURNED:
            own.returned = report
        else:
            own.report = report
    return found


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
        reported=_count(_reported(asked, as_of)),
        judged=_count(judged),
        missing=ExpressionWrapper(F("asked") - F("reported"), output_field=IntegerField()),
    )


def _reported(asked: QuerySet[Span], as_of: date) -> QuerySet[Span]:
    """Those among the parts that calls ask about which have reported, as a board has it."""
    said = ProgressReport.objects.filter(
        assignment=OuterRef("assignment"),
        event__annulment=None,
        reported_on__gte=OuterRef(OuterRef("period_from")),
        reported_on__lte=OuterRef(OuterRef("day")),
    )
    gone = said.filter(status=ReportStatus.RETURNED, decision__effective_on__lte=as_of)
    return asked.filter(
        ~Exists(gone)
        | Exists(said.standing(as_of))
        | Q(completion_reported_on__gte=OuterRef("period_from")),
        last_report_on__gte=OuterRef("period_from"),
    )


def _count(spans: QuerySet[Span]) -> Coalesce:
    rows = spans.order_by().values("inspection").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)
