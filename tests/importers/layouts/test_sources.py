"""Other doors than an .xlsx file, and what is said of what was found there."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook

from tests.importers.layouts.hostile import document, saved
from tests.importers.layouts.lists import FILES, LAYOUTS
from tracker import xlsx
from tracker.forms.task_rows import TaskRowForm
from tracker.importers import layouts
from tracker.importers.layouts.pasted import MAX_PASTED
from tracker.importers.layouts.texts import as_text, day_of_serial
from tracker.importers.template import template
from tracker.xlsx import old_child

HEADER = ["序号", "整改任务", "责任单位", "整改时限"]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def book_of(*rows, header=HEADER):
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    return book


def read(book, name="x.xlsx"):
    return layouts.read(BytesIO(saved(book)), name)


def values(found, **changed):
    return [row.values for row in rows_of(found, **changed)]


def rows_of(found, **changed):
    suggested = found.suggested
    choice = layouts.Choice(
        columns=changed.get("columns", suggested.columns),
        table=changed.get("table", suggested.table),
        with_hidden_rows=changed.get("with_hidden_rows", True),
    )
    return list(layouts.rows(found, choice))


TSV = (
    "序号\t整改任务\t责任单位\t整改时限\r\n"
    '1\t"完成\n整治"\t临江县\t2023年底前\r\n'
    '2\t"四水"治理\t"甲""乙"\t#####\r\n'
)
EXCEL = """Version:1.0
StartHTML:0000000105
<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td {color:red}</style></head>
<body><table border=0 cellpadding=0><!--StartFragment--><col width=72><tr height=20>
<td rowspan=2>序号</td><td rowspan=2 class=xl65>反馈<br>问题</td><td rowspan=2>整改任务</td>
<td colspan=2>责任单位</td><td rowspan=2>整改时限</td></tr>
<tr><td>牵头单位</td><td>配合单位</td></tr>
<tr><td align=right x:num="1">1</td><td rowspan="2">河道水质
  不稳定</td><td><p>完成</p><p>整治</p></td><td>临江县</td><td></td>
<td x:num="45291">#######</td></tr>
<tr style='display:none'><td>2</td><td>建立<span style='display:none'>旧</span>机制</td>
<td>东海县</td>
<td>市水利局</td><td>2023年底前</td></tr><!--EndFragment--></table></body></html>"""


def test_a_table_pasted_from_excel_keeps_its_merged_cells():
    found = layouts.read_paste("", EXCEL)

    assert values(found) == [
        {
            "number": "1",
            "issue_text": "河道水质不稳定",
            "title": "完成整治",
            "units": "临江县",
            "deadline_text": "2023年12月31日",
        },
        {
            "number": "2",
            "issue_text": "河道水质不稳定",
            "title": "建立机制",
            "units": "东海县",
            "supporting_units": "市水利局",
            "deadline_text": "2023年底前",
        },
    ]
    first, second = rows_of(found)
    assert (first.is_hidden, second.is_hidden) == (False, True)
    assert second.filled == {"issue_text"}
    assert "hidden" in found.warnings[0]
    assert len(values(found, with_hidden_rows=False)) == 1


def test_a_table_pasted_as_text_keeps_its_lines_and_quotation_marks():
    found = layouts.read_paste(TSV)
    first, second = rows_of(found)

    assert first.values["title"] == "完成整治"
    assert second.values == {
        "number": "2",
        "title": '"四水"治理',
        "units": '甲"乙',
    }
    assert "too narrow" in second.flaws["deadline_text"].remedy
    assert found.kind == "paste"
    assert "merged" in found.warnings[0]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一段文字", ""),
        ("", "<table></table>"),
        ("", "<table"),
        ("a\tb", ""),
        ("\t" * MAX_PASTED + "x", ""),
        ("", "<table>" + "<tr><td>甲" * 20_000),
        ("", "<table><tr><td colspan=99999999>甲</table>"),
        ("", "<table><tr>" + "<td>甲" * 300),
        ("", "<div>" * 5000 + "<table>"),
    ],
)
def test_what_is_no_table_is_refused_in_words(text, html):
    with pytest.raises(xlsx.Unreadable):
        layouts.read_paste(text, html)


def test_tables_within_a_pasted_page_are_text_of_their_cells():
    html = (
        "<table><tr><th>序号<th>整改任务<th>整改时限<tr><td>1<td><script>x</script>"
        "<table><tr><td>甲<td>乙</table><td>长期坚持</table>"
    )

    assert values(layouts.read_paste("", html)) == [
        {"number": "1", "title": "甲 乙", "deadline_text": "长期坚持"}
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_a_csv_is_read_in_the_encodings_offices_save(encoding, sign):
    text = "\r\n".join([sign.join(HEADER), sign.join(["1", '"甲\n乙"', "临江县", "2023/12/31"])])

    found = layouts.read(BytesIO(text.encode(encoding)), "清单.CSV")

    assert values(found) == [
        {"number": "1", "title": "甲乙", "units": "临江县", "deadline_text": "2023/12/31"}
    ]
    assert "was read as" in found.warnings[0]


def test_a_csv_that_is_no_table_is_refused():
    with pytest.raises(xlsx.Unreadable, match="not a table"):
        layouts.read(BytesIO(b'"' + b"a" * 200_000), "x.csv")
    with pytest.raises(xlsx.Unreadable, match="10 MB"):
        layouts.read(BytesIO(b"a" * (xlsx.MAX_BYTES + 1)), "x.csv")


def test_an_old_workbook_says_what_it_loses_and_does_not_guess_days():
    found = layouts.read(BytesIO((FILES / "months.xls").read_bytes()), "x.xls")
    first, second = rows_of(found)

    assert "does not tell" in found.warnings[0]
    assert first.doubts["deadline_text"].readings == (date(2023, 12, 1), date(2023, 12, 31))
    assert first.doubts["completed_on"].readings == (date(2023, 11, 1), date(2023, 11, 30))
    assert "或" in first.values["deadline_text"]
    assert second.doubts == {}
    assert second.values["completed_on"] == "2023-11-30"


def test_the_child_that_reads_old_workbooks_keeps_its_limits():
    content = (FILES / "libreoffice.xls").read_bytes()

    [sheet] = old_child.answer(content, 1000)
    assert sheet["cells"][0][:2] == (1, 1)
    with pytest.raises(MemoryError):
        old_child.answer(content, 10)


def test_what_the_rows_stand_for_is_told_row_by_row():
    layout = LAYOUTS["printed page by page"]()
    found = layouts.read(BytesIO(layout.content), layout.name)

    left = layouts.left_out(found.tables[0], found.suggested)

    assert [line.kind for line in left] == [
        "title",
        "header",
        "numbers",
        "total",
        "note",
        "title",
        "header",
        "numbers",
        "total",
        "note",
    ]
    layout = LAYOUTS["blanks and sections"]()
    found = layouts.read(BytesIO(layout.content), layout.name)
    left = layouts.left_out(found.tables[0], found.suggested)
    assert [line.kind for line in left] == ["header", "section", "section", "total", "blank"]
    assert {row.section for row in rows_of(found)} == {"一、水环境方面", "二、大气和固废方面"}
    assert [row.how for row in rows_of(found)][1] == {
        "issue_number": "blank",
        "issue_text": "blank",
    }


def test_sheets_of_the_same_layout_are_named_and_not_read():
    book = book_of([1, "甲", "临江县", "长期坚持"])
    other = book.create_sheet("十月")
    for row in (HEADER, [1, "乙", "临江县", "长期坚持"]):
        other.append(row)

    found = read(book)

    assert "十月" in found.warnings[0]
    assert [line["title"] for line in values(found)] == ["甲"]
    assert [line["title"] for line in values(found, table=1)] == ["乙"]


def test_months_and_years_in_headers_do_not_make_another_layout():
    october = read(book_of([1, "甲", "临江县", "长期坚持", "x"], header=[*HEADER, "10月进展"]))
    november = read(book_of([1, "甲", "临江县", "长期坚持", "x"], header=[*HEADER, "11月进展"]))
    other = read(book_of([1, "甲", "临江县", "长期坚持", "x"], header=[*HEADER, "责任人"]))

    assert october.tables[0].fingerprint == november.tables[0].fingerprint
    assert october.tables[0].fingerprint != other.tables[0].fingerprint


def test_a_list_whose_header_nobody_knows_is_mapped_by_hand():
    found = read(
        book_of(["1", "整治河道", "临江县", "长期坚持"], header=["甲项", "乙项", "丙项", "丁项"])
    )

    assert found.suggested.columns == {}
    assert "No header" in found.warnings[0]
    columns = {1: "number", 2: "title", 3: "units", 4: "deadline_text"}
    assert values(found, columns=columns) == [
        {"number": "1", "title": "整治河道", "units": "临江县", "deadline_text": "长期坚持"}
    ]


def test_a_list_without_a_header_is_all_rows():
    book = Workbook()
    book.active.append([1, "整治河道", "临江县", "长期坚持"])
    book.active.append([2, "清理垃圾", "东海县", "长期坚持"])

    found = read(book)

    assert found.tables[0].header_rows == ()
    assert len(values(found, columns={1: "number", 2: "title", 3: "units"})) == 2
    assert found.tables[0].preview(1) == [(1, ["1", "整治河道", "临江县", "长期坚持"])]


def test_flaws_and_days_in_place_of_numbers_are_said():
    book = book_of([date(2023, 1, 3), "甲", "临江县", "=1+1"], ["2", "乙", "临江县", "长期坚持"])

    first, second = rows_of(read(book))

    assert "took this number for a day" in first.flaws["number"].remedy
    assert "formula" in first.flaws["deadline_text"].remedy
    assert first.cells["deadline_text"] == "D2"
    assert second.flaws == {}


def test_deadlines_that_differ_within_a_task_are_kept_side_by_side():
    book = book_of(
        [1, "甲", "临江县", "2023年底前"],
        [None, None, "东海县", "2024年底前"],
        ["5", None, None, None],
        [None, None, None, None, "落款"],
        ["一", "大气方面"],
        [3, "丙", "同上", "长期坚持"],
    )

    first, second = rows_of(read(book))

    assert first.values["units"] == "临江县\n东海县"
    assert first.values["deadline_text"] == "2023年底前；2024年底前"
    assert first.parts["units"] == [("C2", "临江县"), ("C3", "东海县")]
    assert (first.row, first.last_row) == (2, 3)
    assert second.section == "一 大气方面"
    assert (second.values["units"], second.how["units"]) == ("东海县", "ditto")


def test_where_issues_are_merged_a_blank_is_a_gap_and_is_not_filled():
    book = book_of(
        ["问题一", 1, "甲", "临江县"],
        [None, 2, "乙", "临江县"],
        [None, 3, "丙", "临江县"],
        header=["反馈问题", "序号", "整改任务", "责任单位"],
    )
    book.active.merge_cells("A2:A3")

    assert [row.values.get("issue_text") for row in rows_of(read(book))] == [
        "问题一",
        "问题一",
        None,
    ]


def test_the_products_own_template_is_known_in_every_language(db):
    for language in ("zh-hans", "en"):
        with translation.override(language), template([{"number": "19", "title": "甲"}]) as file:
            found = layouts.read(file, "x.xlsx")

        assert set(found.suggested.columns.values()) == set(TaskRowForm.base_fields)
        assert values(found) == [{"number": "19", "title": "甲"}]


def test_tables_that_word_marks_as_changed_are_read_as_they_stand():
    def cell(inside):
        return f"<w:tc><w:p>{inside}</w:p></w:tc>"

    def run(text):
        return f"<w:r><w:t>{text}</w:t></w:r>"

    head = "".join(cell(run(text)) for text in HEADER)
    body = (
        cell(run("1"))
        + cell(
            run("完成") + f"<w:moveFrom>{run('旧')}</w:moveFrom><w:ins>{run('新')}</w:ins>"
            "<w:r><w:tab/><w:br/></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        )
        + f"<w:tc><w:p>{run('临江县')}</w:p>"
        + f"<w:tbl><w:tr>{cell(run('东海县'))}</w:tr></w:tbl><w:p/></w:tc>"
        + cell(run("长期坚持"))
    )
    late = f"<w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell(run('乙'))}"
    content = document(
        f"<w:p>{run('前言')}</w:p><w:tbl><w:tr>{head}</w:tr><w:tr>{body}</w:tr><w:tr>{late}</w:tr></w:tbl>"
    )

    found = layouts.read(BytesIO(content), "方案.docx")

    first, second = values(found)
    assert first == {
        "number": "1",
        "title": "完成新",
        "units": "临江县\n东海县",
        "deadline_text": "长期坚持",
    }
    assert second == {"title": "乙"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "是"),
        (False, "否"),
        (1.5, "1.5"),
        (xlsx.ShownYear(2023, 1, 1), "2023年"),
        (xlsx.ShownDay(2023, 12, 31), "2023年12月31日"),
        ("\ufeff 甲\r\n\u3000乙 ", "甲\n乙"),
    ],
)
def test_a_value_is_told_in_words(value, text):
    assert as_text(value) == text


def test_a_serial_is_a_day_of_this_century_or_none():
    assert day_of_serial(45291, False) == date(2023, 12, 31)
    assert day_of_serial(43829, True) == date(2023, 12, 31)
    assert day_of_serial(2023, False) is None
    assert day_of_serial(20231231, False) is None
