"""The answer of a reviewer to a question of the program."""

from django import forms
from django.utils.translation import gettext_lazy

from tracker.forms.verbs import CleanForm


class AnswerForm(CleanForm):
    """What a reviewer found out, in a few words."""

    note = forms.CharField(
        label=gettext_lazy("What was found"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as: looked at on site, or talked over with whom."),
    )
