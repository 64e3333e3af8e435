"""Where people begin: overview, account, deputies, handovers."""

from allauth.account import views as accounts
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from tracker.views import (
    deputies,
    handovers,
)
from tracker.views.accounts import Account, ChangePassword, EndSessions
from tracker.views.dashboards import Dashboard
from tracker.views.health import livez, readyz

urlpatterns = [
    path("", Dashboard.as_view(), name="dashboard"),
    path("accounts/login/", login_not_required(accounts.login), name="account_login"),
    path("accounts/logout/", accounts.logout, name="account_logout"),
    path("accounts/password/", ChangePassword.as_view(), name="account_change_password"),
    # people
    path("account/", Account.as_view(), name="account"),
    path("account/sessions/end/", EndSessions.as_view(), name="end-sessions"),
    path("account/deputies/new/", deputies.NameDeputy.as_view(), name="new-deputy"),
    path("deputies/<int:pk>/end/", deputies.EndDeputy.as_view(), name="end-deputy"),
    path("people/<int:pk>/deputies/new/", deputies.NameDeputy.as_view(), name="name-deputy"),
    path("people/<int:pk>/handover/", handovers.HandOver.as_view(), name="hand-over"),
    path("handovers/<int:pk>/", handovers.HandoverSheet.as_view(), name="handover"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
