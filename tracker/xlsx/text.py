"""Text in a workbook: what a cell holds, and what must be written in another way.

Strings of a workbook are XML, in which ``_x000D_`` stands for a character by its code
(ECMA-376, ST_Xstring). A cell holds 32,767 characters.
"""

import re

__all__ = ["LEADS", "MAX_TEXT", "escaped", "pieces", "unescaped", "visible"]

MAX_TEXT = 32_767
"""Characters in a cell."""

LEADS = frozenset("=+-@\t\r\n＝＋－＠")
"""First characters that a spreadsheet program may take for the beginning of a formula."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")
_LIKE_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def visible(text: str) -> str:
    """``text`` with the characters XML cannot hold replaced by signs that show they were there.

    Controls become their pictures (␀, ␛ …), half characters and non-characters become U+FFFD.
    """
    return _UNPRINTABLE.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def escaped(text: str) -> str:
    """``text`` as it is written, so that a literal ``_x0041_`` is not read as the letter A."""
    return _LIKE_CODE.sub("_x005F_", text) if "_x" in text else text


def unescaped(text: str) -> str:
    """What a written text says."""
    if "_x" not in text:
        return text
    return visible(_CODE.sub(lambda match: chr(int(match[1], 16)), text))


def pieces(text: str) -> list[str]:
    """``text`` in pieces that a cell can hold when they are written; mostly one."""
    written = escaped(text)
    if len(written) <= MAX_TEXT:
        return [written]
    found = []
    while len(text) > MAX_TEXT or len(escaped(text)) > MAX_TEXT:
        # An escape makes seven characters of one; a piece of half the room holds any of them
        # unless the text is mostly escapes, and then a shorter one does.
        size = MAX_TEXT
        while len(escaped(text[:size])) > MAX_TEXT:
            size //= 2
        found.append(escaped(text[:size]))
        text = text[size:]
    found.append(escaped(text))
    return [piece for piece in found if piece]
