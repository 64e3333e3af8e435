"""Which column is taken for which field, and which rows for one task."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook

from tests.importers.layouts.hostile import saved
from tracker import xlsx
from tracker.importers import layouts
from tracker.importers.layouts.columns import Reader


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def read(header, *rows, merged=()):
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    for place in merged:
        book.active.merge_cells(place)
    return layouts.read(BytesIO(saved(book)), "x.xlsx")


def suggested(header, *rows, merged=()):
    """The suggested field of each column, by its header, in order."""
    rows = rows or [[str(number) for number in range(1, len(header) + 1)]]
    table = read(header, *rows, merged=merged).tables[0]
    return [column.field for column in table.columns]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("序号 反馈问题 序号 整改任务", ["issue_number", "issue_text", "number", "title"]),
        ("序号 反馈问题 任务编号 整改任务", ["issue_number", "issue_text", "number", "title"]),
        ("序号 任务编号 整改任务 责任单位", ["", "number", "title", "units"]),
        ("序号 问题编号 反馈问题 整改任务", ["number", "issue_number", "issue_text", "title"]),
        ("任务编号 整改任务 序号 整改措施", ["number", "title", "", "measures"]),
        ("编号 整改任务 牵头单位 配合单位", ["number", "title", "units", "supporting_units"]),
        ("编号 整改任务 责任主体 牵头单位", ["number", "title", "units", "lead"]),
        ("编号 整改任务 完成时间 备注", ["number", "title", "deadline_text", ""]),
        ("编号 整改任务 完成时限 完成时间", ["number", "title", "deadline_text", "completed_on"]),
        ("编号 整改任务 整改时限 整改进展情况", ["number", "title", "deadline_text", ""]),
        ("编号 整改任务 责仼单位 整改时限", ["number", "title", "units", "deadline_text"]),
        ("编号 市级整改任务 市直责任单位 时限", ["number", "title", "units", "deadline_text"]),
        ("编号 目标任务 整改任务 整改目标", ["number", "", "title", "goal"]),
        (
            "编号 整改任务 行业主管部门 验收单位",
            ["number", "title", "supervising_unit", "acceptance_unit"],
        ),
        ("问题编号 反馈问题 问题来源 问题类别", ["issue_number", "issue_text", "source", "medium"]),
        ("编号 任务 责任领导 销号时间", ["number", "title", "accountable_leader", "closed_on"]),
    ],
)
def test_columns_are_told_by_their_headers(header, fields):
    assert suggested(header.split()) == fields


def test_a_column_of_codes_is_no_column_of_numbers():
    found = read(["问题编码", "反馈问题", "整改任务"], ["NT-2023-001号", "甲", "乙"])
    [column, *_others] = found.tables[0].columns

    assert (column.field, column.letter) == ("", "A")
    assert column.confidence < 0.5


def test_of_two_columns_of_one_name_the_visible_is_taken():
    book = Workbook()
    book.active.append(["编号", "整改目标", "整改目标", "整改任务"])
    book.active.append(["1", "旧目标", "新目标", "任务"])
    book.active.column_dimensions["B"].hidden = True
    found = layouts.read(BytesIO(saved(book)), "x.xlsx")

    [row] = layouts.rows(found, found.suggested)

    assert row.values["goal"] == "新目标"
    assert [column.is_hidden for column in found.tables[0].columns] == [False, True, False, False]


def test_a_second_column_offers_what_it_might_be():
    found = read(["编号", "整改任务", "督导/验收单位"], ["1", "甲", "乙"])

    assert found.tables[0].columns[2].alternatives == ("supervising_unit",)


def rows(header, *lines, merged=()):
    found = read(header, *lines, merged=merged)
    return list(layouts.rows(found, found.suggested))


def test_a_number_above_several_tasks_is_the_issues():
    header = ["序号", "反馈问题", "整改任务", "责任单位"]
    lines = [
        ["1", "问题", "甲", "临江县"],
        [None, None, "乙", "东海县"],
        [None, None, "丙", "东海县"],
    ]

    for merged in ((), ("A2:A4", "B2:B4")):
        found = rows(header, *lines, merged=merged)
        assert [row.values["issue_number"] for row in found] == ["1", "1", "1"]
        assert [row.values["title"] for row in found] == ["甲", "乙", "丙"]
    assert found[1].filled == {"issue_number", "issue_text"}


def test_without_numbers_each_title_is_a_task_and_without_titles_each_issue():
    titles = rows(["整改任务", "整改措施"], ["甲", "一"], [None, "二"], ["乙", "三"])
    issues = rows(["反馈问题", "整改措施"], ["甲", "一"], [None, "二"], ["乙", "三"])
    goals = rows(["整改目标", "整改措施"], ["甲", "一"], [None, "二"], ["乙", "三"])

    assert [row.values["title"] for row in titles] == ["甲", "乙"]
    assert [row.values["measures"] for row in titles] == ["一\n二", "三"]
    assert [row.values["issue_text"] for row in issues] == ["甲", "乙"]
    assert [row.values["goal"] for row in goals] == ["甲", "乙"]


def test_a_number_without_a_title_begins_a_task_too():
    header = ["序号", "反馈问题", "责任单位"]

    found = rows(header, ["1", "甲", "临江县"], [None, None, "东海县"], [None, "乙", "东海县"])

    assert [row.values.get("issue_text") for row in found] == ["甲", "乙"]


def test_examples_and_rows_that_only_merged_cells_reach_are_left_out():
    header = ["序号", "整改任务", "责任单位"]
    lines = [
        ["示例", "甲", "乙"],
        ["1", "任务", "临江县"],
        [None, None, None],
        ["2", "另一", "东海县"],
    ]
    found = read(header, *lines, merged=("B3:B4", "C3:C4"))
    table = found.tables[0]

    assert [line.kind for line in layouts.left_out(table, found.suggested)][:2] == [
        "header",
        "example",
    ]
    assert [row.values["number"] for row in layouts.rows(found, found.suggested)] == ["1", "2"]


def test_parts_of_a_merged_text_are_told_once():
    header = ["序号", "整改任务", "配合单位", "责任单位", "责任单位"]
    found = read(header, ["1", "任务", "同", "甲县", "甲县"])
    choice = layouts.Choice(columns={1: "number", 2: "title", 4: "units", 5: "units"}, table=0)

    [row] = layouts.rows(found, choice)

    assert row.values["units"] == "甲县"
    assert row.how == {}
    assert row.parts["units"] == [("D2", "甲县"), ("E2", "甲县")]


def test_numbers_and_days_that_cannot_be_read_stay_as_they_are():
    header = ["序号", "整改任务", "整改时限", "实际完成时间"]

    row, *_others = rows(
        header, ["甲-1", "任务", 45291.0, "2023年12月"], ["2", "任务二", "长期坚持", None]
    )

    assert row.values["number"] == "甲-1"
    assert row.values["deadline_text"] == "2023年12月31日"
    assert row.values["completed_on"] == "2023年12月"
    assert row.doubts["completed_on"].readings == (date(2023, 12, 31),)
    assert "number" not in row.printed


def test_a_day_lends_its_year_from_the_title_as_a_doubt_only():
    book = Workbook()
    book.active.append(["2023年整改任务"])
    book.active.append(["序号", "整改任务", "实际完成时间", "销号时间"])
    book.active.append(["1", "任务", "11月10日", 99999])
    found = layouts.read(BytesIO(saved(book)), "x.xlsx")

    [row] = layouts.rows(found, found.suggested)

    assert row.doubts["completed_on"].readings == (date(2023, 11, 10),)
    assert row.doubts["closed_on"].readings == ()
    assert "closed_on" not in row.printed


def test_when_the_time_is_up_the_reader_says_so():
    with pytest.raises(xlsx.Unreadable, match="too long"):
        Reader(deadline=0.0).means(["序号"])
    assert Reader().means(["", ""]) == {}
