"""The form to apply for closure and to accept it (销号申请、验收表): A4, a sheet for each part.

What the record knows is filled in, as far as the procedure had come by the day. The other boxes
are to be written and signed in by hand.
"""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.choices import ClosureStage, Condition, ObjectionState
from tracker.exporters.lines import ATTEMPTS, EVIDENCE
from tracker.exporters.orders import Form
from tracker.exporters.parts import Part, count, day_in_words, parts
from tracker.exporters.words import A4, MID, column
from tracker.models import Closure

__all__ = ["FORM", "name_of"]

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
    yield pgettext("closure", "Opinion of the responsible unit"), _unit_opinion(part)
    yield pgettext("closure", "Opinion of the leading unit"), _lead_opinion(part)
    yield pgettext("closure", "Field check of the acceptance team"), _found(part)
    yield pgettext("closure", "Conclusion of the acceptance"), _conclusion(part)
    yield pgettext("closure", "Head and members of the acceptance team"), _team(part)
    yield pgettext("closure", "Public notice (from, to, objections)"), _notice(part)
    yield pgettext("closure", "Opinion of the rectification office"), _office_opinion(part)
    yield pgettext("closure", "Filed with the level above"), _filing(part)


def _signed(words: str, name: str = "", day: date | None = None, text: str = "") -> str:
    """What was said, or room to write; and below it a line for signature and date."""
    words = f"{words}{name}"
    if day is None:
        line = _("%(words)s                              Date:") % {"words": words}
    else:
        line = f"{words}                              {day_in_words(day)}"
    return f"{text}\n\n{line}" if text else f"\n\n\n{line}"


def _decided(part: Part | None) -> Closure | None:
    """The attempt of the part, if its acceptance was decided by the day."""
    closure = part.closure if part else None
    return closure if part and closure and part.by_then(closure.decided_on) else None


def _unit_opinion(part: Part | None) -> str:
    closure = part.closure if part else None
    if closure is None:
        return _signed(_("Head (signature):"))
    text = _("The rectification is complete; closure is applied for.")
    if closure.meeting_on:
        text += _(" Decided in the meeting of the unit on %(day)s.") % {
            "day": day_in_words(closure.meeting_on)
        }
    return _signed(_("Head (signature):"), closure.unit_head, closure.applied_on, text)


def _lead_opinion(part: Part | None) -> str:
    closure = part.closure if part else None
    return _signed(_("Head (signature):"), text=closure.lead_opinion if closure else "")


def _found(part: Part | None) -> str:
    closure = _decided(part)
    if closure is None:
        return "\n\n\n\n\n"
    told = [_("On file: %(text)s") % {"text": closure.desk_finding}]
    if closure.field_finding:
        day = day_in_words(closure.field_checked_on) if closure.field_checked_on else ""
        told.append(_("On site %(day)s: %(text)s") % {"day": day, "text": closure.field_finding})
    answers = {answer.condition: answer for answer in closure.answers.all()}
    for number, condition in enumerate(Condition, start=1):
        answer = answers.get(condition)
        if answer:
            told.append(
                _("(%(number)s) %(condition)s: %(word)s. %(finding)s")
                % {
                    "number": number,
                    "condition": condition.label,
                    "word": pgettext("condition", "met")
                    if answer.is_met
                    else pgettext("condition", "not met"),
                    "finding": answer.finding,
                }
            )
    return "\n".join(told)


def _conclusion(part: Part | None) -> str:
    closure = _decided(part)
    if closure is None:
        return _("□ passed        □ failed")
    failed = closure.stage == ClosureStage.FAILED
    boxes = _("□ passed        ☑ failed") if failed else _("☑ passed        □ failed")
    return "\n".join(filter(None, [boxes, closure.opinion]))


def _team(part: Part | None) -> str:
    closure = _decided(part)
    if closure is None:
        return _signed(_("Signatures:"))
    text = _("Head: %(leader)s. Members: %(members)s") % {
        "leader": closure.team_leader,
        "members": closure.team_members or "—",
    }
    return _signed(_("Signatures:"), day=closure.decided_on, text=text)


def _notice(part: Part | None) -> str:
    notice = part.notice if part else None
    if part is None or notice is None:
        return _(
            "From            to            . Objections: □ none    □ yes, settled as follows:\n"
        )
    rows = [
        row
        for row in notice.objections.all()
        if row.state != ObjectionState.ANNULLED and part.by_then(row.received_on)
    ]
    days = {"from": day_in_words(notice.begins_on), "to": day_in_words(notice.ends_on)}
    if not rows:
        words = _("From %(from)s to %(to)s. Objections: ☑ none    □ yes")
        if notice.ends_on >= part.line.as_of:
            words = _("From %(from)s to %(to)s. Objections: □ none    □ yes")
        return words % days
    settled = [
        _("%(day)s %(word)s: %(text)s")
        % {
            "day": day_in_words(row.settled_on),
            "word": row.get_state_display(),
            "text": row.settlement,
        }
        for row in rows
        if part.by_then(row.settled_on)
    ]
    words = _("From %(from)s to %(to)s. Objections: □ none    ☑ yes, %(n)s, settled as follows:")
    return "\n".join([words % {**days, "n": len(rows)}, *settled])


def _office_opinion(part: Part | None) -> str:
    closure = part.closure if part else None
    if part is None or closure is None or not part.by_then(closure.closed_on):
        return _signed(_("Seal:"))
    text = closure.closing_opinion
    if closure.consent_document_no:
        text += "\n" + _("Consent of the level above: %(document)s") % {
            "document": closure.consent_document_no
        }
    return _signed(_("Seal:"), day=closure.closed_on, text=text)


def _filing(part: Part | None) -> str:
    closure = part.closure if part else None
    if part is None or closure is None or not part.by_then(closure.filed_on):
        return _signed(_("Filing number:"))
    return _signed(_("Filing number:"), closure.filing_no, closure.filed_on).lstrip("\n")


def _done(part: Part | None) -> str:
    if part is None:
        return "\n\n"
    report = part.report
    texts = [part.measures]
    if part.closure:
        texts.append(part.closure.completion_text)
    elif report:
        texts.append(
            _("As reported on %(day)s: %(text)s")
            % {"day": day_in_words(report.reported_on), "text": report.text}
        )
    return "\n".join(text for text in texts if text)


def _self_check(part: Part | None) -> str:
    if part is None:
        return "\n"
    told = []
    if part.closure:
        told.append(
            _("Self-checked on %(day)s: %(text)s")
            % {
                "day": day_in_words(part.closure.self_checked_on),
                "text": part.closure.self_check,
            }
        )
    elif part.span.completion_reported_on:
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
