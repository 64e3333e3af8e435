"""How far one person reaches: sets of unit ids by role."""

from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from tracker.choices import Role
from tracker.models import Unit
from tracker.models.units import below

READS_ALL_BELOW = {
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.OFFICE,
    Role.LEADER,
}


UNIT_ROLES = {Role.UNIT_HEAD, Role.UNIT_EDITOR, Role.UNIT_READER}


@dataclass(eq=False)
class Scope:
    """What one person may reach: unit ids by role. Made once a request, by ``scope_of``."""

    user: object
    memberships: list[tuple[str, int]]
    children: dict[int | None, list[int]] = field(repr=False)
    unit_label: str = ""

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
        return self.ids(Role.SUPERVISING, Role.ACCEPTANCE)


def scope_of(user) -> Scope:
    """The scope of ``user``, kept on the user object for the rest of the request."""
    scope = getattr(user, "_scope", None)
    if scope is None:
        children: dict[int | None, list[int]] = {}
        memberships: list[tuple[str, int]] = []
        label = ""
        if user.is_authenticated and user.is_active:
            held = list(user.memberships.select_related("unit").order_by("pk"))
            memberships = [(membership.role, membership.unit_id) for membership in held]
            label = held[0].unit.label if held else ""
        if memberships:
            pairs = Unit.objects.without_tree_fields().values_list("pk", "parent_id")
            for pk, parent_id in pairs:
                children.setdefault(parent_id, []).append(pk)
        scope = user._scope = Scope(user, memberships, children, label)
    return scope


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
    return {
        "drafts": scope.is_city_office,
        "everything": scope.reads_everything,
        "oversees": sorted(scope.oversees),
        "reads": [] if scope.reads_everything else sorted(scope.reads),
    }


def still_reaches(user, before: dict) -> bool:
    """Whether ``user`` can still see whatever was in reach ``before``."""
    now = reach_of(user)
    if before["drafts"] and not now["drafts"]:
        return False
    if now["everything"]:
        return True
    return (
        not before["everything"]
        and set(before["reads"]) <= set(now["reads"])
        and set(before["oversees"]) <= set(now["oversees"])
    )
