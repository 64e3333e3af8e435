"""What is written is found again: by openpyxl, by the parts themselves, and by the reader."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from tracker import xlsx
from tracker.xlsx.text import escaped, pieces, unescaped

AWKWARD = [
    "=1+1",
    "+86 513",
    "-5",
    "@cmd",
    "\t制表",
    "\n换行",
    "＝SUM(A1)",
    "－1",
    "＋1",
    "＠x",
    "#REF!",
    "_x0041_",
    "<b>&amp;</b>",
    " 前后有空格 ",
    "https://example.org",
    "第一行\n第二行",
    "𠮷野家",
]


def written(rows, **options):
    """The bytes of a workbook with one sheet, whose rows are sequences of values."""
    rows = [row if isinstance(row, tuple) else (row,) for row in rows]
    columns = options.pop("columns", None) or [
        xlsx.Column(header=f"列{number}", value=lambda row, number=number: row[number])
        for number in range(len(rows[0]))
    ]
    file = BytesIO()
    xlsx.write([xlsx.Sheet(name="表", columns=columns, rows=rows, **options)], file)
    return file.getvalue()


def part(content, name="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


def opened(content):
    return load_workbook(BytesIO(content))["表"]


def read(content):
    [table] = xlsx.open_rows(BytesIO(content))
    return table.rows


@pytest.mark.parametrize("text", AWKWARD)
def test_text_stays_text_whatever_it_begins_with(text):
    content = written([text])

    assert read(content)[2][1] == text
    assert opened(content)["A2"].data_type == "s"
    sheet = part(content)
    assert "<f>" not in sheet
    assert 't="e"' not in sheet
    assert "hyperlink" not in sheet


@pytest.mark.parametrize("text", AWKWARD)
def test_what_looks_like_a_formula_is_marked_as_text_for_the_spreadsheet_program(text):
    content = written([text])

    looks_like_formula = text[0] in "=+-@\t\n＝＋－＠"
    assert bool(opened(content)["A2"].quotePrefix) == looks_like_formula


def test_characters_that_xml_cannot_hold_are_shown_in_another_way():
    content = written(["甲\x00乙\x1b丙\ud800丁\uffff"])

    assert opened(content)["A2"].value == "甲␀乙␛丙\ufffd丁\ufffd"


def test_text_longer_than_a_cell_goes_on_in_the_cell_below():
    text = "".join(chr(0x4E00 + number % 20_000) for number in range(70_000))

    rows = read(written([(1, text), (2, "短")]))

    cells = [rows[number].get(2, "") for number in sorted(rows) if number > 1]
    assert "".join(cells[:-1]) == text
    assert max(len(cell) for cell in cells) <= xlsx.MAX_TEXT
    assert cells[-1] == "短"


def test_a_row_too_tall_for_the_sheet_is_spread_and_merged_instead_of_cut():
    sheet = opened(written([(1, "长" * 1000), (2, "短")]))

    assert {str(found) for found in sheet.merged_cells.ranges} == {"A2:A9", "B2:B9"}
    heights = [sheet.row_dimensions[row].height for row in range(2, 10)]
    assert max(heights) <= 409
    assert sum(heights) > 1000 * 2 / 12 * 13
    assert sheet["A10"].value == 2


def test_cells_are_merged_over_rows_with_the_same_key():
    columns = [
        xlsx.Column(header="问题", value=lambda row: row[0], level=0),
        xlsx.Column(header="任务", value=lambda row: row[1]),
    ]

    content = written([("甲", 1), ("甲", 2), ("乙", 3)], columns=columns, keys=[lambda row: row[0]])

    assert [str(found) for found in opened(content).merged_cells.ranges] == ["A2:A3"]
    assert [row[1] for row in read(content).values()] == ["问题", "甲", "甲", "乙"]


def test_a_merged_cell_is_given_the_height_its_text_needs():
    columns = [
        xlsx.Column(header="问题", value=lambda row: row[0], level=0, width=20),
        xlsx.Column(header="任务", value=lambda row: row[1]),
    ]

    sheet = opened(
        written([("长" * 300, 1), ("长" * 300, 2)], columns=columns, keys=[lambda row: row[0]])
    )

    heights = [sheet.row_dimensions[row].height for row in range(2, sheet.max_row + 1)]
    assert sum(heights) > 300 * 2 / 20 * 13


def test_days_and_numbers_are_real_ones():
    moment = datetime(2023, 10, 31, 8, 30)  # noqa: DTZ001 - a workbook has no zones
    content = written([(date(2023, 10, 31), 19, 88.5, moment, None)])

    cells = [cell.value for cell in opened(content)[2]]
    assert cells == [datetime(2023, 10, 31), 19, 88.5, moment, None]  # noqa: DTZ001 - as above
    assert opened(content)["A2"].is_date
    assert read(content)[2] == {1: date(2023, 10, 31), 2: 19, 3: 88.5, 4: moment}


def test_a_form_is_laid_out_for_paper():
    content = written(
        [("甲", 1)], title="台账", notes=["左", "中", "右"], signature="填报人", footer="某&某"
    )
    sheet = opened(content)

    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 8
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "A4"
    assert "&P" in sheet.oddFooter.center.text
    assert "&N" in sheet.oddFooter.center.text
    assert sheet.oddFooter.left.text == "某&&某"
    assert "A1:B1" in {str(found) for found in sheet.merged_cells.ranges}
    assert sheet["A6"].value == "填报人"


def test_cells_of_a_column_share_their_style():
    sheet = opened(written([(f"行{number}", number) for number in range(200)]))

    assert len({cell.style_id for row in sheet["A2:B201"] for cell in row}) == 1


def test_a_failure_while_writing_leaves_no_open_sheet():
    def rows():
        yield ("甲",)
        raise RuntimeError("the source is gone")

    column = xlsx.Column(header="列", value=lambda row: row[0])
    sheet = xlsx.Sheet(name="表", columns=[column], rows=rows())
    with pytest.raises(RuntimeError, match="the source is gone"):
        xlsx.write([sheet], BytesIO())


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_found_again(text):
    shown = text.translate(
        {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"}
        | {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
    )

    assert read(written([("甲", text)]))[2].get(2, "") == shown


@given(st.text(st.sampled_from("_x04DF甲"), max_size=80))
def test_a_text_that_looks_like_an_escape_is_itself(text):
    assert unescaped(escaped(text)) == text


def test_pieces_never_grow_beyond_a_cell():
    text = "_x0041_" * 9000

    found = pieces(text)

    assert all(len(piece) <= xlsx.MAX_TEXT for piece in found)
    assert "".join(unescaped(piece) for piece in found) == text


@pytest.fixture
def book():
    """A workbook as openpyxl writes it, and the bytes of it once it is done."""
    made = Workbook()

    def content():
        file = BytesIO()
        made.save(file)
        return file.getvalue()

    return made.active, content


def test_formulas_without_a_result_and_errors_are_named(book):
    sheet, content = book
    sheet.append(["=1+1", "好", "#REF!"])
    sheet["C1"].data_type = "e"

    cells = read(content())[1]

    assert isinstance(cells[1], xlsx.Flaw)
    assert cells[2] == "好"
    assert isinstance(cells[3], xlsx.Flaw)
    assert cells[3].shown == "#REF!"


def test_chinese_date_formats_and_the_date_system_of_1904_are_understood(book):
    sheet, content = book
    sheet.parent.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - a workbook has no zones
    sheet["A1"] = date(2023, 10, 31)
    sheet["A1"].number_format = 'yyyy"年"m"月"d"日"'

    assert read(content())[1][1] == date(2023, 10, 31)


def test_merged_values_stand_in_each_row_that_holds_anything(book):
    sheet, content = book
    for row in (["甲", 1], [None, 2], [None, None], [None, 3]):
        sheet.append(row)
    sheet.merge_cells("A1:A4")

    assert {row: cells[1] for row, cells in read(content()).items()} == {
        1: "甲",
        2: "甲",
        4: "甲",
    }


def test_hidden_sheets_are_told_apart_and_comments_do_no_harm(book):
    sheet, content = book
    sheet["A1"] = "甲"
    sheet["A1"].comment = Comment("批注", "某人")
    other = sheet.parent.create_sheet("藏")
    other.sheet_state = "hidden"

    assert [table.is_hidden for table in xlsx.open_rows(BytesIO(content()))] == [False, True]


def test_a_cell_with_more_text_than_a_cell_can_hold_is_named(book):
    filled, content = book
    filled["A1"] = "long"
    with zipfile.ZipFile(BytesIO(content())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode().replace("long", "甲" * 40_000)
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)

    assert isinstance(read(file.getvalue())[1][1], xlsx.Flaw)
