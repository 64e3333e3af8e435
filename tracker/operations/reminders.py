"""Reminders of calls, deadlines and yearly confirmations: once a day, each told once.

The day is the position of a bookmark: whoever moves it on does the reminders of the days between,
and nobody else. After a stand-still the last days are made up for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from tracker.access.notifications import Part, People
from tracker.choices import NotificationKind as Kind
from tracker.figures import reminders as figures
from tracker.models import Assignment, DispatchRound, Inspection, Unit
from tracker.operations import bookmarks
from tracker.operations.notifications import Gathered, tell_all
from tracker.rules import reminders as rules
from tracker.rules import standing
from tracker.rules.notifications import Audience

EARLIEST_CALL = timedelta(days=7 * rules.LATE_TIMES + 1)
LATEST_CALL = timedelta(days=366)


def remind(*, on: date, at: datetime) -> int:
    """Remind everybody of what is due around the day ``on``; how many notifications it made."""
    yesterday = (on - timedelta(days=1)).toordinal()
    since = bookmarks.position_of(bookmarks.REMINDERS, at_first=yesterday)
    if since >= on.toordinal():
        return 0
    round_ = _Round(on, at)
    for day in rules.reminders_between(date.fromordinal(since), on):
        round_.of_calls(day)
        round_.of_deadlines(day)
        round_.of_standing_tasks(day)
    with transaction.atomic():
        if not bookmarks.move_on(bookmarks.REMINDERS, since=since, to=on.toordinal()):
            return 0
        return tell_all(round_.gathered.rows())


class _Round:
    """The reminders of one day."""

    def __init__(self, on: date, at: datetime) -> None:
        self.at = at
        self.gathered = Gathered(f"reminders:{on.isoformat()}")
        self.people = People(on)
        self.inspections = list(Inspection.objects.all())
        self.names = dict(Unit.objects.without_tree_fields().values_list("pk", "short_name"))

    def of_calls(self, day: date) -> None:
        """Before reports are due and on the day; then, while they are missing, every week."""
        calls = DispatchRound.objects.select_related("inspection").order_by("pk")
        for call in calls.filter(due_on__range=(day - EARLIEST_CALL, day + LATEST_CALL)):
            late = rules.late_on(call.due_on, day)
            if late:
                audiences = [Audience.UNIT_STAFF]
                if late.copies_superiors:
                    audiences.append(Audience.SUPERIORS)
                key = f"call:{call.pk}:late:{late.number}"
                self._of_call(call, day, Kind.CALL_LATE, audiences, key)
            elif day in rules.call_days(call.due_on, call.inspection.call_reminder_days):
                key = f"call:{call.pk}:due:{day.isoformat()}"
                self._of_call(call, day, Kind.CALL_DUE, [Audience.EDITORS], key)

    def _of_call(
        self, call: DispatchRound, day: date, kind: Kind, audiences: Iterable[Audience], key: str
    ) -> None:
        """Tell each person once of all units for which they are told."""
        silent: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for unit, count in figures.silent_units(call, day).items():
            for audience in audiences:
                for person in self.people.around(audience, Part(unit, frozenset({unit}))):
                    silent[person][unit] = count
        for person, units in silent.items():
            details = {"call": call.name, "due": call.due_on, "open": sum(units.values())}
            if len(units) == 1:
                details["unit"] = self.names[next(iter(units))]
            else:
                details["units"] = len(units)
            self.gathered.add(
                [person], kind, key=key, details=details, url=call.get_absolute_url(), at=self.at
            )

    def of_deadlines(self, day: date) -> None:
        """Before a deadline the unit; on the day after, its superiors and overseers too."""
        by_rule: defaultdict[str, list[int]] = defaultdict(list)
        for inspection in self.inspections:
            by_rule[inspection.deadline_reminders].append(inspection.pk)
        for text, own in by_rule.items():
            for due_on in rules.deadline_days(day, rules.days_before(text)):
                for part in figures.open_parts(due_on, inspections=own):
                    key = f"deadline:{part.pk}:{due_on.isoformat()}:{(due_on - day).days}"
                    self._of_part(part, Kind.DEADLINE_NEAR, [Audience.UNIT_STAFF], key, due_on)
        passed = (Audience.UNIT_STAFF, Audience.SUPERIORS, Audience.OVERSEERS)
        due_on = day - timedelta(days=1)
        for part in figures.open_parts(due_on, inspections=[row.pk for row in self.inspections]):
            key = f"deadline:{part.pk}:{due_on.isoformat()}:passed"
            self._of_part(part, Kind.DEADLINE_PASSED, passed, key, due_on)

    def of_standing_tasks(self, day: date) -> None:
        """Before the day by which the results of closed standing tasks are confirmed."""
        for until in rules.standing_days(day):
            for inspection in self.inspections:
                rule = {"month": inspection.standing_month, "day": inspection.standing_day}
                if until != standing.due_on(until.year, **rule):
                    continue
                for part in figures.unconfirmed_parts(until.year, inspection=inspection.pk):
                    key = f"standing:{part.pk}:{until.isoformat()}:{(until - day).days}"
                    self._of_part(part, Kind.STANDING_DUE, [Audience.UNIT_STAFF], key, until)

    def _of_part(
        self, part: Assignment, kind: Kind, audiences: Iterable[Audience], key: str, due_on: date
    ) -> None:
        task = part.task
        own = Part(
            part.unit_id,
            frozenset({part.unit_id}),
            acceptance_unit=task.acceptance_unit_id,
            supervising_unit=task.supervising_unit_id,
        )
        people = frozenset[int]().union(*(self.people.around(each, own) for each in audiences))
        details: Mapping[str, object] = {
            "task": f"{task.code} {task.title}",
            "unit": self.names[part.unit_id],
            "due": due_on,
        }
        self.gathered.add(
            people, kind, key=key, details=details, url=task.get_absolute_url(), at=self.at
        )
