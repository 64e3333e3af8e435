"""The list of rectification tasks (整改任务清单), the annex of every plan: as a table, and as text.

In the table an issue spans its tasks and a task its measures. Plans that print running text
(一、… 整改目标：… 整改措施：…) find it on the second sheet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.exporters.lines import Line, count, lines, number_of
from tracker.exporters.orders import Form
from tracker.exporters.words import A4, MID, TEXT, column, label, signature
from tracker.models import Measure
from tracker.rules.numbering import GREATEST, chinese

__all__ = ["FORM", "MeasureLine", "by_measure"]


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure of a task in its line; a task without one still has a line."""

    line: Line
    measure: Measure | None
    alone: bool

    @property
    def task(self):
        return self.line.task

    @property
    def text(self) -> str:
        if self.measure is None:
            return ""
        return self.measure.text if self.alone else f"{self.measure.number}. {self.measure.text}"


def by_measure(found: Iterable[Line]) -> Iterator[MeasureLine]:
    for line in found:
        measures = line.task.measures_kept
        for measure in measures or [None]:
            yield MeasureLine(line, measure, len(measures) == 1)


def sheets(chosen):
    title = _("List of rectification tasks")
    yield xlsx.Sheet(
        name=title,
        title=chosen.titled(title),
        notes=chosen.notes(),
        columns=_columns(),
        rows=by_measure(chosen.told(lines(chosen, "supporting_units"))),
        keys=[lambda x: x.task.issue_id, lambda x: x.task.pk],
        signature=signature(),
    )
    yield xlsx.Sheet(
        name=_("As text"),
        title=chosen.titled(title),
        columns=[column("", lambda x: x[1], TEXT)],
        rows=_paragraphs(lines(chosen, "supporting_units")),
        strong=lambda x: x[0],
        is_plain=True,
        paper=A4,
        is_landscape=False,
    )


def _columns():
    units = pgettext("form", "Responsible units")
    return [
        column(pgettext("form", "No."), lambda x: number_of(x.task), 8, level=1, **MID),
        column(pgettext("form", "Issue fed back"), lambda x: x.task.issue.text, 30, level=0),
        column(pgettext("form", "Rectification task"), lambda x: x.task.title, 22, level=1),
        column(pgettext("form", "Rectification goal"), lambda x: x.task.goal, 26, level=1),
        column(pgettext("form", "Rectification measures"), lambda x: x.text, 38),
        column(
            pgettext("form", "leads"), lambda x: x.line.leading, 12, level=1, group=units, **MID
        ),
        column(
            pgettext("form", "support"),
            lambda x: x.line.supporting,
            14,
            level=1,
            group=units,
            **MID,
        ),
        column(
            pgettext("form", "Accountable leader"),
            lambda x: x.task.accountable_leader,
            13,
            level=1,
            **MID,
        ),
        column(
            pgettext("form", "Supervising and acceptance units"),
            lambda x: _overseers(x.task),
            14,
            level=1,
            **MID,
        ),
        column(
            pgettext("form", "Rectification deadline"),
            lambda x: x.line.deadline,
            13,
            level=1,
            **MID,
        ),
        column(pgettext("form", "Remarks"), lambda x: _remarks(x.task), 10, level=1),
    ]


def _overseers(task) -> str:
    names = [label(task.supervising_unit), label(task.acceptance_unit)]
    return "、".join(dict.fromkeys(name for name in names if name))


def _remarks(task) -> str:
    return _("listed supervision") if task.is_listed else ""


def _paragraphs(found: Iterable[Line]) -> Iterator[tuple[bool, str]]:
    """The plan's own way to print a task; the headings are marked."""
    for place, line in enumerate(found, start=1):
        task = line.task
        numeral = chinese(place) if place <= GREATEST else str(place)
        yield True, _("%(number)s. %(title)s") % {"number": numeral, "title": task.title}
        for name, text in [
            (_("Issue fed back: "), task.issue.text),
            (_("Rectification goal: "), task.goal),
            (_("Rectification measures: "), _measures(task)),
            (_("Leading unit: "), line.leading),
            (_("Supporting units: "), line.supporting),
            (_("Accountable leader: "), task.accountable_leader),
            (_("Supervising unit: "), label(task.supervising_unit)),
            (_("Acceptance unit: "), label(task.acceptance_unit)),
            (_("Rectification deadline: "), line.deadline),
        ]:
            if text:
                yield False, f"{name}{text}"


def _measures(task) -> str:
    texts = [measure.text for measure in task.measures_kept]
    if len(texts) < 2:
        return "".join(texts)
    return "\n".join(["", *(f"{number}. {text}" for number, text in enumerate(texts, start=1))])


FORM = Form(
    name="tasks",
    label=gettext_lazy("List of rectification tasks"),
    sheets=sheets,
    count=count,
)
