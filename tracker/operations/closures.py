"""Closure (销号) up to the word of the acceptance: application, return, acceptance, decision."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import ClosureStage, Condition, EventKind
from tracker.models import Closure, ConditionAnswer, Evidence, Task, User
from tracker.operations.assignments import lock_assignment, step
from tracker.operations.closure_steps import advance, limits, lock_closure, overlong, refuse
from tracker.rules import closures as rules
from tracker.rules import transitions


@transaction.atomic
def apply_for_closure(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    self_checked_on: date,
    self_check: str,
    completion_text: str,
    is_statement: bool,
    meeting_on: date | None,
    unit_head: str,
    lead_opinion: str = "",
    evidence: Sequence[Evidence] = (),
    on: date,
    at: datetime,
) -> Closure:
    """Apply for closure of a unit's completed part, after its own check (自查自验、申请销号)."""
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_report(actor, assignment))
    _refuse_what_is_not_closed(task)
    transitions.after(EventKind.APPLIED, assignment.status)
    said = {
        "self_checked_on": self_checked_on,
        "self_check": self_check.strip(),
        "completion_text": completion_text.strip(),
        "is_statement": is_statement,
        "meeting_on": meeting_on,
        "unit_head": unit_head.strip(),
        "lead_opinion": lead_opinion.strip(),
    }
    texts = ("self_check", "completion_text", "unit_head", "lead_opinion")
    refuse(rules.application_refusals(said, on=on), overlong(Closure, said, texts))
    if any(row.task_id != task.pk for row in evidence):
        raise ValidationError(_("A file of another task was chosen."), code="evidence")
    closure = Closure.objects.create(
        assignment=assignment,
        stage=ClosureStage.APPLIED,
        applied_on=on,
        applied_by=actor,
        **said,
    )
    closure.evidence.set(evidence)
    facts = {name: said[name] for name in said if name != "completion_text"}
    facts |= {"closure": closure.pk, "stage": closure.stage}
    step(
        task,
        assignment,
        EventKind.APPLIED,
        actor=actor,
        on=on,
        at=at,
        after={**facts, "evidence": [row.pk for row in evidence]},
        note=said["completion_text"],
    )
    return closure


def _refuse_what_is_not_closed(task: Task) -> None:
    if task.acceptance_unit_id is None:
        raise ValidationError(
            _("No unit is named that accepts this task. Have the rectification office name one."),
            code="no_acceptance_unit",
        )
    if task.is_standing and task.due_on is None and not task.inspection.closes_undated:
        raise ValidationError(
            _(
                "The inspection closes only tasks with a deadline. This one stands without a date"
                " and stays on the list."
            ),
            code="undated",
        )


@transaction.atomic
def return_application(
    *, actor: User, closure_id: int, version: int | None, reason: str, on: date, at: datetime
) -> Closure:
    """Send an application back to the unit, with the reason (退回)."""
    closure = lock_closure(closure_id, version=version)
    _require_accepter(actor, closure)
    _refuse_without_reason(reason, _("Say what is missing, so that the unit can mend it."))
    advance(
        closure,
        EventKind.APPLICATION_RETURNED,
        actor=actor,
        on=on,
        at=at,
        note=reason.strip(),
        return_reason=reason.strip(),
    )
    return closure


@transaction.atomic
def withdraw_application(
    *, actor: User, closure_id: int, version: int | None, reason: str, on: date, at: datetime
) -> Closure:
    """Take an application back by the unit itself, before the acceptance took it up (撤回)."""
    closure = lock_closure(closure_id, version=version)
    access.require(access.may_report(actor, closure.assignment))
    _refuse_without_reason(reason, _("Say why the application is taken back."))
    advance(
        closure,
        EventKind.APPLICATION_RETURNED,
        actor=actor,
        on=on,
        at=at,
        note=reason.strip(),
        leads_to=ClosureStage.CANCELLED,
        return_reason=reason.strip(),
    )
    return closure


def _refuse_without_reason(reason: str, sentence: str) -> None:
    refuse(
        {} if reason.strip() else {"reason": sentence},
        rules.overlong({"reason": reason.strip()}, limits(Closure, reason="return_reason")),
    )


@transaction.atomic
def take_for_acceptance(
    *, actor: User, closure_id: int, version: int | None, on: date, at: datetime
) -> Closure:
    """Take an application for acceptance (受理)."""
    closure = lock_closure(closure_id, version=version)
    _require_accepter(actor, closure)
    advance(
        closure,
        EventKind.APPLICATION_ACCEPTED,
        actor=actor,
        on=on,
        at=at,
        taken_on=on,
        taken_by=actor,
    )
    return closure


@transaction.atomic
def decide_acceptance(
    *,
    actor: User,
    closure_id: int,
    version: int | None,
    passes: bool,
    answers: Mapping[Condition, tuple[bool, str]],
    desk_finding: str,
    field_finding: str,
    field_checked_on: date | None,
    team_leader: str,
    team_members: str,
    opinion: str,
    on: date,
    at: datetime,
) -> Closure:
    """Decide on an application: the five conditions, the file, the site (验收意见).

    A failed acceptance ends the completion from its day on; earlier figures stand.
    """
    closure = lock_closure(closure_id, version=version)
    _require_accepter(actor, closure)
    kind = EventKind.ACCEPTANCE_PASSED if passes else EventKind.ACCEPTANCE_FAILED
    rules.after(kind, closure.stage)
    texts = {
        "desk_finding": desk_finding.strip(),
        "field_finding": field_finding.strip(),
        "team_leader": team_leader.strip(),
        "team_members": team_members.strip(),
        "opinion": opinion.strip(),
    }
    said: dict[str, Any] = {**texts, "field_checked_on": field_checked_on}
    found = {str(condition): finding.strip() for condition, (_met, finding) in answers.items()}
    longest = ConditionAnswer._meta.get_field("finding").max_length
    refuse(
        rules.decision_refusals(
            said, answers, passes=passes, is_statement=closure.is_statement, on=on
        ),
        overlong(Closure, said, texts),
        rules.overlong(found, dict.fromkeys(found, longest)),
    )
    for condition, (is_met, _finding) in answers.items():
        ConditionAnswer.objects.update_or_create(
            closure=closure,
            condition=condition,
            defaults={"is_met": is_met, "finding": found[str(condition)]},
        )
    answered = {
        str(condition): {"met": is_met, "finding": found[str(condition)]}
        for condition, (is_met, _finding) in answers.items()
    }
    advance(
        closure,
        kind,
        actor=actor,
        on=on,
        at=at,
        note=texts["opinion"],
        after={**said, "answers": answered},
        decided_on=on,
        decided_by=actor,
        **said,
    )
    return closure


def _require_accepter(actor: User, closure: Closure) -> None:
    """Refuse whoever may not accept, with who may."""
    access.require(access.may_accept(actor, closure), whom=access.accepters(closure))
