"""Rounds of progress calls, the units' reports, the office's judgements, and evidence."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import DelayReason, PhotoKind, ReportStatus, RoundKind
from tracker.choices import Judgement as JudgementChoice

__all__ = ["DispatchRound", "Evidence", "Judgement", "ProgressReport"]


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


class ProgressReport(models.Model):
    """What one unit says of one task (进展填报); a submitted report is an entry of the record."""

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
    version = models.PositiveIntegerField(default=1, editable=False)

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
                condition=Q(status=ReportStatus.DRAFT, event=None)
                | (~Q(status=ReportStatus.DRAFT) & Q(event__isnull=False)),
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


class Evidence(models.Model):
    """One file that shows what was done (佐证材料), kept under a random name.

    Rows of the same content share one file. Of a photo it is also known what its camera wrote
    down (``taken_at``, the place), a ``fingerprint`` to find its like by, and whether it shows the
    state before or after; ``pair`` is then the photo of the same spot from before.
    """

    task = models.ForeignKey("tracker.Task", models.PROTECT, related_name="evidence")
    report = models.ForeignKey(
        "tracker.ProgressReport", models.PROTECT, null=True, related_name="evidence"
    )
    file = models.FileField(_("file"), upload_to="%Y/%m/", max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="evidence")
    uploaded_at = models.DateTimeField(_("uploaded at"))
    photo_kind = models.CharField(
        _("what the photo shows"), max_length=20, choices=PhotoKind, blank=True
    )
    pair = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("photo of the same spot from before"),
    )
    taken_at = models.DateTimeField(_("taken at"), null=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True)
    is_place_removed = models.BooleanField(_("place removed"), default=False)
    fingerprint = models.CharField(max_length=48, blank=True, editable=False)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [
            models.Index(fields=["sha256"], name="evidence_digest"),
            models.Index(
                fields=["fingerprint", "task"],
                condition=~Q(fingerprint=""),
                name="evidence_fingerprint",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="evidence_pair_of_after",
                condition=Q(pair=None) | Q(photo_kind=PhotoKind.AFTER),
            ),
            models.CheckConstraint(
                name="evidence_place_whole",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False, is_place_removed=False),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("evidence", args=[self.pk])

    def get_page_url(self):
        return reverse("evidence-page", args=[self.pk])

    @property
    def is_image(self):
        return self.content_type.startswith("image/")
