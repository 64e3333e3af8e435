"""Reports that somebody has to do something about: begun, waiting inside, returned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tracker.choices import ReportStatus
from tracker.models import Assignment, ProgressReport, Span, User


def to_mend() -> QuerySet[ProgressReport]:
    """Reports that were returned and that no other report of their part has followed."""
    later = Q(status__in=ReportStatus.waiting()) | Q(
        event__annulment=None, event__sequence__gt=OuterRef("decision__sequence")
    )
    followed = ProgressReport.objects.filter(later, assignment=OuterRef("assignment"))
    rows = ProgressReport.objects.filter(status=ReportStatus.RETURNED, event__annulment=None)
    return rows.filter(~Exists(followed))


def percents_on(assignments: Iterable[Assignment], day: date) -> dict[int, int]:
    """``{assignment: percent}`` at the end of ``day``, with which a report of that day is compared.

    A report that came back later still counts on that day, but not for the one that mends it.
    """
    parts = {assignment.pk: assignment for assignment in assignments}
    spans = Span.objects.on(day).filter(assignment__in=parts)
    found = dict.fromkeys(parts, 0) | dict(spans.values_list("assignment_id", "percent"))
    back = ProgressReport.objects.filter(
        assignment__in=parts,
        status=ReportStatus.RETURNED,
        event__annulment=None,
        reported_on__lte=day,
        decision__effective_on__gt=day,
    )
    for pk in back.values_list("assignment_id", flat=True):
        found[pk] = min(found[pk], parts[pk].percent)
    return found


def percent_on(assignment: Assignment, day: date) -> int:
    """``percents_on`` of one part."""
    return percents_on([assignment], day)[assignment.pk]


@dataclass
class ReportsNow:
    """What is known of the reports of one part, for somebody who is about to write one."""

    draft: ProgressReport | None = None
    waiting: ProgressReport | None = None
    returned: ProgressReport | None = None
    last: ProgressReport | None = None
    """The last one that counts."""
    sent_at: datetime | None = None
    """When this person last sent one of these."""


def reports_now(assignment: Assignment, user: User) -> ReportsNow:
    """The draft of ``user``, what waits and what came back of a part, and its last report."""
    own = ProgressReport.objects.filter(assignment=assignment)
    rows = own.filter(
        Q(status=ReportStatus.DRAFT, author=user)
        | Q(status__in=ReportStatus.waiting())
        | Q(pk__in=to_mend().filter(assignment=assignment).values("pk"))
        | Q(pk=Subquery(own.standing().newest_first().values("pk")[:1]))
    )
    found = ReportsNow()
    related = ("author", "sent_back_by", "decision__actor", "round")
    for report in rows.select_related(*related).order_by("decision__sequence", "pk"):
        if report.status != ReportStatus.DRAFT and report.author_id == user.pk and report.sent_at:
            found.sent_at = max(report.sent_at, found.sent_at or report.sent_at)
        if report.status == ReportStatus.DRAFT:
            found.draft = report
        elif report.status in ReportStatus.waiting():
            found.waiting = report
        elif report.status == ReportStatus.RETURNED:
            found.returned = report
        else:
            found.last = report
    return found
