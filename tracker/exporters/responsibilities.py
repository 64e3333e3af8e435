"""The list of responsibilities (责任清单): each measure with those who answer for it.

The account of a person has no telephone number, and the unit's main person in charge is not on
record: both columns stay empty, to be filled in by hand.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.exporters.lines import count, lines, number_of
from tracker.exporters.orders import Form
from tracker.exporters.tasks import by_measure
from tracker.exporters.words import DAY, MID, column, signature

__all__ = ["FORM"]


def sheets(chosen):
    title = _("List of responsibilities")
    yield xlsx.Sheet(
        name=title,
        title=chosen.titled(title),
        notes=chosen.notes(),
        columns=_columns(),
        rows=by_measure(chosen.told(lines(chosen))),
        keys=[lambda x: x.task.pk],
        signature=signature(),
    )


def _columns():
    return [
        column(pgettext("form", "No."), lambda x: number_of(x.task), 9, level=0, **MID),
        column(pgettext("form", "Rectification task"), lambda x: x.task.title, 32, level=0),
        column(pgettext("form", "What is to be done"), lambda x: x.text, 56),
        column(
            pgettext("form", "Leader in charge"), lambda x: _leaders(x.task), 18, level=0, **MID
        ),
        column(pgettext("form", "Responsible unit"), _unit, 18, **MID),
        column(pgettext("form", "Main person in charge"), lambda x: "", 14, **MID),
        column(pgettext("form", "Person in charge"), lambda x: _owner(x.measure), 14, **MID),
        column(pgettext("form", "Contact"), lambda x: "", 16, **MID),
        column(pgettext("form", "To be done by"), _deadline, 16, **DAY),
    ]


def _leaders(task) -> str:
    """The leader who took the case, and the one accountable for it."""
    return "\n".join(dict.fromkeys(x for x in (task.case_leader, task.accountable_leader) if x))


def _unit(x) -> str:
    unit = x.measure.unit if x.measure else None
    return unit.label if unit else x.line.responsible


def _owner(measure) -> str:
    return measure.owner if measure else ""


def _deadline(x):
    """The day planned for the measure, else the deadline of the task as printed."""
    planned = x.measure.due_on if x.measure else None
    return planned or x.line.deadline


FORM = Form(
    name="responsibilities",
    label=gettext_lazy("List of responsibilities"),
    sheets=sheets,
    count=count,
)
