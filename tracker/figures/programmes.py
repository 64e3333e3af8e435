"""Quantity programmes on a day: the latest reading, and the rate where both of its parts are known.

A rate that was printed is shown as printed. It is never turned into a quantity: several
quantities may print the same rate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.figures.overview import share
from tracker.models import Programme, Reading


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme with its latest reading by the day asked about, if there is one."""

    programme: Programme
    reading: Reading | None

    @property
    def rate(self) -> float | None:
        """Quantity ÷ target as a fraction with four decimals; ``None`` unless both are known."""
        return rate_of(self.reading, self.programme.target) if self.reading else None


def rate_of(reading: Reading, target: Decimal | None) -> float | None:
    """The computed rate of one reading; the printed one is not looked at."""
    if reading.value is None or not target:
        return None
    # In hundredths, so that both are whole.
    return share(int(reading.value * 100), int(target * 100))


def readings_of(programme: Programme, *, as_of: date) -> Sequence[Reading]:
    """The readings by ``as_of``, latest first."""
    found = programme.readings.filter(is_annulled=False, as_of__lte=as_of)
    return list(found.order_by("-as_of", "-pk"))


def programme_lines(programmes: Iterable[Programme], *, as_of: date) -> list[ProgrammeLine]:
    """Each of ``programmes`` with its latest reading by ``as_of``."""
    programmes = list(programmes)
    found = Reading.objects.filter(
        programme__in=[programme.pk for programme in programmes],
        is_annulled=False,
        as_of__lte=as_of,
    )
    latest = {reading.programme_id: reading for reading in found.order_by("as_of", "pk")}
    return [ProgrammeLine(programme, latest.get(programme.pk)) for programme in programmes]
