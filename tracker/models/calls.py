"""Workbooks that answer a progress call: kept between upload and confirmation."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

__all__ = ["CallFile"]


class CallFileQuerySet(models.QuerySet):
    def waiting(self):
        """Neither entered nor put aside."""
        return self.filter(confirmed_at=None, discarded_at=None, replaced_by=None)


class CallFile(models.Model):
    """One workbook handed in for a call: what was read from it, and what became of it.

    ``rows`` are the answers that can be entered, ``faults`` what has to be mended or is not
    taken, ``blank`` the parts whose rows say nothing. ``refusal`` is the one sentence about a
    file that could not be read at all.
    """

    round = models.ForeignKey(
        "tracker.DispatchRound",
        models.PROTECT,
        related_name="files",
        verbose_name=_("progress call"),
    )
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    refusal = models.CharField(_("why it was not read"), max_length=500, blank=True)
    rows = models.JSONField(_("rows"), default=list, encoder=DjangoJSONEncoder)
    faults = models.JSONField(_("faults"), default=list, encoder=DjangoJSONEncoder)
    blank = models.JSONField(_("rows left blank"), default=list, encoder=DjangoJSONEncoder)
    uploaded_by = models.ForeignKey(
        "tracker.User", models.PROTECT, related_name="call_files", verbose_name=_("person")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaces", verbose_name=_("replaced by")
    )
    discarded_at = models.DateTimeField(_("discarded at"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    confirmed_by = models.ForeignKey(
        "tracker.User",
        models.PROTECT,
        null=True,
        related_name="confirmed_call_files",
        verbose_name=_("confirmed by"),
    )
    objects = CallFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("workbook of a progress call")
        verbose_name_plural = _("workbooks of progress calls")
        indexes = [
            models.Index(
                fields=["round", "confirmed_at", "discarded_at"], name="call_file_of_round"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="call_file_confirmed_by_somebody",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="call_file_has_one_end",
                condition=Q(confirmed_at=None) | Q(discarded_at=None, replaced_by=None),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("call-file", args=[self.pk])

    @property
    def is_waiting(self):
        return not (self.confirmed_at or self.discarded_at or self.replaced_by_id)

    @property
    def errors(self):
        """What has to be mended before the file can be entered."""
        return [fault for fault in self.faults if fault["kind"] == "fault"]

    @property
    def refused(self):
        """Rows that are not taken, whatever else the file says."""
        return [fault for fault in self.faults if fault["kind"] == "refused"]

    @property
    def is_clean(self):
        return not self.refusal and not self.errors

    @property
    def parts(self):
        """The ids of the parts (task × unit) that the file has a row for."""
        told = {row["assignment"] for row in self.rows} | set(self.blank)
        return told | {fault["assignment"] for fault in self.faults if fault["assignment"]}
