"""What the forms of single steps share: the version they were made with, a day, a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.rules.folding import clean


class DayInput(forms.DateInput):
    """A date typed as 2023-11-10, or picked."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class HiddenRows(forms.MultipleHiddenInput):
    """Keys that a form brings along; it brings along too that there are none."""

    def format_value(self, value):
        return super().format_value(value) or [""]

    def value_from_datadict(self, data, files, name):
        return [key for key in super().value_from_datadict(data, files, name) or () if key]


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows. A key longer than a database can count to is that of no row."""

    hidden_widget = HiddenRows
    LONGEST_KEY = 18

    def clean(self, value):
        for key in value or ():
            if len(str(key)) > self.LONGEST_KEY:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(key)[: self.LONGEST_KEY]},
                )
        return super().clean(value)


def _cleaned(data):
    """A form's data without control characters; a plain mapping, as an import gives, as it is."""
    if not hasattr(data, "getlist"):
        return {
            name: clean(value) if isinstance(value, str) else value for name, value in data.items()
        }
    copy = data.copy()
    for key in copy:
        copy.setlist(key, [clean(value) for value in copy.getlist(key)])
    return copy


class CleanForm(forms.Form):
    """A form whose texts are free of control characters before anything else looks at them."""

    template_name = "tracker/parts/form.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
            field.error_messages["required"] = _("Choose one.") if is_choice else _("Fill this in.")

    def _clean_fields(self):
        if self.data:
            self.data = _cleaned(self.data)
        super()._clean_fields()  # type: ignore[misc]


class VersionedForm(CleanForm):
    """Carries the version of what it changes, so that the second of two editors is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class DatedForm(VersionedForm):
    """A step with the day from which it holds."""

    on = forms.DateField(label=_("Date"), widget=DayInput)


class ReasonedForm(DatedForm):
    """A step that needs its reason."""

    note = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
