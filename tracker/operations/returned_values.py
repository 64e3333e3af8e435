"""What was decided about a returned ledger, as changes of tasks and as new tasks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker.models import Assignment, Issue, Measure, ReturnedWorkbook, Task, Unit, User
from tracker.operations.changing import Decision, TaskChange, change_tasks, naming
from tracker.operations.entering import MeasurePlan, TaskPlan, enter_tasks
from tracker.operations.many_tasks import in_chunks

ONE_UNIT = ("supervising_unit", "acceptance_unit")
DAYS = ("due_on", "interim_due_on")


class Writer:
    """Enters decided values, all at once; the record says what single corrections would say."""

    def __init__(
        self,
        returned: ReturnedWorkbook,
        changes: Iterable[Mapping[str, Any]],
        plans: Iterable[Mapping[str, Any]],
        *,
        actor: User,
        at: datetime,
    ):
        self.returned = returned
        self.actor, self.at = actor, at
        self.on = make_naive(at).date()
        self.units = _units_named([*changes, *plans])
        self.issues = {issue.number: issue for issue in returned.inspection.issues.live()}

    def change(self, changed: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Bring tasks to what their rows say."""
        self.measures = _kept_measures(row["task"] for row, f in changed if "measures" in f)
        self.parts = _parts_now(row["task"] for row, f in changed if "units" in f)
        change_tasks(
            actor=self.actor,
            changes=[self._change(row, fields) for row, fields in changed],
            decision=Decision(),
            on=self.on,
            at=self.at,
            note="",
        )

    def _change(self, row: Mapping[str, Any], fields: Mapping[str, Any]) -> TaskChange:
        task = row["task"]
        with naming(row["code"]):
            corrections = self._corrections(fields)
            supporting = corrections.pop("supporting_units", None)
            units, removed = self._units(task, fields["units"]) if "units" in fields else ([], [])
        corrected, added = self._measures(task, fields.get("measures", ()))
        return TaskChange(
            task_id=task,
            version=row["version"],
            fields=corrections,
            supporting_units=supporting,
            units=units,
            removed=removed,
            corrected=corrected,
            added=added,
            note=_("From the returned ledger “%(file)s”, row %(row)s.")
            % {"file": self.returned.file_name, "row": row["row"]},
            name=row["code"],
            left_too=True,
        )

    def _corrections(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What ``correct_task`` takes, from the plain values of cells."""
        changes: dict[str, Any] = {}
        for name, value in fields.items():
            if name == "deadline":
                changes |= {**value, **{day: _day(value[day]) for day in DAYS}}
            elif name in ONE_UNIT:
                changes[name] = self._unit(value[0]) if value else None
            elif name == "supporting_units":
                changes[name] = [self._unit(code) for code in value]
            elif name == "quantity_target":
                changes[name] = Decimal(value) if value else None
            elif name == "is_listed":
                changes[name] = bool(value)
            elif name not in ("measures", "units"):
                changes[name] = value
        return changes

    def _measures(self, task: int, texts: Sequence[str]) -> tuple[dict[int, str], Sequence[str]]:
        """New wordings of the task's measures in their order, and measures added at the end."""
        known = self.measures[task]
        pairs = zip(known, texts, strict=False)
        return {row.pk: text for row, text in pairs if row.text != text}, texts[len(known) :]

    def _units(self, task: int, codes: Sequence[str]) -> tuple[list[Unit], list[int]]:
        """What makes these units, and no others, responsible: new ones, and parts that end."""
        current = self.parts[task]
        added = [self._unit(code) for code in codes if code not in current]
        return added, [part for code, part in current.items() if code not in codes]

    def enter(self, plans: Sequence[Mapping[str, Any]]) -> list[Task]:
        """Put new rows on the list; they are issued today."""
        if not plans:
            return []
        return enter_tasks(
            actor=self.actor,
            inspection=self.returned.inspection,
            plans=[self._plan(plan) for plan in plans],
            on=self.on,
            at=self.at,
        )

    def _plan(self, plan: Mapping[str, Any]) -> TaskPlan:
        values = {**plan, **{name: _day(plan[name]) for name in DAYS}}
        for name in ("lead", *ONE_UNIT):
            values[name] = self._unit(plan[name]) if plan[name] else None
        for name in ("units", "supporting_units"):
            values[name] = [self._unit(code) for code in plan[name]]
        quantity = plan["quantity_target"]
        return TaskPlan(
            **values
            | {
                "issue": self._issue(plan["issue"]),
                "measures": [MeasurePlan(text=text) for text in plan["measures"]],
                "quantity_target": Decimal(quantity) if quantity else None,
                "is_listed": bool(plan["is_listed"]),
            }
        )

    def _unit(self, code: str) -> Unit:
        if code not in self.units:
            raise ValidationError(
                _("The unit %(code)s has another code now. Hand the ledger in again."),
                code="changed",
                params={"code": code},
            )
        return self.units[code]

    def _issue(self, number: int) -> Issue:
        if number not in self.issues:
            raise ValidationError(
                _("Issue %(number)s is gone. Nothing was entered. Leave the new row out."),
                code="changed",
                params={"number": number},
            )
        return self.issues[number]


def _kept_measures(task_ids: Iterable[int]) -> dict[int, list[Measure]]:
    found: dict[int, list[Measure]] = defaultdict(list)
    kept = Measure.objects.filter(is_annulled=False).order_by("number", "pk")
    for measure in in_chunks(kept, list(task_ids)):
        found[measure.task_id].append(measure)
    return found


def _parts_now(task_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """``{task: {code of unit: key of its part}}`` of the units responsible now."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    parts = Assignment.objects.current().select_related("unit").order_by("pk")
    for part in in_chunks(parts, list(task_ids)):
        found[part.task_id][part.unit.code] = part.pk
    return found


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _units_named(values: Iterable[Mapping[str, Any]]) -> dict[str, Unit]:
    """The units that values name by their codes."""
    codes: set[str] = set()
    for fields in values:
        for name in ("lead", *ONE_UNIT, "units", "supporting_units"):
            value = fields.get(name) or []
            codes |= {value} if isinstance(value, str) else set(value)
    return {unit.code: unit for unit in Unit.objects.plain().filter(code__in=codes)}
