"""Closure (销号): a unit's application, the acceptance, the public notice, objections, closing."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import ClosureStage, Condition, DayCount, ObjectionState

__all__ = ["Closure", "ConditionAnswer", "Objection", "PublicNotice"]


class Closure(models.Model):
    """One attempt to close a task in the hands of one unit, from self-check to filing upward.

    ``stage`` repeats what the record says of the attempt, so that queues need no walk through it.
    ``county`` is the one whose word came or comes before the acceptance: the chain of an attempt is
    that of its inspection on the day of the application.
    A returned, failed or objected attempt stays as it was; the next one is a new row.
    """

    assignment = models.ForeignKey(
        "tracker.Assignment", models.PROTECT, related_name="closures", verbose_name=_("part")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=ClosureStage)
    version = models.PositiveIntegerField(default=1, editable=False)

    self_checked_on = models.DateField(_("self-checked on"))
    self_check = models.TextField(_("self-check"), max_length=4000)
    completion_text = models.TextField(_("how it was completed"), max_length=4000)
    is_statement = models.BooleanField(_("closed on a statement (non-engineering)"), default=False)
    meeting_on = models.DateField(_("unit meeting on"), null=True, blank=True)
    unit_head = models.CharField(_("unit head who signed"), max_length=60)
    applied_on = models.DateField(_("applied on"))
    applied_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    evidence = models.ManyToManyField("tracker.Evidence", blank=True, related_name="closures")
    lead_opinion = models.TextField(_("opinion of the lead unit"), max_length=2000, blank=True)

    county = models.ForeignKey(
        "tracker.Unit",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("county that accepts first"),
    )
    county_opinion = models.TextField(_("opinion of the county"), max_length=2000, blank=True)
    county_signer = models.CharField(_("signed for the county by"), max_length=60, blank=True)
    pre_accepted_on = models.DateField(_("passed by the county on"), null=True)
    pre_accepted_by = models.ForeignKey("tracker.User", models.PROTECT, null=True, related_name="+")

    return_reason = models.TextField(_("reason of the return"), max_length=2000, blank=True)

    taken_on = models.DateField(_("taken for acceptance on"), null=True)
    taken_by = models.ForeignKey("tracker.User", models.PROTECT, null=True, related_name="+")
    desk_finding = models.TextField(_("examination of the file"), max_length=4000, blank=True)
    field_finding = models.TextField(_("examination on site"), max_length=4000, blank=True)
    field_checked_on = models.DateField(_("on site on"), null=True, blank=True)
    team_leader = models.CharField(_("head of the acceptance team"), max_length=60, blank=True)
    team_members = models.CharField(_("acceptance team"), max_length=200, blank=True)
    opinion = models.TextField(_("acceptance opinion"), max_length=4000, blank=True)
    decided_on = models.DateField(_("acceptance decided on"), null=True)
    decided_by = models.ForeignKey("tracker.User", models.PROTECT, null=True, related_name="+")

    closed_on = models.DateField(_("closed on"), null=True)
    closing_opinion = models.TextField(_("closing opinion"), max_length=2000, blank=True)
    consent_document_no = models.CharField(
        _("consent of the level above"), max_length=60, blank=True
    )
    consent_on = models.DateField(_("level above consented on"), null=True)
    consent_note = models.CharField(_("note on the consent"), max_length=300, blank=True)
    filed_on = models.DateField(_("filed upward on"), null=True)
    filing_no = models.CharField(_("filing number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        indexes = [models.Index(fields=["stage", "applied_on"], name="closure_by_stage")]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(
                    stage__in=("applied", "pre_accepted", "under_acceptance", "passed", "in_notice")
                ),
                name="closure_one_under_way",
            ),
            models.CheckConstraint(
                name="closure_checked_before_applied",
                condition=Q(applied_on__gte=F("self_checked_on")),
            ),
            models.CheckConstraint(
                name="closure_two_persons",
                condition=Q(decided_by=None) | ~Q(decided_by=F("applied_by")),
            ),
            models.CheckConstraint(
                name="closure_county_another_person",
                condition=Q(pre_accepted_by=None)
                | Q(county__isnull=False)
                & ~Q(pre_accepted_by=F("applied_by"))
                & (Q(decided_by=None) | ~Q(decided_by=F("pre_accepted_by"))),
            ),
            models.CheckConstraint(
                name="closure_statement_from_meeting",
                condition=Q(is_statement=False) | Q(meeting_on__isnull=False),
            ),
            models.CheckConstraint(
                name="closure_closed_iff_day",
                condition=(Q(stage__in=("closed", "filed")) & Q(closed_on__isnull=False))
                | (~Q(stage__in=("closed", "filed")) & Q(closed_on=None)),
            ),
        ]

    def __str__(self):
        return f"{self.assignment_id} {self.get_stage_display()}"

    def get_absolute_url(self):
        return reverse("closure", args=[self.pk])

    @property
    def standing_notice(self):
        """The public notice, unless there is none yet or its publication was taken back."""
        notice = getattr(self, "notice", None)
        return None if notice is None or notice.is_annulled else notice


class ConditionAnswer(models.Model):
    """What the accepter found on one of the five conditions of acceptance (Anhui 2019)."""

    closure = models.ForeignKey("tracker.Closure", models.PROTECT, related_name="answers")
    condition = models.CharField(_("condition"), max_length=20, choices=Condition)
    is_met = models.BooleanField(_("met"))
    finding = models.TextField(_("finding"), max_length=1000)
    evidence = models.ManyToManyField("tracker.Evidence", blank=True, related_name="+")

    class Meta:
        verbose_name = _("answered condition")
        verbose_name_plural = _("answered conditions")
        constraints = [
            models.UniqueConstraint(fields=["closure", "condition"], name="condition_once"),
            models.CheckConstraint(name="condition_known", condition=Q(condition__in=Condition)),
        ]

    def __str__(self):
        return f"{self.closure_id} {self.get_condition_display()}"


class PublicNotice(models.Model):
    """The public notice of one closure (公示): its days, its wording, where objections go.

    ``days`` and ``day_count`` are the rule of the inspection on the day it was published;
    ``is_provisional`` says that the holidays of its year had not been announced then.
    """

    closure = models.OneToOneField("tracker.Closure", models.PROTECT, related_name="notice")
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    days = models.PositiveSmallIntegerField(_("days"))
    day_count = models.CharField(_("counted in"), max_length=20, choices=DayCount)
    is_provisional = models.BooleanField(_("holidays not announced yet"), default=False)
    completion_text = models.TextField(_("how it was completed"), max_length=4000)
    issuer = models.CharField(_("issued by"), max_length=100)
    phone = models.CharField(_("telephone"), max_length=40)
    email = models.EmailField(_("e-mail"), blank=True)
    published_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.CheckConstraint(name="notice_forward", condition=Q(ends_on__gte=F("begins_on"))),
        ]

    def __str__(self):
        return f"{self.begins_on}–{self.ends_on}"


class ObjectionQuerySet(models.QuerySet):
    def standing(self):
        """Those whose entering was not taken back."""
        return self.exclude(state=ObjectionState.ANNULLED)

    def open(self):
        """Those still to be settled."""
        return self.filter(state=ObjectionState.OPEN)


class Objection(models.Model):
    """An objection to a public notice (异议), and how it was settled.

    ``contact`` says how to reach the citizen and is for those alone who settle objections.
    """

    notice = models.ForeignKey("tracker.PublicNotice", models.PROTECT, related_name="objections")
    received_on = models.DateField(_("received on"))
    channel = models.CharField(_("received by"), max_length=40, blank=True)
    content = models.TextField(_("objection"), max_length=4000)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=ObjectionState, default=ObjectionState.OPEN
    )
    settlement = models.TextField(_("how it was settled"), max_length=2000, blank=True)
    settled_on = models.DateField(_("settled on"), null=True)
    settled_by = models.ForeignKey("tracker.User", models.PROTECT, null=True, related_name="+")
    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.CheckConstraint(
                name="objection_settled_iff_day",
                condition=Q(state__in=("open", "annulled"), settled_on=None)
                | Q(state__in=("upheld", "dismissed"), settled_on__isnull=False),
            ),
        ]

    def __str__(self):
        return self.content[:40]

    @property
    def receipt_no(self):
        """The number under which a citizen can ask what came of it."""
        return f"{self.received_on:%Y%m%d}-{self.pk:05}"
