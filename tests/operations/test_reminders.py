"""Reminders: who is reminded of what on which day, and that nobody is twice."""

from datetime import date, timedelta

import pytest

from tests import closing, factories
from tests.factories import make_report, make_round, make_task, moment, part
from tracker.models import Bookmark, Inspection, Notification, Task
from tracker.operations import annulment, bookmarks, progress, reminders
from tracker.operations.standing import confirm_standing

DUE = date(2022, 6, 25)


def remind(on):
    """The reminders of one day alone, as a service that ran the day before gives them."""
    yesterday = (on - timedelta(days=1)).toordinal()
    Bookmark.objects.update_or_create(name="reminders", defaults={"position": yesterday})
    Notification.objects.all().delete()
    reminders.remind(on=on, at=moment(on))
    return {(row.person.username, row.kind) for row in Notification.objects.all()}


@pytest.fixture
def cast(office, editor, head, reader, leader, supervising, acceptance, other_editor):
    """People around a task of the county."""


@pytest.fixture
def call(cast, county, other_county):
    for units in ([county], [county], [other_county]):
        make_task(units=units, due_on=None)
    return make_round(on=date(2022, 6, 1))


def test_units_are_reminded_of_a_call_before_its_day_and_on_it(call):
    expected = {("editor", "call_due"), ("other-editor", "call_due")}
    found = {day: remind(date(2022, 6, day)) for day in range(18, 26)}
    assert found == {day: expected if day in (22, 25) else set() for day in range(18, 26)}
    row = Notification.objects.get(person__username="editor")
    assert row.text == f"{call.name} is due on 2022-06-25. 临江县: 2 to report."
    assert row.url == call.get_absolute_url()


def test_who_has_reported_is_not_reminded(call, county):
    for task in Task.objects.filter(assignments__unit=county):
        make_report(task, on=date(2022, 6, 20))
    assert remind(DUE) == {("other-editor", "call_due")}


def test_a_late_report_counts_too(call, county):
    for task in Task.objects.filter(assignments__unit=county):
        make_report(task, on=date(2022, 7, 2))
    assert {who for who, _kind in remind(date(2022, 7, 3))} == {
        "other-editor",
        "office",
        "leader",
    }


def test_missing_reports_are_asked_for_and_superiors_copied_from_the_second_time(call):
    staff = {("editor", "call_late"), ("head", "call_late"), ("other-editor", "call_late")}
    above = {("office", "call_late"), ("leader", "call_late")}
    found = {days: remind(DUE + timedelta(days=days)) for days in (1, 2, 8, 22, 29)}
    assert found == {1: staff, 2: set(), 8: staff | above, 22: staff | above, 29: set()}


def test_superiors_are_told_once_of_all_units(call):
    remind(DUE + timedelta(days=8))
    row = Notification.objects.get(person__username="leader")
    assert row.details["units"] == 2
    assert row.text == f"{call.name} was due on 2022-06-25. 3 reports of 2 units are missing."


def test_of_a_task_issued_after_the_period_a_call_asks_nothing(cast):
    make_task(on=date(2022, 7, 1), due_on=None)
    make_round(on=date(2022, 6, 1))
    assert remind(date(2022, 7, 3)) == set()


def test_deadlines_are_announced_by_the_rule_of_the_inspection(cast):
    make_task(due_on=DUE)
    near = {("editor", "deadline_near"), ("head", "deadline_near")}
    found = {days: remind(DUE - timedelta(days=days)) for days in (31, 30, 8, 7, 3, 2, 1, 0)}
    assert {days for days, told in found.items() if told} == {30, 7, 3, 1}
    assert found[7] == near

    Inspection.objects.update(deadline_reminders="10")
    assert remind(DUE - timedelta(days=10)) == near
    assert remind(DUE - timedelta(days=7)) == set()


def test_of_a_passed_deadline_superiors_and_overseers_hear_too(cast, water_bureau):
    task = make_task(due_on=DUE, title="截污纳管", supervising_unit=water_bureau)
    assert remind(DUE + timedelta(days=1)) == {
        (who, "deadline_passed")
        for who in ("editor", "head", "office", "leader", "supervising", "acceptance")
    }
    row = Notification.objects.first()
    assert row.text == (
        f"{task.code} 截污纳管 was due on 2022-06-25 and is not completed. Responsible: 临江县."
    )
    assert remind(DUE + timedelta(days=2)) == set()


def test_who_has_done_their_part_is_left_in_peace(cast, head):
    done, said, taken_back = (make_task(due_on=DUE) for _number in range(3))
    factories.complete(done)
    progress.report_completion(
        actor=head,
        assignment_id=part(said).pk,
        version=None,
        note="完成",
        on=date(2022, 6, 1),
        at=moment(date(2022, 6, 1)),
    )
    annulment.annul(
        actor=factories.an_office(),
        event_id=taken_back.events.get(kind="created").pk,
        reason="重复",
        at=moment(date(2022, 6, 1)),
    )
    assert remind(DUE + timedelta(days=1)) == set()


def test_many_deadlines_of_one_day_are_told_of_together(cast):
    for _number in range(5):
        make_task(due_on=DUE)
    remind(DUE + timedelta(days=1))
    row = Notification.objects.get(person__username="leader")
    assert (row.details["count"], row.url) == (5, "/tasks/")


def standing_task(cast):
    task = make_task(due_on=None)
    unit, office = factories.make_user("unit_head", factories.county()), factories.an_office()
    factories.complete(task, on=closing.COMPLETED)
    closure = closing.passed(task, unit, factories.User.objects.get(username="acceptance"))
    closing.publish(closure, office)
    closing.close(closure, office)
    return task


def test_yearly_confirmations_are_asked_for_until_they_are_there(cast, editor):
    task = standing_task(cast)
    assert remind(date(2022, 12, 1)) == set()  # the year of closing itself
    found = remind(date(2023, 12, 1))
    assert ("editor", "standing_due") in found
    assert ("office", "standing_due") not in found
    assert Notification.objects.first().details["due"] == "2023-12-31"
    assert remind(date(2023, 12, 24))
    assert remind(date(2023, 12, 25)) == set()

    confirm_standing(
        actor=editor,
        assignment_id=part(task).pk,
        version=None,
        year=2023,
        holds=True,
        text="现场复核，运行正常，台账齐全。",
        on=date(2023, 12, 20),
        at=moment(date(2023, 12, 20)),
    )
    assert remind(date(2023, 12, 24)) == set()


def test_a_day_is_done_once_and_missed_days_are_made_up_for(cast):
    make_task(due_on=DUE)
    on = DUE + timedelta(days=3)
    Bookmark.objects.create(name="reminders", position=(DUE - timedelta(days=2)).toordinal())

    assert reminders.remind(on=on, at=moment(on)) > 0
    told = Notification.objects.count()
    assert reminders.remind(on=on, at=moment(on)) == 0
    assert reminders.remind(on=on - timedelta(days=1), at=moment(on)) == 0

    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == {"deadline_near", "deadline_passed"}
    assert Notification.objects.count() == told


def test_a_first_day_reminds_of_that_day_alone(cast):
    make_task(due_on=DUE)
    Bookmark.objects.filter(name="reminders").delete()
    assert reminders.remind(on=DUE + timedelta(days=2), at=moment(DUE)) == 0
    assert Bookmark.objects.get(name="reminders").position == (DUE + timedelta(days=2)).toordinal()


def test_of_two_processes_one_reminds(cast, monkeypatch):
    make_task(due_on=DUE)
    whole = bookmarks.move_on

    def overtaken(name, **positions):
        assert whole(name, **positions)
        return whole(name, **positions)

    monkeypatch.setattr(bookmarks, "move_on", overtaken)
    on = DUE + timedelta(days=1)
    assert reminders.remind(on=on, at=moment(on)) == 0
    assert not Notification.objects.exists()
