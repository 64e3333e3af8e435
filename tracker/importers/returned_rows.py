"""Which task each row of a returned ledger is of, which rows are new, and which are gone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.forms.working_rows import CELLS
from tracker.importers.returned_sheets import Book, Record, SheetRow
from tracker.models import Task, Unit
from tracker.rules.comparison import tidy
from tracker.rules.folding import fold
from tracker.rules.numbering import normalise

__all__ = ["Matched", "Rows", "match_rows"]

NAMED = 20
"""Row numbers that a note names at most."""

OF_UNITS = ("units", "supporting_units", "supervising_unit", "acceptance_unit")
"""The fields whose keys are codes of units."""


@dataclass(frozen=True)
class Matched:
    """A row whose task is known, how it was recognised, and what was exported of it.

    A row is ``settled`` when nobody changed anything, neither in it nor in the plan of its task.
    """

    row: SheetRow
    task: int
    how: str
    record: Record | None
    settled: bool = False


@dataclass
class Rows:
    """Rows of known tasks, new rows; refused and missing ones as they are kept.

    ``named`` holds the codes of the units that were exported with any row.
    """

    rows: list[Matched] = field(default_factory=list)
    added: list[SheetRow] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)


def match_rows(book: Book, inspection: Any) -> Rows:
    """Sort the rows of a workbook by what they are."""
    return _Matcher(book, inspection).sorted()


class _Matcher:
    def __init__(self, book: Book, inspection: Any):
        self.book = book
        self.records = book.tasks
        briefs = Task.objects.only("code", "number", "title", "is_annulled", "version")
        self.tasks = {task.pk: task for task in briefs.filter(inspection=inspection)}
        live = [task for task in self.tasks.values() if not task.is_annulled]
        self.codes = {fold(task.code): task.pk for task in live}
        self.codes |= {fold(record.fixed["code"]): pk for pk, record in self.records.items()}
        self.numbers = {task.number: task.pk for task in live}
        self.titles: dict[str, list[int]] = defaultdict(list)
        for task in live:
            self.titles[fold(task.title)].append(task.pk)
        self.units = set(Unit.objects.plain().values_list("code", flat=True))
        self.found = Rows()
        self.found.named.update(*map(_units_in, self.records.values()))
        self.unread: list[int] = []
        self.lost: dict[str, int] = {"code": 0, "text": 0}

    def sorted(self) -> Rows:
        groups: dict[int, list[tuple[SheetRow, str]]] = {}
        for row in self.book.rows:
            if row.is_empty:
                continue
            task, how = self._task_of(row)
            if task is not None:
                groups.setdefault(task, []).append((row, how))
            elif row.text("number") or row.text("title"):
                self.found.added.append(row)
            else:
                self.unread.append(row.number)
        for task, rows in groups.items():
            self._take(task, rows)
        self.found.added.sort(key=lambda row: (row.sheet, row.number))
        self._find_removed(groups)
        self._note()
        return self.found

    def _task_of(self, row: SheetRow) -> tuple[int | None, str]:
        """The task of a row and how it was recognised.

        A code that stands in the row goes with its content when only some columns are sorted, so
        it is believed before a key that says something else.
        """
        by_code = self.codes.get(fold(row.text("code"))) if row.text("code") else None
        if row.key and by_code in (None, row.key.task):
            return row.key.task, "key"
        if by_code is not None:
            return by_code, "code"
        try:
            number = normalise(row.text("number"))
        except ValueError:
            number = 0
        if self._was_here(self.numbers.get(number)):
            return self.numbers[number], "code"
        same = self.titles.get(fold(row.text("title")), []) if row.text("title") else []
        if len(same) == 1 and not number and self._was_here(same[0]):
            return same[0], "text"
        return None, ""

    def _was_here(self, task: int | None) -> bool:
        """Whether a task that a row without key and code may be of can have been exported."""
        return task is not None and (not self.records or task in self.records)

    def _take(self, task: int, rows: list[tuple[SheetRow, str]]) -> None:
        """One row for a task: of several those that nobody edited give way."""
        record = self.records.get(task)
        known = self.tasks.get(task)
        if known is None or known.is_annulled:
            for row, _how in rows:
                self._refuse(row, task, known)
            return
        if len(rows) > 1:
            rows = self._without_copies(rows, record)
        edited = [(row, how) for row, how in rows if not _is_as_exported(row, record)]
        contents = {_content(row) for row, _how in edited}
        if len(contents) > 1:
            numbers = "、".join(f"{row.sheet} {row.number}" for row, _how in edited)
            for row, _how in edited:
                self._refuse_row(
                    row,
                    known.code,
                    _("The task stands in several rows with different content: %(rows)s. Keep one.")
                    % {"rows": numbers},
                )
            return
        row, how = (edited or rows)[0]
        if how in self.lost:
            self.lost[how] += 1
        exported = _own(row, task) or record
        is_settled = not edited and exported == record and self._has_not_moved(known, record)
        self.found.rows.append(Matched(row, task, how, exported, is_settled))

    def _has_not_moved(self, task: Task, record: Record | None) -> bool:
        """Whether the plan of a task is the one that was exported: its version, and its units."""
        if record is None or record.version != task.version:
            return False
        return self.units.issuperset(_units_in(record))

    def _without_copies(
        self, rows: list[tuple[SheetRow, str]], record: Record | None
    ) -> list[tuple[SheetRow, str]]:
        """Rows that were copied to become new tasks took a key along, but not the number."""
        if record is None:
            return rows
        own = [
            (row, how)
            for row, how in rows
            if "number" not in row.columns or row.text("number") == record.fixed["number"]
        ]
        if own:
            kept = {id(row) for row, _how in own}
            self.found.added += [row for row, _how in rows if id(row) not in kept]
        return own or rows

    def _refuse(self, row: SheetRow, task: int, known: Any) -> None:
        if known is None:
            self._refuse_row(row, row.text("code"), _("This task belongs to another inspection."))
        else:
            self._refuse_row(row, row.text("code"), _("The task was annulled meanwhile."))

    def _refuse_row(self, row: SheetRow, code: str, reason: str) -> None:
        self.found.refused.append(
            {
                "id": f"r{len(self.found.refused) + 1}",
                "kind": "refused",
                "sheet": row.sheet,
                "row": row.number,
                "code": code,
                "title": row.text("title"),
                "reason": reason,
            }
        )

    def _find_removed(self, groups: Mapping[int, Sequence[Any]]) -> None:
        """Tasks that were exported and stand in no row any more."""
        for task, record in self.records.items():
            if task not in groups and task in self.tasks:
                self.found.removed.append(
                    {
                        "id": f"d{task}",
                        "kind": "removed",
                        "task": task,
                        "code": self.tasks[task].code,
                        "title": record.cells["title"][0],
                    }
                )

    def _note(self) -> None:
        notes = self.found.notes
        if self.lost["code"]:
            notes.append(
                ngettext(
                    "%(count)s row had no usable hidden key and was matched by its code or number.",
                    "%(count)s rows had no usable hidden key and were matched by code or number.",
                    self.lost["code"],
                )
                % {"count": self.lost["code"]}
            )
        if self.lost["text"]:
            notes.append(
                ngettext(
                    "%(count)s row had neither key nor code and was matched by the task's text.",
                    "%(count)s rows had neither key nor code and were matched by the task's text.",
                    self.lost["text"],
                )
                % {"count": self.lost["text"]}
            )
        if self.unread:
            notes.append(
                _("Rows with neither number nor task were not read: %(rows)s.")
                % {"rows": _some(self.unread)}
            )


def _some(numbers: Iterable[int]) -> str:
    numbers = list(numbers)
    more = " …" if len(numbers) > NAMED else ""
    return "、".join(map(str, numbers[:NAMED])) + more


def _content(row: SheetRow) -> tuple[str, ...]:
    return tuple(row.text(name) for name in CELLS)


def _is_as_exported(row: SheetRow, record: Record | None) -> bool:
    """Whether every cell of a row holds what was exported; unknown counts as no."""
    if record is None or row.flaws:
        return False
    words = dict(record.fixed)
    for name, (key, text) in record.cells.items():
        if name == "deadline":
            words["deadline_text"], words["due_on"] = key if text is None else text
        else:
            words[name] = key if text is None else text
    texts = row.texts
    return all(
        (text := texts.get(name, "")) == words[name] or text == tidy(words[name])
        for name in row.columns
    )


def _units_in(record: Record) -> set[str]:
    """The codes of the units that a record names."""
    return {code for name in OF_UNITS for code in record.cells[name][0]}


def _own(row: SheetRow, task: int) -> Record | None:
    """What was exported with the row itself, if it is of that task."""
    return row.record if row.record and row.record.task == task else None
