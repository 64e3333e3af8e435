"""What waits about deadlines and after the closing: extensions, confirmations, look-backs."""

from datetime import date

import pytest

from tests import factories
from tests.factories import make_closed, make_extension_request, make_lookback_plan, make_task
from tracker.choices import LookBackResult
from tracker.figures.todo import Act, to_do
from tracker.operations import annulment, extensions, lookbacks, standing

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 20)
DUE = date(2022, 9, 30)
CLOSED = date(2022, 8, 1)


def items(user, day, act):
    fresh = type(user).objects.get(pk=user.pk)
    return [item for item in to_do(fresh, day=day).items if item.act == act]


def look(task, actor, on):
    return lookbacks.record_lookback(
        actor=actor,
        assignment_id=factories.part(task).pk,
        version=None,
        method="file",
        checkers="许文澜",
        result=LookBackResult.STABLE,
        finding="台账与现场一致，未见反弹。",
        on=on,
        at=factories.moment(on),
    )


def test_a_request_waits_for_who_decides_until_it_is_decided(
    office, editor, county_office, acceptance, county
):
    request = make_extension_request(make_task(due_on=DUE), editor, TODAY)
    [item] = items(office, TODAY, Act.DECIDE_EXTENSION)
    assert (item.subject, item.due_on, item.part) == (request, DUE, request.assignment)
    for other in (editor, county_office, acceptance):
        assert items(other, TODAY, Act.DECIDE_EXTENSION) == []
    extensions.refuse_extension(
        actor=office,
        request_id=request.pk,
        version=None,
        reason="请先赶工。",
        on=TODAY,
        at=factories.moment(TODAY),
    )
    assert items(office, TODAY, Act.DECIDE_EXTENSION) == []


def test_a_standing_result_waits_for_its_unit_and_overdue_for_the_office(editor, office, county):
    task = make_closed(on=CLOSED, due_on=None)
    [item] = items(editor, date(2023, 12, 10), Act.CONFIRM_STANDING)
    assert (item.part, item.due_on) == (factories.part(task), date(2023, 12, 31))
    assert item.round_name == "2023"
    assert items(office, date(2023, 12, 10), Act.CHASE_STANDING) == []
    late = date(2024, 1, 10)
    [item] = items(office, late, Act.CHASE_STANDING)
    assert (item.subject, item.count, item.part) == (task.inspection, 1, None)
    assert items(office, late, Act.CONFIRM_STANDING) == []
    standing.confirm_standing(
        actor=editor,
        assignment_id=factories.part(task).pk,
        version=None,
        year=2023,
        holds=False,
        text="核查发现岸线又被占用。",
        on=late,
        at=factories.moment(late),
    )
    assert items(editor, late, Act.CONFIRM_STANDING) == []
    assert items(office, late, Act.CHASE_STANDING) == []
    assert factories.part(task) in [item.subject for item in items(office, late, Act.LOOK_BACK)]


def test_planned_checks_wait_for_those_who_may_make_them(
    office, acceptance, supervising, editor, county
):
    on = date(2022, 9, 1)
    tasks = [make_closed(on=CLOSED) for _number in range(2)]
    plan = make_lookback_plan(tasks, on=on)
    for person in (office, acceptance):
        [item] = items(person, on, Act.LOOK_BACK)
        assert (item.subject, item.count, item.due_on) == (plan, 2, plan.due_on)
    for person in (supervising, editor):
        assert items(person, on, Act.LOOK_BACK) == []
    look(tasks[0], acceptance, date(2022, 9, 5))
    [item] = items(acceptance, date(2022, 9, 5), Act.LOOK_BACK)
    assert item.count == 1
    look(tasks[1], acceptance, date(2022, 9, 6))
    assert items(acceptance, TODAY, Act.LOOK_BACK) == []


def test_a_plan_that_was_taken_back_asks_for_nothing(office, acceptance, county):
    plan = make_lookback_plan([make_closed(on=CLOSED)], on=date(2022, 9, 1))
    annulment.annul(actor=office, event_id=plan.event_id, reason="误录", at=factories.moment(TODAY))
    assert items(acceptance, TODAY, Act.LOOK_BACK) == []


def test_who_also_reports_for_the_unit_is_not_asked_to_check_it(acceptance, county):
    make_lookback_plan([make_closed(on=CLOSED)], on=date(2022, 9, 1))
    acceptance.memberships.create(unit=county, role="unit_editor")
    assert items(acceptance, TODAY, Act.LOOK_BACK) == []


def test_follow_ups_wait_for_the_office(office, acceptance, county):
    task = make_closed(on=CLOSED)
    assert items(office, date(2022, 10, 31), Act.LOOK_BACK) == []
    [item] = items(office, date(2022, 11, 1), Act.LOOK_BACK)
    assert (item.subject, item.count, item.due_on) == (task.inspection, 1, None)
    assert items(acceptance, date(2022, 11, 1), Act.LOOK_BACK) == []
    look(task, office, date(2022, 11, 2))
    assert items(office, date(2022, 11, 2), Act.LOOK_BACK) == []


def test_two_overdue_years_count_twice_with_the_first_day(office, county):
    first = make_closed(on=CLOSED, due_on=None)
    make_closed(on=date(2022, 9, 1), due_on=None)
    [item] = items(office, date(2024, 2, 1), Act.CHASE_STANDING)
    assert (item.subject, item.count, item.due_on) == (first.inspection, 2, date(2023, 12, 31))
