"""Every address, by subject."""

from allauth.account import views as accounts
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from tracker.admin import site
from tracker.views import (
    calls,
    closure_verbs,
    closures,
    imports,
    issue_pages,
    jobs,
    lookbacks,
    measure_verbs,
    notice_verbs,
    notifications,
    petition_pages,
    programme_pages,
    progress_verbs,
    returns,
    round_pages,
    task_verbs,
    unit_pages,
)
from tracker.views.accounts import ChangePassword
from tracker.views.dashboards import Dashboard
from tracker.views.evidence import (
    EvidencePage,
    MarkPhoto,
    RemovePlace,
    evidence,
    evidence_copy,
)
from tracker.views.exports import ExportRows
from tracker.views.health import livez, readyz
from tracker.views.import_columns import MapImport
from tracker.views.issue_list import IssueList
from tracker.views.new_task import NewTask
from tracker.views.task_pages import TaskPage
from tracker.views.tasks import TaskList
from tracker.views.todo import ToDoPage
from tracker.views.unit_list import UnitList
from tracker.views.workbooks import Workbook, Workbooks

handler500 = "tracker.views.errors.server_error"

urlpatterns = [
    path("", Dashboard.as_view(), name="dashboard"),
    path("accounts/login/", login_not_required(accounts.login), name="account_login"),
    path("accounts/logout/", accounts.logout, name="account_logout"),
    path("accounts/password/", ChangePassword.as_view(), name="account_change_password"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    # tasks
    path("tasks/", TaskList.as_view(), name="tasks"),
    path("tasks/export/", ExportRows.as_view(subject="tasks"), name="export-tasks"),
    path("tasks/working/", returns.WorkingLedger.as_view(), name="working-ledger"),
    path("tasks/new/", NewTask.as_view(), name="new-task"),
    path("tasks/<slug:code>/", TaskPage.as_view(), name="task"),
    path("tasks/<slug:code>/edit/", task_verbs.CorrectTask.as_view(), name="correct-task"),
    path("tasks/<slug:code>/issue/", task_verbs.IssueTask.as_view(), name="issue-task"),
    path("tasks/<slug:code>/extend/", task_verbs.ExtendTask.as_view(), name="extend-task"),
    path("tasks/<slug:code>/withdraw/", task_verbs.WithdrawTask.as_view(), name="withdraw-task"),
    path("tasks/<slug:code>/merge/", task_verbs.MergeTask.as_view(), name="merge-task"),
    path(
        "tasks/<slug:code>/units/add/",
        task_verbs.AddUnitToTask.as_view(),
        name="add-unit-to-task",
    ),
    path(
        "tasks/<slug:code>/units/<slug:unit>/remove/",
        task_verbs.RemoveUnitFromTask.as_view(),
        name="remove-unit-from-task",
    ),
    path("tasks/<slug:code>/measures/new/", measure_verbs.NewMeasure.as_view(), name="new-measure"),
    path(
        "tasks/<slug:code>/measures/<int:number>/edit/",
        measure_verbs.CorrectMeasure.as_view(),
        name="correct-measure",
    ),
    path(
        "tasks/<slug:code>/measures/<int:number>/complete/",
        measure_verbs.CompleteMeasure.as_view(),
        name="complete-measure",
    ),
    path(
        "tasks/<slug:code>/milestones/new/",
        measure_verbs.NewMilestone.as_view(),
        name="new-milestone",
    ),
    path(
        "tasks/<slug:code>/milestones/<int:pk>/reach/",
        measure_verbs.ReachMilestone.as_view(),
        name="reach-milestone",
    ),
    path("record/<int:sequence>/annul/", task_verbs.Annul.as_view(), name="annul"),
    # issues
    path("issues/", IssueList.as_view(), name="issues"),
    path("issues/export/", ExportRows.as_view(subject="issues"), name="export-issues"),
    path("issues/new/", issue_pages.NewIssue.as_view(), name="new-issue"),
    path("issues/<slug:code>/", issue_pages.IssuePage.as_view(), name="issue"),
    path("issues/<slug:code>/edit/", issue_pages.CorrectIssue.as_view(), name="correct-issue"),
    # units
    path("units/", UnitList.as_view(), name="units"),
    path("units/new/", unit_pages.NewUnit.as_view(), name="new-unit"),
    path("units/<slug:code>/", unit_pages.UnitPage.as_view(), name="unit"),
    path("units/<slug:code>/edit/", unit_pages.CorrectUnit.as_view(), name="correct-unit"),
    path("units/<slug:code>/move/", unit_pages.MoveUnit.as_view(), name="move-unit"),
    path("units/<slug:code>/close/", unit_pages.CloseUnit.as_view(), name="close-unit"),
    # progress: reports, evidence, rounds
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
    path("reports/<int:pk>/", progress_verbs.ReportPage.as_view(), name="report"),
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
    # closure: application, acceptance, notice, end
    path(
        "tasks/<slug:code>/closure/new/",
        closure_verbs.ApplyForClosure.as_view(),
        name="apply-for-closure",
    ),
    path("closures/", closures.ClosureQueue.as_view(), name="closures"),
    path("closures/<int:pk>/", closures.ClosurePage.as_view(), name="closure"),
    path("closures/<int:pk>/notice/", closures.NoticeSheet.as_view(), name="closure-notice"),
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
    # look-backs: follow-ups, plans, checks
    path("lookbacks/", lookbacks.LookBackList.as_view(), name="lookbacks"),
    path("lookbacks/new/", lookbacks.NewLookBackPlan.as_view(), name="new-lookback-plan"),
    path("lookbacks/<int:pk>/", lookbacks.LookBackPlanPage.as_view(), name="lookback-plan"),
    path(
        "tasks/<slug:code>/units/<slug:unit>/lookback/",
        lookbacks.LookBackAt.as_view(),
        name="look-back",
    ),
    # petitions
    path("petitions/", petition_pages.PetitionList.as_view(), name="petitions"),
    path("petitions/export/", ExportRows.as_view(subject="petitions"), name="export-petitions"),
    path("petitions/new/", petition_pages.NewPetition.as_view(), name="new-petition"),
    path("petitions/<slug:number>/", petition_pages.PetitionPage.as_view(), name="petition"),
    path(
        "petitions/<slug:number>/settle/",
        petition_pages.SettlePetition.as_view(),
        name="settle-petition",
    ),
    # programmes
    path("programmes/", programme_pages.ProgrammeList.as_view(), name="programmes"),
    path("programmes/new/", programme_pages.NewProgramme.as_view(), name="new-programme"),
    path("programmes/<slug:code>/", programme_pages.ProgrammePage.as_view(), name="programme"),
    path(
        "programmes/<slug:code>/readings/new/",
        programme_pages.NewReading.as_view(),
        name="new-reading",
    ),
    # workbooks: exports, imports
    path("workbooks/", Workbooks.as_view(), name="workbooks"),
    path("workbooks/<slug:form>/", Workbook.as_view(), name="workbook"),
    path("exports/", jobs.ExportList.as_view(), name="exports"),
    path("exports/start/", jobs.StartExport.as_view(), name="start-export"),
    path("exports/<int:pk>/", jobs.Export.as_view(), name="export"),
    path("exports/<int:pk>/cancel/", jobs.CancelExport.as_view(), name="cancel-export"),
    path("exports/<int:pk>/repeat/", jobs.RepeatExport.as_view(), name="repeat-export"),
    path("exports/<int:pk>/file/", jobs.ExportFile.as_view(), name="export-file"),
    path("imports/", imports.Imports.as_view(), name="imports"),
    path("imports/template/", imports.ImportTemplate.as_view(), name="import-template"),
    path("imports/<int:pk>/", imports.Import.as_view(), name="import"),
    path("imports/<int:pk>/columns/", MapImport.as_view(), name="map-import"),
    path("imports/<int:pk>/confirm/", imports.ConfirmImport.as_view(), name="confirm-import"),
    path("imports/<int:pk>/file/", imports.ReplaceImport.as_view(), name="replace-import"),
    path("imports/<int:pk>/marked/", imports.MarkedImport.as_view(), name="marked-import"),
    path("imports/<int:pk>/discard/", imports.DiscardImport.as_view(), name="discard-import"),
    path("imports/<int:pk>/undo/", imports.UndoImport.as_view(), name="undo-import"),
    # notifications
    path("notifications/", notifications.NotificationList.as_view(), name="notifications"),
    path(
        "notifications/read/",
        notifications.ReadNotifications.as_view(),
        name="read-notifications",
    ),
    path(
        "notifications/<int:pk>/open/",
        notifications.OpenNotification.as_view(),
        name="open-notification",
    ),
    path("returns/", returns.Returns.as_view(), name="returns"),
    path("returns/<int:pk>/", returns.Returned.as_view(), name="returned"),
    path("returns/<int:pk>/decide/", returns.DecideReturned.as_view(), name="decide-returned"),
    path("returns/<int:pk>/compare/", returns.CompareReturned.as_view(), name="compare-returned"),
    path("returns/<int:pk>/confirm/", returns.ConfirmReturned.as_view(), name="confirm-returned"),
    path("returns/<int:pk>/undo/", returns.UndoReturned.as_view(), name="undo-returned"),
    path("admin/", site.urls),
]
