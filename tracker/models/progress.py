"""Rounds of progress calls, the units' reports, and the office's judgements."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import DelayReason, ReportStatus, RoundKind
from tracker.choices import Judgement as JudgementChoice

__all__ = ["DispatchRound", "Judgement", "ProgressReport"]


class DispatchRound(models.Model):
    """One call for progress (调度): the period it asks about, and the day reports are due."""

    inspection = models.ForeignKey(
        "tracker.Inspection", models.PROTECT, related_name="rounds", verbose_name=_("inspection")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=RoundKind, default=RoundKind.MONTHLY)
    name = models.CharField(_("name"), max_length=40)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    due_on = models.DateField(_("reports due on"))
    opened_at = models.DateTimeField(_("opened at"), editable=False)

    class Meta:
        verbose_name = _("progress call")
        verbose_name_plural = _("progress calls")
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "name"], name="round_name_unique_in_inspection"
            ),
            models.CheckConstraint(
                name="round_period_forward", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="round_due_within_reach", condition=Q(due_on__gte=F("period_from"))
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("round", args=[self.pk])


UNRECORDED = (ReportStatus.DRAFT, *ReportStatus.waiting())
"""States of a report of which the record knows nothing yet."""


ANSWERED = (ReportStatus.ACCEPTED, ReportStatus.RETURNED)
"""States of a report that the office has answered."""


class ProgressReportQuerySet(models.QuerySet):
    def standing(self, day=None):
        """Those that count: entered, not annulled, and not returned, or not by ``day``."""
        counts = Q(status__in=[ReportStatus.SUBMITTED, ReportStatus.ACCEPTED])
        if day is not None:
            counts |= Q(status=ReportStatus.RETURNED, decision__effective_on__gt=day)
        return self.filter(counts, event__annulment=None)

    def waiting(self):
        """On their way inside a unit or a county."""
        return self.filter(status__in=ReportStatus.waiting())

    def newest_first(self):
        """The last word of a part comes first; of one day, what was entered last."""
        return self.order_by("-reported_on", "-event__sequence")


class ProgressReport(models.Model):
    """What one unit says of one task (进展填报); a submitted report is an entry of the record.

    Before that it may wait to be signed by a head of the unit and to be reviewed by the county.
    ``decision`` is the entry by which it was accepted or returned.
    """

    assignment = models.ForeignKey(
        "tracker.Assignment", models.PROTECT, related_name="reports", verbose_name=_("task of unit")
    )
    round = models.ForeignKey(
        "tracker.DispatchRound",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("progress call"),
    )
    status = models.CharField(
        _("state"), max_length=20, choices=ReportStatus, default=ReportStatus.DRAFT
    )
    reported_on = models.DateField(_("reported on"))
    percent = models.PositiveSmallIntegerField(_("progress, %"))
    percent_before = models.PositiveSmallIntegerField(null=True, editable=False)
    quantity_done = models.DecimalField(
        _("quantity done"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    text = models.TextField(_("progress made"), max_length=1000)
    fall_reason = models.CharField(_("reason for the fall"), max_length=300, blank=True)
    difficulties = models.TextField(_("difficulties"), max_length=1000, blank=True)
    delay_kind = models.CharField(
        _("kind of delay"), max_length=20, choices=DelayReason, blank=True
    )
    delay_reason = models.TextField(_("reason for the delay"), max_length=1000, blank=True)
    next_steps = models.TextField(_("next steps and dates"), max_length=1000, blank=True)
    is_on_schedule = models.BooleanField(_("on schedule by the unit's own account"), null=True)
    applies_for_closure = models.BooleanField(_("closure applied for"), default=False)
    contact_name = models.CharField(_("filled in by"), max_length=60, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    measures_done = models.ManyToManyField("tracker.Measure", blank=True, related_name="reports")
    file = models.ForeignKey(
        "tracker.CallFile",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="reports",
        verbose_name=_("handed in with"),
    )
    author = models.ForeignKey("tracker.User", models.PROTECT, related_name="reports")
    event = models.OneToOneField(
        "tracker.Event", models.PROTECT, null=True, editable=False, related_name="report"
    )
    decision = models.OneToOneField(
        "tracker.Event", models.PROTECT, null=True, editable=False, related_name="decided_report"
    )
    saved_at = models.DateTimeField(_("draft saved at"), null=True, editable=False)
    sent_at = models.DateTimeField(_("handed in at"), null=True, editable=False)
    signed_by = models.ForeignKey(
        "tracker.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("signed by"),
    )
    reviewed_by = models.ForeignKey(
        "tracker.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    sent_back_by = models.ForeignKey(
        "tracker.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("sent back by"),
    )
    sent_back_reason = models.CharField(
        _("why it was sent back"), max_length=500, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        indexes = [
            models.Index(fields=["assignment", "reported_on"], name="report_of_assignment"),
        ]
        constraints = [
            models.CheckConstraint(name="report_percent", condition=Q(percent__range=(0, 100))),
            models.CheckConstraint(
                name="report_in_record_iff_sent",
                condition=Q(status__in=UNRECORDED, event=None)
                | (~Q(status__in=UNRECORDED) & Q(event__isnull=False)),
            ),
            models.CheckConstraint(
                name="report_decided_iff_answered",
                condition=Q(status__in=ANSWERED, decision__isnull=False)
                | (~Q(status__in=ANSWERED) & Q(decision=None)),
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(status__in=ReportStatus.waiting()),
                name="report_one_waiting_each",
            ),
            models.UniqueConstraint(
                fields=["assignment", "author"],
                condition=Q(status=ReportStatus.DRAFT),
                name="report_one_draft_each",
            ),
            models.CheckConstraint(
                name="report_quantity_not_negative",
                condition=Q(quantity_done=None) | Q(quantity_done__gte=0),
            ),
        ]

    def __str__(self):
        return f"{self.reported_on} {self.percent}%"

    def get_absolute_url(self):
        return reverse("report", args=[self.pk])


class Judgement(models.Model):
    """The office's word for a round: on schedule or behind, with its reason (进度评价)."""

    assignment = models.ForeignKey("tracker.Assignment", models.PROTECT, related_name="judgements")
    round = models.ForeignKey("tracker.DispatchRound", models.PROTECT, related_name="judgements")
    judgement = models.CharField(_("judgement"), max_length=20, choices=JudgementChoice)
    suggested = models.CharField(_("suggested"), max_length=20, choices=JudgementChoice, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    event = models.OneToOneField("tracker.Event", models.PROTECT, related_name="judgement")

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        indexes = [models.Index(fields=["round", "assignment"], name="judgement_of_round")]

    def __str__(self):
        return self.get_judgement_display()
