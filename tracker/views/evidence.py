"""Evidence: each file and its copies, to whoever may know of its task, and what is noted of it."""

import hashlib
import logging
from io import BytesIO
from pathlib import PurePath

from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import PhotoKind
from tracker.forms.photos import PhotoForm
from tracker.forms.verbs import CleanForm
from tracker.operations import evidence as operations
from tracker.operations.evidence_files import copy_of
from tracker.operations.photos import Unfit
from tracker.views.task_verbs import visible_task
from tracker.views.verbs import VerbPage

log = logging.getLogger(__name__)

CHUNK = 1024 * 1024


@require_safe
def evidence(request, pk):
    """The file as it was uploaded, to be saved. One that has changed is reported, not served.

    Of a photo whose place was removed, a copy without it is all that is served.
    """
    row = get_object_or_404(access.visible_evidence(request.user), pk=pk)
    if row.is_place_removed:
        return _copy(request, row, "large", as_attachment=True)
    try:
        file = row.file.open("rb")
    except OSError:
        return _damaged(request, row, "cannot be read")
    if _digest(file) != row.sha256:
        file.close()
        return _damaged(request, row, "is not what was uploaded")
    return _harmless(file, name=row.name, content_type=row.content_type, as_attachment=True)


@require_safe
def evidence_copy(request, pk, which):
    """A photo as pages show it: made anew from its pixels, and nothing else in it."""
    row = get_object_or_404(_photos(request.user), pk=pk)
    return _copy(request, row, which, as_attachment=False)


def _photos(user):
    return access.visible_evidence(user).filter(content_type__startswith="image/")


def _copy(request, row, which, *, as_attachment):
    try:
        content = copy_of(row, which)
    except (OSError, Unfit):
        return _damaged(request, row, "cannot be read")
    return _harmless(
        BytesIO(content),
        name=f"{PurePath(row.name).stem}.jpg",
        content_type="image/jpeg",
        as_attachment=as_attachment,
    )


def _harmless(file, *, name, content_type, as_attachment):
    response = FileResponse(
        file, as_attachment=as_attachment, filename=name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _digest(file):
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _damaged(request, row, what):
    log.error("Evidence %s (%s) %s.", row.pk, row.file.name, what)
    return render(request, "tracker/reports/damaged.html", {"evidence": row}, status=409)


class EvidencePage(TemplateView):
    """What is known of one file; of a photo, also the photo."""

    template_name = "tracker/evidence/detail.html"

    def get_context_data(self, **kwargs):
        rows = access.visible_evidence(self.request.user).select_related(
            *("task", "uploaded_by", "report", "pair", "measure", "closure", "step")
        )
        row = get_object_or_404(rows, pk=self.kwargs["pk"])
        row.task = visible_task(self.request, row.task.code)
        may_note = not self.request.is_past and access.may_note_evidence(self.request.user, row)
        return super().get_context_data(file=row, task=row.task, may_note=may_note, **kwargs)


class PhotoVerb(VerbPage):
    """A step about one photo, for who attached it and the office."""

    def get_subject(self):
        row = get_object_or_404(_photos(self.request.user), pk=self.kwargs["pk"])
        row.task = self.task = visible_task(self.request, row.task.code)
        return row

    def allowed(self):
        return access.may_note_evidence(self.request.user, self.subject)

    def said(self):
        return {
            "actor": self.request.user,
            "evidence_id": self.subject.pk,
            "on": self.today,
            "at": self.at,
        }

    def get_success_url(self, outcome=None):
        return self.subject.get_page_url()

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(task=self.task, about=self.subject.name, **kwargs)


class MarkPhoto(PhotoVerb):
    title = gettext_lazy("Before or after rectification")
    button = gettext_lazy("Save")
    done = gettext_lazy("What the photo shows was saved.")
    form_class = PhotoForm

    @cached_property
    def photos_before(self):
        rows = access.visible_evidence(self.request.user)
        rows = rows.filter(task=self.task, photo_kind=PhotoKind.BEFORE)
        return rows.exclude(pk=self.subject.pk).order_by("pk")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"photos": self.photos_before}

    def get_initial(self):
        return {"photo_kind": self.subject.photo_kind, "pair": self.subject.pair_id}

    def perform(self, form):
        return operations.mark_photo(
            photo_kind=form.cleaned_data["photo_kind"],
            pair=form.cleaned_data["pair"],
            **self.said(),
        )


class RemovePlace(PhotoVerb):
    title = gettext_lazy("Remove the place from the photo")
    button = gettext_lazy("Remove the place")
    consequence = gettext_lazy(
        "The place is deleted here, and only copies of the photo without it are handed out from"
        " then on. The file itself stays on the server, so that its digest in the record can be"
        " checked. This cannot be undone."
    )
    done = gettext_lazy("The place was removed.")
    is_destructive = True
    form_class = CleanForm

    def perform(self, form):
        return operations.remove_place(**self.said())
