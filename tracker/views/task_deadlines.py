"""What the page of a task says of its deadline and of the time after its closure.

Extensions asked for, yearly confirmations of a standing result, and look-backs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.choices import AssignmentStatus, EventKind, ExtensionState
from tracker.figures.extensions import as_it_stood
from tracker.models import Event, ExtensionRequest, LookBack, StandingConfirmation
from tracker.rules import transitions
from tracker.rules.lookbacks import follow_up_due
from tracker.rules.standing import years_asked
from tracker.views.standing import confirming
from tracker.views.steps import Verb


@dataclass(frozen=True)
class Afterwards:
    """The requests for a later deadline, and what came after the closure, as of a day."""

    requests: Sequence[ExtensionRequest] = ()
    checks: Sequence[LookBack] = ()
    confirmations: Sequence[StandingConfirmation] = ()

    @property
    def has_open_request(self):
        return any(row.state == ExtensionState.ASKED for row in self.requests)

    def confirmed_years(self, part):
        """The years for which a part was confirmed since its last closure."""
        return {
            row.year
            for row in self.confirmations
            if row.assignment_id == part.assignment.pk and row.closed_on == part.closed_on
        }


def afterwards(entries: Iterable[Event], day: date) -> Afterwards:
    """What the entries of a task, newest first, say by ``day`` and what counts today."""
    told = [
        event for event in entries if event.effective_on <= day and not hasattr(event, "annulment")
    ]
    return Afterwards(
        [
            as_it_stood(event.extension_request, day)
            for event in told
            if hasattr(event, "extension_request")
        ],
        [event.lookback for event in told if hasattr(event, "lookback")],
        [event.standing_confirmation for event in told if hasattr(event, "standing_confirmation")],
    )


def deadline_verbs(task, part, found: Afterwards, today: date) -> Iterable[Verb]:
    """What the unit of a part may do about the deadline, or after its closing."""
    unit = part.assignment.unit
    if (
        part.completed_on is None
        and EventKind.EXTENDED in transitions.possible(part.status)
        and task.due_on is not None
        and today <= task.due_on
        and not found.has_open_request
    ):
        query = f"?unit={unit.code}"
        yield Verb(_("Ask for an extension"), "ask-extension", (task.code,), "cal", query)
    stands = part.status == AssignmentStatus.CLOSED and task.is_standing
    if stands and years_asked(part.closed_on, today, found.confirmed_years(part)):
        yield confirming(task, unit)


def lookback_marks(now, found: Afterwards):
    """``(label, is done, day)`` of the look-backs after the closing of a whole task.

    One that is due stands as the next step; before that nothing is to be done.
    """
    if now.closed_on is None:
        return []
    own = {part.assignment.pk: part.closed_on for part in now.parts}
    days = [row.checked_on for row in found.checks if row.closed_on == own.get(row.assignment_id)]
    last = max(days, default=None)
    if last is not None:
        return [(pgettext("step", "looked back at"), True, last)]
    if follow_up_due(now.closed_on, None, now.as_of):
        return [(pgettext("step", "look-back"), False, None)]
    return []
