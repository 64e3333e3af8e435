"""The overview: where do we stand, who is behind, what is next."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import ShownStatus
from tracker.figures.attention import falling_due, wanting_attention
from tracker.figures.burnup import burnup
from tracker.figures.overview import Buckets, overview, parts, rolled_up, share, tree_on
from tracker.figures.petitions import by_medium, by_unit, petition_figures
from tracker.models import rounds_due
from tracker.templatetags.charts import Bar, Cell, DueItem, Segment
from tracker.views.frame import current_inspection
from tracker.workdays import month_end

EVERY_TASK = 200
"""Up to so many tasks each one is a cell; above, a unit's line is a bar."""

LONGEST = 10
"""So many lines of what needs attention, and of what falls due, are shown."""

AHEAD = 90

SEGMENTS = [
    ShownStatus.CLOSED,
    ShownStatus.AWAITING_CLOSURE,
    ShownStatus.ON_SCHEDULE,
    ShownStatus.NOT_STARTED,
    ShownStatus.BEHIND,
    ShownStatus.OVERDUE,
]


@dataclass(frozen=True)
class TaskLine:
    """One task of the attention list, or of the deadlines ahead."""

    code: str
    number: int
    title: str
    units: str
    shown: ShownStatus
    percent: int
    due_on: object
    days_left: int | None
    silent_days: int | None
    url: str


@dataclass(frozen=True)
class UnitRow:
    """One line of the table of places and departments."""

    label: str
    buckets: Buckets
    rate: float | None
    petitions: int | None
    cells: list
    segments: list
    url: str
    completed_url: str
    petitions_url: str


class Dashboard(TemplateView):
    """The overview of one inspection on one day, narrowed to what the person may see."""

    template_name = "tracker/dashboard.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        self.inspection = current_inspection(self.request)
        if self.inspection is None:
            return context
        self.day = self.request.as_of
        self.before = month_end(self.day.replace(day=1) - timedelta(days=1))
        self.scope = access.scope_of(self.request.user)
        self.tasks = access.visible_tasks(self.request.user).filter(inspection=self.inspection)
        self.tree = tree_on(self.day)
        rounds, earlier = rounds_due(self.day, self.before)
        self.now = overview(
            self.tasks,
            as_of=self.day,
            units=self.scope.units,
            basis=self.inspection.rate_basis,
            due_soon_days=self.inspection.due_soon_days,
            tree=self.tree,
            rounds=rounds,
        )
        then = parts(self.tasks, as_of=self.before, units=self.scope.units, rounds=earlier)
        self.parts = defaultdict(list)
        for part in self.now.parts:
            self.parts[part.task].append(part)
        attention = wanting_attention(self.now, soon=self.inspection.due_soon_days)
        coming = falling_due(self.now, within=AHEAD)
        self.named = self._names(attention[:LONGEST] + coming[:LONGEST])
        chart = burnup(
            self.tasks,
            as_of=self.day,
            due_dates=[own[0].due_on for own in self.parts.values()],
            units=self.scope.units,
        )
        return context | {
            "overview": self.now,
            "buckets": self.now.buckets,
            "compared_with": self.before,
            "former": Buckets.of(rolled_up(then).values()),
            "segments": self._segments(self.now.buckets),
            "links": self._links(),
            "attention": [self._line(task) for task in attention[:LONGEST]],
            "attention_count": len(attention),
            "coming": [self._due_item(task) for task in coming[:LONGEST]],
            "coming_count": len(coming),
            "coming_url": self._url("tasks", due=AHEAD),
            "burnup": chart,
            "burnup_title": self._burnup_title(chart),
            **self._petitions(),
        }

    def _url(self, name, **query):
        query = {"batch": self.inspection.code, **query}
        query["asof"] = self.day.isoformat()
        return f"{reverse(name)}?{urlencode(query, safe=',')}"

    def _links(self):
        words = {status.code: self._url("tasks", status=status.code) for status in ShownStatus}
        return words | {
            "all": self._url("tasks"),
            "completed": self._url("tasks", status="completed"),
            "open": self._url("tasks", status="open"),
            "due_soon": self._url("tasks", due=self.inspection.due_soon_days),
            "petitions": self._url("petitions"),
            "petitions_closed": self._url("petitions", status="closed"),
        }

    def _segments(self, buckets, **query):
        return [
            Segment(
                status.code,
                str(status.label),
                buckets.count(status),
                self._url("tasks", status=status.code, **query),
            )
            for status in SEGMENTS
            if status != ShownStatus.NOT_STARTED or buckets.not_started
        ]

    def _names(self, wanted):
        """``{id: (code, number, title)}`` of the tasks that the page names."""
        ids = list(self.now.shown) if len(self.now.shown) <= EVERY_TASK else wanted
        rows = self.tasks.filter(pk__in=ids).values_list("pk", "code", "number", "title")
        return {pk: (code, number, title) for pk, code, number, title in rows}

    def _line(self, task):
        own = self.parts[task]
        code, number, title = self.named[task]
        due_on = own[0].due_on
        reports = [part.last_report_on for part in own if part.last_report_on]
        return TaskLine(
            code=code,
            number=number,
            title=title,
            units="、".join(self.tree.units[part.unit].label for part in own),
            shown=self.now.shown[task],
            percent=sum(part.percent for part in own) // len(own),
            due_on=due_on,
            days_left=(due_on - self.day).days if due_on else None,
            silent_days=(self.day - min(reports)).days if reports else None,
            url=self._task_url(code),
        )

    def _task_url(self, code):
        url = reverse("task", args=[code])
        return f"{url}?asof={self.day.isoformat()}" if self.request.is_past else url

    def _due_item(self, task):
        line = self._line(task)
        label = f"{line.units} {line.title}"
        return DueItem(label, line.code, line.due_on, line.shown.code, line.percent, line.url)

    def _burnup_title(self, chart):
        ahead = chart.ahead
        if ahead > 0:
            words = ngettext(
                "%(count)s task ahead of the plan", "%(count)s tasks ahead of the plan", ahead
            )
            return words % {"count": ahead}
        if ahead < 0:
            words = ngettext(
                "%(count)s task behind the plan", "%(count)s tasks behind the plan", -ahead
            )
            return words % {"count": -ahead}
        return _("As many tasks completed as planned")

    def _petitions(self):
        petitions = access.visible_petitions(self.request.user).filter(inspection=self.inspection)
        figures = petition_figures(
            petitions, as_of=self.day, basis=self.inspection.petition_rate_basis
        )
        own = by_unit(petitions, as_of=self.day)
        bars = [
            Bar(str(medium), count, self._url("petitions", medium=medium.code))
            for medium, count in by_medium(petitions, as_of=self.day)
        ]
        rows = list(self._unit_rows(own, figures.total))
        return {"petitions": figures, "petition_bars": bars, "unit_rows": rows}

    def _unit_rows(self, petitions, petition_total):
        """Places and parks one by one, the city's departments together."""
        lines = self.now.by_unit
        departments = [
            line
            for line in lines
            if line.unit.kind.code == "department" and not self._is_root(line)
        ]
        places = [line for line in lines if line not in departments]
        places.sort(key=lambda line: (-(line.rate or 0), line.unit.position, line.unit.code))
        for line in places:
            below = {line.unit.pk} if self._is_root(line) else self.tree.below([line.unit.pk])
            yield self._unit_row(
                line.unit.label,
                [line],
                sum(count for unit, count in petitions.items() if unit in below),
            )
        if departments:
            yield self._unit_row(_("City departments"), departments, None)

    def _unit_row(self, label, lines, petitions):
        shown: dict[int, ShownStatus] = {}
        for line in lines:
            for task, status in line.tasks:
                shown[task] = min(status, shown.get(task, status))
        buckets = Buckets.of(shown.values())
        codes = ",".join(code for line in lines for code in self._codes_of(line.unit))
        where = {"unit": codes}
        if self._is_root(lines[0]):
            where["own"] = "1"
        cells = []
        if len(self.now.shown) <= EVERY_TASK:
            order = sorted(shown.items(), key=lambda item: (-item[1], self.named[item[0]][1]))
            cells = [self._cell(task, status) for task, status in order]
        return UnitRow(
            label=label,
            buckets=buckets,
            rate=share(buckets.completed, buckets.total),
            petitions=petitions,
            cells=cells,
            segments=[] if cells else self._segments(buckets, **where),
            url=self._url("tasks", **where),
            completed_url=self._url("tasks", **where, status="completed"),
            petitions_url=self._url("petitions", **where),
        )

    def _is_root(self, line):
        """Whether a line is that of the root alone; every unit below has one of its own."""
        return line.unit.pk in self.tree.children.get(None, ())

    def _codes_of(self, unit):
        """The unit as the lists are asked for it; out of reach, the topmost in reach below it."""
        reach = self.scope.units
        if reach is None or unit.pk in reach:
            return [unit.code]
        own = self.tree.below([unit.pk]) & reach
        inner = {child for pk in own for child in self.tree.children.get(pk, ())}
        return sorted(self.tree.units[pk].code for pk in own - inner)

    def _cell(self, task, status):
        code, number, title = self.named[task]
        return Cell(code, f"{number} {title}", status.code, str(status.label), self._task_url(code))
