"""What was published, frozen (发布口径)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Snapshot"]


class Snapshot(models.Model):
    """Figures as they were printed for a day, with their source; never recomputed."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    inspection = models.ForeignKey(
        "tracker.Inspection",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="snapshots",
        verbose_name=_("inspection"),
    )
    as_of = models.DateField(_("as of"))
    published_by = models.CharField(_("published by"), max_length=120)
    figures = models.JSONField(_("figures"))
    source = models.TextField(_("source"))

    class Meta:
        verbose_name = _("published figures")
        verbose_name_plural = _("published figures")

    def __str__(self):
        return self.title
