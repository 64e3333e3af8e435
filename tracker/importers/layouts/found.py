"""What is found in an office's own list, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from openpyxl.utils import get_column_letter

from tracker import xlsx
from tracker.importers.layouts.texts import as_text

__all__ = ["Choice", "Doubt", "Found", "FoundColumn", "FoundTable", "LeftOut", "SourceRow"]

SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class FoundColumn:
    """A column under the header. ``field`` is the suggestion, empty if the column is not needed.

    ``key`` is the header without spaces, marks and dates: the same words in another list have the
    same key. ``confidence`` goes from 0 to 1; ``alternatives`` are the next best fields.
    """

    number: int
    header: str
    key: str
    field: str = ""
    confidence: float = 0.0
    alternatives: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def letter(self) -> str:
        return get_column_letter(self.number)


@dataclass(frozen=True)
class LeftOut:
    """A row that is not part of the list, and what it was taken for.

    ``kind`` is ``title``, ``section``, ``header``, ``numbers``, ``total``, ``note``, ``example`` or
    ``blank``.
    """

    row: int
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FoundTable:
    """A sheet with a list on it: where its header is, and what its columns hold.

    ``fingerprint`` is the same for every file of the same layout, whatever its rows hold.
    """

    table: xlsx.Table
    title: str
    header_rows: tuple[int, ...]
    columns: tuple[FoundColumn, ...]
    score: float
    fingerprint: str
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def has_rows(self) -> bool:
        """Whether anything that may be a task stands below the header."""
        last = self.header_rows[-1] if self.header_rows else 0
        return any(len(cells) > 1 for number, cells in self.table.rows.items() if number > last)

    @property
    def suggested(self) -> dict[int, str]:
        """``{column number: field}`` as far as a field is suggested."""
        return {column.number: column.field for column in self.columns if column.field}

    def preview(self, count: int = SHOWN) -> list[tuple[int, list[str]]]:
        """The first rows below the header: row number, and the text of each column."""
        last = self.header_rows[-1] if self.header_rows else 0
        numbers = [number for number in self.table.rows if number > last][:count]
        return [
            (
                number,
                [
                    as_text(self.table.rows[number].get(column.number), self.table.is_1904)
                    for column in self.columns
                ],
            )
            for number in numbers
        ]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person, or the suggestion, says a list is: the table, and the field of each column.

    Several columns may be given one field; their texts are joined.
    """

    columns: Mapping[int, str]
    table: int = 0
    with_hidden_rows: bool = True

    def as_json(self) -> dict[str, object]:
        return {
            "table": self.table,
            "columns": {str(number): name for number, name in self.columns.items()},
            "with_hidden_rows": self.with_hidden_rows,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, object]) -> Choice:
        columns = kept["columns"]
        assert isinstance(columns, Mapping)
        return cls(
            columns={int(number): str(name) for number, name in columns.items()},
            table=int(str(kept["table"])),
            with_hidden_rows=bool(kept["with_hidden_rows"]),
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """A file, a pasted text or a document with at least one list in it.

    ``kind`` is ``xlsx``, ``xls``, ``csv``, ``docx`` or ``paste``; ``best`` is the table that is
    most likely meant; ``warnings`` say in words what was lost or left out on the way.
    """

    name: str
    kind: str
    tables: tuple[FoundTable, ...]
    best: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def suggested(self) -> Choice:
        return Choice(columns=self.tables[self.best].suggested, table=self.best)


@dataclass(frozen=True)
class Doubt:
    """A value that can be read in more than one way: why, in words, and the days it may mean."""

    reason: str
    readings: tuple[date, ...] = ()


@dataclass(kw_only=True)
class SourceRow:
    """One task of a list, from one row or from several that belong together.

    ``values`` hold plain texts by field: numbers as digits, days as 2023-12-31, the rest tidied.
    ``printed`` holds what stood there where that is more. ``cells`` name the cell of each field
    (of all columns that were given a field, so that an empty one can be marked too), ``parts`` each
    cell and text of a field that was joined from several. ``how`` tells of the values that did not
    simply stand in the row: ``merged`` over several rows, ``blank`` below a filled cell, ``ditto``
    for 同上, ``joined`` from several cells.
    """

    sheet: str
    row: int
    last_row: int
    values: dict[str, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    flaws: dict[str, xlsx.Flaw] = field(default_factory=dict)
    section: str = ""
    is_hidden: bool = False

    @property
    def filled(self) -> frozenset[str]:
        """The fields whose value was carried down from a row above."""
        return frozenset(
            name for name, how in self.how.items() if how in ("merged", "blank", "ditto")
        )
