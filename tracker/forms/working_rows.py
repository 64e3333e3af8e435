"""A row of the working ledger: what each of its cells says of a task, and what a text means.

Every editable field has a *key*, a plain value that can be compared and kept as JSON, and *words*,
as they stand in the sheet. The deadline is one field in two cells: its text, and the day where the
text leaves it open.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.forms.deadlines import initial_deadline
from tracker.forms.task_rows import TaskRowForm, numbered
from tracker.models import Assignment, Measure, Task
from tracker.rules.comparison import tidy
from tracker.rules.folding import clean
from tracker.xlsx.text import MAX_TEXT, escaped, visible

__all__ = [
    "CELLS",
    "EDITABLE",
    "FIXED",
    "LABELS",
    "Line",
    "day_key",
    "field_of",
    "lines",
    "quantity_key",
    "yes_word",
]

CHUNK = 500

TEXTS = ("title", "goal", "accountable_leader", "case_leader", "task_force", "quantity_unit")
UNIT = ("supervising_unit", "acceptance_unit")
UNITS = ("units", "supporting_units")

EDITABLE = (
    *("title", "goal", "measures", "units", "supporting_units"),
    *("supervising_unit", "acceptance_unit", "deadline"),
    *("accountable_leader", "case_leader", "task_force"),
    *("quantity_target", "quantity_unit", "is_listed"),
)
"""The fields of the plan that a returned ledger may change."""

FIXED = (
    *("code", "number", "issue_number", "issue_text", "lead"),
    *("state", "percent", "last_report_on", "completed_on", "closed_on"),
)
"""What stands in the ledger to be read only."""

CELLS = (
    *("code", "number", "issue_number", "issue_text"),
    *("title", "goal", "measures", "units", "lead", "supporting_units"),
    *("supervising_unit", "acceptance_unit", "deadline_text", "due_on"),
    *("accountable_leader", "case_leader", "task_force"),
    *("quantity_target", "quantity_unit", "is_listed"),
    *("state", "percent", "last_report_on", "completed_on", "closed_on"),
)
"""The columns of the ledger in their order, without the hidden one."""

LABELS: Mapping[str, Any] = {
    **{name: field.label for name, field in TaskRowForm.base_fields.items()},
    "code": pgettext_lazy("column", "Task code"),
    "deadline": pgettext_lazy("column", "Rectification deadline"),
    "case_leader": gettext_lazy("Case leader"),
    "task_force": gettext_lazy("Task force"),
    "quantity_target": gettext_lazy("Quantity to be done"),
    "quantity_unit": gettext_lazy("Unit of measure"),
    "is_listed": gettext_lazy("Listed supervision"),
    "state": pgettext_lazy("ledger", "State"),
    "percent": gettext_lazy("progress, %"),
    "last_report_on": gettext_lazy("last report on"),
}


def field_of(cell: str) -> str:
    """The field that a column is about."""
    return "deadline" if cell in ("deadline_text", "due_on") else cell


def yes_word(key: str) -> str:
    """What stands in the column of listed supervision."""
    return _("yes") if key else _("no")


def day_key(day: date | None) -> str:
    return day.isoformat() if day else ""


def quantity_key(quantity: Decimal | None) -> str:
    """A quantity without superfluous zeros: 12.5, 1200."""
    return "" if quantity is None else f"{quantity.normalize():f}"


@dataclass(frozen=True)
class Line:
    """What the plan says of one task now: ``keys`` and ``words`` by field.

    A text that no cell can hold is left out of the ledger; ``too_long`` names such fields.
    """

    task: Any
    keys: Mapping[str, Any]
    words: Mapping[str, str]
    fixed: Mapping[str, str]
    too_long: frozenset[str]

    def cell(self, name: str) -> str:
        """What stands in a column, in words."""
        if name in FIXED:
            return self.fixed[name]
        if name == "deadline_text":
            return self.keys["deadline"][0]
        if name == "due_on":
            return self.keys["deadline"][1]
        return self.words[name]


def lines(tasks: Any, states: Mapping[int, str] | None = None) -> Iterator[Line]:
    """The lines of ``tasks`` in the order of the list, a few queries for every 500.

    ``states`` are the words for their states, by key, where more is known than the task itself.
    """
    measures = Measure.objects.filter(is_annulled=False).order_by("number", "pk")
    parts = Assignment.objects.current().select_related("unit").order_by("-is_lead", "pk")
    rows = (
        Task.objects.filter(pk__in=tasks)
        .select_related("inspection", "issue", "supervising_unit", "acceptance_unit")
        .prefetch_related(
            Prefetch("measures", measures, "measures_kept"),
            Prefetch("assignments", parts, "parts"),
            "supporting_units",
        )
        .order_by("inspection__code", "issue__number", "number", "pk")
    )
    for task in rows.iterator(chunk_size=CHUNK):
        yield _line(task, (states or {}).get(task.pk, task.get_status_display()))


def _line(task: Any, state: str) -> Line:
    units = {
        "units": [part.unit for part in task.parts],
        "supporting_units": list(task.supporting_units.all()),
        **{name: [unit] if (unit := getattr(task, name)) else [] for name in UNIT},
    }
    deadline = initial_deadline(task)
    measures = [_key(measure.text) for measure in task.measures_kept]
    keys: dict[str, Any] = {name: _key(getattr(task, name)) for name in TEXTS}
    keys |= {name: sorted(unit.code for unit in found) for name, found in units.items()}
    keys |= {
        "measures": measures,
        "deadline": [_key(deadline["deadline_text"]), day_key(deadline["due_on"])],
        "quantity_target": quantity_key(task.quantity_target),
        "is_listed": "1" if task.is_listed else "",
    }
    words = {name: keys[name] for name in (*TEXTS, "quantity_target")}
    words |= {name: _names(found) for name, found in units.items()}
    words |= {
        "measures": tidy(numbered(measures)),
        "deadline": deadline_words(keys["deadline"]),
        "is_listed": yes_word(keys["is_listed"]),
    }
    too_long = frozenset(name for name, text in words.items() if len(escaped(text)) > MAX_TEXT)
    for name in too_long:
        words[name] = _("Too long for a cell. Change it on the page of the task.")
    return Line(task, keys, words, _fixed(task, state), too_long)


def deadline_words(key: Iterable[str]) -> str:
    """A deadline in words: its text, and the day where the text leaves it open."""
    text, day = key
    return _("%(text)s (%(day)s)") % {"text": text, "day": day} if day else text


def _fixed(task: Any, state: str) -> dict[str, str]:
    lead = [part.unit for part in task.parts if part.is_lead]
    reports = [part.last_report_on for part in task.parts if part.last_report_on]
    return {
        "code": task.code,
        "number": _key(task.number_printed) or str(task.number),
        "issue_number": _key(task.issue.number_printed) or str(task.issue.number),
        "issue_text": _key(task.issue.text),
        "lead": _names(lead),
        "state": state,
        "percent": str(task.percent),
        "last_report_on": day_key(max(reports, default=None)),
        "completed_on": day_key(task.completed_on),
        "closed_on": day_key(task.closed_on),
    }


def _names(units: Iterable[Any]) -> str:
    return "、".join(_key(unit.short_name) for unit in units)


def _key(text: str) -> str:
    return tidy(clean(visible(text)))
