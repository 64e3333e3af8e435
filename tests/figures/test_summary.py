"""The figures of a day in one piece."""

from datetime import date

import pytest

from tests import factories
from tests.figures.test_petitions import handed_over
from tracker.figures.summary import summary
from tracker.models import Task
from tracker.operations import annulment

DAY = date(2023, 2, 1)


@pytest.fixture
def two_inspections(county, other_county, town):
    """One list with 3 tasks and 4 petitions, another with 1 and 1."""
    first = factories.the_inspection()
    second = factories.make_inspection(petition_rate_basis="with_interim")
    factories.complete(factories.make_task(first, units=[county, other_county]))
    factories.make_task(first, units=[town])
    factories.make_task(first, units=[other_county], due_on=date(2022, 12, 31))
    factories.make_task(second, units=[county])
    handed_over(first, closed=2, interim=1, unit=town)
    handed_over(first, open=1, unit=factories.bureau())
    handed_over(second, interim=1, unit=county)
    return first, second


def test_the_buckets_add_up_and_rates_carry_their_basis(two_inspections):
    first, _second = two_inspections
    found = summary(first, None, DAY).as_json()
    assert found["as_of"] == "2023-02-01"
    assert found["inspection"] == "2022s2"
    assert (found["total"], found["completed"], found["overdue"]) == (3, 1, 1)
    assert (
        found["completed"] + found["on_schedule"] + found["behind"] + found["overdue"]
        == found["total"]
    )
    assert (found["completion_rate"], found["rate_basis"]) == (0.3333, "all")
    assert found["petitions"] == {
        "total": 4,
        "closed": 2,
        "interim_closed": 1,
        "open": 1,
        "rate": 0.5,
        "rate_basis": "closed",
    }


def test_each_unit_has_its_line_with_what_is_below_it(two_inspections):
    first, _second = two_inspections
    lines = {line["unit"]: line for line in summary(first, None, DAY).as_json()["by_unit"]}
    assert set(lines) == {"linjiang", "donghai", "bureau"}
    assert (lines["linjiang"]["total"], lines["linjiang"]["completed"]) == (2, 1)
    assert lines["linjiang"]["completion_rate"] == 0.5
    assert lines["linjiang"]["name"] == "临江县"
    assert lines["linjiang"]["petitions"]["total"] == 3
    assert (lines["donghai"]["total"], lines["donghai"]["petitions"]["total"]) == (2, 0)
    assert (lines["bureau"]["total"], lines["bureau"]["completion_rate"]) == (0, None)
    assert lines["bureau"]["petitions"]["open"] == 1


def test_all_inspections_together_are_the_sum(two_inspections):
    found = summary(None, None, DAY).as_json()
    assert found["inspection"] is None
    assert (found["total"], found["petitions"]["total"]) == (4, 5)


def test_a_unit_narrows_to_what_is_in_its_hands(two_inspections, county, town):
    first, second = two_inspections
    found = summary(first, county, DAY).as_json()
    assert (found["unit"], found["total"], found["petitions"]["total"]) == ("linjiang", 2, 3)
    assert [line["unit"] for line in found["by_unit"]] == ["linjiang", "shatian"]
    assert [line["total"] for line in found["by_unit"]] == [1, 1]
    assert summary(second, town, DAY).as_json()["total"] == 0
    assert summary(second, None, DAY).petitions.rate == 1.0


def test_annulled_tasks_and_petitions_count_on_no_day(two_inspections, office):
    first, _second = two_inspections
    for event in [
        Task.objects.get(code="2022s2-2").events.get(kind="created"),
        first.petitions.first().events.get(kind="created"),
    ]:
        annulment.annul(
            actor=office, event_id=event.pk, reason="重复", at=factories.moment(date(2023, 3, 1))
        )
    found = summary(first, None, DAY).as_json()
    assert (found["total"], found["petitions"]["total"]) == (2, 3)


def test_more_tasks_and_units_cost_no_more_queries(inspection, django_assert_num_queries, city):
    for number in range(8):
        unit = factories.make_unit(f"第{number}县", city)
        factories.make_task(units=[unit])
        handed_over(inspection, open=2, unit=unit)
    with django_assert_num_queries(4):
        summary(inspection, None, DAY).as_json()
