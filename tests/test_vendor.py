"""The front end is served from the tree: every vendored file is the one VENDOR.md names."""

import hashlib
import re

import pytest
from django.conf import settings

VENDOR = settings.BASE_DIR / "tracker" / "static" / "vendor"
ROW = re.compile(r"^\| \S+ \| (?P<version>\S+) \| (?P<file>\S+) \| \S+ \| `(?P<sha256>\w{64})` \|$")
ROWS = [
    match.groupdict()
    for line in (VENDOR / "VENDOR.md").read_text(encoding="utf-8").splitlines()
    if (match := ROW.match(line))
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_vendored_file_is_the_one_its_hash_was_taken_from(row):
    path = VENDOR / row["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    assert path.parent.name.endswith(f"-{row['version']}")


def test_every_vendored_file_is_named_with_its_hash():
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert files == {row["file"] for row in ROWS} | {"VENDOR.md"}


def test_no_vendored_file_names_a_source_map():
    assert [
        row["file"] for row in ROWS if b"sourceMappingURL" in (VENDOR / row["file"]).read_bytes()
    ] == []
