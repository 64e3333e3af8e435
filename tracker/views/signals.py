"""Questions of the program to who checks a task, and the page on which one is answered."""

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.choices import SignalKind
from tracker.forms.signals import AnswerForm
from tracker.operations import signals
from tracker.views.task_verbs import TaskVerb


class AnswerSignal(TaskVerb):
    """What was asked about a report or a file has been checked; it is not asked again."""

    title = gettext_lazy("Note what was found")
    button = gettext_lazy("Checked")
    consequence = gettext_lazy(
        "The question is not asked again. Only those who check the task read the note, never the"
        " reporting unit."
    )
    done = gettext_lazy("It was noted.")
    form_class = AnswerForm

    def allowed(self):
        return access.may_be_asked(self.request.user, self.task)

    @cached_property
    def about(self):
        kind, key = self.kwargs["kind"], self.kwargs["key"]
        row = signals.asked_about(self.request.user, self.task, kind, key)
        if row is None:
            raise Http404
        return f"{SignalKind(kind).label}: {row}"

    def perform(self, form):
        return signals.note_answer(
            actor=self.request.user,
            task_id=self.task.pk,
            kind=self.kwargs["kind"],
            key=self.kwargs["key"],
            note=form.cleaned_data["note"],
            at=self.at,
        )

    def get_success_url(self, outcome=None):
        before = self.request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(before, {self.request.get_host()})
        return before if is_ours else self.task.get_absolute_url()

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(about=self.about, **kwargs)
