"""The parts of a form that is filled in part by part: one unit's part of one task on the day.

Closure goes by task and unit, so each part has a form of its own. Of a whole list, only parts
that are completed have one; of tasks that were ticked, every part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tracker import access
from tracker.exporters.lines import Line, files_by, lines, number_of
from tracker.models import Closure, Evidence, Measure, ProgressReport, PublicNotice, Span, User

__all__ = ["MOST", "Attempt", "Filled", "Part", "count", "day_in_words", "parts"]

MOST = 500
"""Forms in one workbook, each on its own sheet."""


class Facts:
    """What is said of a part in the same way, wherever it was read from."""

    __slots__ = ()

    def by_then(self: Any, day: date | None) -> bool:
        """Whether something of that day had happened by the day of the form."""
        return day is not None and day <= self.as_of

    @property
    def notice(self: Any) -> PublicNotice | None:
        """The public notice, if it had begun by the day."""
        notice = self.closure.standing_notice if self.closure else None
        return notice if notice and self.by_then(notice.begins_on) else None

    @property
    def name(self: Any) -> str:
        """The task's number and its title."""
        return f"{number_of(self.task)} {self.task.title}"

    @property
    def measures(self: Any) -> str:
        """The measures, each with the day it was done by the day of the form."""
        found = []
        for measure in self.measures_kept:
            done = measure.completed_on
            text = f"{measure.number}. {measure.text}"
            if done and self.by_then(done):
                text += _(" (completed on %(day)s)") % {"day": day_in_words(done)}
            found.append(text)
        return "\n".join(found)

    @property
    def evidence(self: Any) -> str:
        return "\n".join(f"{number}. {file.name}" for number, file in enumerate(self.files, 1))

    @property
    def completion(self: Any) -> str:
        """How far it is done: as made public, else as applied for, else as last reported."""
        if self.notice:
            return self.notice.completion_text
        if self.closure:
            return self.closure.completion_text
        return self.report.text if self.report else ""


@dataclass(frozen=True, slots=True)
class Part(Facts):
    """One unit's part of a task in its line."""

    line: Line
    span: Span

    @property
    def task(self):
        return self.line.task

    @property
    def unit(self):
        return self.span.assignment.unit

    @property
    def as_of(self):
        return self.line.as_of

    @property
    def deadline(self):
        return self.line.deadline

    @property
    def completion_reported_on(self):
        return self.span.completion_reported_on

    @property
    def completed_on(self):
        return self.span.completed_on

    @property
    def closed_on(self):
        return self.span.closed_on

    @property
    def measures_kept(self):
        return self.task.measures_kept

    @property
    def report(self) -> ProgressReport | None:
        """The last one by the day."""
        assignment: Any = self.span.assignment
        found = assignment.reports_then
        return found[0] if found else None

    @property
    def closure(self) -> Closure | None:
        """The last attempt at its closure by the day, unless that was returned or taken back."""
        assignment: Any = self.span.assignment
        found = assignment.closures_then
        return found[0] if found else None

    @property
    def files(self):
        files = self.task.evidence_then
        return self.closure.evidence.all() or files if self.closure else files


@dataclass(frozen=True)
class Attempt(Facts):
    """One attempt at closure on a day, whatever came of it.

    Whoever knows the measures, the files or the deadline then already may say so. The files are
    those that ``user`` may see; without one, all that stand in the record.
    """

    closure: Closure
    as_of: date
    known_measures: Sequence[Measure] | None = None
    known_files: Sequence[Evidence] | None = None
    known_deadline: str = ""
    user: User | None = None

    @property
    def task(self):
        return self.closure.assignment.task

    @property
    def unit(self):
        return self.closure.assignment.unit

    @property
    def completed_on(self):
        day = self.closure.assignment.completed_on
        return day if self.by_then(day) else None

    @property
    def completion_reported_on(self):
        day = self.closure.assignment.completion_reported_on
        return day if self.by_then(day) else None

    @property
    def closed_on(self):
        return self.closure.closed_on if self.by_then(self.closure.closed_on) else None

    @cached_property
    def deadline(self):
        """As printed on the day: before the first extension that came later."""
        if self.known_deadline:
            return self.known_deadline
        later = self.task.deadline_changes.filter(decided_on__gt=self.as_of, event__annulment=None)
        first = later.order_by("decided_on", "pk").first()
        return first.old_text if first else self.task.deadline_text

    @cached_property
    def measures_kept(self):
        if self.known_measures is not None:
            return self.known_measures
        return list(self.task.measures.filter(is_annulled=False).order_by("number", "pk"))

    @property
    def report(self):
        """None is asked for: the application itself says how far it is done."""
        return None

    @cached_property
    def files(self):
        if self.known_files is not None:
            return self.known_files
        named = access.recorded_evidence(self.user).filter(closures=self.closure)
        found = list(named.order_by("pk"))
        return found or list(files_by(self.user, self.as_of).filter(task=self.task))


Filled = Part | Attempt
"""What the form of one part is filled in from."""


def day_in_words(day) -> str:
    return date_format(day, _("F j, Y"))


def parts(chosen, *more: str) -> list[Part]:
    """The parts of the form, in the order of the plan, with what it needs besides (``lines``)."""
    if chosen.total > MOST:
        raise ValidationError(
            _(
                "One workbook takes at most %(most)s forms, and there are %(n)s. Choose a unit, or"
                " tick the tasks in the list. Nothing was made."
            )
            % {"most": MOST, "n": chosen.total},
            code="too_many_forms",
        )
    return list(chosen.told(_parts(chosen, more)))


def _parts(chosen, more) -> Iterator[Part]:
    found = 0
    for line in lines(chosen, *more):
        for span in line.own:
            if span.completed_on or _is_ticked(chosen):
                yield Part(line, span)
                found += 1
                if found == chosen.most:
                    return


def _is_ticked(chosen) -> bool:
    return chosen.order.selected is not None


def count(chosen) -> int:
    """How many parts the form is filled in for."""
    spans = Span.objects.on(chosen.as_of).filter(task__in=chosen.tasks.values("pk"))
    if chosen.units is not None:
        spans = spans.filter(unit__in=chosen.units)
    completed = Q() if _is_ticked(chosen) else Q(completed_on__isnull=False)
    return spans.filter(completed).count()
