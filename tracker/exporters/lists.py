"""Any list as it is seen: its filters, its visible columns in their order, its order, its day."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from tracker import xlsx
from tracker.exporters.lines import CHUNK
from tracker.exporters.orders import Form
from tracker.exporters.words import A4, column
from tracker.tables.issues import IssueTable
from tracker.tables.lists import NOTHING, ListTable
from tracker.tables.petitions import PetitionTable
from tracker.tables.tasks import TaskTable

__all__ = ["LISTS"]

WIDTH = 12
PROSE = 24


def _sheets(table_class: type[ListTable]):
    def sheets(chosen):
        table = _table(chosen, table_class)
        words = str(chosen.form.label)
        yield xlsx.Sheet(
            name=words,
            title=chosen.titled(words),
            notes=chosen.notes(),
            columns=[_column(table, bound.name) for bound in table.columns],
            rows=chosen.told(table.every_row(CHUNK)),
            has_filter=True,
            paper=A4,
        )

    return sheets


def _table(chosen, table_class: type[ListTable]) -> ListTable:
    rows, chosen_by = chosen.listed
    picked = chosen.order.selected
    if table_class is TaskTable:
        wanted = None if picked is None else set(picked)
        rows = [row for row in chosen_by.listing if wanted is None or row.pk in wanted]
    elif picked is not None:
        rows = rows.filter(pk__in=picked)
    query = QueryDict(chosen.order.query)
    columns, _unknown = table_class.understood(query.get("cols", ""))
    options: dict[str, Any] = {"as_of": chosen.as_of}
    if table_class is not PetitionTable:
        options["units"] = chosen_by.units
    return table_class(
        chosen.first(rows), columns=columns, sort=chosen_by.chosen["sort"], **options
    )


def _column(table: ListTable, name: str) -> xlsx.Column:
    width = table.widths.get(name, WIDTH)
    return column(
        str(table.base_columns[name].verbose_name),
        _value(table.value_of(name)),
        width,
        align="left" if width > PROSE else "center",
        number_format=table.formats.get(name, "General"),
    )


def _value(cell: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The value of a cell; the dash that a page shows for nothing is nothing in a workbook."""

    def value(row: Any) -> Any:
        found = cell(row)
        return None if found == NOTHING else found

    return value


def _count(chosen) -> int:
    rows = chosen.listed[0].order_by()
    if chosen.order.selected is not None:
        rows = rows.filter(pk__in=chosen.order.selected)
    return rows.values("pk").count()


def _form(subject: str, table_class: type[ListTable], label: Any) -> Form:
    return Form(
        name=f"{subject}-list",
        label=label,
        sheets=_sheets(table_class),
        count=_count,
        subject=subject,
        is_by_unit=False,
        is_list=True,
    )


LISTS = [
    _form("tasks", TaskTable, gettext_lazy("Rectification tasks")),
    _form("issues", IssueTable, gettext_lazy("Inspection issues")),
    _form("petitions", PetitionTable, gettext_lazy("Petitions")),
]
"""The lists as forms: of each, what its address asks for."""
