"""Standing tasks after their closure (长期坚持): the yearly word that the result still holds."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Assignment, Event, StandingConfirmation, User
from tracker.operations.assignments import lock_assignment, step
from tracker.operations.closure_steps import overlong, refuse
from tracker.operations.evidence import Checked, attach
from tracker.operations.evidence_files import stored_first
from tracker.rules import standing as rules
from tracker.rules import transitions


@stored_first
@transaction.atomic
def confirm_standing(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    year: int,
    holds: bool,
    text: str,
    files: Sequence[Checked] = (),
    on: date,
    at: datetime,
) -> StandingConfirmation:
    """Say for a year whether the result of a closed standing part still holds (年度确认).

    That it does not reopens nothing: the office is to look back at it.
    """
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_confirm_standing(actor, assignment))
    transitions.after(EventKind.STANDING_CONFIRMED, assignment.status)
    if not task.is_standing:
        raise ValidationError(
            _("The task is closed for good. Only standing tasks are confirmed year by year."),
            code="not_standing",
        )
    closed_on = assignment.closed_on
    assert closed_on is not None  # A closed part has the day of its closure.
    said: dict[str, Any] = {"year": year, "holds": holds, "text": text.strip()}
    asked = rules.years_asked(closed_on, on, confirmed_years(assignment))
    refuse(
        rules.refusals(said, asked=asked),
        overlong(StandingConfirmation, said, ["text"]),
    )
    event = step(
        task,
        assignment,
        EventKind.STANDING_CONFIRMED,
        actor=actor,
        on=on,
        at=at,
        after={"year": year, "holds": holds},
        note=said["text"],
    )
    confirmation = StandingConfirmation.objects.create(
        assignment=assignment,
        closed_on=closed_on,
        confirmed_on=on,
        confirmed_by=actor,
        event=event,
        **said,
    )
    attach(files, task=task, step=event, actor=actor, on=on, at=at)
    return confirmation


def confirmed_years(assignment: Assignment) -> set[int]:
    """The years for which a part was confirmed since its last closure."""
    own = StandingConfirmation.objects.standing().filter(assignment=assignment)
    return set(own.filter(closed_on=assignment.closed_on).values_list("year", flat=True))


def take_back(event: Event) -> None:
    """The year of an annulled confirmation waits for one again."""
    StandingConfirmation.objects.filter(event=event).update(is_annulled=True)
