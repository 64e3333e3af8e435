"""The tasks of a form as they stood on its day, with all that its cells need.

Days are real dates, the printed deadline stays text. Everything is as it was on the day asked
about; wordings that were corrected are given as corrected.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import ClosureStage, ShownStatus
from tracker.models import (
    Assignment,
    Closure,
    DeadlineChange,
    Evidence,
    Measure,
    ProgressReport,
    Span,
    Task,
    User,
)

__all__ = [
    "ATTEMPTS",
    "CHUNK",
    "CLOSURES",
    "EVIDENCE",
    "ORDER",
    "Line",
    "count",
    "files_by",
    "lines",
    "number_of",
    "numbered",
]

CHUNK = 500
"""Tasks read at a time; each chunk takes the same few queries."""

ORDER = ("inspection__code", "issue__number", "issue_id", "number", "pk")
"""The order of the plan."""

EVIDENCE, CLOSURES, ATTEMPTS = "evidence", "closures", "attempts"


def number_of(row) -> int | str:
    """The number of an issue or a task as it was printed, else as it is counted."""
    return row.number_printed or row.number


def numbered(measures: Sequence[Measure]) -> str:
    """The measures of a task, one a line; a single one bears no number."""
    if len(measures) == 1:
        return measures[0].text
    return "\n".join(f"{measure.number}. {measure.text}" for measure in measures)


@dataclass(frozen=True, slots=True)
class Line:
    """A task on the day. ``position`` is the number of its issue among the issues of the form.

    With ``units`` (ids) what only their parts tell is told of no other part.
    """

    position: int
    task: Any
    as_of: date
    units: Collection[int] | None = None

    @property
    def shown(self) -> ShownStatus:
        return ShownStatus(self.task.shown)

    @property
    def is_completed(self) -> bool:
        return self.shown >= ShownStatus.AWAITING_CLOSURE

    @property
    def measures(self) -> str:
        return numbered(self.task.measures_kept)

    @property
    def responsible(self) -> str:
        return "、".join(part.unit.label for part in self.parts)

    @property
    def parts(self) -> list[Assignment]:
        """The units that answer for the task, the lead first."""
        return [span.assignment for span in self.task.spans_then]

    @property
    def own(self) -> list[Span]:
        """What was true of the parts that the form looks at."""
        spans = self.task.spans_then
        if self.units is None:
            return spans
        return [span for span in spans if span.unit_id in self.units]

    @property
    def leading(self) -> str:
        """The unit that leads; where none was named, all that answer for the task."""
        return "、".join(part.unit.label for part in self.parts[: self._leaders])

    @property
    def supporting(self) -> str:
        """The other units that answer for the task, and those that help."""
        others = [part.unit for part in self.parts[self._leaders :]]
        return "、".join(unit.label for unit in [*others, *self.task.supporting_units.all()])

    @property
    def _leaders(self) -> int:
        parts = self.parts
        return 1 if parts and parts[0].is_lead else len(parts)

    @property
    def deadline(self) -> str:
        """The deadline as printed on the day: before the first extension that came later."""
        later = self.task.changes_later
        return later[0].old_text if later else self.task.deadline_text

    @property
    def reports(self) -> list[ProgressReport]:
        """The last report of each unit, in the order of the units."""
        found = []
        for span in self.own:
            assignment: Any = span.assignment
            found += assignment.reports_then[:1]
        return found

    def told(self, name: str) -> str:
        """What the last reports say, each with its unit where there are several."""
        found = [(report, getattr(report, name)) for report in self.reports]
        if len(self.own) == 1:
            return "\n".join(text for _report, text in found if text)
        return "\n".join(
            f"{report.assignment.unit.label}：{text}" for report, text in found if text
        )

    @property
    def progress(self) -> str:
        return "\n".join(
            _("%(unit)s, %(day)s, %(percent)s%%: %(text)s")
            % {
                "unit": report.assignment.unit.label,
                "day": date_format(report.reported_on, _("F j, Y")),
                "percent": report.percent,
                "text": report.text,
            }
            for report in self.reports
        )

    @property
    def warning(self) -> str:
        """How late, or how soon due; empty when neither presses."""
        due_on = self.task.due_on_then
        if due_on is None or self.is_completed:
            return ""
        days = (due_on - self.as_of).days
        if days < 0:
            return _("%(days)s days overdue") % {"days": -days}
        if days <= self.task.inspection.due_soon_days:
            return _("%(days)s days left") % {"days": days}
        return ""

    @property
    def checked_on(self) -> date | None:
        """When the last of the units reported completion after its own check."""
        days = [span.completion_reported_on for span in self.own]
        return max(day for day in days if day) if days and all(days) else None

    @property
    def completed_on(self) -> date | None:
        return self.task.completed_then if self.is_completed else None

    @property
    def closed_on(self) -> date | None:
        return self.task.closed_then if self.shown == ShownStatus.CLOSED else None

    @property
    def evidence(self) -> str:
        return "\n".join(file.name for file in self.task.evidence_then)


def lines(chosen, *more: str) -> Iterator[Line]:
    """The lines of a form over tasks, issue by issue.

    ``more`` are relations it needs besides: supporting units, ``EVIDENCE``, ``CLOSURES``
    with their notices, or ``ATTEMPTS`` with all that was said and attached too.
    """
    position, issue = 0, None
    for tasks in _chunks(chosen, more):
        for task in tasks:
            if task.issue_id != issue:
                position, issue = position + 1, task.issue_id
            yield Line(position, task, chosen.as_of, chosen.units)


def _chunks(chosen, more):
    """The tasks of the form, some hundreds at a time; for a look, enough of them."""
    rows = _told(chosen, more).order_by(*ORDER)
    if chosen.most is not None:
        yield chosen.first(rows.filter(pk__in=chosen.tasks.values("pk")))
        return
    keys = list(_keys(chosen))
    for start in range(0, len(keys), CHUNK):
        yield rows.filter(pk__in=keys[start : start + CHUNK])


def _keys(chosen):
    """The tasks of the form in its order: their keys alone, for a database sorts in memory."""
    spans = _spans(chosen).order_by(*(f"task__{name}" for name in ORDER))
    return spans.values_list("task", flat=True).distinct()


def _told(chosen, more):
    return (
        Task.objects.as_of(chosen.as_of, units=chosen.units)
        .select_related("inspection", "issue__source", "supervising_unit", "acceptance_unit")
        .prefetch_related(*_related(chosen))
        .prefetch_related(*(_more(chosen, name) for name in more))
    )


def count(chosen) -> int:
    """How many tasks the form is over."""
    return _spans(chosen).order_by().values("task").distinct().count()


def _spans(chosen):
    """What held on the day of the parts that the form looks at."""
    spans = Span.objects.on(chosen.as_of).filter(task__in=chosen.tasks.values("pk"))
    return spans if chosen.units is None else spans.filter(unit__in=chosen.units)


def _related(chosen):
    day = chosen.as_of
    said = ProgressReport.objects.standing(day).filter(reported_on__lte=day)
    if chosen.units is not None:
        said = said.filter(assignment__unit__in=chosen.units)
    own = said.filter(assignment=OuterRef("assignment")).order_by("-reported_on", "-pk")
    reports = said.filter(pk=Subquery(own.values("pk")[:1]))
    changes = DeadlineChange.objects.filter(decided_on__gt=day, event__annulment=None)
    kept = Measure.objects.filter(is_annulled=False).select_related("unit")
    return [
        Prefetch("measures", kept.order_by("number", "pk"), "measures_kept"),
        Prefetch("spans", _with_reports(Span.objects.on(day), reports), "spans_then"),
        Prefetch("deadline_changes", changes.order_by("decided_on", "pk"), "changes_later"),
    ]


def _more(chosen, name):
    known = {EVIDENCE: _evidence, CLOSURES: _closures, ATTEMPTS: _attempts}
    return known[name](chosen) if name in known else name


def _closures(chosen, *more):
    """The attempts at closure by the day, the last one first, without those that were undone."""
    undone = (ClosureStage.RETURNED, ClosureStage.CANCELLED)
    rows = Closure.objects.filter(applied_on__lte=chosen.as_of).exclude(stage__in=undone)
    rows = rows.select_related("notice").order_by("-applied_on", "-pk").prefetch_related(*more)
    return Prefetch("spans_then__assignment__closures", rows, "closures_then")


def _attempts(chosen):
    named = Prefetch("evidence", access.recorded_evidence(chosen.user).order_by("pk"))
    return _closures(chosen, "answers", named, "notice__objections")


def _evidence(chosen):
    return Prefetch("evidence", files_by(chosen.user, chosen.as_of), "evidence_then")


def files_by(user: User | None, day: date) -> QuerySet[Evidence]:
    """The files in the record by the end of a day that ``user`` may see, as they came in."""
    midnight = make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return access.recorded_evidence(user).filter(uploaded_at__lt=midnight).order_by("pk")


def _with_reports(spans, reports):
    """Spans with their assignments, lead first, and the last report of each."""
    last = Prefetch(
        "assignment__reports", reports.select_related("assignment__unit"), "reports_then"
    )
    return (
        spans.select_related("assignment__unit")
        .prefetch_related(last)
        .order_by("-assignment__is_lead", "assignment_id")
    )
