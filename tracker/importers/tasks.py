"""A task list from a workbook, read into rows that can be shown and then entered.

Nothing is written here. Every error is found at once and names its sheet, row and column. A row
is about the task of its code, of its number, or, where it has none, of its wording; it is new,
says the same as the list, or what it would change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from tracker import xlsx
from tracker.forms.import_rows import KnownTaskRowForm
from tracker.forms.task_rows import Known, TaskRowForm
from tracker.importers.comparing import compare, tasks_to_compare
from tracker.importers.layouts import SourceRow
from tracker.importers.row_issues import Issues, first_sentence
from tracker.importers.sources import Source, lacking, open_source
from tracker.models import ImportRow, Inspection, Task
from tracker.operations.imports import issued_on
from tracker.rules.folding import fold
from tracker.rules.numbering import normalise

__all__ = ["Reading", "read_source", "read_tasks"]

UNIT_CODES = ("lead", "supervising_unit", "acceptance_unit")
UNIT_LISTS = ("units", "supporting_units")
CHUNK = 500
TITLE_LENGTH = 200


@dataclass
class Reading:
    """What a workbook holds: rows as a batch keeps them, every fault with its place, remarks."""

    rows: list[ImportRow] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, kind: str, state: str) -> int:
        """How many of the rows are issues or tasks that are new, changed or the same."""
        return sum(row.kind == kind and row.state == state for row in self.rows)


def read_tasks(
    file: IO[bytes],
    *,
    name: str = "",
    inspection: Inspection,
    is_take_over: bool,
    today: date,
    mapping: Mapping[str, Any] | None = None,
) -> Reading:
    """Read a list of tasks of ``inspection``; ``xlsx.Unreadable`` when there is none to read.

    A foreign layout is read as ``mapping`` or else its own headers say; a column that new tasks
    need and that neither names is refused.
    """
    source = open_source(file.read(), name)
    if not source.is_template:
        mapping = mapping or source.suggested
        missing = lacking(mapping, is_take_over=is_take_over)
        if missing:
            raise xlsx.Unreadable(
                _("The header of “%(sheet)s” lacks these columns: %(columns)s.")
                % {"sheet": source.sheet(mapping), "columns": labels_of(missing)}
            )
    return read_source(
        source,
        mapping=None if source.is_template else mapping,
        inspection=inspection,
        is_take_over=is_take_over,
        today=today,
    )


def labels_of(names: Iterable[str]) -> str:
    """Fields in words."""
    return "、".join(str(TaskRowForm.base_fields[name].label) for name in names)


def read_source(
    source: Source,
    *,
    mapping: Mapping[str, Any] | None,
    inspection: Inspection,
    is_take_over: bool,
    today: date,
) -> Reading:
    """Read the rows of an opened list with the columns as ``mapping`` says."""
    on = issued_on(inspection, is_take_over=is_take_over, today=today)
    known = Known.of(inspection, take_over=is_take_over, issued_on=on, today=today)
    reader = _Reader(source, mapping, known)
    lines = list(source.lines(mapping))
    if not lines:
        raise xlsx.Unreadable(
            _("The sheet “%(sheet)s” has no row below its header. Fill in the list first.")
            % {"sheet": source.sheet(mapping)}
        )
    if len(lines) > xlsx.MAX_ROWS:
        raise xlsx.Unreadable(
            _("The sheet has more than 10,000 rows. Split the list into several files.")
        )
    reader.go_through(lines)
    return reader.reading


class _OnList:
    """The tasks of the list, to be found by code, by number, or by wording."""

    def __init__(self, inspection: Inspection):
        self.by_code: dict[str, int] = {}
        self.by_number: dict[int, int] = {}
        self.by_words: dict[tuple[str, str], list[int]] = {}
        self.numbers: dict[int, int] = {}
        rows = Task.objects.live().filter(inspection=inspection).order_by("number")
        for pk, code, number, title, goal in rows.values_list(
            "pk", "code", "number", "title", "goal"
        ):
            self.by_code[code.casefold()] = pk
            self.by_number[number] = pk
            self.numbers[pk] = number
            for words in ((fold(title), fold(goal)), (fold(title), "")):
                self.by_words.setdefault(words, []).append(pk)
        self.next_number = max(self.by_number, default=0)

    def find(self, texts: Mapping[str, str], in_file: set[int]) -> tuple[int | None, str]:
        """The task that a row is about, and by what it was told: nothing for a new one."""
        text = texts.get("number", "").strip()
        if text.casefold() in self.by_code:
            return self.by_code[text.casefold()], "code"
        number = _number(text)
        if number in self.by_number:
            return self.by_number[number], "number"
        if not self.by_words:
            return None, ""
        words = fold(texts.get("title", "")), fold(texts.get("goal", ""))
        alike = self.by_words.get(words, []) if words[0] else []
        if len(alike) == 1 and self.numbers[alike[0]] not in in_file and (words[1] or not text):
            return alike[0], "text"
        return None, ""


def _number(text: str) -> int | None:
    try:
        return normalise(text)
    except ValueError:
        return None


class _Reader:
    """Goes through the rows of a list, keeping what is good and what is wrong."""

    def __init__(self, source: Source, mapping: Mapping[str, Any] | None, known: Known):
        self.headers = source.headers(mapping)
        self.values: Mapping[str, str] = mapping["values"] if mapping else {}
        self.columns = set(mapping["choice"]["columns"].values()) if mapping else None
        self.known = known
        self.on_list = _OnList(known.inspection)
        self.reading = Reading(notes=list(source.notes(mapping)))
        self.issues = Issues(known, may_number=self._has_no_column("issue_number"))
        self.seen: dict[int, int] = {}
        # A form copies its fields when it is made, so the rows take turns on these two.
        self.form = TaskRowForm({}, known=known)
        self.known_form = KnownTaskRowForm({}, known=known, deadline_text="")

    def _has_no_column(self, name: str) -> bool:
        return self.columns is not None and name not in self.columns

    def go_through(self, lines: Sequence[SourceRow]) -> None:
        """All rows, some hundred at a time: their tasks are read together."""
        in_file = {number for line in lines if (number := _number(line.values.get("number", "")))}
        self.on_list.next_number = max({self.on_list.next_number, *in_file})
        for start in range(0, len(lines), CHUNK):
            chunk = [
                (line, texts, *self.on_list.find(texts, in_file))
                for line in lines[start : start + CHUNK]
                for texts in [self._texts(line)]
            ]
            ids = {pk for _line, _texts, pk, _by in chunk if pk is not None}
            tasks = {task.pk: task for task in tasks_to_compare(sorted(ids))}
            for line, texts, pk, matched_by in chunk:
                self._take(_Row(line, texts, matched_by, tasks.get(pk) if pk else None))
        self.reading.faults.sort(key=lambda fault: fault["row"])

    def _texts(self, line: SourceRow) -> dict[str, str]:
        """What a row says, with what holds for all rows and what follows from the rest of it."""
        texts = {name: text for name, text in line.values.items() if text}
        if not texts.get("title") and self._has_no_column("title"):
            texts["title"] = first_sentence(texts.get("issue_text", ""), TITLE_LENGTH)
        return texts

    def _take(self, row: "_Row") -> None:
        if row.task is None:
            form = self._new(row)
        else:
            row.texts.pop("number", None) if row.matched_by == "code" else None
            form = self.known_form
            form.deadline_text = row.task.deadline_text
            _fill(form, row.texts)
            self.issues.check_known(form, row.task.issue)
        self._refuse_twice(row, form)
        line = row.line
        for name, flaw in line.flaws.items():
            self._fault(row, name, flaw.shown, flaw.remedy)
        for name, messages in form.errors.items():
            if name not in line.flaws:
                self._tell(row, name, " ".join(map(str, messages)))
        if not form.is_valid() or line.flaws:
            return
        if row.task is None:
            self.reading.rows.append(_new_row(row, form.cleaned_data))
        else:
            self._compare(row, form.cleaned_data)

    def _tell(self, row: "_Row", name: str, message: str) -> None:
        """An error of a field, at the very cells that are wrong where it has several."""
        line = row.line
        if name in UNIT_LISTS and name in line.parts:
            for place, text in line.parts[name]:
                try:
                    self.known.several(text)
                except ValidationError as wrong:
                    self._fault(row, name, text, " ".join(wrong.messages), place)
            return
        place = "number" if name == NON_FIELD_ERRORS else name
        if name in line.doubts and line.doubts[name].reason:
            message = line.doubts[name].reason
        self._fault(row, place, line.printed.get(name) or row.texts.get(name, ""), message)

    def _new(self, row: "_Row") -> TaskRowForm:
        """A row of a task that is not on the list, with its issue."""
        texts = row.texts
        for name, value in self.values.items():
            texts[name] = texts.get(name) or value
        if not texts.get("number") and self._has_no_column("number"):
            self.on_list.next_number += 1
            texts["number"] = str(self.on_list.next_number)
        if self._has_no_column("issue_text") and self._has_no_column("issue_number"):
            texts["issue_text"] = texts.get("title", "")
        self.issues.name(texts)
        form = self.form
        _fill(form, texts)
        new = self.issues.check_new(form, row.line)
        if new is not None:
            new.sheet, new.row = row.line.sheet, row.line.row
            self.reading.rows.append(new)
        return form

    def _refuse_twice(self, row: "_Row", form: TaskRowForm) -> None:
        """Refuse a second row about the same task."""
        number = row.task.number if row.task else form.cleaned_data.get("number")
        if number is not None and self.seen.setdefault(number, row.line.row) != row.line.row:
            form.add_error(
                "number",
                _("Task %(number)s stands in row %(row)s already. Each task has one row.")
                % {"number": number, "row": self.seen[number]},
            )

    def _compare(self, row: "_Row", cleaned: Mapping[str, Any]) -> None:
        assert row.task is not None
        found = compare(row.task, cleaned, row.texts, today=self.known.today)
        for name, message in found.refused:
            self._fault(row, name, row.line.printed.get(name) or row.texts.get(name, ""), message)
        if found.refused:
            return
        self.reading.rows.append(
            ImportRow(
                kind="task",
                state="changed" if found.differences else "same",
                sheet=row.line.sheet,
                row=row.line.row,
                matched_by=row.matched_by,
                task_id=row.task.pk,
                version=row.task.version,
                data={**found.data, "number": row.task.number, "title": row.task.title},
                differences=found.differences,
            )
        )

    def _fault(
        self, row: "_Row", name: str, value: str, message: str, place: str | None = None
    ) -> None:
        cells = row.line.cells
        place = place or cells.get(name) or cells.get("number") or next(iter(cells.values()))
        self.reading.faults.append(
            {
                "sheet": row.line.sheet,
                "row": row.line.row,
                "cell": place,
                "column": self.headers[name],
                "value": value[:200],
                "message": message,
            }
        )


@dataclass
class _Row:
    """A row on its way: where it stands, what it says, and the task on the list it is about."""

    line: SourceRow
    texts: dict[str, str]
    matched_by: str
    task: Any


def _fill(form: TaskRowForm, texts: Mapping[str, str]) -> None:
    """Put another row into a form and look at it."""
    form.data = texts
    form.full_clean()


def printed(texts: Mapping[str, str], line: SourceRow, name: str, number: int) -> str:
    """The number as printed, where that is more than the number."""
    text = (line.printed.get(name) or texts.get(name, "")).strip()
    return "" if text == str(number) else text[:30]


def _new_row(row: _Row, cleaned: Mapping[str, Any]) -> ImportRow:
    """A good row of a new task as a batch keeps it: codes and plain values."""
    data: dict[str, Any] = {
        "number": cleaned["number"],
        "number_printed": printed(row.texts, row.line, "number", cleaned["number"]),
        "issue": cleaned["issue_number"],
    }
    for name in ("title", "goal", "accountable_leader", "measures"):
        data[name] = cleaned[name]
    for name in UNIT_CODES:
        data[name] = cleaned[name].code if cleaned[name] else None
    for name in UNIT_LISTS:
        data[name] = [unit.code for unit in cleaned[name]]
    data |= cleaned["deadline"]
    data["deadline_kind"] = str(data["deadline_kind"])
    data |= {name: cleaned[name] for name in ("completed_on", "closed_on")}
    return ImportRow(
        kind="task",
        state="new",
        sheet=row.line.sheet,
        row=row.line.row,
        data={
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in data.items()
        },
    )
