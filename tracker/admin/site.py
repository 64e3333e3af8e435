"""The site of the back office, and what all its pages share."""

from io import BytesIO

from allauth.account.views import LogoutView
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.http import FileResponse, Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.timezone import localdate, make_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from tracker import access, xlsx

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 10_000

SUBJECTS = [
    (gettext_lazy("Units and people"), ["unit", "user"]),
    (gettext_lazy("Inspections"), ["inspection"]),
    (gettext_lazy("Messages to groups"), ["webhooktarget", "webhookdelivery"]),
    (
        gettext_lazy("Dictionaries"),
        ["unitkind", "source", "mediacategory", "returnreason", "holiday"],
    ),
    (gettext_lazy("Issues and tasks"), ["issue", "task", "assignment"]),
    (
        pgettext_lazy("back office", "Progress"),
        ["dispatchround", "progressreport", "judgement", "evidence"],
    ),
    (
        gettext_lazy("Petitions, programmes and publications"),
        ["petition", "programme", "reading", "snapshot"],
    ),
    (gettext_lazy("Record and imports"), ["event", "span", "importbatch"]),
]
"""The subjects in the order of the index, each with its models."""


class Site(admin.AdminSite):
    """The back office. Whoever may not use it finds nothing at its addresses."""

    site_title = gettext_lazy("Administration")
    site_header = gettext_lazy("Rectification tracker: administration")
    index_title = gettext_lazy("What can be managed here")

    def has_permission(self, request):
        return request.user.is_authenticated and access.may_use_admin(request.user)

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        def inner(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return inner

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """The one log-in there is."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise Http404
            return redirect("admin:index")
        return redirect_to_login(
            request.GET.get("next", reverse("admin:index")), reverse("account_login")
        )

    def logout(self, request, extra_context=None):
        return LogoutView.as_view()(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def get_app_list(self, request, app_label=None):
        """The models by subject instead of one alphabet."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        own = next((app for app in apps if app["app_label"] == "tracker"), None)
        if own is None:
            return apps
        entries = {entry["object_name"].lower(): entry for entry in own["models"]}
        return [
            {**own, "name": name, "models": [entries[model] for model in models]}
            for name, models in SUBJECTS
        ]


site = Site(name="admin")


@admin.action(permissions=["view"], description=gettext_lazy("Export the selected rows (Excel)"))
def export_rows(model_admin, request, queryset):
    """The selected rows with the columns of the list, as a workbook."""
    if queryset.count() > MOST_ROWS:
        model_admin.message_user(
            request,
            _("More than 10,000 rows cannot be exported at once. Narrow the list by its filters."),
            messages.ERROR,
        )
        return None
    names = [name for name in model_admin.get_list_display(request) if name != "__str__"]
    title = capfirst(str(model_admin.opts.verbose_name_plural))
    sheet = xlsx.Sheet(
        name=title,
        title=title,
        columns=[_column(name, model_admin) for name in names],
        rows=queryset,
    )
    file = BytesIO()
    xlsx.write([sheet], file)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{title} {localdate().isoformat()}.xlsx",
        content_type=WORKBOOK,
    )


def _column(name, model_admin):
    label = label_for_field(name, model_admin.model, model_admin)
    return xlsx.Column(
        header=capfirst(str(label)), value=lambda row: cell(name, row, model_admin), width=20
    )


def cell(name, row, model_admin):
    """What the list shows in a column: text, a number, a day, a moment or nothing."""
    field, _attribute, value = lookup_field(name, row, model_admin)
    if isinstance(field, Field) and field.choices:
        return display_for_field(value, field, "")
    if isinstance(field, Field) and field.many_to_one:
        value = getattr(row, field.name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "tzinfo"):
        return make_naive(value) if value.tzinfo else value
    if isinstance(value, Model | dict | list):
        return str(value)
    return value


class Base(admin.ModelAdmin):
    """A page of the back office: what a person may do here follows from the role alone."""

    actions = [export_rows]
    list_per_page = 50
    show_full_result_count = False
    is_editable = True
    is_deletable = False

    def has_module_permission(self, request):
        return site.has_permission(request)

    def has_view_permission(self, request, obj=None):
        return site.has_permission(request)

    def has_add_permission(self, request):
        return self.is_editable and site.has_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.is_editable and site.has_permission(request)

    def has_delete_permission(self, request, obj=None):
        return self.is_deletable and site.has_permission(request)


class ReadOnly(Base):
    """What operations write: to be looked at, searched and exported."""

    is_editable = False


class Historical(SimpleHistoryAdmin):
    """A page whose former versions can be looked at, and not be brought back behind operations."""

    def has_view_history_permission(self, request, obj=None):
        return site.has_permission(request)

    def has_change_history_permission(self, request, obj=None):
        return False

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        return super().history_form_view(request, object_id, version_id, extra_context)


class InlineBase:
    """Rows inside another page, under the same rule."""

    extra = 0
    is_editable = True

    def has_view_permission(self, request, obj=None):
        return site.has_permission(request)

    def has_add_permission(self, request, obj=None):
        return self.is_editable and site.has_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.is_editable and site.has_permission(request)

    def has_delete_permission(self, request, obj=None):
        return self.is_editable and site.has_permission(request)


class RowsToRead(InlineBase, admin.TabularInline):
    """Rows that operations wrote, inside another page."""

    is_editable = False
    related: list[str] = []
    ordering = ["pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)


class ThroughOperations(Base):
    """A form whose content is handed to an operation; a refusal shows in the form, nothing lost."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            # The transaction was rolled back; the same input is shown again with the reason.
            request.refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def save_model(self, request, obj, form, change):
        """Nothing: the operation saves."""

    def save_related(self, request, form, formsets, change):
        for formset in formsets:
            formset.save(commit=False)
        form.instance.pk = self.operate(request, form, formsets, change).pk
        form.save_m2m = lambda: None

    def operate(self, request, form, formsets, change):
        """Hand ``form.cleaned_data`` to the operation; returns what was saved."""
        raise NotImplementedError


class RefusableForm(forms.ModelForm):
    """A form of ``ThroughOperations``: it shows why the operation refused."""

    refusal: ValidationError | None = None

    def clean(self):
        cleaned = super().clean()
        if self.refusal is not None:
            errors = getattr(self.refusal, "error_dict", {})
            if errors and set(errors) <= set(self.fields):
                self.add_error(None, self.refusal)
            else:
                self.add_error(None, self.refusal.messages)
        return cleaned
