"""Messages to group robots: queued once, sent with patience, to nobody inside the own network."""

import json
import ssl
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import make_task, moment
from tracker.choices import DeliveryState
from tracker.models import Bookmark, Notification, WebhookDelivery, WebhookTarget
from tracker.operations import bookmarks, robots, telling, webhooks
from tracker.rules.webhooks import ATTEMPTS, Request

ON = date(2022, 6, 27)
AT = moment(ON)
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=very-secret-key"


class Robot:
    """A messenger on this machine: what it was sent, and what it answers."""

    def __init__(self):
        self.got, self.status, self.answer = [], 200, b'{"errcode":0,"errmsg":"ok"}'
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.got.append((self.path, self.headers["Host"], json.loads(body)))
                self.send_response(robot.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(robot.answer)

            def log_message(self, *_args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/robot?key=k"


@pytest.fixture
def robot(settings):
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    robot = Robot()
    threading.Thread(target=robot.server.serve_forever, args=(0.01,), daemon=True).start()
    yield robot
    robot.server.shutdown()
    robot.server.server_close()


def target(url=WECOM, **values):
    defaults = {"name": "整改工作群", "format": "wecom", "url": url}
    return WebhookTarget.objects.create(**{**defaults, **values})


def queued(of, key="1"):
    return WebhookDelivery.objects.create(
        target=of,
        key=key,
        message={"title": "整改", "lines": ["1 项任务逾期"], "link": ""},
        queued_at=AT,
        due_at=AT,
    )


def deliver(at):
    return webhooks.deliver_due(clock=lambda: at)


@pytest.fixture
def late(db, inspection):
    """An inspection with a task overdue, one due soon, and a call nobody has answered."""
    make_task(due_on=date(2022, 6, 20))
    make_task(due_on=date(2022, 6, 30))
    return factories.make_round(on=date(2022, 6, 1), period_to=date(2022, 6, 30))


def morning(on=ON):
    return webhooks.queue_of_morning(on=on, at=moment(on))


def test_the_morning_is_counts_and_nothing_about_a_person(late, inspection):
    target(inspection=inspection)
    assert morning() == 1
    message = WebhookDelivery.objects.get().message
    assert "省督2022" in message["title"]
    assert len(message["lines"]) == 3
    assert late.name in message["lines"][2]
    assert message["link"] == "http://127.0.0.1:8000/"


def test_a_group_gets_one_message_a_morning(late):
    target()
    assert morning() == 1
    assert morning() == 0
    assert morning(ON + timedelta(days=1)) == 1
    Bookmark.objects.filter(name="groups").delete()
    morning()
    assert WebhookDelivery.objects.count() == 2


def test_a_group_to_which_there_is_nothing_to_say_is_left_in_peace(late):
    other = factories.make_inspection()
    factories.make_round(other, on=date(2022, 6, 1))
    target(inspection=other)
    target(name="停用", is_active=False)
    target(name="不要", is_daily=False)
    assert morning() == 0


def test_of_two_processes_one_queues_the_morning(late, monkeypatch):
    target()
    whole = bookmarks.move_on

    def overtaken(name, **positions):
        assert whole(name, **positions)
        return whole(name, **positions)

    monkeypatch.setattr(bookmarks, "move_on", overtaken)
    assert morning() == 0
    assert not WebhookDelivery.objects.exists()


def test_what_a_group_wants_at_once_comes_in_one_message(office, inspection):
    wants = target(kinds=["issued", "closed"])
    target(name="别的督察", kinds=["issued"], inspection=factories.make_inspection())
    target(name="没有选", kinds=[])
    bookmarks.leave_record_at(bookmarks.end_of_record())
    for number in range(webhooks.MOST_LINES + 2):
        make_task(title=f"任务{number}")

    telling.tell_of_record(on=ON, at=AT)

    row = WebhookDelivery.objects.get()
    assert row.target == wants
    assert len(row.message["lines"]) == webhooks.MOST_LINES + 1
    assert "任务0" in row.message["lines"][0]
    assert "2" in row.message["lines"][-1]


def test_few_things_need_no_count(office, inspection):
    target(kinds=["issued", "call_opened"], inspection=inspection)
    bookmarks.leave_record_at(bookmarks.end_of_record())
    make_task(title="截污纳管")
    factories.make_round(on=date(2022, 6, 1), name="6月调度")
    telling.tell_of_record(on=ON, at=AT)
    lines = WebhookDelivery.objects.get().message["lines"]
    assert len(lines) == 2
    assert lines[0].endswith("2022s2-1 截污纳管")
    assert lines[1].endswith("6月调度")
    assert not Notification.objects.exists()


def test_a_message_is_sent_once(robot, db):
    row = queued(target(robot.url))
    assert deliver(AT) == 1
    assert deliver(AT + timedelta(days=1)) == 0

    [(path, _host, body)] = robot.got
    assert path == "/robot?key=k"
    assert body["markdown"]["content"].startswith("## 整改\n> 1 项任务逾期")
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.attempts) == (DeliveryState.SENT, AT, 1)
    assert row.answered == '200 {"errcode":0,"errmsg":"ok"}'


def test_a_robot_that_refuses_is_asked_again_and_given_up(robot, db):
    robot.answer = b'{"errcode":93000,"errmsg":"invalid\\u0000 key"}'
    row, at = queued(target(robot.url)), AT
    for attempt in range(1, ATTEMPTS + 1):
        row.refresh_from_db()
        assert (row.state, row.attempts) == (DeliveryState.QUEUED, attempt - 1)
        assert deliver(row.due_at - timedelta(seconds=1)) == 0 or attempt == 1
        at = row.due_at
        deliver(at)
    row.refresh_from_db()
    assert row.state == DeliveryState.FAILED
    assert len(robot.got) == ATTEMPTS
    assert "93000" in row.answered


def test_each_message_is_taken_at_its_own_moment_and_all_are_if_asked(robot, db):
    own = target(robot.url)
    for number in range(webhooks.AT_A_TIME + 1):
        queued(own, str(number))
    moments = iter(range(100))

    def clock():
        return AT + timedelta(minutes=next(moments))

    assert webhooks.deliver_due(clock=clock, most=None) == webhooks.AT_A_TIME + 1

    assert WebhookDelivery.objects.values("sent_at").distinct().count() == webhooks.AT_A_TIME + 1


@pytest.mark.parametrize("is_late_one_taken", [False, True])
def test_a_late_failure_takes_nothing_back_and_a_late_success_counts(
    db, monkeypatch, is_late_one_taken
):
    row = queued(target())

    def slow(_request):
        again = WebhookDelivery.objects.select_related("target").get()
        monkeypatch.setattr(robots, "post", lambda _request: (not is_late_one_taken, "first"))
        webhooks.deliver(again, at=AT + timedelta(minutes=2))
        return is_late_one_taken, "late"

    monkeypatch.setattr(robots, "post", slow)
    webhooks.deliver(row, at=AT)

    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.SENT, 2)
    assert row.answered == ("late" if is_late_one_taken else "first")


def test_what_waits_for_a_robot_that_is_switched_off_is_given_up(administrator):
    own = target()
    row, sent = queued(own), queued(own, "2")
    WebhookDelivery.objects.filter(pk=sent.pk).update(state=DeliveryState.SENT, sent_at=AT)
    for is_active in (False, True):
        webhooks.keep_target(actor=administrator, target=own, changes={"is_active": is_active})
    assert deliver(AT) == 0
    row.refresh_from_db()
    sent.refresh_from_db()
    assert (row.state, row.answered) == (DeliveryState.FAILED, "The robot was switched off.")
    assert sent.state == DeliveryState.SENT


def test_an_address_that_cannot_be_sent_is_an_answer(robot, db):
    taken, answer = robots.post(Request(robot.url + "密", b"{}"))
    assert (taken, answer) == (False, "UnicodeEncodeError")


def test_a_redirect_is_not_followed(robot, db):
    robot.status = 302
    row = queued(target(robot.url))
    deliver(AT)
    row.refresh_from_db()
    assert row.state == DeliveryState.QUEUED
    assert len(robot.got) == 1


def test_an_attempt_that_another_process_counts_is_not_made(robot, db):
    row = queued(target(robot.url))
    WebhookDelivery.objects.update(attempts=1)
    assert webhooks.deliver(row, at=AT) is False
    assert robot.got == []


def test_a_group_that_is_switched_off_gets_nothing_more(robot, db):
    queued(target(robot.url, is_active=False))
    assert deliver(AT) == 0


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://qyapi.weixin.qq.com/x", "https"),
        ("ftp://qyapi.weixin.qq.com/x", "https"),
        ("https://127.0.0.1/x", "own network"),
        ("https://localhost/x", "own network"),
        ("https://10.0.0.8/x", "own network"),
        ("https://169.254.169.254/latest/meta-data", "own network"),
        ("https://[::1]/x", "own network"),
        ("https://[::ffff:127.0.0.1]/x", "own network"),
        ("https://user:word@qyapi.weixin.qq.com/x", "names no host, or a user"),
        ("https:///x", "names no host"),
        ("https://qyapi.weixin.qq.com:x/", "ValueError"),
        ("https://no-such-host.invalid/x", "gaierror"),
    ],
)
def test_nothing_is_sent_to_where_only_this_server_reaches(url, why):
    taken, answer = robots.post(Request(url, b"{}"))
    assert not taken
    assert why in answer
    assert "word" not in answer


def test_a_certificate_must_be_that_of_the_host(settings, monkeypatch):
    """The name is looked up once, and the connection goes to what was looked at."""
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    made = {}

    class Context:
        def wrap_socket(self, plain, server_hostname):
            made["name"] = server_hostname
            raise ssl.SSLCertVerificationError("not that host")

    def connect(address, timeout):
        made["address"] = address
        return object()

    monkeypatch.setattr(robots.ssl, "create_default_context", lambda: Context())
    monkeypatch.setattr(robots.HTTPSConnection, "__init__", plain_init)
    monkeypatch.setattr(robots.socket, "create_connection", connect)
    taken, answer = robots.post(Request("https://localhost:4430", b"{}"))
    assert (taken, answer) == (False, "SSLCertVerificationError")
    assert made == {"name": "localhost", "address": (made["address"][0], 4430)}


def plain_init(self, host, port, timeout, context):
    robots.HTTPConnection.__init__(self, host, port, timeout=timeout)


def test_an_administrator_keeps_robots_and_what_is_left_empty_stays(administrator):
    made = webhooks.keep_target(
        actor=administrator,
        target=WebhookTarget(),
        changes={"name": "群", "format": "wecom", "url": WECOM, "secret": "s"},
    )
    webhooks.keep_target(
        actor=administrator, target=made, changes={"name": "大群", "url": "", "secret": ""}
    )
    made.refresh_from_db()
    assert (made.name, made.url, made.secret) == ("大群", WECOM, "s")
    assert made.host == "qyapi.weixin.qq.com"
    assert made.kind_labels == []
    for past in made.history.all():
        assert "very-secret-key" not in str(past.__dict__)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "Enter the address"),
        ("http://qyapi.weixin.qq.com/x", "https"),
        ("https://evil.example.cn/x", "qyapi.weixin.qq.com"),
        ("https://oapi.dingtalk.com/x", "qyapi.weixin.qq.com"),
        ("https://" + "q" * 600, "qyapi"),
        ("https://qyapi.weixin.qq.com/x?key=密", "ASCII"),
    ],
)
def test_an_address_of_somebody_else_is_refused(administrator, url, why):
    with pytest.raises(ValidationError, match=why):
        webhooks.keep_target(
            actor=administrator,
            target=WebhookTarget(),
            changes={"name": "群", "format": "wecom", "url": url},
        )
    assert not WebhookTarget.objects.exists()


def test_nobody_else_keeps_or_tries_robots(office, db):
    own = target()
    with pytest.raises(PermissionDenied):
        webhooks.keep_target(actor=office, target=own, changes={})
    with pytest.raises(PermissionDenied):
        webhooks.send_test(actor=office, target=own, at=AT)


def test_a_test_message_is_tried_once_and_at_once(robot, administrator):
    own = target(robot.url)
    assert webhooks.send_test(actor=administrator, target=own, at=AT).state == DeliveryState.SENT
    robot.answer = b"{}"
    later = AT + timedelta(seconds=1)
    row = webhooks.send_test(actor=administrator, target=own, at=later)
    assert row.state == DeliveryState.FAILED
