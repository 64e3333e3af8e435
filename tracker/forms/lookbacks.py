"""The forms of looking back (回头看): a plan, and one check on a telephone's screen."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.choices import LookBackMethod, LookBackResult
from tracker.forms.uploads import documents_field, photos_field
from tracker.forms.verbs import CleanForm, DatedForm, DayInput, RowsField
from tracker.models import Assignment
from tracker.rules.lookbacks import LARGEST_SEED

LARGEST_SAMPLE = 9999
MARKS = {
    LookBackResult.STABLE: "closed",
    LookBackResult.HAZARD: "behind",
    LookBackResult.REBOUND: "overdue",
    LookBackResult.NOT_IN_PLACE: "overdue",
    LookBackResult.FALSE_FIX: "overdue",
}
"""The mark beside each result, as the states of tasks have theirs."""
BY_LIST, BY_SAMPLE = "list", "sample"


class LookBackForm(DatedForm):
    """What was found at a closed part; the last three results ask how far it is thrown back."""

    result = forms.ChoiceField(
        label=gettext_lazy("Result"), choices=LookBackResult, widget=forms.RadioSelect
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Progress that still holds, %"),
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    new_due_on = forms.DateField(
        label=gettext_lazy("New deadline"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Left empty, the deadline stays as it is."),
    )
    finding = forms.CharField(
        label=gettext_lazy("What was looked at and found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("At least 10 characters."),
    )
    photos = photos_field(help_text=gettext_lazy("Needed unless the result is stable."))
    documents = documents_field()
    method = forms.ChoiceField(
        label=pgettext_lazy("look-back", "Method"),
        choices=LookBackMethod,
        widget=forms.RadioSelect,
    )
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-m"}),
    )
    checkers = forms.CharField(
        label=gettext_lazy("Checked by"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "f-m"}),
        help_text=gettext_lazy("The names of those who were there."),
    )
    long_term_mechanism = forms.CharField(
        label=gettext_lazy("Lasting mechanism"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What keeps the result, and whether it works."),
    )
    on = forms.DateField(label=gettext_lazy("Checked on"), widget=DayInput)

    AGAIN = ("percent", "new_due_on")
    AFTER = (
        *("finding", "photos", "documents", "method", "place", "checkers"),
        *("long_term_mechanism", "on"),
    )

    @property
    def results(self):
        """``(radio, mark, whether it takes the task up again)`` of each result."""
        again = LookBackResult.reopening()
        chosen = self["result"].value()
        return [
            {
                "id": f"id_result_{number}",
                "value": result.value,
                "label": result.label,
                "mark": MARKS[result],
                "again": result in again,
                "chosen": chosen == result.value,
            }
            for number, result in enumerate(LookBackResult)
        ]

    @property
    def after_fields(self):
        return [self[name] for name in self.AFTER]

    def values(self):
        """What the check says, as the operation takes it."""
        names = ("method", "checkers", "result", "finding", "place", "long_term_mechanism")
        again = self.cleaned_data["result"] in LookBackResult.reopening()
        return {
            **{name: self.cleaned_data[name] for name in names},
            **{name: self.cleaned_data[name] if again else None for name in self.AGAIN},
        }


class PlanForm(CleanForm):
    """Which closed parts are checked again: those ticked, or so many drawn at random."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, widget=forms.TextInput(attrs={"class": "f-m"})
    )
    due_on = forms.DateField(label=gettext_lazy("To be checked by"), widget=DayInput)
    how = forms.ChoiceField(
        label=gettext_lazy("How they are chosen"),
        choices=[
            (BY_SAMPLE, gettext_lazy("a sample drawn at random")),
            (BY_LIST, gettext_lazy("by list: the parts ticked below")),
        ],
        widget=forms.RadioSelect,
    )
    sample_size = forms.IntegerField(
        label=gettext_lazy("Size of the sample"),
        min_value=1,
        max_value=LARGEST_SAMPLE,
        required=False,
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        min_value=0,
        max_value=LARGEST_SEED,
        required=False,
        help_text=gettext_lazy(
            "It stands in the record: whoever draws again with it comes to the same sample."
        ),
    )
    parts = RowsField(
        label=gettext_lazy("Closed parts"),
        queryset=Assignment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    DRAWN = ("sample_size", "seed")

    def __init__(self, *args, parts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parts"].queryset = parts

    @property
    def first_fields(self):
        return [self[name] for name in ("name", "due_on", "how")]

    @property
    def drawn_fields(self):
        return [self[name] for name in self.DRAWN]

    def ticked(self):
        """The keys of the parts that were ticked, for the boxes of the page."""
        return {str(key) for key in self["parts"].value() or ()}

    def clean(self):
        super().clean()
        if self.cleaned_data.get("how") == BY_SAMPLE:
            for name in self.DRAWN:
                if self.cleaned_data.get(name) is None and name not in self.errors:
                    self.add_error(name, self.fields["name"].error_messages["required"])
        return self.cleaned_data

    def values(self):
        """What is planned, as the operation takes it."""
        cleaned = self.cleaned_data
        common = {"name": cleaned["name"], "due_on": cleaned["due_on"]}
        if cleaned["how"] == BY_SAMPLE:
            return common | {name: cleaned[name] for name in self.DRAWN}
        return common | {"assignment_ids": [part.pk for part in cleaned["parts"]]}
