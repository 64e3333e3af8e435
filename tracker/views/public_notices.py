"""The public notices (公示) for everybody: without an account, without a script.

Only what the printed notice says is shown. What can be read sets no cookie; the form that objects
is the one thing sent.
"""

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from tracker import access
from tracker.exporters.notice_text import notice_of, title_of
from tracker.exporters.parts import Attempt
from tracker.forms.public_notices import PublicObjectionForm
from tracker.models import Objection
from tracker.operations import notices
from tracker.rules.closures import GRACE
from tracker.views.verbs import add_refusal

PER_PAGE = 50
ABOUT = ("closure__assignment__task__inspection", "closure__assignment__unit")
SIGNER = signing.Signer(salt="tracker.objection")
STOPPED = {"impossible_step", "moved_on", "annulled"}
"""Refusals that mean to a citizen that nothing is received any more."""


def in_asked_language(request) -> str:
    """Answer in the language of ``?lang=``; what every link has to bring along for it."""
    asked = request.GET.get("lang", "")
    if asked not in dict(settings.LANGUAGES):
        return ""
    translation.activate(asked)
    return f"?lang={asked}"


@method_decorator(login_not_required, name="dispatch")
class PublicPage:
    """A page for everybody. ``MAX_AGE`` is for how many seconds any cache may keep it.

    It is kept only for who has no session: an answer to others may set or end their cookie.
    """

    request: Any
    MAX_AGE: int | None = None

    def dispatch(self, request, *args, **kwargs):
        self.lang = in_asked_language(request)
        response = self.instead() or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if self.MAX_AGE is not None and response.status_code == 200 and self.is_shared:
            patch_cache_control(response, public=True, max_age=self.MAX_AGE)
        return response

    @property
    def is_shared(self):
        """Whether the answer would be the same for anybody, and sets no cookie."""
        has_session = settings.SESSION_COOKIE_NAME in self.request.COOKIES
        return not has_session and not self.request.user.is_authenticated

    def instead(self):
        """Another answer than the page, if there is reason for one."""

    @cached_property
    def today(self):
        return localdate()

    def get_context_data(self, **kwargs):
        return super().get_context_data(lang=self.lang, **kwargs)  # type: ignore[misc]


class NoticeBound(PublicPage):
    """A page about one notice. One that is not up any more is said to be gone, and no more."""

    kwargs: dict[str, Any]

    @cached_property
    def notice(self):
        rows = access.public_notices(self.today).filter(pk=self.kwargs["pk"])
        return rows.select_related(*ABOUT, "closure__assignment__task__issue").first()

    @property
    def last_day(self):
        """The last day on which objections are received."""
        return self.notice.ends_on + GRACE

    @property
    def receives(self):
        return self.notice is not None and self.today <= self.last_day

    def instead(self):
        if self.notice is not None:
            return None
        if not access.known_notices(self.today).filter(pk=self.kwargs["pk"]).exists():
            raise Http404
        if self.request.method not in ("GET", "HEAD"):
            return None
        return render(self.request, "tracker/public/gone.html", {"lang": self.lang}, status=410)

    def get_context_data(self, **kwargs):
        notice, found = self.notice, {}
        if notice is not None:
            task = notice.closure.assignment.task
            found = {
                "title": title_of(task),
                "last_day": self.last_day,
                "is_over": notice.ends_on < self.today,
                "is_demonstration": task.inspection.is_demonstration,
            }
        return super().get_context_data(notice=notice, receives=self.receives, **found, **kwargs)


class PublicNotices(PublicPage, TemplateView):
    """The notices that are up, and those that ended lately, by inspection."""

    template_name = "tracker/public/notices.html"
    MAX_AGE = 60

    def get_context_data(self, **kwargs):
        rows = access.public_notices(self.today).select_related(*ABOUT)
        first = ("-closure__assignment__task__inspection__feedback_on",)
        rows = rows.order_by(*first, "closure__assignment__task__inspection", "-ends_on", "-pk")
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page, lines=[self.line(notice) for notice in page], **kwargs
        )

    def line(self, notice):
        task = notice.closure.assignment.task
        return {
            "inspection": task.inspection,
            "title": title_of(task),
            "name": task.title,
            "unit": notice.closure.assignment.unit.name,
            "notice": notice,
            "is_over": notice.ends_on < self.today,
        }


class PublicNoticePage(NoticeBound, TemplateView):
    """One notice in the wording of its sheet."""

    template_name = "tracker/public/notice.html"
    MAX_AGE = 0  # What is taken back is gone at once.

    def get_context_data(self, **kwargs):
        text = notice_of(Attempt(self.notice.closure, self.today))
        return super().get_context_data(text=text, **kwargs)


class ObjectToNotice(NoticeBound, FormView):
    """Object to a notice while it is up, and the day after."""

    template_name = "tracker/public/object.html"
    form_class = PublicObjectionForm
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request, *args, **kwargs):
        if not self.receives:
            return self.render_to_response(self.get_context_data(form=None), status=410)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.notice is None:
            return self.refuse(self.get_form(), self.stopped(), status=410)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if not ratelimit.consume(self.request, action="objection", key=f"notice {self.notice.pk}"):
            words = _(
                "Too many objections came at once, from here or to this notice. Your text is kept:"
                " please send it again in an hour, or call %(phone)s."
            ) % {"phone": self.notice.phone}
            return self.refuse(form, words, status=429)
        cleaned = form.cleaned_data
        try:
            objection = notices.receive_public_objection(
                notice_id=self.notice.pk,
                content=cleaned["content"],
                contact=cleaned["contact"],
                on=self.today,
                at=now(),
            )
        except ValidationError as refusal:
            if getattr(refusal, "code", "") in STOPPED:
                return self.refuse(form, self.stopped(), status=410)
            add_refusal(form, refusal)
            return self.form_invalid(form)
        receipt = SIGNER.sign(str(objection.pk))
        address = reverse("objection-received", args=[self.notice.pk, receipt])
        return redirect(address + self.lang)

    def stopped(self):
        return _(
            "Nothing is received on this page any more: the notice is over or was taken back. Your"
            " text is kept below, so that you can copy it."
        )

    def refuse(self, form, words, *, status):
        form.add_error(None, words)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ObjectionReceived(PublicPage, TemplateView):
    """The receipt of an objection; its address is known to who sent it alone."""

    template_name = "tracker/public/received.html"

    def get_context_data(self, **kwargs):
        try:
            key = SIGNER.unsign(self.kwargs["receipt"])
        except signing.BadSignature:
            raise Http404 from None
        rows = Objection.objects.filter(notice=self.kwargs["pk"]).select_related("notice")
        objection = get_object_or_404(rows, pk=key)
        return super().get_context_data(objection=objection, **kwargs)
