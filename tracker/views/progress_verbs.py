"""The pages on which units report and the office answers: from signing to reopening."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.choices import AssignmentStatus, EventKind, ReportStatus, ShownStatus
from tracker.figures.one_task import one_task, suggestion
from tracker.figures.reports import reports_now
from tracker.figures.signals import signals_of
from tracker.forms.progress import ReportForm
from tracker.forms.reasons import CompletionReturnForm
from tracker.forms.tasks import (
    CompletionForm,
    CompletionReportForm,
    ConfirmationForm,
    JudgementForm,
    ReopeningForm,
)
from tracker.forms.verbs import DatedForm
from tracker.operations import assignments, progress
from tracker.rules import transitions
from tracker.rules.folding import clean
from tracker.views.report_verbs import said_of
from tracker.views.task_verbs import AssignmentVerb, TaskVerb, visible_task
from tracker.views.uploads import WithFiles


class ReportingVerb(AssignmentVerb):
    """A step of the unit itself, or of the office on its behalf."""

    def allowed(self):
        return access.may_report(self.request.user, self.subject)


class ConfirmingVerb(AssignmentVerb):
    """A step of whoever confirms completions."""

    def allowed(self):
        return access.may_confirm_completion(self.request.user, self.task)


class AcknowledgeTask(ReportingVerb):
    title = gettext_lazy("Sign for the task")
    button = gettext_lazy("Sign for the task")
    consequence = gettext_lazy("The unit confirms that it has taken the task on.")
    done = gettext_lazy("The task was signed for.")
    form_class = DatedForm

    def perform(self, form):
        return assignments.acknowledge(assignment_id=self.subject.pk, **self.said(form))


class ReportCompletion(ReportingVerb):
    title = gettext_lazy("Report completion")
    button = gettext_lazy("Report completion")
    done = gettext_lazy("Completion was reported.")
    form_class = CompletionReportForm

    @property
    def consequence(self):
        if progress.counts_when_reported(self.task):
            return _("The part of this unit counts as completed from that day on.")
        return _("It counts as completed once it is confirmed, and then from the reported day on.")

    def perform(self, form):
        return progress.report_completion(
            assignment_id=self.subject.pk, note=form.cleaned_data["note"], **self.said(form)
        )


class CompleteTask(ConfirmingVerb):
    """A reported completion is confirmed, or one that nobody reported is entered."""

    @property
    def is_reported(self):
        return self.subject.completion_reported_on is not None

    @property
    def title(self):
        return _("Confirm completion") if self.is_reported else _("Mark as completed")

    button = title

    @property
    def consequence(self):
        if self.is_reported:
            return _("The unit reported completion on %(day)s. It counts from that day on.") % {
                "day": self.subject.completion_reported_on.isoformat()
            }
        return _("The part of this unit counts as completed from that day on.")

    def get_form_class(self):
        return ConfirmationForm if self.is_reported else CompletionForm

    def perform(self, form):
        return progress.complete_assignment(
            assignment_id=self.subject.pk, note=form.cleaned_data["note"], **self.said(form)
        )

    done = gettext_lazy("Completion was entered.")

    def done_message(self, outcome):
        if outcome.completed_on and outcome.completed_on < self.today:
            return _(
                "Completion was entered as of %(day)s. Figures of the days since then have"
                " changed, and the entry is marked as made afterwards."
            ) % {"day": outcome.completed_on.isoformat()}
        return self.done


class ReturnCompletion(ConfirmingVerb):
    title = gettext_lazy("Return a reported completion")
    button = gettext_lazy("Return to the unit")
    consequence = gettext_lazy("The unit sees the reason and reports again.")
    done = gettext_lazy("The completion was returned to the unit.")
    form_class = CompletionReturnForm

    def perform(self, form):
        return progress.return_completion(
            assignment_id=self.subject.pk, note=form.cleaned_data["note"], **self.said(form)
        )


class ReopenTask(AssignmentVerb):
    title = gettext_lazy("Reopen the task")
    button = gettext_lazy("Reopen the task")
    consequence = gettext_lazy(
        "From that day on the part of this unit is open again. Figures of earlier days stand."
    )
    done = gettext_lazy("The task was reopened.")
    is_destructive = True
    form_class = ReopeningForm

    def allowed(self):
        return access.may_run_task(self.request.user, self.task)

    def perform(self, form):
        cleaned = form.cleaned_data
        return progress.reopen_assignment(
            assignment_id=self.subject.pk,
            percent=cleaned["percent"],
            reason=cleaned["reason"],
            new_due_on=cleaned["new_due_on"],
            document_no=cleaned["document_no"],
            **self.said(form),
        )


class JudgeTask(AssignmentVerb):
    title = gettext_lazy("Judge progress")
    button = gettext_lazy("Save the judgement")
    done = gettext_lazy("The judgement was saved.")
    form_class = JudgementForm
    template_name = "tracker/tasks/judge.html"

    def allowed(self):
        return access.may_judge(self.request.user, self.task)

    @cached_property
    def calls(self):
        calls = self.task.inspection.rounds.filter(period_from__lte=self.today)
        return calls.order_by("-period_from", "-pk")

    @cached_property
    def suggestion(self):
        found = one_task(self.task, as_of=self.today)
        own = [part for part in found.parts if part.assignment.pk == self.subject.pk]
        return suggestion(self.task, own[0], as_of=self.today) if own else None

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"calls": self.calls}

    def get_initial(self):
        initial = super().get_initial() | {"call": self.calls.first()}
        if self.suggestion:
            initial["judgement"] = self.suggestion.judgement
        return initial

    def perform(self, form):
        cleaned = form.cleaned_data
        return progress.judge_progress(
            assignment_id=self.subject.pk,
            call=cleaned["call"],
            judgement=cleaned["judgement"],
            suggested=self.suggestion.judgement if self.suggestion else "",
            reason=cleaned["reason"],
            **self.said(form),
        )

    @cached_property
    def report(self):
        """The last report of the part, which is judged."""
        rows = self.subject.reports.standing().select_related("author", "round", "decision")
        return rows.newest_first().first()

    @cached_property
    def signals(self):
        """What the program asks about the part and about the files of its last report."""
        files = []
        if self.report is not None:
            files = list(self.report.evidence.select_related("uploaded_by").order_by("pk"))
        return signals_of(self.request.user, self.task, self.subject, files=files)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            suggestion=self.suggestion,
            signals=self.signals,
            report=self.report,
            is_to_answer=self.report is not None and self.report.decision is None,
            **kwargs,
        )


class ReportProgress(WithFiles, TaskVerb):
    """A unit says how far it is; with several units at hand the person chooses one first."""

    template_name = "tracker/reports/new.html"
    title = gettext_lazy("Report progress")
    button = gettext_lazy("Send the report")
    form_class = ReportForm

    def get_subject(self):
        task = visible_task(self.request, self.kwargs["code"])
        code = clean(self.request.GET.get("unit", ""))
        rows = task.assignments.current().select_related("unit").order_by("-is_lead", "pk")
        if code:
            rows = [get_object_or_404(rows, unit__code=code)]
        rows = list(rows)
        own = [row for row in rows if access.may_report(self.request.user, row)]
        self.possible = own or rows
        for row in self.possible:
            row.task = task
        if not self.possible:
            raise Http404
        return self.possible[0]

    @property
    def task(self):
        return self.subject.task

    def allowed(self):
        return access.may_report(self.request.user, self.subject)

    @property
    def is_choosing(self):
        return len(self.possible) > 1

    @property
    def is_draft(self):
        return self.request.POST.get("then") == "draft"

    def get(self, request, *args, **kwargs):
        if self.is_choosing:
            return self.render_to_response({"task": self.task, "possible": self.possible})
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.is_choosing:
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    @cached_property
    def reports(self):
        """The draft of this person, and what else is known of the part's reports now."""
        return reports_now(self.subject, self.request.user)

    @property
    def last_report(self):
        return self.reports.last

    @property
    def draft(self):
        return self.reports.draft

    def get_initial(self):
        initial = super().get_initial()
        initial["draft_version"] = self.draft.version if self.draft else 0
        begun = self.draft or self.reports.returned
        if begun is None:
            return initial | {"percent": self.subject.percent} | self.contact()
        contact = {} if begun == self.draft else self.contact()
        return initial | {
            **{name: getattr(begun, name) for name in progress.REPORT_FIELDS},
            **contact,
            "is_on_schedule": {None: "", True: "yes", False: "no"}[begun.is_on_schedule],
            "measures_done": list(begun.measures_done.all()),
            "on": self.day_of(begun),
        }

    def day_of(self, begun):
        """The day that was chosen for a draft; for a report that is mended, one of its call."""
        if begun.status == ReportStatus.DRAFT:
            saved_on = localdate(begun.saved_at) if begun.saved_at else begun.reported_on
            return self.today if begun.reported_on == saved_on else begun.reported_on
        return min(self.today, begun.round.period_to) if begun.round else self.today

    def contact(self):
        """Who filled in the last report of the unit, so that nobody types it again."""
        if self.last_report is None or not self.last_report.contact_name:
            return {"contact_name": str(self.request.user)}
        may_read = access.may_read_contact(self.request.user, self.subject)
        return {
            "contact_name": self.last_report.contact_name,
            "contact_phone": self.last_report.contact_phone if may_read else "",
        }

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "assignment": self.subject,
            "is_draft": self.is_draft,
        }

    def perform(self, form):
        common = {
            "actor": self.request.user,
            "assignment_id": self.subject.pk,
            "values": form.values(),
            "measures_done": list(form.cleaned_data.get("measures_done", ())),
            "on": form.cleaned_data["on"],
            "at": self.at,
        }
        cleaned = form.cleaned_data
        try:
            if self.is_draft:
                self.keep_files(form)
                return progress.save_draft(version=cleaned["draft_version"], **common)
            return progress.submit_report(
                version=cleaned["version"],
                draft_version=cleaned["draft_version"],
                files=self.files,
                **common,
            )
        except ValidationError as refusal:
            if getattr(refusal, "code", "") == "draft_moved":
                form.data = form.data.copy()
                newest = reports_now(self.subject, self.request.user).draft
                form.data["draft_version"] = newest.version if newest else 0
            raise

    def done_message(self, outcome):
        return self.done if self.is_draft else said_of(outcome)

    @property
    def done(self):
        if self.files:
            return _("The draft was saved. Its files wait for it until tomorrow.")
        return _("The draft was saved. Only this account sees it.")

    def get_success_url(self, outcome=None):
        if self.is_draft and outcome is not None:
            query = urlencode({"unit": self.subject.unit.code, **self.kept}, doseq=True)
            return f"{reverse('report-progress', args=[self.task.code])}?{query}"
        return self.task.get_absolute_url()

    def get_cancel_url(self, outcome=None):
        return self.task.get_absolute_url()

    def get_context_data(self, **kwargs):
        parts = one_task(self.task, as_of=self.today).parts
        own = next((part for part in parts if part.assignment.pk == self.subject.pk), None)
        late = (ShownStatus.BEHIND, ShownStatus.OVERDUE)
        return super().get_context_data(
            unit=self.subject.unit,
            assignment=self.subject,
            own=own,
            is_late=own is not None and own.shown in late,
            last_report=self.last_report,
            draft=self.draft,
            returned=self.reports.returned,
            waiting=self.reports.waiting,
            sent_at=self.reports.sent_at,
            may_report_now=EventKind.REPORTED in transitions.possible(self.subject.status),
            status_word=AssignmentStatus(self.subject.status).label,
            **kwargs,
        )
