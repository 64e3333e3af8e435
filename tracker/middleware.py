"""What every request brings: the day asked about, and what every answer must carry."""

from datetime import date

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)

OPEN_WHILE_PASSWORD_IS_TO_CHANGE = {"account_change_password", "account_logout", "set_language"}


class WithoutNul:
    """Puts the sign for what cannot be shown (U+FFFD) where an address has a NUL.

    PostgreSQL refuses a text with a NUL before it looks for anything. The other sign it looks for
    like any, and finds nothing: a search stays empty, a filter is left out and named to the reader,
    a page is not there. This holds for the back office and every list alike.
    """

    ESCAPED, SHOWN = "%EF%BF%BD", "\N{REPLACEMENT CHARACTER}"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = query.replace("%00", self.ESCAPED)
        request.path = request.path.replace("\0", self.SHOWN)
        request.path_info = request.path_info.replace("\0", self.SHOWN)
        return self.get_response(request)


class Perspective:
    """``request.as_of`` from ``?asof=``, else today; an unreadable day is left out and said so.

    The person who asks is told what day it is too: whom they deputise for depends on it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.today = request.user.today = localdate()
        request.as_of = request.today
        request.ignored = []
        text = request.GET.get("asof", "")
        if text:
            try:
                day = date.fromisoformat(text)
            except ValueError:
                day = None
            if day is None or not EARLIEST <= day <= LATEST:
                request.ignored.append(_("as-of date"))
            else:
                request.as_of = day
        request.is_past = request.as_of != request.today
        return self.get_response(request)


class IdleSession:
    """Ends a session half an hour after its last request, and twelve hours after its first.

    The moment of the last request is written every few minutes only: to write it with each page
    would make every look at a page wait for the disk.
    """

    RENEW_AFTER = 5 * 60

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            moment = int(now().timestamp())
            began = request.session.setdefault("began", moment)
            if moment - began > settings.SESSION_LONGEST:
                logout(request)
            elif moment - request.session.get("seen", 0) > self.RENEW_AFTER:
                request.session["seen"] = moment
        return self.get_response(request)


class PrivateResponses:
    """Pages are kept by no cache, so that Back shows nothing after log-out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class PasswordToChange:
    """A password set by somebody else opens only the page on which it is changed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or not request.user.must_change_password:
            return None
        if request.resolver_match.url_name in OPEN_WHILE_PASSWORD_IS_TO_CHANGE:
            return None
        return redirect("account_change_password")
