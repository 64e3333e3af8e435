"""Standing tasks after their closure: what is confirmed of a year, what is outstanding.

A part is asked for in a year when it was closed before that year began and was still closed, and
standing, at its end, or on the day asked about if that is earlier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from tracker import access
from tracker.choices import AssignmentStatus, Role
from tracker.models import (
    Assignment,
    Inspection,
    LookBack,
    Span,
    StandingConfirmation,
    Task,
    Unit,
    User,
)
from tracker.rules.standing import due_on, years_asked


@dataclass(frozen=True, slots=True)
class AskedPart:
    """A closed standing part that is asked for in a year, and what was said of it by ``day``."""

    span: Span
    year: int
    due_on: date
    day: date
    confirmation: StandingConfirmation | None

    @property
    def task(self) -> Task:
        return self.span.task

    @property
    def unit(self) -> Unit:
        return self.span.unit

    @property
    def is_outstanding(self) -> bool:
        return self.confirmation is None

    @property
    def is_overdue(self) -> bool:
        """Whether nothing was said by the day on which it was due."""
        return self.confirmation is None and self.due_on < self.day

    @property
    def no_longer_holds(self) -> bool:
        return self.confirmation is not None and not self.confirmation.holds


@dataclass(frozen=True, slots=True)
class StandingYear:
    """The parts asked for in a year; each is confirmed, no longer holding, or outstanding."""

    year: int
    parts: tuple[AskedPart, ...]

    @property
    def confirmed(self) -> tuple[AskedPart, ...]:
        """Those that hold by the word of their units."""
        return tuple(p for p in self.parts if not p.is_outstanding and not p.no_longer_holds)

    @property
    def failing(self) -> tuple[AskedPart, ...]:
        return tuple(part for part in self.parts if part.no_longer_holds)

    @property
    def outstanding(self) -> tuple[AskedPart, ...]:
        return tuple(part for part in self.parts if part.is_outstanding)

    @property
    def overdue(self) -> tuple[AskedPart, ...]:
        return tuple(part for part in self.parts if part.is_overdue)


def day_due(inspection: Inspection, year: int) -> date:
    """The day of a year by which the results of an inspection's standing tasks are confirmed."""
    return due_on(year, month=inspection.standing_month, day=inspection.standing_day)


def of_year(user: User, inspection: Inspection, year: int, as_of: date) -> StandingYear:
    """The parts in sight that are asked for in a year, with what was said of them by the day."""
    spans = Span.objects.on(min(as_of, date(year, 12, 31))).filter(
        inspection=inspection,
        is_standing=True,
        closed_on__lt=date(year, 1, 1),
        task__in=access.visible_tasks(user),
        task__is_annulled=False,
    )
    units = access.scope_of(user).units
    if units is not None:
        spans = spans.filter(unit__in=units)
    rows = spans.select_related("task", "unit", "assignment").order_by(
        "task__number", "unit__position", "pk"
    )
    said = StandingConfirmation.objects.standing().filter(
        assignment__task__inspection=inspection, year=year, confirmed_on__lte=as_of
    )
    by_part = {row.assignment_id: row for row in said.select_related("confirmed_by")}
    due = day_due(inspection, year)
    return StandingYear(
        year,
        tuple(AskedPart(span, year, due, as_of, by_part.get(span.assignment_id)) for span in rows),
    )


def first_year(user: User, inspection: Inspection) -> int | None:
    """The first year in which a part in sight is asked for; ``None`` where there is none."""
    spans = Span.objects.filter(
        inspection=inspection,
        is_standing=True,
        closed_on__isnull=False,
        recorded_to=None,
        task__in=access.visible_tasks(user),
    )
    first = spans.order_by("closed_on").values_list("closed_on", flat=True).first()
    return None if first is None else first.year + 1


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A part that its unit is to confirm for a year, by ``due_on``."""

    part: Assignment
    year: int
    due_on: date


def to_confirm(user: User, day: date) -> list[Outstanding]:
    """What the editors and heads of units are to confirm now: overdue, or due soon.

    Soon is the number of days that the inspection calls so.
    """
    own = access.scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD)
    return _waiting(_closed_standing(day).filter(unit__in=own), day) if own else []


def _closed_standing(day: date) -> QuerySet[Assignment]:
    parts = Assignment.objects.current().filter(
        status=AssignmentStatus.CLOSED,
        closed_on__lt=date(day.year, 1, 1),
        task__is_standing=True,
        task__is_annulled=False,
    )
    return parts.select_related("task__inspection", "unit")


def _waiting(parts: Iterable[Assignment], day: date) -> list[Outstanding]:
    parts = list(parts)
    said: dict[tuple[int, date], set[int]] = {}
    rows = StandingConfirmation.objects.standing().filter(assignment__in=parts)
    for part_id, closed_on, year in rows.values_list("assignment", "closed_on", "year"):
        said.setdefault((part_id, closed_on), set()).add(year)
    found = []
    for part in parts:
        assert part.closed_on is not None
        inspection = part.task.inspection
        soon = day + timedelta(days=inspection.due_soon_days)
        confirmed = said.get((part.pk, part.closed_on), ())
        for year in years_asked(part.closed_on, day, confirmed):
            due = day_due(inspection, year)
            if due <= soon:
                found.append(Outstanding(part, year, due))
    return found


def no_longer_holding(
    user: User, day: date, inspection: Inspection
) -> Sequence[StandingConfirmation]:
    """The parts of which their unit said that the result is gone, and nobody looked since."""
    checks = LookBack.objects.standing().filter(
        assignment=OuterRef("assignment"),
        checked_on__gte=OuterRef("confirmed_on"),
        checked_on__lte=day,
    )
    rows = access.visible_confirmations(user).standing()
    rows = rows.filter(
        holds=False,
        confirmed_on__lte=day,
        closed_on=F("assignment__closed_on"),
        assignment__status=AssignmentStatus.CLOSED,
        assignment__removed_on=None,
        assignment__task__is_annulled=False,
        assignment__task__inspection=inspection,
    )
    rows = rows.exclude(Exists(checks)).select_related(
        "assignment__task__inspection", "assignment__unit", "confirmed_by"
    )
    return list(rows.order_by("confirmed_on", "pk"))
