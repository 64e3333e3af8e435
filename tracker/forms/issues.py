"""Inspection issues as they are entered and corrected by hand."""

from django import forms
from django.utils.translation import gettext_lazy

from tracker.forms.verbs import CleanForm, DayInput, VersionedForm
from tracker.models import MediaCategory, Source, Unit
from tracker.rules.numbering import normalise


class IssueForm(CleanForm):
    """A problem as the inspection fed it back, in its own words."""

    number_printed = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=30,
        help_text=gettext_lazy("As printed: 19, 十九 or 第十九项."),
        widget=forms.TextInput(attrs={"class": "f-s"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "f-l"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Original text"),
        max_length=5000,
        help_text=gettext_lazy("Word for word, as the inspection fed it back."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=Source.objects.order_by("position", "code"),
        empty_label="—",
    )
    medium = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=MediaCategory.objects.order_by("position", "code"),
        empty_label="—",
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Territory"),
        queryset=Unit.objects.plain(),
        empty_label="—",
        required=False,
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    page = forms.CharField(
        label=gettext_lazy("Page in the source"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-s"}),
    )
    is_typical = forms.BooleanField(label=gettext_lazy("Typical case"), required=False)

    FACTS = ("title", "text", "source", "medium", "unit", "place", "page", "is_typical")

    def clean_number_printed(self):
        printed = self.cleaned_data["number_printed"].strip()
        try:
            self.cleaned_data["number"] = normalise(printed)
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return "" if printed == str(self.cleaned_data["number"]) else printed

    def values(self):
        """The columns of the issue."""
        names = ("number", "number_printed", *self.FACTS)
        return {name: self.cleaned_data[name] for name in names}


class NewIssueForm(IssueForm):
    """An issue with the day on which it was fed back."""

    on = forms.DateField(label=gettext_lazy("Fed back on"), widget=DayInput)


class CorrectIssueForm(IssueForm, VersionedForm):
    """Puts an issue right; the wording before stays in the record."""

    note = forms.CharField(
        label=gettext_lazy("Reason for the correction"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("number_printed", *IssueForm.FACTS, "note")
