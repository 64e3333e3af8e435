"""Working ledgers that came back: what was changed in them, and what was decided about it."""

from collections import Counter
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import CellState, ReturnState

__all__ = ["UNDO_WITHIN", "ReturnedWorkbook"]

UNDO_WITHIN = timedelta(hours=24)


class ReturnedWorkbook(models.Model):
    """One ledger that came back: its rows as compared, each with the decisions made about it.

    A row is of a ``kind``: ``task`` (with ``cells`` that somebody changed), ``new``, ``refused`` or
    ``removed``. ``counts`` holds how many rows and cells were compared. ``entries`` are the first
    and the last entry of the record that its confirmation wrote; ``versions`` those of the tasks
    after it.
    """

    inspection = models.ForeignKey(
        "tracker.Inspection",
        models.PROTECT,
        related_name="returned_workbooks",
        verbose_name=_("inspection"),
    )
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    exported = models.JSONField(_("exported"), default=dict)
    rows = models.JSONField(_("rows"), default=list, encoder=DjangoJSONEncoder)
    counts = models.JSONField(_("counts"), default=dict)
    notes = models.JSONField(_("remarks"), default=list)
    uploaded_by = models.ForeignKey(
        "tracker.User",
        models.PROTECT,
        related_name="returned_workbooks",
        verbose_name=_("person"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    compared_at = models.DateTimeField(_("compared at"))
    state = models.CharField(
        _("state"), max_length=20, choices=ReturnState, default=ReturnState.OPEN
    )
    confirmed_by = models.ForeignKey(
        "tracker.User", models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    undone_by = models.ForeignKey(
        "tracker.User", models.PROTECT, null=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)
    entries = models.JSONField(_("entries"), default=list)
    versions = models.JSONField(_("versions"), default=dict)

    class Meta:
        verbose_name = _("returned ledger")
        verbose_name_plural = _("returned ledgers")
        constraints = [
            models.CheckConstraint(
                name="returned_confirmed_iff_not_open",
                condition=Q(state=ReturnState.OPEN, confirmed_at=None)
                | (~Q(state=ReturnState.OPEN) & Q(confirmed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="returned_undone_iff_undone",
                condition=Q(state=ReturnState.UNDONE, undone_at__isnull=False)
                | (~Q(state=ReturnState.UNDONE) & Q(undone_at=None)),
            ),
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("returned", args=[self.pk])

    @property
    def undo_until(self):
        """Until when the confirmation can be taken back; ``None`` unless it was confirmed."""
        if self.confirmed_at is None or self.state == ReturnState.UNDONE:
            return None
        return self.confirmed_at + UNDO_WITHIN

    def tally(self):
        """How many cells there are of each ``CellState``, and rows of each other kind."""
        names = ("new", "faulty", "removed", "rows_refused")
        found = Counter(dict.fromkeys([*map(str, CellState), *names], 0))
        for row in self.rows:
            if row["kind"] == "task":
                found.update(cell["state"] for cell in row["cells"])
            elif row["kind"] == "refused":
                found["rows_refused"] += 1
            else:
                found["faulty" if row.get("faults") else row["kind"]] += 1
        return found
