"""What the city office has left to do about closed parts, read in one look over all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tracker import access
from tracker.choices import AssignmentStatus, Role
from tracker.figures.standing import day_due
from tracker.models import (
    Assignment,
    Inspection,
    LookBack,
    LookBackItem,
    LookBackPlan,
    StandingConfirmation,
    User,
)
from tracker.rules.lookbacks import follow_up_due
from tracker.rules.standing import years_asked


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do on a day: counts by inspection and by plan, and single parts.

    ``overdue`` holds the confirmations that units owe: ``{inspection: (how many, first day)}``.
    ``gone`` are the parts whose unit said that the result is gone, and nobody has looked since.
    """

    follow_ups: dict[Inspection, int]
    overdue: dict[Inspection, tuple[int, date]]
    planned: dict[LookBackPlan, int]
    gone: list[Assignment]


def left_to_do(user: User, day: date) -> Left:
    """What the city office has to see to; a part on several plans counts for the one due first."""
    found = Left({}, {}, {}, [])
    plans: dict[int, int] = {}
    for part in _closed(user, day):
        inspection = part.task.inspection
        if follow_up_due(part.closed_on, part.checked_on, day):
            found.follow_ups[inspection] = found.follow_ups.get(inspection, 0) + 1
        for due_on in _overdue(part, inspection, day):
            number, first = found.overdue.get(inspection, (0, due_on))
            found.overdue[inspection] = (number + 1, min(first, due_on))
        if part.gone_on and (part.checked_on is None or part.checked_on < part.gone_on):
            found.gone.append(part)
        if part.plan and not part.is_own:
            plans[part.plan] = plans.get(part.plan, 0) + 1
    if plans:
        rows = LookBackPlan.objects.select_related("inspection").in_bulk(plans)
        found.planned.update({rows[pk]: plans[pk] for pk in sorted(plans)})
    return found


def _overdue(part: Any, inspection: Inspection, day: date) -> Iterator[date]:
    """The days by which a part should have been confirmed, of the years that still wait."""
    if not part.task.is_standing:
        return
    years = {day.year - 1: part.said_before, day.year: part.said_now}
    said = [year for year, is_said in years.items() if is_said]
    for year in years_asked(part.closed_on, day, said):
        due_on = day_due(inspection, year)
        if due_on < day:
            yield due_on


def _closed(user: User, day: date) -> QuerySet[Any]:
    """The closed parts, each with its last check, what was said of it, and the plan it is on."""
    since = {"assignment": OuterRef("pk"), "closed_on": OuterRef("closed_on")}
    checks = LookBack.objects.standing().filter(**since, checked_on__lte=day)
    said = StandingConfirmation.objects.standing().filter(**since, confirmed_on__lte=day)
    done = LookBack.objects.standing().filter(item=OuterRef("pk"))
    items = LookBackItem.objects.filter(assignment=OuterRef("pk"), plan__is_annulled=False)
    mine = access.scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD)
    own = Assignment.objects.current().filter(task=OuterRef("task"), unit__in=mine)
    parts = Assignment.objects.current().filter(
        status=AssignmentStatus.CLOSED, task__is_annulled=False
    )
    return (
        parts.select_related("task__inspection", "unit")
        .annotate(
            checked_on=Subquery(checks.order_by("-checked_on").values("checked_on")[:1]),
            gone_on=Subquery(
                said.filter(holds=False).order_by("-confirmed_on").values("confirmed_on")[:1]
            ),
            said_before=Exists(said.filter(year=day.year - 1)),
            said_now=Exists(said.filter(year=day.year)),
            plan=Subquery(
                items.filter(~Exists(done)).order_by("plan__due_on", "pk").values("plan")[:1]
            ),
            is_own=Exists(own),
        )
        .order_by("pk")
    )
