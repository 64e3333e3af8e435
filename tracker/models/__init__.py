"""All models, for ``from tracker.models import Task``."""

from tracker.models.accounts import Membership, User
from tracker.models.calls import CallFile
from tracker.models.closures import Closure, ConditionAnswer, Objection, PublicNotice
from tracker.models.deadlines import ExtensionRequest
from tracker.models.deputies import Deputy, Handover
from tracker.models.discussions import Answer, Question
from tracker.models.events import Event, EventHead, Span
from tracker.models.evidence import Evidence, SignalNote, StagedFile
from tracker.models.inspections import Holiday, Inspection, OrgMember
from tracker.models.issues import Issue
from tracker.models.jobs import ExportJob, Worker
from tracker.models.lookbacks import LookBack, LookBackItem, LookBackPlan
from tracker.models.notifications import (
    Bookmark,
    DailyMail,
    Notification,
    NotificationChoice,
)
from tracker.models.petitions import Petition
from tracker.models.programmes import Programme, Reading
from tracker.models.progress import DispatchRound, Judgement, ProgressReport
from tracker.models.publications import Snapshot
from tracker.models.returns import ReturnedWorkbook
from tracker.models.standing import StandingConfirmation
from tracker.models.tasks import (
    Assignment,
    DeadlineChange,
    Measure,
    Milestone,
    Task,
    rounds_due,
    shown_status,
)
from tracker.models.terms import MediaCategory, ReturnReason, Source, UnitKind
from tracker.models.units import Unit, UnitAlias, UnitPlacement
from tracker.models.webhooks import WebhookDelivery, WebhookTarget
from tracker.models.workbooks import ImportBatch, ImportFault, ImportLayout, ImportRow

__all__ = [
    "Answer",
    "Assignment",
    "Bookmark",
    "CallFile",
    "Closure",
    "ConditionAnswer",
    "DailyMail",
    "DeadlineChange",
    "Deputy",
    "DispatchRound",
    "Event",
    "EventHead",
    "Evidence",
    "ExportJob",
    "ExtensionRequest",
    "Handover",
    "Holiday",
    "ImportBatch",
    "ImportFault",
    "ImportLayout",
    "ImportRow",
    "Inspection",
    "Issue",
    "Judgement",
    "LookBack",
    "LookBackItem",
    "LookBackPlan",
    "Measure",
    "MediaCategory",
    "Membership",
    "Milestone",
    "Notification",
    "NotificationChoice",
    "Objection",
    "OrgMember",
    "Petition",
    "Programme",
    "ProgressReport",
    "PublicNotice",
    "Question",
    "Reading",
    "ReturnReason",
    "ReturnedWorkbook",
    "SignalNote",
    "Snapshot",
    "Source",
    "Span",
    "StagedFile",
    "StandingConfirmation",
    "Task",
    "Unit",
    "UnitAlias",
    "UnitKind",
    "UnitPlacement",
    "User",
    "WebhookDelivery",
    "WebhookTarget",
    "Worker",
    "rounds_due",
    "shown_status",
]
