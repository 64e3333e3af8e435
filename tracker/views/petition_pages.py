"""The petition register, a petition, and what came of it."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import PetitionState
from tracker.figures.petitions import petition_figures
from tracker.filters.petitions import filtered_petitions, state_on
from tracker.forms.petitions import PetitionForm, SettlementForm
from tracker.models import Petition
from tracker.operations import petitions
from tracker.tables.petitions import PetitionTable, found_on, state_mark
from tracker.views.frame import current_inspection
from tracker.views.lists import ListPage
from tracker.views.subjects import NewInInspection, SubjectVerb, entries_about, frame_by


class PetitionList(ListPage):
    """The petitions of the current inspection, as of the day (信访件)."""

    template_name = "tracker/petitions/list.html"
    table_class = PetitionTable
    subject = "petitions"

    def filtered(self):
        return filtered_petitions(self.request, self.request.inspection)

    @cached_property
    def counts(self):
        return self.filter.counts()

    def count(self):
        return self.counts["found"]

    def tabs(self):
        return [
            self.tab(_("All"), self.counts["all"], status=None),
            *(
                self.tab(str(state.label).capitalize(), self.counts[state], status=state.value)
                for state in PetitionState
            ),
        ]

    def get_context_data(self, **kwargs):
        inspection = current_inspection(self.request)
        user = self.request.user
        figures = None
        if inspection is not None:
            figures = petition_figures(
                access.visible_petitions(user).filter(inspection=inspection),
                as_of=self.request.as_of,
                basis=inspection.petition_rate_basis,
            )
        may_add = inspection is not None and access.may_run_list(user)
        return super().get_context_data(
            figures=figures, may_add=may_add and not self.request.is_past, **kwargs
        )


def visible_petition(request, number):
    """The petition of that number, if this person may know of it, with its state on the day.

    An annulled one is still to be seen by the city office.
    """
    rows = access.visible_petitions(request.user)
    if access.scope_of(request.user).is_city_office:
        rows = Petition.objects.all()
    rows = rows.select_related("inspection", "unit").annotate(shown=state_on(request.as_of))
    petition = get_object_or_404(rows, number=number)
    frame_by(request, petition.inspection_id)
    return petition


class PetitionPage(TemplateView):
    """One petition, what was found and what came of it, as of the day."""

    template_name = "tracker/petitions/detail.html"

    def get_context_data(self, **kwargs):
        request = self.request
        petition = visible_petition(request, kwargs["number"])
        user = request.user
        editable = not request.is_past and not petition.is_annulled
        is_closed = petition.shown == PetitionState.CLOSED
        has_outcome = petition.shown != PetitionState.OPEN or not request.is_past
        mark, word = state_mark(petition.shown)
        finding = found_on(petition, request.as_of)
        return super().get_context_data(
            petition=petition,
            mark=mark,
            word=word,
            media=petition.media.order_by("position"),
            finding=finding,
            interim_on=petition.interim_on if has_outcome else None,
            closed_on=petition.closed_on if is_closed else None,
            outcome=petition.outcome if has_outcome else "",
            is_handed_over=petition.received_on <= request.as_of,
            entries=entries_about(request, petition.events.all(), Petition),
            may_settle=editable and access.may_settle_petition(user, petition),
            **kwargs,
        )


class NewPetition(NewInInspection):
    list_name = "petitions"
    list_label = gettext_lazy("Petitions")
    title = gettext_lazy("New petition")
    button = gettext_lazy("Enter the petition")
    done = gettext_lazy("The petition is registered.")
    form_class = PetitionForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"today": self.today}

    def get_initial(self):
        return super().get_initial() | {"received_on": self.today}

    def perform(self, form):
        [petition] = petitions.register_petitions(
            actor=self.request.user, inspection=self.subject, rows=[form.row()], at=self.at
        )
        return petition


class SettlePetition(SubjectVerb):
    list_name = "petitions"
    list_label = gettext_lazy("Petitions")
    title = gettext_lazy("Record the outcome")
    button = gettext_lazy("Save the outcome")
    consequence = gettext_lazy(
        "A day of settlement counts the petition as settled from that day on; a settled petition"
        " needs a finding."
    )
    done = gettext_lazy("The outcome was recorded.")
    form_class = SettlementForm

    def get_subject(self):
        petition = visible_petition(self.request, self.kwargs["number"])
        if petition.is_annulled:
            raise Http404(_("The petition was annulled."))
        return petition

    def allowed(self):
        return access.may_settle_petition(self.request.user, self.subject)

    def stored(self, subject):
        return {name: getattr(subject, name) for name in petitions.OUTCOME}

    def perform(self, form):
        return petitions.settle_petition(
            actor=self.request.user,
            petition_id=self.subject.pk,
            version=form.cleaned_data["version"],
            values=form.values(),
            on=self.today,
            at=self.at,
        )
