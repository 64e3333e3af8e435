"""A working ledger that comes back: what was changed in it, what here, and what in both.

Nothing is written here. Rows are known by their hidden keys, else by code, else by their text; each
cell is compared with what was exported and with what is known now. The result is plain values, in
which the decisions are kept later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import xlsx
from tracker.choices import CellState, EventKind
from tracker.forms.working_rows import EDITABLE, FIXED, LABELS, Line, deadline_words, lines
from tracker.importers.returned_cells import (
    FIXED_REASONS,
    Reader,
    is_readable,
    known_to,
    refuse_lost_measures,
)
from tracker.importers.returned_rows import Matched, match_rows
from tracker.importers.returned_sheets import Record, SheetRow, read_book
from tracker.importers.returned_tasks import new_rows
from tracker.models import Event
from tracker.rules.comparison import LOST, compare

__all__ = ["Returned", "compare_again", "read_returned"]

CHUNK = 500
MEASURES = (EventKind.MEASURE_ADDED, EventKind.MEASURE_CORRECTED)
UNITS = (EventKind.ASSIGNED, EventKind.UNASSIGNED)
TOLD = (*MEASURES, *UNITS, EventKind.CORRECTED, EventKind.EXTENDED)


@dataclass
class Returned:
    """What came back: ``rows`` as they are kept, counts of cells, and what has to be said."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    exported: Mapping[str, str] = field(default_factory=dict)


def read_returned(file: IO[bytes], *, inspection: Any, today: date) -> Returned:
    """Compare a ledger of ``inspection``; ``xlsx.Unreadable`` when it is none of it."""
    book = read_book(file)
    if book.head.get("inspection", inspection.code) != inspection.code:
        raise xlsx.Unreadable(
            _("This ledger was exported from %(code)s. Choose that inspection.")
            % {"code": book.head["inspection"]}
        )
    matched = match_rows(book, inspection)
    moved = [one.task for one in matched.rows if not one.settled]
    found = {line.task.pk: line for line in lines(moved)}
    reader = Reader(known_to(inspection, found.values(), matched.named, today))
    returned = Returned(notes=[*book.notes, *matched.notes], exported=book.head)
    if book.missing:
        returned.notes.append(
            _("These columns were not found, so nothing in them is changed: %(columns)s.")
            % {"columns": "、".join(str(LABELS[name]) for name in book.missing)}
        )
    comparing = _Comparing(reader)
    for one in matched.rows:
        if one.settled:
            comparing.pass_over(one.row)
        else:
            returned.rows.append(comparing.row(one, found[one.task]))
    say_who(returned.rows)
    if comparing.without_record:
        returned.notes.append(_without_record(comparing.without_record))
    returned.counts = {"rows": len(matched.rows), "cells": comparing.cells}
    returned.rows = [row for row in returned.rows if row["cells"]]
    returned.rows += matched.refused
    returned.rows += new_rows(matched.added, reader.known)
    returned.rows += matched.removed
    return returned


def _without_record(count: int) -> str:
    return ngettext(
        "Of %(count)s row the exported values are lost. Where it differs from what is known now,"
        " nobody can tell who changed it; it has to be decided.",
        "Of %(count)s rows the exported values are lost. Where they differ from what is known now,"
        " nobody can tell who changed it; it has to be decided.",
        count,
    ) % {"count": count}


class _Comparing:
    """Compares rows cell by cell, and counts what it has compared."""

    def __init__(self, reader: Reader):
        self.reader = reader
        self.cells = 0
        self.without_record = 0

    def pass_over(self, row: SheetRow) -> None:
        """Count the cells of a row in which there is nothing to be said of any."""
        self.cells += sum(not row.columns.keys().isdisjoint(_cells_of(name)) for name in EDITABLE)

    def row(self, one: Matched, line: Line) -> dict[str, Any]:
        """What is to be said of a row, as it is kept."""
        cells = [cell for name in EDITABLE for cell in self._cell(name, one, line)]
        cells += _fixed(one.row, one.record)
        self.without_record += one.record is None and not _is_unchanged_here(one, line)
        return {
            "id": f"t{one.task}",
            "kind": "task",
            "task": one.task,
            "code": line.task.code,
            "title": line.task.title,
            "version": line.task.version,
            "sheet": one.row.sheet,
            "row": one.row.number,
            "matched": one.how,
            "cells": cells,
        }

    def _cell(self, name: str, one: Matched, line: Line) -> Iterable[dict[str, Any]]:
        places = [place for place in _cells_of(name) if place in one.row.columns]
        if not places:
            return
        self.cells += 1
        base, base_words = _base(name, one, line)
        if base is LOST:
            base_words = _words_now(name, line)
        texts = {
            place: one.row.text(place) if place in places else words
            for place, words in zip(_cells_of(name), base_words, strict=True)
        }
        cell = {
            "field": name,
            "place": one.row.place(places[0]),
            "lost": base is LOST,
            "base_key": None if base is LOST else base,
            "base": "" if base is LOST else _shown(name, base_words),
            "theirs": _shown(name, list(texts.values())),
            "now": line.words[name],
        }
        flaw = next((one.row.flaws[place] for place in places if place in one.row.flaws), None)
        if flaw:
            yield _refused(cell, flaw.remedy, flaw.shown)
        elif list(texts.values()) == list(base_words):
            theirs = line.keys[name] if base is LOST else base
            yield from _compared(cell, base, theirs, line.keys[name])
        else:
            yield from self._edited(cell, name, texts, one, line)

    def _edited(
        self,
        cell: dict[str, Any],
        name: str,
        texts: Mapping[str, str],
        one: Matched,
        line: Line,
    ) -> Iterable[dict[str, Any]]:
        """A cell whose words are not those that were exported."""
        base, base_words = _base(name, one, line)
        if name in line.too_long or (one.record and name in one.record.too_long):
            yield _refused(cell, _("Too long for a cell. Change it on the page of the task."))
            return
        if name == "measures" and base is not LOST and not is_readable(base, base_words[0]):
            yield _refused(
                cell,
                _(
                    "These measures contain numbered lines of their own, which a cell cannot tell"
                    " from measures. Change them on the page of the task."
                ),
            )
            return
        try:
            meaning = self.reader.read(name, texts, base=base, now=line.keys[name])
        except ValidationError as refusal:
            yield _refused(cell, " ".join(refusal.messages))
        else:
            cell["value"] = meaning.value
            yield from _compared(cell, base, meaning.key, line.keys[name])


def _cells_of(name: str) -> tuple[str, ...]:
    return ("deadline_text", "due_on") if name == "deadline" else (name,)


def _is_unchanged_here(one: Matched, line: Line) -> bool:
    """Whether the task is as it was exported, which its key tells even without the values."""
    return bool(one.row.key) and one.row.key.version == line.task.version  # type: ignore[union-attr]


def _words_now(name: str, line: Line) -> list[str]:
    return list(line.keys[name]) if name == "deadline" else [line.words[name]]


def _base(name: str, one: Matched, line: Line) -> tuple[Any, list[str]]:
    """The exported key of a field, and the words that stood in its cells."""
    if one.record:
        key, words = one.record.cells[name]
        words = key if words is None else words
        return key, list(words) if name == "deadline" else [words]
    if _is_unchanged_here(one, line):
        return line.keys[name], _words_now(name, line)
    return LOST, []


def _shown(name: str, words: Sequence[str]) -> str:
    return deadline_words(words) if name == "deadline" else words[0]


def _compared(cell: dict[str, Any], base: Any, theirs: Any, now: Any) -> Iterable[dict[str, Any]]:
    """The cell with its state, unless nobody changed it."""
    state = compare(base, theirs, now)
    if state != CellState.UNTOUCHED:
        cell |= {"state": str(state), "key": theirs, "reason": ""}
        cell["decision"] = "theirs" if state == CellState.THEIRS else ""
        yield cell


def _refused(cell: dict[str, Any], reason: str, shown: str = "") -> dict[str, Any]:
    theirs = shown or cell["theirs"]
    return cell | {"state": str(CellState.REFUSED), "reason": reason, "theirs": theirs}


def _fixed(row: SheetRow, record: Record | None) -> Iterable[dict[str, Any]]:
    """The grey cells in which something else stands than was exported."""
    for name in FIXED if record else ():
        flaw = row.flaws.get(name)
        text = flaw.shown if flaw else row.text(name)
        if name in row.columns and text != record.fixed[name]:  # type: ignore[union-attr]
            yield {
                "field": name,
                "place": row.place(name),
                "state": str(CellState.REFUSED),
                "base": record.fixed[name],  # type: ignore[union-attr]
                "theirs": text,
                "now": "",
                "reason": str(FIXED_REASONS[name]),
            }


def compare_again(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Kept rows compared with what is known by now; decisions stay where nothing moved."""
    tasks = [row["task"] for row in rows if row["kind"] == "task"]
    found = {line.task.pk: line for line in lines(tasks)}
    fresh = []
    for row in rows:
        if row["kind"] != "task":
            fresh.append(row)
            continue
        line = found[row["task"]]
        cells = [cell for old in row["cells"] for cell in _again(old, line)]
        fresh.append({**row, "version": line.task.version, "code": line.task.code, "cells": cells})
    say_who(fresh)
    return [row for row in fresh if row.get("cells") != []]


def _again(old: Mapping[str, Any], line: Line) -> Iterable[dict[str, Any]]:
    cell = dict(old)
    if "key" not in cell:
        yield cell
        return
    cell["now"] = line.words[cell["field"]]
    now = line.keys[cell["field"]]
    if cell["field"] == "measures" and cell["state"] != CellState.OURS:
        try:
            refuse_lost_measures(cell["key"], base=cell["base_key"], now=now)
        except ValidationError as refusal:
            yield _refused(cell, " ".join(refusal.messages))
            return
    base = LOST if cell["lost"] else cell["base_key"]
    for fresh in _compared(cell, base, cell["key"], now):
        if (old["state"], old["now"]) == (fresh["state"], fresh["now"]):
            fresh["decision"] = old["decision"]
        yield fresh


def say_who(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write into cells that were changed here by whom and when."""
    here = {CellState.OURS, CellState.BOTH, CellState.SAME}
    cells = {
        (row["task"], cell["field"]): cell
        for row in rows
        if row["kind"] == "task"
        for cell in row["cells"]
        if cell["state"] in here
    }
    tasks = sorted({task for task, _field in cells})
    for start in range(0, len(tasks), CHUNK):
        for task, names, event in _changes(tasks[start : start + CHUNK]):
            for name in names:
                if (task, name) in cells:
                    cells[task, name] |= {
                        "by": str(event.actor or _("The system")),
                        "at": f"{make_naive(event.recorded_at):%Y-%m-%d %H:%M}",
                    }


def _changes(tasks: Sequence[int]) -> Iterable[tuple[int | None, set[str], Event]]:
    """Entries that changed fields of these tasks, in the order they were made."""
    entries = Event.objects.filter(task__in=tasks, kind__in=(*TOLD, EventKind.ANNULLED))
    for event in entries.select_related("actor", "annuls").order_by("sequence"):
        said = event.annuls or event
        if said.kind in MEASURES:
            yield event.task_id, {"measures"}, event
        elif said.kind in UNITS:
            yield event.task_id, {"units"}, event
        else:
            names = set(said.details["before"])
            if "deadline_text" in names or "due_on" in names:
                names.add("deadline")
            yield event.task_id, names, event
