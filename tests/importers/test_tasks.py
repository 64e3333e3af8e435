"""A list in the template's layout: what is read from it, and everything that is wrong with it."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.factories import make_inspection, make_issue, make_medium, make_source, make_unit
from tracker import xlsx
from tracker.forms.task_rows import TaskRowForm, measures_in, numbered
from tracker.importers.annotated import annotated
from tracker.importers.tasks import read_tasks
from tracker.importers.template import header, template
from tracker.models import Event, Issue, Span, Task
from tracker.operations.import_rows import enter_rows
from tracker.rules.folding import clean

from tests.factories import moment  # isort: skip

TODAY = date(2022, 4, 20)
GOOD = {
    "number": "19",
    "issue_number": "9",
    "issue_text": "排污口整治不到位。其余见附件。",
    "source": "省督察反馈",
    "medium": "水环境",
    "title": "完成排污口整治",
    "goal": "全部整治到位",
    "measures": "1. 排查\n2. 整治",
    "units": "临江县",
    "acceptance_unit": "市生态环境局",
    "deadline_text": "2023年12月底前",
}


@pytest.fixture(autouse=True)
def _in_english():
    """Faults are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _dictionaries(county, other_county, bureau):
    make_source()
    make_medium()


def workbook(*rows, change=None):
    """A filled template; ``change`` may do to its sheet what people do."""
    with template(rows) as file:
        content = file.read()
    if change is None:
        return BytesIO(content)
    book = load_workbook(BytesIO(content))
    change(book.worksheets[0])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read(inspection, *rows, take_over=False, today=TODAY, change=None):
    return read_tasks(
        workbook(*rows, change=change),
        inspection=inspection,
        is_take_over=take_over,
        today=today,
    )


def enter(inspection, reading, *, take_over=False, today=TODAY, **options):
    outcome = enter_rows(
        actor=None,
        inspection=inspection,
        rows=reading.rows,
        is_take_over=take_over,
        source={"file": "x.xlsx", "sha256": "0" * 64},
        at=moment(today),
        **options,
    )
    return [*outcome.new, *outcome.changed]


def places(reading):
    return [(fault["cell"], fault["column"]) for fault in reading.faults]


def label(name):
    return str(TaskRowForm.base_fields[name].label)


def test_a_good_row_becomes_a_task_with_its_issue(inspection, county, bureau):
    reading = read(inspection, GOOD)
    [task] = enter(inspection, reading)

    assert reading.faults == []
    assert (task.number, task.title, task.goal) == (19, "完成排污口整治", "全部整治到位")
    assert (task.due_on, task.issued_on) == (date(2023, 12, 31), TODAY)
    assert [m.text for m in task.measures.order_by("number")] == ["排查", "整治"]
    assert [(part.unit, part.is_lead) for part in task.assignments.all()] == [(county, True)]
    assert task.acceptance_unit == bureau
    assert (task.issue.number, task.issue.title) == (9, "排污口整治不到位")
    assert task.issue.text == GOOD["issue_text"]


def test_the_import_is_an_entry_of_the_record_with_the_file_it_came_from(inspection):
    enter(inspection, read(inspection, GOOD))

    event = Event.objects.get(kind="imported")
    assert event.details["after"]["sha256"] == "0" * 64
    assert event.details["after"]["tasks"] == 1
    assert event.inspection == inspection


def test_the_template_is_read_in_every_language(inspection):
    with translation.override("zh-hans"):
        file = workbook(GOOD)

    reading = read_tasks(file, inspection=inspection, is_take_over=False, today=TODAY)

    assert reading.count("task", "new") == 1


def test_the_example_of_the_empty_template_is_not_read(inspection):
    with pytest.raises(xlsx.Unreadable, match="no row"):
        read(inspection)


def test_all_errors_are_told_at_once_each_with_its_place(inspection):
    second = {**GOOD, "number": "x", "units": "临江、不存在局", "deadline_text": "2023年6月前"}
    third = {**GOOD, "number": "19", "measures": "", "source": "火星"}

    reading = read(inspection, GOOD, second, third)

    assert {column for _cell, column in places(reading)} == {
        label(name) for name in ("number", "units", "deadline_text", "measures", "source")
    }
    assert [cell for cell, column in places(reading) if column == label("number")] == ["A5", "A6"]
    units = next(fault for fault in reading.faults if fault["column"] == label("units"))
    assert "临江县" in units["message"]
    assert "不存在局" in units["message"]
    assert units["value"] == "临江、不存在局"
    deadline = next(f for f in reading.faults if f["column"] == label("deadline_text"))
    assert "2023-05-31" in deadline["message"]
    assert label("due_on") in deadline["message"]


def test_a_day_beside_it_settles_an_ambiguous_deadline(inspection):
    [task] = enter(
        inspection,
        read(inspection, {**GOOD, "deadline_text": "2023年6月前", "due_on": "2023年5月31日"}),
    )

    assert (task.deadline_text, task.due_on) == ("2023年6月前", date(2023, 5, 31))


def test_a_day_that_contradicts_the_words_is_an_error(inspection):
    reading = read(inspection, {**GOOD, "due_on": "2023/1/1"})

    assert [column for _cell, column in places(reading)] == [label("due_on")]


def test_units_are_found_by_alias_and_split_at_every_sign(inspection, city):
    pond = make_unit("塘下镇人民政府", city, "pond", aliases=["塘下"], short_name="塘下镇")

    [task] = enter(inspection, read(inspection, {**GOOD, "units": "塘 下；临江县\n望潮县"}))

    parts = list(task.assignments.order_by("pk"))
    assert parts[0].unit == pond
    assert [part.is_lead for part in parts] == [True, False, False]


def test_a_name_of_two_units_is_asked_about(inspection, city):
    make_unit("甲县水利局", city, short_name="水利局")
    make_unit("乙县水利局", city, short_name="水利局")

    [fault] = read(inspection, {**GOOD, "units": "水利局"}).faults

    assert "甲县水利局" in fault["message"]
    assert "乙县水利局" in fault["message"]


def test_an_issue_is_written_once_for_its_tasks_when_its_cells_are_merged(inspection):
    second = {**GOOD, "number": "20", "title": "另一项", "issue_text": "", "issue_number": ""}

    def merge(sheet):
        for letter in "BCDE":
            sheet.merge_cells(f"{letter}4:{letter}5")

    tasks = enter(inspection, read(inspection, GOOD, second, change=merge))

    assert [task.issue.number for task in tasks] == [9, 9]
    assert Issue.objects.count() == 1


def test_the_known_issue_needs_no_text_and_may_not_be_contradicted(inspection):
    make_issue(inspection, number=9, text="原文")
    bare = {**GOOD, "issue_text": "", "source": "", "medium": ""}

    good, bad = read(inspection, bare), read(inspection, GOOD)

    assert good.faults == []
    assert [column for _cell, column in places(bad)] == [label("issue_text")]


def test_the_same_file_twice_changes_nothing(inspection):
    enter(inspection, read(inspection, GOOD))
    events = Event.objects.count()

    again = read(inspection, GOOD)

    assert (again.count("task", "new"), again.count("task", "same")) == (0, 1)
    assert again.faults == []
    with pytest.raises(Exception, match="Nothing was changed"):
        enter(inspection, again)
    assert Event.objects.count() == events


def test_days_of_completion_are_taken_over_and_marked_as_entered_afterwards(db):
    inspection = make_inspection(plan_issued_on=date(2022, 3, 1))
    old = {
        **GOOD,
        "goal": "",
        "measures": "",
        "acceptance_unit": "",
        "completed_on": "2022.4.1",
        "closed_on": "20220410",
    }

    refused = read(inspection, old)
    [task] = enter(inspection, read(inspection, old, take_over=True), take_over=True)

    assert label("completed_on") in {column for _cell, column in places(refused)}
    assert (task.issued_on, task.completed_on, task.closed_on) == (
        date(2022, 3, 1),
        date(2022, 4, 1),
        date(2022, 4, 10),
    )
    assert set(task.events.values_list("is_backfilled", flat=True)) == {True}
    assert Span.objects.on(date(2022, 3, 31)).get(task=task).completed_on is None


@pytest.mark.parametrize(
    ("days", "column"),
    [
        ({"completed_on": "2022-02-01"}, "completed_on"),
        ({"completed_on": "2032-02-01"}, "completed_on"),
        ({"closed_on": "2022-04-01"}, "completed_on"),
        ({"completed_on": "2022-04-10", "closed_on": "2022-04-01"}, "closed_on"),
        ({"completed_on": "四月"}, "completed_on"),
    ],
)
def test_days_that_cannot_be_are_errors(db, days, column):
    inspection = make_inspection(plan_issued_on=date(2022, 3, 1))

    reading = read(inspection, {**GOOD, **days}, take_over=True)

    assert [found for _cell, found in places(reading)] == [label(column)]


def test_real_dates_and_numbers_are_read_like_typed_ones(inspection):
    def change(sheet):
        sheet["A4"] = 19
        sheet["N4"] = date(2023, 12, 31)

    [task] = enter(inspection, read(inspection, GOOD, change=change))

    assert (task.number, task.deadline_text) == (19, "2023年12月31日")
    assert task.due_on == date(2023, 12, 31)


def test_a_formula_without_result_is_told_once(inspection):
    def change(sheet):
        sheet["F4"] = "=A1"

    assert places(read(inspection, GOOD, change=change)) == [("F4", label("title"))]


def test_columns_may_stand_in_any_order_and_rows_above_the_header(inspection):
    def change(sheet):
        sheet.insert_rows(1, 4)
        sheet.move_range("A7:R8", cols=2)

    assert read(inspection, GOOD, change=change).faults == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda sheet: sheet.delete_rows(3), "lacks|header"),
        (lambda sheet: sheet.delete_cols(9), "lacks"),
        (lambda sheet: sheet.__setitem__("R3", sheet["A3"].value), "Two columns"),
    ],
)
def test_a_sheet_without_its_header_is_refused(inspection, change, words):
    with pytest.raises(xlsx.Unreadable, match=words):
        read(inspection, GOOD, change=change)


def test_numbers_are_kept_as_printed(inspection):
    [task] = enter(inspection, read(inspection, {**GOOD, "number": "第十九项"}))

    assert (task.number, task.number_printed) == (19, "第十九项")


def test_one_wrong_row_enters_nothing(inspection):
    reading = read(inspection, GOOD, {**GOOD, "number": "20", "units": "不存在"})

    assert reading.faults
    assert not Task.objects.exists()


def test_the_marked_workbook_marks_every_faulty_cell_and_no_other(inspection):
    rows = [GOOD, {**GOOD, "number": "x", "units": "不存在"}]
    reading = read(inspection, *rows)

    with annotated(workbook(*rows).read(), reading.faults) as file:
        sheet = load_workbook(file).worksheets[0]

    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {fault["cell"] for fault in reading.faults}
    assert marked == {"A5", "I5"}
    assert sheet["A4"].value == "19"


def test_the_headers_are_the_labels_of_the_form(inspection):
    with template() as file:
        sheet = load_workbook(file).worksheets[0]

    assert [cell.value for cell in sheet[3]] == [header(name) for name in TaskRowForm.base_fields]
    assert sheet.data_validations.dataValidation


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("", []),
        ("甲\n乙", ["甲", "乙"]),
        ("1.甲\n2、乙", ["甲", "乙"]),
        ("（1）甲\n接着写\n（2）乙", ["甲\n接着写", "乙"]),
        ("1.5公里截污\n补植", ["1.5公里截污", "补植"]),
    ],
)
def test_measures_are_told_apart_by_line_or_by_number(text, measures):
    assert measures_in(text) == measures


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)
TEXT = LINE | st.sampled_from(["=1+1", "+86", "-x", "@a", "＝一", "_x0041_", "第一行\n第二行"])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    title=LINE,
    goal=TEXT,
    measures=st.lists(LINE.filter(lambda text: not text[0].isdecimal()), min_size=1, max_size=4),
    due=st.dates(date(2023, 1, 1), date(2030, 1, 1)),
)
def test_what_a_row_says_comes_back_as_it_was(inspection, title, goal, measures, due):
    row = {
        **GOOD,
        "title": title,
        "goal": goal,
        "measures": numbered(measures),
        "deadline_text": f"{due.year}年{due.month}月{due.day}日前",
        "units": "临江县、望潮县",
    }

    reading = read(inspection, row)

    assert reading.faults == []
    [task] = [row.data for row in reading.rows if row.kind == "task"]
    assert (task["title"], task["goal"]) == (clean(title), clean(goal))
    assert task["measures"] == [clean(text) for text in measures]
    assert task["due_on"] == due.isoformat()
    assert task["units"] == ["linjiang", "donghai"]
