"""Who is told of what: one table from the record to people, and the usual way of being told.

The record itself is what notifications are made from, so that no operation has to think of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.choices import ClosureStage, EventKind, Telling
from tracker.choices import NotificationKind as Kind

__all__ = [
    "ALWAYS_LISTED",
    "FEW",
    "GROUPS",
    "TELLS",
    "Audience",
    "Tell",
    "default_way",
    "issued_key",
    "telling_key",
    "tells_of",
]

FEW = 3
"""Up to so many things of one kind are told one by one; more of them in one sentence."""


class Audience(StrEnum):
    """A circle of people around one part of a task; ``access.notifications`` says who they are."""

    UNIT_STAFF = "unit_staff"
    EDITORS = "editors"
    CONFIRMERS = "confirmers"
    PRE_ACCEPTERS = "pre_accepters"
    ACCEPTERS = "accepters"
    DECIDERS = "deciders"
    RUNNERS = "runners"
    OVERSEERS = "overseers"
    SUPERIORS = "superiors"


@dataclass(frozen=True, slots=True)
class Tell:
    """One thing to tell, and to whom."""

    kind: Kind
    audience: Audience


TELLS: Mapping[str, tuple[Tell, ...]] = {
    EventKind.ISSUED: (Tell(Kind.ISSUED, Audience.UNIT_STAFF),),
    EventKind.ASSIGNED: (Tell(Kind.ISSUED, Audience.UNIT_STAFF),),
    EventKind.ROUND_OPENED: (Tell(Kind.CALL_OPENED, Audience.UNIT_STAFF),),
    EventKind.REPORT_RETURNED: (Tell(Kind.REPORT_RETURNED, Audience.UNIT_STAFF),),
    EventKind.COMPLETION_REPORTED: (Tell(Kind.TO_CONFIRM, Audience.CONFIRMERS),),
    EventKind.COMPLETION_RETURNED: (Tell(Kind.COMPLETION_RETURNED, Audience.UNIT_STAFF),),
    EventKind.COMPLETED: (Tell(Kind.COMPLETED, Audience.UNIT_STAFF),),
    EventKind.APPLIED: (Tell(Kind.TO_ACCEPT, Audience.ACCEPTERS),),
    EventKind.APPLICATION_RETURNED: (Tell(Kind.APPLICATION_RETURNED, Audience.UNIT_STAFF),),
    EventKind.PRE_ACCEPTED: (
        Tell(Kind.PRE_ACCEPTED, Audience.UNIT_STAFF),
        Tell(Kind.TO_ACCEPT, Audience.ACCEPTERS),
    ),
    EventKind.ACCEPTANCE_FAILED: (Tell(Kind.ACCEPTANCE_FAILED, Audience.UNIT_STAFF),),
    EventKind.ACCEPTANCE_PASSED: (Tell(Kind.ACCEPTANCE_PASSED, Audience.RUNNERS),),
    EventKind.OBJECTION_RECEIVED: (
        Tell(Kind.OBJECTION_RECEIVED, Audience.RUNNERS),
        Tell(Kind.OBJECTION_RECEIVED, Audience.UNIT_STAFF),
    ),
    EventKind.OBJECTION_UPHELD: (
        Tell(Kind.OBJECTION_UPHELD, Audience.UNIT_STAFF),
        Tell(Kind.OBJECTION_UPHELD, Audience.OVERSEERS),
    ),
    EventKind.CLOSED: (Tell(Kind.CLOSED, Audience.UNIT_STAFF),),
    EventKind.REOPENED: (
        Tell(Kind.REOPENED, Audience.UNIT_STAFF),
        Tell(Kind.REOPENED, Audience.OVERSEERS),
    ),
    EventKind.EXTENSION_ASKED: (Tell(Kind.EXTENSION_ASKED, Audience.DECIDERS),),
    EventKind.EXTENDED: (Tell(Kind.EXTENDED, Audience.UNIT_STAFF),),
    EventKind.EXTENSION_REFUSED: (Tell(Kind.EXTENSION_REFUSED, Audience.UNIT_STAFF),),
}
"""What is told of each entry of the record. Accepted reports, readings and the like tell nobody:
whoever wants to know looks, and a list of everything is read by nobody."""


def tells_of(kind: str, facts: Mapping[str, Any]) -> tuple[Tell, ...]:
    """What is told of an entry that says ``facts``.

    What a list brought along from elsewhere happened long ago; an application that its own unit
    took back asks nobody for anything; one that a county examines first waits for that county.
    """
    if facts.get("taken_over"):
        return ()
    if kind == EventKind.APPLICATION_RETURNED and facts.get("stage") == ClosureStage.CANCELLED:
        return ()
    if kind == EventKind.APPLIED and facts.get("county"):
        return (Tell(Kind.TO_ACCEPT, Audience.PRE_ACCEPTERS),)
    return TELLS.get(kind, ())


def issued_key(assignment: int | None) -> str:
    """That a part of a task was given to its unit is told once, whichever entry gave it."""
    return f"issued:{assignment}"


def telling_key(kind: str, sequence: int, assignment: int | None, tell: Tell) -> str:
    """What one person is told of one entry once.

    A task may be given to a unit by being issued or by the unit being added: it is one thing.
    """
    if kind in (EventKind.ISSUED, EventKind.ASSIGNED):
        return issued_key(assignment)
    return f"record:{sequence}:{tell.kind}"


GROUPS: Mapping[str, tuple[Kind, ...]] = {
    "work": (
        Kind.ISSUED,
        Kind.TO_SIGN,
        Kind.TO_REVIEW,
        Kind.REPORT_RETURNED,
        Kind.TO_CONFIRM,
        Kind.COMPLETION_RETURNED,
        Kind.COMPLETED,
        Kind.DEPUTISED,
    ),
    "deadlines": (
        Kind.CALL_OPENED,
        Kind.CALL_DUE,
        Kind.CALL_LATE,
        Kind.DEADLINE_NEAR,
        Kind.DEADLINE_PASSED,
        Kind.STANDING_DUE,
        Kind.EXTENSION_ASKED,
        Kind.EXTENDED,
        Kind.EXTENSION_REFUSED,
    ),
    "closure": (
        Kind.TO_ACCEPT,
        Kind.APPLICATION_RETURNED,
        Kind.PRE_ACCEPTED,
        Kind.ACCEPTANCE_FAILED,
        Kind.ACCEPTANCE_PASSED,
        Kind.OBJECTION_RECEIVED,
        Kind.OBJECTION_UPHELD,
        Kind.CLOSED,
        Kind.REOPENED,
    ),
    "questions": (Kind.ASKED, Kind.ANSWERED, Kind.MENTIONED),
    "exports": (Kind.EXPORT_DONE, Kind.EXPORT_FAILED),
}
"""Every kind in one group, as the page of choices shows them."""

ALWAYS_LISTED = frozenset(
    {
        Kind.ISSUED,
        Kind.REPORT_RETURNED,
        Kind.COMPLETION_RETURNED,
        Kind.CALL_LATE,
        Kind.DEADLINE_PASSED,
        Kind.APPLICATION_RETURNED,
        Kind.ACCEPTANCE_FAILED,
        Kind.OBJECTION_UPHELD,
        Kind.REOPENED,
        Kind.EXTENSION_REFUSED,
    }
)
"""What was given or came back to somebody: nobody may later say that they were not told."""

_LIST_ONLY = frozenset(
    {Kind.COMPLETED, Kind.PRE_ACCEPTED, Kind.CLOSED, Kind.EXPORT_DONE, Kind.EXPORT_FAILED}
)


def default_way(kind: Kind) -> Telling:
    """The usual way: in the mail too when something is to be done or known before long."""
    return Telling.LIST if kind in _LIST_ONLY else Telling.MAIL
