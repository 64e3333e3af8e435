"""An official form as a workbook, from the command line."""

import os
import shutil
import tempfile
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from tracker.exporters.forms import FORMS, IN_MEMORY, TO_COME, Order, make
from tracker.models import Inspection, Unit

WRONG_USE = 2


class Command(BaseCommand):
    help = "Write an official form as an Excel workbook."

    def add_arguments(self, parser):
        parser.add_argument("--form", required=True, metavar="NAME", help=", ".join(FORMS))
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.xlsx")
        parser.add_argument("--inspection", metavar="CODE", help="all inspections when left out")
        parser.add_argument("--unit", metavar="CODE", help="the unit and everything below it")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="today when left out"
        )

    def handle(self, *, form, out, inspection, unit, as_of, **options):
        if form in TO_COME:
            raise CommandError(
                _("The form “%(form)s” cannot be made yet. %(why)s")
                % {"form": form, "why": TO_COME[form]}
            )
        if form not in FORMS:
            raise CommandError(
                _("There is no form “%(form)s”. There are: %(forms)s.")
                % {"form": form, "forms": ", ".join(FORMS)},
                returncode=WRONG_USE,
            )
        if inspection is not None:
            inspection = of_code(Inspection.objects.all(), inspection).pk
        units = None if unit is None else (of_code(Unit.objects.plain(), unit).pk,)
        order = Order(
            form=form, as_of=as_of or localdate(), inspection=inspection, units=units, at=now()
        )
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as workbook:
            try:
                make(order, workbook)
            except ValidationError as refusal:
                raise CommandError(" ".join(refusal.messages)) from refusal
            workbook.seek(0)
            save(workbook, Path(out))
        self.stdout.write(_("Written: %(file)s") % {"file": out})


def of_code(rows, code):
    """The row of that code, or a refusal that names some that there are."""
    row = rows.filter(code=code).first()
    if row is None:
        known = ", ".join(rows.order_by("code").values_list("code", flat=True)[:10])
        raise CommandError(
            _("There is nothing with the code “%(code)s”. Known codes: %(known)s.")
            % {"code": code, "known": known or "–"}
        )
    return row


def save(file, path: Path):
    """Put the whole of ``file`` at ``path``, or leave what is there as it is."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            with draft.open("xb") as target:
                shutil.copyfileobj(file, target)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be written: %(reason)s. Nothing was written.")
            % {"file": path, "reason": error.strerror}
        ) from error
