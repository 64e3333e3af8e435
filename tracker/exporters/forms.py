"""The official forms by the names that commands and addresses use, and how a workbook is made.

Whoever wants a workbook places an ``Order``. ``row_count`` tells how much work it is,
``file_name`` what the file is called, ``make`` writes it.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import IO

from django.utils import translation
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.exporters import (
    call,
    case_zip,
    closure,
    issues,
    ledger,
    notice,
    petition_stats,
    petitions,
    responsibilities,
    summary,
    tasks,
)
from tracker.exporters.cover import cover
from tracker.exporters.lists import LISTS
from tracker.exporters.orders import Chosen, Form, Order
from tracker.models import Span
from tracker.rules.folding import clean

__all__ = ["ALL", "FORMS", "TO_COME", "Order", "file_name", "is_in_sight", "make", "row_count"]

FORMS: dict[str, Form] = {
    module.FORM.name: module.FORM
    for module in (
        issues,
        tasks,
        responsibilities,
        ledger,
        call,
        summary,
        closure,
        notice,
        petitions,
        petition_stats,
    )
}
"""The official forms, in the order in which an office meets them."""

TO_COME = {"assessment": gettext_lazy("Assessment scores come with the quarterly assessments.")}
"""Forms that have a name already, and why there is nothing to put into them yet."""

ALL: dict[str, Form] = FORMS | {form.name: form for form in (*LISTS, case_zip.FORM)}

IN_MEMORY = 5 * 1024 * 1024

Progress = Callable[[int], None]


def form_of(order: Order) -> Form:
    return ALL[order.form]


def row_count(order: Order) -> int:
    """How many rows the workbook, or the workbooks of a zip, will have."""
    return Chosen(order, form_of(order)).total


def file_name(order: Order) -> str:
    """整改台账_2022s2_截至20231031_全部.xlsx, or .zip for one workbook a unit."""
    with _speaking(order):
        form = form_of(order)
        is_zip = order.is_by_unit or form.archive
        return _named(Chosen(order, form), ".zip" if is_zip else ".xlsx")


def is_in_sight(order: Order) -> bool:
    """Whether what was ordered may still be handed out to whoever ordered it."""
    form = form_of(order)
    return form.is_in_sight(Chosen(order, form))


def make(order: Order, file: IO[bytes], progress: Progress | None = None) -> None:
    """Write the workbook, or the zip, to ``file``.

    ``progress`` is told now and then how many rows are done; what it raises ends the work, and
    leaves a file that no program opens.
    """
    with _speaking(order):
        form = form_of(order)
        if form.archive is not None:
            form.archive(Chosen(order, form, progress=progress), file)
        elif order.is_by_unit:
            _zip(order, form, file, progress)
        else:
            _write(Chosen(order, form, progress=progress), file)


def _speaking(order: Order):
    return translation.override(order.language) if order.language else nullcontext()


def _named(chosen: Chosen, ending: str) -> str:
    words = [
        str(chosen.form.label),
        chosen.inspection.code if chosen.inspection else "",
        _("as_of_%(day)s") % {"day": f"{chosen.as_of:%Y%m%d}"},
        chosen.part or pgettext("file name", "all"),
    ]
    name = "_".join(word for word in words if word)
    unsafe = {ord(sign): "-" for sign in '\\/:*?"<>|\r\n\t'}
    return f"{clean(name).translate(unsafe)[:120]}{ending}"


def _write(chosen: Chosen, file: IO[bytes]) -> None:
    xlsx.write(_sheets(chosen), file)


def _sheets(chosen: Chosen) -> Iterator[xlsx.Sheet]:
    """The sheets of the form, and after the first one what the workbook is."""
    is_first = True
    for sheet in chosen.form.sheets(chosen):
        yield replace(sheet, footer=sheet.footer or chosen.made)
        if is_first:
            yield cover(chosen)
        is_first = False
    if is_first:
        yield cover(chosen)


def _zip(order: Order, form: Form, file: IO[bytes], progress: Progress | None) -> None:
    """One workbook for each unit that has a part in the rows, none of them in another's."""
    whole, done = Chosen(order, form), 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for unit in units_of(whole):
            tell = _from(progress, done)
            chosen = Chosen(order, form, user=whole.user, only=unit, progress=tell)
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as book:
                _write(chosen, book)
                book.seek(0)
                with archive.open(_entry(archive, chosen, unit), "w") as entry:
                    shutil.copyfileobj(book, entry)
            done += chosen.done


def _from(progress: Progress | None, before: int) -> Progress | None:
    """``progress`` that goes on counting where the workbooks before ended."""
    return None if progress is None else lambda done: progress(before + done)


def _entry(archive: zipfile.ZipFile, chosen: Chosen, unit: int) -> zipfile.ZipInfo:
    """The name of a unit's workbook; units of one short name are told apart by their codes."""
    name = _named(chosen, ".xlsx")
    if name in archive.namelist():
        name = _named(chosen, f"_{chosen.tree.units[unit].code}.xlsx")
    at = chosen.order.at
    moment = make_naive(at).timetuple()[:6] if at else (1980, 1, 1, 0, 0, 0)
    return zipfile.ZipInfo(name, moment)


def units_of(chosen: Chosen) -> list[int]:
    """The units that have a part in the rows of the order, in the order of the tree."""
    if chosen.form.subject == "petitions":
        held = chosen.petitions.order_by().values_list("unit", flat=True).distinct()
    else:
        spans = Span.objects.on(chosen.as_of)
        if chosen.form.subject == "issues":
            spans = spans.filter(task__issue__in=chosen.issues.values("pk"))
        else:
            spans = spans.filter(task__in=chosen.tasks.values("pk"))
        if chosen.units is not None:
            spans = spans.filter(unit__in=chosen.units)
        held = spans.order_by().values_list("unit", flat=True).distinct()
    found = set(held)
    return [pk for pk in chosen.tree.units if pk in found]
