"""Workers are killed, stopped, and run side by side: every export is made once and in full."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.test_concurrency import own_database

__all__ = ["own_database"]

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {"state": "done", "notifications": 1, "whole": True, "size_is_true": True}

pytestmark = pytest.mark.xdist_group("workers")


@pytest.fixture(scope="module")
def happened(own_database, tmp_path_factory):
    """What happened in each story, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.with_workers"],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": own_database,
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "JOBS_SILENT_FOR": "3",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_export_survives_the_death_of_its_worker(happened):
    story = happened["killed"]

    assert story["was_running"]
    assert story["left"]["state"] == "running"
    assert 0 < story["left"]["done"] < 120
    assert story["left"]["file"] == ""
    assert [name[-5:] for name in story["left"]["names"]] == [".part"]
    assert story.items() >= (WHOLE | {"attempts": 2, "was_done": True, "exit": 0}).items()
    assert story["workers"] == 1  # the killed one said no good-bye


def test_a_worker_that_is_told_twice_to_end_puts_its_work_back(happened):
    story = happened["ended"]

    assert story["left"] == {"state": "queued", "waiting": True}
    assert story.items() >= (WHOLE | {"attempts": 2}).items()


def test_an_export_is_cancelled_at_work_and_the_worker_goes_on(happened):
    story = happened["cancelled"]

    assert story["state"] == "cancelled"
    assert 0 < story["done"] < story["total"]
    assert story["after"] == WHOLE | {"attempts": 1}
    assert story["new"]


def test_two_workers_make_everything_once(happened):
    story = happened["together"]

    assert story["jobs"] == [WHOLE | {"attempts": 1}] * 3
    assert story["workers"] == 2
    assert story["exits"] == [0, 0]


def test_writing_goes_on_while_a_workbook_is_made(happened):
    story = happened["rewritten"]

    assert story["writes"] > 10
    assert story.items() >= (WHOLE | {"attempts": 1}).items()
