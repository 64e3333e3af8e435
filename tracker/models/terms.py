"""The dictionaries: short lists of terms that an administrator keeps."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

__all__ = ["MediaCategory", "Source", "UnitKind"]


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
