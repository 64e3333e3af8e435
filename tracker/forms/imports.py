"""The forms with which a list is handed in, its columns are assigned and it is confirmed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker import xlsx
from tracker.forms.task_rows import TaskRowForm
from tracker.forms.verbs import CleanForm
from tracker.models import Inspection, MediaCategory, Source, Unit

__all__ = ["ColumnsForm", "DecisionForm", "FileForm", "UploadForm"]

ENDINGS = ".xlsx,.xls,.docx,.csv"
JOINED = ("issue_text", "title", "goal", "measures", "units", "supporting_units", "deadline_text")
"""Fields that several columns may hold together."""


class FileForm(CleanForm):
    """A list as a file."""

    file = forms.FileField(
        label=gettext_lazy("File (.xlsx, .xls or .docx)"),
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "At most 10 MB, 10,000 rows, 200 columns and 32,767 characters a cell."
        ),
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > xlsx.MAX_BYTES:
            raise ValidationError(
                _("The file has more than 10 MB. Split the list, or remove pictures from it.")
            )
        return file


class UploadForm(FileForm):
    """A list, the inspection it belongs to, and whether it ran elsewhere before."""

    inspection = forms.ModelChoiceField(
        label=gettext_lazy("Inspection"),
        queryset=Inspection.objects.order_by("-feedback_on", "code"),
        empty_label=None,
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or paste the table here"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "Copy the table with its header in Excel, WPS, Word or on a page, and paste it."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "data-paste-table": ""}),
    )
    is_take_over = forms.BooleanField(
        label=gettext_lazy("Take over a list that ran elsewhere before"),
        required=False,
        help_text=gettext_lazy(
            "Dates of completion and closure are taken over and marked as entered afterwards; the"
            " tasks count from the day the plan was issued."
        ),
    )
    field_order = ("inspection", "file", "pasted", "is_take_over")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False

    def clean(self):
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("file") is None and "file" not in self.errors:
            if not cleaned.get("pasted", "").strip():
                self.add_error("file", _("Choose a file, or paste the table below."))
        elif cleaned.get("pasted", "").strip():
            self.add_error("pasted", _("Upload a file or paste a table, not both."))
        return cleaned


class ColumnsForm(CleanForm):
    """Which field each column of a foreign layout holds, and what holds for all its rows."""

    source = forms.ModelChoiceField(
        label=pgettext_lazy("column", "Issue source"),
        queryset=Source.objects.order_by("position", "code"),
        required=False,
    )
    medium = forms.ModelChoiceField(
        label=pgettext_lazy("column", "Category"),
        queryset=MediaCategory.objects.order_by("position", "code"),
        required=False,
    )
    acceptance_unit = forms.ModelChoiceField(
        label=pgettext_lazy("column", "Acceptance unit"),
        queryset=Unit.objects.none(),
        required=False,
    )

    def __init__(self, *args, columns, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.fields["acceptance_unit"].queryset = units
        for name in ("source", "medium", "acceptance_unit"):
            self.fields[name].empty_label = _("as the list says")
        labels = [(name, str(field.label)) for name, field in TaskRowForm.base_fields.items()]
        choices = [("", _("— not needed —")), *labels]
        for column in columns:
            self.fields[f"c{column.number}"] = forms.ChoiceField(
                label=_("Column %(letter)s, %(header)s")
                % {"letter": column.letter, "header": column.header or "—"},
                choices=choices,
                required=False,
            )

    def selects(self):
        """The select of each column, in the order of the columns."""
        return [self[f"c{column.number}"] for column in self.columns]

    def for_all(self):
        """The fields that hold for all rows."""
        return [self[name] for name in ("source", "medium", "acceptance_unit")]

    def clean(self):
        cleaned: dict[str, Any] = super().clean() or {}
        held: dict[str, Any] = {}
        for column in self.columns:
            name = cleaned.get(f"c{column.number}") or ""
            if name in held and name not in JOINED:
                self.add_error(
                    f"c{column.number}",
                    _("Column %(letter)s holds “%(field)s” already. Choose one of them.")
                    % {
                        "letter": held[name].letter,
                        "field": TaskRowForm.base_fields[name].label,
                    },
                )
            elif name:
                held[name] = column
        cleaned["columns"] = {
            column.number: cleaned[f"c{column.number}"]
            for column in self.columns
            if cleaned.get(f"c{column.number}")
        }
        cleaned["values"] = {
            name: str(cleaned[name].name)
            for name in ("source", "medium", "acceptance_unit")
            if cleaned.get(name)
        }
        return cleaned


class DecisionForm(CleanForm):
    """Why the deadlines of a list move, and the document that approved it."""

    reason = forms.CharField(label=gettext_lazy("Reason of the extensions"), max_length=500)
    document_no = forms.CharField(label=gettext_lazy("Approval document"), max_length=60)
