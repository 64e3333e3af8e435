"""Whatever is sent ends in one sentence or in rows, within ten seconds and 500 MB."""

import json
import os
import subprocess
import sys
from io import BytesIO
from time import process_time

import pytest

from tests.importers.layouts.hostile import (
    FILES,
    GREATEST,
    READ,
    REFUSED,
    flipped,
    old,
    workbook,
)
from tracker import xlsx
from tracker.importers import layouts

SECONDS = 10
MEGABYTES = 500

WATCHED = """
import json, resource, sys
from io import BytesIO
from time import process_time
import django
django.setup()
from tests.importers.layouts.hostile import GREATEST, REFUSED
from tracker import xlsx
from tracker.importers import layouts
make, file = REFUSED.get(sys.argv[1]) or (GREATEST[sys.argv[1]], "x.xlsx")
content = make()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = process_time()
try:
    found = layouts.read(BytesIO(content), file)
    count = sum(1 for _row in layouts.rows(found, found.suggested))
except xlsx.Unreadable as refusal:
    count = str(refusal)
seconds = process_time() - started
whose = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
peak = max(resource.getrusage(who).ru_maxrss for who in whose)
print(json.dumps([count, seconds, before // 1024, peak // 1024]))
"""


def refused(content, name):
    with pytest.raises(xlsx.Unreadable) as refusal:
        layouts.read(BytesIO(content), name)
    return str(refusal.value)


@pytest.mark.parametrize(("make", "name"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_in_one_sentence(make, name):
    content = make()
    started = process_time()

    message = refused(content, name)

    assert process_time() - started < SECONDS
    assert "\n" not in message
    assert "Error" not in message
    assert len(message) > 5


@pytest.mark.parametrize("make", READ.values(), ids=READ.keys())
def test_what_only_looks_harmful_is_read(make):
    content = make()
    started = process_time()

    found = layouts.read(BytesIO(content), "x.xlsx")
    rows = list(layouts.rows(found, found.suggested))

    assert process_time() - started < SECONDS
    assert found.tables
    assert all("\x00" not in text for row in rows for text in row.values.values())


@pytest.mark.parametrize(
    "name", [*GREATEST, "a bomb in a workbook", "an .xls with a cell in the last corner"]
)
def test_the_memory_for_the_greatest_is_bounded(name):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, name],
        capture_output=True,
        check=True,
        env=environment,
        cwd=FILES.parents[3],
        timeout=120,
    )

    _found, seconds, _before, peak = json.loads(done.stdout)
    assert seconds < SECONDS
    assert peak < MEGABYTES


MUTANTS = {"x.xlsx": 30, "x.docx": 30, "x.xls": 10}
"""How many damaged copies of each kind are tried; each .xls takes a process."""


@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name, count in MUTANTS.items() for seed in range(count)]
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name, seed):
    good = {
        "x.xls": old,
        "x.xlsx": workbook,
        "x.docx": lambda: (FILES / "libreoffice.docx").read_bytes(),
    }[name]()

    try:
        found = layouts.read(BytesIO(flipped(good, seed)), name)
    except xlsx.Unreadable:
        return
    assert found.tables


def test_a_workbook_with_a_password_is_named_as_such():
    content, name = REFUSED["an .xls with a password"]

    assert "密码" in refused(content(), name)
