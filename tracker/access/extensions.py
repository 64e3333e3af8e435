"""Who asks for a later deadline (申请延期), who gives an opinion on it, and who decides."""

from django.utils.translation import gettext as _

from tracker.access.scope import Scope, scope_of
from tracker.access.sight import visible_tasks
from tracker.access.tasks import runs
from tracker.choices import Role
from tracker.models import ExtensionRequest


def may_decide_extension(user, request) -> bool:
    """Approve or refuse a request: who runs the task.

    It is another person, of another unit, than who asked: roles held for the unit that asked, or
    for one below it, do not count.
    """
    apart = _apart(user, request)
    return apart is not None and runs(apart, request.task)


def may_give_opinion(user, request) -> bool:
    """Say what a unit that supervises or accepts the task thinks of a request."""
    apart = _apart(user, request)
    overseers = {request.task.supervising_unit_id, request.task.acceptance_unit_id} - {None}
    return apart is not None and bool(overseers & apart.oversees)


def _apart(user, request) -> Scope | None:
    scope = scope_of(user)
    if scope.did(request.asked_by_id, request.asked_on):
        return None
    return scope.apart_from({request.assignment.unit_id})


def deciders() -> str:
    """Who decides on a request, as a sentence for whoever may not."""
    return _("The rectification office decides: another person, of another unit, than the request.")


def decides_extensions(user) -> bool:
    """Whether there can be requests that ``may_decide_extension`` allows."""
    return bool(scope_of(user).ids(Role.OFFICE))


def visible_extensions(user):
    """The requests for tasks in sight, but for those entered by mistake."""
    return ExtensionRequest.objects.standing().filter(task__in=visible_tasks(user))
