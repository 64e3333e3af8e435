"""Petitions (信访件): what citizens told the inspectors, and what came of it."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import Truth

__all__ = ["Petition"]


class Petition(models.Model):
    """One petition handed over by the inspection team. Who wrote it is not kept here."""

    inspection = models.ForeignKey(
        "tracker.Inspection",
        models.PROTECT,
        related_name="petitions",
        verbose_name=_("inspection"),
    )
    number = models.CharField(_("petition number"), max_length=20)
    batch = models.PositiveSmallIntegerField(_("batch"))
    received_on = models.DateField(_("handed over on"))
    unit = models.ForeignKey(
        "tracker.Unit", models.PROTECT, related_name="petitions", verbose_name=_("unit")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    summary = models.TextField(_("what is complained of"), max_length=2000)
    media = models.ManyToManyField(
        "tracker.MediaCategory", related_name="petitions", verbose_name=_("pollution types")
    )
    truth = models.CharField(_("finding"), max_length=20, choices=Truth, blank=True)
    interim_on = models.DateField(_("interim outcome on"), null=True, blank=True)
    closed_on = models.DateField(_("settled on"), null=True, blank=True)
    outcome = models.TextField(_("handling and outcome"), max_length=2000, blank=True)
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        indexes = [
            models.Index(fields=["inspection", "received_on"], name="petition_of_inspection"),
            models.Index(fields=["unit", "received_on"], name="petition_of_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(is_annulled=False), name="petition_number_unique"
            ),
            models.CheckConstraint(
                name="petition_settled_after_received",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("received_on")),
            ),
            models.CheckConstraint(
                name="petition_interim_after_received",
                condition=Q(interim_on=None) | Q(interim_on__gte=F("received_on")),
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("petition", args=[self.number])
