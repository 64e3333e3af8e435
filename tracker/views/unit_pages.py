"""A unit: its page with what is in its hands, and the pages on which units are kept up to date."""

from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import Role, ShownStatus
from tracker.figures.overview import overview, tree_on
from tracker.figures.units import aliases_and_sectors, former_names
from tracker.forms.units import CloseUnitForm, CorrectUnitForm, MoveUnitForm, NewUnitForm
from tracker.models import Membership, Unit
from tracker.operations import units
from tracker.templatetags.charts import Cell, Segment
from tracker.views.dashboards import EVERY_TASK, SEGMENTS
from tracker.views.frame import current_inspection
from tracker.views.subjects import NewSubject, SubjectVerb, entries_about, on_day


def visible_unit(request, code):
    """The unit of that code, if it is in this person's reach."""
    rows = access.visible_units(request.user).select_related("kind", "parent", "merged_into")
    return get_object_or_404(rows, code=code)


class UnitPage(TemplateView):
    """One unit and everything below it, as of the day: its tasks, petitions, people and record."""

    template_name = "tracker/units/detail.html"

    def get_context_data(self, **kwargs):
        request = self.request
        self.unit = visible_unit(request, kwargs["code"])
        self.inspection = current_inspection(request)
        self.day = request.as_of
        user = request.user
        scope = access.scope_of(user)
        self.tree = tree_on(self.day)
        below = self.tree.below([self.unit.pk])
        self.reach = below if scope.units is None else below & scope.units
        manages = access.may_manage_units(user) and not request.is_past
        aliases, sectors = aliases_and_sectors(self.unit)
        entries = entries_about(request, self.unit.events.filter(inspection=None), Unit)
        context = {
            "unit": self.unit,
            "parent": self.parent(),
            "entries": entries,
            "aliases": aliases,
            "sectors": sectors,
            "former_names": former_names(entry.event for entry in entries if not entry.annulment),
            "may_administer": access.may_use_admin(user),
            "may_merge": manages and access.may_run_list(user) and self.unit.parent_id is not None,
            "people": self.people() if self.names_people(scope) else None,
            "is_closed": bool(self.unit.closed_on and self.unit.closed_on <= self.day),
            "may_edit": manages,
            "may_end": manages and self.unit.closed_on is None,
        }
        if self.inspection is not None:
            context |= self.figures()
        return super().get_context_data(**context, **kwargs)

    def parent(self):
        """The unit above on the day, if it is in reach."""
        above = [
            parent
            for parent, children in self.tree.children.items()
            if parent is not None and self.unit.pk in children
        ]
        return self.tree.units.get(above[0]) if above else None

    def names_people(self, scope):
        """Whether this person runs the place or its accounts."""
        return self.unit.pk in scope.ids(Role.OFFICE, Role.ADMINISTRATOR)

    def people(self):
        """Who may do what for this very unit."""
        held = Membership.objects.filter(unit=self.unit, user__is_active=True)
        return held.select_related("user").order_by("role", "user__name")

    def figures(self):
        tasks = access.visible_tasks(self.request.user).filter(inspection=self.inspection)
        now = overview(tasks, as_of=self.day, units=self.reach, under=self.unit, tree=self.tree)
        petitions = access.visible_petitions(self.request.user).filter(
            inspection=self.inspection, unit__in=self.reach, received_on__lte=self.day
        )
        named = {
            pk: (code, number, title)
            for pk, code, number, title in tasks.filter(
                pk__in=list(now.shown)[:EVERY_TASK]
            ).values_list("pk", "code", "number", "title")
        }
        return {
            "buckets": now.buckets,
            "rate": now.rate,
            "segments": self.segments(now.buckets),
            "links": self.links(),
            "cells": self.cells(now.shown, named) if len(named) == len(now.shown) else [],
            "tasks": self.lines(now, named),
            "children": self.children(now),
            "petitions": petitions.count(),
            "petitions_url": self.url("petitions"),
        }

    def url(self, name, **query):
        query = {"batch": self.inspection.code, "unit": self.unit.code, **query}
        if self.request.is_past:
            query["asof"] = self.day.isoformat()
        return f"{reverse(name)}?{urlencode(query, safe=',')}"

    def links(self):
        words = {status.code: self.url("tasks", status=status.code) for status in ShownStatus}
        return words | {
            "all": self.url("tasks"),
            "completed": self.url("tasks", status="completed"),
            "open": self.url("tasks", status="open"),
            "on_time": self.url("tasks", status="on_schedule,not_started"),
        }

    def segments(self, buckets):
        return [
            Segment(
                status.code,
                str(status.label),
                buckets.count(status),
                self.url("tasks", status=status.code),
            )
            for status in SEGMENTS
        ]

    def cells(self, shown, named):
        order = sorted(shown.items(), key=lambda item: (-item[1], named[item[0]][1]))
        return [
            Cell(
                named[task][0],
                f"{named[task][1]} {named[task][2]}",
                status.code,
                str(status.label),
                self.task_url(named[task][0]),
            )
            for task, status in order
        ]

    def task_url(self, code):
        return on_day(self.request, reverse("task", args=[code]))

    def lines(self, now, named):
        """The tasks of the unit and of those below it, the most pressing first."""
        due = {part.task: part.due_on for part in now.parts}
        percents: dict = {}
        for part in now.parts:
            percents.setdefault(part.task, []).append(part.percent)
        found = [
            {
                "number": number,
                "title": title,
                "url": self.task_url(code),
                "shown": now.shown[task],
                "percent": sum(percents[task]) // len(percents[task]),
                "due_on": due[task],
                "days_left": self.days_left(now.shown[task], due[task]),
            }
            for task, (code, number, title) in named.items()
        ]
        return sorted(found, key=lambda line: (line["shown"], line["number"]))

    def days_left(self, shown, due_on):
        is_open = shown < ShownStatus.AWAITING_CLOSURE
        return (due_on - self.day).days if due_on and is_open else None

    def children(self, now):
        """The units directly below on the day, each with the tasks of its own subtree."""
        lines = {line.unit.pk: line.buckets for line in now.by_unit}
        return [
            {
                "unit": self.tree.units[pk],
                "url": on_day(self.request, self.tree.units[pk].get_absolute_url()),
                "buckets": lines.get(pk),
            }
            for pk in self.tree.children.get(self.unit.pk, ())
        ]


class UnitVerb(SubjectVerb):
    """A step about one unit."""

    list_name = "units"
    list_label = gettext_lazy("Units")

    def get_subject(self):
        return visible_unit(self.request, self.kwargs["code"])

    def allowed(self):
        return access.may_manage_units(self.request.user)

    def others(self):
        """The open units that the form may name: all but the unit itself."""
        return Unit.objects.plain().open_on(self.today).exclude(pk=self.subject.pk)

    def said(self, form):
        """What every operation is told."""
        cleaned = form.cleaned_data
        return {
            "actor": self.request.user,
            "unit_id": self.subject.pk,
            "version": cleaned["version"],
            "on": cleaned["on"],
            "at": self.at,
            "note": cleaned["note"],
        }

    def get_success_url(self, outcome=None):
        return (outcome or self.subject).get_absolute_url()


class NewUnit(NewSubject):
    list_name = "units"
    list_label = gettext_lazy("Units")
    title = gettext_lazy("New unit")
    button = gettext_lazy("Enter the unit")
    done = gettext_lazy("The unit was entered.")
    form_class = NewUnitForm

    def get_subject(self):
        return None

    def allowed(self):
        return access.may_manage_units(self.request.user)

    def get_form_kwargs(self):
        units_now = Unit.objects.plain().open_on(self.today)
        return super().get_form_kwargs() | {"units": units_now}

    def get_initial(self):
        roots = Unit.objects.plain().filter(parent=None, closed_on=None)
        return super().get_initial() | {"parent": roots.first()}

    def perform(self, form):
        cleaned = form.cleaned_data
        return units.enter_unit(
            actor=self.request.user,
            values=form.values(),
            parent=cleaned["parent"],
            aliases=cleaned["aliases"],
            sectors=cleaned["sectors"],
            on=cleaned["on"],
            at=self.at,
        )


class CorrectUnit(UnitVerb):
    title = gettext_lazy("Correct the unit")
    button = gettext_lazy("Save the correction")
    consequence = gettext_lazy(
        "The earlier name stays in the record of the unit, and lists that bear it find the unit."
    )
    done = gettext_lazy("The correction was saved and stands in the record.")
    form_class = CorrectUnitForm

    def stored(self, subject):
        aliases = subject.aliases.order_by("alias").values_list("alias", flat=True)
        facts = {name: getattr(subject, name) for name in CorrectUnitForm.FACTS}
        sectors = list(subject.sectors.order_by("position", "code"))
        return facts | {"aliases": "\n".join(aliases), "sectors": sectors}

    def perform(self, form):
        return units.correct_unit(
            changes=form.values(),
            aliases=form.cleaned_data["aliases"],
            sectors=form.cleaned_data["sectors"],
            **self.said(form),
        )


class MoveUnit(UnitVerb):
    title = gettext_lazy("Move the unit")
    button = gettext_lazy("Move the unit")
    consequence = gettext_lazy(
        "From that day on its tasks count under the other unit. Figures of earlier days keep the"
        " tree as it was."
    )
    done = gettext_lazy("The unit was moved.")
    form_class = MoveUnitForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"units": self.others()}

    def get_initial(self):
        return super().get_initial() | {"parent": self.subject.parent}

    def perform(self, form):
        return units.move_unit(parent=form.cleaned_data["parent"], **self.said(form))


class CloseUnit(UnitVerb):
    title = gettext_lazy("Close the unit")
    button = gettext_lazy("Close the unit")
    consequence = gettext_lazy(
        "From that day on it can be given no task. Its past work stays under its name."
    )
    done = gettext_lazy("The unit was closed.")
    is_destructive = True
    form_class = CloseUnitForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"units": self.others()}

    def perform(self, form):
        return units.close_unit(merged_into=form.cleaned_data["merged_into"], **self.said(form))
