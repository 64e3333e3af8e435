"""The form on which a unit reports its progress (进展填报)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import DelayReason
from tracker.figures.reports import percent_on
from tracker.forms.photos import KINDS
from tracker.forms.uploads import documents_field, photos_field
from tracker.forms.verbs import DatedForm, DayInput, RowsField
from tracker.models import Measure
from tracker.rules.reports import gaps

LEAST_WORDS = 20


def _long(label, *, rows=3, **options):
    return forms.CharField(
        label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class ReportForm(DatedForm):
    """One unit's report on its part of a task; a draft may be unfinished."""

    text = _long(
        gettext_lazy("Progress made"),
        rows=6,
        help_text=gettext_lazy("What was done since the last report, in 20 to 1000 characters."),
    )
    percent = forms.IntegerField(label=gettext_lazy("Progress, %"), min_value=0, max_value=100)
    quantity_done = forms.DecimalField(
        label=gettext_lazy("Quantity done"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    measures_done = RowsField(
        label=gettext_lazy("Measures completed"),
        queryset=Measure.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    difficulties = _long(gettext_lazy("Difficulties"), required=False)
    photos = photos_field()
    documents = documents_field()
    photo_kind = forms.ChoiceField(
        label=gettext_lazy("What these photos show"),
        choices=KINDS,
        required=False,
        help_text=gettext_lazy("It can be changed photo by photo afterwards."),
    )
    on = forms.DateField(label=gettext_lazy("Progress as of"), widget=DayInput)
    draft_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False
    )
    fall_reason = forms.CharField(
        label=gettext_lazy("Reason for the fall"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed when the progress is lower than reported before."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    delay_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of delay"),
        choices=[("", "—"), *DelayReason.choices],
        required=False,
    )
    delay_reason = _long(gettext_lazy("Reason for the delay"), required=False)
    next_steps = _long(gettext_lazy("Next steps and dates"), required=False)
    is_on_schedule = forms.TypedChoiceField(
        label=gettext_lazy("On schedule by the unit's own account"),
        choices=[("", "—"), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))],
        coerce=lambda word: word == "yes",
        empty_value=None,
        required=False,
        help_text=gettext_lazy("Who is not on schedule gives the reason and the next steps."),
    )
    applies_for_closure = forms.BooleanField(
        label=gettext_lazy("Apply for closure"),
        required=False,
        help_text=gettext_lazy("Once progress is 100%."),
    )
    contact_name = forms.CharField(
        label=gettext_lazy("Filled in by"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-m", "autocomplete": "name"}),
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-m", "type": "tel", "autocomplete": "tel"}),
    )

    ORDINARY = (
        *("text", "percent", "quantity_done", "measures_done", "difficulties"),
        *("photos", "documents", "photo_kind", "on"),
    )
    WHEN_LATE = ("fall_reason", "is_on_schedule", "delay_kind", "delay_reason", "next_steps")
    WHEN_DONE = ("applies_for_closure",)
    CONTACT = ("contact_name", "contact_phone")

    def __init__(self, *args, assignment, is_draft=False, **kwargs):
        self.assignment = assignment
        self.is_draft = is_draft
        super().__init__(*args, **kwargs)
        task = assignment.task
        open_measures = task.measures.filter(is_annulled=False, completed_on=None)
        if open_measures:
            self.fields["measures_done"].queryset = open_measures.order_by("number")
        else:
            del self.fields["measures_done"]
        if task.quantity_target is None:
            del self.fields["quantity_done"]
        else:
            self.fields["quantity_done"].help_text = _("Of %(target)s %(unit)s in all.") % {
                "target": f"{task.quantity_target.normalize():f}",
                "unit": task.quantity_unit,
            }
        if is_draft:
            self.fields["text"].required = self.fields["percent"].required = False

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not self.is_draft and len(text) < LEAST_WORDS:
            raise ValidationError(
                _("Write at least %(least)s characters: what was done, where, how much.")
                % {"least": LEAST_WORDS}
            )
        return text

    def clean_percent(self):
        percent = self.cleaned_data["percent"]
        return self.assignment.percent if percent is None else percent

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if not self.is_draft:
            for name, sentence in gaps(cleaned, before=self._before()).items():
                if name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    def _before(self):
        """The percentage of the day of the report, with which it is compared."""
        day = self.cleaned_data.get("on")
        return self.assignment.percent if day is None else percent_on(self.assignment, day)

    @property
    def ordinary_fields(self):
        return [self[name] for name in self.ORDINARY if name in self.fields]

    @property
    def late_fields(self):
        return [self[name] for name in self.WHEN_LATE]

    @property
    def says_late(self):
        """Whether something in the part about delays is filled in or wrong."""
        return any(field.errors or field.value() for field in self.late_fields)

    @property
    def done_fields(self):
        return [self[name] for name in self.WHEN_DONE]

    @property
    def says_done(self):
        """Whether closure can be applied for, or is wrongly."""
        return str(self["percent"].value()) == "100" or any(
            field.errors or field.value() for field in self.done_fields
        )

    @property
    def contact_fields(self):
        return [self[name] for name in self.CONTACT]

    def values(self):
        """The columns of the report."""
        names = (
            *("text", "percent", "quantity_done", "difficulties"),
            *self.WHEN_LATE,
            *self.WHEN_DONE,
            *self.CONTACT,
        )
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
