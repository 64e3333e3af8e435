"""The table from the record to people."""

import pytest

from tracker.choices import ClosureStage, EventKind, NotificationKind, Telling
from tracker.models import Notification
from tracker.rules.notifications import (
    ALWAYS_LISTED,
    GROUPS,
    TELLS,
    Audience,
    Tell,
    default_way,
    telling_key,
    tells_of,
)


def test_every_kind_stands_in_one_group_and_has_words():
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(NotificationKind)
    assert set(Notification.SAYS) == set(NotificationKind)


def test_what_cannot_be_switched_off_is_told_by_mail_too():
    assert {default_way(kind) for kind in ALWAYS_LISTED} == {Telling.MAIL}
    assert default_way(NotificationKind.CLOSED) == Telling.LIST


def test_what_a_list_brought_along_tells_nobody():
    assert tells_of(EventKind.COMPLETED, {"taken_over": True}) == ()
    assert tells_of(EventKind.COMPLETED, {}) == TELLS[EventKind.COMPLETED]


@pytest.mark.parametrize("kind", [EventKind.READING_TAKEN, EventKind.EVIDENCE_ADDED, "unknown"])
def test_other_entries_tell_nobody(kind):
    assert tells_of(kind, {}) == ()


def test_an_application_asks_the_county_where_it_examines_first():
    [tell] = tells_of(EventKind.APPLIED, {"county": "linjiang"})
    assert tell.audience == Audience.PRE_ACCEPTERS
    [tell] = tells_of(EventKind.APPLIED, {})
    assert tell.audience == Audience.ACCEPTERS


def test_an_application_taken_back_by_its_unit_asks_nobody():
    facts = {"stage": ClosureStage.CANCELLED.value}
    assert tells_of(EventKind.APPLICATION_RETURNED, facts) == ()
    assert tells_of(EventKind.APPLICATION_RETURNED, {"stage": "returned"})


def test_being_given_a_task_is_one_thing_however_it_came_about():
    tell = Tell(NotificationKind.ISSUED, Audience.UNIT_STAFF)
    keys = {telling_key(kind, 5, 7, tell) for kind in (EventKind.ISSUED, EventKind.ASSIGNED)}
    assert keys == {"issued:7"}
    assert telling_key(EventKind.CLOSED, 5, 7, tell) == "record:5:issued"
