"""The time line of a task: its entries as people read them, newest first."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker import access
from tracker.choices import EventKind as Kind
from tracker.figures.record import HIDDEN, Change, changes_of, delta_of, note_of, title_of
from tracker.models import Event, Evidence, Task
from tracker.operations.annulment import UNDERIVED

PAGE = 50
"""Entries shown at first; the rest is one link away."""

PROGRESS = (
    *(Kind.REPORTED, Kind.JUDGED, Kind.COMPLETION_REPORTED, Kind.COMPLETION_RETURNED),
    *(Kind.COMPLETED, Kind.MEASURE_COMPLETED, Kind.MILESTONE_REACHED),
    *(Kind.REPORT_ACCEPTED, Kind.REPORT_RETURNED),
)
ALWAYS = (
    *(Kind.EXTENDED, Kind.COMPLETION_RETURNED, Kind.REPORT_RETURNED),
    *(Kind.EXTENSION_ASKED, Kind.LOOKED_BACK, Kind.STANDING_CONFIRMED),
)
"""What the page needs to know of whichever entries are shown."""

LOOKS = {
    Kind.REPORTED: ("edit", "blu"),
    Kind.REPORT_ACCEPTED: ("ok", "grn"),
    Kind.REPORT_RETURNED: ("back", "red"),
    Kind.JUDGED: ("rank", ""),
    Kind.COMPLETION_REPORTED: ("flag", "grn"),
    Kind.COMPLETION_RETURNED: ("back", "red"),
    Kind.COMPLETED: ("ok", "grn"),
    Kind.APPLIED: ("seal", "blu"),
    Kind.APPLICATION_RETURNED: ("back", "red"),
    Kind.PRE_ACCEPTED: ("ok", "blu"),
    Kind.APPLICATION_ACCEPTED: ("ok", "blu"),
    Kind.ACCEPTANCE_PASSED: ("ok", "grn"),
    Kind.ACCEPTANCE_FAILED: ("back", "red"),
    Kind.NOTICE_PUBLISHED: ("globe", "blu"),
    Kind.OBJECTION_RECEIVED: ("mail", "amb"),
    Kind.OBJECTION_UPHELD: ("undo", "amb"),
    Kind.OBJECTION_DISMISSED: ("ok", ""),
    Kind.CLOSED: ("seal", "grn"),
    Kind.FILED: ("doc", "grn"),
    Kind.CLOSURE_TAKEN_OVER: ("seal", "grn"),
    Kind.REOPENED: ("undo", "amb"),
    Kind.LOOKED_BACK: ("look", "blu"),
    Kind.EXTENSION_ASKED: ("cal", "blu"),
    Kind.EXTENSION_REFUSED: ("back", "red"),
    Kind.EXTENSION_WITHDRAWN: ("undo", ""),
    Kind.EXTENDED: ("cal", "amb"),
    Kind.STANDING_CONFIRMED: ("ok", "grn"),
    Kind.WITHDRAWN: ("trash", ""),
    Kind.MERGED: ("link", ""),
    Kind.MEASURE_COMPLETED: ("ok", "grn"),
    Kind.MILESTONE_REACHED: ("ok", "grn"),
    Kind.ISSUED: ("task", "blu"),
    Kind.ACKNOWLEDGED: ("edit", "blu"),
    Kind.ASSIGNED: ("users", ""),
    Kind.UNASSIGNED: ("users", "amb"),
    Kind.CORRECTED: ("edit", ""),
    Kind.EVIDENCE_CHANGED: ("clip", ""),
}


@dataclass
class Entry:
    """One entry of the record with the words and marks that go with it."""

    event: Event
    title: str
    icon: str
    tone: str
    note: str = ""
    delta: str = ""
    changes: list[Change] = field(default_factory=list)
    files: list[Evidence] = field(default_factory=list)
    can_be_annulled: bool = False

    @property
    def annulment(self):
        return getattr(self.event, "annulment", None)

    @property
    def report(self):
        return getattr(self.event, "report", None)


class Entries:
    """The entries up to the day asked about, filtered by ``?show=`` and cut at the newest 50."""

    def __init__(self, request, task: Task, *, may_annul: bool):
        self.task = task
        self.own_files = access.visible_evidence(request.user).filter(task=task)
        self.day = request.as_of
        self.show = request.GET.get("show", "")
        self.shows_all = request.GET.get("record") == "all"
        self.may_annul = may_annul
        if self.show not in ("", "progress", "status", "files"):
            request.ignored.append(_("kind of entry"))
            self.show = ""

    @property
    def choices(self):
        """``(value, label)`` of the filter above the time line."""
        return [
            ("", _("All entries")),
            ("progress", pgettext("entries", "Progress")),
            ("status", _("State")),
            ("files", _("Files")),
        ]

    @cached_property
    def wanted(self):
        rows = self.task.events.exclude(kind__in=HIDDEN).filter(effective_on__lte=self.day)
        if self.show == "progress":
            return rows.filter(kind__in=PROGRESS)
        if self.show == "status":
            return rows.exclude(kind__in=PROGRESS)
        if self.show == "files":
            return rows.filter(pk__in=self.own_files.values("step"))
        return rows

    @cached_property
    def fetched(self):
        """What the time line shows, the extensions of the deadline, and the last completions."""
        newest = self.wanted.order_by("-effective_on", "-sequence")
        if not self.shows_all:
            newest = newest[: PAGE + 1]
        rows = self.task.events.filter(
            Q(pk__in=newest.values("pk")) | Q(kind__in=ALWAYS)
        ).select_related(
            *("actor", "unit", "report", "lookback", "deadline_change", "annulment__actor"),
            *("standing_confirmation__confirmed_by", "extension_request__assignment__unit"),
        )
        rows = rows.annotate(has_files=Exists(self.own_files.filter(step=OuterRef("pk"))))
        return list(rows.order_by("-effective_on", "-sequence"))

    @cached_property
    def shown(self):
        wanted = [event for event in self.fetched if self._is_wanted(event)]
        return wanted if self.shows_all else wanted[:PAGE]

    def _is_wanted(self, event):
        if event.effective_on > self.day:
            return False
        if self.show == "progress":
            return event.kind in PROGRESS
        if self.show == "status":
            return event.kind not in PROGRESS
        if self.show == "files":
            return event.has_files
        return True

    @property
    def has_more(self):
        return not self.shows_all and len(self.fetched) > len(self.shown) >= PAGE

    @cached_property
    def returned_reports(self):
        """``{assignment id: entry}`` of reports sent back that no later report has followed."""
        found: dict[int, Event] = {}
        for event in sorted(self.fetched, key=lambda event: event.sequence):
            if event.effective_on > self.day or hasattr(event, "annulment"):
                continue
            if event.kind == Kind.REPORT_RETURNED:
                found[event.assignment_id] = event
            if event.kind in (Kind.REPORTED, Kind.COMPLETION_REPORTED):
                found.pop(event.assignment_id, None)
        return found

    @cached_property
    def extensions(self):
        """The extensions that count today, latest first."""
        return [
            event
            for event in self.fetched
            if event.kind == Kind.EXTENDED and not hasattr(event, "annulment")
        ]

    @property
    def deadline_text(self):
        """The deadline as it was printed on the day asked about."""
        later = [event for event in self.extensions if event.effective_on > self.day]
        before = later[-1].details["before"] if later else {}
        return before.get("deadline_text") or self.task.deadline_text

    @property
    def extensions_then(self):
        return [event for event in self.extensions if event.effective_on <= self.day]

    @cached_property
    def returned(self):
        """``{assignment id: entry}`` of completions sent back that nothing has followed since."""
        found: dict[int, Event] = {}
        seen: set[int] = set()
        for event in self.fetched:
            if event.effective_on > self.day or hasattr(event, "annulment"):
                continue
            if event.kind in (Kind.REPORTED, Kind.COMPLETION_REPORTED, Kind.COMPLETED):
                seen.add(event.assignment_id)
            if event.kind == Kind.COMPLETION_RETURNED and event.assignment_id not in seen:
                found.setdefault(event.assignment_id, event)
        return found

    @cached_property
    def files(self) -> list[Evidence]:
        """The files of what is shown, and every photo that is said to show before or after."""
        steps = [event.pk for event in self.shown]
        rows = self.own_files.filter(Q(step__in=steps) | ~Q(photo_kind=""))
        return list(rows.select_related("uploaded_by", "step__annulment").order_by("pk"))

    @cached_property
    def rows(self) -> list[Entry]:
        files: dict[int | None, list[Evidence]] = {}
        for file in self.files:
            files.setdefault(file.step_id, []).append(file)
        return [self._entry(event, files) for event in self.shown]

    def _entry(self, event, files):
        icon, tone = LOOKS.get(Kind(event.kind), ("doc", ""))
        return Entry(
            event,
            title=title_of(event),
            icon=icon,
            tone=tone,
            note=note_of(event),
            delta=delta_of(event),
            changes=list(changes_of(event)),
            files=files.get(event.pk, []),
            can_be_annulled=self.may_annul
            and not hasattr(event, "annulment")
            and event.kind not in UNDERIVED,
        )
