"""What came back, what was handed out and what is known now: who changed a value?"""

from typing import Any

from tracker.choices import CellState

__all__ = ["LOST", "compare", "tidy"]

LOST: Any = object()
"""Stands for an exported value that is not known any more."""


def compare(base: Any, theirs: Any, now: Any) -> CellState:
    """The state of a cell: as exported, as it came back, and as it is now.

    Without the exported value nobody can tell who changed a value that differs, so it has to be
    decided like one that was changed in both places.
    """
    if base is LOST:
        return CellState.UNTOUCHED if theirs == now else CellState.BOTH
    if theirs == base:
        return CellState.UNTOUCHED if now == base else CellState.OURS
    if now == base:
        return CellState.THEIRS
    return CellState.SAME if theirs == now else CellState.BOTH


def tidy(text: str) -> str:
    """``text`` without what spreadsheet programs change on saving: ends of lines, outer spaces."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
