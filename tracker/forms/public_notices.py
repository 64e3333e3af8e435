"""The form with which a citizen objects to a public notice (异议)."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.forms.verbs import CleanForm


class PublicObjectionForm(CleanForm):
    """What is objected, and how to reach who objects; ``website`` is a trap for machines."""

    content = forms.CharField(
        label=gettext_lazy("Objection"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy(
            "What is not as the notice says: where, and what you saw. At most 4000 characters."
        ),
    )
    contact = forms.CharField(
        label=gettext_lazy("Name and telephone"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-l", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Only if you want an answer. It is kept for those alone who settle the objection, and"
            " is shown nowhere else."
        ),
    )
    website = forms.CharField(
        label=pgettext_lazy("objection", "Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def shown_fields(self):
        return [self["content"], self["contact"]]

    def clean(self):
        """Refuse what fills in the field that nobody sees; emptied, it can be sent again."""
        if self.cleaned_data.get("website"):
            self.data = {**self.data.dict(), self.add_prefix("website"): ""}
            raise forms.ValidationError(
                _(
                    "A field that is not shown was filled in, as machines do. It has been emptied"
                    " and your text is kept: please send it once more."
                )
            )
        return self.cleaned_data
