from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import moment
from tracker.choices import EventKind, Truth
from tracker.models import Event, Petition
from tracker.operations import petitions
from tracker.operations.record import Stale

RECEIVED = date(2021, 12, 4)
ON = date(2022, 3, 1)

pytestmark = pytest.mark.django_db


def a_petition(unit, serial=1, **values):
    defaults = {
        "number": f"D3SX20211204{serial:04}",
        "batch": 2,
        "received_on": RECEIVED,
        "unit": unit,
        "summary": "夜间施工噪声扰民",
    }
    return Petition(**{**defaults, **values})


def register(inspection, rows, actor=None, at=None):
    return petitions.register_petitions(
        actor=actor, inspection=inspection, rows=rows, at=at or moment(RECEIVED)
    )


@pytest.fixture
def petition(inspection, county):
    [petition] = register(inspection, [(a_petition(county), [factories.make_medium()])])
    return petition


def settle(actor, petition, on=ON, version=None, **values):
    return petitions.settle_petition(
        actor=actor,
        petition_id=petition.pk,
        version=version,
        values=values,
        on=on,
        at=moment(on),
    )


def test_petitions_hold_from_the_day_they_were_handed_over(office, inspection, county):
    water, noise = factories.make_medium(), factories.make_medium("noise", "噪声")

    rows = [(a_petition(county, 1), [water, noise]), (a_petition(county, 2), [noise])]
    first, second = register(inspection, rows, actor=office)

    assert set(first.media.all()) == {water, noise}
    assert set(second.media.all()) == {noise}
    events = Event.objects.filter(petition__isnull=False)
    assert {event.effective_on for event in events} == {RECEIVED}
    assert {event.kind for event in events} == {EventKind.CREATED}
    assert {event.unit for event in events} == {county}


def test_a_number_that_is_registered_refuses_the_whole_batch(petition, inspection, county):
    rows = [(a_petition(county, 2), []), (a_petition(county, 1), [])]

    with pytest.raises(ValidationError, match="D3SX202112040001 is registered already"):
        register(inspection, rows)
    assert Petition.objects.count() == 1


def test_an_editor_may_register_nothing(editor, inspection, county):
    with pytest.raises(PermissionDenied):
        register(inspection, [(a_petition(county), [])], actor=editor)


def test_a_settled_petition_is_recorded_on_the_day_it_was_settled(editor, petition):
    day = date(2022, 1, 10)

    settled = settle(editor, petition, truth=Truth.TRUE, closed_on=day, outcome="已责令整改")

    assert (settled.closed_on, settled.truth, settled.version) == (day, Truth.TRUE, 2)
    event = Event.objects.filter(petition=petition).order_by("-sequence").first()
    assert (event.kind, event.effective_on) == (EventKind.PETITION_SETTLED, day)
    assert event.details["before"]["closed_on"] is None
    assert event.details["after"]["outcome"] == "已责令整改"


def test_an_interim_outcome_needs_no_finding(editor, petition):
    day = date(2022, 1, 10)

    assert settle(editor, petition, interim_on=day).interim_on == day
    event = Event.objects.filter(petition=petition).order_by("-sequence").first()
    assert event.effective_on == day


def test_a_finding_alone_holds_from_the_day_it_was_entered(petition):
    settle(None, petition, truth=Truth.UNTRUE)

    event = Event.objects.filter(petition=petition).order_by("-sequence").first()
    assert event.effective_on == ON


def test_a_settled_petition_needs_a_finding(editor, petition):
    with pytest.raises(ValidationError) as refusal:
        settle(editor, petition, closed_on=date(2022, 1, 10))
    assert "truth" in refusal.value.message_dict


@pytest.mark.parametrize("name", ["interim_on", "closed_on"])
@pytest.mark.parametrize("day", [date(2021, 12, 3), date(2022, 3, 2)])
def test_an_outcome_lies_between_the_handing_over_and_today(editor, petition, name, day):
    with pytest.raises(ValidationError) as refusal:
        settle(editor, petition, truth=Truth.TRUE, **{name: day})
    assert name in refusal.value.message_dict


def test_the_second_of_two_editors_is_told(editor, petition):
    settle(editor, petition, version=1, truth=Truth.TRUE)

    with pytest.raises(Stale):
        settle(editor, petition, version=1, truth=Truth.UNTRUE)


def test_who_is_of_another_county_or_only_reads_may_settle_nothing(other_editor, reader, petition):
    for person in (other_editor, reader):
        with pytest.raises(PermissionDenied):
            settle(person, petition, truth=Truth.TRUE)
