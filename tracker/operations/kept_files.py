"""Files the program makes: there in full, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

UNFINISHED = ".part"
ORPHANED_AFTER = timedelta(days=1)


def random_name(ending: str) -> str:
    """A name nobody guesses, and nobody else has chosen."""
    return secrets.token_hex(24) + ending


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when everything in it is safe on the disk."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    part = path.with_name(path.name + UNFINISHED)
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make the folder's own list of names safe too, where a folder can be opened."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_orphans(folder: Path, known: set[str], *, at: datetime) -> int:
    """Remove old files that are not ``known``, as a crash leaves them; how many there were."""
    found = 0
    oldest = (at - ORPHANED_AFTER).timestamp()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in known and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            found += 1
    return found
