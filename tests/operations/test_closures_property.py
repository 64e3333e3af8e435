"""Random walks through the procedure of closure: whatever is tried, everything holds together."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests import closing, factories
from tests.factories import moment, part
from tracker.choices import ClosureStage, Role
from tracker.figures.closures import queue
from tracker.figures.overview import overview
from tracker.models import Closure, Event, Objection, Task
from tracker.operations import amendments, annulment, progress
from tracker.operations.integrity import Check

FIRST_DAY = date(2022, 5, 2)
UNDER_WAY = (
    *(ClosureStage.APPLIED, ClosureStage.UNDER_ACCEPTANCE),
    *(ClosureStage.PASSED, ClosureStage.IN_NOTICE),
)
WEIGHTS = {
    "onward": 40,
    "complete": 1,
    "apply": 1,
    "send_back": 3,
    "withdraw": 2,
    "accept": 1,
    "passes": 1,
    "fails": 3,
    "publish": 1,
    "object": 4,
    "dismiss": 4,
    "uphold": 3,
    "close": 2,
    "file": 1,
    "reopen": 2,
    "extend": 1,
    "remove": 1,
    "annul": 7,
}
ONWARD = {
    ClosureStage.APPLIED: "accept",
    ClosureStage.UNDER_ACCEPTANCE: "passes",
    ClosureStage.PASSED: "publish",
    ClosureStage.IN_NOTICE: "close",
    ClosureStage.CLOSED: "file",
}
VERBS = st.sampled_from([verb for verb, weight in WEIGHTS.items() for _ in range(weight)])
STEPS = st.tuples(
    VERBS,
    st.integers(0, 1),
    st.sampled_from([0, 0, 1, 1, 2, 5, 15]),
    st.sampled_from([0, 0, 0, 0, 1, 9]),
    st.integers(0, 5),
)
LIFE = ["complete", "apply", "accept", "passes", "publish", "object", "dismiss", "close", "file"]


class Walk:
    """Tries steps on two tasks; those that cannot be taken are refused in words."""

    def __init__(self, cast):
        self.unit, self.accepter, self.office = cast
        self.inspection = factories.make_inspection(notice_days=5)
        self.tasks = [
            factories.make_task(self.inspection, on=FIRST_DAY, due_on=date(2022, 6, 1)),
            factories.make_task(
                self.inspection, units=[factories.county(), factories.city()], on=FIRST_DAY
            ),
        ]
        self.today = FIRST_DAY
        self.taken = 0

    def take(self, step):
        verb, number, passes, back, pick = step
        self.today += timedelta(days=passes)
        self.on = max(FIRST_DAY, self.today - timedelta(days=back))
        self.task, self.pick = self.tasks[number], pick
        try:
            with transaction.atomic():
                getattr(self, verb)()
        except ValidationError:
            return
        self.taken += 1

    @property
    def own(self):
        rows = list(self.task.assignments.order_by("pk"))
        return rows[self.pick % len(rows)]

    @property
    def attempt(self):
        found = Closure.objects.filter(assignment=self.own).order_by("pk").last()
        if found is None:
            raise ValidationError("There is no attempt.")
        return found

    @property
    def said(self):
        return {"on": self.on, "at": moment(self.today)}

    def onward(self):
        """The step that leads to the end."""
        last = Closure.objects.filter(assignment=self.own).order_by("pk").last()
        begin = "apply" if self.own.completed_on else "complete"
        getattr(self, ONWARD.get(last and last.stage, begin))()

    def complete(self):
        progress.complete_assignment(
            actor=self.office, assignment_id=self.own.pk, version=None, **self.said
        )

    def apply(self):
        closing.apply(self.task, self.unit, on=self.on, own=self.own)

    def send_back(self):
        closing.send_back(self.attempt, self.accepter, on=self.on)

    def withdraw(self):
        closing.withdraw(self.attempt, self.unit, on=self.on)

    def accept(self):
        closing.take(self.attempt, self.accepter, on=self.on)

    def passes(self):
        closing.decide(self.attempt, self.accepter, on=self.on)

    def fails(self):
        closing.decide(self.attempt, self.accepter, passes=False, on=self.on)

    def publish(self):
        closing.publish(self.attempt, self.office, on=self.on)

    def object(self):
        notice = self.attempt.standing_notice
        if notice:
            closing.objection(notice, None, on=self.on)

    def dismiss(self):
        self.settle(upheld=False)

    def uphold(self):
        self.settle(upheld=True)

    def settle(self, *, upheld):
        rows = list(Objection.objects.filter(notice__closure=self.attempt).order_by("pk"))
        if rows:
            closing.settle(rows[self.pick % len(rows)], self.office, upheld=upheld, on=self.on)

    def close(self):
        closing.close(self.attempt, self.office, on=self.on)

    def file(self):
        closing.file(self.attempt, self.office, on=self.on)

    def reopen(self):
        progress.reopen_assignment(
            actor=self.office,
            assignment_id=self.own.pk,
            version=None,
            percent=50,
            reason="反弹",
            **self.said,
        )

    def extend(self):
        amendments.extend_deadline(
            actor=self.office,
            task_id=self.task.pk,
            version=None,
            new_text="延期",
            new_due_on=self.today + timedelta(days=9),
            reason="汛期",
            document_no="1号",
            **self.said,
        )

    def remove(self):
        amendments.withdraw_task(
            actor=self.office,
            task_id=self.task.pk,
            version=None,
            document_no="2号",
            reason="调整",
            **self.said,
        )

    def annul(self):
        events = Event.objects.filter(task=self.task).order_by("-sequence")
        event = events[self.pick % 4]
        annulment.annul(actor=self.office, event_id=event.pk, reason="录错", at=moment(self.today))

    def check(self):
        assert list(Check().faults()) == []
        tasks = Task.objects.filter(inspection=self.inspection).live()
        for back in (0, 1, 3, 10, 30):
            buckets = overview(tasks, as_of=self.today - timedelta(days=back)).buckets
            parts = buckets.completed + buckets.on_schedule + buckets.behind + buckets.overdue
            assert parts == buckets.total
            assert buckets.closed <= buckets.completed
        found = queue(self.office, self.inspection, self.today)
        assert sum(found.counts.values()) == len(found.rows)
        waiting = {row.assignment.pk for row in found.rows}
        under_way = Closure.objects.filter(stage__in=UNDER_WAY)
        for closure in under_way.select_related("assignment__task"):
            if closure.assignment.task.left_on is None and not closure.assignment.task.is_annulled:
                assert closure.assignment_id in waiting
        for closure in Closure.objects.filter(stage__in=(ClosureStage.CLOSED, ClosureStage.FILED)):
            notice = closure.standing_notice
            assert notice.ends_on < closure.closed_on
            assert not notice.objections.open().exists()


@pytest.fixture
def cast(acceptance, office, city, county):
    """Somebody who reports for the city and all below it, the acceptance, the office."""
    return factories.make_user(Role.UNIT_EDITOR, city), acceptance, office


@settings(max_examples=30, phases=[Phase.explicit, Phase.generate])
@given(steps=st.lists(STEPS, min_size=10, max_size=40))
def test_random_walks_through_the_procedure_hold_together(cast, steps):
    with transaction.atomic():
        walk = Walk(cast)
        for number, step in enumerate(steps, start=1):
            walk.take(step)
            if number % 20 == 0:
                walk.check()
        walk.check()
        transaction.set_rollback(True)


def test_the_walk_can_come_to_its_end(cast):
    walk = Walk(cast)
    for verb in LIFE:
        for pick in (0, 1):
            walk.take((verb, 1, 6 if verb == "close" and not pick else 0, 0, pick))
        walk.check()
    assert walk.taken == 2 * len(LIFE)
    walk.tasks[1].refresh_from_db()
    assert (walk.tasks[1].status, part(walk.tasks[1]).status) == ("closed", "closed")
