"""Who takes part in the procedure of closure (销号), and in which step."""

from django.utils.translation import gettext as _

from tracker.access.scope import scope_of
from tracker.access.tasks import may_run_task, runs
from tracker.choices import ClosureStage, Role
from tracker.models import Membership


def has_office(county) -> bool:
    """Whether somebody holds the rectification office of a county."""
    held = Membership.objects.filter(unit=county, role=Role.OFFICE, user__is_active=True)
    return held.exists()


def county_offices(user) -> set[int]:
    """The counties, and other places, whose rectification office the person is of."""
    held = scope_of(user).memberships
    return {unit_id for role, unit_id in held if role == Role.OFFICE}


def may_pre_accept(user, closure) -> bool:
    """Pass an application by its county: somebody of that county's own office.

    Not the applicant; a role held for a place above the county, or below, does not count.
    """
    is_own = scope_of(user).did(closure.applied_by_id, closure.applied_on)
    return closure.county_id in county_offices(user) and not is_own


def pre_accepters(closure) -> str:
    """Who passes an application by its county, as a sentence for whoever may not."""
    if closure.county_id is None:
        return _("No county examines this application: the acceptance takes it up at once.")
    return _(
        "The rectification office of %(county)s passes it first: another person than the applicant."
    ) % {"county": closure.county}


def waits_for_county(closure) -> bool:
    """Whether the next word is the county's."""
    return closure.county_id is not None and closure.stage == ClosureStage.APPLIED


def may_return(user, closure) -> bool:
    """Return an application: whoever would pass it next, the county or the acceptance."""
    if waits_for_county(closure):
        return may_pre_accept(user, closure)
    return may_accept(user, closure)


def returners(closure) -> str:
    """Who may return an application, as a sentence for whoever may not."""
    return pre_accepters(closure) if waits_for_county(closure) else accepters(closure)


def may_accept(user, closure) -> bool:
    """Take and decide an application: the acceptance unit, or who runs the task.

    It is another person, of another unit, than the applicant: roles held for the unit that
    applied, or for one below it, do not count. Where the county passed the application, it is
    another person and another office again.
    """
    scope, part = scope_of(user), closure.assignment
    if scope.did(closure.applied_by_id, closure.applied_on):
        return False
    if scope.did(closure.pre_accepted_by_id, closure.pre_accepted_on):
        return False
    accepting = scope.apart_from({part.unit_id})
    running = scope.apart_from({part.unit_id, closure.county_id} - {None})
    accepts = part.task.acceptance_unit_id in accepting.ids(Role.ACCEPTANCE)
    return accepts or runs(running, part.task)


def takes_part_in_closure(user) -> bool:
    """Whether the procedure of closure is a person's business: to apply, accept, close or lead."""
    roles = (Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE, Role.ACCEPTANCE, Role.LEADER)
    return bool(scope_of(user).ids(*roles))


def accepters(closure) -> str:
    """Who may accept, as a sentence for whoever may not."""
    part = closure.assignment
    unit = part.task.acceptance_unit
    if unit is not None and unit.pk == part.unit_id:
        return _(
            "%(unit)s answers for this part itself, so the rectification office decides on it."
        ) % {"unit": unit}
    if closure.pre_accepted_by_id is not None:
        return _(
            "%(unit)s or the rectification office of the city decides: another person, of another"
            " unit, than those who applied and who passed it for the county."
        ) % {"unit": unit or _("The acceptance unit")}
    return _(
        "%(unit)s or the rectification office decides: another person, of another unit, than the"
        " application."
    ) % {"unit": unit or _("The acceptance unit")}


def may_publish(user, task) -> bool:
    """Publish a notice, settle objections, close and file: the office that runs the task."""
    return may_run_task(user, task)
