"""The outside of an uploaded workbook: is it one at all, and is it safe to open?

An .xlsx file is a zip archive of XML parts. Everything here is checked before any XML is read,
and what the archive says of itself is not believed: bytes are counted while they are inflated.
"""

import re
import zipfile
from collections.abc import Iterator
from time import monotonic
from typing import IO, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext as _

__all__ = ["MAX_BYTES", "MAX_COLUMNS", "MAX_ROWS", "Archive", "Unreadable", "recognise"]

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 2000
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 250
"""Times an entry of more than 1 MB may grow; sheets full of empty styled cells stay below 100."""

MAX_ROWS = 10_000
MAX_COLUMNS = 200
SECONDS = 10.0
"""Time to read one workbook; a good one of 10,000 rows needs a third of it."""

CHUNK = 64 * 1024

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCK_FILE_SIZE = 165
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(ValueError):
    """A file that is not read, with one sentence that says why and what to do."""


def recognise(file: IO[bytes]) -> None:
    """Refuse what is not a zip archive by its content, naming what it is."""
    size = file.seek(0, 2)
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    if size == 0:
        raise Unreadable(_("The file is empty. Save the workbook again and upload that."))
    if size > MAX_BYTES:
        raise Unreadable(
            _("The file has more than 10 MB. Split the list, or remove pictures from it.")
        )
    if start.startswith(b"PK\x03\x04"):
        return
    if start.startswith(OLE):
        _refuse_ole(file)
    if size == LOCK_FILE_SIZE and start[1 : 1 + start[0]].strip():
        raise Unreadable(
            _(
                "This is the lock file (~$…) that Excel keeps while a workbook is open."
                " Choose the workbook itself."
            )
        )
    _refuse_text(start)
    raise Unreadable(_("This is not an Excel workbook. Save the list as .xlsx and upload that."))


def _refuse_ole(file: IO[bytes]) -> NoReturn:
    content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(
            _("The workbook is protected with a password. Remove the password and save it again.")
        )
    raise Unreadable(
        _("This is an .xls or .et workbook of the old kind. Save it as .xlsx and upload that.")
    )


def _refuse_text(start: bytes) -> None:
    text = _decoded(start)
    head = text.lstrip("\ufeff \t\r\n").lower()
    if re.match(r"<(!doctype html|html|head|body|meta|table|style)", head):
        raise Unreadable(
            _(
                "This is a web page with the name of a workbook. Open it in Excel or WPS, save it"
                " as .xlsx and upload that."
            )
        )
    if head.startswith("<?xml") or head.startswith("<workbook"):
        raise Unreadable(
            _("This is an XML file. Open it in Excel or WPS, save it as .xlsx and upload that.")
        )
    if text and not re.search("[\x00-\x08\x0e-\x1f]", text):
        raise Unreadable(
            _(
                "This is a text file (CSV). Open it in Excel or WPS, save it as .xlsx and upload"
                " that."
            )
        )


def _decoded(start: bytes) -> str:
    """The beginning of a text file, or nothing if it is not text."""
    for encoding in ("utf-16",) if start[:2] in UTF_16_MARKS else ("utf-8", "gb18030"):
        for cut in range(4):
            # The last character may be cut in two.
            try:
                return start[: len(start) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return ""


class Archive:
    """The parts of a workbook, read under limits of size and time."""

    def __init__(self, file: IO[bytes]):
        self.deadline = monotonic() + SECONDS
        self.inflated = 0
        recognise(file)
        self.zip = zipfile.ZipFile(file)
        entries = self.zip.infolist()
        self.entries = {entry.filename: entry for entry in entries}
        self._check(entries)
        self._refuse_doctypes()

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        names = [entry.filename.lower() for entry in entries]
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_INFLATED:
            refuse_size()
        if any(entry.flag_bits & 1 for entry in entries):
            raise Unreadable(
                _("The file is protected with a password. Remove the password and save it again.")
            )
        odd = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
        methods = {entry.compress_type for entry in entries}
        if odd or len(set(names)) < len(names) or methods - {0, zipfile.ZIP_DEFLATED}:
            refuse_damage()
        for entry in entries:
            if entry.file_size > 2**20 and entry.file_size > MAX_RATIO * entry.compress_size:
                refuse_size()
        if "xl/workbook.xml" not in names and "_rels/.rels" not in names:
            self._refuse_other(names)
        if "xl/workbook.bin" in names:
            raise Unreadable(
                _("This is a binary workbook (.xlsb). Save it as .xlsx and upload that.")
            )

    def _refuse_other(self, names: list[str]) -> NoReturn:
        if "content.xml" in names:
            raise Unreadable(_("This is an OpenDocument file. Save it as .xlsx and upload that."))
        if any(name.endswith((".xlsx", ".xls", ".et", ".csv", ".xlsm")) for name in names):
            raise Unreadable(
                _("This is a zip archive with workbooks in it. Unpack it and upload the workbook.")
            )
        raise Unreadable(
            _("This is a zip archive, not an Excel workbook. Choose the workbook itself.")
        )

    def _refuse_doctypes(self) -> None:
        """No part of a workbook needs a DOCTYPE; entities are declared in one."""
        for name in self.entries:
            if name.lower().endswith((".xml", ".rels")):
                self._look_at_prolog(name)

    def _look_at_prolog(self, name: str) -> None:
        parser = new_parser()

        def stop(_name: str, _attributes: dict[str, str]) -> None:
            raise _Reached

        parser.StartElementHandler = stop
        try:
            for chunk in self.chunks(name, size=4096):
                parser.Parse(chunk, False)
        except _Reached:
            return

    def chunks(self, name: str, size: int = CHUNK) -> Iterator[bytes]:
        """The bytes of a part, counted as they come."""
        with self.zip.open(self.entries[name]) as part:
            while chunk := part.read(size):
                self.inflated += len(chunk)
                if self.inflated > MAX_INFLATED:
                    refuse_size()
                self.keep_time()
                yield chunk

    def keep_time(self) -> None:
        if monotonic() > self.deadline:
            raise Unreadable(
                _("The workbook takes too long to read. Copy the list into a new workbook.")
            )


class _Reached(Exception):
    """The root element of a part has been reached."""


def new_parser() -> expat.XMLParserType:
    """A parser that refuses a DOCTYPE, in whatever encoding the part is written."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declared: object) -> None:
    raise Unreadable(
        _(
            "The workbook holds a document type declaration, which no spreadsheet program"
            " writes. Copy the list into a new workbook."
        )
    )


def refuse_damage() -> NoReturn:
    raise Unreadable(
        _(
            "The workbook is damaged or was not written by a spreadsheet program. Open it in Excel"
            " or WPS, save it as a new .xlsx and upload that."
        )
    )


def refuse_size() -> NoReturn:
    raise Unreadable(
        _("The workbook is too large when unpacked. Copy the list alone into a new workbook.")
    )
