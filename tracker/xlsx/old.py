"""Workbooks of the old kind (.xls), which python-calamine reads in a process of its own.

What such a file says of number formats, hidden rows and columns and failed formulas is not read.
A day that is the first of its month may therefore be shown as that month alone.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from tracker.xlsx.archive import MAX_BYTES, SECONDS, Unreadable, refuse_size
from tracker.xlsx.grids import Grid
from tracker.xlsx.old_child import PASSWORD, TOO_LARGE
from tracker.xlsx.sheet_cells import MOST_CELLS, FirstOfMonth, Value
from tracker.xlsx.tables import Table
from tracker.xlsx.text import visible

__all__ = ["OLE", "open_old"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of every file of the old office programs."""

_LOCKED = re.compile(rb"\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
"""The record that begins a workbook, and the one after it that says that it is encrypted."""

_CHILD = Path(__file__).with_name("old_child.py")


def open_old(file: IO[bytes]) -> Iterator[Table]:
    """The sheets of an .xls workbook; ``Unreadable`` whatever is wrong with it."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Unreadable(
            _("The file has more than 10 MB. Split the list, or remove pictures from it.")
        )
    for sheet in _asked(content):
        grid = Grid()
        for row, column, value in sheet["cells"]:
            grid.put(row, column, _value(value))
        for first_row, first_column, last_row, last_column in sheet["merges"]:
            grid.merge(first_row + 1, first_column + 1, last_row + 1, last_column + 1)
        yield grid.table(str(sheet["name"]), is_hidden=bool(sheet["is_hidden"]))


def _asked(content: bytes) -> list[Mapping[str, Any]]:
    """What the child process says of the workbook."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD), str(MOST_CELLS)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        refuse_size()
    if done.returncode == PASSWORD or _LOCKED.search(content):
        raise Unreadable(
            _("The workbook is protected with a password. Remove the password and save it again.")
        )
    if done.returncode == TOO_LARGE or done.returncode < 0:
        refuse_size()
    if done.returncode != 0:
        raise Unreadable(
            _(
                "The .xls workbook is damaged or of a kind that is not read. Open it in Excel or"
                " WPS, save it as .xlsx and upload that."
            )
        )
    found: list[Mapping[str, Any]] = json.loads(done.stdout)
    return found


def _value(plain: Any) -> Value:
    if isinstance(plain, str):
        return visible(plain)
    if not isinstance(plain, dict):
        number: Value = plain
        return int(number) if isinstance(number, float) and number.is_integer() else number
    if "day" in plain:
        day = date.fromisoformat(plain["day"])
    else:
        moment = datetime.fromisoformat(plain["moment"])
        if moment.time() != time(0):
            return moment
        day = moment.date()
    return FirstOfMonth(day.year, day.month, 1) if day.day == 1 else day
