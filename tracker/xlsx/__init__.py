"""Excel workbooks, without knowing what they are about: sheets out, rows in.

``sheets`` writes official forms and plain tables; ``tables`` reads what anybody may upload, and
answers everything it cannot read with one sentence (``Unreadable``).
"""

from tracker.xlsx.archive import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Unreadable
from tracker.xlsx.grids import Grid
from tracker.xlsx.layout import TooLarge
from tracker.xlsx.old import OLE, open_old
from tracker.xlsx.sheet_cells import (
    FirstOfMonth,
    Flaw,
    Merge,
    ShownDay,
    ShownMonth,
    ShownYear,
    Value,
)
from tracker.xlsx.sheets import Column, Sheet
from tracker.xlsx.tables import Table, open_rows
from tracker.xlsx.text import MAX_TEXT
from tracker.xlsx.writing import write

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "MAX_TEXT",
    "OLE",
    "Column",
    "FirstOfMonth",
    "Flaw",
    "Grid",
    "Merge",
    "Sheet",
    "ShownDay",
    "ShownMonth",
    "ShownYear",
    "Table",
    "TooLarge",
    "Unreadable",
    "Value",
    "open_old",
    "open_rows",
    "write",
]
