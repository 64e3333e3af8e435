"""Accounts: the roles people hold, passwords given by somebody else, the last administrator."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import Role
from tracker.models import Membership, Unit, User

SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for another when they are read out."""

FIELDS = ("username", "name", "post", "email", "is_active")


@dataclass(frozen=True)
class Grant:
    """One role for one unit, as somebody is to hold it."""

    role: Role
    unit: Unit
    reads_personal: bool = False


def random_password() -> str:
    """A password of 80 random bits, in groups, to be told to a person once."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _group in range(4))


def give_password(user: User) -> str:
    """Set a random password on an account that is about to be saved; it must be changed first."""
    password = random_password()
    user.set_password(password)
    user.must_change_password = True
    return password


@transaction.atomic
def enter_account(
    *,
    actor: User | None,
    username: str,
    name: str,
    roles: Iterable[Grant],
    post: str = "",
    email: str = "",
    is_active: bool = True,
    password: str = "",
) -> tuple[User, str]:
    """Open an account. Without a ``password`` of the person's own, a random one is given once."""
    access.require(actor is None or access.may_use_admin(actor))
    user = User(
        username=username,
        name=name,
        post=post,
        email=email,
        is_active=is_active,
        must_change_password=False,
    )
    if password:
        user.set_password(password)
    else:
        password = give_password(user)
    user.full_clean()
    user.save()
    _hold(user, roles)
    return user, password


@transaction.atomic
def change_account(
    *, actor: User, user_id: int, changes: Mapping[str, Any], roles: Iterable[Grant]
) -> User:
    """Correct what is kept of a person, and give them these roles in place of those they held.

    Other roles, and an account that is closed, end all sessions of the person.
    """
    access.require(access.may_use_admin(actor))
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    wanted = list(roles)
    for name in FIELDS:
        if name in changes:
            setattr(user, name, changes[name])
    remains = user.is_active and any(
        grant.role == Role.ADMINISTRATOR and grant.unit.parent_id is None for grant in wanted
    )
    refuse_last_administrator(user, remains=remains)
    user.full_clean()
    user.save(update_fields=FIELDS)
    if _hold(user, wanted):
        end_sessions(user)
    return user


def _hold(user: User, wanted: Iterable[Grant]) -> bool:
    """Let a person hold exactly these roles; whether that is another set than before.

    Who holds what since when is told by the history of each row, so rows that stay are left alone.
    """
    grants = {(grant.role, grant.unit.pk): grant for grant in wanted}
    changed = False
    for row in user.memberships.order_by("pk"):
        grant = grants.pop((Role(row.role), row.unit_id), None)
        if grant is None:
            row.delete()
        elif grant.reads_personal != row.reads_personal:
            row.reads_personal = grant.reads_personal
            row.save(update_fields=["reads_personal"])
        else:
            continue
        changed = True
    for grant in grants.values():
        Membership.objects.create(
            user=user, role=grant.role, unit=grant.unit, reads_personal=grant.reads_personal
        )
    return changed or bool(grants)


def end_sessions(user: User) -> None:
    """Log a person out wherever they are in."""
    user.session_no += 1
    user.save(update_fields=["session_no"])


@transaction.atomic
def end_own_sessions(*, actor: User) -> None:
    """Log oneself out wherever one is in; the page at hand is kept by whoever calls this."""
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    end_sessions(user)
    actor.session_no = user.session_no


@transaction.atomic
def reset_password(*, actor: User, user_id: int) -> tuple[User, str]:
    """Give somebody a new random password, which ends their sessions, to be told to them once."""
    access.require(access.may_use_admin(actor))
    user = User.objects.select_for_update().get(pk=user_id)
    password = give_password(user)
    user.save(update_fields=["password", "must_change_password"])
    return user, password


def administrators() -> QuerySet[User]:
    """Those who can log in and administer."""
    roots = Unit.objects.plain().filter(parent=None)
    held = Membership.objects.filter(role=Role.ADMINISTRATOR, unit__in=roots.values("pk"))
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def refuse_last_administrator(user: User, *, remains: bool) -> None:
    """Refuse a change of ``user`` that would leave nobody to administer."""
    others = administrators().exclude(pk=user.pk).select_for_update()
    if not remains and administrators().filter(pk=user.pk).exists() and not list(others):
        raise ValidationError(
            _(
                "%(name)s is the last administrator. Nothing was changed. "
                "Make somebody else administrator first."
            ),
            code="last_administrator",
            params={"name": user.name},
        )
