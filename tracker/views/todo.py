"""What waits for the person who looks (我的待办)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView

from tracker.figures.todo import Act, to_do
from tracker.filters import address
from tracker.models import Assignment

LABELS = {
    Act.MEND: gettext_lazy("Mend what was returned"),
    Act.MEND_CLOSURE: gettext_lazy("Apply for closure again"),
    Act.SIGN: gettext_lazy("Sign for the task"),
    Act.REPORT: gettext_lazy("Report progress"),
    Act.GO_ON: gettext_lazy("Finish the draft"),
    Act.CONFIRM: gettext_lazy("Confirm the completion"),
    Act.TAKE: gettext_lazy("Look at the application"),
    Act.DECIDE: gettext_lazy("Decide the acceptance"),
    Act.PUBLISH: gettext_lazy("Publish the notice"),
    Act.SETTLE: gettext_lazy("Settle the objection"),
    Act.CLOSE: gettext_lazy("Close the task"),
    Act.JUDGE: gettext_lazy("Judge the progress"),
    Act.IMPORT: gettext_lazy("Confirm the list"),
}
PARTS = {Act.SIGN: "acknowledge-task", Act.CONFIRM: "complete-task"}


def url_of(item):
    """Where a thing is done."""
    if not isinstance(item.subject, Assignment):
        about = item.subject.notice.closure if item.act == Act.SETTLE else item.subject
        return about.get_absolute_url()
    task, unit = item.subject.task, item.subject.unit
    if item.act in PARTS:
        return reverse(PARTS[item.act], args=[task.code, unit.code])
    if item.act in (Act.REPORT, Act.GO_ON):
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
        return {
            "item": item,
            "part": part,
            "about": "" if part else str(getattr(subject, "name", "") or subject.file_name),
            "inspection": part.task.inspection if part else subject.inspection,
            "label": LABELS[item.act],
            "url": url_of(item),
        }
