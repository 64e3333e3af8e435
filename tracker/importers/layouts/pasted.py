"""Tables that were pasted (the HTML or the text that a program puts on the clipboard), and CSV."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tracker import xlsx

__all__ = ["MAX_PASTED", "tables_in_csv", "tables_in_html", "tables_in_text"]

MAX_PASTED = 5 * 1024 * 1024
"""Characters of a pasted table; ten thousand rows have two million."""

UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SKIPPED = frozenset({"script", "style", "head", "title", "template", "object", "svg"})
_BLOCKS = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "ul", "ol"})
_UNSEEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_WRAPPED = re.compile(rf"(?<=[{_WIDE}])[ \t]*\r?\n\s*(?=[{_WIDE}])")
_SPACES = re.compile(r"[ \t\r\n]+")
_FIELD = re.compile(r'"((?:[^"]|"")*+)"(?=\t|\r|\n|$)|([^\t\r\n]*)')
_TOO_NARROW = re.compile("#{3,}")


def tables_in_html(html: str) -> Iterator[xlsx.Table]:
    """The tables of a page or of a clipboard, each a sheet; those within cells are their text."""
    _check_size(html)
    # The head that Windows puts before the page on its clipboard is no part of it.
    start = html.find("<")
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(html[max(start, 0) :], parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    number = 0
    for table in root.iter("table") if root is not None else ():
        if not any(True for _outer in table.iterancestors("table")):
            number += 1
            yield _grid(table).table(_("Pasted table %(number)s") % {"number": number})


def _grid(table: Any) -> xlsx.Grid:
    grid = xlsx.Grid()
    taken: dict[int, int] = {}
    row = 0
    for line in table.iter("tr"):
        if next(line.iterancestors("table")) is not table:
            continue
        row += 1
        column = 1
        for cell in line.iterchildren("td", "th"):
            while taken.get(column, 0) >= row:
                column += 1
            wide, high = _span(cell, "colspan", xlsx.MAX_COLUMNS), _span(cell, "rowspan", 10_000)
            grid.put(row, column, _value(cell))
            last = min(column + wide - 1, xlsx.MAX_COLUMNS)
            grid.merge(row, column, row + high - 1, max(last, column))
            for place in range(column, max(last, column) + 1):
                taken[place] = row + high - 1
            column += wide
        if _UNSEEN.search(line.get("style", "")):
            grid.hidden.add(row)
    return grid


def _span(cell: Any, name: str, most: int) -> int:
    said = cell.get(name, "").strip()
    return min(max(int(said), 1), most) if said.isdecimal() and len(said) < 8 else 1


def _value(cell: Any) -> xlsx.Value:
    parts: list[str] = []
    _collect(cell, parts, 0)
    text = re.sub(r" *\n+ *", "\n", "".join(parts)).strip()
    if _TOO_NARROW.fullmatch(text):
        number = (cell.get("x:num") or cell.get("num") or "").strip()
        if re.fullmatch("[0-9]{1,8}", number):
            return int(number)
        return _narrow(text)
    return text


def _narrow(text: str) -> xlsx.Flaw:
    return xlsx.Flaw(
        text, _("The column was too narrow to show the value. Widen it and copy the list again.")
    )


def _collect(element: Any, parts: list[str], depth: int) -> None:
    """The text of an element as a browser shows it."""
    if depth > 200 or not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return
    if depth and _UNSEEN.search(element.get("style", "")):
        return
    is_block = element.tag in _BLOCKS
    parts += ["\n"] * is_block
    parts += [_in_html(element.text or "")]
    for child in element:
        if child.tag == "br":
            parts.append("\n")
        else:
            _collect(child, parts, depth + 1)
        parts.append(_in_html(child.tail or ""))
    parts += ["\n"] * is_block
    parts += [" "] * (element.tag in ("td", "th") and depth > 0)


def _in_html(text: str) -> str:
    """Text of a page, where a line break means a space, or nothing between Chinese characters."""
    return _SPACES.sub(" ", _WRAPPED.sub("", text))


def tables_in_text(text: str) -> Iterator[xlsx.Table]:
    """The table in text as spreadsheets copy it: tabs between cells, quotation marks around lines.

    Only marks that close where a cell ends are taken for such; others belong to the text.
    """
    _check_size(text)
    grid = xlsx.Grid()
    row = column = 1
    at = 0
    while at < len(text):
        match = _FIELD.match(text, at)
        assert match is not None
        value = match[2] if match[1] is None else match[1].replace('""', '"')
        grid.put(row, column, _narrow(value) if _TOO_NARROW.fullmatch(value) else value.strip())
        at = match.end()
        if text[at : at + 1] == "\t":
            column += 1
        else:
            at += text[at : at + 2] == "\r\n"
            row, column = row + 1, 1
        at += 1
    yield grid.table(_("Pasted table %(number)s") % {"number": 1})


def tables_in_csv(content: bytes) -> tuple[str, Iterator[xlsx.Table]]:
    """The encoding of a CSV file and its table; ``Unreadable`` if it can be read in no one way."""
    encoding, text = _decoded(content)
    return encoding, _rows_of_csv(text)


def _decoded(content: bytes) -> tuple[str, str]:
    is_utf_16 = content[:2] in UTF_16_MARKS
    encodings = ["utf-16"] if is_utf_16 else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return encoding.removesuffix("-sig").upper(), text
    raise xlsx.Unreadable(
        _("The text file is neither UTF-8 nor GB18030. Save the list as .xlsx and upload that.")
    )


def _rows_of_csv(text: str) -> Iterator[xlsx.Table]:
    grid = xlsx.Grid()
    head = text[:20_000].splitlines()[:20]
    sign = max(",\t;，", key=lambda sign: sum(line.count(sign) for line in head))
    try:
        for row, cells in enumerate(
            csv.reader(StringIO(text, newline=""), delimiter=sign), start=1
        ):
            for column, value in enumerate(cells, start=1):
                grid.put(row, column, value.strip())
    except csv.Error as fault:
        raise xlsx.Unreadable(
            _("The text file is not a table. Save the list as .xlsx and upload that.")
        ) from fault
    yield grid.table("CSV")


def _check_size(text: str) -> None:
    if len(text) > MAX_PASTED:
        raise xlsx.Unreadable(
            _("The pasted table is too large. Save the list as .xlsx and upload that.")
        )
