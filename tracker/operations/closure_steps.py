"""One attempt at closure (销号), step by step: locked, moved on, and taken back.

What happens to a ``Closure`` is said in the record, each entry with the key of the attempt and the
stage that it leads to, so that the stage can be told from the record alone.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tracker.choices import AssignmentStatus, ClosureStage, EventKind, ObjectionState
from tracker.models import Closure, Event, Objection, PublicNotice, User
from tracker.operations import record
from tracker.operations.assignments import lock_assignment, step
from tracker.rules import closures as rules
from tracker.rules import transitions

STEPS = frozenset(
    {EventKind.APPLIED, *(kind for kind, _stage in (*rules.AFTER, *rules.AFTER_COUNTY))}
)
"""The kinds of entry that are about an attempt at closure."""


def lock_closure(closure_id: int, *, version: int | None = None) -> Closure:
    """An attempt with its part and task, locked; refused as stale at another ``version``."""
    assignment_id = Closure.objects.values_list("assignment_id", flat=True).get(pk=closure_id)
    task, assignment = lock_assignment(assignment_id)
    assignment.task = task
    closure = Closure.objects.get(pk=closure_id)
    closure.assignment = assignment
    said = Q(details__after__closure=closure_id) | Q(details__before__closure=closure_id)
    record.refuse_stale(closure, version, Event.objects.filter(said, assignment=assignment))
    return closure


def stage_after(closure: Closure, kind: EventKind) -> ClosureStage:
    """The stage that ``kind`` leads to on the way of this attempt, or a refusal in words."""
    return rules.after(kind, closure.stage, by_county=closure.county_id is not None)


def advance(
    closure: Closure,
    kind: EventKind,
    *,
    actor: User | None,
    on: date,
    at: datetime,
    note: str = "",
    after: Mapping[str, Any] | None = None,
    leads_to: ClosureStage | None = None,
    **columns: Any,
) -> Event:
    """One step of a locked attempt: its new stage and ``columns``, and the entry that says so.

    ``leads_to`` is the stage where it is not that of the table.
    """
    assignment, before = closure.assignment, closure.stage
    stage = stage_after(closure, kind)
    _refuse_part_that_moved_on(closure)
    _refuse_day_before_the_last_step(closure, on)
    closure.stage = leads_to or stage
    closure.version += 1
    for name, value in columns.items():
        setattr(closure, name, value)
    closure.save(update_fields=["stage", "version", *columns])
    return step(
        assignment.task,
        assignment,
        kind,
        actor=actor,
        on=on,
        at=at,
        before={"stage": before},
        after={**(after or {}), "closure": closure.pk, "stage": closure.stage},
        note=note,
    )


def _refuse_part_that_moved_on(closure: Closure) -> None:
    """Refuse a step where the part was withdrawn, merged or taken up again meanwhile."""
    assignment = closure.assignment
    if assignment.status != rules.STATUS_OF[ClosureStage(closure.stage)] or (
        closure.closed_on != assignment.closed_on
    ):
        steps = ", ".join(str(kind.label) for kind in transitions.possible(assignment.status))
        raise ValidationError(
            _("The task is “%(state)s” by now, apart from this closure. Possible: %(steps)s."),
            code="moved_on",
            params={
                "state": AssignmentStatus(assignment.status).label,
                "steps": steps or _("nothing, as it has left the list"),
            },
        )


def _refuse_day_before_the_last_step(closure: Closure, on: date) -> None:
    last = _entries(closure).latest("sequence")
    if on < last.effective_on:
        raise ValidationError(
            {
                "on": _("“%(step)s” was on %(day)s. The next step is on that day or later.")
                % {"step": last.get_kind_display(), "day": last.effective_on.isoformat()}
            },
            code="order",
        )


def _entries(closure: Closure) -> QuerySet[Event]:
    """The standing entries of an attempt."""
    own = Event.objects.standing().filter(assignment=closure.assignment_id, kind__in=STEPS)
    return own.filter(details__after__closure=closure.pk)


def refuse(*found: Mapping[str, str]) -> None:
    """Refuse with all sentences, each at its field."""
    whole = {name: sentence for sentences in found for name, sentence in sentences.items()}
    if whole:
        raise ValidationError(whole)


def limits(model: Any, **columns: str) -> dict[str, int | None]:
    """``{field: how long its text may be}`` by the columns that keep it."""
    return {name: model._meta.get_field(column).max_length for name, column in columns.items()}


def overlong(model: Any, said: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """What cannot be kept of the texts ``names``, in columns of the same names."""
    return rules.overlong(said, limits(model, **{name: name for name in names}))


CLEARED: dict[str, dict[str, Any]] = {
    EventKind.APPLICATION_RETURNED: {"return_reason": ""},
    EventKind.PRE_ACCEPTED: {
        "county_opinion": "",
        "county_signer": "",
        "pre_accepted_on": None,
        "pre_accepted_by": None,
    },
    EventKind.APPLICATION_ACCEPTED: {"taken_on": None, "taken_by": None},
    EventKind.ACCEPTANCE_FAILED: {"decided_on": None, "decided_by": None},
    EventKind.ACCEPTANCE_PASSED: {"decided_on": None, "decided_by": None},
    EventKind.CLOSED: {
        "closed_on": None,
        "closing_opinion": "",
        "consent_document_no": "",
        "consent_on": None,
        "consent_note": "",
    },
    EventKind.FILED: {"filed_on": None, "filing_no": ""},
}
"""What a step entered in the row, as it is without it. Findings stay, for the next decision."""


def take_back(event: Event) -> None:
    """Bring the attempt of an annulled entry back to the stage before.

    Refused while a later step of any attempt of the part stands. What the entry said of the
    public notice or of an objection does not hold any more either.
    """
    facts = event.details["after"]
    part = Event.objects.standing().filter(assignment=event.assignment_id, kind__in=STEPS)
    later = part.filter(sequence__gt=event.sequence).order_by("-sequence").first()
    if later is not None:
        raise ValidationError(
            _("“%(step)s” was entered after it, on %(day)s. Annul that entry first."),
            code="later_step",
            params={"step": later.get_kind_display(), "day": later.effective_on.isoformat()},
        )
    closure = Closure.objects.get(pk=facts["closure"])
    before = _entries(closure).order_by("-sequence").first()
    closure.stage = before.details["after"]["stage"] if before else ClosureStage.CANCELLED
    closure.version += 1
    columns = CLEARED.get(event.kind, {})
    for name, value in columns.items():
        setattr(closure, name, value)
    closure.save(update_fields=["stage", "version", *columns])
    if event.kind == EventKind.NOTICE_PUBLISHED:
        PublicNotice.objects.filter(closure=closure).update(is_annulled=True)
    objections = Objection.objects.filter(pk__in=facts.get("objections", ()))
    if event.kind == EventKind.OBJECTION_RECEIVED:
        objections.update(state=ObjectionState.ANNULLED)
    else:
        objections.update(
            state=ObjectionState.OPEN, settlement="", settled_on=None, settled_by=None
        )
