"""Inspection issues: entering and correcting them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Event, Inspection, Issue, MediaCategory, Source, Unit, User
from tracker.operations import record

FIELDS = (
    "number",
    "number_printed",
    "title",
    "text",
    "source",
    "medium",
    "unit",
    "place",
    "page",
    "is_typical",
)
RELATED: dict[str, Any] = {"source": Source, "medium": MediaCategory, "unit": Unit}


def written(issue: Issue) -> dict[str, Any]:
    values = {}
    for name in FIELDS:
        value = getattr(issue, name)
        values[name] = value.code if name in RELATED and value is not None else value
    return values


def code_of(inspection: Inspection, number: int) -> str:
    """The code of an issue in addresses, such as ``2022s2-9``."""
    return f"{inspection.code}-{number}"


def _refuse_taken_number(issue: Issue) -> None:
    same = Issue.objects.live().filter(inspection=issue.inspection, number=issue.number)
    if same.exclude(pk=issue.pk).exists():
        raise ValidationError(
            {"number": _("Issue number %(number)s is already taken.") % {"number": issue.number}}
        )


@transaction.atomic
def enter_issue(
    *,
    actor: User | None,
    inspection: Inspection,
    values: Mapping[str, Any],
    on: date,
    at: datetime,
) -> Issue:
    """Put a problem on the inspection's list, in its original wording."""
    access.require(actor is None or access.may_run_list(actor))
    issue = Issue(inspection=inspection, **values)
    issue.code = code_of(inspection, issue.number)
    _refuse_taken_number(issue)
    issue.full_clean()
    issue.save()
    event = record.entry(
        EventKind.CREATED,
        actor=actor,
        on=on,
        at=at,
        after=written(issue),
        inspection=inspection,
        issue=issue,
    )
    record.append([event])
    return issue


@transaction.atomic
def correct_issue(
    *,
    actor: User,
    issue_id: int,
    version: int,
    changes: Mapping[str, Any],
    on: date,
    at: datetime,
    note: str,
) -> Issue:
    """Put an issue right; both wordings stay in the record."""
    issue = Issue.objects.select_for_update(no_key=True).get(pk=issue_id)
    record.refuse_stale(issue, version, Event.objects.filter(issue=issue))
    access.require(access.may_run_list(actor))
    before = written(issue)
    for name in FIELDS:
        if name in changes:
            setattr(issue, name, changes[name])
    after = written(issue)
    changed = [name for name in FIELDS if after[name] != before[name]]
    if not changed:
        return issue
    issue.code = code_of(issue.inspection, issue.number)
    _refuse_taken_number(issue)
    issue.version += 1
    issue.full_clean()
    issue.save()
    event = record.entry(
        EventKind.CORRECTED,
        actor=actor,
        on=on,
        at=at,
        before={name: before[name] for name in changed},
        after={**{name: after[name] for name in changed}, "version": issue.version},
        note=note,
        inspection=issue.inspection,
        issue=issue,
    )
    record.append([event])
    return issue


def restore(issue: Issue, before: Mapping[str, Any]) -> None:
    """Give an issue the field values that an annulled correction had replaced."""
    for name, value in before.items():
        if name in RELATED:
            value = record.row_of_code(RELATED[name].objects, value)
        setattr(issue, name, value)
    issue.code = code_of(issue.inspection, issue.number)
    issue.version += 1
    _refuse_taken_number(issue)
    issue.save()
