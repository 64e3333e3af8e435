"""Yearly confirmation (年度确认) that the result of a closed standing task still holds."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

__all__ = ["StandingConfirmation"]


class StandingConfirmationQuerySet(models.QuerySet):
    def standing(self):
        """Those whose entry was not taken back."""
        return self.filter(is_annulled=False)


class StandingConfirmation(models.Model):
    """The word of a unit, once a year, on whether the closed part still holds (长期坚持).

    ``year`` is the year it is given for, ``closed_on`` the closure it rests on. Its files came
    with its entry. That a result no longer holds reopens nothing by itself: it proposes a
    look-back.
    """

    assignment = models.ForeignKey(
        "tracker.Assignment",
        models.PROTECT,
        related_name="standing_confirmations",
        verbose_name=_("part"),
    )
    closed_on = models.DateField(_("closed on"))
    year = models.PositiveSmallIntegerField(_("year"))
    holds = models.BooleanField(_("still holds"))
    text = models.TextField(_("how it was checked"), max_length=2000)
    confirmed_on = models.DateField(_("confirmed on"))
    confirmed_by = models.ForeignKey("tracker.User", models.PROTECT, related_name="+")
    event = models.OneToOneField(
        "tracker.Event", models.PROTECT, related_name="standing_confirmation"
    )
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)
    objects = StandingConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("yearly confirmation")
        verbose_name_plural = _("yearly confirmations")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "closed_on", "year"],
                condition=Q(is_annulled=False),
                name="standing_once_a_year",
            ),
        ]

    def __str__(self):
        return f"{self.assignment_id} {self.year}"
