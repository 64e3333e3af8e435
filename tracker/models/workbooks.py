"""Lists on their way in: kept between upload, preview, confirmation and undo."""

from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import ImportState

__all__ = ["ImportBatch", "ImportFault", "ImportLayout", "ImportRow"]

UNDO_WITHIN = timedelta(hours=24)


class ImportBatch(models.Model):
    """One uploaded list: its file, what was read from it, and whether it was entered or undone.

    ``mapping`` says what the columns of a foreign layout hold, as ``ImportLayout`` does; it is
    ``None`` for the product's own template. ``counts`` sums up the rows. What a confirmation wrote
    to the record are the entries from ``first_entry`` to ``last_entry``.
    """

    inspection = models.ForeignKey(
        "tracker.Inspection",
        models.PROTECT,
        related_name="import_batches",
        verbose_name=_("inspection"),
    )
    file_name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/", max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    fingerprint = models.CharField(_("layout"), max_length=64, blank=True)
    mapping = models.JSONField(_("columns"), null=True, encoder=DjangoJSONEncoder)
    is_take_over = models.BooleanField(_("takes over an existing list"), default=False)
    is_read = models.BooleanField(_("rows were read"), default=False)
    counts = models.JSONField(_("counts"), default=dict)
    notes = models.JSONField(_("remarks"), default=list)
    uploaded_by = models.ForeignKey(
        "tracker.User", models.PROTECT, related_name="import_batches", verbose_name=_("person")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    confirmed_by = models.ForeignKey(
        "tracker.User", models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    first_entry = models.PositiveBigIntegerField(_("first entry"), null=True)
    last_entry = models.PositiveBigIntegerField(_("last entry"), null=True)
    undone_by = models.ForeignKey(
        "tracker.User", models.PROTECT, null=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)
    discarded_at = models.DateTimeField(_("discarded at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("import", args=[self.pk])

    @property
    def state(self):
        """How far the list has come."""
        if self.undone_at:
            return ImportState.UNDONE
        if self.confirmed_at:
            return ImportState.CONFIRMED
        if self.discarded_at:
            return ImportState.DISCARDED
        if not self.is_read:
            return ImportState.UNMAPPED
        if self.counts.get("faults"):
            return ImportState.FAULTY
        is_empty = not (self.counts.get("new") or self.counts.get("changed"))
        return ImportState.NOTHING_NEW if is_empty else ImportState.READY

    @property
    def is_open(self):
        """Whether the list still waits for somebody to enter or discard it."""
        return not (self.confirmed_at or self.discarded_at)

    @property
    def undo_until(self):
        return self.confirmed_at and self.confirmed_at + UNDO_WITHIN


class ImportRow(models.Model):
    """One row of a list, in the codes and numbers of this system.

    A row of a task on the list already holds what it would change (``differences``, old and new in
    words) and the version of the task that it was compared with.
    """

    batch = models.ForeignKey("tracker.ImportBatch", models.CASCADE, related_name="rows")
    sheet = models.CharField(_("sheet"), max_length=100)
    row = models.PositiveIntegerField(_("row"))
    kind = models.CharField(max_length=10, choices=[("issue", "issue"), ("task", "task")])
    state = models.CharField(
        max_length=10, choices=[("new", "new"), ("changed", "changed"), ("same", "same")]
    )
    matched_by = models.CharField(max_length=10, blank=True)
    task = models.ForeignKey("tracker.Task", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    differences = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [models.Index(fields=["batch", "kind", "state"], name="import_row_of_batch")]

    def __str__(self):
        return f"{self.sheet} {self.row}"


class ImportFault(models.Model):
    """One thing wrong with a list: where it stands, what it says, what to do."""

    batch = models.ForeignKey("tracker.ImportBatch", models.CASCADE, related_name="faults")
    sheet = models.CharField(_("sheet"), max_length=100)
    row = models.PositiveIntegerField(_("row"))
    cell = models.CharField(_("cell"), max_length=20)
    column = models.CharField(_("column"), max_length=100)
    value = models.CharField(_("value"), max_length=200, blank=True)
    message = models.TextField(_("remedy"))

    class Meta:
        verbose_name = _("error of an import")
        verbose_name_plural = _("errors of imports")

    def __str__(self):
        return f"{self.sheet} {self.cell}"


class ImportLayout(models.Model):
    """What the columns of a foreign layout hold, as somebody said for lists of an inspection."""

    inspection = models.ForeignKey(
        "tracker.Inspection", models.PROTECT, related_name="import_layouts"
    )
    fingerprint = models.CharField(_("layout"), max_length=64)
    mapping = models.JSONField(_("columns"), encoder=DjangoJSONEncoder)
    saved_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("layout of imports")
        verbose_name_plural = _("layouts of imports")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "fingerprint"], name="import_layout_once")
        ]

    def __str__(self):
        return self.fingerprint[:12]
