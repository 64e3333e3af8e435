"""The readings of a quantity programme as a line over the years, drawn by the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tracker.templatetags.plane import Plane, count_axis, count_steps, day_axis, px

register = template.Library()

WIDTH = 440
CLEAR = 24  # between the words at the last point and those at the target


@dataclass(frozen=True)
class ReadingPoint:
    """What was counted by a day."""

    day: date
    value: Decimal


@register.filter
def quantity(value: Decimal | None) -> str:
    """A quantity as people write it: without empty decimals."""
    if value is None or value == "":  # What a template makes of no reading at all.
        return "—"
    whole = value.to_integral_value()
    return f"{whole:f}" if value == whole else f"{value.normalize():f}"


@register.simple_tag
def reading_line(points: Iterable[ReadingPoint], target: Decimal | None) -> SafeString:
    """Quantities from zero, day by day, and the target as a dashed line."""
    points = list(points)
    last = points[-1]
    most = max(ceil(max(point.value for point in points)), ceil(target or 0), 1)
    left = 18 + 8 * len(str(most))
    plane = Plane(points[0].day, last.day, most, left=left, right=WIDTH - 64, top=26, foot=156)
    places = [(plane.x(point.day), plane.y(float(point.value))) for point in points]
    label = _("%(n)s readings, the last %(value)s on %(day)s.") % {
        "n": len(points),
        "value": quantity(last.value),
        "day": last.day.isoformat(),
    }
    return format_html(
        '<svg class="chart" viewBox="0 0 {} 180" role="img" aria-label="{}">{}{}{}'
        '<path d="{}" fill="none" stroke="#17685a" stroke-width="2.2" stroke-linejoin="round"/>{}'
        '<text class="em" x="{}" y="{}">{}</text></svg>',
        *(WIDTH, label, count_axis(plane, count_steps(most)), day_axis(plane, 174, wanted=4)),
        _target(plane, target, float(last.value)),
        "M" + " L".join(f"{px(x)},{px(y)}" for x, y in places),
        format_html_join(
            "",
            '<circle cx="{}" cy="{}" r="3" fill="#17685a"/>',
            ((px(x), px(y)) for x, y in places),
        ),
        *(px(plane.x(last.day) + 8), px(plane.y(float(last.value)) + 4), quantity(last.value)),
    )


def _target(plane: Plane, target: Decimal | None, last: float) -> SafeString:
    """The dashed line of the target; its word stands where it does not cover the last value."""
    if not target:
        return SafeString("")
    height = plane.y(float(target))
    above = abs(plane.y(last) - height) < CLEAR
    return format_html(
        '<path d="M{} {}H{}" fill="none" stroke="#5f7079" stroke-width="1.5" '
        'stroke-dasharray="4 3"/><text x="{}" y="{}">{} {}</text>',
        *(plane.left, px(height), px(plane.right)),
        px(plane.left + 4 if above else plane.right + 8),
        px(height - 5 if above else height + 4),
        *(_("target"), quantity(target)),
    )
