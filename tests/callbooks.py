"""Workbooks of a call as units send them back, in English, the language of the code."""

import zipfile
from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from tests import factories
from tracker.exporters.call import prepared
from tracker.figures.calls import answers
from tracker.importers.call import read_call
from tracker.models import Task

MONTH = date(2022, 6, 1)
TODAY = date(2022, 7, 5)
ON = date(2022, 6, 30)
SAID = "雨污管网改造完成主管铺设 3.2 公里，余下支管正在施工。"
GOOD = {"Progress this month": SAID, "Share (%)": "60"}


def make_call(**options):
    """June 2022: reports are due on the 25th."""
    options = {"on": MONTH, "period_to": ON} | options
    return factories.make_round(**options)


def asked(call, units=None, today=TODAY):
    """What the call asks of ``units``, by part."""
    ids = None if units is None else {unit.pk for unit in units}
    found = answers(call, Task.objects.live(), as_of=today, units=ids)
    return {answer.span.assignment_id: answer for answer in found}


def book_of(call, unit):
    """The workbook prepared for a unit."""
    own = [answer for answer in asked(call, [unit]).values() if not answer.is_completed]
    with prepared(call, unit, own, made="整改办") as file:
        return load_workbook(BytesIO(file.read()))


def header_of(sheet):
    """The last row of the header, and ``{header: column}``."""
    for row in range(2, 8):
        found = {
            sheet.cell(at, column).value: column
            for at in (row - 1, row)
            for column in range(1, sheet.max_column + 1)
        }
        if "Share (%)" in found and "Progress this month" in found:
            return row, found
    raise AssertionError("there is no header")


def write(book, row, said):
    """Fill in the ``row``-th task of a prepared workbook."""
    sheet = book.worksheets[0]
    top, columns = header_of(sheet)
    for header, value in said.items():
        sheet.cell(top + 1 + row, columns[header]).value = value


def filled(call, unit, *rows):
    """The unit's workbook with its first rows filled in."""
    book = book_of(call, unit)
    for number, said in enumerate(rows):
        write(book, number, said)
    return saved(book)


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def read(call, content, units=None, name="临江县.xlsx"):
    """What is read from a workbook by somebody who reports for ``units``, or for all."""
    return read_call(BytesIO(content), name, call=call, known=asked(call, units))


def zipped(files):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()
