"""The figures command: the contract that other programs rely on."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from tests import factories
from tests.figures.test_petitions import handed_over

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"as_of", "inspection", "unit", "total", "completed", "on_schedule", "behind", "overdue"} | {
    "closed",
    "not_started",
    "completion_rate",
    "rate_basis",
    "petitions",
    "by_unit",
}
UNIT_KEYS = {
    "unit",
    "name",
    "total",
    "completed",
    "on_schedule",
    "behind",
    "overdue",
    "closed",
    "not_started",
    "completion_rate",
    "petitions",
}


def figures(capsys, *options):
    call_command("figures", *options, "--format", "json")
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def tasks(county, other_county):
    first = factories.make_task(units=[county, other_county])
    factories.make_task(units=[county])
    factories.complete(first)
    handed_over(factories.the_inspection(), closed=3)


def test_json_has_every_key_of_the_contract(tasks, capsys):
    found = figures(capsys, "--inspection", "2022s2", "--as-of", "2022-08-01")
    assert set(found) == KEYS
    assert set(found["by_unit"][0]) == UNIT_KEYS
    assert {"total", "closed", "interim_closed", "open", "rate", "rate_basis"} == set(
        found["petitions"]
    )
    assert (found["total"], found["completed"], found["completion_rate"]) == (2, 1, 0.5)
    assert found["petitions"]["total"] == 0


def test_without_an_inspection_all_are_counted(tasks, capsys):
    factories.make_task(factories.make_inspection())
    found = figures(capsys, "--as-of", "2023-02-01")
    assert (found["inspection"], found["total"]) == (None, 3)
    assert (found["petitions"]["total"], found["petitions"]["closed"]) == (3, 3)


def test_a_unit_narrows_to_its_subtree(tasks, capsys):
    found = figures(capsys, "--unit", "donghai", "--as-of", "2022-08-01")
    assert (found["total"], [line["unit"] for line in found["by_unit"]]) == (1, ["donghai"])


def test_a_back_dated_completion_changes_the_past_day(tasks, capsys):
    before = figures(capsys, "--as-of", "2022-08-01")
    task = factories.the_inspection().tasks.get(number=2)
    factories.complete(task, on=date(2022, 7, 20), at=factories.moment(date(2023, 1, 1)))
    after = figures(capsys, "--as-of", "2022-08-01")
    assert (before["completed"], after["completed"]) == (1, 2)
    assert figures(capsys, "--as-of", "2022-07-19")["completed"] == 1


def test_the_day_is_today_when_left_out(tasks, capsys):
    assert figures(capsys)["as_of"] == localdate().isoformat()


def test_the_text_says_the_same(tasks, capsys):
    call_command("figures", "--inspection", "2022s2", "--as-of", "2022-08-01")
    out = capsys.readouterr().out
    assert out.startswith("2022s2, as of 2022-08-01: 2 total, 1 completed")
    assert "completion rate 50.0% (all)" in out
    assert "rate – (closed)" in out
    assert "linjiang 临江县: 2 total" in out


def test_an_unknown_code_is_refused_with_the_known_ones(tasks):
    with pytest.raises(CommandError, match="no inspection with the code x. Known: 2022s2") as error:
        call_command("figures", "--inspection", "x")
    assert error.value.returncode == 1
    with pytest.raises(CommandError, match="no unit with the code 启东"):
        call_command("figures", "--unit", "启东")


@pytest.mark.parametrize("option", ["--as-of=31.10.2023", "--format=xml", "--nonsense"])
def test_wrong_use_ends_with_two_and_prints_nothing(option):
    answer = subprocess.run(
        [sys.executable, "manage.py", "figures", option], cwd=ROOT, capture_output=True, check=False
    )
    assert answer.returncode == 2
    assert answer.stdout == b""
    assert answer.stderr
