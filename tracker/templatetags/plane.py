"""The ground on which a chart over time is drawn: days across, counts upwards, and its axes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as format_day
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

__all__ = ["Plane", "count_axis", "count_steps", "cut", "day_axis", "px", "value_on"]


def px(length: float) -> str:
    """A length or place in a drawing, to a tenth of a unit."""
    return f"{length:.1f}"


@dataclass(frozen=True)
class Plane:
    """Days from left to right and counts from the foot upwards, in the units of the drawing."""

    first: date
    last: date
    most: int
    left: float = 26
    right: float = 332
    top: float = 12
    foot: float = 182

    def x(self, day: date) -> float:
        span = max((self.last - self.first).days, 1)
        return self.left + (self.right - self.left) * (day - self.first).days / span

    def y(self, count: float) -> float:
        return self.foot - (self.foot - self.top) * count / max(self.most, 1)

    def path(self, points: Iterable[tuple[date, int]]) -> str:
        """The line through the points, as the ``d`` of a path."""
        steps = [f"{self.x(day):.1f},{self.y(count):.1f}" for day, count in points]
        return "M" + " L".join(steps) if steps else ""


def count_steps(most: int) -> list[int]:
    """Round counts from zero to ``most``, which itself always stands at the top."""
    step = next(
        unit * factor
        for unit in (10**power for power in range(12))
        for factor in (1, 2, 5)
        if most <= unit * factor * 4.5
    )
    return [n for n in range(0, most, step) if most - n > step * 0.4] + [most]


def count_axis(plane: Plane, steps: Iterable[int]) -> SafeString:
    """Hairlines across the plane, each with its count at the left."""
    return format_html_join(
        "",
        '<path class="ax" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (plane.left, px(plane.y(n)), plane.right, plane.left - 6, px(plane.y(n) + 4), n)
            for n in steps
        ),
    )


def day_axis(plane: Plane, y: float, wanted: int = 5) -> SafeString:
    """Names of months under the plane at their first days, at most about ``wanted``."""
    first = plane.first.year * 12 + plane.first.month - 1
    months = plane.last.year * 12 + plane.last.month - 1 - first
    step = next((n for n in (1, 2, 3, 6, 12, 24) if months <= n * wanted), 60)
    starts = [date(n // 12, n % 12 + 1, 1) for n in range(first, first + months + 1)]
    words = pgettext("month on an axis", "M y")
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (px(plane.x(day)), y, format_day(day, words))
            for day in starts
            if (day.month - 1) % min(step, 12) == 0
            and (step <= 12 or day.year % (step // 12) == 0)
            and day >= plane.first
        ),
    )


def value_on(points: Sequence[tuple[date, int]], day: date) -> int:
    """The value that holds on a day: that of the last point not after it, else nothing."""
    return next((value for at, value in reversed(points) if at <= day), 0)


def cut(text: str, room: int) -> str:
    """As much of a label as fits, a Chinese character counting as two Latin ones."""
    used = 0
    for place, character in enumerate(text):
        used += 2 if character > "\u2e7f" else 1
        if used > room:
            return f"{text[: max(place - 1, 1)]}…"
    return text
