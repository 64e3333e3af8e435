"""The forms of questions and answers on a task (问答)."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.choices import Addressee
from tracker.forms.verbs import CleanForm, RowsField
from tracker.models import Evidence, User
from tracker.models.discussions import LONGEST_TEXT

WRITING = forms.Script("tracker/writing.js", defer=True)


def _text(label, **attrs):
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4} | attrs)
    )


class PeopleField(RowsField):
    """Some of a number of people, each with unit and post, so that namesakes are told apart."""

    default_error_messages = {
        "invalid_choice": gettext_lazy(
            "Somebody was chosen who does not see this. Choose from the list."
        ),
    }

    def label_from_instance(self, obj):
        units = [membership.unit.label for membership in obj.held[:1]]
        about = " ".join(filter(None, [*units, obj.post]))
        return _("%(name)s (%(about)s)") % {"name": obj, "about": about} if about else str(obj)


class AnswerForm(CleanForm):
    """A text, who is to look at it, and the file that it is about."""

    text = _text(pgettext_lazy("question", "Answer"), autofocus=True)
    mentions = PeopleField(
        label=gettext_lazy("Who should look at it"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.SelectMultiple(
            attrs={
                "size": 6,
                "class": "f-l",
                "data-people": gettext_lazy("People who see this task"),
                "data-leave-out": gettext_lazy("Leave out"),
            }
        ),
        help_text=gettext_lazy("They are told. Only people who see this can be chosen."),
    )
    evidence = forms.ModelChoiceField(
        label=gettext_lazy("File of the task that it is about"),
        queryset=Evidence.objects.none(),
        required=False,
        widget=forms.Select(attrs={"class": "f-l"}),
    )

    class Media:
        js = (WRITING,)

    def __init__(self, *args, people, evidence, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mentions"].queryset = people
        files = [(row.pk, str(row)) for row in evidence]
        self.fields["evidence"].queryset = evidence
        self.fields["evidence"].choices = [("", "—"), *files]
        if not files:
            del self.fields["evidence"]
        self.fields["text"].widget.attrs |= {
            "data-mention": self["mentions"].id_for_label,
            "aria-autocomplete": "list",
        }

    FURTHER = ("mentions", "evidence")

    @property
    def main_fields(self):
        return [self[name] for name in self.fields if name not in self.FURTHER]

    @property
    def further_fields(self):
        return [self[name] for name in self.fields if name in self.FURTHER]

    @property
    def says_further(self):
        """Whether something of the folded part is filled in or wrong."""
        return any(field.errors or field.value() for field in self.further_fields)

    def values(self):
        """What is said, as the operations take it."""
        cleaned = self.cleaned_data
        return {
            "text": cleaned["text"],
            "mentions": list(cleaned["mentions"]),
            "evidence": cleaned.get("evidence"),
        }


class QuestionForm(AnswerForm):
    """A question, and of whom it is asked."""

    to = forms.ChoiceField(label=gettext_lazy("Asked of"))
    field_order = ("to", "text", "mentions", "evidence")

    def __init__(self, *args, addresses, **kwargs):
        super().__init__(*args, **kwargs)
        self.addresses = {key(address): address for address in addresses}
        self.fields["to"].choices = [
            (name, in_words(address)) for name, address in self.addresses.items()
        ]
        self.fields["to"].help_text = _(
            "A question to one unit, or about its part, is not shown to other units."
        )
        self.fields["text"].label = _("Question")

    @property
    def address(self):
        return self.addresses[self.cleaned_data["to"]]


def key(address):
    """An address as a form sends it."""
    return f"{address.addressee}-{address.part.pk if address.part else 'all'}"


def in_words(address):
    """Of whom something is asked, and who reads it."""
    if address.addressee == Addressee.UNITS:
        return str(address.part.unit) if address.part else _("All responsible units")
    if address.part is None:
        return _("The rectification office")
    return _("The rectification office, about the part of %(unit)s") % {"unit": address.part.unit}


class CorrectionForm(CleanForm):
    """A text of one's own, shortly after it was written."""

    text = _text(gettext_lazy("Text"))
