"""The closed lists of the field, with the words people see."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = [
    "AssignmentStatus",
    "CellState",
    "ClosureStage",
    "CompletionBasis",
    "Condition",
    "DayCount",
    "DeadlineKind",
    "DelayReason",
    "EventKind",
    "ExportFault",
    "ImportState",
    "InspectionKind",
    "InspectionLevel",
    "JobState",
    "Judgement",
    "LookBackMethod",
    "LookBackResult",
    "MeasureKind",
    "NotificationKind",
    "ObjectionState",
    "OrgGroup",
    "PetitionRateBasis",
    "PetitionState",
    "PhotoKind",
    "RateBasis",
    "ReportStatus",
    "ReturnState",
    "Rhythm",
    "Role",
    "RoundKind",
    "ShownStatus",
    "Truth",
]


class Role(TextChoices):
    """What a membership lets a person do, within its unit's subtree."""

    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")
    OFFICE = "office", _("rectification office")
    LEADER = "leader", _("leader")
    SUPERVISING = "supervising", _("supervising unit")
    ACCEPTANCE = "acceptance", _("acceptance unit")
    UNIT_HEAD = "unit_head", _("unit head")
    UNIT_EDITOR = "unit_editor", _("unit editor")
    UNIT_READER = "unit_reader", _("unit reader")


class InspectionLevel(TextChoices):
    CENTRAL = "central", _("central")
    PROVINCIAL = "provincial", _("provincial")
    CITY = "city", _("city")


class InspectionKind(TextChoices):
    ROUTINE = "routine", _("routine inspection")
    SPECIAL = "special", _("special inspection")
    RESIDENT = "resident", _("resident supervision")
    LOOKBACK = "lookback_inspection", _("look-back inspection")


class CompletionBasis(TextChoices):
    """Whether a completion counts when the unit reports it, or once the office has confirmed it."""

    REPORTED = "reported", _("as reported by the unit")
    CONFIRMED = "confirmed", _("once confirmed by the office")


class RateBasis(TextChoices):
    """The denominator of the completion rate."""

    ALL = "all", _("all tasks")
    DUE = "due", _("tasks due by the day")


class PetitionRateBasis(TextChoices):
    """Whether interim outcomes count as settled (Hainan 2023) or not (Jiangsu 2022)."""

    CLOSED = "closed", _("settled ÷ total, interim outcomes excluded")
    WITH_INTERIM = "with_interim", _("(settled + interim) ÷ total")


class DayCount(TextChoices):
    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


class Rhythm(TextChoices):
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")


class OrgGroup(TextChoices):
    LEADING_GROUP = "leading_group", _("leading group")
    OFFICE = "office", _("rectification office")
    TASK_FORCE = "task_force", _("task force")
    UNIT_GROUP = "unit_group", _("unit's own group")


class DeadlineKind(TextChoices):
    DATED = "dated", _("dated")
    RANGE = "range", _("range")
    IMMEDIATE = "immediate", _("at once")
    STANDING = "standing", _("standing")
    INTERIM = "interim", _("interim result")
    DONE = "done", _("done already")
    UNCLEAR = "unclear", _("to be clarified")


class MeasureKind(TextChoices):
    """当下改 and 长久立, the two kinds the field distinguishes."""

    IMMEDIATE = "immediate", _("fixed at once")
    LONG_TERM = "long_term", _("lasting mechanism")


class AssignmentStatus(TextChoices):
    """The states of a task in the hands of one unit; ``rules.transitions`` says what may follow."""

    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")
    IN_PROGRESS = "in_progress", _("in progress")
    APPLIED = "applied", _("closure applied for")
    UNDER_ACCEPTANCE = "under_acceptance", _("under acceptance")
    IN_PUBLIC_NOTICE = "in_public_notice", _("in public notice")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ShownStatus(IntegerChoices):
    """The one word shown for a task on a day, worst first, so that a roll-up is a minimum.

    Completed = awaiting closure + closed; on schedule = not started + on schedule.
    """

    OVERDUE = 0, _("overdue")
    BEHIND = 1, _("behind schedule")
    NOT_STARTED = 2, _("not started")
    ON_SCHEDULE = 3, _("on schedule")
    AWAITING_CLOSURE = 4, _("awaiting closure")
    CLOSED = 5, _("closed")

    @property
    def code(self) -> str:
        """The ASCII word of URLs, style classes and JSON."""
        return self.name.lower()


class Judgement(TextChoices):
    ON_SCHEDULE = "on_schedule", pgettext_lazy("judgement", "on schedule")
    BEHIND = "behind", pgettext_lazy("judgement", "behind schedule")


class ReportStatus(TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned")


class DelayReason(TextChoices):
    OBJECTIVE = "objective", _("objective reason")
    SUBJECTIVE = "subjective", _("subjective reason")


class RoundKind(TextChoices):
    MONTHLY = "monthly", _("monthly call")
    QUARTERLY = "quarterly", _("quarterly call")
    AD_HOC = "ad_hoc", _("ad hoc call")


class Truth(TextChoices):
    TRUE = "true", _("substantiated")
    MOSTLY_TRUE = "mostly_true", _("mostly substantiated")
    PARTLY_TRUE = "partly_true", _("partly substantiated")
    UNTRUE = "untrue", _("unsubstantiated")


class PetitionState(TextChoices):
    """What a petition is called on a day: 办理中, 阶段性办结, 办结."""

    OPEN = "open", _("being handled")
    INTERIM = "interim", _("interim outcome")
    CLOSED = "closed", _("settled")


class EventKind(TextChoices):
    """What can be said in the record. Events are never changed; ``ANNULLED`` takes one back."""

    CREATED = "created", _("entered")
    CORRECTED = "corrected", _("corrected")
    ASSIGNED = "assigned", _("unit added")
    UNASSIGNED = "unassigned", _("unit removed")
    ISSUED = "issued", _("issued")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    REPORTED = "reported", _("progress reported")
    REPORT_ACCEPTED = "report_accepted", _("report accepted")
    REPORT_RETURNED = "report_returned", _("report returned")
    JUDGED = "judged", _("progress judged")
    COMPLETION_REPORTED = "completion_reported", _("completion reported")
    COMPLETION_RETURNED = "completion_returned", _("completion returned")
    COMPLETED = "completed", _("completed")
    APPLIED = "applied", _("closure applied for")
    APPLICATION_RETURNED = "application_returned", _("application returned")
    PRE_ACCEPTED = "pre_accepted", _("county's acceptance passed")
    APPLICATION_ACCEPTED = "application_accepted", _("application accepted")
    ACCEPTANCE_FAILED = "acceptance_failed", _("acceptance failed")
    ACCEPTANCE_PASSED = "acceptance_passed", _("acceptance passed")
    OBJECTION_UPHELD = "objection_upheld", _("objection upheld")
    CLOSED = "closed", _("closed")
    CLOSURE_TAKEN_OVER = "closure_taken_over", _("closure taken over")
    REOPENED = "reopened", _("reopened")
    EXTENSION_ASKED = "extension_asked", _("extension asked for")
    EXTENSION_REFUSED = "extension_refused", _("extension refused")
    EXTENSION_WITHDRAWN = "extension_withdrawn", _("request for extension taken back")
    EXTENDED = "extended", _("deadline extended")
    STANDING_CONFIRMED = "standing_confirmed", _("standing result confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged")
    MEASURE_ADDED = "measure_added", _("measure added")
    MEASURE_CORRECTED = "measure_corrected", _("measure corrected")
    MEASURE_COMPLETED = "measure_completed", _("measure completed")
    MILESTONE_ADDED = "milestone_added", _("milestone added")
    MILESTONE_REACHED = "milestone_reached", _("milestone reached")
    EVIDENCE_ADDED = "evidence_added", _("evidence added")
    EVIDENCE_CHANGED = "evidence_changed", _("note on evidence changed")
    ROUND_OPENED = "round_opened", _("progress call opened")
    UNIT_MOVED = "unit_moved", _("unit moved")
    UNIT_CLOSED = "unit_closed", _("unit closed")
    UNIT_MERGED = "unit_merged", _("unit merged into another")
    READING_TAKEN = "reading_taken", _("reading entered")
    PETITION_SETTLED = "petition_settled", _("outcome recorded")
    NOTICE_PUBLISHED = "notice_published", _("public notice published")
    OBJECTION_RECEIVED = "objection_received", _("objection received")
    OBJECTION_DISMISSED = "objection_dismissed", _("objection dismissed")
    FILED = "filed", _("filed upward")
    LOOKBACK_PLANNED = "lookback_planned", _("look-back planned")
    LOOKED_BACK = "looked_back", _("looked back at")
    IMPORTED = "imported", _("list imported")
    EXPORTED = "exported", _("list exported")
    ANNULLED = "annulled", _("entry annulled")


class ClosureStage(TextChoices):
    """How far one attempt at closure has come."""

    APPLIED = "applied", pgettext_lazy("closure", "applied for")
    RETURNED = "returned", pgettext_lazy("closure", "application returned")
    UNDER_ACCEPTANCE = "under_acceptance", pgettext_lazy("closure", "under acceptance")
    FAILED = "failed", pgettext_lazy("closure", "acceptance failed")
    PASSED = "passed", pgettext_lazy("closure", "passed, notice to be published")
    IN_NOTICE = "in_notice", pgettext_lazy("closure", "in public notice")
    OBJECTED = "objected", pgettext_lazy("closure", "stopped by an objection")
    CLOSED = "closed", pgettext_lazy("closure", "closed")
    FILED = "filed", pgettext_lazy("closure", "closed and filed")
    CANCELLED = "cancelled", pgettext_lazy("closure", "taken back")


class Condition(TextChoices):
    """The five conditions of acceptance (Anhui 2019), answered one by one."""

    MEASURES = "measures", _("all measures of the plan are done")
    VIOLATIONS = "violations", _("violations were punished according to law")
    STANDARDS = "standards", _("the result meets laws and technical standards")
    ALIKE = "alike", _("no like problem at the same company, site or park")
    ROOT_CAUSE = "root_cause", _("the root cause is treated, a lasting mechanism is in place")


class ObjectionState(TextChoices):
    OPEN = "open", pgettext_lazy("objection", "to be settled")
    UPHELD = "upheld", pgettext_lazy("objection", "upheld")
    DISMISSED = "dismissed", pgettext_lazy("objection", "dismissed")
    ANNULLED = "annulled", pgettext_lazy("objection", "entered by mistake")


class LookBackMethod(TextChoices):
    """How a closed task is checked again; 四不两直 is without notice, escort or reception."""

    UNANNOUNCED = "unannounced", _("on site, unannounced")
    FILE = "file", _("on file")
    REMOTE = "remote", _("by remote sensing")
    VISIT = "visit", _("return visit")


class LookBackResult(TextChoices):
    """What a look-back found, from good to worst; the last three take the task up again."""

    STABLE = "stable", pgettext_lazy("look-back", "stable")
    HAZARD = "hazard", pgettext_lazy("look-back", "hidden danger")
    REBOUND = "rebound", pgettext_lazy("look-back", "rebounded")
    NOT_IN_PLACE = "not_in_place", pgettext_lazy("look-back", "not in place")
    FALSE_FIX = "false_fix", pgettext_lazy("look-back", "false rectification")

    @classmethod
    def reopening(cls):
        """The results that take the task up again."""
        return (cls.REBOUND, cls.NOT_IN_PLACE, cls.FALSE_FIX)


class PhotoKind(TextChoices):
    """Whether a photo shows how it was or how it has become (整改前、整改后)."""

    BEFORE = "before", pgettext_lazy("photo", "before rectification")
    AFTER = "after", pgettext_lazy("photo", "after rectification")


class ImportState(TextChoices):
    """How far an uploaded list has come on its way in."""

    UNMAPPED = "unmapped", pgettext_lazy("import", "columns to be assigned")
    FAULTY = "faulty", pgettext_lazy("import", "with errors")
    READY = "ready", pgettext_lazy("import", "to be confirmed")
    NOTHING_NEW = "nothing_new", pgettext_lazy("import", "nothing new")
    CONFIRMED = "confirmed", pgettext_lazy("import", "entered")
    UNDONE = "undone", pgettext_lazy("import", "undone")
    DISCARDED = "discarded", pgettext_lazy("import", "discarded")


class JobState(TextChoices):
    """How far a workbook has come that is made in the background."""

    QUEUED = "queued", pgettext_lazy("export", "waiting")
    RUNNING = "running", pgettext_lazy("export", "being made")
    DONE = "done", pgettext_lazy("export", "ready")
    FAILED = "failed", pgettext_lazy("export", "not made")
    CANCELLED = "cancelled", pgettext_lazy("export", "cancelled")
    EXPIRED = "expired", pgettext_lazy("export", "no longer kept")


class ExportFault(TextChoices):
    """Why a workbook was not made, and what to do about it."""

    REFUSED = (
        "refused",
        _("What was asked for is not there any more, or this account may not see it any more."),
    )
    IMPOSSIBLE = "impossible", _("It cannot be made in this way.")
    NO_ROOM = (
        "no_room",
        _("The disk of the server is full. Tell the administrator, then have it made again."),
    )
    INTERRUPTED = (
        "interrupted",
        _("The background service was stopped again and again. Tell the administrator."),
    )
    BROKEN = (
        "broken",
        _("The program made a mistake. The administrator finds it in the log under this number."),
    )


class NotificationKind(TextChoices):
    """What people are told of."""

    EXPORT_DONE = "export_done", _("workbook ready")
    EXPORT_FAILED = "export_failed", _("workbook not made")


class CellState(TextChoices):
    """Who changed a cell of a ledger since it was handed out."""

    UNTOUCHED = "untouched", pgettext_lazy("cell", "unchanged")
    THEIRS = "theirs", pgettext_lazy("cell", "changed in the file")
    OURS = "ours", pgettext_lazy("cell", "changed here")
    BOTH = "both", pgettext_lazy("cell", "changed in both")
    SAME = "same", pgettext_lazy("cell", "changed alike in both")
    REFUSED = "refused", pgettext_lazy("cell", "not taken")


class ReturnState(TextChoices):
    """How far a ledger that came back has got."""

    OPEN = "open", pgettext_lazy("returned ledger", "to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("returned ledger", "entered")
    UNDONE = "undone", pgettext_lazy("returned ledger", "undone")
