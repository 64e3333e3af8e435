"""What operations write: issues, tasks, reports, petitions, and the record itself. To be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tracker import access
from tracker.admin.site import ReadOnly, RowsToRead, site
from tracker.models import (
    Assignment,
    DispatchRound,
    Event,
    Evidence,
    ImportBatch,
    Issue,
    Judgement,
    Measure,
    Milestone,
    Petition,
    Programme,
    ProgressReport,
    Reading,
    Snapshot,
    Span,
    Task,
)


class OfAssignment(ReadOnly):
    """What belongs to one unit's part of a task: shown by the task's code and the unit's name."""

    list_select_related = ["assignment__task", "assignment__unit"]

    @admin.display(description=_("task"), ordering="assignment__task__code")
    def task_code(self, row):
        return row.assignment.task.code

    @admin.display(description=_("unit"), ordering="assignment__unit__position")
    def unit_label(self, row):
        return row.assignment.unit.label


@admin.register(Issue, site=site)
class IssueAdmin(ReadOnly):
    list_display = ["code", "title", "source", "medium", "unit", "is_typical", "is_annulled"]
    list_display_links = ["code", "title"]
    list_filter = ["inspection", "medium", "source", "is_typical", "is_annulled"]
    list_select_related = ["source", "medium", "unit"]
    search_fields = ["code", "title", "text", "place"]
    ordering = ["inspection", "number"]


class AssignmentRows(RowsToRead):
    model = Assignment
    related = ["unit"]
    fields = ["unit", "is_lead", "status", "percent", "completed_on", "closed_on", "removed_on"]
    show_change_link = True


class MeasureRows(RowsToRead):
    model = Measure
    related = ["unit"]
    ordering = ["number", "pk"]
    fields = ["number", "text", "kind", "unit", "owner", "due_on", "completed_on"]


class MilestoneRows(RowsToRead):
    model = Milestone
    ordering = ["due_on", "pk"]
    fields = ["title", "due_on", "reached_on"]


class EventRows(RowsToRead):
    model = Event
    related = ["unit", "actor"]
    ordering = ["-sequence"]
    fields = [
        "sequence",
        "effective_on",
        "recorded_at",
        "kind",
        "unit",
        "actor",
        "note",
        "is_backfilled",
    ]
    show_change_link = True
    verbose_name_plural = _("record of this task")


@admin.register(Task, site=site)
class TaskAdmin(ReadOnly):
    list_display = [
        "code",
        "title",
        "status",
        "percent",
        "due_on",
        "completed_on",
        "closed_on",
        "acceptance_unit",
    ]
    list_display_links = ["code", "title"]
    list_filter = ["inspection", "status", "is_standing", "is_listed", "is_annulled"]
    list_select_related = ["acceptance_unit"]
    search_fields = ["code", "title", "goal", "assignments__unit__name"]
    date_hierarchy = "due_on"
    ordering = ["inspection", "number"]
    inlines = [AssignmentRows, MeasureRows, MilestoneRows, EventRows]


@admin.register(Assignment, site=site)
class AssignmentAdmin(ReadOnly):
    list_display = ["task", "unit", "is_lead", "status", "percent", "completed_on", "removed_on"]
    list_filter = ["task__inspection", "status", "is_lead"]
    list_select_related = ["task", "unit"]
    search_fields = ["task__code", "task__title", "unit__name", "unit__code"]
    ordering = ["pk"]


@admin.register(Event, site=site)
class EventAdmin(ReadOnly):
    list_display = [
        "sequence",
        "effective_on",
        "recorded_at",
        "kind",
        "task",
        "unit",
        "actor",
        "is_backfilled",
        "note",
    ]
    list_filter = ["kind", "is_backfilled", "effective_on", "recorded_at", "inspection"]
    list_select_related = ["task", "unit", "actor"]
    search_fields = ["=task__code", "task__title", "unit__name", "actor__name", "note"]
    date_hierarchy = "effective_on"
    ordering = ["-sequence"]


@admin.register(Span, site=site)
class SpanAdmin(OfAssignment):
    list_display = [
        "task_code",
        "unit_label",
        "valid_from",
        "valid_to",
        "status",
        "percent",
        "due_on",
        "completed_on",
        "recorded_to",
    ]
    list_filter = [("recorded_to", admin.EmptyFieldListFilter), "status", "inspection"]
    search_fields = ["=task__code", "unit__name"]
    ordering = ["pk"]


@admin.register(DispatchRound, site=site)
class DispatchRoundAdmin(ReadOnly):
    list_display = ["name", "inspection", "kind", "period_from", "period_to", "due_on"]
    list_filter = ["inspection", "kind"]
    list_select_related = ["inspection"]
    search_fields = ["name"]
    date_hierarchy = "due_on"
    ordering = ["-due_on", "-pk"]


@admin.register(ProgressReport, site=site)
class ProgressReportAdmin(OfAssignment):
    list_display = ["reported_on", "task_code", "unit_label", "status", "percent", "text", "author"]
    list_filter = ["status", "delay_kind", "assignment__task__inspection"]
    list_select_related = ["assignment__task", "assignment__unit", "author"]
    search_fields = ["=assignment__task__code", "assignment__unit__name", "text", "author__name"]
    exclude = ["contact_phone"]  # Personal data is read by those to whom it was granted.
    date_hierarchy = "reported_on"
    ordering = ["-reported_on", "-pk"]

    def get_queryset(self, request):
        """A draft is its author's own."""
        return super().get_queryset(request).filter(event__isnull=False)


@admin.register(Judgement, site=site)
class JudgementAdmin(OfAssignment):
    list_display = ["round", "task_code", "unit_label", "judgement", "suggested", "reason"]
    list_filter = ["judgement", "round__inspection"]
    list_select_related = ["round", "assignment__task", "assignment__unit"]
    search_fields = ["=assignment__task__code", "assignment__unit__name", "reason"]
    ordering = ["-pk"]


@admin.register(Evidence, site=site)
class EvidenceAdmin(ReadOnly):
    list_display = ["name", "task", "content_type", "size", "uploaded_by", "uploaded_at"]
    list_filter = ["content_type", "task__inspection"]
    list_select_related = ["task", "uploaded_by"]
    search_fields = ["name", "=task__code", "sha256", "uploaded_by__name"]
    date_hierarchy = "uploaded_at"
    ordering = ["-uploaded_at", "-pk"]
    exclude = ["file"]  # Files are handed out by their own page, which looks at who asks.

    def get_queryset(self, request):
        """Files of a report that is not sent are its unit's own."""
        return super().get_queryset(request).exclude(access.UNSENT)


@admin.register(Petition, site=site)
class PetitionAdmin(ReadOnly):
    list_display = ["number", "batch", "received_on", "unit", "truth", "interim_on", "closed_on"]
    list_filter = ["inspection", "truth", "media", "is_annulled"]
    list_select_related = ["unit"]
    search_fields = ["number", "place", "summary", "unit__name"]
    date_hierarchy = "received_on"
    ordering = ["-received_on", "-pk"]


class ReadingRows(RowsToRead):
    model = Reading
    ordering = ["-as_of"]


@admin.register(Programme, site=site)
class ProgrammeAdmin(ReadOnly):
    list_display = ["code", "name", "unit_of_measure", "target", "scope", "inspection"]
    list_display_links = ["code", "name"]
    list_filter = ["inspection"]
    list_select_related = ["inspection"]
    search_fields = ["code", "name", "scope", "source_text"]
    ordering = ["code"]
    inlines = [ReadingRows]


@admin.register(Reading, site=site)
class ReadingAdmin(ReadOnly):
    list_display = ["programme", "as_of", "value", "rate_printed", "note"]
    list_filter = ["programme__inspection", "is_annulled"]
    list_select_related = ["programme"]
    search_fields = ["programme__name", "programme__code", "note"]
    date_hierarchy = "as_of"
    ordering = ["-as_of", "-pk"]


@admin.register(Snapshot, site=site)
class SnapshotAdmin(ReadOnly):
    list_display = ["code", "title", "as_of", "published_by", "inspection"]
    list_display_links = ["code", "title"]
    list_filter = ["inspection"]
    list_select_related = ["inspection"]
    search_fields = ["code", "title", "published_by", "source"]
    date_hierarchy = "as_of"
    ordering = ["-as_of", "code"]


@admin.register(ImportBatch, site=site)
class ImportBatchAdmin(ReadOnly):
    list_display = [
        "file_name",
        "inspection",
        "is_take_over",
        "uploaded_by",
        "uploaded_at",
        "confirmed_at",
    ]
    list_filter = ["inspection", "is_take_over", ("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["inspection", "uploaded_by"]
    search_fields = ["file_name", "sha256", "uploaded_by__name"]
    date_hierarchy = "uploaded_at"
    ordering = ["-uploaded_at", "-pk"]
