"""Petitions: entering one as it was handed over, and what came of it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import Truth
from tracker.forms.verbs import CleanForm, DayInput, RowsField, VersionedForm
from tracker.models import MediaCategory, Petition, Unit
from tracker.rules import petition_numbers


class PetitionForm(CleanForm):
    """One petition of a batch. Who wrote it is not asked for."""

    number = forms.CharField(
        label=gettext_lazy("Petition number"),
        max_length=20,
        help_text=gettext_lazy(
            "D or X, the round, two letters for the province, eight digits for the day, four for"
            " the serial: D3SX202505280018."
        ),
        widget=forms.TextInput(attrs={"class": "f-m", "autocomplete": "off"}),
    )
    batch = forms.IntegerField(label=gettext_lazy("Batch"), min_value=1, max_value=999)
    received_on = forms.DateField(label=gettext_lazy("Handed over on"), widget=DayInput)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit that handles it"),
        queryset=Unit.objects.plain(),
        empty_label="—",
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    summary = forms.CharField(
        label=gettext_lazy("What is complained of"),
        max_length=2000,
        help_text=gettext_lazy("Without names, telephone numbers or addresses of the writer."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    media = RowsField(  # type: ignore[assignment] # a field is no attribute
        label=gettext_lazy("Pollution types"),
        queryset=MediaCategory.objects.order_by("position", "code"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["unit"].queryset = Unit.objects.plain().open_on(today)

    def clean_number(self):
        try:
            number = petition_numbers.parse(self.cleaned_data["number"])
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None
        self.received_by_team_on = number.received_on
        return str(number)

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError(_("The day is in the future."))
        first = getattr(self, "received_by_team_on", None)
        if first and day < first:
            raise forms.ValidationError(
                _(
                    "By its number the petition was received on %(day)s; it cannot have been handed"
                    " over before."
                )
                % {"day": first.isoformat()}
            )
        return day

    def row(self):
        """What ``register_petitions`` takes: the petition, and its pollution types."""
        values = dict(self.cleaned_data)
        media = values.pop("media")
        return Petition(**values), list(media)


class SettlementForm(VersionedForm):
    """The finding and the outcome: interim (阶段性办结), or settled (办结)."""

    truth = forms.ChoiceField(
        label=gettext_lazy("Finding"), choices=[("", "—"), *Truth.choices], required=False
    )
    interim_on = forms.DateField(
        label=gettext_lazy("Interim outcome on"), required=False, widget=DayInput
    )
    closed_on = forms.DateField(label=gettext_lazy("Settled on"), required=False, widget=DayInput)
    outcome = forms.CharField(
        label=gettext_lazy("Handling and outcome"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        interim, closed = cleaned.get("interim_on"), cleaned.get("closed_on")
        if not self.errors and not any(self.values().values()):
            self.add_error(None, _("Enter the finding, a day, or what was done."))
        if interim and closed and closed < interim:
            self.add_error(
                "closed_on", _("An interim outcome comes before the day on which it is settled.")
            )
        return cleaned

    def values(self):
        """The columns of the petition that the outcome fills."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
