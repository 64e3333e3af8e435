"""Petitions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Truth(TextChoices):
    TRUE = "true", _("substantiated")
    MOSTLY_TRUE = "mostly_true", _("mostly substantiated")
    PARTLY_TRUE = "partly_true", _("partly substantiated")
    UNTRUE = "untrue", _("unsubstantiated")


class PetitionState(TextChoices):
    """What a petition is called on a day: 办理中, 阶段性办结, 办结."""

    OPEN = "open", _("being handled")
    INTERIM = "interim", _("interim outcome")
    CLOSED = "closed", _("settled")
