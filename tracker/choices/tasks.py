"""Tasks: their deadlines, measures and states."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeadlineKind(TextChoices):
    DATED = "dated", _("dated")
    RANGE = "range", _("range")
    IMMEDIATE = "immediate", _("at once")
    STANDING = "standing", _("standing")
    INTERIM = "interim", _("interim result")
    DONE = "done", _("done already")
    UNCLEAR = "unclear", _("to be clarified")


class MeasureKind(TextChoices):
    """当下改 and 长久立, the two kinds the field distinguishes."""

    IMMEDIATE = "immediate", _("fixed at once")
    LONG_TERM = "long_term", _("lasting mechanism")


class AssignmentStatus(TextChoices):
    """The states of a task in the hands of one unit; ``rules.transitions`` says what may follow."""

    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")
    IN_PROGRESS = "in_progress", _("in progress")
    APPLIED = "applied", _("closure applied for")
    UNDER_ACCEPTANCE = "under_acceptance", _("under acceptance")
    IN_PUBLIC_NOTICE = "in_public_notice", _("in public notice")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ShownStatus(IntegerChoices):
    """The one word shown for a task on a day, worst first, so that a roll-up is a minimum.

    Completed = awaiting closure + closed; on schedule = not started + on schedule.
    """

    OVERDUE = 0, _("overdue")
    BEHIND = 1, _("behind schedule")
    NOT_STARTED = 2, _("not started")
    ON_SCHEDULE = 3, _("on schedule")
    AWAITING_CLOSURE = 4, _("awaiting closure")
    CLOSED = 5, _("closed")

    @property
    def code(self) -> str:
        """The ASCII word of URLs, style classes and JSON."""
        return self.name.lower()


class ExtensionState(TextChoices):
    """How far a request for a later deadline has come."""

    ASKED = "asked", pgettext_lazy("extension", "to be decided")
    APPROVED = "approved", pgettext_lazy("extension", "approved")
    REFUSED = "refused", pgettext_lazy("extension", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("extension", "taken back")
    ANNULLED = "annulled", pgettext_lazy("extension", "entered by mistake")
