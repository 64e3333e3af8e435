"""The tables of a .docx plan, read from its XML part like those of a workbook.

The shape is that of ECMA-376 part 1, §17.4. Text that was deleted or moved away while changes were
tracked is left out. Numbers that Word counts itself stand nowhere in the text; they are counted
here in the same way, so that a column of them is not empty.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from tracker import xlsx
from tracker.xlsx.archive import Archive, new_parser

__all__ = ["open_document"]

MAIN = "word/document.xml"
NUMBERING = "word/numbering.xml"
_HIDDEN = ("moveFrom", "del", "Fallback")
"""Text that was moved away or deleted, and what older programs show instead of a picture."""

DEEPEST = 8
"""Tables within tables."""

Level = tuple[str, str]
"""Which list a paragraph is numbered in, and on which level."""


def open_document(file: IO[bytes]) -> Iterator[xlsx.Table]:
    """The tables of a document, in order; ``Unreadable`` whatever is wrong with it."""
    try:
        archive = Archive(file)
        numbering = _Numbering()
        if NUMBERING in archive.entries:
            _parse(archive, NUMBERING, numbering.start, None, None)
        reader = _Document(numbering)
        _parse(archive, MAIN, reader.start, reader.end, reader.text)
    except xlsx.Unreadable:
        raise
    except Exception as fault:
        # As with workbooks, damage shows itself as dozens of kinds of error.
        raise xlsx.Unreadable(
            _(
                "The document is damaged or was not written by a word processor. Open it in Word"
                " or WPS, save it as a new .docx and upload that."
            )
        ) from fault
    for number, grid in enumerate(reader.grids, start=1):
        yield grid.table(_("Table %(number)s") % {"number": number})


def _parse(
    archive: Archive,
    name: str,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None] | None,
) -> None:
    parser = new_parser()
    parser.StartElementHandler = lambda tag, attributes: start(
        tag.rpartition(" ")[2],
        {key.rpartition(" ")[2]: value for key, value in attributes.items()},
    )
    if end and text:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(" ")[2])
        parser.CharacterDataHandler = text
    for chunk in archive.chunks(name):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


@dataclass
class _Numbering:
    """From which number each level of each list counts; bullets are not counted."""

    starts: dict[Level, int] = field(default_factory=dict)
    bullets: set[Level] = field(default_factory=set)
    abstract: dict[str, str] = field(default_factory=dict)
    list_: str = ""
    is_abstract: bool = False
    level: str = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("val", "")
        if tag == "abstractNum":
            self.list_, self.is_abstract = "abstract " + attributes["abstractNumId"], True
        elif tag == "num":
            self.list_, self.is_abstract = attributes["numId"], False
        elif tag == "abstractNumId" and not self.is_abstract:
            self.abstract[self.list_] = "abstract " + value
        elif tag in ("lvl", "lvlOverride"):
            self.level = attributes["ilvl"]
        elif tag in ("start", "startOverride"):
            self.starts[self.list_, self.level] = int(value)
        elif tag == "numFmt" and value in ("bullet", "none"):
            self.bullets.add((self.list_, self.level))

    def first(self, number: str, level: str) -> int | None:
        """The first number of a level of a list, or ``None`` if it is not counted."""
        kind = self.abstract.get(number)
        if kind is None or (number, level) in self.bullets or (kind, level) in self.bullets:
            return None
        return self.starts.get((number, level), self.starts.get((kind, level), 1))


@dataclass
class _Table:
    grid: xlsx.Grid = field(default_factory=xlsx.Grid)
    row: int = 0
    column: int = 0
    width: int = 1
    merge: str = ""
    open: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """By column, the cell that is being merged downwards: first row, width, last row so far."""
    parts: list[str] = field(default_factory=list)

    def close(self, column: int) -> None:
        if column in self.open:
            first, width, last = self.open.pop(column)
            self.grid.merge(first, column, last, column + width - 1)


class _Document:
    def __init__(self, numbering: _Numbering):
        self.numbering = numbering
        self.grids: list[xlsx.Grid] = []
        self.tables: list[_Table] = []
        self.counted: dict[Level, int] = {}
        self.hidden = 0
        self.in_text = False
        self.paragraphs: list[tuple[list[str], dict[str, str]]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("val", "")
        if tag == "tbl":
            if len(self.tables) >= DEEPEST:
                raise ValueError
            self.tables.append(_Table())
            self.grids.append(self.tables[-1].grid)
        elif not self.tables:
            return
        elif tag in _HIDDEN:
            self.hidden += 1
        elif tag == "t":
            self.in_text = not self.hidden
        elif tag == "p":
            self.paragraphs.append(([], {}))
        elif tag in ("ilvl", "numId") and self.paragraphs:
            self.paragraphs[-1][1][tag] = value
        elif tag in ("br", "cr", "tab") and self.paragraphs:
            self.paragraphs[-1][0].append(" " if tag == "tab" else "\n")
        else:
            self._start_of_table(self.tables[-1], tag, value)

    def _start_of_table(self, table: _Table, tag: str, value: str) -> None:
        if tag == "tr":
            table.row, table.column = table.row + 1, 1
        elif tag == "gridBefore":
            table.column += int(value)
        elif tag == "tc":
            table.width, table.merge, table.parts = 1, "", []
        elif tag == "gridSpan":
            table.width = max(1, int(value))
        elif tag == "vMerge":
            table.merge = value or "continue"

    def text(self, text: str) -> None:
        if self.in_text and self.paragraphs:
            self.paragraphs[-1][0].append(text)

    def end(self, tag: str) -> None:
        if not self.tables:
            return
        table = self.tables[-1]
        if tag == "t":
            self.in_text = False
        elif tag in _HIDDEN:
            self.hidden -= 1
        elif tag == "p" and self.paragraphs:
            parts, numbered = self.paragraphs.pop()
            table.parts.append(self._numbered("".join(parts), numbered))
        elif tag == "tc":
            self._cell(table)
        elif tag == "tbl":
            for column in list(table.open):
                table.close(column)
            self.tables.pop()
            if self.tables:
                # What stands in a table within a cell is part of that cell's text too.
                cells = [text for row in table.grid.rows.values() for text in row.values()]
                self.tables[-1].parts.append(" ".join(map(str, cells)))

    def _numbered(self, text: str, said: Mapping[str, str]) -> str:
        """A paragraph with the number that Word puts before it."""
        number, level = said.get("numId", "0"), said.get("ilvl", "0")
        first = self.numbering.first(number, level)
        if first is None or number == "0":
            return text
        for other in [key for key in self.counted if key[0] == number and key[1] > level]:
            del self.counted[other]
        count = self.counted[number, level] = self.counted.get((number, level), first - 1) + 1
        return f"{count}. {text}" if text.strip() else str(count)

    def _cell(self, table: _Table) -> None:
        column = table.column
        if table.merge == "continue" and column in table.open:
            first, width, _last = table.open[column]
            table.open[column] = first, width, table.row
        else:
            table.close(column)
            table.grid.put(table.row, column, "\n".join(table.parts).strip())
            if table.merge == "restart":
                table.open[column] = table.row, table.width, table.row
            elif table.width > 1:
                last = column + table.width - 1
                table.grid.merge(table.row, column, table.row, last)
        table.column += table.width
