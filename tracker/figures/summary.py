"""The figures of an inspection on a day in one piece, as other programs read them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from tracker.choices import PetitionRateBasis, RateBasis
from tracker.figures.overview import Buckets, Tree, UnitLine, overview_of, share, tree_on
from tracker.figures.petitions import PetitionFigures, closed_by, interim_by
from tracker.models import Inspection, Petition, Task, Unit

COUNTS = (
    "total",
    "completed",
    "on_schedule",
    "behind",
    "overdue",
    "closed",
    "not_started",
)


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """One unit with everything below it; of a root, only what is in its own hands."""

    unit: Unit
    buckets: Buckets
    petitions: PetitionFigures

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit.code,
            "name": self.unit.name,
            **{name: getattr(self.buckets, name) for name in COUNTS},
            "completion_rate": share(self.buckets.completed, self.buckets.total),
            "petitions": _petitions_as_json(self.petitions),
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """Tasks and petitions on ``as_of``, of one inspection or of all (``None``).

    Narrowed to ``unit``, only what was in the hands of its subtree of that day is counted.
    """

    as_of: date
    inspection: Inspection | None
    unit: Unit | None
    buckets: Buckets
    rate: float | None
    basis: RateBasis
    petitions: PetitionFigures
    by_unit: tuple[UnitSummary, ...]

    def as_json(self) -> dict[str, Any]:
        """What is written as JSON: days as ISO text, rates as fractions with four decimals."""
        return {
            "as_of": self.as_of.isoformat(),
            "inspection": self.inspection.code if self.inspection else None,
            "unit": self.unit.code if self.unit else None,
            **{name: getattr(self.buckets, name) for name in COUNTS},
            "completion_rate": self.rate,
            "rate_basis": self.basis.value,
            "petitions": _petitions_as_json(self.petitions),
            "by_unit": [line.as_json() for line in self.by_unit],
        }


def _petitions_as_json(petitions: PetitionFigures) -> dict[str, Any]:
    return {
        "total": petitions.total,
        "closed": petitions.closed,
        "interim_closed": petitions.interim_closed,
        "open": petitions.open,
        "rate": petitions.rate,
        "rate_basis": petitions.basis.value,
    }


def summary(inspection: Inspection | None, unit: Unit | None, as_of: date) -> Summary:
    """Where things stand on ``as_of``, in all and by unit."""
    tree = tree_on(as_of)
    units = tree.below([unit.pk]) if unit else None
    found = overview_of(
        inspection, Task.objects.live(), as_of=as_of, units=units, under=unit, tree=tree
    )
    petitions = Petition.objects.filter(is_annulled=False)
    if inspection is not None:
        petitions = petitions.filter(inspection=inspection)
    if units is not None:
        petitions = petitions.filter(unit__in=units)
    basis = inspection.petition_rate_basis if inspection else PetitionRateBasis.CLOSED
    handed_over = _Handed(petitions, as_of, PetitionRateBasis(basis))
    return Summary(
        as_of=as_of,
        inspection=inspection,
        unit=unit,
        buckets=found.buckets,
        rate=found.rate,
        basis=found.basis,
        petitions=handed_over.to(None),
        by_unit=tuple(_unit_lines(found.by_unit, handed_over, tree, unit)),
    )


class _Handed:
    """Petitions handed over by a day, counted once by the unit they were handed to."""

    def __init__(self, petitions: QuerySet[Petition], as_of: date, basis: PetitionRateBasis):
        self.as_of, self.basis = as_of, basis
        rows = (
            petitions.filter(received_on__lte=as_of)
            .order_by("unit")
            .values_list("unit")
            .annotate(
                total=Count("pk"),
                closed=Count("pk", filter=closed_by(as_of)),
                interim=Count("pk", filter=interim_by(as_of)),
            )
        )
        self.by_unit: Mapping[int, Counter[str]] = {
            unit: Counter(total=total, closed=closed, interim=interim)
            for unit, total, closed, interim in rows
        }

    def to(self, units: Iterable[int] | None) -> PetitionFigures:
        """The petitions of ``units``, or all."""
        count: Counter[str] = Counter()
        for unit in self.by_unit if units is None else units:
            count.update(self.by_unit.get(unit, {}))
        return PetitionFigures(
            as_of=self.as_of,
            total=count["total"],
            closed=count["closed"],
            interim_closed=count["interim"],
            basis=self.basis,
        )


def _unit_lines(
    lines: Iterable[UnitLine], handed_over: _Handed, tree: Tree, under: Unit | None
) -> Iterator[UnitSummary]:
    """A line for each unit with tasks or petitions, in the order of the tree."""
    buckets = {line.unit.pk: line.buckets for line in lines}
    roots = [under.pk] if under else list(tree.children.get(None, ()))
    for root in roots:
        for head in (root, *tree.children.get(root, ())):
            own = [root] if head == root else tree.below([head])
            petitions = handed_over.to(own)
            if head in buckets or petitions.total:
                yield UnitSummary(tree.units[head], buckets.get(head, Buckets()), petitions)
