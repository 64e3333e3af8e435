"""Who stands in for whom, and who takes over from whom."""

from django import forms
from django.utils.translation import gettext_lazy

from tracker.forms.verbs import CleanForm, DayInput, RowsField
from tracker.models import Membership, Unit, User
from tracker.rules.deputies import LONGEST_DAYS


class PersonField(forms.ModelChoiceField):
    """One person, by name and post."""

    def __init__(self, **options):
        super().__init__(queryset=User.objects.none(), empty_label="—", **options)

    def label_from_instance(self, obj):
        return " · ".join(filter(None, (str(obj), obj.post, obj.username)))


class RolesField(RowsField):
    """Some of the roles that somebody holds."""

    def label_from_instance(self, obj):
        return f"{obj.unit.label} · {obj.get_role_display()}"


class DeputyForm(CleanForm):
    """Who deputises, for which roles, from when to when, and why."""

    deputy = PersonField(label=gettext_lazy("Deputy"))
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DayInput,
        help_text=gettext_lazy("It ends by itself after this day, at most %(most)s days in all."),
    )
    roles = RolesField(
        label=gettext_lazy("Roles"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With none ticked it is all roles, new ones included."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "f-l"}),
        help_text=gettext_lazy("Such as leave, training or sickness."),
    )

    def __init__(self, *args, people, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = people
        self.fields["roles"].queryset = roles
        self.fields["ends_on"].help_text %= {"most": LONGEST_DAYS}

    def clean_roles(self):
        """The keys of the roles; ``None`` for all of them."""
        return {row.pk for row in self.cleaned_data["roles"]} or None


class EndDeputyForm(CleanForm):
    """Nothing but the word to end it."""


class HandoverForm(CleanForm):
    """To whom the work goes, and what becomes of the account."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), widget=forms.HiddenInput)
    successor = PersonField(
        label=gettext_lazy("Successor"),
        help_text=gettext_lazy("Somebody new needs an account first."),
    )
    deactivates = forms.BooleanField(
        label=gettext_lazy("Close the account of who hands over"),
        required=False,
        help_text=gettext_lazy("What they entered stays under their name."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, people, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people
        self.fields["unit"].queryset = units
