"""What is asked of who checks a task: each question with its grounds, and nothing of the unit."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from tests import factories
from tests.scenes import scene
from tests.views.test_evidence import jpeg, shot
from tracker.figures.signals import signals_of
from tracker.models import Evidence, Inspection
from tracker.operations import annulment, evidence, signals

ON = date(2022, 6, 1)
AT = factories.moment(ON)
SAME = "已完成沿江三处排污口整治，正在开展岸线复绿，计划下月底前完工。"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def task(county):
    return factories.make_task(units=[county])


@pytest.fixture
def part(task):
    return factories.part(task)


def photo(name="现场.jpg", content=None, kind=""):
    upload = SimpleUploadedFile(name, content or shot())
    return evidence.check(upload, photo_kind=kind)


def taken(day):
    """All photos were taken at noon of a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    Evidence.objects.update(taken_at=noon)


def asked(user, task, part, report=None):
    files = list(Evidence.objects.filter(task=task).order_by("pk"))
    return signals_of(user, task, part, report=report, files=files)


def kinds(*given):
    return [question.kind for question in asked(*given).found]


def test_a_photo_from_before_the_feedback_is_asked_about(office, task, part):
    factories.make_report(task, 20, ON, files=[photo(), photo("前.jpg", kind="before")])
    feedback = task.inspection.feedback_on
    taken(feedback)
    assert kinds(office, task, part) == []
    taken(date(2022, 2, 27))
    [question] = asked(office, task, part).found
    assert question.asks == (
        "This photo was taken before the feedback. Does it show the state since then?"
    )
    [ground] = question.grounds
    assert "2022-02-27" in ground.text
    assert ground.url == Evidence.objects.earliest("pk").get_page_url()


def test_without_a_day_of_feedback_the_day_of_issue_counts(office, task, part):
    factories.make_report(task, 20, ON, files=[photo()])
    Inspection.objects.update(feedback_on=None)
    task.inspection.refresh_from_db()
    taken(factories.ISSUED)
    assert kinds(office, task, part) == []
    taken(date(2022, 4, 14))
    [question] = asked(office, task, part).found
    assert "before the task was issued" in question.asks
    task.issued_on = None
    assert kinds(office, task, part) == []


def test_a_file_that_says_no_time_is_not_asked_about(office, task, part):
    factories.make_report(task, 20, ON, files=[photo(content=jpeg())])
    assert kinds(office, task, part) == []


def test_a_leap_is_asked_about_with_the_reports_it_is_made_of(office, task, part):
    first = factories.make_report(task, 60, ON)
    last = factories.make_report(task, 100, ON)
    [question] = asked(office, task, part).found
    assert question.asks == (
        "Progress went from 0% to 100% on one day. Was all of it done by then?"
    )
    assert [ground.url for ground in question.grounds] == [
        row.get_absolute_url() for row in (first, last)
    ]
    assert question.grounds[0].text == "2022-06-01 0% → 60%"
    assert kinds(office, task, part, first) == []
    assert kinds(office, task, part, last) == ["leap"]


def test_a_report_that_was_annulled_is_no_ground(office, task, part):
    report = factories.make_report(task, 100, ON)
    assert kinds(office, task, part) == ["leap"]
    annulment.annul(actor=office, event_id=report.event.pk, reason="填错", at=AT)
    assert kinds(office, task, part) == []


def test_a_text_that_stays_for_three_rounds_is_asked_about(office, task, part):
    rows = []
    for month in (6, 7, 8):
        call = factories.make_round(on=date(2022, month, 1))
        day = date(2022, month, 10)
        rows.append(factories.make_report(task, 10 * month, day, text=SAME))
    [question] = asked(office, task, part).found
    assert question.asks == (
        "The text of the last 3 rounds is the same. Has nothing happened since?"
    )
    assert [ground.url for ground in question.grounds] == [row.get_absolute_url() for row in rows]
    assert str(call) in question.grounds[-1].text
    assert kinds(office, task, part, rows[1]) == []


def test_files_of_other_tasks_are_asked_about(office, task, part, other_county):
    other = factories.make_task(units=[other_county])
    pdf = b"%PDF-1.7\n%%EOF\n"
    theirs = factories.make_report(
        other, 20, ON, files=[photo("同.pdf", pdf), photo("同一张.jpg", content(7))]
    )
    factories.make_report(task, 20, ON, files=[photo("甲.pdf", pdf), photo("甲.jpg", content(7))])
    document, picture = asked(office, task, part).found
    assert (document.kind, picture.kind) == ("alike", "alike")
    assert document.photos == []
    assert picture.photos[1] == theirs.evidence.get(name="同一张.jpg")
    assert other.get_absolute_url() in [ground.url for ground in picture.grounds]
    assert f"The same file is attached to task {other.code}." in picture.asks


def content(seed):
    picture = scene(seed)
    file = SimpleUploadedFile("a.jpg", b"")
    picture.save(file, "JPEG")
    return file.getvalue() if hasattr(file, "getvalue") else file.file.getvalue()


def test_an_answered_question_is_not_asked_again(office, acceptance, task, part):
    report = factories.make_report(task, 100, ON)
    signals.note_answer(
        actor=acceptance, task_id=task.pk, kind="leap", key=str(report.pk), note="已核实", at=AT
    )
    found = asked(office, task, part)
    assert found.open == []
    [question] = found.answered
    assert (question.note.note, question.note.by) == ("已核实", acceptance)


def test_nobody_of_a_responsible_unit_is_asked(
    task, part, editor, head, reader, county_office, leader, stranger, office, acceptance
):
    factories.make_report(task, 100, ON)
    for user in (editor, head, reader, county_office, leader, stranger):
        assert kinds(user, task, part) == []
    for user in (office, acceptance):
        assert kinds(user, task, part) == ["leap"]


def test_many_files_and_reports_cost_few_queries(
    office, task, part, other_county, django_assert_max_num_queries
):
    other = factories.make_task(units=[other_county])
    files = [photo(f"{n}.jpg", content(n)) for n in range(4)]
    factories.make_report(other, 20, ON, files=files)
    files = [photo(f"{n}.jpg", content(n)) for n in range(4)]
    factories.make_report(task, 100, ON, files=files)
    files = list(Evidence.objects.filter(task=task))
    with django_assert_max_num_queries(7):
        assert len(signals_of(office, task, part, files=files).found) == 5
