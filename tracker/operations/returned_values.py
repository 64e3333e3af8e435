"""What was decided about a returned ledger, entered through operations that correct one task."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker.models import Issue, Measure, ReturnedWorkbook, Task, Unit, User
from tracker.operations import assignments, measures, tasks
from tracker.operations.entering import MeasurePlan, TaskPlan, enter_tasks

ONE_UNIT = ("supervising_unit", "acceptance_unit")
DAYS = ("due_on", "interim_due_on")


@contextmanager
def naming(code: str) -> Iterator[None]:
    """Name the task in what an operation on it refuses."""
    try:
        yield
    except ValidationError as refusal:
        raise ValidationError(
            _("%(code)s: %(reason)s Nothing was entered."),
            code="refused",
            params={"code": code, "reason": " ".join(refusal.messages)},
        ) from refusal


class Writer:
    """Enters decided values through the operations that single corrections use."""

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

    @property
    def said(self) -> dict[str, Any]:
        return {"actor": self.actor, "at": self.at, "on": self.on, "version": None}

    def change(self, row: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        """Bring one task to what its row says."""
        note = _("From the returned ledger “%(file)s”, row %(row)s.") % {
            "file": self.returned.file_name,
            "row": row["row"],
        }
        corrections = self._corrections(fields)
        if corrections:
            tasks.correct_task(
                task_id=row["task"],
                changes=corrections,
                note=note,
                **{**self.said, "version": row["version"]},
            )
        if "measures" in fields:
            self._measures(row["task"], fields["measures"])
        if "units" in fields:
            self._assign(row["task"], fields["units"], note)

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

    def _measures(self, task_id: int, texts: Sequence[str]) -> None:
        """New wordings of the task's measures in their order, and measures added at the end."""
        kept = Measure.objects.filter(task=task_id, is_annulled=False).order_by("number", "pk")
        known = list(kept)
        for measure, text in zip(known, texts, strict=False):
            measures.correct_measure(measure_id=measure.pk, values={"text": text}, **self.said)
        for text in texts[len(known) :]:
            measures.add_measure(task_id=task_id, values={"text": text}, **self.said)

    def _assign(self, task_id: int, codes: Sequence[str], note: str) -> None:
        """Make these units, and no others, responsible from today on."""
        task = Task.objects.get(pk=task_id)
        parts = task.assignments.current().select_related("unit")
        current = {part.unit.code: part for part in parts}
        for code in codes:
            if code not in current:
                assignments.add_unit(
                    task_id=task_id, unit=self._unit(code), is_lead=False, note=note, **self.said
                )
        for code, part in current.items():
            if code not in codes:
                assignments.remove_unit(assignment_id=part.pk, note=note, **self.said)

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
