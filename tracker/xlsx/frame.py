"""What openpyxl writes of a workbook: everything except the rows of its sheets.

Styles, widths, print set-up, protection and lists of choices are set on sheets that stay empty;
openpyxl makes the workbook around them, and the rows are put in where it left room for them.
"""

import re
from io import BytesIO
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation

from tracker.xlsx.sheets import Column, Sheet
from tracker.xlsx.text import visible

__all__ = ["BODY", "Frame"]

BLACK, BODY = "黑体", "仿宋"
"""The faces official forms are set in; both come with Windows and with WPS."""

ALLOWED = ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter")
"""What may be done in a protected sheet besides typing into cells that are not locked."""

MAX_NAME = 31

_THIN = Side(style="thin", color="FF7F7F7F")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY = PatternFill("solid", fgColor="FFEDEDED")
_NOT_IN_NAMES = re.compile(r"[\\*?:/\[\]]")
_ROWS = re.compile(rb"<sheetData ?/>|<sheetData></sheetData>")
_MERGES = re.compile(rb"<mergeCells .*</mergeCells>")


class Frame:
    """One sheet as openpyxl sees it: without rows."""

    def __init__(self, book: Workbook, form: Sheet):
        name = _NOT_IN_NAMES.sub("-", visible(form.name)).strip("'")[:MAX_NAME]
        self.form = form
        self.sheet = book.create_sheet(name)
        self.has_groups = any(column.group for column in form.columns)
        header = 0 if form.is_plain else 1 + self.has_groups
        self.top = 1 + bool(form.title) + bool(form.notes) + header
        """The first row of the table below its header."""
        self._columns()
        self._page()
        self._visibility()

    @property
    def path(self) -> str:
        """The name of the sheet's part in the archive."""
        return f"xl/worksheets/sheet{len(self.sheet.parent.worksheets)}.xml"

    def _columns(self) -> None:
        for number, column in enumerate(self.form.columns, start=1):
            dimension = self.sheet.column_dimensions[get_column_letter(number)]
            dimension.width = column.width
            dimension.hidden = column.is_hidden
            if self.form.protected and not column.is_locked:
                dimension.protection = Protection(locked=False)

    def _page(self) -> None:
        sheet, form = self.sheet, self.form
        if not form.is_plain:
            sheet.freeze_panes = f"A{self.top}"
            sheet.print_title_rows = f"1:{self.top - 1}"
        sheet.page_setup.orientation = "landscape" if form.is_landscape else "portrait"
        sheet.page_setup.paperSize = form.paper
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = int(form.is_one_page)
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top = sheet.page_margins.bottom = 0.75
        sheet.page_margins.footer = 0.3
        sheet.print_options.horizontalCentered = True
        pages = _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
        sheet.oddFooter.center.text = pages
        sheet.oddFooter.left.text = visible(form.footer).replace("&", "&&")

    def _visibility(self) -> None:
        sheet, form = self.sheet, self.form
        if form.is_hidden:
            sheet.sheet_state = "hidden"
        if form.is_very_hidden:
            sheet.sheet_state = "veryHidden"
        if form.protected:
            sheet.protection.sheet = True
            for allowed in ALLOWED:
                setattr(sheet.protection, allowed, False)

    def body(
        self,
        column: Column,
        *,
        strong: bool = False,
        is_quoted: bool = False,
        number_format: str = "",
    ) -> int:
        """The number of the style of a column's cells."""
        parts = {
            "font": Font(name=BODY, size=10.5, bold=strong),
            "alignment": Alignment(horizontal=column.align, vertical="center", wrap_text=True),
            "number_format": number_format or column.number_format,
        }
        if not self.form.is_plain:
            parts["border"] = _BOX
        if column.is_grey:
            parts["fill"] = _GREY
        if self.form.protected:
            parts["protection"] = Protection(locked=column.is_locked)
        return self._style(parts, is_quoted=is_quoted)

    def header(self) -> int:
        """The number of the style of the header's cells."""
        return self._style(
            {
                "font": Font(name=BLACK, size=11),
                "border": _BOX,
                "fill": _GREY,
                "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
            }
        )

    def line(self, place: str, size: float, *, is_title: bool = False) -> int:
        """The number of the style of a line across the sheet."""
        return self._style(
            {
                "font": Font(name=BLACK if is_title else BODY, size=size),
                "alignment": Alignment(horizontal=place, vertical="center", wrap_text=True),
            }
        )

    def _style(self, parts: dict[str, Any], *, is_quoted: bool = False) -> int:
        cell = WriteOnlyCell(self.sheet)
        for name, part in parts.items():
            setattr(cell, name, part)
        if is_quoted:
            cell.quotePrefix = True
        return int(cell.style_id)

    def shares(self, count: int) -> list[tuple[int, int]]:
        """The columns cut into so many neighbourhoods of about one width: first, and first after.

        There are fewer where fewer columns are shown.
        """
        shown = [
            (number, column.width)
            for number, column in enumerate(self.form.columns)
            if not column.is_hidden
        ]
        count = min(count, len(shown))
        total = sum(width for _number, width in shown)
        starts: list[int] = []
        passed = 0.0
        for place, (number, width) in enumerate(shown):
            wanted = int((passed + width / 2) / total * count)
            if len(starts) <= wanted or count - len(starts) >= len(shown) - place:
                starts.append(number)
            passed += width
        return list(pairwise([0, *starts[1:], len(self.form.columns)]))

    def head(self) -> bytes:
        """The sheet's part as far as its first row."""
        return _ROWS.split(self._empty())[0] + b"<sheetData>"

    def tail(self, last: int) -> tuple[bytes, bytes]:
        """What follows the rows, before and after the merged cells; ``last`` is the table's."""
        form, end = self.form, last + self.form.room
        if form.has_filter:
            letter = get_column_letter(len(form.columns))
            self.sheet.auto_filter.ref = f"A{self.top - 1}:{letter}{last}"
        for number, column in enumerate(form.columns, start=1):
            if column.choices and end >= self.top:
                letter = get_column_letter(number)
                offered = DataValidation(type="list", formula1=column.choices, allow_blank=True)
                offered.showErrorMessage = False
                offered.add(f"{letter}{self.top}:{letter}{end}")
                self.sheet.data_validations.append(offered)
        self.sheet.merged_cells.ranges.add(CellRange("A1:B1"))
        before, after = _MERGES.split(_ROWS.split(self._empty())[1])
        return b"</sheetData>" + before, after

    def _empty(self) -> bytes:
        writer = WorksheetWriter(self.sheet, out=BytesIO())
        writer.write()
        return bytes(writer.read())
