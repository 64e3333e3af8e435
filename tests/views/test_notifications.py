"""What a person is told: counted on every page, opened, taken for read."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests.factories import make_export
from tracker.choices import NotificationKind
from tracker.models import Notification, NotificationChoice
from tracker.rules.notifications import default_way


@pytest.fixture
def told(office):
    return [make_export(office, at=now()).asked_by.notifications.latest("pk") for _ in range(2)]


def unread():
    return Notification.objects.unread().count()


def test_every_page_counts_what_is_new(told, open_as, office, leader):
    assert "(2 new)" in open_as(office).get("/units/").content.decode()
    assert " new)" not in open_as(leader).get("/units/").content.decode()


def test_opening_one_leads_to_what_it_is_about_and_takes_it_for_read(told, open_as, office):
    browser = open_as(office)
    page = browser.get("/notifications/").content.decode()
    assert told[0].text in page
    assert unread() == 2

    response = browser.post(f"/notifications/{told[0].pk}/open/")

    assert response.url == told[0].url
    assert [row.pk for row in Notification.objects.unread()] == [told[1].pk]


def test_all_that_were_shown_are_taken_for_read_and_none_told_since(told, open_as, office):
    browser = open_as(office)
    newest = browser.get("/notifications/").context["page"][0].pk
    make_export(office, at=now())

    browser.post("/notifications/read/", {"last": newest})

    assert unread() == 1
    assert "(1 new)" in browser.get("/notifications/").content.decode()


@pytest.mark.parametrize("last", ["", "x", "²", "-1", "9" * 400])
def test_a_number_that_is_none_reads_nothing(told, open_as, office, last):
    assert open_as(office).post("/notifications/read/", {"last": last}).status_code == 404
    assert unread() == 2


def test_another_s_notifications_are_not_there(told, open_as, leader):
    browser = open_as(leader)

    assert browser.post(f"/notifications/{told[0].pk}/open/").status_code == 404
    assert browser.post("/notifications/read/", {"last": told[1].pk}).status_code == 404
    assert told[0].text not in browser.get("/notifications/").content.decode()
    assert unread() == 2


def test_words_come_in_the_language_of_the_reader(told, client_of, office):
    page = client_of(office, headers={"accept-language": "zh-hans"}).get("/notifications/")

    assert "整改台账.xlsx" in page.content.decode()


def test_the_list_takes_few_queries(told, open_as, office, django_assert_max_num_queries):
    browser = open_as(office)
    with django_assert_max_num_queries(15) as few:
        browser.get("/notifications/")
    for _ in range(5):
        make_export(office, at=now())
    with django_assert_max_num_queries(len(few)):
        browser.get("/notifications/")


def test_what_is_not_read_yet_can_be_looked_at_alone(told, open_as, office):
    browser = open_as(office)
    browser.post(f"/notifications/{told[0].pk}/open/")

    page = browser.get("/notifications/?new=1")
    assert [row.pk for row in page.context["page"]] == [told[1].pk]

    browser.post(f"/notifications/{told[1].pk}/open/")
    assert "Everything is read." in browser.get("/notifications/?new=1").content.decode()


def test_a_word_of_the_address_that_means_nothing_is_named(told, open_as, office):
    page = open_as(office).get("/notifications/?new=perhaps")
    assert len(page.context["page"]) == 2
    assert page.wsgi_request.ignored == ["new"]


def test_notifications_stand_under_their_day(told, open_as, office):
    Notification.objects.filter(pk=told[0].pk).update(created_at=now() - timedelta(days=2))
    page = open_as(office).get("/notifications/").content.decode()
    assert page.count('<h2 class="told-day">') == 2
    assert "Today</time>" in page


def test_nothing_to_tell_is_said(open_as, leader):
    page = open_as(leader).get("/notifications/").content.decode()
    assert "There is nothing to tell yet." in page


def choices(**changes):
    ways = {str(kind): default_way(kind) for kind in NotificationKind}
    return {**ways, "language": "zh-hans", **changes}


def test_a_person_chooses_what_they_are_told(open_as, editor):
    browser = open_as(editor)
    page = browser.get("/account/notifications/")
    assert page.context["form"].initial == choices()

    answer = browser.post("/account/notifications/", choices(closed="neither", language="en"))

    assert answer.url == "/account/notifications/"
    assert NotificationChoice.objects.get(person=editor).way == "neither"
    page = browser.get("/account/notifications/").content.decode()
    assert "Your choices are kept." in page


def test_what_came_back_is_not_offered_to_be_switched_off(open_as, editor):
    browser = open_as(editor)
    form = browser.get("/account/notifications/").context["form"]
    assert "neither" not in dict(form.fields["reopened"].choices)
    assert "neither" in dict(form.fields["closed"].choices)

    answer = browser.post("/account/notifications/", choices(reopened="neither", closed="neither"))

    assert answer.status_code == 422
    assert answer.context["form"]["closed"].value() == "neither"
    assert not NotificationChoice.objects.exists()


@pytest.mark.parametrize(
    ("address", "words"),
    [("zhou@example.cn", "goes to zhou@example.cn"), ("", "has no e-mail address")],
)
def test_the_page_says_where_mails_go(open_as, editor, address, words):
    type(editor).objects.filter(pk=editor.pk).update(email=address)
    assert words in open_as(editor).get("/account/notifications/").content.decode()
