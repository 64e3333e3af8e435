"""Inspections: entering them, and changing the rules that their figures follow."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tracker import access
from tracker.choices import EventKind
from tracker.models import Inspection, User
from tracker.operations import record

FIGURE_RULES = ("completion_basis", "behind_points")
"""Rules kept in the spans; when one changes they are reckoned again."""


@transaction.atomic
def enter_inspection(
    *, actor: User | None, values: Mapping[str, Any], on: date, at: datetime
) -> Inspection:
    """Begin the rectification of an inspection, with its rules."""
    access.require(actor is None or access.may_run_list(actor) or access.may_use_admin(actor))
    inspection = Inspection(**values)
    inspection.full_clean()
    inspection.save()
    event = record.entry(
        EventKind.CREATED,
        actor=actor,
        on=on,
        at=at,
        after={"code": inspection.code, "name": inspection.name},
        inspection=inspection,
    )
    record.append([event])
    return inspection


@transaction.atomic
def amend_inspection(
    *,
    actor: User,
    inspection_id: int,
    changes: Mapping[str, Any],
    on: date,
    at: datetime,
) -> Inspection:
    """Change an inspection's facts or rules; figures that rest on one are reckoned again."""
    access.require(access.may_run_list(actor) or access.may_use_admin(actor))
    inspection = Inspection.objects.select_for_update(no_key=True).get(pk=inspection_id)
    before = {name: getattr(inspection, name) for name in changes}
    changed = {name: value for name, value in changes.items() if before[name] != value}
    if not changed:
        return inspection
    for name, value in changed.items():
        setattr(inspection, name, value)
    inspection.full_clean()
    inspection.save()
    tasks = list(inspection.tasks.select_for_update(no_key=True).order_by("pk"))
    event = record.entry(
        EventKind.CORRECTED,
        actor=actor,
        on=on,
        at=at,
        before={name: before[name] for name in changed},
        after=changed,
        inspection=inspection,
    )
    record.append([event])
    if set(changed) & set(FIGURE_RULES):
        record.rebuild([task.pk for task in tasks], at=at)
    return inspection
