"""The queue of closure: each part in the group of what it waits for, and nothing of others."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests import closing, factories
from tests.closing import ENDS, PUBLISHED, completed_task
from tracker.figures.closures import Group, counties, last_entries, queue
from tracker.models import Inspection, User
from tracker.operations import amendments

DAY = PUBLISHED + timedelta(days=2)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def fresh(user):
    return User.objects.get(pk=user.pk)


def asked(user, as_of=DAY):
    return queue(fresh(user), Inspection.objects.get(), as_of)


def groups(user, as_of=DAY):
    return {row.task.number: str(row.group) for row in asked(user, as_of).rows}


@pytest.fixture
def one_of_each(county, editor, acceptance, office):
    """One task of every kind there is in the procedure, by its number."""
    factories.make_task()  # 1: not completed
    tasks = {number: completed_task() for number in range(2, 13)}
    closing.apply(tasks[3], editor)
    closing.take(closing.apply(tasks[4], editor), acceptance)
    closing.passed(tasks[5], editor, acceptance)
    closing.publish(closing.passed(tasks[6], editor, acceptance), office)
    disputed = closing.publish(closing.passed(tasks[7], editor, acceptance), office)
    closing.objection(disputed, office)
    closing.send_back(closing.apply(tasks[8], editor), acceptance)
    failed = closing.take(closing.apply(tasks[9], editor), acceptance)
    closing.decide(failed, acceptance, passes=False)
    stopped = closing.publish(closing.passed(tasks[10], editor, acceptance), office)
    closing.settle(closing.objection(stopped, office), office, upheld=True)
    closing.closed(tasks[11], editor, acceptance, office)
    closing.withdraw(closing.apply(tasks[12], editor), editor)
    return tasks


def test_each_part_waits_in_one_group(one_of_each, office):
    assert groups(office) == {
        2: "to_apply",
        3: "to_accept",
        4: "to_accept",
        5: "to_publish",
        6: "in_notice",
        7: "in_notice",
        8: "returned",
        9: "returned",
        10: "returned",
        12: "to_apply",
    }
    found = asked(office)
    assert found.counts == {
        Group.TO_APPLY: 2,
        Group.TO_PRE_ACCEPT: 0,
        Group.TO_ACCEPT: 2,
        Group.TO_PUBLISH: 1,
        Group.IN_NOTICE: 2,
        Group.TO_CLOSE: 0,
        Group.RETURNED: 3,
    }
    for group in Group:
        assert len(found.of(group)) == found.counts[group]


def test_a_notice_has_days_left_and_may_be_closed_when_it_is_over_and_nothing_is_open(
    one_of_each, office
):
    [row, disputed] = asked(office).of("in_notice")
    assert (row.days_left, row.notice.ends_on, row.open_objections) == (10, ENDS, 0)
    assert disputed.open_objections == 1
    assert [row.days_left for row in asked(office, ENDS).of("in_notice")] == [1, 1]
    after = asked(office, ENDS + timedelta(days=1))
    [row] = after.of("to_close")
    assert (row.task.number, row.days_left) == (6, 0)
    [disputed] = after.of("in_notice")
    assert (disputed.task.number, disputed.days_left) == (7, 0)


def test_a_stopped_attempt_gives_way_to_the_next_one(one_of_each, editor, acceptance, office):
    factories.complete(one_of_each[9], on=DAY)
    assert groups(office)[9] == "returned"
    second = closing.apply(one_of_each[9], editor, on=DAY)
    [row] = [row for row in asked(office).rows if row.task.number == 9]
    assert (row.group, row.closure, row.unit.code) == (Group.TO_ACCEPT, second, "linjiang")
    closing.withdraw(second, editor, on=DAY)
    assert groups(office)[9] == "to_apply"


def test_standing_tasks_wait_only_where_they_are_closed(county, office):
    completed_task(due_on=None)
    assert groups(office) == {1: "to_apply"}
    Inspection.objects.update(closes_undated=False)
    assert groups(office) == {}


def test_what_left_the_list_waits_for_nothing(one_of_each, office):
    amendments.withdraw_task(
        actor=office,
        task_id=one_of_each[3].pk,
        version=None,
        document_no="1",
        reason="调整",
        on=DAY,
        at=factories.moment(DAY),
    )
    assert 3 not in groups(office)


def test_everybody_sees_the_parts_in_their_reach(
    one_of_each, editor, other_editor, acceptance, leader, stranger, other_county
):
    everything = groups(leader)
    assert groups(editor) == groups(acceptance) == everything
    assert groups(other_editor) == groups(stranger) == {}
    shared = completed_task(units=[factories.county(), other_county])
    assert [row.unit.code for row in asked(leader).rows if row.task == shared] == [
        "linjiang",
        "donghai",
    ]
    assert [row.unit.code for row in asked(other_editor).rows] == ["donghai"]


@pytest.mark.parametrize("who", ["office", "editor", "acceptance"])
def test_the_queue_takes_six_queries_at_most(
    one_of_each, who, request, django_assert_max_num_queries
):
    user, inspection = fresh(request.getfixturevalue(who)), Inspection.objects.get()
    with django_assert_max_num_queries(6):
        for row in queue(user, inspection, DAY).rows:
            assert (row.task.acceptance_unit, row.unit.label, row.task.inspection) != ()
            assert row.closure is None or row.closure.applied_by.name
            assert row.notice is None or row.notice.ends_on


def test_what_waits_for_the_county_waits_in_its_own_group(county, town, county_office, acceptance):
    task = completed_task(units=[town])
    Inspection.objects.update(county_accepts=True)
    closure = closing.apply(task, factories.make_user("unit_editor", town))
    [row] = asked(county_office).of("to_pre_accept")
    assert row.closure == closure
    assert groups(acceptance) == {1: "to_pre_accept"}
    closing.pre_accept(closure, county_office)
    assert groups(acceptance) == {1: "to_accept"}
    assert counties([town.pk, county.parent_id]) == {town.pk: county, county.parent_id: None}
    entries = last_entries(closure)
    assert entries["pre_accepted"].actor == county_office
    assert set(entries) == {"applied", "pre_accepted"}
