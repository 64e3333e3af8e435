"""Acceptance and closure (验收销号): the queue, and one attempt."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import (
    ClosureStage,
    Condition,
    EventKind,
    ObjectionState,
    Role,
    ShownStatus,
)
from tracker.exporters.parts import Attempt
from tracker.figures.closures import Group, Queue, last_entries, queue
from tracker.figures.evidence import closure_files
from tracker.figures.objections import as_readable
from tracker.figures.signals import signals_of
from tracker.filters import address
from tracker.views.closure_sheets import documents_of
from tracker.views.closure_steps import (
    DUE,
    applying,
    is_over,
    mark_of,
    next_steps,
    notice_of,
    offered,
    steps_of,
    turn,
    two_persons,
)
from tracker.views.closure_verbs import visible_closure
from tracker.views.frame import current_inspection
from tracker.views.round_pages import page_of

STOPPED = (
    *(ClosureStage.RETURNED, ClosureStage.FAILED),
    *(ClosureStage.OBJECTED, ClosureStage.CANCELLED),
)
UNDECIDED = (ClosureStage.APPLIED, ClosureStage.PRE_ACCEPTED, ClosureStage.UNDER_ACCEPTANCE)
ORDER = list(Condition)


def waiting_since(row):
    """The day of the last step, or of the completion before there was one."""
    closure = row.closure if row.group != Group.TO_APPLY else None
    if closure is None:
        return row.assignment.completed_on
    began = row.notice and row.notice.begins_on
    days = (began, closure.decided_on, closure.taken_on, closure.pre_accepted_on)
    return next((day for day in days if day), closure.applied_on)


class ClosureQueue(TemplateView):
    """What waits in the procedure of the current inspection, group by group, for whom."""

    template_name = "tracker/closures/list.html"

    def get_context_data(self, **kwargs):
        request, day = self.request, localdate()
        address.tidy(request, ("show", "unit"))
        inspection = current_inspection(request)
        found = queue(request.user, inspection, day) if inspection else Queue(day, (), {})
        units = {row.unit.code: row.unit.label for row in found.rows}
        unit = self.chosen("unit", units)
        show = self.chosen("show", Group.values)
        rows = [row for row in found.rows if not unit or row.unit.code == unit]
        tabs = [self.tab(_("All"), "", len(rows), show)]
        by_county = inspection is not None and inspection.county_accepts
        for group in Group:
            count = sum(1 for row in rows if row.group == group)
            if group == Group.TO_PRE_ACCEPT and not count and not by_county:
                continue
            tabs.append(self.tab(group.label, group.value, count, show))
        page = page_of(request, [row for row in rows if not show or row.group == show])
        tasks = [row.assignment.task_id for row in page]
        mine = access.runnable_tasks(request.user).filter(pk__in=tasks)
        self.runs = set() if request.is_past else set(mine.values_list("pk", flat=True))
        return super().get_context_data(
            rows=[self.line(row, day) for row in page],
            page=page,
            tabs=tabs,
            units=[(code, label, code == unit) for code, label in units.items()],
            has_any=bool(found.rows),
            sentence=self.sentence(found),
            **kwargs,
        )

    def chosen(self, name, known):
        word = self.request.GET.get(name, "")
        if word in known:
            return word
        address.ignore(self.request, word)
        address.leave(self.request, name)
        return ""

    def tab(self, label, group, count, show):
        url = address.link(self.request, show=group or None)
        return {"label": label, "count": count, "glyph": "", "url": url, "active": group == show}

    def sentence(self, found):
        """How many parts are in the procedure, and how many of each group."""
        total = _("Parts of tasks on their way to closure: %(n)s") % {"n": len(found.rows)}
        counts = found.counts
        groups = [f"{group.label} {counts[group]}" for group in Group if counts.get(group)]
        return _(". ").join([total, _(", ").join(groups)]) if groups else total

    def line(self, row, day):
        """A row with its sign, its address and the step that this person may take."""
        closure = row.closure if row.group != Group.TO_APPLY else None
        verbs = () if self.request.is_past else self.verbs(row, closure, day)
        return {
            "row": row,
            "since": waiting_since(row),
            "url": (closure or row.task).get_absolute_url(),
            "mark": mark_of(closure) if closure else ShownStatus.AWAITING_CLOSURE.code,
            "word": closure.get_stage_display() if closure else row.group.label,
            "reason": self.reason(row.closure) if row.group == Group.RETURNED else "",
            "verb": verbs[0] if verbs and verbs[0].name in DUE else None,
        }

    def reason(self, closure):
        """Why the last attempt came to nothing, as far as its own row says."""
        return closure.return_reason or closure.opinion

    def verbs(self, row, closure, day):
        """The steps that are sure to be allowed, told without a look-up for each row."""
        user, part = self.request.user, row.assignment
        scope = access.scope_of(user)
        reports = access.may_report(user, part)
        if row.group in (Group.TO_APPLY, Group.RETURNED):
            own = reports and part.task_id not in self.runs
            return (applying(part, row.task.code),) if own and part.completed_on else ()
        closure.assignment = part
        publishes = part.task_id in self.runs
        runs = publishes and (closure.county_id is None or scope.is_city_office)
        accepts = runs or row.task.acceptance_unit_id in scope.ids(Role.ACCEPTANCE)
        is_own = scope.did(closure.applied_by_id, closure.applied_on) or scope.did(
            closure.pre_accepted_by_id, closure.pre_accepted_on
        )
        return offered(
            closure,
            pre_accepts=access.may_pre_accept(user, closure),
            accepts=accepts and not is_own and (scope.is_city_office or not reports),
            publishes=publishes,
            reports=reports,
            day=day,
        )


class ClosurePage(TemplateView):
    """One attempt with everything that was said in it, and what this person should do now."""

    template_name = "tracker/closures/detail.html"
    request: Any

    def get_context_data(self, **kwargs):
        user, day = self.request.user, localdate()
        closure = visible_closure(self.request, self.kwargs["pk"])
        task = closure.assignment.task
        notice = notice_of(closure)
        unit_id = closure.assignment.unit_id
        reads = unit_id in access.read_objections_of(user, task, [unit_id])
        objections = as_readable(self.objections(notice), whole=reads)
        closure.open_objections = sum(row.state == ObjectionState.OPEN for row in objections)
        attempts = list(closure.assignment.closures.order_by("-applied_on", "-pk"))
        steps = [] if self.request.is_past else self.verbs(closure, attempts, day)
        primary = steps[0] if steps and steps[0].name in DUE else None
        answers = sorted(closure.answers.all(), key=lambda row: ORDER.index(row.condition))
        files = closure_files(user, closure, answers)
        for row in answers:
            row.files = files.by_answer.get(row.pk, ())
        entries = last_entries(closure)
        way = steps_of(closure, day, entries)
        settles = reads or access.may_publish(user, task)
        return super().get_context_data(
            closure=closure,
            task=task,
            unit=closure.assignment.unit,
            notice=notice,
            objections=objections,
            answers=answers,
            met=sum(1 for row in answers if row.is_met),
            conditions=Condition.labels,
            evidence=files.application,
            accepted_with=files.acceptance,
            photo_pairs=files.photo_pairs,
            signals=self.signals(closure, files.application),
            measures=list(task.measures.filter(is_annulled=False).order_by("number")),
            earlier=[row for row in attempts if row.pk != closure.pk],
            steps=way,
            step=next((n for n, step in enumerate(way, 1) if step.state == "now"), len(way)),
            stage_word=closure.get_stage_display(),
            mark=mark_of(closure),
            is_stopped=closure.stage in STOPPED,
            reason=self.reason(closure, objections),
            returned=self.returned(closure, entries),
            is_public=notice is not None and access.is_public(notice, day),
            is_over=is_over(closure, day),
            days_left=(notice.ends_on - day).days if notice and not closure.closed_on else None,
            turn=turn(closure, day) if closure == attempts[0] else "",
            two_persons=two_persons(user, closure),
            primary=primary,
            others=[verb for verb in steps if verb != primary],
            may_publish=settles and not self.request.is_past,
            documents=list(documents_of(Attempt(closure, self.request.as_of))),
            settles=settles,
            may_read_personal=reads,
            **kwargs,
        )

    def signals(self, closure, files):
        """What the program asks who accepts, as long as it is not decided."""
        user, part = self.request.user, closure.assignment
        if closure.stage not in UNDECIDED or not access.may_accept(user, closure):
            return None
        return signals_of(user, part.task, part, files=files)

    def objections(self, notice):
        if notice is None:
            return []
        rows = notice.objections.exclude(state=ObjectionState.ANNULLED)
        return list(rows.select_related("settled_by").order_by("received_on", "pk"))

    def verbs(self, closure, attempts, day):
        """What may be done; after an attempt that came to nothing, to apply again."""
        found = list(next_steps(self.request.user, closure, day=day))
        assignment = closure.assignment
        stopped = closure.stage in STOPPED and closure == attempts[0]
        if stopped and assignment.completed_on and access.may_report(self.request.user, assignment):
            found.append(applying(assignment, assignment.task.code))
        return found

    def returned(self, closure, entries):
        """``(office, entry)`` of who returned the application, the county or the acceptance."""
        entry = entries.get(EventKind.APPLICATION_RETURNED)
        if entry is None or closure.stage != ClosureStage.RETURNED:
            return None
        is_county = entry.details["before"]["stage"] == ClosureStage.APPLIED and closure.county
        return closure.county if is_county else closure.assignment.task.acceptance_unit, entry

    def reason(self, closure, objections):
        """Why the attempt stopped."""
        if closure.stage == ClosureStage.FAILED:
            return closure.opinion
        if closure.stage == ClosureStage.OBJECTED:
            upheld = [row for row in objections if row.state == ObjectionState.UPHELD]
            return "\n".join(row.settlement for row in upheld)
        return closure.return_reason
