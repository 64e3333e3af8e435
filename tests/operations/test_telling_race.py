"""However many services run, everybody is told, reminded and written to once."""

import json
import os
import subprocess
import sys

import pytest

from tests.operations.test_concurrency import ROOT, own_database

pytestmark = pytest.mark.xdist_group("races")

__all__ = ["own_database"]


def test_of_six_services_at_once_each_thing_is_done_by_one(own_database, tmp_path):  # noqa: F811
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.race_to_tell"],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": own_database,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert set(found["count"]) <= {"told", "reminded", "groups", "mailed", "sent"}, found
    assert found["count"]["told"] == found["count"]["reminded"] == 3
    assert found["notifications"] == 6
    assert found["count"]["mailed"] == found["mails"] == 3
    assert found["unsent"] == 0
    assert found["count"]["groups"] == 1
    assert found["count"]["sent"] == len(found["messages"]) == 2
    assert found["messages"] == [1, 1]
