"""A deadline as it is typed: the printed words, and the day they leave open."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import DeadlineKind
from tracker.forms.verbs import CleanForm, DayInput
from tracker.rules.deadlines import MAX_LENGTH, Deadline, parse
from tracker.rules.folding import clean


def read_deadline(text, inspection) -> Deadline:
    """What ``text`` means in a plan of ``inspection``."""
    issued_on = inspection.plan_issued_on
    return parse(
        text,
        plan_year=issued_on.year if issued_on else None,
        plan_issued_on=issued_on,
        immediate_days=inspection.immediate_days,
    )


class DeadlineForm(CleanForm):
    """Reads a printed deadline; where it is not clear, the person chooses or types the day.

    ``cleaned_data["deadline"]`` holds the five columns of a task's deadline. A draft may keep a
    deadline that is still to be clarified.
    """

    deadline_text = forms.CharField(
        label=gettext_lazy("Deadline"),
        max_length=MAX_LENGTH,
        help_text=gettext_lazy("As printed: 2025年12月底前, 立行立改、长期坚持, 2023-11-10 …"),
        widget=forms.TextInput(attrs={"class": "f-m"}),
    )
    deadline_choice = forms.ChoiceField(
        label=gettext_lazy("The deadline may mean"), widget=forms.RadioSelect, required=False
    )
    due_on = forms.DateField(
        label=gettext_lazy("Day of the deadline"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Only where the words leave the day open."),
    )

    def __init__(self, *args, inspection, may_stay_unclear=False, **kwargs):
        self.inspection = inspection
        self.may_stay_unclear = may_stay_unclear
        super().__init__(*args, **kwargs)
        typed = self.data.get(self.add_prefix("deadline_text"), "") if self.is_bound else ""
        candidates = read_deadline(clean(typed), inspection).candidates
        if candidates:
            self.fields["deadline_choice"].choices = [
                (day.isoformat(), day.isoformat()) for day in candidates
            ]
        else:
            del self.fields["deadline_choice"]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("deadline_text"):
            reading = read_deadline(cleaned["deadline_text"], self.inspection)
            cleaned["deadline"] = self._settled(reading, cleaned)
        return cleaned

    def _settled(self, reading, cleaned):
        typed, chosen = cleaned.get("due_on"), cleaned.get("deadline_choice")
        day = typed or (date.fromisoformat(chosen) if chosen else None)
        kind = reading.kind
        if reading.ambiguity and day:
            kind = DeadlineKind.DATED
        elif reading.ambiguity and not self.may_stay_unclear:
            self.add_error("deadline_text", reading.ambiguity)
        elif typed and reading.due_on and typed != reading.due_on:
            self.add_error(
                "due_on",
                _("The words of the deadline say %(day)s. Change the words, or leave this empty.")
                % {"day": reading.due_on.isoformat()},
            )
        return {
            "deadline_text": reading.text,
            "deadline_kind": kind,
            "due_on": day or reading.due_on,
            "is_standing": reading.is_standing,
            "interim_due_on": reading.interim_due_on,
        }


def initial_deadline(task):
    """What a correction starts with: the day is shown only where the words do not give it."""
    reading = read_deadline(task.deadline_text, task.inspection)
    is_plain = not reading.ambiguity and reading.due_on == task.due_on
    return {
        "deadline_text": task.deadline_text,
        "due_on": None if is_plain else task.due_on,
    }
