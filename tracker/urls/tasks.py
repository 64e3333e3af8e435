"""Tasks: the step each person takes, questions, deadlines."""

from django.urls import path

from tracker.views import (
    case_files,
    discussions,
    extension_verbs,
    extensions,
    measure_verbs,
    returns,
    standing,
    task_verbs,
)
from tracker.views.exports import ExportRows
from tracker.views.new_task import NewTask
from tracker.views.task_pages import TaskPage
from tracker.views.tasks import TaskList

urlpatterns = [
    # tasks
    path("tasks/", TaskList.as_view(), name="tasks"),
    path("tasks/export/", ExportRows.as_view(subject="tasks"), name="export-tasks"),
    path("tasks/working/", returns.WorkingLedger.as_view(), name="working-ledger"),
    path("tasks/new/", NewTask.as_view(), name="new-task"),
    path("tasks/<slug:code>/", TaskPage.as_view(), name="task"),
    path("tasks/<slug:code>/file/", case_files.CaseFilePage.as_view(), name="case-file"),
    path("tasks/<slug:code>/file/zip/", case_files.CaseFileZip.as_view(), name="case-file-zip"),
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
        "tasks/<slug:code>/measures/<int:number>/files/",
        measure_verbs.MeasureFiles.as_view(),
        name="measure-files",
    ),
    path(
        "tasks/<slug:code>/measures/<int:number>/files/new/",
        measure_verbs.AttachToMeasure.as_view(),
        name="attach-to-measure",
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
    # questions and answers on a task
    path(
        "tasks/<slug:code>/questions/",
        discussions.QuestionPage.as_view(),
        name="task-questions",
    ),
    path("tasks/<slug:code>/questions/new/", discussions.Ask.as_view(), name="ask"),
    path(
        "questions/<int:pk>/answer/",
        discussions.AnswerQuestion.as_view(),
        name="answer-question",
    ),
    path(
        "questions/<int:pk>/settle/",
        discussions.SettleQuestion.as_view(),
        name="settle-question",
    ),
    path(
        "questions/<int:pk>/reopen/",
        discussions.ReopenQuestion.as_view(),
        name="reopen-question",
    ),
    path(
        "questions/<int:pk>/correct/",
        discussions.Correct.as_view(),
        name="correct-question",
    ),
    path(
        "questions/<int:pk>/take-back/",
        discussions.TakeBack.as_view(),
        name="take-back-question",
    ),
    path("answers/<int:pk>/correct/", discussions.CorrectAnswer.as_view(), name="correct-answer"),
    path(
        "answers/<int:pk>/take-back/",
        discussions.TakeAnswerBack.as_view(),
        name="take-back-answer",
    ),
    # deadlines: extensions asked for and decided, standing results confirmed
    path("extensions/", extensions.ExtensionList.as_view(), name="extensions"),
    path("extensions/<int:pk>/", extensions.ExtensionPage.as_view(), name="extension"),
    path(
        "tasks/<slug:code>/extensions/new/",
        extension_verbs.AskForExtension.as_view(),
        name="ask-extension",
    ),
    path(
        "extensions/<int:pk>/approve/",
        extension_verbs.ApproveExtension.as_view(),
        name="approve-extension",
    ),
    path(
        "extensions/<int:pk>/refuse/",
        extension_verbs.RefuseExtension.as_view(),
        name="refuse-extension",
    ),
    path(
        "extensions/<int:pk>/withdraw/",
        extension_verbs.WithdrawExtension.as_view(),
        name="withdraw-extension",
    ),
    path(
        "extensions/<int:pk>/opinion/",
        extension_verbs.GiveOpinion.as_view(),
        name="extension-opinion",
    ),
    path("standing/", standing.StandingList.as_view(), name="standing"),
    path(
        "tasks/<slug:code>/units/<slug:unit>/standing/",
        standing.ConfirmStanding.as_view(),
        name="confirm-standing",
    ),
]
