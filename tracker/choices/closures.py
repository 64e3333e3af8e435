"""Closure and look-backs."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClosureStage(TextChoices):
    """How far one attempt at closure has come."""

    APPLIED = "applied", pgettext_lazy("closure", "applied for")
    PRE_ACCEPTED = "pre_accepted", pgettext_lazy("closure", "passed by the county")
    RETURNED = "returned", pgettext_lazy("closure", "application returned")
    UNDER_ACCEPTANCE = "under_acceptance", pgettext_lazy("closure", "under acceptance")
    FAILED = "failed", pgettext_lazy("closure", "acceptance failed")
    PASSED = "passed", pgettext_lazy("closure", "passed, notice to be published")
    IN_NOTICE = "in_notice", pgettext_lazy("closure", "in public notice")
    OBJECTED = "objected", pgettext_lazy("closure", "stopped by an objection")
    CLOSED = "closed", pgettext_lazy("closure", "closed")
    FILED = "filed", pgettext_lazy("closure", "closed and filed")
    CANCELLED = "cancelled", pgettext_lazy("closure", "taken back")


class Condition(TextChoices):
    """The five conditions of acceptance (Anhui 2019), answered one by one."""

    MEASURES = "measures", _("all measures of the plan are done")
    VIOLATIONS = "violations", _("violations were punished according to law")
    STANDARDS = "standards", _("the result meets laws and technical standards")
    ALIKE = "alike", _("no like problem at the same company, site or park")
    ROOT_CAUSE = "root_cause", _("the root cause is treated, a lasting mechanism is in place")


class ObjectionState(TextChoices):
    OPEN = "open", pgettext_lazy("objection", "to be settled")
    UPHELD = "upheld", pgettext_lazy("objection", "upheld")
    DISMISSED = "dismissed", pgettext_lazy("objection", "dismissed")
    ANNULLED = "annulled", pgettext_lazy("objection", "entered by mistake")


class LookBackMethod(TextChoices):
    """How a closed task is checked again; 四不两直 is without notice, escort or reception."""

    UNANNOUNCED = "unannounced", _("on site, unannounced")
    FILE = "file", _("on file")
    REMOTE = "remote", _("by remote sensing")
    VISIT = "visit", _("return visit")


class LookBackResult(TextChoices):
    """What a look-back found, from good to worst; the last three take the task up again."""

    STABLE = "stable", pgettext_lazy("look-back", "stable")
    HAZARD = "hazard", pgettext_lazy("look-back", "hidden danger")
    REBOUND = "rebound", pgettext_lazy("look-back", "rebounded")
    NOT_IN_PLACE = "not_in_place", pgettext_lazy("look-back", "not in place")
    FALSE_FIX = "false_fix", pgettext_lazy("look-back", "false rectification")

    @classmethod
    def reopening(cls):
        """The results that take the task up again."""
        return (cls.REBOUND, cls.NOT_IN_PLACE, cls.FALSE_FIX)
