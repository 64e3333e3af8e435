"""Workbooks made by an order, and read back the way a person looks at them."""

from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook

from tracker.exporters.forms import Order, make

DAY = date(2023, 10, 31)
AT = datetime(2023, 11, 1, 1, tzinfo=UTC)


def content_of(form, as_of=DAY, **order):
    """The bytes of a form; from the command line unless a ``user`` is named."""
    values = {"form": form, "as_of": as_of, "at": AT, **order}
    for name in ("user", "inspection"):
        if values.get(name) is not None:
            values[name] = values[name].pk
    file = BytesIO()
    make(Order(**values), file)
    return file.getvalue()


def book_of(form, as_of=DAY, **order):
    return load_workbook(BytesIO(content_of(form, as_of, **order)))


def sheet_of(form, as_of=DAY, **order):
    """The sheet that opens."""
    book = book_of(form, as_of, **order)
    assert book.active == book.worksheets[0]
    return book.active


def books_of(form, as_of=DAY, **order):
    """``{name: workbook}`` of a zip with one for each unit."""
    with ZipFile(BytesIO(content_of(form, as_of, is_by_unit=True, **order))) as archive:
        assert archive.testzip() is None
        return {name: load_workbook(BytesIO(archive.read(name))) for name in archive.namelist()}


def header_of(sheet):
    """The lowest header row: title and notes, then one row or two with groups above."""
    upper = {merged.min_row for merged in sheet.merged_cells.ranges if merged.max_row == 4}
    return 4 if 3 in upper or _is_grouped(sheet) else 3


def _is_grouped(sheet):
    return any(
        merged.min_row == merged.max_row == 3 and merged.max_col > merged.min_col
        for merged in sheet.merged_cells.ranges
    )


def rows_of(sheet):
    """The rows below the header as ``{header: value}``, merged cells filled in."""
    values = {(cell.row, cell.column): cell.value for row in sheet.iter_rows() for cell in row}
    last = sheet.max_row
    for merged in sheet.merged_cells.ranges:
        across = merged.max_col - merged.min_col + 1 == sheet.max_column
        if across and merged.min_row > 3:
            last = min(last, merged.min_row - 1)
        for row in range(merged.min_row, merged.max_row + 1):
            for column in range(merged.min_col, merged.max_col + 1):
                values[row, column] = values[merged.min_row, merged.min_col]
    head = header_of(sheet)
    headers = [values[head, column] for column in range(1, sheet.max_column + 1)]
    rows = []
    for row in range(head + 1, last + 1):
        cells = {name: values.get((row, n)) for n, name in enumerate(headers, start=1)}
        if any(value not in (None, "") for value in cells.values()):
            rows.append(cells)
    return rows


def merges_of(sheet):
    return {str(merged) for merged in sheet.merged_cells.ranges}


def told_by(cover):
    """``{item: content}`` of the sheet that says what a workbook is."""
    return {row[0].value: row[1].value for row in cover.iter_rows(min_row=3)}


def texts_of(sheet):
    """Everything that can be read on a sheet."""
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
