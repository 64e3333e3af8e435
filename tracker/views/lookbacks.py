"""Looking back (回头看): what falls due, the plans and their items, and one check."""

from datetime import timedelta
from secrets import randbelow
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import AssignmentStatus, LookBackMethod, LookBackResult
from tracker.figures import lookbacks as figures
from tracker.figures import standing
from tracker.filters import address
from tracker.forms.lookbacks import BY_LIST, BY_SAMPLE, MARKS, LookBackForm, PlanForm
from tracker.models import LookBack
from tracker.operations import lookbacks
from tracker.rules.lookbacks import LARGEST_SEED, follow_ups
from tracker.views.frame import current_inspection
from tracker.views.round_pages import page_of
from tracker.views.steps import Verb
from tracker.views.subjects import NewSubject, entries_about, frame_by, on_day
from tracker.views.task_verbs import AssignmentVerb
from tracker.views.uploads import WithFiles

DUE = 20
"""Follow-ups on one page, unless the reader asks for more."""
LATEST = 10
"""Checks shown on the page of all."""
WORST = 20
"""Units shown with their rebound rate."""
PROPOSED = 5
MONTH = timedelta(days=30)


def looking_back(user, task, unit, responsible):
    """The way to the form of a check, for who may."""
    if not access.may_look_back(user, task, responsible):
        return None
    return Verb(_("Look back"), "look-back", (task.code, unit.code), "look")


class LookBackList(TemplateView):
    """What is to be looked at again, the plans, what the last checks found, and the rebounds."""

    request: Any
    template_name = "tracker/lookbacks/list.html"

    def get_context_data(self, **kwargs):
        request, user = self.request, self.request.user
        address.tidy(request, ())
        inspection, day = current_inspection(request), request.as_of
        due, coming = figures.due_follow_ups(user, inspection, day)
        page = page_of(request, due, DUE)
        rates = figures.rebounds(user, inspection, day)
        results = figures.results(user, inspection, day)
        checks = figures.checks(user, inspection, day).select_related(
            "assignment__task", "assignment__unit"
        )
        may_plan = inspection is not None and access.may_plan_lookbacks(user)
        gone = standing.no_longer_holding(user, day, inspection) if may_plan else []
        tasks = [row.task for row in page] + [row.assignment.task for row in gone]
        responsible = {} if request.is_past else figures.responsible_units(tasks)
        return super().get_context_data(
            page=page,
            due=self.due_rows(page, responsible),
            due_count=len(due),
            coming=coming,
            plans=[
                (plan, on_day(request, plan.get_absolute_url()))
                for plan in figures.plans(user, inspection, day)
            ],
            results=[(result, MARKS[result], number) for result, number in results.items()],
            checked=sum(results.values()),
            checks=[
                (check, MARKS[LookBackResult(check.result)], self.task_url(check.assignment.task))
                for check in checks.order_by("-checked_on", "-pk")[:LATEST]
            ],
            rates=rates,
            rate_rows=rates.units[:WORST],
            rates_left=max(0, len(rates.units) - WORST),
            may_plan=may_plan and not request.is_past,
            proposed=self.proposed(gone, responsible),
            **kwargs,
        )

    def proposed(self, gone, responsible):
        """What its unit said no longer holds, each with the way to the form for who may."""
        return [
            {
                "said": row,
                "url": self.task_url(row.assignment.task),
                "verb": self.verb(row.assignment.task, row.assignment.unit, responsible),
            }
            for row in gone
        ]

    def verb(self, task, unit, responsible):
        if self.request.is_past:
            return None
        return looking_back(self.request.user, task, unit, responsible.get(task.pk, set()))

    def task_url(self, task):
        return on_day(self.request, task.get_absolute_url())

    def due_rows(self, page, responsible):
        """The rows of the page, each with the way to the form for who may."""
        return [
            {
                "row": row,
                "url": self.task_url(row.task),
                "verb": self.verb(row.task, row.unit, responsible),
            }
            for row in page
        ]


class NewLookBackPlan(NewSubject):
    """A plan: by list or by a sample; the seed is proposed, and shown."""

    list_name = "lookbacks"
    list_label = gettext_lazy("Look-backs")
    template_name = "tracker/lookbacks/new.html"
    title = gettext_lazy("New look-back plan")
    button = gettext_lazy("Make the plan")
    consequence = gettext_lazy(
        "The units concerned do not see the plan: checks come unannounced. Each learns of a check"
        " once it has been recorded."
    )
    done = gettext_lazy("The plan was made.")
    form_class = PlanForm

    def get_subject(self):
        inspection = current_inspection(self.request)
        if inspection is None:
            raise Http404(_("There is no inspection yet."))
        return inspection

    def allowed(self):
        return access.may_plan_lookbacks(self.request.user)

    @cached_property
    def parts(self):
        rows = lookbacks.closed_parts(self.subject).select_related("task", "unit")
        return rows.order_by("task__number", "unit__position", "pk")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"parts": self.parts}

    def get_initial(self):
        asked = self.request.GET.getlist("part")
        return super().get_initial() | {
            "name": _("Look-back of %(month)s") % {"month": f"{self.today:%Y-%m}"},
            "due_on": self.today + MONTH,
            "how": BY_LIST if asked else BY_SAMPLE,
            "parts": asked,
            "sample_size": min(PROPOSED, len(self.parts)) or None,
            "seed": randbelow(LARGEST_SEED + 1),
        }

    def perform(self, form):
        return lookbacks.plan_lookbacks(
            actor=self.request.user,
            inspection=self.subject,
            on=self.today,
            at=self.at,
            **form.values(),
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(parts=list(self.parts), **kwargs)
        return context | {"ticked": context["form"].ticked()}


class LookBackPlanPage(TemplateView):
    """One plan with its items: which have been checked, and what was found."""

    request: Any
    template_name = "tracker/lookbacks/plan.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ())
        rows = access.visible_lookback_plans(request.user)
        plan = get_object_or_404(
            rows.select_related("made_by", "inspection", "event"), pk=self.kwargs["pk"]
        )
        frame_by(request, plan.inspection_id)
        parts = figures.planned_parts(request.user, plan, request.as_of)
        page = page_of(request, parts)
        drawn_from = plan.event.details["after"]["among"]
        return super().get_context_data(
            plan=plan,
            page=page,
            rows=self.rows(plan, page),
            total=len(parts),
            checked=sum(part.lookback is not None for part in parts),
            reopened=sum(
                part.lookback is not None and part.lookback.reopening_id is not None
                for part in parts
            ),
            population=len(drawn_from),
            is_late=plan.due_on < request.as_of,
            entries=entries_about(
                request, plan.inspection.events.filter(pk=plan.event_id), type(plan)
            ),
            **kwargs,
        )

    def rows(self, plan, page):
        user = self.request.user
        open_now = not self.request.is_past and not plan.is_annulled
        responsible = figures.responsible_units([part.assignment.task for part in page])
        return [self.row(part, user, open_now, responsible) for part in page]

    def row(self, part, user, open_now, responsible):
        assignment, check = part.assignment, part.lookback
        task, verb = assignment.task, None
        is_closed = assignment.status == AssignmentStatus.CLOSED
        if open_now and check is None and is_closed:
            units = responsible.get(task.pk, set())
            verb = looking_back(user, task, assignment.unit, units)
        return {
            "assignment": assignment,
            "task": task,
            "url": on_day(self.request, task.get_absolute_url()),
            "check": check,
            "is_closed": is_closed,
            "mark": MARKS[LookBackResult(check.result)] if check else "",
            "verb": verb,
        }


class LookBackAt(WithFiles, AssignmentVerb):
    """One check of a closed part, made for a telephone on site."""

    template_name = "tracker/lookbacks/check.html"
    title = gettext_lazy("Look back")
    button = gettext_lazy("Record the check")
    done = gettext_lazy("The check was recorded. The task stays closed.")
    form_class = LookBackForm

    def allowed(self):
        return access.may_look_back(self.request.user, self.task)

    def get_initial(self):
        return super().get_initial() | {
            "checkers": str(self.request.user),
            "method": LookBackMethod.UNANNOUNCED,
        }

    def perform(self, form):
        return lookbacks.record_lookback(
            assignment_id=self.subject.pk, files=self.files, **form.values(), **self.said(form)
        )

    def done_message(self, outcome):
        if outcome.reopening_id:
            return _("The check was recorded. The task is open again from %(day)s.") % {
                "day": outcome.checked_on.isoformat()
            }
        return self.done

    def get_context_data(self, **kwargs):
        part = self.subject
        earlier = LookBack.objects.standing().filter(assignment=part)
        return super().get_context_data(
            assignment=part,
            is_closed=part.status == AssignmentStatus.CLOSED,
            follow_ups=follow_ups(part.closed_on) if part.closed_on else (),
            earlier=[
                (check, MARKS[LookBackResult(check.result)])
                for check in earlier.order_by("-checked_on", "-pk")
            ],
            **kwargs,
        )
