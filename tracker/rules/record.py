"""The dated record, folded: what was true of one assignment on each day.

A record is a sequence of facts, each with the day from which it holds. Folding replays them in
the order of their days (entries of one day in the order they were entered), checks each step
against the state machine, and gives the ranges of days over which nothing changed. A back-dated
or annulled entry needs no rule of its own: the record is folded again with it or without it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracker.choices import AssignmentStatus as Status
from tracker.choices import CompletionBasis
from tracker.choices import EventKind as Kind
from tracker.rules import transitions

FAR = date(9999, 12, 31)
"""The end of a range that has none."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the record: ``data`` is what held afterwards, ``assignment`` whose it is."""

    sequence: int
    kind: str
    on: date
    assignment: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the inspection decides: when a completion counts, and how far under plan is behind."""

    completion_basis: str = CompletionBasis.CONFIRMED
    behind_points: int = 10


@dataclass(frozen=True, slots=True)
class Deadline:
    """The deadline of a day: as printed, and as understood."""

    text: str = ""
    kind: str = ""
    due_on: date | None = None
    is_standing: bool = False
    interim_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is true of an assignment at the end of a day.

    ``meanwhile`` is what was last reported while a completion counted that nobody had confirmed.
    """

    status: Status = Status.DRAFT
    is_assigned: bool = False
    start_on: date | None = None
    deadline: Deadline = Deadline()
    percent: int = 0
    progress: Fraction = Fraction(0)
    is_started: bool = False
    milestones: Mapping[int, date] = field(default_factory=dict)
    last_report_on: date | None = None
    judgement: str = ""
    judged_for: date | None = None
    completion_reported_on: date | None = None
    completed_on: date | None = None
    closed_on: date | None = None
    reopen_no: int = 0
    is_confirmed: bool = False
    meanwhile: tuple[int, Fraction] | None = None
    removed_on: date | None = None
    left_on: date | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the assignment is on the list: issued, its unit named, not withdrawn."""
        return self.is_assigned and self.status in transitions.ACTIVE

    def lags_from(self, behind_points: int) -> date | None:
        """The first day on which the plan suggests *behind*: a milestone missed, or too few points.

        The plan is the elapsed share of the time from the start to the deadline.
        """
        days = [due_on + ONE_DAY for due_on in self.milestones.values()]
        due_on = self.deadline.due_on
        if self.start_on is not None and due_on is not None and due_on > self.start_on:
            needed = (self.progress + Fraction(behind_points, 100)) * (due_on - self.start_on).days
            lag = -(-needed.numerator // needed.denominator)
            if self.start_on + timedelta(days=lag) <= due_on:
                days.append(self.start_on + timedelta(days=lag))
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class Held:
    """A state and the days over which it held: from ``valid_from`` up to before ``valid_to``."""

    valid_from: date
    valid_to: date
    state: State


@dataclass(frozen=True, slots=True)
class Story:
    """An assignment's whole record, folded: the counted ranges, and the state it ends in."""

    held: tuple[Held, ...]
    last: State


def fold(facts: Iterable[Fact], *, assignment: int, rules: Rules) -> Story:
    """Replay the facts of one assignment and of its task.

    Raises ``ValidationError`` (code ``impossible_step``) with the day when a step cannot follow.
    """
    own = sorted(
        (fact for fact in facts if fact.assignment in (None, assignment)),
        key=lambda fact: (fact.on, fact.sequence),
    )
    state = State()
    states: list[tuple[date, State]] = []
    for number, fact in enumerate(own):
        state = _after(state, fact, rules)
        if fact.kind == Kind.REPORT_RETURNED:
            state = _without_returned(state, own[: number + 1], rules)
        if states and states[-1][0] == fact.on:
            states[-1] = (fact.on, state)
        else:
            states.append((fact.on, state))
    return Story(held=_ranges(states), last=state)


def _ranges(states: Sequence[tuple[date, State]]) -> tuple[Held, ...]:
    """The counted stretches, neighbours that say the same joined into one."""
    held: list[Held] = []
    ends = [*(day for day, _state in states[1:]), FAR]
    for (day, state), end in zip(states, ends, strict=False):
        if not state.is_counted:
            continue
        if held and held[-1].valid_to == day and held[-1].state == state:
            held[-1] = replace(held[-1], valid_to=end)
        else:
            held.append(Held(day, end, state))
    return tuple(held)


OF_MEASURES = frozenset({Kind.MEASURE_ADDED, Kind.MEASURE_CORRECTED})
"""Their day is that of the measure, not the deadline of the task."""


def _after(state: State, fact: Fact, rules: Rules) -> State:
    """``state`` with ``fact`` added to it."""
    kind = Kind(fact.kind)
    if fact.assignment is not None and kind != Kind.ASSIGNED and not state.is_assigned:
        raise _refuse(fact, _("The unit is not responsible for the task on that day."))
    if kind in transitions.STEPS:
        try:
            status = transitions.after(kind, state.status)
        except ValidationError as refusal:
            raise _on_day(fact.on, refusal) from None
        state = replace(state, status=status)
    if "due_on" in fact.data and kind not in OF_MEASURES:
        state = replace(state, deadline=_deadline(fact.data))
    change = CHANGES.get(kind)
    return change(state, fact, rules) if change else state


def _on_day(day: date, refusal: ValidationError) -> ValidationError:
    return ValidationError(
        _("On %(day)s: %(refusal)s"),
        code="impossible_step",
        params={"day": day.isoformat(), "refusal": " ".join(refusal.messages)},
    )


def _refuse(fact: Fact, sentence: str) -> ValidationError:
    return _on_day(fact.on, ValidationError(sentence))


def day_of(value: date | str | None) -> date | None:
    """A day out of a record, where it is kept as ISO text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _deadline(data: Mapping[str, Any]) -> Deadline:
    return Deadline(
        text=data.get("deadline_text", ""),
        kind=data.get("deadline_kind", ""),
        due_on=day_of(data["due_on"]),
        is_standing=bool(data.get("is_standing", False)),
        interim_due_on=day_of(data.get("interim_due_on")),
    )


def _assigned(state: State, fact: Fact, rules: Rules) -> State:
    start_on = None if state.start_on is None else max(state.start_on, fact.on)
    return replace(state, is_assigned=True, removed_on=None, start_on=start_on)


def _unassigned(state: State, fact: Fact, rules: Rules) -> State:
    return replace(state, is_assigned=False, removed_on=fact.on)


def _issued(state: State, fact: Fact, rules: Rules) -> State:
    return replace(state, start_on=fact.on)


def _corrected(state: State, fact: Fact, rules: Rules) -> State:
    """A corrected interim result takes its milestone along, unless that is reached by then."""
    if fact.data.get("milestone") not in state.milestones:
        return state
    key = fact.data["milestone"]
    milestones = {other: day for other, day in state.milestones.items() if other != key}
    due_on = day_of(fact.data["milestone_due_on"])
    return replace(state, milestones=milestones if due_on is None else {**milestones, key: due_on})


def _reported(state: State, fact: Fact, rules: Rules) -> State:
    """What is reported of a completed part moves its percentage if the completion is returned."""
    if state.is_confirmed:
        return replace(state, last_report_on=fact.on)
    target, done = fact.data.get("quantity_target"), fact.data.get("quantity_done")
    percent = int(fact.data["percent"])
    measured = target and done is not None
    progress = Fraction(str(done)) / Fraction(str(target)) if measured else Fraction(percent, 100)
    if state.completed_on:
        return replace(state, meanwhile=(percent, progress), last_report_on=fact.on)
    return replace(
        state, percent=percent, progress=progress, is_started=True, last_report_on=fact.on
    )


def _without_returned(state: State, until: Sequence[Fact], rules: Rules) -> State:
    """From its return on a report says nothing: what it moved is as it would be without it.

    ``until`` is everything up to the return, which comes last. Steps of the procedure that
    followed the report stay, and so do the figures of the days before.
    """
    last = until[-1]
    entered = {fact.sequence for fact in until if fact.kind == Kind.REPORTED}
    if last.data["reported"] not in entered:
        raise _refuse(last, _("There is no report that could be returned."))
    gone = {fact.data["reported"] for fact in until if fact.kind == Kind.REPORT_RETURNED}
    other = State()
    for fact in until:
        if fact.sequence not in gone:
            other = _after(other, fact, rules)
    return replace(
        state,
        percent=other.percent,
        progress=other.progress,
        meanwhile=other.meanwhile,
        is_started=other.is_started,
        last_report_on=other.last_report_on,
    )


def _judged(state: State, fact: Fact, rules: Rules) -> State:
    return replace(
        state,
        judgement=fact.data["judgement"],
        judged_for=day_of(fact.data.get("judged_for")) or fact.on,
    )


def _completion_reported(state: State, fact: Fact, rules: Rules) -> State:
    if state.completion_reported_on or state.completed_on:
        raise _refuse(fact, _("Completion has been reported already."))
    counts = rules.completion_basis == CompletionBasis.REPORTED
    return replace(
        state,
        completion_reported_on=fact.on,
        completed_on=fact.on if counts else None,
        last_report_on=fact.on,
        is_started=True,
    )


def _completion_returned(state: State, fact: Fact, rules: Rules) -> State:
    if not state.completion_reported_on or state.is_confirmed:
        raise _refuse(fact, _("No reported completion is waiting for confirmation."))
    return _not_completed(state)


def _not_completed(state: State) -> State:
    """The completion is over; what was reported while it counted holds from now on."""
    percent, progress = state.meanwhile or (state.percent, state.progress)
    return replace(
        state,
        completed_on=None,
        completion_reported_on=None,
        is_confirmed=False,
        percent=percent,
        progress=progress,
        meanwhile=None,
    )


def _completed(state: State, fact: Fact, rules: Rules) -> State:
    if state.is_confirmed:
        raise _refuse(fact, _("The task is completed already."))
    return replace(
        state,
        completed_on=state.completed_on or fact.on,
        completion_reported_on=state.completion_reported_on or fact.on,
        is_confirmed=True,
        percent=100,
        progress=Fraction(1),
        meanwhile=None,
        is_started=True,
    )


def _ended(state: State, fact: Fact, rules: Rules) -> State:
    """A failed acceptance or an upheld objection ends completion from its own day on."""
    return _not_completed(state)


def _applied(state: State, fact: Fact, rules: Rules) -> State:
    if not state.completed_on:
        raise _refuse(fact, _("Closure can be applied for once the task is completed."))
    return state


def _closed(state: State, fact: Fact, rules: Rules) -> State:
    if not state.completed_on:
        raise _refuse(fact, _("A task can be closed once it is completed."))
    return replace(state, closed_on=fact.on)


def _reopened(state: State, fact: Fact, rules: Rules) -> State:
    if not state.completed_on:
        raise _refuse(fact, _("The task is not completed, so there is nothing to reopen."))
    percent = int(fact.data["percent"])
    return replace(
        state,
        completed_on=None,
        completion_reported_on=None,
        is_confirmed=False,
        closed_on=None,
        percent=percent,
        progress=Fraction(percent, 100),
        meanwhile=None,
        reopen_no=state.reopen_no + 1,
        start_on=fact.on if fact.data.get("restarts") else state.start_on,
        judgement="",
        judged_for=None,
    )


def _left(state: State, fact: Fact, rules: Rules) -> State:
    return replace(state, left_on=fact.on)


def _milestone_set(state: State, fact: Fact, rules: Rules) -> State:
    due_on = date.fromisoformat(str(fact.data["milestone_due_on"]))
    return replace(state, milestones={**state.milestones, fact.data["milestone"]: due_on})


def _milestone_reached(state: State, fact: Fact, rules: Rules) -> State:
    if fact.data["milestone"] not in state.milestones:
        raise _refuse(fact, _("The milestone is not open on that day."))
    left = {key: day for key, day in state.milestones.items() if key != fact.data["milestone"]}
    return replace(state, milestones=left)


CHANGES: dict[Kind, Callable[[State, Fact, Rules], State]] = {
    Kind.ASSIGNED: _assigned,
    Kind.UNASSIGNED: _unassigned,
    Kind.ISSUED: _issued,
    Kind.CORRECTED: _corrected,
    Kind.REPORTED: _reported,
    Kind.JUDGED: _judged,
    Kind.COMPLETION_REPORTED: _completion_reported,
    Kind.COMPLETION_RETURNED: _completion_returned,
    Kind.COMPLETED: _completed,
    Kind.APPLIED: _applied,
    Kind.ACCEPTANCE_FAILED: _ended,
    Kind.OBJECTION_UPHELD: _ended,
    Kind.CLOSED: _closed,
    Kind.CLOSURE_TAKEN_OVER: _closed,
    Kind.REOPENED: _reopened,
    Kind.WITHDRAWN: _left,
    Kind.MERGED: _left,
    Kind.MILESTONE_ADDED: _milestone_set,
    Kind.MILESTONE_REACHED: _milestone_reached,
}
