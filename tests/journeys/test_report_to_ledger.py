"""The main job: a unit reports, the office sees it and sends the ledger on."""

from io import BytesIO

from openpyxl import load_workbook
from PIL import Image


def photo():
    picture = BytesIO()
    Image.new("RGB", (320, 200), "#7d9aa5").save(picture, "JPEG")
    return {"name": "现场照片.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


SAID = "已完成管网清淤 3.6 公里，复核照片随报告上传，计划下月初组织验收"


def open_task_of(page):
    """The code of the first task that the person's unit still works on."""
    page.goto("/tasks/?batch=2024c3&status=open")
    return page.get_attribute("table.tb tbody a.t", "href").split("?")[0].strip("/").split("/")[-1]


def test_an_editors_report_is_seen_by_the_office_and_goes_out_in_the_ledger(visit):
    editor = visit("editor")
    code = open_task_of(editor)
    editor.goto(f"/tasks/{code}/")
    editor.click(f"a[href^='/tasks/{code}/reports/new/']:visible >> nth=0")
    editor.fill("[name=text]", SAID)
    editor.fill("[name=percent]", "97")
    editor.set_input_files("input[type=file] >> nth=0", photo())
    editor.click("button[name=then][value=send]")
    editor.wait_for_url(f"**/tasks/{code}/")
    assert SAID in editor.inner_text("main")
    assert "现场照片.jpg" in editor.inner_text("main")

    office = visit("office")
    office.goto("/?batch=2024c3")
    office.goto(f"/tasks/{code}/")
    assert SAID in office.inner_text("main")
    office.goto("/tasks/?batch=2024c3")
    assert SAID in office.inner_text("main")
    with office.expect_download() as download:
        office.click("summary:has-text('Excel')")
        office.click("a[href$='form=ledger']:visible")
    assert download.value.suggested_filename.startswith("整改台账_2024c3_截至")
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(SAID in cell for cell in cells)


def test_a_report_works_without_javascript(visit):
    page = visit("editor", java_script_enabled=False)
    code = open_task_of(page)
    page.goto(f"/tasks/{code}/reports/new/")
    page.fill("[name=text]", "短")
    page.fill("[name=percent]", "97")
    page.click("button[name=then][value=send]")
    assert page.input_value("[name=text]") == "短"
    assert page.title().startswith("出错：")
    page.fill("[name=text]", SAID)
    page.click("button[name=then][value=send]")
    assert SAID in page.inner_text("main")
