"""Workbooks that units fill in for a call, read into answers that can be shown and then entered.

Rows are recognised by the key in their hidden column; where that was lost, by the number of the
task and the unit. Every fault is found at once and names its sheet, cell and column. A row of a
part that is not the reader's own is not taken, and nothing more is said of it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from time import monotonic
from typing import IO, Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl.utils import get_column_letter

from tracker import xlsx
from tracker.figures.calls import Answer
from tracker.forms.calls import REFERENCE, CallRowForm
from tracker.importers.archives import unpacked
from tracker.models import DispatchRound
from tracker.operations.calls import SAID, Reading
from tracker.rules.calls import MARK, parted
from tracker.rules.folding import clean, fold

__all__ = ["read_call", "read_uploads"]

HEADER_WITHIN = 20
SECONDS = 60.0
"""Time for all files of one upload."""

FAULT, REFUSED = "fault", "refused"
ASKED = tuple(name for name in SAID if not name.startswith("contact"))
"""What a row must say something of to be an answer at all."""

SYNONYMS = {
    "text": ("本期进展", "整改进展", "本月整改进展", "整改进展情况"),
    "percent": ("比例", "完成比例", "累计完成比例", "进度"),
    "quantity_done": ("累计完成数量", "完成数量"),
    "is_on_schedule": ("达到序时进度", "是否达序时进度"),
    "delay_reason": ("未达序时进度原因", "滞后原因"),
    "next_steps": ("下一步措施及时间", "下步措施", "下一步措施"),
    "applies_for_closure": ("申请销号",),
    "contact_phone": ("电话", "联系方式"),
    "number": ("编号", "任务序号"),
    "task": ("任务", "整改事项"),
    "unit": ("责任主体", "单位"),
}


def read_uploads(
    uploads: Iterable[Any], *, call: DispatchRound, answers: Iterable[Answer]
) -> list[Reading]:
    """Every workbook in what was handed in, whatever is wrong with one of them."""
    known = {answer.span.assignment_id: answer for answer in answers}
    deadline = monotonic() + SECONDS
    found = []
    for upload in uploads:
        for name, file in unpacked(upload.name or "", upload.file):
            if monotonic() > deadline:
                file = _("The files before took too long to read. Hand this one in by itself.")
            if isinstance(file, str):
                found.append(Reading(name, "", refusal=file))
            else:
                found.append(read_call(file, name, call=call, known=known))
    return found


def read_call(
    file: IO[bytes], name: str, *, call: DispatchRound, known: Mapping[int, Answer]
) -> Reading:
    """What one workbook says of the parts ``known``."""
    digest = hashlib.file_digest(cast(Any, file), "sha256").hexdigest()
    file.seek(0)
    try:
        reader = _Reader(_find(xlsx.open_rows(file)), call, known)
        reader.read()
    except xlsx.Unreadable as refusal:
        return Reading(name, digest, refusal=str(refusal))
    return Reading(name, digest, "", reader.rows, reader.faults, reader.blank)


@dataclass
class _Header:
    """The table in which the form was found, the last row of its header, and its columns.

    ``call`` is what the workbook was prepared for, as its hidden sheet says.
    """

    table: xlsx.Table
    row: int
    columns: Mapping[str, int]
    call: int | None = None


def _names() -> dict[str, str]:
    """``{folded header: field}`` in every language of the interface, and as offices say it."""
    found = {fold(word): name for name, words in SYNONYMS.items() for word in words}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for name, label in REFERENCE.items():
                found[fold(str(label))] = name
            for name, form_field in CallRowForm.base_fields.items():
                found[fold(str(form_field.label))] = name
    return found


def _find(tables: Iterator[xlsx.Table]) -> _Header:
    names = _names()
    found = None
    call = None
    for table in tables:
        if table.is_hidden:
            call = call or _call_of(table)
        if found or table.is_hidden:
            continue
        for number in list(table.rows)[:HEADER_WITHIN]:
            # The upper row of a header that is not merged any more still says what its columns are.
            cells = {**table.rows.get(number - 1, {}), **table.rows[number]}
            columns = _columns_of(cells, names)
            is_known = "key" in columns or {"number", "unit"} <= columns.keys()
            if is_known and {"text", "percent"} <= columns.keys():
                found = _Header(table, number, columns)
                break
    if found is None:
        raise xlsx.Unreadable(
            _(
                "No sheet has the header of the form of the call. Download the unit's workbook and"
                " fill that in."
            )
        )
    found.call = call
    return found


def _columns_of(cells: Mapping[int, xlsx.Value], names: Mapping[str, str]) -> dict[str, int]:
    """Which column holds which field, by the words of a header."""
    columns: dict[str, int] = {}
    for column, value in cells.items():
        name = names.get(fold(str(value)))
        if name and name in columns:
            raise xlsx.Unreadable(
                _("Two columns are headed “%(header)s”. Remove one of them.")
                % {"header": str(value)[:40]}
            )
        if name:
            columns[name] = column
    return columns


def _call_of(table: xlsx.Table) -> int | None:
    """The call that the hidden sheet of a prepared workbook names."""
    for cells in list(table.rows.values())[:1]:
        words = [as_text(value) for value in cells.values()]
        if words[:1] == [MARK] and len(words) > 1 and words[1].isdecimal():
            return int(words[1][:15])
    return None


@dataclass
class _Reader:
    """Goes through the rows of one workbook."""

    header: _Header
    call: DispatchRound
    known: Mapping[int, Answer]
    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    elsewhere: int = 0

    def read(self) -> None:
        lines = [(number, cells) for number, cells in self._lines() if self._is_line(cells)]
        for number, cells in lines:
            self._take(number, cells)
        if not lines:
            raise xlsx.Unreadable(
                _("The sheet “%(sheet)s” has no row of the call below its header.")
                % {"sheet": self.header.table.name}
            )
        if self.elsewhere == len(lines):
            raise xlsx.Unreadable(
                _(
                    "This workbook was prepared for another call, not for “%(call)s”. Hand it in"
                    " there, or download the workbook of this call."
                )
                % {"call": self.call.name}
            )

    def _lines(self) -> Iterator[tuple[int, dict[str, xlsx.Value]]]:
        for number, cells in self.header.table.rows.items():
            if number > self.header.row:
                yield (
                    number,
                    {
                        name: cells[column]
                        for name, column in self.header.columns.items()
                        if column in cells and str(cells[column]).strip()
                    },
                )

    def _is_line(self, cells: Mapping[str, xlsx.Value]) -> bool:
        """Whether a row is one of a task; notes and signatures are not."""
        return bool({"key", "text", "percent"} & cells.keys() or {"number", "unit"} <= cells.keys())

    def _take(self, number: int, cells: Mapping[str, xlsx.Value]) -> None:
        texts = {name: as_text(value) for name, value in cells.items()}
        says = any(name in cells for name in ASKED)
        key = parted(fold(texts.get("key", "")))
        if (key[0] if key else self.header.call or self.call.pk) != self.call.pk:
            self.elsewhere += 1
            self._fault(number, "number", texts, _("This row was prepared for another call."))
            return
        answer = self.known.get(key[1]) if key else self._by_text(texts)
        if answer is None:
            self._not_known(number, texts, says=says, has_key=bool(key))
            return
        part = answer.span.assignment_id
        if key and not _agrees(texts, answer):
            self._fault(
                number,
                "number",
                texts,
                _(
                    "The hidden key of this row is that of task %(task)s of %(unit)s. Put the rows"
                    " back as they were, or download the workbook again."
                )
                % {"task": _number(answer), "unit": answer.span.unit.label},
                part=part,
            )
            return
        if self.seen.setdefault(part, number) != number:
            if says:
                self._fault(
                    number,
                    "number",
                    texts,
                    _("The same task stands in row %(row)s already. Remove one of the rows.")
                    % {"row": self.seen[part]},
                    part=part,
                )
            return
        if not says:
            self.blank.append(part)
        elif answer.is_completed:
            self._fault(
                number,
                "number",
                texts,
                _("The task is completed since %(day)s; the call does not ask about it any more.")
                % {"day": answer.span.completed_on},
                kind=REFUSED,
                part=part,
            )
        else:
            self._say(number, cells, texts, answer, by_key=bool(key))

    def _by_text(self, texts: Mapping[str, str]) -> Answer | None:
        """The part that a row without a key names by its number and its unit."""
        found = [
            answer
            for answer in self.known.values()
            if texts.get("number") and texts.get("unit") and _agrees(texts, answer)
        ]
        return found[0] if len(found) == 1 else None

    def _not_known(
        self, number: int, texts: Mapping[str, str], *, says: bool, has_key: bool
    ) -> None:
        if not says:
            return
        if has_key or (texts.get("number") and texts.get("unit")):
            self._fault(
                number,
                "unit",
                texts,
                _(
                    "This is no task of this call that the account reports for. The row is not"
                    " taken."
                ),
                kind=REFUSED,
            )
        else:
            self._fault(
                number,
                "number",
                texts,
                _("The row has lost its key. Fill in the number of the task and the unit."),
            )

    def _say(
        self,
        number: int,
        cells: Mapping[str, xlsx.Value],
        texts: Mapping[str, str],
        answer: Answer,
        *,
        by_key: bool,
    ) -> None:
        part = answer.span.assignment_id
        form = CallRowForm(
            {name: texts.get(name, "") for name in SAID},
            task=answer.span.task,
            before=answer.span.percent,
        )
        flaws = {name: value for name, value in cells.items() if isinstance(value, xlsx.Flaw)}
        form.full_clean()
        before = len(self.faults)
        for name in SAID:
            if name in flaws:
                told = {**texts, name: flaws[name].shown}
                self._fault(number, name, told, flaws[name].remedy, part=part)
            elif name in form.errors:
                message = " ".join(map(str, form.errors[name]))
                self._fault(number, name, texts, message, part=part)
        if len(self.faults) == before:
            values = {name: form.cleaned_data[name] for name in SAID}
            if values["quantity_done"] is not None:
                values["quantity_done"] = str(values["quantity_done"])
            self.rows.append(
                {
                    "sheet": self.header.table.name,
                    "row": number,
                    "assignment": part,
                    "unit": answer.span.unit.label,
                    "task": _number(answer),
                    "title": answer.span.task.title,
                    "values": values,
                    "matched": "key" if by_key else "text",
                }
            )

    def _fault(
        self,
        row: int,
        name: str,
        texts: Mapping[str, str],
        message: str,
        *,
        kind: str = FAULT,
        part: int | None = None,
    ) -> None:
        columns = self.header.columns
        column = columns.get(name) or columns.get("number") or columns["text"]
        label = REFERENCE.get(name) or CallRowForm.base_fields[name].label
        self.faults.append(
            {
                "unit": self.known[part].span.unit.label if part else "",
                "sheet": self.header.table.name,
                "row": row,
                "cell": f"{get_column_letter(column)}{row}",
                "column": str(label),
                "value": texts.get(name, "")[:200],
                "message": message,
                "kind": kind,
                "assignment": part,
            }
        )


def _number(answer: Answer) -> str:
    task = answer.span.task
    return task.number_printed or str(task.number)


def _agrees(texts: Mapping[str, str], answer: Answer) -> bool:
    """Whether the visible number and unit of a row are those of the part, where they are there."""
    task, unit = answer.span.task, answer.span.unit
    number, name = fold(texts.get("number", "")), fold(texts.get("unit", ""))
    numbers = {"", str(task.number), fold(task.number_printed)}
    names = {"", fold(unit.label), fold(unit.name), fold(unit.short_name)}
    return number in numbers and name in names


def as_text(value: xlsx.Value) -> str:
    """A cell's value as a person would have typed it."""
    if isinstance(value, xlsx.Flaw):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return clean(str(value)).strip()
