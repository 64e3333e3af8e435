"""Taking a mistaken entry back: it counts on no day any more, and remains to be seen."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import (
    Assignment,
    Event,
    Issue,
    Measure,
    Milestone,
    Petition,
    Reading,
    Task,
    Unit,
    User,
)
from tracker.operations import (
    closure_steps,
    extensions,
    issues,
    lookbacks,
    petitions,
    record,
    report_steps,
    standing,
    tasks,
)
from tracker.operations.units import refuse_closed_unit

UNDERIVED = {
    EventKind.UNIT_MOVED,
    EventKind.UNIT_CLOSED,
    EventKind.UNIT_MERGED,
    EventKind.ROUND_OPENED,
    EventKind.EVIDENCE_ADDED,
    EventKind.EVIDENCE_CHANGED,
    EventKind.IMPORTED,
    EventKind.EXPORTED,
    EventKind.ANNULLED,
}
"""What is put right by another entry, not by taking the first one back."""


@transaction.atomic
def annul(*, actor: User, event_id: int, reason: str, at: datetime) -> Event:
    """Take one entry back. What rests on it is reckoned again as if it had not been made.

    Refused when a later entry could not have happened without it, and when it was not an entry
    that can be taken back.
    """
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    access.require(access.may_annul(actor, event))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the entry is taken back.")})
    _refuse_annulled(event)
    concerns_unit_only = event.inspection_id is None
    if event.kind in UNDERIVED or concerns_unit_only:
        raise ValidationError(
            _("“%(what)s” cannot be annulled. Put it right with a new entry."),
            code="not_annullable",
            params={"what": event.get_kind_display()},
        )
    task = record.lock_task(event.task_id) if event.task_id else None
    _lock_subject(event)
    _refuse_annulled(event)  # With another entry, while this one waited for the lock.
    own = annulment_of(event, actor=actor, reason=reason, at=at)
    record.append([own])
    undo = UNDO.get(EventKind(event.kind))
    if undo is not None:
        undo(event)
    if task is not None:
        _bump(event, task)
        record.rebuild([task.pk], at=at)
    return own


def _refuse_annulled(event: Event) -> None:
    if Event.objects.filter(annuls=event).exists():
        raise ValidationError(_("The entry has been annulled already."), code="annulled")


def annulment_of(event: Event, *, actor: User | None, reason: str, at: datetime) -> Event:
    """The entry that takes another one back."""
    return record.entry(
        EventKind.ANNULLED,
        actor=actor,
        on=min(event.effective_on, make_naive(at).date()),
        at=at,
        before=event.details.get("after"),
        note=reason,
        annuls=event,
        inspection=event.inspection,
        issue=event.issue,
        task=event.task,
        assignment=event.assignment,
        unit=event.unit,
        petition=event.petition,
        programme=event.programme,
    )


def _lock_subject(event: Event) -> None:
    """Lock what the entry is about before the end of the chain, as every other operation does."""
    for subject in (event.issue, event.petition):
        if subject is not None:
            type(subject).objects.select_for_update(no_key=True).get(pk=subject.pk)


def _unassigned(event: Event) -> None:
    """A unit answers for its task again, unless it was closed or made responsible anew since."""
    refuse_closed_unit(cast(Unit, event.unit), event.effective_on)
    others = Assignment.objects.current().filter(task=event.task_id)
    if others.filter(unit=event.unit_id).exists():
        raise ValidationError(
            _("%(unit)s is responsible for this task already."),
            code="already",
            params={"unit": event.unit},
        )
    if others.filter(is_lead=True).exists():
        Assignment.objects.filter(events=event).update(is_lead=False)


def _bump(event: Event, task: Task) -> None:
    subject: Any = event.assignment or task
    subject.version += 1
    subject.save(update_fields=["version"])


def _creation(event: Event) -> None:
    if event.task:
        task = event.task
        task.code = f"{task.code}-x{task.pk}"
        task.is_annulled = True
        task.save(update_fields=["code", "is_annulled"])
    elif event.petition:
        event.petition.is_annulled = True
        event.petition.save(update_fields=["is_annulled"])
    elif event.issue:
        _issue_creation(event.issue)
    else:
        raise ValidationError(
            _("“%(what)s” cannot be annulled. Put it right with a new entry."),
            code="not_annullable",
            params={"what": event.get_kind_display()},
        )


def _issue_creation(issue: Issue) -> None:
    if issue.tasks.live().exists():
        raise ValidationError(
            _("The issue still has tasks. Annul or move them first."), code="has_tasks"
        )
    issue.is_annulled = True
    issue.code = f"{issue.code}-x{issue.pk}"
    issue.save(update_fields=["is_annulled", "code"])


def _correction(event: Event) -> None:
    """Give corrected fields their former values, unless they were corrected again since."""
    subject: Any = event.task or event.issue
    if subject is None:
        raise ValidationError(
            _("“%(what)s” cannot be annulled. Put it right with a new entry."),
            code="not_annullable",
            params={"what": event.get_kind_display()},
        )
    names = _corrected_by(event)
    later = Event.objects.standing().filter(
        kind=EventKind.CORRECTED, task=event.task, issue=event.issue, sequence__gt=event.sequence
    )
    for other in later:
        if names & _corrected_by(other):
            raise _corrected_again(other)
    restore = tasks.restore if event.task else issues.restore
    restore(subject, event.details["before"])


def _corrected_by(event: Event) -> set[str]:
    """The fields that a correction is about; a deadline is corrected as a whole."""
    names = set(event.details["before"])
    return names | set(tasks.DEADLINE) if names & set(tasks.DEADLINE) else names


def _extended(event: Event) -> None:
    """The deadline of before holds again, unless that of the extension was corrected since."""
    later = Event.objects.standing().filter(
        kind=EventKind.CORRECTED,
        task=event.task,
        effective_on=event.effective_on,
        sequence__gt=event.sequence,
    )
    for other in later:
        if "due_on" in other.details["after"]:
            raise _corrected_again(other)
    if "request" in event.details["after"]:
        extensions.take_back(event)


def _corrected_again(other: Event) -> ValidationError:
    return ValidationError(
        _("The same was corrected again on %(day)s. Annul that entry first."),
        code="corrected_again",
        params={"day": other.effective_on.isoformat()},
    )


def _measure_added(event: Event) -> None:
    Measure.objects.filter(pk=event.details["after"]["measure"]).update(is_annulled=True)


def _measure_corrected(event: Event) -> None:
    before = event.details["before"]
    later = Event.objects.standing().filter(
        kind=event.kind, task=event.task, sequence__gt=event.sequence
    )
    for other in later:
        if other.details["before"]["measure"] == before["measure"]:
            raise _corrected_again(other)
    Measure.objects.filter(pk=before["measure"]).update(
        text=before["text"],
        kind=before["kind"],
        unit=Unit.objects.filter(code=before["unit"]).first(),
        owner=before["owner"],
        due_on=before["due_on"],
    )


def _measure_completed(event: Event) -> None:
    Measure.objects.filter(pk=event.details["after"]["measure"]).update(completed_on=None)


def _milestone_added(event: Event) -> None:
    Milestone.objects.filter(pk=event.details["after"]["milestone"]).update(is_annulled=True)


def _milestone_reached(event: Event) -> None:
    Milestone.objects.filter(pk=event.details["after"]["milestone"]).update(reached_on=None)


def _reading(event: Event) -> None:
    Reading.objects.filter(pk=event.details["after"]["reading"]).update(is_annulled=True)


def _merged(event: Event) -> None:
    Task.objects.filter(events=event).update(merged_into=None)


def _petition_settled(event: Event) -> None:
    newer = Event.objects.standing().filter(
        petition=event.petition, kind=event.kind, sequence__gt=event.sequence
    )
    if newer.exists():
        raise ValidationError(
            _("A later outcome was recorded. Annul that entry first."), code="settled_again"
        )
    before = {name: event.details["before"].get(name) for name in petitions.OUTCOME}
    Petition.objects.filter(events=event).update(**before, version=F("version") + 1)


def _looked_back(event: Event) -> None:
    """Take back with a look-back what it led to: the new deadline, and the reopening."""
    own = event.annulment
    for led in lookbacks.led_to(event):
        record.append([annulment_of(led, actor=own.actor, reason=own.note, at=own.recorded_at)])
        if led.kind == EventKind.EXTENDED:
            _extended(led)
            Task.objects.filter(events=led).update(version=F("version") + 1)


UNDO: dict[EventKind, Callable[[Event], None]] = {
    EventKind.CREATED: _creation,
    EventKind.CORRECTED: _correction,
    EventKind.EXTENDED: _extended,
    **dict.fromkeys(extensions.KINDS, extensions.take_back),
    EventKind.UNASSIGNED: _unassigned,
    EventKind.REPORTED: report_steps.refuse_answered,
    EventKind.REPORT_ACCEPTED: report_steps.take_back_answer,
    EventKind.REPORT_RETURNED: report_steps.take_back_answer,
    EventKind.MEASURE_ADDED: _measure_added,
    EventKind.MEASURE_CORRECTED: _measure_corrected,
    EventKind.MEASURE_COMPLETED: _measure_completed,
    EventKind.MILESTONE_ADDED: _milestone_added,
    EventKind.MILESTONE_REACHED: _milestone_reached,
    EventKind.READING_TAKEN: _reading,
    EventKind.MERGED: _merged,
    EventKind.PETITION_SETTLED: _petition_settled,
    EventKind.REOPENED: lookbacks.refuse_reopened_by_lookback,
    EventKind.LOOKBACK_PLANNED: lookbacks.take_plan_back,
    EventKind.LOOKED_BACK: _looked_back,
    EventKind.STANDING_CONFIRMED: standing.take_back,
    **dict.fromkeys(closure_steps.STEPS, closure_steps.take_back),
}
