"""What the plan suggests for a unit's part of a task: on schedule, or behind and on what grounds.

The order of the grounds is that of the field: a milestone missed, progress under the elapsed
share of the time, no report in answer to the call. They are the same grounds on which a part is
shown as behind as long as nobody has judged it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.choices import Judgement

__all__ = [
    "KEEPS_UP",
    "MILESTONE",
    "NO_REPORT",
    "OVERDUE",
    "UNDER_PLAN",
    "Suggestion",
    "planned_share",
    "suggest",
]

OVERDUE = "overdue"
MILESTONE = "milestone"
UNDER_PLAN = "under_plan"
NO_REPORT = "no_report"
KEEPS_UP = "keeps_up"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A judgement, the code of its ground, and the numbers that belong to the ground.

    ``overdue`` and ``milestone`` carry ``days`` (since the deadline, since the milestone),
    ``under_plan`` and ``keeps_up`` carry ``points`` (whole percentage points under plan, at least
    0) and ``planned`` (per cent; both absent without a plan), ``no_report`` carries nothing.
    """

    judgement: Judgement
    ground: str
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_behind(self) -> bool:
        return self.judgement == Judgement.BEHIND

    @property
    def words(self) -> str:
        """The ground as a phrase that stands behind the suggestion."""
        days = self.numbers.get("days", 0)
        if self.ground == OVERDUE:
            return ngettext("overdue by %(n)s day", "overdue by %(n)s days", days) % {"n": days}
        if self.ground == MILESTONE:
            words = ngettext(
                "a milestone was missed %(n)s day ago",
                "a milestone was missed %(n)s days ago",
                days,
            )
            return words % {"n": days}
        if self.ground == UNDER_PLAN:
            points = self.numbers["points"]
            return ngettext("%(n)s point under plan", "%(n)s points under plan", points) % {
                "n": points
            }
        if self.ground == NO_REPORT:
            return _("no report")
        return _("keeps up with the plan")


def planned_share(start_on: date | None, due_on: date | None, day: date) -> Fraction | None:
    """The elapsed share of the time from the start to the deadline, from 0 to 1.

    ``None`` where there is no plan to measure by: no deadline, or none after the start.
    """
    if start_on is None or due_on is None or due_on <= start_on:
        return None
    elapsed = Fraction((day - start_on).days, (due_on - start_on).days)
    return min(max(elapsed, Fraction(0)), Fraction(1))


def suggest(
    *,
    day: date,
    progress: Fraction,
    start_on: date | None,
    due_on: date | None,
    milestones: Iterable[date],
    last_report_on: date | None,
    period_from: date | None,
    behind_points: int,
) -> Suggestion:
    """What to think on ``day`` of a part that is not completed.

    ``progress`` is a share (the quantity done of the target, or the percentage), ``milestones``
    the days of those not reached by ``day``. ``period_from`` begins the period of the last call
    that is due; ``None`` while none is. A part given out within the period owes it no report.
    """
    if due_on is not None and due_on < day:
        return Suggestion(Judgement.BEHIND, OVERDUE, {"days": (day - due_on).days})
    missed = min((milestone for milestone in milestones if milestone < day), default=None)
    if missed is not None:
        return Suggestion(Judgement.BEHIND, MILESTONE, {"days": (day - missed).days})
    planned = planned_share(start_on, due_on, day)
    numbers = {}
    if planned is not None:
        points = (planned - progress) * 100
        numbers = {"points": max(int(points), 0), "planned": int(planned * 100)}
        if points >= behind_points:
            return Suggestion(Judgement.BEHIND, UNDER_PLAN, numbers)
    if period_from is not None and start_on is not None:
        silent = last_report_on is None or last_report_on < period_from
        if silent and start_on < period_from:
            return Suggestion(Judgement.BEHIND, NO_REPORT)
    return Suggestion(Judgement.ON_SCHEDULE, KEEPS_UP, numbers)
