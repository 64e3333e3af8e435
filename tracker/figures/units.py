"""How far the units have come: the unit tree of a day with the tasks below each unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, F, PositiveIntegerField, QuerySet, Value

from tracker.choices import EventKind, ShownStatus
from tracker.figures.overview import Buckets, Tree, parts, share, tree_on
from tracker.models import Event, Task, Unit
from tracker.models.terms import label_of


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit at its depth in the tree, with the tasks in its hands or in those of units below it.

    A task in the hands of several of them counts once, in the bucket of the least advanced part.
    """

    unit: Unit
    depth: int
    buckets: Buckets

    @property
    def rate(self) -> float | None:
        return share(self.buckets.completed, self.buckets.total)


def branches(
    tasks: QuerySet[Task],
    *,
    as_of: date,
    units: Iterable[int] | None = None,
    tree: Tree | None = None,
) -> list[Branch]:
    """The tree of ``as_of`` from the top, a unit before those below it; with ``units``, only they.

    Each count is that of the task list narrowed to the unit on the same day.
    """
    tree = tree or tree_on(as_of)
    reach = None if units is None else set(units)
    shown: dict[int, dict[int, ShownStatus]] = {pk: {} for pk in tree.units}
    for part in parts(tasks, as_of=as_of, units=reach):
        if part.unit in shown:
            own = shown[part.unit]
            own[part.task] = min(part.shown, own.get(part.task, part.shown))
    walked = list(_walk(tree, None, 0))
    for pk, parent, _depth in reversed(walked):
        if parent is not None:
            above = shown[parent]
            for task, status in shown[pk].items():
                above[task] = min(status, above.get(task, status))
    return [
        Branch(tree.units[pk], depth, Buckets.of(shown[pk].values()))
        for pk, _parent, depth in walked
        if reach is None or pk in reach
    ]


def _walk(tree: Tree, parent: int | None, depth: int) -> Iterator[tuple[int, int | None, int]]:
    for pk in tree.children.get(parent, ()):
        yield pk, parent, depth
        yield from _walk(tree, pk, depth + 1)


def aliases_and_sectors(unit: Unit) -> tuple[list[str], list[str]]:
    """The other names of a unit and what it supervises, both in order, in one look-up."""
    text, number = CharField(), PositiveIntegerField()
    empty, zero = Value("", output_field=text), Value(0, output_field=number)
    aliases = unit.aliases.order_by().values_list(zero, "alias", empty)
    sectors = unit.sectors.order_by().annotate(place=F("position") + 1)
    rows = sorted(aliases.union(sectors.values_list("place", "name", "name_en"), all=True))
    return (
        [name for place, name, _english in rows if not place],
        [label_of(name, english) for place, name, english in rows if place],
    )


@dataclass(frozen=True, slots=True)
class FormerName:
    """An official name that a unit bore, and the day on which it got the next one."""

    name: str
    until: date


def former_names(entries: Iterable[Event]) -> list[FormerName]:
    """The names that a unit had borne before what these entries of its record say, in order."""
    return [
        FormerName(event.details["before"]["name"], event.effective_on)
        for event in entries
        if event.kind == EventKind.CORRECTED and "name" in event.details["before"]
    ]
