"""What is done about a report once it is written: from signing it to receiving or returning it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.choices import ReportStatus
from tracker.forms.reports import AcceptReportForm, PassForm, ReturnReportForm, SendBackForm
from tracker.operations import report_steps
from tracker.views.frame import inspections
from tracker.views.verbs import VerbPage

RELATED = (
    *("assignment__unit", "assignment__task__inspection", "assignment__task__supervising_unit"),
    *("assignment__task__acceptance_unit", "author", "round", "file", "signed_by", "reviewed_by"),
    *("sent_back_by", "decision__actor", "event__actor", "event__annulment__actor"),
)
"""What the pages about one report say of it."""


class ReportVerb(VerbPage):
    """A step about one report, which stands beside the form."""

    template_name = "tracker/reports/verb.html"
    form_class: Any = PassForm

    def get_subject(self):
        rows = access.visible_reports(self.request.user).select_related(*RELATED)
        report = get_object_or_404(rows, pk=self.kwargs["pk"])
        inspection = report.assignment.task.inspection
        same = [row for row in inspections(self.request) if row.pk == inspection.pk]
        self.request.inspection = same[0] if same else None
        return report

    @property
    def task(self):
        return self.subject.assignment.task

    def said(self, form):
        """What every operation is told: who, about which report, as it was shown."""
        return {
            "actor": self.request.user,
            "report_id": self.subject.pk,
            "version": form.cleaned_data["version"],
        }

    def get_cancel_url(self, outcome=None):
        return self.subject.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            task=self.task,
            unit=self.subject.assignment.unit,
            report=self.subject,
            **kwargs,
        )


class SignReport(ReportVerb):
    title = gettext_lazy("Sign the report")
    button = gettext_lazy("Sign and pass on")
    consequence = gettext_lazy(
        "The report goes on as it stands here. Sent in, it counts for the day on which it was"
        " written."
    )

    def allowed(self):
        return access.may_sign(self.request.user, self.subject.assignment)

    def perform(self, form):
        return report_steps.sign_report(at=self.at, **self.said(form))

    done = gettext_lazy("The report was signed.")

    def done_message(self, outcome):
        return said_of(outcome)


class ReviewReport(ReportVerb):
    title = gettext_lazy("Review the report for the county")
    button = gettext_lazy("Pass on")
    consequence = SignReport.consequence
    done = gettext_lazy("The report was passed on.")

    def allowed(self):
        return access.may_review(self.request.user, self.subject.assignment)

    def perform(self, form):
        return report_steps.review_report(at=self.at, **self.said(form))

    def done_message(self, outcome):
        return said_of(outcome)


def said_of(report):
    """Where a report is that was written, signed or reviewed just now."""
    if report.status == ReportStatus.TO_SIGN:
        return _("The report was sent. It counts once a head of the unit has signed it.")
    if report.status == ReportStatus.TO_REVIEW:
        return _("The report was sent to the county. It counts once the county has passed it on.")
    return _("The report was sent.")


class SendBackReport(ReportVerb):
    title = gettext_lazy("Send the report back to its author")
    button = gettext_lazy("Send back")
    consequence = gettext_lazy("The author sees the reason, and the report is a draft again.")
    done = gettext_lazy("The report was sent back to its author.")
    form_class = SendBackForm

    def allowed(self):
        person, part = self.request.user, self.subject.assignment
        return access.may_sign(person, part) or access.may_review(person, part)

    def perform(self, form):
        return report_steps.send_back(reason=form.cleaned_data["note"], **self.said(form))

    def get_success_url(self, outcome=None):
        return self.task.get_absolute_url()


class WithdrawReport(ReportVerb):
    title = gettext_lazy("Withdraw the report to change it")
    button = gettext_lazy("Withdraw")
    consequence = gettext_lazy("It is a draft again, and nobody else sees it until it is sent.")
    done = gettext_lazy("The report was withdrawn. It is a draft again.")

    def allowed(self):
        return self.subject.author_id == self.request.user.pk

    def perform(self, form):
        return report_steps.withdraw_report(**self.said(form))

    def get_success_url(self, outcome=None):
        return outcome.get_absolute_url()


class AnsweringVerb(ReportVerb):
    """A step of whoever judges the progress of the task."""

    def allowed(self):
        return access.may_judge(self.request.user, self.task)

    def said(self, form):
        return super().said(form) | {"on": form.cleaned_data["on"], "at": self.at}


class AcceptReport(AnsweringVerb):
    title = gettext_lazy("Receive the report")
    button = gettext_lazy("Receive")
    done = gettext_lazy("The report was received.")
    form_class = AcceptReportForm

    def perform(self, form):
        return report_steps.accept_report(**self.said(form))


class ReturnReport(AnsweringVerb):
    title = gettext_lazy("Return the report")
    button = gettext_lazy("Return to the unit")
    done = gettext_lazy("The report was returned to the unit.")
    is_destructive = True
    form_class = ReturnReportForm

    @property
    def consequence(self):
        said = _(
            "From that day on the unit has not reported for the call, and its progress is what it"
            " was before. Figures of earlier days stand."
        )
        if not self.subject.measures_done.exists():
            return said
        return f"{said} {_('Measures ticked off with the report stay done.')}"

    def perform(self, form):
        return report_steps.return_report(reason=form.cleaned_data["note"], **self.said(form))
