"""Doing something once and in order, however many processes try."""

from tracker.models import Bookmark, EventHead

RECORD, REMINDERS, GROUPS, TIDIED = "record", "reminders", "groups", "tidied"


def position_of(name: str, *, at_first: int) -> int:
    """How far something has come; ``at_first`` where it never began."""
    row, _made = Bookmark.objects.get_or_create(name=name, defaults={"position": at_first})
    return row.position


def move_on(name: str, *, since: int, to: int) -> bool:
    """Whether what lies between is this transaction's own to do: nobody moved on since.

    Another process that does the same waits for this transaction, and is then refused.
    """
    return bool(Bookmark.objects.filter(name=name, position=since).update(position=to))


def end_of_record() -> int:
    """The number of the last entry."""
    return EventHead.objects.get(pk=1).sequence


def leave_record_at(sequence: int) -> None:
    """Take entries up to ``sequence`` for told."""
    Bookmark.objects.update_or_create(name=RECORD, defaults={"position": sequence})
