"""The list of issues fed back by an inspection (问题清单)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from tracker import xlsx
from tracker.exporters.lines import CHUNK, number_of
from tracker.exporters.orders import Form
from tracker.exporters.words import MID, column, label, signature
from tracker.models import Issue, Span

__all__ = ["FORM"]


@dataclass(slots=True)
class IssueLine:
    """An issue, and the units that its tasks of the day name."""

    issue: Issue
    units: dict[int, Any] = field(default_factory=dict)
    departments: dict[int, Any] = field(default_factory=dict)


def sheets(chosen):
    title = pgettext("form", "List of issues")
    yield xlsx.Sheet(
        name=title,
        title=chosen.titled(title),
        notes=chosen.notes(),
        columns=_columns(),
        rows=chosen.told(_lines(chosen)),
        signature=signature(),
        has_filter=True,
    )


def _columns():
    return [
        column(pgettext("form", "No."), lambda x: number_of(x.issue), 8, **MID),
        column(pgettext("form", "Issue source"), lambda x: str(x.issue.source), 16, **MID),
        column(pgettext("form", "Round and batch"), lambda x: _round(x.issue), 14, **MID),
        column(pgettext("form", "Issue fed back (original wording)"), lambda x: x.issue.text, 62),
        column(pgettext("form", "Category"), lambda x: str(x.issue.medium), 10, **MID),
        column(pgettext("form", "Place"), lambda x: _place(x.issue), 18, **MID),
        column(pgettext("form", "Units concerned"), lambda x: _names(x.units), 18, **MID),
        column(pgettext("form", "Sector departments"), lambda x: _names(x.departments), 16, **MID),
        column(pgettext("form", "Typical case"), lambda x: _yes(x.issue.is_typical), 7, **MID),
        column(pgettext("form", "Remarks"), lambda x: _page(x.issue), 14),
    ]


def _lines(chosen) -> Iterator[IssueLine]:
    rows = (
        Issue.objects.filter(pk__in=chosen.issues.values("pk"))
        .select_related("inspection", "source", "medium", "unit")
        .order_by("inspection__code", "number", "pk")
    )
    found = chosen.first(rows).iterator(chunk_size=CHUNK)
    while own := [IssueLine(issue) for issue in islice(found, CHUNK)]:
        _name_units(own, chosen.as_of)
        yield from own


def _name_units(own: list[IssueLine], day) -> None:
    lines = {line.issue.pk: line for line in own}
    spans = (
        Span.objects.on(day)
        .filter(task__issue__in=lines)
        .select_related("unit", "task__supervising_unit")
        .order_by("-assignment__is_lead", "unit__position", "unit__code", "pk")
    )
    for span in spans:
        line = lines[span.task.issue_id]
        line.units[span.unit_id] = span.unit
        if span.task.supervising_unit:
            line.departments[span.task.supervising_unit_id] = span.task.supervising_unit


def _names(units: dict[int, Any]) -> str:
    return "、".join(unit.label for unit in units.values())


def _place(issue) -> str:
    parts = [label(issue.unit), issue.place]
    return " ".join(part for part in parts if part)


def _round(issue) -> str:
    inspection = issue.inspection
    return _("round %(round)s, batch %(batch)s") % {
        "round": inspection.round_no,
        "batch": inspection.batch_no,
    }


def _yes(fact: bool) -> str:
    return pgettext("form", "yes") if fact else pgettext("form", "no")


def _page(issue) -> str:
    return _("page %(page)s of the source") % {"page": issue.page} if issue.page else ""


def _count(chosen) -> int:
    return chosen.issues.count()


FORM = Form(
    name="issues",
    label=pgettext_lazy("form", "List of issues"),
    sheets=sheets,
    count=_count,
    subject="issues",
)
