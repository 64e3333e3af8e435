from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import moment
from tracker.choices import EventKind
from tracker.models import Event, Issue
from tracker.operations import annulment, issues
from tracker.operations.record import Stale

ON = date(2023, 5, 8)

pytestmark = pytest.mark.django_db


def correct(actor, issue, changes, **said):
    said = {"version": issue.version, "on": ON, "at": moment(ON), "note": "照原文更正"} | said
    return issues.correct_issue(actor=actor, issue_id=issue.pk, changes=changes, **said)


def last_event(issue):
    return Event.objects.filter(issue=issue).order_by("-sequence").first()


def annul(actor, event):
    return annulment.annul(actor=actor, event_id=event.pk, reason="录入有误", at=moment(ON))


def test_an_issue_is_entered_in_its_original_wording(office, inspection, county):
    issue = issues.enter_issue(
        actor=office,
        inspection=inspection,
        values={
            "number": 9,
            "title": "沙渚河口污染",
            "text": "沙渚河口长期有污水直排。",
            "source": factories.make_source(),
            "medium": factories.make_medium(),
            "unit": county,
        },
        on=ON,
        at=moment(ON),
    )

    assert issue.code == "2022s2-9"
    event = last_event(issue)
    assert event.kind == EventKind.CREATED
    assert event.details["after"]["text"] == "沙渚河口长期有污水直排。"
    assert event.details["after"]["medium"] == "water"
    assert event.details["after"]["unit"] == "linjiang"


def test_an_editor_may_enter_no_issue(editor, inspection):
    with pytest.raises(PermissionDenied):
        issues.enter_issue(actor=editor, inspection=inspection, values={}, on=ON, at=moment(ON))


def test_a_number_that_is_taken_is_refused(inspection):
    factories.make_issue(inspection, 9)

    with pytest.raises(ValidationError, match="Issue number 9 is already taken"):
        factories.make_issue(inspection, 9)


def test_both_wordings_stay_in_the_record(office, inspection):
    issue = factories.make_issue(inspection, 9)
    other = factories.make_medium("air", "大气环境")

    fixed = correct(office, issue, {"text": "更正后的原文。", "medium": other, "number": 12})

    assert (fixed.text, fixed.medium, fixed.code) == ("更正后的原文。", other, "2022s2-12")
    assert fixed.version == 2
    event = last_event(issue)
    assert event.details["before"] == {
        "text": "督察发现的第9个问题。",
        "medium": "water",
        "number": 9,
    }
    assert event.note == "照原文更正"


def test_nothing_changed_is_nothing_recorded(office, inspection):
    issue = factories.make_issue(inspection, 9)
    before = Event.objects.count()

    same = correct(office, issue, {"title": issue.title})

    assert Event.objects.count() == before
    assert same.version == 1


def test_the_second_of_two_editors_is_told(office, inspection):
    issue = factories.make_issue(inspection, 9)
    correct(office, issue, {"title": "沙渚河口"})

    with pytest.raises(Stale):
        correct(office, issue, {"title": "沙渚闸"})
    assert Issue.objects.get(pk=issue.pk).title == "沙渚河口"


def test_an_editor_may_correct_nothing(editor, inspection):
    issue = factories.make_issue(inspection, 9)

    with pytest.raises(PermissionDenied):
        correct(editor, issue, {"title": "沙渚河口"})


def test_an_annulled_correction_gives_the_former_values_back(office, inspection, county):
    issue = factories.make_issue(inspection, 9, unit=None)
    other = factories.make_medium("air", "大气环境")
    correct(office, issue, {"number": 12, "medium": other, "unit": county})

    annul(office, last_event(issue))

    issue.refresh_from_db()
    assert (issue.number, issue.code, issue.unit) == (9, "2022s2-9", None)
    assert issue.medium.code == "water"
    assert issue.version == 3


def test_an_annulled_correction_does_not_take_a_number_from_another_issue(office, inspection):
    issue = factories.make_issue(inspection, 9)
    correct(office, issue, {"number": 12})
    factories.make_issue(inspection, 9)

    with pytest.raises(ValidationError, match="Issue number 9 is already taken"):
        annul(office, last_event(issue))


def test_an_annulled_issue_frees_its_number(office, inspection):
    issue = factories.make_issue(inspection, 9)

    annul(office, last_event(issue))

    issue.refresh_from_db()
    assert issue.is_annulled
    assert factories.make_issue(inspection, 9).code == "2022s2-9"


def test_an_issue_with_tasks_cannot_be_annulled(office, inspection):
    issue = factories.make_issue(inspection, 9)
    factories.make_task(issue=issue)

    with pytest.raises(ValidationError, match="still has tasks"):
        annul(office, Event.objects.get(issue=issue, kind=EventKind.CREATED, task=None))
