"""Who reads files, who attaches them, who says what they show, and who is asked about them."""

from django.db.models import Q

from tracker.access.lookbacks import may_look_back
from tracker.access.reports import may_report, visible_reports
from tracker.access.scope import scope_of
from tracker.access.sight import visible_tasks
from tracker.access.tasks import may_run_list, may_run_task
from tracker.choices import EventKind, Role
from tracker.models import Evidence

DECISIONS = (EventKind.ACCEPTANCE_PASSED, EventKind.ACCEPTANCE_FAILED)
"""The steps of a closure in which files of the acceptance are handed in."""

UNSENT = Q(report__isnull=False, report__event=None)
"""Files of a report that is not in the record: a draft, or one that waits inside its unit."""


def visible_evidence(user):
    """Files of tasks in sight, those of a report as the report itself.

    Files of an acceptance are its own until it has decided: when a decision was taken back, only
    they who accept, who attached them and who read everything go on seeing them.
    """
    scope = scope_of(user)
    files = Evidence.objects.filter(task__in=visible_tasks(user))
    if scope.is_city_office:
        return files
    in_record = Q(report=None) | Q(step__isnull=False)
    files = files.filter(in_record | Q(report__in=visible_reports(user)))
    if scope.reads_everything:
        return files
    undecided = Q(step__kind__in=DECISIONS, step__annulment__isnull=False)
    accepting = Q(task__acceptance_unit__in=scope.oversees)
    return files.filter(~undecided | accepting | Q(uploaded_by=user))


def recorded_evidence(user):
    """The files in sight that stand in the record, for forms and lists of files.

    Files of reports that are not sent and of steps that were annulled are left out for everybody.
    Without a user all others are in sight, as for the office: that is the command line.
    """
    files = Evidence.objects.all() if user is None else visible_evidence(user)
    return files.filter(report__event__annulment=None, step__annulment=None).exclude(UNSENT)


def may_attach_some(user) -> bool:
    """Whether there can be a step in which ``user`` attaches files."""
    scope = scope_of(user)
    roles = (Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE, Role.ACCEPTANCE, Role.SUPERVISING)
    return bool(scope.ids(*roles))


def may_tick(user, task) -> bool:
    """Tick measures of a task off and attach files to them: its units, or the office."""
    return may_run_list(user) or any(may_report(user, row) for row in task.assignments.current())


def may_note_evidence(user, file) -> bool:
    """Say what a photo shows, or take its place away: who attached it, and the office."""
    return file.uploaded_by_id == user.pk or may_run_task(user, file.task)


def may_be_asked(user, task, units=None) -> bool:
    """Read and answer what the program asks about reports and files: who checks the task.

    Never anybody of a responsible unit. ``units`` are those where they are known; most people are
    told apart without asking for them.
    """
    scope = scope_of(user)
    reports = scope.ids(Role.UNIT_EDITOR, Role.UNIT_HEAD)
    if scope.is_city_office and not reports:
        return True
    if not scope.oversees and not scope.ids(Role.OFFICE):
        return False
    return may_look_back(user, task, units)
