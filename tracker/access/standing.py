"""Who confirms that a standing result still holds, and who reads it."""

from tracker.access.reports import may_report
from tracker.access.sight import visible_tasks
from tracker.models import StandingConfirmation


def may_confirm_standing(user, assignment) -> bool:
    """Confirm for a year that a closed part still holds: its unit, or the office on behalf."""
    return may_report(user, assignment)


def visible_confirmations(user):
    """The yearly confirmations of tasks in sight."""
    return StandingConfirmation.objects.filter(assignment__task__in=visible_tasks(user))
