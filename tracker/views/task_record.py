"""The time line of a task: its entries as people read them, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.choices import EventKind as Kind
from tracker.choices import Judgement, LookBackMethod, LookBackResult, PhotoKind
from tracker.models import Event, Evidence, Measure, Task
from tracker.operations.annulment import UNDERIVED

PAGE = 50
"""Entries shown at first; the rest is one link away."""

PROGRESS = (
    *(Kind.REPORTED, Kind.JUDGED, Kind.COMPLETION_REPORTED, Kind.COMPLETION_RETURNED),
    *(Kind.COMPLETED, Kind.MEASURE_COMPLETED, Kind.MILESTONE_REACHED),
)
HIDDEN = (Kind.EVIDENCE_ADDED, Kind.ANNULLED)
"""Files stand under their report, an annulment under the entry that it takes back."""

LOOKS = {
    Kind.REPORTED: ("edit", "blu"),
    Kind.JUDGED: ("rank", ""),
    Kind.COMPLETION_REPORTED: ("flag", "grn"),
    Kind.COMPLETION_RETURNED: ("back", "red"),
    Kind.COMPLETED: ("ok", "grn"),
    Kind.APPLIED: ("seal", "blu"),
    Kind.APPLICATION_RETURNED: ("back", "red"),
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
    Kind.EXTENDED: ("cal", "amb"),
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
UNSAID = (
    *("version", "number", "measure", "milestone", "milestone_due_on"),
    *("deadline_kind", "is_standing"),
)


@dataclass(frozen=True)
class Change:
    """One fact before and after an entry."""

    label: str
    before: str
    after: str


@dataclass
class Entry:
    """One entry of the record with the words and marks that go with it."""

    event: Event
    title: str
    icon: str
    tone: str
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
            own = Evidence.objects.filter(task=self.task)
            with_files = Q(pk__in=own.values("report__event"))
            return rows.filter(with_files | Q(pk__in=own.values("lookbacks__event")))
        return rows

    @cached_property
    def fetched(self):
        """What the time line shows, the extensions of the deadline, and the last completions."""
        newest = self.wanted.order_by("-effective_on", "-sequence")
        if not self.shows_all:
            newest = newest[: PAGE + 1]
        always = (Kind.EXTENDED, Kind.COMPLETION_RETURNED)
        rows = self.task.events.filter(
            Q(pk__in=newest.values("pk")) | Q(kind__in=always)
        ).select_related(
            *("actor", "unit", "report", "lookback", "deadline_change", "annulment__actor")
        )
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
            return hasattr(event, "report") or hasattr(event, "lookback")
        return True

    @property
    def has_more(self):
        return not self.shows_all and len(self.fetched) > len(self.shown) >= PAGE

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
        reports = [event.report.pk for event in self.shown if hasattr(event, "report")]
        checks = [event.lookback.pk for event in self.shown if hasattr(event, "lookback")]
        wanted = Q(report__in=reports) | Q(lookbacks__in=checks) | ~Q(photo_kind="")
        rows = self.task.evidence.filter(wanted).annotate(lookback_id=F("lookbacks"))
        rows = rows.select_related("uploaded_by", "report__event__annulment")
        return list(rows.order_by("pk"))

    @cached_property
    def rows(self) -> list[Entry]:
        files: dict[tuple[int | None, int | None], list[Evidence]] = {}
        for file in self.files:
            files.setdefault((file.report_id, file.lookback_id), []).append(file)
        return [self._entry(event, files) for event in self.shown]

    def _entry(self, event, files):
        icon, tone = LOOKS.get(Kind(event.kind), ("doc", ""))
        report, lookback = getattr(event, "report", None), getattr(event, "lookback", None)
        own = (report and report.pk, lookback and lookback.pk)
        return Entry(
            event,
            title=title_of(event),
            icon=icon,
            tone=tone,
            delta=delta_of(event),
            changes=list(changes_of(event)),
            files=files.get(own, []) if any(own) else [],
            can_be_annulled=self.may_annul
            and not hasattr(event, "annulment")
            and event.kind not in UNDERIVED,
        )


def title_of(event) -> str:
    """What happened, in a few words."""
    after = event.details.get("after", {})
    if event.kind == Kind.MEASURE_COMPLETED:
        return _("Measure %(number)s completed") % {"number": after.get("number")}
    if event.kind == Kind.MILESTONE_REACHED:
        return _("Milestone reached: %(title)s") % {"title": after.get("title", "")}
    if event.kind == Kind.MILESTONE_ADDED:
        return _("Milestone set: %(title)s, %(day)s") % {
            "title": after.get("title", ""),
            "day": after.get("milestone_due_on", ""),
        }
    if event.kind == Kind.JUDGED:
        word = dict(Judgement.choices).get(after.get("judgement", ""), "")
        return _("Judged: %(word)s") % {"word": word}
    if event.kind == Kind.EVIDENCE_CHANGED:
        return _evidence_changed(after)
    if event.kind == Kind.LOOKED_BACK:
        method = dict(LookBackMethod.choices).get(after["method"], "")
        result = dict(LookBackResult.choices).get(after["result"], "")
        return _("Looked back %(method)s: %(result)s") % {"method": method, "result": result}
    if event.kind == Kind.MERGED:
        return _("Merged into %(code)s") % {"code": after.get("into", "")}
    return event.get_kind_display()


def _evidence_changed(after) -> str:
    words = {
        PhotoKind.BEFORE: _("Photo from before rectification: %(name)s"),
        PhotoKind.AFTER: _("Photo from after rectification: %(name)s"),
        "": _("Photo neither from before nor from after: %(name)s"),
    }
    removed = _("Place removed from a photo: %(name)s")
    return words.get(after.get("photo_kind"), removed) % {"name": after["name"]}


def delta_of(event) -> str:
    """``85% → 88%`` for an entry that moved the progress, the deadlines for an extension."""
    before, after = event.details.get("before", {}), event.details.get("after", {})
    if event.kind == Kind.EXTENDED:
        return f"{before.get('due_on') or '—'} → {after.get('due_on')}"
    if "percent" in before and "percent" in after and before["percent"] != after["percent"]:
        return f"{before['percent']}% → {after['percent']}%"
    return ""


def changes_of(event) -> Iterable[Change]:
    """The fields that a correction changed."""
    if event.kind not in (Kind.CORRECTED, Kind.MEASURE_CORRECTED):
        return
    before, after = event.details.get("before", {}), event.details.get("after", {})
    subject: Any = Task if event.kind == Kind.CORRECTED else Measure
    for name, old in before.items():
        new = after.get(name)
        if name not in UNSAID and old != new:
            label = str(subject._meta.get_field(name).verbose_name)
            yield Change(label, _said(old), _said(new))


def _said(value) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
