"""Group robots of the office messengers, and the messages sent to them."""

from urllib.parse import urlsplit

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.choices import DeliveryState, NotificationKind, RobotFormat

__all__ = ["WebhookDelivery", "WebhookTarget"]


def no_kinds():
    return []


class WebhookTarget(models.Model):
    """A robot in a group chat (群机器人): one message each morning, and of chosen kinds at once.

    Whoever knows ``url`` or ``secret`` can write into the group, so neither is shown again.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    format = models.CharField(_("messenger"), max_length=10, choices=RobotFormat)
    url = models.CharField(
        _("address of the robot"), max_length=500, validators=[URLValidator(["http", "https"])]
    )
    secret = models.CharField(_("signing secret"), max_length=200, blank=True)
    inspection = models.ForeignKey(
        "tracker.Inspection",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="webhook_targets",
        verbose_name=_("inspection"),
        help_text=_("Left empty, the group is told of all inspections."),
    )
    is_daily = models.BooleanField(_("a message each morning"), default=True)
    kinds = models.JSONField(_("told at once"), default=no_kinds, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(excluded_fields=["url", "secret"])

    class Meta:
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")

    def __str__(self):
        return self.name

    @property
    def host(self):
        """The only part of the address that is shown."""
        return urlsplit(self.url).hostname or ""

    @property
    def kind_labels(self):
        return [str(NotificationKind(kind).label) for kind in self.kinds]


class WebhookDelivery(models.Model):
    """One message to one group: waiting, sent, or given up after some attempts.

    ``key`` keeps it from being sent again. ``message`` is a title and lines, without personal data.
    """

    target = models.ForeignKey(
        "tracker.WebhookTarget",
        models.CASCADE,
        related_name="deliveries",
        verbose_name=_("group robot"),
    )
    key = models.CharField(max_length=100, editable=False)
    message = models.JSONField(_("message"), encoder=DjangoJSONEncoder)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED
    )
    queued_at = models.DateTimeField(_("in the queue since"))
    due_at = models.DateTimeField(_("to be sent from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    answered = models.CharField(_("what the messenger answered"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("message to a group")
        verbose_name_plural = _("messages to groups")
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=DeliveryState.QUEUED), name="delivery_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["target", "key"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_sent_iff_moment",
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | ~Q(state=DeliveryState.SENT) & Q(sent_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.target_id} {self.key}"
