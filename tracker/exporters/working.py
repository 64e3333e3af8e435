"""The working ledger (工作台账): the plan as a plain table to be edited and handed in again.

One row a task and nothing merged below the title, so that it can be sorted and filtered. White
columns may be changed; grey ones are there to be read. A hidden column and a sheet that no menu
shows hold what is needed to know the rows again, whatever happens to them in between.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.choices import ShownStatus
from tracker.forms.working_rows import CELLS, EDITABLE, FIXED, LABELS, Line, lines, yes_word
from tracker.models import Task, Unit
from tracker.rules.folding import clean
from tracker.rules.row_keys import HEAD, RowKey, parts_of

__all__ = ["file_name", "working_ledger"]

IN_MEMORY = 5 * 1024 * 1024

BESIDE = 4
"""Parts of records that stand in one row of the hidden sheet, which can have 10,000 rows."""

WIDTHS = {
    "code": 12,
    "number": 8,
    "issue_number": 8,
    "issue_text": 30,
    "title": 24,
    "goal": 30,
    "measures": 40,
    "units": 18,
    "supporting_units": 18,
    "deadline_text": 18,
    "quantity_unit": 8,
    "is_listed": 8,
    "percent": 8,
    "state": 10,
}
DAYS = ("due_on", "last_report_on", "completed_on", "closed_on")
NUMBERS = ("percent", "quantity_target")
SHORT = ("code", "number", "issue_number", "percent", "state", "is_listed", *DAYS)
WITH_UNITS = ("units", "supporting_units", "supervising_unit", "acceptance_unit")

HELP = (
    gettext_lazy(
        "White columns may be changed. Grey columns are reckoned or settled elsewhere; what is"
        " changed there is not taken, and that is said when the ledger comes back."
    ),
    gettext_lazy(
        "Rows may be sorted and filtered, columns moved, inserted and hidden, the table copied to"
        " another sheet. Saving with WPS or LibreOffice does no harm. Headers must stay as they"
        " are."
    ),
    gettext_lazy("Several units are separated by 、 ， ； / or lines. A list offers their names."),
    gettext_lazy(
        "Measures stand one a line, numbered 1. 2. 3. New ones are added at the end; none can be"
        " taken out here."
    ),
    gettext_lazy(
        "A deadline that is changed here is a correction and counts from the first day. An"
        " extension is entered on the page of the task."
    ),
    gettext_lazy(
        "A new task is a new row with a number that is not taken and the number of an issue on"
        " record. A row that is deleted changes nothing."
    ),
    gettext_lazy(
        "Hand the file in under “Ledger returned”. The page shows what was changed in the file,"
        " what was changed meanwhile in the system, and where both did; nothing is entered before"
        " it is confirmed there."
    ),
)


def file_name(*, inspection: Any, as_of: date) -> str:
    """工作台账_2022s2_20231031.xlsx"""
    words = [_("Working ledger"), inspection.code if inspection else "", f"{as_of:%Y%m%d}"]
    name = "_".join(word for word in words if word)
    return f"{clean(name)}.xlsx"


def working_ledger(
    tasks: Any, *, inspection: Any, as_of: date, who: str, at: datetime
) -> IO[bytes]:
    """The workbook of ``tasks`` as they are now, as a file open at its beginning."""
    states = {
        pk: str(ShownStatus(shown).label)
        for pk, shown in Task.objects.as_of(as_of).filter(pk__in=tasks).values_list("pk", "shown")
    }
    book = _Book(inspection, who, at)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        xlsx.write(book.sheets(lines(tasks.values("pk"), states)), file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


class _Book:
    """The sheets of a working ledger; the records of its rows are kept while they go by."""

    def __init__(self, inspection: Any, who: str, at: datetime):
        self.inspection, self.who, self.at = inspection, who, at
        self.export = _base36(int(at.timestamp() * 1000))
        self.records: list[str] = []

    def sheets(self, rows: Iterable[Line]) -> Iterator[xlsx.Sheet]:
        names = list(
            Unit.objects.plain().filter(closed_on=None).values_list("short_name", flat=True)
        )
        yield self._ledger(rows, len(names))
        yield _help()
        yield _choices(names)
        yield self._hidden()

    def _ledger(self, rows: Iterable[Line], units: int) -> xlsx.Sheet:
        made = f"{make_naive(self.at):%Y-%m-%d %H:%M}"
        name = self.inspection.name if self.inspection else ""
        return xlsx.Sheet(
            name=_("Working ledger"),
            title=_("%(inspection)s working ledger") % {"inspection": name},
            notes=(
                _("Change white columns only; see the next sheet."),
                "",
                _("Exported at %(when)s by %(who)s") % {"when": made, "who": self.who},
            ),
            columns=[*_columns(units, self._key)],
            rows=self._noted(rows),
            has_filter=True,
            is_flat=True,
            footer=f"{self.who} {made}",
        )

    def _key(self, line: Line) -> str:
        return RowKey(self.export, line.task.pk, line.task.version).signed()

    def _noted(self, rows: Iterable[Line]) -> Iterator[Line]:
        """The rows as they go by, each kept as the record that the hidden sheet holds of it."""
        for line in rows:
            self.records += parts_of(self.export, line.task.pk, _record(line))
            yield line

    def _hidden(self) -> xlsx.Sheet:
        """Written last, when every row has gone by."""
        head = {
            "inspection": self.inspection.code if self.inspection else "",
            "at": f"{make_naive(self.at):%Y-%m-%d %H:%M}",
            "who": self.who,
        }
        return xlsx.Sheet(
            name="rows",
            columns=[_part_column(place) for place in range(BESIDE)],
            rows=_later(lambda: [*parts_of(self.export, HEAD, head), *self.records]),
            is_very_hidden=True,
        )


def _part_column(place: int) -> xlsx.Column:
    return xlsx.Column(
        header="rows",
        value=lambda parts: parts[place] if place < len(parts) else "",
        width=255,
    )


def _later(make: Callable[[], Sequence[str]]) -> Iterator[Sequence[str]]:
    parts = make()
    for start in range(0, len(parts), BESIDE):
        yield parts[start : start + BESIDE]


def _record(line: Line) -> dict[str, Any]:
    """What was exported of a row: keys and, where they are not the same, the words of fields."""
    cells = {}
    for name in EDITABLE:
        words = list(line.keys[name]) if name == "deadline" else line.words[name]
        cells[name] = [line.keys[name], None if words == line.keys[name] else words]
    return {
        "cells": cells,
        "fixed": dict(line.fixed),
        "too_long": sorted(line.too_long),
        "version": line.task.version,
    }


def _columns(units: int, key: Callable[[Line], str]) -> Iterator[xlsx.Column]:
    """The columns; the hidden one stands second, so that any copy of the table takes it along."""
    for name in CELLS:
        fixed = name in FIXED
        yield xlsx.Column(
            header=str(LABELS[name]),
            value=_value_of(name),
            width=WIDTHS.get(name, 14),
            number_format=_format(name),
            align="center" if name in SHORT else "left",
            choices=_range(name, units),
            is_grey=fixed,
            is_locked=fixed,
        )
        if name == "code":
            yield xlsx.Column(
                header=pgettext("column", "Row key"), value=key, is_hidden=True, is_locked=True
            )


def _format(name: str) -> str:
    """Text columns are marked as text, so that nothing typed there turns into a day."""
    if name in DAYS:
        return "yyyy-mm-dd"
    return "General" if name in NUMBERS else "@"


def _value_of(name: str) -> Callable[[Line], Any]:
    if name in DAYS:
        return lambda line: date.fromisoformat(line.cell(name)) if line.cell(name) else None
    if name in NUMBERS:
        return lambda line: Decimal(line.cell(name)) if line.cell(name) else None
    return lambda line: line.cell(name)


def _range(name: str, units: int) -> str:
    """Where the words of a column stand on the sheet of choices."""
    if name in WITH_UNITS and units:
        return f"'{_choices_name()}'!$A$2:$A${units + 1}"
    return f"'{_choices_name()}'!$B$2:$B$3" if name == "is_listed" else ""


def _choices_name() -> str:
    return pgettext("sheet", "Choices")


def _choices(units: Sequence[str]) -> xlsx.Sheet:
    yes_no = [yes_word("1"), yes_word("")]
    columns = [
        xlsx.Column(
            header=str(LABELS["units"]),
            value=lambda row: units[row] if row < len(units) else "",
            width=24,
        ),
        xlsx.Column(
            header=str(LABELS["is_listed"]),
            value=lambda row: yes_no[row] if row < len(yes_no) else "",
            width=12,
        ),
    ]
    return xlsx.Sheet(
        name=_choices_name(),
        columns=columns,
        rows=range(max(len(units), len(yes_no))),
        is_hidden=True,
    )


def _help() -> xlsx.Sheet:
    columns = [
        xlsx.Column(header=_("No."), value=lambda row: row[0], width=6, align="center"),
        xlsx.Column(header=_("How to edit"), value=lambda row: str(row[1]), width=90),
    ]
    return xlsx.Sheet(
        name=_("How to edit"),
        columns=columns,
        rows=enumerate(HELP, start=1),
        paper=9,
        is_landscape=False,
    )


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
    return text or "0"
