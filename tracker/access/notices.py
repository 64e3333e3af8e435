"""What anybody may read without an account: the public notices before closure (公示)."""

from datetime import date, timedelta

from tracker.choices import ClosureStage
from tracker.models import PublicNotice

SHOWN_AFTER = timedelta(days=30)
"""How long a notice that has ended is still shown."""

STANDING = (ClosureStage.IN_NOTICE, ClosureStage.CLOSED, ClosureStage.FILED)


def public_notices(on: date):
    """The notices that are up on the day, and those that ended not long before.

    Not those that were taken back, nor of a task that left the list, nor those that an objection
    stopped.
    """
    return PublicNotice.objects.filter(
        is_annulled=False,
        begins_on__lte=on,
        ends_on__gte=on - SHOWN_AFTER,
        closure__stage__in=STANDING,
        closure__assignment__removed_on=None,
        closure__assignment__task__is_annulled=False,
        closure__assignment__task__left_on=None,
    )


def is_public(notice: PublicNotice, on: date) -> bool:
    """Whether a notice at hand is among ``public_notices``, with no question to the database."""
    closure = notice.closure
    part = closure.assignment
    return (
        not notice.is_annulled
        and notice.begins_on <= on <= notice.ends_on + SHOWN_AFTER
        and closure.stage in STANDING
        and part.removed_on is None
        and not part.task.is_annulled
        and part.task.left_on is None
    )


def known_notices(on: date):
    """Those that were up at some time; of one that is not any more, no more is told than that."""
    return PublicNotice.objects.filter(begins_on__lte=on)
