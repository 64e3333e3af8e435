"""Acceptance and closure (验收销号): the queue, one attempt, and its notice as a sheet."""

from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import ClosureStage, Condition, ObjectionState, Role, ShownStatus
from tracker.exporters.notice_text import draft, published
from tracker.figures.closures import Group, Queue, queue
from tracker.filters import address
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
ORDER = list(Condition)


def waiting_since(row):
    """The day of the last step, or of the completion before there was one."""
    closure = row.closure if row.group != Group.TO_APPLY else None
    if closure is None:
        return row.assignment.completed_on
    began = row.notice and row.notice.begins_on
    return began or closure.decided_on or closure.taken_on or closure.applied_on


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
        for group in Group:
            count = sum(1 for row in rows if row.group == group)
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
        accepts = publishes or row.task.acceptance_unit_id in scope.ids(Role.ACCEPTANCE)
        is_other = closure.applied_by_id != user.pk and (scope.is_city_office or not reports)
        return offered(
            closure, accepts=accepts and is_other, publishes=publishes, reports=reports, day=day
        )


class ClosurePage(TemplateView):
    """One attempt with everything that was said in it, and what this person should do now."""

    template_name = "tracker/closures/detail.html"

    def get_context_data(self, **kwargs):
        user, day = self.request.user, localdate()
        closure = visible_closure(self.request, self.kwargs["pk"])
        task = closure.assignment.task
        notice = notice_of(closure)
        attempts = list(closure.assignment.closures.order_by("-applied_on", "-pk"))
        steps = [] if self.request.is_past else self.verbs(closure, attempts, day)
        primary = steps[0] if steps and steps[0].name in DUE else None
        answers = sorted(closure.answers.all(), key=lambda row: ORDER.index(row.condition))
        way = steps_of(closure, day)
        may_publish = not self.request.is_past and access.may_publish(user, task)
        return super().get_context_data(
            closure=closure,
            task=task,
            unit=closure.assignment.unit,
            notice=notice,
            objections=self.objections(notice),
            answers=answers,
            met=sum(1 for row in answers if row.is_met),
            conditions=Condition.labels,
            evidence=list(closure.evidence.order_by("pk")),
            measures=list(task.measures.filter(is_annulled=False).order_by("number")),
            earlier=[row for row in attempts if row.pk != closure.pk],
            steps=way,
            step=next((n for n, step in enumerate(way, 1) if step.state == "now"), len(way)),
            stage_word=closure.get_stage_display(),
            mark=mark_of(closure),
            is_stopped=closure.stage in STOPPED,
            reason=self.reason(closure),
            is_over=is_over(closure, day),
            days_left=(notice.ends_on - day).days if notice and not closure.closed_on else None,
            turn=turn(closure, day) if closure == attempts[0] else "",
            two_persons=two_persons(user, closure),
            primary=primary,
            others=[verb for verb in steps if verb != primary],
            may_publish=may_publish,
            may_read_contact=access.may_publish(user, task),
            **kwargs,
        )

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

    def reason(self, closure):
        """Why the attempt stopped."""
        if closure.stage == ClosureStage.FAILED:
            return closure.opinion
        notice = notice_of(closure)
        if notice and closure.stage == ClosureStage.OBJECTED:
            rows = notice.objections.all()
            return "\n".join(row.settlement for row in rows if row.state == ObjectionState.UPHELD)
        return closure.return_reason


class NoticeSheet(TemplateView):
    """The notice as it is put up, on A4; a draft of it for who may publish."""

    template_name = "tracker/closures/notice.html"

    def get_context_data(self, **kwargs):
        closure = visible_closure(self.request, self.kwargs["pk"])
        task = closure.assignment.task
        notice = notice_of(closure)
        if notice is None and not access.may_publish(self.request.user, task):
            raise Http404
        return super().get_context_data(
            closure=closure,
            task=task,
            unit=closure.assignment.unit,
            notice=notice,
            text=published(closure) if notice else draft(closure),
            **kwargs,
        )
