"""The columns of the list of inspection issues."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tracker.choices import ShownStatus
from tracker.models import Issue, Task
from tracker.tables.lists import NOTHING, ListTable, Sorted

FACTS = (
    "code",
    "title",
    "number",
    "number_printed",
    "place",
    "page",
    "medium__name",
    "medium__name_en",
    "source__name",
    "source__name_en",
    "unit__short_name",
    "unit__name_en",
)


@dataclass(slots=True)
class IssueRow:
    """One issue: its state on the day, what is written of it, and its tasks by status."""

    shown: int | None
    tasks: Counter
    issue: Issue | None = None


class IssueTable(ListTable):
    """The list of inspection issues (督察问题), as of a day."""

    number = Sorted(_("No."), "code m")
    title = Sorted(_("Inspection issue"), "el")
    medium = Sorted(_("Category"), "nw m")
    unit = Sorted(_("Territory"), "nw m u")
    source = Sorted(_("Source"), "nw m u lo", head="lo")
    tasks = Sorted(_("Tasks"), "nw m", orderable=False)
    status = Sorted(_("State"), "m o0")
    place = Sorted(_("Place"), "m prose", orderable=False)
    page = Sorted(_("Page in the source"), "nw m", orderable=False)

    shown_first = ("number", "title", "medium", "unit", "source", "tasks", "status")
    card_class = "cards-t"
    marks = {"status": "status"}
    formats = {"number": "0"}
    widths = {"number": 7, "title": 60, "unit": 18, "source": 20, "place": 30, "page": 20}

    def __init__(self, data, *, as_of, units=None, is_past=False, **kwargs):
        self.as_of = as_of
        self.unit_ids = units
        self.suffix = f"?asof={as_of.isoformat()}" if is_past else ""
        super().__init__(data.only("pk"), **kwargs)

    def record_of(self, row):
        return row.issue

    def prepared(self):
        tasks: defaultdict[int, Counter[int]] = defaultdict(Counter)
        keys = [issue.pk for issue in self.keys]
        counted = Task.objects.filter(issue__in=keys).as_of(self.as_of, units=self.unit_ids)
        for task in counted.only("issue"):
            tasks[task.issue_id][task.shown] += 1
        rows = {issue.pk: IssueRow(issue.shown, tasks[issue.pk]) for issue in self.keys}
        issues = Issue.objects.select_related("medium", "source", "unit")
        for issue in issues.filter(pk__in=keys).only(*FACTS):
            rows[issue.pk].issue = issue
        return rows.values()

    def cell_number(self, row):
        return row.issue.number

    def cell_title(self, row):
        title = row.issue.title
        return format_html(
            '<a class="t" href="{}{}" title="{}">{}</a>',
            row.issue.get_absolute_url(),
            self.suffix,
            title,
            title,
        )

    def value_title(self, row):
        return row.issue.title

    def cell_medium(self, row):
        return str(row.issue.medium)

    def cell_unit(self, row):
        return row.issue.unit or NOTHING

    def cell_source(self, row):
        return str(row.issue.source)

    def cell_tasks(self, row):
        total = row.tasks.total()
        if not total:
            return NOTHING
        done = row.tasks[ShownStatus.AWAITING_CLOSURE] + row.tasks[ShownStatus.CLOSED]
        return _t("%(done)s of %(n)s completed") % {"done": done, "n": total}

    def cell_status(self, row):
        if row.shown is None:
            return ShownStatus.NOT_STARTED, _t("no task yet")
        return ShownStatus(row.shown)

    def value_status(self, row):
        cell = self.cell_status(row)
        return cell[1] if isinstance(cell, tuple) else cell.label

    def cell_place(self, row):
        return row.issue.place or NOTHING

    def cell_page(self, row):
        return row.issue.page or NOTHING
