"""``import_tasks``: all of a list or nothing, with every error on the way out."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import load_workbook

from tests.factories import FOREIGN_ROW, foreign_workbook, make_medium, make_source, moment
from tracker.importers.sources import columns_named, open_source
from tracker.importers.template import template
from tracker.models import Task
from tracker.operations.imports import keep_layout

TODAY = date(2022, 4, 20)

GOOD = {
    "number": "19",
    "issue_number": "9",
    "issue_text": "排污口整治不到位。",
    "source": "省督察反馈",
    "medium": "水环境",
    "title": "完成排污口整治",
    "goal": "全部整治到位",
    "measures": "排查",
    "units": "临江县",
    "acceptance_unit": "市生态环境局",
    "deadline_text": "2023年12月底前",
}


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _what_rows_name(inspection, county, bureau):
    make_source()
    make_medium()


@pytest.fixture
def workbook(tmp_path):
    """``workbook(*rows)``: the path of a filled template."""

    def filled(*rows):
        path = tmp_path / "list.xlsx"
        with template(rows) as file:
            path.write_bytes(file.read())
        return path

    return filled


def run(path, *options):
    said = StringIO()
    call_command("import_tasks", str(path), "--inspection", "2022s2", *options, stdout=said)
    return said.getvalue()


def test_a_good_list_is_entered_and_the_second_time_changes_nothing(workbook):
    path = workbook(GOOD)

    first = json.loads(run(path, "--format", "json"))
    second = json.loads(run(path, "--format", "json"))

    assert (first["new"], first["entered"], first["unchanged"]) == (1, 1, 0)
    assert (second["new"], second["entered"], second["unchanged"]) == (0, 0, 1)
    assert Task.objects.get().number == 19


def test_a_dry_run_enters_nothing(workbook):
    said = run(workbook(GOOD), "--dry-run")

    assert "New: 1" in said
    assert not Task.objects.exists()


def test_errors_are_all_told_and_nothing_is_entered(workbook, tmp_path):
    path = workbook(GOOD, {**GOOD, "number": "20", "units": "火星县", "deadline_text": "尽快"})
    out = tmp_path / "marked.xlsx"

    with pytest.raises(CommandError) as refusal:
        run(path, "--annotated", str(out))

    assert refusal.value.returncode == 1
    assert "I5" in str(refusal.value)
    assert "N5" in str(refusal.value)
    assert not Task.objects.exists()
    sheet = load_workbook(out).worksheets[0]
    assert sheet["I5"].comment
    assert sheet["N5"].comment
    assert not sheet["A5"].comment


def test_the_faults_are_told_as_json_too(workbook):
    said = StringIO()

    with pytest.raises(CommandError):
        call_command(
            "import_tasks",
            str(workbook({**GOOD, "units": "火星县"})),
            "--inspection=2022s2",
            "--format=json",
            stdout=said,
        )

    found = json.loads(said.getvalue())
    assert [fault["cell"] for fault in found["faults"]] == ["I4"]


def test_a_list_is_taken_over_with_its_dates(workbook):
    run(workbook({**GOOD, "completed_on": "2022-04-01"}), "--take-over")

    assert Task.objects.get().completed_on.isoformat() == "2022-04-01"


def test_no_workbook_at_all_is_refused_in_words(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_text("任务编号,整改任务\n")

    with pytest.raises(CommandError, match="CSV") as refusal:
        run(path)

    assert refusal.value.returncode == 1


def test_a_missing_file_and_an_unknown_inspection_are_refused(workbook, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "missing.xlsx")
    with pytest.raises(CommandError, match="2022s2"):
        call_command("import_tasks", str(workbook(GOOD)), "--inspection", "1999x")


@pytest.fixture
def foreign(tmp_path):
    """The path of a list in a layout of an office's own."""
    path = tmp_path / "清单.xlsx"
    path.write_bytes(foreign_workbook(FOREIGN_ROW))
    return path


FOR_ALL = (
    "--mapping=source:=省督察反馈",
    "--mapping=medium:=水环境",
    "--mapping=acceptance_unit:=市生态环境局",
)


def test_a_foreign_layout_is_entered_with_what_holds_for_all_rows(foreign):
    said = json.loads(run(foreign, "--format", "json", *FOR_ALL))

    assert said["entered"] == 1
    assert Task.objects.get().goal == "全部整治到位"


def test_a_foreign_layout_that_lacks_a_column_is_refused(foreign):
    with pytest.raises(CommandError, match="lacks these columns"):
        run(foreign)


def test_a_column_may_be_named(foreign):
    run(foreign, *FOR_ALL, "--mapping=G=accountable_leader")

    assert Task.objects.get().accountable_leader == "无"


def test_a_mapping_that_is_none_is_refused(foreign):
    with pytest.raises(CommandError, match="not a mapping"):
        run(foreign, "--mapping=责任主体=units")


def test_a_layout_is_read_as_it_was_assigned_on_the_page(foreign, inspection, office):
    source = open_source(foreign.read_bytes(), foreign.name)
    keep_layout(
        actor=office,
        inspection=inspection,
        fingerprint=source.fingerprint,
        mapping=columns_named(
            source.suggested, [text.removeprefix("--mapping=") for text in FOR_ALL]
        ),
        at=moment(TODAY),
    )

    run(foreign)

    assert Task.objects.get().number == 1


def test_changes_are_made_and_counted(workbook):
    run(workbook(GOOD))

    said = run(workbook({**GOOD, "goal": "新目标"}))

    assert "Changed: 1" in said
    assert Task.objects.get().goal == "新目标"


def test_deadlines_move_with_reason_and_document(workbook):
    run(workbook(GOOD))
    later = workbook({**GOOD, "deadline_text": "2099年12月底前"})

    with pytest.raises(CommandError, match="approved it"):
        run(later)
    run(later, "--reason", "汛期", "--document-no", "通办9号")

    assert Task.objects.get().deadline_changes.get().document_no == "通办9号"
