"""The slow reckoning: what was done, kept as a plain list, walked through for every question.

It knows no database and shares nothing with the product. Each question about a day starts from
an empty slate and goes through everything that was done, in the order in which it held.
"""

from dataclasses import dataclass, field

OVERDUE, BEHIND, NOT_STARTED, ON_SCHEDULE, AWAITING_CLOSURE, CLOSED = range(6)
"""What is shown for a task, worst first."""

FOREVER = float("inf")


@dataclass(eq=False)
class Done:
    """One thing that was done: the day it held from, and when it was written down and struck."""

    order: int
    day: object
    what: str
    task: str
    unit: str | None = None
    values: dict = field(default_factory=dict)
    struck: int | None = None


class Reckoning:
    """Everything that was done to some tasks, and the plain answers to what was asked of it."""

    def __init__(self, *, counts_when_reported, behind_points):
        self.counts_when_reported = counts_when_reported
        self.behind_points = behind_points
        self.done = []
        self.calls = []

    # What was done.

    def note(self, order, day, what, task, unit=None, **values):
        entry = Done(order, day, what, task, unit, values)
        self.done.append(entry)
        return entry

    def call(self, order, first_day, due_on):
        self.calls.append((order, first_day, due_on))

    def strike(self, entry, order):
        entry.struck = order

    # What was known.

    def known(self, task, order):
        """What stood written about a task after step ``order``, as it happened."""
        found = [
            entry
            for entry in self.done
            if entry.task == task
            and entry.order <= order
            and (entry.struck is None or entry.struck > order)
        ]
        found.sort(key=lambda entry: entry.order)
        found.sort(key=lambda entry: entry.day)
        return found

    def tasks(self):
        return sorted({entry.task for entry in self.done})

    def parts(self, task):
        """The stretches of responsibility ever begun: a unit that comes back begins another."""
        return sorted({entry.unit for entry in self.done if entry.task == task and entry.unit})

    def deadline_since(self, task, order=FOREVER):
        """The day of the last extension, or of the entering."""
        days = [
            entry.day for entry in self.known(task, order) if entry.what in ("entered", "extended")
        ]
        return days[-1] if days else None

    def reported_day(self, task, unit, order=FOREVER):
        """The day of a reported completion that waits for its confirmation."""
        day = None
        for entry in self.known(task, order):
            if entry.unit == unit:
                if entry.what == "completion reported":
                    day = entry.day
                if entry.what in ("completion returned", "reopened"):
                    day = None
        return day

    def returned_by(self, written, day):
        """The reports that had come back by a day; it is as if they had not been made."""
        back = [entry for entry in written if entry.what == "report returned" and entry.day <= day]
        return {entry.values["report"] for entry in back}

    # What was true of one unit's part of a task at the end of a day.

    def part(self, task, unit, day, order=FOREVER):
        """A dict, or ``None`` when the part was not on the list on that day."""
        written = self.known(task, order)
        if not any(entry.what == "entered" for entry in written):
            return None
        is_issued = is_left = is_responsible = False
        start = due = last_report = judged = judged_for = reported = completed = closed = None
        percent = 0
        is_started = False
        returned = self.returned_by(written, day)
        for entry in written:
            if entry.day > day:
                break
            if entry.unit is not None and entry.unit != unit:
                continue
            said = entry.values
            if entry.what == "entered":
                due = said["due"]
            if entry.what == "responsible":
                is_responsible = True
                if is_issued:
                    start = max(start, entry.day)
            if entry.what == "no longer responsible":
                is_responsible = False
            if entry.what == "issued":
                is_issued = True
                start = entry.day
            if entry.what in ("extended", "deadline corrected"):
                due = said["due"]
            if entry.what in ("withdrawn", "merged"):
                is_left = True
            if entry.what == "reported" and entry not in returned:
                if completed is None:
                    percent = said["percent"]
                is_started = True
                last_report = entry.day
            if entry.what == "judged":
                judged, judged_for = said["word"], said["call"]
            if entry.what == "completion reported":
                reported = last_report = entry.day
                is_started = True
                if self.counts_when_reported:
                    completed = entry.day
            if entry.what == "completion returned":
                reported = completed = None
            if entry.what == "completed":
                if completed is None:
                    completed = entry.day
                percent = 100
                is_started = True
            if entry.what == "closed":
                closed = entry.day
            if entry.what == "reopened":
                reported = completed = closed = judged = judged_for = None
                percent = said["percent"]
                if said["starts anew"]:
                    start = entry.day
        if not (is_responsible and is_issued) or is_left:
            return None
        return {
            "shown": self.shown(
                day,
                order,
                start=start,
                due=due,
                percent=percent,
                is_started=is_started,
                last_report=last_report,
                judged=judged,
                judged_for=judged_for,
                completed=completed,
                closed=closed,
            ),
            "due": due,
            "percent": percent,
            "completed": completed,
            "closed": closed,
            "reported": reported,
        }

    def shown(
        self,
        day,
        order,
        *,
        start,
        due,
        percent,
        is_started,
        last_report,
        judged,
        judged_for,
        completed,
        closed,
    ):
        if closed:
            return CLOSED
        if completed:
            return AWAITING_CLOSURE
        if due is not None and due < day:
            return OVERDUE
        past = [first for at, first, due_on in self.calls if at <= order and due_on < day]
        last_call = max(past) if past else None
        if judged and (last_call is None or judged_for >= last_call):
            is_behind = judged == "behind"
        else:
            is_behind = False
            if due is not None and due > start:
                elapsed = (day - start).days / (due - start).days * 100
                is_behind = elapsed - percent >= self.behind_points - 1e-9
            if last_call is not None and start < last_call:
                is_behind = is_behind or last_report is None or last_report < last_call
        if is_behind:
            return BEHIND
        return ON_SCHEDULE if is_started else NOT_STARTED

    # What was true of a whole task, and of the list.

    def task(self, task, day, order=FOREVER, units=None):
        """The worst of its parts; ``units`` looks at those in some hands only."""
        parts = [
            found
            for unit in self.parts(task)
            if units is None or unit.partition("/")[0] in units
            if (found := self.part(task, unit, day, order)) is not None
        ]
        if not parts:
            return None
        return {
            "shown": min(found["shown"] for found in parts),
            "due": parts[0]["due"],
            "percent": sum(found["percent"] for found in parts) / len(parts),
        }

    def count(self, day, order=FOREVER, tasks=None, units=None):
        """How many tasks are shown with each word: a list of six numbers."""
        counts = [0] * 6
        for task in self.tasks():
            if tasks is None or task in tasks:
                found = self.task(task, day, order, units)
                if found is not None:
                    counts[found["shown"]] += 1
        return counts
