"""Files of every kind that an office sends, and what is pasted, read into the same tables.

What a file is, its content decides; its name only says what it is meant to be. A file of another
kind than its name says is refused, by the name of what it is.
"""

import zipfile
from collections.abc import Iterable
from time import monotonic
from typing import IO

from django.utils.translation import gettext as _

from tracker import xlsx
from tracker.importers.layouts.columns import Reader
from tracker.importers.layouts.documents import MAIN, open_document
from tracker.importers.layouts.found import Found, FoundTable
from tracker.importers.layouts.headers import find, without_header
from tracker.importers.layouts.pasted import tables_in_csv, tables_in_html, tables_in_text

__all__ = ["read", "read_paste"]

SECONDS = 9.0
"""Time to find the lists in a file, the reading of its XML included."""

MOST_TABLES = 60
MOST_CELLS = 2_000_000
WORD_STREAM = "WordDocument".encode("utf-16-le")
LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")


def read(file: IO[bytes], name: str) -> Found:
    """The lists in a file; ``xlsx.Unreadable`` when there is none, with what to do."""
    ending = name.rpartition(".")[2].lower()
    start = file.read(8)
    file.seek(0)
    if start.startswith(xlsx.OLE) and ending in ("xls", "et", "doc", "wps"):
        return _read_old(file, name, ending)
    if start.startswith(b"PK\x03\x04") and _is_document(file):
        if ending == "docx":
            return _found(name, "docx", open_document(file))
        raise xlsx.Unreadable(
            _("This is a Word document. Give it the name of one (.docx) and upload it again.")
        )
    if ending in ("csv", "tsv") and not start.startswith((b"PK\x03\x04", xlsx.OLE)):
        return _read_csv(file, name)
    return _found(name, "xlsx", xlsx.open_rows(file))


def _read_old(file: IO[bytes], name: str, ending: str) -> Found:
    content = file.read(xlsx.MAX_BYTES + 1)
    file.seek(0)
    if WORD_STREAM in content or ending in ("doc", "wps"):
        raise xlsx.Unreadable(
            _("This is a .doc or .wps document of the old kind. Save it as .docx and upload that.")
        )
    if LOCKED_STREAM in content:
        raise xlsx.Unreadable(
            _("The workbook is protected with a password. Remove the password and save it again.")
        )
    lost = _(
        "An .xls workbook does not tell which rows and columns are hidden, which formulas failed,"
        " and whether a date shows only its month. Compare the preview with the list."
    )
    return _found(name, "xls", xlsx.open_old(file), lost)


def _read_csv(file: IO[bytes], name: str) -> Found:
    content = file.read(xlsx.MAX_BYTES + 1)
    if len(content) > xlsx.MAX_BYTES:
        raise xlsx.Unreadable(
            _("The file has more than 10 MB. Split the list, or remove pictures from it.")
        )
    if not content.strip():
        raise xlsx.Unreadable(_("The file is empty. Save the workbook again and upload that."))
    encoding, tables = tables_in_csv(content)
    said = _(
        "The text file was read as %(encoding)s. It has no merged cells, and leading zeros or long"
        " numbers may have been lost when it was saved."
    )
    return _found(name, "csv", tables, said % {"encoding": encoding})


def _is_document(file: IO[bytes]) -> bool:
    """Whether an archive is a Word document; one that cannot be opened is not."""
    try:
        with zipfile.ZipFile(file) as archive:
            return MAIN in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    finally:
        file.seek(0)


def read_paste(text: str, html: str = "") -> Found:
    """The lists on a clipboard: its HTML, which knows of merged cells, or else its text."""
    if "<table" in html.lower():
        return _found("", "paste", tables_in_html(html))
    if "\t" not in text:
        raise xlsx.Unreadable(
            _("What was pasted is not a table. Mark the list with its header, and copy it again.")
        )
    said = _(
        "The text that was pasted has no merged cells. Cells that were merged are empty below the"
        " first row."
    )
    return _found("", "paste", tables_in_text(text), said)


def _found(name: str, kind: str, tables: Iterable[xlsx.Table], *said: str) -> Found:
    reader = Reader(monotonic() + SECONDS)
    found: list[FoundTable] = []
    bare: list[FoundTable] = []
    cells = 0
    for table in tables:
        list_ = find(table, reader)
        if list_ and len(found) < MOST_TABLES:
            cells += sum(map(len, table.rows.values()))
            if cells > MOST_CELLS:
                raise xlsx.Unreadable(
                    _(
                        "The workbook is too large when unpacked. Copy the list alone into a new"
                        " workbook."
                    )
                )
            found.append(list_)
        elif not bare and not table.is_hidden:
            other = without_header(table)
            bare += [other] if other else []
    found = found or bare
    if not found:
        raise xlsx.Unreadable(
            _("No list was found. It needs a row that heads its columns, and rows below it.")
        )
    best = max(range(len(found)), key=lambda at: _rank(found[at], at))
    return Found(
        name=name,
        kind=kind,
        tables=tuple(found),
        best=best,
        warnings=(*said, *found[best].warnings, *_warnings(found, best)),
    )


def _rank(found: FoundTable, at: int) -> tuple[bool, bool, float, int]:
    """Visible before hidden, with rows before without, better known, first."""
    return (not found.table.is_hidden, found.has_rows, round(found.score, 1), -at)


def _warnings(found: list[FoundTable], best: int) -> list[str]:
    """Sheets with the same layout that are not read unless they are chosen."""
    same = [
        other.name
        for at, other in enumerate(found)
        if at != best and other.has_rows and other.fingerprint == found[best].fingerprint
    ]
    if not same:
        return []
    return [
        _("Only the sheet “%(sheet)s” is read. These have the same layout: %(others)s.")
        % {"sheet": found[best].name, "others": "、".join(same)}
    ]
