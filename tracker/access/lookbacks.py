"""Who looks back at closed tasks (回头看), and who knows of what is planned.

A check comes unannounced: units learn of it once it has been recorded, never from a plan.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.access.scope import scope_of
from tracker.access.sight import visible_tasks
from tracker.access.tasks import units_of
from tracker.choices import Role
from tracker.models import LookBack, LookBackPlan


def may_plan_lookbacks(user) -> bool:
    """Plan which closed tasks are checked again: the city's rectification office."""
    return scope_of(user).is_city_office


def may_look_back(user, task, units=None) -> bool:
    """Check a closed task again: the office, and the units that supervise or accept it.

    It is nobody of a responsible unit: who reports for one may not, and below the city's office
    roles held for one, or for a unit below it, do not count. ``units`` are the responsible units
    where they are known.
    """
    scope = scope_of(user)
    responsible = units_of(task) if units is None else units
    if responsible & scope.ids(Role.UNIT_EDITOR, Role.UNIT_HEAD):
        return False
    apart = scope.apart_from(responsible)
    overseers = {task.supervising_unit_id, task.acceptance_unit_id} - {None}
    runs_all = bool(responsible) and responsible <= apart.ids(Role.OFFICE)
    return scope.is_city_office or runs_all or bool(overseers & apart.oversees)


def lookers(task) -> str:
    """Who may look back, as a sentence for whoever may not."""
    units = [str(unit) for unit in (task.acceptance_unit, task.supervising_unit) if unit]
    names = _(", ").join(dict.fromkeys(units))
    if not names:
        return _("The rectification office checks it again.")
    return _(
        "The rectification office or %(units)s checks it again, never a unit responsible for it."
    ) % {"units": names}


def visible_lookbacks(user):
    """The checks of tasks in sight: units read what was found at theirs."""
    return LookBack.objects.filter(assignment__task__in=visible_tasks(user))


def visible_lookback_plans(user):
    """Plans are for those who check or read everything: checks come unannounced."""
    scope = scope_of(user)
    if scope.reads_everything or scope.oversees:
        return LookBackPlan.objects.all()
    return LookBackPlan.objects.none()


def planned_tasks(user):
    """The tasks whose place in a plan ``user`` may know of: those overseen, or all."""
    scope = scope_of(user)
    if scope.reads_everything:
        return visible_tasks(user)
    overseers = scope.oversees
    overseen = Q(supervising_unit__in=overseers) | Q(acceptance_unit__in=overseers)
    return visible_tasks(user).filter(overseen)
