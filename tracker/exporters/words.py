"""What the forms share: paper, columns, the line to sign on, names of units."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from tracker import xlsx

__all__ = ["A3", "A4", "DAY", "MID", "SHARE", "TEXT", "column", "label", "signature"]

A3, A4 = 8, 9
"""Paper, as workbooks number it."""

TEXT = 80
"""The width of running text on an upright sheet."""

MID: dict[str, Any] = {"align": "center"}
DAY: dict[str, Any] = {"align": "center", "number_format": "yyyy-mm-dd"}
SHARE: dict[str, Any] = {"align": "center", "number_format": "0.0%"}


def column(header: str, value: Callable[[Any], Any], width: float, **options: Any) -> xlsx.Column:
    """A column of a form."""
    return xlsx.Column(header=header, value=value, width=width, **options)


def signature() -> str:
    """The line at the foot of a form, to be filled in by hand."""
    return _("Filled in by:            Checked by:            Telephone:            Date:")


def label(unit) -> str:
    return unit.label if unit else ""
