"""Progress: the calls for it, the units' reports, completion, reopening, and the judgements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import CompletionBasis, EventKind, RoundKind
from tracker.figures.reports import percent_on
from tracker.models import (
    Assignment,
    DispatchRound,
    Inspection,
    Judgement,
    Measure,
    ProgressReport,
    Task,
    User,
)
from tracker.operations import record, reports
from tracker.operations.amendments import change_deadline
from tracker.operations.assignments import lock_assignment, step
from tracker.operations.evidence import Checked, attach
from tracker.operations.evidence_files import stored_first

REPORT_FIELDS = (
    "text",
    "percent",
    "quantity_done",
    "fall_reason",
    "difficulties",
    "delay_kind",
    "delay_reason",
    "next_steps",
    "is_on_schedule",
    "applies_for_closure",
    "contact_name",
    "contact_phone",
)


@transaction.atomic
def open_round(
    *,
    actor: User | None,
    inspection: Inspection,
    kind: RoundKind,
    name: str,
    period_from: date,
    period_to: date,
    due_on: date,
    on: date,
    at: datetime,
) -> DispatchRound:
    """Call for progress over a period (开展调度): reports on it are due by ``due_on``."""
    access.require(actor is None or access.may_run_list(actor))
    if DispatchRound.objects.filter(inspection=inspection, name=name).exists():
        raise ValidationError(
            _("There is a call named %(name)s already. Open it, or choose another name."),
            code="name_taken",
            params={"name": name},
        )
    call = DispatchRound(
        inspection=inspection,
        kind=kind,
        name=name,
        period_from=period_from,
        period_to=period_to,
        due_on=due_on,
        opened_at=at,
    )
    call.full_clean()
    call.save()
    facts = {"name": name, "period_from": period_from, "period_to": period_to, "due_on": due_on}
    event = record.entry(
        EventKind.ROUND_OPENED,
        actor=actor,
        on=on,
        at=at,
        after={"round": call.pk, **facts},
        inspection=inspection,
    )
    record.append([event])
    return call


def round_on(inspection: Inspection, day: date) -> DispatchRound | None:
    """The call whose period holds ``day``, if there is one."""
    calls = inspection.rounds.filter(period_from__lte=day, period_to__gte=day)
    return calls.order_by("-period_from", "-pk").first()


@transaction.atomic
def save_draft(
    *,
    actor: User,
    assignment_id: int,
    values: Mapping[str, Any],
    measures_done: Iterable[Measure] | None = None,
    version: int | None = None,
    on: date,
    at: datetime,
) -> ProgressReport:
    """Keep what a person has written so far. Nobody else sees it and no figure counts it.

    What ``values`` does not name, and measures where none are given, stays as it was kept before.
    ``version`` is that of the draft which was changed (0 where there was none); a newer one is
    not overwritten. What is sent again, word for word, is kept already.
    """
    task, assignment = lock_assignment(assignment_id)
    access.require(access.may_report(actor, assignment))
    reports.refuse_beside_waiting(assignment, author=actor)
    kept = {name: values[name] for name in REPORT_FIELDS if name in values} | {"reported_on": on}
    same = reports.draft_that_says(assignment, actor, kept, measures_done)
    if same is not None:
        return same
    draft = reports.own_draft(assignment, actor, version=version)
    for name, value in kept.items():
        setattr(draft, name, value)
    draft.round = round_on(task.inspection, on)
    draft.saved_at = at
    draft.save()
    if measures_done is not None:
        draft.measures_done.set(measures_done)
    return draft


@stored_first
@transaction.atomic
def submit_report(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    values: Mapping[str, Any],
    measures_done: Sequence[Measure] = (),
    files: Sequence[Checked] = (),
    draft_version: int | None = None,
    on: date,
    at: datetime,
) -> ProgressReport:
    """Report the progress of one unit's task on the day ``on`` (进展填报).

    The percentage may fall, then with a reason. Measures ticked as done are completed on that
    day. A draft of the same person is taken up. Where the inspection has reports signed or
    reviewed first, the report waits there, and nothing of it counts before.
    """
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_report(actor, assignment))
    reports.refuse_gaps(values, before=percent_on(assignment, on))
    foreign = [measure for measure in measures_done if measure.task_id != task.pk]
    if foreign:
        raise ValidationError(_("A measure of another task was chosen."), code="measure")
    report = reports.own_draft(assignment, actor, version=draft_version)
    for name in REPORT_FIELDS:
        if name in values:
            setattr(report, name, values[name])
    report.reported_on = on
    report.round = round_on(task.inspection, on)
    report.sent_at = at
    report.sent_back_by, report.sent_back_reason = None, ""
    report.signed_by = report.reviewed_by = None
    report.save()
    report.measures_done.set(measures_done)
    reports.move_on(report, task, assignment, actor=actor, at=at)
    attach(files, task=task, step=report.event, report=report, actor=actor, on=on, at=at)
    return report


@transaction.atomic
def report_completion(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    on: date,
    at: datetime,
    note: str,
) -> Assignment:
    """Say for a unit that its part was completed on the day ``on`` (上报完成)."""
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_report(actor, assignment))
    step(task, assignment, EventKind.COMPLETION_REPORTED, actor=actor, on=on, at=at, note=note)
    return assignment


@transaction.atomic
def complete_assignment(
    *,
    actor: User | None,
    assignment_id: int,
    version: int | None,
    at: datetime,
    on: date | None = None,
    note: str = "",
) -> Assignment:
    """Confirm a unit's completion, or enter it for the unit.

    A reported completion counts from the day it was reported; without a report, ``on`` is the
    day.
    """
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(actor is None or access.may_confirm_completion(actor, task))
    day = assignment.completion_reported_on or on
    if day is None:
        raise ValidationError({"on": _("Enter the day of completion.")}, code="required")
    step(
        task,
        assignment,
        EventKind.COMPLETED,
        actor=actor,
        on=day,
        at=at,
        before={"percent": assignment.percent},
        after={"percent": 100},
        note=note,
    )
    return assignment


@transaction.atomic
def return_completion(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    on: date,
    at: datetime,
    note: str,
) -> Assignment:
    """Send a reported completion back to the unit, with the reason."""
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_confirm_completion(actor, task))
    if not note.strip():
        raise ValidationError({"note": _("Say what is missing, so that the unit can mend it.")})
    step(task, assignment, EventKind.COMPLETION_RETURNED, actor=actor, on=on, at=at, note=note)
    return assignment


@transaction.atomic
def take_over_closure(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    on: date,
    at: datetime,
    note: str = "",
) -> Assignment:
    """Enter a closure that was decided elsewhere on the day ``on`` (销号), as a list has it."""
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_run_list(actor))
    step(task, assignment, EventKind.CLOSURE_TAKEN_OVER, actor=actor, on=on, at=at, note=note)
    return assignment


@transaction.atomic
def reopen_assignment(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    percent: int,
    reason: str,
    on: date,
    at: datetime,
    new_text: str = "",
    new_due_on: date | None = None,
    document_no: str = "",
) -> Assignment:
    """Take up a completed or closed task again from the day ``on``; earlier figures stand."""
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_run_task(actor, task))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the task is taken up again.")})
    reports.refuse_bad_percent(percent)
    step(
        task,
        assignment,
        EventKind.REOPENED,
        actor=actor,
        on=on,
        at=at,
        before={
            "percent": assignment.percent,
            "completed_on": assignment.completed_on,
            "closed_on": assignment.closed_on,
        },
        after={"percent": percent, "restarts": new_due_on is not None},
        note=reason,
    )
    if new_due_on is not None:
        change_deadline(
            task,
            text=new_text or new_due_on.isoformat(),
            due_on=new_due_on,
            reason=reason,
            document_no=document_no,
            actor=actor,
            on=on,
            at=at,
        )
    return assignment


@transaction.atomic
def judge_progress(
    *,
    actor: User,
    assignment_id: int,
    version: int | None = None,
    call: DispatchRound,
    judgement: str,
    suggested: str,
    reason: str,
    on: date,
    at: datetime,
) -> Judgement:
    """Record the office's word on one unit's progress for a call (进度评价)."""
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_judge(actor, task))
    if call.inspection_id != task.inspection_id:
        raise ValidationError(_("The call belongs to another inspection."), code="round")
    if suggested and judgement != suggested and not reason.strip():
        raise ValidationError(
            {"reason": _("The judgement departs from what the program suggests. Say why.")}
        )
    event = step(
        task,
        assignment,
        EventKind.JUDGED,
        actor=actor,
        on=on,
        at=at,
        after={"judgement": judgement, "judged_for": call.period_from, "round": call.pk},
        note=reason,
    )
    return Judgement.objects.create(
        assignment=assignment,
        round=call,
        judgement=judgement,
        suggested=suggested,
        reason=reason,
        event=event,
    )


def counts_when_reported(task: Task) -> bool:
    """Whether the inspection counts a completion as soon as the unit reports it."""
    return task.inspection.completion_basis == CompletionBasis.REPORTED
