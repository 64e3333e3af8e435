"""What a row of a list would change in the task that it is about, and what it may not.

An empty cell says nothing. An import corrects wordings and the units beside the responsible
ones, adds measures and responsible units, words a deadline differently, and moves it later as an
extension. It takes nothing away: what would alter figures of earlier days, end somebody's
responsibility or undo a step is refused, with the page where it is done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from tracker.choices import DeadlineKind
from tracker.forms.import_rows import same_words
from tracker.models import Assignment, Measure, Task

__all__ = ["Comparison", "compare", "tasks_to_compare"]

WORDINGS = ("title", "goal", "accountable_leader")
OVERSEERS = ("supervising_unit", "acceptance_unit")
DATES = ("completed_on", "closed_on")
MEANING = ("deadline_kind", "due_on", "is_standing", "interim_due_on")


@dataclass
class Comparison:
    """The changes of a row as they are kept, old and new in words, and what is refused."""

    data: dict[str, Any] = field(default_factory=dict)
    differences: list[dict[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, name: str, old: str, new: str, how: str = "") -> None:
        """One difference in words; ``how`` says ``added`` or ``extension`` where it is either."""
        self.differences.append({"name": name, "old": old, "new": new, "how": how})

    def set(self, name: str, value: Any, old: str, new: str) -> None:
        """A field of the task that gets another value."""
        self.data.setdefault("fields", {})[name] = value
        self.tell(name, old, new)

    def refuse(self, name: str, message: str) -> None:
        self.refused.append((name, message))


def tasks_to_compare(task_ids: Sequence[int]) -> Iterator[Task]:
    """Tasks with all that a row can say of them."""
    measures = Measure.objects.filter(is_annulled=False).order_by("number", "pk")
    parts = Assignment.objects.current().select_related("unit").order_by("-is_lead", "pk")
    rows = Task.objects.filter(pk__in=task_ids)
    yield from rows.select_related(
        "issue__source", "issue__medium", "supervising_unit", "acceptance_unit"
    ).prefetch_related(
        Prefetch("measures", measures, "measures_kept"),
        Prefetch("assignments", parts, "parts"),
        "supporting_units",
    )


def compare(
    task: Any, cleaned: Mapping[str, Any], said: Mapping[str, str], *, today: date
) -> Comparison:
    """What a row, read and found without errors, says otherwise than ``task``.

    ``said`` holds the texts of its cells, so that an empty one is told from another value.
    """
    found = Comparison()
    _compare_keys(found, task, cleaned)
    for name in WORDINGS:
        if cleaned[name] and not same_words(cleaned[name], getattr(task, name)):
            found.set(name, cleaned[name], getattr(task, name), cleaned[name])
    for name in OVERSEERS:
        unit, kept = cleaned[name], getattr(task, name)
        if unit and unit != kept:
            found.set(name, unit.code, kept.name if kept else "", unit.name)
    _compare_units(found, task, cleaned, said)
    _compare_measures(found, task, cleaned["measures"])
    _compare_deadline(found, task, cleaned, today)
    for name in DATES:
        if cleaned[name] and cleaned[name] != getattr(task, name):
            found.refuse(
                name,
                _("A completion or closure is recorded on the page of the task. Leave this empty."),
            )
    if task.left_on and found.differences:
        found.refuse(
            "number",
            _("Task %(number)s left the list on %(day)s and cannot be changed. Take the row out.")
            % {"number": task.number, "day": task.left_on.isoformat()},
        )
    return found


def _compare_keys(found: Comparison, task: Any, cleaned: Mapping[str, Any]) -> None:
    number = cleaned["number"]
    if number and number != task.number:
        found.refuse(
            "number",
            _(
                "The same task is on the list as number %(number)s. Write that number, or change"
                " the wording if this is another task."
            )
            % {"number": task.number},
        )
    issue = cleaned["issue_number"]
    if issue and issue != task.issue.number:
        found.refuse(
            "issue_number",
            _("Task %(number)s answers issue %(issue)s. Another issue is chosen on its page.")
            % {"number": task.number, "issue": task.issue.number},
        )


def _names(units: Sequence[Any]) -> str:
    return "、".join(unit.name for unit in units)


def _compare_units(
    found: Comparison, task: Any, cleaned: Mapping[str, Any], said: Mapping[str, str]
) -> None:
    current = [part.unit for part in task.parts]
    units = cleaned["units"]
    if units:
        gone = [unit for unit in current if unit not in units]
        new = [unit for unit in units if unit not in current]
        if gone:
            found.refuse(
                "units",
                _(
                    "%(units)s is responsible too. An import takes no unit off a task: write it"
                    " here as well, or take it off on the page of the task."
                )
                % {"units": _names(gone)},
            )
        if new:
            found.data["units"] = [unit.code for unit in new]
            found.tell("units", _names(current), _names([*current, *new]), "added")
    lead = cleaned["lead"]
    kept = next((part.unit for part in task.parts if part.is_lead), None)
    alone = len(current) == 1 and kept is None
    if said.get("lead") and lead and lead != kept and not (alone and lead == current[0]):
        found.refuse(
            "lead",
            _("The lead unit is %(unit)s. Another one is named on the page of the task.")
            % {"unit": kept.name if kept else _("not named")},
        )
    supporting = cleaned["supporting_units"]
    before = list(task.supporting_units.all())
    if supporting and set(supporting) != set(before):
        found.data["supporting_units"] = [unit.code for unit in supporting]
        found.tell("supporting_units", _names(before), _names(supporting))


def _compare_measures(found: Comparison, task: Any, said: Sequence[str]) -> None:
    """Measures are told apart by their place: another wording corrects, a new one is added.

    Where one is missing or they stand in another order, nobody could say which one was meant.
    """
    kept = task.measures_kept
    if not said:
        return
    moved = [
        measure
        for place, measure in enumerate(kept)
        if place >= len(said)
        or (
            not same_words(measure.text, said[place])
            and (
                any(same_words(measure.text, text) for text in said)
                or any(same_words(other.text, said[place]) for other in kept)
            )
        )
    ]
    if moved:
        found.refuse(
            "measures",
            _(
                "Measure %(number)s of the list is missing here or stands in another place. An"
                " import takes no measure away: keep their order and add new ones at the end."
            )
            % {"number": moved[0].number},
        )
        return
    corrected = {}
    for measure, text in zip(kept, said, strict=False):
        if not same_words(measure.text, text):
            corrected[str(measure.pk)] = text
            label = f"{measure.number}. "
            found.tell("measures", label + measure.text, label + text)
    if corrected:
        found.data["corrected"] = corrected
    added = list(said[len(kept) :])
    if added:
        found.data["added"] = added
        last = max((measure.number for measure in kept), default=0)
        for number, text in enumerate(added, start=last + 1):
            found.tell("measures", "", f"{number}. {text}", "added")


def _compare_deadline(
    found: Comparison, task: Any, cleaned: Mapping[str, Any], today: date
) -> None:
    said = cleaned["deadline"]
    if said is None:
        day = cleaned["due_on"]
        if day and day != task.due_on:
            found.refuse("due_on", _other_meaning(task))
        return
    text, old = said["deadline_text"], task.deadline_text
    if all(said[name] == getattr(task, name) for name in MEANING):
        found.set("deadline_text", text, old, text)
    elif task.issued_on is None:
        for name in MEANING:
            value = said[name]
            found.data.setdefault("fields", {})[name] = (
                value.isoformat() if isinstance(value, date) else value
            )
        found.set(
            "deadline_text", text, _with_day(old, task.due_on), _with_day(text, said["due_on"])
        )
    elif _is_extension(task, said):
        if said["due_on"] <= today:
            found.refuse(
                "deadline_text",
                _("A deadline can be extended to a day after today, %(day)s.")
                % {"day": today.isoformat()},
            )
        else:
            found.data["extension"] = [text, said["due_on"].isoformat()]
            new = _with_day(text, said["due_on"])
            found.tell("deadline_text", _with_day(old, task.due_on), new, "extension")
    else:
        found.refuse("deadline_text", _other_meaning(task))


def _is_extension(task: Any, said: Mapping[str, Any]) -> bool:
    """Whether a deadline that is read otherwise is the same one, later, of a task still open."""
    return bool(
        said["deadline_kind"] == DeadlineKind.DATED
        and task.due_on
        and said["due_on"] > task.due_on
        and said["is_standing"] == task.is_standing
        and said["interim_due_on"] == task.interim_due_on
        and not task.completed_on
    )


def _other_meaning(task: Any) -> str:
    return _(
        "The deadline on the list is “%(text)s” (%(day)s). An import moves a deadline only later,"
        " as an extension; anything else is put right on the page of the task."
    ) % {"text": task.deadline_text, "day": task.due_on or _("no day")}


def _with_day(text: str, day: date | None) -> str:
    return f"{text} ({day.isoformat()})" if day else text
