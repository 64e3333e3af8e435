"""Where the cells of a form stand: sheet rows, their heights, merged cells.

A row is never cut. Where the text of a row needs more height than a sheet row can have (409
points), the row is spread over several sheet rows whose cells are merged; a text longer than a
cell can hold goes on in the cell below, in the same column.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil
from operator import itemgetter
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from tracker.xlsx.frame import Frame
from tracker.xlsx.rowxml import Cells, lines, room_of, text_cell
from tracker.xlsx.text import pieces, visible

__all__ = ["Layout", "TooLarge"]

LAST_ROW = 1_048_576

TALLEST = 400
"""Points; a sheet row can have 409."""

LINE = 15.0
"""Points a line of the body takes, with some room for other fonts."""

SIZE = 10.5
"""Points of the body's font."""

PLACES = {1: ("left",), 2: ("left", "right"), 3: ("left", "center", "right")}


class TooLarge(ValidationError):
    """More than a sheet can hold, with one sentence that says so: a refusal like any other."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The list is too long for one sheet, which holds 1,048,576 rows and 2 GB."
                " Nothing was written. Choose fewer rows, or one workbook for each unit."
            ),
            code="too_large",
        )


@dataclass(slots=True)
class _Line:
    """One row of the form: its cells, the height they need, the sheet rows it is given.

    ``several`` has the columns whose text takes more than one cell.
    """

    cells: list[str]
    height: float
    is_strong: bool
    several: dict[int, list[str]]
    count: int = 1
    start: int = 0


@dataclass(slots=True)
class _Run:
    """Cells that are merged over neighbouring lines, from ``first`` to ``last``."""

    level: int
    first: int
    last: int
    several: dict[int, list[str]]


@dataclass
class Layout:
    """Writes the rows of a form one after the other; ``merges`` takes the merged cells."""

    frame: Frame
    merges: IO[bytes]
    at: int = 0
    merged: int = 0
    last: int = 0
    openings: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.form = self.frame.form
        columns = self.form.columns
        self.openings = [
            f'<c r="{get_column_letter(number)}' for number, _column in enumerate(columns, start=1)
        ]
        self.cells = Cells(columns, self.frame.body, levels=len(self.form.keys))
        self.blanks = {strong: self.cells.blanks(strong=strong) for strong in (False, True)}

    def rows(self) -> Iterator[str]:
        """Every row of the sheet; ``last`` is that of the table when all are given."""
        yield from self._head()
        yield from self._body()
        self.last = self.at
        yield from self._foot()

    def _head(self) -> Iterator[str]:
        """Title, notes and header."""
        if self.form.title:
            yield from self._across([self.form.title], 20, least=40, is_title=True)
        if self.form.notes:
            yield from self._across(self.form.notes, 12, least=24)
        if not self.form.is_plain:
            yield from self._header()

    def _header(self) -> Iterator[str]:
        """The names of the columns, below those of their groups."""
        columns = self.form.columns
        style = self.frame.header()
        headers = [text_cell(style, _one(column.header)) for column in columns]
        tallest = max(lines(column.header, room_of(column)) for column in columns)
        if self.frame.has_groups:
            yield self._row(self._grouped(headers, style), LINE + 8)
            headers = [
                header if column.group else text_cell(style, "")
                for header, column in zip(headers, columns, strict=True)
            ]
        yield self._row(headers, tallest * LINE + 8)

    def _grouped(self, headers: Sequence[str], style: int) -> list[str]:
        """The upper of two header rows: names of groups, and headers that stand in no group."""
        cells = list(headers)
        marked = enumerate(column.group for column in self.form.columns)
        for group, run in groupby(marked, itemgetter(1)):
            numbers = [number for number, _group in run]
            if group:
                for number in numbers:
                    cells[number] = text_cell(style, "")
                cells[numbers[0]] = text_cell(style, _one(group))
                self._merge(numbers[0], self.at + 1, numbers[-1], self.at + 1)
            else:
                for number in numbers:
                    self._merge(number, self.at + 1, number, self.at + 2)
        return cells

    def _body(self) -> Iterator[str]:
        """The rows of the form."""
        if not self.form.keys:
            for row in self.form.rows:
                yield from self._group([row])
        else:
            for _key, rows in groupby(self.form.rows, self.form.keys[0]):
                yield from self._group(list(rows))

    def _foot(self) -> Iterator[str]:
        """Remarks, and the line that is signed."""
        for remark in self.form.remarks:
            yield from self._across([remark], SIZE, least=20)
        if self.form.signature:
            yield self._row([], LINE)
            yield from self._across([self.form.signature], 12, least=26)

    def _across(
        self, texts: Sequence[str], size: float, *, least: float, is_title: bool = False
    ) -> Iterator[str]:
        """A line of one to three texts, each merged over its share of the columns."""
        shares = self.frame.shares(len(texts))
        if len(texts) > len(shares):
            texts = [*texts[: len(shares) - 1], "    ".join(texts[len(shares) - 1 :])]
        places = ("center",) if is_title else PLACES[len(texts)]
        cells = [""] * len(self.openings)
        height = least
        for text, place, (start, stop) in zip(texts, places, shares, strict=True):
            shown = [column for column in self.form.columns[start:stop] if not column.is_hidden]
            room = sum(column.width for column in shown) * SIZE / size
            height = max(height, lines(_one(text), max(2.0, room)) * LINE * size / SIZE + 4)
            style = self.frame.line(place, size, is_title=is_title)
            cells[start] = text_cell(style, _one(text))
        count = ceil(height / TALLEST)
        for start, stop in shares:
            self._merge(start, self.at + 1, stop - 1, self.at + count)
        for number in range(count):
            yield self._row(cells if number == 0 else [], height / count)

    def _merge(self, column: int, row: int, last_column: int, last_row: int) -> None:
        """Columns are counted from 0 here, rows from 1."""
        if (column, row) != (last_column, last_row):
            first = f"{self.openings[column][6:]}{row}"
            last = f"{self.openings[last_column][6:]}{last_row}"
            self.merges.write(f'<mergeCell ref="{first}:{last}"/>'.encode())
            self.merged += 1

    def _row(self, cells: Sequence[str], height: float) -> str:
        """The next row of the sheet; an empty text is no cell."""
        self.at += 1
        at = self.at
        if at > LAST_ROW:
            raise TooLarge
        written = "".join(
            [
                f"{opening}{at}{cell}"
                for opening, cell in zip(self.openings, cells, strict=False)
                if cell
            ]
        )
        return f'<row r="{at}" ht="{height:g}" customHeight="1">{written}</row>'

    def _group(self, rows: list[Any]) -> Iterator[str]:
        """Rows that may share merged cells, laid out together."""
        found = [self._line(row) for row in rows]
        runs = list(self._runs(rows, found)) if self.form.keys else []
        start = 0
        for line in found:
            if self.form.is_flat:
                line.height = min(line.height, TALLEST)
            line.count = max(line.count, ceil(line.height / TALLEST))
            line.start = start
            start += line.count
        tails = self._merged(found, runs) if runs or start > len(found) else {}
        for line in found:
            cells = line.cells
            for place in range(line.start, line.start + line.count):
                if place > line.start:
                    cells = self.blanks[line.is_strong].copy()
                for column in tails.get(place, ()):
                    cells[column] = tails[place][column]
                yield self._row(cells, line.height / line.count)

    def _line(self, row: Any) -> _Line:
        is_strong = self.form.strong is not None and bool(self.form.strong(row))
        cells = self.blanks[is_strong].copy()
        tallest, several = self.cells.fill(cells, row, None, strong=is_strong)
        line = _Line(cells, tallest * LINE + 4, is_strong, several)
        if several:
            line.count = max(len(parts) for parts in several.values())
        return line

    def _runs(self, rows: list[Any], found: list[_Line]) -> Iterator[_Run]:
        """Put merged cells into the first of their lines; the last gives the height they miss."""
        for level in range(len(self.form.keys)):
            if level not in self.cells.numbers:
                continue
            keys = self.form.keys[: level + 1]
            marks = enumerate([key(row) for key in keys] for row in rows)
            for _mark, run in groupby(marks, itemgetter(1)):
                places = [place for place, _mark in run]
                first, last = places[0], places[-1]
                own = found[first : last + 1]
                tallest, several = self.cells.fill(
                    own[0].cells, rows[first], level, strong=own[0].is_strong
                )
                missing = tallest * LINE + 4 - sum(line.height for line in own)
                own[-1].height += max(0.0, missing)
                if several:
                    wanted = max(len(parts) for parts in several.values())
                    own[-1].count += max(0, wanted - sum(line.count for line in own))
                yield _Run(level, first, last, several)

    def _merged(self, found: list[_Line], runs: list[_Run]) -> dict[int, dict[int, str]]:
        """Merge what stands over several sheet rows; the cells below the first one of such."""
        tails: dict[int, dict[int, str]] = {}
        blocks: list[tuple[int | None, int, int, dict[int, list[str]]]] = [
            (None, line.start, line.start + line.count, line.several)
            for line in found
            if line.count > 1
        ]
        for run in runs:
            first, last = found[run.first], found[run.last]
            blocks.append((run.level, first.start, last.start + last.count, run.several))
        for level, start, end, several in blocks:
            for column in self.cells.numbers[level] if end - start > 1 else ():
                parts = several.get(column, [""])
                for place, part in enumerate(parts[1:], start=start + 1):
                    tails.setdefault(place, {})[column] = part
                self._merge(column, self.at + start + len(parts), column, self.at + end)
        return tails


def _one(text: str) -> str:
    """A text of the form's own, which is far from too long for a cell."""
    return pieces(visible(text) or " ")[0]
