"""Closure (销号) from the public notice on: objections, closing, filing upward."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker import access
from tracker.choices import DayCount, EventKind, ObjectionState
from tracker.models import Closure, Holiday, Objection, PublicNotice, User
from tracker.operations.closure_steps import (
    advance,
    lock_closure,
    overlong,
    refuse,
    stage_after,
)
from tracker.rules import closures as rules
from tracker.workdays import Calendar


@transaction.atomic
def publish_notice(
    *,
    actor: User,
    closure_id: int,
    version: int | None,
    begins_on: date,
    completion_text: str,
    issuer: str,
    phone: str,
    email: str,
    on: date,
    at: datetime,
) -> PublicNotice:
    """Publish a passed acceptance for the days that the inspection asks for (公示)."""
    closure = lock_closure(closure_id, version=version)
    inspection = closure.assignment.task.inspection
    _require_office(actor, closure)
    stage_after(closure, EventKind.NOTICE_PUBLISHED)
    texts = {
        "completion_text": completion_text.strip(),
        "issuer": issuer.strip(),
        "phone": phone.strip(),
        "email": email.strip(),
    }
    days, day_count = inspection.notice_days, inspection.notice_day_count
    refuse(
        rules.notice_refusals({**texts, "begins_on": begins_on}, days=days, on=on),
        overlong(PublicNotice, texts, texts),
        _no_address(texts["email"]),
    )
    calendar = Calendar(dict(Holiday.objects.values_list("day", "is_workday")))
    ends_on = rules.notice_ends(calendar, begins_on, days, day_count)
    is_provisional = day_count == DayCount.WORKING and any(
        calendar.is_provisional(year) for year in (begins_on.year, ends_on.year)
    )
    facts = {
        **texts,
        "begins_on": begins_on,
        "ends_on": ends_on,
        "days": days,
        "day_count": day_count,
        "is_provisional": is_provisional,
    }
    notice, _made = PublicNotice.objects.update_or_create(
        closure=closure, defaults={**facts, "published_by": actor, "is_annulled": False}
    )
    told = {name: facts[name] for name in facts if name != "completion_text"}
    advance(
        closure,
        EventKind.NOTICE_PUBLISHED,
        actor=actor,
        on=on,
        at=at,
        note=texts["completion_text"],
        after=told,
    )
    return notice


def _no_address(email: str) -> dict[str, str]:
    try:
        if email:
            validate_email(email)
    except ValidationError:
        return {"email": _("%(email)s is no e-mail address.") % {"email": email[:80]}}
    return {}


@transaction.atomic
def receive_objection(
    *,
    actor: User | None,
    notice_id: int,
    content: str,
    received_on: date,
    channel: str,
    contact: str,
    on: date,
    at: datetime,
) -> Objection:
    """Enter an objection to a notice (异议): by the office for a citizen, or by nobody's account.

    What the citizen wrote, and how to reach them, stays out of the record.
    """
    closure = lock_closure(_closure_of(notice_id))
    if actor is not None:
        _require_office(actor, closure)
    stage_after(closure, EventKind.OBJECTION_RECEIVED)
    notice = closure.notice
    texts = {
        "content": content.strip(),
        "channel": channel.strip(),
        "contact": contact.strip(),
    }
    refuse(
        rules.objection_refusals(
            texts["content"],
            received_on=received_on,
            begins_on=notice.begins_on,
            ends_on=notice.ends_on,
            on=on,
        ),
        overlong(Objection, texts, texts),
    )
    objection = Objection.objects.create(notice=notice, received_on=received_on, **texts)
    advance(
        closure,
        EventKind.OBJECTION_RECEIVED,
        actor=actor,
        on=on,
        at=at,
        after={
            "objections": [objection.pk],
            "received_on": received_on,
            "channel": texts["channel"],
        },
    )
    return objection


def receive_public_objection(
    *, notice_id: int, content: str, contact: str, on: date, at: datetime
) -> Objection:
    """Receive an objection that a citizen sends from the public page, on the day it comes."""
    with translation.override(settings.LANGUAGE_CODE):
        channel = pgettext("channel", "public page")
    return receive_objection(
        actor=None,
        notice_id=notice_id,
        content=content,
        received_on=on,
        channel=channel,
        contact=contact,
        on=on,
        at=at,
    )


def _closure_of(notice_id: int) -> int:
    return PublicNotice.objects.values_list("closure_id", flat=True).get(pk=notice_id)


@transaction.atomic
def settle_objection(
    *,
    actor: User,
    objection_id: int,
    upheld: bool,
    settlement: str,
    on: date,
    at: datetime,
) -> Objection:
    """Settle an objection. One that is upheld stops the closure and ends the completion.

    Whatever else is still open against the same notice goes back to the unit with it, and is
    settled by the same words: dismiss first what is without ground.
    """
    notice_id = Objection.objects.values_list("notice_id", flat=True).get(pk=objection_id)
    closure = lock_closure(_closure_of(notice_id))
    _require_office(actor, closure)
    objection = Objection.objects.get(pk=objection_id)
    if objection.state != ObjectionState.OPEN:
        raise ValidationError(
            _("The objection is “%(state)s” already. Nothing was changed."),
            code="settled",
            params={"state": objection.get_state_display()},
        )
    words = settlement.strip()
    refuse(
        {} if words else {"settlement": _("Say how the objection was settled.")},
        overlong(Objection, {"settlement": words}, ["settlement"]),
    )
    settled = [objection]
    if upheld:
        settled += Objection.objects.open().filter(notice=notice_id).exclude(pk=objection.pk)
    state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    for row in settled:
        row.state, row.settlement, row.settled_on, row.settled_by = state, words, on, actor
        row.save(update_fields=["state", "settlement", "settled_on", "settled_by"])
    advance(
        closure,
        EventKind.OBJECTION_UPHELD if upheld else EventKind.OBJECTION_DISMISSED,
        actor=actor,
        on=on,
        at=at,
        note=words,
        after={"objections": [row.pk for row in settled]},
    )
    return objection


@transaction.atomic
def close_task(
    *,
    actor: User,
    closure_id: int,
    version: int | None,
    closing_opinion: str,
    consent_document_no: str = "",
    consent_on: date | None = None,
    consent_note: str = "",
    on: date,
    at: datetime,
) -> Closure:
    """Close one unit's part once its notice is over and no objection is open (销号).

    Where the level above consents first, the day and the document of its consent go with it.
    """
    closure = lock_closure(closure_id, version=version)
    _require_office(actor, closure)
    stage_after(closure, EventKind.CLOSED)
    texts: dict[str, Any] = {
        "closing_opinion": closing_opinion.strip(),
        "consent_document_no": consent_document_no.strip(),
        "consent_note": consent_note.strip(),
    }
    refuse(
        rules.closing_refusals(
            ends_on=closure.notice.ends_on,
            on=on,
            open_objections=closure.notice.objections.open().count(),
            opinion=texts["closing_opinion"],
            needs_consent=closure.assignment.task.inspection.needs_consent,
            consent=texts["consent_document_no"],
            consent_on=consent_on,
            decided_on=closure.decided_on or on,
        ),
        overlong(Closure, texts, texts),
    )
    advance(
        closure,
        EventKind.CLOSED,
        actor=actor,
        on=on,
        at=at,
        note=texts["closing_opinion"],
        after={
            "consent_document_no": texts["consent_document_no"],
            "consent_on": consent_on,
            "consent_note": texts["consent_note"],
        },
        closed_on=on,
        consent_on=consent_on,
        **texts,
    )
    return closure


@transaction.atomic
def file_closure(
    *, actor: User, closure_id: int, version: int | None, filing_no: str, on: date, at: datetime
) -> Closure:
    """Enter that a closure was filed with the level above (备案)."""
    closure = lock_closure(closure_id, version=version)
    _require_office(actor, closure)
    stage_after(closure, EventKind.FILED)
    number = filing_no.strip()
    refuse(
        {} if number else {"filing_no": _("Enter the number under which it was filed.")},
        overlong(Closure, {"filing_no": number}, ["filing_no"]),
    )
    advance(
        closure,
        EventKind.FILED,
        actor=actor,
        on=on,
        at=at,
        after={"filing_no": number},
        filed_on=on,
        filing_no=number,
    )
    return closure


def _require_office(actor: User, closure: Closure) -> None:
    access.require(
        access.may_publish(actor, closure.assignment.task),
        whom=_("The rectification office publishes and closes."),
    )
