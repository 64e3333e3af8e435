"""Rows that were added to a working ledger: new tasks, as far as they can be checked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from tracker.forms.task_rows import Known, TaskRowForm
from tracker.forms.working_rows import LABELS, day_key
from tracker.importers.returned_cells import Reader
from tracker.importers.returned_sheets import SheetRow
from tracker.models import Task

__all__ = ["new_rows"]

LISTED = (
    *("number", "issue_number", "title", "goal", "measures", "units", "lead", "supporting_units"),
    *("supervising_unit", "acceptance_unit", "deadline_text", "due_on", "accountable_leader"),
)
"""The columns that the import of a list checks."""

OTHERS = ("case_leader", "task_force", "quantity_target", "quantity_unit", "is_listed")
UNIT = ("lead", "supervising_unit", "acceptance_unit")
UNITS = ("units", "supporting_units")


def new_rows(rows: Iterable[SheetRow], known: Known) -> list[dict[str, Any]]:
    """The rows as they are kept: each a plan of a task, or what is wrong with it."""
    rows = list(rows)
    live = Task.objects.live().filter(inspection=known.inspection)
    taken = set(live.values_list("number", flat=True)) if rows else set()
    reader = Reader(known)
    return [_new_row(row, known, reader, taken) for row in rows]


def _new_row(row: SheetRow, known: Known, reader: Reader, taken: set[int]) -> dict[str, Any]:
    form = TaskRowForm({name: row.text(name) for name in LISTED}, known=known)
    form.full_clean()
    faults = [
        _fault(row, "number" if name == NON_FIELD_ERRORS else name, " ".join(map(str, messages)))
        for name, messages in form.errors.items()
    ]
    number, issue = form.cleaned_data.get("number"), form.cleaned_data.get("issue_number")
    if number in taken:
        reason = _("Task number %(numbers)s is already on the list.") % {"numbers": number}
        faults.append(_fault(row, "number", reason))
    if issue is not None and issue not in known.issues:
        reason = _(
            "Issue %(number)s is not on record. Enter it first, or import the row with a list."
        )
        faults.append(_fault(row, "issue_number", reason % {"number": issue}))
    others: dict[str, Any] = {}
    for name in OTHERS:
        try:
            others[name] = reader.read(name, {name: row.text(name)}, base=None, now=None).value
        except ValidationError as refusal:
            faults.append(_fault(row, name, " ".join(refusal.messages)))
    faults += [_fault(row, name, flaw.remedy) for name, flaw in row.flaws.items()]
    kept = {
        "id": f"n{row.sheet}.{row.number}",
        "kind": "new",
        "sheet": row.sheet,
        "row": row.number,
        "code": row.text("number"),
        "title": row.text("title"),
        "faults": faults,
        "decision": "" if faults else "theirs",
    }
    if not faults:
        taken.add(form.cleaned_data["number"])
        kept["plan"] = _plan(row, form.cleaned_data, others)
    return kept


def _fault(row: SheetRow, name: str, message: str) -> dict[str, str]:
    return {
        "column": str(LABELS[name]),
        "place": row.place(name) if name in row.columns else str(row.number),
        "value": row.text(name)[:200],
        "message": message,
    }


def _plan(row: SheetRow, cleaned: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """A plan of a task as plain values: units by code, days as text."""
    printed = row.text("number")
    plan: dict[str, Any] = {
        "issue": cleaned["issue_number"],
        "number": cleaned["number"],
        "number_printed": "" if printed == str(cleaned["number"]) else printed[:30],
        **{name: cleaned[name] for name in ("title", "goal", "measures", "accountable_leader")},
        **{name: cleaned[name].code if cleaned[name] else None for name in UNIT},
        **{name: [unit.code for unit in cleaned[name]] for name in UNITS},
        **cleaned["deadline"],
        **others,
    }
    plan["deadline_kind"] = str(plan["deadline_kind"])
    for name in ("due_on", "interim_due_on"):
        plan[name] = day_key(plan[name])
    return plan
