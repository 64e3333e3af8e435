"""What is derived from a folded record: the spans, and the present columns of parts and tasks.

``operations.record`` keeps them true after each entry; ``operations.integrity`` compares.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker.choices import AssignmentStatus, EventKind
from tracker.models import Assignment, Span, Task
from tracker.rules import record, transitions

SPAN_FACTS = (
    "status",
    "start_on",
    "due_on",
    "is_standing",
    "percent",
    "is_started",
    "lags_from",
    "last_report_on",
    "judgement",
    "judged_for",
    "completion_reported_on",
    "completed_on",
    "closed_on",
    "reopen_no",
)
ASSIGNMENT_FACTS = (
    "status",
    "percent",
    "last_report_on",
    "completion_reported_on",
    "completed_on",
    "closed_on",
    "reopen_no",
    "removed_on",
)


def rules_of(task: Task) -> record.Rules:
    """What the task's inspection decides about its figures."""
    return record.Rules(
        completion_basis=task.inspection.completion_basis,
        behind_points=task.inspection.behind_points,
    )


def spans(task: Task, assignment: Assignment, story: record.Story, at: datetime) -> list[Span]:
    """The spans that a folded record asks for."""
    behind_points = task.inspection.behind_points
    return [
        Span(
            assignment_id=assignment.pk,
            task_id=task.pk,
            inspection_id=task.inspection_id,
            unit_id=assignment.unit_id,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
            recorded_from=at,
            **span_facts(held.state, behind_points),
        )
        for held in story.held
    ]


def span_facts(state: record.State, behind_points: int) -> dict[str, Any]:
    """The columns of a span for one state."""
    facts = {name: getattr(state, name) for name in SPAN_FACTS if hasattr(state, name)}
    facts["lags_from"] = state.lags_from(behind_points)
    facts["due_on"] = state.deadline.due_on
    facts["is_standing"] = state.deadline.is_standing
    return facts


def same(one: Span, other: Span) -> bool:
    """Whether two spans say the same about the same days."""
    names = ("valid_from", "valid_to", "unit_id", *SPAN_FACTS)
    return all(getattr(one, name) == getattr(other, name) for name in names)


def assignment_columns(assignment: Assignment, story: record.Story) -> dict[str, Any]:
    """The present of an assignment, as its record has it."""
    last = story.last
    columns = {name: getattr(last, name) for name in ASSIGNMENT_FACTS}
    if not last.is_assigned and last.removed_on is None:
        columns["removed_on"] = assignment.added_on  # Its adding was taken back.
    return columns


def task_columns(
    task: Task, stories: Mapping[Any, record.Story], facts: Sequence[record.Fact]
) -> dict[str, Any]:
    """The present of a task: the roll-up of its units, and its own deadline and dates."""
    own = record.fold(facts, assignment=0, rules=rules_of(task)).last
    states = [story.last for story in stories.values() if story.last.is_assigned]
    deadline = own.deadline
    completed = [state.completed_on for state in states if state.completed_on]
    closed = [state.closed_on for state in states if state.closed_on]
    left = own.status in (AssignmentStatus.MERGED, AssignmentStatus.WITHDRAWN)
    annulled = not facts
    columns: dict[str, Any] = {
        "status": own.status if left else _status(own, states),
        "percent": sum(state.percent for state in states) // len(states) if states else 0,
        "issued_on": None,
        "completed_on": max(completed) if completed and len(completed) == len(states) else None,
        "closed_on": max(closed) if closed and len(closed) == len(states) else None,
        "left_on": own.left_on if left else None,
        "is_annulled": annulled,
    }
    if not annulled:
        issued = [fact.on for fact in facts if fact.kind == EventKind.ISSUED]
        columns |= {
            "issued_on": issued[0] if issued else None,
            "deadline_text": deadline.text,
            "deadline_kind": deadline.kind,
            "due_on": deadline.due_on,
            "is_standing": deadline.is_standing,
            "interim_due_on": deadline.interim_due_on,
        }
    return columns


def _status(own: record.State, states: Sequence[record.State]) -> str:
    if states:
        return transitions.rolled_up(state.status for state in states)
    return own.status
