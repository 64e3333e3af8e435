"""The person's own workbook back, with the faulty cells marked and commented."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

from tracker.importers import layouts
from tracker.importers.layouts.texts import as_text

__all__ = ["annotated", "marked"]

FAULTY = PatternFill("solid", fgColor="FFFFC7CE")


def marked(content: bytes, name: str, faults: Iterable[Mapping[str, Any]]) -> IO[bytes]:
    """A list of any kind back: a workbook as it was, anything else as the table it was read as."""
    found = layouts.read(BytesIO(content), name)
    if found.kind == "xlsx":
        return annotated(content, faults)
    return annotated(_rebuilt(found), faults)


def _rebuilt(found: layouts.Found) -> bytes:
    """What was read from a paste, a document or an old workbook, each value in its cell."""
    book = Workbook()
    book.remove(book.active)
    for table in found.tables:
        sheet = book.create_sheet()
        sheet.title = table.name  # Where a fault names it, it must be found again.
        for number, cells in table.table.rows.items():
            for column, value in cells.items():
                cell = sheet.cell(number, column)
                cell.value = as_text(value, table.table.is_1904)
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def annotated(content: bytes, faults: Iterable[Mapping[str, Any]]) -> IO[bytes]:
    """A copy of the workbook ``content``, which was read before, with each fault at its cell.

    A cell inside a merged range is marked at the range's first cell, the only one that shows.
    """
    book = load_workbook(BytesIO(content))
    heads = {sheet.title: _heads(sheet) for sheet in book.worksheets}
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fault in faults:
        name, place = fault["sheet"], fault["cell"]
        told[name, heads[name].get(place, place)].append(fault["message"])
    for (name, place), texts in told.items():
        cell = book[name][place]
        cell.fill = FAULTY
        cell.comment = Comment("\n".join(dict.fromkeys(texts)), "!", width=320, height=160)
    file = tempfile.SpooledTemporaryFile(max_size=5 * 1024 * 1024)  # noqa: SIM115 - as a template
    book.save(file)
    file.seek(0)
    return file


def _heads(sheet) -> dict[str, str]:
    """``{cell: first cell}`` of the ranges that are merged downwards."""
    return {
        f"{get_column_letter(merged.min_col)}{row}": merged.coord.split(":")[0]
        for merged in sheet.merged_cells.ranges
        for row in range(merged.min_row, min(merged.max_row, sheet.max_row) + 1)
    }
