"""The queue of closure (验收销号): what waits for whom, attempt by attempt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.enums import TextChoices
from django.utils.translation import pgettext_lazy

from tracker import access
from tracker.choices import AssignmentStatus, ClosureStage, ObjectionState
from tracker.models import Assignment, Closure, Event, Inspection, PublicNotice, Task, Unit

__all__ = ["Group", "Queue", "Row", "counties", "last_entries", "queue"]


class Group(TextChoices):
    """What an attempt, or a completed part without one, waits for."""

    TO_APPLY = "to_apply", pgettext_lazy("closure queue", "to be self-checked")
    TO_PRE_ACCEPT = "to_pre_accept", pgettext_lazy("closure queue", "to be passed by the county")
    TO_ACCEPT = "to_accept", pgettext_lazy("closure queue", "to be accepted")
    TO_PUBLISH = "to_publish", pgettext_lazy("closure queue", "to be published")
    IN_NOTICE = "in_notice", pgettext_lazy("closure queue", "in public notice")
    TO_CLOSE = "to_close", pgettext_lazy("closure queue", "may be closed")
    RETURNED = "returned", pgettext_lazy("closure queue", "returned")


STOPPED = (ClosureStage.RETURNED, ClosureStage.FAILED, ClosureStage.OBJECTED)
"""An attempt that came to nothing, until there is another one."""

GROUP_OF = {
    ClosureStage.APPLIED: Group.TO_ACCEPT,
    ClosureStage.PRE_ACCEPTED: Group.TO_ACCEPT,
    ClosureStage.UNDER_ACCEPTANCE: Group.TO_ACCEPT,
    ClosureStage.PASSED: Group.TO_PUBLISH,
    **dict.fromkeys(STOPPED, Group.RETURNED),
}
IN_PROCEDURE = (
    AssignmentStatus.APPLIED,
    AssignmentStatus.UNDER_ACCEPTANCE,
    AssignmentStatus.IN_PUBLIC_NOTICE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's part of a task in the queue; ``closure`` is its last attempt, if it has one.

    ``days_left`` are the calendar days until the last day of the notice, that day counted.
    """

    group: Group
    assignment: Assignment
    closure: Closure | None = None
    notice: PublicNotice | None = None
    days_left: int | None = None
    open_objections: int = 0

    @property
    def task(self) -> Task:
        return self.assignment.task

    @property
    def unit(self) -> Unit:
        return self.assignment.unit


@dataclass(frozen=True, slots=True)
class Queue:
    """All rows in the order of the list, and how many there are of each group."""

    as_of: date
    rows: tuple[Row, ...]
    counts: Mapping[Group, int]

    def of(self, group: str) -> list[Row]:
        return [row for row in self.rows if row.group == group]


def queue(user: Any, inspection: Inspection, as_of: date) -> Queue:
    """What waits in the procedure of an inspection, of what ``user`` may see.

    Stages are those of now; ``as_of`` says whether a notice is over. Each part is in one group.
    """
    parts = list(_parts(user, inspection))
    attempts = _last_attempts(parts)
    rows = tuple(
        row for part in parts if (row := _row(part, attempts.get(part.pk), inspection, as_of))
    )
    counts = {group: sum(row.group == group for row in rows) for group in Group}
    return Queue(as_of=as_of, rows=rows, counts=counts)


def _parts(user: Any, inspection: Inspection) -> QuerySet[Assignment]:
    """The parts that are in the procedure, may enter it, or came out of it with nothing."""
    tasks = access.visible_tasks(user).live().filter(inspection=inspection, left_on=None)
    stopped = Q(pk__in=Closure.objects.filter(stage__in=STOPPED).values("assignment"))
    wanted = Q(status__in=IN_PROCEDURE) | Q(status=AssignmentStatus.IN_PROGRESS) & (
        Q(completed_on__isnull=False) | stopped
    )
    parts = Assignment.objects.current().filter(wanted, task__in=tasks)
    units = access.scope_of(user).units
    if units is not None:
        parts = parts.filter(unit__in=units)
    parts = parts.select_related("task__acceptance_unit", "task__inspection", "unit")
    return parts.order_by("task__number", "task_id", "-is_lead", "unit__position", "pk")


def _last_attempts(parts: list[Assignment]) -> dict[int, Closure]:
    """``{part: its last attempt}``, with the notice and how many objections are open."""
    last = Closure.objects.filter(assignment__in=parts).values("assignment").annotate(Max("pk"))
    open_ones = Q(notice__objections__state=ObjectionState.OPEN)
    rows = Closure.objects.filter(pk__in=last.values("pk__max"))
    rows = rows.select_related("notice", "applied_by", "county").annotate(
        open_objections=Count("notice__objections", filter=open_ones)
    )
    return {row.assignment_id: row for row in rows}


def _row(
    part: Assignment, closure: Closure | None, inspection: Inspection, as_of: date
) -> Row | None:
    stage = ClosureStage(closure.stage) if closure else None
    if closure and stage == ClosureStage.IN_NOTICE:
        return _in_notice(part, closure, as_of)
    if closure and access.waits_for_county(closure):
        return Row(Group.TO_PRE_ACCEPT, part, closure)
    if stage in GROUP_OF:
        return Row(GROUP_OF[stage], part, closure)
    undated = part.task.is_standing and part.task.due_on is None
    if part.completed_on is None or (undated and not inspection.closes_undated):
        return None
    return Row(Group.TO_APPLY, part, closure)


def _in_notice(part: Assignment, closure: Any, as_of: date) -> Row:
    notice, objections = closure.notice, closure.open_objections
    left = max((notice.ends_on - as_of).days + 1, 0)
    over = not left and not objections
    return Row(Group.TO_CLOSE if over else Group.IN_NOTICE, part, closure, notice, left, objections)


def last_entries(closure: Closure) -> dict[str, Event]:
    """``{kind: its last standing entry}`` in the record of one attempt, with who made it."""
    own = Event.objects.standing().filter(assignment=closure.assignment_id)
    own = own.filter(details__after__closure=closure.pk).select_related("actor")
    return {event.kind: event for event in own.order_by("sequence")}


def counties(unit_ids: Iterable[int]) -> dict[int, Unit | None]:
    """``{unit: the county that it is or belongs to}``."""
    units = Unit.objects.plain().select_related("kind", "parent__kind", "parent__parent__kind")
    return {unit.pk: unit.county for unit in units.filter(pk__in=unit_ids)}
