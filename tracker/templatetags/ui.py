"""Small marks and words of the pages: icons, status marks, days, rates and query strings.

Everything a tag is given is escaped; the markup around it is fixed here.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache, lru_cache

from django import template
from django.templatetags.static import static
from django.utils.dateformat import format as format_day
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker.choices import ShownStatus

register = template.Library()

# The short names of the style sheet, by the code of the status.
STYLES = {
    "overdue": "overdue",
    "behind": "behind",
    "not_started": "none",
    "on_schedule": "track",
    "awaiting_closure": "done",
    "closed": "closed",
}
LABELS = {status.code: status.label for status in ShownStatus}
NOTHING = "—"
KEPT = 1000
"""Marks that are kept written out; the same few stand on every page."""


def code_of(status: str | ShownStatus) -> str:
    """The code of a status that is given as its code or as the choice itself."""
    return status.code if isinstance(status, ShownStatus) else status


def style_of(status: str | ShownStatus) -> str:
    """The name under which the style sheet knows a status."""
    return STYLES.get(code_of(status), "none")


@cache
def symbol(name: str) -> str:
    """The address of one drawing in the sprite."""
    return f"{static('tracker/sprite.svg')}#{name}"


@register.simple_tag
@cache
def icon(name: str, size: int = 16) -> SafeString:
    """A line icon, never the only sign of what it stands for."""
    return format_html(
        '<svg class="i i-{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>',
        size,
        symbol(f"i-{name}"),
    )


@register.simple_tag
@cache
def glyph(status: str | ShownStatus, size: int = 16) -> SafeString:
    """The mark of a status; its word stands beside it."""
    style = style_of(status)
    return format_html(
        '<svg class="g {}{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>',
        style,
        "" if size == 16 else f" g-{size}",
        symbol(f"g-{style}"),
    )


def status_mark(status: str | ShownStatus, label: str = "", *, extra_class: str = "") -> SafeString:
    """The mark of a status and its word."""
    word = label or LABELS.get(code_of(status), NOTHING)
    return _marked(code_of(status), str(word), extra_class)


@lru_cache(maxsize=KEPT)
def _marked(code: str, word: str, extra_class: str) -> SafeString:
    return format_html(
        '<span class="st st-{}{}">{}{}</span>', style_of(code), extra_class, glyph(code), word
    )


@register.simple_tag
def status(status: str | ShownStatus, label: str = "") -> SafeString:
    """The mark of a status and its word."""
    return status_mark(status, label)


@register.simple_tag
def pill(status: str | ShownStatus, label: str = "") -> SafeString:
    """The same on a filled ground, for the head of a page."""
    return status_mark(status, label, extra_class=" pill")


@register.simple_tag
@lru_cache(maxsize=KEPT)
def progress(percent: int | None, status: str | ShownStatus = "") -> SafeString:
    """How far a task has come: a bar from zero to a hundred and the figure itself."""
    if percent is None:
        return format_html('<span class="mut">{}</span>', NOTHING)
    width = min(max(percent, 0), 100)
    return format_html(
        '<span class="pr {}"><svg width="100%" height="6" aria-hidden="true" focusable="false">'
        '<rect width="{}%" height="100%"/></svg><em>{}%</em></span>',
        style_of(status),
        width,
        percent,
    )


@register.simple_tag
def cn_date(day: date | None) -> str:
    """A day as it stands in a sentence: 2023年10月31日, 31 Oct 2023."""
    return NOTHING if day is None else format_day(day, pgettext("day in a sentence", "j M Y"))


@register.simple_tag
def month_day(day: date | None) -> str:
    """A day whose year is plain: 11月15日, 15 Nov."""
    return NOTHING if day is None else format_day(day, pgettext("day without its year", "j M"))


@register.simple_tag(name="rate")
def rate_tag(share: Fraction | Decimal | float | None, digits: int = 1) -> str:
    """A share as a percentage; see ``rate``."""
    return rate(share, digits)


@register.filter
def rate(share: Fraction | Decimal | float | None, digits: int = 1) -> str:
    """A share between 0 and 1 as a percentage, rounded half up.

    Only the whole itself reads 100%, and only nothing at all reads 0%.
    """
    if share is None:
        return NOTHING
    exact = Fraction(share)
    if exact in (0, 1):
        return f"{int(exact) * 100}%"
    step = Decimal(1).scaleb(-digits)
    percent = Decimal(exact.numerator * 100) / Decimal(exact.denominator)
    rounded = percent.quantize(step, rounding=ROUND_HALF_UP)
    if rounded == 100:
        rounded = percent.quantize(step, rounding=ROUND_DOWN)
    return f"{max(rounded, step) if exact > 0 else rounded}%"


@register.simple_tag
def days_left(days: int | None, soon: int = 30) -> SafeString:
    """Days until a deadline; negative once it has passed."""
    if days is None:
        return format_html('<span class="mut">{}</span>', NOTHING)
    if days < 0:
        words = ngettext("%(n)s day overdue", "%(n)s days overdue", -days) % {"n": -days}
        return format_html('<span class="late">{}</span>', words)
    if days == 0:
        return format_html('<span class="soon">{}</span>', _("due today"))
    words = ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    return format_html('<span class="{}">{}</span>', "soon" if days <= soon else "left", words)


@register.simple_tag
def change(now: int | None, before: int | None, better: str = "down") -> SafeString:
    """The step from an earlier figure; its colour says better or worse, its arrow up or down."""
    if now is None or before is None:
        return SafeString("")
    if now == before:
        return format_html('<span class="mut">{}</span>', _("unchanged"))
    went = "up" if now > before else "down"
    arrow, word = ("▲", _("up")) if went == "up" else ("▼", _("down"))
    return format_html(
        '<span class="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span> {}</span>',
        "dn" if went == better else "up",
        arrow,
        word,
        abs(now - before),
    )


@register.simple_tag
def month_ends(as_of: date, today: date) -> dict[str, date | None]:
    """The days to which the as-of control steps: the month end before, and the one after.

    The step after never leads past today.
    """
    before = as_of.replace(day=1) - timedelta(days=1)
    if as_of >= today:
        return {"before": before, "after": None}
    month = as_of if as_of.day < monthrange(as_of.year, as_of.month)[1] else _next_month(as_of)
    after = month.replace(day=monthrange(month.year, month.month)[1])
    return {"before": before, "after": min(after, today)}


def _next_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1]) + timedelta(days=1)


@register.simple_tag(takes_context=True)
def hidden_params(context: template.Context, *without: str) -> SafeString:
    """The parameters of the address as hidden fields, so that a GET form keeps them."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        (
            (name, value)
            for name, values in context["request"].GET.lists()
            if name not in without
            for value in values
        ),
    )


@register.filter
def chosen(field) -> int:
    """How many values of a filter's field are set."""
    value = field.value()
    if isinstance(value, list | tuple):
        return len([part for part in value if part not in ("", None)])
    return int(value not in ("", None))
