"""Who acts on the same attempt at once: exactly one wins, and the others are told."""

import pytest

from tests.operations.races import own_database, raced

__all__ = ["own_database"]

pytestmark = pytest.mark.xdist_group("races")


@pytest.fixture(scope="module")
def races(own_database, tmp_path_factory):
    """What happened in each race, by its name."""
    return raced("tests.operations.closure_race", own_database, tmp_path_factory)


@pytest.mark.parametrize(
    ("act", "stages"),
    [
        ("pass_or_withdraw", {"pre_accepted", "cancelled"}),
        ("pass_or_return", {"pre_accepted", "returned"}),
        ("decide", {"passed", "failed"}),
        ("close", {"closed"}),
    ],
)
def test_of_all_who_take_a_step_at_once_exactly_one_wins(races, act, stages):
    result = races[act]
    assert result["count"] == {"accepted": 1, "stale": 7}
    assert result["events"] == 1
    assert result["stage"] in stages
    assert result["faults"] == []


def test_a_task_is_closed_or_objected_to_and_never_both(races):
    result = races["close_or_object"]
    count, objections = result["count"], result["objections"]
    assert sum(count.values()) == 8
    if count.get("closing accepted"):
        assert count.get("objection accepted", 0) == objections == 0
        assert result["stage"] == "closed"
    else:
        assert count["objection accepted"] == objections > 0
        assert result["stage"] == "in_notice"
    assert result["faults"] == []
