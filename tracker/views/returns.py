"""Working ledgers: handed out to be edited, handed in again, compared, decided about, entered."""

import hashlib

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import FormView, TemplateView

from tracker import access, xlsx
from tracker.choices import CellState, ReturnState
from tracker.exporters.working import file_name, working_ledger
from tracker.filters import address
from tracker.filters.tasks import filtered_tasks
from tracker.forms.returns import ReturnForm
from tracker.forms.working_rows import LABELS
from tracker.importers.returning import compare_again, read_returned
from tracker.models import ReturnedWorkbook, Task
from tracker.operations import returns
from tracker.rules.folding import clean
from tracker.views.frame import current_inspection, inspections

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 20
SIZES = ("20", "50", "100", "200")
UNREAD = ("rows", "notes", "versions", "exported")
"""What a list of ledgers does not need, and does not fetch."""


class PlanOffice(View):
    """Pages of those who may change the plan."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not access.may_run_list(request.user):
            self.refuse()
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self):
        return self.request.user

    def refuse(self):
        raise PermissionDenied(
            _(
                "This account may not change anything of the plan, so there is no working ledger"
                " for it. Progress is reported on the page of the task; for changes of the plan,"
                " please ask the city's rectification office."
            )
        )


class WorkingLedger(PlanOffice):
    """The tasks of the list at the same address as a ledger to be edited, as they are now."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        if request.is_past:
            raise PermissionDenied(
                _("A working ledger is made of what is known today. Go back to today first.")
            )
        inspection = current_inspection(request)
        tasks, _chosen = filtered_tasks(request, inspection)
        ids = list(tasks.order_by().values_list("pk", flat=True))
        try:
            file = working_ledger(
                Task.objects.filter(pk__in=ids),
                inspection=inspection,
                as_of=request.as_of,
                who=str(request.user),
                at=now(),
            )
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
            query = request.GET.urlencode()
            return redirect(f"{reverse('tasks')}?{query}" if query else reverse("tasks"))
        name = file_name(inspection=inspection, as_of=request.as_of)
        return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)


class Returns(PlanOffice, FormView):
    """The upload form, and the ledgers handed in last."""

    form_class = ReturnForm
    template_name = "tracker/returns/list.html"
    http_method_names = ["get", "head", "post", "options"]

    def get_initial(self):
        return {"inspection": current_inspection(self.request)}

    def form_valid(self, form):
        file, inspection = form.cleaned_data["file"], form.cleaned_data["inspection"]
        digest = hashlib.file_digest(file.file, "sha256").hexdigest()
        try:
            found = read_returned(file.file, inspection=inspection, today=localdate())
        except xlsx.Unreadable as refusal:
            form.add_error("file", str(refusal))
            return self.form_invalid(form)
        returned = returns.keep_returned(
            actor=self.person,
            inspection=inspection,
            file_name=clean(file.name),
            sha256=digest,
            exported=found.exported,
            rows=found.rows,
            counts=found.counts,
            notes=found.notes,
            at=now(),
        )
        return redirect(returned)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        recent = ReturnedWorkbook.objects.select_related("inspection", "uploaded_by")
        recent = recent.defer(*UNREAD).order_by("-pk")[:RECENT]
        return super().get_context_data(ledgers=recent, **kwargs)


class OfReturned(PlanOffice):
    """A page about one ledger that came back; for others it does not exist."""

    def refuse(self):
        raise Http404

    @cached_property
    def returned(self):
        rows = ReturnedWorkbook.objects.select_related(
            "inspection", "uploaded_by", "confirmed_by", "undone_by"
        )
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        same = [row for row in inspections(self.request) if row.pk == found.inspection_id]
        self.request.inspection = same[0] if same else None
        return found


class Returned(OfReturned, TemplateView):
    """What came back: counts, and the cells and rows of one kind at a time."""

    template_name = "tracker/returns/detail.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        returned = self.returned
        tally = returned.tally()
        tabs = [tab for tab in self.tabs(tally) if tab["count"]]
        shown = self.shown(tabs)
        waiting = returns.undecided(returned.rows)
        for tab in tabs:
            tab["active"] = tab["name"] == shown
        return super().get_context_data(
            returned=returned,
            tally=tally,
            tabs=tabs,
            shown=shown,
            page=self.page(list(PARTS[shown](returned.rows))),
            waiting=waiting,
            taken=self.taken(returned.rows),
            is_open=returned.state == ReturnState.OPEN,
            may_undo=returned.undo_until is not None and now() <= returned.undo_until,
            untouched=self.untouched(returned, tally),
            **kwargs,
        )

    def page(self, parts):
        size = self.request.GET.get("per", "50")
        if size not in SIZES:
            address.ignore(self.request, size)
            size = "50"
        return Paginator(parts, int(size)).get_page(self.request.GET.get("page"))

    def untouched(self, returned, tally):
        """Cells that nobody changed: all that were compared but those told of."""
        told = sum(tally[state] for state in CellState if state != CellState.REFUSED)
        told += sum(
            cell["state"] == CellState.REFUSED and "base_key" in cell
            for row in returned.rows
            for cell in row.get("cells", ())
        )
        return max(0, returned.counts.get("cells", 0) - told)

    def tabs(self, tally):
        """Ready-made choices of what is shown, in the order of how much they press."""
        labels = {
            "both": (_("Changed in both"), tally[CellState.BOTH]),
            "theirs": (_("Changed in the file"), tally[CellState.THEIRS]),
            "new": (_("New rows"), tally["new"] + tally["faulty"]),
            "refused": (_("Not taken"), tally[CellState.REFUSED] + tally["rows_refused"]),
            "removed": (_("Rows taken out"), tally["removed"]),
            "ours": (
                _("Changed here"),
                tally[CellState.OURS] + tally[CellState.SAME],
            ),
        }
        for name, (label, count) in labels.items():
            url = f"{self.request.path}?show={name}"
            yield {"name": name, "label": label, "count": count, "url": url}

    def shown(self, tabs):
        names = [tab["name"] for tab in tabs]
        asked = self.request.GET.get("show", "")
        if asked and asked not in PARTS:
            address.ignore(self.request, asked)
        return asked if asked in names else next(iter(names), "both")

    def taken(self, rows):
        """How much a confirmation would enter."""
        cells = [
            cell
            for row in rows
            for cell in row.get("cells", ())
            if cell.get("decision") == returns.TAKEN
        ]
        new = sum(row.get("decision") == returns.TAKEN for row in rows)
        tasks = sum(
            any(cell.get("decision") == returns.TAKEN for cell in row.get("cells", ()))
            for row in rows
        )
        return {"cells": len(cells), "tasks": tasks, "new": new}


def _cells(rows, *states):
    for row in rows:
        for cell in row.get("cells", ()):
            if cell["state"] in states:
                yield {
                    **cell,
                    "name": f"{row['id']}.{cell['field']}",
                    "label": LABELS[cell["field"]],
                    "is_deadline": cell["field"] == "deadline",
                    "row": row,
                }


def _refused(rows):
    """Cells and whole rows that are not taken, each with its reason."""
    for row in rows:
        if row["kind"] == "refused":
            yield {"row": row, "label": "", "place": row["row"], "reason": row["reason"]}
        elif row["kind"] == "task":
            yield from _cells([row], CellState.REFUSED)


def _of_kind(kind):
    return lambda rows: [row for row in rows if row["kind"] == kind]


PARTS = {
    "both": lambda rows: _cells(rows, CellState.BOTH),
    "theirs": lambda rows: _cells(rows, CellState.THEIRS),
    "ours": lambda rows: _cells(rows, CellState.OURS, CellState.SAME),
    "refused": _refused,
    "new": _of_kind("new"),
    "removed": _of_kind("removed"),
}
"""What each choice shows of the rows."""


class ReturnedVerb(OfReturned):
    """A step about one ledger that came back; what is refused is said on its page."""

    http_method_names = ["post", "options"]
    done = ""

    def post(self, request, pk):
        self.returned  # noqa: B018 - a ledger that is not there is 404 before anything else
        try:
            self.perform()
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        return redirect(self.back())

    def perform(self):
        raise NotImplementedError(type(self).__name__)

    def back(self):
        """The page, on the part and page of it that the form was sent from."""
        query = self.request.POST.get("back", "")
        known = dict.fromkeys(PARTS)
        name, _sign, page = query.partition("&page=")
        if name in known:
            number = page if page.isdecimal() and len(page) < 7 else "1"
            return f"{self.returned.get_absolute_url()}?show={name}&page={number}"
        return self.returned.get_absolute_url()

    def keep_choices(self):
        """Decisions made on the page so far are kept before anything else is done."""
        chosen = {
            name.removeprefix("d."): str(value)
            for name, value in self.request.POST.items()
            if name.startswith("d.")
        }
        if chosen:
            returns.decide(actor=self.person, returned_id=self.returned.pk, decisions=chosen)


class DecideReturned(ReturnedVerb):
    """Keeps decisions: those on the page, or one for all cells changed in both places."""

    def perform(self):
        self.keep_choices()
        every = self.request.POST.get("all", "")
        if every:
            returns.decide_all(actor=self.person, returned_id=self.returned.pk, decision=every)
        messages.success(self.request, _("The decisions are kept. Nothing is entered yet."))


class CompareReturned(ReturnedVerb):
    """Compares with what is known by now."""

    def perform(self):
        self.keep_choices()
        fresh = ReturnedWorkbook.objects.only("rows").get(pk=self.returned.pk)
        returns.keep_comparison(
            actor=self.person,
            returned_id=self.returned.pk,
            rows=compare_again(fresh.rows),
            at=now(),
        )
        messages.success(self.request, _("Compared with what is known now."))


class ConfirmReturned(ReturnedVerb):
    """Enters what was decided."""

    def perform(self):
        self.keep_choices()
        returned = returns.confirm(actor=self.person, returned_id=self.returned.pk, at=now())
        count = len(returned.versions)
        said = ngettext("%(count)s task was changed.", "%(count)s tasks were changed.", count)
        messages.success(self.request, said % {"count": count})


class UndoReturned(ReturnedVerb):
    """Takes back what a confirmation entered."""

    def perform(self):
        returns.undo(actor=self.person, returned_id=self.returned.pk, at=now())
        messages.success(self.request, _("What the ledger had changed was taken back."))
