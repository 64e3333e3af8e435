"""The closed lists of the field, with the words people see."""

from tracker.choices.closures import (
    ClosureStage,
    Condition,
    LookBackMethod,
    LookBackResult,
    ObjectionState,
)
from tracker.choices.inspections import (
    CompletionBasis,
    DayCount,
    InspectionKind,
    InspectionLevel,
    OrgGroup,
    PetitionRateBasis,
    RateBasis,
    Rhythm,
)
from tracker.choices.notifications import DeliveryState, NotificationKind, RobotFormat, Telling
from tracker.choices.people import Role
from tracker.choices.petitions import PetitionState, Truth
from tracker.choices.progress import (
    Addressee,
    DelayReason,
    Judgement,
    PhotoKind,
    ReasonFor,
    ReportStatus,
    RoundKind,
    SignalKind,
)
from tracker.choices.record import EventKind
from tracker.choices.tasks import (
    AssignmentStatus,
    DeadlineKind,
    ExtensionState,
    MeasureKind,
    ShownStatus,
)
from tracker.choices.workbooks import CellState, ExportFault, ImportState, JobState, ReturnState

__all__ = [
    "Addressee",
    "AssignmentStatus",
    "CellState",
    "ClosureStage",
    "CompletionBasis",
    "Condition",
    "DayCount",
    "DeadlineKind",
    "DelayReason",
    "DeliveryState",
    "EventKind",
    "ExportFault",
    "ExtensionState",
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
    "ReasonFor",
    "ReportStatus",
    "ReturnState",
    "Rhythm",
    "RobotFormat",
    "Role",
    "RoundKind",
    "ShownStatus",
    "SignalKind",
    "Telling",
    "Truth",
]
