"""What a sheet is to look like: title, columns, rows, merged cells, paper, protection."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Column", "Sheet"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a sheet. ``value`` takes it from a row: text, number, day, moment or nothing.

    ``width`` is in characters as Excel counts them; a Chinese character takes two. With ``level``
    the cell is merged over neighbouring rows for which the sheet's ``keys`` up to that level are
    equal. ``choices`` is a range of the workbook that is offered as a list. Neighbours with the
    same ``group`` stand under one more header cell that names it. ``is_grey`` marks values that
    are there to be looked at. In a protected sheet only cells of a column that ``is_locked`` stay
    as they are.
    """

    header: str
    value: Callable[[Any], Any]
    width: float = 12
    number_format: str = "General"
    align: str = "left"
    level: int | None = None
    choices: str = ""
    group: str = ""
    is_hidden: bool = False
    is_grey: bool = False
    is_locked: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet: a title, up to three ``notes`` (left, middle, right), columns, rows, a last line.

    ``footer`` is printed at the left of each page, beside the page number. ``room`` is the number
    of empty rows below the last one that are laid out for typing. Rows for which ``strong`` is
    true are bold: totals, headings of groups. ``remarks`` are lines between the table and the
    ``signature``. A sheet that is very hidden can be shown by a program only. ``protected`` keeps
    what is locked from being typed over by mistake; there is no password.

    ``is_plain`` is for running text: no header, no boxes, and nothing repeated on each page.
    ``is_one_page`` shrinks a short table to a single page. ``is_flat`` keeps every row in one
    sheet row, however much text is in it, so that the table can be sorted.

    ``rows`` is gone through once and only rows that share merged cells, which is to say an equal
    first key, are held together.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    title: str = ""
    notes: Sequence[str] = ()
    keys: Sequence[Callable[[Any], Any]] = ()
    signature: str = ""
    footer: str = ""
    paper: int = 8
    is_landscape: bool = True
    is_hidden: bool = False
    is_very_hidden: bool = False
    has_filter: bool = False
    is_flat: bool = False
    protected: bool = False
    is_plain: bool = False
    is_one_page: bool = False
    strong: Callable[[Any], bool] | None = None
    remarks: Sequence[str] = ()
    room: int = 0
