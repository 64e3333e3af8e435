"""Looking back (回头看) on a day: what falls due, what was found, and how much rebounded.

A part is one unit's share of a task. It *rebounded* when a look-back took it up again by the day,
and counts once however often. The rebound rate is rebounded parts ÷ parts that were ever closed by
the day. Checks that were taken back count nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from tracker import access
from tracker.choices import AssignmentStatus, EventKind, LookBackResult
from tracker.models import (
    Assignment,
    Event,
    Inspection,
    LookBack,
    LookBackItem,
    LookBackPlan,
    Span,
    Task,
    Unit,
    User,
)
from tracker.rules.lookbacks import FOLLOW_UP_MONTHS, follow_up_due, follow_ups

CLOSING = (EventKind.CLOSED, EventKind.CLOSURE_TAKEN_OVER)
SHORTEST = timedelta(days=28 * FOLLOW_UP_MONTHS[0])
"""No follow-up is due sooner after a closure."""
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A closed part whose follow-up day is past, with the last check since it was closed."""

    span: Span
    due_on: date
    days_late: int
    checked_on: date | None

    @property
    def task(self) -> Task:
        return self.span.task

    @property
    def unit(self) -> Unit:
        return self.span.unit

    @property
    def months(self) -> int:
        """Which of the follow-ups it is: that after 3, 6 or 12 months."""
        days = follow_ups(self.span.closed_on or self.due_on)
        return FOLLOW_UP_MONTHS[days.index(self.due_on)]


@dataclass(frozen=True, slots=True)
class UnitRate:
    """The parts of one unit that were ever closed, and those of them that rebounded."""

    unit: Unit
    closed: int
    rebounded: int

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.rebounded, self.closed) if self.closed else None


@dataclass(frozen=True, slots=True)
class Rebounds:
    """Rebound rates, unit by unit, the worst first; all of them together."""

    units: tuple[UnitRate, ...]

    @property
    def closed(self) -> int:
        return sum(row.closed for row in self.units)

    @property
    def rebounded(self) -> int:
        """销号后反弹 n 项."""
        return sum(row.rebounded for row in self.units)

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.rebounded, self.closed) if self.closed else None


def due_follow_ups(user: User, inspection: Inspection, as_of: date) -> tuple[list[FollowUp], int]:
    """Closed parts past their follow-up day without a check since, the latest first.

    Beside them, how many parts have such a day in the thirty days to come.
    """
    found, coming = [], 0
    for span in _closed_spans(user, as_of).filter(inspection=inspection):
        due_on = follow_up_due(span.closed_on, span.checked_on, as_of)
        if due_on is not None:
            found.append(FollowUp(span, due_on, (as_of - due_on).days, span.checked_on))
        coming += any(as_of < day <= as_of + SOON for day in follow_ups(span.closed_on))
    found.sort(key=lambda row: (row.due_on, row.task.number, row.span.pk))
    return found, coming


def _closed_spans(user: User, as_of: date) -> QuerySet[Any]:
    """The closed parts in sight that may come up for a follow-up, each with its last check."""
    spans = Span.objects.on(as_of).filter(
        closed_on__lte=as_of + SOON - SHORTEST, task__in=access.visible_tasks(user)
    )
    checks = LookBack.objects.standing().filter(
        assignment=OuterRef("assignment"),
        checked_on__lte=as_of,
        checked_on__gte=OuterRef("closed_on"),
    )
    last = checks.order_by().values("assignment").annotate(day=Max("checked_on")).values("day")
    rows = _narrowed(spans, user, "unit").select_related("task", "unit", "assignment")
    return rows.annotate(checked_on=Subquery(last))


def _narrowed(rows: QuerySet, user: User, unit: str) -> QuerySet:
    """``rows`` about the units to whose parts this person's figures are narrowed."""
    units = access.scope_of(user).units
    return rows if units is None else rows.filter(**{f"{unit}__in": units})


def checks(user: User, inspection: Inspection, as_of: date) -> QuerySet[LookBack]:
    """The checks made by the day, of what ``user`` sees."""
    rows = access.visible_lookbacks(user).standing()
    rows = rows.filter(assignment__task__inspection=inspection, checked_on__lte=as_of)
    return _narrowed(rows, user, "assignment__unit")


def results(user: User, inspection: Inspection, as_of: date) -> Mapping[LookBackResult, int]:
    """How many checks came to each result."""
    rows = checks(user, inspection, as_of).order_by().values_list("result")
    counted = dict(rows.annotate(Count("pk")))
    return {result: counted.get(result.value, 0) for result in LookBackResult}


def rebounds(user: User, inspection: Inspection, as_of: date) -> Rebounds:
    """Rebounded parts ÷ parts ever closed by the day, for each unit with a closed part."""
    events = Event.objects.standing().filter(
        kind__in=CLOSING,
        effective_on__lte=as_of,
        assignment__task__inspection=inspection,
        assignment__task__is_annulled=False,
        assignment__task__in=access.visible_tasks(user),
    )
    events = _narrowed(events, user, "assignment__unit")
    closed = _parts_by_unit(events, "assignment")
    bad = checks(user, inspection, as_of).filter(result__in=LookBackResult.reopening())
    again = _parts_by_unit(bad, "assignment")
    units = Unit.objects.plain().in_bulk(closed)
    rows = [UnitRate(units[pk], closed[pk], again.get(pk, 0)) for pk in closed]
    rows.sort(key=lambda row: (-(row.rate or 0), -row.closed, row.unit.position, row.unit.code))
    return Rebounds(tuple(rows))


def _parts_by_unit(rows: QuerySet, part: str) -> dict[int, int]:
    pairs = rows.order_by().values_list(f"{part}__unit")
    return dict(pairs.annotate(Count(part, distinct=True)))


def plans(user: User, inspection: Inspection, as_of: date) -> QuerySet[LookBackPlan]:
    """The plans made by the day; each has ``total``, ``checked``, ``reopened``: items in sight."""
    seen = Q(items__assignment__task__in=access.planned_tasks(user))
    done = seen & Q(
        items__lookbacks__isnull=False,
        items__lookbacks__event__annulment=None,
        items__lookbacks__checked_on__lte=as_of,
    )
    bad = done & Q(items__lookbacks__result__in=LookBackResult.reopening())
    rows = access.visible_lookback_plans(user).standing()
    return (
        rows.filter(inspection=inspection, made_on__lte=as_of)
        .annotate(
            total=Count("items", filter=seen, distinct=True),
            checked=Count("items", filter=done, distinct=True),
            reopened=Count("items", filter=bad, distinct=True),
        )
        .filter(total__gt=0)
        .order_by("-made_on", "-pk")
    )


def planned_checks(user: User) -> Mapping[LookBackPlan, int]:
    """The standing plans that wait for checks of a unit that oversees, and for how many."""
    if not access.scope_of(user).oversees:
        return {}
    done = LookBack.objects.standing().filter(item__isnull=False).values("item")
    items = LookBackItem.objects.filter(
        plan__is_annulled=False,
        assignment__status=AssignmentStatus.CLOSED,
        assignment__removed_on=None,
        assignment__task__in=access.planned_tasks(user),
    ).exclude(pk__in=done)
    rows = list(items.select_related("plan__inspection", "assignment__task").order_by("pk"))
    responsible = responsible_units([row.assignment.task for row in rows]) if rows else {}
    found: dict[LookBackPlan, int] = {}
    for row in rows:
        task = row.assignment.task
        if access.may_look_back(user, task, responsible.get(task.pk, set())):
            found[row.plan] = found.get(row.plan, 0) + 1
    return found


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One item of a plan with the check that answered it by the day, if there is one."""

    assignment: Assignment
    lookback: LookBack | None


def planned_parts(user: User, plan: LookBackPlan, as_of: date) -> list[PlannedPart]:
    """The items of a plan that ``user`` may know of, in the order of the list."""
    items = LookBackItem.objects.filter(
        plan=plan, assignment__task__in=access.planned_tasks(user)
    ).select_related("assignment__task", "assignment__unit")
    items = items.order_by("assignment__task__number", "assignment__unit__position", "pk")
    answers = LookBack.objects.standing().filter(item__plan=plan, checked_on__lte=as_of)
    found = {row.item_id: row for row in answers.order_by("pk")}
    return [PlannedPart(item.assignment, found.get(item.pk)) for item in items]


def responsible_units(tasks: Iterable[Task]) -> Mapping[int, set[int]]:
    """``{task: its responsible units}``, for pages that ask who may look back at many."""
    found: dict[int, set[int]] = {}
    rows = Assignment.objects.current().filter(task__in=[task.pk for task in tasks])
    for task_id, unit_id in rows.values_list("task_id", "unit_id"):
        found.setdefault(task_id, set()).add(unit_id)
    return found
