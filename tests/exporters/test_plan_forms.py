"""The lists of a plan: issues, tasks, responsibilities."""

from datetime import date

import pytest

from tests.factories import make_inspection, make_issue, make_plan, make_task, make_unit, moment
from tests.made import book_of, merges_of, rows_of, sheet_of, told_by
from tracker.operations import entering

ISSUED = date(2022, 4, 15)


def measures(*texts, **facts):
    return [entering.MeasurePlan(text=text, **facts) for text in texts]


def test_an_issue_is_a_row_with_the_units_and_departments_of_its_tasks(
    inspection, county, other_county, water_bureau
):
    issue = make_issue(number=3, number_printed="问题三", place="北河口", is_typical=True, page="3")
    make_task(issue=issue, units=[county, other_county], supervising_unit=water_bureau)
    make_issue(number=1)

    sheet = sheet_of("issues", inspection=inspection)

    first, second = rows_of(sheet)
    assert [first["No."], second["No."]] == [1, "问题三"]
    assert second["Issue fed back (original wording)"] == issue.text
    assert second["Issue source"] == "省督察反馈"
    assert second["Category"] == "水环境"
    assert second["Place"] == "北河口"
    assert second["Round and batch"] == "round 1, batch 1"
    assert second["Units concerned"] == f"{other_county.label}、{county.label}"
    assert second["Sector departments"] == water_bureau.label
    assert (first["Typical case"], second["Typical case"]) == ("no", "yes")
    assert first["Units concerned"] is None
    assert sheet.page_setup.paperSize == 8
    assert sheet.auto_filter.ref == "A3:J5"


def test_units_are_those_of_the_day(inspection, county):
    issue = make_issue(on=date(2022, 3, 1))
    make_task(issue=issue, on=ISSUED)

    [row] = rows_of(sheet_of("issues", date(2022, 3, 31), inspection=inspection))

    assert row["Units concerned"] is None


def test_an_issue_spans_its_tasks_and_a_task_its_measures(city, county, other_county):
    issue = make_issue(number=1)
    helper = make_unit("市财政局", city)
    make_task(
        issue=issue,
        number=1,
        number_printed="第一项",
        units=[county, other_county],
        lead=county,
        supporting_units=[helper],
        measures=measures("排查", "整治", "管护"),
        accountable_leader="副市长 李明",
    )
    make_task(issue=issue, number=2, measures=measures("督促落实"))

    sheet = sheet_of("tasks")

    rows = rows_of(sheet)
    assert [row["Rectification measures"] for row in rows] == [
        "1. 排查",
        "2. 整治",
        "3. 管护",
        "督促落实",
    ]
    assert [row["No."] for row in rows] == ["第一项"] * 3 + [2]
    assert rows[0]["leads"] == county.label
    assert rows[0]["support"] == f"{other_county.label}、{helper.label}"
    assert rows[0]["Accountable leader"] == "副市长 李明"
    assert {"B5:B8", "A5:A7", "C5:C7", "F5:F7"} <= merges_of(sheet)


def test_the_header_of_the_task_list_has_two_rows(county):
    make_task()

    sheet = sheet_of("tasks")

    assert sheet["F3"].value == "Responsible units"
    assert (sheet["F4"].value, sheet["G4"].value) == ("leads", "support")
    assert {"F3:G3", "A3:A4", "K3:K4"} <= merges_of(sheet)
    assert sheet.print_title_rows == "$1:$4"


def test_without_a_lead_all_responsible_units_stand_in_the_first_column(county, other_county):
    task = make_task(units=[county, other_county])
    task.assignments.update(is_lead=False)

    [row] = rows_of(sheet_of("tasks"))

    assert row["leads"] == f"{county.label}、{other_county.label}"
    assert row["support"] is None


def test_the_same_tasks_are_given_as_running_text(county):
    make_task(title="截污纳管", goal="不再溢流", measures=measures("排查", "整治"))
    make_task(title="河道保洁", measures=measures("落实保洁"))

    book = book_of("tasks")

    text = book.worksheets[2]
    lines = [cell.value for cell in text["A"] if cell.value]
    assert "一. 截污纳管" in lines
    assert "二. 河道保洁" in lines
    assert "Rectification goal: 不再溢流" in lines
    assert "Rectification measures: \n1. 排查\n2. 整治" in lines
    assert "Rectification measures: 落实保洁" in lines
    headings = [cell for cell in text["A"] if cell.value in ("一. 截污纳管", "二. 河道保洁")]
    assert all(cell.font.bold for cell in headings)
    assert text.page_setup.orientation == "portrait"


def test_responsibilities_go_measure_by_measure(county, other_county):
    make_task(
        units=[county],
        case_leader="书记 王强",
        accountable_leader="副市长 李明",
        measures=[
            entering.MeasurePlan(
                text="排查", unit=other_county, owner="赵六", due_on=date(2022, 9, 30)
            ),
            entering.MeasurePlan(text="整治"),
        ],
        deadline_text="2023年12月底前",
    )

    sheet = sheet_of("responsibilities")

    first, second = rows_of(sheet)
    assert first["What is to be done"] == "1. 排查"
    assert first["Leader in charge"] == "书记 王强\n副市长 李明"
    assert first["Responsible unit"] == other_county.label
    assert first["Person in charge"] == "赵六"
    assert first["To be done by"].date() == date(2022, 9, 30)
    assert second["Responsible unit"] == county.label
    assert second["To be done by"] == "2023年12月底前"
    assert first["Contact"] is None
    assert "B4:B5" in merges_of(sheet)


@pytest.mark.parametrize("form", ["issues", "tasks", "responsibilities"])
def test_more_rows_cost_no_more_queries(form, county, django_assert_max_num_queries):
    def add(number):
        issue = make_issue(number=number)
        make_task(issue=issue, number=number, measures=measures("甲", "乙"))

    for number in (1, 2):
        add(number)
    with django_assert_max_num_queries(20) as few:
        book_of(form)
    for number in range(3, 9):
        add(number)
    with django_assert_max_num_queries(len(few)):
        book_of(form)


def test_all_inspections_together_keep_their_order(inspection, county):
    other = make_inspection(code="2024c1")
    make_task(inspection=other, number=1, title="新任务")
    make_task(number=1, title="旧任务")

    book = book_of("tasks")

    assert [row["Rectification task"] for row in rows_of(book.active)] == ["旧任务", "新任务"]
    assert told_by(book.worksheets[1])["Inspection"] == "all inspections"


def test_a_task_that_lost_its_measures_still_has_a_row(inspection, county):
    plan = make_plan(make_issue(), 1, [county], measures=[])
    entering.enter_tasks(
        actor=None,
        inspection=inspection,
        plans=[plan],
        on=ISSUED,
        at=moment(ISSUED),
        issued=True,
        taken_over=True,
    )

    assert [row["Rectification measures"] for row in rows_of(sheet_of("tasks"))] == [None]
    assert [row["What is to be done"] for row in rows_of(sheet_of("responsibilities"))] == [None]
