"""Who takes part in the procedure of closure (销号), and in which step."""

from django.utils.translation import gettext as _

from tracker.access.scope import scope_of
from tracker.access.tasks import may_run_task, runs
from tracker.choices import Role


def may_accept(user, closure) -> bool:
    """Return an application, or take and decide it: the acceptance unit, or who runs the task.

    It is another person, of another unit, than the applicant: roles held for the unit that
    applied, or for one below it, do not count.
    """
    scope, part = scope_of(user), closure.assignment
    if user.pk == closure.applied_by_id:
        return False
    apart = scope.apart_from({part.unit_id})
    accepts = part.task.acceptance_unit_id in apart.ids(Role.ACCEPTANCE)
    return accepts or runs(apart, part.task)


def takes_part_in_closure(user) -> bool:
    """Whether the procedure of closure is a person's business: to apply, accept, close or lead."""
    roles = (Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE, Role.ACCEPTANCE, Role.LEADER)
    return bool(scope_of(user).ids(*roles))


def accepters(closure) -> str:
    """Who may accept, as a sentence for whoever may not."""
    unit = closure.assignment.task.acceptance_unit
    return _(
        "%(unit)s or the rectification office decides: another person, of another unit, than the"
        " application."
    ) % {"unit": unit or _("The acceptance unit")}


def may_publish(user, task) -> bool:
    """Publish a notice, settle objections, close and file: the office that runs the task."""
    return may_run_task(user, task)
