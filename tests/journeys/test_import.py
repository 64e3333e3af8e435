"""The office's own list comes in: columns assigned, errors put right, confirmed, and undone."""

from io import BytesIO

from openpyxl import Workbook, load_workbook

HEADER = ["序号", "问题描述", "整改事项", "整改目标", "整改举措", "责任主体", "办结期限", "备注"]
GOOD = [
    [
        901,
        "河道垃圾清理不及时。",
        "清理河道垃圾",
        "河面无漂浮物",
        "组织打捞",
        "临江区",
        "2027年12月底前",
    ],
    [
        902,
        "扬尘管控不到位。",
        "管控工地扬尘",
        "六个百分百",
        "安装喷淋",
        "临江区",
        "2027年6月30日前",
    ],
    [903, "油烟扰民。", "治理餐饮油烟", "油烟达标", "安装净化器", "临江区", "长期坚持"],
]
FAULTS = {(0, 5): "火星县", (1, 6): "尽快", (2, 0): "第一〇〇项甲"}


def workbook(rows):
    book = Workbook()
    sheet = book.active
    sheet.title = "整改清单"
    sheet.append(["某督察反馈问题整改清单"])
    sheet.append(HEADER)
    for row in rows:
        sheet.append([*row, "无"])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def sent(content, name):
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": name, "mimeType": mime, "buffer": content}


def choose_for_all(page):
    """What holds for all rows: the first of each dictionary."""
    for name in ("source", "medium", "acceptance_unit"):
        page.select_option(f"[name={name}]", index=1)


def test_a_foreign_list_with_three_errors_is_put_right_confirmed_and_undone(visit, axe):
    wrong = [list(row) for row in GOOD]
    for (row, column), value in FAULTS.items():
        wrong[row][column] = value
    page = visit("office")
    page.goto("/imports/")
    page.set_input_files("[name=file]", sent(workbook(wrong), "各县清单.xlsx"))
    page.click("main form button.btn-p")
    page.wait_for_url("**/columns/")
    assert "整改举措" in page.inner_text("main")
    assert axe.run(page).violations_count == 0
    choose_for_all(page)
    page.click("main form button.btn-p")
    page.wait_for_url("**/imports/*/")
    faults = page.locator("table.tb tbody tr")
    assert faults.count() == 3
    assert {row.locator("th").inner_text() for row in faults.all()} == {"F3", "G4", "A5"}
    assert axe.run(page).violations_count == 0

    with page.expect_download() as download:
        page.click("a[href$='/marked/']")
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets[0]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {"F3", "G4", "A5"}

    page.set_input_files("[name=file]", sent(workbook(GOOD), "各县清单.xlsx"))
    with page.expect_navigation():
        page.click("form[action$='/file/'] button.btn-p")
    assert page.locator("table.tb tbody tr").count() == 3
    assert "清理河道垃圾" in page.inner_text("table.tb")
    with page.expect_navigation():
        page.click("form[action$='/confirm/'] button.btn-p")
    address = page.url
    page.goto("/tasks/?q=清理河道垃圾")
    assert page.locator("table.tb tbody tr").count() == 1

    page.goto(address)
    with page.expect_navigation():
        page.click("form[action$='/undo/'] button")
    assert page.locator("form[action$='/undo/']").count() == 0
    page.goto("/tasks/?q=清理河道垃圾")
    assert page.locator("table.tb tbody tr").count() == 0


def test_a_list_comes_in_without_javascript(visit):
    page = visit("office", java_script_enabled=False)
    page.goto("/imports/")
    page.fill("[name=pasted]", "\n".join("\t".join(map(str, row)) for row in [HEADER[:7], *GOOD]))
    page.click("main form button.btn-p")
    choose_for_all(page)
    page.click("main form button.btn-p")
    assert page.locator("form[action$='/confirm/']").count() == 1
