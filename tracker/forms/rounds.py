"""Progress calls: opening one, and the office's judgements on the answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import Judgement, RoundKind
from tracker.forms.verbs import CleanForm, DayInput


class RoundForm(CleanForm):
    """A call for progress over a period, with the day by which reports are due."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "f-m"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=RoundKind)
    period_from = forms.DateField(label=gettext_lazy("Period from"), widget=DayInput)
    period_to = forms.DateField(label=gettext_lazy("Period to"), widget=DayInput)
    due_on = forms.DateField(label=gettext_lazy("Reports due on"), widget=DayInput)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        first, last = cleaned.get("period_from"), cleaned.get("period_to")
        due_on = cleaned.get("due_on")
        if first and last and last < first:
            self.add_error("period_to", _("The period ends before it begins."))
        if first and due_on and due_on < first:
            self.add_error("due_on", _("Reports cannot be due before the period begins."))
        return cleaned


class LineForm(CleanForm):
    """The word on one unit's part, in its row of the board; nothing chosen leaves it as it is.

    The row brings along the judgement that it was made with, so that nobody replaces another one
    without having seen it.
    """

    judgement = forms.ChoiceField(
        label=gettext_lazy("Judgement"), choices=[("", "—"), *Judgement.choices], required=False
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)

    def __init__(self, data, *, line):
        self.line = line
        recorded = line.judgement
        initial = {}
        if recorded is not None:
            initial = {"judgement": recorded.judgement, "reason": recorded.reason}
        prefix = f"a{line.span.assignment_id}"
        super().__init__(data, prefix=prefix, initial=initial)
        self.knows = data is None or self.add_initial_prefix("judgement") in data
        whom = f"{line.span.unit.label} {line.span.task}"
        looks = {
            "judgement": "form-select form-select-sm",
            "reason": "form-control form-control-sm mt-1",
        }
        for name, field in self.fields.items():
            field.show_hidden_initial = self.knows
            field.widget.attrs |= {"aria-label": f"{field.label}: {whom}", "class": looks[name]}
        self.fields["reason"].widget.attrs["placeholder"] = _("Reason")

    @property
    def says_something(self):
        """Whether there is a judgement to be recorded that is not recorded already."""
        return bool(self.cleaned_data.get("judgement")) and self.has_changed()

    def clean(self):
        super().clean()
        sent: Any = self.data
        seen = {name: self.add_initial_prefix(name) for name in self.fields}
        now = {name: self.initial.get(name, "") for name in self.fields}
        if self.knows and any(sent.get(seen[name], "") != now[name] for name in now):
            if self.says_something:
                self.add_error("judgement", self.meanwhile())
            for name, value in now.items():
                sent[seen[name]] = value
        return self.cleaned_data

    def meanwhile(self):
        """What somebody else did to the judgement of this row."""
        recorded = self.line.judgement
        if recorded is None:
            return _("The judgement shown here was taken back meanwhile. Compare, and save again.")
        return _("%(who)s judged this meanwhile: %(word)s. Compare, and save again.") % {
            "who": recorded.event.actor or _("The system"),
            "word": recorded.get_judgement_display(),
        }
