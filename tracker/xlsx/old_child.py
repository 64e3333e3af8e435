"""Reads an .xls workbook from standard input in a process of its own, and prints it as JSON.

The reader is native code, which cannot be stopped from outside while it runs; here the system
sets its limits of memory and time. Nothing of the project is imported.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

try:
    resource: Any = importlib.import_module("resource")
except ImportError:
    resource = None  # On Windows; the time is limited from outside all the same.

__all__ = ["DAMAGED", "PASSWORD", "TOO_LARGE", "answer", "main"]

DAMAGED, PASSWORD, TOO_LARGE = 3, 4, 5
"""Exit statuses."""

MEMORY = 512 * 1024 * 1024
SECONDS = 8


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, str | int | float | bool) else str(value)


def _cells(sheet: CalamineSheet) -> Iterator[tuple[int, int, Any]]:
    left = sheet.start[1] if sheet.start else 0
    for row, values in enumerate(sheet.iter_rows(), start=1):
        for column, value in enumerate(values, start=left + 1):
            if value != "":
                yield row, column, _plain(value)


def answer(content: bytes, most_cells: int) -> list[dict[str, Any]]:
    """The sheets as plain values; ``MemoryError`` if there are more cells than ``most_cells``."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    found = []
    for number, about in enumerate(book.sheets_metadata):
        sheet = book.get_sheet_by_index(number)
        cells = []
        for cell in _cells(sheet):
            most_cells -= 1
            if most_cells < 0:
                raise MemoryError
            cells.append(cell)
        found.append(
            {
                "name": about.name,
                "is_hidden": about.visible != SheetVisibleEnum.Visible,
                "cells": cells,
                "merges": [[*first, *last] for first, last in sheet.merged_cell_ranges or ()],
            }
        )
    return found


def _set_limits() -> None:
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> int:
    _set_limits()
    try:
        found = answer(sys.stdin.buffer.read(), int(sys.argv[1]))
        json.dump(found, sys.stdout)
    except PasswordError:
        return PASSWORD
    except MemoryError:
        return TOO_LARGE
    except Exception:
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
