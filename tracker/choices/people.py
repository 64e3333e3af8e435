"""Who people are to the tracker."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a membership lets a person do, within its unit's subtree."""

    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")
    OFFICE = "office", _("rectification office")
    LEADER = "leader", _("leader")
    SUPERVISING = "supervising", _("supervising unit")
    ACCEPTANCE = "acceptance", _("acceptance unit")
    UNIT_HEAD = "unit_head", _("unit head")
    UNIT_EDITOR = "unit_editor", _("unit editor")
    UNIT_READER = "unit_reader", _("unit reader")
