"""Files that are handed in together: workbooks as they are, and zips of them unpacked."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from tracker import xlsx
from tracker.rules.folding import clean

__all__ = ["MOST_FILES", "unpacked"]

MOST_FILES = 100
MOST_BYTES = 50 * 1024 * 1024
UTF_8 = 0x800
ENCRYPTED = 0x1
PARTS = ("xl/", "_rels/.rels", "[content_types].xml", "content.xml", "word/")
"""Where these stand at the top, the zip is a document of its own."""

_JUNK = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


def unpacked(name: str, file: IO[bytes]) -> Iterator[tuple[str, IO[bytes] | str]]:
    """``(name, file)`` of each file in what was handed in.

    In place of a file that cannot be had stands one sentence that says why.
    """
    start = file.read(4)
    file.seek(0)
    if not start.startswith(b"PK\x03\x04"):
        yield base_name(name), file
        return
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except Exception:  # Damage has a dozen kinds; for the person they are one.
        file.seek(0)
        yield base_name(name), file
        return
    with archive:
        if any(entry.filename.lower().startswith(PARTS) for entry in entries):
            file.seek(0)
            yield base_name(name), file
        else:
            yield from _members(base_name(name), file, archive, entries)


def base_name(name: str) -> str:
    """The last part of a path, of whatever system, fit to be shown."""
    return clean(PurePosixPath(clean(name).replace("\\", "/")).name).strip()[-200:] or "?"


def _members(
    name: str, file: IO[bytes], archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> Iterator[tuple[str, IO[bytes] | str]]:
    wanted = [entry for entry in entries if not entry.is_dir() and not _JUNK.search(entry.filename)]
    if file.seek(0, 2) > MOST_BYTES:
        yield name, _("The zip has more than 50 MB. Hand in the workbooks in several parts.")
    elif len(wanted) > MOST_FILES:
        yield name, _("The zip has more than 100 files. Hand them in in several parts.")
    elif not wanted:
        yield name, _("The zip is empty. Put the workbooks into it, or hand them in themselves.")
    else:
        for entry in wanted:
            yield _name_of(entry), _content(archive, entry)


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was written; Windows in Chinese writes GBK and does not say so."""
    name = entry.filename
    if not entry.flag_bits & UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return base_name(name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes] | str:
    """The bytes of a member, counted while they are inflated; or why they cannot be had."""
    if entry.flag_bits & ENCRYPTED:
        return _("The file is protected with a password. Remove the password and save it again.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _("The zip is packed in a way that is not read. Pack the files again.")
    try:
        with archive.open(entry) as part:
            content = part.read(xlsx.MAX_BYTES + 1)
    except Exception:
        return _("The zip is damaged. Pack the files again, or hand them in alone.")
    return BytesIO(content)
