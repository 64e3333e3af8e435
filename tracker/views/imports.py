"""Bringing a list in: upload, its columns, preview with everything that is wrong, confirmation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from tracker import access, xlsx
from tracker.choices import ImportState
from tracker.filters import address
from tracker.forms.imports import DecisionForm, FileForm, UploadForm
from tracker.forms.task_rows import TaskRowForm
from tracker.importers.annotated import marked
from tracker.importers.sources import open_source
from tracker.importers.tasks import read_source
from tracker.importers.template import template
from tracker.models import ImportBatch
from tracker.operations import import_undo, imports
from tracker.operations.changing import Decision
from tracker.views.frame import current_inspection, inspections

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 20
SIZES = ("20", "50", "100", "200")


class OfficeOnly(View):
    """Pages of the city's rectification office."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not access.may_run_list(request.user):
            self.refuse()
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self):
        return self.request.user

    def refuse(self):
        raise PermissionDenied(
            _("This account may not import lists. Please ask the city's rectification office.")
        )


def read_into(batch, source, mapping, *, actor):
    """Read an opened list into its batch."""
    reading = read_source(
        source,
        mapping=mapping,
        inspection=batch.inspection,
        is_take_over=batch.is_take_over,
        today=localdate(),
    )
    return imports.keep_rows(
        actor=actor,
        batch_id=batch.pk,
        rows=reading.rows,
        faults=reading.faults,
        notes=reading.notes,
        fingerprint=source.fingerprint,
        mapping=mapping,
    )


def mapping_of(source, inspection):
    """What is known of the columns of a foreign layout, if it was read before."""
    return None if source.is_template else imports.remembered(inspection, source.fingerprint)


def is_settled(source, mapping):
    """Whether a list can be read without asking what its columns hold."""
    return source.is_template or mapping is not None


class Imports(OfficeOnly, FormView):
    """The upload form, and the lists handed in last."""

    form_class = UploadForm
    template_name = "tracker/imports/list.html"

    def get_initial(self):
        return {"inspection": current_inspection(self.request)}

    def form_valid(self, form):
        chosen = form.cleaned_data
        name, content = self.handed_in(chosen)
        place = "file" if chosen["file"] else "pasted"
        try:
            source = open_source(content, name)
        except xlsx.Unreadable as refusal:
            form.add_error(place, str(refusal))
            return self.form_invalid(form)
        batch = imports.keep_file(
            actor=self.person,
            inspection=chosen["inspection"],
            file_name=name,
            content=content,
            is_take_over=chosen["is_take_over"],
            at=now(),
        )
        mapping = mapping_of(source, batch.inspection)
        if not is_settled(source, mapping):
            return redirect("map-import", batch.pk)
        try:
            read_into(batch, source, mapping, actor=self.person)
        except xlsx.Unreadable as refusal:
            imports.discard_batch(actor=self.person, batch_id=batch.pk, at=now())
            form.add_error(place, str(refusal))
            return self.form_invalid(form)
        return redirect(batch)

    def handed_in(self, chosen):
        """Name and content of what was handed in."""
        if chosen["file"]:
            return chosen["file"].name, chosen["file"].read()
        pasted = chosen["pasted"]
        ending = "html" if "<t" in pasted.lower() else "tsv"
        return f"{_('pasted table')}.{ending}", pasted.encode()

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        batches = ImportBatch.objects.select_related("inspection", "uploaded_by")
        return super().get_context_data(batches=batches.order_by("-pk")[:RECENT], **kwargs)


class ImportTemplate(OfficeOnly):
    """The workbook to be filled in."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        name = _("Task list template.xlsx")
        return FileResponse(template(), as_attachment=True, filename=name, content_type=WORKBOOK)


class OfBatch(OfficeOnly):
    """A page about one list that was handed in; for others it does not exist."""

    def refuse(self):
        raise Http404

    @cached_property
    def batch(self):
        people = ("uploaded_by", "confirmed_by", "undone_by")
        rows = ImportBatch.objects.select_related("inspection", *people)
        batch = rows.filter(pk=self.kwargs["pk"]).first()
        if batch is None:
            raise Http404
        same = [row for row in inspections(self.request) if row.pk == batch.inspection_id]
        self.request.inspection = same[0] if same else None
        return batch

    def content(self):
        """The file as it was handed in; 404 when it is not kept any more."""
        if not self.batch.file:
            raise Http404
        try:
            with self.batch.file.open("rb") as file:
                return file.read()
        except OSError as error:
            raise Http404 from error


TABS = {
    "new": pgettext_lazy("import", "New"),
    "changed": pgettext_lazy("import", "Changed"),
    "same": pgettext_lazy("import", "Unchanged"),
    "faults": pgettext_lazy("import", "Errors"),
}
FIRST = ("faults", "changed", "new", "same")
"""Which tab is open at first: that of the first kind there is."""


class Import(OfBatch, TemplateView):
    """What a list would change, or what is wrong with it."""

    template_name = "tracker/imports/preview.html"

    def get(self, request, *args, **kwargs):
        if self.batch.state == ImportState.UNMAPPED and self.batch.file:
            return redirect("map-import", self.batch.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        batch = self.batch
        counts = {name: batch.counts.get(name, 0) for name in (*TABS, "new_issues", "extensions")}
        shown = self.shown(counts)
        kwargs.setdefault("decision", DecisionForm() if counts["extensions"] else None)
        kwargs.setdefault("file_form", FileForm())
        page = self.page(self.rows(shown))
        if shown != "faults":
            for row in page:
                row.told = [
                    {**told, "label": TaskRowForm.base_fields[told["name"]].label}
                    for told in row.differences
                ]
        return super().get_context_data(
            batch=batch,
            counts=counts,
            state=batch.state,
            states=ImportState,
            shown=shown,
            tabs=[
                {"name": name, "label": label, "count": counts[name]}
                for name, label in TABS.items()
            ],
            issued_on=imports.issued_on(
                batch.inspection, is_take_over=batch.is_take_over, today=localdate()
            ),
            may_undo=batch.state == ImportState.CONFIRMED and now() <= batch.undo_until,
            page=page,
            **kwargs,
        )

    def shown(self, counts):
        """The tab that is open: the one asked for, else the first that says something."""
        asked = self.request.GET.get("show", "")
        if asked in TABS:
            return asked
        if asked:
            address.ignore(self.request, asked)
        return next((name for name in FIRST if counts[name]), "new")

    def rows(self, shown):
        if shown == "faults":
            return self.batch.faults.order_by("pk")
        rows = self.batch.rows.filter(kind="task", state=shown)
        return rows.select_related("task").order_by("pk")

    def page(self, rows):
        size = self.request.GET.get("per", "100")
        if size not in SIZES:
            address.ignore(self.request, size)
            size = "100"
        return Paginator(rows, int(size)).get_page(self.request.GET.get("page"))


class Verb(Import):
    """One step with a list: only posted, and answered on its page."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        self.batch  # noqa: B018 - of no list at all, nothing is done
        try:
            return self.perform()
        except ValidationError as refusal:
            return self.refused(refusal)

    def perform(self):
        raise NotImplementedError(type(self).__name__)

    def refused(self, refusal):
        for message in refusal.messages:
            messages.error(self.request, message)
        return redirect(self.batch)


class ConfirmImport(Verb):
    """Enters the list as it was shown; the request itself says nothing of its content."""

    def perform(self):
        decision = Decision()
        if self.batch.counts.get("extensions"):
            form = DecisionForm(self.request.POST)
            if not form.is_valid():
                context = self.get_context_data(decision=form)
                return self.render_to_response(context, status=422)
            decision = Decision(**form.cleaned_data)
        made = imports.confirm_batch(
            actor=self.person, batch_id=self.batch.pk, decision=decision, at=now()
        )
        told = [
            (
                made.new,
                ngettext("%(n)s task was entered.", "%(n)s tasks were entered.", len(made.new)),
            ),
            (
                made.changed,
                ngettext("%(n)s task was changed.", "%(n)s tasks were changed.", len(made.changed)),
            ),
        ]
        text = " ".join(words % {"n": len(tasks)} for tasks, words in told if tasks)
        messages.success(self.request, text)
        return redirect(self.batch)

    def refused(self, refusal):
        """Where the list changed meanwhile, it is shown against what it is now."""
        answer = super().refused(refusal)
        codes = {error.code for error in refusal.error_list}
        if "changed" in codes and self.batch.file:
            source = open_source(self.content(), self.batch.file_name)
            read_into(self.batch, source, self.batch.mapping, actor=self.person)
            messages.info(
                self.request, _("Below is what the list would change now. Look through it again.")
            )
        return answer


class DiscardImport(Verb):
    """Puts a list aside that is not to be entered."""

    def perform(self):
        imports.discard_batch(actor=self.person, batch_id=self.batch.pk, at=now())
        messages.success(
            self.request,
            _("“%(file)s” was discarded. Nothing was entered.") % {"file": self.batch.file_name},
        )
        return redirect("imports")


class UndoImport(Verb):
    """Takes back what a confirmed list made and changed."""

    def perform(self):
        import_undo.undo_batch(actor=self.person, batch_id=self.batch.pk, at=now())
        messages.success(
            self.request,
            _("The import was undone. The list is as it was before; the record shows both."),
        )
        return redirect(self.batch)


class ReplaceImport(Verb):
    """Goes on with the corrected file of the same list."""

    def perform(self):
        form = FileForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.again(form)
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            source = open_source(content, file.name)
        except xlsx.Unreadable as refusal:
            form.add_error("file", str(refusal))
            return self.again(form)
        same = source.fingerprint == self.batch.fingerprint
        mapping = self.batch.mapping if same else mapping_of(source, self.batch.inspection)
        batch = imports.replace_file(
            actor=self.person,
            batch_id=self.batch.pk,
            file_name=file.name,
            content=content,
            at=now(),
        )
        if not is_settled(source, mapping):
            return redirect("map-import", batch.pk)
        try:
            read_into(batch, source, mapping, actor=self.person)
        except xlsx.Unreadable as refusal:
            messages.error(self.request, str(refusal))
        return redirect(batch)

    def again(self, form):
        return self.render_to_response(self.get_context_data(file_form=form), status=422)


class MarkedImport(OfBatch):
    """The person's own list back, with its faulty cells marked and commented."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, pk):
        content = self.content()
        faults = self.batch.faults.order_by("pk").values("sheet", "cell", "message")
        file = marked(content, self.batch.file_name, faults)
        stem = self.batch.file_name.rpartition(".")[0] or self.batch.file_name
        name = _("%(name)s (errors marked).xlsx") % {"name": stem}
        return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)
