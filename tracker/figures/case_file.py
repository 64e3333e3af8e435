"""The whole file of one task on a day (一案一档), as far as one person may see it.

What is asked and answered about a task, and what the program asks those who judge, is not part of
it. Files of what was annulled are left out, as are those of reports that are not sent yet.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils.timezone import make_naive

from tracker import access
from tracker.choices import ClosureStage, EventKind, PhotoKind
from tracker.figures.objections import as_readable
from tracker.figures.one_task import OneTask, one_task
from tracker.figures.record import HIDDEN, Change, changes_of, delta_of, note_of, title_of
from tracker.models import (
    Closure,
    DeadlineChange,
    Event,
    Evidence,
    LookBack,
    Measure,
    Milestone,
    Objection,
    ProgressReport,
    Task,
    Unit,
)
from tracker.rules.personal import masked_number
from tracker.rules.photos import pairs

__all__ = ["CaseFile", "Entry", "case_file", "visible_with_all"]


@dataclass(frozen=True)
class Entry:
    """One entry of the record with its words."""

    event: Event
    title: str
    note: str
    delta: str
    changes: Sequence[Change]

    @property
    def annulment(self) -> Event | None:
        return getattr(self.event, "annulment", None)


@dataclass(frozen=True)
class CaseFile:
    """A task with everything that was said, sent and decided about it by ``as_of``.

    All lists run from the oldest to the newest.
    """

    task: Task
    as_of: date
    now: OneTask
    deadline: str
    supporting: Sequence[Unit]
    measures: Sequence[Measure]
    milestones: Sequence[Milestone]
    extensions: Sequence[DeadlineChange]
    reports: Sequence[ProgressReport]
    files: Sequence[Evidence]
    closures: Sequence[Closure]
    lookbacks: Sequence[LookBack]
    entries: Sequence[Entry]
    files_of_closure: Mapping[int, Sequence[Evidence]]
    files_of_lookback: Mapping[int, Sequence[Evidence]]

    @property
    def reports_by_unit(self) -> Mapping[Unit, Sequence[ProgressReport]]:
        """The reports of each unit, in the order in which the units first reported."""
        found: dict[Unit, list[ProgressReport]] = {}
        for report in self.reports:
            found.setdefault(report.assignment.unit, []).append(report)
        return found

    @property
    def photo_pairs(self) -> Sequence[tuple[Evidence | None, Evidence | None]]:
        """Photos from before and after rectification, side by side."""
        photos = [file for file in self.files if file.photo_kind]
        before = [photo for photo in photos if photo.photo_kind == PhotoKind.BEFORE]
        return pairs(before, [photo for photo in photos if photo not in before])

    @property
    def objections(self) -> Sequence[Objection]:
        """The objections to the public notices that had begun, without those taken back."""
        return [
            row
            for closure in self.closures
            if closure.standing_notice and closure.notice.begins_on <= self.as_of
            for row in closure.notice.objections.all()
        ]

    @property
    def size(self) -> int:
        """How many bytes the files take."""
        return sum(file.size for file in self.files)


def visible_with_all(user: Any) -> QuerySet[Task]:
    """The tasks ``user`` may know of, each with what the first sheet of its file says."""
    return access.visible_tasks(user).select_related(
        *("inspection", "issue__medium", "issue__source"),
        *("supervising_unit", "acceptance_unit", "merged_into"),
    )


def case_file(user: Any, task: Task, as_of: date) -> CaseFile:
    """The file of a task that ``user`` may see; in as many queries for any task.

    Telephone numbers are masked for who may not read them, and how to reach a citizen is left out.
    """
    measures = task.measures.filter(is_annulled=False).select_related("unit")
    milestones = task.milestones.filter(is_annulled=False).order_by("due_on", "pk")
    events = _events(task, as_of)
    files, of_closure, of_lookback = _files(user, task, as_of)
    extensions = [
        event.deadline_change
        for event in events
        if event.kind == EventKind.EXTENDED and not hasattr(event, "annulment")
    ]
    later = [change for change in extensions if change.decided_on > as_of]
    then = [event for event in events if event.effective_on <= as_of]
    return CaseFile(
        task=task,
        as_of=as_of,
        now=one_task(task, as_of=as_of),
        deadline=later[0].old_text if later else task.deadline_text,
        supporting=list(task.supporting_units.all()),
        measures=[_by_then(row, "completed_on", as_of) for row in measures.order_by("number")],
        milestones=[_by_then(row, "reached_on", as_of) for row in milestones],
        extensions=[change for change in extensions if change.decided_on <= as_of],
        reports=[_readable(event.report, user, task) for event in then if event.reports_then],
        files=files,
        closures=_closures(user, task, as_of),
        lookbacks=[
            event.lookback
            for event in then
            if hasattr(event, "lookback") and not hasattr(event, "annulment")
        ],
        entries=[_entry(event) for event in then if event.kind not in HIDDEN],
        files_of_closure=of_closure,
        files_of_lookback=of_lookback,
    )


Row = TypeVar("Row", Measure, Milestone)


def _by_then(row: Row, name: str, as_of: date) -> Row:
    """A row without what had not happened by the day."""
    day = getattr(row, name)
    if day and day > as_of:
        setattr(row, name, None)
    return row


def _events(task: Task, as_of: date) -> Sequence[Any]:
    """All entries about a task, with the reports, checks and extensions that they are about."""
    counted = ProgressReport.objects.standing(as_of).filter(event=OuterRef("pk"))
    rows = task.events.annotate(reports_then=Exists(counted)).select_related(
        *("actor", "unit", "assignment", "annulment__actor", "deadline_change"),
        *("report__assignment__unit", "report__author", "report__round"),
        *("lookback__assignment__unit", "lookback__recorded_by"),
    )
    return list(rows.in_order())


def _readable(report: ProgressReport, user: Any, task: Task) -> ProgressReport:
    report.assignment.task = task
    if not access.may_read_contact(user, report.assignment):
        report.contact_phone = masked_number(report.contact_phone)
    return report


def _entry(event: Event) -> Entry:
    return Entry(event, title_of(event), note_of(event), delta_of(event), list(changes_of(event)))


def _files(
    user: Any, task: Task, as_of: date
) -> tuple[Sequence[Evidence], Mapping[int, Sequence[Evidence]], Mapping[int, Sequence[Evidence]]]:
    """The files attached by the day, and those that each closure and each look-back rests on."""
    rows = (
        access.recorded_evidence(user)
        .filter(task=task)
        .annotate(of_closure=F("closures"), of_lookback=F("lookbacks"))
        .select_related("uploaded_by")
        .order_by("pk", "of_closure", "of_lookback")
    )
    files: dict[int, Evidence] = {}
    of_closure: dict[int, dict[int, Evidence]] = defaultdict(dict)
    of_lookback: dict[int, dict[int, Evidence]] = defaultdict(dict)
    for row in rows:
        if make_naive(row.uploaded_at).date() > as_of:
            continue
        file = files.setdefault(row.pk, row)
        if row.of_closure:
            of_closure[row.of_closure][file.pk] = file
        if row.of_lookback:
            of_lookback[row.of_lookback][file.pk] = file
    return (
        list(files.values()),
        {pk: list(found.values()) for pk, found in of_closure.items()},
        {pk: list(found.values()) for pk, found in of_lookback.items()},
    )


def _closures(user: Any, task: Task, as_of: date) -> Sequence[Closure]:
    """The attempts at closure by the day, without those that were taken back."""
    received = Objection.objects.standing().filter(received_on__lte=as_of)
    rows = (
        Closure.objects.filter(assignment__task=task, applied_on__lte=as_of)
        .exclude(stage=ClosureStage.CANCELLED)
        .select_related("assignment__unit", "notice", "county")
        .prefetch_related(
            "answers",
            Prefetch("notice__objections", received.order_by("received_on", "pk")),
        )
        .order_by("applied_on", "pk")
    )
    found = list(rows)
    units = {closure.assignment.unit_id for closure in found}
    read_whole = access.read_objections_of(user, task, units)
    for closure in found:
        closure.assignment.task = task
        notice = closure.standing_notice
        if notice:
            whole = closure.assignment.unit_id in read_whole
            as_readable(notice.objections.all(), whole=whole)
    return found
