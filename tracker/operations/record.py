"""Writing to the record: entries appended to the chain, and what is derived from them kept true.

Every operation ends here, inside its own transaction. A record that could not have happened is
refused while it is folded, and the transaction with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Max, Model, Q
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Assignment, Event, EventHead, Span, Task
from tracker.models.inserting import insert_rows
from tracker.operations.derived import (
    assignment_columns,
    rules_of,
    same,
    spans,
    task_columns,
)
from tracker.rules import record

UNVERSIONED = (
    EventKind.EVIDENCE_ADDED,
    EventKind.EVIDENCE_CHANGED,
    EventKind.MEASURE_COMPLETED,
    EventKind.EXTENSION_ASKED,
    EventKind.EXTENSION_REFUSED,
    EventKind.EXTENSION_WITHDRAWN,
)
"""Entries that come along with others and take no version of their own."""

BATCH = 500


class Stale(ValidationError):
    """Somebody else changed the same thing first; ``since`` are their entries, newest first."""

    def __init__(self, since: Sequence[Event]):
        self.since = since
        if since:
            message = _("%(who)s changed this at %(when)s. Nothing of yours was saved or lost.") % {
                "who": since[0].actor or _("The system"),
                "when": f"{make_naive(since[0].recorded_at):%Y-%m-%d %H:%M}",
            }
        else:
            message = _("This was changed meanwhile. Nothing of yours was saved or lost.")
        super().__init__(message, code="stale")


def entry(
    kind: EventKind,
    *,
    actor: Any,
    on: date,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    annuls: Event | None = None,
    **subject: Model | None,
) -> Event:
    """An entry that is not yet in the chain. ``on`` is when it held, ``at`` when it was entered."""
    refuse_future(on, at)
    details: dict[str, Any] = {"before": dict(before or {}), "after": dict(after or {})}
    unit = subject.get("unit")
    principals = access.scope_of(actor).deputises_for(unit.pk if unit else None) if actor else []
    if principals:
        details["deputy_of"] = principals
    return Event(
        kind=kind,
        actor=actor,
        effective_on=on,
        recorded_at=at,
        details=details,
        note=note,
        annuls=annuls,
        is_backfilled=on < make_naive(at).date(),
        **{f"{name}_id": row.pk for name, row in subject.items() if row is not None},
    )


def refuse_future(on: date, at: datetime) -> None:
    """Refuse a day that has not begun at the moment of entering."""
    if on > make_naive(at).date():
        raise ValidationError(
            _("%(day)s is in the future. Enter it on or after that day."),
            code="future",
            params={"day": on.isoformat()},
        )


def append(events: Sequence[Event]) -> None:
    """Add entries to the end of the chain, in the order given."""
    _chain(events)
    Event.objects.bulk_create(events, batch_size=BATCH)


def append_many(events: Sequence[Event]) -> None:
    """``append`` for thousands of entries, which stay without their keys."""
    _chain(events)
    insert_rows(events)


def _chain(events: Sequence[Event]) -> None:
    """Number entries and chain each to the one before; the end of the chain stays locked."""
    if not events:
        return
    head = EventHead.objects.select_for_update(no_key=True).get(pk=1)
    for event in events:
        head.sequence += 1
        event.sequence = head.sequence
        event.previous_digest = head.digest
        event.details = _as_stored(event)
        event.digest = head.digest = event.digest_of(head.digest)
    head.save(update_fields=["sequence", "digest"])


def _as_stored(event: Event) -> dict[str, Any]:
    """The details as they will be read back, so that the digest can be checked."""
    return _plain(event.details, DjangoJSONEncoder())


def _plain(value: Any, encoder: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item, encoder) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, encoder) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return encoder.default(value)


def lock_task(task_id: int, *, version: int | None = None) -> Task:
    """The task, locked until the transaction ends; refused as stale at another ``version``.

    The lock leaves keys alone (``no_key``): entries about other things may refer to the task.
    The inspection is read when it is needed, after the lock: who waited sees its rules of now.
    """
    task = Task.objects.select_for_update(no_key=True).get(pk=task_id)
    if task.is_annulled:
        raise ValidationError(
            _("The task was annulled. Nothing can be entered for it any more."), code="annulled"
        )
    whole = Q(assignment=None) | Q(kind__in=(EventKind.ASSIGNED, EventKind.UNASSIGNED))
    refuse_stale(task, version, Event.objects.filter(whole, task=task))
    return task


def lock_tasks(task_ids: Iterable[int]) -> None:
    """Lock several tasks before the first entry about any of them, in one order.

    Whoever enters something about one after the other would hold the end of the chain while
    waiting for the second, which somebody may hold who waits for the end of the chain.
    """
    tasks = Task.objects.filter(pk__in=list(task_ids)).order_by("pk")
    list(tasks.select_for_update(no_key=True).values_list("pk"))


def next_sequence() -> int:
    """The number of the next entry, which is this transaction's own until it ends."""
    return EventHead.objects.select_for_update(no_key=True).get(pk=1).sequence + 1


def refuse_stale(subject: Any, version: int | None, events: Any) -> None:
    """Refuse when ``subject`` has moved on from the version a form was made with."""
    if version is not None and version != subject.version:
        missed = subject.version - version
        changes = events.exclude(kind__in=UNVERSIONED)
        recent = changes.select_related("actor").order_by("-sequence")
        raise Stale(list(recent[: max(1, missed)]))


def row_of_code(rows: Any, code: str | None) -> Any:
    """The row that an entry names by its ``code``; refused when it has another code by now."""
    if code is None:
        return None
    row = rows.filter(code=code).first()
    if row is None:
        raise ValidationError(
            _("The entry names %(code)s, which has another code now. Make a new correction."),
            code="code_gone",
            params={"code": code},
        )
    return row


def write(task: Task, events: Sequence[Event], *, at: datetime) -> None:
    """Append entries about one locked task and bring what is derived from its record up to date.

    ``task`` itself is brought up to date too; what was changed in it must have been saved.
    """
    append(events)
    _rebuild({task.pk: task}, at)


def facts_of(task_ids: Iterable[int]) -> dict[int, list[record.Fact]]:
    """The standing entries of each task, as facts; none of a task that was taken back."""
    facts = defaultdict(list)
    rows = (
        Event.objects.standing()
        .filter(task__in=task_ids)
        .values_list("task_id", "sequence", "kind", "effective_on", "assignment_id", "details")
    )
    for task_id, sequence, kind, on, assignment_id, details in rows:
        data = details.get("after", {})
        facts[task_id].append(record.Fact(sequence, kind, on, assignment_id, data))
    for task_id, own in facts.items():
        if not any(fact.kind == EventKind.CREATED for fact in own):
            facts[task_id] = []  # The entering of the task was taken back, and all with it.
    return facts


class Columns:
    """Present columns on their way to the database: those of the rows in which they differ."""

    def __init__(self) -> None:
        self.rows: list[Model] = []
        self.names: set[str] = set()

    def give(self, row: Model, wanted: Mapping[str, Any]) -> None:
        """Give ``row`` these values, and remember where they are new."""
        changed = {name for name, value in wanted.items() if getattr(row, name) != value}
        if changed:
            self.rows.append(row)
            self.names |= changed
        for name in changed:
            setattr(row, name, wanted[name])

    def save(self) -> None:
        if self.rows:
            manager = type(self.rows[0])._default_manager
            manager.bulk_update(self.rows, sorted(self.names), batch_size=BATCH)


def rebuild(task_ids: Iterable[int], *, at: datetime) -> None:
    """Fold the record of these tasks again; rewrite spans and present columns where they differ."""
    ids = list(task_ids)
    for start in range(0, len(ids), BATCH):
        chunk = ids[start : start + BATCH]
        _rebuild(Task.objects.select_related("inspection").in_bulk(chunk), at)


def _rebuild(tasks: Mapping[int, Task], at: datetime) -> None:
    ids = list(tasks)
    facts = facts_of(ids)
    assignments = defaultdict(list)
    for assignment in Assignment.objects.filter(task__in=ids).order_by("pk"):
        assignments[assignment.task_id].append(assignment)
    known: dict[int, dict[date, Span]] = defaultdict(dict)
    for span in Span.objects.filter(task__in=ids, recorded_to=None):
        known[span.assignment_id][span.valid_from] = span
    ended: list[int] = []
    new: list[Span] = []
    parts, wholes = Columns(), Columns()
    at = _not_before_what_is_known(ids, at)
    for task in tasks.values():
        stories = {}
        for assignment in assignments[task.pk]:
            story = record.fold(facts[task.pk], assignment=assignment.pk, rules=rules_of(task))
            stories[assignment] = story
            wanted = spans(task, assignment, story, at)
            for span in wanted:
                old = known[assignment.pk].get(span.valid_from)
                if old is not None and same(old, span):
                    del known[assignment.pk][span.valid_from]
                else:
                    new.append(span)
            ended += [span.pk for span in known[assignment.pk].values()]
            parts.give(assignment, assignment_columns(assignment, story))
        _refuse_days_without_unit(task, stories.values(), facts[task.pk])
        wholes.give(task, task_columns(task, stories, facts[task.pk]))
    if ended:
        Span.objects.filter(pk__in=ended).update(recorded_to=at)
    insert_rows(new)
    parts.save()
    wholes.save()


def _not_before_what_is_known(ids: Sequence[int], at: datetime) -> datetime:
    """``at``, or the moment of the last change when another writer that began later came first."""
    found = Span.objects.filter(task__in=ids).aggregate(
        begun=Max("recorded_from"), ended=Max("recorded_to")
    )
    return max(filter(None, (at, found["begun"], found["ended"])))


def _refuse_days_without_unit(
    task: Task, stories: Iterable[record.Story], facts: Sequence[record.Fact]
) -> None:
    """Refuse a record in which a task on the list is for some days in nobody's hands."""
    own = record.fold(facts, assignment=0, rules=rules_of(task)).last
    if own.start_on is None:
        return
    held = sorted((part.valid_from, part.valid_to) for story in stories for part in story.held)
    covered = own.start_on
    for valid_from, valid_to in held:
        if valid_from > covered:
            break
        covered = max(covered, valid_to)
    if covered < (own.left_on or record.FAR):
        raise ValidationError(
            _("From %(day)s on no unit would be responsible for the task. Add another one first."),
            code="last",
            params={"day": covered.isoformat()},
        )
