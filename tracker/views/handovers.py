"""Handing work over from one person to another: the step, and the sheet that both sign."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from tracker import access
from tracker.choices import Role
from tracker.forms.people import HandoverForm
from tracker.models import Handover, Unit, User
from tracker.operations import handover
from tracker.views.subjects import SubjectVerb
from tracker.views.todo import LABELS


def labelled(lines):
    """The lines of a sheet, each with its act in words."""
    return [{**line, "label": LABELS.get(line["act"], line["act"])} for line in lines]


class HandOver(SubjectVerb):
    """Hand the work of a person for one unit over to somebody else; ``?unit=`` says which."""

    template_name = "tracker/people/handover_form.html"
    list_name = "admin:tracker_user_changelist"
    list_label = gettext_lazy("People")
    title = gettext_lazy("Hand over the work")
    button = gettext_lazy("Hand over")
    consequence = gettext_lazy(
        "The roles for the unit go to the successor, with unfinished reports. Both log in again. A"
        " sheet of what was open is kept."
    )
    done = gettext_lazy("The work was handed over. This is the sheet of it.")
    form_class = HandoverForm

    def get_subject(self):
        if not access.may_use_admin(self.request.user):
            raise Http404
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def allowed(self):
        return access.may_use_admin(self.request.user)

    def version_of(self, subject):
        return None

    @cached_property
    def units(self):
        held = self.subject.memberships.values("unit")
        return Unit.objects.plain().filter(pk__in=held)

    @cached_property
    def unit(self):
        """The unit asked for, or the first for which the person holds a role."""
        code = self.request.GET.get("unit", "")
        found = {unit.code: unit for unit in self.units}
        return found.get(code) or next(iter(found.values()), None)

    def get_initial(self):
        return super().get_initial() | {"unit": self.unit}

    def get_form_kwargs(self):
        people = User.objects.filter(is_active=True).exclude(pk=self.subject.pk)
        return super().get_form_kwargs() | {
            "people": people.order_by("name", "pk"),
            "units": self.units,
        }

    def perform(self, form):
        cleaned = form.cleaned_data
        return handover.hand_over(
            actor=self.request.user,
            from_id=self.subject.pk,
            to_id=cleaned["successor"].pk,
            unit_id=cleaned["unit"].pk,
            deactivates=cleaned["deactivates"],
            note=cleaned["note"],
            on=self.today,
            at=self.at,
        )

    def get_success_url(self, outcome=None):
        if outcome is not None:
            return outcome.get_absolute_url()
        return reverse("admin:tracker_user_change", args=[self.subject.pk])

    def get_cancel_url(self):
        return self.get_success_url()

    def get_context_data(self, **kwargs):
        left = self.unit and handover.left_of(self.subject, self.unit, day=self.today)
        lines = [handover.line_of(item) for item in left.work] if left else []
        return super().get_context_data(
            unit_now=self.unit,
            units=list(self.units),
            left=left,
            lines=labelled(lines),
            **kwargs,
        )


class HandoverSheet(DetailView):
    """What went over on that day, to be printed and signed by both."""

    request: Any
    template_name = "tracker/people/handover.html"
    context_object_name = "handover"

    def get_queryset(self):
        rows = Handover.objects.select_related("from_person", "to_person", "unit", "by")
        if access.may_use_admin(self.request.user):
            return rows
        return rows.filter(to_person=self.request.user) | rows.filter(from_person=self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            lines=labelled(self.object.work),
            roles=[Role(role).label for role in self.object.roles],
            **kwargs,
        )
