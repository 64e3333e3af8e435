"""The columns of the task list."""

from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tracker.choices import ShownStatus
from tracker.models import Measure, ProgressReport, Span
from tracker.models.terms import label_of
from tracker.tables.lists import DAY, NOTHING, ListTable, Ordered, Sorted, day_or_nothing

NOTE_LENGTH = 60
NAMED_UNITS = 2


FACTS = (
    "task_id",
    "unit_id",
    "unit__short_name",
    "unit__name_en",
    "assignment__is_lead",
    "due_on",
    "is_standing",
    "percent",
    "completed_on",
    "closed_on",
    "last_report_on",
    "task__code",
    "task__title",
    "task__number",
    "task__number_printed",
    "task__deadline_text",
    "task__accountable_leader",
    "task__issue__number",
    "task__issue__number_printed",
    "task__issue__title",
    "task__issue__medium__name",
    "task__issue__medium__name_en",
    "task__supervising_unit__short_name",
    "task__supervising_unit__name_en",
    "task__acceptance_unit__short_name",
    "task__acceptance_unit__name_en",
)


class Part(NamedTuple):
    """A unit's part of a task on the day (``FACTS``), with what is written of the task itself."""

    pk: int
    unit: int
    short_name: str
    name_en: str
    is_lead: bool
    due_on: date | None
    is_standing: bool
    percent: int
    completed_on: date | None
    closed_on: date | None
    reported_on: date | None
    code: str
    title: str
    number: int
    number_printed: str
    deadline_text: str
    leader: str
    issue_number: int
    issue_number_printed: str
    issue_title: str
    medium: str
    medium_en: str
    supervising: str | None
    supervising_en: str | None
    acceptance: str | None
    acceptance_en: str | None
    note: str | None
    goal: str

    def __str__(self):
        return f"{self.number_printed or self.number} {self.title}"


@dataclass(slots=True)
class TaskRow:
    """One task: ``parts`` are its units' parts on the day, ``own`` those that are looked at."""

    shown: ShownStatus
    parts: list[Part] = field(default_factory=list)
    own: list[Part] = field(default_factory=list)
    measures: int = 0
    measures_done: int = 0

    @property
    def is_open(self):
        return self.shown < ShownStatus.AWAITING_CLOSURE

    @property
    def task(self):
        """Any part: each carries what is written of the task."""
        return self.own[0]

    @property
    def percent(self):
        """The mean of the parts, rounded down: 100 % is all of them."""
        return sum(part.percent for part in self.own) // len(self.own)

    def first(self, name):
        """The earliest of a fact of the parts that have it."""
        return min((value for part in self.own if (value := getattr(part, name))), default=None)

    def last(self, name):
        """The latest of a fact of the parts that have it."""
        return max((value for part in self.own if (value := getattr(part, name))), default=None)


def _name(short_name, name_en):
    """The label of a unit or category in the reader's language; nothing for none."""
    return label_of(short_name, name_en) if short_name else NOTHING


class TaskTable(ListTable):
    """The task list (整改任务), as of a day."""

    number = Sorted(_("No."), "code m")
    title = Sorted(_("Task"), "el")
    medium = Sorted(_("Category"), "nw m lo", head="lo")
    units = Sorted(_("Responsible unit"), "nw m u", orderable=False)
    due = Sorted(_("Deadline"), "nw m")
    left = Sorted(_("Time left"), "nw m o0 ml", orderable=False)
    progress = Sorted(_("Progress"), "hide-s w-108")
    status = Sorted(_("State"), "m o0")
    report = Sorted(_("Latest report"), "nw mut hide-s lo", head="lo")
    issue = Sorted(_("Inspection issue"), "m prose")
    lead = Sorted(_("Lead unit"), "nw m u", orderable=False)
    supervising = Sorted(_("Supervising unit"), "nw m u", orderable=False)
    acceptance = Sorted(_("Acceptance unit"), "nw m u", orderable=False)
    leader = Sorted(_("Accountable leader"), "nw m", orderable=False)
    goal = Sorted(_("Goal"), "hide-s prose", orderable=False)
    measures = Sorted(_("Measures done"), "nw hide-s", orderable=False)
    completed = Sorted(_("Completed on"), "nw m")
    closed = Sorted(_("Closed on"), "nw m")

    shown_first = (
        "number",
        "title",
        "medium",
        "units",
        "due",
        "left",
        "progress",
        "status",
        "report",
    )
    card_class = "cards-t"
    marks = {"status": "status", "progress": "progress", "left": "days"}
    formats = {
        "number": "0",
        "left": "0",
        "progress": "0%",
        **dict.fromkeys(("due", "report", "completed", "closed"), DAY),
    }
    widths = {
        "number": 7,
        "title": 44,
        "units": 22,
        "issue": 40,
        "goal": 44,
        "leader": 20,
        "status": 16,
    }

    def __init__(self, data, *, as_of, units=None, is_past=False, **kwargs):
        self.as_of = as_of
        self.unit_ids = units
        self.suffix = f"?asof={as_of.isoformat()}" if is_past else ""
        super().__init__(Ordered(data), **kwargs)

    def record_of(self, row):
        return row.task

    def prepared(self):
        rows = {listed.pk: TaskRow(listed.shown) for listed in self.keys}
        if rows:
            for part in self._parts(rows):
                row = rows[part.pk]
                row.parts.append(part)
                if self.unit_ids is None or part.unit in self.unit_ids:
                    row.own.append(part)
            if "measures" in self.columns:
                self._add_measures(rows)
        return rows.values()

    def _parts(self, rows):
        """The parts of the day of all tasks of the page, the lead first, with its last report."""
        reports = ProgressReport.objects.standing(self.as_of).filter(
            assignment=OuterRef("assignment"), reported_on__lte=self.as_of
        )
        last = reports.order_by("-reported_on", "-pk").values(start=Substr("text", 1, NOTE_LENGTH))
        note = Subquery(last[:1]) if "title" in self.columns else Value("")
        goal = "task__goal" if "goal" in self.columns else Value("")
        spans = Span.objects.on(self.as_of).filter(task__in=rows)
        spans = spans.order_by("-assignment__is_lead", "unit__position", "unit__code")
        return map(Part._make, spans.values_list(*FACTS, note, goal))

    def _add_measures(self, rows):
        counts = (
            Measure.objects.filter(task__in=rows, is_annulled=False)
            .values_list("task")
            .annotate(n=Count("pk"), done=Count("pk", filter=Q(completed_on__lte=self.as_of)))
        )
        for task, number, done in counts:
            rows[task].measures, rows[task].measures_done = number, done

    def cell_number(self, row):
        return row.task.number

    @cached_property
    def _address(self):
        """What stands before and after the code in the address of a task."""
        before, _code, after = reverse("task", args=["0"]).rpartition("0")
        return before, after

    def cell_title(self, row):
        task = row.task
        before, after = self._address
        return format_html(
            '<a class="t" href="{}{}{}{}" title="{}">{}</a>{}',
            before,
            task.code,
            after,
            self.suffix,
            task.title,
            task.title,
            self._note(row),
        )

    def value_title(self, row):
        return row.task.title

    def _note(self, row):
        """What was last reported, on one line; of closed tasks nothing more is awaited."""
        told = [part for part in row.own if part.note and part.reported_on]
        if not told or row.shown == ShownStatus.CLOSED:
            return ""
        last = max(told, key=attrgetter("reported_on"))
        return format_html(' <span class="note">{}</span>', " ".join(last.note.split()))

    def cell_medium(self, row):
        return _name(row.task.medium, row.task.medium_en)

    def cell_units(self, row):
        comma = pgettext("between names", ", ")
        names = [_name(part.short_name, part.name_en) for part in row.parts]
        named = comma.join(names[:NAMED_UNITS])
        if len(names) <= NAMED_UNITS:
            return named
        words = _t("%(units)s and others, %(n)s units") % {"units": named, "n": len(names)}
        return format_html('<span title="{}">{}</span>', comma.join(names), words)

    def value_units(self, row):
        return "、".join(_name(part.short_name, part.name_en) for part in row.parts)

    def cell_due(self, row):
        due_on = row.first("due_on")
        if due_on:
            return due_on.isoformat()
        is_standing = any(part.is_standing for part in row.own)
        return _t("standing") if is_standing else row.task.deadline_text

    def value_due(self, row):
        return row.first("due_on") or self.cell_due(row)

    def cell_left(self, row):
        due_on = row.first("due_on")
        return (due_on - self.as_of).days if due_on and row.is_open else None

    def cell_progress(self, row):
        return row.percent, row.shown

    def value_progress(self, row):
        return row.percent / 100

    def cell_status(self, row):
        return row.shown

    def value_status(self, row):
        return row.shown.label

    def cell_report(self, row):
        day = row.last("reported_on")
        if day is None:
            return NOTHING
        return f"{day:%m-%d}" if day.year == self.as_of.year else day.isoformat()

    def value_report(self, row):
        return row.last("reported_on")

    def cell_issue(self, row):
        task = row.task
        return f"{task.issue_number_printed or task.issue_number} {task.issue_title}"

    def cell_lead(self, row):
        leads = [_name(part.short_name, part.name_en) for part in row.parts if part.is_lead]
        return leads[0] if leads else NOTHING

    def cell_supervising(self, row):
        return _name(row.task.supervising, row.task.supervising_en)

    def cell_acceptance(self, row):
        return _name(row.task.acceptance, row.task.acceptance_en)

    def cell_leader(self, row):
        return row.task.leader or NOTHING

    def cell_goal(self, row):
        return row.task.goal or NOTHING

    def cell_measures(self, row):
        return f"{row.measures_done}/{row.measures}"

    def cell_completed(self, row):
        return day_or_nothing(self.value_completed(row))

    def value_completed(self, row):
        return None if row.is_open else row.last("completed_on")

    def cell_closed(self, row):
        return day_or_nothing(self.value_closed(row))

    def value_closed(self, row):
        return row.last("closed_on") if row.shown == ShownStatus.CLOSED else None
