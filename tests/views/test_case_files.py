"""The file of a task: the page to be printed, and the zip that is made of it."""

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from tests import closing
from tests.casefiles import a_task, order_of, upload
from tests.factories import make_report, make_task
from tracker import background
from tracker.choices import ExportFault, JobState
from tracker.models import Assignment, ExportJob, Membership, Task

QUERIES = 15


@pytest.fixture
def task(county, editor, acceptance, office):
    return a_task(county, editor, acceptance, office, number=19, number_printed="第十九项")


def page(browser, url):
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def address(task, more=""):
    return f"/tasks/{task.code}/file/{more}"


def test_the_page_holds_every_chapter_in_reading_order(open_as, office, task):
    text = page(open_as(office), address(task))

    titles = [
        *("01 Task", "02 Progress reports", "03 Evidence", "04 Acceptance and closure"),
        *("05 Notices and objections", "06 Look-backs", "07 Record"),
    ]
    places = [text.index(f">{title}</h2>") for title in titles]
    assert places == sorted(places)
    for number in range(1, 8):
        assert f'href="#c{number}"' in text
        assert f'id="c{number}"' in text
    assert text.count(task.code) >= len(titles) + 1
    for words in ("管网已接通四成。", "监测报告.pdf", "周向东", "同意销号", "经现场复核"):
        assert words in text
    assert "13800000000" not in text
    assert "None" not in text


def test_the_page_stands_at_the_day_it_is_asked_for(open_as, office, task):
    text = page(open_as(office), address(task, f"?asof={closing.APPLIED.isoformat()}"))

    assert "As of 4 Jul 2022" in text
    assert "周向东" in text
    assert "许文澜" not in text
    assert f"/file/zip/?asof={closing.APPLIED.isoformat()}" in text


def test_a_task_of_which_nothing_is_known_yet_has_a_file_too(open_as, office):
    text = page(open_as(office), address(make_task()))

    for words in (
        "Nothing was reported by this day.",
        "No file was attached by this day.",
        "Closure was not applied for by this day.",
        "No notice was published by this day.",
        "It was not looked back at by this day.",
    ):
        assert words in text


def test_before_and_after_stand_side_by_side(open_as, office, task):
    photo = task.evidence.get(name="现场.png")
    task.evidence.filter(pk=photo.pk).update(photo_kind="before")

    text = page(open_as(office), address(task))

    assert f'src="/evidence/{photo.pk}/small/"' in text
    assert "No photo from after" in text


@pytest.mark.parametrize("reports", [1, 8])
def test_the_page_takes_as_many_queries_for_any_task(open_as, editor, county, task, reports):
    other = make_task(units=[county])
    for number in range(reports):
        make_report(other, percent=number, actor=editor, files=[upload(f"{number}.pdf")])
    browser = open_as(editor)
    page(browser, address(task))
    for each in (task, other):
        with CaptureQueriesContext(connection) as asked:
            page(browser, address(each))
        assert len(asked) <= QUERIES, [query["sql"][:110] for query in asked]


def test_the_task_page_leads_there(open_as, reader, task):
    text = page(open_as(reader), f"/tasks/{task.code}/")

    assert f'href="{address(task)}"' in text
    assert f'href="{address(task, "zip/")}"' in text


def test_what_the_zip_takes_is_told_before(open_as, reader, task):
    text = page(open_as(reader), address(task, "zip/"))

    assert "2 files of evidence" in text
    assert "a zip takes at most 5.0" in text
    assert "Make the zip" in text


def test_a_task_with_too_much_is_refused_before_it_is_begun(open_as, reader, task, settings):
    settings.CASE_FILE_MAX_BYTES = 10
    browser = open_as(reader)

    text = page(browser, address(task, "zip/"))

    assert "one zip takes at most 10" in text
    assert "Make the zip" not in text
    answer = browser.post(address(task, "zip/"), follow=True)
    assert "one zip takes at most 10" in answer.content.decode()
    assert not ExportJob.objects.exists()


@pytest.fixture
def made(open_as, reader, task):
    """A zip that somebody had made by the button, and the browser it was asked for with."""
    browser = open_as(reader)
    answer = browser.post(address(task, "zip/"))
    job = ExportJob.objects.get()
    assert answer.url == job.get_absolute_url()
    assert f"{task.code}" in job.name
    background.make_workbook.func(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    return browser, job


def test_the_zip_is_made_in_the_background_and_fetched(made):
    browser, job = made

    text = page(browser, job.get_absolute_url())
    assert f"{job.total} files" in text
    answer = browser.get(f"{job.get_absolute_url()}file/")
    assert answer["Content-Type"] == "application/zip"
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == job.total


def test_a_zip_of_a_task_that_went_out_of_sight_is_not_handed_out(made, task):
    browser, job = made
    Task.objects.filter(pk=task.pk).update(is_annulled=True)

    answer = browser.get(f"{job.get_absolute_url()}file/", follow=True)

    assert "not there for this account any more" in answer.content.decode()


def test_who_lost_a_role_does_not_get_what_it_showed(made, reader):
    browser, job = made
    Membership.objects.filter(user=reader).delete()

    answer = browser.get(f"{job.get_absolute_url()}file/", follow=True)

    assert "sees less than when the file was made" in answer.content.decode()


def test_a_task_that_goes_out_of_sight_before_the_zip_is_made_ends_it(reader, task):
    job = background.begin(reader, order_of(task, reader), now())
    Assignment.objects.filter(task=task).update(removed_on=task.issued_on, added_on=task.issued_on)

    background.make_workbook.func(job.pk)

    job.refresh_from_db()
    assert (job.state, job.fault) == (JobState.FAILED, ExportFault.REFUSED)


def test_the_list_of_tasks_does_not_hand_it_out(open_as, office, task):
    assert open_as(office).get("/tasks/export/?form=case-file").status_code == 404
