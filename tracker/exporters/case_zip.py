"""The zip with the whole file of a task: documents, evidence as it was handed in, and an index.

Files go into the zip a piece at a time, and each is read twice: once to see whether it is still
what was handed in, then to be copied. One that is not is left out, and the index says so.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Any
from urllib.parse import quote

from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import access, xlsx
from tracker.exporters.case_file import Piece, page, pieces, refuse_too_large
from tracker.exporters.orders import Form
from tracker.exporters.words import A4, MID, column
from tracker.figures.case_file import CaseFile, case_file, visible_with_all
from tracker.models import Evidence
from tracker.operations.evidence_files import copy_of
from tracker.operations.photos import Unfit

__all__ = ["FORM", "NAME"]

NAME = "case-file"
CHUNK = 1024 * 1024
INDEXES = 2
"""The index is there twice: to be opened in a browser, and as a workbook."""

Told = Callable[[int], None]


@dataclass(frozen=True)
class Row:
    """A line of the index. ``fault`` says why there is no such file in the zip."""

    number: int
    piece: Piece
    size: int
    sha256: str
    fault: str = ""

    @property
    def href(self) -> str:
        return f"../{quote(self.piece.path)}"


def _case(chosen: Any) -> CaseFile:
    """The file of the task that was ordered; refused when it is out of sight, or too large."""
    if "case" not in chosen.kept:
        [pk] = chosen.order.selected
        task = visible_with_all(chosen.user).get(pk=pk)
        chosen.kept["case"] = case_file(chosen.user, task, chosen.as_of)
        refuse_too_large(chosen.kept["case"])
    return chosen.kept["case"]


def _pieces(chosen: Any) -> Sequence[Piece]:
    if "pieces" not in chosen.kept:
        chosen.kept["pieces"] = pieces(_case(chosen))
    return chosen.kept["pieces"]


def _count(chosen: Any) -> int:
    return len(_pieces(chosen)) + INDEXES


def _code(chosen: Any) -> str:
    return _case(chosen).task.code


def _is_in_sight(chosen: Any) -> bool:
    [pk] = chosen.order.selected
    return access.visible_tasks(chosen.user).filter(pk=pk).exists()


def _write(chosen: Any, file: IO[bytes]) -> None:
    case, found = _case(chosen), _pieces(chosen)
    tell: Told = chosen.progress or (lambda done: None)
    at = chosen.order.at
    moment = make_naive(at) if at else datetime(1980, 1, 1)  # noqa: DTZ001 - zips know no zone
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        rows = []
        for number, piece in enumerate(found, start=1):
            rows.append(_add(archive, piece, number, moment, tell))
            chosen.done = number
            tell(number)
        for name, content in _indexes(chosen, case, rows):
            archive.writestr(_entry(name, moment), content)
            chosen.done += 1


def _entry(path: str, moment: datetime, *, packed: bool = False) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, moment.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    return info


def _add(archive: zipfile.ZipFile, piece: Piece, number: int, moment: datetime, tell: Told) -> Row:
    if piece.file is None:
        packed = piece.path.endswith(".html")
        archive.writestr(_entry(piece.path, moment, packed=packed), piece.content)
        return Row(number, piece, len(piece.content), _digest(piece.content))
    if piece.file.is_place_removed:
        return _add_copy(archive, piece, piece.file, number, moment)
    return _add_original(archive, piece, piece.file, number, moment, tell)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unreadable() -> str:
    return _("cannot be read on the server, so it is not in this zip; tell the administrator")


def _damaged() -> str:
    return _("is not what was handed in any more, so it is not in this zip; tell the administrator")


def _add_copy(
    archive: zipfile.ZipFile, piece: Piece, file: Evidence, number: int, moment: datetime
) -> Row:
    """Of a photo whose place was removed, the copy without it is all that is handed out."""
    try:
        content = copy_of(file, "large")
    except (OSError, Unfit):
        return Row(number, piece, 0, "", _unreadable())
    archive.writestr(_entry(piece.path, moment), content)
    return Row(number, piece, len(content), _digest(content))


def _add_original(
    archive: zipfile.ZipFile,
    piece: Piece,
    file: Evidence,
    number: int,
    moment: datetime,
    tell: Told,
) -> Row:
    try:
        with file.file.open("rb") as source:
            is_whole = _digest_of(source, lambda: tell(number - 1)) == file.sha256
    except OSError:
        return Row(number, piece, 0, "", _unreadable())
    if not is_whole:
        return Row(number, piece, 0, "", _damaged())
    digest, size = hashlib.sha256(), 0
    info = _entry(piece.path, moment)
    is_large = file.size >= zipfile.ZIP64_LIMIT
    with (
        file.file.open("rb") as source,
        archive.open(info, "w", force_zip64=is_large) as entry,
    ):
        while chunk := source.read(CHUNK):
            entry.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            tell(number - 1)
    fault = "" if digest.hexdigest() == file.sha256 else _damaged()
    return Row(number, piece, size, digest.hexdigest(), fault)


def _digest_of(source: IO[bytes], tell: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        tell()
    return digest.hexdigest()


def _indexes(chosen: Any, case: CaseFile, rows: Sequence[Row]) -> Iterator[tuple[str, bytes]]:
    title = pgettext("case file", "Index")
    faults = sum(1 for row in rows if row.fault)
    html = page(
        "tracker/casefile/index.html",
        case=case,
        rows=rows,
        faults=faults,
        made=chosen.made,
    )
    folder = f"00 {title}"
    yield f"{folder}/{title}.html", html
    book = BytesIO()
    xlsx.write([_index_sheet(chosen, case, rows, title)], book)
    yield f"{folder}/{title}.xlsx", book.getvalue()


def _index_sheet(chosen: Any, case: CaseFile, rows: Sequence[Row], title: str) -> xlsx.Sheet:
    return xlsx.Sheet(
        name=title,
        title=_("File of task %(code)s: %(title)s")
        % {"code": case.task.code, "title": case.task.title},
        notes=[pgettext("ledger", "As of %(day)s") % {"day": chosen.day}],
        columns=[
            column(pgettext("index", "No."), lambda row: row.number, 6, **MID),
            column(pgettext("index", "Chapter"), lambda row: row.piece.chapter.folder, 16),
            column(pgettext("index", "Name"), lambda row: row.piece.title, 34),
            column(pgettext("index", "File"), lambda row: row.piece.path, 40),
            column(
                pgettext("index", "Date"),
                lambda row: row.piece.day,
                12,
                align="center",
                number_format="yyyy-mm-dd",
            ),
            column(pgettext("index", "Bytes"), lambda row: row.size, 12, **MID),
            column("SHA-256", lambda row: row.sha256, 34),
            column(pgettext("index", "Remark"), lambda row: row.fault, 30),
        ],
        rows=list(rows),
        footer=chosen.made,
        paper=A4,
    )


FORM = Form(
    name=NAME,
    label=gettext_lazy("File of a task"),
    count=_count,
    archive=_write,
    part=_code,
    is_in_sight=_is_in_sight,
    subject="task",
    is_by_unit=False,
)
"""Of one task, whose key is the only one ``selected``."""
