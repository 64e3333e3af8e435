"""Merging a unit into another: what goes over stands on the page before it is confirmed."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.forms.units import MergeUnitForm
from tracker.operations import unit_merging
from tracker.views.unit_pages import UnitVerb

SHOWN = 20
"""Tasks, and reports, named on the page; the others are counted."""


class MergeUnit(UnitVerb):
    template_name = "tracker/units/merge.html"
    title = gettext_lazy("Merge the unit into another")
    button = gettext_lazy("Merge the unit")
    consequence = gettext_lazy(
        "From that day on the other unit answers for everything that is open. What was done stays"
        " under the name of this one, and so do the figures of earlier days. It cannot be undone."
    )
    done = gettext_lazy("The unit was merged.")
    is_destructive = True
    form_class = MergeUnitForm

    def allowed(self):
        return access.may_run_list(self.request.user)

    @cached_property
    def may_move_people(self):
        return access.may_use_admin(self.request.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "units": self.others(),
            "may_move_people": self.may_move_people,
        }

    def perform(self, form):
        cleaned = form.cleaned_data
        return unit_merging.merge_unit(
            into=cleaned["into"],
            moves_people=cleaned.get("moves_people", False),
            **self.said(form),
        )

    def get_context_data(self, **kwargs):
        held = unit_merging.holdings(self.subject)
        return super().get_context_data(
            held=held,
            shown=held.parts[:SHOWN],
            more=len(held.parts[SHOWN:]),
            shown_waiting=held.waiting[:SHOWN],
            more_waiting=len(held.waiting[SHOWN:]),
            may_move_people=self.may_move_people,
            **kwargs,
        )
