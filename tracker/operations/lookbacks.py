"""Looking back (回头看): planning which closed parts are checked again, and what a check found."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import AssignmentStatus, EventKind, LookBackMethod, LookBackResult
from tracker.models import (
    Assignment,
    Event,
    Inspection,
    LookBack,
    LookBackItem,
    LookBackPlan,
    Task,
    User,
)
from tracker.operations import record
from tracker.operations.amendments import change_deadline
from tracker.operations.assignments import lock_assignment, step
from tracker.operations.closure_steps import overlong, refuse
from tracker.operations.evidence import Checked, attach
from tracker.operations.evidence_files import stored_first
from tracker.rules import lookbacks as rules
from tracker.rules import transitions

TEXTS = ("checkers", "place", "finding", "long_term_mechanism")


def closed_parts(inspection: Inspection) -> QuerySet[Assignment]:
    """What can be looked back at: the closed parts of an inspection's tasks."""
    parts = Assignment.objects.current().filter(status=AssignmentStatus.CLOSED)
    return parts.filter(task__inspection=inspection, task__is_annulled=False)


@transaction.atomic
def plan_lookbacks(
    *,
    actor: User,
    inspection: Inspection,
    name: str,
    due_on: date,
    assignment_ids: Sequence[int] = (),
    sample_size: int | None = None,
    seed: int | None = None,
    on: date,
    at: datetime,
) -> LookBackPlan:
    """Plan to check closed parts again by ``due_on``: those of a list, or a sample drawn at random.

    With ``sample_size`` the parts are drawn from all that are closed; what they were drawn from
    stands in the record beside the seed, so that the drawing can be repeated.
    """
    access.require(access.may_plan_lookbacks(actor))
    closed = set(closed_parts(inspection).values_list("pk", flat=True))
    name = name.strip()
    said = {"name": name, "due_on": due_on, "sample_size": sample_size, "seed": seed}
    refuse(
        rules.plan_refusals(said, population=len(closed), on=on),
        overlong(LookBackPlan, said, ["name"]),
    )
    if sample_size is None:
        chosen, among = sorted(set(assignment_ids)), []
        _refuse_list(chosen, closed)
    else:
        among = sorted(closed)
        chosen = rules.sample(among, sample_size, seed or 0)
    if LookBackPlan.objects.standing().filter(inspection=inspection, name=name).exists():
        raise ValidationError(
            {
                "name": _(
                    "There is a plan named %(name)s already. Open it, or choose another name."
                )
                % {"name": name}
            },
            code="name_taken",
        )
    event = record.entry(
        EventKind.LOOKBACK_PLANNED,
        actor=actor,
        on=on,
        at=at,
        after={**said, "seed": seed if sample_size else None, "parts": chosen, "among": among},
        note=name,
        inspection=inspection,
    )
    record.append([event])
    plan = LookBackPlan.objects.create(
        inspection=inspection,
        name=name,
        due_on=due_on,
        sample_size=sample_size,
        seed=seed if sample_size else None,
        made_on=on,
        made_by=actor,
        event=event,
    )
    LookBackItem.objects.bulk_create(
        LookBackItem(plan=plan, assignment_id=part_id) for part_id in chosen
    )
    return plan


def _refuse_list(chosen: Sequence[int], closed: set[int]) -> None:
    if not chosen:
        raise ValidationError(
            {"parts": _("Choose the closed parts that are to be checked.")}, code="none"
        )
    if not set(chosen) <= closed:
        raise ValidationError(
            {"parts": _("One of the chosen parts is not closed any more. Look at the list again.")},
            code="not_closed",
        )


@stored_first
@transaction.atomic
def record_lookback(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    method: LookBackMethod | str,
    checkers: str,
    result: LookBackResult | str,
    finding: str,
    place: str = "",
    long_term_mechanism: str = "",
    percent: int | None = None,
    new_due_on: date | None = None,
    files: Sequence[Checked] = (),
    on: date,
    at: datetime,
) -> LookBack:
    """Record that a closed part was checked on the day ``on``, and what was found.

    A rebound, a rectification that is not in place or a false one takes the part up again from
    that day: ``percent`` still holds, and ``new_due_on`` is the new deadline, if it gets one. Its
    earlier closure, and the figures of earlier days, stand. The check answers the plan that asked
    for it.
    """
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_look_back(actor, task), whom=access.lookers(task))
    transitions.after(EventKind.LOOKED_BACK, assignment.status)
    said = {
        "method": LookBackMethod(method).value,
        "result": LookBackResult(result).value,
        "checkers": checkers.strip(),
        "place": place.strip(),
        "finding": finding.strip(),
        "long_term_mechanism": long_term_mechanism.strip(),
    }
    reopens = said["result"] in LookBackResult.reopening()
    has_photo = any(file.content_type.startswith("image/") for file in files)
    closed_on = _closed_on(assignment)
    refuse(
        rules.refusals(
            {**said, "percent": percent}, closed_on=closed_on, on=on, has_photo=has_photo
        ),
        overlong(LookBack, said, TEXTS),
    )
    event = step(
        task,
        assignment,
        EventKind.LOOKED_BACK,
        actor=actor,
        on=on,
        at=at,
        after={name: said[name] for name in said if name != "finding"},
        note=said["finding"],
    )
    reopening = extension = None
    if reopens:
        reopening = _reopen(task, assignment, event, percent=percent or 0, restarts=new_due_on)
        extension = _extend(task, event, new_due_on) if new_due_on else None
    lookback = LookBack.objects.create(
        assignment=assignment,
        item=_item_of(assignment, on),
        closed_on=closed_on,
        checked_on=on,
        recorded_by=actor,
        event=event,
        reopening=reopening,
        extension=extension,
        **said,
    )
    kept = attach(files, task=task, step=event, actor=actor, on=on, at=at)
    lookback.evidence.set(kept)
    return lookback


def _closed_on(assignment: Assignment) -> date:
    """The day of the closure that is looked back at; a closed part has one."""
    assert assignment.closed_on is not None
    return assignment.closed_on


def _reopen(
    task: Task, assignment: Assignment, event: Event, *, percent: int, restarts: date | None
) -> Event:
    """The entry that takes the part up again because of a look-back."""
    if not 0 <= percent <= 100:
        raise ValidationError({"percent": _("Progress is a whole number from 0 to 100.")})
    return step(
        task,
        assignment,
        EventKind.REOPENED,
        actor=event.actor,
        on=event.effective_on,
        at=event.recorded_at,
        before={
            "percent": assignment.percent,
            "completed_on": assignment.completed_on,
            "closed_on": assignment.closed_on,
        },
        after={"percent": percent, "restarts": restarts is not None},
        note=event.note,
    )


def _extend(task: Task, event: Event, new_due_on: date) -> Event:
    """The entry of the new deadline that comes with a reopening."""
    change_deadline(
        task,
        text=new_due_on.isoformat(),
        due_on=new_due_on,
        reason=event.note[:500],
        document_no="",
        actor=event.actor,
        on=event.effective_on,
        at=event.recorded_at,
    )
    return task.events.filter(kind=EventKind.EXTENDED).latest("sequence")


def _item_of(assignment: Assignment, on: date) -> LookBackItem | None:
    """What asked for this check: of the plans that still wait for it, the one due first."""
    items = LookBackItem.objects.filter(
        assignment=assignment, plan__is_annulled=False, plan__made_on__lte=on
    )
    done = LookBack.objects.standing().filter(item__in=items).values("item")
    return items.exclude(pk__in=done).order_by("plan__due_on", "pk").first()


def led_to(event: Event) -> list[Event]:
    """The entries that a look-back made besides its own and that still stand, latest first."""
    lookback = LookBack.objects.get(event=event)
    own = [lookback.reopening_id, lookback.extension_id]
    return list(Event.objects.standing().filter(pk__in=own).order_by("-sequence"))


def take_plan_back(event: Event) -> None:
    """Take a plan back, unless a check of it stands."""
    plan = LookBackPlan.objects.get(event=event)
    checks = LookBack.objects.standing().filter(item__plan=plan)
    if checks.exists():
        raise ValidationError(
            _("A check of this plan has been recorded. A plan without any can be taken back."),
            code="checked",
        )
    plan.is_annulled = True
    plan.save(update_fields=["is_annulled"])


def refuse_reopened_by_lookback(event: Event) -> None:
    """Refuse to take back a reopening alone that a look-back led to."""
    lookback = LookBack.objects.standing().filter(reopening=event).first()
    if lookback is not None:
        raise ValidationError(
            _(
                "The look-back of %(day)s led to it. Annul that entry: the reopening and the new"
                " deadline go with it."
            ),
            code="of_lookback",
            params={"day": lookback.checked_on.isoformat()},
        )
