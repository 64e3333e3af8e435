"""An inspection issue: its page, and the pages on which issues are entered and corrected."""

from collections import defaultdict

from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import EventKind, ShownStatus
from tracker.forms.issues import CorrectIssueForm, NewIssueForm
from tracker.models import Issue, Span
from tracker.operations import issues
from tracker.views.subjects import NewInInspection, SubjectVerb, entries_about, frame_by, on_day


def visible_issue(request, code):
    """The issue of that code, if this person may know of it."""
    rows = access.visible_issues(request.user).select_related(
        "inspection", "source", "medium", "unit"
    )
    issue = get_object_or_404(rows, code=code)
    frame_by(request, issue.inspection_id)
    return issue


class IssuePage(TemplateView):
    """What was criticised, in the inspectors' words, and the tasks that answer it on the day."""

    template_name = "tracker/issues/detail.html"

    def get_context_data(self, **kwargs):
        request = self.request
        issue = visible_issue(request, kwargs["code"])
        tasks, aside = self.tasks(issue)
        entries = entries_about(request, issue.events.filter(task=None), Issue)
        created = [entry for entry in entries if entry.event.kind == EventKind.CREATED]
        runs_list = access.may_run_list(request.user) and not request.is_past
        editable = runs_list and not issue.is_annulled
        completed = sum(task["shown"] >= ShownStatus.AWAITING_CLOSURE for task in tasks)
        return super().get_context_data(
            issue=issue,
            tasks=tasks,
            aside=aside,
            shown=min((task["shown"] for task in tasks), default=None),
            completed=completed,
            under_way=len(tasks) - completed,
            entries=entries,
            may_edit=editable,
            annul=created[0].event.sequence if editable and created else None,
            **kwargs,
        )

    def tasks(self, issue):
        """The tasks counted on the day, and the others: drafts, withdrawn, not issued yet."""
        day = self.request.as_of
        known = access.visible_tasks(self.request.user).filter(issue=issue, is_annulled=False)
        units = access.scope_of(self.request.user).units
        counted = {task.pk: task for task in known.as_of(day, units=units)}
        names = defaultdict(list)
        spans = Span.objects.on(day).filter(task__in=counted).select_related("unit")
        for span in spans.order_by("-assignment__is_lead", "unit__position", "unit__code"):
            names[span.task_id].append(span.unit.label)
        found = [self.line(task, names[task.pk]) for task in counted.values()]
        aside = [task for task in known.order_by("number") if task.pk not in counted]
        return sorted(found, key=lambda line: line["task"].number), aside

    def line(self, task, units):
        day = self.request.as_of
        shown = ShownStatus(task.shown)
        is_open = shown < ShownStatus.AWAITING_CLOSURE
        due_on = task.due_on_then
        return {
            "task": task,
            "shown": shown,
            "percent": int(task.percent_then),
            "due_on": due_on,
            "days_left": (due_on - day).days if due_on and is_open else None,
            "units": _(", ").join(units),
            "url": on_day(self.request, task.get_absolute_url()),
        }


class NewIssue(NewInInspection):
    list_name = "issues"
    list_label = gettext_lazy("Inspection issues")
    title = gettext_lazy("New issue")
    button = gettext_lazy("Enter the issue")
    done = gettext_lazy("The issue is on the list.")
    form_class = NewIssueForm

    def get_initial(self):
        last = self.subject.issues.live().aggregate(last=Max("number"))["last"] or 0
        fed_back = self.subject.feedback_on or self.today
        return super().get_initial() | {"number_printed": last + 1, "on": min(fed_back, self.today)}

    def perform(self, form):
        return issues.enter_issue(
            actor=self.request.user,
            inspection=self.subject,
            values=form.values(),
            on=form.cleaned_data["on"],
            at=self.at,
        )


class CorrectIssue(SubjectVerb):
    list_name = "issues"
    list_label = gettext_lazy("Inspection issues")
    title = gettext_lazy("Correct the issue")
    button = gettext_lazy("Save the correction")
    consequence = gettext_lazy("The wording before stays in the record.")
    done = gettext_lazy("The correction was saved and stands in the record.")
    form_class = CorrectIssueForm

    def get_subject(self):
        issue = visible_issue(self.request, self.kwargs["code"])
        if issue.is_annulled:
            raise Http404(_("The issue was annulled."))
        return issue

    def allowed(self):
        return access.may_run_list(self.request.user)

    def stored(self, subject):
        printed = subject.number_printed or str(subject.number)
        facts = {name: getattr(subject, name) for name in CorrectIssueForm.FACTS}
        return {"number_printed": printed, **facts}

    def perform(self, form):
        return issues.correct_issue(
            actor=self.request.user,
            issue_id=self.subject.pk,
            version=form.cleaned_data["version"],
            changes=form.values(),
            on=self.today,
            at=self.at,
            note=form.cleaned_data["note"],
        )

    def get_success_url(self, outcome=None):
        return (outcome or self.subject).get_absolute_url()
