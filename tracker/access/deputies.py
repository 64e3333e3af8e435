"""Who names deputies (代理), for whom, and who ends it."""

from tracker.access.scope import may_use_admin, scope_of
from tracker.choices import Role
from tracker.models import Deputy, Membership, User


def may_name_deputy(user, principal) -> bool:
    """Name a deputy: everybody for their own roles, the administrator for anybody."""
    return user.pk == principal.pk or may_use_admin(user)


def may_end_deputy(user, deputy) -> bool:
    """End it before its day: either of the two, and the administrator."""
    return user.pk in (deputy.principal_id, deputy.deputy_id) or may_use_admin(user)


def lendable_roles(principal):
    """The roles of a person that a deputy may hold: their own, but not that of administrator."""
    held = Membership.objects.filter(user=principal).exclude(role=Role.ADMINISTRATOR)
    return held.select_related("unit").order_by("pk")


def possible_deputies(user, principal):
    """The people whom ``user`` may name: colleagues of the principal, for an administrator all.

    Colleagues are those with a role for a unit for which the principal holds one, above it or
    below it: rights stay in the house.
    """
    people = User.objects.filter(is_active=True).exclude(pk=principal.pk).order_by("name", "pk")
    if may_use_admin(user):
        return people
    scope = scope_of(user)
    own = [unit_id for _role, unit_id in scope.own]
    house = scope.below_of(own) | scope.above(own)
    return people.filter(pk__in=Membership.objects.filter(unit__in=house).values("user"))


def visible_deputies(user):
    """Those that somebody may know of: about themselves, for an administrator all."""
    if may_use_admin(user):
        return Deputy.objects.all()
    return Deputy.objects.filter(principal=user) | Deputy.objects.filter(deputy=user)
