"""Issues, units, petitions and programmes."""

from django.urls import path

from tracker.views import (
    issue_pages,
    petition_pages,
    programme_pages,
    unit_merging,
    unit_pages,
)
from tracker.views.exports import ExportRows
from tracker.views.issue_list import IssueList
from tracker.views.unit_list import UnitList

urlpatterns = [
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
    path("units/<slug:code>/merge/", unit_merging.MergeUnit.as_view(), name="merge-unit"),
    path("units/<slug:code>/close/", unit_pages.CloseUnit.as_view(), name="close-unit"),
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
]
