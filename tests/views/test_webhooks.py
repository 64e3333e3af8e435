"""Robots in the back office: entered, tried, and their secrets never shown."""

import pytest

from tracker.admin import webhooks as page
from tracker.models import WebhookDelivery, WebhookTarget
from tracker.operations import robots

URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=very-secret-key"
LIST = "/admin/tracker/webhooktarget/"


def data(**changes):
    own = {"name": "整改工作群", "format": "wecom", "url": URL, "secret": "SEC-hidden"}
    return {**own, "is_daily": "on", "kinds": ["issued", "closed"], "is_active": "on", **changes}


@pytest.fixture
def browser(open_as, administrator):
    return open_as(administrator)


@pytest.fixture
def robot(browser):
    assert browser.post(f"{LIST}add/", data()).status_code == 302
    return WebhookTarget.objects.get()


def test_a_robot_is_entered(robot, administrator):
    assert (robot.url, robot.secret) == (URL, "SEC-hidden")
    assert robot.kinds == ["issued", "closed"]
    assert robot.history.get().history_user == administrator


def test_address_and_secret_are_shown_nowhere(robot, browser):
    WebhookDelivery.objects.create(
        target=robot,
        key="1",
        message={"title": "整改", "lines": [], "link": ""},
        queued_at="2022-06-01T00:00:00Z",
        due_at="2022-06-01T00:00:00Z",
        answered="200 ok",
    )
    change = f"{LIST}{robot.pk}/change/"
    history = f"{LIST}{robot.pk}/history/"
    version = f"{history}{robot.history.get().pk}/"
    refused = browser.post(change, data(name=""))
    for answer in (
        *(browser.get(each) for each in (LIST, change, history, version)),
        browser.get("/admin/tracker/webhookdelivery/"),
        browser.get(f"/admin/tracker/webhookdelivery/{WebhookDelivery.objects.get().pk}/change/"),
        refused,
    ):
        assert answer.status_code == 200
        assert "very-secret-key" not in answer.content.decode()
        assert "SEC-hidden" not in answer.content.decode()
    assert "qyapi.weixin.qq.com" in browser.get(LIST).content.decode()
    assert "waiting 200 ok" in browser.get(LIST).content.decode()


def test_what_is_left_empty_stays(robot, browser):
    browser.post(f"{LIST}{robot.pk}/change/", data(url="", secret="", name="大群", kinds=[]))
    robot.refresh_from_db()
    assert (robot.name, robot.url, robot.secret) == ("大群", URL, "SEC-hidden")
    assert robot.kinds == []


@pytest.mark.parametrize("url", ["", "http://127.0.0.1/", "https://evil.example.cn/x", "x"])
def test_an_address_that_is_none_of_the_messenger_s_is_refused_in_words(browser, url):
    answer = browser.post(f"{LIST}add/", data(url=url))
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not WebhookTarget.objects.exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [((True, "200 ok"), "took the message"), ((False, "200 no key"), "200 no key")],
)
def test_a_test_message_says_at_once_whether_it_works(robot, browser, monkeypatch, answer, words):
    monkeypatch.setattr(robots, "post", lambda request: answer)
    shown = browser.post(f"{LIST}{robot.pk}/test/", follow=True)
    assert words in shown.content.decode()
    assert WebhookDelivery.objects.get().answered == answer[1]


def test_a_test_message_is_not_sent_by_looking(robot, browser):
    assert browser.get(f"{LIST}{robot.pk}/test/").status_code == 405
    assert browser.post(f"{LIST}{robot.pk + 1}/test/").status_code == 404
    assert not WebhookDelivery.objects.exists()
    assert "Send a test message" in browser.get(f"{LIST}{robot.pk}/change/").content.decode()


def test_a_robot_is_switched_off_and_not_deleted(robot, browser):
    assert browser.post(f"{LIST}{robot.pk}/delete/", {"post": "yes"}).status_code == 403
    assert [str(kind) for kind in page.AT_ONCE][:2] == ["issued", "call_opened"]
