"""Requests for extension as those read them who decide: the queue, and what one rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Case, Count, QuerySet, Value, When

from tracker import access
from tracker.choices import ExtensionState
from tracker.models import DeadlineChange, ExtensionRequest, Inspection, Span, Task, User
from tracker.rules.extensions import elapsed

RELATED = (
    "assignment__task__inspection",
    "task__inspection",
    "assignment__unit",
    "asked_by",
    "decided_by",
    "opinion_by",
    "change",
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a decision on a request rests on, as of ``day``.

    ``elapsed`` is the share of the time up to the deadline asked against that has passed, 0 to 1;
    ``progress`` that of the work of the unit that asked. ``earlier`` are the extensions that hold,
    ``refused`` the requests that were refused before.
    """

    day: date
    days_left: int
    elapsed: Fraction | None
    progress: Fraction
    earlier: tuple[DeadlineChange, ...]
    refused: int

    @property
    def points_behind(self) -> int:
        """By how many points the work is behind the time; 0 where it is not."""
        if self.elapsed is None:
            return 0
        return max(0, int((self.elapsed - self.progress) * 100))


def ground(request: ExtensionRequest, day: date) -> Ground:
    """What is known on ``day`` about what a request asks for."""
    span = Span.objects.on(day).filter(assignment=request.assignment_id).first()
    changes = request.task.deadline_changes.filter(event__annulment=None)
    others = request.task.extension_requests.filter(state=ExtensionState.REFUSED)
    return Ground(
        day=day,
        days_left=(request.old_due_on - day).days,
        elapsed=elapsed(span.start_on if span else None, request.old_due_on, day),
        progress=Fraction(span.percent if span else 0, 100),
        earlier=tuple(changes.exclude(request=request).order_by("decided_on", "pk")),
        refused=others.exclude(pk=request.pk).filter(asked_on__lte=request.asked_on).count(),
    )


def requests(user: User, inspection: Inspection | None) -> QuerySet[ExtensionRequest]:
    """The requests of an inspection that ``user`` may know of: the open ones first, by deadline."""
    rows = _narrowed(access.visible_extensions(user), user).filter(task__inspection=inspection)
    rows = rows.filter(task__is_annulled=False).select_related(*RELATED)
    open_first = Case(When(state=ExtensionState.ASKED, then=Value(0)), default=Value(1))
    return rows.order_by(open_first, "old_due_on", "-asked_on", "-pk")


def _narrowed(rows: QuerySet[ExtensionRequest], user: User) -> QuerySet[ExtensionRequest]:
    """``rows`` about the units to whose parts this person's figures are narrowed."""
    units = access.scope_of(user).units
    return rows if units is None else rows.filter(assignment__unit__in=units)


def by_state(rows: QuerySet[ExtensionRequest]) -> Mapping[str, int]:
    """How many requests are in each state that is shown."""
    pairs = rows.order_by().values_list("state").annotate(Count("pk"))
    counted = dict(pairs)
    shown = [state for state in ExtensionState if state != ExtensionState.ANNULLED]
    return {state.value: counted.get(state.value, 0) for state in shown}


def to_decide(user: User) -> Sequence[ExtensionRequest]:
    """The open requests that ``user`` decides on: of tasks they run, asked for by others."""
    if not access.decides_extensions(user):
        return ()
    rows = ExtensionRequest.objects.open().filter(task__in=access.runnable_tasks(user))
    found = rows.select_related(*RELATED).order_by("old_due_on", "pk")
    return [row for row in found if access.may_decide_extension(user, row)]


def of_task(task: Task, day: date) -> list[ExtensionRequest]:
    """The requests for a task made by ``day``, newest first, each as it stood then."""
    rows = task.extension_requests.standing().filter(asked_on__lte=day).select_related(*RELATED)
    return [as_it_stood(row, day) for row in rows.order_by("-asked_on", "-pk")]


def as_it_stood(request: ExtensionRequest, day: date) -> ExtensionRequest:
    """A request with the state that it had on ``day``; nothing to be saved."""
    if request.decided_on and request.decided_on > day:
        request.state = ExtensionState.ASKED
        request.decided_on = request.decided_by = None
    return request
