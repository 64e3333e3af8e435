"""Usual reasons (常用理由) on the forms that send something back or refuse it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import ReasonFor
from tracker.forms.verbs import ReasonedForm
from tracker.models import ReturnReason

USUAL = "usual"
"""The name of the choice; it stands before the text that it is joined to."""


class UsualReasons(forms.Form):
    """Offers the usual reasons of the dictionary before a form's own text.

    A form puts this class before its own base and names ``reason_for`` and ``reason_field``. On
    the page a chosen reason is copied into the text, where it can be changed; without a script it
    is sent beside the text and put in front of it here. ``cleaned_data[reason_field]`` is the
    whole text either way.
    """

    reason_for: ReasonFor
    reason_field = "note"

    class Media:
        js = (forms.Script("tracker/writing.js", defer=True),)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        usual = forms.ModelChoiceField(
            label=gettext_lazy("Usual reasons"),
            queryset=ReturnReason.objects.offered(self.reason_for),
            required=False,
            empty_label=gettext_lazy("Choose a usual reason, or write your own below"),
            widget=forms.Select(
                attrs={"data-append-to": self[self.reason_field].id_for_label, "class": "f-l"}
            ),
        )
        names = list(self.fields)
        self.fields[USUAL] = usual
        names.insert(names.index(self.reason_field), USUAL)
        self.order_fields(names)

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        usual = cleaned.pop(USUAL, None)
        if usual is not None and self.has_error(self.reason_field, "required"):
            del self.errors[self.reason_field]
        if self.reason_field in self.errors:
            return cleaned
        whole = joined(usual, cleaned.get(self.reason_field) or "")
        most = self.fields[self.reason_field].max_length
        if most is not None and len(whole) > most:
            self.add_error(
                self.reason_field,
                _("At most %(most)s characters with the usual reason; these are %(count)s.")
                % {"most": most, "count": len(whole)},
            )
        else:
            cleaned[self.reason_field] = whole
        return cleaned


def joined(usual, text):
    """A usual reason and what was written below it, as one text that says nothing twice."""
    if usual is None or usual.text in text:
        return text
    return f"{usual.text}\n{text}".strip()


class CompletionReturnForm(UsualReasons, ReasonedForm):
    """Why a reported completion goes back to the unit."""

    reason_for = ReasonFor.COMPLETION
