"""Deputies (代理): named for a time, ended by the day or before it. Nothing of it is a new role."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import NotificationKind
from tracker.models import Deputy, Membership, User
from tracker.operations import notifications
from tracker.rules import deputies as rules


@transaction.atomic
def name_deputy(
    *,
    actor: User,
    principal_id: int,
    deputy_id: int,
    membership_ids: Collection[int] | None,
    starts_on: date,
    ends_on: date,
    reason: str,
    on: date,
    at: datetime,
) -> Deputy:
    """Let one person hold another's roles for some days; ``None`` stands for all of them.

    The work goes to one deputy at a time, and no further: nobody is named who has a deputy
    themselves on one of the days, and nobody names one who deputises for somebody then.
    """
    people = _lock(principal_id, deputy_id)
    principal, deputy = people[principal_id], people.get(deputy_id)
    access.require(access.may_name_deputy(actor, principal))
    found = rules.refusals(starts_on, ends_on, reason, on=on)
    if found:
        raise ValidationError(found)
    if deputy is None or deputy == principal:
        raise ValidationError({"deputy": _("Nobody deputises for themselves. Choose a colleague.")})
    if not access.possible_deputies(actor, principal).filter(pk=deputy.pk).exists():
        raise ValidationError(
            {
                "deputy": _(
                    "%(name)s holds no role in this house, or the account is closed. Choose"
                    " somebody else, or ask the administrator."
                )
                % {"name": deputy}
            }
        )
    lent = _lent(principal, membership_ids)
    _refuse_two(principal, membership_ids, starts_on, ends_on)
    _refuse_chain(principal, deputy, starts_on, ends_on)
    row = Deputy.objects.create(
        principal=principal,
        deputy=deputy,
        is_for_all=membership_ids is None,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        given_by=actor,
        given_at=at,
    )
    if membership_ids is not None:
        row.memberships.set(lent)
    notifications.tell(
        deputy,
        NotificationKind.DEPUTISED,
        key=f"deputy-{row.pk}",
        details={"person": str(principal), "until": ends_on.isoformat()},
        url=reverse("account"),
        at=at,
    )
    return row


def _lock(*person_ids: int) -> dict[int, User]:
    """The people, locked in one order: their deputies change one after the other."""
    rows = User.objects.filter(pk__in=person_ids).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows}


def _lent(principal: User, membership_ids: Collection[int] | None) -> list[Membership]:
    roles = list(access.lendable_roles(principal))
    if membership_ids is not None:
        roles = [role for role in roles if role.pk in membership_ids]
    if not roles:
        raise ValidationError(
            {
                "roles": _(
                    "There is no role to lend. That of administrator is nobody's to lend: make"
                    " somebody else administrator too."
                )
            }
        )
    return roles


def _among(starts_on: date, ends_on: date) -> Q:
    return Q(starts_on__lte=ends_on, ends_on__gte=starts_on)


def _refuse_two(
    principal: User, membership_ids: Collection[int] | None, starts_on: date, ends_on: date
) -> None:
    """Refuse to lend one role to two people on one day."""
    others = principal.deputies.unended().filter(_among(starts_on, ends_on))
    if membership_ids is not None:
        others = others.filter(Q(is_for_all=True) | Q(memberships__in=membership_ids))
    other = others.select_related("deputy").order_by("starts_on", "pk").first()
    if other is not None:
        raise ValidationError(
            {
                "starts_on": _(
                    "%(name)s deputises from %(starts)s to %(ends)s already. End that first, or"
                    " choose other days."
                )
                % _told(other, other.deputy)
            }
        )


def _refuse_chain(principal: User, deputy: User, starts_on: date, ends_on: date) -> None:
    """Refuse a deputy who is away, and a principal who deputises: nothing is passed on."""
    among = Deputy.objects.unended().filter(_among(starts_on, ends_on)).order_by("starts_on", "pk")
    away = among.filter(principal=deputy).first()
    if away is not None:
        raise ValidationError(
            {
                "deputy": _(
                    "%(name)s has a deputy from %(starts)s to %(ends)s, who would get nothing of"
                    " this. Choose somebody else."
                )
                % _told(away, deputy)
            }
        )
    standing_in = among.filter(deputy=principal).select_related("principal").first()
    if standing_in is not None:
        raise ValidationError(
            {
                "starts_on": _(
                    "%(own)s deputises for %(name)s from %(starts)s to %(ends)s, and a deputy of a"
                    " deputy gets nothing of it. End that first, or choose other days."
                )
                % {"own": principal, **_told(standing_in, standing_in.principal)}
            }
        )


def _told(row: Deputy, person: User) -> dict[str, str]:
    return {
        "name": str(person),
        "starts": row.starts_on.isoformat(),
        "ends": row.ends_on.isoformat(),
    }


@transaction.atomic
def end_deputy(*, actor: User, deputy_id: int, at: datetime) -> Deputy:
    """End it at once; one that was ended already stays as it is."""
    row = Deputy.objects.select_for_update(no_key=True).get(pk=deputy_id)
    access.require(access.may_end_deputy(actor, row))
    if row.ended_at is None:
        row.ended_at, row.ended_by = at, actor
        row.save(update_fields=["ended_at", "ended_by"])
    return row


def end_all_of(person: User, *, actor: User, at: datetime) -> None:
    """End whatever a person who leaves lent or borrowed."""
    rows = Deputy.objects.unended().filter(Q(principal=person) | Q(deputy=person))
    rows.update(ended_at=at, ended_by=actor)
