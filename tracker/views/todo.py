"""What waits for the person who looks (我的待办)."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView

from tracker.figures.todo import Act, to_do
from tracker.filters import address
from tracker.models import Assignment, Inspection, Question

LABELS = {
    Act.MEND: gettext_lazy("Mend what was returned"),
    Act.MEND_REPORT: gettext_lazy("Mend the report that was returned"),
    Act.MEND_CLOSURE: gettext_lazy("Apply for closure again"),
    Act.SIGN_REPORT: gettext_lazy("Sign the report"),
    Act.REVIEW_REPORT: gettext_lazy("Review the report"),
    Act.ANSWER: gettext_lazy("Answer the question"),
    Act.SIGN: gettext_lazy("Sign for the task"),
    Act.REPORT: gettext_lazy("Report progress"),
    Act.GO_ON: gettext_lazy("Finish the draft"),
    Act.CONFIRM: gettext_lazy("Confirm the completion"),
    Act.PRE_ACCEPT: gettext_lazy("Pass the application for the county"),
    Act.TAKE: gettext_lazy("Look at the application"),
    Act.DECIDE: gettext_lazy("Decide the acceptance"),
    Act.PUBLISH: gettext_lazy("Publish the notice"),
    Act.SETTLE: gettext_lazy("Settle the objection"),
    Act.CLOSE: gettext_lazy("Close the task"),
    Act.JUDGE: gettext_lazy("Judge the progress"),
    Act.DECIDE_EXTENSION: gettext_lazy("Decide on the extension"),
    Act.CONFIRM_STANDING: gettext_lazy("Confirm that the result holds"),
    Act.LOOK_BACK: gettext_lazy("Look back"),
    Act.CHASE_STANDING: gettext_lazy("Ask for overdue confirmations"),
    Act.IMPORT: gettext_lazy("Confirm the list"),
}
PARTS = {
    Act.SIGN: "acknowledge-task",
    Act.CONFIRM: "complete-task",
    Act.CONFIRM_STANDING: "confirm-standing",
    Act.LOOK_BACK: "look-back",
}
LISTS = {Act.LOOK_BACK: "lookbacks", Act.CHASE_STANDING: "standing"}
"""Where things are done that are about a whole inspection."""


def url_of(item):
    """Where a thing is done."""
    if item.act == Act.ANSWER:
        return reverse("answer-question", args=[item.subject.pk])
    if isinstance(item.subject, Inspection):
        query = {"batch": item.subject.code}
        if item.act == Act.CHASE_STANDING:
            query |= {"year": item.due_on.year, "show": "overdue"}
        return f"{reverse(LISTS[item.act])}?{urlencode(query)}"
    if not isinstance(item.subject, Assignment):
        about = item.subject.notice.closure if item.act == Act.SETTLE else item.subject
        return about.get_absolute_url()
    task, unit = item.subject.task, item.subject.unit
    if item.act in PARTS:
        return reverse(PARTS[item.act], args=[task.code, unit.code])
    if item.act in (Act.REPORT, Act.GO_ON, Act.MEND_REPORT):
        return f"{reverse('report-progress', args=[task.code])}?unit={unit.code}"
    return task.get_absolute_url()


class ToDoPage(TemplateView):
    """Everything that waits for a person today, over all inspections; always as of today."""

    request: Any
    template_name = "tracker/todo.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ())
        found = to_do(request.user, day=request.today)
        groups = [
            ("overdue", _("Overdue"), found.overdue),
            ("today", _("Due today"), found.today),
            ("later", pgettext_lazy("to do", "To be done"), found.later),
        ]
        return super().get_context_data(
            todo=found,
            groups=[
                (name, label, [self._line(item) for item in items])
                for name, label, items in groups
                if items
            ],
            **kwargs,
        )

    def _line(self, item):
        part, subject = item.part, item.subject
        question = subject if item.act == Act.ANSWER else None
        task = part.task if part else question.task if question else None
        return {
            "item": item,
            "part": part,
            "question": question,
            "about": "" if part else self._about(subject),
            "inspection": self._inspection(task, subject),
            "label": LABELS[item.act],
            "url": url_of(item),
        }

    def _inspection(self, task, subject):
        if task is not None:
            return task.inspection
        return subject if isinstance(subject, Inspection) else subject.inspection

    def _about(self, subject):
        """What is to be done something about that is no part of a task, in words."""
        if isinstance(subject, Question):
            return f"{subject.task.code} {subject.task.title}"
        return str(getattr(subject, "name", "") or subject.file_name)
