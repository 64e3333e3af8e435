"""The sheets of an uploaded workbook as rows of values, read from the XML parts themselves.

The shape is that of ECMA-376 part 1, §18. A spreadsheet program repairs or hides what is wrong
with a file; here it is either read as it was meant or refused: a cell that points past the
strings, a formula whose result was not kept, an error like #REF!. The size a sheet declares is
not looked at.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO

from openpyxl.utils.datetime import MAC_EPOCH

from tracker.xlsx.archive import Archive, Unreadable, new_parser, refuse_damage, refuse_size
from tracker.xlsx.sheet_cells import (
    MOST_CELLS,
    MOST_CHARACTERS,
    Flaw,
    Merge,
    Shared,
    SheetReader,
    Value,
    shown_by,
)
from tracker.xlsx.text import unescaped

__all__ = ["Flaw", "Table", "Value", "open_rows"]


@dataclass(frozen=True)
class Table:
    """A sheet: ``{row number: {column number: value}}`` from 1, empty cells left out.

    A value merged downwards stands in each row of its range that holds anything. ``is_1904``
    says from which day the workbook counts its days.
    """

    name: str
    is_hidden: bool
    rows: Mapping[int, Mapping[int, Value]]
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_1904: bool = False


def open_rows(file: IO[bytes]) -> Iterator[Table]:
    """The sheets of a workbook, one after the other; ``Unreadable`` whatever is wrong with it.

    At most 10 MB, 10,000 rows and 200 columns with content, 32,767 characters a cell.
    """
    try:
        yield from _Workbook(Shared(Archive(file))).tables()
    except (Unreadable, GeneratorExit):
        raise
    except Exception:
        # Damage shows itself as dozens of kinds of error, in zipfile, zlib, expat and here;
        # whichever it is, the person needs the same sentence.
        refuse_damage()


@dataclass
class _Workbook:
    shared: Shared

    def tables(self) -> Iterator[Table]:
        main = self._target("", "/officeDocument")[0]
        related = self._relations(main)
        sheets = self._sheets(main)
        for kind, name in related.values():
            if kind.endswith("/sharedStrings"):
                reader = _Strings()
                self._parse(name, reader.start, reader.end, reader.text)
                self.shared.strings = reader.found
            elif kind.endswith("/styles"):
                self.shared.styles = self._styles(name)
        found = False
        for title, is_hidden, relation in sheets:
            kind, name = related[relation]
            if kind.endswith("/worksheet"):
                found = True
                sheet = SheetReader(self.shared)
                self._parse(name, sheet.start, sheet.end, sheet.text)
                yield Table(
                    title,
                    is_hidden,
                    sheet.finished(),
                    tuple(sheet.merges),
                    frozenset(sheet.hidden_rows),
                    frozenset(sheet.hidden_columns),
                    self.shared.epoch == MAC_EPOCH,
                )
        if not found:
            refuse_damage()

    def _parse(
        self,
        name: str,
        start: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Go through a part; names are given without their namespace."""
        parser = new_parser()
        local: dict[str, str] = {}

        def begin(tag: str, attributes: dict[str, str]) -> None:
            short = local.get(tag)
            if short is None:
                short = local.setdefault(tag, tag.rpartition(" ")[2])
            start(short, attributes)

        parser.StartElementHandler = begin
        if end:
            parser.EndElementHandler = lambda tag: end(local[tag])
        if text:
            parser.CharacterDataHandler = text
        for chunk in self.shared.archive.chunks(name):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _relations(self, name: str) -> dict[str, tuple[str, str]]:
        """``{id: (type, part)}`` of the parts that a part refers to."""
        folder, file = posixpath.split(name)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.join("/", folder, attributes["Target"])
                path = posixpath.normpath(target).lstrip("/")
                found[attributes["Id"]] = attributes["Type"], path

        self._parse(posixpath.join(folder, "_rels", f"{file}.rels"), start)
        return found

    def _target(self, name: str, kind: str) -> list[str]:
        return [path for type_, path in self._relations(name).values() if type_.endswith(kind)]

    def _sheets(self, main: str) -> list[tuple[str, bool, str]]:
        """Title, whether hidden, and relation of each sheet; which days the numbers count."""
        found = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "sheet":
                relation = next(value for key, value in attributes.items() if key.endswith(" id"))
                hidden = attributes.get("state", "visible") != "visible"
                found.append((unescaped(attributes["name"]), hidden, relation))
            elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.shared.epoch = MAC_EPOCH

        self._parse(main, start)
        return found

    def _styles(self, name: str) -> list[type[date] | None]:
        """What each cell style shows of a day, if it shows one."""
        formats: dict[int, str] = {}
        found: list[type[date] | None] = []
        inside: list[str] = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "numFmt" and "numFmtId" in attributes:
                formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif tag == "xf" and "cellXfs" in inside:
                number = int(attributes.get("numFmtId", "0"))
                found.append(shown_by(number, formats.get(number, "")))
            inside.append(tag)

        def end(_tag: str) -> None:
            inside.pop()

        self._parse(name, start, end)
        return found


class _Strings:
    """The strings of a workbook; pronunciation marks (rPh) are no part of them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parts: list[str] = []
        self.total = 0
        self.in_text = self.in_phonetic = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "si":
            self.parts = []
        elif tag == "rPh":
            self.in_phonetic = True
        elif tag == "t":
            self.in_text = not self.in_phonetic

    def end(self, tag: str) -> None:
        if tag == "t":
            self.in_text = False
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "si":
            self.found.append(unescaped("".join(self.parts)))
            if len(self.found) > MOST_CELLS:
                refuse_size()

    def text(self, text: str) -> None:
        if self.in_text:
            self.parts.append(text)
            self.total += len(text)
            if self.total > MOST_CHARACTERS:
                refuse_size()
