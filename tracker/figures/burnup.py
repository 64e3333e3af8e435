"""Completed tasks over the months, against the plan."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import Max, Min, QuerySet

from tracker.models import Span, Task
from tracker.workdays import month_end

Stretch = tuple[date, date]
"""The first day of something, and the first day after it."""


@dataclass(frozen=True, slots=True)
class Point:
    """So many tasks completed at the end of ``day``."""

    day: date
    count: int


@dataclass(frozen=True, slots=True)
class BurnUp:
    """``actual`` up to the day asked about; ``planned`` by deadlines, also after it.

    Of the tasks on the list on ``as_of``, the plan counts those with a date.
    """

    as_of: date
    total: int
    actual: tuple[Point, ...]
    planned: tuple[Point, ...]

    @property
    def ahead(self) -> int:
        """Completed more than planned by the day; negative when behind the plan."""
        return self.actual[-1].count - planned_by(self.planned, self.as_of) if self.actual else 0


def planned_by(planned: Sequence[Point], day: date) -> int:
    """The plan's count at the end of ``day``."""
    index = bisect_right([point.day for point in planned], day)
    return planned[index - 1].count if index else 0


def burnup(
    tasks: QuerySet[Task],
    *,
    as_of: date,
    due_dates: Iterable[date | None],
    units: Iterable[int] | None = None,
) -> BurnUp:
    """Month by month from the first task's issue on, as known today.

    ``due_dates`` are the deadlines on ``as_of`` of the tasks on the list then, one each.
    """
    spans = Span.objects.filter(task__in=tasks, recorded_to=None)
    if units is not None:
        spans = spans.filter(unit__in=units)
    # One row for each stretch of an assignment with the same day of completion, or with none.
    stretches = spans.values_list("task_id", "assignment_id", "completed_on").annotate(
        Min("valid_from"), Max("valid_to")
    )
    held: dict[int, dict[int, Stretch]] = defaultdict(dict)
    done: dict[int, list[Stretch]] = defaultdict(list)
    for task, assignment, completed_on, first, last in stretches:
        known = held[task].get(assignment, (first, last))
        held[task][assignment] = (min(first, known[0]), max(last, known[1]))
        if completed_on:
            done[task].append((first, last))
    due = Counter(due_dates)
    if not held:
        return BurnUp(as_of, sum(due.values()), (), ())
    first_day = min(first for own in held.values() for first, _last in own.values())
    steps: Counter[date] = Counter()
    for task, own in held.items():
        for first, last in _done(list(own.values()), done[task]):
            steps[first] += 1
            steps[last] -= 1
    actual = tuple(_running(steps, _days(first_day, as_of)))
    dated = [day for day in due if day is not None]
    end = max(month_end(max(dated, default=as_of)), as_of)
    planned = tuple(_running({day: due[day] for day in dated}, _days(first_day, end, also=as_of)))
    return BurnUp(as_of, sum(due.values()), actual, planned)


def _done(held: Sequence[Stretch], done: Sequence[Stretch]) -> Iterable[Stretch]:
    """The stretches over which all units that answer for a task have completed it."""
    days = sorted({day for stretch in (*held, *done) for day in stretch})
    for first, last in pairwise(days):
        answering = sum(start <= first < end for start, end in held)
        if answering and answering == sum(start <= first < end for start, end in done):
            yield first, last


def _running(steps: Mapping[date, int], days: Sequence[date]) -> Iterable[Point]:
    """The sum of the steps up to each of ``days``."""
    left, total = sorted(steps), 0
    for day in days:
        while left and left[0] <= day:
            total += steps[left.pop(0)]
        yield Point(day, total)


def _days(first: date, last: date, also: date | None = None) -> list[date]:
    """The month-ends from before ``first`` to ``last``, ``last`` and ``also`` included."""
    days = {last} | ({also} if also else set())
    day = first.replace(day=1) - timedelta(days=1)
    while day < last:
        days.add(day)
        day = month_end(day + timedelta(days=1))
    return sorted(days)
