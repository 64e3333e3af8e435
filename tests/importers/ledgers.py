"""Working ledgers for tests: exported, edited with openpyxl, read again."""

from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from tests import factories
from tracker.exporters.working import working_ledger
from tracker.forms.working_rows import LABELS, lines
from tracker.importers.returning import read_returned
from tracker.models import Task
from tracker.operations import returns

TODAY = date(2023, 3, 1)
NOW = factories.moment(TODAY)


def export(inspection=None, tasks=None, at=NOW):
    """The bytes of a working ledger of the inspection's tasks."""
    inspection = inspection or factories.the_inspection()
    tasks = Task.objects.filter(inspection=inspection) if tasks is None else tasks
    with working_ledger(tasks, inspection=inspection, as_of=TODAY, who="整改办", at=at) as file:
        return file.read()


class Edited:
    """The first sheet of a workbook, to be edited by task and column."""

    def __init__(self, content):
        self.book = load_workbook(BytesIO(content))
        self.sheet = self.book.worksheets[0]
        self.header = next(
            row for row in range(1, 10) if self.sheet.cell(row, 1).value == str(LABELS["code"])
        )

    def column(self, name):
        return next(
            cell.column for cell in self.sheet[self.header] if cell.value == str(LABELS[name])
        )

    def row(self, task):
        return next(
            number
            for number in range(self.header + 1, self.sheet.max_row + 1)
            if self.sheet.cell(number, self.column("code")).value == task.code
        )

    def cell(self, task, name):
        return self.sheet.cell(self.row(task), self.column(name))

    def write(self, task, **values):
        row = self.row(task)
        for name, value in values.items():
            self.sheet.cell(row, self.column(name)).value = value
        return self

    def add(self, **values):
        row = self.sheet.max_row + 1
        for name, value in values.items():
            self.sheet.cell(row, self.column(name)).value = value
        return self

    def content(self):
        file = BytesIO()
        self.book.save(file)
        return file.getvalue()


def read(content, inspection=None, today=TODAY):
    inspection = inspection or factories.the_inspection()
    return read_returned(BytesIO(content), inspection=inspection, today=today)


def cells(returned):
    """``{(code, field): state}`` of what was found."""
    return {
        (row["code"], cell["field"]): cell["state"]
        for row in returned.rows
        if row["kind"] == "task"
        for cell in row["cells"]
    }


def the_cell(returned, name):
    """The only cell of that field that was changed."""
    [cell] = [
        cell for row in returned.rows for cell in row.get("cells", ()) if cell["field"] == name
    ]
    return cell


def of_kind(returned, kind):
    return [row for row in returned.rows if row["kind"] == kind]


def keep(returned, actor, at=NOW, inspection=None):
    """The comparison as it is kept."""
    return returns.keep_returned(
        actor=actor,
        inspection=inspection or factories.the_inspection(),
        file_name="工作台账.xlsx",
        sha256="0" * 64,
        exported=returned.exported,
        rows=returned.rows,
        counts=returned.counts,
        notes=returned.notes,
        at=at,
    )


def plan_of(tasks=None):
    """``{(task, field): key}`` of what the plan says now."""
    tasks = Task.objects.all() if tasks is None else tasks
    return {
        (line.task.pk, name): key
        for line in lines(tasks.values("pk"))
        for name, key in line.keys.items()
    }
