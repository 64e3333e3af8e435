"""Looking back: the drawing that can be repeated, the follow-up days, what a check must say."""

from datetime import date

import pytest

from tracker.choices import LookBackResult
from tracker.rules.lookbacks import (
    follow_up_due,
    follow_ups,
    plan_refusals,
    refusals,
    sample,
)

CLOSED = date(2022, 8, 1)
SAID = {
    "result": LookBackResult.STABLE,
    "checkers": "吴桐",
    "finding": "现场核查三处点位，未见反弹。",
    "percent": None,
}
PLAN = {"name": "三季度回头看", "due_on": date(2022, 12, 31), "sample_size": None, "seed": None}


def test_the_same_seed_draws_the_same_sample_for_ever():
    assert sample(range(1, 44), 5, 20220901) == EXAMPLE
    assert sample(reversed(range(1, 44)), 5, 20220901) == EXAMPLE
    assert sample(range(1, 44), 5, 20220902) != EXAMPLE


EXAMPLE = [7, 11, 13, 14, 31]


def test_a_sample_larger_than_what_there_is_draws_everything_once():
    assert sample([7, 3, 3], 9, 1) == [3, 7]
    assert sample([], 3, 1) == []


def test_follow_ups_are_three_six_and_twelve_months_after_the_closure():
    assert follow_ups(CLOSED) == (date(2022, 11, 1), date(2023, 2, 1), date(2023, 8, 1))


def test_a_follow_up_of_the_last_of_a_month_stays_in_its_month():
    assert follow_ups(date(2023, 11, 30)) == (
        date(2024, 2, 29),
        date(2024, 5, 30),
        date(2024, 11, 30),
    )
    assert follow_ups(date(2022, 8, 31)) == (
        date(2022, 11, 30),
        date(2023, 2, 28),
        date(2023, 8, 31),
    )


@pytest.mark.parametrize(
    ("checked_on", "day", "due_on"),
    [
        (None, date(2022, 10, 31), None),
        (None, date(2022, 11, 1), date(2022, 11, 1)),
        (date(2022, 10, 31), date(2022, 11, 1), date(2022, 11, 1)),
        (date(2022, 11, 1), date(2023, 1, 31), None),
        (date(2022, 11, 1), date(2023, 2, 1), date(2023, 2, 1)),
        (date(2023, 8, 1), date(2030, 1, 1), None),
    ],
)
def test_a_follow_up_is_due_from_its_day_until_a_check(checked_on, day, due_on):
    assert follow_up_due(CLOSED, checked_on, day) == due_on


def refused(has_photo=True, on=CLOSED, **said):
    return list(refusals({**SAID, **said}, closed_on=CLOSED, on=on, has_photo=has_photo))


def test_a_stable_result_needs_no_photo_and_every_other_one_does():
    assert refused(has_photo=False) == []
    for result in LookBackResult:
        if result != LookBackResult.STABLE:
            assert refused(result=result, percent=60) == []
            assert refused(has_photo=False, result=result, percent=60) == ["photos"]


@pytest.mark.parametrize("result", LookBackResult.reopening())
def test_what_reopens_asks_how_much_still_holds(result):
    assert refused(result=result) == ["percent"]
    assert refused(result=result, percent=0) == []


def test_a_check_says_who_looked_what_was_found_and_is_not_before_the_closure():
    assert refused(checkers="") == ["checkers"]
    assert refused(finding="九个字还差一个字呢") == ["finding"]
    assert refused(finding="十个字就已经是足够了") == []
    assert refused(on=date(2022, 7, 31)) == ["on"]


def planned(population=43, on=date(2022, 9, 1), **said):
    return list(plan_refusals({**PLAN, **said}, population=population, on=on))


def test_a_plan_has_a_name_and_ends_after_it_begins():
    assert planned() == []
    assert planned(name="") == ["name"]
    assert planned(on=date(2023, 1, 1)) == ["due_on"]


@pytest.mark.parametrize(
    ("size", "seed", "fields"),
    [
        (5, 1, []),
        (43, 0, []),
        (44, 1, ["sample_size"]),
        (0, 1, ["sample_size"]),
        (5, None, ["seed"]),
        (5, -1, ["seed"]),
        (5, 1_000_000_000, ["seed"]),
        (99, None, ["sample_size", "seed"]),
    ],
)
def test_a_sample_is_no_larger_than_what_is_closed_and_has_a_seed(size, seed, fields):
    assert planned(sample_size=size, seed=seed) == fields
