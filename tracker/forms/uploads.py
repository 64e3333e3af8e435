"""Files on forms: several at once, sent with the form or ahead of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.models import StagedFile

MOST_FILES = 20
LONGEST_KEY = 18
"""A longer key than a database can count to is that of no row."""


class SeveralFiles(forms.ClearableFileInput):
    """A picker that takes several files at once."""

    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Several files as they were sent; what they are is looked at before they are kept."""

    def __init__(self, *, most=MOST_FILES, **kwargs):
        self.most = most
        super().__init__(required=False, **kwargs)

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if len(uploads) > self.most:
            raise ValidationError(
                _("At most %(most)s files can be sent at once. The text is kept.")
                % {"most": self.most}
            )
        return uploads


class UploadsInput(SeveralFiles):
    """A picker whose files may be sent ahead, one by one; it brings along those that were.

    Its value is a list of uploads and of keys of files sent ahead. Without JavaScript it is a plain
    picker, and a refused form shows what it has kept with a box to be unticked.
    """

    template_name = "tracker/uploads/input.html"
    owner = None
    most = MOST_FILES

    def value_from_datadict(self, data, files, name):
        uploads = files.getlist(name) if hasattr(files, "getlist") else files.get(name, [])
        key = sent_name(name)
        keys = data.getlist(key) if hasattr(data, "getlist") else data.get(key, [])
        return [*uploads, *keys]

    def value_omitted_from_data(self, data, files, name):
        return False

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        keys = keys_among(value or ())
        context["widget"] |= {
            "sent_name": sent_name(name),
            "most": self.most,
            "staged": sent_ahead(self.owner, keys) if keys else [],
        }
        return context


class UploadsField(EvidenceField):
    """The files of one field: uploads as they come with the form, and rows of those sent ahead.

    ``owner`` is who sends the form; without one nothing can have been sent ahead.
    """

    widget = UploadsInput

    def __init__(self, *, accept, camera=False, **kwargs):
        attrs = {"accept": accept} | ({"capture": "environment"} if camera else {})
        super().__init__(widget=UploadsInput(attrs=attrs), **kwargs)
        self.widget.most = self.most

    def for_owner(self, owner):
        self.owner = self.widget.owner = owner

    owner = None

    def bound_data(self, data, initial):
        return data

    def has_changed(self, initial, data):
        return bool(data)

    def clean(self, data, initial=None):
        found = super().clean(data, initial)
        keys = keys_among(found)
        rows = sent_ahead(self.owner, keys) if keys else []
        if len(rows) < len({str(key) for key in keys}):
            raise ValidationError(
                _(
                    "A file that was sent ahead is no longer kept: files wait for their form for a"
                    " day. Look at the files and choose it again."
                )
            )
        return [each for each in found if not is_key(each)] + rows


def sent_name(name):
    """Under which name the form brings along the keys of what was sent ahead."""
    return f"{name}-sent"


def is_key(each):
    return isinstance(each, str | int)


def keys_among(value):
    return [each for each in value if is_key(each)]


def sent_ahead(owner, keys):
    """The files of these keys that ``owner`` has sent ahead."""
    known = [key for key in map(str, keys) if key.isdecimal() and len(key) <= LONGEST_KEY]
    return list(StagedFile.objects.filter(owner=owner, pk__in=known).order_by("pk"))


PHOTOS = "image/*"
DOCUMENTS = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx"


def photos_field(**options):
    """Photos, taken on the spot where the device has a camera."""
    return UploadsField(
        **{"label": gettext_lazy("Take a photo"), "accept": PHOTOS, "camera": True, **options}
    )


def documents_field(**options):
    """Photos and other files."""
    told = {
        "label": gettext_lazy("Photos and files"),
        "help_text": gettext_lazy("JPG, PNG, WebP, PDF, Word or Excel, up to 50 MB each."),
    }
    return UploadsField(**{**told, "accept": DOCUMENTS, **options})
