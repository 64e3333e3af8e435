"""Which tasks want attention on a day, and which fall due next."""

from datetime import date

from tracker.choices import ShownStatus
from tracker.figures.overview import Overview

LATE = (ShownStatus.OVERDUE, ShownStatus.BEHIND)


def _due_dates(now: Overview) -> dict[int, date | None]:
    return {part.task: part.due_on for part in now.parts}


def falling_due(now: Overview, *, within: int) -> list[int]:
    """The open tasks whose deadline is at most ``within`` days ahead, the nearest first."""
    found = [
        (due_on, task)
        for task, due_on in _due_dates(now).items()
        if due_on is not None
        and now.shown[task] < ShownStatus.AWAITING_CLOSURE
        and 0 <= (due_on - now.as_of).days <= within
    ]
    return [task for _due_on, task in sorted(found)]


def wanting_attention(now: Overview, *, soon: int) -> list[int]:
    """Overdue, behind, or due within ``soon`` days: the most urgent first."""
    due_dates = _due_dates(now)
    late = {task for task, shown in now.shown.items() if shown in LATE}
    found = late | set(falling_due(now, within=soon))
    return sorted(found, key=lambda task: (now.shown[task], due_dates[task] or date.max, task))
