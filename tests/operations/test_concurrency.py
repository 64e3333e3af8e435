"""Two and more people at once: nobody's work is lost, and nobody is told that something is locked.

Entries of the record cannot be removed, so each race has a database of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


pytestmark = pytest.mark.xdist_group("races")


@pytest.fixture(scope="module")
def own_database(tmp_path_factory):
    """The URL of an empty database of the kind under test."""
    made = settings.DATABASES["default"]
    if "sqlite" in made["ENGINE"]:
        yield f"sqlite:///{tmp_path_factory.mktemp('race')}/race.sqlite3"
        return
    name = f"tracker_race_{os.getpid()}"
    server = f"postgres://{made['USER']}:{made['PASSWORD']}@{made['HOST']}:{made['PORT'] or 5432}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        admin.execute(f'CREATE DATABASE "{name}"')
    yield f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def races(own_database, tmp_path_factory):
    """What happened in each race, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.race"],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": own_database,
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


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
