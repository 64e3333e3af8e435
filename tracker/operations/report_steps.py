"""Deciding on a report: signing and reviewing it on its way, then receiving or returning it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind, ReportStatus, Role
from tracker.models import Event, Handover, ProgressReport, Task, User
from tracker.operations import record
from tracker.operations.assignments import step
from tracker.operations.reports import lock_report, move_on, refuse_not_there

Status = ReportStatus


@transaction.atomic
def sign_report(
    *, actor: User, report_id: int, version: int | None = None, at: datetime
) -> ProgressReport:
    """Sign a report for the unit (签发): it goes to the county, or into the record."""
    task, report = lock_report(report_id)
    access.require(access.may_sign(actor, report.assignment))
    refuse_not_there(report, Status.TO_SIGN)
    _refuse_stale(report, version)
    report.signed_by = actor
    report.version += 1
    move_on(report, task, report.assignment, actor=actor, at=at)
    return report


@transaction.atomic
def review_report(
    *, actor: User, report_id: int, version: int | None = None, at: datetime
) -> ProgressReport:
    """Pass a report on for the county (县级初审): it goes into the record."""
    task, report = lock_report(report_id)
    access.require(access.may_review(actor, report.assignment))
    refuse_not_there(report, Status.TO_REVIEW)
    _refuse_stale(report, version)
    report.reviewed_by = actor
    report.version += 1
    move_on(report, task, report.assignment, actor=actor, at=at)
    return report


@transaction.atomic
def send_back(
    *, actor: User, report_id: int, version: int | None = None, reason: str
) -> ProgressReport:
    """Send a waiting report back to its author, with the reason; it is a draft again.

    Where the author reports for the unit no longer, it becomes the draft of whoever does.
    """
    _task, report = lock_report(report_id)
    at_stop = {Status.TO_SIGN: access.may_sign, Status.TO_REVIEW: access.may_review}
    asked = at_stop.get(Status(report.status), access.may_sign)
    access.require(asked(actor, report.assignment))
    refuse_not_there(report, *at_stop)
    _refuse_stale(report, version)
    if not reason.strip():
        raise ValidationError({"note": _("Say what is missing, so that the author can mend it.")})
    report.sent_back_by, report.sent_back_reason = actor, reason.strip()
    report.author = _author_now(report, actor)
    return _to_draft(report)


def _author_now(report: ProgressReport, actor: User) -> User:
    """Who mends a report that is sent back: its author while they report for the unit.

    Else it is to whom their work was handed over, or somebody of the unit itself, or who sends it
    back. Whoever has a draft about the part keeps that one and is passed over.
    """
    part, author = report.assignment, report.author

    def reports(person: User) -> bool:
        person.today = actor.today
        return access.may_report(person, part)

    if reports(author):
        return author
    handed = Handover.objects.filter(from_person=author).order_by("-pk")
    staff = User.objects.filter(
        memberships__unit=part.unit_id, memberships__role__in=(Role.UNIT_EDITOR, Role.UNIT_HEAD)
    )
    drafts = ProgressReport.objects.filter(assignment=part, status=Status.DRAFT)
    busy = set(drafts.values_list("author_id", flat=True))
    successors = [row.to_person for row in handed.select_related("to_person")]
    for person in (*successors, *staff.order_by("pk"), actor):
        if person.pk not in busy and reports(person):
            return person
    return author


@transaction.atomic
def withdraw_report(*, actor: User, report_id: int, version: int | None = None) -> ProgressReport:
    """Take one's own waiting report back in order to change it (撤回修改)."""
    _task, report = lock_report(report_id)
    access.require(report.author_id == actor.pk)
    refuse_not_there(report, *Status.waiting())
    _refuse_stale(report, version)
    return _to_draft(report)


def _to_draft(report: ProgressReport) -> ProgressReport:
    """Make a waiting report its author's draft again.

    Beside one that came in a workbook its author may have a draft already. That stays, with the
    reason; the workbook keeps what it said.
    """
    draft = ProgressReport.objects.filter(
        assignment=report.assignment_id, author=report.author_id, status=Status.DRAFT
    ).first()
    if draft is None:
        draft = report
    else:
        draft.sent_back_by, draft.sent_back_reason = report.sent_back_by, report.sent_back_reason
        report.delete()
    draft.status = Status.DRAFT
    draft.signed_by = draft.reviewed_by = None
    draft.version += 1
    draft.save(
        update_fields=[
            *("status", "signed_by", "reviewed_by", "sent_back_by", "sent_back_reason"),
            *("author", "version"),
        ]
    )
    return draft


@transaction.atomic
def accept_report(
    *, actor: User, report_id: int, version: int | None = None, on: date, at: datetime
) -> ProgressReport:
    """Receive a report (接收): the office, or who supervises or accepts the task."""
    task, report = _to_be_answered(actor, report_id, version, on)
    return _answer(task, report, EventKind.REPORT_ACCEPTED, actor=actor, on=on, at=at)


def accept_reports(
    *, actor: User, seen: Mapping[int, int], on: date, at: datetime
) -> dict[int, str]:
    """Receive several reports, each for itself: ``{report: why not}``, empty for the received.

    ``seen`` holds the version of each as it was shown.
    """
    outcome = {}
    for report_id, version in seen.items():
        try:
            accept_report(actor=actor, report_id=report_id, version=version, on=on, at=at)
        except ValidationError as refusal:
            outcome[report_id] = " ".join(refusal.messages)
        else:
            outcome[report_id] = ""
    return outcome


@transaction.atomic
def return_report(
    *,
    actor: User,
    report_id: int,
    version: int | None = None,
    reason: str,
    on: date,
    at: datetime,
) -> ProgressReport:
    """Return a report to the unit, with the reason: from ``on`` the unit has not reported.

    Figures of earlier days stand, and so do measures that were ticked off with it.
    """
    task, report = _to_be_answered(actor, report_id, version, on)
    if not reason.strip():
        raise ValidationError({"note": _("Say what is missing, so that the unit can mend it.")})
    _refuse_what_cannot_come_back(report)
    return _answer(
        task, report, EventKind.REPORT_RETURNED, actor=actor, on=on, at=at, note=reason.strip()
    )


def _to_be_answered(
    actor: User, report_id: int, version: int | None, on: date
) -> tuple[Task, ProgressReport]:
    """A report that was sent in and not answered, locked."""
    task, report = lock_report(report_id)
    access.require(access.may_judge(actor, task))
    refuse_not_there(report, Status.SUBMITTED)
    _refuse_stale(report, version)
    _refuse_annulled(report)
    _refuse_earlier_day(report, on)
    return task, report


ANSWERS = {
    EventKind.REPORT_ACCEPTED: ReportStatus.ACCEPTED,
    EventKind.REPORT_RETURNED: ReportStatus.RETURNED,
}


def _answer(
    task: Task, report: ProgressReport, kind: EventKind, *, on: date, **said: Any
) -> ProgressReport:
    assert report.event is not None
    status = ANSWERS[kind]
    report.decision = step(
        task,
        report.assignment,
        kind,
        on=on,
        before={"status": report.status},
        after={
            "report": report.pk,
            "reported": report.event.sequence,
            "reported_on": report.reported_on,
            "status": status,
        },
        **said,
    )
    report.status = status
    report.version += 1
    report.save(update_fields=["status", "decision", "version"])
    return report


def _refuse_stale(report: ProgressReport, version: int | None) -> None:
    """Refuse what was changed, and sent again, since somebody looked at it."""
    record.refuse_stale(report, version, Event.objects.none())


def _refuse_annulled(report: ProgressReport) -> None:
    if Event.objects.filter(annuls=report.event).exists():
        raise ValidationError(
            _("The entry of this report was annulled. Nothing is left to be answered."),
            code="annulled",
        )


def _refuse_earlier_day(report: ProgressReport, on: date) -> None:
    if on < report.reported_on:
        raise ValidationError(
            {
                "on": _("The report is of %(day)s. Choose that day or a later one.")
                % {"day": report.reported_on.isoformat()}
            },
            code="order",
        )


def _refuse_what_cannot_come_back(report: ProgressReport) -> None:
    part = report.assignment
    if part.completed_on is not None:
        raise ValidationError(
            _("The part is completed. Return the completion, or take the task up again, first."),
            code="completed",
        )
    others = ProgressReport.objects.standing().filter(assignment=part)
    newest = others.newest_first().first()
    if newest is not None and newest.pk != report.pk:
        raise ValidationError(
            _("A newer report of %(day)s stands. Only the newest report can be returned."),
            code="not_newest",
            params={"day": newest.reported_on.isoformat()},
        )


def take_back_answer(event: Event) -> None:
    """Make a report wait for its answer again, when the entry that answered it was annulled."""
    ProgressReport.objects.filter(decision=event).update(status=Status.SUBMITTED, decision=None)


def refuse_answered(event: Event) -> None:
    """Refuse to annul the entry of a report that was returned: the return goes first."""
    answered = Event.objects.standing().filter(
        kind=EventKind.REPORT_RETURNED,
        assignment=event.assignment_id,
        details__after__reported=event.sequence,
    )
    answer = answered.first()
    if answer is not None:
        raise ValidationError(
            _("The report was returned on %(day)s. Annul the return first."),
            code="returned",
            params={"day": answer.effective_on.isoformat()},
        )
