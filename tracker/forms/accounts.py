"""How people come in: accounts are made by an administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ClosedSignup(DefaultAccountAdapter):
    """No sign-up; every account begins in the back office or with an import."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "The user name or the password is wrong. Check both and try again."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many failed attempts. Wait fifteen minutes, or ask the administrator."
        ),
    }

    def is_open_for_signup(self, request):
        return False

    def respond_user_inactive(self, request, user):
        """Somebody who knows the password of an account that is closed."""
        messages.error(request, _("This account is closed. Please ask the administrator."))
        return redirect("account_login")


class LongEnough(MinimumLengthValidator):
    """The least length, said in words that the catalogue of this product has."""

    def get_error_message(self):
        return _("The password has fewer than %(n)s characters. Choose a longer one.") % {
            "n": self.min_length
        }

    def get_help_text(self):
        return _("At least %(n)s characters.") % {"n": self.min_length}
