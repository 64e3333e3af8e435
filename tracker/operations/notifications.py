"""Telling people something once, what they choose to be told, and that they read it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.choices import NotificationKind, Telling
from tracker.models import DailyMail, Notification, NotificationChoice, User
from tracker.rules.notifications import ALWAYS_LISTED, FEW, default_way

BATCH = 500

TOGETHER = {
    NotificationKind.COMPLETED: "tasks",
    NotificationKind.CLOSED: "tasks",
    NotificationKind.EXTENDED: "tasks",
    NotificationKind.DEADLINE_PASSED: "tasks",
}
"""The page that has many things of one kind, where it is not the person's to-do."""


def tell(
    person: User,
    kind: NotificationKind,
    *,
    key: str,
    details: Mapping[str, Any],
    url: str,
    at: datetime,
) -> None:
    """Tell a person something, unless they were told the same ``key`` or chose not to be told."""
    row = Notification(
        person=person, kind=kind, key=key, details=dict(details), url=url, created_at=at
    )
    tell_all([row])


def tell_all(rows: Iterable[Notification]) -> int:
    """Tell many people many things; how many there were to tell."""
    found = list(rows)
    kinds = {row.kind for row in found} - ALWAYS_LISTED
    choices = NotificationChoice.objects.filter(way=Telling.NEITHER, kind__in=kinds)
    unwanted = set(choices.values_list("person_id", "kind"))
    wanted = [row for row in found if (row.person_id, row.kind) not in unwanted]
    Notification.objects.bulk_create(wanted, batch_size=BATCH, ignore_conflicts=True)
    return len(wanted)


class Gathered:
    """What is to be told, by person and kind; of many tasks of one kind only the first are kept.

    What one entry says of several parts of a task is one thing, and a task is counted once.
    However many entries are read, little more is kept than people × kinds and names of tasks.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.first: dict[tuple[int, str], dict[str, Notification]] = {}
        self.tasks: dict[tuple[int, str], set[str]] = {}
        self.last: dict[tuple[int, str], datetime] = {}

    def add(
        self,
        people: Iterable[int],
        kind: NotificationKind,
        *,
        key: str,
        details: Mapping[str, Any],
        url: str,
        at: datetime,
    ) -> None:
        """Tell some people one thing."""
        for person in people:
            which = (person, kind)
            first = self.first.setdefault(which, {})
            tasks = self.tasks.setdefault(which, set())
            if "task" in details:
                tasks.add(details["task"])
            if len(tasks) <= FEW and key not in first:
                first[key] = Notification(
                    person_id=person,
                    kind=kind,
                    key=key,
                    details=dict(details),
                    url=url,
                    created_at=at,
                )
            self.last[which] = at

    def rows(self) -> Iterator[Notification]:
        """One notification for each thing, or one for all of a kind when there are many."""
        for which, first in self.first.items():
            count = len(self.tasks[which])
            if count <= FEW:
                yield from first.values()
                continue
            person, kind = which
            earliest = next(iter(first.values()))
            yield Notification(
                person_id=person,
                kind=kind,
                key=f"{self.name}:{kind}",
                details={"count": count, "task": earliest.details["task"]},
                url=reverse(TOGETHER.get(NotificationKind(kind), "todo")),
                created_at=self.last[which],
            )


def forget(keys: Iterable[str]) -> None:
    """Take back what was told of something that was annulled, unless it was read or mailed."""
    ways = list(keys)
    for start in range(0, len(ways), BATCH):
        Notification.objects.unmailed().filter(key__in=ways[start : start + BATCH]).delete()


def forget_old(*, at: datetime, after: timedelta) -> int:
    """Remove what was told and read longer ago than ``after``; how many notifications it was."""
    old = Notification.objects.filter(created_at__lt=at - after, read_at__isnull=False)
    return old.delete()[0]


def read(*, actor: User, first: int, last: int, at: datetime) -> int:
    """Mark the person's own notifications between two numbers as read; how many were new."""
    unread = Notification.objects.unread().filter(person=actor)
    return unread.filter(pk__range=(first, last)).update(read_at=at)


def ways_of(person: User) -> dict[NotificationKind, Telling]:
    """How a person is told of each kind: as they chose, else the usual way."""
    chosen = dict(person.notification_choices.values_list("kind", "way"))
    ways = {kind: Telling(chosen.get(kind, default_way(kind))) for kind in NotificationKind}
    for kind in ALWAYS_LISTED:
        if ways[kind] == Telling.NEITHER:
            ways[kind] = Telling.LIST
    return ways


@transaction.atomic
def choose(*, actor: User, ways: Mapping[NotificationKind, Telling], language: str) -> None:
    """Keep how the person wants to be told of each kind, and the language of their mails.

    What is as usual is not kept, so that a usual way that changes changes for them too.
    """
    kept = [kind for kind, way in ways.items() if kind in ALWAYS_LISTED and way == Telling.NEITHER]
    if kept:
        raise ValidationError(
            {
                str(kind): _(
                    "This stays in the list: it was given to somebody or came back to them, and"
                    " they must be able to find it."
                )
                for kind in kept
            }
        )
    person = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    for kind, way in ways.items():
        if way == default_way(kind):
            person.notification_choices.filter(kind=kind).delete()
        else:
            NotificationChoice.objects.update_or_create(
                person=person, kind=kind, defaults={"way": way}
            )
    DailyMail.objects.update_or_create(person=person, defaults={"language": language})
