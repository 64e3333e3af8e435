"""One task on a day: its parts, its way, and the suggestion for a judgement."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import translation

from tests import closing, factories
from tracker.choices import Role, ShownStatus
from tracker.figures.one_task import measured_progress, one_task, suggestion
from tracker.models import Span, Task
from tracker.operations import measures


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_a_task_is_the_roll_up_of_its_units(county, other_county):
    task = factories.make_task(units=[county, other_county], lead=other_county)
    factories.make_report(task, 51, date(2022, 6, 1), county)
    factories.complete(task, date(2022, 7, 1), other_county)
    found = one_task(task, as_of=date(2022, 7, 2))
    assert [part.assignment.unit for part in found.parts] == [other_county, county]
    assert (found.percent, found.completed_on, found.closed_on) == (75, None, None)
    assert found.history == (
        (date(2022, 4, 15), 0),
        (date(2022, 6, 1), 25),
        (date(2022, 7, 1), 75),
    )
    assert found.plan == ((date(2022, 4, 15), 0), (date(2023, 12, 31), 100))


def test_the_word_is_the_one_of_the_lists(county, other_county):
    task = factories.make_task(units=[county, other_county], due_on=date(2022, 12, 31))
    factories.make_report(task, 90, date(2022, 6, 1), county)
    for day in (date(2022, 4, 20), date(2022, 8, 1), date(2023, 1, 1)):
        listed = Task.objects.as_of(day).get()
        found = one_task(task, as_of=day)
        assert found.shown == listed.shown
        assert found.due_on == listed.due_on_then


def test_a_draft_and_a_day_before_the_issue_are_not_counted(county):
    task = factories.make_task(units=[county])
    draft = factories.make_task(units=[county], issued=False)
    for found in (one_task(task, as_of=date(2022, 4, 14)), one_task(draft, as_of=date(2023, 1, 1))):
        assert not found.is_counted
        assert found.shown is None
        assert (found.percent, found.plan, found.history, found.days_left) == (0, (), (), None)


def test_the_days_left_end_with_completion(county):
    task = factories.make_task(units=[county], due_on=date(2022, 12, 31))
    assert one_task(task, as_of=date(2022, 12, 30)).days_left == 1
    assert one_task(task, as_of=date(2023, 1, 2)).days_left == -2
    factories.complete(task, date(2023, 1, 3))
    found = one_task(task, as_of=date(2023, 1, 4))
    assert (found.days_left, found.completed_on) == (None, date(2023, 1, 3))


def test_a_standing_task_has_no_plan(county):
    task = factories.make_task(units=[county], due_on=None)
    [part] = one_task(task, as_of=date(2023, 1, 1)).parts
    assert part.is_standing
    assert suggestion(task, part, as_of=date(2023, 1, 1)).numbers == {}


def test_the_first_ground_is_named(county):
    task = factories.make_task(
        units=[county], due_on=date(2024, 4, 15), milestones=[("封顶", date(2022, 6, 1))]
    )
    factories.make_report(task, 5, date(2022, 5, 1))
    day = date(2023, 4, 15)
    [part] = one_task(task, as_of=day).parts
    found = suggestion(task, part, as_of=day)
    assert (found.ground, found.numbers) == ("milestone", {"days": 318})


def test_a_quantity_counts_instead_of_the_percentage(county):
    task = factories.make_task(
        units=[county], due_on=date(2024, 4, 15), quantity_target=100, quantity_unit="个"
    )
    factories.make_report(task, 90, date(2022, 5, 1), quantity_done=10)
    day = date(2023, 4, 15)
    [part] = one_task(task, as_of=day).parts
    found = suggestion(task, part, as_of=day)
    assert (found.judgement, part.shown) == ("behind", ShownStatus.BEHIND)
    assert (found.ground, found.numbers["points"]) == ("under_plan", 39)


def test_the_suggestion_is_what_is_shown_while_the_office_says_nothing(office, county):
    task = factories.make_task(
        units=[county], due_on=date(2024, 4, 15), milestones=[("封顶", date(2023, 1, 1))]
    )
    for percent, on in ((30, date(2022, 7, 1)), (60, date(2022, 12, 1)), (80, date(2023, 9, 1))):
        factories.make_report(task, percent, on)
    factories.make_round(on=date(2023, 3, 1))
    factories.make_round(on=date(2023, 9, 1))
    measures.reach_milestone(
        actor=office,
        milestone_id=task.milestones.get().pk,
        version=None,
        on=date(2023, 2, 1),
        at=factories.moment(date(2023, 2, 1)),
    )
    seen = set()
    for number in range(0, 700, 10):
        day = date(2022, 5, 1) + timedelta(days=number)
        [part] = one_task(task, as_of=day).parts
        judgement = suggestion(task, part, as_of=day).judgement
        assert (judgement == "behind") == (part.shown == ShownStatus.BEHIND), day
        seen.add(str(judgement))
    assert seen == {"behind", "on_schedule"}
    assert Span.objects.filter(task=task, recorded_to=None).count() > 4


def test_a_quantity_reported_of_a_completed_part_moves_nothing(county, bureau):
    task = factories.make_task(units=[county], quantity_target=100, quantity_unit="户")
    own = factories.part(task)
    factories.make_report(task, 90, date(2022, 6, 1), quantity_done=80)
    factories.complete(task, closing.COMPLETED)
    factories.make_report(task, 30, date(2022, 7, 2), quantity_done=30, fall_reason="复核")
    editor = factories.make_user(Role.UNIT_EDITOR, county)
    accepter = factories.make_user(Role.ACCEPTANCE, bureau)
    closure = closing.apply(task, editor)
    closing.take(closure, accepter)
    closing.decide(closure, accepter, passes=False)

    assert measured_progress([own.pk], date(2022, 6, 2)) == {own.pk: Fraction(4, 5)}
    assert measured_progress([own.pk], closing.DECIDED) == {own.pk: 1}
    assert Span.objects.on(closing.DECIDED).get(assignment=own).percent == 100
