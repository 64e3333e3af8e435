"""What a person may do, and who gave it to them when, told from the history that is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tracker.choices import Role
from tracker.models import Deputy, Handover, Membership, User

MOST = 50
"""Changes shown of one person, the newest first."""


@dataclass(frozen=True)
class Change:
    """One change of what somebody may do, in words."""

    at: datetime
    by: str
    text: str


def changes_of(
    person: User, deputies: Iterable[Deputy], handovers: Iterable[Handover]
) -> list[Change]:
    """Who gave, took or lent what, and who closed or opened the account; the newest first."""
    found = [
        *(*_roles(person), *_account(person)),
        *(*_deputies(person, deputies), *_handovers(person, handovers)),
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST]


def deputies_of(person: User) -> QuerySet[Deputy]:
    """What a person lent and borrowed, the newest first."""
    rows = Deputy.objects.filter(Q(principal=person) | Q(deputy=person))
    rows = rows.select_related("principal", "deputy", "given_by", "ended_by")
    return rows.prefetch_related("memberships__unit").order_by("-starts_on", "-pk")


def handovers_of(person: User) -> QuerySet[Handover]:
    """The work that a person handed over or took over, the newest first."""
    rows = Handover.objects.filter(Q(from_person=person) | Q(to_person=person))
    return rows.select_related("from_person", "to_person", "unit", "by")


def _roles(person: User) -> Iterator[Change]:
    before: dict[int, str] = {}
    rows = Membership.history.filter(user_id=person.pk).select_related("history_user", "unit")
    for row in rows.order_by("history_date", "history_id"):
        what = _what(row)
        if row.history_type == "+":
            text = _("was given: %(what)s") % {"what": what}
        elif row.history_type == "-":
            text = _("was taken: %(what)s") % {"what": what}
        elif before.get(row.id) == what:
            continue
        else:
            text = _("changed to: %(what)s") % {"what": what}
        before[row.id] = what
        yield Change(row.history_date, str(row.history_user or ""), text)


def _what(row: Membership) -> str:
    said = f"{row.unit.label} · {Role(row.role).label}"
    return _("%(role)s, with personal data") % {"role": said} if row.reads_personal else said


def _account(person: User) -> Iterator[Change]:
    was_active = None
    rows = person.history.select_related("history_user")
    for row in rows.order_by("history_date", "history_id"):
        if was_active is None:
            text = _("account opened")
        elif row.is_active == was_active:
            continue
        else:
            text = _("account opened again") if row.is_active else _("account closed")
        was_active = row.is_active
        yield Change(row.history_date, str(row.history_user or ""), text)


def _deputies(person: User, rows: Iterable[Deputy]) -> Iterator[Change]:
    for row in rows:
        named = {
            "name": str(row.deputy if row.principal_id == person.pk else row.principal),
            "starts": row.starts_on.isoformat(),
            "ends": row.ends_on.isoformat(),
        }
        if row.principal_id == person.pk:
            text = _("%(name)s deputises from %(starts)s to %(ends)s") % named
            ended = _("%(name)s deputises no more") % named
        else:
            text = _("deputises for %(name)s from %(starts)s to %(ends)s") % named
            ended = _("deputises for %(name)s no more") % named
        yield Change(row.given_at, str(row.given_by), text)
        if row.ended_at is not None:
            yield Change(row.ended_at, str(row.ended_by), ended)


def _handovers(person: User, rows: Iterable[Handover]) -> Iterator[Change]:
    for row in rows:
        if row.from_person_id == person.pk:
            text = _("handed the work for %(unit)s over to %(name)s")
            name = row.to_person
        else:
            text = _("took the work for %(unit)s over from %(name)s")
            name = row.from_person
        yield Change(row.at, str(row.by), text % {"unit": row.unit.label, "name": name})


def holds_now(row: Deputy, day: date) -> bool:
    """Whether somebody deputises on the day."""
    return row.ended_at is None and row.starts_on <= day <= row.ends_on


def is_over(row: Deputy, day: date) -> bool:
    """Whether it ended, by its day or before."""
    return row.ended_at is not None or row.ends_on < day
