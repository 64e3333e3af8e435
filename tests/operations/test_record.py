"""The record itself: an unbroken chain that nobody can change, and what is derived from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from tests import factories
from tracker.choices import EventKind, ShownStatus
from tracker.models import Assignment, Event, EventHead, Inspection, Span, Task
from tracker.operations import amendments, assignments, measures, progress, record, tasks
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

DAY = date(2022, 6, 1)
AT = factories.moment(DAY)


@pytest.fixture
def task(county, office):
    return factories.make_task()


def faults():
    return [(fault.what, fault.which) for fault in Check().faults()]


class unguarded:
    """Without the triggers, as somebody with the database file in hands would be."""

    def __enter__(self):
        self.run("DISABLE")

    def __exit__(self, *failure):
        self.run("ENABLE")

    def run(self, word):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE tracker_event {word} TRIGGER USER")
            elif word == "DISABLE":
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                self.triggers = cursor.fetchall()
                for name, _sql in self.triggers:
                    cursor.execute(f"DROP TRIGGER {name}")
            else:
                for _name, sql in self.triggers:
                    cursor.execute(sql)


def test_each_entry_carries_the_digest_of_the_one_before(task):
    factories.make_report(task)
    digest = ""
    for number, event in enumerate(Event.objects.order_by("sequence"), start=1):
        assert event.sequence == number
        assert event.previous_digest == digest
        assert event.digest_of(digest) == event.digest
        digest = event.digest
    head = EventHead.objects.get()
    assert (head.sequence, head.digest) == (number, digest)
    assert faults() == []


def test_details_are_digested_as_they_will_be_read_back(task):
    written = Event.objects.get(task=task, kind=EventKind.CREATED)
    assert written.details["after"]["due_on"] == "2023-12-31"
    nested = Event(details={"days": [DAY, None, True, {"moment": AT}], 5: 1.5})
    assert record._as_stored(nested) == {
        "days": ["2022-06-01", None, True, {"moment": "2022-06-01T01:00:00Z"}],
        "5": 1.5,
    }


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tracker_event SET note = 'x' WHERE sequence = 4",
        "UPDATE tracker_event SET effective_on = '2021-01-01' WHERE sequence = 4",
        "UPDATE tracker_event SET actor_id = NULL, is_backfilled = TRUE WHERE sequence = 4",
        "UPDATE tracker_event SET details = '{}' WHERE sequence = 4",
    ],
)
def test_a_changed_entry_is_found(task, change):
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(change)
    assert ("record", "4") in faults()


def test_a_removed_last_entry_is_found(task):
    last = EventHead.objects.get().sequence
    with unguarded(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracker_event WHERE sequence = %s", [last])
    assert ("record", str(last)) in faults()


def test_two_entries_in_each_other_s_place_are_found(task):
    with unguarded(), connection.cursor() as cursor:
        for old, new in [(4, 1000), (5, 4), (1000, 5)]:
            cursor.execute("UPDATE tracker_event SET sequence = %s WHERE sequence = %s", [new, old])
    assert ("record", "4") in faults()


def test_an_entry_slipped_in_at_the_end_is_found(task):
    last = Event.objects.order_by("sequence").last()
    last.pk, last.sequence = None, last.sequence + 1
    last.previous_digest, last.digest = last.digest, "0" * 64
    last.save()
    assert ("record", str(last.sequence)) in faults()


def refused_by_the_database(act):
    with (
        pytest.raises(IntegrityError, match="entries of the record are never"),
        transaction.atomic(),
    ):
        act()


def test_the_database_refuses_to_change_an_entry(task):
    event = Event.objects.first()
    refused_by_the_database(lambda: Event.objects.filter(pk=event.pk).update(note="x"))
    event.note = "x"
    refused_by_the_database(event.save)
    refused_by_the_database(lambda: Event.objects.bulk_update([event], ["note"]))
    with connection.cursor() as cursor:
        refused_by_the_database(lambda: cursor.execute("UPDATE tracker_event SET note = 'x'"))
    assert not Event.objects.filter(note="x").exists()


def test_the_database_refuses_to_remove_an_entry(task):
    count = Event.objects.count()
    free = Event.objects.order_by("sequence").last()
    refused_by_the_database(lambda: Event.objects.filter(pk=free.pk).delete())
    refused_by_the_database(free.delete)
    with connection.cursor() as cursor:
        refused_by_the_database(lambda: cursor.execute("DELETE FROM tracker_event"))
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            refused_by_the_database(lambda: cursor.execute("TRUNCATE tracker_event CASCADE"))
    assert Event.objects.count() == count


def test_a_day_in_the_future_is_refused_with_that_day(task, office):
    with pytest.raises(ValidationError, match="2022-06-02 is in the future"):
        factories.make_report(task, on=DAY + timedelta(days=1), at=AT)


def test_the_day_ends_in_shanghai_and_not_in_greenwich(task):
    evening = datetime(2022, 6, 1, 16, 30, tzinfo=UTC)
    report = factories.make_report(task, on=date(2022, 6, 2), at=evening)
    assert not report.event.is_backfilled


def test_an_entry_made_on_a_later_day_is_marked_as_such(task):
    at_once = factories.make_report(task, on=DAY)
    later = factories.make_report(task, percent=60, on=DAY, at=AT + timedelta(days=3))
    assert (at_once.event.is_backfilled, later.event.is_backfilled) == (False, True)


def test_the_second_of_two_people_is_told_who_was_first(task, office, leader):
    other = factories.make_user("office", factories.city(), "second-office", name="李秀英")
    said = {"on": DAY, "at": AT, "note": ""}
    tasks.correct_task(
        actor=other, task_id=task.pk, version=1, changes={"title": "李的题目"}, **said
    )
    factories.make_report(task)
    with pytest.raises(Stale, match="李秀英 changed this at 2022-06-01 09:00") as refusal:
        tasks.correct_task(
            actor=office, task_id=task.pk, version=1, changes={"title": "另一题目"}, **said
        )
    assert [event.actor for event in refusal.value.since] == [other]
    task.refresh_from_db()
    assert (task.title, task.version) == ("李的题目", 2)


def test_the_second_reporter_of_a_unit_is_told_who_was_first(task, editor, head):
    part = factories.part(task)
    said = {"assignment_id": part.pk, "version": part.version, "on": DAY, "at": AT}
    values = {"text": "进展", "percent": 30}
    progress.submit_report(actor=editor, values=values, **said)
    with pytest.raises(Stale) as refusal:
        progress.submit_report(actor=head, values={**values, "percent": 40}, **said)
    assert [event.actor for event in refusal.value.since] == [editor]
    assert factories.part(task).percent == 30


def test_a_change_by_the_program_itself_is_said_to_be_the_system_s(task, office):
    factories.complete(task)
    with pytest.raises(Stale, match="The system changed this"):
        progress.complete_assignment(
            actor=office, assignment_id=factories.part(task).pk, version=1, on=DAY, at=AT
        )


def test_a_stale_refusal_without_entries_still_says_what_happened():
    assert Stale([]).messages == ["This was changed meanwhile. Nothing of yours was saved or lost."]


def test_one_who_started_first_and_wrote_last_is_recorded_last(task, other_county):
    """Two people write at once: the one whose moment is earlier gets the lock later."""
    later = AT + timedelta(seconds=5)
    factories.make_report(task, percent=10, at=later)
    factories.make_report(task, percent=20, at=AT)
    spans = Span.objects.filter(task=task, valid_from=DAY)
    first, second = spans.order_by("pk")
    assert (first.percent, first.recorded_from, first.recorded_to) == (10, later, later)
    assert (second.percent, second.recorded_from, second.recorded_to) == (20, later, None)
    assert Span.objects.on(DAY, known_at=later).get(task=task).percent == 20


def test_nothing_is_rewritten_where_nothing_changed(task):
    factories.make_report(task)
    spans = set(Span.objects.values_list("pk", "recorded_from", "recorded_to"))
    record.rebuild([task.pk], at=AT + timedelta(days=90))
    assert set(Span.objects.values_list("pk", "recorded_from", "recorded_to")) == spans


def test_a_back_dated_entry_changes_the_day_but_not_what_was_known_on_it(task):
    noted = AT + timedelta(days=60)
    before = Task.objects.as_of(date(2022, 7, 1)).get()
    factories.complete(task, on=date(2022, 6, 20), at=AT + timedelta(days=90))
    after = Task.objects.as_of(date(2022, 7, 1)).get()
    known = Task.objects.as_of(date(2022, 7, 1), known_at=noted).get()
    assert before.shown == known.shown != ShownStatus.AWAITING_CLOSURE
    assert after.shown == ShownStatus.AWAITING_CLOSURE
    assert Task.objects.as_of(date(2022, 6, 19)).get().shown < ShownStatus.AWAITING_CLOSURE


def test_rebuilding_a_hundred_tasks_takes_as_many_queries_as_rebuilding_two(
    task, django_assert_num_queries, django_assert_max_num_queries
):
    for _ in range(10):
        factories.make_task()
    two, all_of_them = [Task.objects.values_list("pk", flat=True)[:count] for count in (2, 11)]
    with django_assert_max_num_queries(12) as few:
        record.rebuild(list(two), at=AT)
    with django_assert_num_queries(len(few)):
        record.rebuild(list(all_of_them), at=AT)


def test_rebuilding_nothing_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        record.rebuild([], at=AT)


def test_a_draft_without_units_can_be_kept(task):
    draft = factories.make_task(units=[], issued=False)
    record.rebuild([draft.pk], at=AT)
    draft.refresh_from_db()
    assert (draft.status, draft.percent, draft.completed_on) == ("draft", 0, None)


def test_the_task_is_the_roll_up_of_its_units(task, county, other_county):
    task = factories.make_task(units=[county, other_county])
    factories.make_report(task, percent=51, unit=county)
    task.refresh_from_db()
    assert (task.status, task.percent) == ("issued", 25)
    factories.complete(task, on=date(2022, 7, 1), unit=county)
    assert (task.status, task.percent, task.completed_on) == ("issued", 50, None)
    factories.complete(task, on=date(2022, 7, 9), unit=other_county)
    assert (task.status, task.percent) == ("in_progress", 100)
    assert task.completed_on == date(2022, 7, 9)


def test_a_withdrawn_task_keeps_what_was_reached_and_is_not_counted_from_that_day(task, office):
    factories.make_report(task, percent=40)
    amendments.withdraw_task(
        actor=office,
        task_id=task.pk,
        version=None,
        document_no="通办〔2022〕9号",
        reason="",
        on=date(2022, 7, 1),
        at=factories.moment(date(2022, 7, 1)),
    )
    task.refresh_from_db()
    assert (task.status, task.percent, task.left_on) == ("withdrawn", 40, date(2022, 7, 1))
    assert Task.objects.as_of(date(2022, 6, 30)).count() == 1
    assert Task.objects.as_of(date(2022, 7, 1)).count() == 0


def test_a_unit_removed_before_the_withdrawal_keeps_its_own_last_day(office, county, other_county):
    task = factories.make_task(units=[county, other_county])
    assignments.remove_unit(
        actor=office,
        assignment_id=factories.part(task, county).pk,
        version=None,
        on=DAY,
        at=AT,
        note="",
    )
    withdrawn = date(2022, 7, 1)
    amendments.withdraw_task(
        actor=office,
        task_id=task.pk,
        version=None,
        document_no="9号",
        reason="",
        on=withdrawn,
        at=factories.moment(withdrawn),
    )
    assert list(task.assignments.order_by("pk").values_list("removed_on", flat=True)) == [DAY, None]


def test_measures_done_are_in_the_record_without_a_version_of_their_own(task, office):
    measure = task.measures.get()
    measures.complete_measure(actor=office, measure_id=measure.pk, version=1, on=DAY, at=AT)
    task.refresh_from_db()
    assert task.version == 1
    record.lock_task(task.pk, version=1)


def test_nothing_is_entered_for_an_annulled_task(task):
    Task.objects.filter(pk=task.pk).update(is_annulled=True)
    with pytest.raises(ValidationError, match="The task was annulled"):
        record.lock_task(task.pk)


def test_entries_can_be_read_in_the_order_in_which_they_held(task):
    factories.make_report(task, percent=20, on=date(2022, 8, 1))
    factories.make_report(
        task, percent=10, on=date(2022, 7, 1), at=factories.moment(date(2022, 9, 1))
    )
    reports = Event.objects.filter(task=task, kind=EventKind.REPORTED).in_order()
    assert [event.details["after"]["percent"] for event in reports] == [10, 20]


def test_present_columns_that_were_changed_by_hand_are_found(task):
    Assignment.objects.filter(task=task).update(percent=99)
    assert ("task", task.code) in faults()


def test_who_waited_for_a_task_reckons_with_the_rules_of_now(task):
    locked = record.lock_task(task.pk)
    Inspection.objects.filter(pk=task.inspection_id).update(behind_points=42)
    assert locked.inspection.behind_points == 42
