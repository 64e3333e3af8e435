"""Progress calls (调度): the list of them, opening one, and the board of its answers."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import RoundKind
from tracker.figures.calls import by_unit
from tracker.figures.overview import tree_on
from tracker.figures.rounds import board, with_counts
from tracker.filters import address
from tracker.forms.rounds import LineForm, RoundForm
from tracker.models import DispatchRound
from tracker.operations import progress, record, report_steps
from tracker.rules.periods import next_period
from tracker.views.frame import current_inspection
from tracker.views.subjects import NewInInspection, frame_by, on_day
from tracker.views.verbs import add_refusal

PER_PAGE, SIZES = 50, ("20", "50", "100", "200")


def page_of(request, rows, per_page=PER_PAGE):
    """The page of ``rows`` that the address asks for."""
    size = request.GET.get("per", "")
    if size and size not in SIZES:
        address.ignore(request, size)
    pages = Paginator(rows, int(size) if size in SIZES else per_page)
    return pages.get_page(request.GET.get("page"))


def visible_rounds(user):
    """Every call, for people with a role; the board shows each of them their own part."""
    rows = DispatchRound.objects.select_related("inspection")
    return rows if access.scope_of(user).memberships else rows.none()


class RoundList(TemplateView):
    """The calls of the current inspection, latest first, with how complete the answers are."""

    template_name = "tracker/rounds/list.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ())
        inspection = current_inspection(request)
        calls = visible_rounds(request.user).filter(inspection=inspection)
        if request.is_past:
            calls = calls.filter(period_from__lte=request.as_of)
        calls = with_counts(
            calls.order_by("-period_from", "-pk"),
            access.visible_tasks(request.user).filter(inspection=inspection),
            as_of=request.as_of,
            units=access.scope_of(request.user).units,
        )
        page = page_of(request, calls)
        may_add = inspection is not None and access.may_run_list(request.user)
        return super().get_context_data(
            page=page,
            calls=[(call, on_day(request, call.get_absolute_url())) for call in page],
            may_add=may_add and not request.is_past,
            **kwargs,
        )


class NewRound(NewInInspection):
    list_name = "rounds"
    list_label = gettext_lazy("Progress calls")
    title = gettext_lazy("New progress call")
    button = gettext_lazy("Open the call")
    consequence = gettext_lazy(
        "Every unit with an open task is asked for a report on the period. Who has not reported"
        " when the reports are due is suggested to be behind."
    )
    done = gettext_lazy("The call was opened.")
    form_class = RoundForm

    def get_initial(self):
        """The period after the last call; without one, that of today."""
        inspection = self.subject
        last = inspection.rounds.order_by("-period_to").first()
        after = last.period_to if last else self.today.replace(day=1) - timedelta(days=1)
        period = next_period(inspection.rhythm, inspection.reporting_day, after=after)
        return super().get_initial() | {
            "name": self.name_of(period),
            "kind": period.kind,
            "period_from": period.first,
            "period_to": period.last,
            "due_on": period.due_on,
        }

    def name_of(self, period):
        if period.kind == RoundKind.MONTHLY:
            return _("Call for %(month)s") % {"month": date_format(period.first, _("F Y"))}
        return _("Call for %(first)s to %(last)s") % {
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        }

    def perform(self, form):
        return progress.open_round(
            actor=self.request.user,
            inspection=self.subject,
            on=self.today,
            at=self.at,
            **form.cleaned_data,
        )


class RoundPage(TemplateView):
    """The answers to one call, unit by unit, each with what the program suggests of it.

    Whoever may judge a task has a choice and a line for the reason in its row.
    """

    request: Any
    template_name = "tracker/rounds/board.html"
    http_method_names = ["get", "head", "post", "options"]

    SHOWN = {
        "": lambda line: True,
        "missing": lambda line: not line.has_reported,
        "inside": lambda line: line.waits_inside,
        "returned": lambda line: line.is_returned,
        "reported": lambda line: line.has_reported,
        "to_receive": lambda line: line.is_to_receive,
        "unjudged": lambda line: not line.is_judged,
        "behind": lambda line: line.suggestion.is_behind,
    }

    def prepare(self):
        """The call, its board in this person's reach, and the lines that the address asks for."""
        request = self.request
        address.tidy(request, ("show", "unit"))
        self.call = get_object_or_404(visible_rounds(request.user), pk=self.kwargs["pk"])
        frame_by(request, self.call.inspection_id)
        self.tree = tree_on(request.as_of)
        tasks = access.visible_tasks(request.user).filter(inspection=self.call.inspection)
        self.board = board(self.call, tasks, as_of=request.as_of, units=self.reach())
        self.show = request.GET.get("show", "")
        if self.show not in self.SHOWN:
            address.ignore(request, self.show)
            self.show = ""
        lines = [line for line in self.board.lines if self.SHOWN[self.show](line)]
        self.page = page_of(request, lines)
        self.judgeable = set() if request.is_past else self.judged_by(request.user)

    def judged_by(self, user):
        """The ids of the tasks of the page whose progress a person may judge."""
        ids = {line.span.task_id for line in self.page}
        if access.may_run_list(user) or not access.may_judge_some(user):
            return ids if access.may_run_list(user) else set()
        return set(access.judgeable_tasks(user).filter(pk__in=ids).values_list("pk", flat=True))

    def reach(self):
        """The ids of the units at whose parts the page looks; ``None`` for all of them."""
        scope = access.scope_of(self.request.user).units
        self.unit = self.request.GET.get("unit", "")
        roots = [pk for pk, unit in self.tree.units.items() if unit.code == self.unit]
        if self.unit and not roots:
            address.ignore(self.request, self.unit)
            self.unit = ""
        if not self.unit:
            return scope
        below = self.tree.below(roots)
        return below if scope is None else below & scope

    def forms(self, data=None):
        """A form for each line of the page that this person may judge."""
        return {
            line.span.assignment_id: LineForm(data, line=line)
            for line in self.page
            if line.span.task_id in self.judgeable
        }

    def get(self, request, *args, **kwargs):
        self.prepare()
        return self.render_to_response(self.get_context_data(forms=self.forms(), **kwargs))

    def post(self, request, *args, **kwargs):
        self.prepare()
        if not self.judgeable:
            raise PermissionDenied(
                _("This account may not judge progress. Please ask the rectification office.")
            )
        if request.POST.get("then") == "receive":
            return self.receive()
        forms = self.forms(request.POST)
        valid = [form for form in forms.values() if form.is_valid()]
        saying = [form for form in valid if form.says_something]
        if len(valid) < len(forms) or not self.judge(saying):
            context = self.get_context_data(forms=forms, **kwargs)
            return self.render_to_response(context, status=422)
        said = ngettext("%(n)s judgement recorded.", "%(n)s judgements recorded.", len(saying))
        messages.success(request, said % {"n": len(saying)})
        return redirect(request.get_full_path())

    def receive(self):
        """Receive the ticked reports, each for itself, and say of each that was not why."""
        request, ticked = self.request, {}
        for pair in request.POST.getlist("receive"):
            key, _colon, version = pair.partition(":")
            if key.isdecimal() and version.isdecimal():
                ticked[int(key)] = int(version)
        shown = {line.report.pk: line for line in self.page if self.may_receive(line)}
        seen = {key: version for key, version in ticked.items() if key in shown}
        outcome = report_steps.accept_reports(
            actor=request.user, seen=seen, on=localdate(), at=now()
        )
        count = sum(not why for why in outcome.values())
        if count:
            said = ngettext("%(n)s report received.", "%(n)s reports received.", count)
            messages.success(request, said % {"n": count})
        for key, why in outcome.items():
            if why:
                span = shown[key].span
                messages.error(request, f"{span.unit.label} {span.task}{_(': ')}{why}")
        gone = len(ticked.keys() - seen.keys())
        if gone:
            said = ngettext(
                "%(n)s report is not waiting to be received any more.",
                "%(n)s reports are not waiting to be received any more.",
                gone,
            )
            messages.info(request, said % {"n": gone})
        if not ticked:
            messages.info(request, _("Tick the reports to be received first."))
        return redirect(request.get_full_path())

    def may_receive(self, line):
        """Whether this person may receive the report of a line, which waits for that."""
        return line.is_to_receive and line.span.task_id in self.judgeable

    def judge(self, forms):
        """Record what the forms say: all of them, or none when one is refused."""
        today, moment = localdate(), now()
        with transaction.atomic():
            record.lock_tasks(form.line.span.task_id for form in forms)
            for form in forms:
                try:
                    progress.judge_progress(
                        actor=self.request.user,
                        assignment_id=form.line.span.assignment_id,
                        call=self.call,
                        judgement=form.cleaned_data["judgement"],
                        suggested=form.line.suggestion.judgement,
                        reason=form.cleaned_data["reason"],
                        on=today,
                        at=moment,
                    )
                except ValidationError as refusal:
                    add_refusal(form, refusal)
            refused = any(form.errors for form in forms)
            if refused:
                transaction.set_rollback(True)
        return not refused

    def get_context_data(self, **kwargs):
        forms = kwargs.pop("forms")
        found = self.board
        rows = [
            {
                "line": line,
                "form": forms.get(line.span.assignment_id),
                "may_receive": self.may_receive(line),
                "url": on_day(self.request, line.span.task.get_absolute_url()),
            }
            for line in self.page
        ]
        return super().get_context_data(
            call=self.call,
            board=found,
            rows=rows,
            page=self.page,
            refused=any(form.errors for form in forms.values()),
            may_judge=bool(forms),
            may_receive=any(row["may_receive"] for row in rows),
            shows_inside=found.inside
            or self.call.inspection.reports_signed
            or self.call.inspection.county_reviews,
            is_due=self.call.due_on < self.request.as_of,
            tabs=[
                self.tab("", _("Asked"), found.total),
                self.tab("missing", _("Not reported"), found.missing),
                self.tab("inside", _("Waiting inside"), found.inside),
                self.tab("returned", _("Returned"), found.returned),
                self.tab("reported", _("Reported"), found.reported),
                self.tab("to_receive", _("To be received"), found.to_receive),
                self.tab("unjudged", _("Not judged"), found.unjudged),
                self.tab("behind", _("Suggested behind"), found.behind),
            ],
            units=self.unit_choices(),
            by_unit=self.by_unit(),
            may_answer=not self.request.is_past and access.may_answer_call(self.request.user),
            **kwargs,
        )

    def by_unit(self):
        """A line for each unit, with whether this person may have its workbook."""
        files = access.visible_call_files(self.request.user).filter(round=self.call).waiting()
        own = access.reporting_units(self.request.user)
        return [
            {
                "line": line,
                "may_answer": line.unit.pk in own,
                "url": address.link(self.request, unit=line.unit.code, show=None),
                "missing_url": address.link(self.request, unit=line.unit.code, show="missing"),
                "inside_url": address.link(self.request, unit=line.unit.code, show="inside"),
                "returned_url": address.link(self.request, unit=line.unit.code, show="returned"),
                "reported_url": address.link(self.request, unit=line.unit.code, show="reported"),
            }
            for line in by_unit(self.board, files)
        ]

    def tab(self, show, label, count):
        return {
            "label": label,
            "count": count,
            "glyph": "",
            "url": address.link(self.request, show=show or None),
            "active": self.show == show,
        }

    def unit_choices(self):
        """The units in reach in the order of the tree: code, name, chosen or not."""
        scope = access.scope_of(self.request.user).units
        return [
            (unit.code, unit.label, unit.code == self.unit)
            for pk, unit in self.tree.units.items()
            if scope is None or pk in scope
        ]
