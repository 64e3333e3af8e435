"""Standing tasks after their closure: the year's confirmations, and the form of one."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import AssignmentStatus, ShownStatus
from tracker.figures import standing as figures
from tracker.figures.lookbacks import responsible_units
from tracker.filters import address
from tracker.forms.standing import ConfirmationForm
from tracker.operations import standing
from tracker.rules.standing import years_asked
from tracker.views.frame import current_inspection
from tracker.views.lookbacks import looking_back
from tracker.views.round_pages import page_of
from tracker.views.steps import Verb
from tracker.views.subjects import on_day
from tracker.views.task_verbs import AssignmentVerb
from tracker.views.uploads import WithFiles

SHOWN = ("confirmed", "failing", "outstanding", "overdue")


def confirming(task, unit):
    """The way to the form of a confirmation."""
    return Verb(_("Confirm the result"), "confirm-standing", (task.code, unit.code), "ok")


class StandingList(TemplateView):
    """The closed standing parts that a year asks for: confirmed, gone, outstanding, overdue."""

    request: Any
    template_name = "tracker/standing/list.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ("year", "show"))
        inspection = current_inspection(request)
        years = self.years(inspection)
        year = self.chosen("year", [str(each) for each in years])
        year = int(year) if year else request.as_of.year
        found = (
            figures.of_year(request.user, inspection, year, request.as_of)
            if inspection
            else figures.StandingYear(year, ())
        )
        groups = {name: getattr(found, name) for name in SHOWN}
        show = self.chosen("show", SHOWN)
        page = page_of(request, groups[show] if show else found.parts)
        return super().get_context_data(
            found=found,
            years=[(each, each == year) for each in years],
            due_on=figures.day_due(inspection, year) if inspection else None,
            tabs=self.tabs(found, groups, show),
            page=page,
            rows=self.rows(page),
            **kwargs,
        )

    def years(self, inspection):
        """From the first year in which something was asked for to the present one."""
        last = self.request.as_of.year
        first = inspection and figures.first_year(self.request.user, inspection)
        return range(last, min(first or last, last) - 1, -1)

    def chosen(self, name, known):
        word = self.request.GET.get(name, "")
        if word in known:
            return word
        address.ignore(self.request, word)
        address.leave(self.request, name)
        return ""

    def tabs(self, found, groups, show):
        labels = {
            "confirmed": pgettext("standing", "Confirmed"),
            "failing": pgettext("standing", "No longer holds"),
            "outstanding": pgettext("standing", "Outstanding"),
            "overdue": pgettext("standing", "Overdue"),
        }
        return [
            self.tab(_("All"), "", len(found.parts), show),
            *(self.tab(labels[name], name, len(groups[name]), show) for name in SHOWN),
        ]

    def tab(self, label, name, count, show):
        url = address.link(self.request, show=name or None)
        return {"label": label, "count": count, "glyph": "", "url": url, "active": name == show}

    def rows(self, page):
        """The rows of the page, each with its sign and what this person may do about it."""
        request = self.request
        responsible = {} if request.is_past else responsible_units([row.task for row in page])
        return [
            {
                "row": row,
                "url": on_day(request, row.task.get_absolute_url()),
                "mark": self.mark(row),
                "verb": None if request.is_past else self.verb(row, responsible),
            }
            for row in page
        ]

    def mark(self, row):
        if row.no_longer_holds or row.is_overdue:
            return ShownStatus.OVERDUE.code
        return (ShownStatus.NOT_STARTED if row.is_outstanding else ShownStatus.CLOSED).code

    def verb(self, row, responsible):
        user, part = self.request.user, row.span.assignment
        if part.status != AssignmentStatus.CLOSED or part.removed_on:
            return None
        if row.is_outstanding and row.year >= row.day.year - 1:
            may = access.may_confirm_standing(user, part)
            return confirming(row.task, row.unit) if may else None
        units = responsible.get(row.task.pk, set())
        return looking_back(user, row.task, row.unit, units) if row.no_longer_holds else None


class ConfirmStanding(WithFiles, AssignmentVerb):
    """A unit says for a year whether the result of its closed part still holds."""

    template_name = "tracker/standing/confirm.html"
    title = gettext_lazy("Confirm the result")
    button = gettext_lazy("Send the confirmation")
    consequence = gettext_lazy(
        "The task stays closed either way. A result that no longer holds is checked again by the"
        " rectification office."
    )
    done = gettext_lazy("The confirmation was recorded.")
    form_class = ConfirmationForm

    def allowed(self):
        return access.may_confirm_standing(self.request.user, self.subject)

    @cached_property
    def years(self):
        """The years that wait; none where the part is not closed, or does not stand."""
        part = self.subject
        if part.status != AssignmentStatus.CLOSED or not self.task.is_standing:
            return ()
        return years_asked(part.closed_on, self.today, standing.confirmed_years(part))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"years": self.years}

    def perform(self, form):
        return standing.confirm_standing(
            assignment_id=self.subject.pk, files=self.files, **form.values(), **self.said(form)
        )

    def done_message(self, outcome):
        if outcome.holds:
            return self.done
        return _("The confirmation was recorded. The rectification office is told to look back.")

    def get_context_data(self, **kwargs):
        part = self.subject
        earlier = part.standing_confirmations.standing().select_related("confirmed_by")
        return super().get_context_data(
            assignment=part,
            years=self.years,
            due_on=[figures.day_due(self.task.inspection, year) for year in self.years],
            earlier=list(earlier.order_by("-year", "-pk")),
            **kwargs,
        )
