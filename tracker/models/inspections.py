"""Inspections and their rules, their organisation, and the calendar their limits count by."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.choices import (
    CompletionBasis,
    DayCount,
    InspectionKind,
    InspectionLevel,
    OrgGroup,
    PetitionRateBasis,
    RateBasis,
    Rhythm,
)
from tracker.rules.reminders import refuse_bad_days

__all__ = ["Holiday", "Inspection", "OrgMember"]


class Holiday(models.Model):
    """A day that departs from Monday–Friday: a festival day, or a weekend day worked (调休)."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("holiday or make-up working day")
        verbose_name_plural = _("holidays and make-up working days")

    def __str__(self):
        return f"{self.day} {self.name}"


class Inspection(models.Model):
    """One inspection of a city, with the rules that its rectification follows.

    Time limits and counting rules differ between rounds and provinces, so they are kept here and
    never in the code. Each default is the one documented for its field.
    """

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40)
    level = models.CharField(_("level"), max_length=20, choices=InspectionLevel)
    kind = models.CharField(_("kind"), max_length=20, choices=InspectionKind)
    round_no = models.PositiveSmallIntegerField(_("round"), default=1)
    batch_no = models.PositiveSmallIntegerField(_("batch"), default=1)
    team_name = models.CharField(_("inspection team"), max_length=100, blank=True)
    onsite_from = models.DateField(_("on site from"), null=True, blank=True)
    onsite_to = models.DateField(_("on site to"), null=True, blank=True)
    feedback_on = models.DateField(_("fed back on"), null=True, blank=True)
    plan_document_no = models.CharField(_("plan document number"), max_length=60, blank=True)
    plan_issued_on = models.DateField(_("plan issued on"), null=True, blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    is_demonstration = models.BooleanField(_("demonstration data"), default=False, editable=False)

    completion_basis = models.CharField(
        _("completion counts"),
        max_length=20,
        choices=CompletionBasis,
        default=CompletionBasis.CONFIRMED,
    )
    rate_basis = models.CharField(
        _("basis of the completion rate"), max_length=20, choices=RateBasis, default=RateBasis.ALL
    )
    petition_rate_basis = models.CharField(
        _("basis of the petition rate"),
        max_length=20,
        choices=PetitionRateBasis,
        default=PetitionRateBasis.CLOSED,
    )
    notice_days = models.PositiveSmallIntegerField(_("days of public notice"), default=10)
    notice_day_count = models.CharField(
        _("public notice counts"), max_length=20, choices=DayCount, default=DayCount.WORKING
    )
    county_accepts = models.BooleanField(
        _("the county accepts first"),
        default=False,
        help_text=_(
            "Applications of units inside a county are examined by that county's office before the"
            " acceptance unit takes them up. It holds for applications made from then on."
        ),
    )
    needs_consent = models.BooleanField(
        _("closure needs the consent of the level above"),
        default=False,
        help_text=_(
            "A closure is then entered with the day and the number of the consenting document."
        ),
    )
    closes_undated = models.BooleanField(
        _("standing tasks without a date are closed too"),
        default=True,
        help_text=_("Where only tasks with a deadline are closed (Hainan), switch it off."),
    )
    extension_needs_document = models.BooleanField(
        _("extensions need the number of a document"),
        default=False,
        help_text=_("Where the plan was approved above, and a later deadline is approved there."),
    )
    standing_month = models.PositiveSmallIntegerField(
        _("standing results confirmed by: month"),
        default=12,
        help_text=_("Every year after the year of closing."),
    )
    standing_day = models.PositiveSmallIntegerField(
        _("standing results confirmed by: day"), default=31
    )
    immediate_days = models.PositiveSmallIntegerField(
        _("days for tasks to be done at once"),
        null=True,
        blank=True,
        help_text=_("Left empty, such a task has no date until one is entered."),
    )
    plan_limit_days = models.PositiveSmallIntegerField(
        _("working days for the plan"), default=45, help_text=_("Counted from the feedback.")
    )
    petition_answer_days = models.PositiveSmallIntegerField(_("days for a petition"), default=10)
    rhythm = models.CharField(
        _("reporting rhythm"), max_length=20, choices=Rhythm, default=Rhythm.MONTHLY
    )
    reporting_day = models.PositiveSmallIntegerField(_("reporting day"), default=25)
    reports_signed = models.BooleanField(
        _("reports are signed by the unit head"),
        default=False,
        help_text=_("A report by an editor then waits for a head of the unit before it counts."),
    )
    county_reviews = models.BooleanField(
        _("the county reviews the reports of its units"),
        default=False,
        help_text=_("Reports of units below a county then wait for the office of that county."),
    )
    call_reminder_days = models.PositiveSmallIntegerField(
        _("reminder before reports are due, days"),
        default=3,
        validators=[MaxValueValidator(60)],
        help_text=_("Units are reminded so many days before, and on the day itself."),
    )
    deadline_reminders = models.CharField(
        _("reminders before a deadline, days"),
        max_length=40,
        default="30,7,3,1",
        blank=True,
        validators=[refuse_bad_days],
        help_text=_("Numbers of days, with commas. Left empty, only the day after is told of."),
    )
    due_soon_days = models.PositiveSmallIntegerField(_("due soon within days"), default=30)
    behind_points = models.PositiveSmallIntegerField(_("behind from points under plan"), default=10)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(
                name="inspection_on_site_forward",
                condition=Q(onsite_from=None)
                | Q(onsite_to=None)
                | Q(onsite_to__gte=F("onsite_from")),
            ),
            models.CheckConstraint(
                name="inspection_standing_until",
                condition=Q(standing_month__range=(1, 12), standing_day__range=(1, 31)),
            ),
            models.CheckConstraint(
                name="inspection_reporting_day", condition=Q(reporting_day__range=(1, 31))
            ),
        ]

    def __str__(self):
        return self.name


class OrgMember(models.Model):
    """A seat in the leading group, the office or a task force of an inspection."""

    inspection = models.ForeignKey(
        "tracker.Inspection", models.CASCADE, related_name="members", verbose_name=_("inspection")
    )
    group = models.CharField(_("group"), max_length=20, choices=OrgGroup)
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=60, blank=True)
    role = models.CharField(_("role in the group"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("member of the organisation")
        verbose_name_plural = _("organisation chart")

    def __str__(self):
        return self.name
