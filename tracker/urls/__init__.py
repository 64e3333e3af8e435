"""Every address, by subject."""

from tracker.urls import closing, lists, people, progress, tasks, workbooks

handler500 = "tracker.views.errors.server_error"

urlpatterns = [
    *people.urlpatterns,
    *tasks.urlpatterns,
    *lists.urlpatterns,
    *progress.urlpatterns,
    *closing.urlpatterns,
    *workbooks.urlpatterns,
]
