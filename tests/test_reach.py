"""What was in reach when a file was made, compared with what is in reach when it is fetched."""

import pytest

from tests.factories import make_user
from tracker.access import may_order, reach_of, still_reaches
from tracker.models import Membership, User


@pytest.fixture
def change():
    """``change(user, role, unit)``: the same person with that one role; no role without one."""

    def to(user, role=None, unit=None):
        user.memberships.all().delete()
        if role:
            Membership.objects.create(user=user, role=role, unit=unit)
        return User.objects.get(pk=user.pk)

    return to


@pytest.fixture
def places(city, county, town, other_county, water_bureau):
    return {
        "city": city,
        "county": county,
        "town": town,
        "other": other_county,
        "water": water_bureau,
    }


@pytest.mark.parametrize(
    ("before", "now", "still"),
    [
        (("office", "city"), ("office", "city"), True),
        (("office", "city"), ("leader", "city"), False),
        (("leader", "city"), ("office", "city"), True),
        (("leader", "city"), ("auditor", "city"), True),
        (("leader", "city"), ("office", "county"), False),
        (("leader", "city"), (), False),
        (("unit_editor", "county"), ("unit_head", "county"), True),
        (("unit_editor", "county"), ("leader", "city"), False),
        (("unit_editor", "county"), ("unit_reader", "county"), False),
        (("unit_reader", "county"), ("leader", "city"), True),
        (("unit_editor", "county"), ("unit_editor", "other"), False),
        (("unit_editor", "county"), ("unit_editor", "town"), False),
        (("unit_editor", "town"), ("unit_editor", "county"), True),
        (("supervising", "water"), ("acceptance", "water"), True),
        (("supervising", "water"), ("unit_editor", "water"), False),
        (("unit_editor", "water"), ("supervising", "water"), False),
        (("unit_reader", "water"), ("supervising", "water"), True),
    ],
)
def test_a_file_is_given_out_only_while_all_of_it_is_in_reach(places, change, before, now, still):
    def told(role=None, unit=None):
        return (role, places[unit]) if role else ()

    user = make_user()
    reach = reach_of(change(user, *told(*before)))

    assert still_reaches(change(user, *told(*now)), reach) is still


def test_contacts_stay_in_reach_by_a_grant_as_well(change, county, city):
    user = make_user()
    reach = reach_of(change(user, "unit_editor", county))
    person = change(user, "leader", city)
    assert not still_reaches(person, reach)

    person.memberships.update(reads_personal=True)

    assert still_reaches(User.objects.get(pk=user.pk), reach)


def test_what_an_older_release_remembered_is_compared_as_far_as_it_goes(change, county):
    user = make_user()
    reach = reach_of(change(user, "unit_editor", county))
    for name in ("contacts", "personal", "sectors"):
        del reach[name]

    assert still_reaches(change(user, "unit_reader", county), reach)
    assert not still_reaches(change(user), reach)


def test_everybody_with_a_role_may_order(editor, leader, stranger):
    assert [may_order(user) for user in (editor, leader, stranger)] == [True, True, False]
