"""What a cell says, as a person would have typed it."""

import re
from datetime import date, datetime, timedelta

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from tracker import xlsx
from tracker.rules.folding import clean
from tracker.rules.numbering import normalise, parts_of

__all__ = ["as_text", "day_of_serial", "in_one_line", "number_in", "tidy"]

SERIALS = range(36_526, 73_416)
"""Days from 2000 to 2100 as workbooks count them; no year and no written day looks like one."""

_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_BREAK = re.compile(rf"(?<=[{_WIDE}])\n+(?=[{_WIDE}])")


def as_text(value: xlsx.Value | None, is_1904: bool = False) -> str:
    """A cell's value as text, with as much of a day as the cell shows."""
    if isinstance(value, str):
        return tidy(value)
    if value is None or isinstance(value, xlsx.Flaw):
        return ""
    if isinstance(value, xlsx.ShownMonth):
        return f"{value.year}年{value.month}月"
    if isinstance(value, xlsx.ShownYear):
        return f"{value.year}年"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def tidy(text: str) -> str:
    """``text`` without stray spaces, marks that cannot be seen, and empty lines around it."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    plain = _UNSEEN.sub("", clean(text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (_SPACES.sub(" ", line).strip() for line in plain.split("\n"))
    return "\n".join(lines).strip()


def in_one_line(text: str) -> str:
    """``text`` with the line breaks taken back that only made it fit its cell."""
    return " ".join(_BREAK.sub("", text).split())


def day_of_serial(number: int, is_1904: bool) -> date | None:
    """The day that a workbook counts as ``number``, if that is one of this century."""
    epoch = MAC_EPOCH if is_1904 else WINDOWS_EPOCH
    offset = 1462 if is_1904 else 0
    if number + offset not in SERIALS:
        return None
    moment: datetime = epoch + timedelta(days=number)
    return moment.date()


def number_in(text: str) -> int | None:
    """The number that ``text`` prints; 1-3 is 103, the same in whatever order a list stands."""
    try:
        return normalise(text)
    except ValueError:
        one, two = parts_of(text) or (0, 100)
        return 100 * one + two if one < 100 and two < 100 else None
