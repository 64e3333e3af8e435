"""Files sent ahead of their form, one by one: kept for their owner until the form is sent."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from tracker import access
from tracker.models import StagedFile, User
from tracker.operations.evidence import MEGABYTE, Checked, sent_on_day, told
from tracker.operations.evidence_files import remove_unused, stored_first
from tracker.operations.kept_files import ORPHANED_AFTER
from tracker.operations.photos import Look

MOST_WAITING = 200
"""Files of one person that may wait for their forms at once."""


def waiting(person: User) -> QuerySet[StagedFile]:
    """What a person has sent for forms that are not sent yet."""
    return StagedFile.objects.filter(owner=person).order_by("pk")


@stored_first
@transaction.atomic
def stage(*, actor: User, files: Sequence[Checked], at: datetime) -> list[StagedFile]:
    """Keep checked files for a form that ``actor`` has not sent yet.

    Nothing of it is in the record: to attach them is the step that the form is about.
    """
    access.require(access.may_attach_some(actor))
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # One after the other.
    _refuse_too_much(files, actor, at)
    return [
        StagedFile.objects.create(
            owner=actor,
            file=checked.stored,
            name=checked.name,
            content_type=checked.content_type,
            size=checked.size,
            sha256=checked.sha256,
            staged_at=at,
            **told(checked.look),
        )
        for checked in files
    ]


def _refuse_too_much(files: Sequence[Checked], actor: User, at: datetime) -> None:
    # What the next sweep removes is nobody's to send any more.
    rows = waiting(actor).filter(staged_at__gte=at - ORPHANED_AFTER)
    if rows.count() + len(files) > MOST_WAITING:
        raise ValidationError(
            _("%(most)s files of this account wait for their forms. Send or remove some first."),
            code="too_much",
            params={"most": MOST_WAITING},
        )
    sizes = [
        found.aggregate(total=Sum("size"))["total"] or 0 for found in (rows, sent_on_day(actor, at))
    ]
    if sum(sizes) + sum(checked.size for checked in files) > settings.EVIDENCE_MAX_BYTES_PER_DAY:
        raise ValidationError(
            _("With this file the account would have sent more than %(limit)s MB today."),
            code="too_much",
            params={"limit": settings.EVIDENCE_MAX_BYTES_PER_DAY // MEGABYTE},
        )


def unstage(*, actor: User, staged_id: int) -> None:
    """Remove a file that waits for a form, and its content where nothing else needs it."""
    with transaction.atomic():
        row = waiting(actor).select_for_update().get(pk=staged_id)
        name = str(row.file.name)
        row.delete()
    remove_unused({name})


def checked_again(row: StagedFile, *, photo_kind: str = "") -> Checked:
    """A file that was looked at when it was sent, as the operation behind the form takes it."""
    look = None
    if row.is_image:
        look = Look(row.taken_at, row.latitude, row.longitude, row.fingerprint, copies={})
    return Checked(
        row.file,
        row.name,
        row.content_type,
        row.size,
        row.sha256,
        look,
        photo_kind if look else "",
        stored=str(row.file.name),
        staged=row.pk,
    )
