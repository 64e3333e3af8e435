"""Workbooks: small ones at once, large ones made in the background and fetched when ready."""

import logging
import tempfile
from dataclasses import replace
from pathlib import PurePath

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from tracker import access, background
from tracker.choices import JobState
from tracker.exporters import forms
from tracker.operations import jobs
from tracker.views.round_pages import page_of

log = logging.getLogger(__name__)

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
SALT = "tracker.export"
TOKEN_AGE = 12 * 60 * 60


def answer(request, order):
    """The workbook of an order, or for a large one the way to have it made in the background.

    A page that is only read begins nothing, so it asks once more; what was posted begins at once.
    """
    if order.user != request.user.pk:
        raise PermissionDenied
    rows = forms.row_count(order)
    if rows <= settings.EXPORTS_AT_ONCE:
        return _at_once(order)
    if request.method == "POST":
        return begin(request, order)
    context = {
        "name": forms.file_name(order),
        "rows": rows,
        "limit": settings.EXPORTS_AT_ONCE,
        "days": jobs.KEPT_FOR.days,
        "token": signing.dumps(order.as_json(), salt=SALT, compress=True),
        "back": _page_before(request),
    }
    return render(request, "tracker/exports/large.html", context)


def _page_before(request):
    """Where the person came from, if that was a page of ours."""
    before = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()})
    return before if is_ours else reverse("dashboard")


def _at_once(order):
    """A file that is whole before its first byte is sent."""
    file = tempfile.SpooledTemporaryFile(max_size=forms.IN_MEMORY)  # noqa: SIM115 - sent, then closed
    try:
        forms.make(order, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return _download(file, forms.file_name(order))


def _download(file, name):
    kind = TYPES[PurePath(name).suffix]
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def begin(request, order):
    """Have an order carried out in the background; the way to the page that tells of it."""
    try:
        return redirect(background.begin(request.user, order, now()))
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
    return redirect("exports")


class StartExport(View):
    """Begins the export that a page has described; the request cannot alter what it is."""

    http_method_names = ["post", "options"]

    def post(self, request):
        try:
            token = request.POST.get("order", "")
            order = forms.Order.from_json(signing.loads(token, salt=SALT, max_age=TOKEN_AGE))
        except signing.BadSignature:
            messages.error(
                request,
                _("The page was open too long. Nothing was begun; ask for the workbook again."),
            )
            return redirect("exports")
        if order.user != request.user.pk:
            raise PermissionDenied
        return begin(request, replace(order, at=now()))


class ExportList(TemplateView):
    """The exports a person has asked for, the last one first."""

    template_name = "tracker/exports/list.html"

    def get_context_data(self, **kwargs):
        rows = access.visible_exports(self.request.user).defer("params", "reach").order_by("-pk")
        page = page_of(self.request, rows)
        return super().get_context_data(page=page, days=jobs.KEPT_FOR.days, **kwargs)


class OfExport(View):
    """A page about one export; for everybody but the person who asked for it there is none."""

    @cached_property
    def job(self):
        return get_object_or_404(access.visible_exports(self.request.user), pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if request.method in ("GET", "HEAD"):
            self.job  # noqa: B018 - a stranger's page is 404, whatever could be done on it
        return super().dispatch(request, *args, **kwargs)


class Export(OfExport, TemplateView):
    """How far an export is. While it is under way, the part that changes is asked for again."""

    template_name = "tracker/exports/detail.html"
    http_method_names = ["get", "head", "options"]

    def get(self, request, *args, **kwargs):
        if request.htmx:
            context = self.state() | {"csrf_token": get_token(request)}
            return HttpResponse(render_to_string("tracker/exports/state.html", context))
        return super().get(request, *args, **kwargs)

    def state(self):
        job, at = self.job, now()
        is_waiting = job.state == JobState.QUEUED
        return {
            "job": job,
            "is_kept": job.is_kept(at),
            "is_served": not is_waiting or jobs.is_served(at=at),
            "before": jobs.place_in_line(job) if is_waiting else 0,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.state(), **kwargs)


class CancelExport(OfExport):
    """Stops an export that is under way."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        try:
            jobs.cancel(actor=request.user, job_id=self.job.pk, at=now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect(self.job)


class RepeatExport(OfExport):
    """Begins the same export anew, with the data of today."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        try:
            order = forms.Order.from_json(self.job.params)
            return begin(request, replace(order, at=now()))
        except (KeyError, TypeError, ObjectDoesNotExist):
            log.exception("Export %s cannot be ordered again.", self.job.pk)
        messages.error(
            request, _("This cannot be made again as it was. Ask for it on the page of the list.")
        )
        return redirect(self.job)


class ExportFile(OfExport):
    """The file, as long as it is kept and the person still sees what was seen for it."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, pk):
        job = self.job
        if not job.is_kept(now()):
            return self.refuse(_("There is no file to be fetched: it is not made, or not kept."))
        if not access.still_reaches(request.user, job.reach):
            return self.refuse(
                _("This account sees less than when the file was made. Have it made again.")
            )
        if job.counts_files and not forms.is_in_sight(forms.Order.from_json(job.params)):
            return self.refuse(_("What the file is about is not there for this account any more."))
        try:
            file = (jobs.folder() / job.file).open("rb")
        except OSError:
            log.exception("The file of export %s cannot be read.", job.pk)
            return self.refuse(_("The file is gone from the server. Have it made again."))
        return _download(file, job.name)

    def refuse(self, message):
        messages.error(self.request, message)
        return redirect(self.job)
