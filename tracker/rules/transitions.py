"""The state machine of an assignment: what may follow what, in one table.

A task in the hands of one unit goes from draft to issued, in progress, through application,
acceptance and public notice to closed, and back when it is returned or found to have rebounded.
Pages read the same table for their buttons. Completion is a fact beside the state.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracker.choices import AssignmentStatus as Status
from tracker.choices import EventKind as Kind

ACTIVE = (
    Status.ISSUED,
    Status.IN_PROGRESS,
    Status.APPLIED,
    Status.UNDER_ACCEPTANCE,
    Status.IN_PUBLIC_NOTICE,
    Status.CLOSED,
)
"""States in which a task is counted."""

ORDER = (Status.DRAFT, *ACTIVE, Status.MERGED, Status.WITHDRAWN)
"""From the least advanced on; the task's own state is the first that any of its units is in."""

AFTER: dict[tuple[Kind, Status], Status] = {
    (Kind.ISSUED, Status.DRAFT): Status.ISSUED,
    (Kind.ACKNOWLEDGED, Status.ISSUED): Status.IN_PROGRESS,
    (Kind.REPORTED, Status.ISSUED): Status.IN_PROGRESS,
    (Kind.REPORTED, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Kind.JUDGED, Status.ISSUED): Status.ISSUED,
    (Kind.JUDGED, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Kind.COMPLETION_REPORTED, Status.ISSUED): Status.IN_PROGRESS,
    (Kind.COMPLETION_REPORTED, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Kind.COMPLETION_RETURNED, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Kind.COMPLETED, Status.ISSUED): Status.IN_PROGRESS,
    (Kind.COMPLETED, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Kind.APPLIED, Status.IN_PROGRESS): Status.APPLIED,
    (Kind.APPLICATION_RETURNED, Status.APPLIED): Status.IN_PROGRESS,
    (Kind.PRE_ACCEPTED, Status.APPLIED): Status.APPLIED,
    (Kind.APPLICATION_ACCEPTED, Status.APPLIED): Status.UNDER_ACCEPTANCE,
    (Kind.ACCEPTANCE_FAILED, Status.UNDER_ACCEPTANCE): Status.IN_PROGRESS,
    (Kind.ACCEPTANCE_PASSED, Status.UNDER_ACCEPTANCE): Status.IN_PUBLIC_NOTICE,
    (Kind.OBJECTION_UPHELD, Status.IN_PUBLIC_NOTICE): Status.IN_PROGRESS,
    (Kind.CLOSED, Status.IN_PUBLIC_NOTICE): Status.CLOSED,
    (Kind.CLOSURE_TAKEN_OVER, Status.IN_PROGRESS): Status.CLOSED,
    (Kind.REOPENED, Status.IN_PROGRESS): Status.IN_PROGRESS,
    (Kind.REOPENED, Status.CLOSED): Status.IN_PROGRESS,
    (Kind.LOOKED_BACK, Status.CLOSED): Status.CLOSED,
    (Kind.STANDING_CONFIRMED, Status.CLOSED): Status.CLOSED,
    **{(Kind.EXTENDED, status): status for status in ACTIVE},
    **{(Kind.WITHDRAWN, status): Status.WITHDRAWN for status in (Status.DRAFT, *ACTIVE)},
    **{(Kind.MERGED, status): Status.MERGED for status in (Status.DRAFT, *ACTIVE)},
}

STEPS = frozenset(kind for kind, status in AFTER)
"""The kinds of event that are steps of the machine; the others leave the state as it is."""


def possible(status: str) -> tuple[Kind, ...]:
    """The steps that may follow ``status``, in the order of the table."""
    return tuple(kind for kind, before in AFTER if before == status)


def after(kind: str, status: str) -> Status:
    """The state that ``kind`` leads to from ``status``, or a refusal that says what is possible."""
    try:
        return AFTER[Kind(kind), Status(status)]
    except KeyError:
        steps = ", ".join(str(step.label) for step in possible(status))
        raise ValidationError(
            _("“%(step)s” cannot follow while the task is “%(state)s”. Possible: %(steps)s.")
            if steps
            else _("“%(step)s” cannot follow: the task is “%(state)s” and has left the list."),
            code="impossible_step",
            params={
                "step": Kind(kind).label,
                "state": Status(status).label,
                "steps": steps,
            },
        ) from None


def rolled_up(statuses: Iterable[str]) -> Status:
    """The state of a task whose units are in ``statuses``: the least advanced; draft for none."""
    return min((Status(status) for status in statuses), key=ORDER.index, default=Status.DRAFT)
