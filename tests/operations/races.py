"""Races of many processes, each module of them on an empty database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


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


def raced(module, url, folders):
    """What happened in each race of a module, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "DATA_DIR": str(folders.mktemp("data")),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
