"""Look-backs (回头看): closed parts checked again, by plan or on their own."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import LookBackMethod, LookBackResult

__all__ = ["LookBack", "LookBackItem", "LookBackPlan"]


class LookBackPlanQuerySet(models.QuerySet):
    def standing(self):
        """Those whose entering was not taken back."""
        return self.filter(is_annulled=False)


class LookBackPlan(models.Model):
    """Which closed parts are to be checked again by a day, and how they were chosen.

    ``sample_size`` and ``seed`` are those of the drawing (``rules.lookbacks.sample``); a plan by
    list has neither. What it was drawn from stands in the record.
    """

    inspection = models.ForeignKey(
        "tracker.Inspection", models.PROTECT, related_name="lookback_plans"
    )
    name = models.CharField(_("name"), max_length=60)
    due_on = models.DateField(_("to be checked by"))
    sample_size = models.PositiveIntegerField(_("size of the sample"), null=True)
    seed = models.PositiveIntegerField(_("seed"), null=True)
    made_on = models.DateField(_("planned on"))
    made_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    event = models.OneToOneField("tracker.Event", models.PROTECT, related_name="lookback_plan")
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)
    objects = LookBackPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("look-back plan")
        verbose_name_plural = _("look-back plans")
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "name"],
                condition=Q(is_annulled=False),
                name="lookback_plan_name_once",
            ),
            models.CheckConstraint(
                name="lookback_plan_drawn_whole",
                condition=Q(sample_size=None, seed=None) | Q(sample_size__gt=0, seed__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("lookback-plan", args=[self.pk])

    @property
    def is_sample(self):
        return self.seed is not None


class LookBackItem(models.Model):
    """One part that a plan wants checked."""

    plan = models.ForeignKey("tracker.LookBackPlan", models.PROTECT, related_name="items")
    assignment = models.ForeignKey(
        "tracker.Assignment", models.PROTECT, related_name="lookback_items"
    )

    class Meta:
        verbose_name = _("item of a look-back plan")
        verbose_name_plural = _("items of look-back plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "assignment"], name="lookback_item_once"),
        ]

    def __str__(self):
        return f"{self.plan_id} {self.assignment_id}"


class LookBackQuerySet(models.QuerySet):
    def standing(self):
        """Those whose entry was not taken back."""
        return self.filter(event__annulment=None)


class LookBack(models.Model):
    """One check of a closed part: who looked how, and what was found (DOMAIN: 回头看).

    ``closed_on`` is the day of the closure that was checked. A part that has rebounded is taken up
    again by the entry ``reopening``; ``extension`` is the entry of its new deadline, if it got one.
    """

    assignment = models.ForeignKey(
        "tracker.Assignment", models.PROTECT, related_name="lookbacks", verbose_name=_("part")
    )
    item = models.ForeignKey(
        "tracker.LookBackItem", models.PROTECT, null=True, related_name="lookbacks"
    )
    closed_on = models.DateField(_("closed on"))
    method = models.CharField(_("method"), max_length=20, choices=LookBackMethod)
    checked_on = models.DateField(_("checked on"))
    checkers = models.CharField(_("checked by"), max_length=120)
    place = models.CharField(_("place"), max_length=120, blank=True)
    result = models.CharField(_("result"), max_length=20, choices=LookBackResult)
    finding = models.TextField(_("finding"), max_length=2000)
    long_term_mechanism = models.TextField(_("lasting mechanism"), max_length=2000, blank=True)
    evidence = models.ManyToManyField("tracker.Evidence", blank=True, related_name="lookbacks")
    recorded_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    event = models.OneToOneField("tracker.Event", models.PROTECT, related_name="lookback")
    reopening = models.OneToOneField(
        "tracker.Event", models.PROTECT, null=True, related_name="reopened_by_lookback"
    )
    extension = models.OneToOneField(
        "tracker.Event", models.PROTECT, null=True, related_name="extended_by_lookback"
    )
    objects = LookBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("look-back")
        verbose_name_plural = _("look-backs")
        indexes = [models.Index(fields=["assignment", "checked_on"], name="lookback_of_part")]
        constraints = [
            models.CheckConstraint(
                name="lookback_after_closure", condition=Q(checked_on__gte=models.F("closed_on"))
            ),
            models.CheckConstraint(
                name="lookback_reopens_iff_bad",
                condition=Q(reopening=None, result__in=("stable", "hazard"))
                | Q(
                    reopening__isnull=False,
                    result__in=("rebound", "not_in_place", "false_fix"),
                ),
            ),
        ]

    def __str__(self):
        return f"{self.checked_on} {self.get_result_display()}"
