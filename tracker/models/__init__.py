"""All models, for ``from tracker.models import Task``."""

from tracker.models.accounts import Membership, User
from tracker.models.calls import CallFile
from tracker.models.closures import Closure, ConditionAnswer, Objection, PublicNotice
from tracker.models.events import Event, EventHead, Span
from tracker.models.inspections import Holiday, Inspection, OrgMember
from tracker.models.issues import Issue
from tracker.models.jobs import ExportJob, Notification, Worker
from tracker.models.lookbacks import LookBack, LookBackItem, LookBackPlan
from tracker.models.petitions import Petition
from tracker.models.programmes import Programme, Reading
from tracker.models.progress import DispatchRound, Evidence, Judgement, ProgressReport
from tracker.models.publications import Snapshot
from tracker.models.returns import ReturnedWorkbook
from tracker.models.tasks import (
    Assignment,
    DeadlineChange,
    Measure,
    Milestone,
    Task,
    rounds_due,
    shown_status,
)
from tracker.models.terms import MediaCategory, Source, UnitKind
from tracker.models.units import Unit, UnitAlias, UnitPlacement
from tracker.models.workbooks import ImportBatch, ImportFault, ImportLayout, ImportRow

__all__ = [
    "Assignment",
    "CallFile",
    "Closure",
    "ConditionAnswer",
    "DeadlineChange",
    "DispatchRound",
    "Event",
    "EventHead",
    "Evidence",
    "ExportJob",
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
    "Objection",
    "OrgMember",
    "Petition",
    "Programme",
    "ProgressReport",
    "PublicNotice",
    "Reading",
    "ReturnedWorkbook",
    "Snapshot",
    "Source",
    "Span",
    "Task",
    "Unit",
    "UnitAlias",
    "UnitKind",
    "UnitPlacement",
    "User",
    "Worker",
    "rounds_due",
    "shown_status",
]
