"""Inspections with their rules, and the organisation that answers for each."""

from django.contrib import admin
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from tracker.admin.site import Historical, InlineBase, RefusableForm, ThroughOperations, site
from tracker.models import Inspection, OrgMember
from tracker.operations import inspections


class InspectionForm(RefusableForm):
    """An inspection and its rules; which fields there are, the page says."""


class OrgMemberInline(InlineBase, admin.TabularInline):
    model = OrgMember
    ordering = ["group", "position"]


@admin.register(Inspection, site=site)
class InspectionAdmin(Historical, ThroughOperations):
    """The code of an inspection is part of its tasks' codes, and so is fixed."""

    form = InspectionForm
    list_display = ["code", "name", "level", "kind", "feedback_on", "rate_basis"]
    list_display_links = ["code", "name"]
    list_filter = ["level", "kind", "is_demonstration"]
    search_fields = ["code", "name", "short_name", "team_name", "plan_document_no"]
    ordering = ["-feedback_on", "code"]
    inlines = [OrgMemberInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "code",
                    "name",
                    "short_name",
                    ("level", "kind"),
                    ("round_no", "batch_no"),
                    "team_name",
                    ("onsite_from", "onsite_to"),
                    "feedback_on",
                    ("plan_document_no", "plan_issued_on"),
                    "legal_basis",
                ]
            },
        ),
        (
            _("What counts"),
            {
                "fields": [
                    "completion_basis",
                    "rate_basis",
                    "petition_rate_basis",
                    "behind_points",
                    "due_soon_days",
                ]
            },
        ),
        (
            _("Closure"),
            {
                "fields": [
                    ("notice_days", "notice_day_count"),
                    "county_accepts",
                    "needs_consent",
                    "closes_undated",
                ]
            },
        ),
        (_("Progress reports"), {"fields": [("reports_signed", "county_reviews")]}),
        (
            _("Time limits"),
            {
                "fields": [
                    "extension_needs_document",
                    ("standing_month", "standing_day"),
                    "immediate_days",
                    "plan_limit_days",
                    "petition_answer_days",
                    ("rhythm", "reporting_day"),
                    ("call_reminder_days", "deadline_reminders"),
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def operate(self, request, form, formsets, change):
        said = {"actor": request.user, "on": localdate(), "at": now()}
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            inspection = inspections.amend_inspection(
                inspection_id=form.instance.pk, changes=changes, **said
            )
        else:
            inspection = inspections.enter_inspection(values=form.cleaned_data, **said)
        for formset in formsets:
            formset.instance = inspection
            for row in formset.save(commit=False):
                row.inspection = inspection
                row.save()
            for row in formset.deleted_objects:
                row.delete()
        return inspection
