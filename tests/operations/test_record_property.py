"""Random histories, taken through the operations, against the slow reckoning of the same steps."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.reckoning import Reckoning
from tracker.choices import Role, RoundKind
from tracker.figures.overview import overview
from tracker.models import (
    Assignment,
    Event,
    ProgressReport,
    Span,
    Task,
    rounds_due,
    shown_status,
)
from tracker.operations import (
    amendments,
    annulment,
    assignments,
    entering,
    progress,
    report_steps,
    tasks,
)
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

FIRST_DAY = date(2022, 1, 3)
WEIGHTS = {
    "enter": 2,
    "issue": 2,
    "acknowledge": 1,
    "report": 8,
    "accept report": 2,
    "return report": 4,
    "judge": 3,
    "report completion": 4,
    "return completion": 2,
    "complete": 4,
    "reopen": 3,
    "extend": 2,
    "correct": 2,
    "withdraw": 1,
    "merge": 1,
    "add unit": 3,
    "remove unit": 3,
    "annul": 4,
    "call": 2,
}


@dataclass(frozen=True)
class Step:
    """One thing that somebody tries: plain numbers, taken modulo what there is."""

    verb: str
    task: int = 0
    part: int = 0
    back: int = 0
    size: int = 0
    passes: int = 1


STEPS = st.builds(
    Step,
    verb=st.sampled_from([verb for verb, weight in WEIGHTS.items() for _ in range(weight)]),
    task=st.integers(0, 3),
    part=st.integers(0, 5),
    back=st.sampled_from([0, 0, 0, 1, 3, 8, 20]),
    size=st.integers(0, 100),
    passes=st.integers(0, 9),
)


class History:
    """Takes steps through the operations and notes those that were accepted."""

    def __init__(self, place, basis):
        self.inspection = factories.make_inspection(completion_basis=basis)
        self.issue = factories.make_issue(self.inspection)
        self.units, self.office = place
        self.reckoning = Reckoning(
            counts_when_reported=basis == "reported",
            behind_points=self.inspection.behind_points,
        )
        self.order = 0
        self.today = FIRST_DAY
        self.tasks = []
        self.parts = []
        self.calls = []
        self.entries = []
        self.accepted = []
        self.noted = []

    @property
    def at(self):
        return factories.moment(self.today) + timedelta(minutes=self.order)

    def take(self, step):
        self.order += 1
        self.today += timedelta(days=step.passes)
        on = max(FIRST_DAY, self.today - timedelta(days=step.back))
        before = Event.objects.order_by("sequence").last().sequence
        try:
            with transaction.atomic():
                entries = getattr(self, "do_" + step.verb.replace(" ", "_"))(step, on)
        except Stale:
            raise
        except ValidationError:
            return False
        if entries is None:
            return False
        events = Event.objects.filter(sequence__gt=before).order_by("sequence")
        written = [self.reckoning.note(self.order, *entry[:4], **entry[4]) for entry in entries]
        if written:
            self.entries += zip(written, events, strict=True)
        self.accepted.append(step.verb)
        return True

    def task_of(self, step):
        return self.tasks[step.task % len(self.tasks)]

    def part_of(self, step):
        task = self.task_of(step)
        own = [part for part in self.parts if part[0] == task.code]
        code, name, pk = own[step.part % len(own)]
        return task, name, pk

    def said(self, on):
        return {"actor": self.office, "on": on, "at": self.at}

    def new_part(self, task, assignment):
        serial = sum(part[0] == task.code for part in self.parts)
        name = f"{assignment.unit.code}/{serial}"
        self.parts.append((task.code, name, assignment.pk))
        return name

    def do_enter(self, step, on):
        if len(self.tasks) == 4:
            return None
        number = len(self.tasks) + 1
        due = None if step.size % 7 == 0 else on + timedelta(days=5 + step.size % 60)
        issued = step.size % 5 != 0
        taken_over = issued and step.size % 4 == 1
        days = (self.today - on).days
        completed = on + timedelta(days=min(days, step.size % 6)) if taken_over else None
        closed = self.today if taken_over and step.size % 3 else None
        plan = factories.make_plan(
            self.issue,
            number,
            self.units[: 1 + step.part % 3],
            due,
            completed_on=completed,
            closed_on=closed,
        )
        [task] = entering.enter_tasks(
            inspection=self.inspection,
            plans=[plan],
            issued=issued,
            taken_over=taken_over,
            **self.said(on),
        )
        self.tasks.append(task)
        names = [self.new_part(task, part) for part in task.assignments.order_by("pk")]
        entries = [(on, "entered", task.code, None, {"due": due})]
        entries += [(on, "responsible", task.code, name, {}) for name in names]
        entries += [(on, "issued", task.code, None, {})] if issued else []
        for name in names if completed else []:
            entries.append((completed, "completed", task.code, name, {}))
            entries += [(closed, "closed", task.code, name, {})] if closed else []
        return entries

    def do_issue(self, step, on):
        task = self.task_of(step)
        tasks.issue_task(task_id=task.pk, version=None, **self.said(on))
        return [(on, "issued", task.code, None, {})]

    def do_acknowledge(self, step, on):
        task, name, pk = self.part_of(step)
        assignments.acknowledge(assignment_id=pk, version=None, **self.said(on))
        return [(on, "acknowledged", task.code, name, {})]

    def do_report(self, step, on):
        task, name, pk = self.part_of(step)
        values = {"text": "进展", "percent": step.size, "fall_reason": "重新核算"}
        progress.submit_report(assignment_id=pk, version=None, values=values, **self.said(on))
        return [(on, "reported", task.code, name, {"percent": step.size})]

    def newest_report(self, pk):
        """The last report of a part that stands, and how the reckoning has it."""
        report = ProgressReport.objects.standing().filter(assignment=pk).newest_first().first()
        if report is None:
            return None, None
        [entry] = [entry for entry, event in self.entries if event.pk == report.event_id]
        return report, entry

    def do_accept_report(self, step, on):
        task, name, pk = self.part_of(step)
        report, _entry = self.newest_report(pk)
        if report is None:
            return None
        report_steps.accept_report(report_id=report.pk, **self.said(on))
        return [(on, "report accepted", task.code, name, {})]

    def do_return_report(self, step, on):
        task, name, pk = self.part_of(step)
        report, entry = self.newest_report(pk)
        if report is None:
            return None
        report_steps.return_report(report_id=report.pk, reason="缺数据", **self.said(on))
        return [(on, "report returned", task.code, name, {"report": entry})]

    def do_call(self, step, on):
        first = self.today - timedelta(days=step.size % 15)
        due = self.today + timedelta(days=step.size % 9)
        call = progress.open_round(
            inspection=self.inspection,
            kind=RoundKind.AD_HOC,
            name=f"第{self.order}次调度",
            period_from=first,
            period_to=due,
            due_on=due,
            **self.said(self.today),
        )
        self.calls.append(call)
        self.reckoning.call(self.order, first, due)
        return []

    def do_judge(self, step, on):
        if not self.calls:
            return None
        task, name, pk = self.part_of(step)
        call = self.calls[step.size % len(self.calls)]
        word = "behind" if step.size % 2 else "on_schedule"
        progress.judge_progress(
            assignment_id=pk,
            call=call,
            judgement=word,
            suggested="",
            reason="",
            **self.said(on),
        )
        values = {"word": word, "call": call.period_from}
        return [(on, "judged", task.code, name, values)]

    def do_report_completion(self, step, on):
        task, name, pk = self.part_of(step)
        progress.report_completion(assignment_id=pk, version=None, note="", **self.said(on))
        return [(on, "completion reported", task.code, name, {})]

    def do_return_completion(self, step, on):
        task, name, pk = self.part_of(step)
        progress.return_completion(assignment_id=pk, version=None, note="缺照片", **self.said(on))
        return [(on, "completion returned", task.code, name, {})]

    def do_complete(self, step, on):
        task, name, pk = self.part_of(step)
        reported = self.reckoning.reported_day(task.code, name)
        progress.complete_assignment(assignment_id=pk, version=None, **self.said(on))
        return [(reported or on, "completed", task.code, name, {})]

    def do_reopen(self, step, on):
        task, name, pk = self.part_of(step)
        due = on + timedelta(days=step.size) if step.size % 2 else None
        percent = step.size % 90
        progress.reopen_assignment(
            assignment_id=pk,
            version=None,
            percent=percent,
            reason="反弹",
            new_due_on=due,
            **self.said(on),
        )
        values = {"percent": percent, "starts anew": due is not None}
        entries = [(on, "reopened", task.code, name, values)]
        return entries + ([(on, "extended", task.code, None, {"due": due})] if due else [])

    def do_extend(self, step, on):
        task = self.task_of(step)
        due = on + timedelta(days=step.size)
        amendments.extend_deadline(
            task_id=task.pk,
            version=None,
            new_text="延期",
            new_due_on=due,
            reason="汛期",
            document_no="1号",
            **self.said(on),
        )
        return [(on, "extended", task.code, None, {"due": due})]

    def do_correct(self, step, on):
        task = self.task_of(step)
        due = on + timedelta(days=step.size)
        since = self.reckoning.deadline_since(task.code)
        version = Task.objects.get(pk=task.pk).version
        tasks.correct_task(
            task_id=task.pk,
            version=version,
            changes={"due_on": due, "deadline_text": f"改正{self.order}"},
            note="笔误",
            **self.said(on),
        )
        return [(since, "deadline corrected", task.code, None, {"due": due})]

    def do_withdraw(self, step, on):
        task = self.task_of(step)
        amendments.withdraw_task(
            task_id=task.pk, version=None, document_no="2号", reason="调整", **self.said(on)
        )
        return [(on, "withdrawn", task.code, None, {})]

    def do_merge(self, step, on):
        task = self.task_of(step)
        into = self.tasks[step.size % len(self.tasks)]
        amendments.merge_task(
            task_id=task.pk,
            version=None,
            into_id=into.pk,
            document_no="3号",
            reason="重复",
            **self.said(on),
        )
        return [(on, "merged", task.code, None, {})]

    def do_add_unit(self, step, on):
        task = self.task_of(step)
        unit = self.units[step.size % len(self.units)]
        assignment = assignments.add_unit(
            task_id=task.pk, version=None, unit=unit, is_lead=False, **self.said(on)
        )
        return [(on, "responsible", task.code, self.new_part(task, assignment), {})]

    def do_remove_unit(self, step, on):
        task, name, pk = self.part_of(step)
        assignments.remove_unit(assignment_id=pk, version=None, note="", **self.said(on))
        return [(on, "no longer responsible", task.code, name, {})]

    def do_annul(self, step, on):
        entry, event = self.entries[-1 - step.size % len(self.entries)]
        annulment.annul(actor=self.office, event_id=event.pk, reason="录错", at=self.at)
        self.reckoning.strike(entry, self.order)
        return []

    # What the product answers, and what the reckoning does.

    def days(self, most=14):
        """Days on which something may change, and their neighbours."""
        told = {entry.day for entry in self.reckoning.done}
        dues = {entry.values.get("due") for entry in self.reckoning.done} - {None}
        calls = {due_on for _order, _first, due_on in self.reckoning.calls}
        found = told | dues | calls
        found |= {day + timedelta(days=1) for day in found}
        found |= {day - timedelta(days=1) for day in told} | {self.today}
        ordered = sorted(found)
        stride = -(-len(ordered) // most)
        return sorted({*ordered[:: stride or 1], ordered[-1], self.today})

    def of_parts(self, day, known_at=None):
        """``{assignment: facts}`` as the product has them."""
        [rounds] = rounds_due(day, known_at=known_at)
        spans = Span.objects.on(day, known_at=known_at).filter(inspection=self.inspection)
        rows = spans.annotate(shown=shown_status(day, rounds)).values_list(
            "assignment_id", "shown", "due_on", "percent", "completed_on", "closed_on"
        )
        names = ("shown", "due", "percent", "completed", "closed")
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}

    def parts_reckoned(self, day, order):
        found = {pk: self.reckoning.part(code, name, day, order) for code, name, pk in self.parts}
        return {
            pk: {name: value for name, value in facts.items() if name != "reported"}
            for pk, facts in found.items()
            if facts is not None
        }

    def compare_parts(self, order=float("inf"), known_at=None):
        for day in self.days():
            assert self.of_parts(day, known_at) == self.parts_reckoned(day, order), day

    def compare_tasks(self):
        for day in self.days():
            rows = Task.objects.filter(inspection=self.inspection).as_of(day)
            found = {
                task.code.partition("-x")[0]: {
                    "shown": task.shown,
                    "due": task.due_on_then,
                    "percent": pytest.approx(task.percent_then),
                }
                for task in rows
            }
            wanted = {task.code: self.reckoning.task(task.code, day) for task in self.tasks}
            assert {code: facts for code, facts in wanted.items() if facts} == found, day

    def compare_buckets(self):
        """The four buckets, for the whole list and narrowed to units, to tasks, and to both."""
        own = Task.objects.filter(inspection=self.inspection)
        odd = own.filter(number__in=[1, 3])
        odd_codes = {task.code for task in self.tasks if task.number in (1, 3)}
        unit = self.units[1]
        filters = [
            (own, None, None, None),
            (odd, odd_codes, None, None),
            (own, None, [unit.pk], {unit.code}),
            (odd, odd_codes, [unit.pk], {unit.code}),
        ]
        for day in self.days(most=6):
            for queryset, codes, units, unit_codes in filters:
                state = overview(queryset, as_of=day, units=units)
                counts = self.reckoning.count(day, tasks=codes, units=unit_codes)
                buckets = state.buckets
                assert buckets.overdue == counts[0]
                assert buckets.behind == counts[1]
                assert buckets.on_schedule == counts[2] + counts[3]
                assert buckets.completed == counts[4] + counts[5]
                assert buckets.closed == counts[5]
                assert buckets.total == sum(counts)
                for line in state.by_unit if units is None else ():
                    below = {line.unit.code} if line.unit.parent_id else None
                    counts = self.reckoning.count(day, tasks=codes, units=below)
                    assert [line.buckets.count(word) for word in type(line.tasks[0][1])] == counts

    def compare_present(self):
        """The columns of today say the same as the reckoning of today."""
        for code, name, pk in self.parts:
            facts = self.reckoning.part(code, name, self.today)
            if facts is not None:
                row = Assignment.objects.get(pk=pk)
                assert row.removed_on is None
                present = (row.percent, row.completed_on, row.closed_on, row.completion_reported_on)
                reported = facts["reported"] or facts["completed"]
                assert present == (facts["percent"], facts["completed"], facts["closed"], reported)
        for task in Task.objects.filter(pk__in=[task.pk for task in self.tasks]):
            facts = self.reckoning.task(task.code, self.today)
            if facts is not None:
                assert (task.due_on, task.percent) == (facts["due"], int(facts["percent"]))
                assert bool(task.completed_on) == (facts["shown"] >= 4)
                assert bool(task.closed_on) == (facts["shown"] == 5)

    def keep_answers(self):
        """Write down what the product answers now, to be asked again when more is known."""
        answers = {day: self.of_parts(day) for day in self.days(most=5)}
        self.noted.append((self.at, self.order, answers))

    def compare_kept_answers(self):
        for known_at, order, answers in self.noted:
            for day, answer in answers.items():
                assert self.of_parts(day, known_at) == answer
                assert self.parts_reckoned(day, order) == answer


@pytest.fixture
def place(db):
    city = factories.city()
    units = [factories.make_unit(f"第{number}县", city, f"u{number}") for number in range(3)]
    factories.bureau()
    return units, factories.make_user(Role.OFFICE, city)


@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(
    first=st.integers(0, 100),
    steps=st.lists(STEPS, min_size=6, max_size=22),
    basis=st.sampled_from(["confirmed", "confirmed", "reported"]),
)
def test_random_histories_come_out_as_the_slow_reckoning_has_them(place, first, steps, basis):
    with transaction.atomic():
        history = History(place, basis)
        history.take(Step("enter", size=first, part=first, passes=0))
        for number, step in enumerate(steps, start=1):
            history.take(step)
            if number % 7 == 0:
                history.keep_answers()
        history.compare_parts()
        history.compare_tasks()
        history.compare_buckets()
        history.compare_present()
        history.compare_kept_answers()
        assert list(Check().faults()) == []
        transaction.set_rollback(True)


FULL_LIFE = [
    Step("enter", size=2, part=0, passes=0),
    Step("enter", size=10, part=2, passes=0),
    Step("issue", task=1, passes=2),
    Step("acknowledge", task=0, passes=1),
    Step("report", task=0, size=40, passes=3),
    Step("report", task=0, size=20, passes=2),
    Step("return report", task=0, passes=1),
    Step("accept report", task=0, passes=1),
    Step("call", size=4, passes=1),
    Step("judge", task=0, size=1, passes=2),
    Step("add unit", task=0, size=1, passes=1),
    Step("report completion", task=0, part=0, passes=1),
    Step("return completion", task=0, part=0, passes=1),
    Step("report", task=0, part=1, size=70, back=1, passes=3),
    Step("complete", task=0, part=0, back=1, passes=2),
    Step("complete", task=0, part=1, passes=0),
    Step("reopen", task=0, part=1, size=99, passes=4),
    Step("remove unit", task=0, part=1, passes=5),
    Step("extend", task=1, size=100, passes=1),
    Step("correct", task=1, size=90, passes=1),
    Step("report", task=1, part=2, size=55, back=8, passes=9),
    Step("annul", size=0, passes=1),
    Step("merge", task=1, size=0, passes=2),
    Step("annul", size=0, passes=1),
    Step("withdraw", task=1, passes=1),
]


def test_a_history_with_every_kind_of_step_comes_out_as_the_slow_reckoning_has_it(place):
    history = History(place, "confirmed")
    for step in FULL_LIFE:
        assert history.take(step), step
        history.keep_answers()
    assert set(history.accepted) == set(WEIGHTS)
    history.compare_parts()
    history.compare_tasks()
    history.compare_buckets()
    history.compare_present()
    history.compare_kept_answers()
    assert list(Check().faults()) == []
