"""``export_ledger``: the form at the path, or a refusal in words and nothing written."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import load_workbook

from tests.factories import complete, make_inspection, make_round, make_task
from tracker.exporters import parts
from tracker.exporters.forms import FORMS


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def out(tmp_path):
    return tmp_path / "ledger.xlsx"


def export(out, *options, form="ledger"):
    said = StringIO()
    call_command("export_ledger", "--form", form, "--out", str(out), *options, stdout=said)
    return said.getvalue()


def titles(out):
    sheet = load_workbook(out).worksheets[0]
    return [sheet.cell(row, 6).value for row in range(4, sheet.max_row - 1)]


def test_the_form_is_written(out, county):
    make_task(title="任务甲")

    said = export(out)

    assert str(out) in said
    assert titles(out) == ["任务甲"]
    assert [path.name for path in out.parent.iterdir()] == ["ledger.xlsx"]


def test_inspection_unit_and_day_narrow_it(out, county, other_county):
    make_task(title="任务甲", units=[county])
    make_task(title="任务乙", units=[other_county])
    make_task(title="任务丙", inspection=make_inspection(code="2024c1"))

    export(out, "--inspection", "2022s2", "--unit", "linjiang", "--as-of", "2023-10-31")
    assert titles(out) == ["任务甲"]
    export(out, "--as-of", "2022-01-01")
    assert titles(out) == []


def test_a_unit_stands_for_everything_below_it(out, city, county):
    make_task(title="任务甲", units=[county])

    export(out, "--unit", city.code)

    assert titles(out) == ["任务甲"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written(out, inspection, county, form):
    make_round()
    make_task()

    export(out, "--inspection", "2022s2", "--as-of", "2023-10-31", form=form)

    assert load_workbook(out).worksheets[1].title == "About"


def test_a_form_that_is_to_come_is_refused_and_says_with_what(out, db):
    with pytest.raises(CommandError, match="cannot be made yet.*assessments") as refusal:
        export(out, form="assessment")

    assert refusal.value.returncode == 1
    assert not out.exists()


def test_what_is_too_much_for_one_workbook_is_refused(out, county, monkeypatch):
    complete(make_task())
    monkeypatch.setattr(parts, "MOST", 0)

    with pytest.raises(CommandError, match="at most 0 forms"):
        export(out, form="closure")

    assert not out.exists()


def test_an_unknown_form_is_wrong_use_and_names_those_there_are(out, db):
    with pytest.raises(CommandError, match="ledger") as refusal:
        export(out, form="poem")

    assert refusal.value.returncode == 2
    assert not out.exists()


@pytest.mark.parametrize(
    "options", [["--inspection", "1999x"], ["--unit", "atlantis"]], ids=["inspection", "unit"]
)
def test_unknown_codes_are_refused(out, inspection, city, options):
    with pytest.raises(CommandError, match=options[1]) as refusal:
        export(out, *options)

    assert refusal.value.returncode == 1
    assert not out.exists()


def test_a_path_that_cannot_be_written_is_refused(tmp_path, county):
    with pytest.raises(CommandError, match="cannot be written") as refusal:
        export(tmp_path / "missing" / "ledger.xlsx")

    assert refusal.value.returncode == 1


def test_what_is_there_stays_when_writing_fails(tmp_path, county):
    taken = tmp_path / "ledger.xlsx"
    (taken / "inside").mkdir(parents=True)

    with pytest.raises(CommandError, match="cannot be written"):
        export(taken)

    assert [path.name for path in tmp_path.iterdir()] == ["ledger.xlsx"]
