"""The demonstration city, for a first look."""

from django.core.management.base import BaseCommand, CommandError

from tracker.importers.demo import load
from tracker.importers.demo_ground import content
from tracker.models import Inspection, Membership, Unit, User

PASSWORD = "jianghai-2023-demo"  # noqa: S105
"""What every demonstration account logs in with, until somebody changes it."""


class Command(BaseCommand):
    help = (
        "Fill an empty database with the fictional city of Jianghai, its two inspections, its "
        "tasks and the years of work on them, and print the accounts to log in with."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="leave a database that holds something as it is, and only print the accounts",
        )

    def handle(self, *, if_empty, **options):
        if is_empty():
            load(password=PASSWORD)
        elif not if_empty:
            raise CommandError(
                "There is something in this database already. Nothing was changed. The "
                "demonstration needs an empty one: name another by DATA_DIR or DATABASE_URL."
            )
        if Inspection.objects.filter(code="2022s2", is_demonstration=True).exists():
            self.stdout.write("\n".join(accounts()))
        else:
            self.stdout.write("This database holds no demonstration. Nothing was changed.")


def is_empty():
    return not any(model.objects.exists() for model in (User, Unit, Inspection))


def accounts():
    """A line for each demonstration account: user name, role, unit, person."""
    names = [row["username"] for row in content("people")]
    rows = Membership.objects.filter(user__username__in=names, user__is_active=True)
    yield f"Demonstration accounts, all with the password {PASSWORD} until it is changed:"
    for held in sorted(rows.select_related("user", "unit"), key=lambda row: row.pk):
        user = held.user
        yield f"  {user.username:<14} {held.role:<14} {held.unit.short_name} {user.name}"
