"""From the page of forms to the workbook; and ticked rows of a list, without JavaScript."""

from io import BytesIO

from openpyxl import load_workbook


def workbook_of(download):
    return load_workbook(BytesIO(download.value.path().read_bytes()))


def test_a_form_is_chosen_looked_at_and_downloaded(visit):
    page = visit("office")
    page.goto("/workbooks/?batch=2022s2&asof=2023-10-31")
    page.click("nav.views a:has-text('统计调度汇总表')")

    total = page.inner_text(".form-look tr.strong").split("\t")
    assert total[:3] == ["合计", "43", "32"]

    with page.expect_download() as download:
        page.click(".phead a.btn-p")
    assert download.value.suggested_filename == "统计调度汇总表_2022s2_截至20231031_全部.xlsx"
    sheet = workbook_of(download).active
    [row] = [row for row in sheet.iter_rows(values_only=True) if row[0] == "合计"]
    assert row[1:3] == (43, 32)


def test_ticked_rows_are_exported_without_javascript(visit):
    page = visit("office", java_script_enabled=False)
    page.goto("/tasks/?batch=2022s2&asof=2023-10-31&sort=number")
    for place in (0, 2):
        page.check(f"input[name=pick] >> nth={place}")
    page.select_option("#picked-form", "ledger")

    with page.expect_download() as download:
        page.click("#picked button")

    assert download.value.suggested_filename == "整改台账_2022s2_截至20231031_所选.xlsx"
    sheet = workbook_of(download).active
    numbers = [cell.value for cell in sheet["E"][3:] if cell.value]
    assert numbers == ["第一项", "第三项"]


def test_how_many_rows_are_ticked_is_told(visit):
    page = visit("office")
    page.goto("/tasks/?batch=2022s2&asof=2023-10-31")
    assert page.locator("#picked").is_hidden()

    page.check("[data-select-all]")

    assert page.inner_text("[data-picked]") == "43"
    assert page.locator("#picked").is_visible()
