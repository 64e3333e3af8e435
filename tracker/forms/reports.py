"""Deciding on a report: signed or sent back inside, received or returned by the office."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.choices import ReasonFor
from tracker.forms.reasons import UsualReasons
from tracker.forms.verbs import DatedForm, ReasonedForm, VersionedForm


class PassForm(VersionedForm):
    """Let a report go on as it was shown."""


class SendBackForm(UsualReasons, VersionedForm):
    """Why a report goes back to its author."""

    reason_for = ReasonFor.REPORT
    note = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class AcceptReportForm(DatedForm):
    """The day on which a report was received."""


class ReturnReportForm(UsualReasons, ReasonedForm):
    """Why a report goes back to the unit, and from which day it does not count."""

    reason_for = ReasonFor.REPORT
