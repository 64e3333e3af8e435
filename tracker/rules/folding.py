"""Two ways to tidy what people typed: a key to compare by, and a text fit to be kept.

``fold`` is for comparing: 「如东县 人民政府」 with a stray space, full-width letters, a zero-width
mark pasted from a web page or other capitals folds to the same key. It is never shown or stored
in place of what was typed. ``clean`` is for storing: it takes away only what neither a database
nor a workbook can hold, and leaves lines and tabs as they were typed.
"""

import re
import unicodedata
from functools import lru_cache

__all__ = ["clean", "fold"]

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
"""Unicode categories of what leaves no mark: controls, formats, half characters, spaces."""

_UNSEEN_LETTERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f]")
"""Marks and letters without a shape, which Unicode files under categories that have one."""

_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def fold(text: str) -> str:
    """The key of ``text``: two texts are the same when their keys are equal.

    Compatibility forms become ordinary ones (NFKC), spaces and whatever cannot be seen disappear,
    capitals become small. Folding a key gives the same key.
    """
    return _folded_name(text) if len(text) <= NAME else _folded(text)


def _folded(text: str) -> str:
    key = _fold_once(text)
    while key != text:
        text, key = key, _fold_once(key)
    return key


NAME = 60
_folded_name = lru_cache(maxsize=8192)(_folded)
"""Names come again and again in one list; texts do not."""


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _UNSEEN_LETTERS.sub("", text)).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN)


def clean(text: str) -> str:
    """``text`` without control characters, NUL and half characters; lines and tabs stay."""
    return _UNKEEPABLE.sub("", text)
