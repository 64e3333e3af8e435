"""A person's own account."""

from allauth.account.views import PasswordChangeView
from django.urls import reverse
from django.utils.translation import gettext as _


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
