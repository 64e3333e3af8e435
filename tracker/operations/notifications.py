"""Telling people something once, and remembering that they read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.choices import NotificationKind
from tracker.models import Notification, User


def tell(
    person: User,
    kind: NotificationKind,
    *,
    key: str,
    details: Mapping[str, Any],
    url: str,
    at: datetime,
) -> None:
    """Tell a person something, unless they were told the same ``key`` before."""
    row = Notification(
        person=person, kind=kind, key=key, details=dict(details), url=url, created_at=at
    )
    Notification.objects.bulk_create([row], ignore_conflicts=True)


def read(*, actor: User, first: int, last: int, at: datetime) -> int:
    """Mark the person's own notifications between two numbers as read; how many were new."""
    unread = Notification.objects.unread().filter(person=actor)
    return unread.filter(pk__range=(first, last)).update(read_at=at)
