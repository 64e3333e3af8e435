from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import make_report, make_task, moment, part
from tracker.models import Task
from tracker.operations import annulment, assignments, units
from tracker.operations.record import Stale

DAY = date(2022, 6, 1)


def said(actor, on=DAY):
    return {"actor": actor, "on": on, "at": moment(max(on, DAY))}


def add(task, unit, actor, on=DAY, is_lead=False, version=None):
    return assignments.add_unit(
        task_id=task.pk, version=version, unit=unit, is_lead=is_lead, **said(actor, on)
    )


def remove(task, unit, actor, on=DAY, version=None):
    return assignments.remove_unit(
        assignment_id=part(task, unit).pk, version=version, note="职能调整", **said(actor, on)
    )


def acknowledge(task, unit, actor, on=DAY):
    return assignments.acknowledge(
        assignment_id=part(task, unit).pk, version=None, **said(actor, on)
    )


def test_an_added_unit_answers_from_its_own_day_on(office, county, other_county):
    task = make_task(units=[county])
    make_report(task, percent=60, on=date(2022, 5, 1))
    added = add(task, other_county, office, is_lead=True, version=1)
    assert (added.status, added.added_on, added.is_lead) == ("issued", DAY, True)
    task.refresh_from_db()
    assert (task.version, task.percent) == (2, 30)
    assert Task.objects.as_of(date(2022, 5, 31)).get().percent_then == 60
    assert Task.objects.as_of(DAY).get().percent_then == 30


def test_a_task_has_one_lead(office, county, other_county):
    task = make_task(units=[county], lead=county)
    add(task, other_county, office, is_lead=True)
    assert task.assignments.get(is_lead=True).unit == other_county


def test_a_unit_is_added_once_at_a_time(office, county, other_county):
    task = make_task(units=[county, other_county])
    with pytest.raises(ValidationError, match="is responsible for this task already"):
        add(task, county, office)
    remove(task, county, office, on=date(2022, 6, 10))
    with pytest.raises(ValidationError, match="on 2022-06-09 already. Choose a later day"):
        add(task, county, office, on=date(2022, 6, 9))
    assert add(task, county, office, on=date(2022, 6, 10)).pk != task.assignments.earliest("pk").pk


def test_a_unit_whose_adding_was_annulled_may_be_added_again(office, county, other_county):
    task = make_task(units=[county])
    gone = add(task, other_county, office)
    annulment.annul(actor=office, event_id=gone.events.get().pk, reason="录错单位", at=moment(DAY))
    gone.refresh_from_db()
    assert gone.removed_on == gone.added_on
    assert add(task, other_county, office, on=date(2022, 5, 1)).removed_on is None


def test_a_closed_unit_is_given_nothing_more(office, county, other_county):
    units.close_unit(
        unit_id=other_county.pk, version=None, merged_into=county, note="", **said(office)
    )
    other_county.refresh_from_db()
    task = make_task()
    with pytest.raises(ValidationError, match="was closed on 2022-06-01. Choose the unit"):
        add(task, other_county, office)
    assert add(task, other_county, office, on=date(2022, 5, 31))


def test_a_removed_unit_keeps_what_it_did_before(office, county, other_county):
    task = make_task(units=[county, other_county])
    make_report(task, percent=80, unit=county, on=date(2022, 5, 1))
    remove(task, county, office, version=1)
    gone = task.assignments.get(unit=county)
    assert (gone.removed_on, gone.percent) == (DAY, 80)
    assert Task.objects.as_of(date(2022, 5, 31)).get().percent_then == 40
    assert Task.objects.as_of(DAY).get().percent_then == 0


def test_the_last_unit_cannot_be_removed(office, county):
    with pytest.raises(ValidationError, match="needs at least one responsible unit"):
        remove(make_task(), county, office)


def test_a_unit_is_removed_once(office, county, other_county):
    task = make_task(units=[county, other_county])
    first = part(task, county)
    remove(task, county, office)
    with pytest.raises(ValidationError, match="On 2022-06-02: The unit is not responsible"):
        assignments.remove_unit(
            assignment_id=first.pk, version=None, note="", **said(office, date(2022, 6, 2))
        )


def test_a_unit_that_reported_afterwards_cannot_be_removed_before(office, county, other_county):
    task = make_task(units=[county, other_county])
    make_report(task, unit=county, on=date(2022, 6, 20))
    with pytest.raises(ValidationError, match="On 2022-06-20: The unit is not responsible"):
        remove(task, county, office)


def test_signing_for_a_task_begins_it(editor, county):
    task = make_task()
    assert acknowledge(task, county, editor).status == "in_progress"
    with pytest.raises(ValidationError, match="“acknowledged” cannot follow.*“in progress”"):
        acknowledge(task, county, editor)


def test_only_the_unit_or_the_office_on_its_behalf_signs(
    other_editor, reader, acceptance, office, county
):
    task = make_task()
    for actor in (other_editor, reader, acceptance):
        with pytest.raises(PermissionDenied):
            acknowledge(task, county, actor)
    assert acknowledge(task, county, office)


def test_only_the_city_office_says_who_answers(editor, county_office, county, other_county):
    task = make_task(units=[county, other_county])
    for actor in (editor, county_office):
        with pytest.raises(PermissionDenied):
            add(task, factories.bureau(), actor)
        with pytest.raises(PermissionDenied):
            remove(task, other_county, actor)


def test_units_are_changed_at_the_version_that_was_seen(office, county, other_county):
    task = make_task(units=[county])
    add(task, other_county, office, version=1)
    with pytest.raises(Stale):
        add(task, factories.bureau(), office, version=1)
    with pytest.raises(Stale):
        remove(task, other_county, office, version=1)
