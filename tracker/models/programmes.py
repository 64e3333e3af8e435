"""Quantity programmes (量化指标): so many outfalls, so many done."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

__all__ = ["Programme", "Reading"]


class Programme(models.Model):
    """Something counted over the years, in its own unit of measure."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    inspection = models.ForeignKey(
        "tracker.Inspection",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("inspection"),
    )
    task = models.ForeignKey(
        "tracker.Task",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("task"),
    )
    name = models.CharField(_("name"), max_length=120)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=30, blank=True)
    target = models.DecimalField(
        _("target"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    scope = models.CharField(_("scope"), max_length=120, blank=True)
    source_text = models.TextField(_("as printed, with the source"), blank=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("programme", args=[self.code])


class Reading(models.Model):
    """What was printed for a day: a quantity, or a rate; one is never computed from the other."""

    programme = models.ForeignKey(
        "tracker.Programme", models.PROTECT, related_name="readings", verbose_name=_("programme")
    )
    as_of = models.DateField(_("as of"))
    value = models.DecimalField(
        _("quantity"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    rate_printed = models.CharField(_("rate as printed"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "as_of"],
                condition=Q(is_annulled=False),
                name="reading_unique_day",
            ),
            models.CheckConstraint(
                name="reading_says_something",
                condition=Q(value__isnull=False) | ~Q(rate_printed="") | ~Q(note=""),
            ),
        ]

    def __str__(self):
        return f"{self.as_of} {self.value if self.value is not None else self.rate_printed}"
