"""How far one person reaches: sets of unit ids by role.

Who deputises for somebody holds their roles too, on the days of it. What day it is a scope does
not know by itself: whoever has a clock says so in ``User.today`` before the first question, as the
middleware does for every request and an export for the day on which it was asked for. Commands and
what else says nothing act with a person's own roles.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.choices import Role
from tracker.models import Deputy, Membership, Unit
from tracker.models.units import below

READS_ALL_BELOW = {
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.OFFICE,
    Role.LEADER,
}


UNIT_ROLES = {Role.UNIT_HEAD, Role.UNIT_EDITOR, Role.UNIT_READER}

ACTING = (Role.OFFICE, Role.UNIT_HEAD, Role.UNIT_EDITOR)
"""The roles in which somebody acts for a unit."""

OVERSEEING = (Role.SUPERVISING, Role.ACCEPTANCE)


@dataclass(eq=False)
class Scope:
    """What one person may reach: unit ids by role. Made once a request, by ``scope_of``.

    ``memberships`` are those of the person, then those of whom they deputise for. ``personal`` are
    those among them that let personal data be read; ``own`` are the person's own; ``principals``
    names whom they deputise for, by their keys.
    """

    user: Any
    memberships: list[tuple[str, int]]
    children: dict[int | None, list[int]] = field(repr=False)
    unit_label: str = ""
    personal: list[tuple[str, int]] = field(default_factory=list)
    own: list[tuple[str, int]] = field(default_factory=list)
    principals: dict[int, str] = field(default_factory=dict)

    @cached_property
    def root_ids(self) -> set[int]:
        return set(self.children.get(None, ()))

    def apart_from(self, unit_ids: set[int]) -> "Scope":
        """The same person without the roles held for these units and those below them.

        Everybody is below the city itself; of it only the roles held for it do not count.
        """
        city, places = unit_ids & self.root_ids, unit_ids - self.root_ids
        own = city | set(below(self.children, places))
        held = [(role, unit_id) for role, unit_id in self.memberships if unit_id not in own]
        return Scope(self.user, held, self.children)

    @cached_property
    def by_role(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {}
        for role, unit_id in self.memberships:
            found.setdefault(role, set()).update(below(self.children, [unit_id]))
        return {role: frozenset(ids) for role, ids in found.items()}

    def ids(self, *roles: str) -> frozenset[int]:
        """The units over which the person holds one of ``roles``."""
        return frozenset().union(*(self.by_role.get(role, ()) for role in roles))

    @cached_property
    def reads(self) -> frozenset[int]:
        """The units whose tasks the person reads."""
        return self.ids(*self.by_role)

    @cached_property
    def reads_everything(self) -> bool:
        """Whether the whole city's list is in sight: an overseeing role at the root."""
        return bool(self.ids(*READS_ALL_BELOW) & self.root_ids)

    def knows(self, unit_id: int) -> bool:
        """Whether the page of a unit is in sight."""
        return self.reads_everything or unit_id in self.reads

    @cached_property
    def units(self) -> frozenset[int] | None:
        """The units to whose parts figures are narrowed; ``None`` when nothing is left out.

        Who supervises or accepts tasks of other units sees those tasks whole.
        """
        return None if self.reads_everything or self.oversees else self.reads

    @cached_property
    def is_city_office(self) -> bool:
        return bool(self.ids(Role.OFFICE) & self.root_ids)

    @cached_property
    def is_administrator(self) -> bool:
        return bool(self.ids(Role.ADMINISTRATOR) & self.root_ids)

    @cached_property
    def oversees(self) -> frozenset[int]:
        """The units as which the person supervises or accepts tasks."""
        return self.ids(*OVERSEEING)

    @cached_property
    def left_to_city(self) -> dict[str, frozenset[int]]:
        """By role the units for which nobody holds it; the office of the city acts for them."""
        if not self.is_city_office:
            return {}
        stops = (Role.UNIT_HEAD, Role.OFFICE)
        held = Membership.objects.filter(role__in=stops, user__is_active=True)
        rows = set(held.values_list("role", "unit_id"))
        left = {}
        for role in stops:
            places = {unit_id for held_role, unit_id in rows if held_role == role}
            attended = self.below_of(places - self.root_ids) | (places & self.root_ids)
            left[str(role)] = self.below_of(self.root_ids) - attended
        return left

    @cached_property
    def acts_for(self) -> frozenset[int]:
        """The units for which the person acts by roles of their own."""
        return self.below_of(unit_id for role, unit_id in self.own if role in ACTING)

    def below_of(self, unit_ids: Iterable[int]) -> frozenset[int]:
        """These units and those below them."""
        return frozenset(below(self.children, unit_ids))

    def above(self, unit_ids: Iterable[int]) -> frozenset[int]:
        """The units above these, but for the city itself."""
        parents = {child: unit for unit, own in self.children.items() for child in own}
        found, waiting = set(), list(unit_ids)
        while waiting:
            parent = parents.get(waiting.pop())
            if parent is not None and parent not in self.root_ids:
                found.add(parent)
                waiting.append(parent)
        return frozenset(found)

    @cached_property
    def deputies(self) -> list[Deputy]:
        """Everybody who ever deputised for the person."""
        return list(Deputy.objects.filter(principal=self.user))

    def did(self, person_id: int | None, on: date) -> bool:
        """Whether what somebody did on the day ``on`` is held to be the person's own doing.

        It is what they did themselves, what somebody did for whom they deputise now, and what
        somebody did who deputised for them that day or since: the entry may have been made on any
        day up to this one, whatever day it names. Two persons are never a person and a deputy.
        """
        if person_id is None:
            return False
        if person_id == self.user.pk or person_id in self.principals:
            return True
        until = max(on, self.user.today or on)
        return any(
            row.deputy_id == person_id and row.held_within(on, until) for row in self.deputies
        )

    def deputises_for(self, unit_id: int | None) -> list[str]:
        """For whom the person acts in a step about a unit that is in no hands of their own."""
        if not self.principals:
            return []
        is_own = self.acts_for & (self.root_ids if unit_id is None else {unit_id})
        return [] if is_own else sorted(self.principals.values())


def scope_of(user) -> Scope:
    """The scope of ``user``, kept on the user object for the rest of the request."""
    scope = getattr(user, "_scope", None)
    if scope is None:
        scope = user._scope = _scope(user)
    return scope


def _scope(user) -> Scope:
    if not user.is_authenticated or not user.is_active:
        return Scope(user, [], {})
    held = sorted(_held(user), key=lambda row: (row.user_id != user.pk, row.pk))
    if not held:
        return Scope(user, [], {})
    children: dict[int | None, list[int]] = {}
    pairs = Unit.objects.without_tree_fields().values_list("pk", "parent_id")
    for pk, parent_id in pairs:
        children.setdefault(parent_id, []).append(pk)
    own = [row for row in held if row.user_id == user.pk]
    return Scope(
        user,
        memberships=[(row.role, row.unit_id) for row in held],
        children=children,
        unit_label=own[0].unit.label if own else "",
        personal=[(row.role, row.unit_id) for row in held if row.reads_personal],
        own=[(row.role, row.unit_id) for row in own],
        principals={row.user_id: str(row.user) for row in held if row.user_id != user.pk},
    )


def _held(user):
    """The memberships of a person, and those of whom they deputise for on their day.

    Only what somebody holds themselves is lent: a deputy of a deputy gets nothing of it.
    """
    held = Membership.objects.select_related("unit", "user")
    if user.today is None:
        return held.filter(user=user)
    now = Deputy.objects.on(user.today).filter(deputy=user)
    of_all = Q(user__in=now.filter(is_for_all=True).values("principal"))
    of_some = Q(pk__in=now.filter(is_for_all=False).values("memberships"))
    lent = (of_all | of_some) & Q(user__is_active=True) & ~Q(role=Role.ADMINISTRATOR)
    return held.filter(Q(user=user) | lent)


def only_for(user, unit_id: int):
    """The same person as if they had but their own roles for one unit, and the account open."""
    person = type(user).objects.get(pk=user.pk)
    person.is_active = True
    scope = scope_of(person)
    held = [(role, unit) for role, unit in scope.own if unit == unit_id]
    person._scope = Scope(person, held, scope.children, own=held)
    return person


def sectors_of(scope: Scope):
    """The categories of problems whose tasks are in sight by a supervised sector, as a query."""
    supervised = scope.ids(Role.SUPERVISING)
    links = Unit.sectors.through.objects
    found = links.filter(unit__in=supervised) if supervised else links.none()
    return found.values_list("mediacategory", flat=True)


def require(allowed: bool, *, whom: str = "") -> None:
    """Refuse in words unless ``allowed``; ``whom`` says who may, and so whom to ask."""
    if not allowed:
        message = _("This account may not do that. What was there is unchanged.")
        raise PermissionDenied(f"{message} {whom}".strip())


def may_use_admin(user) -> bool:
    """Open the back office."""
    return scope_of(user).is_administrator


def reach_of(user) -> dict:
    """What ``user`` can see now, as plain values to be compared with later."""
    scope = scope_of(user)
    personal = scope.below_of(unit_id for _role, unit_id in scope.personal)
    return {
        "contacts": sorted(scope.ids(Role.UNIT_EDITOR, Role.UNIT_HEAD) | personal),
        "drafts": scope.is_city_office,
        "everything": scope.reads_everything,
        "oversees": sorted(scope.oversees),
        "reads": [] if scope.reads_everything else sorted(scope.reads),
        "sectors": [] if scope.reads_everything else sorted(sectors_of(scope)),
        "personal": sorted(personal),
    }


def still_reaches(user, before: dict) -> bool:
    """Whether ``user`` can still see whatever was in reach ``before``.

    What an older release remembered lacks the names it did not know: they are not compared.
    """
    now = reach_of(user)
    if before["drafts"] and not now["drafts"]:
        return False
    if any(not set(before.get(name, ())) <= set(now[name]) for name in ("contacts", "personal")):
        return False
    if now["everything"]:
        return True
    return (
        not before["everything"]
        and set(before["reads"]) <= set(now["reads"])
        and set(before["oversees"]) <= set(now["oversees"])
        and set(before.get("sectors", ())) <= set(now["sectors"])
    )
