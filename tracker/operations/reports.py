"""What becomes of a report before it counts: signed in the unit, reviewed by the county, entered.

While a report waits the record knows nothing of it; where it waits, and who let it pass, is said
by its own row. The entry is made when it leaves the last stop, for the day on which its author
reported.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind, NotificationKind, ReportStatus
from tracker.figures.reports import percent_on
from tracker.models import (
    Assignment,
    Inspection,
    Measure,
    ProgressReport,
    Task,
    Unit,
    User,
)
from tracker.operations import notifications, record
from tracker.operations.assignments import lock_assignment, step
from tracker.operations.derived import rules_of
from tracker.operations.measures import complete_measures
from tracker.rules.record import Fact, fold
from tracker.rules.reports import gaps, next_stop


def refuse_gaps(values: Mapping[str, Any], *, before: int) -> None:
    """Refuse a report that is not whole, each sentence at its field."""
    refuse_bad_percent(values["percent"])
    if found := gaps(values, before=before):
        raise ValidationError(dict(found))


def refuse_bad_percent(percent: int) -> None:
    """Refuse what is no percentage."""
    if not 0 <= percent <= 100:
        raise ValidationError({"percent": _("Progress is a whole number from 0 to 100.")})


def draft_that_says(
    assignment: Assignment,
    author: User,
    values: Mapping[str, Any],
    measures: Iterable[Measure] | None,
) -> ProgressReport | None:
    """The draft of a person, if it says all this already."""
    draft = ProgressReport.objects.filter(
        assignment=assignment, author=author, status=ReportStatus.DRAFT
    ).first()
    if draft is None or any(getattr(draft, name) != value for name, value in values.items()):
        return None
    if measures is not None and {row.pk for row in measures} != set(
        draft.measures_done.values_list("pk", flat=True)
    ):
        return None
    return draft


def own_draft(assignment: Assignment, author: User, *, version: int | None) -> ProgressReport:
    """The draft of a person for a locked part, or a new one, at the version it is saved with next.

    Refused when it was saved in another window since ``version``.
    """
    draft = ProgressReport.objects.filter(
        assignment=assignment, author=author, status=ReportStatus.DRAFT
    ).first()
    if version is not None and version != (draft.version if draft else 0):
        raise _moved(draft)
    if draft is None:
        return ProgressReport(assignment=assignment, author=author, percent=assignment.percent)
    draft.version += 1
    return draft


def _moved(draft: ProgressReport | None) -> ValidationError:
    if draft is None or draft.saved_at is None:
        return ValidationError(
            _(
                "The draft was sent, or sent back, in another window. What is written here was not"
                " saved over it. Open the task and look first; saving again keeps what is here."
            ),
            code="draft_moved",
        )
    return ValidationError(
        _(
            "A newer draft was saved in another window at %(time)s. What is written here was not"
            " saved over it; saving again replaces it."
        ),
        code="draft_moved",
        params={"time": f"{make_naive(draft.saved_at):%H:%M}"},
    )


def stop_after(report: ProgressReport, task: Task, actor: User) -> ReportStatus:
    """Where a report waits next when ``actor`` lets it go on."""
    part = report.assignment
    return next_stop(
        report.status,
        signed=task.inspection.reports_signed,
        reviewed=is_reviewed(task.inspection, part.unit),
        may_sign=access.may_sign(actor, part),
        may_review=access.may_review(actor, part),
    )


def is_reviewed(inspection: Inspection, unit: Unit) -> bool:
    """Whether reports of a unit are reviewed by its county: those of a unit below one."""
    if not inspection.county_reviews:
        return False
    county = unit.county
    return county is not None and county != unit


def move_on(
    report: ProgressReport, task: Task, assignment: Assignment, *, actor: User, at: datetime
) -> None:
    """Let the report of a locked part go to its next stop, or into the record from the last."""
    assignment.task = task
    report.assignment = assignment
    stop = stop_after(report, task, actor)
    if stop == ReportStatus.SUBMITTED:
        _enter(report, task, assignment, actor=actor, at=at)
        return
    if report.status == ReportStatus.DRAFT:
        refuse_beside_waiting(assignment)
    refuse_impossible([report], at=at)
    report.status = stop
    report.save(update_fields=["status", "signed_by", "reviewed_by", "version"])
    tell_of_waiting(report, task, at=at)


def refuse_impossible(reports: Sequence[ProgressReport], *, at: datetime) -> None:
    """Refuse reports that could not be entered now: what waits must be able to go on."""
    facts = record.facts_of({report.assignment.task_id for report in reports})
    for report in reports:
        record.refuse_future(report.reported_on, at)
        part = report.assignment
        own = facts[part.task_id]
        said = Fact(
            max((fact.sequence for fact in own), default=0) + 1,
            EventKind.REPORTED,
            report.reported_on,
            part.pk,
            {
                "percent": report.percent,
                "quantity_done": report.quantity_done,
                "quantity_target": part.task.quantity_target,
            },
        )
        fold([*own, said], assignment=part.pk, rules=rules_of(part.task))


def refuse_beside_waiting(assignment: Assignment, **of: Any) -> None:
    """Refuse another report of a part, or a draft of the same author, while one waits."""
    waiting = ProgressReport.objects.waiting().filter(assignment=assignment, **of)
    other = waiting.select_related("author").first()
    if other is not None:
        raise ValidationError(
            _(
                "A report of %(day)s by %(who)s is %(state)s. It goes on, comes back or is"
                " withdrawn before another one is written."
            ),
            code="one_waiting",
            params={
                "day": other.reported_on.isoformat(),
                "who": other.author,
                "state": other.get_status_display(),
            },
        )


def let_wait(reports: Sequence[ProgressReport], *, at: datetime) -> None:
    """Keep new reports of a workbook at their stops, and tell the people there."""
    ahead = ProgressReport.objects.waiting().filter(
        assignment__in=[report.assignment_id for report in reports]
    )
    for other in ahead.select_related("assignment__task", "assignment__unit", "author")[:1]:
        raise ValidationError(
            _(
                "%(unit)s, task %(task)s: a report of %(day)s by %(who)s is %(state)s. It goes on"
                " or comes back first; nothing was entered."
            ),
            code="one_waiting",
            params={
                "unit": other.assignment.unit,
                "task": other.assignment.task.number_printed or other.assignment.task.number,
                "day": other.reported_on.isoformat(),
                "who": other.author,
                "state": other.get_status_display(),
            },
        )
    refuse_impossible(reports, at=at)
    ProgressReport.objects.bulk_create(reports)
    for report in reports:
        tell_of_waiting(report, report.assignment.task, at=at)


def _enter(
    report: ProgressReport, task: Task, assignment: Assignment, *, actor: User, at: datetime
) -> None:
    """Append the entry of a report for its author's day, and tick its measures off."""
    day, before = report.reported_on, percent_on(assignment, report.reported_on)
    refuse_gaps(vars(report), before=before)
    facts: dict[str, Any] = {"percent": report.percent, "quantity_done": report.quantity_done}
    report.event = step(
        task,
        assignment,
        EventKind.REPORTED,
        actor=actor,
        on=day,
        at=at,
        before={"percent": before},
        after={
            **facts,
            "quantity_target": task.quantity_target,
            **_hands(report),
            **source_of(report),
        },
        note=report.text,
    )
    report.percent_before = before
    report.status = ReportStatus.SUBMITTED
    report.save(
        update_fields=[
            *("event", "percent_before", "status", "signed_by", "reviewed_by", "version"),
        ]
    )
    report.evidence.filter(step=None).update(step=report.event)
    complete_measures(task, report.measures_done.all(), actor=actor, on=day, at=at)


def _hands(report: ProgressReport) -> dict[str, str]:
    """Through whose hands a report went, where there were several."""
    people = {"signer": report.signed_by, "reviewer": report.reviewed_by}
    found = {name: str(person) for name, person in people.items() if person is not None}
    return {"author": str(report.author), **found} if found else {}


def source_of(report: ProgressReport) -> dict[str, str]:
    """The workbook and the row that a report came in, if it came in one."""
    if report.file is None:
        return {}
    rows = [row for row in report.file.rows if row["assignment"] == report.assignment_id]
    return {
        "file": report.file.name,
        "sha256": report.file.sha256,
        "row": ", ".join(f"{row['sheet']}!{row['row']}" for row in rows),
    }


def lock_report(report_id: int) -> tuple[Task, ProgressReport]:
    """A report with its part and task, locked."""
    rows = ProgressReport.objects.values_list("assignment_id", flat=True)
    task, assignment = lock_assignment(rows.get(pk=report_id))
    assignment.task = task
    report = ProgressReport.objects.select_related(
        "author", "signed_by", "reviewed_by", "file", "event__actor", "decision__actor"
    ).get(pk=report_id)
    report.assignment = assignment
    return task, report


def refuse_not_there(report: ProgressReport, *states: ReportStatus) -> None:
    """Refuse what was decided, or taken away, since somebody looked at it."""
    if report.status in states:
        return
    decision = report.decision or report.event
    who = (decision and decision.actor) or report.signed_by or report.author
    raise ValidationError(
        _("The report is “%(state)s” by now (%(who)s). Nothing was done twice."),
        code="not_there",
        params={"state": report.get_status_display(), "who": who},
    )


def tell_of_waiting(report: ProgressReport, task: Task, *, at: datetime) -> None:
    """Tell the people at its stop that a report waits for them."""
    signs = report.status == ReportStatus.TO_SIGN
    kind = NotificationKind.TO_SIGN if signs else NotificationKind.TO_REVIEW
    what = "sign" if signs else "review"
    for person in access.people_at_stop(report, make_naive(at).date()):
        notifications.tell(
            person,
            kind,
            key=f"report-{report.pk}-{what}-{report.version}",
            details={
                "task": f"{task.code} {task.title}",
                "unit": report.assignment.unit.label,
            },
            url=report.get_absolute_url(),
            at=at,
        )
