"""The keys by which the rows of a prepared workbook are recognised when it comes back."""

import re

__all__ = ["MARK", "key_of", "parted"]

MARK = "tracker-call"
"""The first word of the sheet that nobody sees."""

_KEY = re.compile(r"([0-9]{1,15})-([0-9]{1,15})")


def key_of(call: int, part: int) -> str:
    """The key of one part in one call."""
    return f"{call}-{part}"


def parted(key: str) -> tuple[int, int] | None:
    """``(call, part)`` of a key; ``None`` when it is none."""
    found = _KEY.fullmatch(key)
    return (int(found[1]), int(found[2])) if found else None
