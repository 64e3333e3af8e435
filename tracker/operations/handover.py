"""Handing the work of one person for one unit over to another for good (工作交接)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import ReportStatus, Role
from tracker.figures.todo import Item, to_do
from tracker.models import Handover, Membership, ProgressReport, Unit, User
from tracker.operations import accounts, deputies
from tracker.operations.accounts import Grant


@dataclass(frozen=True)
class Left:
    """What goes over: roles, what is to be done, and unfinished reports."""

    roles: Sequence[Membership]
    work: Sequence[Item]
    drafts: Sequence[ProgressReport]


def left_of(person: User, unit: Unit, *, day: date) -> Left:
    """What a person has in hand for a unit and those below it on the day.

    What waits for them by a role for another unit, or in another's place, is left out.
    """
    reach = Unit.objects.subtree_ids([unit.pk])
    roles = person.memberships.filter(unit=unit).select_related("unit").order_by("pk")
    drafts = ProgressReport.objects.filter(
        author=person, status=ReportStatus.DRAFT, assignment__unit__in=reach
    )
    work = to_do(access.only_for(person, unit.pk), day=day).items
    return Left(list(roles), work, list(drafts.order_by("pk")))


@transaction.atomic
def hand_over(
    *,
    actor: User,
    from_id: int,
    to_id: int,
    unit_id: int,
    deactivates: bool,
    note: str,
    on: date,
    at: datetime,
) -> Handover:
    """Move the roles of one person for one unit to another, with drafts, and keep a sheet of it.

    A draft moves unless the successor has begun one about the same part; then it stays, and the
    sheet says so. What was sent stays under the name of who sent it; sent back, it goes to the
    successor. Both have to log in again.
    """
    access.require(access.may_use_admin(actor))
    people = {
        row.pk: row
        for row in User.objects.filter(pk__in=(from_id, to_id))
        .order_by("pk")
        .select_for_update(no_key=True)
    }
    person, successor = people[from_id], people.get(to_id)
    if successor is None or successor == person or not successor.is_active:
        raise ValidationError(
            {"successor": _("Choose somebody else, whose account is not closed.")}
        )
    unit = Unit.objects.without_tree_fields().get(pk=unit_id)
    left = left_of(person, unit, day=on)
    if not left.roles:
        raise ValidationError(
            _("%(name)s holds no role for %(unit)s any more. There is nothing to hand over.")
            % {"name": person, "unit": unit},
            code="nothing",
        )
    _move_roles(actor, person, successor, unit, left.roles, deactivates=deactivates)
    moved = _move_drafts(left.drafts, successor)
    if deactivates:
        deputies.end_all_of(person, actor=actor, at=at)
    return Handover.objects.create(
        from_person=person,
        to_person=successor,
        unit=unit,
        on=on,
        roles=[role.role for role in left.roles],
        work=[line_of(item) for item in left.work],
        drafts=moved,
        drafts_kept=len(left.drafts) - moved,
        deactivated=deactivates,
        note=note.strip(),
        by=actor,
        at=at,
    )


def _move_roles(
    actor: User,
    person: User,
    successor: User,
    unit: Unit,
    roles: Sequence[Membership],
    *,
    deactivates: bool,
) -> None:
    """Give the successor the roles first: the last administrator may hand over to the next."""
    held = {(row.role, row.unit_id): row for row in successor.memberships.select_related("unit")}
    wanted = {key: _grant(row) for key, row in held.items()}
    for row in roles:
        own = held.get((row.role, row.unit_id))
        reads = row.reads_personal or (own is not None and own.reads_personal)
        wanted[row.role, row.unit_id] = Grant(Role(row.role), row.unit, reads)
    accounts.change_account(actor=actor, user_id=successor.pk, changes={}, roles=wanted.values())
    kept = person.memberships.exclude(unit=unit).select_related("unit")
    accounts.change_account(
        actor=actor,
        user_id=person.pk,
        changes={"is_active": False} if deactivates else {},
        roles=[_grant(row) for row in kept],
    )


def _grant(row: Membership) -> Grant:
    return Grant(Role(row.role), row.unit, row.reads_personal)


def _move_drafts(drafts: Sequence[ProgressReport], successor: User) -> int:
    """Let drafts be the successor's, but for parts about which they have one; how many moved."""
    begun = set(
        ProgressReport.objects.filter(author=successor, status=ReportStatus.DRAFT).values_list(
            "assignment_id", flat=True
        )
    )
    moving = [draft.pk for draft in drafts if draft.assignment_id not in begun]
    unsent = ProgressReport.objects.filter(pk__in=moving, status=ReportStatus.DRAFT)
    return unsent.update(author=successor)


def line_of(item: Item) -> Mapping[str, Any]:
    """One line of the sheet, as it stood: what was to be done, and about what."""
    part = item.part
    line: dict[str, Any] = {"act": item.act, "due_on": item.due_on, "count": item.count}
    if part is not None:
        return {
            **line,
            "inspection": part.task.inspection.short_name,
            "number": part.task.number_printed or str(part.task.number),
            "task": part.task.title,
            "code": part.task.code,
            "unit": part.unit.label,
        }
    return {**line, "about": str(getattr(item.subject, "name", "") or item.subject)}
