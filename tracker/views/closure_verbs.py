"""The pages of a closure up to the word of the acceptance: application, return, decision."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.choices import ClosureStage
from tracker.figures.signals import signals_of
from tracker.forms.closures import (
    CONDITION_OF,
    ApplicationForm,
    DecisionForm,
    PreAcceptanceForm,
    ReturnForm,
    TakingForm,
    WithdrawalForm,
)
from tracker.operations import closures
from tracker.rules.folding import clean
from tracker.views.subjects import frame_by
from tracker.views.task_verbs import TaskVerb, visible_task
from tracker.views.uploads import WithFiles


def visible_closure(request, pk):
    """The attempt of that number, if this person may know of it; its inspection frames the page."""
    rows = access.visible_closures(request.user).select_related(
        *("assignment__unit", "assignment__task__inspection", "assignment__task__issue"),
        *("assignment__task__acceptance_unit", "applied_by", "taken_by", "decided_by"),
        *("county", "pre_accepted_by"),
        "notice__published_by",
    )
    closure = get_object_or_404(rows, pk=pk)
    frame_by(request, closure.assignment.task.inspection_id)
    return closure


class ApplyForClosure(WithFiles, TaskVerb):
    """A unit applies for the closure of its part; with several at hand it is chosen first."""

    template_name = "tracker/closures/apply.html"
    title = gettext_lazy("Apply for closure")
    button = gettext_lazy("Send the application")
    done = gettext_lazy("The application was sent.")
    form_class = ApplicationForm

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

    @property
    def consequence(self):
        county = self.subject.unit.county if self.task.inspection.county_accepts else None
        if county is None:
            return _(
                "The acceptance unit examines it. Until it has begun, the application can be taken"
                " back."
            )
        return _(
            "The office of %(county)s examines it first, another person than you; then the"
            " acceptance unit does. Until that has begun, the application can be taken back."
        ) % {"county": county}

    def allowed(self):
        return access.may_report(self.request.user, self.subject)

    def get(self, request, *args, **kwargs):
        if len(self.possible) > 1:
            context = {"possible": self.possible, "task": self.task, "title": self.title}
            return self.render_to_response(context)
        return super().get(request, *args, **kwargs)

    @cached_property
    def before(self):
        """The attempt before this one, whose words are offered again."""
        rows = self.subject.closures.order_by("-applied_on", "-pk")
        return rows.prefetch_related("evidence").first()

    @cached_property
    def last_report(self):
        return self.subject.reports.standing().newest_first().first()

    def get_form_kwargs(self):
        leads = self.subject.is_lead or not self.task.assignments.current().filter(is_lead=True)
        return super().get_form_kwargs() | {
            "evidence": access.visible_evidence(self.request.user)
            .filter(task=self.task)
            .order_by("-pk"),
            "has_lead": not leads,
        }

    def get_initial(self):
        initial = super().get_initial() | {"self_checked_on": self.subject.completion_reported_on}
        if self.before is None:
            initial["completion_text"] = self.last_report.text if self.last_report else ""
            return initial
        names = ("self_check", "completion_text", "is_statement", "meeting_on", "lead_opinion")
        return initial | {
            **{name: getattr(self.before, name) for name in names},
            "self_checked_on": self.before.self_checked_on,
            "unit_head": self.before.unit_head,
            "evidence": list(self.before.evidence.all()),
        }

    def perform(self, form):
        return closures.apply_for_closure(
            assignment_id=self.subject.pk, files=self.files, **form.values(), **self.said(form)
        )

    def get_success_url(self, outcome=None):
        return outcome.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            unit=self.subject.unit,
            assignment=self.subject,
            before=self.before,
            last_report=self.last_report,
            **kwargs,
        )


class ClosureVerb(TaskVerb):
    """A step about one attempt at closure."""

    template_name = "tracker/closures/verb.html"

    def get_subject(self):
        return visible_closure(self.request, self.kwargs["pk"])

    @property
    def closure(self):
        return self.subject

    @property
    def task(self):
        return self.closure.assignment.task

    def said(self, form):
        return super().said(form) | {"closure_id": self.closure.pk}

    def get_success_url(self, outcome=None):
        return self.closure.get_absolute_url()

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            closure=self.closure, unit=self.closure.assignment.unit, **kwargs
        )


class AcceptingVerb(ClosureVerb):
    """A step of another person, of another unit, than the applicant."""

    def allowed(self):
        return access.may_accept(self.request.user, self.closure)


class OfficeVerb(ClosureVerb):
    """A step of the rectification office."""

    def allowed(self):
        return access.may_publish(self.request.user, self.task)


class ReturnApplication(ClosureVerb):
    title = gettext_lazy("Return the application")
    button = gettext_lazy("Return to the unit")
    consequence = gettext_lazy("The unit sees the reason, mends what is missing and applies again.")
    done = gettext_lazy("The application was returned to the unit.")
    form_class = ReturnForm

    def allowed(self):
        return access.may_return(self.request.user, self.closure)

    def perform(self, form):
        return closures.return_application(reason=form.cleaned_data["reason"], **self.said(form))


class WithdrawApplication(ClosureVerb):
    title = gettext_lazy("Take the application back")
    button = gettext_lazy("Take the application back")
    consequence = gettext_lazy("Nobody examines it any more. The unit can apply again at any time.")
    done = gettext_lazy("The application was taken back.")
    is_destructive = True
    form_class = WithdrawalForm

    def allowed(self):
        return access.may_report(self.request.user, self.closure.assignment)

    def perform(self, form):
        return closures.withdraw_application(reason=form.cleaned_data["reason"], **self.said(form))


class PreAccept(ClosureVerb):
    """The word of the county on an application of one of its units, or of its own government."""

    title = gettext_lazy("Pass for the county")
    button = gettext_lazy("Pass to the acceptance unit")
    done = gettext_lazy("The county passed the application. The acceptance unit takes it up.")
    form_class = PreAcceptanceForm

    @property
    def consequence(self):
        if self.closure.county_id == self.closure.assignment.unit_id:
            return _(
                "The county's own government applied, so another person of its office than the"
                " applicant examines it. Afterwards it goes to the acceptance unit."
            )
        return _("Afterwards it goes to the acceptance unit. What is missing is returned instead.")

    def allowed(self):
        return access.may_pre_accept(self.request.user, self.closure)

    def perform(self, form):
        cleaned = form.cleaned_data
        names = ("county_opinion", "county_signer")
        return closures.pre_accept(**{name: cleaned[name] for name in names}, **self.said(form))


class TakeForAcceptance(AcceptingVerb):
    title = gettext_lazy("Begin acceptance")
    button = gettext_lazy("Begin acceptance")
    consequence = gettext_lazy(
        "From now on the application can only be decided: the five conditions are answered one"
        " by one."
    )
    done = gettext_lazy("Acceptance has begun.")
    form_class = TakingForm

    def perform(self, form):
        return closures.take_for_acceptance(**self.said(form))


class DecideAcceptance(WithFiles, AcceptingVerb):
    template_name = "tracker/closures/decide.html"
    title = gettext_lazy("Decide on acceptance")
    button = gettext_lazy("Save the decision")
    form_class = DecisionForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "is_statement": self.closure.is_statement,
            "evidence": self.evidence,
        }

    @cached_property
    def evidence(self):
        """The files of the application."""
        return list(self.closure.evidence.select_related("uploaded_by").order_by("pk"))

    def about(self, name):
        return CONDITION_OF.get(name, "")

    def perform(self, form):
        cleaned = form.cleaned_data
        return closures.decide_acceptance(
            passes=cleaned["passes"],
            answers=form.answers(),
            shown=form.shown(),
            files=self.files,
            opinion=cleaned["opinion"],
            **{name: cleaned[name] for name in DecisionForm.FOUND},
            **self.said(form),
        )

    done = gettext_lazy("The decision was saved.")

    def done_message(self, outcome):
        if outcome.stage == ClosureStage.PASSED:
            return _("Acceptance was passed. The rectification office publishes the notice.")
        return _("Acceptance was not passed. The task is open again, and the unit sees why.")

    def get_context_data(self, **kwargs):
        part = self.closure.assignment
        return super().get_context_data(
            evidence=self.evidence,
            signals=signals_of(self.request.user, self.task, part, files=self.evidence),
            measures=list(self.task.measures.filter(is_annulled=False).order_by("number")),
            **kwargs,
        )
