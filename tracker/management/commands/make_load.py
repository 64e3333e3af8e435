"""Synthetic data for measuring."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tracker.models import Task
from tracker.operations.synthetic import PREFIX, make_list


class Command(BaseCommand):
    help = (
        "Enter a synthetic list under the inspection load-SEED, for measuring. "
        "Not for a database with a list of its own."
    )

    def add_arguments(self, parser):
        parser.add_argument("--tasks", type=int, default=1000, metavar="N")
        parser.add_argument("--reports", type=int, default=10, metavar="M", help="for each unit")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument(
            "--force", action="store_true", help="although the database has other tasks"
        )

    def handle(self, *, tasks, reports, seed, force, **options):
        if tasks < 1 or reports < 0 or seed < 0:
            raise CommandError("Tasks are 1 or more, reports and seed 0 or more.")
        others = Task.objects.exclude(inspection__code__startswith=PREFIX)
        if others.exists() and not force:
            raise CommandError(
                "This database has a list of its own; synthetic tasks would stand among it and "
                "cannot be removed again. Nothing was written. Use another database, or --force."
            )
        try:
            inspection = make_list(tasks=tasks, reports=reports, seed=seed)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{tasks} tasks with {reports} reports a unit: {inspection.code}.")
