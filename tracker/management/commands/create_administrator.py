"""The first account of an installation."""

from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import localdate, now

from tracker.choices import Role
from tracker.models import Unit, UnitKind
from tracker.operations.accounts import Grant, administrators, enter_account
from tracker.operations.units import enter_unit


class Command(BaseCommand):
    help = (
        "Make the first administrator. Asks for what is not given; with --username and --name a "
        "random password is printed once and must be changed at the first log-in."
    )

    def add_arguments(self, parser):
        parser.add_argument("--username")
        parser.add_argument("--name", help="the person's name")
        parser.add_argument("--city", metavar="NAME", help="the root unit, if there is none yet")
        parser.add_argument("--city-code", default="city", metavar="CODE")
        parser.add_argument(
            "--force", action="store_true", help="make one more although there is one"
        )

    def handle(self, *, username, name, city, city_code, force, **options):
        if administrators().exists() and not force:
            raise CommandError(
                "There is an administrator already. Nothing was changed. "
                "Administrators make further accounts; --force makes one more from here."
            )
        asks = not (username and name)
        has_city = Unit.objects.plain().filter(parent=None).exists()
        if asks:
            username = username or input("User name: ")
            name = name or input("Name: ")
        if not has_city and not city:
            if not asks:
                raise CommandError("There is no unit yet. Name the city: --city NAME.")
            city = input("City (the root of all units): ")
        password = asked_password() if asks else ""
        try:
            with transaction.atomic():
                root = root_unit(city, city_code)
                user, given = enter_account(
                    actor=None,
                    username=username,
                    name=name,
                    roles=[Grant(Role.ADMINISTRATOR, root)],
                    password=password,
                )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{user.name} ({user.username}) administers {root.name}.")
        if not password:
            self.stdout.write(f"Password, shown this once and to be changed: {given}")


def asked_password():
    """A password typed twice, that the rules for passwords let pass."""
    password = getpass("Password: ")
    if password != getpass("The same again: "):
        raise CommandError("The two passwords differ. Nothing was changed.")
    try:
        validate_password(password)
    except ValidationError as refusal:
        raise CommandError(" ".join(refusal.messages)) from refusal
    return password


def root_unit(city, city_code):
    """The root of the tree, made if there is none."""
    root = Unit.objects.plain().filter(parent=None).first()
    if root is not None:
        return root
    kind, _made = UnitKind.objects.get_or_create(
        code="region", defaults={"name": "地区", "name_en": "region", "position": 10}
    )
    values = {"code": city_code, "name": city, "short_name": city[:40], "kind": kind}
    return enter_unit(actor=None, values=values, parent=None, on=localdate(), at=now())
