"""Units: entered, corrected and moved through the operations, so that the record knows of it."""

from django import forms
from django.contrib import admin
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from tracker.admin.site import Historical, InlineBase, RefusableForm, ThroughOperations, site
from tracker.models import Unit, UnitAlias
from tracker.operations import units


class UnitForm(RefusableForm):
    """A unit, with the day from which a new unit, or a new place in the tree, holds."""

    held_from = forms.DateField(
        label=_("holds from"),
        initial=localdate,
        widget=admin.widgets.AdminDateWidget,
        help_text=_("Figures of earlier days keep the earlier tree."),
    )
    note = forms.CharField(label=_("note"), required=False, max_length=300)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Unit
        fields = [*units.FIELDS, "parent", "sectors"]
        widgets = {"sectors": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version


class UnitAliasInline(InlineBase, admin.TabularInline):
    model = UnitAlias
    ordering = ["alias"]


@admin.register(Unit, site=site)
class UnitAdmin(Historical, ThroughOperations):
    form = UnitForm
    list_display = ["code", "name", "short_name", "kind", "parent", "closed_on"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", ("closed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["kind", "parent"]
    search_fields = ["code", "name", "short_name", "name_en", "aliases__alias"]
    ordering = ["position", "code"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["closed_on", "merged_into"]
    inlines = [UnitAliasInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "code",
                    "name",
                    "short_name",
                    "name_en",
                    "kind",
                    "position",
                    "parent",
                    "sectors",
                    "held_from",
                    "note",
                    "seen_version",
                ]
            },
        ),
        (_("Closing"), {"fields": ["closed_on", "merged_into"]}),
    ]

    def get_queryset(self, request):
        return Unit.objects.plain()

    def operate(self, request, form, formsets, change):
        said = {"actor": request.user, "on": form.cleaned_data["held_from"], "at": now()}
        values = {name: form.cleaned_data[name] for name in units.FIELDS}
        parent, sectors = form.cleaned_data["parent"], form.cleaned_data["sectors"]
        aliases = [
            alias["alias"]
            for formset in formsets
            for alias in formset.cleaned_data
            if alias and not alias.get("DELETE")
        ]
        if not change:
            return units.enter_unit(
                values=values, parent=parent, aliases=aliases, sectors=sectors, **said
            )
        note = form.cleaned_data["note"]
        unit = units.correct_unit(
            unit_id=form.instance.pk,
            version=form.cleaned_data["seen_version"],
            changes=values,
            aliases=aliases,
            sectors=sectors,
            note=note,
            **said,
        )
        if unit.parent_id != (parent.pk if parent else None):
            unit = units.move_unit(
                unit_id=unit.pk, version=unit.version, parent=parent, note=note, **said
            )
        return unit
