"""The pages of measures and milestones."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from tracker import access
from tracker.forms.measures import (
    DoneForm,
    MeasureDoneForm,
    MeasureFilesForm,
    MeasureForm,
    MilestoneForm,
)
from tracker.forms.tasks import unit_choices
from tracker.models import Unit
from tracker.operations import measures
from tracker.views.task_verbs import TaskVerb, visible_task
from tracker.views.uploads import WithFiles


class PartVerb(TaskVerb):
    """A step about a measure or a milestone; it changes the version of the task."""

    def get_subject(self):
        task = visible_task(self.request, self.kwargs["code"])
        row = self.find(task)
        row.task = task
        return row

    @property
    def task(self):
        return self.subject.task

    def version_of(self, subject):
        return subject.task.version


class NewMeasure(TaskVerb):
    title = gettext_lazy("Add a measure")
    button = gettext_lazy("Add the measure")
    done = gettext_lazy("The measure was added.")
    form_class = MeasureForm

    def get_form_kwargs(self):
        units = Unit.objects.plain().open_on(self.today)
        return super().get_form_kwargs() | {"choices": unit_choices(units, self.today)}

    def perform(self, form):
        return measures.add_measure(task_id=self.task.pk, values=form.values(), **self.said(form))


class MeasureVerb(PartVerb):
    """A step about one measure, found by its number."""

    def find(self, task):
        rows = task.measures.filter(is_annulled=False).select_related("unit")
        return get_object_or_404(rows, number=self.kwargs["number"])


class CorrectMeasure(MeasureVerb):
    title = gettext_lazy("Correct a measure")
    button = gettext_lazy("Save the correction")
    done = gettext_lazy("The correction was saved and stands in the record.")
    form_class = MeasureForm

    def get_form_kwargs(self):
        units = unit_choices(Unit.objects.plain(), self.today)
        return super().get_form_kwargs() | {"choices": units}

    def stored(self, subject):
        return {name: getattr(subject, name) for name in measures.MEASURE_FIELDS}

    def perform(self, form):
        return measures.correct_measure(
            measure_id=self.subject.pk, values=form.values(), **self.said(form)
        )


class CompleteMeasure(WithFiles, MeasureVerb):
    title = gettext_lazy("Tick a measure off")
    button = gettext_lazy("Mark as completed")
    done = gettext_lazy("The measure is completed.")
    form_class = MeasureDoneForm

    def allowed(self):
        return access.may_tick(self.request.user, self.task)

    def perform(self, form):
        return measures.complete_measure(
            measure_id=self.subject.pk, files=self.files, **self.said(form)
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(about=str(self.subject), **kwargs)


class AttachToMeasure(WithFiles, MeasureVerb):
    title = gettext_lazy("Attach files to a measure")
    button = gettext_lazy("Attach the files")
    done = gettext_lazy("The files were attached.")
    form_class = MeasureFilesForm

    def allowed(self):
        return access.may_tick(self.request.user, self.task)

    def perform(self, form):
        return measures.attach_to_measure(
            actor=self.request.user,
            measure_id=self.subject.pk,
            files=self.files,
            on=self.today,
            at=self.at,
        )

    def get_success_url(self, outcome=None):
        return reverse("measure-files", args=[self.task.code, self.subject.number])

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(about=str(self.subject), **kwargs)


class MeasureFiles(TemplateView):
    """The files of one measure: those attached to it, newest last."""

    template_name = "tracker/evidence/measure.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        task = visible_task(self.request, self.kwargs["code"])
        rows = task.measures.filter(is_annulled=False)
        measure = get_object_or_404(rows, number=self.kwargs["number"])
        files = access.visible_evidence(user).filter(measure=measure)
        may_attach = not self.request.is_past and not task.is_annulled
        return super().get_context_data(
            task=task,
            measure=measure,
            files=list(files.select_related("uploaded_by").order_by("pk")),
            may_attach=may_attach and access.may_tick(user, task),
            **kwargs,
        )


class NewMilestone(TaskVerb):
    title = gettext_lazy("Set a milestone")
    button = gettext_lazy("Set the milestone")
    consequence = gettext_lazy(
        "Once its day has passed unreached, the program suggests “behind schedule”."
    )
    done = gettext_lazy("The milestone was set.")
    form_class = MilestoneForm

    def perform(self, form):
        return measures.add_milestone(
            task_id=self.task.pk,
            title=form.cleaned_data["title"],
            due_on=form.cleaned_data["due_on"],
            **self.said(form),
        )


class ReachMilestone(PartVerb):
    title = gettext_lazy("Tick a milestone off")
    button = gettext_lazy("Mark as reached")
    done = gettext_lazy("The milestone is reached.")
    form_class = DoneForm

    def find(self, task):
        rows = task.milestones.filter(is_annulled=False)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def allowed(self):
        return access.may_tick(self.request.user, self.task)

    def perform(self, form):
        return measures.reach_milestone(milestone_id=self.subject.pk, **self.said(form))

    def get_context_data(self, **kwargs):
        return super().get_context_data(about=str(self.subject), **kwargs)
