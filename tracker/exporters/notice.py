"""The public notice before closure (公示): a table of the tasks, and the text for each of them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.exporters.closure import name_of
from tracker.exporters.lines import CLOSURES, number_of
from tracker.exporters.notice_text import notice_of, objections_to, title_of
from tracker.exporters.orders import Form
from tracker.exporters.parts import Part, count, day_in_words, parts
from tracker.exporters.words import A4, MID, TEXT, column

__all__ = ["FORM"]


def sheets(chosen):
    found = parts(chosen, CLOSURES)
    title = _("Public notice of completed rectification")
    yield xlsx.Sheet(
        name=_("Public notice"),
        title=chosen.titled(title),
        notes=chosen.notes(),
        columns=_columns(),
        rows=found,
        keys=[lambda x: x.task.pk],
        remarks=[objections_to(begins_on=None, ends_on=None, issuer="", phone="", email="")],
        signature=_("Unit (seal):                              Date:"),
        paper=A4,
    )
    names: set[str] = set()
    for part in found:
        yield xlsx.Sheet(
            name=name_of(part, names),
            title=title_of(part.task),
            columns=[column("", lambda x: x, TEXT)],
            rows=list(_text(part)),
            signature=_signature(part),
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
        column(pgettext("form", "How far it is done"), lambda x: x.completion, 36),
        column(pgettext("form", "Responsible unit"), lambda x: x.unit.label, 12, **MID),
    ]


def _signature(part: Part) -> str:
    issuer = part.notice.issuer if part.notice else part.unit.name
    day = day_in_words(part.notice.begins_on) if part.notice else _("Date:")
    return f"{issuer}                    {day}"


def _text(part: Part) -> Iterator[str]:
    text = notice_of(part)
    yield text.lead
    for heading, words in text.sections:
        yield heading + words
    yield text.objections


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
