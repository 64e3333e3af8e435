"""The pages on which an extension is asked for, and a request is decided or taken back."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.choices import ExtensionState
from tracker.figures import extensions as figures
from tracker.forms.extensions import (
    ApprovalForm,
    AskingForm,
    OpinionForm,
    RefusalForm,
    TakingBackForm,
)
from tracker.operations import extensions
from tracker.rules.folding import clean
from tracker.views.extensions import visible_extension
from tracker.views.task_verbs import TaskVerb, visible_task


class AskForExtension(TaskVerb):
    """A unit asks for a later deadline; with several parts at hand one is chosen first."""

    template_name = "tracker/extensions/ask.html"
    title = gettext_lazy("Ask for an extension")
    button = gettext_lazy("Send the request")
    consequence = gettext_lazy(
        "The rectification office decides. Until then the present deadline holds, and the request"
        " can be taken back."
    )
    done = gettext_lazy("The request was sent. The rectification office decides on it.")
    form_class = AskingForm

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

    def get(self, request, *args, **kwargs):
        if len(self.possible) > 1:
            context = {"possible": self.possible, "task": self.task, "title": self.title}
            return self.render_to_response(context)
        return super().get(request, *args, **kwargs)

    @cached_property
    def before(self):
        """The last request of the unit that came to nothing, whose words are offered again."""
        ended = (ExtensionState.REFUSED, ExtensionState.WITHDRAWN)
        own = self.subject.extension_requests.filter(state__in=ended)
        return own.filter(old_due_on=self.task.due_on).order_by("-pk").first()

    def get_initial(self):
        names = ("new_due_on", "new_text", "situation", "reason", "measures")
        said = {name: getattr(self.before, name) for name in names} if self.before else {}
        if said and said["new_text"] == said["new_due_on"].isoformat():
            said["new_text"] = ""
        return super().get_initial() | said

    def perform(self, form):
        return extensions.ask_for_extension(
            assignment_id=self.subject.pk, **form.values(), **self.said(form)
        )

    def get_success_url(self, outcome=None):
        return outcome.get_absolute_url()

    def blocked(self):
        """Why nothing can be asked for today, in words; empty where it can."""
        try:
            extensions.deadline_to_extend(self.task, self.subject, self.today)
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        return ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            unit=self.subject.unit,
            assignment=self.subject,
            before=self.before,
            blocked=self.blocked(),
            requests=figures.of_task(self.task, self.today),
            **kwargs,
        )


class ExtensionVerb(TaskVerb):
    """A step about one request."""

    template_name = "tracker/extensions/verb.html"

    def get_subject(self):
        return visible_extension(self.request, self.kwargs["pk"])

    @property
    def extension(self):
        return self.subject

    @property
    def task(self):
        return self.extension.task

    def said(self, form):
        return super().said(form) | {"request_id": self.extension.pk}

    def get_success_url(self, outcome=None):
        return self.extension.get_absolute_url()

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            extension=self.extension,
            unit=self.extension.assignment.unit,
            ground=figures.ground(self.extension, self.today),
            **kwargs,
        )


class DecidingVerb(ExtensionVerb):
    """A step of another person, of another unit, than who asked."""

    def allowed(self):
        return access.may_decide_extension(self.request.user, self.extension)


class ApproveExtension(DecidingVerb):
    title = gettext_lazy("Approve the extension")
    button = gettext_lazy("Approve the extension")
    form_class = ApprovalForm

    @property
    def consequence(self):
        return _(
            "The deadline is %(new)s from the day of the decision on. Figures of earlier days keep"
            " %(old)s."
        ) % {
            "new": self.extension.new_due_on.isoformat(),
            "old": self.extension.old_due_on.isoformat(),
        }

    def get_form_kwargs(self):
        needs = self.task.inspection.extension_needs_document
        return super().get_form_kwargs() | {"needs_document": needs}

    def perform(self, form):
        cleaned = form.cleaned_data
        return extensions.approve_extension(
            document_no=cleaned["document_no"], reason=cleaned["reason"], **self.said(form)
        )

    done = gettext_lazy("The extension was approved.")

    def done_message(self, outcome):
        return _("The extension was approved. The deadline is now %(day)s.") % {
            "day": outcome.new_due_on.isoformat()
        }


class RefuseExtension(DecidingVerb):
    title = gettext_lazy("Refuse the extension")
    button = gettext_lazy("Refuse the extension")
    consequence = gettext_lazy(
        "The present deadline stays. The unit sees the reason and may ask again until that day."
    )
    done = gettext_lazy("The extension was refused. The unit sees why.")
    form_class = RefusalForm

    def perform(self, form):
        return extensions.refuse_extension(reason=form.cleaned_data["reason"], **self.said(form))


class WithdrawExtension(ExtensionVerb):
    title = gettext_lazy("Take the request back")
    button = gettext_lazy("Take the request back")
    consequence = gettext_lazy(
        "Nobody decides on it any more, and the present deadline stays. The unit may ask again"
        " until that day."
    )
    done = gettext_lazy("The request was taken back.")
    is_destructive = True
    form_class = TakingBackForm

    def allowed(self):
        return access.may_report(self.request.user, self.extension.assignment)

    def perform(self, form):
        return extensions.withdraw_request(reason=form.cleaned_data["reason"], **self.said(form))


class GiveOpinion(ExtensionVerb):
    title = gettext_lazy("Give an opinion")
    button = gettext_lazy("Send the opinion")
    consequence = gettext_lazy(
        "The rectification office reads it when it decides. It enters the record with the decision."
    )
    done = gettext_lazy("The opinion was sent.")
    form_class = OpinionForm

    def allowed(self):
        return access.may_give_opinion(self.request.user, self.extension)

    def perform(self, form):
        return extensions.give_opinion(opinion=form.cleaned_data["opinion"], **self.said(form))
