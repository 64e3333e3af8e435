"""Accounts: passwords given by somebody else, and the last administrator."""

import secrets
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import Role
from tracker.models import Membership, Unit, User

SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for another when they are read out."""


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
    roles: Iterable[tuple[Role, Unit]],
    post: str = "",
    password: str = "",
) -> tuple[User, str]:
    """Open an account. Without a ``password`` of the person's own, a random one is given once."""
    access.require(actor is None or access.may_use_admin(actor))
    user = User(username=username, name=name, post=post, must_change_password=False)
    if password:
        user.set_password(password)
    else:
        password = give_password(user)
    user.full_clean()
    user.save()
    for role, unit in roles:
        Membership.objects.create(user=user, role=role, unit=unit)
    return user, password


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
