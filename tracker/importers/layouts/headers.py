"""Where a list begins on a sheet: the rows of its header, among titles above and rows below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker import xlsx
from tracker.importers.layouts.bodies import filled_by_merges
from tracker.importers.layouts.columns import (
    LEAST,
    LONGEST,
    Reader,
    Said,
    assign,
    fingerprint_of,
    key_of,
)
from tracker.importers.layouts.fields import NUMBERS
from tracker.importers.layouts.found import FoundColumn, FoundTable
from tracker.importers.layouts.texts import as_text, in_one_line

__all__ = ["Shape", "find", "without_header"]

WITHIN = 60
"""Rows with content from the top of a sheet among which its header is looked for."""

NARROWEST = 3
"""Columns that a row of a list has at least, where no header says so."""

DEEPEST = 4
"""Rows a header may have."""

SAMPLES = 3
LOOKED_AT = 40
_NUMBER = re.compile(
    r"[\d〇零一二三四五六七八九十百千廿卅（(）)第项条号.、\-—–_ ①-⑳Ⅰ-ↂ㈠-㉟]{1,14}"
)


class Shape:
    """A sheet's merged ranges near its top, asked for by cell."""

    def __init__(self, table: xlsx.Table):
        self.table = table
        self.numbers = list(table.rows)
        last = self.numbers[: WITHIN + DEEPEST][-1] if self.numbers else 0
        self.merges = [merge for merge in table.merges if merge.first_row <= last]
        self.covers: dict[tuple[int, int], xlsx.Merge] = {}
        for merge in self.merges:
            rows = range(merge.first_row, min(merge.last_row, merge.first_row + DEEPEST) + 1)
            width = min(merge.last_column, xlsx.MAX_COLUMNS)
            for row in rows:
                for column in range(merge.first_column, width + 1):
                    if len(self.covers) < WITHIN * xlsx.MAX_COLUMNS * 2:
                        self.covers.setdefault((row, column), merge)

    def text(self, row: int, column: int) -> str:
        """What is seen in a cell, merged ranges counted as one cell."""
        merge = self.covers.get((row, column))
        if merge:
            row, column = merge.first_row, merge.first_column
        return in_one_line(as_text(self.table.rows.get(row, {}).get(column), self.table.is_1904))

    def is_covered(self, row: int) -> bool:
        """Whether a cell of the row is the lower part of one that begins above it."""
        return any(
            merge.first_row < row
            for column in self.table.rows[row]
            if (merge := self.covers.get((row, column)))
        )

    def depth(self, row: int) -> int:
        """How many rows a header has that begins in ``row``, by its merged cells."""
        own = [merge for merge in self.merges if merge.first_row == row]
        last = max((merge.last_row for merge in own), default=row)
        below = self.table.rows.get(row + 1, {})
        for merge in own:
            beneath = [c for c in below if merge.first_column <= c <= merge.last_column]
            if last == row and len(beneath) > 1 and may_be_below(self, (row, row + 1)):
                last = row + 1
        return min(last - row + 1, DEEPEST)


@dataclass(frozen=True)
class _Header:
    rows: tuple[int, ...]
    columns: tuple[Said, ...]
    given: Mapping[int, str]
    score: float


def find(table: xlsx.Table, reader: Reader) -> FoundTable | None:
    """The list on a sheet whose header is known by at least two of its columns."""
    shape = Shape(table)
    best: _Header | None = None
    for at, row in enumerate(shape.numbers[:WITHIN]):
        if shape.is_covered(row):
            continue
        depth = shape.depth(row)
        depths = {depth, 1, 2} if depth == 1 else {depth}
        for count in sorted(depths):
            rows = tuple(n for n in shape.numbers[at : at + DEEPEST] if n < row + count)
            if count > 1 and (len(rows) < 2 or not may_be_below(shape, rows)):
                continue
            header = _header(shape, rows, reader, is_thorough=False)
            if header and (best is None or header.score > best.score + 0.01):
                best = header
    if best is None:
        return None
    whole = _header(shape, best.rows, reader, is_thorough=True) or best
    return _found(shape, whole)


def may_be_below(shape: Shape, rows: Sequence[int]) -> bool:
    """Whether the rows after the first can be part of a header: short words and no numbers."""
    for row in rows[1:]:
        for column, value in shape.table.rows[row].items():
            if (row, column) in shape.covers and shape.covers[row, column].first_row < row:
                continue
            if not isinstance(value, str) or len(value) > LONGEST or _NUMBER.fullmatch(value):
                return False
    return True


def _header(
    shape: Shape, rows: Sequence[int], reader: Reader, *, is_thorough: bool
) -> _Header | None:
    """The header that ``rows`` would make, with a score, if it is one."""
    columns: list[Said] = []
    faults = 0.0
    for number in _columns_of(shape, rows):
        levels: list[str] = []
        for row in rows:
            text = shape.text(row, number)
            if text and (not levels or levels[-1] != text):
                levels.append(text)
        if levels:
            faults += 0.5 * (len(levels[-1]) > LONGEST)
            means = reader.means(levels, is_thorough=is_thorough)
            is_hidden = number in shape.table.hidden_columns
            columns.append(Said(number, tuple(levels), means, is_hidden))
    # A title that is merged over the columns heads every one of them with the same words.
    distinct = {column.levels for column in columns}
    if len(distinct) < 2:
        return None
    given = assign(columns)
    said = {column.number: column.means for column in columns}
    best: dict[str, float] = {}
    for number, name in given.items():
        best[name] = max(best.get(name, 0.0), said[number].get(name, 0.0))
    sure = sum(best.values()) + 0.1 * (len(given) - len(best))
    known = sum(0.3 for column in columns if column.means.get("", 0.0) >= 0.9)
    if len(best) < 2 or sure < 1.5:
        return None
    own = sum(len(shape.table.rows[row]) for row in rows)
    deep = 0.15 * (len(rows) - 1)
    lonely = 0.02 * max(0, own - len(columns) * len(rows))
    return _Header(tuple(rows), tuple(columns), given, sure + known - faults - lonely - deep)


def _columns_of(shape: Shape, rows: Sequence[int]) -> list[int]:
    found: set[int] = set()
    for row in rows:
        found.update(shape.table.rows[row])
        for merge in shape.merges:
            if merge.first_row == row and merge.first_column in shape.table.rows[row]:
                last = min(merge.last_column, xlsx.MAX_COLUMNS)
                found.update(range(merge.first_column, last + 1))
    return sorted(found)


def _found(shape: Shape, header: _Header) -> FoundTable:
    table = shape.table
    last = header.rows[-1]
    given = _with_issues_counted(shape, header)
    below = [number for number in shape.numbers if number > last]
    used = {column for number in below for column in table.rows[number]}
    columns = []
    for said in header.columns:
        if said.number not in used and said.number not in given:
            continue
        samples = _samples(table, below, said.number)
        columns.append(_column(said, given.get(said.number, ""), samples))
    bare = sorted(used - {column.number for column in columns})
    columns += [
        FoundColumn(
            number=number,
            header="",
            key="",
            samples=_samples(table, below, number)[:SAMPLES],
            is_hidden=number in table.hidden_columns,
        )
        for number in bare
    ]
    columns.sort(key=lambda column: column.number)
    headed = [(column.number, column.header) for column in columns if column.header]
    titles = [
        in_one_line(as_text(value))
        for number in shape.numbers
        if number < header.rows[0]
        for value in dict.fromkeys(map(as_text, table.rows[number].values()))
        if value
    ]
    return FoundTable(
        table=table,
        title="　".join(titles[:4])[:200],
        header_rows=header.rows,
        columns=tuple(columns),
        score=header.score,
        fingerprint=fingerprint_of(headed),
        warnings=tuple(_warnings(table, below)),
    )


def _with_issues_counted(shape: Shape, header: _Header) -> Mapping[int, str]:
    """The fields of columns, with 序号 as the issue's number where it spans several tasks."""
    given = dict(header.given)
    places = {name: number for number, name in given.items()}
    number, title = places.get("number"), places.get("title")
    general = {column.number for column in header.columns if column.is_general}
    if number is None or title is None or number not in general or "issue_number" in places:
        return given
    merged = filled_by_merges(shape.table)
    below = [row for row in shape.numbers if row > header.rows[-1]]
    tasks = [row for row in below if title in shape.table.rows[row] and (row, title) not in merged]
    both = {number, places.get("issue_text", number)}
    bare = [row for row in tasks if both.isdisjoint(shape.table.rows[row])]
    if any((row, number) in merged for row in tasks) or len(bare) > max(1, 0.3 * len(tasks)):
        given[number] = "issue_number"
    return given


def _column(said: Said, name: str, samples: Sequence[str]) -> FoundColumn:
    sureness = said.means.get(name, 0.0) if name else 0.0
    if name in NUMBERS and samples:
        like = sum(bool(_NUMBER.fullmatch(sample)) for sample in samples) / len(samples)
        if like < 0.5:
            sureness /= 2
    ranked = sorted(said.means, key=lambda other: -said.means[other])
    return FoundColumn(
        number=said.number,
        header=" / ".join(said.levels),
        key=key_of("".join(said.levels)),
        field=name if sureness >= LEAST else "",
        confidence=round(sureness, 2),
        alternatives=tuple(other for other in ranked if other and other != name)[:3],
        samples=tuple(samples[:SAMPLES]),
        is_hidden=said.is_hidden,
    )


def _samples(table: xlsx.Table, below: Sequence[int], column: int) -> tuple[str, ...]:
    found = []
    for number in below[:LOOKED_AT]:
        text = in_one_line(as_text(table.rows[number].get(column), table.is_1904))
        if text:
            found.append(text[:60])
    return tuple(dict.fromkeys(found))


def _warnings(table: xlsx.Table, below: Sequence[int]) -> list[str]:
    hidden = [number for number in below if number in table.hidden_rows]
    if not hidden:
        return []
    return [
        _(
            "The sheet “%(sheet)s” has %(count)s hidden rows, the first of them row %(row)s. They"
            " are read too."
        )
        % {"sheet": table.name, "count": len(hidden), "row": hidden[0]}
    ]


def without_header(table: xlsx.Table) -> FoundTable | None:
    """A sheet with columns whose header is not known, or that has none: a person says more.

    A row of short words and nothing else, above longer or other values, is taken for the header.
    """
    shape = Shape(table)
    wide = [number for number in shape.numbers if len(table.rows[number]) >= NARROWEST]
    if not wide:
        return None
    first = wide[0]
    is_headed = len(wide) > 1 and all(
        isinstance(value, str) and len(value) <= LONGEST and not _NUMBER.fullmatch(value)
        for value in table.rows[first].values()
    )
    below = wide[1:] if is_headed else wide
    used = sorted({column for number in wide for column in table.rows[number]})
    columns = tuple(
        _column(
            Said(
                number,
                (shape.text(first, number),) if is_headed else (),
                {},
                number in table.hidden_columns,
            ),
            "",
            _samples(table, below, number),
        )
        for number in used
    )
    return FoundTable(
        table=table,
        title="",
        header_rows=(first,) if is_headed else (),
        columns=columns,
        score=0.0,
        fingerprint=fingerprint_of((column.number, column.header) for column in columns),
        warnings=(
            _("No header was recognised on the sheet “%(sheet)s”. Say what its columns hold.")
            % {"sheet": table.name},
        ),
    )
