"""Names of files in an archive: such as every system can write, and no two of them alike."""

import re
import unicodedata
from pathlib import PurePosixPath

__all__ = ["LONGEST", "safe", "unique"]

LONGEST = 100
"""Characters in one name; a path of two of them stays far below the 260 of Windows."""

MOST_BYTES = 230
"""Most file systems take 255 bytes, and a Chinese character takes three."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(
    "(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\\..*)?",
    re.IGNORECASE | re.DOTALL,
)
"""Names of devices, with any ending (learn.microsoft.com, Naming Files, Paths, and Namespaces)."""


def safe(name: str, *, room: int = LONGEST) -> str:
    """``name`` as Windows, macOS and Linux can write it, at most ``room`` characters long.

    What cannot stand in a name becomes a hyphen, what cannot be seen goes away; the ending stays.
    """
    seen = "".join(
        sign
        for sign in unicodedata.normalize("NFC", name)
        if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    plain = _FORBIDDEN.sub("-", seen).strip().rstrip(". \u3000\xa0")
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    return _cut(plain, room) or "_"


def _cut(name: str, room: int) -> str:
    if len(name) <= room and len(name.encode()) <= MOST_BYTES:
        return name
    ending = PurePosixPath(name).suffix
    if len(ending) > 10:
        ending = ""
    stem = name[: len(name) - len(ending)][: room - len(ending)]
    while len((stem + ending).encode()) > MOST_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". \u3000\xa0") + ending


def unique(name: str, taken: set[str], *, room: int = LONGEST) -> str:
    """``name`` made ``safe``, and told apart from the names ``taken``, which it joins.

    Names that differ only in capitals are the same to Windows and macOS.
    """
    plain = safe(name, room=room)
    ending = PurePosixPath(plain).suffix
    found, number = plain, 1
    while unicodedata.normalize("NFC", found).casefold() in taken:
        number += 1
        mark = f" ({number})"
        stem = plain[: len(plain) - len(ending)]
        found = _cut(stem, room - len(mark) - len(ending)) + mark + ending
    taken.add(unicodedata.normalize("NFC", found).casefold())
    return found
