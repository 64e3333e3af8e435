"""One report with its way through the unit, and the draft that is saved while it is written."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View
from django.views.generic import DetailView

from tracker import access
from tracker.choices import ReportStatus
from tracker.figures.signals import signals_of
from tracker.forms.progress import ReportForm
from tracker.operations import progress
from tracker.operations.reports import is_reviewed
from tracker.rules.personal import masked_number
from tracker.rules.reports import way
from tracker.views.report_verbs import RELATED
from tracker.views.steps import Verb, in_order
from tracker.views.task_verbs import visible_task

Status = ReportStatus


def steps_of(report):
    """The way of a report, as the inspection rules it or as it went: written, signed, reviewed…"""
    task = report.assignment.task
    stops = way(
        signed=task.inspection.reports_signed or report.signed_by is not None,
        reviewed=is_reviewed(task.inspection, report.assignment.unit)
        or report.reviewed_by is not None,
    )
    order = [Status.DRAFT, Status.TO_SIGN, Status.TO_REVIEW, Status.SUBMITTED, Status.ACCEPTED]
    reached = order.index(Status.SUBMITTED if report.status == Status.RETURNED else report.status)
    words = {
        Status.DRAFT: (pgettext("report", "written"), report.author),
        Status.TO_SIGN: (pgettext("report", "signed"), report.signed_by),
        Status.TO_REVIEW: (pgettext("report", "reviewed by the county"), report.reviewed_by),
        Status.SUBMITTED: (pgettext("report", "sent in"), None),
    }
    marks = []
    for stop in stops:
        label, who = words[stop]
        is_done = (
            reached >= order.index(stop)
            if stop == Status.SUBMITTED
            else (reached > order.index(stop))
        )
        day = report.reported_on if stop == Status.DRAFT else None
        marks.append((label, is_done, day, str(who) if who and is_done else ""))
    received = report.status == Status.ACCEPTED
    marks.append(
        (
            *(pgettext("report", "received"), received),
            *(report.decision.effective_on if received else None,),
            str(report.decision.actor) if received else "",
        )
    )
    return in_order(marks)


def verbs_of(user, report):
    """What this person may do about a report now, the likeliest first."""
    part, args = report.assignment, (report.pk,)
    signs = report.status == Status.TO_SIGN and access.may_sign(user, part)
    reviews = report.status == Status.TO_REVIEW and access.may_review(user, part)
    is_open = report.status == Status.SUBMITTED and not is_annulled(report)
    answers = is_open and access.may_judge(user, part.task)
    mine = report.status in Status.waiting() and report.author_id == user.pk
    offers = (
        (signs, _("Sign"), "sign-report", "ok"),
        (reviews, _("Pass on"), "review-report", "ok"),
        (answers, _("Receive"), "accept-report", "ok"),
        (signs or reviews, _("Send back"), "send-back-report", "back"),
        (answers, _("Return to the unit"), "return-report", "back"),
        (mine, _("Withdraw and change"), "withdraw-report", "undo"),
    )
    return [Verb(label, name, args, icon) for offered, label, name, icon in offers if offered]


def is_annulled(report):
    """Whether the entry of a report was taken back."""
    return report.event is not None and hasattr(report.event, "annulment")


class ReportPage(DetailView):
    """One report with its evidence; a draft is its author's alone."""

    request: Any
    template_name = "tracker/reports/detail.html"
    context_object_name = "report"

    def get_queryset(self):
        rows = access.visible_reports(self.request.user).select_related(*RELATED)
        return rows.prefetch_related("evidence__uploaded_by", "measures_done")

    def get_context_data(self, **kwargs):
        report, person = self.object, self.request.user
        may_call = access.may_read_contact(person, report.assignment)
        own = report.file is not None and (
            report.file.uploaded_by_id == person.pk or access.may_run_list(person)
        )
        task = report.assignment.task
        files = list(report.evidence.all())
        verbs = verbs_of(person, report)
        way_of_report = steps_of(report)
        return super().get_context_data(
            task=task,
            signals=signals_of(person, task, report.assignment, report=report, files=files),
            phone=report.contact_phone if may_call else masked_number(report.contact_phone),
            may_see_file=own,
            primary=verbs[0] if verbs else None,
            others=verbs[1:],
            steps=way_of_report,
            step=next(
                (number for number, step in enumerate(way_of_report, 1) if step.state == "now"),
                len(way_of_report),
            ),
            may_mend=report.status == Status.RETURNED
            and access.may_report(person, report.assignment),
            **kwargs,
        )


class SaveDraft(View):
    """The form of a report as far as it is written, sent by the page itself every few seconds.

    What cannot be kept (a text that is too long, a number that is none) is left as it was and
    named; the answer says when the draft was saved, and which version of it is now the newest.
    """

    http_method_names = ["post"]
    request: Any

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            task = visible_task(request, kwargs["code"])
            rows = task.assignments.current().select_related("unit")
            self.assignment = get_object_or_404(rows, unit__code=kwargs["unit"])
            self.assignment.task = task
            if not access.may_report(request.user, self.assignment):
                raise PermissionDenied(
                    _("This account may not do that. Please ask the rectification office.")
                )
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, code, unit):
        form = ReportForm(request.POST, assignment=self.assignment, is_draft=True)
        form.is_valid()
        moment = now()
        try:
            draft = progress.save_draft(
                actor=request.user,
                assignment_id=self.assignment.pk,
                values=form.values(),
                measures_done=form.cleaned_data.get("measures_done"),
                version=form.cleaned_data.get("draft_version"),
                on=form.cleaned_data.get("on") or localdate(),
                at=moment,
            )
        except ValidationError as refusal:
            return JsonResponse({"said": " ".join(refusal.messages)}, status=409)
        said = _("Draft saved at %(time)s.") % {"time": f"{localtime(moment):%H:%M}"}
        unkept = [
            f"{form[name].label}: {' '.join(map(str, errors))}"
            for name, errors in form.errors.items()
            if name in form.fields and not form[name].is_hidden
        ]
        if unkept:
            said = f"{said} {_('Not kept:')} {'; '.join(unkept)}"
        return JsonResponse({"said": said, "version": draft.version, "unkept": bool(unkept)})
