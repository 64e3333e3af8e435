"""The dictionaries: short lists of terms that an administrator keeps."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.choices import ReasonFor

__all__ = ["MediaCategory", "ReturnReason", "Source", "UnitKind"]


def label_of(name: str, name_en: str) -> str:
    """The name in the reader's language, where there is one in it."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


class Term(models.Model):
    """What the dictionaries share: a code for machines, names for people, an order."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True

    def __str__(self):
        return label_of(self.name, self.name_en)


# The manager of units comes from an untyped package.
class UnitKind(Term):  # type: ignore[django-manager-missing]
    """What a unit is: a place, a department, a park, an enterprise."""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit kind")
        verbose_name_plural = _("unit kinds")


class Source(Term):
    """Who named a problem (问题来源): a central inspection, a warning film, an audit …"""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source of issues")
        verbose_name_plural = _("sources of issues")


class MediaCategory(Term):
    """The environmental medium of a problem (问题类别): air, water, soil …"""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class ReturnReasonQuerySet(models.QuerySet):
    def offered(self, reason_for: ReasonFor):
        """The reasons that a form offers for one purpose, in their order."""
        rows = self.filter(reason_for=reason_for, is_active=True)
        return rows.order_by("position", "pk")


class ReturnReason(models.Model):
    """A usual reason (常用退回理由) for which something is sent back or refused.

    It is copied into what a person writes. One that is no longer wanted is switched off; what was
    written with it stands.
    """

    reason_for = models.CharField(_("given when"), max_length=20, choices=ReasonFor)
    text = models.CharField(_("text"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)
    history = HistoricalRecords()
    objects = ReturnReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("usual reason")
        verbose_name_plural = _("usual reasons")
        constraints = [
            models.UniqueConstraint(fields=["reason_for", "text"], name="return_reason_once"),
            models.CheckConstraint(
                name="return_reason_for", condition=models.Q(reason_for__in=ReasonFor)
            ),
        ]

    def __str__(self):
        return self.text
