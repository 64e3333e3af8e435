"""The rows of a working ledger that came back, wherever in the workbook they stand by now.

Columns are found by their headers and rows by their hidden keys; a row's own record, which no
menu shows, says what was exported. All of it may be missing: then less is known, never something
wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl.utils import get_column_letter

from tracker import xlsx
from tracker.forms.working_rows import CELLS, LABELS, day_key, quantity_key
from tracker.rules.comparison import tidy
from tracker.rules.folding import clean, fold
from tracker.rules.row_keys import HEAD, Parts, RowKey, read_key

__all__ = ["Book", "Record", "SheetRow", "read_book"]

HEADER_WITHIN = 20
"""Rows from the top of a sheet among which its header is looked for."""

FEWEST = 3
"""Known headers that make a row the header."""

DAYS = ("due_on", "last_report_on", "completed_on", "closed_on")


@dataclass(frozen=True)
class Record:
    """What was exported of a row: ``cells`` by field as key and words, ``fixed`` as words."""

    task: int
    version: int
    cells: Mapping[str, tuple[Any, Any]]
    fixed: Mapping[str, str]
    too_long: frozenset[str]


@dataclass
class SheetRow:
    """A row of a sheet: its texts by column, cells that cannot be read, and its hidden key."""

    sheet: str
    number: int
    columns: Mapping[str, int]
    texts: dict[str, str] = field(default_factory=dict)
    flaws: dict[str, xlsx.Flaw] = field(default_factory=dict)
    key: RowKey | None = None
    record: Record | None = None

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def is_empty(self) -> bool:
        return not any(self.texts.values()) and not self.flaws

    def place(self, name: str) -> str:
        """The address of the cell in a column, as the program shows it."""
        return f"{get_column_letter(self.columns[name])}{self.number}"


@dataclass
class Book:
    """What was found in a workbook, and what has to be said about how."""

    rows: list[SheetRow] = field(default_factory=list)
    records: dict[tuple[str, int], Record] = field(default_factory=dict)
    head: Mapping[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def tasks(self) -> dict[int, Record]:
        """The records by task; of several exports in one workbook the last counts."""
        return {task: self.records[export, task] for export, task in sorted(self.records)}


def read_book(file: IO[bytes]) -> Book:
    """Find the rows of a working ledger; ``xlsx.Unreadable`` when it is none."""
    book, parts, forged = Book(), Parts(), 0
    labels = _labels()
    # Reading has a time limit, within which nothing else is done.
    for table in list(xlsx.open_rows(file)):
        values = [value for cells in table.rows.values() for value in cells.values()]
        is_record = [isinstance(value, str) and parts.take(value) for value in values]
        if table.is_hidden or any(is_record):
            continue
        found, refused = _rows_of(table, labels)
        book.rows += found
        forged += refused
    if not book.rows:
        raise xlsx.Unreadable(
            _(
                "No sheet holds rows of a working ledger: the headers of its columns were not"
                " found. Export a working ledger from the task list, or import the file as a list."
            )
        )
    _take_records(book, parts, forged)
    given = {name for row in book.rows for name in row.columns}
    book.missing = [name for name in CELLS if name not in given]
    return book


def _take_records(book: Book, parts: Parts, forged: int) -> None:
    """What was exported, for the rows of which it is known."""
    records, refused = parts.records()
    heads = [content for (_export, task), content in sorted(records.items()) if task == HEAD]
    book.head = heads[-1] if heads else {}
    for (export, task), content in records.items():
        if task != HEAD:
            book.records[export, task] = Record(
                task,
                content["version"],
                {name: (key, words) for name, (key, words) in content["cells"].items()},
                content["fixed"],
                frozenset(content["too_long"]),
            )
    for row in book.rows:
        if row.key:
            row.record = book.records.get((row.key.export, row.key.task))
    if forged or refused:
        book.notes.append(
            _(
                "Hidden keys or exported values were altered, or are of another installation; they"
                " were not believed. Their rows were matched by code or text."
            )
        )


def _labels() -> dict[str, str]:
    """``{folded header: column}`` in every language of the interface."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {fold(str(LABELS[name])): name for name in CELLS}
    return found


def _rows_of(table: xlsx.Table, labels: Mapping[str, str]) -> tuple[list[SheetRow], int]:
    """The rows below the header of a sheet, and how many keys in them are not genuine."""
    header, columns = _header(table, labels)
    rows, forged = [], 0
    known: dict[str, str] = {}
    for number, cells in table.rows.items():
        if not columns or number <= header:
            continue
        row = SheetRow(table.name, number, columns)
        for value in cells.values():
            key = read_key(value) if isinstance(value, str) and "rk1." in value else False
            if isinstance(key, RowKey):
                row.key = key
            forged += key is True
        for name, column in columns.items():
            value = cells.get(column, "")
            if isinstance(value, xlsx.Flaw):
                row.flaws[name] = value
            elif type(value) is str:
                if column in cells:
                    text = known.get(value)
                    if text is None:
                        text = known[value] = written(value, name)
                    row.texts[name] = text
            else:
                row.texts[name] = written(value, name)
        if row.key or not row.is_empty:
            rows.append(row)
    return rows, forged


def _header(table: xlsx.Table, labels: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """The row of the header and ``{column name: number}``; none when the sheet has no header."""
    for number in list(table.rows)[:HEADER_WITHIN]:
        found = list(_named(table.rows[number], labels))
        if len({name for name, _column in found}) < FEWEST:
            continue
        columns: dict[str, int] = {}
        for name, column in found:
            if name in columns:
                raise xlsx.Unreadable(
                    _("Two columns are headed “%(header)s”. Remove one of them.")
                    % {"header": LABELS[name]}
                )
            columns[name] = column
        return number, columns
    return 0, {}


def _named(cells: Mapping[int, xlsx.Value], labels: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    for column, value in cells.items():
        name = labels.get(fold(str(value)).rstrip("*＊"))
        if name:
            yield name, column


def written(value: xlsx.Value, name: str) -> str:
    """A cell's value as a person would have typed it."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return day_key(value) if name in DAYS else f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return quantity_key(Decimal(str(value)))
    return tidy(clean(str(value)))
