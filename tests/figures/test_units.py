"""The tree of units: every count is that of the list it leads to."""

from datetime import date

import pytest

from tests.factories import complete, make_task, moment
from tracker.figures.units import branches
from tracker.models import Task
from tracker.operations import units

DAY = date(2023, 10, 31)

pytestmark = pytest.mark.django_db


def counts_of(**options):
    found = branches(Task.objects.all(), as_of=options.pop("as_of", DAY), **options)
    return {
        branch.unit.code: (branch.depth, branch.buckets.total, branch.buckets.completed)
        for branch in found
    }


def test_a_unit_counts_the_tasks_of_those_below_it_once_each(county, town, other_county, bureau):
    complete(make_task(number=1, units=[county]))
    shared = make_task(number=2, units=[county, town])
    complete(shared, unit=county)
    make_task(number=3, units=[town, other_county])

    assert counts_of() == {
        "jianghai": (0, 3, 1),
        "bureau": (1, 0, 0),
        "donghai": (1, 1, 0),
        "linjiang": (1, 3, 1),
        "shatian": (2, 2, 0),
    }


def test_the_least_advanced_part_decides_in_either_direction(county, town):
    task = make_task(units=[county, town])
    complete(task, unit=town)

    assert counts_of()["linjiang"][1:] == (1, 0)
    assert counts_of()["shatian"][1:] == (1, 1)


def test_only_units_in_reach_are_shown_and_counted(county, town, other_county):
    make_task(units=[county, other_county])

    assert counts_of(units={county.pk, town.pk}) == {
        "linjiang": (1, 1, 0),
        "shatian": (2, 0, 0),
    }


def test_a_past_day_has_the_tree_of_that_day(office, county, town, other_county):
    make_task(units=[town])
    on = date(2023, 6, 1)
    units.move_unit(
        actor=office,
        unit_id=town.pk,
        version=None,
        parent=other_county,
        on=on,
        at=moment(on),
        note="区划调整",
    )

    assert counts_of(as_of=date(2023, 5, 31))["linjiang"] == (1, 1, 0)
    assert counts_of()["linjiang"] == (1, 0, 0)
    assert counts_of()["donghai"] == (1, 1, 0)


def test_a_rate_of_nothing_is_nothing(county):
    assert [branch.rate for branch in branches(Task.objects.all(), as_of=DAY)] == [None, None]
