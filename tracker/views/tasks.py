"""The list of rectification tasks."""

from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import AssignmentStatus
from tracker.filters.tasks import task_filter
from tracker.models import Task
from tracker.tables.tasks import TaskTable
from tracker.views.lists import ListPage

ASIDE = 100
"""At most so many drafts and withdrawn tasks are named below the list."""


class TaskList(ListPage):
    """The list of the current inspection, as of the day (整改任务)."""

    template_name = "tracker/tasks/list.html"
    table_class = TaskTable
    subject = "tasks"

    def filtered(self):
        chosen = task_filter(self.request, self.request.inspection)
        return chosen.listing, chosen

    @property
    def soon(self):
        inspection = self.request.inspection
        return inspection.due_soon_days if inspection else 0

    @cached_property
    def counts(self):
        return self.filter.counts(self.soon)

    def count(self):
        return self.counts["found"]

    def table_options(self):
        return super().table_options() | {"units": self.filter.units}

    def tabs(self):
        n = self.counts
        done = n["awaiting_closure"] + n["closed"]
        open_ = n["overdue"] + n["behind"] + n["not_started"] + n["on_schedule"]
        late = n["overdue"] + n["behind"]
        soon = _("Due within %(n)s days") % {"n": self.soon}
        return [
            self.tab(_("All"), done + open_, status=None, due=None),
            self.tab(_("Under way"), open_, status="open", due=None),
            self.tab(
                _("Behind and overdue"),
                late,
                "overdue" if late else "",
                status="overdue,behind",
                due=None,
            ),
            self.tab(soon, n["soon"], status=None, due=str(self.soon)),
            self.tab(
                _("Awaiting closure"), n["awaiting_closure"], status="awaiting_closure", due=None
            ),
        ]

    def aside(self):
        """Tasks that are not on the list: drafts, and what was withdrawn or merged."""
        if self.request.is_past or not access.may_run_list(self.request.user):
            return []
        kinds = (AssignmentStatus.DRAFT, AssignmentStatus.WITHDRAWN, AssignmentStatus.MERGED)
        tasks = Task.objects.live().filter(inspection=self.request.inspection, status__in=kinds)
        return list(
            tasks.only("code", "title", "number", "number_printed", "status").order_by(
                F("status"), "number"
            )[:ASIDE]
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        counts = self.counts
        completed = counts["awaiting_closure"] + counts["closed"]
        total = sum(tab["count"] for tab in context["tabs"][:1])
        return context | {
            "total": total,
            "completed": completed,
            "under_way": total - completed,
            "aside": self.aside(),
            "may_add": access.may_run_list(self.request.user) and not self.request.is_past,
            "is_part": bool(self.filter.chosen["unit"]),
        }
