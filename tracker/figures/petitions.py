"""How many petitions, how many settled, on a day."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from tracker.choices import PetitionRateBasis
from tracker.figures.overview import Tree, share
from tracker.models import MediaCategory, Petition, Unit


@dataclass(frozen=True, slots=True)
class PetitionFigures:
    """Petitions by outcome on ``as_of``: total = closed + interim_closed + open.

    ``rate`` counts interim outcomes or not, as ``basis`` says; the basis is printed beside it.
    """

    as_of: date
    total: int
    closed: int
    interim_closed: int
    basis: PetitionRateBasis

    @property
    def open(self) -> int:
        return self.total - self.closed - self.interim_closed

    @property
    def rate(self) -> float | None:
        settled = self.closed
        if self.basis == PetitionRateBasis.WITH_INTERIM:
            settled += self.interim_closed
        return share(settled, self.total)


def closed_by(as_of: date) -> Q:
    """办结: settled by the day."""
    return Q(closed_on__lte=as_of)


def interim_by(as_of: date) -> Q:
    """阶段性办结: an interim outcome by the day, not settled yet."""
    return Q(interim_on__lte=as_of) & (Q(closed_on=None) | Q(closed_on__gt=as_of))


def petition_figures(
    petitions: QuerySet[Petition],
    *,
    as_of: date,
    basis: PetitionRateBasis | str = PetitionRateBasis.CLOSED,
) -> PetitionFigures:
    """Count ``petitions`` handed over by ``as_of``."""
    count = petitions.filter(received_on__lte=as_of).aggregate(
        total=Count("pk"),
        closed=Count("pk", filter=closed_by(as_of)),
        interim=Count("pk", filter=interim_by(as_of)),
    )
    return PetitionFigures(
        as_of=as_of,
        total=count["total"],
        closed=count["closed"],
        interim_closed=count["interim"],
        basis=PetitionRateBasis(basis),
    )


def by_medium(petitions: QuerySet[Petition], *, as_of: date) -> list[tuple[MediaCategory, int]]:
    """Petitions by pollution type, most first; one of several types counts under each."""
    found = petitions.filter(received_on__lte=as_of)
    count = Count("petitions", filter=Q(petitions__in=found))
    media = MediaCategory.objects.annotate(count=count).filter(count__gt=0)
    return [(medium, medium.count) for medium in media.order_by("-count", "position")]


def by_unit(petitions: QuerySet[Petition], *, as_of: date) -> dict[int, int]:
    """``{unit id: petitions}`` handed over to each unit itself by ``as_of``."""
    found = petitions.filter(received_on__lte=as_of)
    return dict(found.values_list("unit").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class PetitionLine:
    """Petitions handed over to one unit or any unit below it; of a root, to itself alone.

    ``by_medium`` counts one of several types under each, so that it may add up to more than
    ``total``. ``latest`` are those of the last day on which any were handed over.
    """

    unit: Unit | None
    total: int
    latest: int
    by_medium: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PetitionTable:
    """Petitions by unit and type; ``whole`` is their sum. Days are ``None`` without a petition."""

    first_on: date | None
    last_on: date | None
    media: tuple[MediaCategory, ...]
    lines: tuple[PetitionLine, ...]
    whole: PetitionLine

    @property
    def counts_some_twice(self) -> bool:
        return sum(self.whole.by_medium.values()) != self.whole.total


def petition_table(
    petitions: QuerySet[Petition], *, as_of: date, tree: Tree, under: Unit | None = None
) -> PetitionTable:
    """``petitions`` handed over by ``as_of``, a line for each unit directly below ``under``."""
    found = petitions.filter(received_on__lte=as_of)
    days = list(found.order_by().values_list("unit", "received_on").annotate(Count("pk")))
    through = Petition.media.through.objects.filter(petition__in=found.order_by().values("pk"))
    types = through.order_by().values_list("petition__unit", "mediacategory").annotate(Count("pk"))
    received = [day for _unit, day, _count in days]
    last_on = max(received, default=None)
    total: Counter[int] = Counter()
    latest: Counter[int] = Counter()
    media: dict[int, Counter[int]] = {}
    for unit, day, count in days:
        total[unit] += count
        latest[unit] += count if day == last_on else 0
    for unit, medium, count in types:
        media.setdefault(unit, Counter())[medium] += count

    def line(unit: Unit | None, own: set[int]) -> PetitionLine:
        counted: Counter[int] = Counter()
        for pk in own:
            counted.update(media.get(pk, {}))
        return PetitionLine(
            unit, sum(total[pk] for pk in own), sum(latest[pk] for pk in own), counted
        )

    return PetitionTable(
        first_on=min(received, default=None),
        last_on=last_on,
        media=tuple(MediaCategory.objects.order_by("position", "code")),
        lines=tuple(line(unit, own) for unit, own in _heads(set(total), tree, under)),
        whole=line(None, set(total)),
    )


def _heads(held: set[int], tree: Tree, under: Unit | None) -> Iterator[tuple[Unit, set[int]]]:
    """The units that get a line, each with those of ``held`` that are counted in it."""
    left = set(held)
    for root in [under.pk] if under else tree.children.get(None, ()):
        for head in (root, *tree.children.get(root, ())):
            own = left & ({root} if head == root else tree.below([head]))
            if own:
                left -= own
                yield tree.units[head], own
    # Units that stood nowhere in the tree of the day, closed ones for example.
    for unit in Unit.objects.plain().filter(pk__in=left):
        yield unit, {unit.pk}
