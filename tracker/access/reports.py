"""Who reports for a unit, and who sees the files that were handed in."""

from django.db.models import Q

from tracker.access.scope import UNIT_ROLES, scope_of
from tracker.access.sight import visible_tasks
from tracker.choices import ReportStatus, Role
from tracker.models import CallFile, ProgressReport

AT_STOP = {ReportStatus.TO_SIGN: Role.UNIT_HEAD, ReportStatus.TO_REVIEW: Role.OFFICE}
"""For whom a report waits at each stop."""


def may_report(user, assignment) -> bool:
    """Sign for a task, report its progress, attach evidence: its unit, or the office on behalf."""
    scope = scope_of(user)
    return assignment.unit_id in scope.ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)


def reporting_units(user) -> frozenset[int]:
    """The units for whose parts of tasks ``may_report`` allows."""
    return scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)


def may_sign(user, assignment) -> bool:
    """Sign a report for its unit: a head of it, or of one above in the county; the office for it.

    A head at the city itself is one of the city's own tasks alone.
    """
    scope = scope_of(user)
    own = scope if assignment.unit_id in scope.root_ids else scope.apart_from(scope.root_ids)
    return assignment.unit_id in own.ids(Role.UNIT_HEAD) | scope.ids(Role.OFFICE)


def may_review(user, assignment) -> bool:
    """Review a report for the county: the office of the county, or the city's for it."""
    return assignment.unit_id in scope_of(user).ids(Role.OFFICE)


def signed_by_me(user):
    """The ids of the units whose reports wait for ``user`` as their head."""
    scope = scope_of(user)
    own = scope.apart_from(scope.root_ids).ids(Role.UNIT_HEAD)
    return own | (scope.ids(Role.UNIT_HEAD) & scope.root_ids)


def reviewed_by_me(user):
    """The ids of the units whose reports wait for ``user`` as the office of their county."""
    scope = scope_of(user)
    return scope.apart_from(scope.root_ids).ids(Role.OFFICE)


def visible_reports(user):
    """Reports of tasks in sight: drafts their author's, waiting ones the unit's and the office's.

    Who supervises or accepts a task sees what was sent in, not what a unit still talks about.
    """
    own = scope_of(user).ids(*UNIT_ROLES, Role.OFFICE)
    inside = Q(status__in=ReportStatus.waiting(), assignment__unit__in=own)
    draft = Q(status=ReportStatus.DRAFT, author=user)
    sent = Q(event__isnull=False)
    return ProgressReport.objects.filter(
        sent | inside | draft, assignment__task__in=visible_tasks(user)
    )


def may_answer_call(user) -> bool:
    """Hand in workbooks that answer a call: whoever reports for some unit."""
    return bool(reporting_units(user))


def visible_call_files(user):
    """Workbooks that answer a call: all for the city office, else those handed in by ``user``."""
    if scope_of(user).is_city_office:
        return CallFile.objects.all()
    if not may_answer_call(user):
        return CallFile.objects.none()
    return CallFile.objects.filter(uploaded_by=user)
