"""What a person is told, and that it was read."""

from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.views import View
from django.views.generic import TemplateView

from tracker import access
from tracker.operations import notifications
from tracker.views.round_pages import page_of

LONGEST = 18


class NotificationList(TemplateView):
    """What a person was told, the newest first."""

    template_name = "tracker/notifications.html"

    def get_context_data(self, **kwargs):
        rows = access.visible_notifications(self.request.user).order_by("-pk")
        return super().get_context_data(page=page_of(self.request, rows), **kwargs)


class OpenNotification(View):
    """Goes to what a notification is about, and takes it for read."""

    http_method_names = ["post", "options"]

    @cached_property
    def row(self):
        rows = access.visible_notifications(self.request.user)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if request.method in ("GET", "HEAD"):
            self.row  # noqa: B018 - a stranger's is 404, whatever could be done with it
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, pk):
        notifications.read(actor=request.user, first=self.row.pk, last=self.row.pk, at=now())
        return redirect(self.row.url)


class ReadNotifications(View):
    """Takes the notifications that the page showed for read; not those told since."""

    http_method_names = ["post", "options"]

    def post(self, request):
        last = get_object_or_404(
            access.visible_notifications(request.user), pk=self.number(request.POST.get("last", ""))
        )
        notifications.read(actor=request.user, first=0, last=last.pk, at=now())
        return redirect("notifications")

    def number(self, text):
        return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST else 0
