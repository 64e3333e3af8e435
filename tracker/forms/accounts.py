"""How people come in: accounts are made by an administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
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
        "enter_current_password": gettext_lazy("The current password is wrong. Enter it again."),
    }

    def is_open_for_signup(self, request):
        return False

    def respond_user_inactive(self, request, user):
        """Somebody who knows the password of an account that is closed."""
        messages.error(request, _("This account is closed. Please ask the administrator."))
        return redirect("account_login")


# What a password must be, each said in the words of this product: those of the framework address
# the reader as 你.


class LongEnough(MinimumLengthValidator):
    """The least length."""

    def get_error_message(self):
        return _("The password has fewer than %(n)s characters. Choose a longer one.") % {
            "n": self.min_length
        }

    def get_help_text(self):
        return _("At least %(n)s characters.") % {"n": self.min_length}


class UnlikeThePerson(UserAttributeSimilarityValidator):
    """Not like what others know of the person."""

    def __init__(self):
        super().__init__(user_attributes=("username", "name", "email"))

    def get_error_message(self):
        return _("The password is too much like the %(verbose_name)s. Choose another one.")

    def get_help_text(self):
        return _("Unlike the user name, the name and the e-mail address.")


class Uncommon(CommonPasswordValidator):
    """Not one of those that are tried first."""

    def get_error_message(self):
        return _("Many people use this password. Choose another one.")

    def get_help_text(self):
        return _("Not a password that many people use.")


class NotDigitsAlone(NumericPasswordValidator):
    """Not a number."""

    def get_error_message(self):
        return _("The password has digits only. Add letters or signs.")

    def get_help_text(self):
        return _("Not digits alone.")
