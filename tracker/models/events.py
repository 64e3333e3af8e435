"""The record: an append-only, chained log of what happened, and the spans derived from it."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.choices import AssignmentStatus, EventKind, Judgement
from tracker.rules.record import FAR

__all__ = ["Event", "EventHead", "Span"]

SUBJECTS = ("inspection", "issue", "task", "assignment", "unit", "petition", "programme")


class EventQuerySet(models.QuerySet):
    def standing(self):
        """What counts: neither annulled nor itself an annulment."""
        return self.filter(annulment=None).exclude(kind=EventKind.ANNULLED)

    def in_order(self):
        """As it happened; entries of one day as they were entered."""
        return self.order_by("effective_on", "sequence")


class Event(models.Model):
    """One entry of the record: what held from when, entered when and by whom.

    Rows are never changed or removed: triggers of both databases refuse it. Each carries the
    digest of the one before, so that a change behind the database's back is found.
    """

    sequence = models.PositiveBigIntegerField(_("entry"), unique=True)
    kind = models.CharField(_("what"), max_length=30, choices=EventKind)
    inspection = models.ForeignKey(
        "tracker.Inspection", models.PROTECT, null=True, related_name="events"
    )
    issue = models.ForeignKey("tracker.Issue", models.PROTECT, null=True, related_name="events")
    task = models.ForeignKey("tracker.Task", models.PROTECT, null=True, related_name="events")
    assignment = models.ForeignKey(
        "tracker.Assignment", models.PROTECT, null=True, related_name="events"
    )
    unit = models.ForeignKey("tracker.Unit", models.PROTECT, null=True, related_name="events")
    petition = models.ForeignKey(
        "tracker.Petition", models.PROTECT, null=True, related_name="events"
    )
    programme = models.ForeignKey(
        "tracker.Programme", models.PROTECT, null=True, related_name="events"
    )
    effective_on = models.DateField(_("held from"))
    recorded_at = models.DateTimeField(_("entered at"))
    actor = models.ForeignKey(
        "tracker.User",
        models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("entered by"),
    )
    details = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(_("note"), blank=True)
    is_backfilled = models.BooleanField(_("entered afterwards"), default=False)
    annuls = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="annulment", verbose_name=_("annuls")
    )
    previous_digest = models.CharField(max_length=64, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the record")
        verbose_name_plural = _("record")
        indexes = [
            models.Index(fields=["task", "effective_on", "sequence"], name="event_of_task"),
            models.Index(fields=["assignment", "effective_on"], name="event_of_assignment"),
            models.Index(fields=["unit", "effective_on"], name="event_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_annuls_iff_annulled",
                condition=Q(kind=EventKind.ANNULLED, annuls__isnull=False)
                | (~Q(kind=EventKind.ANNULLED) & Q(annuls=None)),
            ),
            models.CheckConstraint(
                name="event_has_subject",
                condition=Q(inspection__isnull=False) | Q(unit__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.effective_on} {self.get_kind_display()}"

    def digest_of(self, previous: str) -> str:
        """SHA-256 of this entry's content chained to ``previous``; what ``digest`` must be."""
        content = [
            previous,
            self.sequence,
            self.kind,
            *(getattr(self, f"{name}_id") for name in SUBJECTS),
            self.effective_on,
            self.recorded_at.timestamp(),
            self.actor_id,
            self.details,
            self.note,
            self.is_backfilled,
            self.annuls_id,
        ]
        text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


class EventHead(models.Model):
    """The end of the chain: one row, locked while an entry is added."""

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="event_head_is_one", condition=Q(pk=1))]

    def __str__(self):
        return f"{self.sequence}"


class SpanQuerySet(models.QuerySet):
    def on(self, day, *, known_at=None):
        """Spans that hold on ``day``: as known today, or as known at the moment ``known_at``."""
        held = self.filter(valid_from__lte=day, valid_to__gt=day)
        if known_at is None:
            return held.filter(recorded_to=None)
        return held.filter(
            Q(recorded_to=None) | Q(recorded_to__gt=known_at), recorded_from__lte=known_at
        )


class Span(models.Model):
    """The reportable facts of one assignment over a range of days, derived from its events.

    ``valid_from`` is the first day, ``valid_to`` the first day after. A row with ``recorded_to``
    was believed until then; a row without is what is known today.
    """

    assignment = models.ForeignKey("tracker.Assignment", models.CASCADE, related_name="spans")
    task = models.ForeignKey("tracker.Task", models.CASCADE, related_name="spans")
    inspection = models.ForeignKey("tracker.Inspection", models.CASCADE, related_name="spans")
    unit = models.ForeignKey("tracker.Unit", models.PROTECT, related_name="spans")
    valid_from = models.DateField()
    valid_to = models.DateField(default=FAR)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    status = models.CharField(max_length=20, choices=AssignmentStatus)
    start_on = models.DateField()
    due_on = models.DateField(null=True)
    is_standing = models.BooleanField(default=False)
    percent = models.PositiveSmallIntegerField(default=0)
    is_started = models.BooleanField(default=False)
    lags_from = models.DateField(null=True)
    last_report_on = models.DateField(null=True)
    judgement = models.CharField(max_length=20, choices=Judgement, blank=True)
    judged_for = models.DateField(null=True)
    completion_reported_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    reopen_no = models.PositiveSmallIntegerField(default=0)
    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("stretch of the record")
        verbose_name_plural = _("stretches of the record")
        indexes = [
            models.Index(
                fields=["inspection", "valid_to", "valid_from"],
                condition=Q(recorded_to=None),
                name="span_of_inspection",
            ),
            models.Index(
                fields=["unit", "valid_to", "valid_from"],
                condition=Q(recorded_to=None),
                name="span_of_unit",
            ),
            models.Index(fields=["task", "valid_to", "valid_from"], name="span_of_task"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "valid_from"],
                condition=Q(recorded_to=None),
                name="span_unique_start",
            ),
            models.CheckConstraint(name="span_forward", condition=Q(valid_to__gt=F("valid_from"))),
            models.CheckConstraint(
                name="span_recorded_forward",
                condition=Q(recorded_to=None) | Q(recorded_to__gte=F("recorded_from")),
            ),
            models.CheckConstraint(
                name="span_closed_only_when_completed",
                condition=Q(closed_on=None) | Q(completed_on__isnull=False),
            ),
            models.CheckConstraint(name="span_percent", condition=Q(percent__lte=100)),
        ]

    def __str__(self):
        return f"{self.assignment_id} {self.valid_from}–{self.valid_to}"
