"""What nobody looks at any more is removed, once a day."""

from datetime import date, timedelta

import pytest

from tests.factories import moment
from tracker.models import Notification, WebhookDelivery, WebhookTarget
from tracker.operations import bookmarks, tidying

ON = date(2022, 6, 1)
AT = moment(ON)


def tidy(on=ON):
    return tidying.tidy(on=on, at=moment(on))


@pytest.fixture
def notify(editor):
    def act(key, days, read_at=AT):
        Notification.objects.create(
            person=editor,
            kind="closed",
            key=key,
            url="/",
            created_at=AT - timedelta(days=days),
            read_at=read_at,
        )

    return act


def test_what_was_read_long_ago_goes_and_what_was_not_stays(notify):
    notify("old", 401)
    notify("unread", 401, read_at=None)
    notify("year", 366)

    assert tidy() == 1

    assert set(Notification.objects.values_list("key", flat=True)) == {"unread", "year"}


def test_messages_to_groups_go_when_they_wait_no_more(db):
    own = WebhookTarget.objects.create(
        name="群", format="wecom", url="https://qyapi.weixin.qq.com/"
    )
    for key, days, state in (("old", 91, "failed"), ("waits", 91, "queued"), ("new", 89, "failed")):
        at = AT - timedelta(days=days)
        WebhookDelivery.objects.create(
            target=own, key=key, message={}, state=state, queued_at=at, due_at=at
        )

    assert tidy() == 1

    assert set(WebhookDelivery.objects.values_list("key", flat=True)) == {"waits", "new"}


def test_it_is_done_once_a_day(notify):
    tidy()
    notify("old", 500)
    assert tidy() == 0
    assert tidy(ON + timedelta(days=1)) == 1


def test_of_two_processes_one_does_it(notify, monkeypatch):
    notify("old", 500)
    monkeypatch.setattr(bookmarks, "move_on", lambda name, **positions: False)
    assert tidy() == 0
    assert Notification.objects.exists()
