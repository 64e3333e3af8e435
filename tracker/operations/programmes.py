"""Quantity programmes and their readings."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Programme, Reading, User
from tracker.operations import record


@transaction.atomic
def enter_programme(
    *, actor: User | None, values: Mapping[str, Any], on: date, at: datetime
) -> Programme:
    """Begin to count something."""
    access.require(actor is None or access.may_run_list(actor))
    programme = Programme(**values)
    programme.full_clean()
    if programme.inspection is None:
        raise ValidationError({"inspection": _("Choose the inspection it is counted for.")})
    programme.save()
    event = record.entry(
        EventKind.CREATED,
        actor=actor,
        on=on,
        at=at,
        after={"code": programme.code, "name": programme.name, "target": programme.target},
        inspection=programme.inspection,
        programme=programme,
    )
    record.append([event])
    return programme


@transaction.atomic
def take_reading(
    *,
    actor: User | None,
    programme: Programme,
    values: Mapping[str, Any],
    at: datetime,
) -> Reading:
    """Enter what was counted, or the rate as printed, for one day."""
    access.require(actor is None or access.may_run_list(actor))
    if programme.readings.filter(as_of=values["as_of"], is_annulled=False).exists():
        raise ValidationError(
            {
                "as_of": _("There is a reading of %(day)s already. Annul it first.")
                % {"day": values["as_of"].isoformat()}
            }
        )
    reading = Reading(programme=programme, **values)
    reading.full_clean()
    reading.save()
    event = record.entry(
        EventKind.READING_TAKEN,
        actor=actor,
        on=reading.as_of,
        at=at,
        after={
            "reading": reading.pk,
            "value": reading.value,
            "rate_printed": reading.rate_printed,
        },
        note=reading.note,
        inspection=programme.inspection,
        programme=programme,
    )
    record.append([event])
    return reading
