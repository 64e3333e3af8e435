"""The page on which one line of a plan is entered, with its units and measures."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.forms.measures import MeasureLines
from tracker.forms.tasks import NewTaskForm, TakenOverTaskForm, unit_choices
from tracker.models import Task, Unit
from tracker.operations import entering
from tracker.rules.folding import clean
from tracker.views.frame import current_inspection
from tracker.views.verbs import VerbPage, add_refusal


class NewTask(VerbPage):
    """One line of a plan is entered: kept as a draft, issued at once, or taken over."""

    template_name = "tracker/tasks/form.html"
    title = gettext_lazy("New task")

    def get_subject(self):
        inspection = current_inspection(self.request)
        if inspection is None:
            raise Http404(_("There is no inspection yet."))
        return inspection

    def allowed(self):
        return access.may_run_list(self.request.user)

    @property
    def is_taken_over(self):
        return "takeover" in self.request.GET

    @property
    def is_draft(self):
        return self.request.POST.get("then") == "draft"

    @cached_property
    def choices(self):
        return unit_choices(Unit.objects.plain().open_on(self.today), self.today)

    def get_form_class(self):
        return TakenOverTaskForm if self.is_taken_over else NewTaskForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "inspection": self.subject,
            "choices": self.choices,
            "may_stay_unclear": self.is_draft,
        }

    def get_initial(self):
        last = Task.objects.filter(inspection=self.subject).aggregate(last=Max("number"))["last"]
        initial = super().get_initial() | {"number_printed": (last or 0) + 1}
        code = clean(self.request.GET.get("issue", ""))
        if code:
            initial["issue"] = self.subject.issues.live().filter(code=code).first()
        return initial

    @cached_property
    def lines(self):
        data = self.request.POST if self.request.method == "POST" else None
        return self.make_lines(data)

    def make_lines(self, data=None, **options):
        return MeasureLines(
            data, prefix="measures", form_kwargs={"choices": self.choices}, **options
        )

    def post(self, request, *args, **kwargs):
        if request.POST.get("then") == "more":
            return self.with_more_lines()
        form = self.get_form()
        is_valid = form.is_valid()
        if not (self.lines.is_valid() and is_valid):
            return self.form_invalid(form)
        return self.form_valid(form)

    def with_more_lines(self):
        """The page as it was typed so far, with five more empty lines; nothing is checked yet."""
        typed = _typed(self.get_form())
        lines = [_typed(line) for line in self.lines.forms]
        kwargs = self.get_form_kwargs() | {"initial": typed, "data": None, "files": None}
        self.lines = self.make_lines(initial=lines)
        self.lines.extra = len(lines) + 5
        return self.render_to_response(self.get_context_data(form=self.get_form_class()(**kwargs)))

    def plan(self, form):
        cleaned = form.cleaned_data
        measures = [
            entering.MeasurePlan(**line.values()) for line in self.lines.forms if line.has_changed()
        ]
        return entering.TaskPlan(
            **form.plain_values(),
            units=cleaned["units"],
            lead=cleaned["lead"],
            supporting_units=list(cleaned["supporting_units"]),
            measures=measures,
            completed_on=cleaned.get("completed_on"),
            closed_on=cleaned.get("closed_on"),
        )

    def perform(self, form):
        [task] = entering.enter_tasks(
            actor=self.request.user,
            inspection=self.subject,
            plans=[self.plan(form)],
            on=form.cleaned_data["on"],
            at=self.at,
            issued=not self.is_draft,
            taken_over=self.is_taken_over,
        )
        return task

    def form_valid(self, form):
        try:
            task = self.perform(form)
        except ValidationError as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)
        said = _("The draft was saved.") if self.is_draft else _("The task is on the list.")
        messages.success(self.request, said)
        return redirect(task)

    def get_cancel_url(self):
        return reverse("tasks")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            lines=self.lines, is_taken_over=self.is_taken_over, **kwargs
        )


def _typed(form):
    """What was typed into a bound form, unchecked, by the name of the field."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }
