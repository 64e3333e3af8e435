"""The form with which a working ledger is handed in again."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import xlsx
from tracker.forms.verbs import CleanForm
from tracker.models import Inspection


class ReturnForm(CleanForm):
    """A ledger that was exported to be edited, and the inspection whose tasks it holds."""

    inspection = forms.ModelChoiceField(
        label=gettext_lazy("Inspection"),
        queryset=Inspection.objects.order_by("-feedback_on", "code"),
        empty_label=None,
    )
    file = forms.FileField(
        label=gettext_lazy("Working ledger (.xlsx)"),
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "At most 10 MB, 10,000 rows, 200 columns and 32,767 characters a cell."
        ),
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > xlsx.MAX_BYTES:
            raise ValidationError(
                _("The file has more than 10 MB. Split the list, or remove pictures from it.")
            )
        return file
