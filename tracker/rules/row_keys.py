"""What a workbook carries out of sight so that its rows are known again when it comes back.

A *row key* names the export, the task and the version of the task. A *record of a row* holds what
was exported, as text in parts short enough for a cell. Both are signed: what was altered or made
up is not believed. They are plain ASCII, which no spreadsheet program changes on saving.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer

__all__ = ["Parts", "RowKey", "parts_of", "read_key"]

SALT = "tracker.working-ledger"
PART = 6000
"""Characters of a record in one cell."""

HEAD = 0
"""Stands for the task in the record of the whole workbook."""

_KEY = re.compile(r"rk1\.([0-9a-z]{1,20})\.([0-9]{1,18})\.([0-9]{1,9}):[0-9A-Za-z_-]{43}")
_PART = re.compile(r"rp1\|([0-9a-z]{1,20})\|([0-9]{1,18})\|([0-9]{1,4})\|([0-9]{1,4})\|(.+)")


def _signer() -> Signer:
    return Signer(salt=SALT)


@dataclass(frozen=True)
class RowKey:
    """Which task a row is of, in which export, and which version of the task was exported."""

    export: str
    task: int
    version: int

    def signed(self) -> str:
        """The key as it stands in the hidden column."""
        return _signer().sign(f"rk1.{self.export}.{self.task}.{self.version}")


def read_key(text: str) -> RowKey | bool:
    """The key in ``text``; ``False`` when there is none, ``True`` for one that is not genuine."""
    match = _KEY.fullmatch(text.strip())
    if match is None:
        return text.startswith("rk1.")
    try:
        _signer().unsign(text.strip())
    except BadSignature:
        return True
    return RowKey(match[1], int(match[2]), int(match[3]))


def parts_of(export: str, task: int, content: Any) -> list[str]:
    """The signed record of a row, cut into parts."""
    text = _signer().sign_object({"export": export, "task": task, "row": content}, compress=True)
    pieces = [text[start : start + PART] for start in range(0, len(text), PART)]
    return [
        f"rp1|{export}|{task}|{number}|{len(pieces)}|{piece}"
        for number, piece in enumerate(pieces, start=1)
    ]


class Parts:
    """Parts of records as they are met in a workbook, in any order."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int], dict[int, str]] = {}
        self.totals: dict[tuple[str, int], int] = {}

    def take(self, text: str) -> bool:
        """Keep ``text`` if it is a part of a record; whether it is."""
        match = _PART.fullmatch(text.strip()) if text.startswith("rp1|") else None
        if match is None:
            return False
        name = match[1], int(match[2])
        self.found.setdefault(name, {})[int(match[3])] = match[5]
        self.totals[name] = int(match[4])
        return True

    def records(self) -> tuple[dict[tuple[str, int], Any], int]:
        """``{(export, task): content}`` of the genuine records, and how many others there are."""
        genuine: dict[tuple[str, int], Any] = {}
        refused = 0
        for name, parts in self.found.items():
            content = _opened(name, parts, range(1, self.totals[name] + 1))
            if content is None:
                refused += 1
            else:
                genuine[name] = content
        return genuine, refused


def _opened(name: tuple[str, int], parts: dict[int, str], numbers: Iterable[int]) -> Any:
    """The content of a record, or ``None`` if a part is missing or was changed."""
    try:
        record = _signer().unsign_object("".join(parts[number] for number in numbers))
    except (BadSignature, KeyError):
        return None
    return record["row"] if (record["export"], record["task"]) == name else None
