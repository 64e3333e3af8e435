"""The public notice before closure (公示): a table of the tasks, and the text for each of them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.exporters.closure import name_of
from tracker.exporters.lines import number_of
from tracker.exporters.orders import Form
from tracker.exporters.parts import Part, count, parts
from tracker.exporters.words import A4, MID, TEXT, column

__all__ = ["FORM"]

BLANK_DAY = "        "


def sheets(chosen):
    found = parts(chosen)
    title = _("Public notice of completed rectification")
    yield xlsx.Sheet(
        name=_("Public notice"),
        title=chosen.titled(title),
        notes=chosen.notes(),
        columns=_columns(),
        rows=found,
        keys=[lambda x: x.task.pk],
        remarks=[_how_to_object()],
        signature=_("Unit (seal):                              Date:"),
        paper=A4,
    )
    names: set[str] = set()
    for part in found:
        yield xlsx.Sheet(
            name=name_of(part, names),
            title=_title(part),
            columns=[column("", lambda x: x, TEXT)],
            rows=list(_text(part)),
            signature=f"{part.unit.name}                    {_('Date:')}",
            paper=A4,
            is_landscape=False,
            is_plain=True,
        )


def _columns():
    return [
        column(pgettext("form", "No."), lambda x: number_of(x.task), 9, level=0, **MID),
        column(pgettext("form", "Rectification task"), lambda x: x.task.title, 22, level=0),
        column(pgettext("form", "Rectification goal"), lambda x: x.task.goal, 30, level=0),
        column(pgettext("form", "Rectification measures"), lambda x: x.line.measures, 36, level=0),
        column(pgettext("form", "How far it is done"), _done, 36),
        column(pgettext("form", "Responsible unit"), lambda x: x.unit.label, 12, **MID),
    ]


def _done(part: Part) -> str:
    return part.report.text if part.report else ""


def _title(part: Part) -> str:
    return _("Public notice of environmental inspection rectification (%(item)s)") % {
        "item": _item(part.task)
    }


def _item(task) -> str:
    """第二十九项 as the plan prints it, else 第29项."""
    return task.number_printed or _("item %(number)s") % {"number": task.number}


def _lead(part: Part) -> str:
    inspection = part.task.inspection
    plan = _("The rectification plan of %(inspection)s") % {"inspection": inspection.name}
    if inspection.plan_document_no:
        plan += _(" (%(document)s)") % {"document": inspection.plan_document_no}
    return _(
        "%(plan)s names as %(item)s a rectification that has been completed."
        " %(basis)sThe completion is made public as follows:"
    ) % {
        "plan": plan,
        "item": _item(part.task),
        "basis": _basis(inspection),
    }


def _basis(inspection) -> str:
    first = inspection.legal_basis.strip().splitlines()
    return _("According to %(rule)s: ") % {"rule": first[0]} if first else ""


def _text(part: Part) -> Iterator[str]:
    yield _lead(part)
    yield _("1. Issue: ") + part.task.issue.text
    yield _("2. Implementing unit: ") + part.unit.name
    yield _("3. Measures:") + "\n" + part.line.measures
    yield _("4. Goal: ") + part.task.goal
    yield _("5. Deadline: ") + part.line.deadline
    yield _("6. Completion: ") + _done(part)
    yield _how_to_object()


def _how_to_object() -> str:
    return _(
        "Objections to the completion may be raised during the notice (from %(from)s to %(to)s)"
        " with               . Telephone:               E-mail:               "
    ) % {"from": BLANK_DAY, "to": BLANK_DAY}


FORM = Form(
    name="notice",
    label=gettext_lazy("Public notice"),
    sheets=sheets,
    count=count,
    about=gettext_lazy(
        "Only completed parts of tasks, or those ticked in the list. First the table, then the text"
        " of each notice on a sheet of its own."
    ),
)
