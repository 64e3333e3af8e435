"""Evidence: files of a task, files sent and not attached yet, and what was found out of them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import PhotoKind, SignalKind

__all__ = ["Evidence", "SignalNote", "StagedFile"]


class KeptFile(models.Model):
    """A file on the disk under a random name, with what its content and its camera told of it.

    Of a photo it is known what its camera wrote down (``taken_at``, the place), and a
    ``fingerprint`` to find its like by. Rows of the same content share one file.
    """

    file = models.FileField(_("file"), upload_to="%Y/%m/", max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    taken_at = models.DateTimeField(_("taken at"), null=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True)
    fingerprint = models.CharField(max_length=48, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def is_image(self):
        return self.content_type.startswith("image/")


class Evidence(KeptFile):
    """One file that shows what was done (佐证材料).

    ``step`` is the entry of the record with which it was handed in: a report, an application for
    closure, a decision of acceptance, a look-back. ``report``, ``measure`` and ``closure`` say
    what it belongs to. Of a photo it is also said whether it shows the state before or after;
    ``pair`` is then the photo of the same spot from before.
    """

    task = models.ForeignKey("tracker.Task", models.PROTECT, related_name="evidence")
    step = models.ForeignKey(
        "tracker.Event",
        models.PROTECT,
        null=True,
        related_name="files",
        verbose_name=_("handed in with"),
    )
    report = models.ForeignKey(
        "tracker.ProgressReport", models.PROTECT, null=True, related_name="evidence"
    )
    measure = models.ForeignKey(
        "tracker.Measure",
        models.PROTECT,
        null=True,
        related_name="evidence",
        verbose_name=_("measure"),
    )
    closure = models.ForeignKey(
        "tracker.Closure",
        models.PROTECT,
        null=True,
        related_name="files",
        verbose_name=_("closure"),
    )
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
    is_place_removed = models.BooleanField(_("place removed"), default=False)

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

    def get_absolute_url(self):
        return reverse("evidence", args=[self.pk])

    def get_page_url(self):
        return reverse("evidence-page", args=[self.pk])


class StagedFile(KeptFile):
    """A file that a person has sent for a form that is not sent yet; nobody else knows of it.

    It is attached by the operation behind the form, or removed: by its owner, or after a day.
    """

    owner = models.ForeignKey("tracker.User", models.CASCADE, related_name="staged_files")
    staged_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("file sent for a form")
        verbose_name_plural = _("files sent for a form")
        indexes = [models.Index(fields=["staged_at"], name="staged_by_age")]


class SignalNote(models.Model):
    """What a reviewer found out about a question of the program, which is then not asked again.

    Working papers of those who judge: not part of the record, which the reporting unit reads.
    ``key`` names what was asked about, such as the report or the file.
    """

    task = models.ForeignKey("tracker.Task", models.PROTECT, related_name="signal_notes")
    kind = models.CharField(_("what is asked"), max_length=20, choices=SignalKind)
    key = models.CharField(_("about"), max_length=60)
    note = models.CharField(_("what was found"), max_length=300)
    by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("noted at"))

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        constraints = [
            models.UniqueConstraint(fields=["task", "kind", "key"], name="signal_noted_once"),
            models.CheckConstraint(name="signal_kind_known", condition=Q(kind__in=SignalKind)),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.note}"
