"""The list of inspection issues."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tracker import access
from tracker.filters.issues import filtered_issues
from tracker.tables.issues import IssueTable
from tracker.views.lists import ListPage


class IssueList(ListPage):
    """The issues of the current inspection, each with the state of its tasks (督察问题)."""

    template_name = "tracker/issues/list.html"
    table_class = IssueTable
    subject = "issues"

    def filtered(self):
        return filtered_issues(self.request, self.request.inspection)

    @cached_property
    def counts(self):
        return self.filter.counts()

    def count(self):
        return self.counts["found"]

    def table_options(self):
        return super().table_options() | {"units": self.filter.units}

    def tabs(self):
        n = self.counts
        open_ = n["overdue"] + n["behind"] + n["not_started"] + n["on_schedule"]
        late = n["overdue"] + n["behind"]
        mark = "overdue" if late else ""
        return [
            self.tab(_("All"), n["all"], status=None),
            self.tab(_("Under way"), open_, status="open"),
            self.tab(_("Behind and overdue"), late, mark, status="overdue,behind"),
            self.tab(_("Awaiting closure"), n["awaiting_closure"], status="awaiting_closure"),
            self.tab(_("All closed"), n["closed"], status="closed"),
        ]

    def get_context_data(self, **kwargs):
        is_past = self.request.is_past
        return super().get_context_data(
            may_add=access.may_run_list(self.request.user) and not is_past, **kwargs
        )
