"""Quantity programmes and their readings as they are entered."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.forms.verbs import CleanForm, DayInput
from tracker.models import Task


class ProgrammeForm(CleanForm):
    """Something that is counted over the years."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy(
            "Stands in addresses: small letters, digits and hyphens, such as river-outfalls."
        ),
        widget=forms.TextInput(attrs={"class": "f-m", "autocomplete": "off"}),
    )
    unit_of_measure = forms.CharField(
        label=gettext_lazy("Unit of measure"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-s"}),
    )
    target = forms.DecimalField(
        label=gettext_lazy("Target"),
        max_digits=16,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=gettext_lazy("Only if one was set; without it no rate is computed."),
    )
    scope = forms.CharField(label=gettext_lazy("Scope"), max_length=120, required=False)
    task = forms.ModelChoiceField(
        label=gettext_lazy("Task"),
        queryset=Task.objects.none(),
        empty_label="—",
        required=False,
        help_text=gettext_lazy("The rectification task that it belongs to, if there is one."),
    )
    source_text = forms.CharField(
        label=gettext_lazy("As printed, with the source"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, tasks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["task"].queryset = tasks

    def clean_code(self):
        return self.cleaned_data["code"].lower()


class ReadingForm(CleanForm):
    """What was counted, or printed, for a day."""

    as_of = forms.DateField(label=gettext_lazy("As of"), widget=DayInput)
    value = forms.DecimalField(
        label=gettext_lazy("Quantity"),
        max_digits=16,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    rate_printed = forms.CharField(
        label=gettext_lazy("Rate as printed"),
        max_length=20,
        required=False,
        help_text=gettext_lazy(
            "Copied as it stands, such as 98.1%. No quantity is worked out of it."
        ),
        widget=forms.TextInput(attrs={"class": "f-s"}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        said = (cleaned.get("value") is not None, cleaned.get("rate_printed"), cleaned.get("note"))
        if not self.errors and not any(said):
            raise forms.ValidationError(_("Enter a quantity, a printed rate or a note."))
        return cleaned
