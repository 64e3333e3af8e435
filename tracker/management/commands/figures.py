"""The figures of a day, for people and for other programs."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from tracker.figures.summary import COUNTS, Summary, summary
from tracker.models import Inspection, Unit


class Command(BaseCommand):
    help = "Print how many tasks and petitions there are on a day, by state and by unit."

    def add_arguments(self, parser):
        parser.add_argument("--inspection", metavar="CODE", help="all inspections when left out")
        parser.add_argument("--unit", metavar="CODE", help="the unit and everything below it")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="today when left out"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, inspection, unit, as_of, format, **options):
        found = summary(
            of_code(Inspection.objects.all(), inspection, "inspection"),
            of_code(Unit.objects.plain(), unit, "unit"),
            as_of or localdate(),
        )
        if format == "json":
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_text(found))


def of_code(rows, code, what):
    """The row of that code; ``None`` when none was asked for."""
    if code is None:
        return None
    row = rows.filter(code=code).first()
    if row is None:
        known = ", ".join(rows.order_by("code").values_list("code", flat=True)[:10])
        raise CommandError(f"There is no {what} with the code {code}. Known: {known or 'none'}.")
    return row


def as_text(found: Summary) -> str:
    """The same, a line for each unit below the totals."""
    facts = found.as_json()
    counts = ", ".join(f"{facts[name]} {name.replace('_', ' ')}" for name in COUNTS)
    petitions = facts["petitions"]
    lines = [
        f"{facts['inspection'] or 'all inspections'}, as of {facts['as_of']}: {counts}",
        f"completion rate {in_percent(facts['completion_rate'])} ({facts['rate_basis']})",
        f"petitions: {petitions['total']}, {petitions['closed']} closed, "
        f"{petitions['interim_closed']} interim, {petitions['open']} open, "
        f"rate {in_percent(petitions['rate'])} ({petitions['rate_basis']})",
    ]
    for line in facts["by_unit"]:
        own = ", ".join(f"{line[name]} {name.replace('_', ' ')}" for name in COUNTS)
        lines.append(f"{line['unit']} {line['name']}: {own}")
    return "\n".join(lines)


def in_percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"
