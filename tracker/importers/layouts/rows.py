"""The tasks of a list, each as one row of plain values by field."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from tracker import xlsx
from tracker.importers.layouts.bodies import Cell, Group, groups
from tracker.importers.layouts.fields import DAYS, FREE, ISSUE, NUMBERS, SEVERAL
from tracker.importers.layouts.found import Choice, Doubt, Found, FoundTable, SourceRow
from tracker.importers.layouts.texts import as_text, day_of_serial, in_one_line, number_in
from tracker.rules.days import day_in

__all__ = ["rows"]

ONE_LINE = ("title", "source", "medium", "accountable_leader", "deadline_text")
_YEAR = re.compile("20[0-9]{2}(?=年)")
_SENTENCE = re.compile("[。；;\n]")
TITLE_LENGTH = 120


def rows(found: Found, choice: Choice) -> Iterator[SourceRow]:
    """The tasks of the chosen table, one after the other, as ``choice`` maps its columns."""
    table = found.tables[choice.table]
    year = _YEAR.search(f"{table.title} {table.name}")
    reader = _Rows(table, choice, int(year[0]) if year else None)
    for group in groups(table, choice):
        yield reader.row(group)


class _Rows:
    def __init__(self, found: FoundTable, choice: Choice, year: int | None):
        self.found = found
        self.table = found.table
        self.year = year
        self.columns: dict[str, list[int]] = {}
        for number, name in sorted(choice.columns.items()):
            self.columns.setdefault(name, []).append(number)
        self.issue: dict[str, str] = {}
        places = {n for n, name in choice.columns.items() if name in ("issue_number", "issue_text")}
        self.merges_issues = any(
            merge.first_column in places and merge.last_row > merge.first_row
            for merge in self.table.merges
            if merge.first_row > (found.header_rows[-1] if found.header_rows else 0)
        )

    def row(self, group: Group) -> SourceRow:
        first = group.first
        row = SourceRow(
            sheet=self.table.name,
            row=first.number,
            last_row=group.lines[-1].number,
            section=first.section,
            is_hidden=any(line.number in self.table.hidden_rows for line in group.lines),
        )
        for name, columns in self.columns.items():
            row.cells[name] = _place(columns[0], first.number)
            self._take(row, name, columns, group)
        self._carry_issue(row)
        return row

    def _take(self, row: SourceRow, name: str, columns: list[int], group: Group) -> None:
        """The value of a field, from its cells in all rows of the task."""
        parts: list[tuple[str, Cell]] = []
        for line in group.lines:
            for column in columns:
                cell = line.cells.get(column)
                if cell is None or (line is not group.first and cell.how):
                    continue
                parts.append((_place(column, line.number), cell))
        if not parts:
            return
        for place, cell in parts:
            if isinstance(cell.value, xlsx.Flaw):
                row.flaws[name] = cell.value
                row.cells[name] = place
                return
        row.cells[name] = parts[0][0]
        if len(parts) == 1:
            [(_at, cell)] = parts
            self._take_cell(row, name, cell)
            return
        texts: dict[str, None] = {}
        for place, cell in parts:
            row.parts.setdefault(name, []).append((place, cell.text))
            texts.setdefault(self._text(name, cell))
        self._put(row, name, _separator(name).join(texts))
        if len(texts) > 1:
            row.how[name] = "joined"
        elif parts[0][1].how:
            row.how[name] = parts[0][1].how

    def _take_cell(self, row: SourceRow, name: str, cell: Cell) -> None:
        if cell.how:
            row.how[name] = cell.how
        if name in NUMBERS and isinstance(cell.value, date | datetime):
            row.flaws[name] = xlsx.Flaw(
                cell.text,
                _("The spreadsheet took this number for a day. Write it as text, like 1-3."),
            )
            return
        self._put(row, name, self._text(name, cell))
        if isinstance(cell.value, xlsx.FirstOfMonth) and name in (*DAYS, "deadline_text"):
            _doubt_whether_month(row, name, cell.value)

    def _text(self, name: str, cell: Cell) -> str:
        """The text of a cell; a bare number that counts days is the day."""
        if name in (*DAYS, "deadline_text"):
            number = cell.value
            if isinstance(number, float) and number.is_integer():
                number = int(number)
            if isinstance(number, str) and number.strip().isdecimal():
                number = int(number)
            if isinstance(number, int) and not isinstance(number, bool):
                day = day_of_serial(number, self.table.is_1904)
                if day:
                    return as_text(day)
        return in_one_line(cell.text) if name in ONE_LINE else cell.text

    def _put(self, row: SourceRow, name: str, text: str) -> None:
        """A text under its field: numbers and days in one manner of writing."""
        row.values[name] = text
        if name in NUMBERS:
            value = number_in(text)
            if value:
                row.values[name] = str(value)
                if str(value) != text:
                    row.printed[name] = text
        elif name in DAYS:
            day = day_in(text, year=self.year)
            if day.day:
                row.values[name] = day.day.isoformat()
                if row.values[name] != text:
                    row.printed[name] = text
            else:
                row.doubts[name] = Doubt(day.doubt, day.readings)

    def _carry_issue(self, row: SourceRow) -> None:
        """The issue of the row above, where a task says of none and issues are not merged."""
        mapped = [name for name in ISSUE if name in self.columns]
        names = [name for name in ("issue_number", "issue_text") if name in mapped]
        has_none = not any(row.values.get(name) or name in row.flaws for name in names)
        if names and has_none and row.values.get("title") and not self.merges_issues:
            for name in mapped:
                if self.issue.get(name) and not row.values.get(name):
                    self._put(row, name, self.issue[name])
                    row.how[name] = "blank"
        elif names:
            self.issue = {name: row.printed.get(name, row.values.get(name, "")) for name in mapped}


def _doubt_whether_month(row: SourceRow, name: str, first: date) -> None:
    """A day of an .xls workbook that may be shown as its month: both are said, none is taken."""
    month = as_text(xlsx.ShownMonth(first.year, first.month, 1))
    last = date(first.year, first.month, monthrange(first.year, first.month)[1])
    reason = _(
        "An .xls workbook does not tell whether this cell shows %(day)s or only %(month)s. Write"
        " the day as text."
    )
    row.values[name] = f"{as_text(date(first.year, first.month, 1))}或{month}"
    row.doubts[name] = Doubt(
        reason % {"day": as_text(date(first.year, first.month, 1)), "month": month}, (first, last)
    )


def _separator(name: str) -> str:
    if name == "deadline_text":
        return "；"
    return "\n" if name in (*FREE, *SEVERAL) else "、"


def _place(column: int, row: int) -> str:
    return f"{get_column_letter(column)}{row}"
