"""The forms of the list itself: entering, correcting and amending tasks, and their units."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import Judgement
from tracker.forms.deadlines import DeadlineForm
from tracker.forms.verbs import (
    CleanForm,
    DatedForm,
    DayInput,
    ReasonedForm,
    RowsField,
    VersionedForm,
)
from tracker.models import DispatchRound, Issue, Task, Unit
from tracker.rules.numbering import normalise

UNIT_FIELDS = ("units", "lead", "supporting_units", "supervising_unit", "acceptance_unit")


def unit_choices(units, today):
    """``(pk, name)`` of units, the closed ones marked."""
    return [
        (
            unit.pk,
            _("%(unit)s (closed)") % {"unit": unit.label}
            if unit.closed_on and unit.closed_on <= today
            else unit.label,
        )
        for unit in units
    ]


def offer_units(form, choices):
    """Give every field of ``form`` that asks for units the same list, fetched once."""
    for name in form.fields.keys() & {*UNIT_FIELDS, "unit"}:
        field = form.fields[name]
        several = isinstance(field, forms.ModelMultipleChoiceField)
        field.widget.choices = choices if several else [("", field.empty_label), *choices]


def _unit(label, **options):
    return forms.ModelChoiceField(
        label=label, queryset=Unit.objects.plain(), empty_label="—", **options
    )


def _units(label, **options):
    return RowsField(
        label=label,
        queryset=Unit.objects.plain(),
        widget=forms.CheckboxSelectMultiple,
        **options,
    )


def _person(label):
    return forms.CharField(
        label=label, max_length=60, required=False, widget=forms.TextInput(attrs={"class": "f-s"})
    )


class TaskFields(DeadlineForm):
    """What a line of a rectification plan says, apart from its units and measures."""

    issue = forms.ModelChoiceField(label=gettext_lazy("Issue"), queryset=Issue.objects.none())
    number_printed = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=30,
        help_text=gettext_lazy("As printed: 19, 十九 or 第十九项."),
        widget=forms.TextInput(attrs={"class": "f-s"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Task"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "f-l"}),
    )
    goal = forms.CharField(
        label=gettext_lazy("Goal"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    supporting_units = _units(gettext_lazy("Supporting units"), required=False)
    supervising_unit = _unit(gettext_lazy("Supervising unit"), required=False)
    acceptance_unit = _unit(gettext_lazy("Acceptance unit"), required=False)
    accountable_leader = _person(gettext_lazy("Accountable leader"))
    case_leader = _person(gettext_lazy("Case leader"))
    task_force = forms.CharField(
        label=gettext_lazy("Task force"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-m"}),
    )
    quantity_target = forms.DecimalField(
        label=gettext_lazy("Quantity to be done"),
        max_digits=14,
        decimal_places=2,
        min_value=0.01,
        required=False,
        help_text=gettext_lazy("Where progress is counted: the length, the area, the number."),
    )
    quantity_unit = forms.CharField(
        label=gettext_lazy("Unit of measure"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "f-xs"}),
    )
    is_listed = forms.BooleanField(label=gettext_lazy("Listed supervision"), required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["issue"].queryset = self.inspection.issues.live().order_by("number")
        offer_units(self, choices)

    def clean_number_printed(self):
        printed = self.cleaned_data["number_printed"].strip()
        try:
            self.cleaned_data["number"] = normalise(printed)
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return printed

    def plain_values(self):
        """The columns of the task, the deadline's among them."""
        names = (
            *("issue", "number", "number_printed", "title", "goal"),
            *("supervising_unit", "acceptance_unit", "accountable_leader", "case_leader"),
            *("task_force", "quantity_target", "quantity_unit", "is_listed"),
        )
        cleaned = self.cleaned_data
        values = {name: cleaned[name] for name in names} | cleaned["deadline"]
        if values["number_printed"] == str(values["number"]):
            values["number_printed"] = ""
        return values


class NewTaskForm(TaskFields):
    """A task with its responsible units and the day of its issue."""

    units = _units(gettext_lazy("Responsible units"), required=False)
    lead = _unit(
        gettext_lazy("Lead unit"),
        required=False,
        help_text=gettext_lazy("One of the responsible units, where several share the task."),
    )
    on = forms.DateField(label=gettext_lazy("Date of issue"), widget=DayInput)
    field_order: Sequence[str] = (
        *("issue", "number_printed", "title", "goal"),
        *("deadline_text", "deadline_choice", "due_on"),
        *("units", "lead", "supporting_units", "supervising_unit", "acceptance_unit"),
    )

    def clean(self):
        cleaned = super().clean()
        lead, units = cleaned.get("lead"), list(cleaned.get("units") or ())
        if lead and lead not in units:
            self.add_error("lead", _("The lead unit must be one of the responsible units."))
        cleaned["units"] = sorted(units, key=lambda unit: unit != lead)
        return cleaned


class TakenOverTaskForm(NewTaskForm):
    """A task of a list that ran elsewhere before, with its past days."""

    completed_on = forms.DateField(
        label=gettext_lazy("Completed on"), required=False, widget=DayInput
    )
    closed_on = forms.DateField(
        label=gettext_lazy("Closed on"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("A closed task needs the day of its completion too."),
    )
    field_order: Sequence[str] = (*NewTaskForm.field_order, "on", "completed_on", "closed_on")


class CorrectTaskForm(TaskFields, VersionedForm):
    """Puts right what was entered wrongly, with the reason."""

    note = forms.CharField(
        label=gettext_lazy("Reason for the correction"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order: Sequence[str] = (
        *("issue", "number_printed", "title", "goal"),
        *("deadline_text", "deadline_choice", "due_on", "supporting_units"),
    )


class NotedForm(DatedForm):
    """A step with its day and, if there is something to say, a note."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CompletionForm(NotedForm):
    """The day of a completion that nobody has reported."""

    on = forms.DateField(
        label=gettext_lazy("Completed on"),
        widget=DayInput,
        help_text=gettext_lazy(
            "An earlier day changes the figures of the days since then; the entry is marked as"
            " made afterwards."
        ),
    )


class ConfirmationForm(VersionedForm):
    """A reported completion is confirmed: the reported day counts."""

    note = NotedForm.base_fields["note"]


class CompletionReportForm(ReasonedForm):
    """What a unit says when it reports that its part is done."""

    on = forms.DateField(label=gettext_lazy("Completed on"), widget=DayInput)
    note = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _document_no(**options):
    return forms.CharField(
        label=gettext_lazy("Approval document"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "f-m"}),
        **options,
    )


def _reason():
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class AmendmentForm(DatedForm):
    """An amendment of the approved plan: a document, a reason, a day."""

    document_no = _document_no(
        help_text=gettext_lazy("The number of the document that approved the amendment.")
    )
    reason = _reason()
    field_order: Sequence[str] = ("document_no", "reason", "on")


class MergeForm(AmendmentForm):
    """The task that takes the other one up."""

    into = forms.ModelChoiceField(label=gettext_lazy("Merge into"), queryset=Task.objects.none())
    field_order: Sequence[str] = ("into", "document_no", "reason", "on")

    def __init__(self, *args, tasks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = tasks


class ExtensionForm(DeadlineForm, DatedForm):
    """A later deadline, with the decision behind it."""

    document_no = _document_no(required=False)
    reason = _reason()
    on = forms.DateField(label=gettext_lazy("Decided on"), widget=DayInput)
    field_order: Sequence[str] = (
        "deadline_text",
        "deadline_choice",
        "due_on",
        "document_no",
        "reason",
        "on",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deadline_text"].label = _("New deadline")

    def clean(self):
        cleaned = super().clean()
        deadline = cleaned.get("deadline")
        if deadline and not self.errors and deadline["due_on"] is None:
            self.add_error("due_on", _("An extension needs a day. Type it here."))
        return cleaned


class ReopeningForm(DatedForm):
    """Work that is taken up again: how far it is, why, and until when."""

    percent = forms.IntegerField(
        label=gettext_lazy("Progress that still holds, %"), min_value=0, max_value=100
    )
    reason = _reason()
    new_due_on = forms.DateField(
        label=gettext_lazy("New deadline"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Left empty, the deadline stays as it is."),
    )
    document_no = _document_no(required=False)
    field_order: Sequence[str] = ("percent", "reason", "new_due_on", "document_no", "on")


class JudgementForm(DatedForm):
    """The office's word on one unit's progress for a call."""

    call = forms.ModelChoiceField(
        label=gettext_lazy("Progress call"), queryset=DispatchRound.objects.none()
    )
    judgement = forms.ChoiceField(
        label=gettext_lazy("Judgement"), choices=Judgement, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed when the judgement departs from the suggestion."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order: Sequence[str] = ("call", "judgement", "reason", "on")

    def __init__(self, *args, calls, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = calls


class AddUnitForm(NotedForm):
    """A unit that becomes responsible for the task."""

    unit = _unit(gettext_lazy("Responsible unit"))
    is_lead = forms.BooleanField(label=gettext_lazy("Leads the task"), required=False)
    on = forms.DateField(label=gettext_lazy("Responsible from"), widget=DayInput)
    field_order: Sequence[str] = ("unit", "is_lead", "on", "note")

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        offer_units(self, choices)


class AnnulmentForm(CleanForm):
    """Why an entry of the record is taken back."""

    reason = _reason()
