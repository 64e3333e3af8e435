"""The first rows of a form as a page shows them, before anybody downloads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from tracker.exporters.forms import form_of
from tracker.exporters.orders import Chosen, Order
from tracker.figures.overview import Tree
from tracker.models import Inspection
from tracker.xlsx import Column, Sheet

__all__ = ["Cell", "Preview", "preview"]

MOST = 10
"""Lines of the form that are shown; with its measures or units a line may take several rows."""

MOST_ROWS = 40
LONGEST = 200
PROSE = 20
"""A column of that width holds sentences."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview, over so many columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1
    css: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first sheet of a form: how many rows there will be, and the first of them."""

    total: int
    title: str
    notes: tuple[str, ...]
    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[bool, tuple[Cell, ...]], ...]
    remarks: tuple[str, ...]

    @property
    def width(self) -> int:
        """The columns of the table."""
        return sum(cell.columns for cell in self.head[0]) if self.head else 1


def preview(
    order: Order,
    *,
    user: Any = None,
    inspection: Inspection | None = None,
    tree: Tree | None = None,
) -> Preview | None:
    """What the workbook of ``order`` will look like; ``None`` when it has nothing to show."""
    form = form_of(order)
    chosen = Chosen(order, form, user=user, inspection=inspection, tree=tree, most=MOST)
    sheet = next(iter(form.sheets(chosen)), None)
    if sheet is None:
        return None
    rows = list(islice(sheet.rows, MOST_ROWS))
    return Preview(
        total=chosen.total,
        title=sheet.title,
        notes=tuple(sheet.notes),
        head=() if sheet.is_plain else tuple(_head(sheet.columns)),
        rows=tuple(_body(sheet, rows)),
        remarks=tuple(sheet.remarks),
    )


def _shown(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if not column.is_hidden]


def _head(columns: Sequence[Column]) -> Iterator[tuple[Cell, ...]]:
    """One header row, or two where columns stand in groups."""
    shown = _shown(columns)
    if not any(column.group for column in shown):
        yield tuple(Cell(column.header) for column in shown)
        return
    upper: list[Cell] = []
    for group, run in groupby(shown, lambda column: column.group):
        own = list(run)
        if group:
            upper.append(Cell(group, columns=len(own)))
        else:
            upper += [Cell(column.header, rows=2) for column in own]
    yield tuple(upper)
    yield tuple(Cell(column.header) for column in shown if column.group)


def _body(sheet: Sheet, rows: Sequence[Any]) -> Iterator[tuple[bool, tuple[Cell, ...]]]:
    shown = _shown(sheet.columns)
    for place, row in enumerate(rows):
        cells = []
        for column in shown:
            span = 1 if column.level is None else _span(sheet, rows, place, column.level)
            if span:
                cells.append(Cell(_text(column, column.value(row)), rows=span, css=_css(column)))
        yield bool(sheet.strong and sheet.strong(row)), tuple(cells)


def _css(column: Column) -> str:
    if column.number_format != "General":
        return "num"
    return "prose" if column.width >= PROSE else ""


def _span(sheet: Sheet, rows: Sequence[Any], place: int, level: int) -> int:
    """How many rows the cell goes down; none when the row above has it already."""
    keys = sheet.keys[: level + 1]

    def key(at: int) -> list[Any]:
        return [key(rows[at]) for key in keys]

    own = key(place)
    if place and key(place - 1) == own:
        return 0
    end = place + 1
    while end < len(rows) and key(end) == own:
        end += 1
    return end - place


def _text(column: Column, value: Any) -> str:
    """A value as the workbook's format shows it, and no more of a text than a look needs."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and column.number_format.endswith("%"):
        places = column.number_format.partition(".")[2].count("0")
        return f"{value * 100:.{places}f}%"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
