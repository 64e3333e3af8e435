"""The parts of a form that is filled in part by part: one unit's part of one task on the day.

Closure goes by task and unit, so each part has a form of its own. Of a whole list, only parts
that are completed have one; of tasks that were ticked, every part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tracker.exporters.lines import Line, lines, number_of
from tracker.models import Closure, ProgressReport, PublicNotice, Span

__all__ = ["MOST", "Part", "count", "parts"]

MOST = 500
"""Forms in one workbook, each on its own sheet."""


@dataclass(frozen=True, slots=True)
class Part:
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
    def notice(self) -> PublicNotice | None:
        """The public notice, if it had begun by the day."""
        notice = self.closure.standing_notice if self.closure else None
        return notice if notice and notice.begins_on <= self.line.as_of else None

    def by_then(self, day) -> bool:
        """Whether something of that day had happened by the day of the form."""
        return day is not None and day <= self.line.as_of

    @property
    def name(self) -> str:
        """The task's number and its title."""
        return f"{number_of(self.task)} {self.task.title}"

    @property
    def measures(self) -> str:
        """The measures, each with the day it was done by the day of the form."""
        found = []
        for measure in self.task.measures_kept:
            done = measure.completed_on
            text = f"{measure.number}. {measure.text}"
            if done and done <= self.line.as_of:
                text += _(" (completed on %(day)s)") % {"day": day_in_words(done)}
            found.append(text)
        return "\n".join(found)

    @property
    def evidence(self) -> str:
        files = self.task.evidence_then
        if self.closure:
            files = self.closure.evidence.all() or files
        return "\n".join(f"{number}. {file.name}" for number, file in enumerate(files, start=1))


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
