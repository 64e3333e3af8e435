"""The one application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackerConfig(AppConfig):
    """The rectification tracker."""

    name = "tracker"
    verbose_name = _("Rectification tracker")
    default_auto_field = "django.db.models.BigAutoField"
