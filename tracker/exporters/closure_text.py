"""The wording of the form to apply for closure and accept it (销号申请表) and of the opinion.

For workbooks, pages and documents alike. What the record knows is filled in, as far as the
procedure had come by the day; the rest is to be written by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.choices import ClosureStage, Condition, ObjectionState
from tracker.exporters.notice_text import item_of, level_of
from tracker.exporters.parts import Filled, day_in_words
from tracker.models import Closure
from tracker.rules.personal import masked

__all__ = [
    "Box",
    "Opinion",
    "Signature",
    "boxes",
    "decided",
    "form_name",
    "no_day",
    "opinion_of",
    "task_box",
    "title_of",
]


@dataclass(frozen=True)
class Signature:
    """A line to sign on: the words before it, and whatever is known of who signed, and when."""

    words: str
    name: str = ""
    day: str = ""
    is_seal: bool = False


@dataclass(frozen=True)
class Box:
    """One box of the form. ``key`` is what templates of documents call it."""

    key: str
    heading: str
    text: str = ""
    signature: Signature | None = None


@dataclass(frozen=True)
class Opinion:
    """An opinion as it is issued: ``sections`` are pairs of a numbered heading and its text."""

    title: str
    sections: Sequence[tuple[str, str]]
    leader: Signature
    members: Signature
    unit: str
    day: str


def task_box(facts: Filled | None) -> Box:
    """The first box, which says what the form is about."""
    heading = pgettext("closure", "Rectification task (number)")
    return Box("task", heading, facts.name if facts else "")


def title_of(facts: Filled) -> str:
    """The title of the form of one part."""
    return _("%(inspection)s %(form)s") % {
        "inspection": facts.task.inspection.name,
        "form": form_name(),
    }


def form_name() -> str:
    return _("application for and acceptance of closure")


def boxes(facts: Filled | None) -> Iterator[Box]:
    """The boxes of the form from top to bottom, each with what is known; blank without a part."""
    task: Any = facts.task if facts else None
    said = facts.closure if facts else None
    yield Box("issue", pgettext("closure", "Issue fed back"), task.issue.text if task else "")
    yield Box("goal", pgettext("closure", "Rectification goal"), task.goal if task else "")
    yield Box("unit", pgettext("closure", "Responsible unit"), facts.unit.name if facts else "")
    yield Box(
        "deadline", pgettext("closure", "Rectification deadline"), facts.deadline if facts else ""
    )
    yield Box("done", pgettext("closure", "Measures and how far they are done"), _done(facts))
    yield Box("self_check", pgettext("closure", "Self-check"), _self_check(facts))
    yield Box("evidence", pgettext("closure", "List of evidence"), facts.evidence if facts else "")
    yield _unit_opinion(said)
    yield Box(
        "lead_opinion",
        pgettext("closure", "Opinion of the leading unit"),
        said.lead_opinion if said else "",
        Signature(_("Head (signature):")),
    )
    if facts and said and said.county_id is not None:
        yield _county_opinion(facts, said)
    closure = decided(facts)
    yield Box("found", pgettext("closure", "Field check of the acceptance team"), _found(closure))
    yield Box("conclusion", pgettext("closure", "Conclusion of the acceptance"), _verdict(closure))
    yield _team(closure)
    yield Box("notice", pgettext("closure", "Public notice (from, to, objections)"), _notice(facts))
    yield _office_opinion(facts)
    yield _filing(facts)


def opinion_of(facts: Filled) -> Opinion | None:
    """The opinion of the acceptance in the four parts it is published in; once it was decided."""
    closure, task = decided(facts), facts.task
    if closure is None:
        return None
    texts = (facts.name, task.goal, _done(facts), _verdict(closure))
    headings = (
        pgettext("opinion", "1. Rectification task"),
        pgettext("opinion", "2. Rectification goal"),
        pgettext("opinion", "3. Completion"),
        pgettext("opinion", "4. Acceptance opinion"),
    )
    unit = task.acceptance_unit
    return Opinion(
        title=_("Opinion on closing %(level)s environmental inspection rectification (%(item)s)")
        % {"level": level_of(task), "item": item_of(task)},
        sections=tuple(zip(headings, texts, strict=True)),
        leader=Signature(_("Head of the acceptance team (signature):"), closure.team_leader),
        members=Signature(_("Members (signature):"), closure.team_members),
        unit=_("%(unit)s (seal)") % {"unit": unit.name if unit else ""},
        day=_day(closure.decided_on),
    )


def no_day() -> str:
    """Room to write a day in."""
    return pgettext("signature", "Date:                    ")


def _day(day: date | None) -> str:
    return day_in_words(day) if day else ""


def decided(facts: Filled | None) -> Closure | None:
    """The attempt of the part, if its acceptance was decided by the day."""
    closure = facts.closure if facts else None
    return closure if facts and closure and facts.by_then(closure.decided_on) else None


def _unit_opinion(closure: Closure | None) -> Box:
    heading, words = pgettext("closure", "Opinion of the responsible unit"), _("Head (signature):")
    if closure is None:
        return Box("unit_opinion", heading, signature=Signature(words))
    text = _("The rectification is complete; closure is applied for.")
    if closure.meeting_on:
        text += _(" Decided in the meeting of the unit on %(day)s.") % {
            "day": _day(closure.meeting_on)
        }
    signature = Signature(words, closure.unit_head, _day(closure.applied_on))
    return Box("unit_opinion", heading, text, signature)


def _county_opinion(facts: Filled, closure: Closure) -> Box:
    heading, words = pgettext("closure", "Opinion of the county"), _("Head (signature):")
    if not facts.by_then(closure.pre_accepted_on):
        return Box("county_opinion", heading, signature=Signature(words))
    signature = Signature(words, closure.county_signer, _day(closure.pre_accepted_on))
    return Box("county_opinion", heading, closure.county_opinion, signature)


def _found(closure: Closure | None) -> str:
    if closure is None:
        return ""
    told = [_("On file: %(text)s") % {"text": closure.desk_finding}]
    if closure.field_finding:
        told.append(
            _("On site %(day)s: %(text)s")
            % {"day": _day(closure.field_checked_on), "text": closure.field_finding}
        )
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


def _verdict(closure: Closure | None) -> str:
    if closure is None:
        return _("□ passed        □ failed")
    failed = closure.stage == ClosureStage.FAILED
    ticked = _("□ passed        ☑ failed") if failed else _("☑ passed        □ failed")
    return "\n".join(filter(None, [ticked, closure.opinion]))


def _team(closure: Closure | None) -> Box:
    heading = pgettext("closure", "Head and members of the acceptance team")
    if closure is None:
        return Box("team", heading, signature=Signature(_("Signatures:")))
    text = _("Head: %(leader)s. Members: %(members)s") % {
        "leader": closure.team_leader,
        "members": closure.team_members or "—",
    }
    return Box("team", heading, text, Signature(_("Signatures:"), day=_day(closure.decided_on)))


def _notice(facts: Filled | None) -> str:
    notice = facts.notice if facts else None
    if facts is None or notice is None:
        return _(
            "From            to            . Objections: □ none    □ yes, settled as follows:\n"
        )
    rows = [
        row
        for row in notice.objections.all()
        if row.state != ObjectionState.ANNULLED and facts.by_then(row.received_on)
    ]
    days = {"from": _day(notice.begins_on), "to": _day(notice.ends_on)}
    if not rows:
        words = _("From %(from)s to %(to)s. Objections: ☑ none    □ yes")
        if notice.ends_on >= facts.as_of:
            words = _("From %(from)s to %(to)s. Objections: □ none    □ yes")
        return words % days
    settled = [
        _("%(day)s %(word)s: %(text)s")
        % {
            "day": _day(row.settled_on),
            "word": row.get_state_display(),
            "text": masked(row.settlement),
        }
        for row in rows
        if facts.by_then(row.settled_on)
    ]
    words = _("From %(from)s to %(to)s. Objections: □ none    ☑ yes, %(n)s, settled as follows:")
    return "\n".join([words % {**days, "n": len(rows)}, *settled])


def _office_opinion(facts: Filled | None) -> Box:
    heading = pgettext("closure", "Opinion of the rectification office")
    closure = facts.closure if facts else None
    if facts is None or closure is None or not facts.by_then(closure.closed_on):
        return Box("office_opinion", heading, signature=Signature(_("Seal:"), is_seal=True))
    text = closure.closing_opinion
    if closure.consent_document_no:
        text += "\n" + _("Consent of the level above: %(document)s") % {
            "document": closure.consent_document_no
        }
        if closure.consent_on:
            text += _(" (%(day)s)") % {"day": _day(closure.consent_on)}
    signature = Signature(_("Seal:"), day=_day(closure.closed_on), is_seal=True)
    return Box("office_opinion", heading, text, signature)


def _filing(facts: Filled | None) -> Box:
    heading = pgettext("closure", "Filed with the level above")
    closure = facts.closure if facts else None
    if facts is None or closure is None or not facts.by_then(closure.filed_on):
        return Box("filing", heading, signature=Signature(_("Filing number:")))
    signature = Signature(_("Filing number:"), closure.filing_no, _day(closure.filed_on))
    return Box("filing", heading, signature=signature)


def _done(facts: Filled | None) -> str:
    if facts is None:
        return ""
    texts = [facts.measures]
    if facts.closure:
        texts.append(facts.closure.completion_text)
    elif facts.report:
        texts.append(
            _("As reported on %(day)s: %(text)s")
            % {"day": _day(facts.report.reported_on), "text": facts.report.text}
        )
    return "\n".join(text for text in texts if text)


def _self_check(facts: Filled | None) -> str:
    if facts is None:
        return ""
    told = []
    if facts.closure:
        told.append(
            _("Self-checked on %(day)s: %(text)s")
            % {"day": _day(facts.closure.self_checked_on), "text": facts.closure.self_check}
        )
    elif facts.completion_reported_on:
        told.append(
            _("%(unit)s reported completion after its own check on %(day)s.")
            % {"unit": facts.unit.name, "day": _day(facts.completion_reported_on)}
        )
    if facts.completed_on:
        told.append(_("Completed on %(day)s.") % {"day": _day(facts.completed_on)})
    if facts.closed_on:
        told.append(pgettext("closure", "Closed on %(day)s.") % {"day": _day(facts.closed_on)})
    return "\n".join(told)
