"""Removing what nobody looks at any more: once a day, by whichever process comes first."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from tracker.operations import bookmarks, evidence_files, notifications, webhooks


def tidy(*, on: date, at: datetime) -> int:
    """Remove old notifications and messages, and files that no form was sent with.

    How many it was. The day is the position of a bookmark: what is cut short is done the day after.
    """
    yesterday = (on - timedelta(days=1)).toordinal()
    since = bookmarks.position_of(bookmarks.TIDIED, at_first=yesterday)
    if since >= on.toordinal():
        return 0
    with transaction.atomic():
        if not bookmarks.move_on(bookmarks.TIDIED, since=since, to=on.toordinal()):
            return 0
        removed = notifications.forget_old(at=at, after=settings.NOTIFICATIONS_KEPT_FOR)
        removed += webhooks.forget_old(at=at, after=settings.GROUP_MESSAGES_KEPT_FOR)
    return removed + evidence_files.sweep(at=at)
