"""Where do we stand: the four buckets of an inspection on a day, in all and by unit.

Every counted task is on each day in exactly one bucket: completed, on schedule, behind, overdue.
A task of several units counts once in the total, in the bucket of its least advanced unit, and
once under each unit, in the bucket of that unit's own part.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from tracker.choices import EventKind, RateBasis, ShownStatus
from tracker.models import (
    Event,
    Inspection,
    Span,
    Task,
    Unit,
    UnitPlacement,
    rounds_due,
    shown_status,
)
from tracker.models.units import below


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part of one task on a day."""

    task: int
    unit: int
    shown: ShownStatus
    due_on: date | None
    percent: int
    last_report_on: date | None


@dataclass(frozen=True, slots=True)
class Buckets:
    """Tasks by the word shown for them; the four official buckets are sums of these."""

    overdue: int = 0
    behind: int = 0
    not_started: int = 0
    started_on_schedule: int = 0
    awaiting_closure: int = 0
    closed: int = 0

    @classmethod
    def of(cls, statuses: Iterable[ShownStatus]) -> "Buckets":
        """Count tasks, each given by its shown status."""
        count = Counter(statuses)
        return cls(
            overdue=count[ShownStatus.OVERDUE],
            behind=count[ShownStatus.BEHIND],
            not_started=count[ShownStatus.NOT_STARTED],
            started_on_schedule=count[ShownStatus.ON_SCHEDULE],
            awaiting_closure=count[ShownStatus.AWAITING_CLOSURE],
            closed=count[ShownStatus.CLOSED],
        )

    @property
    def completed(self) -> int:
        """已完成: closed ones are among them."""
        return self.awaiting_closure + self.closed

    @property
    def on_schedule(self) -> int:
        """达到序时进度, whether or not anything was reported yet."""
        return self.not_started + self.started_on_schedule

    @property
    def open(self) -> int:
        """推进中: everything not completed."""
        return self.on_schedule + self.behind + self.overdue

    @property
    def total(self) -> int:
        return self.completed + self.open

    def count(self, status: ShownStatus) -> int:
        """The tasks shown with one word."""
        name = status.code
        return getattr(self, "started_on_schedule" if name == "on_schedule" else name)


def share(part: int, whole: int) -> float | None:
    """A rate as a fraction with four decimals (0.7442), rounded half up; ``None`` of nothing."""
    if not whole:
        return None
    return int(Fraction(part, whole) * 10_000 + Fraction(1, 2)) / 10_000


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's line: the tasks in the hands of the unit or of any unit below it.

    ``due`` are those due by the day, ``due_completed`` the completed ones among them.
    """

    unit: Unit
    buckets: Buckets
    tasks: tuple[tuple[int, ShownStatus], ...]
    due: int = 0
    due_completed: int = 0

    @property
    def rate(self) -> float | None:
        return share(self.buckets.completed, self.buckets.total)

    @property
    def due_rate(self) -> float | None:
        return share(self.due_completed, self.due)


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the list on ``as_of``.

    ``rate`` is on the basis ``basis``: all tasks, or those due by the day (``due``, of which
    ``due_completed`` are completed; tasks without a date are left out of it).
    """

    as_of: date
    buckets: Buckets
    basis: RateBasis
    due: int
    due_completed: int
    due_soon: int
    next_due_on: date | None
    by_unit: tuple[UnitLine, ...]
    shown: Mapping[int, ShownStatus]
    parts: tuple[Part, ...]

    @property
    def rate(self) -> float | None:
        if self.basis == RateBasis.DUE:
            return self.due_rate
        return share(self.buckets.completed, self.buckets.total)

    @property
    def due_rate(self) -> float | None:
        """按期完成率: completed among those due by the day."""
        return share(self.due_completed, self.due)


def parts(
    tasks: QuerySet[Task],
    *,
    as_of: date,
    units: Iterable[int] | None = None,
    known_at: datetime | None = None,
    rounds: Mapping[int, date] | None = None,
) -> list[Part]:
    """The parts of ``tasks`` counted on ``as_of``; with ``units``, those in their hands only.

    ``rounds`` are the calls due by the day, if they are at hand (``rounds_due``).
    """
    spans = Span.objects.on(as_of, known_at=known_at).filter(task__in=tasks)
    if units is not None:
        spans = spans.filter(unit__in=units)
    if rounds is None:
        [rounds] = rounds_due(as_of, known_at=known_at)
    rows = spans.annotate(shown=shown_status(as_of, rounds)).values_list(
        "task_id", "unit_id", "shown", "due_on", "percent", "last_report_on"
    )
    return [
        Part(task, unit, ShownStatus(shown), due_on, percent, last_report_on)
        for task, unit, shown, due_on, percent, last_report_on in rows
    ]


def rolled_up(found: Iterable[Part]) -> dict[int, ShownStatus]:
    """``{task: shown status}``: the worst of each task's parts."""
    shown: dict[int, ShownStatus] = {}
    for part in found:
        shown[part.task] = min(part.shown, shown.get(part.task, part.shown))
    return shown


@dataclass(frozen=True, slots=True)
class Tree:
    """The unit tree of one day: ``children`` by parent id, and the units themselves by id."""

    children: Mapping[int | None, Sequence[int]]
    units: Mapping[int, Unit]

    def below(self, roots: Iterable[int]) -> set[int]:
        """The ids of ``roots`` and of every unit below them."""
        return below(self.children, roots)


def tree_on(day: date, *, known_at: datetime | None = None) -> Tree:
    """The unit tree as it stood on ``day``; as known now, or at the moment ``known_at``.

    A unit entered later than the day stands where it was first put: a list that is taken over
    has days before its units were entered.
    """
    unknown = _moves_since(known_at)
    held: dict[int, UnitPlacement] = {}
    placements = UnitPlacement.objects.select_related("unit", "unit__kind")
    for placement in placements.order_by("unit__position", "unit__code", "valid_from"):
        unit, since = placement.unit_id, placement.valid_from
        if unit not in held or (since <= day and (unit, since) not in unknown):
            held[unit] = placement
    children: dict[int | None, list[int]] = defaultdict(list)
    for unit, placement in held.items():
        children[placement.parent_id].append(unit)
    return Tree(children, {unit: placement.unit for unit, placement in held.items()})


def _moves_since(known_at: datetime | None) -> set[tuple[int | None, date]]:
    """The moves of units that were entered after ``known_at``: each unit and the day of its move.

    No two moves of a unit are of one day, and none is taken back.
    """
    if known_at is None:
        return set()
    moves = Event.objects.filter(kind=EventKind.UNIT_MOVED, recorded_at__gt=known_at)
    return set(moves.values_list("unit_id", "effective_on"))


def overview(
    tasks: QuerySet[Task],
    *,
    as_of: date,
    units: Iterable[int] | None = None,
    known_at: datetime | None = None,
    basis: RateBasis | str = RateBasis.ALL,
    due_soon_days: int = 30,
    under: Unit | None = None,
    tree: Tree | None = None,
    rounds: Mapping[int, date] | None = None,
) -> Overview:
    """The buckets of ``tasks`` on ``as_of``, with a line for each unit directly below ``under``.

    ``under`` is the root when left out. ``units`` narrows to parts in their hands, ``known_at``
    asks for what was known at that moment. Tasks and units are those of the day; the ``tree`` and
    the ``rounds`` of the day may be given if they are at hand.
    """
    found = parts(tasks, as_of=as_of, units=units, known_at=known_at, rounds=rounds)
    shown = rolled_up(found)
    due_dates = {part.task: part.due_on for part in found}
    due = _due_by(found, as_of)
    coming = sorted(
        day
        for task, day in due_dates.items()
        if day is not None
        and shown[task] < ShownStatus.AWAITING_CLOSURE
        and 0 <= (day - as_of).days <= due_soon_days
    )
    return Overview(
        as_of=as_of,
        buckets=Buckets.of(shown.values()),
        basis=RateBasis(basis),
        due=len(due),
        due_completed=sum(shown[task] >= ShownStatus.AWAITING_CLOSURE for task in due),
        due_soon=len(coming),
        next_due_on=coming[0] if coming else None,
        by_unit=tuple(_unit_lines(found, tree or tree_on(as_of, known_at=known_at), under, as_of)),
        shown=shown,
        parts=tuple(found),
    )


def _due_by(found: Iterable[Part], as_of: date) -> list[int]:
    """The tasks due by the day; those without a date are never due."""
    due_dates = {part.task: part.due_on for part in found}
    return [task for task, day in due_dates.items() if day is not None and day <= as_of]


def _unit_lines(
    found: Sequence[Part], tree: Tree, under: Unit | None, as_of: date
) -> Iterable[UnitLine]:
    """One line for each root's own tasks, and one for each unit directly below a root."""
    roots = [under.pk] if under else list(tree.children.get(None, ()))
    head_of = {root: root for root in roots}
    order = list(roots)
    for root in roots:
        for child in tree.children.get(root, ()):
            order.append(child)
            head_of |= dict.fromkeys(tree.below([child]), child)
    groups: dict[int, list[Part]] = defaultdict(list)
    for part in found:
        if part.unit in head_of:
            groups[head_of[part.unit]].append(part)
    for head in order:
        if head in groups:
            shown = rolled_up(groups[head])
            due = _due_by(groups[head], as_of)
            yield UnitLine(
                tree.units[head],
                Buckets.of(shown.values()),
                tuple(sorted(shown.items())),
                due=len(due),
                due_completed=sum(shown[task] >= ShownStatus.AWAITING_CLOSURE for task in due),
            )


def overview_of(
    inspection: Inspection | None, tasks: QuerySet[Task], *, as_of: date, **narrowed: Any
) -> Overview:
    """``overview`` by the rules of ``inspection``; over all inspections by the defaults."""
    if inspection is None:
        return overview(tasks, as_of=as_of, **narrowed)
    return overview(
        tasks.filter(inspection=inspection),
        as_of=as_of,
        basis=inspection.rate_basis,
        due_soon_days=inspection.due_soon_days,
        **narrowed,
    )
