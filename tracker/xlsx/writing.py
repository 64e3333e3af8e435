"""Workbooks written in one pass: openpyxl makes everything but the rows, which stream by."""

import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO

from openpyxl import Workbook

from tracker.xlsx.frame import Frame
from tracker.xlsx.layout import Layout, TooLarge
from tracker.xlsx.sheets import Sheet

__all__ = ["write"]

LEVEL = 3
"""Of compression: two thirds of the time of the usual 6, for files a seventh larger."""

BATCH = 64 * 1024
"""Characters that are compressed at a time."""

MOST = 1_900_000_000
"""Bytes of rows; an archive as programs read it holds parts of up to 2 GiB."""

MERGES_IN_MEMORY = 1024 * 1024


def write(sheets: Iterable[Sheet], file: IO[bytes]) -> None:
    """Write a workbook of ``sheets`` to ``file``, a few rows in memory at a time.

    When that fails, nothing that is a workbook is left behind.
    """
    start = file.tell() if file.seekable() else 0
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            book = Workbook(write_only=True)
            written = {_write_sheet(archive, Frame(book, form)) for form in sheets}
            _write_rest(archive, book, written)
    except BaseException:
        if file.seekable():
            file.seek(start)
            file.truncate()
        raise


def _write_sheet(archive: zipfile.ZipFile, frame: Frame) -> str:
    with (
        archive.open(frame.path, "w") as part,
        SpooledTemporaryFile(max_size=MERGES_IN_MEMORY) as merges,
    ):
        layout = Layout(frame, merges)
        part.write(frame.head())
        size = 0
        for batch in _batches(layout):
            size += len(batch)
            if size > MOST:
                raise TooLarge
            part.write(batch)
        before, after = frame.tail(layout.last)
        part.write(before)
        if layout.merged:
            part.write(b'<mergeCells count="%d">' % layout.merged)
            merges.seek(0)
            while chunk := merges.read(BATCH):
                part.write(chunk)
            part.write(b"</mergeCells>")
        part.write(after)
    return frame.path


def _batches(layout: Layout) -> Iterator[bytes]:
    rows: list[str] = []
    size = 0
    for row in layout.rows():
        rows.append(row)
        size += len(row)
        if size > BATCH:
            yield "".join(rows).encode()
            rows.clear()
            size = 0
    yield "".join(rows).encode()


def _write_rest(archive: zipfile.ZipFile, book: Workbook, written: set[str]) -> None:
    """The parts that openpyxl makes of the workbook, but for the sheets."""
    file = BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as made:
        for entry in made.infolist():
            if entry.filename not in written:
                archive.writestr(entry, made.read(entry))
