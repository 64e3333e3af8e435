"""People and their roles. Passwords are given at random, shown once, and changed at first use."""

from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.admin.site import Base, Historical, InlineBase, site
from tracker.choices import Role
from tracker.models import Membership, User
from tracker.operations import accounts


class MembershipFormSet(BaseInlineFormSet):
    """The roles of one person; the last administrator stays one."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        remains = self.instance.is_active and any(
            held.get("role") == Role.ADMINISTRATOR and held["unit"].parent_id is None
            for held in self.cleaned_data
            if held and not held.get("DELETE")
        )
        if self.instance.pk:
            accounts.refuse_last_administrator(self.instance, remains=remains)


class MembershipInline(InlineBase, admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
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


@admin.register(User, site=site)
class UserAdmin(Historical, Base):
    """Somebody who leaves is deactivated, never deleted: the record names them."""

    list_display = ["username", "name", "post", "roles", "is_active", "last_login"]
    list_display_links = ["username", "name"]
    list_filter = [RoleFilter, "is_active", "must_change_password"]
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

    def save_model(self, request, obj, form, change):
        if not change:
            request.given_password = accounts.give_password(obj)
        super().save_model(request, obj, form, change)

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
