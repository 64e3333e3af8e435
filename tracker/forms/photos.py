"""What is noted of a photo: the state it shows, and its counterpart from before."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.choices import PhotoKind
from tracker.forms.verbs import CleanForm
from tracker.models import Evidence

KINDS = [("", pgettext_lazy("photo", "neither")), *PhotoKind.choices]


class PhotosBefore(forms.ModelChoiceField):
    """A choice among photos, each named with the day from which it is."""

    def label_from_instance(self, photo):
        day = photo.taken_at or photo.uploaded_at
        return f"{photo.name} ({day:%Y-%m-%d})"


class PhotoForm(CleanForm):
    """What one photo shows, and the photo of the same spot from before."""

    photo_kind = forms.ChoiceField(
        label=_("What the photo shows"), choices=KINDS, required=False, widget=forms.RadioSelect
    )
    pair = PhotosBefore(
        label=_("The same spot before"),
        queryset=Evidence.objects.none(),
        required=False,
        empty_label="—",
        help_text=_("For a photo from after: the two are shown side by side on the task's page."),
    )

    def __init__(self, *args, photos, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pair"].queryset = photos
