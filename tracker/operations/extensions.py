"""Extensions of a deadline (延期): asked for by a unit before the day, decided by another person.

What happens to an ``ExtensionRequest`` is said in the record, each entry with the key of the
request and the state that it leads to; an approval is the entry of the new deadline itself.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind, ExtensionState
from tracker.models import Assignment, Event, ExtensionRequest, Task, User
from tracker.operations import record
from tracker.operations.amendments import change_deadline
from tracker.operations.assignments import lock_assignment
from tracker.operations.closure_steps import overlong, refuse
from tracker.rules import extensions as rules
from tracker.rules import transitions

KINDS = frozenset(
    {EventKind.EXTENSION_ASKED, EventKind.EXTENSION_REFUSED, EventKind.EXTENSION_WITHDRAWN}
)
"""The kinds of entry that are about a request; its approval is an entry of the new deadline."""

TEXTS = ("new_text", "situation", "reason", "measures")


@transaction.atomic
def ask_for_extension(
    *,
    actor: User,
    assignment_id: int,
    version: int | None,
    new_due_on: date,
    new_text: str = "",
    situation: str,
    reason: str,
    measures: str,
    on: date,
    at: datetime,
) -> ExtensionRequest:
    """Ask for a later deadline of the task, by the present one at the latest (申请延期).

    ``new_text`` is the new deadline as it is to be printed; left empty, it is the day.
    """
    task, assignment = lock_assignment(assignment_id, version=version)
    access.require(access.may_report(actor, assignment))
    due_on = deadline_to_extend(task, assignment, on)
    said: dict[str, Any] = {
        "new_due_on": new_due_on,
        "new_text": new_text.strip() or new_due_on.isoformat(),
        "situation": situation.strip(),
        "reason": reason.strip(),
        "measures": measures.strip(),
    }
    refuse(
        rules.asking_refusals(said, due_on=due_on),
        overlong(ExtensionRequest, said, TEXTS),
    )
    request = ExtensionRequest.objects.create(
        task=task,
        assignment=assignment,
        asked_by=actor,
        asked_on=on,
        old_text=task.deadline_text,
        old_due_on=due_on,
        **said,
    )
    facts = {name: said[name] for name in ("new_due_on", "new_text", "situation", "measures")}
    request.event = _enter(
        request,
        EventKind.EXTENSION_ASKED,
        actor=actor,
        on=on,
        at=at,
        before={"due_on": due_on},
        after=facts,
        note=said["reason"],
    )
    request.save(update_fields=["event"])
    return request


def deadline_to_extend(task: Task, assignment: Assignment, on: date) -> date:
    """The day that a unit may ask to have moved; refused, in words, where there is none.

    Where it is too late the refusal says what remains possible.
    """
    transitions.after(EventKind.EXTENDED, assignment.status)
    if task.due_on is None:
        raise ValidationError(
            _("This task stands without a date, so there is no deadline to be extended."),
            code="no_deadline",
        )
    if assignment.completed_on:
        raise ValidationError(
            _("The unit completed its part on %(day)s. What is completed needs no extension."),
            code="completed",
            params={"day": assignment.completed_on.isoformat()},
        )
    waiting = ExtensionRequest.objects.open().filter(task=task).first()
    if waiting is not None:
        raise ValidationError(
            _("An extension until %(day)s has been asked for already and waits for its decision."),
            code="open_request",
            params={"day": waiting.new_due_on.isoformat()},
        )
    late = rules.too_late(task.due_on, on)
    if late:
        raise ValidationError(late, code="too_late")
    return task.due_on


@transaction.atomic
def give_opinion(
    *, actor: User, request_id: int, version: int | None, opinion: str, on: date, at: datetime
) -> ExtensionRequest:
    """Say what a supervising or acceptance unit thinks of a request, once.

    The opinion is no step of its own: it enters the record with the decision.
    """
    request = lock_request(request_id, version=version)
    access.require(access.may_give_opinion(actor, request))
    _refuse_decided(request)
    if request.opinion_by is not None:
        raise ValidationError(
            _("%(who)s gave an opinion on %(day)s already."),
            code="opinion",
            params={"who": request.opinion_by, "day": f"{request.opinion_on}"},
        )
    _refuse_before(request.asked_on, on, _("It was asked for on %(day)s."))
    said = {"opinion": opinion.strip()}
    refuse(
        {} if said["opinion"] else {"opinion": _("Fill this in.")},
        overlong(ExtensionRequest, said, ["opinion"]),
    )
    record.refuse_future(on, at)
    _save(request, opinion=said["opinion"], opinion_by=actor, opinion_on=on)
    return request


@transaction.atomic
def approve_extension(
    *,
    actor: User,
    request_id: int,
    version: int | None,
    document_no: str = "",
    reason: str = "",
    on: date,
    at: datetime,
) -> ExtensionRequest:
    """Approve a request: the new deadline holds from the day ``on``.

    Figures of earlier days keep the earlier deadline, also where the decision comes after it.
    """
    request = lock_request(request_id, version=version)
    access.require(access.may_decide_extension(actor, request), whom=access.deciders())
    _refuse_decided(request)
    task = request.task
    said = {"document_no": document_no.strip(), "decision_reason": reason.strip()}
    needs = task.inspection.extension_needs_document and not said["document_no"]
    refuse(
        {"document_no": _("Enter the number of the document that approved it above.")}
        if needs
        else {},
        _named(overlong(ExtensionRequest, said, said)),
    )
    _refuse_before(request.asked_on, on, _("It was asked for on %(day)s."))
    _refuse_overtaken(request)
    change = change_deadline(
        task,
        text=request.new_text,
        due_on=request.new_due_on,
        reason=request.reason,
        document_no=said["document_no"],
        actor=actor,
        on=on,
        at=at,
        request={"request": request.pk, **_opinion_of(request)},
    )
    _save(
        request,
        state=ExtensionState.APPROVED,
        decided_by=actor,
        decided_on=on,
        change=change,
        **said,
    )
    return request


def _refuse_overtaken(request: ExtensionRequest) -> None:
    """Refuse to approve what does not fit the task any more, and say what to do instead."""
    task, part = request.task, request.assignment
    transitions.after(EventKind.EXTENDED, task.status)
    refuse_it = _("Refuse the request, with this as the reason; the unit can ask again.")
    sentence = ""
    if part.removed_on:
        sentence = _("The unit that asked is not responsible for the task any more.")
    elif part.completed_on:
        sentence = _("The unit completed its part on %(day)s.") % {
            "day": part.completed_on.isoformat()
        }
    elif task.due_on != request.old_due_on:
        sentence = _("The deadline was %(before)s when it was asked for; by now it is %(now)s.") % {
            "before": request.old_due_on.isoformat(),
            "now": task.due_on.isoformat() if task.due_on else "—",
        }
    if sentence:
        raise ValidationError(f"{sentence} {refuse_it}", code="overtaken")


@transaction.atomic
def refuse_extension(
    *, actor: User, request_id: int, version: int | None, reason: str, on: date, at: datetime
) -> ExtensionRequest:
    """Refuse a request, with the reason; the unit may ask again by the deadline."""
    request = lock_request(request_id, version=version)
    access.require(access.may_decide_extension(actor, request), whom=access.deciders())
    reason = reason.strip()
    missing = _("Say why, so that the unit knows what to do.")
    refuse({} if reason else {"reason": missing})
    _end(request, EventKind.EXTENSION_REFUSED, ExtensionState.REFUSED, actor, reason, on, at)
    return request


@transaction.atomic
def withdraw_request(
    *, actor: User, request_id: int, version: int | None, reason: str = "", on: date, at: datetime
) -> ExtensionRequest:
    """Take a request back by its unit, before it is decided (撤回)."""
    request = lock_request(request_id, version=version)
    access.require(access.may_report(actor, request.assignment))
    kind = EventKind.EXTENSION_WITHDRAWN
    _end(request, kind, ExtensionState.WITHDRAWN, actor, reason.strip(), on, at)
    return request


def _end(
    request: ExtensionRequest,
    kind: EventKind,
    state: ExtensionState,
    actor: User,
    reason: str,
    on: date,
    at: datetime,
) -> None:
    """End a request without a new deadline, and say so in the record."""
    _refuse_decided(request)
    _refuse_before(request.asked_on, on, _("It was asked for on %(day)s."))
    said = {"decision_reason": reason}
    refuse(_named(overlong(ExtensionRequest, said, said)))
    _save(request, state=state, decided_by=actor, decided_on=on, **said)
    _enter(request, kind, actor=actor, on=on, at=at, after=_opinion_of(request), note=reason)


def lock_request(request_id: int, *, version: int | None = None) -> ExtensionRequest:
    """A request with its task, locked; refused as stale at another ``version``."""
    task = record.lock_task(
        ExtensionRequest.objects.values_list("task", flat=True).get(pk=request_id)
    )
    rows = ExtensionRequest.objects.select_related("assignment__unit", "opinion_by")
    request = rows.get(pk=request_id)
    request.task = request.assignment.task = task
    if version is not None and version != request.version:
        own = task.events.filter(details__after__request=request_id).select_related("actor")
        raise record.Stale(list(own.order_by("-sequence")[:1]))
    return request


def _refuse_decided(request: ExtensionRequest) -> None:
    if request.state != ExtensionState.ASKED:
        raise ValidationError(
            _("The request is “%(state)s” since %(day)s. Nothing is left to decide."),
            code="decided",
            params={
                "state": ExtensionState(request.state).label,
                "day": f"{request.decided_on or request.asked_on}",
            },
        )


def _refuse_before(first: date, on: date, sentence: str) -> None:
    if on < first:
        raise ValidationError({"on": sentence % {"day": first.isoformat()}}, code="order")


def _named(found: dict[str, str]) -> dict[str, str]:
    """Sentences at the fields as operations name them."""
    return {"reason" if name == "decision_reason" else name: found[name] for name in found}


def _opinion_of(request: ExtensionRequest) -> dict[str, Any]:
    """The opinion as a decision takes it into the record."""
    if request.opinion_by is None:
        return {}
    return {
        "opinion": request.opinion,
        "opinion_by": str(request.opinion_by),
        "opinion_on": request.opinion_on,
    }


def _save(request: ExtensionRequest, **columns: Any) -> None:
    request.version += 1
    for name, value in columns.items():
        setattr(request, name, value)
    request.save(update_fields=["version", *columns])


def _enter(
    request: ExtensionRequest, kind: EventKind, *, at: datetime, after: dict[str, Any], **said: Any
) -> Event:
    """One entry about a request, which makes no version of the part: a report is no conflict.

    It is about the part as long as its unit is responsible for the task, else about the task.
    """
    task, part = request.task, request.assignment
    event = record.entry(
        kind,
        at=at,
        after={**after, "request": request.pk, "state": request.state},
        inspection=task.inspection,
        task=task,
        assignment=None if part.removed_on else part,
        unit=part.unit,
        **said,
    )
    record.write(task, [event], at=at)
    return event


def take_back(event: Event) -> None:
    """Undo what an annulled entry did to its request.

    Without its decision a request waits for one again, unless another one waits meanwhile.
    Without its asking it counts nowhere; it must not be decided then.
    """
    request = ExtensionRequest.objects.get(pk=event.details["after"]["request"])
    if event.kind == EventKind.EXTENSION_ASKED:
        if request.state != ExtensionState.ASKED:
            raise ValidationError(
                _("The request was decided on %(day)s. Annul that entry first."),
                code="decided",
                params={"day": f"{request.decided_on}"},
            )
        _save(request, state=ExtensionState.ANNULLED)
        return
    if ExtensionRequest.objects.open().filter(task=request.task_id).exists():
        raise ValidationError(
            _("Another extension has been asked for meanwhile. Decide on that one first."),
            code="open_request",
        )
    _save(
        request,
        state=ExtensionState.ASKED,
        decided_by=None,
        decided_on=None,
        decision_reason="",
        document_no="",
        change=None,
    )
