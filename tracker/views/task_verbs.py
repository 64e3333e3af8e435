"""The pages on which tasks are corrected and amended, and given to units."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.choices import AssignmentStatus, EventKind
from tracker.forms.deadlines import initial_deadline
from tracker.forms.tasks import (
    AddUnitForm,
    AmendmentForm,
    AnnulmentForm,
    CorrectTaskForm,
    ExtensionForm,
    MergeForm,
    NotedForm,
    unit_choices,
)
from tracker.forms.verbs import ReasonedForm
from tracker.models import Event, Issue, Petition, Programme, Task, Unit
from tracker.operations import amendments, annulment, assignments, tasks
from tracker.views.frame import inspections
from tracker.views.verbs import VerbPage

LISTS = {Task: "tasks", Issue: "issues", Petition: "petitions", Programme: "programmes"}
"""Where an entry leads whose subject is gone with it."""


def visible_task(request, code, **annotations):
    """The task of that code, if this person may know of it; its inspection frames the page."""
    rows = access.visible_tasks(request.user).select_related(
        "inspection", "issue__medium", "supervising_unit", "acceptance_unit", "merged_into"
    )
    rows = rows.annotate(**annotations)
    task = get_object_or_404(rows, code=code)
    same = [row for row in inspections(request) if row.pk == task.inspection_id]
    request.inspection = same[0] if same else None
    return task


class TaskVerb(VerbPage):
    """A step about one task."""

    def get_subject(self):
        return visible_task(self.request, self.kwargs["code"])

    @property
    def task(self):
        return self.subject

    def allowed(self):
        return access.may_run_list(self.request.user)

    def said(self, form):
        """What every operation is told: who, when, and for which version."""
        cleaned = form.cleaned_data
        return {
            "actor": self.request.user,
            "at": self.at,
            "on": cleaned.get("on") or self.today,
            "version": cleaned["version"],
        }

    def get_success_url(self, outcome=None):
        return self.task.get_absolute_url()

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(task=self.task, **kwargs)


class CorrectTask(TaskVerb):
    title = gettext_lazy("Correct the task")
    button = gettext_lazy("Save the correction")
    done = gettext_lazy("The correction was saved and stands in the record.")
    form_class = CorrectTaskForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "inspection": self.task.inspection,
            "choices": unit_choices(Unit.objects.plain(), self.today),
            "may_stay_unclear": self.task.status == AssignmentStatus.DRAFT,
        }

    def stored(self, subject):
        names = (
            *("issue", "title", "goal", "supervising_unit", "acceptance_unit"),
            *("accountable_leader", "case_leader", "task_force"),
            *("quantity_target", "quantity_unit", "is_listed"),
        )
        printed = subject.number_printed or str(subject.number)
        return {
            "number_printed": printed,
            **initial_deadline(subject),
            **{name: getattr(subject, name) for name in names},
            "supporting_units": list(subject.supporting_units.all()),
        }

    def perform(self, form):
        said = self.said(form)
        return tasks.correct_task(
            task_id=self.task.pk,
            changes={
                **form.plain_values(),
                "supporting_units": list(form.cleaned_data["supporting_units"]),
            },
            note=form.cleaned_data["note"],
            **said,
        )

    def get_success_url(self, outcome=None):
        return (outcome or self.task).get_absolute_url()

    get_cancel_url = get_success_url


class IssueTask(TaskVerb):
    title = gettext_lazy("Issue the task")
    button = gettext_lazy("Issue the task")
    consequence = gettext_lazy("From that day on the task is counted, and its units see it.")
    done = gettext_lazy("The task was issued.")
    form_class = NotedForm

    def perform(self, form):
        return tasks.issue_task(
            task_id=self.task.pk, note=form.cleaned_data["note"], **self.said(form)
        )


class ExtendTask(TaskVerb):
    title = gettext_lazy("Extend the deadline")
    button = gettext_lazy("Extend the deadline")
    consequence = gettext_lazy(
        "Figures of days before the decision keep the earlier deadline. A wrong date is not"
        " extended but corrected."
    )
    done = gettext_lazy("The deadline was extended.")
    form_class = ExtensionForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"inspection": self.task.inspection}

    def perform(self, form):
        cleaned = form.cleaned_data
        return amendments.extend_deadline(
            task_id=self.task.pk,
            new_text=cleaned["deadline"]["deadline_text"],
            new_due_on=cleaned["deadline"]["due_on"],
            reason=cleaned["reason"],
            document_no=cleaned["document_no"],
            **self.said(form),
        )


class WithdrawTask(TaskVerb):
    title = gettext_lazy("Withdraw the task")
    button = gettext_lazy("Withdraw the task")
    consequence = gettext_lazy(
        "From that day on the task is not counted any more. Its record stays to be seen."
    )
    done = gettext_lazy("The task was withdrawn.")
    is_destructive = True
    form_class = AmendmentForm

    def perform(self, form):
        return amendments.withdraw_task(
            task_id=self.task.pk,
            document_no=form.cleaned_data["document_no"],
            reason=form.cleaned_data["reason"],
            **self.said(form),
        )


class MergeTask(TaskVerb):
    title = gettext_lazy("Merge the task into another")
    button = gettext_lazy("Merge the task")
    consequence = gettext_lazy(
        "From that day on only the other task is counted. The record of this one stays."
    )
    done = gettext_lazy("The task was merged.")
    is_destructive = True
    form_class = MergeForm

    def get_form_kwargs(self):
        gone = (AssignmentStatus.DRAFT, AssignmentStatus.MERGED, AssignmentStatus.WITHDRAWN)
        others = self.task.inspection.tasks.live().exclude(pk=self.task.pk)
        kwargs = super().get_form_kwargs()
        return kwargs | {"tasks": others.exclude(status__in=gone).order_by("number")}

    def perform(self, form):
        return amendments.merge_task(
            task_id=self.task.pk,
            into_id=form.cleaned_data["into"].pk,
            document_no=form.cleaned_data["document_no"],
            reason=form.cleaned_data["reason"],
            **self.said(form),
        )


class AddUnitToTask(TaskVerb):
    title = gettext_lazy("Add a responsible unit")
    button = gettext_lazy("Add the unit")
    consequence = gettext_lazy("The unit sees the task from then on and reports on its own part.")
    done = gettext_lazy("The unit was added.")
    form_class = AddUnitForm

    def get_form_kwargs(self):
        units = Unit.objects.plain().open_on(self.today)
        return super().get_form_kwargs() | {"choices": unit_choices(units, self.today)}

    def perform(self, form):
        cleaned = form.cleaned_data
        return assignments.add_unit(
            task_id=self.task.pk,
            unit=cleaned["unit"],
            is_lead=cleaned["is_lead"],
            note=cleaned["note"],
            **self.said(form),
        )


class AssignmentVerb(TaskVerb):
    """A step about one unit's part of a task."""

    def get_subject(self):
        task = visible_task(self.request, self.kwargs["code"])
        rows = task.assignments.current().select_related("unit")
        assignment = get_object_or_404(rows, unit__code=self.kwargs["unit"])
        assignment.task = task
        return assignment

    @property
    def task(self):
        return self.subject.task

    def get_context_data(self, **kwargs):
        return super().get_context_data(unit=self.subject.unit, **kwargs)


class RemoveUnitFromTask(AssignmentVerb):
    title = gettext_lazy("Remove a responsible unit")
    button = gettext_lazy("Remove the unit")
    consequence = gettext_lazy(
        "The unit's responsibility ends on that day. What it did before stays in the record."
    )
    done = gettext_lazy("The unit was removed.")
    is_destructive = True
    form_class = ReasonedForm

    def version_of(self, subject):
        return subject.task.version

    def perform(self, form):
        return assignments.remove_unit(
            assignment_id=self.subject.pk, note=form.cleaned_data["note"], **self.said(form)
        )


class Annul(VerbPage):
    """A mistaken entry of the record is taken back."""

    title = gettext_lazy("Annul an entry")
    button = gettext_lazy("Annul the entry")
    consequence = gettext_lazy(
        "The entry counts on no day any more; it stays in the record, struck through."
        " Figures of past days that rested on it change."
    )
    done = gettext_lazy("The entry was annulled.")
    is_destructive = True
    form_class = AnnulmentForm

    def get_subject(self):
        rows = Event.objects.select_related("task", "issue", "petition", "unit", "inspection")
        event = get_object_or_404(rows, sequence=self.kwargs["sequence"])
        user = self.request.user
        if event.task_id:
            visible = access.visible_tasks(user).filter(pk=event.task_id).exists()
        else:
            visible = access.scope_of(user).reads_everything
        if not visible:
            raise Http404
        return event

    def allowed(self):
        return access.may_annul(self.request.user, self.subject)

    def perform(self, form):
        return annulment.annul(
            actor=self.request.user,
            event_id=self.subject.pk,
            reason=form.cleaned_data["reason"],
            at=self.at,
        )

    def get_success_url(self, outcome=None):
        event = self.subject
        about = event.task or event.issue or event.petition or event.programme or event.unit
        if event.kind == EventKind.CREATED and outcome is not None:
            return reverse(LISTS[type(about)])
        return about.get_absolute_url() if about else reverse("dashboard")

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(entry=self.subject, task=self.subject.task, **kwargs)
