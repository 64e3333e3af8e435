"""The answers to a call as its form has them: part by part, before and now; and unit by unit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tracker.choices import Judgement as Word
from tracker.figures.rounds import Board, RoundLine, board
from tracker.models import (
    CallFile,
    DeadlineChange,
    DispatchRound,
    ProgressReport,
    Span,
    Task,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One unit's part of one task in a call.

    ``report`` is the last one of the period, ``before`` the last one ahead of it. ``line`` is
    ``None`` for a part that was completed within the period, so that nobody asks about it.
    """

    span: Span
    deadline: str
    line: RoundLine | None
    report: ProgressReport | None
    before: ProgressReport | None

    @property
    def is_completed(self) -> bool:
        return self.line is None

    @property
    def is_on_schedule(self) -> bool | None:
        """The office's word, else the unit's own, else what the program suggests of a report."""
        if self.line is None:
            return True
        if self.line.judgement is not None:
            return self.line.judgement.judgement == Word.ON_SCHEDULE
        if self.report is None:
            return None
        if self.report.is_on_schedule is not None:
            return self.report.is_on_schedule
        return not self.line.suggestion.is_behind


def answers(
    call: DispatchRound,
    tasks: QuerySet[Task],
    *,
    as_of: date,
    units: Collection[int] | None = None,
) -> list[Answer]:
    """The parts of ``tasks`` that were open at some time in the period, in the order of the list.

    With ``units`` (ids) only those in their hands.
    """
    found = board(call, tasks, as_of=as_of, units=units)
    lines = {line.span.assignment_id: line for line in found.lines}
    done = Span.objects.on(found.day).filter(
        inspection=call.inspection_id, completed_on__gte=call.period_from, task__in=tasks
    )
    if units is not None:
        done = done.filter(unit__in=units)
    spans = [line.span for line in found.lines]
    spans += done.select_related("task", "unit", "assignment")
    spans.sort(
        key=lambda span: (
            span.task.number,
            span.task_id,
            not span.assignment.is_lead,
            span.unit.position,
            span.unit.code,
            span.assignment_id,
        )
    )
    parts = [span.assignment_id for span in spans]
    said = ProgressReport.objects.standing(as_of).filter(assignment__in=parts)
    now, before = _now_and_before(said, call.period_from, found.day)
    deadlines = _deadlines({span.task_id for span in spans}, found.day)
    return [
        Answer(
            span=span,
            deadline=deadlines.get(span.task_id, span.task.deadline_text),
            line=lines.get(span.assignment_id),
            report=now.get(span.assignment_id),
            before=before.get(span.assignment_id),
        )
        for span in spans
    ]


def last_reports(parts: Iterable[int], **days: date) -> dict[int, ProgressReport]:
    """``{assignment: report}``: the last report of each that stands, among those of ``days``."""
    said = ProgressReport.objects.standing().filter(assignment__in=list(parts), **days)
    rows = said.filter(_is_last_of(said)).select_related("author", "file", "event")
    return {report.assignment_id: report for report in rows}


def _now_and_before(
    said: QuerySet[ProgressReport], first: date, last: date
) -> tuple[dict[int, ProgressReport], dict[int, ProgressReport]]:
    """The last reports from ``first`` to ``last``, and those ahead of it, in one query."""
    within = said.filter(reported_on__range=(first, last))
    ahead = said.filter(reported_on__lt=first)
    rows = said.filter(_is_last_of(within) | _is_last_of(ahead))
    now: dict[int, ProgressReport] = {}
    before: dict[int, ProgressReport] = {}
    for report in rows.select_related("author", "file", "event"):
        found = now if report.reported_on >= first else before
        found[report.assignment_id] = report
    return now, before


def _is_last_of(said: Any) -> Q:
    own = said.filter(assignment=OuterRef("assignment")).newest_first()
    return Q(pk=Subquery(own.values("pk")[:1]))


def _deadlines(tasks: Collection[int], day: date) -> dict[int, str]:
    """``{task: deadline}`` as printed on ``day``, where it was extended later."""
    changes = DeadlineChange.objects.filter(
        task__in=tasks, decided_on__gt=day, event__annulment=None
    )
    rows = changes.order_by("-decided_on", "-pk").values_list("task_id", "old_text")
    return dict(rows)


@dataclass
class UnitLine:
    """What one unit was asked, and how it has answered: asked = on line + by file + missing.

    Of the missing, some wait ``inside`` the unit or the county, some were ``returned``.
    """

    unit: Unit
    asked: int = 0
    on_line: int = 0
    by_file: int = 0
    inside: int = 0
    returned: int = 0
    judged: int = 0
    waiting: int = 0
    faults: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def reported(self) -> int:
        return self.on_line + self.by_file

    @property
    def missing(self) -> int:
        return self.asked - self.reported

    @property
    def share(self) -> int:
        """Of a hundred, how many have reported; rounded down, so that 100 means all."""
        return self.reported * 100 // self.asked if self.asked else 0


def by_unit(found: Board, files: Iterable[CallFile]) -> list[UnitLine]:
    """The board's lines counted for each unit in its order.

    ``waiting`` and ``faults`` are rows of ``files``, which nobody has confirmed yet.
    """
    lines: dict[int, UnitLine] = {}
    units: dict[int, int] = {}
    for line in found.lines:
        part, unit = line.span.assignment_id, line.span.unit
        own = lines.setdefault(unit.pk, UnitLine(unit))
        units[part] = unit.pk
        own.asked += 1
        own.by_file += line.has_reported and line.is_by_file
        own.inside += line.waits_inside
        own.returned += line.is_returned
        own.judged += line.is_judged
        own.on_line += line.has_reported and not line.is_by_file
    for file in files:
        for part, count in _rows_of(file).items():
            if part in units:
                own = lines[units[part]]
                own.waiting += count["rows"]
                own.faults += count["faults"]
                if file.name not in own.names:
                    own.names.append(file.name)
    return list(lines.values())


def _rows_of(file: CallFile) -> Mapping[int, dict[str, int]]:
    """``{part: how many rows and how many faults}`` of a file that waits."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"rows": 0, "faults": 0})
    for row in file.rows:
        found[row["assignment"]]["rows"] += 1
    for fault in file.errors:
        if fault["assignment"]:
            found[fault["assignment"]]["faults"] += 1
    return found
