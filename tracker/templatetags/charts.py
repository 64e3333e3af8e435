"""Charts drawn by the server as SVG: crisp on paper, readable without colour, every mark a link.

Widths are attributes of the drawing, never styles, so that a strict content policy holds. The
stripe patterns ``p-behind`` and ``p-awaiting`` are drawn once, in ``tracker/base.html``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker.templatetags.plane import (
    Plane,
    count_axis,
    count_steps,
    cut,
    day_axis,
    px,
    value_on,
)
from tracker.templatetags.ui import glyph, month_day, style_of, symbol

register = template.Library()

WIDTH = 384  # of a chart panel, in the units of its viewBox
FILLS = {
    "overdue": "#b3261e",
    "behind": "url(#p-behind)",
    "none": "#fff",
    "track": "#4a90d9",
    "done": "url(#p-awaiting)",
    "closed": "#17685a",
}
LINES = FILLS | {"behind": "#b97a0a", "none": "#56666f", "done": "#17685a"}
OUTLINES = {"none": "#7f9097", "done": "#17685a"}


@dataclass(frozen=True)
class Segment:
    """One status in the segmented bar."""

    status: str
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Cell:
    """One task of a unit."""

    code: str
    title: str
    status: str
    status_label: str
    url: str


@dataclass(frozen=True)
class BurnPoint:
    """Tasks completed by the end of a day."""

    day: date
    count: int


@dataclass(frozen=True)
class DueItem:
    """A task whose deadline is near."""

    label: str
    code: str
    due_on: date
    status: str
    percent: int | None
    url: str


@dataclass(frozen=True)
class Bar:
    """One class of a sorted count."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class ProgressPoint:
    """The percentage of a task on a day."""

    day: date
    percent: int


def shares(counts: Sequence[int], least: float = 1.0) -> list[float]:
    """Widths in per cent that add up to 100, none so narrow that its segment vanishes."""
    total = sum(counts)
    raised = [max(100 * count / total, least) for count in counts]
    return [100 * width / sum(raised) for width in raised]


@register.simple_tag
def segbar(segments: Iterable[Segment], total: int) -> SafeString:
    """All tasks as one bar, a segment for each status that occurs."""
    shown = [segment for segment in segments if segment.count]
    label = ngettext("%(total)s task: %(parts)s", "%(total)s tasks: %(parts)s", total) % {
        "total": total,
        "parts": _(", ").join(f"{segment.label} {segment.count}" for segment in shown),
    }
    widths = shares([segment.count for segment in shown]) if shown else []
    starts = [sum(widths[:place]) for place in range(len(widths))]
    return format_html(
        '<svg class="bar" width="100%" height="22" role="group" aria-label="{}">{}{}</svg>',
        label,
        format_html_join(
            "",
            '<a href="{}" aria-label="{} {}"><title>{} {}</title>'
            '<svg x="{}%" width="{}%" height="100%">'
            '<rect width="100%" height="100%" fill="{}"{}/></svg></a>',
            (
                (
                    *(segment.url, segment.label, segment.count, segment.label, segment.count),
                    *(f"{start:.3f}", f"{width:.3f}"),
                    *(FILLS[style_of(segment.status)], _outline(segment.status, 3)),
                )
                for segment, start, width in zip(shown, starts, widths, strict=True)
            ),
        ),
        format_html_join(
            "",
            '<rect x="{}%" width="2" height="100%" fill="#fff"/>',
            ((f"{start:.3f}",) for start in starts[1:]),
        ),
    )


def _outline(status: str, width: int) -> SafeString:
    """The border that pale fills need; in the bar, half of its width falls outside."""
    colour = OUTLINES.get(style_of(status))
    if colour is None:
        return SafeString("")
    return format_html(' stroke="{}" stroke-width="{}"', colour, width)


@register.simple_tag
def legend(segments: Iterable[Segment]) -> SafeString:
    """The counts of the bar in words, each a link."""
    return format_html(
        '<ul class="legend">{}</ul>',
        format_html_join(
            "",
            '<li><a href="{}">{}{} <b>{}</b></a></li>',
            (
                (segment.url, glyph(segment.status), segment.label, segment.count)
                for segment in segments
            ),
        ),
    )


@register.simple_tag
def cells(tasks: Iterable[Cell]) -> SafeString:
    """Every task of a unit as one cell that leads to it."""
    return format_html(
        '<div class="cells">{}</div>',
        format_html_join(
            "",
            '<a class="cell f-{}" href="{}" title="{} {} · {}">'
            '<svg aria-hidden="true" focusable="false"><use href="{}"/></svg>'
            '<span class="sr">{} {} · {}</span></a>',
            (
                (
                    *(style_of(task.status), task.url, task.code, task.title, task.status_label),
                    symbol(f"c-{style_of(task.status)}"),
                    *(task.code, task.title, task.status_label),
                )
                for task in tasks
            ),
        ),
    )


@register.simple_tag
def burnup(
    actual: Iterable[BurnPoint], plan: Iterable[BurnPoint], as_of: date, total: int
) -> SafeString:
    """Tasks completed against the plan: one line for each, and the day asked about."""
    done = [(point.day, point.count) for point in actual if point.day <= as_of]
    due = [(point.day, point.count) for point in plan]
    days = [day for day, _count in done + due] or [as_of]
    plane = Plane(min([*days, as_of]), max([*days, as_of]), total)
    now, planned = value_on(done, as_of), value_on(due, as_of)
    # The higher of the two labels goes above its line, so that they never lie on each other.
    ahead = now >= planned
    x = plane.x(as_of)
    side, anchor = (-8, "end") if x > WIDTH / 3 else (8, "start")
    below_right = ahead and x < WIDTH - 90
    label = _("Completed tasks: %(done)s by the day asked about, %(planned)s planned.") % {
        "done": now,
        "planned": planned,
    }
    return format_html(
        '<svg class="chart" viewBox="0 -10 {} 216" role="img" aria-label="{}">{}{}{}'
        '<path d="{}" fill="none" stroke="#5f7079" stroke-width="1.5" stroke-dasharray="4 3"/>'
        '<path d="{}" fill="none" stroke="#17685a" stroke-width="2.4" stroke-linejoin="round"/>'
        '<path d="M{} {}V{}" stroke="#465760" stroke-dasharray="1 3"/>'
        '<circle cx="{}" cy="{}" r="4" fill="#17685a" stroke="#fff" stroke-width="1.5"/>'
        '<text class="em" x="{}" y="{}" text-anchor="{}">{} {}</text>'
        '<text x="{}" y="{}" text-anchor="{}">{} {}</text>{}</svg>',
        *(WIDTH, label, count_axis(plane, count_steps(total)), day_axis(plane, 200)),
        *(_area(plane, done, as_of), plane.path(due), plane.path(done)),
        *(px(x), plane.top, plane.foot, px(x), px(plane.y(now))),
        *(px(x + side), px(plane.y(now) + (-8 if ahead else 20)), anchor, _("actual"), now),
        *(px(x + (8 if below_right else side)), px(plane.y(planned) + (18 if ahead else -8))),
        *("start" if below_right else anchor, _("planned"), planned),
        _plan_end(plane, due, as_of),
    )


def _area(plane: Plane, points: list[tuple[date, int]], as_of: date) -> SafeString:
    """The tint under the actual line, from its first point to the day asked about."""
    if not points:
        return SafeString("")
    return format_html(
        '<path d="{} L{},{} L{},{}Z" fill="#e3f0ed"/>',
        plane.path(points),
        *(px(plane.x(points[-1][0])), plane.foot, px(plane.x(points[0][0])), plane.foot),
    )


def _plan_end(plane: Plane, points: list[tuple[date, int]], as_of: date) -> SafeString:
    """Where the plan ends, when that lies clear of the day asked about."""
    if not points or plane.x(points[-1][0]) - plane.x(as_of) < 60:
        return SafeString("")
    day, count = points[-1]
    return format_html(
        '<text x="{}" y="{}">{} {}</text>',
        *(px(plane.x(day) + 4), px(plane.y(count) + 4), _("planned"), count),
    )


@register.simple_tag
def due_bars(items: Iterable[DueItem], as_of: date) -> SafeString:
    """What falls due in the next 90 days, each task a bar from the day asked about."""
    items = list(items)
    plane = Plane(as_of, as_of + timedelta(days=90), 1, left=196, right=322)
    foot = 16 + 27 * len(items)
    label = ngettext(
        "%(n)s task due in the next 90 days", "%(n)s tasks due in the next 90 days", len(items)
    ) % {"n": len(items)}
    marks = format_html_join(
        "",
        '<path class="ax" d="M{} 16V{}"/><text x="{}" y="12" text-anchor="middle">{}</text>',
        (
            (px(plane.x(day)), foot, px(plane.x(day)), words)
            for day, words in (
                (as_of, pgettext("on an axis", "now")),
                *((as_of + timedelta(days=n), _("%(n)s days") % {"n": n}) for n in (30, 60, 90)),
            )
        ),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>',
        *(WIDTH, foot + 4, label, marks),
        format_html_join("", "{}", ((_due(plane, n, item),) for n, item in enumerate(items))),
    )


def _due(plane: Plane, place: int, item: DueItem) -> SafeString:
    y = 30.5 + 27 * place
    end = plane.x(min(item.due_on, plane.last))
    width = max(end - plane.left, 2)
    words = _("%(code)s %(label)s, due %(day)s, progress %(percent)s") % {
        "code": item.code,
        "label": item.label,
        "day": item.due_on.isoformat(),
        "percent": "—" if item.percent is None else f"{item.percent}%",
    }
    style = style_of(item.status)
    return format_html(
        '<a href="{}"><title>{}</title><text x="4" y="{}">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="10" rx="2" fill="{}"{}/>'
        '<text x="{}" y="{}" class="em">{}</text></a>',
        *(item.url, words, y + 9, cut(item.label, 28)),
        *(plane.left, y, px(width), FILLS[style], _outline(item.status, 1)),
        *(px(plane.left + width + 6), y + 9, month_day(item.due_on)),
    )


@register.simple_tag
def hbars(bars: Iterable[Bar]) -> SafeString:
    """Counts of classes as horizontal bars from zero, in the order given."""
    bars = list(bars)
    most = max([bar.count for bar in bars], default=0) or 1
    return format_html(
        '<dl class="hb">{}</dl>',
        format_html_join(
            "",
            '<dt>{}</dt><dd><svg class="tr" width="100%" height="14" aria-hidden="true" '
            'focusable="false"><rect width="{}%" height="100%" rx="2"/></svg></dd>'
            '<dd class="num">{}</dd>',
            ((bar.label, px(100 * bar.count / most), _count_link(bar)) for bar in bars),
        ),
    )


def _count_link(bar: Bar) -> SafeString:
    if not bar.url:
        return format_html("{}", bar.count)
    return format_html(
        '<a class="q" href="{}" aria-label="{} {}">{}</a>', bar.url, bar.label, bar.count, bar.count
    )


@register.simple_tag
def progress_line(
    points: Iterable[ProgressPoint],
    plan: Iterable[ProgressPoint],
    as_of: date,
    status: str = "on_schedule",
) -> SafeString:
    """The progress of one task against its plan, from 0 to 100 per cent."""
    seen = [(point.day, point.percent) for point in points if point.day <= as_of]
    planned = [(point.day, point.percent) for point in plan]
    days = [day for day, _percent in seen + planned] or [as_of]
    plane = Plane(min(days), max(days), 100, left=30, right=262, top=14, foot=114)
    last_day, last = seen[-1] if seen else (as_of, 0)
    colour = LINES[style_of(status)]
    label = _("Progress %(percent)s%% against a plan of %(planned)s%%.") % {
        "percent": last,
        "planned": value_on(planned, as_of),
    }
    ends_high = bool(planned) and planned[-1][1] - last < 16
    return format_html(
        '<svg class="chart" viewBox="0 0 312 136" role="img" aria-label="{}">{}{}'
        '<path d="{}" fill="none" stroke="#5f7079" stroke-width="1.5" stroke-dasharray="4 3"/>'
        '<path d="{}" fill="none" stroke="{}" stroke-width="2.2" stroke-linejoin="round"/>'
        '<circle cx="{}" cy="{}" r="4" fill="{}" stroke="#fff" stroke-width="1.5"/>'
        '<text class="em" x="{}" y="{}">{}%</text>{}</svg>',
        *(label, count_axis(plane, (0, 50, 100)), day_axis(plane, 132, wanted=4)),
        *(plane.path(planned), plane.path(seen), colour),
        *(px(plane.x(last_day)), px(plane.y(last)), colour),
        *(px(plane.x(last_day) + 7), px(plane.y(last) + (16 if ends_high else 4)), last),
        _plan_label(plane, planned),
    )


def _plan_label(plane: Plane, planned: list[tuple[date, int]]) -> SafeString:
    if not planned:
        return SafeString("")
    day, percent = planned[-1]
    return format_html(
        '<text x="{}" y="{}">{}</text>',
        *(px(min(plane.x(day) + 6, 270)), px(plane.y(percent) + 2), _("planned")),
    )
