"""What an operation on many tasks reads of them, in few queries however many they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tracker.choices import EventKind
from tracker.models import Event, Task, Unit
from tracker.operations import record

__all__ = [
    "chunks",
    "deadlines_since",
    "in_chunks",
    "locked",
    "set_supporting_units",
    "supporting_units",
]


def chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """Keys in portions that a query can take."""
    return (ids[start : start + record.BATCH] for start in range(0, len(ids), record.BATCH))


def in_chunks(rows: Any, task_ids: Sequence[int]) -> Iterable[Any]:
    """Those of ``rows`` that are about these tasks."""
    for ids in chunks(task_ids):
        yield from rows.filter(task__in=ids)


def locked(task_ids: Sequence[int]) -> dict[int, Task]:
    """The tasks, locked in the order of their keys before the first entry about any of them."""
    rows = Task.objects.select_related(
        "inspection", "issue", "supervising_unit", "acceptance_unit"
    ).order_by("pk")
    found: dict[int, Task] = {}
    for ids in chunks(task_ids):
        own = rows.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
        found |= {task.pk: task for task in own}
    return found


def supporting_units(task_ids: Sequence[int]) -> dict[int, list[Unit]]:
    """The supporting units of each task."""
    found: dict[int, list[Unit]] = defaultdict(list)
    for row in in_chunks(Task.supporting_units.through.objects.select_related("unit"), task_ids):
        found[row.task_id].append(row.unit)
    return found


def set_supporting_units(wanted: dict[int, Sequence[Unit]]) -> None:
    """Give tasks these supporting units, and no others."""
    through = Task.supporting_units.through
    for ids in chunks(sorted(wanted)):
        through.objects.filter(task_id__in=ids).delete()
    through.objects.bulk_create(
        [
            through(task_id=task_id, unit_id=unit.pk)
            for task_id, units in wanted.items()
            for unit in units
        ],
        batch_size=record.BATCH,
    )


def deadlines_since(task_ids: Sequence[int]) -> dict[int, date]:
    """The days from which the present deadlines count, as a single correction reckons them."""
    kinds = (EventKind.CREATED, EventKind.EXTENDED)
    said = Event.objects.standing().filter(kind__in=kinds).in_order()
    return {event.task_id: event.effective_on for event in in_chunks(said, task_ids)}
