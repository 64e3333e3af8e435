"""A person's own account."""

from typing import Any

from allauth.account.views import PasswordChangeView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from tracker.choices import Role
from tracker.figures.people import (
    changes_of,
    deputies_of,
    handovers_of,
    holds_now,
    is_over,
)
from tracker.operations import accounts


class ChangePassword(PasswordChangeView):
    """Change the password; one set by an administrator is the person's own from then on."""

    def form_valid(self, form):
        if form.cleaned_data["password1"] == form.cleaned_data["oldpassword"]:
            form.add_error("password1", _("This is the password used so far. Choose another one."))
            return self.form_invalid(form)
        response = super().form_valid(form)
        user = self.request.user
        if user.must_change_password:
            user.must_change_password = False
            user.save(update_fields=["must_change_password"])
        return response

    def get_success_url(self):
        return reverse("dashboard")


class Account(TemplateView):
    """Who one is here, what one may do, who deputises for whom, and who gave it (我的账号)."""

    request: Any
    template_name = "tracker/people/account.html"

    def get_context_data(self, **kwargs):
        user, today = self.request.user, self.request.today
        rows, sheets = list(deputies_of(user)), list(handovers_of(user))
        held = list(user.memberships.select_related("unit").order_by("pk"))
        return super().get_context_data(
            roles=held,
            deputies=[
                {
                    "row": row,
                    "is_mine": row.principal_id == user.pk,
                    "other": row.deputy if row.principal_id == user.pk else row.principal,
                    "roles": [] if row.is_for_all else list(row.memberships.all()),
                    "holds": holds_now(row, today),
                    "is_over": is_over(row, today),
                }
                for row in rows
            ],
            may_lend=any(row.role != Role.ADMINISTRATOR for row in held),
            changes=changes_of(user, rows, sheets),
            handovers=sheets,
            **kwargs,
        )


class EndSessions(View):
    """Log out everywhere but here."""

    http_method_names = ["post", "options"]

    def post(self, request):
        accounts.end_own_sessions(actor=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Everywhere else this account was logged out."))
        return redirect("account")
