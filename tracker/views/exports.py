"""Workbooks of what a list shows: as it is seen, or its rows in an official form."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from tracker.exporters.forms import ALL, FORMS, Order
from tracker.views import jobs
from tracker.views.frame import current_inspection

MOST_TICKED = 1000
ONLY_OF_THE_PAGE = ("form", "by", "only", "pick", "page", "per", "density")
"""What the address says besides the list: how it is exported, and how it is shown."""

SENT_OUT = {"tasks": "ledger", "issues": "issues", "petitions": "petitions"}
"""The form of each list that goes to the units, a workbook for each."""


def order_of(request, form, **more):
    """An order of this person, for the inspection and the day of the page."""
    inspection = current_inspection(request)
    return Order(
        form=form,
        as_of=request.as_of,
        inspection=inspection.pk if inspection else None,
        user=request.user.pk,
        at=now(),
        language=get_language() or "",
        **more,
    )


def answer(request, order, back):
    """The workbook; what cannot be made is said on the page ``back``."""
    try:
        return jobs.answer(request, order)
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return redirect(back)


class ExportRows(View):
    """The rows that a list shows at the same address, on the same day; with ticks, only those.

    A download changes nothing, so it leaves no entry in the record either.
    """

    http_method_names = ["get", "head", "options"]
    subject = ""

    def get(self, request):
        form = ALL.get(request.GET.get("form") or f"{self.subject}-list")
        if form is None or form.subject != self.subject:
            raise Http404(_("There is no such form of this list."))
        query = request.GET.copy()
        for name in ONLY_OF_THE_PAGE:
            query.pop(name, None)
        back = f"{reverse(self.subject)}?{query.urlencode()}" if query else reverse(self.subject)
        ticked = None
        if "only" in request.GET:
            ticked = self.ticked()
            if not ticked:
                messages.error(request, _("No row is ticked. Tick the rows, then export again."))
                return redirect(back)
        order = order_of(
            request,
            form.name,
            query=query.urlencode(),
            selected=ticked,
            is_by_unit=form.is_by_unit and request.GET.get("by") == "unit",
        )
        return answer(request, order, back)

    def ticked(self):
        """The keys of the rows that were ticked, whatever else stands among them."""
        keys = self.request.GET.getlist("pick")[:MOST_TICKED]
        return tuple(int(key) for key in dict.fromkeys(keys) if key.isascii() and key.isdecimal())


def ways_out(request, subject):
    """The forms that the rows of a list can be exported in: label, name, address."""
    url = reverse(f"export-{subject}")
    query = request.GET.copy()
    for name in ONLY_OF_THE_PAGE:
        query.pop(name, None)

    def way(label, **chosen):
        words = "&".join(part for part in (query.urlencode(safe=","), urlencode(chosen)) if part)
        return {
            "label": label,
            "form": chosen.get("form", ""),
            "by": chosen.get("by", ""),
            "url": f"{url}?{words}" if words else url,
        }

    yield way(_("The list as it is shown"))
    for form in FORMS.values():
        if form.subject == subject and form.is_by_unit:
            yield way(form.label, form=form.name)
    form = FORMS[SENT_OUT[subject]]
    label = _("%(form)s, one workbook for each unit (zip)") % {"form": form.label}
    yield way(label, form=form.name, by="unit")
