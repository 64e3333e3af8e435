"""Requests for a later deadline (延期申请): asked before the day, decided by another person."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import ExtensionState

__all__ = ["ExtensionRequest"]


class ExtensionRequestQuerySet(models.QuerySet):
    def open(self):
        """Those still to be decided, of tasks that are not annulled."""
        return self.filter(state=ExtensionState.ASKED, task__is_annulled=False)

    def standing(self):
        """Those whose asking was not taken back."""
        return self.exclude(state=ExtensionState.ANNULLED)


class ExtensionRequest(models.Model):
    """One unit asks for a later deadline of its task: 情况、理由、措施 and the new day.

    ``event`` is the entry of the asking, which names the request and so comes after it.
    ``old_due_on`` is the deadline it was asked against. ``state`` repeats what the record says of
    the request, so that queues need no walk through it. ``change`` is the extension that an
    approval led to. An opinion is that of a unit that supervises or accepts the task; it enters
    the record with the decision.
    """

    task = models.ForeignKey(
        "tracker.Task", models.PROTECT, related_name="extension_requests", verbose_name=_("task")
    )
    assignment = models.ForeignKey(
        "tracker.Assignment",
        models.PROTECT,
        related_name="extension_requests",
        verbose_name=_("part"),
    )
    event = models.OneToOneField(
        "tracker.Event", models.PROTECT, null=True, related_name="extension_request"
    )
    state = models.CharField(
        _("state"), max_length=20, choices=ExtensionState, default=ExtensionState.ASKED
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    asked_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    asked_on = models.DateField(_("asked on"))
    old_text = models.CharField(_("deadline before"), max_length=120)
    old_due_on = models.DateField(_("due on before"))
    new_text = models.CharField(_("new deadline"), max_length=120)
    new_due_on = models.DateField(_("newly due on"))
    situation = models.TextField(_("situation"), max_length=2000)
    reason = models.CharField(_("reason"), max_length=500)
    measures = models.TextField(_("measures until then"), max_length=2000)

    opinion = models.TextField(_("opinion"), max_length=1000, blank=True)
    opinion_by = models.ForeignKey("tracker.User", models.PROTECT, null=True, related_name="+")
    opinion_on = models.DateField(_("opinion given on"), null=True)

    decided_by = models.ForeignKey("tracker.User", models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(_("decided on"), null=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    document_no = models.CharField(_("approval document"), max_length=60, blank=True)
    change = models.OneToOneField(
        "tracker.DeadlineChange", models.PROTECT, null=True, related_name="request"
    )
    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for extension")
        verbose_name_plural = _("requests for extension")
        indexes = [models.Index(fields=["state", "old_due_on"], name="extension_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(state=ExtensionState.ASKED),
                name="extension_one_open",
            ),
            models.CheckConstraint(
                name="extension_asked_before_due", condition=Q(asked_on__lte=F("old_due_on"))
            ),
            models.CheckConstraint(
                name="extension_moves_later", condition=Q(new_due_on__gt=F("old_due_on"))
            ),
            models.CheckConstraint(
                name="extension_two_persons",
                condition=Q(decided_by=None) | Q(state="withdrawn") | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="extension_approved_iff_changed",
                condition=Q(state="approved", change__isnull=False)
                | (~Q(state="approved") & Q(change=None)),
            ),
            models.CheckConstraint(
                name="extension_decided_iff_day",
                condition=Q(state__in=("asked", "annulled"), decided_on=None)
                | Q(state__in=("approved", "refused", "withdrawn"), decided_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.old_text} → {self.new_text}"

    def get_absolute_url(self):
        return reverse("extension", args=[self.pk])
