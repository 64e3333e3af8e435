"""What a person may know of, as querysets that every page, count, search and file starts from."""

from django.db.models import F, Q

from tracker.access.scope import scope_of, sectors_of
from tracker.models import (
    Assignment,
    Closure,
    ExportJob,
    Issue,
    Notification,
    Petition,
    Programme,
    Task,
    Unit,
)


def visible_tasks(user):
    """The tasks ``user`` may know of: those of units in reach, supervised or accepted there.

    A supervising unit reads the tasks of its sectors too. Drafts and annulled tasks are the
    office's own matter.
    """
    scope = scope_of(user)
    if scope.is_city_office:
        return Task.objects.all()
    published = Task.objects.live().filter(issued_on__isnull=False)
    if scope.reads_everything:
        return published
    # Who was taken off on the day of being added was never responsible: the adding was a mistake.
    held = Q(removed_on=None) | Q(removed_on__gt=F("added_on"))
    own = Assignment.objects.filter(held, unit__in=scope.reads).values("task")
    seen = Q(pk__in=own)
    if scope.oversees:
        seen |= Q(supervising_unit__in=scope.oversees) | Q(acceptance_unit__in=scope.oversees)
        seen |= Q(issue__medium__in=sectors_of(scope))
    return published.filter(seen)


def visible_issues(user):
    """All issues for those who read everything; else those with a task in sight."""
    scope = scope_of(user)
    if scope.is_city_office:
        return Issue.objects.all()
    if scope.reads_everything:
        return Issue.objects.live()
    return Issue.objects.live().filter(pk__in=visible_tasks(user).values("issue"))


def visible_petitions(user):
    """Petitions handed to units in reach."""
    scope = scope_of(user)
    live = Petition.objects.filter(is_annulled=False)
    if scope.reads_everything:
        return live
    return live.filter(unit__in=scope.reads)


def visible_programmes(user):
    """All programmes for those who read everything; else those of no task, or of one in sight."""
    scope = scope_of(user)
    if scope.reads_everything:
        return Programme.objects.all()
    if not scope.memberships:
        return Programme.objects.none()
    return Programme.objects.filter(Q(task=None) | Q(task__in=visible_tasks(user)))


def visible_units(user):
    """Units in reach."""
    scope = scope_of(user)
    units = Unit.objects.plain()
    return units if scope.reads_everything else units.filter(pk__in=scope.reads)


def visible_closures(user):
    """The attempts at closure of tasks in sight."""
    return Closure.objects.filter(assignment__task__in=visible_tasks(user))


def visible_exports(user):
    """The exports a person asked for; nobody else knows of them."""
    return ExportJob.objects.filter(asked_by=user)


def visible_notifications(user):
    """What a person was told."""
    return Notification.objects.filter(person=user)
