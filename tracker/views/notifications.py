"""What a person is told, that it was read, and how they want to be told."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from tracker import access
from tracker.filters import address
from tracker.forms.notifications import ChoicesForm
from tracker.models import DailyMail
from tracker.operations import notifications
from tracker.views.round_pages import page_of

LONGEST = 18
NEW = "1"


class NotificationList(TemplateView):
    """What a person was told, by day, the newest first; with ``?new=1`` what is not read yet."""

    template_name = "tracker/notifications.html"

    def get_context_data(self, **kwargs):
        is_new = self.request.GET.get("new") == NEW
        if not is_new and "new" in self.request.GET:
            address.ignore(self.request, "new")
        rows = access.visible_notifications(self.request.user).order_by("-created_at", "-pk")
        page = page_of(self.request, rows.unread() if is_new else rows)
        for row in page:
            row.day = localdate(row.created_at)
        return super().get_context_data(page=page, is_new=is_new, **kwargs)


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


class NotificationChoices(FormView):
    """How the person wants to be told of each kind of thing."""

    template_name = "tracker/notification_choices.html"
    form_class = ChoicesForm
    success_url = reverse_lazy("notification-choices")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.person = request.user

    def get_initial(self):
        ways = {str(kind): way for kind, way in notifications.ways_of(self.person).items()}
        return {**ways, "language": DailyMail.language_of(self.person)}

    def form_valid(self, form):
        notifications.choose(
            actor=self.person, ways=form.ways, language=form.cleaned_data["language"]
        )
        messages.success(self.request, _("Your choices are kept. They hold from now on."))
        return super().form_valid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
