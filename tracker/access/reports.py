"""Who reports for a unit, and who reads what a report says of a person."""

from tracker.access.scope import scope_of
from tracker.choices import Role
from tracker.models import CallFile


def may_report(user, assignment) -> bool:
    """Sign for a task, report its progress, attach evidence: its unit, or the office on behalf."""
    scope = scope_of(user)
    return assignment.unit_id in scope.ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)


def reporting_units(user) -> frozenset[int]:
    """The units for whose parts of tasks ``may_report`` allows."""
    return scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)


def may_answer_call(user) -> bool:
    """Hand in workbooks that answer a call: whoever reports for some unit."""
    return bool(reporting_units(user))


def may_read_contact(user, assignment) -> bool:
    """The telephone of who filled a report in: those who report on the part, or oversee it."""
    overseers = {assignment.task.supervising_unit_id, assignment.task.acceptance_unit_id}
    return may_report(user, assignment) or bool(overseers & scope_of(user).oversees)


def visible_call_files(user):
    """Workbooks that answer a call: all for the city office, else those handed in by ``user``."""
    if scope_of(user).is_city_office:
        return CallFile.objects.all()
    if not may_answer_call(user):
        return CallFile.objects.none()
    return CallFile.objects.filter(uploaded_by=user)
