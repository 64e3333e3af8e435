from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import moment
from tracker.choices import EventKind
from tracker.models import Event, Programme, Reading
from tracker.operations import annulment, programmes

ON = date(2023, 10, 31)

pytestmark = pytest.mark.django_db


def enter(inspection, actor=None, **values):
    defaults = {"code": "outfalls", "name": "入河排污口整治", "inspection": inspection}
    return programmes.enter_programme(
        actor=actor, values={**defaults, **values}, on=ON, at=moment(ON)
    )


def take(programme, actor=None, day=ON, **values):
    return programmes.take_reading(
        actor=actor, programme=programme, values={"as_of": day, **values}, at=moment(ON)
    )


def test_a_programme_is_entered_with_its_target(office, inspection):
    programme = enter(inspection, actor=office, target=Decimal(7618), unit_of_measure="个")

    event = Event.objects.get(programme=programme)
    assert event.kind == EventKind.CREATED
    assert event.details["after"]["target"] == "7618"


def test_a_programme_belongs_to_an_inspection(inspection):
    with pytest.raises(ValidationError) as refusal:
        enter(None)
    assert "inspection" in refusal.value.message_dict


def test_a_code_that_is_taken_is_refused(inspection):
    enter(inspection)

    with pytest.raises(ValidationError) as refusal:
        enter(inspection, name="另一项")
    assert "code" in refusal.value.message_dict
    assert Programme.objects.count() == 1


def test_a_reading_is_recorded_on_its_own_day(office, inspection):
    day = date(2023, 9, 30)

    reading = take(enter(inspection), office, day, value=Decimal(2513), note="月调度")

    event = Event.objects.get(kind=EventKind.READING_TAKEN)
    assert (event.effective_on, event.note) == (day, "月调度")
    assert event.details["after"] == {"reading": reading.pk, "value": "2513", "rate_printed": ""}


def test_a_printed_rate_is_kept_as_printed_and_no_quantity_is_made_of_it(inspection):
    reading = take(enter(inspection, target=Decimal(1746)), rate_printed="98.1%")

    assert (reading.rate_printed, reading.value) == ("98.1%", None)


def test_a_reading_that_says_nothing_is_refused(inspection):
    with pytest.raises(ValidationError):
        take(enter(inspection))
    assert not Reading.objects.exists()


def test_a_second_reading_of_a_day_is_refused_until_the_first_is_annulled(office, inspection):
    programme = enter(inspection)
    take(programme, value=Decimal(10))

    with pytest.raises(ValidationError, match="a reading of 2023-10-31 already"):
        take(programme, value=Decimal(11))

    event = Event.objects.get(kind=EventKind.READING_TAKEN)
    annulment.annul(actor=office, event_id=event.pk, reason="写错", at=moment(ON))
    assert take(programme, value=Decimal(11)).value == 11


def test_an_editor_may_enter_no_programme_and_no_reading(editor, inspection):
    with pytest.raises(PermissionDenied):
        enter(inspection, actor=editor)
    programme = enter(inspection)
    with pytest.raises(PermissionDenied):
        take(programme, actor=editor, value=Decimal(10))
