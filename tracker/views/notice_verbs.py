"""The pages of a closure from the public notice on: publishing, objections, closing, filing."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.choices import DayCount, ObjectionState
from tracker.exporters.notice_text import worded
from tracker.exporters.parts import Attempt
from tracker.figures.objections import as_readable
from tracker.forms.closures import (
    ClosingForm,
    FilingForm,
    NoticeForm,
    ObjectionForm,
    SettlementForm,
)
from tracker.models import Holiday, Objection
from tracker.operations import notices
from tracker.rules.closures import notice_ends
from tracker.templatetags.ui import cn_date
from tracker.views.closure_steps import notice_of
from tracker.views.closure_verbs import OfficeVerb
from tracker.views.subjects import frame_by
from tracker.views.verbs import VerbPage
from tracker.workdays import LONGEST, Calendar

YEAR = timedelta(days=366)


class PublishNotice(OfficeVerb):
    """The notice is published once its last day has stood before the reader's eyes."""

    template_name = "tracker/closures/publish.html"
    title = gettext_lazy("Publish the notice")
    button = gettext_lazy("Publish the notice")
    consequence = gettext_lazy(
        "Objections are taken until the day after the last one. Then the task can be closed."
    )
    done = gettext_lazy("The notice was published.")
    form_class = NoticeForm

    @cached_property
    def calendar(self):
        return Calendar(dict(Holiday.objects.values_list("day", "is_workday")))

    def ends_on(self, first):
        """The last day; ``None`` for a first day or a number of days that is refused anyway."""
        rules = self.task.inspection
        if first is None or first > self.today + YEAR or not 1 <= rules.notice_days <= LONGEST:
            return None
        return notice_ends(self.calendar, first, rules.notice_days, rules.notice_day_count)

    def get_initial(self):
        return super().get_initial() | {
            "begins_on": self.today,
            "completion_text": self.closure.completion_text,
            "issuer": self.closure.assignment.unit.name,
        }

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        ends_on = self.ends_on(self.today)
        if not form.is_bound and ends_on:
            form.shown_as(ends_on)
        return form

    def form_valid(self, form):
        ends_on = self.ends_on(form.cleaned_data["begins_on"])
        is_look = self.request.POST.get("then") == "look"
        if ends_on and (is_look or form.cleaned_data["ends_shown"] != ends_on):
            form.shown_as(ends_on)
            if is_look:
                return self.render_to_response(self.get_context_data(form=form))
            form.add_error(
                "begins_on",
                _("The last day is now %(day)s. Look at it, then publish.")
                % {"day": cn_date(ends_on)},
            )
            return self.form_invalid(form)
        return super().form_valid(form)

    def perform(self, form):
        cleaned = form.cleaned_data
        names = ("begins_on", "completion_text", "issuer", "phone", "email")
        return notices.publish_notice(**{name: cleaned[name] for name in names}, **self.said(form))

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or self.get_form()
        shown = form.cleaned_data if form.is_bound else form.initial
        begins_on = shown.get("begins_on")
        ends_on = self.ends_on(begins_on)
        rules = self.task.inspection
        years = sorted({begins_on.year, ends_on.year}) if ends_on else ()
        return super().get_context_data(
            **kwargs | {"form": form},
            begins_on=begins_on,
            ends_on=ends_on,
            days=rules.notice_days,
            is_working=rules.notice_day_count == DayCount.WORKING,
            provisional=[year for year in years if self.is_provisional(year)],
            text=ends_on
            and worded(
                Attempt(self.closure, self.today),
                begins_on=begins_on,
                ends_on=ends_on,
                completion=shown.get("completion_text", ""),
                issuer=shown.get("issuer", ""),
                phone=shown.get("phone", ""),
                email=shown.get("email", ""),
            ),
        )

    def is_provisional(self, year):
        is_working = self.task.inspection.notice_day_count == DayCount.WORKING
        return is_working and self.calendar.is_provisional(year)


class ReceiveObjection(OfficeVerb):
    template_name = "tracker/closures/object.html"
    title = gettext_lazy("Record an objection")
    button = gettext_lazy("Record the objection")
    consequence = gettext_lazy("The task is not closed before the objection is settled.")
    done = gettext_lazy("The objection was recorded.")
    form_class = ObjectionForm

    def get_initial(self):
        return super().get_initial() | {"received_on": self.today}

    def day_of(self, notice, received_on):
        """The day from which it stands in the record: no earlier than what was entered before."""
        entered = notice.objections.standing().values_list("received_on", "settled_on")
        return max([received_on, *(day for days in entered for day in days if day)])

    def perform(self, form):
        notice = notice_of(self.closure)
        if notice is None:
            raise ValidationError(_("No notice has been published, so nothing can be objected to."))
        return notices.receive_objection(
            actor=self.request.user,
            notice_id=notice.pk,
            on=self.day_of(notice, form.cleaned_data["received_on"]),
            at=self.at,
            **form.cleaned_data,
        )


class SettleObjection(VerbPage):
    template_name = "tracker/closures/settle.html"
    title = gettext_lazy("Settle the objection")
    button = gettext_lazy("Settle the objection")
    form_class = SettlementForm

    def get_subject(self):
        closures_in_sight = access.visible_closures(self.request.user)
        rows = Objection.objects.filter(notice__closure__in=closures_in_sight)
        rows = rows.exclude(state=ObjectionState.ANNULLED)
        rows = rows.select_related(
            "notice__closure__assignment__task__inspection", "notice__closure__assignment__unit"
        )
        objection = get_object_or_404(rows, pk=self.kwargs["pk"])
        frame_by(self.request, self.closure_of(objection).assignment.task.inspection_id)
        return objection

    def closure_of(self, objection):
        return objection.notice.closure

    @property
    def closure(self):
        return self.closure_of(self.subject)

    @property
    def task(self):
        return self.closure.assignment.task

    def allowed(self):
        return access.may_publish(self.request.user, self.task)

    def perform(self, form):
        return notices.settle_objection(
            actor=self.request.user,
            objection_id=self.subject.pk,
            at=self.at,
            **form.cleaned_data,
        )

    done = gettext_lazy("The objection was settled.")

    def get_success_url(self, outcome=None):
        return self.closure.get_absolute_url()

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        unit = self.closure.assignment.unit
        reads = unit.pk in access.read_objections_of(self.request.user, self.task, [unit.pk])
        return super().get_context_data(
            objection=as_readable([self.subject], whole=reads)[0],
            closure=self.closure,
            task=self.task,
            unit=unit,
            may_read_personal=reads,
            **kwargs,
        )


class CloseTask(OfficeVerb):
    title = gettext_lazy("Close the task")
    button = gettext_lazy("Close the task")
    done = gettext_lazy("The task was closed.")
    form_class = ClosingForm

    @property
    def consequence(self):
        if self.task.is_standing:
            return _("The part of this unit is closed; the standing obligation goes on.")
        return _("The part of this unit is removed from the account from that day on.")

    def get_form_kwargs(self):
        needs_consent = self.task.inspection.needs_consent
        return super().get_form_kwargs() | {"needs_consent": needs_consent}

    def perform(self, form):
        cleaned = form.cleaned_data
        return notices.close_task(
            closing_opinion=cleaned["closing_opinion"],
            **{name: cleaned[name] for name in ClosingForm.CONSENT if name in cleaned},
            **self.said(form),
        )


class FileClosure(OfficeVerb):
    title = gettext_lazy("Enter the filing")
    button = gettext_lazy("Enter the filing")
    consequence = gettext_lazy("The closure was reported to the level above under this number.")
    done = gettext_lazy("The filing was entered.")
    form_class = FilingForm

    def perform(self, form):
        return notices.file_closure(filing_no=form.cleaned_data["filing_no"], **self.said(form))
