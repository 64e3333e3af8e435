"""Merging a unit into another, with everything that is still in its hands.

From the day on the successor answers for what was open, supervises and accepts in its place, and
has the units below it. What was completed, closed or reported stays under the old name, and so do
the figures of every earlier day. Lists find the successor under the names of both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext

from tracker import access
from tracker.choices import EventKind, ReportStatus, Role
from tracker.models import (
    Assignment,
    Membership,
    Petition,
    ProgressReport,
    Question,
    Task,
    Unit,
    User,
)
from tracker.operations import accounts, assignments, record, tasks, units
from tracker.operations.accounts import Grant

NAMED_IN = ("supervising_unit", "acceptance_unit")
FEW = 5
"""Tasks named in a refusal; the others are counted."""


@dataclass(frozen=True)
class Holdings:
    """What a unit has in its hands, as the page shows it before anything is merged.

    ``parts`` are its open parts of tasks, ``finished`` those that are completed and not closed.
    ``waiting`` are the reports of the open parts that nobody has signed or reviewed yet: as long as
    there are any, nothing is merged. ``drafts`` is how many stay with their authors. ``named`` are
    the open tasks that name it otherwise.
    """

    parts: Sequence[Assignment]
    waiting: Sequence[ProgressReport]
    drafts: int
    finished: int
    named: Sequence[Task]
    units: Sequence[Unit]
    memberships: Sequence[Membership]
    petitions: int


def holdings(unit: Unit) -> Holdings:
    """What a merger of ``unit`` moves, and what it leaves where it is."""
    held = unit.assignments.current().filter(task__is_annulled=False, task__left_on=None)
    parts = held.filter(completed_on=None).select_related("task").order_by("task_id")
    named = Q(supervising_unit=unit) | Q(acceptance_unit=unit) | Q(supporting_units=unit)
    live = Task.objects.live().filter(named, left_on=None, closed_on=None).distinct()
    people = unit.memberships.filter(user__is_active=True).select_related("user", "unit")
    unsent = _reports(parts, ReportStatus.DRAFT, *ReportStatus.waiting())
    return Holdings(
        parts=list(parts),
        waiting=[report for report in unsent if report.status != ReportStatus.DRAFT],
        drafts=sum(1 for report in unsent if report.status == ReportStatus.DRAFT),
        finished=held.filter(completed_on__isnull=False, closed_on=None).count(),
        named=list(live.order_by("pk")),
        units=list(Unit.objects.plain().filter(parent=unit, closed_on=None)),
        memberships=list(people.order_by("user__name", "pk")),
        petitions=Petition.objects.filter(unit=unit, is_annulled=False, closed_on=None).count(),
    )


def _reports(parts: Iterable[Assignment], *states: ReportStatus) -> Sequence[ProgressReport]:
    """The reports of the parts in one of these states, task by task."""
    reports = ProgressReport.objects.filter(assignment__in=parts, status__in=states)
    return list(reports.select_related("assignment__task").order_by("assignment__task", "pk"))


@transaction.atomic
def merge_unit(
    *,
    actor: User,
    unit_id: int,
    version: int | None,
    into: Unit,
    moves_people: bool,
    on: date,
    at: datetime,
    note: str,
) -> Unit:
    """Close a unit on the day ``on`` and give what is open to its successor.

    People move along only where an administrator says so; their sessions end.
    """
    access.require(access.may_run_list(actor))
    access.require(not moves_people or access.may_use_admin(actor))
    unit = units.lock_to_close(actor, unit_id, version)
    units.refuse_successor(unit, into, on)
    into = Unit.objects.without_tree_fields().get(pk=into.pk)
    held = holdings(unit)
    said: dict[str, Any] = {"actor": actor, "on": on, "at": at, "note": note}
    record.lock_tasks({part.task_id for part in held.parts} | {task.pk for task in held.named})
    _refuse_waiting(_reports(held.parts, *ReportStatus.waiting()))
    for task in held.named:
        _name_instead(task.pk, unit, into, said)
    for part in held.parts:
        _pass_on(part, into, said)
    for below in held.units:
        units.refuse_circle(below, into, on)
        units.place(below, into, **said)
    if moves_people:
        _move_people(actor, held.memberships, into)
    moved = {"parts": len(held.parts), "units": len(held.units)}
    sectors = into.sectors.all() | unit.sectors.all()
    units.correct_unit(unit_id=into.pk, version=None, changes={}, sectors=set(sectors), **said)
    units.end(unit, EventKind.UNIT_MERGED, into, after=moved, **said)
    return unit


def _refuse_waiting(reports: Sequence[ProgressReport]) -> None:
    """Refuse to merge while reports wait inside: nobody could sign or review them any more."""
    if not reports:
        return
    tasks = list(dict.fromkeys(report.assignment.task for report in reports))
    named = "、".join(task.number_printed or str(task.number) for task in tasks[:FEW])
    raise ValidationError(
        ngettext(
            "%(n)s report of this unit waits to be signed or reviewed: task %(tasks)s%(more)s."
            " Sign, pass on or send it back first; nothing was merged.",
            "%(n)s reports of this unit wait to be signed or reviewed: task %(tasks)s%(more)s."
            " Sign, pass on or send them back first; nothing was merged.",
            len(reports),
        ),
        code="waiting",
        params={"n": len(reports), "tasks": named, "more": "…" if tasks[FEW:] else ""},
    )


def _pass_on(part: Assignment, into: Unit, said: dict[str, Any]) -> None:
    """Let the successor answer for an open part, from the day or from that of its assigning.

    Whoever waits for an answer of the unit waits for one of the successor.
    """
    said = {**said, "on": max(said["on"], part.added_on)}
    current = Assignment.objects.current().filter(task=part.task_id, unit=into)
    if not current.exists():
        assignments.add_unit(
            task_id=part.task_id, version=None, unit=into, is_lead=part.is_lead, **said
        )
    assignments.remove_unit(assignment_id=part.pk, version=None, **said)
    if part.is_lead:
        current.update(is_lead=True)
    Question.objects.open().filter(part=part).update(part=current.get())


def _name_instead(task_id: int, unit: Unit, into: Unit, said: dict[str, Any]) -> None:
    """Let a task name the successor where it named the unit."""
    task = Task.objects.get(pk=task_id)
    changes: dict[str, Any] = {
        name: into for name in NAMED_IN if getattr(task, f"{name}_id") == unit.pk
    }
    supporting = set(task.supporting_units.all())
    if unit in supporting:
        changes["supporting_units"] = (supporting - {unit}) | {into}
    tasks.correct_task(task_id=task_id, version=task.version, changes=changes, **said)


def _move_people(actor: User, memberships: Sequence[Membership], into: Unit) -> None:
    """Give everybody for the successor what they held for the unit."""
    for user_id in sorted({row.user_id for row in memberships}):
        held = Membership.objects.filter(user=user_id).select_related("unit")
        moving = {row.pk for row in memberships}
        grants: dict[tuple[str, int], Grant] = {}
        for row in held.order_by("pk"):
            unit = into if row.pk in moving else row.unit
            known = grants.get((row.role, unit.pk))
            reads = row.reads_personal or (known is not None and known.reads_personal)
            grants[row.role, unit.pk] = Grant(Role(row.role), unit, reads)
        accounts.change_account(
            actor=actor, user_id=user_id, changes={}, roles=list(grants.values())
        )
