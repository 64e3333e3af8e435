"""What a person is told: counted on every page, opened, taken for read."""

import pytest
from django.utils.timezone import now

from tests.factories import make_export
from tracker.models import Notification


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
