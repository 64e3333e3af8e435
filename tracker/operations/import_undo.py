"""Taking an import back within a day, unless somebody went on with what it made."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Event, ImportBatch, Issue, Programme, ProgressReport, Task, User
from tracker.operations import record
from tracker.operations.annulling_many import annul_many

NAMED = 10
"""How many of the things that were touched a refusal names."""


@transaction.atomic
def undo_batch(*, actor: User, batch_id: int, at: datetime) -> ImportBatch:
    """Take back everything that a confirmed list made and changed; all of it or nothing."""
    access.require(access.may_run_list(actor))
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    _refuse_wrong_moment(batch, at)
    own = Event.objects.filter(sequence__gte=batch.first_entry, sequence__lte=batch.last_entry)
    rows = own.select_related(
        "inspection", "issue", "task__inspection", "assignment", "unit"
    ).order_by("sequence")
    *events, note = list(rows)
    task_ids = sorted({event.task_id for event in events if event.task_id})
    record.lock_tasks(task_ids)
    record.next_sequence()
    told = list(_touched(batch, events))
    if told:
        shown = "、".join(told[:NAMED])
        more = _(" and %(count)s more") % {"count": len(told) - NAMED} if told[NAMED:] else ""
        raise ValidationError(
            _(
                "The import cannot be undone: %(what)s. Nothing was changed. What is wrong can be"
                " corrected or annulled on the pages of these tasks."
            ),
            code="touched",
            params={"what": shown + more},
        )
    reason = _("The import of %(file)s was undone.") % {"file": batch.file_name}
    annul_many(actor=actor, events=events, note=note, reason=reason, at=at)
    batch.undone_at, batch.undone_by = at, actor
    batch.save(update_fields=["undone_at", "undone_by"])
    return batch


def _refuse_wrong_moment(batch: ImportBatch, at: datetime) -> None:
    if batch.undone_at:
        raise ValidationError(_("This import has been undone already."), code="undone")
    if not batch.confirmed_at or batch.last_entry is None:
        raise ValidationError(
            _("This list was not entered. There is nothing to undo."), code="open"
        )
    if at > batch.undo_until:
        raise ValidationError(
            _(
                "An import can be undone for 24 hours. Correct or annul what is wrong on the pages"
                " of the tasks."
            ),
            code="late",
        )


def _touched(batch: ImportBatch, events: Iterable[Event]) -> Iterator[str]:
    """What people did since with the things that an import made or changed, in words."""
    events = list(events)
    tasks = {event.task_id for event in events if event.task_id}
    created = [event for event in events if event.kind == EventKind.CREATED]
    issues = {event.issue_id for event in created if event.issue_id}
    new = {event.task_id for event in created if event.task_id}
    later = Event.objects.filter(sequence__gt=batch.last_entry).filter(
        Q(task__isnull=False) | Q(issue__isnull=False), inspection=batch.inspection_id
    )
    standing = later.filter(annulment=None).select_related("task", "issue", "actor", "annuls")
    for event in standing.order_by("sequence"):
        taken_back = event.annuls_id is not None
        if taken_back and not _is_own(event.annuls, batch):
            continue
        if event.task_id in tasks or event.issue_id in issues:
            yield _in_words(event.task or event.issue, event)
    answered = Task.objects.live().filter(inspection=batch.inspection_id, issue__isnull=False)
    for task in answered.filter(pk__gt=max(new, default=0)).select_related("issue"):
        if task.issue_id in issues and task.pk not in new:
            yield _("task %(number)s answers a new issue") % {"number": task.number}
    for task in Task.objects.filter(merged_into__isnull=False, inspection=batch.inspection_id):
        if task.merged_into_id in new:
            yield _("task %(number)s was merged into a new one") % {"number": task.number}
    drafts = ProgressReport.objects.filter(
        event=None, assignment__task__inspection=batch.inspection_id
    )
    for draft in drafts.select_related("assignment__task", "author"):
        if draft.assignment.task_id in new:
            yield _("%(who)s is writing a report on task %(number)s") % {
                "who": draft.author,
                "number": draft.assignment.task.number,
            }
    for programme in Programme.objects.filter(task__inspection=batch.inspection_id):
        if programme.task_id in new:
            yield _("the programme %(name)s belongs to a new task") % {"name": programme.name}


def _is_own(event: Event | None, batch: ImportBatch) -> bool:
    """Whether an entry is one of those that the import made."""
    assert event is not None
    assert batch.first_entry is not None
    assert batch.last_entry is not None
    return batch.first_entry <= event.sequence <= batch.last_entry


def _in_words(subject: Task | Issue | None, event: Event) -> str:
    return _("%(what)s %(number)s (%(kind)s, %(who)s, %(when)s)") % {
        "what": _("task") if isinstance(subject, Task) else _("issue"),
        "number": subject.number if subject else "",
        "kind": event.get_kind_display(),
        "who": event.actor or _("The system"),
        "when": f"{make_naive(event.recorded_at):%Y-%m-%d %H:%M}",
    }
