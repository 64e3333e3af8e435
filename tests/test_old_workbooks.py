"""Workbooks of the old kind: the process that reads them, and what it answers."""

import io
import json
import subprocess
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from tracker import xlsx
from tracker.xlsx import old, old_child
from tracker.xlsx.grids import Grid

FILES = Path(__file__).parent / "importers/layouts/files"


@pytest.fixture
def child(monkeypatch):
    """The child's own main, in this process and without limits for it."""
    monkeypatch.setattr(old_child, "resource", None)

    def run(content, most):
        out = io.StringIO()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(BytesIO(content)))
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.argv", ["child", str(most)])
        return old_child.main(), out.getvalue()

    return run


def test_the_child_prints_sheets(child):
    status, printed = child((FILES / "months.xls").read_bytes(), 1000)

    assert status == 0
    [sheet] = json.loads(printed)
    assert [1, 1, "序号"] in sheet["cells"]
    assert [2, 4, {"day": "2023-12-01"}] in sheet["cells"]


def test_the_child_says_why_it_read_nothing(child):
    assert child(b"nothing", 1000) == (old_child.DAMAGED, "")
    assert child((FILES / "months.xls").read_bytes(), 3) == (old_child.TOO_LARGE, "")


def test_a_password_that_the_reader_reports_is_told(child, monkeypatch):
    def refuse(*_asked):
        raise old_child.PasswordError

    monkeypatch.setattr(old_child, "answer", refuse)

    assert child(b"", 1) == (old_child.PASSWORD, "")


def test_a_child_that_does_not_end_is_ended(monkeypatch):
    def wait(*_command, **_options):
        raise subprocess.TimeoutExpired("child", 10)

    monkeypatch.setattr(subprocess, "run", wait)

    with pytest.raises(xlsx.Unreadable):
        list(xlsx.open_old(BytesIO(b"")))


def test_values_of_every_kind_come_through():
    moment = datetime(2023, 1, 2, 3, 4)  # noqa: DTZ001 - a workbook has no zones
    plain = [
        old_child._plain(value)
        for value in (moment, date(2023, 1, 1), 1.0, True, "a\x07", moment - moment)
    ]

    values = [old._value(json.loads(json.dumps(value))) for value in plain]

    assert values == [moment, date(2023, 1, 1), 1, True, "a␇", "0:00:00"]
    assert isinstance(values[1], xlsx.FirstOfMonth)
    assert old._value({"moment": "2023-01-02T00:00:00"}) == date(2023, 1, 2)


def test_a_grid_keeps_the_limits_of_a_table():
    grid = Grid()
    grid.put(1, 1, "甲" * (xlsx.MAX_TEXT + 1))
    assert isinstance(grid.table("x").rows[1][1], xlsx.Flaw)
    with pytest.raises(xlsx.Unreadable):
        _fill(grid, 2000)
    with pytest.raises(xlsx.Unreadable):
        _merge(grid, 200_001)


def _fill(grid, times):
    for number in range(times):
        grid.put(2, 1, "甲" * 30_000 + str(number))


def _merge(grid, times):
    for row in range(1, times + 1):
        grid.merge(row, 1, row + 1, 1)
