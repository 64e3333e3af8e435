"""Inspection issues (反馈问题): what was criticised, in the inspectors' own words."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

__all__ = ["Issue"]


class IssueQuerySet(models.QuerySet):
    def live(self):
        return self.filter(is_annulled=False)


class Issue(models.Model):
    """One problem fed back by an inspection; tasks answer it."""

    inspection = models.ForeignKey(
        "tracker.Inspection", models.PROTECT, related_name="issues", verbose_name=_("inspection")
    )
    number = models.PositiveIntegerField(_("number"))
    number_printed = models.CharField(_("number as printed"), max_length=30, blank=True)
    code = models.SlugField(_("code"), max_length=60, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("original text"), max_length=5000)
    source = models.ForeignKey(
        "tracker.Source", models.PROTECT, related_name="issues", verbose_name=_("source")
    )
    medium = models.ForeignKey(
        "tracker.MediaCategory", models.PROTECT, related_name="issues", verbose_name=_("category")
    )
    unit = models.ForeignKey(
        "tracker.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issues",
        verbose_name=_("territory"),
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    page = models.CharField(_("page in the source"), max_length=40, blank=True)
    is_typical = models.BooleanField(_("typical case"), default=False)
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection issue")
        verbose_name_plural = _("inspection issues")
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "number"],
                condition=Q(is_annulled=False),
                name="issue_number_unique_in_inspection",
            ),
            models.CheckConstraint(name="issue_number_positive", condition=Q(number__gt=0)),
        ]

    def __str__(self):
        return f"{self.number_printed or self.number} {self.title}"

    def get_absolute_url(self):
        return reverse("issue", args=[self.code])
