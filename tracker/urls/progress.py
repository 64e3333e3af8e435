"""Progress: reports, evidence, calls, what waits for a person."""

from django.urls import path

from tracker.views import (
    calls,
    progress_verbs,
    report_pages,
    report_verbs,
    round_pages,
)
from tracker.views.evidence import (
    EvidencePage,
    MarkPhoto,
    RemovePlace,
    evidence,
    evidence_copy,
)
from tracker.views.signals import AnswerSignal
from tracker.views.todo import ToDoPage
from tracker.views.uploads import StageFile, UnstageFile

urlpatterns = [
    path(
        "tasks/<slug:code>/units/<slug:unit>/acknowledge/",
        progress_verbs.AcknowledgeTask.as_view(),
        name="acknowledge-task",
    ),
    path(
        "tasks/<slug:code>/units/<slug:unit>/complete/",
        progress_verbs.CompleteTask.as_view(),
        name="complete-task",
    ),
    path(
        "tasks/<slug:code>/units/<slug:unit>/report-completion/",
        progress_verbs.ReportCompletion.as_view(),
        name="report-completion",
    ),
    path(
        "tasks/<slug:code>/units/<slug:unit>/return-completion/",
        progress_verbs.ReturnCompletion.as_view(),
        name="return-completion",
    ),
    path(
        "tasks/<slug:code>/units/<slug:unit>/reopen/",
        progress_verbs.ReopenTask.as_view(),
        name="reopen-task",
    ),
    path(
        "tasks/<slug:code>/units/<slug:unit>/judge/",
        progress_verbs.JudgeTask.as_view(),
        name="judge-task",
    ),
    path(
        "tasks/<slug:code>/reports/new/",
        progress_verbs.ReportProgress.as_view(),
        name="report-progress",
    ),
    path(
        "tasks/<slug:code>/reports/draft/<slug:unit>/",
        report_pages.SaveDraft.as_view(),
        name="save-draft",
    ),
    path("reports/<int:pk>/", report_pages.ReportPage.as_view(), name="report"),
    path("reports/<int:pk>/sign/", report_verbs.SignReport.as_view(), name="sign-report"),
    path("reports/<int:pk>/review/", report_verbs.ReviewReport.as_view(), name="review-report"),
    path(
        "reports/<int:pk>/send-back/",
        report_verbs.SendBackReport.as_view(),
        name="send-back-report",
    ),
    path(
        "reports/<int:pk>/withdraw/",
        report_verbs.WithdrawReport.as_view(),
        name="withdraw-report",
    ),
    path("reports/<int:pk>/accept/", report_verbs.AcceptReport.as_view(), name="accept-report"),
    path("reports/<int:pk>/return/", report_verbs.ReturnReport.as_view(), name="return-report"),
    path(
        "tasks/<slug:code>/signals/<slug:kind>/<slug:key>/",
        AnswerSignal.as_view(),
        name="answer-signal",
    ),
    path("evidence/staged/", StageFile.as_view(), name="stage-file"),
    path("evidence/staged/<int:pk>/remove/", UnstageFile.as_view(), name="unstage-file"),
    path("evidence/<int:pk>/", evidence, name="evidence"),
    path("evidence/<int:pk>/small/", evidence_copy, {"which": "small"}, name="evidence-small"),
    path("evidence/<int:pk>/large/", evidence_copy, {"which": "large"}, name="evidence-large"),
    path("evidence/<int:pk>/about/", EvidencePage.as_view(), name="evidence-page"),
    path("evidence/<int:pk>/kind/", MarkPhoto.as_view(), name="mark-photo"),
    path("evidence/<int:pk>/place/remove/", RemovePlace.as_view(), name="remove-place"),
    path("todo/", ToDoPage.as_view(), name="todo"),
    path("rounds/", round_pages.RoundList.as_view(), name="rounds"),
    path("rounds/new/", round_pages.NewRound.as_view(), name="new-round"),
    path("rounds/<int:pk>/", round_pages.RoundPage.as_view(), name="round"),
    path("rounds/<int:pk>/workbooks/", calls.CallWorkbooks.as_view(), name="call-workbooks"),
    path(
        "rounds/<int:pk>/workbooks/<slug:unit>/",
        calls.CallWorkbook.as_view(),
        name="call-workbook",
    ),
    path("rounds/<int:pk>/form/", calls.CallForm.as_view(), name="call-form"),
    path("rounds/<int:pk>/files/", calls.CallFiles.as_view(), name="call-files"),
    path(
        "rounds/<int:pk>/files/confirm/",
        calls.ConfirmCallFiles.as_view(),
        name="confirm-call-files",
    ),
    path("call-files/<int:pk>/", calls.CallFilePage.as_view(), name="call-file"),
    path(
        "call-files/<int:pk>/discard/",
        calls.DiscardCallFile.as_view(),
        name="discard-call-file",
    ),
]
