"""The monthly call: opened, sent out as workbooks, brought back, mended, and one form of it all."""

import zipfile
from io import BytesIO

from openpyxl import load_workbook

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAID = "本月完成管网清淤 3.6 公里，复核照片已归档，下月初组织阶段验收"


def columns_of(sheet):
    """The header's last row, and the column of each header."""
    for row in range(1, 8):
        found = {
            sheet.cell(r, column).value: column
            for r in (row - 1, row)
            if r
            for column in range(1, sheet.max_column + 1)
            if sheet.cell(r, column).value
        }
        if "本月进展" in found and "比例（%）" in found:
            return row, found
    raise AssertionError("no header")


def filled_in(content, **values):
    """A prepared workbook with the same said of each of its tasks."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    top, columns = columns_of(sheet)
    for row in range(top + 1, sheet.max_row + 1):
        if sheet.cell(row, columns["整改任务"]).value:
            for header, value in values.items():
                sheet.cell(row, columns[header]).value = value
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def dropped(page, **files):
    page.set_input_files(
        "[name=workbooks]",
        [
            {"name": f"{name}.xlsx", "mimeType": BOOK, "buffer": content}
            for name, content in files.items()
        ],
    )
    page.click("main form.form button.btn-p")
    page.wait_for_selector("#h-waiting")


def test_a_monthly_call_from_opening_to_the_merged_form(visit, axe):
    office = visit("office")
    office.goto("/?batch=2024c3")
    office.goto("/rounds/new/")
    office.click("main form button.btn-p")
    office.wait_for_selector("#h-units")
    assert "各单位填报情况" in office.inner_text("main")

    with office.expect_download() as download:
        office.click("main a[href^='/rounds/'][href$='/workbooks/']:visible")
    assert download.value.suggested_filename.endswith(".zip")
    with zipfile.ZipFile(BytesIO(download.value.path().read_bytes())) as archive:
        books = {name: archive.read(name) for name in archive.namelist()}
    names = sorted(books)
    first, second = (books[name] for name in names[:2])
    good = {
        "本月进展": SAID,
        "比例（%）": "97%",
        "是否达到序时进度": "是",
        "联系电话": "13812345678",
    }

    office.click("a[href$='/files/']:visible")
    dropped(
        office,
        甲=filled_in(first, **good),
        乙=filled_in(second, **{**good, "比例（%）": "150%", "是否达到序时进度": "否"}),
    )
    text = office.inner_text("main")
    assert "比例填 0 至 100 的整数" in text
    assert "须写明未达原因" in text
    assert axe.run(office).violations_count == 0
    assert office.locator("input[name=file]").count() == 1

    mended = {
        **good,
        "是否达到序时进度": "否",
        "未达原因": "连续降雨",
        "下步措施及时间": "12月底前完工",
    }
    dropped(office, 乙=filled_in(second, **mended))
    assert office.locator("input[name=file]").count() == 2
    assert "已由" in office.inner_text("main")
    office.click("main form[action$='/confirm/'] button.btn-p")
    office.wait_for_selector(".msg.success")
    assert "已录入 2 条进展" in office.inner_text(".msgs")

    office.click(".crumb a[href^='/rounds/'] >> nth=1")
    office.wait_for_selector("#h-units")
    assert "已报齐" in office.inner_text("main")
    assert axe.run(office).violations_count == 0
    with office.expect_download() as download:
        office.click("a[href*='/form/']:visible")
    assert download.value.suggested_filename.startswith("月调度表_2024c3_")
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    sheet = book.worksheets[0]
    assert "整改工作月调度表（" in sheet.cell(1, 1).value
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    top, columns = columns_of(sheet)
    said = [sheet.cell(row, columns["本月进展"]).value for row in range(top + 1, sheet.max_row + 1)]
    assert said.count(SAID) == 2
    assert "（未填报）" in said
    reasons = [sheet.cell(row, columns["未达原因"]).value for row in range(top + 1, top + 20)]
    assert "连续降雨" in reasons
