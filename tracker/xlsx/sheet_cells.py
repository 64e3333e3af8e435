"""The cells of one sheet as their XML comes by: values, merged ranges, what is hidden.

A day is given with as much of it as the cell shows: where the number format leaves out the day of
the month, or the year, the value is a ``ShownMonth``, ``ShownYear`` or ``ShownDay``, all of which
are days.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from tracker.xlsx.archive import (
    MAX_COLUMNS,
    MAX_ROWS,
    Archive,
    Unreadable,
    refuse_damage,
    refuse_size,
)
from tracker.xlsx.text import MAX_TEXT, unescaped

__all__ = [
    "MOST_CELLS",
    "MOST_CHARACTERS",
    "MOST_MERGES",
    "ROWS_OF_HEADING",
    "Cells",
    "FirstOfMonth",
    "Flaw",
    "Merge",
    "Shared",
    "SheetReader",
    "ShownDay",
    "ShownMonth",
    "ShownYear",
    "Value",
    "shown_by",
]

ROWS_OF_HEADING = 50
"""Rows a list may have besides its own: title, header, notes, signatures."""

MOST_CELLS = MAX_ROWS * MAX_COLUMNS
MOST_CHARACTERS = 40_000_000
MOST_MERGES = 200_000

BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Number formats by number that show a day; 27–36 and 50–58 are those of Chinese versions."""

BUILT_IN_MONTHS = frozenset({17, 27, 36, 50, 52, 57})
BUILT_IN_DAYS_OF_NO_YEAR = frozenset({16, 28, 29, 51, 53, 54, 58})

_PLACE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+):\$?([A-Z]{1,3})\$?([0-9]+)")
_YES = ("1", "true")
_WHOLE = re.compile("-?[0-9]{1,15}")
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


@dataclass(frozen=True)
class Flaw:
    """A cell whose content cannot be taken as a value: what it shows, and what to do."""

    shown: str
    remedy: str


class ShownMonth(date):
    """A day of which the cell shows the month and the year: 2023年12月."""


class ShownYear(date):
    """A day of which the cell shows the year alone."""


class ShownDay(date):
    """A day that the cell shows without its year: 12月31日."""


class FirstOfMonth(date):
    """The first day of a month, of which it is not known how much the cell shows."""


class Merge(NamedTuple):
    """A merged range, by its first and its last cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


Value = str | int | float | bool | date | datetime | time | Flaw
Cells = dict[int, Value]


def shown_by(number: int, code: str) -> type[date] | None:
    """What a number format shows of a day; ``None`` if it shows a number."""
    if not code:
        if number in BUILT_IN_MONTHS:
            return ShownMonth
        if number in BUILT_IN_DAYS_OF_NO_YEAR:
            return ShownDay
        return date if number in BUILT_IN_DATES else None
    if not is_date_format(code):
        return None
    letters = _LITERAL.sub("", code).split(";")[0].lower()
    if "h" in letters or "s" in letters:
        return date
    has_year, has_month, has_day = "y" in letters or "e" in letters, "m" in letters, "d" in letters
    if has_year and not has_day:
        return ShownMonth if has_month else ShownYear
    return ShownDay if has_month and has_day and not has_year else date


@dataclass
class Shared:
    """What the sheets of a workbook have in common; ``styles`` as ``shown_by`` tells them."""

    archive: Archive
    strings: list[str] = field(default_factory=list)
    styles: list[type[date] | None] = field(default_factory=list)
    epoch: datetime = WINDOWS_EPOCH


class SheetReader:
    """The cells of one sheet as they come by, and its merged ranges."""

    def __init__(self, book: Shared):
        self.book = book
        self.rows: dict[int, Cells] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.is_row_hidden = False
        self.row = self.column = 0
        self.place_ends = "0"
        self.kind, self.style = "n", 0
        self.value: list[str] = []
        self.is_formula = self.has_value = self.in_value = self.in_phonetic = False
        self.total = 0
        self.columns: dict[str, int] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self.column = self._column(attributes.get("r"))
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", "0"))
            self.value = []
            self.is_formula = self.has_value = False
        elif tag == "v":
            self.in_value = self.has_value = True
        elif tag == "t" and self.kind == "inlineStr":
            self.in_value = not self.in_phonetic
        elif tag == "rPh":
            self.in_phonetic = True
        elif tag == "f":
            self.is_formula = True
        elif tag == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
            self.place_ends = str(self.row)
            self.column = 0
            self.is_row_hidden = attributes.get("hidden") in _YES
            if not 1 <= self.row <= 1_048_576:
                refuse_damage()
        elif tag == "mergeCell":
            self._merge(attributes["ref"])
        elif tag == "col" and attributes.get("hidden") in _YES:
            first, last = int(attributes["min"]), int(attributes["max"])
            self.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))

    def _column(self, place: str | None) -> int:
        """The number of a cell's column; a cell may leave its place out, or name it and its row."""
        if place is None:
            return self.column + 1
        ends = self.place_ends
        if place.endswith(ends) and (known := self.columns.get(place[: -len(ends)])):
            return known
        match = _PLACE.fullmatch(place)
        if match is None or int(match[2]) != self.row:
            refuse_damage()
        letters = match[1]
        self.columns[letters] = _number_of(letters)
        return self.columns[letters]

    def _merge(self, ref: str) -> None:
        match = _RANGE.fullmatch(ref)
        if match is None:
            if ":" in ref:
                refuse_damage()
            return
        self.merges.append(
            Merge(int(match[2]), _number_of(match[1]), int(match[4]), _number_of(match[3]))
        )
        if len(self.merges) > MOST_MERGES:
            refuse_size()

    def text(self, text: str) -> None:
        if self.in_value:
            self.value.append(text)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.in_value = False
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "c":
            parts = self.value
            value = self._cell(parts[0] if len(parts) == 1 else "".join(parts))
            if value is not None and value != "":
                self._keep(value)

    def _keep(self, value: Value) -> None:
        cells = self.rows.get(self.row)
        if cells is None:
            cells = self.rows[self.row] = {}
            if self.is_row_hidden:
                self.hidden_rows.add(self.row)
            if len(self.rows) > MAX_ROWS + ROWS_OF_HEADING:
                raise Unreadable(
                    _("The sheet has more than 10,000 rows. Split the list into several files.")
                )
        if self.column > MAX_COLUMNS:
            raise Unreadable(
                _("The sheet has content beyond column 200. Remove what is not part of the list.")
            )
        if self.column in cells:
            refuse_damage()
        if isinstance(value, str):
            self.total += len(value)
            if self.total > MOST_CHARACTERS:
                refuse_size()
        cells[self.column] = value

    def _cell(self, raw: str) -> Value | None:
        if self.kind == "e":
            return Flaw(raw[:20], _("The formula in this cell failed. Write the value itself."))
        if self.is_formula and not raw and (self.kind != "str" or not self.has_value):
            return Flaw(
                "", _("The result of the formula was not kept. Write the value itself here.")
            )
        if self.kind == "s":
            text = self._string(raw) if raw else ""
        elif self.kind in ("str", "inlineStr"):
            text = unescaped(raw)
        elif self.kind == "b":
            return raw.strip() in ("1", "true")
        elif self.kind == "d":
            return _plain_day(datetime.fromisoformat(raw.strip()), date)
        elif self.kind == "n":
            return self._number(raw.strip()) if raw.strip() else None
        else:
            refuse_damage()
        if len(text) > MAX_TEXT:
            return Flaw(text[:20], _("A cell can hold at most 32,767 characters."))
        return text

    def _string(self, raw: str) -> str:
        number = int(raw)
        if not 0 <= number < len(self.book.strings):
            refuse_damage()
        return self.book.strings[number]

    def _number(self, raw: str) -> Value:
        value = float(raw)
        if not math.isfinite(value):
            refuse_damage()
        styles = self.book.styles
        shown = styles[self.style] if self.style < len(styles) else None
        if shown:
            try:
                moment = from_excel(value, self.book.epoch)
            except (OverflowError, ValueError):
                return Flaw(raw, _("This is not a day. Write it like 2023-10-31."))
            return str(moment) if isinstance(moment, timedelta) else _plain_day(moment, shown)
        if _WHOLE.fullmatch(raw):
            return int(raw)
        return int(value) if value.is_integer() and abs(value) < 1e15 else value

    def finished(self) -> dict[int, Cells]:
        """The rows in order, with values that are merged downwards put into each row."""
        numbers = sorted(self.rows)
        for first, column, last, _last_column in self.merges:
            if last == first:
                continue
            self.book.archive.keep_time()
            value = self.rows.get(first, {}).get(column)
            if value is None:
                continue
            start, stop = bisect_right(numbers, first), bisect_left(numbers, last + 1)
            for number in numbers[start:stop]:
                self.rows[number].setdefault(column, value)
        return {number: self.rows[number] for number in numbers}


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _plain_day(moment: datetime | date | time, shown: type[date]) -> date | datetime | time:
    """A moment at midnight is a day, with as much of it as is ``shown``."""
    if isinstance(moment, datetime) and moment.time() == time(0):
        return shown(moment.year, moment.month, moment.day)
    return moment
