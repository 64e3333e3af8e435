"""The daily mail: what is new for a person, in one message a day at most.

A process takes a person upon itself, sends without a transaction, and then says in one
transaction that it was sent and what was in it. What the mail server refuses is tried again after
some minutes. There is one window: a process that dies between the server's yes and its own
writing that down leaves the mail to be sent once more.
"""

import logging
import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import ngettext, override

from tracker.choices import Telling
from tracker.models import DailyMail, Notification, User
from tracker.operations.notifications import ways_of

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=5)
"""For so long nobody else sends what one process has taken upon itself."""

AT_A_TIME = 50
FOR_GOOD = 500
"""Codes from here on say that a mail will never be taken."""

MOST_LINES = 50
"""More than so many things are counted in the mail, and read in the list."""

BATCH = 500


class Outcome(Enum):
    """What became of one mail."""

    SENT = auto()
    REFUSED = auto()
    LATER = auto()
    AWAY = auto()


def send_due(
    *,
    on: date,
    before: datetime,
    clock: Callable[[], datetime],
    most: int | None = AT_A_TIME,
) -> int:
    """Send what is left to send of the mails of the day ``on``; how many the server took.

    They tell of what happened before the hour of the mail: what comes later waits for tomorrow.
    With ``most`` of ``None`` all of them are sent.
    """
    waiting = list(_waiting(on, before, clock())[:most])
    if not waiting:
        return 0
    connection = get_connection()
    sent = 0
    try:
        for person in waiting:
            rows = _wanted(person, before)
            if not rows:
                _finish(person, [], on=on, at=clock())
                continue
            if not _take(person, on=on, at=clock()):
                continue
            outcome = _send(person, rows, connection)
            if outcome == Outcome.AWAY:
                break
            if outcome == Outcome.LATER:
                continue
            is_sent = outcome == Outcome.SENT
            _finish(person, rows if is_sent else [], on=on, at=clock())
            sent += is_sent
    finally:
        connection.close()
    return sent


def _waiting(on: date, before: datetime, at: datetime) -> QuerySet[User]:
    """People with news and an address, whose mail of the day nobody has sent or is sending.

    Those that nobody tried come first: a mail that fails again and again keeps nobody waiting.
    """
    news = Notification.objects.unmailed().filter(person=OuterRef("pk"), created_at__lt=before)
    is_done = Q(daily_mail__last_on__gte=on)
    is_taken = Q(daily_mail__tried_at__gt=at - PATIENCE)
    people = User.objects.filter(Exists(news), is_active=True).exclude(email="")
    longest_ago = F("daily_mail__tried_at").asc(nulls_first=True)
    return people.exclude(is_done).exclude(is_taken).order_by(longest_ago, "pk")


def _wanted(person: User, before: datetime) -> list[Notification]:
    """What goes into the mail of a person: what is new, of the kinds they want by mail."""
    kinds = [kind for kind, way in ways_of(person).items() if way == Telling.MAIL]
    rows = Notification.objects.unmailed().filter(
        person=person, kind__in=kinds, created_at__lt=before
    )
    return list(rows.order_by("pk"))


def _take(person: User, *, on: date, at: datetime) -> bool:
    """Whether this process sends the mail of a person: nobody sent it or is at it."""
    mail, _made = DailyMail.objects.get_or_create(person=person)
    mine = DailyMail.objects.filter(Q(last_on=None) | Q(last_on__lt=on), pk=mail.pk)
    is_free = Q(tried_at=None) | Q(tried_at__lte=at - PATIENCE)
    return bool(mine.filter(is_free).update(tried_at=at))


@transaction.atomic
def _finish(person: User, rows: Sequence[Notification], *, on: date, at: datetime) -> None:
    """Keep that the day's mail of a person is done with, and what it told."""
    DailyMail.objects.update_or_create(person=person, defaults={"last_on": on, "tried_at": None})
    for start in range(0, len(rows), BATCH):
        keys = [row.pk for row in rows[start : start + BATCH]]
        Notification.objects.filter(pk__in=keys).update(mailed_at=at)


def _send(person: User, rows: Sequence[Notification], connection: Any) -> Outcome:
    """Send one mail. Logs name the person by number: an address is nobody's business there."""
    try:
        validate_email(person.email)
        message(person, rows, connection).send()
    except ValidationError:
        return _refused(person, [])
    except smtplib.SMTPRecipientsRefused as refusal:
        return _refused(person, [code for code, _why in refusal.recipients.values()])
    except smtplib.SMTPDataError as refusal:
        return _refused(person, [refusal.smtp_code])
    except (smtplib.SMTPException, OSError) as trouble:
        log.warning("Mails could not be sent: %s. They are tried again.", type(trouble).__name__)
        return Outcome.AWAY
    return Outcome.SENT


def _refused(person: User, codes: Sequence[int]) -> Outcome:
    """What the server's codes mean for the mail of one person: 4xx is for now, 5xx for good."""
    if any(code < FOR_GOOD for code in codes):
        log.warning("The mail to person %s is put off. It is tried again.", person.pk)
        return Outcome.LATER
    log.warning("The address of person %s takes no mail.", person.pk)
    return Outcome.REFUSED


@dataclass(frozen=True, slots=True)
class Line:
    """One notification in a mail."""

    title: str
    text: str
    url: str


def message(
    person: User, rows: Sequence[Notification], connection: Any = None
) -> EmailMultiAlternatives:
    """The mail that tells a person of ``rows``, in their language, as text and as HTML."""
    with override(DailyMail.language_of(person)):
        lines = [
            Line(row.get_kind_display(), row.text, settings.SITE_URL + row.url)
            for row in rows[:MOST_LINES]
        ]
        context = {
            "person": person,
            "lines": lines,
            "more": len(rows) - len(lines),
            "site": settings.SITE_URL,
        }
        subject = ngettext(
            "Rectification tracker: %(n)s new notification",
            "Rectification tracker: %(n)s new notifications",
            len(rows),
        ) % {"n": len(rows)}
        mail = EmailMultiAlternatives(
            subject,
            render_to_string("tracker/mails/daily.txt", context),
            to=[person.email],
            headers={"Auto-Submitted": "auto-generated"},
            connection=connection,
        )
        mail.attach_alternative(render_to_string("tracker/mails/daily.html", context), "text/html")
    return mail
