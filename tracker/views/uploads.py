"""Files sent ahead of their form, and forms that keep theirs when they are refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views import View

from tracker import access
from tracker.forms.uploads import UploadsField, sent_name
from tracker.models import StagedFile
from tracker.operations import evidence, staged
from tracker.views.verbs import VerbPage

TOO_MUCH = {"too_much", "too_large"}


class StageFile(View):
    """One file, checked and kept for its sender; what is wrong with it is said in words."""

    http_method_names = ["post"]
    request: Any

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not access.may_attach_some(request.user):
            raise PermissionDenied(_("This account attaches no files."))
        return super().dispatch(request, *args, **kwargs)

    def post(self, request):
        upload = request.FILES.get("file")
        if upload is None:
            return JsonResponse({"error": _("No file was sent.")}, status=400)
        try:
            row = keep(request.user, upload, now())
        except ValidationError as refusal:
            status = 413 if refusal.code in TOO_MUCH else 422
            return JsonResponse({"error": " ".join(refusal.messages)}, status=status)
        return JsonResponse({"id": row.pk, "name": row.name, "size": row.size}, status=201)


class UnstageFile(View):
    """A file that waits for its form is removed by who sent it."""

    http_method_names = ["post"]

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            get_object_or_404(staged.waiting(request.user), pk=self.kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, pk):
        staged.unstage(actor=request.user, staged_id=pk)
        return HttpResponse(status=204)


def keep(person, upload, at):
    [row] = staged.stage(actor=person, files=[evidence.check(upload)], at=at)
    return row


class WithFiles(VerbPage):
    """A page of one step whose form takes files, each checked before anything is written.

    A form that comes back has kept them: what came with it waits from then on as if it had been
    sent ahead, and ``kept`` says so in an address. ``about`` says what in the step the files of a
    field belong to.
    """

    kept: Mapping[str, list[str]] = {}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        for name in upload_fields(form):
            form.fields[name].for_owner(self.request.user)
            form.initial.setdefault(name, self.request.GET.getlist(sent_name(name)))
        return form

    def form_valid(self, form):
        self.files = self.checked_files(form)
        if form.errors:
            return self.form_invalid(form)
        return super().form_valid(form)

    def about(self, name):
        return ""

    def checked_files(self, form):
        """The files of all fields; each that is refused is named at its field."""
        kept, kind = [], form.cleaned_data.get("photo_kind", "")
        for name in upload_fields(form):
            refusals = []
            for sent in form.cleaned_data.get(name, ()):
                try:
                    kept.append(replace(checked(sent, kind), about=self.about(name)))
                except ValidationError as refusal:
                    refusals += refusal.messages
            if refusals:
                form.add_error(name, [*refusals, _("The other files and the text are kept.")])
        return kept

    def form_invalid(self, form):
        self.keep_files(form)
        return super().form_invalid(form)

    def conflicted(self, form, conflict):
        self.keep_files(form)
        return super().conflicted(form, conflict)

    def keep_files(self, form):
        """Have the files of a form wait that comes back."""
        data, self.kept = form.data.copy(), {}
        for name in upload_fields(form):
            html_name, refusals = form[name].html_name, []
            sent = sent_name(html_name)
            for upload in form.files.getlist(html_name):
                try:
                    data.appendlist(sent, str(keep(self.request.user, upload, self.at).pk))
                except ValidationError as refusal:
                    refusals += refusal.messages
            if refusals and name not in form.errors:
                form.add_error(name, refusals)
            self.kept[sent] = data.getlist(sent)
        form.data, form.files = data, MultiValueDict()


def upload_fields(form):
    return [name for name, field in form.fields.items() if isinstance(field, UploadsField)]


def checked(sent, photo_kind):
    """A file as the operation takes it, whether it came with the form or ahead of it."""
    if isinstance(sent, StagedFile):
        return staged.checked_again(sent, photo_kind=photo_kind)
    return evidence.check(sent, photo_kind=photo_kind)
