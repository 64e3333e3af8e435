"""Quantity programmes: the list, a programme with its readings, and their entry."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import EventKind
from tracker.figures.programmes import programme_lines, rate_of, readings_of
from tracker.filters import address
from tracker.forms.programmes import ProgrammeForm, ReadingForm
from tracker.models import Programme
from tracker.operations import programmes
from tracker.templatetags.readings import ReadingPoint
from tracker.views.frame import current_inspection
from tracker.views.subjects import NewInInspection, SubjectVerb, entries_about, frame_by, on_day


class ProgrammeList(TemplateView):
    """The programmes of the current inspection, each with its latest reading by the day."""

    template_name = "tracker/programmes/list.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ())
        inspection = current_inspection(request)
        found = access.visible_programmes(request.user).filter(inspection=inspection)
        lines = programme_lines(found.order_by("name", "pk"), as_of=request.as_of)
        may_add = inspection is not None and access.may_run_list(request.user)
        return super().get_context_data(
            lines=[(line, on_day(request, line.programme.get_absolute_url())) for line in lines],
            may_add=may_add and not request.is_past,
            **kwargs,
        )


def visible_programme(request, code):
    """The programme of that code, if this person may know of it."""
    rows = access.visible_programmes(request.user).select_related("inspection", "task")
    programme = get_object_or_404(rows, code=code)
    frame_by(request, programme.inspection_id)
    return programme


class ProgrammePage(TemplateView):
    """One programme: its latest reading, the line of its readings, and their table.

    An entry of the record that a row of the table shows is not repeated below it.
    """

    template_name = "tracker/programmes/detail.html"

    def get_context_data(self, **kwargs):
        request = self.request
        programme = visible_programme(request, kwargs["code"])
        readings = readings_of(programme, as_of=request.as_of)
        points = [
            ReadingPoint(reading.as_of, reading.value)
            for reading in reversed(readings)
            if reading.value is not None
        ]
        latest = readings[0] if readings else None
        task = programme.task
        entries = entries_about(request, programme.events.all(), Programme)
        taken = {
            entry.event.details["after"]["reading"]: entry
            for entry in entries
            if entry.event.kind == EventKind.READING_TAKEN and entry.annulment is None
        }
        return super().get_context_data(
            programme=programme,
            readings=[
                (reading, rate_of(reading, programme.target), taken.get(reading.pk))
                for reading in readings
            ],
            latest=latest,
            rate=rate_of(latest, programme.target) if latest else None,
            points=points if len(points) > 1 else [],
            task_url=on_day(request, task.get_absolute_url()) if task else "",
            entries=[entry for entry in entries if entry not in taken.values()],
            may_add=access.may_run_list(request.user) and not request.is_past,
            **kwargs,
        )


class NewProgramme(NewInInspection):
    list_name = "programmes"
    list_label = gettext_lazy("Quantity programmes")
    title = gettext_lazy("New programme")
    button = gettext_lazy("Enter the programme")
    done = gettext_lazy("The programme was entered.")
    form_class = ProgrammeForm

    def get_form_kwargs(self):
        tasks = access.visible_tasks(self.request.user).filter(
            inspection=self.subject, is_annulled=False
        )
        return super().get_form_kwargs() | {"tasks": tasks.order_by("number")}

    def perform(self, form):
        return programmes.enter_programme(
            actor=self.request.user,
            values={**form.cleaned_data, "inspection": self.subject},
            on=self.today,
            at=self.at,
        )


class NewReading(SubjectVerb):
    list_name = "programmes"
    list_label = gettext_lazy("Quantity programmes")
    title = gettext_lazy("New reading")
    button = gettext_lazy("Enter the reading")
    done = gettext_lazy("The reading was entered.")
    form_class = ReadingForm

    def get_subject(self):
        return visible_programme(self.request, self.kwargs["code"])

    def allowed(self):
        return access.may_run_list(self.request.user)

    def get_initial(self):
        return super().get_initial() | {"as_of": self.today}

    def perform(self, form):
        programmes.take_reading(
            actor=self.request.user,
            programme=self.subject,
            values=form.cleaned_data,
            at=self.at,
        )
