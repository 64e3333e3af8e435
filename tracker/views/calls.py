"""The workbooks of a call: out to the units, back from them, and what is made of them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import FormView, TemplateView

from tracker import access, xlsx
from tracker.exporters import call as forms_of_call
from tracker.exporters.cover import cover
from tracker.exporters.orders import Chosen, Order
from tracker.figures.calls import answers
from tracker.forms.calls import CallFilesForm
from tracker.importers.call import read_uploads
from tracker.models import CallFile
from tracker.operations import calls
from tracker.views.round_pages import page_of, visible_rounds
from tracker.views.subjects import frame_by

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 20
PER_PAGE = 50


class OfCall(View):
    """A page about one call that is in sight; what it offers is for whoever reports."""

    request: Any
    is_for_everybody = False

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.call  # noqa: B018 - a stranger's page is 404 before it is 403
            if not self.is_for_everybody and not access.may_answer_call(request.user):
                raise PermissionDenied(
                    _("This account reports for no unit. Please ask the rectification office.")
                )
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def call(self):
        return get_object_or_404(visible_rounds(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def tasks(self):
        return access.visible_tasks(self.request.user).filter(inspection=self.call.inspection)

    def own_answers(self, **narrowed):
        """The parts of the call for which this person reports."""
        units = access.reporting_units(self.request.user)
        return answers(self.call, self.tasks, as_of=localdate(), units=units, **narrowed)


class CallDownload(OfCall):
    """A file of a call; why it cannot be made is said on the page of the call."""

    http_method_names = ["get", "head", "options"]
    download: Callable[..., Any]
    """Makes the file, from the request and what the address names."""

    def get(self, request, *args, **kwargs):
        try:
            return self.download(request, **kwargs)
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        return redirect(self.call)


class CallWorkbooks(CallDownload):
    """A zip with the prepared workbook of every unit for which this person reports."""

    def download(self, request, pk):
        asked = [answer for answer in self.own_answers() if not answer.is_completed]
        asked.sort(key=lambda answer: (answer.span.unit.position, answer.span.unit.code))
        groups = {unit: list(own) for unit, own in groupby(asked, lambda answer: answer.span.unit)}
        if not groups:
            messages.info(request, _("No task is open in this call, so there is nothing to fill."))
            return redirect(self.call)
        file = forms_of_call.prepared_zip(
            self.call, groups, user=request.user, made=made_by(request)
        )
        name = forms_of_call.file_name(self.call, ending=".zip")
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


class CallWorkbook(CallDownload):
    """The prepared workbook of one unit."""

    is_for_everybody = True

    def download(self, request, pk, unit):
        found = get_object_or_404(access.visible_units(request.user), code=unit)
        if found.pk not in access.reporting_units(request.user):
            raise PermissionDenied(
                _("This account does not report for the unit. Please ask the unit's editor.")
            )
        own = [
            answer
            for answer in answers(self.call, self.tasks, as_of=localdate(), units={found.pk})
            if not answer.is_completed
        ]
        if not own:
            messages.info(request, _("No task is open in this call, so there is nothing to fill."))
            return redirect(self.call)
        file = forms_of_call.prepared(
            self.call, found, own, user=request.user, made=made_by(request)
        )
        name = forms_of_call.file_name(self.call, found.label)
        return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)


class CallForm(CallDownload):
    """The answers of all units in sight on one form, with a cover that says what it is."""

    is_for_everybody = True

    def download(self, request, pk):
        day = min(request.as_of, self.call.period_to)
        order = Order(
            form=forms_of_call.FORM.name,
            as_of=day,
            inspection=self.call.inspection_id,
            user=request.user.pk,
            at=now(),
        )
        chosen = Chosen(order, forms_of_call.FORM, user=request.user)
        chosen.call, chosen.inspection = self.call, self.call.inspection
        file = tempfile.SpooledTemporaryFile(max_size=forms_of_call.IN_MEMORY)  # noqa: SIM115
        try:
            xlsx.write(self.sheets(chosen), file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        name = forms_of_call.file_name(self.call)
        return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)

    def sheets(self, chosen):
        """The form, then its cover, which tells how many rows there were."""
        yield from forms_of_call.sheets(chosen)
        yield cover(chosen)


def made_by(request):
    return forms_of_call.made_by(str(request.user), now())


@dataclass(frozen=True)
class Line:
    """One row of a file that waits, beside what is reported already."""

    file: CallFile
    row: Any
    state: str
    report: Any

    @property
    def key(self):
        return f"{self.file.pk}:{self.row['assignment']}"


class Preview:
    """The files of a call that wait, and what each of their rows would change."""

    def __init__(self, call, files, day):
        self.files = list(files)
        parts = {row["assignment"] for file in self.files for row in file.rows}
        standing = calls.reports_of(call, parts, day)
        self.seen = calls.fingerprints(self.files)
        self.lines = [
            Line(
                file,
                row,
                calls.state_of(row, standing.get(row["assignment"])),
                standing.get(row["assignment"]),
            )
            for file in self.files
            for row in file.rows
        ]

    def of(self, state):
        return [line for line in self.lines if line.state == state]

    @property
    def conflicts(self):
        """Rows of files that can be confirmed which say something else than what is reported."""
        return [line for line in self.of("conflict") if line.file.is_clean]

    @property
    def faults(self):
        return [(file, fault) for file in self.files for fault in file.faults]

    @property
    def errors(self):
        return sum(len(file.errors) + bool(file.refusal) for file in self.files)

    @property
    def can_be_confirmed(self):
        return any(file.is_clean and file.rows for file in self.files)

    @property
    def rows(self):
        """A line of the table of files: the file and the counts of its rows."""
        for file in self.files:
            own = [line for line in self.lines if line.file == file]
            states = [line.state for line in own]
            units = dict.fromkeys(
                [line.row["unit"] for line in own] + [fault["unit"] for fault in file.errors]
            )
            units.pop("", None)
            yield {
                "file": file,
                "seen": f"{file.pk}:{self.seen[file.pk]}",
                "units": "、".join(units),
                "new": states.count("new"),
                "same": states.count("same"),
                "conflict": states.count("conflict"),
                "by_text": any(line.row["matched"] == "text" for line in own),
            }


class CallFiles(OfCall, FormView):
    """Handing in workbooks, what is wrong with them, and what they would enter."""

    form_class = CallFilesForm
    template_name = "tracker/rounds/files.html"
    http_method_names = ["get", "head", "post", "options"]

    @cached_property
    def early(self):
        """Why nothing can be reported for the call yet; empty once its period has begun."""
        try:
            self.day = calls.reported_on(self.call, localdate())
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        return ""

    def form_valid(self, form):
        if self.early:
            form.add_error(None, self.early)
            return self.form_invalid(form)
        readings = read_uploads(
            form.cleaned_data["workbooks"], call=self.call, answers=self.own_answers()
        )
        kept = calls.keep_files(
            actor=self.request.user, call=self.call, readings=readings, at=now()
        )
        clean = sum(file.is_clean for file in kept)
        said = ngettext("%(n)s file was read", "%(n)s files were read", len(kept))
        tell = messages.success if clean == len(kept) else messages.warning
        tell(
            self.request,
            said % {"n": len(kept)}
            + _(", %(clean)s without errors. Nothing is entered before you confirm it.")
            % {"clean": clean},
        )
        return redirect("call-files", self.call.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        frame_by(self.request, self.call.inspection_id)
        files = access.visible_call_files(self.request.user).filter(round=self.call)
        files = files.select_related("uploaded_by", "confirmed_by", "replaced_by")
        early = self.early
        day = self.call.period_from if early else self.day
        preview = Preview(self.call, files.waiting().order_by("pk"), day)
        ended = files.filter(
            Q(confirmed_at__isnull=False)
            | Q(discarded_at__isnull=False)
            | Q(replaced_by__isnull=False)
        )
        new = [line for line in preview.of("new") if line.file.is_clean]
        return super().get_context_data(
            call=self.call,
            early=early,
            day=day,
            preview=preview,
            rows=list(preview.rows),
            page=page_of(self.request, new),
            ended=ended.defer("rows", "faults", "blank").order_by("-pk")[:RECENT],
            **kwargs,
        )


class ConfirmCallFiles(OfCall):
    """Enters the chosen files as they were shown; the request says nothing of their content."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        seen = {}
        for word in request.POST.getlist("file"):
            key, _colon, digest = word.partition(":")
            if key.isdecimal() and len(key) < 18:
                seen[int(key)] = digest
        visible = access.visible_call_files(request.user).filter(round=self.call, pk__in=seen)
        if visible.count() != len(seen):
            raise Http404
        try:
            reports = calls.confirm_files(
                actor=request.user,
                call=self.call,
                seen=seen,
                taken=request.POST.getlist("take"),
                on=calls.reported_on(self.call, localdate()),
                at=now(),
            )
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        else:
            said = ngettext(
                "%(n)s report was entered.", "%(n)s reports were entered.", len(reports)
            )
            messages.success(request, said % {"n": len(reports)})
        return redirect("call-files", self.call.pk)


class OfFile(View):
    """A page about one workbook that was handed in; for others it does not exist."""

    request: Any

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.file  # noqa: B018 - what is not in sight is 404 whatever is asked of it
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def file(self):
        rows = access.visible_call_files(self.request.user)
        rows = rows.select_related("round__inspection", "uploaded_by", "confirmed_by")
        file = get_object_or_404(rows, pk=self.kwargs["pk"])
        frame_by(self.request, file.round.inspection_id)
        return file


class CallFilePage(OfFile, TemplateView):
    """What was read from one workbook, row by row, and what is wrong with it."""

    template_name = "tracker/rounds/file.html"

    def get_context_data(self, **kwargs):
        file = self.file
        day = min(localdate(), file.round.period_to)
        preview = Preview(file.round, [file], day)
        return super().get_context_data(
            file=file,
            call=file.round,
            preview=preview,
            page=Paginator(preview.lines, PER_PAGE).get_page(self.request.GET.get("page")),
            **kwargs,
        )


class DiscardCallFile(OfFile):
    """Puts aside a workbook that waits."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        try:
            calls.discard_file(actor=request.user, file_id=self.file.pk, at=now())
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        else:
            messages.success(
                request,
                _("“%(name)s” was put aside; nothing of it was entered.")
                % {"name": self.file.name},
            )
        return redirect(reverse("call-files", args=[self.file.round_id]))
