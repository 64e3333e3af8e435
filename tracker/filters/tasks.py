"""The task list as its address asks for it. The page and its workbook use the same."""

from collections import defaultdict
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracker import access
from tracker.choices import ShownStatus
from tracker.figures.kept import kept
from tracker.filters.lists import (
    LARGEST_NUMBER,
    OPEN,
    Listed,
    ListFilter,
    WholeNumber,
)
from tracker.models import Measure, Span, rounds_due, shown_status

STATUSES = {int(status): status for status in ShownStatus}
LATER = ("status", "due")
"""The filters that narrow the list after the tabs above it were counted."""


class ListedTask(NamedTuple):
    """A task on the list: what its place on it rests on."""

    pk: int
    number: int
    shown: ShownStatus
    due_on: date | None
    sorts_by: Any = None


def task_filter(request, inspection):
    """The filter of the list of an inspection's tasks, as the address asks for it."""
    tasks = access.visible_tasks(request.user).filter(inspection=inspection)
    return TaskFilter(request, tasks, inspection)


def filtered_tasks(request, inspection):
    """The tasks of an inspection that the address asks for, and their filter.

    They carry the annotations of ``Task.objects.as_of``, and come in no order: ``listing`` of the
    filter is the order of the list.
    """
    chosen = task_filter(request, inspection)
    return chosen.qs, chosen


def _mean(values):
    return sum(values) / len(values)


def _urgency(row):
    """The usual order: what is pressing first; whether a task has begun makes no difference."""
    has_begun = row.shown != ShownStatus.NOT_STARTED
    shown = row.shown if has_begun else ShownStatus.ON_SCHEDULE
    return shown, row.due_on is None, row.due_on or date.max, row.number, row.pk


class TaskFilter(ListFilter):
    supervising = Listed(label=_("Supervising unit"), method="of_unit")
    acceptance = Listed(label=_("Acceptance unit"), method="of_unit")
    due = WholeNumber(label=_("Deadline"), method="as_is", min_value=0, max_value=3650)

    ORDERS = {
        "number": ("task__number", min),
        "title": ("task__title", min),
        "medium": ("task__issue__medium__position", min),
        "due": ("due_on", min),
        "progress": ("percent", _mean),
        "status": ("shown", min),
        "report": ("last_report_on", max),
        "issue": ("task__issue__number", min),
        "completed": ("completed_on", max),
        "closed": ("closed_on", max),
    }
    """For each column a fact of a task's parts, and how the task's own is made of theirs."""

    def __init__(self, request, queryset, inspection):
        super().__init__(request, queryset)
        self.inspection = inspection
        for name in ("supervising", "acceptance"):
            self.filters[name].extra["choices"] = self._overseeing(name)

    @cached_property
    def _overseers(self):
        """The units that supervise, and those that accept, tasks of the list."""
        pairs = self.queryset.order_by().values_list("supervising_unit", "acceptance_unit")
        pairs = list(pairs.distinct())
        return {
            "supervising": {supervising for supervising, _acceptance in pairs},
            "acceptance": {acceptance for _supervising, acceptance in pairs},
        }

    def _overseeing(self, name):
        units = self.tree.units
        return [(units[pk].code, units[pk].label) for pk in units if pk in self._overseers[name]]

    def filter_queryset(self, queryset):
        queryset = self.narrowed(queryset).as_of(self.request.as_of, units=self.units)
        return queryset.filter(self.found())

    def narrowed(self, queryset):
        """The tasks that all filters leave but those that hang on the day."""
        for name in ("q", "medium", "supervising", "acceptance"):
            queryset = self.filters[name].filter(queryset, self.chosen[name])
        return queryset

    @cached_property
    def of_any_status(self):
        """Every task before status and deadline narrow the list, in the order asked for."""
        asked = {name: value for name, value in self.chosen.items() if name not in LATER}
        question = (
            self.queryset.model,
            self.inspection.pk if self.inspection else None,
            self.request.as_of,
            tuple(self.scope.memberships),
            repr(asked),
        )
        return kept(self.request, question, self._in_order)

    def _in_order(self):
        """The parts are read in one pass and put together here: a database asked to group, to
        count eight ways and to sort by what it grouped takes longer than the whole page.
        """
        column = self.chosen["sort"].removeprefix("-")
        fact, combine = self.ORDERS.get(column, ("task_id", min))
        parts: defaultdict[tuple[int, int], list[tuple]] = defaultdict(list)
        for pk, number, *part in self._parts(fact):
            parts[pk, number].append(part)
        rows = []
        for (pk, number), own in parts.items():
            statuses, days, values = zip(*own, strict=True)
            facts = [value for value in values if value is not None]
            shown = STATUSES[min(statuses)]
            due_on = min(filter(None, days), default=None)
            rows.append(ListedTask(pk, number, shown, due_on, combine(facts) if facts else None))
        rows.sort(key=_urgency)
        if not column:
            return rows
        known = [row for row in rows if row.sorts_by is not None]
        known.sort(key=attrgetter("sorts_by"), reverse=self.chosen["sort"] != column)
        return known + [row for row in rows if row.sorts_by is None]

    def _parts(self, fact):
        """Task, its number, status, deadline and ``fact`` of each part in the hands looked at."""
        day = self.request.as_of
        spans = Span.objects.on(day).filter(task__in=self.narrowed(self.queryset))
        if self.units is not None:
            spans = spans.filter(unit__in=self.units)
        [rounds] = rounds_due(day)
        return (
            spans.order_by()
            .annotate(shown=shown_status(day, rounds))
            .values_list("task_id", "task__number", "shown", "due_on", fact)
        )

    @cached_property
    def listing(self):
        """The tasks the address asks for, in its order."""
        rows, days = self.of_any_status, self.chosen["due"]
        if self.chosen["status"]:
            rows = [row for row in rows if self.has_chosen(row.shown)]
        return rows if days is None else [row for row in rows if self._is_due(row, days)]

    def holding(self, word):
        measures = Measure.objects.filter(is_annulled=False, text__icontains=word)
        found = (
            Q(title__icontains=word)
            | Q(code__iexact=word)
            | Q(number_printed__icontains=word)
            | Q(goal__icontains=word)
            | Q(issue__title__icontains=word)
            | Q(issue__text__icontains=word)
            | Q(pk__in=measures.values("task"))
        )
        if word.isdecimal() and int(word) <= LARGEST_NUMBER:
            found |= Q(number=int(word))
        units = self.named(word)
        if units:
            held = Span.objects.on(self.request.as_of).filter(unit__in=units)
            found |= Q(pk__in=held.values("task"))
        return found

    def of_media(self, queryset, name, codes):
        return queryset.filter(issue__medium__code__in=codes)

    def of_unit(self, queryset, name, codes):
        return queryset.filter(**{f"{name}_unit__in": self.ids_of(codes)})

    def _due(self, days):
        today = self.request.as_of
        return Q(shown__in=OPEN, due_on_then__range=(today, today + timedelta(days)))

    def _is_due(self, row, days):
        """The same of a row at hand."""
        today, due_on = self.request.as_of, row.due_on
        return due_on is not None and row.shown in OPEN and 0 <= (due_on - today).days <= days

    def in_words(self, name, value):
        if name == "due":
            return ngettext("within %(n)s day", "within %(n)s days", value) % {"n": value}
        return super().in_words(name, value)

    def found(self):
        days = self.chosen["due"]
        return super().found() if days is None else super().found() & self._due(days)

    def counts(self, soon):
        """How many tasks there are of each status, due ``soon``, and on the list as asked for.

        All but ``found`` leave the chosen status and deadline out, as the tabs do.
        """
        rows = self.of_any_status
        return self.by_status(row.shown for row in rows) | {
            "found": len(self.listing),
            "soon": sum(self._is_due(row, soon) for row in rows),
        }
