"""What a reviewer found out about a question of the program, which is not asked again then."""

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import SignalKind
from tracker.models import SignalNote, Task, User
from tracker.operations import record

ONE, TWO = re.compile(r"\d{1,18}"), re.compile(r"(\d{1,18})-(\d{1,18})")


def asked_about(user: User, task: Task, kind: str, key: str) -> Any:
    """The report or the file of a task that a question is about; ``None`` for no such question.

    Nobody is asked about what is not in sight, nor about a report that is not in the record.
    """
    files = access.visible_evidence(user)
    if kind == SignalKind.ALIKE:
        pair = TWO.fullmatch(key)
        if pair is None or not files.exclude(task=task).filter(pk=pair[2]).exists():
            return None
        return files.filter(task=task, pk=pair[1]).first()
    if kind not in SignalKind.values or not ONE.fullmatch(key):
        return None
    if kind == SignalKind.EARLY:
        return files.filter(task=task, pk=key).first()
    reports = access.visible_reports(user).filter(event__isnull=False)
    return reports.filter(assignment__task=task, pk=key).first()


@transaction.atomic
def note_answer(
    *, actor: User, task_id: int, kind: SignalKind | str, key: str, note: str, at: datetime
) -> SignalNote:
    """Note what came of a question (已核实).

    The record of the task says nothing of it, as its units read that. The first answer stands: a
    second reviewer is told of it.
    """
    task = record.lock_task(task_id)
    access.require(access.may_be_asked(actor, task))
    if asked_about(actor, task, kind, key) is None:
        raise ValidationError(_("There is no such question about this task."), code="unknown")
    if not note.strip():
        raise ValidationError({"note": _("Say in a few words what was found.")})
    longest = SignalNote._meta.get_field("note").max_length
    if longest is not None and len(note.strip()) > longest:
        raise ValidationError(
            {"note": _("At most %(most)s characters. Nothing was saved.") % {"most": longest}}
        )
    first = SignalNote.objects.filter(task=task, kind=kind, key=key).select_related("by").first()
    if first is not None:
        raise ValidationError(
            _("%(who)s has noted already: %(note)s"),
            code="noted",
            params={"who": first.by, "note": first.note},
        )
    return SignalNote.objects.create(
        task=task, kind=kind, key=key, note=note.strip(), by=actor, at=at
    )
