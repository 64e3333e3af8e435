"""An office's own list as it is: any layout, understood without being written anywhere.

``read`` and ``read_paste`` find the sheet, the header and what each column most likely holds;
``rows`` gives the tasks, once it is settled which column is which field. Nothing here asks the
database.
"""

from tracker.importers.layouts.bodies import left_out
from tracker.importers.layouts.fields import FIELDS
from tracker.importers.layouts.found import (
    Choice,
    Doubt,
    Found,
    FoundColumn,
    FoundTable,
    LeftOut,
    SourceRow,
)
from tracker.importers.layouts.rows import rows
from tracker.importers.layouts.sources import read, read_paste

__all__ = [
    "FIELDS",
    "Choice",
    "Doubt",
    "Found",
    "FoundColumn",
    "FoundTable",
    "LeftOut",
    "SourceRow",
    "left_out",
    "read",
    "read_paste",
    "rows",
]
