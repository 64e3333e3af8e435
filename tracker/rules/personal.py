"""Numbers that point to a person, taken out of texts that leave the house."""

import re

from tracker.choices import EventKind

__all__ = ["masked", "masked_note", "masked_number"]

SHORTEST_TO_SHOW_ENDS = 8

OBJECTIONS = (
    EventKind.OBJECTION_RECEIVED,
    EventKind.OBJECTION_UPHELD,
    EventKind.OBJECTION_DISMISSED,
)
"""Entries whose notes are what citizens wrote, and what they were answered."""

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<![\dA-Za-z])([1-9]\d{5})\d{8}(\d{3}[\dXx])(?![\dA-Za-z])")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[-－ ]\d{4}(\d{3,4})(?!\d)")


def masked(text: str) -> str:
    """``text`` with the middle of telephone and identity numbers replaced by stars."""
    for pattern, stars in ((_IDENTITY, "********"), (_MOBILE, "****"), (_LANDLINE, "-****")):
        text = pattern.sub(rf"\g<1>{stars}\g<2>", text)
    return text


def masked_note(kind: str, note: str) -> str:
    """The note of an entry, masked where it may tell which citizen objected."""
    return masked(note) if kind in OBJECTIONS else note


def masked_number(phone: str) -> str:
    """A telephone number of which only the ends can be read, whatever its form."""
    shown = masked(phone)
    if shown != phone:
        return shown
    if len(phone) < SHORTEST_TO_SHOW_ENDS:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-2:]}"
