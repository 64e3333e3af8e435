"""Two and more people at once: nobody's work is lost, and nobody is told that something is locked.

Entries of the record cannot be removed, so each race has a database of its own.
"""

import pytest

from tests.operations.races import ROOT, own_database, raced

__all__ = ["ROOT", "own_database"]

pytestmark = pytest.mark.xdist_group("races")


@pytest.fixture(scope="module")
def races(own_database, tmp_path_factory):
    """What happened in each race, by its name."""
    return raced("tests.operations.race", own_database, tmp_path_factory)


def test_of_two_hundred_edits_at_once_none_is_lost(races):
    result = races["edit"]
    count = result["count"]
    assert set(count) <= {"accepted", "stale"}
    assert sum(count.values()) == 200
    assert count["accepted"] == result["events"] == result["versions"]
    assert count["accepted"] >= 25
    assert result["last"] == {"title": result["title"], "version": result["version"]}
    assert result["faults"] == []


def test_of_completions_at_once_exactly_one_wins(races):
    result = races["complete"]
    assert result["count"] == {"accepted": 1, "refused": 7}
    assert result["events"] == 1
    assert result["faults"] == []


def test_of_two_units_merged_into_each_other_at_once_one_stays(races):
    result = races["merge"]
    assert result["count"] == {"accepted": 1, "refused": 7}
    assert result["events"] == 1
    assert result["faults"] == []


@pytest.mark.parametrize(("act", "told"), [("apply", "refused"), ("withdraw", "stale")])
def test_of_steps_of_a_closure_at_once_exactly_one_wins(races, act, told):
    result = races[act]
    assert result["count"] == {"accepted": 1, told: 7}
    assert result["events"] == 1
    assert result["faults"] == []


@pytest.mark.parametrize("act", ["answer", "report_and_return", "sign"])
def test_of_steps_of_a_report_at_once_exactly_one_wins(races, act):
    result = races[act]
    assert result["count"] == {"accepted": 1, "refused": 7}
    assert result["events"] == 1
    assert result["faults"] == []


def test_different_steps_at_once_never_lock_each_other_out(races):
    result = races["mixed"]
    count = result["count"]
    assert set(count) <= {"accepted", "refused"}
    assert sum(count.values()) == 200
    assert count["accepted"] >= 100
    assert result["faults"] == []


def test_a_page_of_judgements_and_a_list_wait_for_nobody_who_waits_for_them(races):
    result = races["together"]
    assert result["count"] == {"accepted": 200}
    assert result["faults"] == []
