"""What the form of a call asks for besides the text, on line: reason, closure, who to call."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.callbooks import SAID
from tracker.models import ProgressReport

PHONE = "13812345678"


@pytest.fixture
def task(county):
    return factories.make_task(units=[county])


def sent(browser, task, **values):
    data = {
        "text": SAID,
        "percent": "60",
        "on": localdate().isoformat(),
        "version": factories.part(task).version,
        "then": "send",
    }
    return browser.post(reverse("report-progress", args=[task.code]), data | values)


def test_a_report_keeps_what_the_form_of_a_call_asks_for(open_as, editor, task):
    more = {
        **{"is_on_schedule": "no", "delay_reason": "连续降雨", "next_steps": "8月底前完工"},
        **{"contact_name": "施海宁", "contact_phone": PHONE},
    }

    assert sent(open_as(editor), task, **more).status_code == 302

    report = ProgressReport.objects.get()
    assert (report.is_on_schedule, report.applies_for_closure) == (False, False)
    assert (report.contact_name, report.contact_phone) == ("施海宁", PHONE)
    assert report.file is None


def test_the_part_about_delays_opens_where_something_is_missing(open_as, editor, task):
    response = sent(open_as(editor), task, is_on_schedule="no", applies_for_closure="on")

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {
        "delay_reason",
        "next_steps",
        "applies_for_closure",
    }
    assert response.content.decode().count("<details") >= 3
    assert not ProgressReport.objects.exists()


def test_closure_can_be_applied_for_when_all_is_done(open_as, editor, task):
    sent(open_as(editor), task, percent="100", applies_for_closure="on")

    assert ProgressReport.objects.get().applies_for_closure


def test_a_draft_comes_back_as_it_was_left(open_as, editor, task):
    browser = open_as(editor)
    sent(browser, task, then="draft", is_on_schedule="no", contact_name="施海宁")

    form = browser.get(reverse("report-progress", args=[task.code])).context["form"]

    assert form["is_on_schedule"].value() == "no"
    assert form["contact_name"].value() == "施海宁"


def test_nobody_types_the_contact_again(open_as, editor, task):
    browser = open_as(editor)
    address = reverse("report-progress", args=[task.code])
    assert browser.get(address).context["form"]["contact_name"].value() == str(editor)
    sent(browser, task, contact_name="施海宁", contact_phone=PHONE)

    form = browser.get(address).context["form"]

    assert (form["contact_name"].value(), form["contact_phone"].value()) == ("施海宁", PHONE)


def test_the_telephone_is_for_those_who_report_or_were_granted_it(
    open_as, editor, leader, acceptance, reader, task
):
    leader.memberships.update(reads_personal=True)
    report = factories.make_report(
        task, 60, on=date(2022, 6, 1), contact_name="施海宁", contact_phone=PHONE
    )

    for person, sees in [(editor, True), (leader, True), (acceptance, False), (reader, False)]:
        text = open_as(person).get(report.get_absolute_url()).content.decode()
        assert "施海宁" in text
        assert (PHONE in text) is sees, person
        assert ("138****5678" in text) is not sees
