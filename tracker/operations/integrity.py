"""Whether what is kept is still what was entered: recomputed and compared, nothing written.

Three things are looked at: the chain of the record, which shows any change made behind the
program's back; the spans, present columns and stages of closure, which must follow from the
record; and the files of evidence, which must be those that were attached.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model, QuerySet

from tracker.choices import ClosureStage, EventKind
from tracker.models import Assignment, Closure, Event, EventHead, Evidence, Span, Task
from tracker.operations import closure_steps, derived, record
from tracker.operations.integrity_rows import row_faults
from tracker.rules import record as rules

CHUNK = 500
UNSAVED = datetime(1, 1, 1, tzinfo=UTC)
"""When spans were recorded that are only compared."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was entered: what kind of thing, which one, and how it differs.

    ``what`` is ``record``, ``task`` or ``evidence``; ``which`` is the entry's number, the task's
    code or the file's key.
    """

    what: str
    which: str
    how: str


@dataclass
class Check:
    """A look through everything; ``checked`` counts what was looked at so far."""

    checked: dict[str, int] = field(default_factory=lambda: {"record": 0, "task": 0, "evidence": 0})

    def faults(self) -> Iterator[Fault]:
        """All faults, one after the other, in flat memory."""
        yield from self._chain()
        yield from self._tasks()
        yield from self._evidence()

    def _count(self, what: str, rows: Iterable[Any]) -> None:
        self.checked[what] += sum(1 for _row in rows)

    def _chain(self) -> Iterator[Fault]:
        """The first break of the chain; what comes after it rests on it."""
        # The last entry is asked for before the head, so that one added meanwhile is no fault.
        last = Event.objects.aggregate(last=Max("sequence"))["last"] or 0
        head = EventHead.objects.filter(pk=1).first()
        if head is None:
            yield Fault("record", "head", "the end of the chain is missing")
            return
        sequence, digest = 0, ""
        for events in chunks(Event.objects.filter(sequence__lte=head.sequence), key="sequence"):
            for event in events:
                fault = _link(event, sequence, digest)
                if fault:
                    yield fault
                    return
                sequence, digest = event.sequence, event.digest
            self._count("record", events)
        if sequence != head.sequence:
            yield Fault("record", str(sequence + 1), "the entry is missing")
        elif digest != head.digest:
            yield Fault("record", str(sequence), "the end of the chain has another digest")
        elif last > head.sequence:
            yield Fault("record", str(head.sequence + 1), "the entry was added outside the chain")

    def _tasks(self) -> Iterator[Fault]:
        for tasks in chunks(Task.objects.select_related("inspection")):
            for fault in _differences(tasks):
                # Somebody may have been writing while the rows were read: look again, locked.
                with transaction.atomic():
                    again = _locked(fault.which)
                    yield from _differences(again)
            self._count("task", tasks)

    def _evidence(self) -> Iterator[Fault]:
        for files in chunks(Evidence.objects.all()):
            attached = _attached_by_record(files)
            for row in files:
                how = _evidence_fault(row, attached.get(row.pk))
                if how:
                    yield Fault("evidence", str(row.pk), how)
            self._count("evidence", files)


def chunks(rows: QuerySet[Any], *, key: str = "pk") -> Iterator[list[Any]]:
    """``rows`` in the order of ``key``, a few hundred at a time."""
    last: Any = None
    while True:
        after = rows if last is None else rows.filter(**{f"{key}__gt": last})
        found = list(after.order_by(key)[:CHUNK])
        if not found:
            return
        yield found
        last = getattr(found[-1], key)


def _link(event: Event, sequence: int, digest: str) -> Fault | None:
    """What is wrong with an entry that should follow the one of that number and digest."""
    if event.sequence != sequence + 1:
        return Fault("record", str(sequence + 1), "the entry is missing")
    if event.previous_digest != digest:
        return Fault("record", str(event.sequence), "the entry does not follow the one before it")
    if event.digest_of(digest) != event.digest:
        return Fault("record", str(event.sequence), "the entry was changed")
    return None


def _locked(code: str) -> list[Task]:
    return list(Task.objects.select_for_update(no_key=True).filter(code=code))


def _differences(tasks: Sequence[Task]) -> Iterator[Fault]:
    """The first difference of each task from what its record says."""
    facts = record.facts_of(task.pk for task in tasks)
    assignments = _grouped(Assignment.objects.filter(task__in=tasks).order_by("pk"), "task_id")
    spans = _grouped(Span.objects.filter(task__in=tasks, recorded_to=None), "assignment_id")
    attempts = _attempts_by_task(tasks)
    rows = row_faults(tasks)
    for task in tasks:
        try:
            how = _difference(task, facts.get(task.pk, []), assignments[task.pk], spans)
            how = how or _stages_differ(*attempts[task.pk]) or rows.get(task.pk, "")
        except (ValidationError, LookupError, TypeError, ValueError) as refusal:
            words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            how = f"the record does not hold together: {type(refusal).__name__}, {' '.join(words)}"
        if how:
            yield Fault("task", task.code, how)


def _grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _difference(
    task: Task,
    facts: Sequence[rules.Fact],
    assignments: Sequence[Assignment],
    kept: Mapping[int, Sequence[Span]],
) -> str:
    """How a task differs from its record; empty when it does not."""
    stories = {}
    for assignment in assignments:
        story = rules.fold(facts, assignment=assignment.pk, rules=derived.rules_of(task))
        stories[assignment] = story
        wanted = derived.spans(task, assignment, story, UNSAVED)
        how = _spans_differ(wanted, kept[assignment.pk])
        if how:
            return f"the part of unit {assignment.unit_id}: {how}"
        how = _columns_differ(assignment, derived.assignment_columns(assignment, story))
        if how:
            return f"the part of unit {assignment.unit_id}: {how}"
    return _columns_differ(task, derived.task_columns(task, stories, facts))


def _attempts_by_task(
    tasks: Sequence[Task],
) -> dict[int, tuple[dict[int, str], dict[int, str]]]:
    """For each task ``{attempt at closure: stage}``, as it is and as the record has it."""
    found: dict[int, tuple[dict[int, str], dict[int, str]]] = defaultdict(lambda: ({}, {}))
    rows = Closure.objects.filter(assignment__task__in=tasks)
    for task_id, pk, stage in rows.values_list("assignment__task", "pk", "stage"):
        found[task_id][0][pk] = stage
    entries = Event.objects.standing().filter(task__in=tasks, kind__in=closure_steps.STEPS)
    said = entries.order_by("sequence").values_list("task_id", "details")
    for task_id, details in said:
        after = details["after"]
        found[task_id][1][after["closure"]] = after["stage"]
    return found


def _stages_differ(kept: Mapping[int, str], wanted: Mapping[int, str]) -> str:
    """The first attempt in another stage than its last entry says; without entries: cancelled."""
    for pk in sorted({*kept, *wanted}):
        own, by_record = kept.get(pk, "missing"), wanted.get(pk, ClosureStage.CANCELLED)
        if own != by_record:
            return f"closure {pk} is {own}, by the record {by_record}"
    return ""


def _spans_differ(wanted: Sequence[Span], kept: Sequence[Span]) -> str:
    """The first span that is missing, different, or there without reason."""
    left = {span.valid_from: span for span in kept}
    for span in wanted:
        own = left.pop(span.valid_from, None)
        if own is None:
            return f"the span from {span.valid_from} is missing"
        if not derived.same(own, span):
            names = ("valid_to", "unit_id", *derived.SPAN_FACTS)
            differing = [name for name in names if getattr(own, name) != getattr(span, name)]
            return f"the span from {span.valid_from} differs in {', '.join(differing)}"
    if left:
        return f"the span from {min(left)} follows from nothing in the record"
    return ""


def _columns_differ(row: Model, wanted: Mapping[str, Any]) -> str:
    for name, value in wanted.items():
        own = getattr(row, name)
        if own != value:
            return f"{name} is {own}, by the record {value}"
    return ""


def _attached_by_record(files: Sequence[Evidence]) -> dict[int, Mapping[str, Any]]:
    """``{key of a file: what the record says of it}``: its SHA-256 and what it belongs to."""
    entries = Event.objects.filter(
        kind=EventKind.EVIDENCE_ADDED, task__in={row.task_id for row in files}
    )
    found = {}
    for details in entries.values_list("details", flat=True).iterator():
        after = details.get("after", {})
        found[after.get("evidence")] = after
    return found


def _evidence_fault(row: Evidence, attached: Mapping[str, Any] | None) -> str:
    if attached is None or attached.get("sha256") != row.sha256:
        return "the record has another SHA-256"
    for name in ("measure", "closure"):
        key, by_record = getattr(row, f"{name}_id"), attached.get(name)
        if key != by_record:
            return f"it belongs to {name} {key}, by the record to {by_record}"
    digest, size = hashlib.sha256(), 0
    try:
        with row.file.open("rb") as file:
            for chunk in file.chunks():
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return "the file is missing or cannot be read"
    if size != row.size:
        return f"the file has {size} bytes, not {row.size}"
    if digest.hexdigest() != row.sha256:
        return "the file was changed"
    return ""
