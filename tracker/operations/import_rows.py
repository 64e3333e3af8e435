"""Entering the rows of a list: new issues and tasks, and what becomes different in others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.models import (
    ImportRow,
    Inspection,
    Issue,
    MediaCategory,
    Source,
    Task,
    Unit,
    User,
)
from tracker.operations import issues, record
from tracker.operations.changing import Decision, TaskChange, change_tasks
from tracker.operations.entering import MeasurePlan, TaskPlan, enter_tasks
from tracker.operations.tasks import RELATED

UNITS = ("lead", "supervising_unit", "acceptance_unit")
DAYS = ("due_on", "interim_due_on", "completed_on", "closed_on")
PLAIN = ("number", "number_printed", "title", "goal", "accountable_leader")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a list made and changed, and where its entries stand in the record."""

    new: Sequence[Task]
    changed: Sequence[Task]
    first_entry: int
    last_entry: int


@transaction.atomic
def enter_rows(
    *,
    actor: User | None,
    inspection: Inspection,
    rows: Sequence[ImportRow],
    is_take_over: bool,
    source: Mapping[str, Any],
    decision: Decision | None = None,
    at: datetime,
) -> Outcome:
    """Enter the rows of a list, with an entry that names the file they came from."""
    access.require(actor is None or access.may_run_list(actor))
    new = [row for row in rows if row.state == "new"]
    changed = [row for row in rows if row.state == "changed"]
    if not new and not changed:
        raise ValidationError(
            _("Everything in this list is on record already. Nothing was changed."), code="same"
        )
    # Two imports into one inspection come one after the other, so that the second one sees the
    # numbers of the first.
    inspection = Inspection.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    today = make_naive(at).date()
    on = today
    if is_take_over:
        on = inspection.plan_issued_on or inspection.feedback_on or today
    record.lock_tasks(row.task_id for row in changed if row.task_id)
    first_entry = record.next_sequence()
    said: dict[str, Any] = {"actor": actor, "on": on, "at": at}
    entered = _enter_issues(inspection, _of_kind(new, "issue"), **said)
    known = _Known(inspection, [*_of_kind(new, "task"), *changed], on)
    tasks = enter_tasks(inspection=inspection, plans=known.plans(), taken_over=is_take_over, **said)
    changed_tasks = change_tasks(
        actor=actor,
        changes=known.changes(),
        decision=decision or Decision(),
        on=today,
        at=at,
        note=_("import of %(file)s") % {"file": source["file"]},
    )
    counts = {
        "tasks": len(tasks),
        "issues": len(entered),
        "changed": len(changed_tasks),
        "is_take_over": is_take_over,
    }
    event = record.entry(
        EventKind.IMPORTED,
        actor=actor,
        on=today,
        at=at,
        after={**source, **counts},
        inspection=inspection,
    )
    record.append([event])
    return Outcome(
        new=tasks, changed=changed_tasks, first_entry=first_entry, last_entry=event.sequence
    )


def _of_kind(rows: Sequence[ImportRow], kind: str) -> list[ImportRow]:
    return [row for row in rows if row.kind == kind]


def _changed(what: str) -> ValidationError:
    message = _("The data changed since the preview: %(what)s. Nothing was entered.")
    return ValidationError(message, code="changed", params={"what": what})


def _enter_issues(
    inspection: Inspection,
    rows: Sequence[ImportRow],
    *,
    actor: User | None,
    on: date,
    at: datetime,
) -> list[Issue]:
    numbers = {row.data["number"] for row in rows}
    on_record = inspection.issues.live().order_by("number").values_list("number", flat=True)
    if taken := [number for number in on_record if number in numbers]:
        raise _changed(_("issue %(number)s is on record now") % {"number": taken[0]})
    sources = {row.code: row for row in Source.objects.all()}
    media = {row.code: row for row in MediaCategory.objects.all()}
    if any(row.data["source"] not in sources or row.data["medium"] not in media for row in rows):
        raise _changed(_("a source or category is gone"))
    entered = Issue.objects.bulk_create(
        [
            Issue(
                inspection=inspection,
                code=issues.code_of(inspection, row.data["number"]),
                source=sources[row.data["source"]],
                medium=media[row.data["medium"]],
                **{name: row.data[name] for name in ("number", "number_printed", "title", "text")},
            )
            for row in rows
        ],
        batch_size=record.BATCH,
    )
    record.append(
        [
            record.entry(
                EventKind.CREATED,
                actor=actor,
                on=on,
                at=at,
                after=issues.written(issue),
                inspection=inspection,
                issue=issue,
            )
            for issue in entered
        ]
    )
    return entered


class _Known:
    """Kept rows turned back into plans and changes; whatever they name must still be there."""

    def __init__(self, inspection: Inspection, rows: Sequence[ImportRow], on: date):
        self.rows = rows
        codes = {code for row in rows for code in _codes(row.data)}
        open_units = Unit.objects.plain().open_on(on).filter(code__in=codes)
        self.units = {unit.code: unit for unit in open_units}
        if gone := codes - self.units.keys():
            raise _changed(_("the unit %(unit)s is closed") % {"unit": sorted(gone)[0]})
        self.issues = {issue.number: issue for issue in inspection.issues.live()}
        numbers = {row.data["number"] for row in rows if row.state == "new"}
        on_list = Task.objects.live().filter(inspection=inspection).order_by("number")
        if taken := [n for n in on_list.values_list("number", flat=True) if n in numbers]:
            raise _changed(_("task %(number)s is on the list now") % {"number": taken[0]})

    def plans(self) -> list[TaskPlan]:
        return [self._plan(row.data) for row in self.rows if row.state == "new"]

    def _plan(self, data: Mapping[str, Any]) -> TaskPlan:
        if data["issue"] not in self.issues:
            raise _changed(_("issue %(number)s is gone") % {"number": data["issue"]})
        values: dict[str, Any] = {name: data[name] for name in PLAIN}
        values |= {name: self.units[data[name]] if data[name] else None for name in UNITS}
        values |= {name: _day(data[name]) for name in DAYS}
        return TaskPlan(
            issue=self.issues[data["issue"]],
            units=[self.units[code] for code in data["units"]],
            supporting_units=[self.units[code] for code in data["supporting_units"]],
            measures=[MeasurePlan(text=text) for text in data["measures"]],
            deadline_text=data["deadline_text"],
            deadline_kind=data["deadline_kind"],
            is_standing=data["is_standing"],
            **values,
        )

    def changes(self) -> list[TaskChange]:
        return [self._change(row) for row in self.rows if row.state == "changed"]

    def _change(self, row: ImportRow) -> TaskChange:
        data = row.data
        fields = {name: self._value(name, value) for name, value in data.get("fields", {}).items()}
        supporting = data.get("supporting_units")
        extension = data.get("extension")
        assert row.task_id is not None
        assert row.version is not None
        return TaskChange(
            task_id=row.task_id,
            version=row.version,
            fields=fields,
            supporting_units=None if supporting is None else [self.units[c] for c in supporting],
            units=[self.units[code] for code in data.get("units", ())],
            corrected={int(key): text for key, text in data.get("corrected", {}).items()},
            added=data.get("added", ()),
            extension=(extension[0], date.fromisoformat(extension[1])) if extension else None,
        )

    def _value(self, name: str, value: Any) -> Any:
        """A corrected field as the model holds it."""
        if name in RELATED:
            return self.units[value]
        return _day(value) if name in DAYS else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _codes(data: Mapping[str, Any]) -> set[str]:
    """The units that a row names."""
    single = {data[name] for name in UNITS if data.get(name)}
    fields = {data["fields"][n] for n in UNITS if n in data.get("fields", {})}
    return single | fields | {*data.get("units", ()), *(data.get("supporting_units") or ())}
