"""The forms of measures and milestones."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.choices import MeasureKind
from tracker.forms.photos import KINDS
from tracker.forms.tasks import offer_units
from tracker.forms.uploads import documents_field, photos_field
from tracker.forms.verbs import CleanForm, DatedForm, DayInput, VersionedForm
from tracker.models import Unit


class MeasureFields(CleanForm):
    """One measure: what is done, by whom, until when."""

    text = forms.CharField(
        label=_("Measure"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", "—"), *MeasureKind.choices], required=False
    )
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.plain(), required=False, empty_label="—"
    )
    owner = forms.CharField(
        label=_("Person in charge"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-s"}),
    )
    due_on = forms.DateField(label=_("Planned for"), required=False, widget=DayInput)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        offer_units(self, choices)

    def values(self):
        """The columns of the measure."""
        return {
            name: self.cleaned_data[name] for name in ("text", "kind", "unit", "owner", "due_on")
        }


class MeasureForm(MeasureFields, VersionedForm):
    """A measure added to a task, or corrected."""


class MeasureLine(MeasureFields):
    """A measure entered with its task; an empty line is left out."""

    text = forms.CharField(
        label=_("Measure"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class Lines(forms.BaseFormSet):
    """Lines of which each may stay empty, whether or not it comes with something typed before."""

    def initial_form_count(self):
        return 0


MeasureLines = forms.formset_factory(
    MeasureLine, formset=Lines, extra=5, max_num=60, validate_max=True
)


class MilestoneForm(VersionedForm):
    """A point on the way, with its own day."""

    title = forms.CharField(
        label=_("Milestone"), max_length=120, widget=forms.TextInput(attrs={"class": "f-l"})
    )
    due_on = forms.DateField(label=_("Due on"), widget=DayInput)


class DoneForm(DatedForm):
    """The day on which a measure was completed or a milestone reached."""

    on = forms.DateField(label=_("Completed on"), widget=DayInput)


class MeasureDoneForm(DoneForm):
    """The day on which a measure was completed, with the files that show it."""

    photos = photos_field()
    documents = documents_field()


class MeasureFilesForm(CleanForm):
    """Files that show what was done for one measure."""

    photos = photos_field()
    documents = documents_field()
    photo_kind = forms.ChoiceField(
        label=_("What these photos show"),
        choices=KINDS,
        required=False,
        help_text=_("It can be changed photo by photo afterwards."),
    )
