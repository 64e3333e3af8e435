"""The forms of extensions (延期): what a unit asks for, and what is decided."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.choices import ReasonFor
from tracker.forms.reasons import UsualReasons
from tracker.forms.verbs import DatedForm, DayInput, VersionedForm


def _text(label, *, most, rows=4, **options):
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class AskingForm(VersionedForm):
    """What is asked for, and the three things it is asked with; the day of asking is today."""

    new_due_on = forms.DateField(label=gettext_lazy("New deadline"), widget=DayInput)
    situation = _text(
        pgettext_lazy("extension", "Situation"),
        most=2000,
        help_text=gettext_lazy("How far the work is, and what stands in its way."),
    )
    reason = _text(
        gettext_lazy("Reason"),
        most=500,
        rows=3,
        help_text=gettext_lazy("Why the deadline cannot be met."),
    )
    measures = _text(
        gettext_lazy("Measures until then"),
        most=2000,
        help_text=gettext_lazy("What is done until the new day, and by whom."),
    )
    new_text = forms.CharField(
        label=gettext_lazy("New deadline as printed"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-m"}),
        help_text=gettext_lazy(
            "For ledgers, such as 2026年6月底前. Left empty, the day is printed."
        ),
    )

    def values(self):
        """What is asked for, as the operation takes it."""
        return {
            name: self.cleaned_data[name] for name in AskingForm.base_fields if name != "version"
        }


class OpinionForm(VersionedForm):
    """What a supervising or acceptance unit thinks of a request."""

    opinion = _text(gettext_lazy("Opinion"), most=1000)


class ApprovalForm(DatedForm):
    """The approval of a request, with the document that it rests on."""

    document_no = forms.CharField(
        label=gettext_lazy("Approval document"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "f-m"}),
        help_text=gettext_lazy("Where the plan was approved above: the number of the approval."),
    )
    reason = _text(gettext_lazy("Remark"), most=500, rows=3, required=False)
    on = forms.DateField(label=gettext_lazy("Decided on"), widget=DayInput)
    field_order = ("document_no", "reason", "on")

    def __init__(self, *args, needs_document, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document_no"].required = needs_document


class RefusalForm(UsualReasons, DatedForm):
    """Why a request is refused, written or from the usual reasons."""

    reason_for = ReasonFor.EXTENSION
    reason_field = "reason"

    reason = _text(gettext_lazy("Reason"), most=500, rows=3)
    on = forms.DateField(label=gettext_lazy("Decided on"), widget=DayInput)
    field_order = ("reason", "on")


class TakingBackForm(VersionedForm):
    """Why a request is taken back, if there is something to say."""

    reason = _text(gettext_lazy("Reason"), most=500, rows=3, required=False)
