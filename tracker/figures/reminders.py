"""What people are to be reminded of on a day: silent units, near and passed deadlines."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tracker.choices import AssignmentStatus
from tracker.models import Assignment, DispatchRound, Span, StandingConfirmation

OPEN = (AssignmentStatus.ISSUED, AssignmentStatus.IN_PROGRESS)


def silent_units(call: DispatchRound, day: date) -> dict[int, int]:
    """``{unit: how many of its parts}`` that a call asks about and that said nothing by ``day``.

    A report that came after the period counts too: whoever has answered is not asked again.
    """
    asked = Span.objects.on(day).filter(
        Q(last_report_on=None) | Q(last_report_on__lt=call.period_from),
        inspection=call.inspection_id,
        completed_on=None,
        start_on__lte=call.period_to,
        task__is_annulled=False,
    )
    return dict(asked.order_by().values("unit").annotate(n=Count("pk")).values_list("unit", "n"))


def open_parts(due_on: date, *, inspections: Collection[int]) -> QuerySet[Assignment]:
    """The parts due on a day whose unit has not said that they are completed."""
    rows = Assignment.objects.current().filter(
        task__inspection__in=inspections,
        task__is_annulled=False,
        task__due_on=due_on,
        status__in=OPEN,
        completed_on=None,
        completion_reported_on=None,
    )
    return rows.select_related("task").order_by("task__number", "pk")


def unconfirmed_parts(year: int, *, inspection: int) -> QuerySet[Assignment]:
    """The closed standing parts of which nobody has said for ``year`` that they still hold.

    What was said of an earlier closure counts no more.
    """
    confirmed = StandingConfirmation.objects.standing().filter(
        assignment=OuterRef("pk"), closed_on=OuterRef("closed_on"), year=year
    )
    rows = Assignment.objects.current().filter(
        task__inspection=inspection,
        task__is_annulled=False,
        task__is_standing=True,
        status=AssignmentStatus.CLOSED,
        closed_on__year__lt=year,
    )
    return rows.filter(~Exists(confirmed)).select_related("task").order_by("task__number", "pk")
