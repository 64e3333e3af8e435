"""The page of questions and answers on a task (问答), and the steps on it."""

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView

from tracker import access
from tracker.forms.discussions import AnswerForm, CorrectionForm, QuestionForm
from tracker.forms.verbs import CleanForm
from tracker.models import Answer, Question
from tracker.operations import discussions
from tracker.rules.discussions import is_correctable
from tracker.views.round_pages import page_of
from tracker.views.task_verbs import visible_task
from tracker.views.verbs import VerbPage

PER_PAGE = 20


class QuestionPage(TemplateView):
    """What is asked and answered on one task: what waits for an answer first."""

    template_name = "tracker/discussions/list.html"

    @cached_property
    def task(self):
        return visible_task(self.request, self.kwargs["code"])

    def questions(self):
        answers = Answer.objects.select_related("author", "unit", "evidence").order_by(
            "written_at", "pk"
        )
        return (
            access.visible_questions(self.request.user)
            .filter(task=self.task)
            .select_related("author", "unit", "part__unit", "evidence", "settled_by")
            .prefetch_related(Prefetch("answers", answers), "mentions", "answers__mentions")
            .in_order()
        )

    def get_context_data(self, **kwargs):
        user, task, at = self.request.user, self.task, now()
        page = page_of(self.request, self.questions(), PER_PAGE)
        may_talk = access.may_ask(user, task)
        runs = may_talk and access.may_run_task(user, task)
        threads = [_Thread(row, user, at, may_talk=may_talk, runs=runs) for row in page]
        remarks = [remark for thread in threads for remark in thread.remarks]
        if access.may_read_taken_back(user):
            _with_earlier_texts(remarks)
        _without_unseen_files(remarks, user)
        return super().get_context_data(
            task=task,
            page=page,
            threads=threads,
            may_ask=may_talk and task.issued_on is not None and not task.is_annulled,
            **kwargs,
        )


class _Thread:
    """One question with its answers, and what this person may do about each."""

    def __init__(self, question, user, at, *, may_talk, runs):
        self.question = question
        self.remarks = [question, *question.answers.all()]
        is_back = question.taken_back_at is not None
        self.may_answer = may_talk and not is_back and not question.is_settled
        self.may_settle = may_talk and not is_back and (runs or access.may_reword(user, question))
        self.waits = not (is_back or question.is_settled or question.is_answered)
        for remark in self.remarks:
            own = may_talk and access.may_reword(user, remark) and remark.taken_back_at is None
            remark.may_take_back = own
            remark.may_correct = own and is_correctable(remark.written_at, at)
            remark.is_hidden = remark.taken_back_at is not None

    @property
    def answers(self):
        return self.remarks[1:]


def _with_earlier_texts(remarks):
    """Give each text that was changed or taken back what it said before."""
    for model in (Question, Answer):
        changed: dict[int, Any] = {
            row.pk: row
            for row in remarks
            if isinstance(row, model) and (row.corrected_at or row.taken_back_at)
        }
        for row in changed.values():
            row.earlier = []
        if not changed:
            continue
        for version in model.history.filter(id__in=changed).order_by("history_id"):
            row = changed[version.id]
            is_shown = row.taken_back_at is None and version.text == row.text
            if not is_shown and version.text not in row.earlier:
                row.earlier.append(version.text)


def _without_unseen_files(remarks, user):
    """Leave out the files that this person may not see; of those nothing is said."""
    named = {row.evidence_id for row in remarks if row.evidence_id and not row.is_hidden}
    seen = access.visible_evidence(user).filter(pk__in=named).values_list("pk", flat=True)
    in_sight = set(seen) if named else set()
    for row in remarks:
        row.file = row.evidence if row.evidence_id in in_sight else None


class TalkVerb(VerbPage):
    """A step about what is said on a task."""

    template_name = "tracker/discussions/write.html"
    form_class: type = CleanForm

    def get_subject(self):
        return self.visible(Question, self.kwargs["pk"])

    def visible(self, model, pk):
        """A question or an answer in sight; its inspection frames the page."""
        questions = access.visible_questions(self.request.user)
        rows = questions if model is Question else Answer.objects.filter(question__in=questions)
        path = "" if model is Question else "question__"
        rows = rows.select_related("author", f"{path}part__unit", f"{path}task")
        found = get_object_or_404(rows, pk=pk)
        self.question = found if model is Question else found.question
        self.task = visible_task(self.request, self.question.task.code)
        return found

    def get_success_url(self, outcome=None):
        return self.question.get_absolute_url()

    def get_cancel_url(self):
        return self.question.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(task=self.task, **kwargs)


class Talk(TalkVerb):
    """The page on which something is written to others."""

    def get_form_kwargs(self):
        user = self.request.user
        return super().get_form_kwargs() | {
            "auto_id": f"{self.name}_%s",
            "people": access.possible_mentions(user, self.task, self.part).exclude(pk=user.pk),
            "evidence": access.visible_evidence(user).filter(task=self.task).order_by("-pk"),
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(name=self.name, **kwargs)


class Ask(Talk):
    title = gettext_lazy("Ask a question")
    button = pgettext_lazy("question", "Ask")
    done = gettext_lazy("The question was sent. Who is asked is told.")
    form_class = QuestionForm
    name = "ask"
    part = None

    def get_subject(self):
        self.task = visible_task(self.request, self.kwargs["code"])
        return self.task

    @cached_property
    def addresses(self):
        return access.possible_addresses(self.request.user, self.task)

    def allowed(self):
        return access.may_ask(self.request.user, self.task)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"addresses": self.addresses}

    def perform(self, form):
        self.question = discussions.ask(
            actor=self.request.user,
            task_id=self.task.pk,
            addressee=form.address.addressee,
            part=form.address.part,
            at=self.at,
            **form.values(),
        )
        return self.question

    def get_cancel_url(self):
        return reverse("task-questions", args=[self.task.code])


class AnswerQuestion(Talk):
    title = gettext_lazy("Answer the question")
    button = pgettext_lazy("question", "Send the answer")
    done = gettext_lazy("The answer was sent.")
    form_class = AnswerForm

    @property
    def name(self):
        return f"reply-{self.question.pk}"

    @property
    def part(self):
        return self.question.part

    def allowed(self):
        return access.may_answer(self.request.user, self.subject)

    def perform(self, form):
        return discussions.answer(
            actor=self.request.user, question_id=self.subject.pk, at=self.at, **form.values()
        )

    def get_context_data(self, **kwargs):
        is_hidden = self.question.taken_back_at is not None
        return super().get_context_data(asked=None if is_hidden else self.question, **kwargs)


class SettleQuestion(TalkVerb):
    title = gettext_lazy("Settle the question")
    button = pgettext_lazy("question", "Settled")
    consequence = gettext_lazy("Nobody has to answer any more. It can be taken up again.")
    done = gettext_lazy("The question is settled.")

    def allowed(self):
        return access.may_settle(self.request.user, self.subject)

    def perform(self, form):
        return discussions.settle(actor=self.request.user, question_id=self.subject.pk, at=self.at)


class ReopenQuestion(SettleQuestion):
    title = gettext_lazy("Take the question up again")
    button = pgettext_lazy("question", "Take it up again")
    consequence = gettext_lazy("It can be answered again.")
    done = gettext_lazy("The question is open again.")

    def perform(self, form):
        return discussions.reopen(actor=self.request.user, question_id=self.subject.pk)


class Reword(TalkVerb):
    """A step of the author about a text of their own."""

    model: Any = Question

    def get_subject(self):
        return self.visible(self.model, self.kwargs["pk"])

    def allowed(self):
        return access.may_reword(self.request.user, self.subject)

    def get_context_data(self, **kwargs):
        return super().get_context_data(said=self.subject, **kwargs)


class Correct(Reword):
    title = gettext_lazy("Correct the text")
    button = gettext_lazy("Save the correction")
    done = gettext_lazy("The text was corrected and is marked as corrected.")
    form_class = CorrectionForm

    def stored(self, subject):
        return {"text": subject.text}

    def perform(self, form):
        return discussions.correct(
            actor=self.request.user,
            remark=self.subject,
            text=form.cleaned_data["text"],
            at=self.at,
        )


class CorrectAnswer(Correct):
    model = Answer


class TakeBack(Reword):
    title = gettext_lazy("Take the text back")
    button = gettext_lazy("Take the text back")
    consequence = gettext_lazy(
        "The page then says that its author took it back. The text is kept for auditors."
    )
    done = gettext_lazy("The text was taken back.")
    is_destructive = True

    def perform(self, form):
        return discussions.take_back(actor=self.request.user, remark=self.subject, at=self.at)


class TakeAnswerBack(TakeBack):
    model = Answer
