"""The rows below a header: which of them are the list, and which belong together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tracker import xlsx
from tracker.importers.layouts.fields import ISSUE, NUMBERS
from tracker.importers.layouts.found import Choice, FoundTable, LeftOut
from tracker.importers.layouts.texts import as_text, in_one_line, number_in
from tracker.rules.folding import fold

__all__ = ["Cell", "Group", "Line", "filled_by_merges", "groups", "left_out", "lines"]

DITTO = frozenset({"同上", "同前", "〃", "″", '"', "''", "“", "”", "“”", "—〃—", "-〃-"})

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|本页小计|本页合计|总数|合计数)(?:[(（:：共\d].{0,30})?"
    r"|(?:合计|总计|共计?)[\d一二三四五六七八九十百]+[项个件条].{0,20}"
)
_NOTE = re.compile(
    r"(?:备?注(?:释|解)?|说明|填表说明|填报说明|附注|提示)(?:[:：\d(（]|$)"
    r"|(?:填报|填表|制表|审核|审批|复核|联系|经办|负责|报送|签发|编制|统计|分管领导|主要领导|单位负责|领导签)"
    r"[^:：]{0,12}[:：]"
    r"|(?:联系电话|电话|填报日期|填表日期|日期|时间|截至|盖章|单位[(（]?盖章)[^:：]{0,8}[:：]"
    r"|.{0,20}[(（](?:盖章|公章|签字|签章|签名)[)）]"
    r"|第\d+页"
)
_EXAMPLE = re.compile(r"(?:示?例|样例|范例|example)\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """What a row holds in a column. ``how`` is ``""`` for its own, ``merged`` or ``ditto``."""

    text: str
    value: xlsx.Value
    how: str = ""


@dataclass(frozen=True)
class Line:
    """A row of the list, by column, and the heading of the section it stands in."""

    number: int
    cells: Mapping[int, Cell]
    section: str = ""


@dataclass
class Group:
    """The rows of one task: the first, and those that only go on with it."""

    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> Line:
        return self.lines[0]


def filled_by_merges(table: xlsx.Table) -> dict[tuple[int, int], int]:
    """``{(row, column): first row}`` of the cells that show a value merged from a row above."""
    numbers = list(table.rows)
    found: dict[tuple[int, int], int] = {}
    reached: dict[int, int] = {}
    at = {number: place for place, number in enumerate(numbers)}
    for merge in sorted(table.merges):
        column = merge.first_column
        if merge.last_row == merge.first_row or merge.first_row < reached.get(column, 0):
            continue
        reached[column] = merge.last_row + 1
        place = at.get(merge.first_row)
        if place is None or column not in table.rows[merge.first_row]:
            continue
        place += 1
        while place < len(numbers) and numbers[place] <= merge.last_row:
            found[numbers[place], column] = merge.first_row
            place += 1
    return found


class _Reading:
    """Goes down a sheet and tells rows of the list from what stands between them."""

    def __init__(self, found: FoundTable, choice: Choice):
        self.found = found
        self.choice = choice
        self.table = found.table
        self.merged = filled_by_merges(found.table)
        self.wide = {
            (merge.first_row, merge.first_column): merge.last_column - merge.first_column + 1
            for merge in found.table.merges
            if merge.last_column > merge.first_column
        }
        self.columns = {column.number for column in found.columns}
        self.headers = {column.number: _levels(column.header) for column in found.columns}
        self.of_field = {
            name: number for number, name in sorted(choice.columns.items(), reverse=True)
        }
        self.left_out: list[LeftOut] = []

    def go(self) -> list[Line]:
        header = self.found.header_rows
        numbers = list(self.table.rows)
        lines: list[Line] = []
        waiting: list[tuple[int, str]] = []
        section = ""
        above: Mapping[int, Cell] = {}
        for number in numbers:
            if header and number <= header[-1]:
                kind = "header" if number in header else "title"
                self._leave(number, kind)
                continue
            cells = self._cells(number, above)
            kind = self._kind(number, cells)
            if kind == "alone":
                waiting.append((number, next(iter(cells.values())).text))
            elif kind:
                section = " ".join(self._texts(number)) if kind == "section" else section
                self._leave(number, kind)
            else:
                # What stood alone above a row of the list was the heading of a section.
                for other, text in waiting:
                    is_title = in_one_line(text) in self.found.title
                    section = section if is_title else in_one_line(text)
                    self._leave(other, "title" if is_title else "section")
                waiting = []
                lines.append(Line(number, cells, section))
                above = cells
        for other, _text in waiting:
            self._leave(other, "note")
        self.left_out.sort(key=lambda left: left.row)
        return lines

    def _cells(self, number: int, above: Mapping[int, Cell]) -> dict[int, Cell]:
        cells = {}
        for column, value in self.table.rows[number].items():
            text = as_text(value, self.table.is_1904)
            if not text and not isinstance(value, xlsx.Flaw):
                continue
            if (number, column) in self.merged:
                cells[column] = Cell(text, value, "merged")
            elif text in DITTO and column in above:
                cells[column] = Cell(above[column].text, above[column].value, "ditto")
            else:
                cells[column] = Cell(text, value)
        return cells

    def _texts(self, number: int) -> list[str]:
        """What is seen in a row, each text once."""
        texts = dict.fromkeys(
            in_one_line(as_text(value, self.table.is_1904))
            for value in self.table.rows[number].values()
        )
        return [text for text in texts if text]

    def _leave(self, number: int, kind: str) -> None:
        self.left_out.append(LeftOut(number, kind, " ".join(self._texts(number))[:200]))

    def _kind(self, number: int, cells: Mapping[int, Cell]) -> str:
        """What a row is if not one of the list; ``alone`` while that depends on what follows."""
        if number in self.table.hidden_rows and not self.choice.with_hidden_rows:
            return "hidden"
        own = {column: cell for column, cell in cells.items() if not cell.how}
        if not own:
            return "blank"
        mapped = {column for column in own if self.choice.columns.get(column)}
        texts = [cell.text for cell in own.values()]
        if self._is_header(own):
            return "header"
        if self._counts_columns(own):
            return "numbers"
        first = in_one_line(texts[0])
        if _TOTAL.fullmatch(fold(first)) and not self._is_task(own):
            return "total"
        if _EXAMPLE.fullmatch(fold(first)):
            return "example"
        if self._is_numbered_section(own):
            return "section"
        if len(own) == 1:
            return self._kind_alone(number, next(iter(own)), first)
        if _NOTE.match(first) and not self._is_task(own):
            return "note"
        return "" if mapped else "blank"

    def _kind_alone(self, number: int, column: int, text: str) -> str:
        """A row with one cell: a number and no task, a note, a heading, or a text that goes on."""
        name = self.choice.columns.get(column, "")
        if name in NUMBERS and number_in(text):
            return "blank"
        if _NOTE.match(text):
            return "note"
        if column == min(self.columns) or self.wide.get((number, column), 1) >= 3:
            return "alone"
        return "" if name else "blank"

    def _is_task(self, own: Mapping[int, Cell]) -> bool:
        """Whether a row is a task all the same: it says what is to be done."""
        names = ("title", "goal", "measures", "units", "deadline_text")
        return sum(self.of_field.get(name) in own for name in names) >= 3

    @cached_property
    def _counts_in_digits(self) -> bool:
        """Whether most numbers of the list are written in digits."""
        column = self.of_field.get("number")
        texts = [as_text(cells.get(column or 0)) for cells in self.table.rows.values()]
        return sum(text[:1].isdecimal() for text in texts) > sum(map(bool, texts)) / 2

    def _is_numbered_section(self, own: Mapping[int, Cell]) -> bool:
        """Whether a row is a heading like 一 | 大气环境 in a list that counts 1, 2, 3."""
        number = own.get(self.of_field.get("number", 0))
        if len(own) != 2 or number is None or number.text[:1].isdecimal():
            return False
        return bool(number_in(number.text)) and self._counts_in_digits

    def _is_header(self, own: Mapping[int, Cell]) -> bool:
        """Whether a row repeats the header, as lists printed page by page do."""
        same = sum(fold(cell.text) in self.headers.get(column, ()) for column, cell in own.items())
        return same >= 2 and same >= 0.6 * len(own)

    def _counts_columns(self, own: Mapping[int, Cell]) -> bool:
        """Whether a row numbers the columns: 1 2 3 4 …, (1) (2) (3) …"""
        if len(own) < 4 or len(own) < len(self.columns) - 2:
            return False
        digits = [fold(cell.text).strip("()") for cell in own.values()]
        start = 0
        while start < 2 and not digits[start].isdecimal():
            start += 1  # 甲 and 乙 stand for what is not counted.
        rest = digits[start:]
        if not all(text.isdecimal() and len(text) < 4 for text in rest):
            return False
        counted = list(map(int, rest))
        return counted == list(range(counted[0], counted[0] + len(counted)))


def _levels(header: str) -> frozenset[str]:
    return frozenset(fold(level) for level in (*header.split(" / "), header))


def lines(found: FoundTable, choice: Choice) -> list[Line]:
    """The rows of the list."""
    return _Reading(found, choice).go()


def left_out(found: FoundTable, choice: Choice) -> list[LeftOut]:
    """Every row with content that is not read, and what it was taken for."""
    reading = _Reading(found, choice)
    reading.go()
    return reading.left_out


def groups(found: FoundTable, choice: Choice) -> Iterator[Group]:
    """The rows of the list, task by task."""
    names = choice.columns
    group = Group()
    for line in lines(found, choice):
        if group.lines and not _begins(line, names):
            group.lines.append(line)
            continue
        if group.lines:
            yield group
        group = Group([line])
    if group.lines:
        yield group


def _begins(line: Line, names: Mapping[int, str]) -> bool:
    """Whether a row begins a task: by its own number, or else by the text that a task has."""
    own = {names.get(column) for column, cell in line.cells.items() if not cell.how}
    mapped = set(names.values())
    if "number" in own or "title" in own:
        return True
    if "title" in mapped and "number" in mapped:
        # A text or number merged from above says that the row belongs there; so does having
        # neither, unless another issue begins.
        return not own.isdisjoint(ISSUE)
    if "number" in mapped or "title" in mapped:
        return bool(own & {"issue_number", "issue_text"})
    return bool(own & {"issue_number", "issue_text", "goal"})
