"""From the public notice to the filing: its days, objections, closing, and taking steps back."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import transaction

from tests import closing, factories
from tests.closing import CLOSED, ENDS, FILED, PUBLISHED, completed_task
from tests.factories import moment, part
from tracker.choices import DayCount, EventKind, ShownStatus
from tracker.models import Closure, Event, Inspection, Objection, PublicNotice, Task
from tracker.operations import annulment, notices
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

Denied = PermissionDenied


@pytest.fixture
def task(county, office):
    return completed_task()


@pytest.fixture
def passed(task, editor, acceptance):
    return closing.passed(task, editor, acceptance)


@pytest.fixture
def notice(passed, office):
    return closing.publish(passed, office)


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so and nothing is written."""

    def check(step, words, field=None, error=ValidationError):
        before = Event.objects.count(), list(Closure.objects.values())
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (Event.objects.count(), list(Closure.objects.values())) == before

    return check


@pytest.fixture
def take_back(office):
    def annul(kind):
        event = last(kind)
        annulment.annul(actor=office, event_id=event.pk, reason="录错", at=moment(date(2023, 1, 1)))
        assert list(Check().faults()) == []

    return annul


def shown(day):
    return Task.objects.as_of(day).get().shown


def again(row):
    return type(row).objects.get(pk=row.pk)


def last(kind):
    return Event.objects.filter(kind=kind).order_by("sequence").last()


REAL_NOTICES = [
    (date(2025, 12, 22), 10, DayCount.WORKING, date(2026, 1, 5)),
    (date(2025, 1, 21), 10, DayCount.WORKING, date(2025, 2, 8)),
    (date(2019, 12, 13), 7, DayCount.CALENDAR, date(2019, 12, 19)),
]


@pytest.mark.parametrize(("begins_on", "days", "day_count", "ends_on"), REAL_NOTICES)
def test_the_real_notices_come_out_exactly(
    begins_on, days, day_count, ends_on, county, editor, acceptance, office
):
    call_command("loaddata", "reference/holidays", verbosity=0)
    issued = begins_on - timedelta(days=60)
    inspection = factories.make_inspection(issued, notice_days=days, notice_day_count=day_count)
    task = factories.make_task(inspection, on=issued, due_on=begins_on)
    factories.complete(task, on=begins_on - timedelta(days=20))
    closure = closing.apply(task, editor, on=begins_on - timedelta(days=9))
    closing.take(closure, acceptance, on=begins_on - timedelta(days=8))
    closing.decide(closure, acceptance, on=begins_on - timedelta(days=2))
    notice = closing.publish(closure, office, on=begins_on)
    assert (notice.ends_on, notice.days, notice.day_count) == (ends_on, days, day_count)
    assert not notice.is_provisional
    with pytest.raises(ValidationError, match=ends_on.isoformat()), transaction.atomic():
        closing.close(closure, office, on=ends_on)
    assert closing.close(closure, office, on=ends_on + timedelta(days=1)).stage == "closed"


def test_a_notice_is_published_for_the_days_of_the_inspection(passed, task, office):
    notice = closing.publish(passed, office, email="zgb@example.cn")
    assert (notice.begins_on, notice.ends_on, notice.is_provisional) == (PUBLISHED, ENDS, True)
    assert (again(passed).stage, part(task).status) == ("in_notice", "in_public_notice")
    facts = last(EventKind.NOTICE_PUBLISHED).details["after"]
    assert (facts["ends_on"], facts["email"], facts["stage"]) == (
        "2022-07-22",
        "zgb@example.cn",
        "in_notice",
    )
    assert list(Check().faults()) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"begins_on": PUBLISHED - timedelta(days=1)}, "begins_on", "before the day"),
        ({"phone": ""}, "phone", "telephone"),
        ({"phone": "1" * 41}, "phone", "At most 40"),
        ({"email": "nobody"}, "email", "no e-mail address"),
        ({"completion_text": "短"}, "completion_text", "20 characters"),
    ],
)
def test_a_notice_that_is_not_whole_is_refused_at_its_field(
    passed, office, refused, changes, field, words
):
    refused(lambda: closing.publish(passed, office, **changes), words, field)


def test_an_inspection_without_days_of_notice_is_to_be_corrected(passed, office, refused):
    Inspection.objects.update(notice_days=0)
    refused(lambda: closing.publish(passed, office), "cannot be counted", "begins_on")


def test_only_the_office_publishes_settles_closes_and_files(
    passed, editor, acceptance, leader, office, refused
):
    def all_refuse(act):
        for user in (editor, acceptance, leader):
            refused(lambda user=user: act(user), "rectification office publ", None, Denied)

    all_refuse(lambda user: closing.publish(passed, user))
    notice = closing.publish(passed, office)
    all_refuse(lambda user: closing.objection(notice, user))
    row = closing.objection(notice, office)
    all_refuse(lambda user: closing.settle(row, user))
    closing.settle(row, office)
    all_refuse(lambda user: closing.close(passed, user))
    closing.close(passed, office)
    all_refuse(lambda user: closing.file(passed, user))


def test_a_task_is_closed_after_its_notice_and_filed_upward(notice, passed, task, office, refused):
    refused(lambda: closing.close(passed, office, on=ENDS), "until 2022-07-22", "on")
    refused(
        lambda: closing.close(passed, office, closing_opinion=" "), "opinion", "closing_opinion"
    )
    closing.close(passed, office)
    task.refresh_from_db()
    assert (again(passed).stage, again(passed).closed_on, task.closed_on) == (
        "closed",
        CLOSED,
        CLOSED,
    )
    assert shown(CLOSED - timedelta(days=1)) == ShownStatus.AWAITING_CLOSURE
    assert shown(CLOSED) == ShownStatus.CLOSED
    refused(lambda: closing.file(passed, office, filing_no=""), "number", "filing_no")
    closing.file(passed, office)
    closure = again(passed)
    assert (closure.stage, closure.filed_on, closure.filing_no) == (
        "filed",
        FILED,
        "江海环督备〔2022〕7号",
    )
    refused(lambda: closing.file(passed, office), "its last step")
    assert list(Check().faults()) == []


def test_a_task_closed_after_its_deadline_but_completed_in_time_was_never_overdue(
    county, editor, acceptance, office
):
    """As task 29 of Nantong: completed by the deadline, closed months later."""
    due = closing.COMPLETED
    task = completed_task(due_on=due)
    closing.closed(task, editor, acceptance, office)
    for day in (due, due + timedelta(days=1), CLOSED - timedelta(days=1)):
        assert shown(day) == ShownStatus.AWAITING_CLOSURE
    assert shown(CLOSED) == ShownStatus.CLOSED


def test_where_the_level_above_consents_its_document_is_named(notice, passed, office, refused):
    Inspection.objects.update(needs_consent=True)
    document = {"consent_document_no": "省督改〔2022〕3号", "consent_note": "经省政府同意"}
    refused(
        lambda: closing.close(passed, office, consent_on=CLOSED), "consent", "consent_document_no"
    )
    refused(lambda: closing.close(passed, office, **document), "day", "consent_on")
    refused(
        lambda: closing.close(passed, office, consent_on=FILED, **document), "between", "consent_on"
    )
    closing.close(passed, office, consent_on=ENDS, **document)
    closure = again(passed)
    assert (closure.consent_document_no, closure.consent_on, closure.consent_note) == (
        "省督改〔2022〕3号",
        ENDS,
        "经省政府同意",
    )
    facts = last(EventKind.CLOSED).details["after"]
    assert (facts["consent_on"], facts["consent_note"]) == (ENDS.isoformat(), "经省政府同意")


def test_a_task_of_two_units_is_closed_when_both_parts_are(
    county, other_county, editor, other_editor, acceptance, office
):
    task = completed_task(units=[county, other_county])
    closing.closed(task, editor, acceptance, office, unit=county)
    task.refresh_from_db()
    assert (task.closed_on, shown(CLOSED)) == (None, ShownStatus.AWAITING_CLOSURE)
    closing.closed(task, other_editor, acceptance, office, unit=other_county)
    task.refresh_from_db()
    assert (task.closed_on, shown(CLOSED)) == (CLOSED, ShownStatus.CLOSED)


def test_an_objection_is_entered_without_who_made_it_being_told(notice, passed, office, refused):
    row = closing.objection(notice, office, content=" 夜间仍有废水直排。 ")
    assert (row.state, row.content) == ("open", "夜间仍有废水直排。")
    said = json.dumps(list(Event.objects.values("details", "note")), default=str)
    assert "陈女士" not in said
    assert "13800000000" not in said
    assert "直排" not in said
    refused(lambda: closing.close(passed, office), "still to be settled: 1")
    assert again(passed).stage == "in_notice"


def test_an_objection_comes_from_the_public_page_without_an_account(notice, passed):
    row = closing.objection(notice, None, channel="")
    assert last(EventKind.OBJECTION_RECEIVED).actor is None
    assert row.notice == notice


@pytest.mark.parametrize(
    ("received_on", "words"),
    [
        (PUBLISHED, ""),
        (ENDS + timedelta(days=1), ""),
        (ENDS + timedelta(days=2), "from 2022-07-11 to 2022-07-23"),
        (PUBLISHED - timedelta(days=1), "from 2022-07-11 to 2022-07-23"),
        (CLOSED + timedelta(days=9), "after 2022-07-25"),
    ],
)
def test_objections_are_received_during_the_notice_and_one_day_after(
    notice, office, refused, received_on, words
):
    def receive():
        return closing.objection(notice, office, on=CLOSED, received_on=received_on)

    if words:
        refused(receive, words, "received_on")
    else:
        assert receive().received_on == received_on


def test_what_a_citizen_sends_is_received_on_its_day_without_a_name_in_the_record(notice, passed):
    row = notices.receive_public_objection(
        notice_id=notice.pk,
        content=" 夜间仍有废水直排。 ",
        contact="陈女士 13800000000",
        on=ENDS,
        at=moment(ENDS),
    )
    entry = last(EventKind.OBJECTION_RECEIVED)
    assert (row.received_on, row.content, row.state) == (ENDS, "夜间仍有废水直排。", "open")
    assert row.receipt_no == f"20220722-{row.pk:05}"
    assert (entry.actor, entry.effective_on) == (None, ENDS)
    assert entry.details["after"]["channel"] == row.channel
    assert "陈女士" not in json.dumps(entry.details) + entry.note
    assert list(Check().faults()) == []


def test_there_is_nothing_to_object_to_once_the_task_is_closed(notice, passed, office, refused):
    closing.close(passed, office, on=CLOSED)
    refused(lambda: closing.objection(notice, office, on=CLOSED), "Possible: filed upward")


def test_a_dismissed_objection_lets_the_task_be_closed(notice, passed, office, refused):
    row = closing.objection(notice, office)
    refused(lambda: closing.settle(row, office, settlement=" "), "how the", "settlement")
    closing.settle(row, office)
    row = again(row)
    assert (row.state, row.settled_on, row.settled_by) == ("dismissed", PUBLISHED, office)
    assert last(EventKind.OBJECTION_DISMISSED).note == row.settlement
    refused(lambda: closing.settle(row, office, upheld=True), "“dismissed” already")
    assert closing.close(passed, office).stage == "closed"


def test_an_upheld_objection_stops_the_closure_and_ends_completion_from_its_day(
    notice, passed, task, editor, acceptance, office, refused
):
    day = PUBLISHED + timedelta(days=3)
    row, other = closing.objection(notice, office), closing.objection(notice, None)
    closing.settle(row, office, upheld=True, on=day, settlement="经复核，夜间确有直排。")
    assert again(passed).stage == "objected"
    assert {again(one).state for one in (row, other)} == {"upheld"}
    assert (part(task).status, part(task).completed_on) == ("in_progress", None)
    assert shown(day - timedelta(days=1)) == ShownStatus.AWAITING_CLOSURE
    assert shown(day) < ShownStatus.AWAITING_CLOSURE
    refused(lambda: closing.close(passed, office), "Apply for closure again")
    refused(lambda: closing.objection(notice, office), "Apply for closure again")
    assert list(Check().faults()) == []
    again_on = day + timedelta(days=10)
    factories.complete(task, on=again_on)
    second = closing.apply(task, editor, on=again_on)
    closing.take(second, acceptance, on=again_on)
    closing.decide(second, acceptance, on=again_on)
    closing.publish(second, office, on=again_on)
    closing.close(second, office, on=again_on + timedelta(days=20))
    assert shown(again_on + timedelta(days=20)) == ShownStatus.CLOSED
    assert list(Check().faults()) == []


def test_of_two_who_publish_or_close_at_once_one_wins_and_the_other_is_told(passed, office):
    colleague = factories.make_user("office", username="colleague")
    version = passed.version
    closing.publish(passed, office, version=version)
    with pytest.raises(Stale, match="人员office changed this"):
        closing.publish(passed, colleague, version=version)
    closing.close(passed, colleague, version=version + 1)
    with pytest.raises(Stale, match="人员colleague changed this"):
        closing.close(passed, office, version=version + 1)
    closing.file(passed, office, version=version + 2)
    with pytest.raises(Stale):
        closing.file(passed, colleague, version=version + 2)
    kinds = Event.objects.filter(kind__in=(EventKind.NOTICE_PUBLISHED, EventKind.CLOSED))
    assert kinds.count() == 2


def test_who_closes_is_told_of_an_objection_that_came_first(notice, passed, office):
    version = again(passed).version
    closing.objection(notice, None)
    with pytest.raises(Stale, match="The system changed this"):
        closing.close(passed, office, version=version)


# A wrong step taken back by the office.


def test_a_publication_taken_back_can_be_made_again(notice, passed, office, take_back):
    take_back(EventKind.NOTICE_PUBLISHED)
    closure = again(passed)
    assert (closure.stage, closure.notice.is_annulled, closure.standing_notice) == (
        "passed",
        True,
        None,
    )
    day = PUBLISHED + timedelta(days=7)
    fresh = closing.publish(passed, office, on=day)
    closure = again(passed)
    assert closure.standing_notice == fresh
    assert (fresh.begins_on, PublicNotice.objects.count()) == (day, 1)


def test_an_attempt_that_came_not_so_far_has_no_notice(passed):
    assert again(passed).standing_notice is None


def test_an_objection_entered_by_mistake_is_in_nobody_s_way(notice, passed, office, take_back):
    row = closing.objection(notice, office)
    take_back(EventKind.OBJECTION_RECEIVED)
    assert (again(row).state, again(passed).stage) == ("annulled", "in_notice")
    assert not notice.objections.standing().exists()
    assert closing.close(passed, office).stage == "closed"


@pytest.mark.parametrize("upheld", [True, False])
def test_a_settlement_taken_back_leaves_the_objection_open(
    notice, passed, task, office, take_back, upheld
):
    row = closing.objection(notice, office)
    closing.settle(row, office, upheld=upheld)
    take_back(EventKind.OBJECTION_UPHELD if upheld else EventKind.OBJECTION_DISMISSED)
    row = again(row)
    assert (row.state, row.settlement, row.settled_on, row.settled_by) == ("open", "", None, None)
    assert (again(passed).stage, part(task).status) == ("in_notice", "in_public_notice")
    assert part(task).completed_on == closing.COMPLETED
    closing.settle(row, office, upheld=not upheld)


def test_a_closing_and_a_filing_are_taken_back_one_after_the_other(
    notice, passed, task, office, take_back
):
    closing.close(passed, office)
    closing.file(passed, office)
    with pytest.raises(ValidationError, match="“filed upward” was entered after it"):
        take_back(EventKind.CLOSED)
    take_back(EventKind.FILED)
    closure = again(passed)
    assert (closure.stage, closure.filed_on, closure.filing_no) == ("closed", None, "")
    take_back(EventKind.CLOSED)
    closure = again(passed)
    assert (closure.stage, closure.closed_on, closure.closing_opinion) == ("in_notice", None, "")
    assert (part(task).closed_on, shown(CLOSED)) == (None, ShownStatus.AWAITING_CLOSURE)
    assert Objection.objects.count() == 0
