"""Deputies: named and ended."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import access
from tracker.forms.people import DeputyForm, EndDeputyForm
from tracker.models import User
from tracker.operations import deputies
from tracker.views.subjects import SubjectVerb


def person_page(request, person):
    """Where somebody reads about a person: their own account, or that in the back office."""
    if person.pk == request.user.pk:
        return reverse("account")
    return reverse("admin:tracker_user_change", args=[person.pk])


class NameDeputy(SubjectVerb):
    """Name a deputy: for oneself, or as administrator for the person of the address."""

    list_name = "account"
    list_label = gettext_lazy("My account")
    title = gettext_lazy("Name a deputy")
    button = gettext_lazy("Name the deputy")
    consequence = gettext_lazy(
        "On these days the deputy sees and does what the roles allow, besides their own work. The"
        " record names who acted, and for whom. Nobody decides on what the other of the two applied"
        " for."
    )
    form_class = DeputyForm

    def get_subject(self):
        if "pk" not in self.kwargs:
            return self.request.user
        if not access.may_use_admin(self.request.user):
            raise Http404
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def allowed(self):
        return access.lendable_roles(self.subject).exists()

    def version_of(self, subject):
        return None

    def get_initial(self):
        return super().get_initial() | {"starts_on": self.today}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "people": access.possible_deputies(self.request.user, self.subject),
            "roles": access.lendable_roles(self.subject),
        }

    def perform(self, form):
        cleaned = form.cleaned_data
        return deputies.name_deputy(
            actor=self.request.user,
            principal_id=self.subject.pk,
            deputy_id=cleaned["deputy"].pk,
            membership_ids=cleaned["roles"],
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            reason=cleaned["reason"],
            on=self.today,
            at=self.at,
        )

    @property
    def done(self):
        return _("The deputy was named, and told so.")

    def get_success_url(self, outcome=None):
        return person_page(self.request, self.subject)

    get_cancel_url = get_success_url


class EndDeputy(SubjectVerb):
    """End it before its day."""

    list_name = "account"
    list_label = gettext_lazy("My account")
    title = gettext_lazy("End the deputising")
    button = gettext_lazy("End it now")
    consequence = gettext_lazy("It ends at once. What was done meanwhile stands.")
    done = gettext_lazy("The deputising has ended.")
    is_destructive = True
    form_class = EndDeputyForm

    def get_subject(self):
        rows = access.visible_deputies(self.request.user).select_related("principal", "deputy")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def about(self):
        return _("%(deputy)s deputises for %(principal)s from %(starts)s to %(ends)s") % {
            "deputy": self.subject.deputy,
            "principal": self.subject.principal,
            "starts": self.subject.starts_on,
            "ends": self.subject.ends_on,
        }

    def allowed(self):
        return access.may_end_deputy(self.request.user, self.subject)

    def perform(self, form):
        return deputies.end_deputy(actor=self.request.user, deputy_id=self.subject.pk, at=self.at)

    def get_success_url(self, outcome=None):
        mine = self.request.user.pk in (self.subject.principal_id, self.subject.deputy_id)
        person = self.request.user if mine else self.subject.principal
        return person_page(self.request, person)

    get_cancel_url = get_success_url
