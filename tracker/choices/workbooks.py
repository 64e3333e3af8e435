"""Workbooks that come in and go out."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(TextChoices):
    """How far an uploaded list has come on its way in."""

    UNMAPPED = "unmapped", pgettext_lazy("import", "columns to be assigned")
    FAULTY = "faulty", pgettext_lazy("import", "with errors")
    READY = "ready", pgettext_lazy("import", "to be confirmed")
    NOTHING_NEW = "nothing_new", pgettext_lazy("import", "nothing new")
    CONFIRMED = "confirmed", pgettext_lazy("import", "entered")
    UNDONE = "undone", pgettext_lazy("import", "undone")
    DISCARDED = "discarded", pgettext_lazy("import", "discarded")


class JobState(TextChoices):
    """How far a workbook has come that is made in the background."""

    QUEUED = "queued", pgettext_lazy("export", "waiting")
    RUNNING = "running", pgettext_lazy("export", "being made")
    DONE = "done", pgettext_lazy("export", "ready")
    FAILED = "failed", pgettext_lazy("export", "not made")
    CANCELLED = "cancelled", pgettext_lazy("export", "cancelled")
    EXPIRED = "expired", pgettext_lazy("export", "no longer kept")


class ExportFault(TextChoices):
    """Why a workbook was not made, and what to do about it."""

    REFUSED = (
        "refused",
        _("What was asked for is not there any more, or this account may not see it any more."),
    )
    IMPOSSIBLE = "impossible", _("It cannot be made in this way.")
    NO_ROOM = (
        "no_room",
        _("The disk of the server is full. Tell the administrator, then have it made again."),
    )
    INTERRUPTED = (
        "interrupted",
        _("The background service was stopped again and again. Tell the administrator."),
    )
    BROKEN = (
        "broken",
        _("The program made a mistake. The administrator finds it in the log under this number."),
    )


class CellState(TextChoices):
    """Who changed a cell of a ledger since it was handed out."""

    UNTOUCHED = "untouched", pgettext_lazy("cell", "unchanged")
    THEIRS = "theirs", pgettext_lazy("cell", "changed in the file")
    OURS = "ours", pgettext_lazy("cell", "changed here")
    BOTH = "both", pgettext_lazy("cell", "changed in both")
    SAME = "same", pgettext_lazy("cell", "changed alike in both")
    REFUSED = "refused", pgettext_lazy("cell", "not taken")


class ReturnState(TextChoices):
    """How far a ledger that came back has got."""

    OPEN = "open", pgettext_lazy("returned ledger", "to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("returned ledger", "entered")
    UNDONE = "undone", pgettext_lazy("returned ledger", "undone")
