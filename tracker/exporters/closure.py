"""The form to apply for closure and to accept it (销号申请、验收表): A4, a sheet for each part.

What the record knows is filled in, as far as the procedure had come by the day. The other boxes
are to be written and signed in by hand.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import xlsx
from tracker.exporters.closure_text import Box, boxes, form_name, task_box
from tracker.exporters.lines import ATTEMPTS, EVIDENCE
from tracker.exporters.orders import Form
from tracker.exporters.parts import Part, count, parts
from tracker.exporters.words import A4, MID, column

__all__ = ["FORM", "name_of"]

ROOM = {"done": 2, "self_check": 1, "found": 5}
"""Lines left free in boxes that are written in by hand, and have no line to sign on."""

NOT_IN_NAMES = str.maketrans("", "", "[]:*?/\\'")


def sheets(chosen):
    found = parts(chosen, EVIDENCE, ATTEMPTS)
    names: set[str] = set()
    for part in found:
        yield _sheet(chosen, part, name_of(part, names))
    if not found:
        yield _sheet(chosen, None, _("Blank form"))


def name_of(part: Part, taken: set[str]) -> str:
    """The name of a sheet: the number of the task and the unit, told apart when need be."""
    number = str(part.task.number)
    name = f"{number} {part.unit.label}".translate(NOT_IN_NAMES)[:31]
    if name.casefold() in taken:
        name = f"{number} {part.task.inspection.code} {part.unit.code}"[:31]
    taken.add(name.casefold())
    return name


def _sheet(chosen, part: Part | None, name: str) -> xlsx.Sheet:
    first = task_box(part)
    return xlsx.Sheet(
        name=name,
        title=chosen.titled(form_name()),
        notes=[chosen.notes()[1]],
        columns=[
            column(first.heading, lambda x: x[0], 20, **MID),
            column(first.text, lambda x: x[1], 76),
        ],
        rows=[(box.heading, _cell(box)) for box in boxes(part)],
        paper=A4,
        is_landscape=False,
    )


def _cell(box: Box) -> str:
    """What stands in a box: text, or room to write; and below it a line for signature and date."""
    room = "\n" * ROOM.get(box.key, 0)
    if box.signature is None:
        return box.text or room
    words = f"{box.signature.words}{box.signature.name}"
    if box.signature.day:
        line = f"{words}                              {box.signature.day}"
    else:
        line = _("%(words)s                              Date:") % {"words": words}
    if box.text:
        return f"{box.text}\n\n{line}"
    return line if box.signature.name else f"\n\n\n{line}"


FORM = Form(
    name="closure",
    label=gettext_lazy("Closure form"),
    sheets=sheets,
    count=count,
    about=gettext_lazy(
        "One sheet for each unit's part of a task. Of a whole list only parts that are completed"
        " have one; for others, tick the tasks in the list."
    ),
)
