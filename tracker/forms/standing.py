"""The form of the yearly confirmation of a standing result (年度确认)."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.forms.uploads import documents_field, photos_field
from tracker.forms.verbs import DatedForm, DayInput

HOLDS, HOLDS_NOT = "yes", "no"


class ConfirmationForm(DatedForm):
    """Whether the result of a closed standing part still holds, for one of the ``years`` asked."""

    year = forms.ChoiceField(label=gettext_lazy("For the year"))
    holds = forms.ChoiceField(
        label=gettext_lazy("Does the result still hold?"),
        choices=[
            (HOLDS, pgettext_lazy("standing", "It holds")),
            (HOLDS_NOT, pgettext_lazy("standing", "It no longer holds")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What was checked and found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("At least 10 characters."),
    )
    photos = photos_field()
    documents = documents_field()
    on = forms.DateField(label=gettext_lazy("Checked on"), widget=DayInput)
    field_order = ("year", "holds", "text", "photos", "documents", "on")

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]

    def values(self):
        """What is confirmed, as the operation takes it."""
        return {
            "year": int(self.cleaned_data["year"]),
            "holds": self.cleaned_data["holds"] == HOLDS,
            "text": self.cleaned_data["text"],
        }
