"""Reading the record, and telling people what it says of their tasks.

The record is the outbox: no operation tells anybody of what it enters. Entries are read after a
bookmark without a lock; in one short transaction the bookmark is moved on and what was found is
told. A process that dies before tells nothing and leaves the bookmark; of two that read the same,
one moves it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from tracker.access.notifications import Part, People
from tracker.choices import AssignmentStatus, EventKind
from tracker.choices import NotificationKind as Kind
from tracker.models import Assignment, Closure, DispatchRound, Event, Task, Unit
from tracker.operations import bookmarks, webhooks
from tracker.operations.notifications import Gathered, forget, tell_all
from tracker.rules.notifications import (
    TELLS,
    Audience,
    Tell,
    issued_key,
    telling_key,
    tells_of,
)
from tracker.rules.personal import masked_note

CHUNK = 1000
LONGEST_REASON = 200

OPEN = (AssignmentStatus.ISSUED, AssignmentStatus.IN_PROGRESS)
OF_CLOSURE = frozenset(
    {
        Kind.TO_ACCEPT,
        Kind.APPLICATION_RETURNED,
        Kind.PRE_ACCEPTED,
        Kind.ACCEPTANCE_FAILED,
        Kind.ACCEPTANCE_PASSED,
        Kind.OBJECTION_RECEIVED,
        Kind.OBJECTION_UPHELD,
        Kind.CLOSED,
    }
)
"""What is looked at on the page of the closure rather than on that of the task."""

COLUMNS = (
    "sequence",
    "kind",
    "inspection_id",
    "task_id",
    "assignment_id",
    "actor_id",
    "recorded_at",
    "details",
    "note",
)


def tell_of_record(*, on: date, at: datetime) -> int:
    """Tell everybody what was entered since the last time; how many notifications it made.

    Who is told is settled by the roles of the day ``on``.
    """
    until = bookmarks.end_of_record()
    since = bookmarks.position_of(bookmarks.RECORD, at_first=until)
    if since >= until:
        return 0
    entered = Event.objects.filter(sequence__gt=since, sequence__lte=until)
    gathered = Gathered(f"record:{since}-{until}")
    news = webhooks.News()
    teller = _Teller(gathered, People(on), news)
    told = entered.standing().filter(kind__in=TELLS).order_by("sequence")
    for entries in _chunks(told.values(*COLUMNS).iterator(CHUNK)):
        teller.tell(entries)
    taken_back = list(
        entered.filter(kind=EventKind.ANNULLED).values_list(
            "annuls__sequence",
            "annuls__kind",
            "annuls__details",
            "annuls__task",
            "annuls__assignment",
        )
    )
    with transaction.atomic():
        if not bookmarks.move_on(bookmarks.RECORD, since=since, to=until):
            return 0
        forget(_keys_of(taken_back))
        news.queue(gathered.name, at=at)
        return tell_all(gathered.rows())


def _keys_of(
    taken_back: Iterable[tuple[int, str, dict[str, Any], int | None, int | None]],
) -> Iterator[str]:
    """What was told of entries that were taken back.

    That a part was given to its unit is told by the part: with its task, its issuing or itself it
    is taken back.
    """
    tasks: set[int] = set()
    parts: set[int] = set()
    for sequence, kind, details, task, part in taken_back:
        if kind == EventKind.ASSIGNED:
            parts.add(part or 0)
        elif kind in (EventKind.CREATED, EventKind.ISSUED):
            tasks.add(task or 0)
        else:
            for tell in tells_of(kind, details.get("after", {})):
                yield telling_key(kind, sequence, None, tell)
    for start in range(0, len(tasks), CHUNK):
        own = Assignment.objects.filter(task__in=sorted(tasks)[start : start + CHUNK])
        parts.update(own.values_list("pk", flat=True))
    yield from (issued_key(part) for part in sorted(parts))


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry with what it is about: one part of its task for each unit that it concerns."""

    sequence: int
    kind: str
    actor: int | None
    at: datetime
    facts: Mapping[str, Any]
    note: str


class _Teller:
    """Finds for each entry the people to tell, with a few queries for a thousand entries."""

    def __init__(self, gathered: Gathered, people: People, news: webhooks.News) -> None:
        self.gathered, self.people, self.news = gathered, people, news
        self.names = dict(Unit.objects.without_tree_fields().values_list("pk", "short_name"))

    def tell(self, rows: Sequence[dict[str, Any]]) -> None:
        ids = {row["task_id"] for row in rows} - {None}
        tasks = Task.objects.filter(is_annulled=False, issued_on__isnull=False).in_bulk(ids)
        parts: defaultdict[int, list[Assignment]] = defaultdict(list)
        for part in Assignment.objects.current().filter(task__in=tasks).order_by("pk"):
            parts[part.task_id].append(part)
        issued = _issued(tasks)
        closures = _closures(rows)
        for row in rows:
            entry = _Entry(
                row["sequence"],
                row["kind"],
                row["actor_id"],
                row["recorded_at"],
                row["details"].get("after", {}),
                row["note"],
            )
            if entry.kind == EventKind.ROUND_OPENED:
                self._tell_of_call(entry)
            elif entry.kind == EventKind.ASSIGNED and (
                issued.get(row["task_id"], entry.sequence) >= entry.sequence
            ):
                continue  # The issuing that came after it, or will, tells of the unit's part.
            elif row["task_id"] in tasks:
                task, own = tasks[row["task_id"]], parts[row["task_id"]]
                closure = closures.get(entry.facts.get("closure", 0))
                concerned = list(_concerned(entry.kind, row["assignment_id"], own))
                for part in concerned:
                    self._tell_of_part(entry, task, part, own, closure)
                kinds = {tell.kind for tell in tells_of(entry.kind, entry.facts)}
                for kind in sorted(kinds) if concerned else ():
                    self.news.add(kind, task.inspection_id, f"{task.code} {task.title}")

    def _tell_of_part(
        self,
        entry: _Entry,
        task: Task,
        part: Assignment,
        all_parts: Sequence[Assignment],
        closure: Closure | None,
    ) -> None:
        own = Part(
            unit=part.unit_id,
            units=frozenset(row.unit_id for row in all_parts),
            acceptance_unit=task.acceptance_unit_id,
            supervising_unit=task.supervising_unit_id,
            county=closure.county_id if closure else None,
        )
        details = {
            "task": f"{task.code} {task.title}",
            "unit": self.names[part.unit_id],
            "reason": _shortened(masked_note(entry.kind, entry.note)),
        }
        circles: defaultdict[Tell, set[int]] = defaultdict(set)
        for tell in tells_of(entry.kind, entry.facts):
            circles[Tell(tell.kind, Audience.UNIT_STAFF)] |= self.people.around(tell.audience, own)
        for tell, people in circles.items():
            people.discard(entry.actor or 0)
            if tell.kind == Kind.TO_ACCEPT and closure:
                people.discard(closure.applied_by_id)
            self.gathered.add(
                people,
                tell.kind,
                key=telling_key(entry.kind, entry.sequence, part.pk, tell),
                details=details,
                url=_address(tell.kind, task, closure),
                at=entry.at,
            )

    def _tell_of_call(self, entry: _Entry) -> None:
        """Everybody who reports for a unit that the call asks, once."""
        call = DispatchRound.objects.get(pk=entry.facts["round"])
        asked = Assignment.objects.current().filter(
            task__inspection=call.inspection_id,
            task__is_annulled=False,
            status__in=OPEN,
            completed_on=None,
        )
        units = asked.order_by().values_list("unit_id", flat=True).distinct()
        for tell in tells_of(entry.kind, entry.facts):
            self.news.add(tell.kind, call.inspection_id, call.name)
            people: set[int] = set()
            for unit in units:
                people |= self.people.around(tell.audience, Part(unit, frozenset({unit})))
            self.gathered.add(
                people - {entry.actor},
                tell.kind,
                key=telling_key(entry.kind, entry.sequence, None, tell),
                details={"call": call.name, "due": call.due_on},
                url=call.get_absolute_url(),
                at=entry.at,
            )


def _issued(tasks: Iterable[int]) -> dict[int, int]:
    """``{task: number of the entry that issued it}``."""
    rows = Event.objects.standing().filter(kind=EventKind.ISSUED, task__in=tasks)
    last = rows.order_by().values("task_id").annotate(n=Max("sequence"))
    return dict(last.values_list("task_id", "n"))


def _closures(rows: Iterable[Mapping[str, Any]]) -> dict[int, Closure]:
    ids = {row["details"].get("after", {}).get("closure", 0) for row in rows}
    return Closure.objects.in_bulk(ids - {0})


def _concerned(
    kind: str, assignment: int | None, parts: Sequence[Assignment]
) -> Iterator[Assignment]:
    """The parts that an entry is about, of units that answer for the task still.

    An entry about the whole task concerns every part that is open; what was taken over completed
    is nobody's to do.
    """
    for part in parts:
        is_open = part.status in OPEN and part.completed_on is None
        if assignment == part.pk if assignment else is_open:
            yield part


def _address(kind: Kind, task: Task, closure: Closure | None) -> str:
    if kind in OF_CLOSURE and closure:
        return reverse("closure", args=[closure.pk])
    return task.get_absolute_url()


def _shortened(text: str) -> str:
    """The beginning of a reason; the page has all of it."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_REASON else words[: LONGEST_REASON - 1] + "…"
