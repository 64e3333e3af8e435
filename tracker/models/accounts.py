"""People, and what they may do for which unit."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
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
    session_no = models.PositiveIntegerField(default=0, editable=False)
    history = HistoricalRecords(excluded_fields=["password", "last_login", "session_no"])

    today: date | None = None
    """The day on which the person acts, as who has a clock says; without it nobody deputises."""

    REQUIRED_FIELDS = ["name", "email"]
    SESSION_SALT = "tracker.session"
    UNTOLD = frozenset({"last_login", "session_no"})
    """Columns that history does not keep."""

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.name or self.username

    def save(self, *args, **kwargs):
        """Keep a line of history, unless all that changes is how the person is logged in."""
        if kwargs.get("update_fields") and {*kwargs["update_fields"]} <= self.UNTOLD:
            self.skip_history_when_saving = True
        try:
            super().save(*args, **kwargs)
        finally:
            self.__dict__.pop("skip_history_when_saving", None)

    def _get_session_auth_hash(self, secret=None):
        """What every session of the person carries; it ends with a new password or new roles."""
        salted = f"{self.password}{self.session_no}"
        return salted_hmac(self.SESSION_SALT, salted, secret=secret, algorithm="sha256").hexdigest()

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
    reads_personal = models.BooleanField(
        _("reads personal data"),
        default=False,
        help_text=_("Telephone numbers, and the names of citizens, are masked without it."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="membership_unique"),
            models.CheckConstraint(name="membership_role", condition=models.Q(role__in=Role)),
        ]

    def __str__(self):
        return self.get_role_display()
