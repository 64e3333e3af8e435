"""Workbooks that go out and come in, and what people are told."""

from django.urls import path

from tracker.admin import site
from tracker.views import (
    imports,
    jobs,
    notifications,
    returns,
)
from tracker.views.import_columns import MapImport
from tracker.views.workbooks import Workbook, Workbooks

urlpatterns = [
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
        "account/notifications/",
        notifications.NotificationChoices.as_view(),
        name="notification-choices",
    ),
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
