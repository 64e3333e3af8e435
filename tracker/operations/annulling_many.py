"""Taking back many entries at once: the entries of single annulments, in few queries.

What the record says afterwards is what ``annulment.annul`` would have written one by one, the
newest first. Corrections about which something was said since, and whatever is not usual in a
list, go one by one here too, with every check that a single annulment makes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, F, Field, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import Event, Issue, Measure, Task, Unit, User
from tracker.models.updating import update_rows
from tracker.operations import annulment, measures, record, tasks
from tracker.operations.many_tasks import chunks, in_chunks, set_supporting_units

UNITS = ("supervising_unit", "acceptance_unit")
SIMPLE = {*tasks.PLAIN, *tasks.DEADLINE, *UNITS, "supporting_units"} - {"number"}
"""Fields that have their former value again without any other row being touched."""

AGAIN = (EventKind.CORRECTED, EventKind.MEASURE_CORRECTED)


@transaction.atomic
def annul_many(
    *,
    actor: User,
    events: Sequence[Event],
    reason: str,
    at: datetime,
    note: Event | None = None,
) -> list[Event]:
    """Take back what one list made and changed, whose tasks are locked.

    ``events`` come in the order of the record; ``note`` is the entry about the list itself, where
    that is taken back too. The entering of a task or issue takes all that was said of it along.
    """
    access.require(all(access.may_annul(actor, event) for event in events[:1]))
    created = [event for event in events if event.kind == EventKind.CREATED]
    new = {event.task_id for event in created if event.task_id}
    rest = [
        event
        for event in events
        if event.kind != EventKind.CREATED and event.task_id and event.task_id not in new
    ]
    taken_back = [*reversed(rest), *reversed(created), *([note] if note else [])]
    _refuse_annulled(taken_back)
    own = [annulment.annulment_of(event, actor=actor, reason=reason, at=at) for event in taken_back]
    record.append_many(own)
    _undo(list(reversed(rest)))
    _take_off(Task, sorted(new), version=F("version") + 1)
    _take_off(Issue, sorted(event.issue_id for event in created if event.issue_id))
    touched = Counter(event.task_id for event in rest if event.task_id)
    for count in sorted(set(touched.values())):
        for ids in chunks(sorted(task for task in touched if touched[task] == count)):
            Task.objects.filter(pk__in=ids).update(version=F("version") + count)
    record.rebuild([*sorted(new), *sorted(touched)], at=at)
    return own


def _refuse_annulled(events: Sequence[Event]) -> None:
    for ids in chunks([event.pk for event in events]):
        if Event.objects.filter(annuls__in=ids).exists():
            raise ValidationError(_("The entry has been annulled already."), code="annulled")


def _take_off(model: type[Task] | type[Issue], ids: Sequence[int], **also: Any) -> None:
    """Free the codes of what was never to be there, as the annulment of a single one does."""
    for some in chunks(ids):
        model.objects.filter(pk__in=some).update(code=_freed_code(), is_annulled=True, **also)


def _freed_code() -> Any:
    return Concat(F("code"), Value("-x"), Cast("pk", CharField()))


def _undo(events: Sequence[Event]) -> None:
    """Undo what entries did beside the record, the newest first."""
    ids = sorted({event.task_id for event in events if event.task_id})
    later = Event.objects.standing().filter(kind__in=AGAIN)
    later = later.filter(sequence__gt=min((event.sequence for event in events), default=0))
    again = {event.task_id for event in in_chunks(later.only("task_id"), ids)}
    usual: dict[EventKind, list[Event]] = {kind: [] for kind in TOGETHER}
    for event in events:
        kind = EventKind(event.kind)
        if kind in usual and event.task_id not in again and _is_simple(event):
            usual[kind].append(event)
        elif undo := annulment.UNDO.get(kind):
            undo(event)
    for kind, own in usual.items():
        TOGETHER[kind](own)


def _is_simple(event: Event) -> bool:
    """Whether a correction is about fields of the task alone."""
    return event.kind != EventKind.CORRECTED or event.details["before"].keys() <= SIMPLE


def _corrections(events: Sequence[Event]) -> None:
    """Give corrected fields their former values; the newest entry comes first."""
    rows: dict[int, Task] = {}
    ids = sorted({cast(int, event.task_id) for event in events})
    for some in chunks(ids):
        rows |= Task.objects.in_bulk(some)
    unit = _units(
        code
        for event in events
        for name, value in event.details["before"].items()
        if name in (*UNITS, "supporting_units")
        for code in (value if isinstance(value, list) else [value])
    )
    supporting: dict[int, Sequence[Unit]] = {}
    names: set[str] = set()
    for event in events:
        task = rows[cast(int, event.task_id)]
        for name, value in event.details["before"].items():
            if name == "supporting_units":
                supporting[task.pk] = [found for code in value if (found := unit(code, False))]
                continue
            names.add(name)
            if name in UNITS:
                setattr(task, name, unit(value, True))
            else:
                setattr(task, name, cast(Field, Task._meta.get_field(name)).to_python(value))
    update_rows(rows.values(), sorted(names))
    set_supporting_units(supporting)


def _units(codes: Iterable[str | None]) -> Callable[[str | None, bool], Unit | None]:
    """Gives the unit of a code; one that has to be there is missed in words."""
    rows = Unit.objects.plain().filter(code__in={code for code in codes if code})
    known = {unit.code: unit for unit in rows}

    def unit(code: str | None, is_needed: bool) -> Unit | None:
        if code and code not in known and is_needed:
            record.row_of_code(Unit.objects, code)
        return known.get(code) if code else None

    return unit


def _added_measures(events: Sequence[Event]) -> None:
    for ids in chunks([event.details["after"]["measure"] for event in events]):
        Measure.objects.filter(pk__in=ids).update(is_annulled=True)


def _corrected_measures(events: Sequence[Event]) -> None:
    """Give measures their former wording; the newest entry comes first."""
    before = {event.details["before"]["measure"]: event.details["before"] for event in events}
    unit = _units(said["unit"] for said in before.values())
    rows: dict[int, Measure] = {}
    for ids in chunks(sorted(before)):
        rows |= Measure.objects.in_bulk(ids)
    for key, measure in rows.items():
        said = before[key]
        measure.text, measure.kind, measure.owner = said["text"], said["kind"], said["owner"]
        measure.unit = unit(said["unit"], False)
        measure.due_on = cast(Field, Measure._meta.get_field("due_on")).to_python(said["due_on"])
    update_rows(rows.values(), measures.MEASURE_FIELDS)


TOGETHER: dict[EventKind, Callable[[Sequence[Event]], None]] = {
    EventKind.CORRECTED: _corrections,
    EventKind.MEASURE_ADDED: _added_measures,
    EventKind.MEASURE_CORRECTED: _corrected_measures,
}
"""What is undone for all tasks at once."""
