"""Closure (销号) up to the word of the acceptance: application, return, acceptance, decision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import ClosureStage, Condition, EventKind
from tracker.models import Assignment, Closure, ConditionAnswer, Evidence, Task, Unit, User
from tracker.operations.assignments import lock_assignment, step
from tracker.operations.closure_steps import (
    advance,
    limits,
    lock_closure,
    overlong,
    refuse,
    stage_after,
)
from tracker.operations.evidence import Checked, attach
from tracker.operations.evidence_files import stored_first
from tracker.rules import closures as rules
from tracker.rules import transitions


@stored_first
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
    files: Sequence[Checked] = (),
    on: date,
    at: datetime,
) -> Closure:
    """Apply for closure of a unit's completed part, after its own check (自查自验、申请销号).

    ``evidence`` was attached to the task before; ``files`` come with the application.
    """
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
    county = _county_of(assignment) if task.inspection.county_accepts else None
    _refuse_foreign(evidence, task.pk)
    closure = Closure.objects.create(
        assignment=assignment,
        stage=ClosureStage.APPLIED,
        applied_on=on,
        applied_by=actor,
        county=county,
        **said,
    )
    facts = {name: said[name] for name in said if name != "completion_text"}
    facts |= {"closure": closure.pk, "stage": closure.stage}
    if county is not None:
        facts["county"] = county.code
    event = step(
        task,
        assignment,
        EventKind.APPLIED,
        actor=actor,
        on=on,
        at=at,
        after={**facts, "evidence": [row.pk for row in evidence]},
        note=said["completion_text"],
    )
    kept = attach(files, task=task, step=event, closure=closure, actor=actor, on=on, at=at)
    closure.evidence.set([*evidence, *kept])
    return closure


def _refuse_foreign(evidence: Iterable[Evidence], task_id: int) -> None:
    if any(row.task_id != task_id for row in evidence):
        raise ValidationError(_("A file of another task was chosen."), code="evidence")


def _county_of(assignment: Assignment) -> Unit | None:
    """The county whose word the application needs first; refused where nobody could give it."""
    county = assignment.unit.county
    if county is not None and not access.has_office(county):
        raise ValidationError(
            _(
                "The office of %(county)s examines the application first, but nobody holds that"
                " office. Have the administrator enter a person for it."
            ),
            code="no_county_office",
            params={"county": county},
        )
    return county


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
    """Send an application back to the unit, with the reason (退回).

    The county does so as long as it has not passed the application, then the acceptance.
    """
    closure = lock_closure(closure_id, version=version)
    access.require(access.may_return(actor, closure), whom=access.returners(closure))
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
def pre_accept(
    *,
    actor: User,
    closure_id: int,
    version: int | None,
    county_opinion: str,
    county_signer: str,
    on: date,
    at: datetime,
) -> Closure:
    """Pass an application by the county, before the acceptance takes it up (县级初验)."""
    closure = lock_closure(closure_id, version=version)
    access.require(access.may_pre_accept(actor, closure), whom=access.pre_accepters(closure))
    texts: dict[str, Any] = {
        "county_opinion": county_opinion.strip(),
        "county_signer": county_signer.strip(),
    }
    stage_after(closure, EventKind.PRE_ACCEPTED)
    refuse(rules.pre_acceptance_refusals(texts), overlong(Closure, texts, texts))
    advance(
        closure,
        EventKind.PRE_ACCEPTED,
        actor=actor,
        on=on,
        at=at,
        note=texts["county_opinion"],
        after={"county_signer": texts["county_signer"]},
        pre_accepted_on=on,
        pre_accepted_by=actor,
        **texts,
    )
    return closure


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


@stored_first
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
    shown: Mapping[Condition, Sequence[Evidence]] | None = None,
    files: Sequence[Checked] = (),
    on: date,
    at: datetime,
) -> Closure:
    """Decide on an application: the five conditions, the file, the site (验收意见).

    ``shown`` is what of the task's files bears out each answer; ``files`` come with the decision,
    those ``about`` a condition for its answer. Until then nobody else knows of them.
    A failed acceptance ends the completion from its day on; earlier figures stand.
    """
    closure = lock_closure(closure_id, version=version)
    _require_accepter(actor, closure)
    kind = EventKind.ACCEPTANCE_PASSED if passes else EventKind.ACCEPTANCE_FAILED
    stage_after(closure, kind)
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
    shown = shown or {}
    _refuse_foreign(chain.from_iterable(shown.values()), closure.assignment.task_id)
    answered = {
        str(condition): {"met": is_met, "finding": found[str(condition)]}
        for condition, (is_met, _finding) in answers.items()
    }
    event = advance(
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
    task = closure.assignment.task
    kept = attach(files, task=task, step=event, closure=closure, actor=actor, on=on, at=at)
    about = defaultdict(list)
    for file, row in zip(files, kept, strict=True):
        about[file.about].append(row)
    for condition, (is_met, _finding) in answers.items():
        answer, _made = ConditionAnswer.objects.update_or_create(
            closure=closure,
            condition=condition,
            defaults={"is_met": is_met, "finding": found[str(condition)]},
        )
        answer.evidence.set([*shown.get(condition, ()), *about[str(condition)]])
    return closure


def _require_accepter(actor: User, closure: Closure) -> None:
    """Refuse whoever may not accept, with who may."""
    access.require(access.may_accept(actor, closure), whom=access.accepters(closure))
