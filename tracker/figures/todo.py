"""What waits for one person today (我的待办): each thing once, with its day and where it is done.

Unit staff sign for new tasks, answer the last call of each inspection, and mend what came back;
the office and the acceptance units confirm, judge, accept and close. What waits for somebody else
is not here, whatever may be seen of it elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tracker import access
from tracker.choices import AssignmentStatus, ClosureStage, EventKind, ObjectionState, Role
from tracker.choices import ReportStatus as Report
from tracker.figures import extensions, lookbacks, standing
from tracker.figures.closed_parts import left_to_do
from tracker.figures.closures import STOPPED
from tracker.figures.reports import to_mend
from tracker.figures.rounds import with_counts
from tracker.models import (
    Assignment,
    Closure,
    DispatchRound,
    Event,
    ExtensionRequest,
    ImportBatch,
    Inspection,
    LookBackPlan,
    Objection,
    ProgressReport,
    Question,
    User,
)


class Act(StrEnum):
    """What is to be done, in the order in which the page has it."""

    MEND = "mend"
    MEND_REPORT = "mend_report"
    MEND_CLOSURE = "mend_closure"
    SIGN_REPORT = "sign_report"
    REVIEW_REPORT = "review_report"
    ANSWER = "answer"
    SIGN = "sign"
    REPORT = "report"
    GO_ON = "go_on"
    CONFIRM = "confirm"
    PRE_ACCEPT = "pre_accept"
    TAKE = "take"
    DECIDE = "decide"
    PUBLISH = "publish"
    SETTLE = "settle"
    CLOSE = "close"
    JUDGE = "judge"
    DECIDE_EXTENSION = "decide_extension"
    CONFIRM_STANDING = "confirm_standing"
    LOOK_BACK = "look_back"
    CHASE_STANDING = "chase_standing"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: about a part of a task, a closure, a call or a list; due on a day or not."""

    act: Act
    subject: (
        Assignment
        | Closure
        | DispatchRound
        | ExtensionRequest
        | ImportBatch
        | Inspection
        | LookBackPlan
        | Objection
        | ProgressReport
        | Question
    )
    due_on: date | None = None
    count: int = 1
    round_name: str = ""

    @property
    def part(self) -> Assignment | None:
        """The part of a task that it is about, if it is about one."""
        if isinstance(self.subject, Objection):
            return self.subject.notice.closure.assignment
        if isinstance(self.subject, Question):
            return self.subject.part
        if isinstance(self.subject, Closure | ExtensionRequest | ProgressReport):
            return self.subject.assignment
        return self.subject if isinstance(self.subject, Assignment) else None


@dataclass(frozen=True, slots=True)
class ToDo:
    """Everything that waits for a person on ``day``."""

    day: date
    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def overdue(self) -> tuple[Item, ...]:
        return self._due(lambda due_on: due_on < self.day)

    @property
    def today(self) -> tuple[Item, ...]:
        return self._due(lambda due_on: due_on == self.day)

    @property
    def later(self) -> tuple[Item, ...]:
        """What has more time, or no day at all."""
        return tuple(i for i in self.items if i.due_on is None or i.due_on > self.day)

    def _due(self, matches: Callable[[date], bool]) -> tuple[Item, ...]:
        return tuple(i for i in self.items if i.due_on is not None and matches(i.due_on))


def to_do(user: User, *, day: date) -> ToDo:
    """What waits for ``user``: the overdue first, then by what it is, by day and by task."""
    reports = _reports(user)
    items = [
        *_of_unit(user, day, reports),
        *_questions(user),
        *_to_pass_on(user, reports),
        *_to_confirm(user),
        *_of_closures(user, day),
        *_to_judge(user, day),
        *_of_deadlines(user, day),
        *_to_look_back(user, day),
        *_lists(user),
    ]
    order = list(Act)
    items.sort(key=lambda item: (order.index(item.act), item.due_on or date.max, _key(item)))
    return ToDo(day, tuple(items))


def _key(item: Item) -> tuple[str, int, str]:
    if isinstance(item.subject, Question):
        return (item.subject.task.inspection.code, item.subject.task.number, "")
    part = item.part
    if part is None:
        return ("", item.subject.pk, "")
    return (part.task.inspection.code, part.task.number, part.unit.code)


def _parts(parts: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return (
        parts.filter(removed_on=None, task__is_annulled=False, task__left_on=None)
        .select_related("task__inspection", "unit")
        .order_by("task__inspection__code", "task__number", "unit__code")
    )


def _last_calls(day: date) -> dict[int, DispatchRound]:
    """The last call of each inspection whose period has begun by ``day``."""
    calls = DispatchRound.objects.filter(period_from__lte=day).select_related("inspection")
    return {call.inspection_id: call for call in calls.order_by("period_from", "pk")}


def _of_unit(user: User, day: date, reports: Sequence[ProgressReport]) -> Iterator[Item]:
    """What the editors and heads of a unit sign for, report and mend."""
    own = access.scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD)
    if not own:
        return
    calls = _last_calls(day)
    about_completion = Event.objects.standing().filter(
        assignment=OuterRef("pk"),
        kind__in=(
            EventKind.COMPLETION_REPORTED,
            EventKind.COMPLETION_RETURNED,
            EventKind.COMPLETED,
            EventKind.REOPENED,
        ),
    )
    last = about_completion.order_by("-effective_on", "-sequence").values("kind")[:1]
    open_parts = Assignment.objects.filter(
        unit__in=own,
        completed_on=None,
        status__in=(AssignmentStatus.ISSUED, AssignmentStatus.IN_PROGRESS),
    )
    begun = {report.assignment_id for report in reports if report.status == Report.DRAFT}
    inside = {report.assignment_id for report in reports if report.status in Report.waiting()}
    back = {
        report.assignment_id
        for report in reports
        if report.status == Report.RETURNED or report.sent_back_by_id is not None
    }
    for part in _parts(open_parts).annotate(last_said=Subquery(last)):
        if part.last_said == EventKind.COMPLETION_RETURNED:
            yield Item(Act.MEND, part)
        if part.status == AssignmentStatus.ISSUED:
            yield Item(Act.SIGN, part)
        call = calls.get(part.task.inspection_id)
        act = Act.GO_ON if part.pk in begun else Act.REPORT
        if part.pk in back and part.completion_reported_on is None:
            act = Act.MEND_REPORT
        if part.pk in inside:
            continue
        if call is not None and _is_asked(part, call):
            yield Item(act, part, due_on=call.due_on, round_name=call.name)
        elif act != Act.REPORT:
            yield Item(act, part)
    yield from _returned_closures(own)


def _reports(user: User) -> Sequence[ProgressReport]:
    """A person's drafts, what came back to their units, and what waits there or in the county.

    What waits is passed on or sent back even when the part was taken from its unit meanwhile.
    """
    scope = access.scope_of(user)
    own = scope.ids(Role.UNIT_EDITOR, Role.UNIT_HEAD)
    passing = scope.ids(Role.UNIT_HEAD, Role.OFFICE)
    if not own and not passing:
        return ()
    rows = ProgressReport.objects.filter(
        Q(status=Report.DRAFT, author=user)
        | Q(status__in=Report.waiting(), assignment__unit__in=own | passing)
        | Q(pk__in=to_mend().values("pk"), assignment__unit__in=own),
        Q(status__in=Report.waiting()) | Q(assignment__removed_on=None),
        assignment__task__is_annulled=False,
    )
    return list(rows.select_related("assignment__task__inspection", "assignment__unit", "round"))


def _to_pass_on(user: User, reports: Iterable[ProgressReport]) -> Iterator[Item]:
    """Reports that wait for the head of the unit, and for the office of the county."""
    stops = {
        Report.TO_SIGN.value: (Act.SIGN_REPORT, access.signed_by_me),
        Report.TO_REVIEW.value: (Act.REVIEW_REPORT, access.reviewed_by_me),
    }
    for report in reports:
        if report.status not in stops:
            continue
        act, units_of = stops[report.status]
        if report.assignment.unit_id in units_of(user):
            due_on, name = (report.round.due_on, report.round.name) if report.round else (None, "")
            yield Item(act, report, due_on=due_on, round_name=name)


def _is_asked(part: Assignment, call: DispatchRound) -> bool:
    """Whether a call asks about an open part, and waits for its report."""
    if part.task.issued_on is None or max(part.task.issued_on, part.added_on) > call.period_to:
        return False
    return part.last_report_on is None or part.last_report_on < call.period_from


def _returned_closures(own: Iterable[int]) -> Iterator[Item]:
    """Attempts that came back, while the part is neither applied for again nor closed."""
    newer = Closure.objects.filter(assignment=OuterRef("assignment")).order_by("-pk").values("pk")
    back = Closure.objects.filter(
        pk=Subquery(newer[:1]),
        stage__in=STOPPED,
        assignment__status=AssignmentStatus.IN_PROGRESS,
    )
    for closure in _closures(back.filter(assignment__unit__in=own)):
        yield Item(Act.MEND_CLOSURE, closure)


def _closures(closures: QuerySet[Closure]) -> QuerySet[Closure]:
    held = closures.filter(assignment__in=_held())
    return held.select_related("assignment__task__inspection", "assignment__unit", "notice")


def _held() -> QuerySet[Assignment]:
    """The parts of tasks on the list, with the units that answer for them now."""
    return Assignment.objects.current().filter(task__is_annulled=False, task__left_on=None)


def _questions(user: User) -> Iterator[Item]:
    """What is asked of the person's unit or office, or mentions the person, and nobody answered."""
    rows = access.awaiting_questions(user).select_related(
        "author", "task__inspection", "part__task__inspection", "part__unit"
    )
    for question in rows.order_by("written_at", "pk"):
        yield Item(Act.ANSWER, question)


def _to_confirm(user: User) -> Iterator[Item]:
    """Completions that units reported, for those who confirm or return them."""
    waiting = Assignment.objects.filter(
        task__in=access.confirmable_tasks(user),
        completion_reported_on__isnull=False,
        completed_on=None,
    )
    for part in _parts(waiting):
        yield Item(Act.CONFIRM, part)


def _of_closures(user: User, day: date) -> Iterator[Item]:
    """What acceptance and office do next about attempts under way."""
    offices = access.county_offices(user)
    first = Closure.objects.filter(stage=ClosureStage.APPLIED, county__in=offices)
    for closure in _closures(first) if offices else ():
        if access.may_pre_accept(user, closure):
            yield Item(Act.PRE_ACCEPT, closure)
    to_accept = {
        ClosureStage.APPLIED.value: Act.TAKE,
        ClosureStage.PRE_ACCEPTED.value: Act.TAKE,
        ClosureStage.UNDER_ACCEPTANCE.value: Act.DECIDE,
    }
    waiting = Closure.objects.filter(
        stage__in=to_accept, assignment__task__in=access.confirmable_tasks(user)
    )
    for closure in _closures(waiting):
        if access.may_accept(user, closure) and not access.waits_for_county(closure):
            yield Item(to_accept[closure.stage], closure)
    own = access.runnable_tasks(user)
    passed = Closure.objects.filter(
        Q(stage=ClosureStage.PASSED) | Q(stage=ClosureStage.IN_NOTICE, notice__ends_on__lt=day),
        assignment__task__in=own,
    )
    for closure in _closures(passed.exclude(notice__objections__state=ObjectionState.OPEN)):
        is_over = closure.stage == ClosureStage.IN_NOTICE
        yield Item(Act.CLOSE if is_over else Act.PUBLISH, closure)
    objections = Objection.objects.open().filter(
        notice__closure__stage=ClosureStage.IN_NOTICE,
        notice__closure__assignment__task__in=own,
        notice__closure__assignment__in=_held(),
    )
    for objection in objections.select_related(
        "notice__closure__assignment__task__inspection", "notice__closure__assignment__unit"
    ):
        yield Item(Act.SETTLE, objection, due_on=objection.notice.ends_on)


def _to_judge(user: User, day: date) -> Iterator[Item]:
    """Calls whose reports are due and whose parts are not all judged."""
    if not access.may_judge_some(user):
        return
    calls = _last_calls(day)
    due = [call.pk for call in calls.values() if call.due_on < day]
    rows: Iterable[Any] = with_counts(
        DispatchRound.objects.filter(pk__in=due).select_related("inspection"),
        access.judgeable_tasks(user),
        as_of=day,
    )
    for call in rows:
        if call.asked > call.judged:
            yield Item(Act.JUDGE, call, count=call.asked - call.judged)


def _lists(user: User) -> Iterator[Item]:
    """Lists that the person handed in and neither confirmed nor discarded."""
    if not access.may_run_list(user):
        return
    for batch in ImportBatch.objects.filter(
        uploaded_by=user, confirmed_at=None, discarded_at=None
    ).select_related("inspection"):
        yield Item(Act.IMPORT, batch)


def _of_deadlines(user: User, day: date) -> Iterator[Item]:
    """Extensions to be decided, and standing results to be confirmed."""
    for request in extensions.to_decide(user):
        yield Item(Act.DECIDE_EXTENSION, request, due_on=request.old_due_on)
    for row in standing.to_confirm(user, day):
        yield Item(Act.CONFIRM_STANDING, row.part, due_on=row.due_on, round_name=f"{row.year}")


def _to_look_back(user: User, day: date) -> Iterator[Item]:
    """What is left to do about closed parts, for those who check them again.

    A follow-up has a day from which it is due and none by which.
    """
    if not access.may_plan_lookbacks(user):
        for plan, count in lookbacks.planned_checks(user).items():
            yield Item(Act.LOOK_BACK, plan, due_on=plan.due_on, count=count)
        return
    left = left_to_do(user, day)
    for plan, count in left.planned.items():
        yield Item(Act.LOOK_BACK, plan, due_on=plan.due_on, count=count)
    for inspection, count in left.follow_ups.items():
        yield Item(Act.LOOK_BACK, inspection, count=count)
    for part in left.gone:
        yield Item(Act.LOOK_BACK, part)
    for inspection, (count, due_on) in left.overdue.items():
        yield Item(Act.CHASE_STANDING, inspection, due_on=due_on, count=count)
