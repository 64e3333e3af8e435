"""The cells of a sheet's body as XML, each with all but its address, and the lines they take.

The same cells as openpyxl writes, joined as text: a form of a hundred thousand rows has millions
of them.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from html import escape
from math import ceil
from typing import Any

from openpyxl.compat import safe_string
from openpyxl.utils.datetime import to_excel

from tracker.xlsx.sheets import Column
from tracker.xlsx.text import LEADS, MAX_TEXT, pieces, visible

__all__ = ["Cells", "Style", "lines", "room_of", "text_cell"]

Style = Callable[..., int]
"""The number of a style of the workbook, given a column and what differs from its plain one."""

FORMATS = {datetime: "yyyy-mm-dd h:mm:ss", date: "yyyy-mm-dd", time: "h:mm:ss"}
"""How a day is shown in a column that has no format of its own."""

MOMENTS = (date, time)
NUMBERS = (int, float, Decimal)

EXACT = 10**15
"""A spreadsheet program keeps fifteen digits."""

BEGINNINGS = LEADS | {" "}


def lines(text: str, room: float) -> int:
    """The lines ``text`` takes in a column with room for so many characters.

    A character counts as wide as its UTF-8 is long: one for ASCII, two for Chinese, something
    between or above for others, and so rather one line more than one less.
    """
    total = 0
    for line in text.split("\n"):
        size = len(line)
        if 2.5 * size <= room:
            total += 1
        else:
            total += ceil((size + len(line.encode("utf-8", "replace"))) / 2 / room)
    return total


def text_cell(style: int, text: str) -> str:
    """A cell with ``text``, which is visible and short enough, from its style onwards."""
    if not text:
        return f'" s="{style}"/>'
    space = ' xml:space="preserve"' if text.strip() != text else ""
    written = escape(text, quote=False).replace("\r", "&#13;")
    return f'" s="{style}" t="inlineStr"><is><t{space}>{written}</t></is></c>'


@lru_cache(maxsize=4096)
def _serial(value: date | time) -> str:
    return str(safe_string(to_excel(value)))


class _Pen:
    """Writes cells of one column, in plain or in bold."""

    def __init__(self, column: Column, style: Style, *, strong: bool):
        self.column = column
        self.style = style
        self.strong = strong
        self.plain = style(column, strong=strong)
        self.blank = text_cell(self.plain, "")
        self.text = f'" s="{self.plain}" t="inlineStr"><is><t>'
        self.number = f'" s="{self.plain}"><v>'
        self.moments: dict[type, str] = {}

    def texts(self, text: str) -> list[str]:
        """The cells of any text: more than one where it is longer than a cell can hold."""
        return [self._text(piece) for piece in pieces(text)] or [self.blank]

    def _text(self, piece: str) -> str:
        """Text that looks like a formula is marked as text."""
        if piece[:1] in LEADS:
            return text_cell(self.style(self.column, strong=self.strong, is_quoted=True), piece)
        return text_cell(self.plain, piece)

    def other(self, value: Any) -> str | None:
        """The cell of what is no text, or None for what can be told as text only."""
        if value.__class__ is int and -EXACT < value < EXACT:
            return f"{self.number}{value}</v></c>"
        if isinstance(value, MOMENTS):
            return self._moment(value)
        if isinstance(value, bool):
            return f'" s="{self.plain}" t="b"><v>{value:d}</v></c>'
        if isinstance(value, NUMBERS):
            number = safe_string(value)
            return f"{self.number}{number}</v></c>" if number else self.blank
        return None

    def _moment(self, value: Any) -> str:
        """A day or an hour without a zone, which a workbook does not know."""
        kind = value.__class__
        if kind not in self.moments:
            shown = next(name for known, name in FORMATS.items() if isinstance(value, known))
            number_format = shown if self.column.number_format == "General" else ""
            style = self.style(self.column, strong=self.strong, number_format=number_format)
            self.moments[kind] = f'" s="{style}"><v>'
        if kind is datetime or kind is time:
            value = value.replace(tzinfo=None)
        return f"{self.moments[kind]}{_serial(value)}</v></c>"


class Cells:
    """Turns rows of a form into cells. A sequence of cells has one for each column.

    ``numbers`` has the places of the columns of each level; those without one, or with one that
    no key of the form gives a meaning to, have None.
    """

    def __init__(self, columns: Sequence[Column], style: Style, *, levels: int):
        self.pens = {
            strong: [_Pen(column, style, strong=strong) for column in columns]
            for strong in (False, True)
        }
        self.numbers: dict[int | None, list[int]] = {None: []}
        for number, column in enumerate(columns):
            has_level = column.level is not None and column.level < levels
            self.numbers.setdefault(column.level if has_level else None, []).append(number)
        self.takers = {
            (level, strong): [
                (number, columns[number].value, pens[number], room_of(columns[number]))
                for number in numbers
            ]
            for level, numbers in self.numbers.items()
            for strong, pens in self.pens.items()
        }

    def blanks(self, *, strong: bool) -> list[str]:
        """Cells with nothing in them."""
        return [pen.blank for pen in self.pens[strong]]

    def fill(
        self, cells: list[str], row: Any, level: int | None, *, strong: bool
    ) -> tuple[int, dict[int, list[str]]]:
        """Put what the columns of a level take from ``row`` into ``cells``.

        The answer is how many lines it takes at most, and all cells of the columns in which it
        takes several, one below the other.
        """
        tallest = 1
        several: dict[int, list[str]] = {}
        for number, value_of, pen, room in self.takers[level, strong]:
            value = value_of(row)
            if value is None:
                continue
            if value.__class__ is str:
                if not value:
                    continue
                if (
                    (value.isprintable() or value.replace("\n", "").isprintable())
                    and "&" not in value
                    and "<" not in value
                    and ">" not in value
                    and "_" not in value
                    and value[0] not in BEGINNINGS
                    and value[-1] not in " \n"
                    and len(value) <= MAX_TEXT
                ):
                    cells[number] = f"{pen.text}{value}</t></is></c>"
                    taken = (len(value) + len(value.encode())) / 2
                    if "\n" in value:
                        tallest = max(tallest, lines(value, room))
                    elif taken > room * tallest:
                        tallest = ceil(taken / room)
                    continue
            else:
                cell = pen.other(value)
                if cell is not None:
                    cells[number] = cell
                    continue
            text = visible(str(value))
            parts = pen.texts(text)
            cells[number] = parts[0]
            tallest = max(tallest, lines(text, room))
            if len(parts) > 1:
                several[number] = parts
        return tallest, several


def room_of(column: Column) -> float:
    """The characters that fit into a line of a column."""
    return max(2.0, column.width - 1.5)
