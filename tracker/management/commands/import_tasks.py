"""A task list from a workbook, from the command line."""

import hashlib
import json
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from tracker import xlsx
from tracker.forms.task_rows import TaskRowForm
from tracker.importers.annotated import marked
from tracker.importers.sources import columns_named, open_source
from tracker.importers.tasks import Reading, read_tasks
from tracker.management.commands.export_ledger import of_code, save
from tracker.models import Inspection
from tracker.operations.changing import Decision
from tracker.operations.import_rows import enter_rows
from tracker.operations.imports import remembered


class Command(BaseCommand):
    help = (
        "Enter a task list from a workbook, in the layout of the template or the office's own:"
        " all of it or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--inspection", required=True, metavar="CODE")
        parser.add_argument("--dry-run", action="store_true", help="say what would be entered")
        parser.add_argument(
            "--annotated",
            type=Path,
            metavar="OUT.xlsx",
            help="on errors, write the workbook with the faulty cells marked",
        )
        parser.add_argument(
            "--take-over",
            action="store_true",
            help="the list ran elsewhere before: take its dates of completion and closure",
        )
        parser.add_argument(
            "--mapping",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help=(
                "what a column of a foreign layout holds (C=units), or what holds for all rows"
                " (source:=省督察); fields: " + " ".join(TaskRowForm.base_fields)
            ),
        )
        parser.add_argument("--reason", default="", help="why deadlines move later, if any do")
        parser.add_argument("--document-no", default="", help="the document that approved it")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, file, inspection, dry_run, take_over, format, **options):
        inspection = of_code(Inspection.objects.all(), inspection)
        content = _content(Path(file))
        name = Path(file).name
        try:
            reading = read_tasks(
                BytesIO(content),
                name=name,
                inspection=inspection,
                is_take_over=take_over,
                today=localdate(),
                mapping=_mapping(content, name, inspection, options["mapping"]),
            )
        except xlsx.Unreadable as refusal:
            self._say(format, Reading(), entered=0, refusal=str(refusal))
            raise CommandError(str(refusal)) from refusal
        if reading.faults:
            self._refuse(format, reading, content, name, options["annotated"])
        entered = 0
        to_do = [row for row in reading.rows if row.state != "same"]
        if to_do and not dry_run:
            source = {"file": name, "sha256": hashlib.sha256(content).hexdigest()}
            try:
                outcome = enter_rows(
                    actor=None,
                    inspection=inspection,
                    rows=to_do,
                    is_take_over=take_over,
                    source=source,
                    decision=Decision(reason=options["reason"], document_no=options["document_no"]),
                    at=now(),
                )
            except ValidationError as refusal:
                raise CommandError(" ".join(refusal.messages)) from refusal
            entered = len(outcome.new)
        self._say(format, reading, entered=entered)

    def _refuse(self, format, reading, content, name, out):
        """Name every fault; the workbook is marked where that was asked for."""
        self._say(format, reading, entered=0)
        if out:
            with marked(content, name, reading.faults) as file:
                save(file, Path(out))
        lines = [
            _("%(count)s errors. Nothing was entered.") % {"count": len(reading.faults)},
            *(_line(fault) for fault in reading.faults),
        ]
        raise CommandError("\n".join(lines))

    def _say(self, format, reading, *, entered, refusal=""):
        counts = {
            "new": reading.count("task", "new"),
            "new_issues": reading.count("issue", "new"),
            "changed": reading.count("task", "changed"),
            "unchanged": reading.count("task", "same"),
            "errors": len(reading.faults),
            "entered": entered,
        }
        if format == "json":
            found = {
                **counts,
                "refusal": refusal,
                "notes": reading.notes,
                "faults": reading.faults,
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        elif not refusal:
            for note in reading.notes:
                self.stdout.write(note)
            self.stdout.write(
                _(
                    "New: %(new)s. Changed: %(changed)s. Unchanged: %(unchanged)s."
                    " Errors: %(errors)s. Entered: %(entered)s."
                )
                % counts
            )


def _mapping(content, name, inspection, said):
    """What the columns of a foreign layout hold: as said, as remembered, or as they are headed."""
    source = open_source(content, name)
    if source.is_template:
        return None
    mapping = remembered(inspection, source.fingerprint) or source.suggested
    try:
        return columns_named(mapping, said)
    except ValueError as error:
        raise CommandError(
            _("“%(said)s” is not a mapping. Write it like C=units or source:=省督察.")
            % {"said": error}
        ) from error


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            return source.read(xlsx.MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s.") % {"file": file, "reason": error.strerror}
        ) from error


def _line(fault):
    return _("Sheet “%(sheet)s”, %(cell)s, column “%(column)s”, “%(value)s”: %(message)s") % fault
