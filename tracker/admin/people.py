"""People and their roles. Passwords are given at random, shown once, and changed at first use."""

from django import forms
from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.admin.site import Historical, InlineBase, RefusableForm, ThroughOperations, site
from tracker.choices import Role
from tracker.figures.people import changes_of, deputies_of, handovers_of
from tracker.models import Membership, Unit, User
from tracker.operations import accounts
from tracker.operations.accounts import Grant


class MembershipInline(InlineBase, admin.StackedInline):
    """Each role beside its unit; below it where the screen is narrow."""

    model = Membership
    fields = [("unit", "role", "reads_personal")]
    autocomplete_fields = ["unit"]
    ordering = ["pk"]


class RoleFilter(admin.SimpleListFilter):
    """People by a role they hold anywhere."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return Role.choices

    def queryset(self, request, queryset):
        if self.value() not in Role.values:
            return queryset
        held = Membership.objects.filter(role=self.value())
        return queryset.filter(pk__in=held.values("user"))


class UnitFilter(admin.SimpleListFilter):
    """People by a unit for which they hold a role; only units that have people are offered."""

    title = gettext_lazy("unit")
    parameter_name = "unit"

    def lookups(self, request, model_admin):
        held = Unit.objects.plain().filter(pk__in=Membership.objects.values("unit"))
        return [(unit.code, unit.label) for unit in held]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        held = Membership.objects.filter(unit__code=self.value())
        return queryset.filter(pk__in=held.values("user"))


class UserForm(RefusableForm):
    """What is kept of a person."""

    class Meta:
        model = User
        fields = [*accounts.FIELDS]
        labels = {"name": pgettext_lazy("person", "Name")}
        help_texts = {
            "username": gettext_lazy("For logging in, such as the name in pinyin."),
            "is_active": gettext_lazy(
                "Untick it when somebody leaves. Nothing of what they entered is lost."
            ),
        }
        widgets = {"email": forms.EmailInput(attrs={"class": "vTextField"})}


@admin.register(User, site=site)
class UserAdmin(Historical, ThroughOperations):
    """Somebody who leaves is deactivated, never deleted: the record names them."""

    form = UserForm

    list_display = ["username", "name", "post", "roles", "is_active", "last_login"]
    list_display_links = ["username", "name"]
    list_filter = [RoleFilter, UnitFilter, "is_active", "must_change_password"]
    search_fields = ["username", "name", "post", "memberships__unit__name"]
    ordering = ["username"]
    fields = [
        "username",
        "name",
        "post",
        "email",
        "is_active",
        "must_change_password",
        "last_login",
        "date_joined",
    ]
    readonly_fields = ["must_change_password", "last_login", "date_joined"]
    inlines = [MembershipInline]
    change_form_template = "admin/tracker/user/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__unit")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user):
        return "; ".join(
            f"{held.get_role_display()} {held.unit.label}" for held in user.memberships.all()
        )

    def get_urls(self):
        reset = path(
            "<int:user_id>/reset-password/",
            site.admin_view(self.reset_password),
            name="tracker_user_reset_password",
        )
        return [reset, *super().get_urls()]

    def operate(self, request, form, formsets, change):
        roles = [
            Grant(Role(held["role"]), held["unit"], held["reads_personal"])
            for formset in formsets
            for held in formset.cleaned_data
            if held and not held.get("DELETE")
        ]
        values = {name: form.cleaned_data[name] for name in accounts.FIELDS}
        if not change:
            user, request.given_password = accounts.enter_account(
                actor=request.user, roles=roles, **values
            )
            return user
        user = accounts.change_account(
            actor=request.user, user_id=form.instance.pk, changes=values, roles=roles
        )
        if user == request.user:
            update_session_auth_hash(request, user)
        return user

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            deputies, sheets = list(deputies_of(obj)), list(handovers_of(obj))
            context |= {
                "changes": changes_of(obj, deputies, sheets),
                "deputies": deputies,
                "handovers": sheets,
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        return self._shown_once(request, obj, request.given_password)

    def reset_password(self, request, user_id):
        """Ask, then give a new password: the only way for somebody who has forgotten theirs."""
        user = get_object_or_404(User, pk=user_id)
        if request.method != "POST":
            return self._page(request, user, _("Reset the password of %(name)s"), "reset_password")
        user, password = accounts.reset_password(actor=request.user, user_id=user.pk)
        self.log_change(request, user, [{"changed": {"fields": ["password"]}}])
        return self._shown_once(request, user, password)

    def _shown_once(self, request, user, password):
        title = _("A new password for %(name)s")
        return self._page(request, user, title, "password", password=password)

    def _page(self, request, user, title, template, **more):
        context = {
            **site.each_context(request),
            "title": title % {"name": user.name},
            "person": user,
            "opts": self.opts,
            "back": reverse("admin:tracker_user_change", args=[user.pk]),
            **more,
        }
        return TemplateResponse(request, f"admin/tracker/user/{template}.html", context)
