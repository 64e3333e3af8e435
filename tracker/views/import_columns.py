"""The columns of a foreign layout: what each holds, said once and remembered."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.generic import FormView

from tracker import xlsx
from tracker.forms.imports import ColumnsForm
from tracker.importers import layouts
from tracker.importers.sources import lacking, open_source
from tracker.importers.tasks import labels_of
from tracker.models import MediaCategory, Source, Task, Unit
from tracker.operations import imports
from tracker.views.imports import OfBatch, read_into
from tracker.views.verbs import add_refusal

SHOWN = 8


class MapImport(OfBatch, FormView):
    """The first rows of a list, each column with the field it is taken for."""

    form_class = ColumnsForm
    template_name = "tracker/imports/columns.html"

    def get(self, request, *args, **kwargs):
        if not self.batch.is_open:
            return redirect(self.batch)
        if self.source.is_template:
            return redirect(self.batch) if self.batch.is_read else self.read(None)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.batch.is_open:
            return redirect(self.batch)
        return super().post(request, *args, **kwargs)

    @cached_property
    def source(self):
        try:
            return open_source(self.content(), self.batch.file_name)
        except xlsx.Unreadable as refusal:
            raise Http404 from refusal

    @cached_property
    def mapping(self):
        """What is assigned so far: by the person, by somebody before, or by the headers."""
        known = self.batch.mapping
        remembered = imports.remembered(self.batch.inspection, self.source.fingerprint)
        return known or remembered or self.source.suggested

    @cached_property
    def place(self):
        """The number of the table that is looked at."""
        asked = self.request.POST.get("table") or self.request.GET.get("table", "")
        if asked.isdecimal() and int(asked[:4]) < len(self.source.found.tables):
            return int(asked[:4])
        return self.mapping["choice"]["table"]

    @property
    def table(self):
        return self.source.found.tables[self.place]

    def get_form_kwargs(self):
        units = Unit.objects.plain().open_on(localdate()).order_by("name")
        return {**super().get_form_kwargs(), "columns": self.table.columns, "units": units}

    def get_initial(self):
        said = self.mapping
        same = self.place == said["choice"]["table"]
        columns = said["choice"]["columns"] if same else self.table.suggested
        initial = {f"c{number}": name for number, name in columns.items()}
        rows = {"source": Source, "medium": MediaCategory, "acceptance_unit": Unit}
        for name, text in said["values"].items():
            initial[name] = rows[name].objects.filter(name=text).first()
        return initial

    def form_valid(self, form):
        choice = layouts.Choice(columns=form.cleaned_data["columns"], table=self.place)
        mapping = {"choice": choice.as_json(), "values": form.cleaned_data["values"]}
        missing = lacking(mapping, is_take_over=self.batch.is_take_over)
        if missing and not self.may_lack(mapping):
            form.add_error(
                None,
                _("No column holds %(fields)s. Assign it, or choose below what holds for all rows.")
                % {"fields": labels_of(missing)},
            )
            return self.form_invalid(form)
        imports.keep_layout(
            actor=self.person,
            inspection=self.batch.inspection,
            fingerprint=self.source.fingerprint,
            mapping=mapping,
            at=now(),
        )
        return self.read(mapping, form)

    def may_lack(self, mapping):
        """Whether the list may be about tasks that are there: told by number, nothing entered."""
        held = set(mapping["choice"]["columns"].values())
        on_list = Task.objects.live().filter(inspection=self.batch.inspection)
        return "number" in held and len(held) > 1 and on_list.exists()

    def read(self, mapping, form=None):
        try:
            read_into(self.batch, self.source, mapping, actor=self.person)
        except xlsx.Unreadable as refusal:
            if form is None:
                messages.error(self.request, str(refusal))
                return redirect("imports")
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        except ValidationError as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)
        return redirect(self.batch)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", self.get_form())
        form = kwargs["form"]
        said = {
            "choice": {
                "columns": dict(enumerate(select.value() or "" for select in form.selects()))
            },
            "values": {field.name: 1 for field in form.for_all() if field.value()},
        }
        return super().get_context_data(
            batch=self.batch,
            tables=self.source.found.tables,
            place=self.place,
            columns=list(zip(self.table.columns, form.selects(), strict=True)),
            rows=self.table.preview(SHOWN),
            notes=self.source.notes({"choice": {"table": self.place}}),
            missing=labels_of(lacking(said, is_take_over=self.batch.is_take_over)),
            **kwargs,
        )
