"""People, and what they may do for which unit."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.choices import Role

__all__ = ["Membership", "User"]


class User(AbstractUser):
    """A person with an account."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=60, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=True)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.name or self.username

    def save(self, *args, **kwargs):
        """Keep a line of history, unless all that changes is the moment of the last log-in."""
        if list(kwargs.get("update_fields") or ()) == ["last_login"]:
            self.skip_history_when_saving = True
        try:
            super().save(*args, **kwargs)
        finally:
            self.__dict__.pop("skip_history_when_saving", None)

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class Membership(models.Model):
    """One role of one person for one unit and everything below it."""

    user = models.ForeignKey(
        "tracker.User", models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        "tracker.Unit", models.PROTECT, related_name="memberships", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="membership_unique"),
            models.CheckConstraint(name="membership_role", condition=models.Q(role__in=Role)),
        ]

    def __str__(self):
        return f"{self.user_id} {self.get_role_display()} {self.unit_id}"
