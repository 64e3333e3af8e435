"""Whether the record, what follows from it, and the files are as they were entered."""

import json
from itertools import islice

from django.core.management.base import BaseCommand, CommandError

from tracker.operations.integrity import Check

NAMED = 20


class Command(BaseCommand):
    help = (
        "Recompute the chain of the record and everything derived from it, look at every file of "
        "evidence, and name what is not as it was entered. Nothing is written."
    )

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, format, **options):
        check = Check()
        found = list(islice(check.faults(), NAMED))
        if format == "json":
            faults = [
                {"what": fault.what, "which": fault.which, "how": fault.how} for fault in found
            ]
            answer = {"ok": not found, "checked": check.checked, "faults": faults}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            for fault in found:
                self.stdout.write(f"{fault.what} {fault.which}: {fault.how}")
        if found:
            # What was found later than the last one named is not looked for.
            raise CommandError(
                f"The first of {len(found)} faults named: {found[0].what} {found[0].which}, "
                f"{found[0].how}."
            )
        if format == "text":
            counts = ", ".join(f"{count} of {what}" for what, count in check.checked.items())
            self.stdout.write(f"Everything is as it was entered ({counts}).")
