"""The circles of people who are told are those who may do what they are told of."""

from datetime import date

import pytest

from tests import closing, factories
from tests.factories import make_task
from tracker import access
from tracker.access.notifications import Part, People
from tracker.choices import Role
from tracker.models import Membership, User
from tracker.rules.notifications import Audience

ON = date(2022, 6, 1)


@pytest.fixture
def cast(
    office, leader, auditor, administrator, editor, head, reader, county_office, other_editor,
    acceptance, supervising, stranger, deactivated, town, other_county, bureau, water_bureau,
):  # fmt: skip
    """Everybody, some with roles for a town, for a department, for the acceptance unit itself."""
    for role in (Role.UNIT_EDITOR, Role.OFFICE, Role.LEADER):
        factories.make_user(role, town, f"town-{role}")
    factories.make_user(Role.LEADER, factories.county(), "county-leader")
    factories.make_user(Role.UNIT_HEAD, bureau, "bureau-head")
    factories.make_user(Role.ACCEPTANCE, factories.county(), "accepts-for-county")
    Membership.objects.create(user=other_editor, unit=bureau, role=Role.ACCEPTANCE)


@pytest.fixture
def tasks(cast, town, county, other_county, bureau, water_bureau, city):
    """Tasks of a county, a town, two places, the city, and of the unit that accepts them."""
    overseers = {"supervising_unit": water_bureau}
    return [
        make_task(units=[county], **overseers),
        make_task(units=[town]),
        make_task(units=[county, other_county]),
        make_task(units=[county, town]),
        make_task(units=[city], **overseers),
        make_task(units=[bureau]),
        make_task(units=[county], acceptance_unit=county, **overseers),
    ]


def part_of(assignment):
    task = assignment.task
    return Part(
        assignment.unit_id,
        frozenset(row.unit_id for row in task.assignments.current()),
        acceptance_unit=task.acceptance_unit_id,
        supervising_unit=task.supervising_unit_id,
    )


def those(may):
    return {user.pk for user in User.objects.filter(is_active=True) if may(user)}


def parts(tasks):
    return [assignment for task in tasks for assignment in task.assignments.order_by("pk")]


def reports_for(user, unit):
    return unit in access.scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD)


def leads(user, unit):
    return unit in access.scope_of(user).ids(Role.LEADER, Role.OFFICE)


@pytest.mark.parametrize(
    ("audience", "may"),
    [
        (Audience.UNIT_STAFF, lambda user, own: reports_for(user, own.unit_id)),
        (Audience.RUNNERS, lambda user, own: access.may_run_task(user, own.task)),
        (Audience.CONFIRMERS, lambda user, own: access.may_confirm_completion(user, own.task)),
        (Audience.SUPERIORS, lambda user, own: leads(user, own.unit_id)),
        (
            Audience.OVERSEERS,
            lambda user, own: bool(
                {own.task.supervising_unit_id, own.task.acceptance_unit_id} - {None}
                & access.scope_of(user).oversees
            ),
        ),
    ],
)  # fmt: skip
def test_a_circle_is_of_those_who_may(tasks, audience, may):
    people = People(ON)
    for own in parts(tasks):
        expected = those(lambda user, own=own: may(user, own))
        assert people.around(audience, part_of(own)) == expected, (audience, own.task)


def test_applications_go_to_those_who_may_accept_them(tasks, office):
    people = People(ON)
    outsider = factories.make_user(username="applied")
    for task in tasks:
        factories.complete(task, on=closing.COMPLETED)
        for own in task.assignments.order_by("pk"):
            closure = closing.apply(task, office, own=own)
            closure.applied_by = outsider
            expected = those(lambda user, closure=closure: access.may_accept(user, closure))
            assert people.around(Audience.ACCEPTERS, part_of(own)) == expected, task


def test_requests_for_more_time_go_to_those_who_may_decide(tasks):
    people = People(ON)
    for own in parts(tasks):
        apart = those(
            lambda user, own=own: access.tasks.runs(
                access.scope_of(user).apart_from({own.unit_id}), own.task
            )
        )
        assert people.around(Audience.DECIDERS, part_of(own)) == apart, own.task


def test_a_county_s_own_office_examines_first(cast, county, town, county_office):
    people = People(ON)
    own = Part(town.pk, frozenset({town.pk}), county=county.pk)
    assert people.around(Audience.PRE_ACCEPTERS, own) == {county_office.pk}
    assert people.around(Audience.PRE_ACCEPTERS, Part(town.pk, frozenset({town.pk}))) == set()


def test_heads_are_told_where_nobody_edits(cast, bureau, county, editor, head):
    people = People(ON)
    alone, usual = (Part(unit.pk, frozenset({unit.pk})) for unit in (bureau, county))
    assert people.around(Audience.EDITORS, usual) == {editor.pk}
    assert people.around(Audience.EDITORS, alone) == {User.objects.get(username="bureau-head").pk}


def test_everybody_in_a_circle_sees_the_task(tasks):
    people = People(ON)
    for own in parts(tasks):
        for audience in Audience:
            for pk in people.around(audience, part_of(own)):
                assert access.visible_tasks(User.objects.get(pk=pk)).filter(pk=own.task_id).exists()


def test_a_task_of_nobody_is_run_by_nobody_here(cast, county):
    assert People(ON).around(Audience.RUNNERS, Part(county.pk, frozenset())) == set()
