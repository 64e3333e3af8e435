"""The rows of a list: django-tables2's table, written out without its layers for each cell.

Classes of cells are read once for a column, and the cells of a page are joined in one go; that
keeps a long page near the cost of a table written by hand.
"""

from collections.abc import Iterable
from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tracker.choices import ShownStatus
from tracker.templatetags.ui import days_left, progress, status_mark

register = template.Library()


def _status(value: ShownStatus | tuple[ShownStatus, str]) -> SafeString:
    return status_mark(*value) if isinstance(value, tuple) else status_mark(value)


CHECKED = SafeString(" checked")
MARKS = {"status": _status, "progress": lambda value: progress(*value), "days": days_left}


def table_class(table) -> str:
    """The classes of the whole table; labelled cards on phones unless a layout is named."""
    own = table.attrs.get("class", "")
    cards = getattr(table, "card_class", "") or "lab-cards"
    return " ".join(part for part in ("tb", "cards", cards, own) if part)


def row_format(table) -> str:
    """A whole row as a format string with a place for each cell; column names and attributes are
    escaped here, once for all rows.
    """
    row_header = getattr(table, "row_header", "")
    labelled = not getattr(table, "card_class", "")
    cells = []
    for column in table.columns:
        attrs = column.column.attrs.get("td", {})
        kept = {key: value for key, value in attrs.items() if not callable(value)}
        if column.name == row_header:
            tag, extra = "th", {"scope": "row"}
        else:
            tag, extra = "td", {"data-label": column.header} if labelled else {}
        opening = f"<{tag}{attributes(extra | kept)}>".replace("{", "{{").replace("}", "}}")
        cells.append(f"{opening}{{}}</{tag}>")
    return "<tr{}>{}" + "".join(cells) + "</tr>"


def attributes(values: dict) -> SafeString:
    """Attributes of an element, each with a space before it; nothing for what is None."""
    return format_html_join(
        "", ' {}="{}"', ((key, value) for key, value in values.items() if value is not None)
    )


def rows_of(table) -> Iterable[tuple[dict, Iterable]]:
    """Attributes and cells of every row on the page, prepared by the table or one by one."""
    if hasattr(table, "lean_rows"):
        yield from table.lean_rows()
        return
    names = [column.name for column in table.columns]
    for row in table.paginated_rows:
        attrs = dict(row.attrs)
        attrs.pop("class", None)
        picked = {"pick": getattr(row.record, "pk", None), "pick_label": str(row.record)}
        yield picked | attrs, [row.get_cell(name) for name in names]


@register.simple_tag
def table_rows(table) -> SafeString:
    """All ``<tr>`` of the page."""
    marks = getattr(table, "marks", {})
    markers = [MARKS.get(marks.get(column.name, "")) for column in table.columns]
    pickable = getattr(table, "pickable", False)
    return format_html_join(
        "",
        row_format(table),
        (
            (
                attributes({name: attrs[name] for name in attrs if not name.startswith("pick")})
                if attrs
                else "",
                _pick(attrs.get("pick"), attrs.get("pick_label", "")) if pickable else "",
                *map(shown, markers, cells),
            )
            for attrs, cells in rows_of(table)
        ),
    )


def shown(marker, cell):
    """What stands in a cell; text, such as the dash for nothing, is never turned into a mark."""
    return cell if marker is None or isinstance(cell, str) else marker(cell)


def _pick(key, label: str) -> SafeString:
    return format_html(
        '<td class="pickcell"><label><input class="form-check-input" type="checkbox" name="pick" '
        'value="{}" aria-label="{}" form="picked"></label></td>',
        key,
        label,
    )


@register.simple_tag
def table_head(table) -> list[dict]:
    """The visible columns: header, classes, and the order a click asks for."""
    return [
        {
            "name": column.name,
            "header": column.header,
            "class": column.column.attrs.get("th", {}).get("class", ""),
            "next": column.order_by_alias.next if column.orderable else "",
            "sorted": _sorted(column) if column.orderable else "",
        }
        for column in table.columns
    ]


def _sorted(column) -> str:
    """Which way the list is sorted by a column, in the words of ``aria-sort``."""
    if not column.is_ordered:
        return ""
    return "descending" if column.order_by_alias.is_descending else "ascending"


register.filter("table_class", table_class)


@register.simple_tag(takes_context=True)
def swaps(context, url, where="none") -> SafeString:
    """What lets a link or a form of a list renew the list alone, with its address kept.

    Nothing on a page without such a region. ``where`` is the place to scroll to afterwards.
    """
    region = context.get("region")
    if not region:
        return SafeString("")
    return format_html(' hx-get="{}"{}', url, _swapped(region, where))


@cache
def _swapped(region: str, where: str) -> SafeString:
    return format_html(
        ' hx-target="#{}" hx-select="#{}" hx-select-oob="#messages" hx-swap="outerHTML show:{}" '
        'hx-push-url="true" hx-sync="#main:replace" hx-indicator="#loading"',
        *(region, region, where),
    )


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, for short fixed lists in a template."""
    return text.split()


@register.filter
def elided(page) -> list:
    """The page numbers around this one, the ends, and dots between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def check_list(field) -> SafeString:
    """The boxes of a multiple choice; Django's own widget includes four templates for each."""
    chosen = {str(value) for value in field.value() or ()}
    return format_html_join(
        "",
        '<div><label><input type="checkbox" name="{}" value="{}"{}> {}</label></div>',
        (
            (field.html_name, value, CHECKED if str(value) in chosen else "", label)
            for value, label in field.field.choices
        ),
    )
