"""Whose work is in whose hands: for a time (代理), and for good (工作交接)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import make_naive
from django.utils.translation import gettext_lazy as _

__all__ = ["Deputy", "Handover"]


class DeputyQuerySet(models.QuerySet):
    def on(self, day):
        """Those that hold on ``day``."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)

    def unended(self):
        """Those that nobody ended, whatever their days."""
        return self.filter(ended_at=None)


class Deputy(models.Model):
    """One person who holds another's roles besides their own, from the first to the last day.

    It is all roles of the principal, those they are given meanwhile included, or some of them; the
    role of administrator is never among them. Nothing is passed on: whoever deputises for the
    deputy gets none of it.
    """

    principal = models.ForeignKey(
        "tracker.User", models.PROTECT, related_name="deputies", verbose_name=_("principal")
    )
    deputy = models.ForeignKey(
        "tracker.User", models.PROTECT, related_name="principals", verbose_name=_("deputy")
    )
    is_for_all = models.BooleanField(_("all roles"), default=True)
    memberships = models.ManyToManyField(
        "tracker.Membership", blank=True, related_name="deputies", verbose_name=_("roles")
    )
    starts_on = models.DateField(_("from day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey("tracker.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        indexes = [models.Index(fields=["deputy", "starts_on"], name="deputy_of_person")]
        constraints = [
            models.CheckConstraint(name="deputy_is_another", condition=~Q(deputy=F("principal"))),
            models.CheckConstraint(name="deputy_forward", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="deputy_ended_by_somebody",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.principal_id} → {self.deputy_id} {self.starts_on}–{self.ends_on}"

    def held_within(self, first, last):
        """Whether it held on some day from ``first`` to ``last``; it may have been ended early."""
        ends_on = self.ends_on
        if self.ended_at is not None:
            ends_on = min(ends_on, make_naive(self.ended_at).date())
        return max(self.starts_on, first) <= min(ends_on, last)


class Handover(models.Model):
    """The work of one person for one unit as it went over to another, kept as it stood then.

    ``roles`` are the names of the roles that moved. ``work`` are the lines of the sheet: what was
    to be done, about which task of which unit, by when. ``drafts`` went along, ``drafts_kept``
    stayed, because the successor had begun a report of their own.
    """

    from_person = models.ForeignKey("tracker.User", models.PROTECT, related_name="handed_over")
    to_person = models.ForeignKey("tracker.User", models.PROTECT, related_name="taken_over")
    unit = models.ForeignKey("tracker.Unit", models.PROTECT, related_name="handovers")
    on = models.DateField(_("date"))
    roles = models.JSONField(default=list)
    work = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    drafts = models.PositiveIntegerField(default=0)
    drafts_kept = models.PositiveIntegerField(default=0)
    deactivated = models.BooleanField(default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="handover_to_another", condition=~Q(from_person=F("to_person"))
            ),
        ]

    def __str__(self):
        return f"{self.from_person_id} → {self.to_person_id} {self.on}"

    def get_absolute_url(self):
        return reverse("handover", args=[self.pk])
