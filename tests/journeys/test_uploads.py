"""Files chosen for a report: sent at once, each with its state, kept by a form that is refused."""

from tests.journeys.test_report_to_ledger import SAID, open_task_of, photo

PHONE = {"width": 390, "height": 844}
PDF = {"name": "监测报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
PROGRAM = {"name": "安装程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
SENDING = "**/evidence/staged/"


def row(page, name):
    return page.locator(".fu-list li", has_text=name)


def new_report(page):
    code = open_task_of(page)
    page.goto(f"/tasks/{code}/reports/new/")
    return code


def send(page):
    page.click("button[name=then][value=send]")


def test_each_file_has_its_state_and_a_refused_form_keeps_them(visit, axe):
    page = visit("editor", viewport=PHONE)
    code = new_report(page)
    page.set_input_files("[name=documents]", [photo(), PDF, PROGRAM])
    row(page, "现场照片.jpg").locator(".fu-s.ok").wait_for()
    row(page, "监测报告.pdf").locator(".fu-s.ok").wait_for()
    refused = page.locator(".fu-list .bad")
    refused.wait_for()
    assert "安装程序.exe" in refused.inner_text()
    assert "PDF" in refused.locator(".fu-s").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for button in page.locator(".fu-list .btn").all():
        assert button.bounding_box()["height"] >= 44
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()

    page.fill("[name=text]", "短")
    page.fill("[name=percent]", "97")
    send(page)
    page.wait_for_selector("#errors")
    assert page.input_value("[name=text]") == "短"
    assert page.locator(".fu-list li").count() == 2
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()
    row(page, "监测报告.pdf").locator("button").click()
    page.fill("[name=text]", SAID)
    send(page)

    page.wait_for_url(f"**/tasks/{code}/")
    page.goto(f"/tasks/{code}/?show=files")
    said = page.inner_text("main")
    assert "现场照片.jpg" in said
    assert "监测报告.pdf" not in said


def test_a_lost_connection_is_said_and_tried_again(visit):
    page = visit("editor")
    code = new_report(page)
    page.fill("[name=text]", SAID)
    page.fill("[name=percent]", "97")
    page.route(SENDING, lambda route: route.abort())
    page.set_input_files("[name=documents]", [PDF])
    lost = page.locator(".fu-list .lost")
    lost.wait_for()
    send(page)
    said = page.locator(".fu-say:not(.sr)")
    said.wait_for()
    assert page.url.endswith("/reports/new/")
    page.unroute(SENDING)
    lost.locator("button").last.click()
    row(page, "监测报告.pdf").locator(".fu-s.ok").wait_for()
    send(page)
    page.wait_for_url(f"**/tasks/{code}/")
    page.goto(f"/tasks/{code}/?show=files")
    assert "监测报告.pdf" in page.inner_text("main")


def test_a_form_sent_too_soon_waits_for_its_files(visit):
    page = visit("editor")
    code = new_report(page)
    page.fill("[name=text]", SAID)
    page.fill("[name=percent]", "97")
    page.set_input_files("[name=photos]", [photo()])
    send(page)
    page.wait_for_url(f"**/tasks/{code}/")
    page.goto(f"/tasks/{code}/?show=files")
    assert "现场照片.jpg" in page.inner_text("main")


def test_without_javascript_a_refused_form_keeps_its_files_too(visit):
    page = visit("editor", java_script_enabled=False)
    code = new_report(page)
    page.fill("[name=text]", "短")
    page.fill("[name=percent]", "97")
    page.set_input_files("[name=documents]", [photo(), PDF])
    send(page)
    assert page.locator(".fu-keep input:checked").count() == 2
    page.locator(".fu-keep", has_text="监测报告.pdf").locator("input").uncheck()
    page.fill("[name=text]", SAID)
    send(page)
    page.wait_for_url(f"**/tasks/{code}/")
    page.goto(f"/tasks/{code}/?show=files")
    said = page.inner_text("main")
    assert "现场照片.jpg" in said
    assert "监测报告.pdf" not in said
