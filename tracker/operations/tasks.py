"""The list itself: correcting tasks and issuing them to their units."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import DeadlineKind, EventKind
from tracker.models import (
    Event,
    Inspection,
    Milestone,
    Task,
    Unit,
    User,
)
from tracker.operations import record

DEADLINE = ("deadline_text", "deadline_kind", "due_on", "is_standing", "interim_due_on")
PLAIN = (
    "number",
    "number_printed",
    "title",
    "goal",
    "quantity_target",
    "quantity_unit",
    "accountable_leader",
    "case_leader",
    "task_force",
    "is_listed",
)
MILESTONE = ("due_on", "is_annulled")
"""What becomes different in a milestone that follows the interim result of its deadline."""

RELATED = ("issue", "supervising_unit", "acceptance_unit")


def code_of(inspection: Inspection, number: int) -> str:
    """The code by which a task is known everywhere, such as ``2022s2-19``."""
    return f"{inspection.code}-{number}"


def refuse_unissuable(
    *,
    goal: str,
    measures: int,
    units: int,
    acceptance_unit: Unit | None,
    deadline_kind: str,
    taken_over: bool = False,
) -> None:
    """Refuse to issue a task that lacks what every published plan names.

    A list that is taken over was issued long ago, with less; it needs a unit and a deadline.
    """
    missing = []
    if not units:
        missing.append(_("a responsible unit"))
    if deadline_kind == DeadlineKind.UNCLEAR:
        missing.append(_("a clear deadline"))
    if not taken_over:
        if not goal:
            missing.append(_("a goal"))
        if not measures:
            missing.append(_("a measure"))
        if acceptance_unit is None:
            missing.append(_("an acceptance unit"))
    if missing:
        raise ValidationError(
            _("The task cannot be issued yet. It lacks: %(what)s."),
            code="incomplete",
            params={"what": "、".join(missing)},
        )


def refuse_late_interim(due_on: date | None, interim_due_on: date | None) -> None:
    """Refuse an interim result (阶段性成效) that is due after the whole."""
    if due_on and interim_due_on and due_on < interim_due_on:
        raise ValidationError(
            _("The interim result is due on %(interim)s, after the deadline, %(due)s."),
            code="late_interim",
            params={"interim": interim_due_on.isoformat(), "due": due_on.isoformat()},
        )


def milestone_facts(milestone: Milestone) -> dict[str, Any]:
    """A milestone as the record keeps it."""
    return {
        "milestone": milestone.pk,
        "title": milestone.title,
        "milestone_due_on": milestone.due_on,
    }


def interim_names() -> set[str]:
    """The interim result as a milestone is named after it, in whatever language was spoken."""
    names = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names.add(_("interim result"))
    return names


def interim_of(milestones: Iterable[Milestone], due_on: date | None) -> Milestone | None:
    """The milestone still open that was made from the interim result due on that day."""
    names = interim_names()
    for milestone in milestones:
        is_open = milestone.reached_on is None and not milestone.is_annulled
        if is_open and milestone.due_on == due_on and milestone.title in names:
            return milestone
    return None


def move_interim(
    milestone: Milestone, due_on: date | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let the milestone follow its interim result, or end with it: what was said and what is."""
    before = {"milestone": milestone.pk, "milestone_due_on": milestone.due_on}
    if due_on is None:
        milestone.is_annulled = True
    else:
        milestone.due_on = due_on
    return before, {"milestone": milestone.pk, "milestone_due_on": due_on}


def written(task: Task, names: Iterable[str] = (*PLAIN, *RELATED, *DEADLINE)) -> dict[str, Any]:
    """The fields of a task as the record keeps them; related rows by their code."""
    values: dict[str, Any] = {}
    for name in names:
        value = getattr(task, name)
        values[name] = value.code if name in RELATED and value is not None else value
    return values


def codes_of(units: Iterable[Unit]) -> list[str]:
    """Units as the record keeps several of them."""
    return sorted(unit.code for unit in units)


def corrected(
    task: Task, wanted: Mapping[str, Any]
) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """Give ``task`` these values: the fields in which they are new, what was said and what is."""
    unknown = set(wanted) - {*PLAIN, *RELATED, *DEADLINE}
    if unknown:
        raise ValueError(f"not fields of a task: {sorted(unknown)}")
    changed = [name for name, value in wanted.items() if getattr(task, name) != value]
    before = written(task, changed)
    for name in changed:
        setattr(task, name, wanted[name])
    return changed, before, written(task, changed)


@transaction.atomic
def correct_task(
    *,
    actor: User,
    task_id: int,
    version: int,
    changes: Mapping[str, Any],
    on: date,
    at: datetime,
    note: str,
) -> Task:
    """Put right what was entered wrongly. A corrected deadline counts from the first day on.

    ``changes`` holds any of the fields of a plan; those that stay the same are left out of the
    record. Supporting units are given as a list of units.
    """
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    supporting = changes.get("supporting_units")
    wanted = {name: value for name, value in changes.items() if name != "supporting_units"}
    changed, before, after = corrected(task, wanted)
    if supporting is not None:
        old = set(task.supporting_units.all())
        if old != set(supporting):
            before["supporting_units"] = codes_of(old)
            after["supporting_units"] = codes_of(supporting)
            task.supporting_units.set(supporting)
    if not after:
        return task
    if set(changed) & set(DEADLINE):
        refuse_late_interim(task.due_on, task.interim_due_on)
        after |= written(task, DEADLINE)
        on = _deadline_since(task)
    if "interim_due_on" in changed:
        milestone = interim_of(task.milestones.order_by("pk"), before["interim_due_on"])
        if milestone is not None:
            moved_from, moved_to = move_interim(milestone, task.interim_due_on)
            milestone.save(update_fields=MILESTONE)
            before, after = before | moved_from, after | moved_to
    if "number" in changed:
        _refuse_taken_number(task)
        task.code = code_of(task.inspection, task.number)
    task.version += 1
    task.save(update_fields=[*changed, "code", "version"])
    event = record.entry(
        EventKind.CORRECTED,
        actor=actor,
        on=on,
        at=at,
        before=before,
        after={**after, "version": task.version},
        note=note,
        inspection=task.inspection,
        task=task,
    )
    record.write(task, [event], at=at)
    return task


def _deadline_since(task: Task) -> date:
    """The day the task's present deadline counts from: of its last extension, or the first."""
    said = task.events.standing().filter(kind__in=(EventKind.CREATED, EventKind.EXTENDED))
    day: date = said.in_order().values_list("effective_on", flat=True).last()
    return day


def restore(task: Task, before: Mapping[str, Any]) -> None:
    """Give a task the field values that an annulled correction had replaced."""
    related = {"issue": task.inspection.issues, "supporting_units": Unit.objects}
    plan = dict(before)
    _restore_milestone(task, plan.pop("milestone", None), plan.pop("milestone_due_on", None))
    for name, value in plan.items():
        if name == "supporting_units":
            task.supporting_units.set(Unit.objects.filter(code__in=value))
        elif name in RELATED:
            setattr(task, name, record.row_of_code(related.get(name, Unit.objects), value))
        else:
            setattr(task, name, cast(models.Field, Task._meta.get_field(name)).to_python(value))
    task.code = code_of(task.inspection, task.number)
    _refuse_taken_number(task)
    task.save()


def _restore_milestone(task: Task, key: int | None, due_on: str | None) -> None:
    """Give the milestone that followed a corrected interim result its former day."""
    if key is None:
        return
    said = task.events.standing().filter(kind=EventKind.MILESTONE_ADDED)
    if said.filter(details__after__milestone=key).exists():
        task.milestones.filter(pk=key).update(due_on=due_on, is_annulled=False)


def _refuse_taken_number(task: Task) -> None:
    others = Task.objects.live().filter(inspection=task.inspection, number=task.number)
    if others.exclude(pk=task.pk).exists():
        raise ValidationError(
            _("Task number %(numbers)s is already on the list."),
            code="number_taken",
            params={"numbers": task.number},
        )


@transaction.atomic
def issue_task(
    *, actor: User, task_id: int, version: int | None, on: date, at: datetime, note: str = ""
) -> Task:
    """Hand a drafted task to its units on the day ``on``; from then on it is counted."""
    task = record.lock_task(task_id, version=version)
    access.require(access.may_run_list(actor))
    refuse_unissuable(
        goal=task.goal,
        measures=task.measures.filter(is_annulled=False).count(),
        units=task.assignments.current().count(),
        acceptance_unit=task.acceptance_unit,
        deadline_kind=task.deadline_kind,
    )
    drafted_on = task.events.standing().get(kind=EventKind.CREATED).effective_on
    if on < drafted_on:
        raise ValidationError(
            {
                "on": _("The task was drafted on %(day)s and is issued on that day or later.")
                % {"day": drafted_on.isoformat()}
            }
        )
    step(task, EventKind.ISSUED, actor=actor, on=on, at=at, note=note)
    return task


def step(task: Task, kind: EventKind, *, at: datetime, **said: Any) -> Event:
    """One entry about the whole task, with the version that it makes."""
    task.version += 1
    task.save(update_fields=["version"])
    said["after"] = {**said.get("after", {}), "version": task.version}
    event = record.entry(kind, at=at, inspection=task.inspection, task=task, **said)
    record.write(task, [event], at=at)
    return event
