"""The rules of an inspection."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InspectionLevel(TextChoices):
    CENTRAL = "central", _("central")
    PROVINCIAL = "provincial", _("provincial")
    CITY = "city", _("city")


class InspectionKind(TextChoices):
    ROUTINE = "routine", _("routine inspection")
    SPECIAL = "special", _("special inspection")
    RESIDENT = "resident", _("resident supervision")
    LOOKBACK = "lookback_inspection", _("look-back inspection")


class CompletionBasis(TextChoices):
    """Whether a completion counts when the unit reports it, or once the office has confirmed it."""

    REPORTED = "reported", _("as reported by the unit")
    CONFIRMED = "confirmed", _("once confirmed by the office")


class RateBasis(TextChoices):
    """The denominator of the completion rate."""

    ALL = "all", _("all tasks")
    DUE = "due", _("tasks due by the day")


class PetitionRateBasis(TextChoices):
    """Whether interim outcomes count as settled (Hainan 2023) or not (Jiangsu 2022)."""

    CLOSED = "closed", _("settled ÷ total, interim outcomes excluded")
    WITH_INTERIM = "with_interim", _("(settled + interim) ÷ total")


class DayCount(TextChoices):
    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


class Rhythm(TextChoices):
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")


class OrgGroup(TextChoices):
    LEADING_GROUP = "leading_group", _("leading group")
    OFFICE = "office", _("rectification office")
    TASK_FORCE = "task_force", _("task force")
    UNIT_GROUP = "unit_group", _("unit's own group")
