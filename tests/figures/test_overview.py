"""The four buckets: disjoint, complete, dated, and as published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tracker.choices import InspectionLevel, RateBasis, ShownStatus
from tracker.figures.overview import Buckets, Part, overview, overview_of, rolled_up, share, tree_on
from tracker.models import Task
from tracker.operations import entering, progress, units

pytestmark = pytest.mark.django_db
DAY = date(2023, 10, 31)
PARTS = st.lists(
    st.builds(
        Part,
        task=st.integers(1, 12),
        unit=st.integers(1, 5),
        shown=st.sampled_from(ShownStatus),
        due_on=st.none(),
        percent=st.integers(0, 100),
        last_report_on=st.none(),
    )
)


@given(PARTS)
def test_every_task_is_in_exactly_one_bucket_that_of_its_least_advanced_unit(parts):
    shown = rolled_up(parts)
    buckets = Buckets.of(shown.values())
    assert buckets.total == len({part.task for part in parts})
    assert buckets.total == (
        buckets.completed + buckets.on_schedule + buckets.behind + buckets.overdue
    )
    assert buckets.closed <= buckets.completed
    assert buckets.not_started <= buckets.on_schedule
    assert sum(buckets.count(status) for status in ShownStatus) == buckets.total
    for part in parts:
        assert shown[part.task] <= part.shown


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_rounded_half_up_to_four_decimals(part, whole):
    rate = share(part, whole)
    assert rate == round(rate, 4)
    doubled = 2 * round(rate * 10_000) * whole - 20_000 * part
    assert -whole < doubled <= whole


def test_a_share_of_nothing_is_no_number():
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [(32, 43, 0.7442), (6, 13, 0.4615), (1275, 2164, 0.5892), (1, 20_000, 0.0001)],
)
def test_rates_come_out_as_published(part, whole, rate):
    assert share(part, whole) == rate


def list_of(completed, on_schedule, behind, overdue, inspection):
    """A list that stands so on ``DAY``: each task of one county, entered at one stroke."""
    issue = factories.make_issue(inspection, on=date(2022, 4, 1))
    county = factories.county()
    wanted = [
        *({"due_on": DAY} for _task in range(completed)),
        *({"due_on": None} for _task in range(on_schedule)),
        *({"due_on": DAY + timedelta(days=3)} for _task in range(behind)),
        *({"due_on": DAY - timedelta(days=1)} for _task in range(overdue)),
    ]
    plans = [
        factories.make_plan(
            issue,
            number,
            [county],
            completed_on=date(2023, 9, 30) if number <= completed else None,
            **values,
        )
        for number, values in enumerate(wanted, start=1)
    ]
    entering.enter_tasks(
        actor=None,
        inspection=inspection,
        plans=plans,
        on=date(2022, 4, 15),
        at=factories.moment(date(2023, 10, 31)),
        taken_over=True,
    )


@pytest.mark.parametrize(
    ("counts", "total"),
    [((32, 11, 0, 0), 43), ((275, 208, 1, 3), 487), ((45, 37, 7, 0), 89), ((25, 16, 0, 0), 41)],
)
def test_records_with_published_counts_give_the_published_figures(counts, total, inspection):
    list_of(*counts, inspection)
    found = overview_of(inspection, Task.objects.live(), as_of=DAY).buckets
    assert (found.completed, found.on_schedule, found.behind, found.overdue) == counts
    assert found.total == total


def test_a_task_of_two_units_counts_once_in_all_and_once_under_each(city, county, other_county):
    task = factories.make_task(units=[county, other_county])
    factories.complete(task, on=date(2022, 7, 1), unit=county)
    found = overview(Task.objects.all(), as_of=date(2022, 8, 1))
    assert (found.buckets.total, found.buckets.completed) == (1, 0)
    lines = {line.unit: line for line in found.by_unit}
    assert lines[county].buckets == Buckets(awaiting_closure=1)
    assert lines[other_county].buckets.total == 1
    assert lines[other_county].buckets.completed == 0
    factories.complete(task, on=date(2022, 9, 1), unit=other_county)
    assert overview(Task.objects.all(), as_of=date(2022, 9, 1)).buckets.completed == 1
    assert overview(Task.objects.all(), as_of=date(2022, 8, 31)).buckets.completed == 0


def test_a_county_counts_what_is_in_its_towns_hands(city, county, town):
    factories.make_task(units=[town])
    factories.make_task(units=[county, town])
    [line] = overview(Task.objects.all(), as_of=date(2022, 5, 1)).by_unit
    assert (line.unit, line.buckets.total) == (county, 2)
    below = overview(Task.objects.all(), as_of=date(2022, 5, 1), under=county).by_unit
    assert [(line.unit, line.buckets.total) for line in below] == [(county, 1), (town, 2)]


def test_figures_of_a_past_day_use_the_tree_of_that_day(office, county, other_county, town):
    factories.make_task(units=[town])
    moved = date(2023, 1, 1)
    units.move_unit(
        actor=office,
        unit_id=town.pk,
        version=None,
        parent=other_county,
        on=moved,
        at=factories.moment(moved),
        note="区划调整",
    )
    before = overview(Task.objects.all(), as_of=date(2022, 12, 31)).by_unit
    after = overview(Task.objects.all(), as_of=moved).by_unit
    assert [line.unit for line in before] == [county]
    assert [line.unit for line in after] == [other_county]


def test_a_unit_entered_after_the_day_stands_where_it_was_first_put(city):
    late = factories.make_unit("晚设单位", city, on=date(2024, 1, 1))
    factories.make_task(units=[late])
    [line] = overview(Task.objects.all(), as_of=date(2022, 5, 1)).by_unit
    assert line.unit == late
    assert tree_on(date(2022, 5, 1)).below([city.pk]) >= {late.pk}


def test_each_basis_has_its_own_denominator(inspection):
    factories.make_task(due_on=date(2022, 6, 30))
    done = factories.make_task(due_on=date(2022, 9, 30))
    factories.make_task(due_on=None)
    factories.complete(done, on=date(2022, 8, 1))
    day = date(2022, 10, 1)
    everything = overview(Task.objects.all(), as_of=day)
    assert everything.rate == 0.3333
    due = overview(Task.objects.all(), as_of=day, basis=RateBasis.DUE)
    assert (due.due, due.due_completed, due.rate) == (2, 1, 0.5)
    assert overview(Task.objects.all(), as_of=date(2022, 5, 1), basis="due").rate is None


def test_what_is_due_soon_is_open_and_within_reach():
    near = factories.make_task(due_on=date(2022, 6, 15))
    factories.make_task(due_on=date(2022, 8, 1))
    factories.make_task(due_on=date(2022, 6, 1))
    found = overview(Task.objects.all(), as_of=date(2022, 6, 2), due_soon_days=30)
    assert (found.due_soon, found.next_due_on) == (1, near.due_on)
    factories.complete(near, on=date(2022, 6, 10))
    found = overview(Task.objects.all(), as_of=date(2022, 6, 10), due_soon_days=30)
    assert (found.due_soon, found.next_due_on) == (0, None)


def test_the_rules_of_an_inspection_are_its_own():
    first = factories.make_inspection(rate_basis="due", due_soon_days=400)
    second = factories.make_inspection(level=InspectionLevel.CENTRAL)
    for inspection in (first, second):
        factories.make_task(inspection)
    day = date(2022, 12, 31)
    assert overview_of(first, Task.objects.all(), as_of=day).basis == RateBasis.DUE
    assert overview_of(first, Task.objects.all(), as_of=day).due_soon == 1
    assert overview_of(second, Task.objects.all(), as_of=day).due_soon == 0
    assert overview_of(None, Task.objects.all(), as_of=day).buckets.total == 2


def test_what_was_known_then_can_be_asked_for():
    task = factories.make_task()
    learnt = factories.moment(date(2022, 9, 1))
    factories.complete(task, on=date(2022, 7, 1), at=learnt)
    day = date(2022, 8, 1)
    assert overview(Task.objects.all(), as_of=day).buckets.completed == 1
    then = overview(Task.objects.all(), as_of=day, known_at=learnt - timedelta(days=1))
    assert (then.buckets.completed, then.buckets.total) == (0, 1)


def test_a_move_that_was_entered_later_was_not_known_then(office, city, county, other_county, town):
    factories.make_task(units=[town])
    day, learnt = date(2022, 8, 1), factories.moment(date(2022, 9, 1))
    units.move_unit(
        actor=office,
        unit_id=town.pk,
        version=None,
        parent=other_county,
        on=date(2022, 7, 1),
        at=learnt,
        note="区划调整",
    )

    def head(**known):
        [line] = overview(Task.objects.all(), as_of=day, **known).by_unit
        return line.unit

    assert head() == other_county
    assert head(known_at=learnt) == other_county
    assert head(known_at=learnt - timedelta(days=1)) == county
    assert tree_on(date(2022, 6, 30), known_at=learnt).below([county.pk]) == {county.pk, town.pk}


def test_a_standing_task_without_a_date_is_never_overdue():
    factories.make_task(due_on=None)
    assert overview(Task.objects.all(), as_of=date(2040, 1, 1)).buckets.overdue == 0


def test_a_judgement_for_the_last_call_wins(office):
    task = factories.make_task()
    call = factories.make_round(on=date(2022, 6, 1))
    progress.judge_progress(
        actor=office,
        assignment_id=factories.part(task).pk,
        call=call,
        judgement="on_schedule",
        suggested="",
        reason="",
        on=date(2022, 6, 28),
        at=factories.moment(date(2022, 6, 28)),
    )
    before = overview(Task.objects.all(), as_of=date(2022, 6, 27)).buckets
    after = overview(Task.objects.all(), as_of=date(2022, 6, 28)).buckets
    assert (before.behind, after.behind, after.on_schedule) == (1, 0, 1)
