"""How somebody wants to be told: one choice for each kind of notification."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.choices import NotificationKind, Telling
from tracker.forms.verbs import CleanForm
from tracker.rules.notifications import ALWAYS_LISTED, GROUPS

TITLES = {
    "work": _("My work"),
    "deadlines": _("Calls and deadlines"),
    "closure": _("Acceptance and closure"),
    "questions": pgettext_lazy("notifications", "Questions"),
    "exports": _("My exports"),
}


class ChoicesForm(CleanForm):
    """A choice for each kind, and the language of mails.

    What cannot be switched off does not offer it; the page says why.
    """

    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in NotificationKind:
            self.fields[str(kind)] = forms.ChoiceField(
                label=kind.label,
                choices=[
                    choice
                    for choice in Telling.choices
                    if choice[0] != Telling.NEITHER or kind not in ALWAYS_LISTED
                ],
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def groups(self):
        """Titles, each with its fields."""
        return [(TITLES[name], [self[str(kind)] for kind in GROUPS[name]]) for name in GROUPS]

    @property
    def ways(self):
        """What was chosen, by kind."""
        return {kind: Telling(self.cleaned_data[str(kind)]) for kind in NotificationKind}
