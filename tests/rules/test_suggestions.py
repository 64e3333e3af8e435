"""What the plan suggests, and that it agrees with the day on which a part begins to lag."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from tracker.choices import Judgement
from tracker.rules.record import Deadline, State
from tracker.rules.suggestions import (
    KEEPS_UP,
    MILESTONE,
    NO_REPORT,
    OVERDUE,
    UNDER_PLAN,
    planned_share,
    suggest,
)

START, DUE = date(2023, 1, 1), date(2023, 4, 11)
"""A hundred days, so that a day is a point."""


def on_day(day, **known):
    defaults = {
        "progress": Fraction(1, 2),
        "start_on": START,
        "due_on": DUE,
        "milestones": [],
        "last_report_on": day,
        "period_from": None,
        "behind_points": 10,
    }
    return suggest(day=day, **{**defaults, **known})


def after(days):
    return START + timedelta(days=days)


def test_progress_ten_points_under_plan_is_behind():
    found = on_day(after(60))

    assert (found.judgement, found.ground) == (Judgement.BEHIND, UNDER_PLAN)
    assert found.numbers == {"points": 10, "planned": 60}
    assert found.is_behind
    assert found.words == "10 points under plan"


def test_progress_nine_points_under_plan_keeps_up():
    found = on_day(after(59))

    assert (found.judgement, found.ground) == (Judgement.ON_SCHEDULE, KEEPS_UP)
    assert found.numbers == {"points": 9, "planned": 59}
    assert not found.is_behind
    assert found.words == "keeps up with the plan"


def test_progress_ahead_of_plan_is_no_points_under_it():
    assert on_day(after(10)).numbers == {"points": 0, "planned": 10}


def test_a_part_past_its_deadline_is_behind_whatever_its_progress():
    found = on_day(after(101), progress=Fraction(99, 100))

    assert (found.ground, found.numbers) == (OVERDUE, {"days": 1})
    assert found.words == "overdue by 1 day"


def test_the_day_of_the_deadline_itself_is_not_overdue():
    assert on_day(DUE, progress=Fraction(95, 100)).ground == KEEPS_UP


def test_a_missed_milestone_comes_before_the_plan():
    found = on_day(after(90), milestones=[after(88), after(80), after(95)])

    assert (found.ground, found.numbers) == (MILESTONE, {"days": 10})
    assert found.words == "a milestone was missed 10 days ago"


def test_a_milestone_of_today_is_not_missed_yet():
    assert on_day(after(40), milestones=[after(40)]).ground == KEEPS_UP


def test_a_call_without_an_answer_is_behind():
    found = on_day(after(40), last_report_on=after(20), period_from=after(30))

    assert (found.judgement, found.ground) == (Judgement.BEHIND, NO_REPORT)
    assert found.words == "no report"
    assert on_day(after(40), last_report_on=None, period_from=after(30)).ground == NO_REPORT


def test_a_report_of_the_first_day_of_the_period_answers_the_call():
    found = on_day(after(40), last_report_on=after(30), period_from=after(30))

    assert found.ground == KEEPS_UP


def test_a_part_given_out_within_the_period_owes_no_report_yet():
    found = on_day(after(40), last_report_on=None, period_from=START)

    assert found.ground == KEEPS_UP


def test_a_standing_task_without_a_date_has_no_plan_to_be_under():
    found = on_day(after(90), due_on=None, progress=Fraction(0))

    assert (found.ground, found.numbers) == (KEEPS_UP, {})


@pytest.mark.parametrize(
    ("start_on", "due_on", "day", "share"),
    [
        (START, DUE, START, Fraction(0)),
        (START, DUE, after(25), Fraction(1, 4)),
        (START, DUE, after(-5), Fraction(0)),
        (START, DUE, after(200), Fraction(1)),
        (None, DUE, after(25), None),
        (START, None, after(25), None),
        (START, START, after(25), None),
    ],
)
def test_the_plan_is_the_elapsed_share_of_the_time(start_on, due_on, day, share):
    assert planned_share(start_on, due_on, day) == share


def test_the_suggestion_agrees_with_the_day_from_which_a_part_lags():
    chance = random.Random(20231031)
    for _turn in range(2000):
        due_on = START + timedelta(days=chance.randint(1, 300))
        day = START + timedelta(days=chance.randint(0, (due_on - START).days))
        milestones = {
            n: START + timedelta(days=chance.randint(0, 300)) for n in range(chance.randint(0, 2))
        }
        progress = Fraction(chance.randint(0, 1000), 1000)
        points = chance.choice([5, 10, 20])
        state = State(
            start_on=START,
            deadline=Deadline(due_on=due_on),
            progress=progress,
            milestones=milestones,
        )
        lags_from = state.lags_from(points)
        found = on_day(
            day,
            progress=progress,
            due_on=due_on,
            milestones=milestones.values(),
            behind_points=points,
        )

        assert found.is_behind == (lags_from is not None and lags_from <= day)
