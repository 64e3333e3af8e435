"""Dictionaries: what lists choose from."""

from django.contrib import admin

from tracker.admin.site import Base, Historical, site
from tracker.models import Holiday, MediaCategory, ReturnReason, Source, UnitKind


@admin.register(UnitKind, Source, MediaCategory, site=site)
class TermAdmin(Historical, Base):
    """A term is renamed, never deleted; its code is fixed, since the record names it by code."""

    list_display = ["position", "code", "name", "name_en"]
    list_display_links = ["code", "name"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["position", "code"]
    fields = ["code", "name", "name_en", "position"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []


@admin.register(ReturnReason, site=site)
class ReturnReasonAdmin(Historical, Base):
    """A usual reason is reworded or switched off, never deleted."""

    list_display = ["reason_for", "position", "text", "is_active"]
    list_display_links = ["text"]
    list_filter = ["reason_for", "is_active"]
    search_fields = ["text"]
    ordering = ["reason_for", "position", "pk"]
    fields = ["reason_for", "text", "position", "is_active"]


@admin.register(Holiday, site=site)
class HolidayAdmin(Historical, Base):
    """A day that departs from Monday to Friday. A wrong line is deleted; its history remains."""

    list_display = ["day", "is_workday", "name"]
    list_filter = ["is_workday", "name"]
    search_fields = ["name", "day"]
    date_hierarchy = "day"
    ordering = ["-day"]
    is_deletable = True
