"""The procedure of closure (销号): what may follow what, and what each step has to say.

The five conditions of acceptance are those of Anhui (2019); that the accepter answers them one by
one, on the file and on site, and that a task of no engineering is closed on the statement of a
unit's meeting, follows the procedures that cities have published. The length of the public notice
is a rule of each inspection.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracker.choices import AssignmentStatus, ClosureStage, Condition, DayCount, EventKind
from tracker.workdays import LONGEST, Calendar

__all__ = [
    "AFTER",
    "AFTER_COUNTY",
    "GRACE",
    "STATUS_OF",
    "after",
    "application_refusals",
    "closing_refusals",
    "decision_refusals",
    "notice_ends",
    "notice_refusals",
    "objection_refusals",
    "overlong",
    "possible",
    "pre_acceptance_refusals",
]

SHORTEST_TEXT = 20
"""Characters of a self-check and of the words about how a task was completed."""

SHORTEST_FINDING = 5
"""Characters of a finding, and of the opinion that says why an acceptance failed."""

GRACE = timedelta(days=1)
"""How long after a notice an objection to it is still received."""

LONGEST_AHEAD = timedelta(days=92)
"""How long after its publication a notice may begin; a later day is a slip of the pen."""

AFTER: dict[tuple[EventKind, ClosureStage], ClosureStage] = {
    (EventKind.APPLICATION_ACCEPTED, ClosureStage.APPLIED): ClosureStage.UNDER_ACCEPTANCE,
    (EventKind.APPLICATION_RETURNED, ClosureStage.APPLIED): ClosureStage.RETURNED,
    (EventKind.ACCEPTANCE_PASSED, ClosureStage.UNDER_ACCEPTANCE): ClosureStage.PASSED,
    (EventKind.ACCEPTANCE_FAILED, ClosureStage.UNDER_ACCEPTANCE): ClosureStage.FAILED,
    (EventKind.NOTICE_PUBLISHED, ClosureStage.PASSED): ClosureStage.IN_NOTICE,
    (EventKind.OBJECTION_RECEIVED, ClosureStage.IN_NOTICE): ClosureStage.IN_NOTICE,
    (EventKind.OBJECTION_DISMISSED, ClosureStage.IN_NOTICE): ClosureStage.IN_NOTICE,
    (EventKind.OBJECTION_UPHELD, ClosureStage.IN_NOTICE): ClosureStage.OBJECTED,
    (EventKind.CLOSED, ClosureStage.IN_NOTICE): ClosureStage.CLOSED,
    (EventKind.FILED, ClosureStage.CLOSED): ClosureStage.FILED,
}
"""What an attempt becomes; an application begins one, and the unit may take it back (cancelled)."""

AFTER_COUNTY: dict[tuple[EventKind, ClosureStage], ClosureStage] = {
    (EventKind.PRE_ACCEPTED, ClosureStage.APPLIED): ClosureStage.PRE_ACCEPTED,
    (EventKind.APPLICATION_RETURNED, ClosureStage.APPLIED): ClosureStage.RETURNED,
    (EventKind.APPLICATION_ACCEPTED, ClosureStage.PRE_ACCEPTED): ClosureStage.UNDER_ACCEPTANCE,
    (EventKind.APPLICATION_RETURNED, ClosureStage.PRE_ACCEPTED): ClosureStage.RETURNED,
    **{
        (kind, stage): leads_to
        for (kind, stage), leads_to in AFTER.items()
        if stage != ClosureStage.APPLIED
    },
}
"""The same for an attempt that its county examines first (县级初验)."""

STATUS_OF = {
    ClosureStage.APPLIED: AssignmentStatus.APPLIED,
    ClosureStage.PRE_ACCEPTED: AssignmentStatus.APPLIED,
    ClosureStage.UNDER_ACCEPTANCE: AssignmentStatus.UNDER_ACCEPTANCE,
    ClosureStage.PASSED: AssignmentStatus.IN_PUBLIC_NOTICE,
    ClosureStage.IN_NOTICE: AssignmentStatus.IN_PUBLIC_NOTICE,
    ClosureStage.CLOSED: AssignmentStatus.CLOSED,
}
"""The state of the unit's part while an attempt is in a stage that something may follow."""


def possible(stage: str, *, by_county: bool = False) -> tuple[EventKind, ...]:
    """The steps that may follow ``stage``, in the order of the table."""
    return tuple(kind for kind, before in _table(by_county) if before == stage)


def after(kind: EventKind, stage: str, *, by_county: bool = False) -> ClosureStage:
    """The stage that ``kind`` leads to from ``stage``, or a refusal that says what is possible.

    ``by_county`` says that the attempt is one that its county examines first.
    """
    try:
        return _table(by_county)[kind, ClosureStage(stage)]
    except KeyError:
        steps = ", ".join(str(step.label) for step in possible(stage, by_county=by_county))
        if steps:
            words = _("“%(step)s” cannot follow: the closure is “%(stage)s”. Possible: %(steps)s.")
        elif stage == ClosureStage.FILED:
            words = _("“%(step)s” cannot follow: the closure is “%(stage)s”, its last step.")
        else:
            words = _(
                "“%(step)s” cannot follow: the closure is “%(stage)s” and has ended. Apply for"
                " closure again once the task is completed."
            )
        raise ValidationError(
            words,
            code="impossible_step",
            params={
                "step": kind.label,
                "stage": ClosureStage(stage).label,
                "steps": steps,
            },
        ) from None


def _table(by_county: bool) -> Mapping[tuple[EventKind, ClosureStage], ClosureStage]:
    return AFTER_COUNTY if by_county else AFTER


def application_refusals(values: Mapping[str, Any], *, on: date) -> dict[str, str]:
    """``{field: sentence}`` for what an application entered for the day ``on`` lacks."""
    found = {}
    for name, sentence in {
        "self_check": _("Say what the unit checked and found, in %(least)s characters or more."),
        "completion_text": _("Say how the task was completed, in %(least)s characters or more."),
    }.items():
        if _length(values[name]) < SHORTEST_TEXT:
            found[name] = sentence % {"least": SHORTEST_TEXT}
    if not _length(values["unit_head"]):
        found["unit_head"] = _("Name the head of the unit who signed the application.")
    if values["self_checked_on"] > on:
        found["self_checked_on"] = _(
            "The unit checks before it applies, on %(day)s or earlier."
        ) % {"day": on.isoformat()}
    if values["is_statement"]:
        if values["meeting_on"] is None:
            found["meeting_on"] = _(
                "A statement is decided in a meeting of the unit. Enter the day of the meeting."
            )
        elif values["meeting_on"] > on:
            found["meeting_on"] = _("The unit meets before it applies, on %(day)s or earlier.") % {
                "day": on.isoformat()
            }
    return found


def pre_acceptance_refusals(values: Mapping[str, Any]) -> dict[str, str]:
    """``{field: sentence}`` for what the county's word on an application lacks."""
    found = {}
    if _length(values["county_opinion"]) < SHORTEST_FINDING:
        found["county_opinion"] = _(
            "Say what the county examined and found, in %(least)s characters or more."
        ) % {"least": SHORTEST_FINDING}
    if not _length(values["county_signer"]):
        found["county_signer"] = _("Name who signed for the county.")
    return found


def decision_refusals(
    values: Mapping[str, Any],
    answers: Mapping[Condition, tuple[bool, str]],
    *,
    passes: bool,
    is_statement: bool,
    on: date,
) -> dict[str, str]:
    """``{field: sentence}`` for what a decision on the day ``on`` lacks.

    An answer is ``(met, finding)``; its field is named by the condition.
    """
    found = {}
    for condition in Condition:
        refusal = _answer_refusal(answers.get(condition), passes)
        if refusal:
            found[str(condition)] = refusal
    for name, sentence in {
        "desk_finding": _("Say what the examination of the file found."),
        "team_leader": _("Name the head of the acceptance team."),
    }.items():
        if not _length(values[name]):
            found[name] = sentence
    if not is_statement:
        if not _length(values["field_finding"]):
            found["field_finding"] = _("Say what the examination on site found.")
        if values["field_checked_on"] is None:
            found["field_checked_on"] = _("Enter the day of the examination on site.")
    if values["field_checked_on"] is not None and values["field_checked_on"] > on:
        found["field_checked_on"] = _(
            "The site is examined before the decision, on %(day)s or earlier."
        ) % {"day": on.isoformat()}
    if not passes and _length(values["opinion"]) < SHORTEST_FINDING:
        found["opinion"] = _("Say why the acceptance failed, so that the unit can mend it.")
    return found


def _answer_refusal(answer: tuple[bool, str] | None, passes: bool) -> str:
    if answer is None:
        return _("Answer this condition.")
    is_met, finding = answer
    if passes and not is_met:
        return _("The condition is not met, so the acceptance cannot be passed.")
    if passes and _length(finding) < SHORTEST_FINDING:
        return _("Say by what it was found to be met, in %(least)s characters or more.") % {
            "least": SHORTEST_FINDING
        }
    return ""


def notice_ends(calendar: Calendar, begins_on: date, days: int, day_count: str) -> date:
    """The last day of a notice of ``days`` working or calendar days."""
    return calendar.notice_end(begins_on, days, working=day_count == DayCount.WORKING)


def notice_refusals(values: Mapping[str, Any], *, days: int, on: date) -> dict[str, str]:
    """``{field: sentence}`` for what a notice published on the day ``on`` lacks."""
    found = {}
    begins_on = values["begins_on"]
    if not 1 <= days <= LONGEST:
        found["begins_on"] = _(
            "The rules of the inspection ask for a notice of %(days)s days, which cannot be"
            " counted. Have the administrator correct them."
        ) % {"days": days}
    elif begins_on < on:
        found["begins_on"] = _(
            "The notice cannot begin before the day of its publication, %(day)s."
        ) % {"day": on.isoformat()}
    elif begins_on > on + LONGEST_AHEAD:
        found["begins_on"] = _("The notice would begin more than three months ahead.")
    if _length(values["completion_text"]) < SHORTEST_TEXT:
        found["completion_text"] = _(
            "Say how the task was completed, in %(least)s characters or more."
        ) % {"least": SHORTEST_TEXT}
    for name, sentence in {
        "issuer": _("Name who issues the notice."),
        "phone": _("Enter the telephone at which objections are taken."),
    }.items():
        if not _length(values[name]):
            found[name] = sentence
    return found


def objection_refusals(
    content: str, *, received_on: date, begins_on: date, ends_on: date, on: date
) -> dict[str, str]:
    """``{field: sentence}`` for an objection that cannot be received."""
    found = {}
    if _length(content) < SHORTEST_FINDING:
        found["content"] = _("Say what the objection is about.")
    if received_on > on:
        found["received_on"] = _("The objection cannot be received after %(day)s.") % {
            "day": on.isoformat()
        }
    elif not begins_on <= received_on <= ends_on + GRACE:
        found["received_on"] = _(
            "Objections to this notice are received from %(first)s to %(last)s."
        ) % {"first": begins_on.isoformat(), "last": (ends_on + GRACE).isoformat()}
    return found


def closing_refusals(
    *,
    ends_on: date,
    on: date,
    open_objections: int,
    opinion: str,
    needs_consent: bool,
    consent: str,
    consent_on: date | None,
    decided_on: date,
) -> dict[str, str]:
    """``{field: sentence}`` for what keeps a task from being closed on the day ``on``.

    The level above consents to what passed acceptance on ``decided_on``, before it is closed.
    """
    found = {}
    if on <= ends_on:
        found["on"] = _(
            "The notice is up until %(day)s. The task can be closed from the next day on."
        ) % {"day": ends_on.isoformat()}
    if open_objections:
        found["__all__"] = _(
            "Objections to the notice are still to be settled: %(count)s. Settle them first."
        ) % {"count": open_objections}
    if not _length(opinion):
        found["closing_opinion"] = _("Write the opinion on which the task is closed.")
    if needs_consent and not _length(consent):
        found["consent_document_no"] = _(
            "Closure needs the consent of the level above. Enter the number of its document."
        )
    if needs_consent and consent_on is None:
        found["consent_on"] = _("Enter the day on which the level above consented.")
    elif consent_on is not None and not decided_on <= consent_on <= on:
        found["consent_on"] = _(
            "The level above consents after the acceptance and before the closure: between"
            " %(first)s and %(last)s."
        ) % {"first": decided_on.isoformat(), "last": on.isoformat()}
    return found


def overlong(values: Mapping[str, Any], limits: Mapping[str, int | None]) -> dict[str, str]:
    """``{field: sentence}`` for each text that is longer than it may be."""
    return {
        name: _("At most %(limit)s characters can be kept here; these are %(length)s.")
        % {"limit": limits[name], "length": len(values[name])}
        for name in limits
        if len(values[name]) > (limits[name] or len(values[name]))
    }


def _length(text: str) -> int:
    return len(text.strip())
