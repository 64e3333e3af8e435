"""What is joined as text reads back as what openpyxl itself would have written."""

import re
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, Side
from python_calamine import CalamineWorkbook

from tracker import xlsx
from tracker.xlsx import layout

BOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
DAY_ONE = date(1900, 3, 1)

AWKWARD = "甲乙 \t\n\r_x04D=+-@＝＋－＠&<>\"'\x00\x0b\x1b\x7f\x85\u2028\u3000\ud800\ufffe𠮷😀é"
TEXTS = st.text(st.sampled_from(AWKWARD), max_size=12) | st.text(max_size=12)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.dates(DAY_ONE),
    st.datetimes(datetime(1900, 3, 1)),  # noqa: DTZ001 - a workbook has no zones
    st.times(),
)
FORMATS = st.sampled_from(["General", "0.00", "@"])


def written(rows, columns=None, **options):
    """The bytes of a workbook with one sheet, whose rows are sequences of values."""
    file = BytesIO()
    columns = columns or columns_of(len(rows[0]))
    xlsx.write([xlsx.Sheet(name="表", columns=columns, rows=rows, **options)], file)
    return file.getvalue()


def columns_of(count, **options):
    return [
        xlsx.Column(header=f"列{number}", value=lambda row, at=number: row[at], **options)
        for number in range(count)
    ]


def opened(content):
    return load_workbook(BytesIO(content)).worksheets[0]


def part(content, name=SHEET):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


def shown(text):
    """What is written in place of a text that XML cannot hold."""
    codes = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"}
    text = text.translate(codes | {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD})
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def written_as(text):
    """A text with what looks like an escape escaped."""
    return re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", shown(text))


def by_openpyxl(rows, number_format):
    """The same cells, each made and styled by openpyxl."""
    sheet = Workbook().active
    thin = Side(style="thin", color="FF7F7F7F")
    for number, row in enumerate(rows, start=2):
        for at, value in enumerate(row, start=1):
            cell = sheet.cell(number, at)
            cell.value = written_as(value) if isinstance(value, str) else value
            if isinstance(value, str) and value:
                cell.data_type = "s"
                cell.quotePrefix = value[0] in "=+-@\t\r\n＝＋－＠"
            cell.font = Font(name="仿宋", size=10.5)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
            if number_format != "General":
                cell.number_format = number_format
    file = BytesIO()
    sheet.parent.save(file)
    return opened(file.getvalue())


def facts(cell):
    return {
        "value": cell.value,
        "kind": cell.data_type if cell.value is not None else None,
        "number_format": cell.number_format,
        "font": repr(cell.font),
        "border": repr(cell.border),
        "alignment": repr(cell.alignment),
        "fill": repr(cell.fill),
        "protection": repr(cell.protection),
        "is_quoted": bool(cell.quotePrefix),
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=4), FORMATS)
@example([("=1+1", " 空格 ", "_x000D_")], "General")
@example([("a\rb", "\ud83d", "<&>")], "General")
@example([(datetime(2023, 10, 31, 8, 30), time(8, 30), 1e300)], "General")  # noqa: DTZ001
@example([(Decimal("0.7442"), 10**15, -(10**16) - 1)], "0.00")
def test_every_cell_is_what_openpyxl_would_have_written(rows, number_format):
    ours = opened(written(rows, columns_of(3, number_format=number_format)))
    theirs = by_openpyxl(rows, number_format)

    assert ours.max_row == theirs.max_row
    for number in range(2, ours.max_row + 1):
        for at in range(1, 4):
            assert facts(ours.cell(number, at)) == facts(theirs.cell(number, at))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(-(10**9), 10**9)), min_size=1, max_size=4))
def test_another_reader_finds_the_same_text(rows):
    [_header, *found] = (
        CalamineWorkbook.from_filelike(BytesIO(written(rows)))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )

    def plain(text):
        return re.sub(r"\s|_x005F", "", text)

    assert [(plain(text), number) for text, number in found] == [
        (plain(shown(text)), number) for text, number in rows
    ]


def test_a_moment_is_written_without_its_zone_and_a_lazy_text_as_text():
    content = written([(datetime(2023, 10, 31, 8, 30, tzinfo=UTC), gettext_lazy("Column"))])

    sheet = opened(content)
    assert sheet["A2"].value == datetime(2023, 10, 31, 8, 30)  # noqa: DTZ001 - as written
    assert sheet["A2"].number_format == "yyyy-mm-dd h:mm:ss"
    assert sheet["B2"].value == str(gettext_lazy("Column"))
    assert sheet["B2"].data_type == "s"


def test_what_follows_the_rows_stands_in_the_order_that_spreadsheet_programs_ask_for():
    columns = [
        xlsx.Column(header="甲", value=lambda row: row[0], level=0, choices="$Z$1:$Z$2"),
        xlsx.Column(header="乙", value=lambda row: row[1]),
    ]
    content = written(
        [(1, 2), (1, 3)],
        columns,
        keys=[lambda row: row[0]],
        title="台账",
        has_filter=True,
        protected=True,
    )

    found = re.findall(r"<(\w+)", re.sub(r"<row.*</row>", "", part(content)))
    order = [
        "worksheet",
        "sheetPr",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetProtection",
        "autoFilter",
        "mergeCells",
        "dataValidations",
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",
    ]
    assert [tag for tag in found if tag in order] == order
    merged = r'<mergeCells count="2">(<mergeCell ref="\w+:\w+"/>){2}</mergeCells>'
    assert re.search(merged, part(content))


def test_neighbours_of_one_group_stand_under_one_more_header_cell():
    columns = [
        xlsx.Column(header="地区", value=lambda row: row),
        xlsx.Column(header="达到序时进度", value=lambda row: row, group="推进中"),
        xlsx.Column(header="未达序时进度", value=lambda row: row, group="推进中"),
        xlsx.Column(header="已销号", value=lambda row: row),
    ]

    sheet = opened(written([1, 2], columns, title="统计"))

    assert [cell.value for cell in sheet[2]] == ["地区", "推进中", None, "已销号"]
    assert [cell.value for cell in sheet[3]] == [None, "达到序时进度", "未达序时进度", None]
    merged = {str(found) for found in sheet.merged_cells.ranges}
    assert merged == {"A1:D1", "A2:A3", "B2:C2", "D2:D3"}
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$1:$3"
    assert sheet["A4"].value == 1


def test_the_lower_edge_of_a_header_over_two_rows_is_drawn():
    columns = [
        xlsx.Column(header="地区", value=lambda row: row),
        xlsx.Column(header="达到", value=lambda row: row, group="推进中"),
    ]

    content = part(written([1], columns))

    upper, lower = re.findall(r'<c r="A[12]" s="(\d+)"', content)
    assert upper == lower


def test_filter_arrows_stand_on_the_lower_header_row_over_the_whole_table():
    columns = columns_of(3, group="组")

    content = written([(1, 2, 3)] * 5, columns, title="表", has_filter=True, remarks=["注"])

    assert opened(content).auto_filter.ref == "A3:C8"
    assert "_FilterDatabase" in part(content, BOOK)


def test_a_table_without_rows_can_have_a_filter():
    assert opened(written([], columns_of(2), has_filter=True)).auto_filter.ref == "A1:B1"


def test_columns_may_be_hidden_grey_and_locked():
    columns = [
        xlsx.Column(header="钥", value=lambda row: row, is_hidden=True, is_locked=True),
        xlsx.Column(header="上月", value=lambda row: row, is_grey=True, is_locked=True),
        xlsx.Column(header="本月", value=lambda row: row),
    ]

    sheet = opened(written(["甲"], columns, protected=True))

    assert [sheet.column_dimensions[letter].hidden for letter in "ABC"] == [True, False, False]
    assert [cell.protection.locked for cell in sheet[2]] == [True, True, False]
    assert [cell.fill.fill_type for cell in sheet[2]] == [None, "solid", None]
    assert sheet.protection.sheet
    assert not sheet.protection.sort
    assert not sheet.protection.autoFilter
    assert not sheet.protection.password
    # Below the table, too, what is not locked can be typed into.
    assert not sheet.column_dimensions["C"].protection.locked


def test_without_protection_nothing_of_it_is_written():
    assert "sheetProtection" not in part(written([(1,)], columns_of(1, is_locked=True)))


def test_strong_rows_are_bold_and_others_are_not():
    sheet = opened(written([("甲", 1), ("合计", 2)], strong=lambda row: row[0] == "合计"))

    assert [[cell.font.b for cell in row] for row in sheet["A2:B3"]] == [[False] * 2, [True] * 2]


def test_a_sheet_can_be_out_of_reach():
    file = BytesIO()
    columns = columns_of(1)
    sheets = [
        xlsx.Sheet(name="表", columns=columns, rows=[(1,)]),
        xlsx.Sheet(name="藏", columns=columns, rows=[(2,)], is_hidden=True),
        xlsx.Sheet(name="深藏", columns=columns, rows=[(3,)], is_very_hidden=True),
    ]

    xlsx.write(sheets, file)

    found = load_workbook(file).worksheets
    assert [sheet.sheet_state for sheet in found] == ["visible", "hidden", "veryHidden"]
    assert [sheet["A2"].value for sheet in found] == [1, 2, 3]


def test_remarks_stand_between_the_table_and_the_signature():
    sheet = opened(written([(1, 2)], remarks=["注：一", "长" * 200], signature="填报人"))

    found = [sheet.cell(row, 1).value for row in range(3, 7)]
    assert found == ["注：一", "长" * 200, None, "填报人"]
    assert {"A3:B3", "A4:B4", "A6:B6"} == {str(found) for found in sheet.merged_cells.ranges}
    assert sheet.row_dimensions[4].height > 10 * sheet.row_dimensions[3].height


def test_a_remark_taller_than_a_row_is_given_several():
    sheet = opened(written([(1, 2)], remarks=["长" * 1000], signature="填报人"))

    [tall] = [found for found in sheet.merged_cells.ranges if found.max_row > found.min_row]
    rows = range(tall.min_row, tall.max_row + 1)
    assert max(sheet.row_dimensions[row].height for row in rows) <= 409
    assert sheet.cell(sheet.max_row, 1).value == "填报人"


def test_notes_share_the_width_that_is_seen():
    widths = [5, 40, 5, 5, 5]
    columns = [
        xlsx.Column(header="钥", value=lambda row: row, width=90, is_hidden=True),
        *(xlsx.Column(header="列", value=lambda row: row, width=width) for width in widths),
    ]

    sheet = opened(written([1], columns, notes=["左", "中", "右"]))

    assert [cell.value for cell in sheet[1] if cell.value] == ["左", "中", "右"]
    assert {str(found) for found in sheet.merged_cells.ranges} == {"A1:B1", "D1:F1"}
    assert [sheet[at].alignment.horizontal for at in ("A1", "C1", "D1")] == [
        "left",
        "center",
        "right",
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_no_note_is_lost_in_a_narrow_sheet(count):
    sheet = opened(written([(1, 2)], columns_of(count), notes=["左", "中", "右"]))

    text = " ".join(cell.value for cell in sheet[1] if cell.value)
    assert text.split() == ["左", "中", "右"]


def test_cells_are_merged_level_by_level():
    columns = [
        xlsx.Column(header="问题", value=lambda row: row[0], level=0),
        xlsx.Column(header="任务", value=lambda row: row[1], level=1),
        xlsx.Column(header="措施", value=lambda row: row[2]),
    ]
    rows = [("甲", 1, 1), ("甲", 1, 2), ("甲", 2, 3), ("乙", 2, 4)]

    sheet = opened(written(rows, columns, keys=[lambda row: row[0], lambda row: row[1]]))

    assert {str(found) for found in sheet.merged_cells.ranges} == {"A2:A4", "B2:B3"}
    assert [cell.value for cell in sheet["B"]] == ["任务", 1, None, 2, 2]


def test_a_level_without_a_key_merges_nothing_and_loses_nothing():
    sheet = opened(written([(1, 2), (1, 3)], columns_of(2, level=0)))

    assert not sheet.merged_cells.ranges
    assert [cell.value for cell in sheet["A"]] == ["列0", 1, 1]


def test_a_merged_text_longer_than_a_cell_goes_on_in_the_rows_below():
    text = "".join(chr(0x4E00 + number % 20_000) for number in range(70_000))
    columns = [
        xlsx.Column(header="问题", value=lambda row: row[0], level=0, width=100),
        xlsx.Column(header="任务", value=lambda row: row[1]),
    ]

    content = written([(text, 1), (text, 2)], columns, keys=[lambda row: row[0]])

    sheet = opened(content)
    assert "".join(cell.value or "" for cell in sheet["A"][1:]) == text
    assert [cell.value for cell in sheet["B"] if cell.value] == ["任务", 1, 2]


def test_running_text_has_no_header_and_no_boxes():
    sheet = opened(written([("第一段",)], columns_of(1), title="公示", is_plain=True))

    assert [cell.value for cell in sheet["A"]] == ["公示", "第一段"]
    assert sheet["A2"].border.left.style is None
    assert sheet.freeze_panes is None
    assert sheet.print_title_rows is None


@pytest.mark.parametrize("is_one_page", [False, True])
def test_a_short_table_can_be_kept_on_one_page(is_one_page):
    setup = opened(written([(1,)], is_one_page=is_one_page)).page_setup

    assert (setup.fitToWidth, setup.fitToHeight) == (1, int(is_one_page))


def test_a_flat_table_keeps_a_row_in_one_row_without_losing_text():
    sheet = opened(written([("长" * 2000, 1), ("短", 2)], is_flat=True))

    assert [cell.value for cell in sheet["A"]] == ["列0", "长" * 2000, "短"]
    assert sheet.row_dimensions[2].height <= 409
    assert not sheet.merged_cells.ranges


def test_names_of_sheets_are_made_such_as_programs_take():
    file = BytesIO()
    sheet = xlsx.Sheet(name="'甲/乙[1]:*?\\" + "长" * 40, columns=columns_of(1), rows=[])

    xlsx.write([sheet], file)

    [name] = load_workbook(file).sheetnames
    assert name.startswith("甲-乙-1-")
    assert len(name) == 31


@pytest.mark.parametrize("limit", ["rows", "bytes"])
def test_more_than_a_sheet_can_hold_is_refused_and_leaves_nothing(limit, monkeypatch):
    if limit == "rows":
        monkeypatch.setattr(layout, "LAST_ROW", 10)
    else:
        monkeypatch.setattr("tracker.xlsx.writing.MOST", 1000)
    file = BytesIO(b"before")
    file.seek(0, 2)
    sheet = xlsx.Sheet(name="表", columns=columns_of(1), rows=[(1,)] * 20)

    with pytest.raises(xlsx.TooLarge):
        xlsx.write([sheet], file)

    assert file.getvalue() == b"before"


def test_sheets_are_asked_for_one_after_the_other():
    """What a later sheet tells may be known only when the rows of an earlier one are through."""
    passed = []

    def rows():
        for number in range(3):
            passed.append(number)
            yield (number,)

    def sheets():
        yield xlsx.Sheet(name="表", columns=columns_of(1), rows=rows())
        yield xlsx.Sheet(name="说明", columns=columns_of(1), rows=[(len(passed),)])

    file = BytesIO()
    xlsx.write(sheets(), file)

    assert load_workbook(file)["说明"]["A2"].value == 3


def test_a_workbook_can_be_written_to_what_cannot_be_wound_back():
    response = HttpResponse()

    xlsx.write([xlsx.Sheet(name="表", columns=columns_of(1), rows=[("甲",)])], response)

    assert opened(response.content)["A2"].value == "甲"


def test_a_failure_leaves_nothing_that_opens_even_where_it_cannot_be_taken_back():
    response = HttpResponse()

    def rows():
        yield ("甲",)
        raise RuntimeError("the source is gone")

    with pytest.raises(RuntimeError, match="the source is gone"):
        xlsx.write([xlsx.Sheet(name="表", columns=columns_of(1), rows=rows())], response)

    with pytest.raises(xlsx.Unreadable):
        list(xlsx.open_rows(BytesIO(response.content)))


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_finds_the_same(tmp_path):
    texts = [
        "=1+1",
        "@甲",
        " 空格 ",
        "<&>\"'",
        "𠮷😀",
        "一\n二",
        "#REF!",
        "长" * 900,
        "007",
    ]
    rows = [(text, number, date(2023, 10, 31)) for number, text in enumerate(texts)]
    columns = [
        xlsx.Column(header="文字", value=lambda row: row[0], group="组", width=30),
        xlsx.Column(header="数", value=lambda row: row[1] // 2, group="组", level=0),
        xlsx.Column(header="日", value=lambda row: row[2], number_format="yyyy-mm-dd"),
    ]
    content = written(
        rows,
        columns,
        keys=[lambda row: row[1] // 2],
        title="台账",
        notes=["左", "右"],
        remarks=["注"],
        signature="填报人",
        has_filter=True,
    )
    (tmp_path / "ours.xlsx").write_bytes(content)

    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", tmp_path / "saved", tmp_path / "ours.xlsx"],
        check=True,
        capture_output=True,
        timeout=180,
    )

    ours, saved = opened(content), opened((tmp_path / "saved" / "ours.xlsx").read_bytes())
    for row in ours.iter_rows():
        for cell in row:
            assert saved.cell(cell.row, cell.column).value == cell.value
    assert saved.merged_cells.ranges == ours.merged_cells.ranges
    assert saved.auto_filter.ref == ours.auto_filter.ref
    assert saved.print_title_rows == ours.print_title_rows
