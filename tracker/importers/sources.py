"""An uploaded list, opened: the product's own template, or a layout of the office's own.

A foreign layout is read with a *mapping*: ``choice`` says which column of which table holds which
field, ``values`` what holds for all rows of a list that has no column for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl.utils import column_index_from_string, get_column_letter

from tracker import xlsx
from tracker.forms.task_rows import TaskRowForm
from tracker.importers import layouts
from tracker.importers.layouts.texts import as_text as in_words
from tracker.importers.template import REQUIRED, example_word
from tracker.rules.folding import clean, fold

__all__ = ["FOR_ALL", "Source", "as_text", "columns_named", "lacking", "open_source"]

HEADER_WITHIN = 20
"""Rows from the top of a sheet among which the template's header is looked for."""

FOR_ALL = ("source", "medium", "acceptance_unit", "supervising_unit", "issue_text")
"""Fields that may hold for all rows of a list."""

FOR_NEW = ("goal", "measures", "acceptance_unit")
"""What a new task needs besides, unless its list is taken over."""


@dataclass(frozen=True)
class _Header:
    """The template's header in a table: its row, and which column holds which field."""

    table: xlsx.Table
    row: int
    columns: Mapping[str, int]


@dataclass(frozen=True)
class Source:
    """A list that can be read. ``header`` is that of the template, if it is one."""

    found: layouts.Found
    header: _Header | None

    @property
    def is_template(self) -> bool:
        return self.header is not None

    @property
    def suggested(self) -> dict[str, Any]:
        """The mapping that the layout suggests by itself."""
        return {"choice": self.found.suggested.as_json(), "values": {}}

    @property
    def fingerprint(self) -> str:
        return "" if self.header else self.found.tables[self.found.best].fingerprint

    def sheet(self, mapping: Mapping[str, Any] | None) -> str:
        """The name of the sheet that holds the list."""
        if self.header:
            return self.header.table.name
        return self.found.tables[mapping["choice"]["table"] if mapping else self.found.best].name

    def notes(self, mapping: Mapping[str, Any] | None) -> list[str]:
        """What was lost or left out on the way, in words."""
        warnings = list(self.found.warnings)
        if mapping:
            warnings += self.found.tables[mapping["choice"]["table"]].warnings
        return list(dict.fromkeys(warnings))

    def headers(self, mapping: Mapping[str, Any] | None) -> dict[str, str]:
        """``{field: header}`` as the person knows the columns."""
        labels = {name: str(field.label) for name, field in TaskRowForm.base_fields.items()}
        if mapping is None:
            return labels
        choice = layouts.Choice.of_json(mapping["choice"])
        columns = {column.number: column for column in self.found.tables[choice.table].columns}
        said = {
            name: columns[number].header or columns[number].letter
            for number, name in reversed(list(choice.columns.items()))
            if number in columns
        }
        return labels | said

    def lines(self, mapping: Mapping[str, Any] | None) -> Iterator[layouts.SourceRow]:
        """The rows of the list, as the template or as ``mapping`` has them."""
        if mapping is None:
            assert self.header is not None
            yield from _template_lines(self.header)
            return
        yield from layouts.rows(self.found, layouts.Choice.of_json(mapping["choice"]))


def open_source(content: bytes, name: str) -> Source:
    """The list in a file; ``xlsx.Unreadable`` in words when there is none."""
    found = layouts.read(BytesIO(content), name)
    names = _names()
    for table in found.tables:
        header = None if table.table.is_hidden else _header(table.table, names)
        if header:
            return Source(found, header)
    return Source(found, None)


def _names() -> dict[str, str]:
    """``{folded header: field}`` in every language of the interface."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for name, form_field in TaskRowForm.base_fields.items():
                found[fold(str(form_field.label))] = name
    return found


def _header(table: xlsx.Table, names: Mapping[str, str]) -> _Header | None:
    """The header of the template with all the columns that it must have."""
    required = {name for name, field in TaskRowForm.base_fields.items() if field.required}
    for number in list(table.rows)[:HEADER_WITHIN]:
        columns: dict[str, int] = {}
        for column, value in table.rows[number].items():
            name = names.get(fold(str(value)).rstrip(f"{REQUIRED}＊"))
            if name in columns:
                raise xlsx.Unreadable(
                    _("Two columns are headed “%(header)s”. Remove one of them.")
                    % {"header": value}
                )
            if name:
                columns[name] = column
        if required <= columns.keys():
            return _Header(table, number, columns)
    return None


def _template_lines(header: _Header) -> Iterator[layouts.SourceRow]:
    """The rows below the template's header, without the one that shows how to fill in."""
    letters = {name: get_column_letter(column) for name, column in header.columns.items()}
    for number, cells in header.table.rows.items():
        if number <= header.row:
            continue
        held = {name: cells[column] for name, column in header.columns.items() if column in cells}
        texts = {name: as_text(value) for name, value in held.items()}
        flaws = {name: value for name, value in held.items() if isinstance(value, xlsx.Flaw)}
        is_example = fold(texts.get("number", "")) in (fold(example_word()), "示例")
        if is_example or not (any(texts.values()) or flaws):
            continue
        yield layouts.SourceRow(
            sheet=header.table.name,
            row=number,
            last_row=number,
            values=texts,
            cells={name: f"{letter}{number}" for name, letter in letters.items()},
            flaws=flaws,
        )


def as_text(value: xlsx.Value | None) -> str:
    """A cell's value as a person would have typed it into the template."""
    return clean(value).strip() if isinstance(value, str) else in_words(value)


def lacking(mapping: Mapping[str, Any], *, is_take_over: bool) -> list[str]:
    """The fields that new tasks need and ``mapping`` gives nothing for.

    A task without a title is called after its issue, an issue without a text after its task; a list
    without numbers is numbered on.
    """
    given = {*mapping["choice"]["columns"].values(), *mapping["values"]}
    missing = []
    if not given & {"title", "issue_text"}:
        missing.append("title")
    if not given & {"issue_number", "issue_text", "title"}:
        missing.append("issue_text")
    needed = ("units", "deadline_text", "source", "medium", *(() if is_take_over else FOR_NEW))
    return missing + [name for name in needed if name not in given]


def columns_named(mapping: Mapping[str, Any], said: Iterable[str]) -> dict[str, Any]:
    """``mapping`` with what is said of single columns (``C=units``, ``C=`` for none) or of all
    rows (``source:=省督察``); ``ValueError`` with what cannot be understood."""
    columns, values = dict(mapping["choice"]["columns"]), dict(mapping["values"])
    for text in said:
        place, sign, name = text.partition("=")
        if place.endswith(":") and place[:-1] in FOR_ALL and name:
            values[place[:-1]] = name
            continue
        if not sign or (name and name not in TaskRowForm.base_fields):
            raise ValueError(text)
        try:
            number = str(column_index_from_string(place.upper()))
        except ValueError as error:
            raise ValueError(text) from error
        columns.pop(number, None)
        if name:
            columns[number] = name
    return {"choice": {**mapping["choice"], "columns": columns}, "values": values}
