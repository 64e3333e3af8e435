"""Progress: calls, reports, judgements, evidence, and what is asked about them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Judgement(TextChoices):
    ON_SCHEDULE = "on_schedule", pgettext_lazy("judgement", "on schedule")
    BEHIND = "behind", pgettext_lazy("judgement", "behind schedule")


class ReportStatus(TextChoices):
    """How far a report has come; of a unit that signs or a county that looks it through first."""

    DRAFT = "draft", _("draft")
    TO_SIGN = "to_sign", _("to be signed by the unit head")
    TO_REVIEW = "to_review", _("to be reviewed by the county")
    SUBMITTED = "submitted", _("submitted")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned")

    @classmethod
    def waiting(cls):
        """On its way inside the unit or the county; nothing of it counts yet."""
        return (cls.TO_SIGN, cls.TO_REVIEW)


class DelayReason(TextChoices):
    OBJECTIVE = "objective", _("objective reason")
    SUBJECTIVE = "subjective", _("subjective reason")


class ReasonFor(TextChoices):
    """What is sent back or refused with one of the usual reasons (常用退回理由)."""

    REPORT = "report", pgettext_lazy("reason", "report returned")
    COMPLETION = "completion", pgettext_lazy("reason", "completion returned")
    APPLICATION = "application", pgettext_lazy("reason", "application returned")
    ACCEPTANCE = "acceptance", pgettext_lazy("reason", "acceptance failed")
    EXTENSION = "extension", pgettext_lazy("reason", "extension refused")


class RoundKind(TextChoices):
    MONTHLY = "monthly", _("monthly call")
    QUARTERLY = "quarterly", _("quarterly call")
    AD_HOC = "ad_hoc", _("ad hoc call")


class Addressee(TextChoices):
    """Of whom a question on a task is asked."""

    UNITS = "units", _("responsible units")
    OFFICE = "office", pgettext_lazy("question", "rectification office")


class PhotoKind(TextChoices):
    """Whether a photo shows how it was or how it has become (整改前、整改后)."""

    BEFORE = "before", pgettext_lazy("photo", "before rectification")
    AFTER = "after", pgettext_lazy("photo", "after rectification")


class SignalKind(TextChoices):
    """What the program asks a reviewer about. A question, never a verdict."""

    EARLY = "early", _("photo taken before the feedback")
    LEAP = "leap", _("progress from nothing to all at once")
    UNCHANGED = "unchanged", _("text that does not change")
    ALIKE = "alike", _("file found in another task")
