"""Group robots, and the messages sent to them. Addresses and secrets go in and never come out."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.admin.site import Historical, ReadOnly, RefusableForm, ThroughOperations, site
from tracker.choices import DeliveryState, NotificationKind
from tracker.models import WebhookDelivery, WebhookTarget
from tracker.operations import webhooks
from tracker.rules.notifications import TELLS

TOLD = {tell.kind for tells in TELLS.values() for tell in tells}
AT_ONCE = [kind for kind in NotificationKind if kind in TOLD]
"""The kinds that the record tells of as they happen."""


class Unshown(forms.PasswordInput):
    """A field that is filled in and never shown again."""

    def __init__(self):
        super().__init__(attrs={"autocomplete": "off", "size": 80}, render_value=False)


class TargetForm(RefusableForm):
    """A robot; what is left empty of its address and secret stays as it was."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("told at once"),
        required=False,
        choices=[(str(kind), kind.label) for kind in AT_ONCE],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Titles of tasks, nothing about persons; all in one message."),
    )

    class Meta:
        model = WebhookTarget
        fields = ["name", "format", "url", "secret", "inspection", "is_daily", "kinds", "is_active"]
        widgets = {"url": Unshown(), "secret": Unshown()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_known = self.instance.pk is not None
        self.fields["url"].required = not is_known
        words = _("Copied whole from the group. It lets everybody write there and is not shown.")
        if is_known:
            words = _("Kept (%(host)s) and not shown. Left empty, it stays.") % {
                "host": self.instance.host
            }
        self.fields["url"].help_text = words
        self.fields["secret"].help_text = _(
            "Where the robot asks for a signature. Not shown; left empty, it stays."
        )


@admin.register(WebhookTarget, site=site)
class WebhookTargetAdmin(Historical, ThroughOperations):
    form = TargetForm
    list_display = ["name", "format", "host", "inspection", "is_daily", "is_active", "last"]
    list_filter = ["format", "is_active"]
    list_select_related = ["inspection"]
    search_fields = ["name"]
    ordering = ["name"]
    change_form_template = "admin/tracker/webhooktarget/change_form.html"

    @admin.display(description=gettext_lazy("address of the robot"))
    def host(self, target):
        return target.host

    @admin.display(description=gettext_lazy("last message"))
    def last(self, target):
        row = target.deliveries.order_by("-pk").first()
        return f"{row.get_state_display()} {row.answered}" if row else ""

    def get_urls(self):
        test = path(
            "<int:target_id>/test/",
            site.admin_view(self.send_test),
            name="tracker_webhooktarget_test",
        )
        return [test, *super().get_urls()]

    def operate(self, request, form, formsets, change):
        target = WebhookTarget.objects.get(pk=form.instance.pk) if change else WebhookTarget()
        return webhooks.keep_target(
            actor=request.user, target=target, changes=dict(form.cleaned_data)
        )

    def send_test(self, request, target_id):
        """Send a message to the group now, and say what the robot answered."""
        target = get_object_or_404(WebhookTarget, pk=target_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = webhooks.send_test(actor=request.user, target=target, at=now())
        if row.state == DeliveryState.SENT:
            messages.success(request, _("The robot took the message. Look into the group."))
        else:
            words = _("The robot did not take the message: %(answer)s") % {"answer": row.answered}
            messages.error(request, words)
        return redirect("admin:tracker_webhooktarget_change", target.pk)


@admin.register(WebhookDelivery, site=site)
class WebhookDeliveryAdmin(ReadOnly):
    list_display = ["target", "title", "state", "attempts", "queued_at", "sent_at", "answered"]
    list_filter = ["state", "target"]
    list_select_related = ["target"]
    ordering = ["-pk"]

    @admin.display(description=gettext_lazy("message"))
    def title(self, row):
        return row.message["title"]
