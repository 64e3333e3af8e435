"""What an entry of the record says to a reader: what happened, how far, and what was changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tracker.choices import EventKind as Kind
from tracker.choices import Judgement, LookBackMethod, LookBackResult, PhotoKind
from tracker.models import Event, Measure, Task
from tracker.rules.personal import masked_note

HIDDEN = (Kind.EVIDENCE_ADDED, Kind.ANNULLED)
"""Files stand under the step they came with, an annulment under the entry it takes back."""

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


def title_of(event: Event) -> str:
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
    if event.kind == Kind.REPORT_ACCEPTED:
        return _("Report of %(day)s received") % {"day": after.get("reported_on", "")}
    if event.kind == Kind.REPORT_RETURNED:
        return _("Report of %(day)s returned") % {"day": after.get("reported_on", "")}
    if event.kind == Kind.JUDGED:
        word = dict(Judgement.choices).get(after.get("judgement", ""), "")
        return _("Judged: %(word)s") % {"word": word}
    if event.kind == Kind.EVIDENCE_CHANGED:
        return _evidence_changed(after)
    if event.kind == Kind.LOOKED_BACK:
        method = dict(LookBackMethod.choices).get(after["method"], "")
        result = dict(LookBackResult.choices).get(after["result"], "")
        return _("Looked back %(method)s: %(result)s") % {"method": method, "result": result}
    if event.kind == Kind.STANDING_CONFIRMED:
        holds = _("Confirmed for %(year)s: the result holds")
        gone = _("Said for %(year)s: the result no longer holds")
        return (holds if after["holds"] else gone) % {"year": after["year"]}
    if event.kind == Kind.MERGED:
        return _("Merged into %(code)s") % {"code": after.get("into", "")}
    return event.get_kind_display()


def _evidence_changed(after: dict[str, Any]) -> str:
    words: dict[Any, str] = {
        PhotoKind.BEFORE: _("Photo from before rectification: %(name)s"),
        PhotoKind.AFTER: _("Photo from after rectification: %(name)s"),
        "": _("Photo neither from before nor from after: %(name)s"),
    }
    removed = _("Place removed from a photo: %(name)s")
    return words.get(after.get("photo_kind"), removed) % {"name": after["name"]}


def note_of(event: Event) -> str:
    """What was noted with an entry; numbers of citizens can be read on the page of the closure."""
    return masked_note(event.kind, event.note)


def delta_of(event: Event) -> str:
    """``85% → 88%`` for an entry that moved the progress, the deadlines for an extension."""
    before, after = event.details.get("before", {}), event.details.get("after", {})
    if event.kind in (Kind.EXTENDED, Kind.EXTENSION_ASKED):
        new = after.get("due_on") or after.get("new_due_on")
        return f"{before.get('due_on') or '—'} → {new}"
    if "percent" in before and "percent" in after and before["percent"] != after["percent"]:
        return f"{before['percent']}% → {after['percent']}%"
    return ""


def changes_of(event: Event) -> Iterable[Change]:
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


def _said(value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
