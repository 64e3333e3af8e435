"""Questions on the pages of who checks a task, their answers, and that its unit sees none of it."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import closing, factories
from tests.views.test_evidence import shot
from tracker.models import Evidence, Membership, SignalNote
from tracker.operations import evidence, report_steps

DUE = date(2090, 1, 1)
ASKED = "Progress went from 0% to 100% on one day."
OLD = "This photo was taken before the feedback."


@pytest.fixture
def report(county):
    task = factories.make_task(units=[county], due_on=DUE)
    file = evidence.check(SimpleUploadedFile("现场.jpg", shot()))
    report = factories.make_report(task, 100, files=[file])
    Evidence.objects.update(taken_at=factories.moment(date(2021, 1, 1)))
    return report


@pytest.fixture
def closure(report, editor):
    task = factories.complete(report.assignment.task, on=closing.COMPLETED)
    return closing.apply(task, editor, evidence=list(report.evidence.all()))


def pages_of(report):
    task, unit = report.assignment.task, report.assignment.unit
    return [report.get_absolute_url(), f"/tasks/{task.code}/units/{unit.code}/judge/"]


def test_who_judges_is_asked_on_the_report_and_on_the_page_of_the_judgement(
    open_as, office, acceptance, report
):
    for user in (office, acceptance):
        browser = open_as(user)
        for page in pages_of(report):
            text = browser.get(page).content.decode()
            assert ASKED in text, page
            assert OLD in text, page
            assert "there may be good reasons" in text


def test_who_accepts_is_asked_on_the_closure_and_on_the_decision(
    open_as, office, acceptance, closure
):
    browser, page = open_as(acceptance), closure.get_absolute_url()
    assert ASKED in browser.get(page).content.decode()
    closing.take(closure, acceptance)
    for address in (page, f"{page}decide/"):
        text = browser.get(address).content.decode()
        assert ASKED in text
        assert OLD in text
    closing.decide(closure, acceptance)
    assert ASKED not in browser.get(page).content.decode()


def test_the_reporting_unit_sees_none_of_it(
    open_as, editor, head, reader, county_office, leader, auditor, office, report, closure
):
    task = report.assignment.task
    SignalNote.objects.create(
        task=task,
        kind="leap",
        key=str(report.pk),
        note="已到现场核实",
        by=office,
        at=factories.moment(closing.APPLIED),
    )
    address = f"/tasks/{task.code}/signals/leap/{report.pk}/"
    pages = [
        report.get_absolute_url(),
        closure.get_absolute_url(),
        task.get_absolute_url(),
        f"{task.get_absolute_url()}?show=files",
        Evidence.objects.get().get_page_url(),
        "/todo/",
        "/",
    ]
    for user in (editor, head, reader, county_office, leader, auditor):
        browser = open_as(user)
        for page in pages:
            text = browser.get(page).content.decode()
            for words in (ASKED, OLD, 'id="signals"', "已到现场核实"):
                assert words not in text, (user, page)
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"note": "x"}).status_code == 403


def test_an_answer_is_kept_and_the_way_leads_back(open_as, acceptance, office, report):
    task, page = report.assignment.task, report.get_absolute_url()
    address = f"/tasks/{task.code}/signals/leap/{report.pk}/"
    browser = open_as(acceptance)
    assert f'href="{address}?next={page}"' in browser.get(page).content.decode()
    form = browser.get(f"{address}?next={page}").content.decode()
    assert "progress from nothing to all at once" in form

    answer = browser.post(f"{address}?next={page}", {"note": "工程较小，当日完成"}, follow=True)

    assert answer.redirect_chain[-1][0] == page
    text = answer.content.decode()
    assert "It was noted." in text
    assert "Checked: 1" in text
    assert "工程较小，当日完成" in text
    again = open_as(office).post(address, {"note": "另一个说法"})
    assert again.status_code == 422
    assert "has noted already" in again.content.decode()


@pytest.mark.parametrize("to", ["https://example.org/", "//example.org", ""])
def test_no_answer_leads_away(open_as, office, report, to):
    task = report.assignment.task
    address = f"/tasks/{task.code}/signals/leap/{report.pk}/?next={to}"
    assert open_as(office).post(address, {"note": "已核实"}).url == task.get_absolute_url()


@pytest.mark.parametrize("which", ["leap/99999", "early/99999", "verdict/1", "alike/1-2"])
def test_what_nobody_asked_has_no_page(open_as, office, report, which):
    address = f"/tasks/{report.assignment.task.code}/signals/{which}/"
    assert open_as(office).get(address).status_code == 404
    assert open_as(office).post(address, {"note": "x"}).status_code == 404


def test_who_reports_for_the_unit_elsewhere_overseeing_it_is_not_asked(
    open_as, acceptance, county, report
):
    Membership.objects.create(user=acceptance, unit=county, role="unit_editor")
    person = type(acceptance).objects.get(pk=acceptance.pk)
    assert ASKED not in open_as(person).get(report.get_absolute_url()).content.decode()


def test_the_questions_cost_few_queries(open_as, office, acceptance, closure):
    closing.take(closure, acceptance)
    browser = open_as(office)
    browser.get("/")
    with CaptureQueriesContext(connection) as asked:
        assert ASKED in browser.get(f"{closure.get_absolute_url()}decide/").content.decode()
    assert len(asked) <= 15, [query["sql"][:120] for query in asked]


def test_nobody_is_asked_about_a_report_or_a_file_that_still_waits(
    open_as, acceptance, office, editor, head, inspection, county, report
):
    type(inspection).objects.update(reports_signed=True)
    task = factories.make_task(units=[county], due_on=DUE)
    file = evidence.check(SimpleUploadedFile("现场.jpg", shot()))
    waiting = factories.make_report(task, 100, actor=editor, files=[file])
    own, seen = waiting.evidence.get(), report.evidence.get()

    def status(user, task, which):
        return open_as(user).get(f"/tasks/{task.code}/signals/{which}/").status_code

    assert waiting.event is None
    about = report.assignment.task
    for which in (f"leap/{waiting.pk}", f"unchanged/{waiting.pk}"):
        assert status(acceptance, task, which) == 404
        assert status(office, task, which) == 404
    assert status(acceptance, task, f"early/{own.pk}") == 404
    assert status(acceptance, task, f"alike/{own.pk}-{seen.pk}") == 404
    assert status(acceptance, about, f"alike/{seen.pk}-{own.pk}") == 404
    post = open_as(acceptance).post(f"/tasks/{task.code}/signals/leap/{waiting.pk}/", {"note": "x"})
    assert post.status_code == 404
    assert not SignalNote.objects.exists()

    report_steps.sign_report(actor=head, report_id=waiting.pk, at=waiting.sent_at)
    assert status(acceptance, task, f"leap/{waiting.pk}") == 200
    assert status(acceptance, about, f"alike/{seen.pk}-{own.pk}") == 200
