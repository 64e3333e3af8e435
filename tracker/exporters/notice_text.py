"""The wording of a public notice before closure (公示), for pages and for the workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.choices import InspectionLevel
from tracker.exporters.lines import numbered
from tracker.exporters.parts import Filled, day_in_words

__all__ = [
    *("BLANK", "NoticeText", "item_of", "lead_of", "level_of", "notice_of", "objections_to"),
    *("title_of", "worded"),
]

BLANK = "\u3000" * 7
"""Room to write in, which no page and no sheet closes up."""


@dataclass(frozen=True)
class NoticeText:
    """A notice as it is put up: ``sections`` are pairs of a numbered heading and its text."""

    title: str
    lead: str
    sections: Sequence[tuple[str, str]]
    objections: str
    issuer: str
    day: str


def _day(day: date | None) -> str:
    return day_in_words(day) if day else BLANK


def item_of(task: Any) -> str:
    """第二十九项 as the plan prints it, else 第29项."""
    return task.number_printed or _("item %(number)s") % {"number": task.number}


def level_of(task: Any) -> str:
    """Whose inspection it is, as titles say it."""
    return {
        InspectionLevel.CENTRAL: pgettext("notice", "central"),
        InspectionLevel.PROVINCIAL: pgettext("notice", "provincial"),
        InspectionLevel.CITY: pgettext("notice", "city"),
    }[InspectionLevel(task.inspection.level)]


def title_of(task: Any) -> str:
    return _("Public notice of %(level)s environmental inspection rectification (%(item)s)") % {
        "level": level_of(task),
        "item": item_of(task),
    }


def lead_of(task: Any) -> str:
    """What was completed, under which plan and which rule."""
    inspection = task.inspection
    plan = _("The rectification plan of %(inspection)s") % {"inspection": inspection.name}
    if inspection.plan_document_no:
        plan += _(" (%(document)s)") % {"document": inspection.plan_document_no}
    return _(
        "%(plan)s names as %(item)s a rectification that has been completed."
        " %(basis)sThe completion is made public as follows:"
    ) % {"plan": plan, "item": item_of(task), "basis": _basis(inspection)}


def _basis(inspection: Any) -> str:
    first = inspection.legal_basis.strip().splitlines()
    return _("According to %(rule)s: ") % {"rule": first[0]} if first else ""


def headings() -> tuple[str, ...]:
    """The six numbered parts of every notice."""
    return (
        _("1. Issue: "),
        _("2. Implementing unit: "),
        _("3. Measures:") + "\n",
        _("4. Goal: "),
        _("5. Deadline: "),
        _("6. Completion: "),
    )


def objections_to(
    *, begins_on: date | None, ends_on: date | None, issuer: str, phone: str, email: str
) -> str:
    """Until when and where to object; blanks to be written in where something is not known."""
    return _(
        "Objections to the completion may be raised during the notice (from %(from)s to %(to)s)"
        " with %(issuer)s. Telephone: %(phone)s%(email)s"
    ) % {
        "from": _day(begins_on),
        "to": _day(ends_on),
        "issuer": issuer or BLANK,
        "phone": phone or BLANK,
        "email": _("; e-mail: %(email)s") % {"email": email or BLANK} if email or not phone else "",
    }


def worded(
    facts: Filled,
    *,
    begins_on: date | None,
    ends_on: date | None,
    completion: str,
    issuer: str,
    phone: str,
    email: str,
) -> NoticeText:
    """The notice of one part; blanks to be written in where something is not known."""
    task = facts.task
    texts = (
        task.issue.text,
        facts.unit.name,
        numbered(facts.measures_kept),
        task.goal,
        facts.deadline,
        completion,
    )
    return NoticeText(
        title=title_of(task),
        lead=lead_of(task),
        sections=tuple(zip(headings(), texts, strict=True)),
        objections=objections_to(
            begins_on=begins_on, ends_on=ends_on, issuer=issuer, phone=phone, email=email
        ),
        issuer=issuer,
        day=_day(begins_on),
    )


def notice_of(facts: Filled) -> NoticeText:
    """The notice of one part as it was published by the day, else a draft of it."""
    notice = facts.notice
    if notice is None:
        return worded(
            facts,
            begins_on=None,
            ends_on=None,
            completion=facts.completion,
            issuer=facts.unit.name,
            phone="",
            email="",
        )
    return worded(
        facts,
        begins_on=notice.begins_on,
        ends_on=notice.ends_on,
        completion=notice.completion_text,
        issuer=notice.issuer,
        phone=notice.phone,
        email=notice.email,
    )
