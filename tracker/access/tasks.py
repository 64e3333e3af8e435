"""Who may do what on the list, with a task, and with what is said about it."""

from django.db.models import Q

from tracker.access.scope import Scope, scope_of
from tracker.access.sight import visible_tasks
from tracker.choices import Role
from tracker.models import Assignment


def units_of(task) -> set[int]:
    """The units that are responsible for a task now."""
    return set(task.assignments.current().values_list("unit_id", flat=True))


def may_run_list(user) -> bool:
    """Enter, correct, issue and amend the list itself: the city's rectification office."""
    return scope_of(user).is_city_office


def may_run_task(user, task) -> bool:
    """Run one task on the list: the city office, or the office of a place that holds all of it."""
    return runs(scope_of(user), task)


def runs(scope: Scope, task) -> bool:
    places = scope.ids(Role.OFFICE)
    if scope.is_city_office or not places:
        return scope.is_city_office
    units = units_of(task)
    return bool(units) and units <= places


def may_judge(user, task) -> bool:
    """Judge progress: the office finally; supervising and acceptance units for their tasks."""
    scope = scope_of(user)
    overseers = {task.supervising_unit_id, task.acceptance_unit_id} - {None}
    return may_run_task(user, task) or bool(overseers & scope.oversees)


def judgeable_tasks(user):
    """The tasks in sight that ``may_judge`` allows, for a page with many of them."""
    overseers = scope_of(user).oversees
    return _run_or(user, Q(supervising_unit__in=overseers) | Q(acceptance_unit__in=overseers))


def runnable_tasks(user):
    """The tasks in sight that ``may_run_task`` allows, and with it ``may_publish``."""
    return _run_or(user, Q(pk__in=()))


def confirmable_tasks(user):
    """The tasks in sight that ``may_confirm_completion`` allows."""
    return _run_or(user, Q(acceptance_unit__in=scope_of(user).ids(Role.ACCEPTANCE)))


def _run_or(user, overseen):
    """The tasks in sight that ``may_run_task`` allows, and those that are ``overseen``."""
    scope = scope_of(user)
    tasks = visible_tasks(user)
    if scope.is_city_office:
        return tasks
    current = Assignment.objects.current()
    own = scope.ids(Role.OFFICE)
    shared = current.exclude(unit__in=own)
    held = Q(pk__in=current.filter(unit__in=own).values("task"))
    whole = held & ~Q(pk__in=shared.values("task"))
    return tasks.filter(whole | overseen)


def may_judge_some(user) -> bool:
    """Whether there can be tasks that ``may_judge`` allows."""
    return bool(scope_of(user).ids(Role.OFFICE, Role.SUPERVISING, Role.ACCEPTANCE))


def may_confirm_completion(user, task) -> bool:
    """Confirm or return a reported completion: the office, or the task's acceptance unit."""
    scope = scope_of(user)
    return may_run_task(user, task) or task.acceptance_unit_id in scope.ids(Role.ACCEPTANCE)


def may_annul(user, event) -> bool:
    """Take an entry of the record back: the city office."""
    return scope_of(user).is_city_office


def may_order(user) -> bool:
    """Have workbooks made in the background: everybody with a role."""
    return bool(scope_of(user).memberships)


def may_manage_units(user) -> bool:
    """Enter and correct units: the administrator and the city office."""
    scope = scope_of(user)
    return scope.is_administrator or scope.is_city_office


def may_settle_petition(user, petition) -> bool:
    """Record a petition's outcome: its unit's editors, and the office."""
    return petition.unit_id in scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)
