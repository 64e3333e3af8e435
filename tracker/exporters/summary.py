"""The summary of progress by unit (统计调度汇总表), with the four official buckets.

A task of several units counts once under each of them and once in the bottom row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.choices import CompletionBasis
from tracker.exporters.orders import Form
from tracker.exporters.words import A4, MID, SHARE, column, signature
from tracker.figures.overview import Buckets, Overview, overview_of, share

__all__ = ["FORM"]


@dataclass(frozen=True)
class SummaryLine:
    label: str
    buckets: Buckets
    due: int
    due_completed: int
    is_sum: bool = False

    @cached_property
    def rate(self) -> float | None:
        return share(self.buckets.completed, self.buckets.total)

    @cached_property
    def due_rate(self) -> float | None:
        return share(self.due_completed, self.due)


ONE_PAGE = 32
"""Rows that are still read easily when they are shrunk to a single page."""


def sheets(chosen):
    title = _("Summary of rectification progress")
    rows = list(_lines(_figure(chosen)))
    yield xlsx.Sheet(
        name=title,
        title=chosen.titled(title),
        notes=chosen.notes(_("Unit: tasks")),
        columns=_columns(),
        rows=chosen.told(rows),
        strong=lambda x: x.is_sum,
        remarks=_remarks(chosen),
        signature=signature(),
        paper=A4,
        is_one_page=len(rows) <= ONE_PAGE,
    )


def _columns():
    open_ = pgettext("form", "Under way")
    n: dict[str, Any] = {**MID, "number_format": "0"}
    return [
        column(pgettext("form", "Place or unit"), lambda x: x.label, 24, **MID),
        column(pgettext("form", "Tasks"), lambda x: x.buckets.total, 10, **n),
        column(pgettext("form", "Completed"), lambda x: x.buckets.completed, 10, **n),
        column(
            pgettext("form", "On schedule"),
            lambda x: x.buckets.on_schedule,
            13,
            group=open_,
            **n,
        ),
        column(
            pgettext("form", "Behind schedule"), lambda x: x.buckets.behind, 13, group=open_, **n
        ),
        column(pgettext("form", "Overdue"), lambda x: x.buckets.overdue, 12, **n),
        column(pgettext("form", "Closed"), lambda x: x.buckets.closed, 10, **n),
        column(pgettext("form", "Completion rate"), lambda x: x.rate, 12, **SHARE),
        column(pgettext("form", "Due by the day"), lambda x: x.due, 12, **n),
        column(pgettext("form", "Rate in time"), lambda x: x.due_rate, 12, **SHARE),
    ]


def _figure(chosen) -> Overview:
    if "overview" not in chosen.kept:
        chosen.kept["overview"] = overview_of(
            chosen.inspection,
            chosen.tasks.order_by(),
            as_of=chosen.as_of,
            units=chosen.units,
            under=chosen.under,
            tree=chosen.tree,
        )
    return chosen.kept["overview"]


def _lines(found: Overview) -> Iterator[SummaryLine]:
    for line in found.by_unit:
        yield SummaryLine(line.unit.label, line.buckets, line.due, line.due_completed)
    yield SummaryLine(
        pgettext("form", "Total"), found.buckets, found.due, found.due_completed, is_sum=True
    )


def _remarks(chosen) -> list[str]:
    inspection = chosen.inspection
    basis = CompletionBasis(inspection.completion_basis if inspection else "confirmed")
    return [
        _(
            "Note: completion rate = completed ÷ tasks; rate in time = completed among those due by"
            " the day ÷ due by the day. Closed tasks are among the completed ones. A completion"
            " counts %(basis)s."
        )
        % {"basis": basis.label},
        _(
            "A task of several units counts once under each of them and once in the total, in the"
            " state of its least advanced unit."
        ),
    ]


def _count(chosen) -> int:
    return len(_figure(chosen).by_unit) + 1


FORM = Form(
    name="summary",
    label=gettext_lazy("Summary of rectification progress"),
    sheets=sheets,
    count=_count,
    is_by_unit=False,
)
