"""A row of the form of a call, and the forms with which workbooks of it are handed in."""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.forms.progress import LEAST_WORDS
from tracker.forms.uploads import EvidenceField, SeveralFiles
from tracker.forms.verbs import CleanForm
from tracker.rules.folding import fold
from tracker.rules.reports import gaps, with_fall_reason

MOST_FILES = 100

YES = frozenset({"是", "yes", "y", "true", "√", "✓", "达到", "已达到", "1", "申请"})
NO = frozenset({"否", "no", "n", "false", "×", "✗", "未达到", "没有", "0", "不申请", "无"})

_PERCENT = re.compile(r"([0-9]{1,3})(?:\.0+)?%?")
_SHARE = re.compile(r"0?\.[0-9]{1,4}")
_QUANTITY = re.compile(r"([0-9][0-9,]{0,15}(?:\.[0-9]{1,2})?)(?:/.{0,40}|\D{0,20})")


REFERENCE = {
    "number": pgettext_lazy("call", "No."),
    "task": pgettext_lazy("call", "Rectification task"),
    "unit": pgettext_lazy("call", "Responsible unit"),
    "deadline": pgettext_lazy("call", "Deadline"),
    "before": pgettext_lazy("call", "Progress last month"),
    "key": pgettext_lazy("call", "Key of the row"),
}
"""The headers of the columns that units do not fill in."""

CUMULATIVE = pgettext_lazy("call", "Done in all")
"""What stands above the quantity and the share."""


class PercentField(forms.Field):
    """A percentage as people type it: 85, 85%, or 0.85 as a spreadsheet keeps it."""

    def to_python(self, value):
        text = fold(str(value or ""))
        if not text:
            return None
        if _SHARE.fullmatch(text):
            return round(float(text) * 100)
        found = _PERCENT.fullmatch(text)
        if text == "1" or found is None or int(found[1]) > 100:
            raise ValidationError(_("Write the progress as a whole number from 0 to 100, like 85."))
        return int(found[1])


class QuantityField(forms.Field):
    """A quantity as people type it: 2513, 2,513 or 2513/7618个."""

    def to_python(self, value):
        text = fold(str(value or ""))
        if not text:
            return None
        found = _QUANTITY.fullmatch(text)
        try:
            if found is None:
                raise InvalidOperation
            return Decimal(found[1].replace(",", ""))
        except InvalidOperation:
            raise ValidationError(_("Write the quantity as a number, like 2513.")) from None


class YesNoField(forms.Field):
    """是 or 否; ``None`` where nothing is said."""

    def to_python(self, value):
        text = fold(str(value or ""))
        if not text:
            return None
        if text not in YES | NO:
            raise ValidationError(_("Write yes or no."))
        return text in YES


class CallRowForm(CleanForm):
    """What one unit says of one task in the form of a call (月调度表)."""

    text = forms.CharField(label=pgettext_lazy("call", "Progress this month"), max_length=1000)
    quantity_done = QuantityField(label=pgettext_lazy("call", "Quantity"), required=False)
    percent = PercentField(label=pgettext_lazy("call", "Share (%)"))
    is_on_schedule = YesNoField(label=pgettext_lazy("call", "On schedule"), required=False)
    delay_reason = forms.CharField(
        label=pgettext_lazy("call", "Why not"), max_length=1000, required=False
    )
    next_steps = forms.CharField(
        label=pgettext_lazy("call", "Next steps and dates"), max_length=1000, required=False
    )
    applies_for_closure = YesNoField(
        label=pgettext_lazy("call", "Closure applied for"), required=False
    )
    contact_name = forms.CharField(
        label=pgettext_lazy("call", "Filled in by"), max_length=60, required=False
    )
    contact_phone = forms.CharField(
        label=pgettext_lazy("call", "Telephone"), max_length=40, required=False
    )

    def __init__(self, data, *, task, before):
        self.task, self.before = task, before
        super().__init__(data)

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(text) < LEAST_WORDS:
            raise ValidationError(
                _("Write at least %(least)s characters: what was done, where, how much.")
                % {"least": LEAST_WORDS}
            )
        return text

    def clean_quantity_done(self):
        quantity = self.cleaned_data["quantity_done"]
        if quantity is not None and self.task.quantity_target is None:
            raise ValidationError(
                _("No quantity is counted for this task. Clear the cell; tell it in the text.")
            )
        return quantity

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        cleaned["applies_for_closure"] = bool(cleaned.get("applies_for_closure"))
        values = with_fall_reason({"delay_reason": "", **cleaned}, self.before)
        for name, sentence in gaps(values, before=self.before).items():
            place = "delay_reason" if name == "fall_reason" else name
            if place not in self.errors:
                self.add_error(place, sentence)
        return cleaned


class CallFilesForm(forms.Form):
    """Workbooks of a call, several at once, alone or in a zip."""

    workbooks = EvidenceField(
        most=MOST_FILES,
        label=gettext_lazy("Workbooks (.xlsx), or a zip of them"),
        help_text=gettext_lazy(
            "Several at once; at most 100 files and 10 MB each. Nothing is entered before you"
            " confirm it below."
        ),
        widget=SeveralFiles(attrs={"accept": ".xlsx,.zip", "data-preview": ""}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workbooks"].required = True

    def clean_workbooks(self):
        files = self.cleaned_data["workbooks"]
        if not files:
            raise ValidationError(_("Choose the workbooks that the units filled in."))
        return files
