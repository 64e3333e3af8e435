"""What the program asks a reviewer about a task: each question with its grounds, and the answers.

Only for who checks the task (``access.may_be_asked``): no export, no figure and no page of the
reporting unit says anything of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import PhotoKind, SignalKind
from tracker.figures.photos import Alike, alike_elsewhere
from tracker.models import Assignment, Evidence, ProgressReport, SignalNote, Task, User
from tracker.rules import signals as rules

__all__ = ["Ground", "Signal", "Signals", "signals_of"]


@dataclass(frozen=True)
class Ground:
    """What a question rests on: a report, a file, a task, and where it is shown."""

    text: str
    url: str


@dataclass(frozen=True)
class Signal:
    """A question of the program, what it rests on, and the answer that a reviewer noted."""

    kind: SignalKind
    key: str
    asks: str
    grounds: Sequence[Ground]
    photos: Sequence[Evidence] = ()
    note: SignalNote | None = None


@dataclass(frozen=True)
class Signals:
    """All that is asked on a page: those still asked, and those that were answered."""

    task: Task
    found: Sequence[Signal] = field(default=())

    @property
    def open(self) -> list[Signal]:
        return [question for question in self.found if question.note is None]

    @property
    def answered(self) -> list[Signal]:
        return [question for question in self.found if question.note is not None]


def signals_of(
    user: User,
    task: Task,
    part: Assignment,
    *,
    files: Sequence[Evidence],
    report: ProgressReport | None = None,
) -> Signals:
    """What is asked about a part: about one ``report``, or about all of it; and about ``files``.

    Nothing for anybody but who checks the task. At most seven queries, however much there is.
    """
    if not access.may_be_asked(user, task):
        return Signals(task)
    found = [
        *_early(task, files),
        *_about_reports(part, report),
        *(_alike(one) for one in alike_elsewhere(files, access.visible_evidence(user))),
    ]
    return Signals(task, _with_answers(task, found))


def _with_answers(task: Task, found: Sequence[Signal]) -> list[Signal]:
    if not found:
        return []
    notes = SignalNote.objects.filter(task=task).select_related("by")
    by_key = {(note.kind, note.key): note for note in notes}
    return [_answered(question, by_key.get((question.kind, question.key))) for question in found]


def _answered(question: Signal, note: SignalNote | None) -> Signal:
    return Signal(**{**vars(question), "note": note})


def _early(task: Task, files: Iterable[Evidence]) -> Iterable[Signal]:
    fed_back = task.inspection.feedback_on
    since = fed_back or task.issued_on
    for file in files:
        if since is None or file.taken_at is None or file.photo_kind == PhotoKind.BEFORE:
            continue
        taken_on = make_naive(file.taken_at).date()
        if rules.is_early(taken_on, since):
            asks = (
                _("This photo was taken before the feedback. Does it show the state since then?")
                if fed_back
                else _(
                    "This photo was taken before the task was issued. Does it show the state since?"
                )
            )
            grounds = [
                Ground(
                    _("%(name)s: taken on %(day)s by the camera's clock, %(since)s being the day")
                    % {"name": file.name, "day": taken_on, "since": since},
                    file.get_page_url(),
                )
            ]
            yield Signal(SignalKind.EARLY, str(file.pk), asks, grounds, [file])


def _about_reports(part: Assignment, report: ProgressReport | None) -> Iterable[Signal]:
    rows = _standing(part)
    said = [_said(row) for row in rows]
    by_key = dict(zip((row.pk for row in rows), rows, strict=True))
    wanted = [one for one in said if report is None or one.key == report.pk]
    for last in wanted:
        first = rules.leap_of(said, last)
        if first is not None:
            yield _leap(by_key[first.key], by_key[last.key])
    if wanted:
        same = rules.unchanged_rounds(said, wanted[-1])
        if same:
            yield _unchanged([by_key[one.key] for one in same])


def _standing(part: Assignment) -> list[Any]:
    """The reports of a part that stand in the record, oldest first."""
    rows = ProgressReport.objects.filter(assignment=part, event__isnull=False)
    rows = rows.filter(event__annulment=None).select_related("round")
    return list(rows.order_by("reported_on", "pk"))


def _said(row: ProgressReport) -> rules.Said:
    before = row.percent_before or 0
    return rules.Said(row.pk, row.reported_on, row.round_id, before, row.percent, row.text)


def _leap(first: ProgressReport, last: ProgressReport) -> Signal:
    asks = _("Progress went from %(before)s%% to 100%% on one day. Was all of it done by then?") % {
        "before": first.percent_before or 0
    }
    reports = [first] if first == last else [first, last]
    return Signal(SignalKind.LEAP, str(last.pk), asks, [_ground(row) for row in reports])


def _unchanged(reports: Sequence[ProgressReport]) -> Signal:
    asks = _("The text of the last %(n)s rounds is the same. Has nothing happened since?") % {
        "n": len(reports)
    }
    key = str(reports[-1].pk)
    return Signal(SignalKind.UNCHANGED, key, asks, [_ground(row) for row in reports])


def _ground(report: ProgressReport) -> Ground:
    before = report.percent_before or 0
    words = [_day(report.reported_on), f"{before}% → {report.percent}%"]
    if report.round:
        words.insert(1, str(report.round))
    return Ground(" ".join(words), report.get_absolute_url())


def _day(day: date) -> str:
    return day.isoformat()


def _alike(found: Alike) -> Signal:
    task, file, other = found.other.task, found.file, found.other
    words = {"code": task.code}
    asks = (
        _("The same file is attached to task %(code)s. Does it show this task?")
        if found.is_same
        else _(
            "A nearly identical photo is attached to task %(code)s. Do both show what they are"
            " meant to?"
        )
    )
    grounds = [
        Ground(file.name, file.get_page_url()),
        Ground(str(task), task.get_absolute_url()),
        Ground(f"{other.name} {make_naive(other.uploaded_at).date()}", other.get_page_url()),
    ]
    photos = [file, other] if file.is_image else []
    key = f"{file.pk}-{other.pk}"
    return Signal(SignalKind.ALIKE, key, asks % words, grounds, photos)
