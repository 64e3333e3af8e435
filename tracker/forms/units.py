"""Units as they are entered, corrected, moved, merged and closed."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.forms.verbs import CleanForm, DayInput, ReasonedForm, RowsField
from tracker.models import MediaCategory, Unit, UnitKind

LONGEST_ALIAS = 100


def other_unit(label, **options):
    """A field that asks for one unit; ``offer`` gives it the units to choose from."""
    return forms.ModelChoiceField(
        label=label, queryset=Unit.objects.none(), empty_label="—", required=False, **options
    )


class UnitFacts(CleanForm):
    """What is kept of a unit besides its place in the tree."""

    name = forms.CharField(label=gettext_lazy("Official name"), max_length=100)
    short_name = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=40,
        help_text=gettext_lazy("As it stands in lists."),
        widget=forms.TextInput(attrs={"class": "f-m"}),
    )
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=120, required=False)
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy(
            "Stands in addresses: small letters, digits and hyphens, such as linjiang."
        ),
        widget=forms.TextInput(attrs={"class": "f-m", "autocomplete": "off"}),
    )
    kind = forms.ModelChoiceField(
        label=gettext_lazy("Kind"),
        queryset=UnitKind.objects.order_by("position", "code"),
        empty_label="—",
    )
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=0,
        max_value=100_000,
        initial=0,
        help_text=gettext_lazy("Lists follow it; equal positions follow the code."),
    )
    aliases = forms.CharField(
        label=gettext_lazy("Other names"),
        required=False,
        help_text=gettext_lazy("Under which a list may mention the unit. One on each line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    sectors = RowsField(
        label=gettext_lazy("Sectors"),
        queryset=MediaCategory.objects.order_by("position", "code"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Its people with the role of supervising unit read all issued tasks on problems of"
            " these categories."
        ),
    )

    FACTS = ("code", "name", "short_name", "name_en", "kind", "position")

    def clean_code(self):
        return self.cleaned_data["code"].lower()

    def clean_aliases(self):
        lines = [line.strip() for line in self.cleaned_data["aliases"].splitlines()]
        for line in lines:
            if len(line) > LONGEST_ALIAS:
                raise forms.ValidationError(
                    _("“%(name)s…” is longer than %(most)s characters.")
                    % {"name": line[:20], "most": LONGEST_ALIAS}
                )
        return [line for line in lines if line]

    def values(self):
        """The columns of the unit."""
        return {name: self.cleaned_data[name] for name in self.FACTS}


class NewUnitForm(UnitFacts):
    """A unit, where it stands, and since when."""

    parent = other_unit(gettext_lazy("Stands under"))
    on = forms.DateField(label=gettext_lazy("Exists from"), widget=DayInput)
    field_order = (
        *UnitFacts.FACTS[1:4],
        "code",
        "kind",
        "parent",
        "position",
        "aliases",
        "sectors",
        "on",
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units


class CorrectUnitForm(UnitFacts, ReasonedForm):
    """A new name, or facts put right, with the day and the reason."""

    field_order = (
        *(*UnitFacts.FACTS[1:4], "code", "kind", "position", "aliases", "sectors"),
        *("on", "note"),
    )


class MoveUnitForm(ReasonedForm):
    """The unit under which another one stands from a day on."""

    parent = other_unit(gettext_lazy("Stands under"))
    field_order = ("parent", "on", "note")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units


class CloseUnitForm(ReasonedForm):
    """The end of a unit, and the one that took over from it."""

    merged_into = other_unit(
        gettext_lazy("Merged into"),
        help_text=gettext_lazy("Left empty, the unit is closed without a successor."),
    )
    field_order = ("merged_into", "on", "note")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["merged_into"].queryset = units


class MergeUnitForm(ReasonedForm):
    """The unit that takes everything over, from a day on."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Merged into"), queryset=Unit.objects.none(), empty_label="—"
    )
    moves_people = forms.BooleanField(
        label=gettext_lazy("Its people get the same roles for that unit"),
        required=False,
        help_text=gettext_lazy("They have to log in again."),
    )
    field_order = ("into", "on", "moves_people", "note")

    def __init__(self, *args, units, may_move_people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = units
        if not may_move_people:
            del self.fields["moves_people"]
