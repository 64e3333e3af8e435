"""The daily mail: one a day, what is new and wanted, nothing twice."""

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem

from tests.factories import make_user, moment
from tracker.choices import NotificationKind as Kind
from tracker.choices import Telling
from tracker.models import DailyMail, Notification, NotificationChoice
from tracker.operations import daily_mails, notifications

ON = date(2022, 6, 1)
AT = moment(ON)
HOUR = AT - timedelta(minutes=1)
TOLD = AT - timedelta(hours=3)


@pytest.fixture
def person(db):
    return make_user(username="zhou", name="周<b>向东", email="zhou@example.cn")


@pytest.fixture
def tell():
    def act(person, kind=Kind.ISSUED, key="1", at=TOLD, **details):
        words = {"task": "2022s2-1 截污<纳管", "unit": "临江县", **details}
        notifications.tell(person, kind, key=key, details=words, url="/tasks/2022s2-1/", at=at)

    return act


def send(on=ON, at=AT, before=HOUR):
    return daily_mails.send_due(on=on, before=before, clock=lambda: at)


def test_a_mail_tells_what_is_new_with_a_way_there(person, tell, settings):
    settings.SITE_URL = "https://zg.example.cn"
    DailyMail.objects.create(person=person, language="en")
    tell(person)
    tell(person, Kind.REPORT_RETURNED, "2", reason="缺数据")

    assert send() == 1

    [sent] = mail.outbox
    assert sent.to == ["zhou@example.cn"]
    assert sent.subject == "Rectification tracker: 2 new notifications"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "周<b>向东, this is new for you" in sent.body
    assert "2022s2-1 截污<纳管 was issued to 临江县. Sign for it." in sent.body
    assert "https://zg.example.cn/tasks/2022s2-1/" in sent.body
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    assert "周&lt;b&gt;向东" in html
    assert "截污&lt;纳管" in html
    assert 'href="https://zg.example.cn/account/notifications/"' in html


def test_the_language_is_the_person_s_own(person, tell):
    tell(person)
    send()
    [sent] = mail.outbox
    assert 'lang="zh-CN"' in sent.alternatives[0][0]


def test_there_is_one_mail_a_day_and_nothing_comes_twice(person, tell):
    tell(person)
    assert send() == 1
    tell(person, key="2")
    assert send(at=AT + timedelta(hours=1)) == 0

    tomorrow = ON + timedelta(days=1)
    assert send(tomorrow, moment(tomorrow), moment(tomorrow)) == 1
    assert mail.outbox[1].body.count("截污") == 1
    assert send(tomorrow + timedelta(days=1), AT + timedelta(days=2), AT + timedelta(days=2)) == 0


def test_what_came_after_the_hour_waits_for_tomorrow(person, tell):
    tell(person, at=AT)
    assert send() == 0
    assert not DailyMail.objects.exists()


def test_what_was_read_or_is_not_wanted_by_mail_is_left_out(person, tell):
    tell(person, key="1")
    Notification.objects.update(read_at=AT)
    tell(person, Kind.CLOSED, key="2")
    NotificationChoice.objects.create(person=person, kind=Kind.TO_ACCEPT, way=Telling.LIST)
    tell(person, Kind.TO_ACCEPT, key="3")
    assert send() == 0
    assert mail.outbox == []
    assert DailyMail.objects.get().last_on == ON


@pytest.mark.parametrize("values", [{"email": ""}, {"is_active": False}])
def test_nobody_without_an_address_or_an_account_gets_one(person, tell, values):
    type(person).objects.update(**values)
    tell(person)
    assert send() == 0


def test_many_things_are_counted(person, tell, monkeypatch):
    monkeypatch.setattr(daily_mails, "MOST_LINES", 2)
    DailyMail.objects.create(person=person, language="en")
    for number in range(5):
        tell(person, key=str(number))
    send()
    assert "3 more are in the list." in mail.outbox[0].body
    assert not Notification.objects.unmailed().exists()


@pytest.mark.parametrize("address", ["no address", "a@b.cn\nBcc: x@y.cn", "a@b.cn, c@d.cn"])
def test_an_address_that_is_none_gets_nothing_and_is_not_tried_all_day(
    person, tell, address, caplog
):
    type(person).objects.update(email=address)
    tell(person)
    assert send() == 0
    assert mail.outbox == []
    assert DailyMail.objects.get().last_on == ON
    assert Notification.objects.unmailed().exists()
    assert address not in caplog.text


class Trouble(locmem.EmailBackend):
    """A mail server that says ``error``."""

    error: Exception

    def send_messages(self, messages):
        raise self.error


@pytest.fixture
def trouble(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Trouble"

    def act(error):
        Trouble.error = error

    return act


def test_a_server_that_is_away_is_tried_again_later(person, tell, trouble, settings, caplog):
    make = make_user(username="other", email="other@example.cn")
    for each in (person, make):
        tell(each)
    trouble(ConnectionRefusedError("zhou@example.cn"))
    assert send() == 0
    assert "zhou@" not in caplog.text
    assert DailyMail.objects.count() == 1  # the second is not even tried

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(at=AT + timedelta(minutes=1)) == 1
    assert send(at=AT + timedelta(minutes=5)) == 1
    assert sorted(address for sent in mail.outbox for address in sent.to) == [
        "other@example.cn",
        "zhou@example.cn",
    ]


def test_a_refused_address_is_left_until_tomorrow(person, tell, trouble):
    trouble(smtplib.SMTPRecipientsRefused({}))
    tell(person)
    assert send() == 0
    assert DailyMail.objects.get().last_on == ON


@pytest.mark.parametrize(
    ("error", "is_done"),
    [
        (smtplib.SMTPDataError(552, b"mailbox full for good"), True),
        (smtplib.SMTPRecipientsRefused({"zhou@example.cn": (550, b"no such user")}), True),
        (smtplib.SMTPDataError(451, b"try again"), False),
        (smtplib.SMTPRecipientsRefused({"zhou@example.cn": (450, b"greylisted")}), False),
    ],
)
def test_what_one_mailbox_answers_keeps_nobody_else_waiting(
    person, tell, trouble, settings, error, is_done
):
    other = make_user(username="other", email="other@example.cn")
    for each in (person, other):
        tell(each)
    trouble(error)
    assert send() == 0
    assert DailyMail.objects.filter(tried_at=AT).count() == (0 if is_done else 2)
    assert DailyMail.objects.filter(last_on=ON).count() == (2 if is_done else 0)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(at=AT + timedelta(minutes=5)) == (0 if is_done else 2)


def test_whom_nobody_tried_comes_first(person, tell):
    tell(person)
    tell(make_user(username="other", email="other@example.cn"))
    DailyMail.objects.create(person=person, tried_at=AT - timedelta(hours=1))

    assert daily_mails.send_due(on=ON, before=HOUR, clock=lambda: AT, most=1) == 1

    assert mail.outbox[0].to == ["other@example.cn"]


def test_each_mail_is_taken_at_its_own_moment_and_all_are_sent_if_asked(person, tell):
    tell(person)
    for number in range(3):
        tell(make_user(username=f"p{number}", email=f"p{number}@example.cn"))
    moments = iter(range(100))

    def clock():
        return AT + timedelta(minutes=next(moments))

    assert daily_mails.send_due(on=ON, before=HOUR, clock=clock, most=None) == 4

    assert Notification.objects.values("mailed_at").distinct().count() == 4


def test_a_mail_that_another_process_sends_is_not_sent(person, tell, monkeypatch):
    tell(person)
    DailyMail.objects.create(person=person, tried_at=AT - timedelta(minutes=1))
    assert send() == 0

    whole = daily_mails._wanted

    def overtaken(person, before):
        DailyMail.objects.filter(person=person).update(tried_at=AT)
        return whole(person, before)

    DailyMail.objects.update(tried_at=None)
    monkeypatch.setattr(daily_mails, "_wanted", overtaken)
    assert send() == 0
    assert mail.outbox == []


def test_a_process_that_died_while_sending_is_followed_by_another(person, tell):
    tell(person)
    DailyMail.objects.create(person=person, tried_at=AT - timedelta(minutes=6))
    assert send() == 1
    assert DailyMail.objects.get().tried_at is None


def test_many_people_are_served_in_turns(person, tell):
    for number in range(3):
        tell(make_user(username=f"p{number}", email=f"p{number}@example.cn"))

    def some():
        return daily_mails.send_due(on=ON, before=HOUR, clock=lambda: AT, most=2)

    assert [some(), some(), some()] == [2, 1, 0]
