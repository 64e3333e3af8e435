"""How far the units have come: the unit tree of a day with the tasks below each unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tracker.choices import ShownStatus
from tracker.figures.overview import Buckets, Tree, parts, share, tree_on
from tracker.models import Task, Unit


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
