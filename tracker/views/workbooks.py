"""The page of the official forms (台账报表): choose, look, download."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from tracker import access
from tracker.exporters.forms import FORMS, TO_COME
from tracker.exporters.preview import preview
from tracker.figures.overview import tree_on
from tracker.filters import address
from tracker.views.exports import answer, order_of
from tracker.views.frame import current_inspection

USUAL = "ledger"


def units_in_reach(request, tree):
    """``(unit, label)`` of every unit a person may ask for; those below another are moved in."""
    reach = access.scope_of(request.user).units

    def walk(parent, depth):
        for pk in tree.children.get(parent, ()):
            inside = reach is None or pk in reach
            if inside:
                yield tree.units[pk], "　" * depth + tree.units[pk].label
            yield from walk(pk, depth + inside)

    return list(walk(None, 0))


class Workbooks(TemplateView):
    """One form of one inspection on one day, for all units in reach or one of them."""

    template_name = "tracker/workbooks/page.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ("form", "unit"))
        inspection = current_inspection(request)
        tree = tree_on(request.as_of)
        units = units_in_reach(request, tree)
        name = self.name()
        unit = self.unit({unit.code: unit for unit, _label in units})
        context = super().get_context_data(
            forms=FORMS.values(), units=units, name=name, unit=unit, **kwargs
        )
        if name in TO_COME:
            return context | {"refusal": TO_COME[name]}
        form = FORMS[name]
        order = order_of(request, name, units=(unit.pk,) if unit else None)
        refusal, shown = "", None
        try:
            shown = preview(order, user=request.user, inspection=inspection, tree=tree)
        except ValidationError as fault:
            refusal = " ".join(fault.messages)
        return context | {
            "form": form,
            "shown": shown,
            "refusal": refusal,
            "url": self.link(name, unit),
            "zip_url": self.link(name, unit, by="unit") if form.is_by_unit else "",
        }

    def name(self):
        """The form asked for; of an unknown one the reader is told."""
        word = self.request.GET.get("form", "")
        if word in FORMS or word in TO_COME:
            return word
        if word:
            address.ignore(self.request, word)
            address.leave(self.request, "form")
        return USUAL

    def unit(self, known):
        code = self.request.GET.get("unit", "")
        if code and code not in known:
            address.ignore(self.request, code)
            address.leave(self.request, "unit")
        return known.get(code)

    def link(self, name, unit, **more):
        query = {"batch": self.request.inspection.code} if self.request.inspection else {}
        if self.request.is_past:
            query["asof"] = self.request.as_of.isoformat()
        if unit:
            query["unit"] = unit.code
        return f"{reverse('workbook', args=[name])}?{urlencode(query | more)}"


class Workbook(View):
    """The download of a form."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, form):
        if form not in FORMS:
            raise Http404(TO_COME.get(form) or _("There is no such form."))
        current_inspection(request)
        units, code = None, request.GET.get("unit", "")
        if code:
            found = units_in_reach(request, tree_on(request.as_of))
            units = tuple(unit.pk for unit, _label in found if unit.code == code)
            if not units:
                raise Http404(_("There is no such unit."))
        is_by_unit = FORMS[form].is_by_unit and request.GET.get("by") == "unit"
        order = order_of(request, form, units=units, is_by_unit=is_by_unit)
        back = f"{reverse('workbooks')}?{urlencode({'form': form, 'unit': code})}"
        return answer(request, order, back)
