"""The page of one task: where it stands, what was done, and what this person should do now."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import AssignmentStatus, ClosureStage, EventKind, PhotoKind, ShownStatus
from tracker.figures.discussions import counts
from tracker.figures.one_task import OnePart, last_attempts, one_task, worst
from tracker.rules import transitions
from tracker.rules.photos import pairs
from tracker.templatetags.charts import ProgressPoint
from tracker.views.closure_steps import DUE, applying, conditions, marks_of_task, next_steps
from tracker.views.steps import Verb, in_order
from tracker.views.task_deadlines import Afterwards, afterwards, deadline_verbs, lookback_marks
from tracker.views.task_record import PAGE, Entries
from tracker.views.task_verbs import visible_task

Status = AssignmentStatus
IN_PROGRESS = Status.IN_PROGRESS

CAME_TO_NOTHING = (ClosureStage.RETURNED, ClosureStage.FAILED, ClosureStage.OBJECTED)


@dataclass(frozen=True)
class UnitRow:
    """One responsible unit with its part and what may be done about it."""

    part: OnePart
    verbs: tuple[Verb, ...]
    is_own: bool
    is_in_sight: bool

    @property
    def unit(self):
        return self.part.assignment.unit


def steps(task, now, attempts, after):
    """The way of a task, as far as the record knows it."""
    done = now.completed_on is not None
    issued = task.issued_on is not None and now.is_counted
    return in_order(
        [
            (pgettext("step", "issued"), issued, task.issued_on),
            (pgettext("step", "rectification"), done, None),
            (pgettext("step", "completed"), done, now.completed_on),
            *marks_of_task(now, attempts),
            (pgettext("step", "closed"), now.closed_on is not None, now.closed_on),
            *lookback_marks(now, after),
        ]
    )


class Abilities:
    """What a person may do about a task and each of its parts, asked once for the whole page."""

    after = Afterwards()
    """What is known of extensions and of the time after the closure."""

    def __init__(self, user, task, *, is_past, today, attempts):
        self.user = user
        self.today = today
        self.attempts = attempts
        self.units = None
        self.task = task
        self.runs_list = not is_past and access.may_run_list(user)
        open_to_change = not is_past and not task.is_annulled and task.left_on is None
        self.runs_task = open_to_change and access.may_run_task(user, task)
        self.judges = self.runs_task or (open_to_change and access.may_judge(user, task))
        self.confirms = self.runs_task or (
            open_to_change and access.may_confirm_completion(user, task)
        )
        self.is_open = open_to_change

    @cached_property
    def looks_back(self):
        return self.is_open and access.may_look_back(self.user, self.task, self.units)

    def reports(self, assignment):
        return self.is_open and access.may_report(self.user, assignment)

    def of_part(self, part):
        """The steps about one unit's part that may follow now, the likeliest first."""
        possible = transitions.possible(part.status)
        args = (self.task.code, part.assignment.unit.code)
        waits, is_open = part.awaits_confirmation, part.completed_on is None
        reports = is_open and self.reports(part.assignment)
        enters = self.confirms and is_open and not waits
        returns = self.confirms and part.completion_reported_on and not part.closed_on
        offers = (
            (self.confirms and waits, "COMPLETED", _("Confirm completion"), "complete-task", "ok"),
            (reports, "ACKNOWLEDGED", _("Sign for it"), "acknowledge-task", "edit"),
            (enters, "COMPLETED", _("Mark as completed"), "complete-task", "ok"),
            (returns, "COMPLETION_RETURNED", _("Return completion"), "return-completion", "back"),
            (
                *(reports and not waits, "COMPLETION_REPORTED"),
                *(_("Report completion"), "report-completion", "flag"),
            ),
            (self.judges and is_open, "JUDGED", _("Judge progress"), "judge-task", "rank"),
            (self.looks_back, "LOOKED_BACK", _("Look back"), "look-back", "look"),
            (self.runs_task and not is_open, "REOPENED", _("Reopen"), "reopen-task", "undo"),
        )
        found = [
            Verb(label, name, args, icon)
            for offered, kind, label, name, icon in offers
            if offered and EventKind[kind] in possible
        ]
        found[:0] = self.of_closure(part)
        if self.reports(part.assignment):
            found += deadline_verbs(self.task, part, self.after, self.today)
        if self.runs_list and self.is_open:
            found.append(Verb(_("Remove the unit"), "remove-unit-from-task", args, "x"))
        return tuple(found)

    def of_closure(self, part):
        """The steps on the way of one part to its closure, the likeliest first."""
        closure = self.attempts.get(part.assignment.pk)
        if not self.is_open:
            return ()
        if EventKind.APPLIED in transitions.possible(part.status):
            may_apply = part.completed_on and self.reports(part.assignment)
            return (applying(part.assignment, self.task.code),) if may_apply else ()
        if closure is None:
            return ()
        part.assignment.task = self.task
        closure.assignment = part.assignment
        return next_steps(self.user, closure, day=self.today)

    def of_task(self):
        """The steps about the whole task, for the menu of the office."""
        if not self.runs_list or not self.is_open:
            return ()
        args = (self.task.code,)
        found = [Verb(_("Correct the task"), "correct-task", args, "edit")]
        if self.task.status == Status.DRAFT:
            found.append(Verb(_("Issue the task"), "issue-task", args, "task"))
        elif not self.task.completed_on:
            found.append(Verb(_("Extend the deadline"), "extend-task", args, "cal"))
        found += [
            Verb(_("Add a responsible unit"), "add-unit-to-task", args, "users"),
            Verb(_("Add a measure"), "new-measure", args, "plus"),
            Verb(_("Set a milestone"), "new-milestone", args, "flag"),
            Verb(_("Merge into another task"), "merge-task", args, "link"),
            Verb(_("Withdraw the task"), "withdraw-task", args, "trash"),
        ]
        return tuple(found)

    def ticks(self, parts):
        """Whether the person ticks measures and milestones off."""
        return self.is_open and (
            self.runs_list or any(self.reports(part.assignment) for part in parts)
        )


def reporting_verb(task, rows, abilities):
    """The way to the report form, if there is something left to report."""
    mine = [
        row
        for row in rows
        if abilities.reports(row.part.assignment)
        and row.part.shown is not None
        and not row.part.completed_on
        and EventKind.REPORTED in transitions.possible(row.part.status)
    ]
    return Verb(_("Report progress"), "report-progress", (task.code,)) if mine else None


def primary_verb(task, rows, abilities, reporting):
    """The one thing this person should do now; ``None`` when the turn is somebody else's."""
    if task.status == Status.DRAFT and abilities.runs_list:
        return Verb(_("Issue the task"), "issue-task", (task.code,), "task")
    verbs = [(row, verb) for row in rows for verb in row.verbs]
    for row, verb in verbs:
        if verb.name == "complete-task" and row.part.awaits_confirmation:
            return verb
    for _row, verb in verbs:
        on_behalf = verb.name == "apply-for-closure" and abilities.runs_list
        if verb.name in DUE and not on_behalf:
            return verb
    for row, verb in verbs:
        if verb.name == "acknowledge-task" and row.is_own and not abilities.runs_list:
            return verb
    if not abilities.runs_list and reporting:
        return reporting
    completions = [verb for _row, verb in verbs if verb.name == "complete-task"]
    return completions[0] if len(completions) == 1 else reporting


def is_annulled(event):
    """Whether an entry was taken back."""
    return event is not None and hasattr(event, "annulment")


class TaskPage(TemplateView):
    request: Any
    template_name = "tracker/tasks/detail.html"

    @cached_property
    def task(self):
        return visible_task(self.request, self.kwargs["code"], **counts(self.request.user))

    @cached_property
    def own_units(self):
        """The units whose parts are this person's own; ``None`` for who reads everything."""
        return access.scope_of(self.request.user).units

    def unit_rows(self, now, abilities):
        scope = access.scope_of(self.request.user)
        abilities.units = {part.assignment.unit_id for part in now.parts}
        for part in now.parts:
            part.assignment.task = self.task
        return [
            UnitRow(
                part,
                abilities.of_part(part),
                self.own_units is None or part.assignment.unit_id in self.own_units,
                scope.knows(part.assignment.unit_id),
            )
            for part in now.parts
        ]

    def measures(self):
        day = self.request.as_of
        rows = self.task.measures.filter(is_annulled=False).select_related("unit")
        by_then = Q(evidence__uploaded_at__date__lte=day)
        rows = rows.annotate(file_count=Count("evidence", filter=by_then))
        for measure in rows.order_by("number"):
            if measure.completed_on and measure.completed_on > day:
                measure.completed_on = None
            measure.is_late = bool(
                measure.completed_on is None and measure.due_on and measure.due_on < day
            )
            yield measure

    def milestones(self):
        day = self.request.as_of
        for milestone in self.task.milestones.filter(is_annulled=False).order_by("due_on", "pk"):
            if milestone.reached_on and milestone.reached_on > day:
                milestone.reached_on = None
            milestone.is_late = milestone.reached_on is None and milestone.due_on < day
            yield milestone

    def photo_pairs(self, entries):
        """Photos from before and after rectification, as attached by the day."""
        photos = [
            photo
            for photo in entries.files
            if photo.photo_kind
            and not is_annulled(photo.step)
            and localdate(photo.uploaded_at) <= self.request.as_of
        ]
        before = [photo for photo in photos if photo.photo_kind == PhotoKind.BEFORE]
        return pairs(before, [photo for photo in photos if photo not in before])

    def get_context_data(self, **kwargs):
        task, request = self.task, self.request
        now = one_task(task, as_of=request.as_of)
        attempts = last_attempts(now)
        abilities = Abilities(
            request.user,
            task,
            is_past=request.is_past,
            today=request.today,
            attempts=attempts,
        )
        entries = Entries(request, task, may_annul=abilities.runs_list)
        after = abilities.after = afterwards(entries.fetched, request.as_of)
        rows = self.unit_rows(now, abilities)
        own = worst(row.part for row in rows if row.is_own)
        return super().get_context_data(
            task=task,
            now=now,
            rows=rows,
            own_shown=own if own is not None and own != now.shown else None,
            abilities=abilities,
            is_late=now.shown == ShownStatus.OVERDUE,
            entries=entries,
            photo_pairs=self.photo_pairs(entries),
            deadline_text=entries.deadline_text,
            notice=self.notice(now, rows, entries, attempts, abilities),
            supporting=list(task.supporting_units.all()),
            points=[ProgressPoint(day, percent) for day, percent in now.history],
            plan=[ProgressPoint(day, percent) for day, percent in now.plan],
            page_size=PAGE,
            requests=after.requests,
            confirmations=after.confirmations,
            **self.what_to_do(now, rows, abilities),
            **self.way(now, attempts, after),
            **self.work(now, rows, abilities, attempts),
            **kwargs,
        )

    def what_to_do(self, now, rows, abilities):
        """The one button, the way to the report form beside it, and the menu of the office."""
        reporting = reporting_verb(self.task, rows, abilities)
        primary = primary_verb(self.task, rows, abilities, reporting)
        return {
            "primary": primary,
            "reporting": reporting if primary != reporting else None,
            "task_verbs": [verb for verb in abilities.of_task() if verb != primary],
        }

    def way(self, now, attempts, after):
        """The steps, and which of them is the present one."""
        way = steps(self.task, now, attempts, after)
        present = next((n for n, step in enumerate(way, 1) if step.state == "now"), len(way))
        return {"steps": way, "step": present}

    def work(self, now, rows, abilities, attempts):
        """Measures, milestones and what closure rests on, as they were on the day."""
        measures = list(self.measures())
        return {
            "measures": measures,
            "measures_done": sum(1 for measure in measures if measure.completed_on),
            "milestones": list(self.milestones()),
            "may_tick": now.is_counted and abilities.ticks(now.parts),
            "closing": [
                conditions(row.part, attempts.get(row.part.assignment.pk), measures, day=now.as_of)
                for row in rows
                if now.is_counted
            ],
        }

    def notice(self, now, rows, entries, attempts, abilities):
        """The one strip above the page: which kind, and the part it is about."""
        task = self.task
        if task.is_annulled:
            return {"kind": "annulled"}
        if task.left_on and task.left_on <= self.request.as_of:
            return {"kind": "left"}
        if not now.is_counted:
            return {"kind": "draft" if task.status == Status.DRAFT else "absent"}
        for row in rows:
            if row.part.awaits_confirmation:
                return {"kind": "waiting", "row": row}
        for row in rows:
            returned = entries.returned.get(row.part.assignment.pk)
            if returned is not None and not row.part.completed_on:
                return {"kind": "returned", "row": row, "event": returned}
        for row in rows:
            event = entries.returned_reports.get(row.part.assignment.pk)
            if event is not None and not row.part.completed_on:
                may_mend = abilities.reports(row.part.assignment)
                return {"kind": "report_returned", "row": row, "event": event, "may_mend": may_mend}
        for row in rows:
            closure = attempts.get(row.part.assignment.pk)
            if closure and closure.stage in CAME_TO_NOTHING and row.part.status == IN_PROGRESS:
                return {"kind": "not_closed", "row": row, "closure": closure}
        if now.shown == ShownStatus.OVERDUE:
            return {"kind": "overdue", "days": -now.days_left if now.days_left else 0}
        return None
