"""Refusals that keep the list and the tree whole."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_task, moment
from tracker.operations import amendments, annulment, assignments, tasks, units

ON = date(2023, 3, 1)


def test_no_unit_is_added_to_a_task_that_left_the_list(office, county, other_county):
    task = make_task(units=[county])
    amendments.withdraw_task(
        actor=office,
        task_id=task.pk,
        version=None,
        document_no="1",
        reason="r",
        on=ON,
        at=moment(ON),
    )
    with pytest.raises(ValidationError):
        assignments.add_unit(
            actor=office,
            task_id=task.pk,
            version=None,
            unit=other_county,
            is_lead=False,
            on=ON,
            at=moment(ON),
        )


def test_an_alias_is_no_name_of_another_unit(office, county, other_county):
    with pytest.raises(ValidationError):
        units.correct_unit(
            actor=office,
            unit_id=county.pk,
            version=None,
            changes={},
            aliases=[other_county.name],
            on=ON,
            at=moment(ON),
            note="",
        )


def test_a_unit_with_units_below_is_not_closed(office, county, town):
    with pytest.raises(ValidationError):
        units.close_unit(
            actor=office,
            unit_id=county.pk,
            version=None,
            merged_into=None,
            on=ON,
            at=moment(ON),
            note="",
        )


def test_a_corrected_deadline_is_taken_back_past_another_correction_of_its_day(office, county):
    task = make_task(units=[county])
    for version, changes in (
        (1, {"deadline_text": "2024年底前", "due_on": date(2024, 12, 31)}),
        (2, {"title": "另一个名称"}),
    ):
        tasks.correct_task(
            actor=office,
            task_id=task.pk,
            version=version,
            changes=changes,
            on=task.issued_on,
            at=moment(ON),
            note="",
        )
    first = task.events.filter(kind="corrected").order_by("sequence").first()
    annulment.annul(actor=office, event_id=first.pk, reason="误", at=moment(ON))
    task.refresh_from_db()
    assert (task.title, task.due_on) == ("另一个名称", date(2023, 12, 31))


def test_an_extension_is_taken_back_past_a_correction_of_another_field(office, county):
    task = make_task(units=[county])
    due_on = task.due_on
    amendments.extend_deadline(
        actor=office,
        task_id=task.pk,
        version=None,
        new_text="2024年底前",
        new_due_on=date(2024, 12, 31),
        reason="汛期停工",
        document_no="江督改〔2023〕3号",
        on=ON,
        at=moment(ON),
    )
    tasks.correct_task(
        actor=office,
        task_id=task.pk,
        version=None,
        changes={"title": "另一个名称"},
        on=ON,
        at=moment(ON),
        note="",
    )
    extension = task.events.get(kind="extended")
    annulment.annul(actor=office, event_id=extension.pk, reason="误", at=moment(ON))
    task.refresh_from_db()
    assert (task.title, task.due_on) == ("另一个名称", due_on)
