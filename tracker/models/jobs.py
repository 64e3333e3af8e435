"""Work that is done apart from the pages: large workbooks, and who makes them."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import ExportFault, JobState

__all__ = ["ExportJob", "Worker"]

UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class ExportJobQuerySet(models.QuerySet):
    def unfinished(self):
        """What waits or is being made."""
        return self.filter(state__in=UNFINISHED)


class ExportJob(models.Model):
    """One workbook that is made in the background, and the file that comes of it.

    ``params`` is the order as JSON; ``digest`` stands for the same order at any moment, so that
    nobody has the same workbook made twice at once. Whoever runs the job holds it by the number
    of its attempt and shows by ``heartbeat`` that it is still at work. ``reach`` is what the
    person could see when the file was made.
    """

    asked_by = models.ForeignKey(
        "tracker.User", models.PROTECT, related_name="exports", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    name = models.CharField(_("file name"), max_length=200)
    params = models.JSONField(_("order"), encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.QUEUED, db_index=True
    )
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    queued_at = models.DateTimeField(_("in the queue since"))
    started_at = models.DateTimeField(_("begun at"), null=True)
    heartbeat = models.DateTimeField(_("last sign of life"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    fault = models.CharField(_("what went wrong"), max_length=20, choices=ExportFault, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    reach = models.JSONField(default=dict, editable=False)
    file = models.CharField(max_length=80, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    kept_until = models.DateTimeField(_("kept until"), null=True)
    objects = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["asked_by", "-id"], name="export_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "digest"],
                condition=Q(state__in=UNFINISHED),
                name="export_once_at_a_time",
            ),
            models.CheckConstraint(
                name="export_done_iff_file",
                condition=Q(state=JobState.DONE, kept_until__isnull=False) & ~Q(file="")
                | ~Q(state=JobState.DONE) & Q(file=""),
            ),
            models.CheckConstraint(
                name="export_failed_iff_fault",
                condition=Q(state=JobState.FAILED) & ~Q(fault="")
                | ~Q(state=JobState.FAILED) & Q(fault=""),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("export", args=[self.pk])

    @property
    def is_unfinished(self):
        return self.state in UNFINISHED

    @property
    def percent(self):
        """How far it is; a hundred only when the file is there."""
        if self.state == JobState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def counts_files(self):
        """Whether what it counts are files of a zip, not rows of a workbook."""
        return self.params.get("form") == "case-file"

    def is_kept(self, at):
        """Whether the file can be fetched at that moment."""
        return self.state == JobState.DONE and at < self.kept_until


class Worker(models.Model):
    """A process that does the work of the queue, and when it last said so."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    started_at = models.DateTimeField(_("begun at"))
    seen_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("background service")
        verbose_name_plural = _("background services")

    def __str__(self):
        return self.name
