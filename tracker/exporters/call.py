"""The form of a call (月调度表): one to fill in for each unit, and one of all answers.

A prepared workbook carries what its unit said last in a grey column, and out of sight what is
needed to recognise its rows: the key of each, and a sheet that names the call.
"""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from django.utils.formats import date_format
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import access, xlsx
from tracker.choices import RoundKind
from tracker.exporters.orders import Form
from tracker.exporters.words import A3, MID, column, signature
from tracker.figures.calls import Answer, answers
from tracker.forms.calls import CUMULATIVE, REFERENCE, CallRowForm
from tracker.forms.progress import LEAST_WORDS
from tracker.models import DispatchRound, Unit, User
from tracker.rules.calls import MARK, key_of
from tracker.rules.folding import clean
from tracker.rules.personal import masked_number

__all__ = ["FORM", "call_sheet", "file_name", "prepared", "prepared_zip"]

IN_MEMORY = 5 * 1024 * 1024
WIDTHS = {
    **{"number": 7, "task": 22, "unit": 12, "deadline": 13, "before": 32, "text": 46},
    **{"quantity_done": 11, "percent": 9, "is_on_schedule": 10, "delay_reason": 24},
    **{"next_steps": 26, "applies_for_closure": 9, "contact_name": 10, "contact_phone": 14},
}
AS_TEXT = "@"
"""So that 100% and a telephone number stay as they were typed."""


def sheets(chosen) -> Iterator[xlsx.Sheet]:
    """The answers to the last call that had begun on the day, for each inspection."""
    for call, found in _answers(chosen):
        yield call_sheet(call, chosen.told(chosen.first(found)), user=chosen.user, notes=chosen)


def count(chosen) -> int:
    return sum(len(found) for _call, found in _answers(chosen))


def _answers(chosen) -> list[tuple[DispatchRound, list[Answer]]]:
    """Each call with its answers; reckoned once, however often they are asked for."""
    if "answers" not in chosen.kept:
        chosen.kept["answers"] = [
            (call, answers(call, chosen.tasks, as_of=chosen.as_of, units=chosen.units))
            for call in _calls(chosen)
        ]
    return chosen.kept["answers"]


def _calls(chosen) -> list[DispatchRound]:
    """The call of a page that shows one; else the last one of each inspection."""
    call = getattr(chosen, "call", None)
    if call is not None:
        return [call]
    begun = DispatchRound.objects.filter(period_from__lte=chosen.as_of)
    if chosen.inspection:
        begun = begun.filter(inspection=chosen.inspection)
    last: dict[int, DispatchRound] = {}
    for call in begun.select_related("inspection").order_by("period_from", "pk"):
        last[call.inspection_id] = call
    return sorted(last.values(), key=lambda call: call.inspection.code)


def period_of(call: DispatchRound) -> str:
    """The period in words: a month, a quarter, or from day to day."""
    first = call.period_from
    if call.kind == RoundKind.MONTHLY:
        return date_format(first, _("F Y"))
    if call.kind == RoundKind.QUARTERLY:
        quarter = (first.month + 2) // 3
        return _("quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": first.year}
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, _("F j, Y")),
        "last": date_format(call.period_to, _("F j, Y")),
    }


def title_of(call: DispatchRound) -> str:
    """XX督察反馈问题整改工作月调度表（2023年10月）"""
    return _("%(inspection)s: %(form)s (%(period)s)") % {
        "inspection": call.inspection.name,
        "form": name_of(call),
        "period": period_of(call),
    }


def name_of(call: DispatchRound) -> str:
    if call.kind == RoundKind.MONTHLY:
        return pgettext("form", "Monthly call")
    if call.kind == RoundKind.QUARTERLY:
        return pgettext("form", "Quarterly call")
    return pgettext("form", "Call for progress")


def file_name(call: DispatchRound, part: str = "", ending: str = ".xlsx") -> str:
    """月调度表_2022s2_2023年10月_临江县.xlsx"""
    words = [name_of(call), call.inspection.code, period_of(call), part]
    unsafe = {ord(sign): "-" for sign in '\\/:*?"<>|\r\n\t'}
    name = "_".join(word for word in words if word)
    return f"{clean(name).translate(unsafe)[:120]}{ending}"


def call_sheet(
    call: DispatchRound, rows: Iterable[Answer], *, user: User | None, notes: Any
) -> xlsx.Sheet:
    """The answers of all units on one sheet; ``notes`` gives the line below the title."""
    return xlsx.Sheet(
        name=name_of(call),
        title=title_of(call),
        notes=notes.notes(),
        columns=_columns_of_all(user),
        rows=rows,
        keys=[lambda x: x.span.task_id],
        remarks=[
            _(
                "Whether a task is on schedule is told as the office judged it; where it has not"
                " judged, as the unit says; else as the plan suggests."
            )
        ],
        signature=signature(),
        paper=A3,
    )


def _label(name: str) -> str:
    return str(REFERENCE.get(name) or CallRowForm.base_fields[name].label)


def _column(name: str, value: Any, **options: Any) -> xlsx.Column:
    group = str(CUMULATIVE) if name in ("quantity_done", "percent") else ""
    return column(_label(name), value, WIDTHS[name], group=group, **options)


def _reference(**options: Any) -> list[xlsx.Column]:
    """The columns that tell which task of which unit a row is about."""
    return [
        _column("number", _number, **MID, **options),
        _column("task", lambda x: x.span.task.title, **options),
    ]


def _number(answer: Answer) -> str | int:
    task = answer.span.task
    return task.number_printed or task.number


def _columns_of_all(user: User | None) -> list[xlsx.Column]:
    def phone(answer: Answer) -> str:
        if answer.report is None:
            return ""
        number = answer.report.contact_phone
        shown = user is None or access.may_read_contact(user, answer.span)
        return number if shown else masked_number(number)

    return [
        *_reference(level=0),
        _column("unit", lambda x: x.span.unit.label, **MID),
        _column("deadline", lambda x: x.deadline, level=0, **MID),
        _column("text", _said),
        _column("quantity_done", _quantity, **MID),
        _column("percent", lambda x: x.span.percent, number_format='0"%"', **MID),
        _column("is_on_schedule", _schedule, **MID),
        _column("delay_reason", lambda x: x.report.delay_reason if x.report else ""),
        _column("next_steps", lambda x: x.report.next_steps if x.report else ""),
        _column(
            "applies_for_closure",
            lambda x: _yes_no(x.report.applies_for_closure) if x.report else "",
            **MID,
        ),
        _column("contact_name", _contact, **MID),
        _column("contact_phone", phone, **MID),
    ]


def _said(answer: Answer) -> str:
    if answer.report is not None:
        return answer.report.text
    return "" if answer.is_completed else _("(not reported)")


def _quantity(answer: Answer) -> str:
    """2513/7618个, where a quantity is counted."""
    task, report = answer.span.task, answer.report or answer.before
    if task.quantity_target is None or report is None or report.quantity_done is None:
        return ""
    return f"{report.quantity_done.normalize():f}/{task.quantity_target.normalize():f}" + (
        task.quantity_unit
    )


def _schedule(answer: Answer) -> str:
    if answer.is_completed:
        return pgettext("call", "completed")
    return _yes_no(answer.is_on_schedule)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else pgettext("call", "yes") if value else pgettext("call", "no")


def _contact(answer: Answer) -> str:
    if answer.report is None:
        return ""
    return answer.report.contact_name or str(answer.report.author)


def prepared(
    call: DispatchRound, unit: Unit, own: Sequence[Answer], *, user: User | None = None, made: str
) -> IO[bytes]:
    """The workbook that one unit fills in, open at its beginning.

    The telephone number of last time stands in it for those who may read it. Others find the cell
    empty rather than masked, for what stands in it comes back.
    """
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        xlsx.write([_form_of(call, unit, own, user, made), _keys_of(call, unit, own, made)], file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def prepared_zip(
    call: DispatchRound,
    groups: Mapping[Unit, Sequence[Answer]],
    *,
    user: User | None = None,
    made: str,
) -> IO[bytes]:
    """A zip with the workbook of every unit."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    names: set[str] = set()
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for unit, own in groups.items():
                name = file_name(call, unit.label)
                if name in names:
                    name = file_name(call, f"{unit.label}-{unit.code}")
                names.add(name)
                with prepared(call, unit, own, user=user, made=made) as book:
                    archive.writestr(name, book.read())
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _form_of(
    call: DispatchRound, unit: Unit, own: Sequence[Answer], user: User | None, made: str
) -> xlsx.Sheet:
    def phone(answer: Answer) -> str:
        may_read = user is None or access.may_read_contact(user, answer.span)
        return answer.before.contact_phone if answer.before and may_read else ""

    locked: dict[str, Any] = {"is_locked": True, "is_grey": True}
    yes_no = f'"{pgettext("call", "yes")},{pgettext("call", "no")}"'
    columns = [
        *_reference(**locked),
        _column("unit", lambda x: x.span.unit.label, **MID, **locked),
        _column("deadline", lambda x: x.deadline, **MID, **locked),
        _column("before", _before, **locked),
        _column("text", _blank),
        _column("quantity_done", _blank, **MID),
        _column("percent", _blank, number_format=AS_TEXT, **MID),
        _column("is_on_schedule", _blank, choices=yes_no, **MID),
        _column("delay_reason", _blank),
        _column("next_steps", _blank),
        _column("applies_for_closure", _blank, choices=yes_no, **MID),
        _column("contact_name", lambda x: x.before.contact_name if x.before else "", **MID),
        _column(
            "contact_phone",
            phone,
            number_format=AS_TEXT,
            **MID,
        ),
        column(
            _label("key"),
            lambda x: key_of(call.pk, x.span.assignment_id),
            14,
            is_hidden=True,
            is_locked=True,
        ),
    ]
    return xlsx.Sheet(
        name=name_of(call),
        title=title_of(call),
        notes=(
            _("Reporting unit (seal):") + unit.name,
            pgettext("ledger", "As of %(day)s") % {"day": _day(call.period_to)},
            _("To be handed in by %(day)s") % {"day": _day(call.due_on)},
        ),
        columns=columns,
        rows=own,
        remarks=_help(),
        footer=made,
        paper=A3,
        protected=True,
        is_flat=True,
    )


def _help() -> list[str]:
    return [
        _(
            "How to fill in: only the white columns. Progress in %(least)s to 1000 characters; the"
            " share as a whole number from 0 to 100. Who is not on schedule fills in why and the"
            " next steps; closure can be applied for at 100%%. A row left blank is a task that is"
            " not reported."
        )
        % {"least": LEAST_WORDS}
    ]


def _keys_of(call: DispatchRound, unit: Unit, own: Sequence[Answer], made: str) -> xlsx.Sheet:
    """What the workbook is, out of sight: the call, the unit, and the key of each row."""
    return xlsx.Sheet(
        name="_call",
        columns=[
            xlsx.Column(header=MARK, value=lambda x: key_of(call.pk, x.span.assignment_id)),
            xlsx.Column(header=str(call.pk), value=lambda x: x.span.task.code),
            xlsx.Column(header=unit.code, value=lambda x: x.span.unit.code),
            xlsx.Column(header=made, value=lambda x: x.span.percent),
        ],
        rows=own,
        is_very_hidden=True,
    )


def _day(day) -> str:
    return date_format(day, _("F j, Y"))


def _blank(_answer: Answer) -> str:
    return ""


def _before(answer: Answer) -> str:
    """What was said last, with its day, its share and its quantity."""
    report = answer.before
    if report is None:
        return ""
    facts = [date_format(report.reported_on, _("F j, Y")), f"{report.percent}%", _quantity(answer)]
    said = pgettext("list", ", ").join(fact for fact in facts if fact)
    return _("(%(facts)s) %(text)s") % {"facts": said, "text": report.text}


def made_by(who: str, at: Any) -> str:
    """Who made a workbook and when, as the foot of its pages says."""
    return f"{who} {make_naive(at):%Y-%m-%d %H:%M}"


FORM = Form(
    name="monthly",
    label=gettext_lazy("Monthly call"),
    sheets=sheets,
    count=count,
)
