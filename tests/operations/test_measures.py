from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import make_task, moment
from tracker.choices import EventKind, ShownStatus
from tracker.models import Task
from tracker.operations import measures
from tracker.operations.record import Stale

DAY = date(2022, 6, 1)


def said(actor, on=DAY):
    return {"actor": actor, "on": on, "at": moment(on)}


def add(task, actor, version=None, **values):
    return measures.add_measure(
        task_id=task.pk, version=version, values={"text": "新措施", **values}, **said(actor)
    )


def correct(measure, actor, version=None, **values):
    return measures.correct_measure(
        measure_id=measure.pk, version=version, values=values, **said(actor)
    )


def finish(measure, actor, version=None):
    return measures.complete_measure(measure_id=measure.pk, version=version, **said(actor))


def set_milestone(task, actor, due_on=date(2022, 12, 31), on=DAY):
    return measures.add_milestone(
        task_id=task.pk, version=None, title="主体完工", due_on=due_on, **said(actor, on)
    )


def reach(milestone, actor, on=date(2022, 7, 1)):
    return measures.reach_milestone(milestone_id=milestone.pk, version=None, **said(actor, on))


@pytest.fixture
def task(county):
    return make_task()


def test_a_new_measure_comes_last(task, office, county):
    measure = add(task, office, version=1, unit=county, kind="long_term")
    assert measure.number == 2
    event = task.events.get(kind=EventKind.MEASURE_ADDED)
    assert event.details["after"] == {
        "text": "新措施",
        "kind": "long_term",
        "unit": "linjiang",
        "owner": "",
        "due_on": None,
        "measure": measure.pk,
        "number": 2,
        "version": 2,
    }
    assert add(make_task(measures=(), issued=False), office).number == 1


def test_a_measure_without_text_is_refused(task, office):
    with pytest.raises(ValidationError):
        add(task, office, text="")
    assert task.measures.count() == 1


def test_a_corrected_measure_keeps_both_wordings_in_the_record(task, office, bureau):
    measure = correct(task.measures.get(), office, text="改正", unit=bureau)
    event = task.events.get(kind=EventKind.MEASURE_CORRECTED)
    assert event.details["before"]["text"] == "落实整改措施"
    assert (event.details["after"]["text"], event.details["after"]["unit"]) == ("改正", "bureau")
    assert (measure.text, measure.unit) == ("改正", bureau)
    task.refresh_from_db()
    assert task.version == 2
    assert correct(measure, office, text="改正").text == "改正"
    task.refresh_from_db()
    assert task.version == 2


def test_a_measure_is_ticked_off_once(task, editor):
    measure = finish(task.measures.get(), editor, version=1)
    assert measure.completed_on == DAY
    finish(measure, editor)
    assert task.events.filter(kind=EventKind.MEASURE_COMPLETED).count() == 1


def test_milestones_missed_put_a_task_behind_until_they_are_reached(task, office, editor):
    milestone = set_milestone(task, office, due_on=date(2022, 6, 5))
    assert Task.objects.as_of(date(2022, 6, 5)).get().shown == ShownStatus.NOT_STARTED
    assert Task.objects.as_of(date(2022, 6, 6)).get().shown == ShownStatus.BEHIND
    assert reach(milestone, editor).reached_on == date(2022, 7, 1)
    factories.make_report(task, percent=30, on=date(2022, 7, 1))
    assert Task.objects.as_of(date(2022, 6, 30)).get().shown == ShownStatus.BEHIND
    assert Task.objects.as_of(date(2022, 7, 1)).get().shown == ShownStatus.ON_SCHEDULE


def test_a_milestone_lies_before_the_deadline(task, office):
    with pytest.raises(ValidationError, match="A milestone lies before the deadline"):
        set_milestone(task, office, due_on=date(2024, 1, 1))
    assert set_milestone(make_task(due_on=None), office, due_on=date(2030, 1, 1))


def test_a_milestone_is_reached_once_and_not_before_it_was_set(task, office):
    milestone = set_milestone(task, office)
    with pytest.raises(ValidationError, match="not open on that day"):
        reach(milestone, None, on=date(2022, 5, 1))
    reach(milestone, None)
    with pytest.raises(ValidationError, match="not open any more"):
        reach(milestone, office)


@pytest.mark.parametrize("who", ["other_editor", "reader", "acceptance", "county_office"])
def test_who_may_not_touch_measures(who, request, task, office):
    actor = request.getfixturevalue(who)
    measure, milestone = task.measures.get(), set_milestone(task, office)
    acts = [
        lambda: add(task, actor),
        lambda: correct(measure, actor, text="x"),
        lambda: set_milestone(task, actor),
    ]
    if who != "county_office":
        acts += [lambda: finish(measure, actor), lambda: reach(milestone, actor)]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_measures_are_changed_at_the_version_that_was_seen(task, office):
    add(task, office, version=1)
    for act in (
        lambda: add(task, office, version=1),
        lambda: correct(task.measures.first(), office, version=1, text="x"),
        lambda: finish(task.measures.first(), office, version=1),
    ):
        with pytest.raises(Stale):
            act()
