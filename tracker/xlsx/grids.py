"""Tables that come from elsewhere than an .xlsx part, put together cell by cell."""

from django.utils.translation import gettext as _

from tracker.xlsx.archive import MAX_COLUMNS, MAX_ROWS, Unreadable, refuse_size
from tracker.xlsx.sheet_cells import (
    MOST_CHARACTERS,
    MOST_MERGES,
    ROWS_OF_HEADING,
    Cells,
    Flaw,
    Merge,
    Value,
)
from tracker.xlsx.tables import Table
from tracker.xlsx.text import MAX_TEXT

__all__ = ["Grid"]


class Grid:
    """Takes cells and merged ranges, within the limits every table has, and gives the table."""

    def __init__(self) -> None:
        self.rows: dict[int, Cells] = {}
        self.merges: list[Merge] = []
        self.hidden: set[int] = set()
        self.total = 0

    def put(self, row: int, column: int, value: Value) -> None:
        if value == "":
            return
        if column > MAX_COLUMNS:
            raise Unreadable(
                _("The sheet has content beyond column 200. Remove what is not part of the list.")
            )
        if isinstance(value, str):
            self.total += len(value)
            if self.total > MOST_CHARACTERS:
                refuse_size()
            if len(value) > MAX_TEXT:
                value = Flaw(value[:20], _("A cell can hold at most 32,767 characters."))
        if row not in self.rows:
            self.rows[row] = {}
            if len(self.rows) > MAX_ROWS + ROWS_OF_HEADING:
                raise Unreadable(
                    _("The sheet has more than 10,000 rows. Split the list into several files.")
                )
        self.rows[row][column] = value

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        if (first_row, first_column) == (last_row, last_column):
            return
        self.merges.append(Merge(first_row, first_column, last_row, last_column))
        if len(self.merges) > MOST_MERGES:
            refuse_size()

    def table(self, name: str, *, is_hidden: bool = False) -> Table:
        """The table, with values that are merged downwards in each row that holds anything."""
        numbers = sorted(self.rows)
        reached: dict[int, int] = {}
        at = {number: place for place, number in enumerate(numbers)}
        for merge in sorted(self.merges):
            first, column = merge.first_row, merge.first_column
            value = self.rows.get(first, {}).get(column)
            if value is None or first < reached.get(column, 0):
                continue
            reached[column] = merge.last_row + 1
            place = at[first] + 1
            while place < len(numbers) and numbers[place] <= merge.last_row:
                self.rows[numbers[place]].setdefault(column, value)
                place += 1
        rows = {number: self.rows[number] for number in numbers}
        return Table(name, is_hidden, rows, tuple(self.merges), frozenset(self.hidden))
