"""Who reports for a unit, and who sees the files that were handed in."""

from django.db.models import Q

from tracker.access.scope import UNIT_ROLES, scope_of
from tracker.access.sight import visible_tasks
from tracker.choices import ReportStatus, Role
from tracker.models import CallFile, Deputy, Membership, ProgressReport, User

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
    own |= scope.ids(Role.UNIT_HEAD) & scope.root_ids
    return own | scope.left_to_city.get(Role.UNIT_HEAD, frozenset())


def reviewed_by_me(user):
    """The ids of the units whose reports wait for ``user`` as the office of their county."""
    scope = scope_of(user)
    own = scope.apart_from(scope.root_ids).ids(Role.OFFICE)
    return own | scope.left_to_city.get(Role.OFFICE, frozenset())


def people_at_stop(report, day):
    """Who is told that a report waits: who holds the role there, and who deputises on the day.

    They are the heads of the unit and of those above it in the county, or the county's office;
    where there is none of them, the office of the city.
    """
    unit = report.assignment.unit
    places = [unit.pk]
    while unit.parent is not None and unit.parent.parent_id is not None:
        unit = unit.parent
        places.append(unit.pk)
    role = AT_STOP[ReportStatus(report.status)]
    held = Membership.objects.filter(role=role, unit__in=places, user__is_active=True)
    if not held.exists():
        held = Membership.objects.filter(role=Role.OFFICE, unit__parent=None, user__is_active=True)
    lent = Q(is_for_all=True, principal__memberships__in=held)
    lent |= Q(is_for_all=False, memberships__in=held)
    deputies = Deputy.objects.on(day).filter(lent)
    theirs = Q(pk__in=held.values("user")) | Q(pk__in=deputies.values("deputy"))
    return User.objects.filter(theirs, is_active=True).order_by("pk")


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
