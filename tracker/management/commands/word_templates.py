"""``manage.py word_templates``: the default Word templates of the forms, made anew."""

from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tracker.exporters.documents import TEMPLATES
from tracker.exporters.word_templates import make_all


class Command(BaseCommand):
    help = "Write the default Word templates of the forms, for the program or into a folder."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", type=Path, default=TEMPLATES, help="where to; the program's own"
        )

    def handle(self, *args, **options):
        for path in make_all(options["folder"]):
            self.stdout.write(_("Written: %(path)s") % {"path": path})
