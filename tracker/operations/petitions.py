"""Petitions: entering them as handed over, and recording what came of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Event, Inspection, MediaCategory, Petition, User
from tracker.operations import record

OUTCOME = ("truth", "interim_on", "closed_on", "outcome")


@transaction.atomic
def register_petitions(
    *,
    actor: User | None,
    inspection: Inspection,
    rows: Sequence[tuple[Petition, Sequence[MediaCategory]]],
    at: datetime,
) -> list[Petition]:
    """Enter petitions with their pollution types; each holds from the day it was handed over."""
    access.require(actor is None or access.may_run_list(actor))
    numbers = [petition.number for petition, _media in rows]
    live = Petition.objects.filter(number__in=numbers, is_annulled=False)
    taken = live.values_list("number", flat=True)
    if taken:
        raise ValidationError(
            _("Petition %(numbers)s is registered already."),
            code="number_taken",
            params={"numbers": ", ".join(sorted(taken))},
        )
    for petition, _media in rows:
        petition.inspection = inspection
    petitions = Petition.objects.bulk_create(
        [petition for petition, _media in rows], batch_size=record.BATCH
    )
    through = Petition.media.through
    through.objects.bulk_create(
        [
            through(petition_id=petition.pk, mediacategory_id=medium.pk)
            for petition, (_row, media) in zip(petitions, rows, strict=True)
            for medium in media
        ],
        batch_size=record.BATCH,
    )
    record.append(
        [
            record.entry(
                EventKind.CREATED,
                actor=actor,
                on=petition.received_on,
                at=at,
                after={"number": petition.number, "batch": petition.batch},
                inspection=inspection,
                petition=petition,
                unit=petition.unit,
            )
            for petition in petitions
        ]
    )
    return petitions


@transaction.atomic
def settle_petition(
    *,
    actor: User | None,
    petition_id: int,
    version: int | None,
    values: Mapping[str, Any],
    on: date,
    at: datetime,
) -> Petition:
    """Record the finding and the outcome of a petition: interim, or settled (办结)."""
    petition = Petition.objects.select_for_update(no_key=True).get(pk=petition_id)
    record.refuse_stale(petition, version, Event.objects.filter(petition=petition))
    access.require(actor is None or access.may_settle_petition(actor, petition))
    before = {name: getattr(petition, name) for name in OUTCOME}
    for name in OUTCOME:
        if name in values:
            setattr(petition, name, values[name])
    if petition.closed_on and not petition.truth:
        raise ValidationError({"truth": _("A settled petition needs a finding.")})
    for name in ("interim_on", "closed_on"):
        day = getattr(petition, name)
        if day and not petition.received_on <= day <= on:
            raise ValidationError(
                {
                    name: _("The day lies between %(first)s, when it was handed over, and today.")
                    % {"first": petition.received_on}
                }
            )
    petition.version += 1
    petition.full_clean()
    petition.save()
    after = {name: getattr(petition, name) for name in OUTCOME}
    event = record.entry(
        EventKind.PETITION_SETTLED,
        actor=actor,
        on=petition.closed_on or petition.interim_on or on,
        at=at,
        before=before,
        after={**after, "version": petition.version},
        inspection=petition.inspection,
        petition=petition,
        unit=petition.unit,
    )
    record.append([event])
    return petition
