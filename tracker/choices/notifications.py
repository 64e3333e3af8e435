"""What people are told, and how."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NotificationKind(TextChoices):
    """What people are told of."""

    ISSUED = "issued", _("task issued")
    CALL_OPENED = "call_opened", _("call opened")
    CALL_DUE = "call_due", _("call due soon")
    CALL_LATE = "call_late", _("report late")
    TO_SIGN = "to_sign", _("report to sign off")
    TO_REVIEW = "to_review", _("report to review")
    REPORT_RETURNED = "report_returned", _("report returned")
    TO_CONFIRM = "to_confirm", _("completion to confirm")
    COMPLETION_RETURNED = "completion_returned", _("completion returned")
    COMPLETED = "completed", _("completion confirmed")
    DEADLINE_NEAR = "deadline_near", _("deadline near")
    DEADLINE_PASSED = "deadline_passed", _("deadline passed")
    STANDING_DUE = "standing_due", _("standing result to confirm")
    TO_ACCEPT = "to_accept", _("application to accept")
    APPLICATION_RETURNED = "application_returned", _("application returned")
    PRE_ACCEPTED = "pre_accepted", _("county's acceptance passed")
    ACCEPTANCE_FAILED = "acceptance_failed", _("acceptance failed")
    ACCEPTANCE_PASSED = "acceptance_passed", _("acceptance passed")
    OBJECTION_RECEIVED = "objection_received", _("objection received")
    OBJECTION_UPHELD = "objection_upheld", _("objection upheld")
    CLOSED = "closed", pgettext_lazy("notification", "task closed")
    REOPENED = "reopened", pgettext_lazy("notification", "task reopened")
    EXTENSION_ASKED = "extension_asked", _("extension asked for")
    EXTENDED = "extended", _("deadline extended")
    EXTENSION_REFUSED = "extension_refused", _("extension refused")
    ASKED = "asked", pgettext_lazy("notification", "question")
    ANSWERED = "answered", pgettext_lazy("notification", "answer")
    MENTIONED = "mentioned", pgettext_lazy("notification", "you are mentioned")
    DEPUTISED = "deputised", pgettext_lazy("notification", "you stand in for somebody")
    EXPORT_DONE = "export_done", _("workbook ready")
    EXPORT_FAILED = "export_failed", _("workbook not made")


class Telling(TextChoices):
    """How a person is told of one kind of thing."""

    MAIL = "mail", pgettext_lazy("telling", "in the list and in the daily mail")
    LIST = "list", pgettext_lazy("telling", "in the list only")
    NEITHER = "neither", pgettext_lazy("telling", "not at all")


class RobotFormat(TextChoices):
    """The messengers whose group robots can be written to."""

    WECOM = "wecom", pgettext_lazy("messenger", "WeCom")
    DINGTALK = "dingtalk", pgettext_lazy("messenger", "DingTalk")
    FEISHU = "feishu", pgettext_lazy("messenger", "Feishu")


class DeliveryState(TextChoices):
    """How far a message to a group has come."""

    QUEUED = "queued", pgettext_lazy("message", "waiting")
    SENT = "sent", pgettext_lazy("message", "sent")
    FAILED = "failed", pgettext_lazy("message", "given up")
