"""Two and more people at once on one deadline, one look-back, one version: one wins, all are told.

A thousand corrections lose nothing: each that was accepted is in the record, and no other.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.operations.test_concurrency import ROOT, own_database

__all__ = ["own_database"]

pytestmark = pytest.mark.xdist_group("races")


@pytest.fixture(scope="module")
def races(own_database, tmp_path_factory):  # noqa: F811 - the fixture of the other races
    """What happened in each race, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.race_deadlines"],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": own_database,
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tracker.settings"),
        },
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_of_a_thousand_versioned_corrections_none_is_lost(races):
    result = races["edit"]
    count = result["count"]
    assert set(count) <= {"accepted", "stale"}
    assert sum(count.values()) == 1000
    assert count["accepted"] == result["events"] == result["versions"]
    assert count["accepted"] >= 125


def test_reports_and_extensions_at_once_do_not_stand_in_each_other_s_way(races):
    result = races["report_and_extend"]
    assert set(result["count"]) <= {"accepted", "refused"}
    assert sum(result["count"].values()) == 40
    assert result["count"]["accepted"] == result["events"]
    assert 1 <= result["changes"] <= 20
    assert result["events"] == 20 + result["changes"]


def test_one_request_is_approved_once(races):
    result = races["approve"]
    assert result["count"] == {"accepted": 1, "stale": 7}
    assert (result["events"], result["changes"], result["requests"]) == (1, 1, ["approved"])


def test_a_request_is_approved_or_refused_never_both(races):
    result = races["approve_or_refuse"]
    assert result["count"] == {"accepted": 1, "refused": 7}
    assert (result["events"], result["requests"]) in [(1, ["approved"]), (1, ["refused"])]
    assert result["changes"] == (result["requests"] == ["approved"])


def test_one_extension_at_a_time_is_asked_for(races):
    result = races["ask"]
    assert result["count"] == {"accepted": 1, "refused": 7}
    assert (result["events"], result["requests"]) == (1, ["asked"])


def test_one_look_back_is_recorded_and_the_others_are_told(races):
    result = races["look_back"]
    assert result["count"] == {"accepted": 1, "stale": 7}
    assert (result["events"], result["lookbacks"], result["status"]) == (1, 1, "closed")


def test_a_look_back_and_a_reopening_at_once_one_wins(races):
    result = races["look_back_or_reopen"]
    assert result["count"] == {"accepted": 1, "stale": 7}
    outcomes = [(1, 1, "closed"), (1, 0, "in_progress")]
    assert (result["events"], result["lookbacks"], result["status"]) in outcomes


def test_nothing_differs_from_the_record_afterwards(races):
    assert races["faults"] == []
