"""Closure, the notices for everybody, and look-backs."""

from django.urls import path

from tracker.views import (
    closure_sheets,
    closure_verbs,
    closures,
    lookbacks,
    notice_verbs,
)
from tracker.views.public_notices import (
    ObjectionReceived,
    ObjectToNotice,
    PublicNoticePage,
    PublicNotices,
)

urlpatterns = [
    # closure: application, acceptance, notice, end
    path(
        "tasks/<slug:code>/closure/new/",
        closure_verbs.ApplyForClosure.as_view(),
        name="apply-for-closure",
    ),
    path("closures/", closures.ClosureQueue.as_view(), name="closures"),
    path("closures/<int:pk>/", closures.ClosurePage.as_view(), name="closure"),
    path(
        "closures/<int:pk>/application/",
        closure_sheets.ApplicationSheet.as_view(),
        name="closure-application",
    ),
    path(
        "closures/<int:pk>/opinion/",
        closure_sheets.OpinionSheet.as_view(),
        name="closure-opinion",
    ),
    path("closures/<int:pk>/notice/", closure_sheets.NoticeSheet.as_view(), name="closure-notice"),
    path(
        "closures/<int:pk>/documents/<slug:name>/",
        closure_sheets.ClosureDocument.as_view(),
        name="closure-document",
    ),
    path(
        "closures/<int:pk>/return/",
        closure_verbs.ReturnApplication.as_view(),
        name="return-application",
    ),
    path(
        "closures/<int:pk>/withdraw/",
        closure_verbs.WithdrawApplication.as_view(),
        name="withdraw-application",
    ),
    path("closures/<int:pk>/county/", closure_verbs.PreAccept.as_view(), name="pre-accept"),
    path(
        "closures/<int:pk>/take/",
        closure_verbs.TakeForAcceptance.as_view(),
        name="take-for-acceptance",
    ),
    path(
        "closures/<int:pk>/decide/",
        closure_verbs.DecideAcceptance.as_view(),
        name="decide-acceptance",
    ),
    path(
        "closures/<int:pk>/publish/",
        notice_verbs.PublishNotice.as_view(),
        name="publish-notice",
    ),
    path(
        "closures/<int:pk>/object/",
        notice_verbs.ReceiveObjection.as_view(),
        name="receive-objection",
    ),
    path("closures/<int:pk>/close/", notice_verbs.CloseTask.as_view(), name="close-task"),
    path("closures/<int:pk>/file/", notice_verbs.FileClosure.as_view(), name="file-closure"),
    path(
        "objections/<int:pk>/settle/",
        notice_verbs.SettleObjection.as_view(),
        name="settle-objection",
    ),
    # for everybody: the notices, and objecting to one
    path("public/notices/", PublicNotices.as_view(), name="public-notices"),
    path("public/notices/<int:pk>/", PublicNoticePage.as_view(), name="public-notice"),
    path("public/notices/<int:pk>/object/", ObjectToNotice.as_view(), name="object-to-notice"),
    path(
        "public/notices/<int:pk>/received/<str:receipt>/",
        ObjectionReceived.as_view(),
        name="objection-received",
    ),
    # look-backs: follow-ups, plans, checks
    path("lookbacks/", lookbacks.LookBackList.as_view(), name="lookbacks"),
    path("lookbacks/new/", lookbacks.NewLookBackPlan.as_view(), name="new-lookback-plan"),
    path("lookbacks/<int:pk>/", lookbacks.LookBackPlanPage.as_view(), name="lookback-plan"),
    path(
        "tasks/<slug:code>/units/<slug:unit>/lookback/",
        lookbacks.LookBackAt.as_view(),
        name="look-back",
    ),
]
