"""The form to apply for closure and to accept it (销号申请、验收表): A4, a sheet for each part.

What the record knows is filled in. Opinions, the field check, acceptance and the public notice
are boxes to write and sign in.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.exporters.orders import Form
from tracker.exporters.parts import Part, count, day_in_words, parts
from tracker.exporters.words import A4, MID, column

__all__ = ["FORM", "name_of"]

NOT_IN_NAMES = str.maketrans("", "", "[]:*?/\\'")


def sheets(chosen):
    found = parts(chosen)
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
    return xlsx.Sheet(
        name=name,
        title=chosen.titled(_("application for and acceptance of closure")),
        notes=[chosen.notes()[1]],
        columns=[
            column(pgettext("closure", "Rectification task (number)"), lambda x: x[0], 20, **MID),
            column(part.name if part else "", lambda x: x[1], 76),
        ],
        rows=list(_boxes(part)),
        paper=A4,
        is_landscape=False,
    )


def _boxes(part: Part | None) -> Iterator[tuple[str, str]]:
    """The boxes of the form from top to bottom, each with what is known."""
    yield pgettext("closure", "Issue fed back"), part.task.issue.text if part else ""
    yield pgettext("closure", "Rectification goal"), part.task.goal if part else ""
    yield pgettext("closure", "Responsible unit"), part.unit.name if part else ""
    yield pgettext("closure", "Rectification deadline"), part.line.deadline if part else ""
    yield pgettext("closure", "Measures and how far they are done"), _done(part)
    yield pgettext("closure", "Self-check"), _self_check(part)
    yield pgettext("closure", "List of evidence"), part.evidence if part else ""
    yield pgettext("closure", "Opinion of the responsible unit"), _signed(_("Head (signature):"))
    yield pgettext("closure", "Opinion of the leading unit"), _signed(_("Head (signature):"))
    yield pgettext("closure", "Field check of the acceptance team"), "\n\n\n\n\n"
    yield (
        pgettext("closure", "Conclusion of the acceptance"),
        _("□ passed        □ failed"),
    )
    yield (
        pgettext("closure", "Head and members of the acceptance team"),
        _signed(_("Signatures:")),
    )
    yield (
        pgettext("closure", "Public notice (from, to, objections)"),
        _("From            to            . Objections: □ none    □ yes, settled as follows:\n"),
    )
    yield pgettext("closure", "Opinion of the rectification office"), _signed(_("Seal:"))
    yield pgettext("closure", "Filed with the level above"), _signed(_("Filing number:"))


def _signed(words: str) -> str:
    """Room to write, and below it a line for signature and date."""
    return "\n\n\n" + _("%(words)s                              Date:") % {"words": words}


def _done(part: Part | None) -> str:
    if part is None:
        return "\n\n"
    report = part.report
    texts = [part.measures]
    if report:
        texts.append(
            _("As reported on %(day)s: %(text)s")
            % {"day": day_in_words(report.reported_on), "text": report.text}
        )
    return "\n".join(text for text in texts if text)


def _self_check(part: Part | None) -> str:
    if part is None:
        return "\n"
    told = []
    if part.span.completion_reported_on:
        told.append(
            _("%(unit)s reported completion after its own check on %(day)s.")
            % {
                "unit": part.unit.name,
                "day": day_in_words(part.span.completion_reported_on),
            }
        )
    if part.span.completed_on:
        told.append(_("Completed on %(day)s.") % {"day": day_in_words(part.span.completed_on)})
    if part.span.closed_on:
        told.append(
            pgettext("closure", "Closed on %(day)s.") % {"day": day_in_words(part.span.closed_on)}
        )
    return "\n".join(told) or "\n"


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
