"""The page of one step: a form, the operation behind it, and what happens when it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.generic import FormView

from tracker.figures.record import note_of, title_of
from tracker.models import User
from tracker.operations.record import Stale


@dataclass(frozen=True)
class Version:
    """One thing that two people wrote: as it stands now, and as it would be."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True)
class Conflict:
    """Who was first, when, where the result is, and both versions side by side.

    ``is_merged`` says that the form has taken up the other one's values where nobody typed.
    """

    person: User | str
    at: datetime
    url: str
    rows: Sequence[Version]
    is_merged: bool = False


def in_words(value) -> str:
    """A value as it is shown beside another version of it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | QuerySet):
        return "、".join(sorted(str(item) for item in value)) or "—"
    return str(value)


def in_words_of(field, value) -> str:
    """A value of a form's field as it is shown; a choice by its label."""
    if isinstance(field, forms.ChoiceField) and isinstance(value, str):
        choices: Any = field.choices
        value = dict(choices).get(value, value)
    return in_words(value)


def put(data, name, field, value):
    """Write ``value`` into what was sent, as ``field`` would have sent it."""
    value = field.prepare_value(value)
    several = value if isinstance(value, list | tuple) else [value]
    data.setlist(name, ["" if one is None or one is False else str(one) for one in several])


def add_refusal(form, refusal):
    """Put the sentences of a refused operation where they belong on the form."""
    if hasattr(refusal, "error_dict"):
        for name, errors in refusal.message_dict.items():
            place = name if name in form.fields and name != NON_FIELD_ERRORS else None
            for error in errors:
                form.add_error(place, error)
    else:
        for message in refusal.messages:
            form.add_error(None, message)


class VerbPage(FormView):
    """A page that asks for what one operation needs and then calls it.

    A subclass names ``title``, ``button`` and ``done`` (what is said afterwards), finds its
    ``subject`` among what the user may see (404 otherwise), says who is ``allowed`` (403
    otherwise), and calls its operation in ``perform``. Nothing typed is lost: a refusal comes
    back with the form, a conflict with both versions. A page that edits what is stored says so in
    ``stored``: its form brings along what it was made with, so that a conflict is one only about
    the fields that were touched.
    """

    template_name = "tracker/verb.html"
    http_method_names = ["get", "head", "post", "options"]
    request: Any
    title: Any = ""
    button: Any = ""
    consequence: Any = ""
    done: Any = ""
    is_destructive = False

    def get_subject(self):
        """The thing the step is about, fetched from what the user may see."""
        raise NotImplementedError(type(self).__name__)

    @cached_property
    def subject(self):
        return self.get_subject()

    def allowed(self):
        """Whether this user may take the step; asked again by the operation."""
        raise NotImplementedError(type(self).__name__)

    def perform(self, form):
        """Call the operation; return what the success message and address are about."""
        raise NotImplementedError(type(self).__name__)

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.subject  # noqa: B018 - a stranger's page is 404 before it is 403
            if not self.allowed():
                raise PermissionDenied(
                    _("This account may not do that. Please ask the rectification office.")
                )
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def today(self):
        return localdate()

    @cached_property
    def at(self):
        return now()

    def get_initial(self):
        initial = {"on": self.today, "version": self.version_of(self.subject)}
        return initial | super().get_initial() | self.made_with

    @cached_property
    def made_with(self):
        return self.stored(self.subject)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        for name in form.fields.keys() & self.made_with.keys():
            form.fields[name].show_hidden_initial = True
        return form

    def version_of(self, subject):
        """The version that the operation checks."""
        return getattr(subject, "version", None)

    def stored(self, subject):
        """The values of the form's fields as they are stored, if the form edits them."""
        return {}

    def form_valid(self, form):
        try:
            outcome = self.perform(form)
        except Stale as conflict:
            return self.conflicted(form, conflict)
        except ValidationError as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)
        if self.done:
            messages.success(self.request, self.done_message(outcome))
        return redirect(self.get_success_url(outcome))

    def done_message(self, outcome):
        return self.done

    def get_success_url(self, outcome=None):
        return self.subject.get_absolute_url()

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def conflicted(self, form, conflict):
        """Both versions side by side; sending again saves over what the other one did.

        In fields that were not touched the form takes up what was saved meanwhile.
        """
        fresh = self.get_subject()
        stored = self.stored(fresh)
        rows = self.versions(form, stored, conflict.since)
        taken_up = self.untouched(form) & stored.keys()
        form.data = form.data.copy()
        form.data[form.add_prefix("version")] = self.version_of(fresh)
        for name in form.fields.keys() & stored.keys():
            put(form.data, form[name].html_initial_name, form.fields[name], stored[name])
            if name in taken_up:
                put(form.data, form[name].html_name, form.fields[name], stored[name])
        last = conflict.since[0] if conflict.since else None
        shown = Conflict(
            person=(last and last.actor) or _("The system"),
            at=last.recorded_at if last else self.at,
            url=self.get_cancel_url(),
            rows=rows,
            is_merged=bool(taken_up),
        )
        context = self.get_context_data(form=form, conflict=shown)
        return self.render_to_response(context, status=409)

    def untouched(self, form):
        """The fields that were sent as the form was made; it has brought along what that was."""
        return {
            name
            for name in form.fields
            if form[name].html_initial_name in form.data and name not in form.changed_data
        }

    def versions(self, form, stored, since):
        """Field by field where the form edits what is stored; else what each of the two did."""
        if not stored:
            yours = [
                f"{form[name].label}: {in_words_of(form.fields[name], value)}"
                for name, value in form.cleaned_data.items()
                if name in form.fields and not form[name].is_hidden and value not in (None, "", [])
            ]
            theirs = [
                f"{event.effective_on} {title_of(event)} {note_of(event)}".strip()
                for event in since
            ]
            return [Version(_("What was done"), "\n".join(theirs), "\n".join(yours))]
        untouched = self.untouched(form)
        return [
            Version(
                str(field.label),
                in_words_of(field, stored[name]),
                in_words_of(
                    field, stored[name] if name in untouched else form.cleaned_data.get(name)
                ),
            )
            for name, field in form.fields.items()
            if name in stored
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.title,
            button=self.button,
            consequence=self.consequence,
            is_destructive=self.is_destructive,
            subject=self.subject,
            cancel_url=self.get_cancel_url(),
            **kwargs,
        )

    def get_cancel_url(self):
        return self.subject.get_absolute_url()
