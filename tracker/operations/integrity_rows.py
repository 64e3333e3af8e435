"""Whether rows that repeat what the record says still say the same: compared, nothing written.

Requests for extension, look-backs, yearly confirmations and the answers to reports are kept in
rows of their own beside their entries; stages of closure are compared in ``integrity`` itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tracker.choices import EventKind, ExtensionState, ReportStatus
from tracker.models import (
    Event,
    ExtensionRequest,
    LookBack,
    ProgressReport,
    StandingConfirmation,
    Task,
)
from tracker.operations import extensions, report_steps

TOLD = ("method", "result", "checkers", "place", "long_term_mechanism")
"""What the entry of a look-back says besides its finding."""


KINDS = (
    *sorted(extensions.KINDS),
    *(EventKind.EXTENDED, EventKind.LOOKED_BACK, EventKind.STANDING_CONFIRMED),
    *report_steps.ANSWERS,
)

Found = Iterator[tuple[int | None, str]]


def row_faults(tasks: Sequence[Task]) -> Mapping[int | None, str]:
    """``{task: its first row that says something else than its entries}``."""
    rows = Event.objects.filter(task__in=tasks, kind__in=KINDS)
    entries = list(rows.select_related("annulment").order_by("sequence"))
    found: dict[int | None, str] = {}
    for look in (_requests, _lookbacks, _confirmations, _reports):
        for task_id, how in look(tasks, entries):
            found.setdefault(task_id, how)
    return found


def _requests(tasks: Sequence[Task], entries: Sequence[Event]) -> Found:
    """Requests in another state, or for another day, than their last standing entry says."""
    rows = ExtensionRequest.objects.filter(task__in=tasks).select_related("change")
    kept = {row.pk: row for row in rows.order_by("pk")}
    said: dict[int, list[Event]] = defaultdict(list)
    for entry in entries:
        if "request" in entry.details.get("after", {}):
            said[entry.details["after"]["request"]].append(entry)
    for pk in sorted({*kept, *said}):
        row, own = kept.get(pk), said[pk]
        if row is None:
            yield own[0].task_id, f"request {pk} is missing"
        elif not own or own[0].details["after"].get("new_due_on") != row.new_due_on.isoformat():
            yield row.task_id, f"request {pk} asks for another day than its entry"
        else:
            state, by_record = row.state, _state_of([e for e in own if not _is_annulled(e)])
            if state != by_record:
                yield row.task_id, f"request {pk} is {state}, by the record {by_record}"
            elif row.change and row.change.event_id not in {entry.pk for entry in own}:
                yield row.task_id, f"request {pk} led to the extension of another entry"


def _is_annulled(event: Event) -> bool:
    return hasattr(event, "annulment")


def _state_of(standing: Sequence[Event]) -> str:
    if not standing:
        return ExtensionState.ANNULLED
    last = standing[-1]
    if last.kind == EventKind.EXTENDED:
        return ExtensionState.APPROVED
    return str(last.details["after"].get("state"))


def _lookbacks(tasks: Sequence[Task], entries: Sequence[Event]) -> Found:
    """Look-backs that differ from their entry, or whose reopening does not stand with it."""
    rows = LookBack.objects.filter(assignment__task__in=tasks)
    rows = rows.select_related("event__annulment", "reopening__annulment").order_by("pk")
    for row, event in _with_entries(rows, entries, EventKind.LOOKED_BACK):
        if row is None:
            yield event.task_id, f"entry {event.sequence} has no look-back"
            continue
        after = event.details.get("after", {})
        own = {name: getattr(row, name) for name in TOLD}
        if (
            own != {name: after.get(name) for name in TOLD}
            or row.finding != event.note
            or (row.checked_on, row.assignment_id) != (event.effective_on, event.assignment_id)
        ):
            yield event.task_id, f"look-back {row.pk} differs from entry {event.sequence}"
        again = row.reopening
        if again is not None and (
            (again.kind, again.assignment_id) != (EventKind.REOPENED, row.assignment_id)
            or _is_annulled(again) != _is_annulled(event)
        ):
            yield event.task_id, f"look-back {row.pk} and its reopening do not stand together"


def _confirmations(tasks: Sequence[Task], entries: Sequence[Event]) -> Found:
    """Yearly confirmations that differ from their entry."""
    rows = StandingConfirmation.objects.filter(assignment__task__in=tasks)
    rows = rows.select_related("event__annulment").order_by("pk")
    for row, event in _with_entries(rows, entries, EventKind.STANDING_CONFIRMED):
        if row is None:
            yield event.task_id, f"entry {event.sequence} has no confirmation"
            continue
        after = event.details.get("after", {})
        own = (row.year, row.holds, row.text, row.confirmed_on, row.is_annulled)
        said = (after.get("year"), after.get("holds"), event.note, event.effective_on)
        if own != (*said, _is_annulled(event)):
            yield event.task_id, f"confirmation {row.pk} differs from entry {event.sequence}"


def _reports(tasks: Sequence[Task], entries: Sequence[Event]) -> Found:
    """Reports in another state, or answered by another entry, than the record says."""
    rows = ProgressReport.objects.filter(assignment__task__in=tasks, event__isnull=False)
    answered = {
        entry.details["after"]["report"]: entry
        for entry in entries
        if entry.kind in report_steps.ANSWERS and not _is_annulled(entry)
    }
    values = rows.order_by("pk").values_list("pk", "status", "decision", "assignment__task")
    for pk, status, decision, task_id in values:
        entry = answered.pop(pk, None)
        by_record = entry.details["after"]["status"] if entry else ReportStatus.SUBMITTED
        if status != by_record:
            yield task_id, f"report {pk} is {status}, by the record {by_record}"
        elif decision != (entry and entry.pk):
            yield task_id, f"report {pk} was answered by another entry than the record says"
    for pk, entry in sorted(answered.items()):
        yield entry.task_id, f"report {pk} is missing"


def _with_entries(
    rows: Iterable[Any], entries: Sequence[Event], kind: EventKind
) -> Iterator[tuple[Any, Event]]:
    """Each row with its entry, then the entries that have none."""
    seen = set()
    for row in rows:
        seen.add(row.event_id)
        yield row, row.event
    for event in entries:
        if event.kind == kind and event.pk not in seen:
            yield None, event
