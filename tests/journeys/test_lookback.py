"""A look-back on site, on a telephone, finds a rebound: the task is open again from that day."""

import json

from tests.journeys.test_report_to_ledger import photo

PHONE = {"width": 390, "height": 844}
CODE, UNIT = "2022s2-1", "campaign-office"
LOOKED, BEFORE = "2024-05-20", "2024-05-19"
FOUND = "现场抽查台账，督办单超期未反馈，调度机制名存实亡。"


def figures(site, day):
    found = site.manage("figures", "--inspection", "2022s2", "--as-of", day, "--format", "json")
    return json.loads(found)


def test_a_rebound_reopens_the_task_and_leaves_the_days_before_alone(visit, site):
    before = figures(site, BEFORE)
    closed = figures(site, LOOKED)
    page = visit("office", viewport=PHONE)
    page.goto(f"/tasks/{CODE}/units/{UNIT}/lookback/")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    target = page.locator(".results > label", has_text="反弹")
    assert target.bounding_box()["height"] >= 44
    assert not page.is_visible("[name=percent]")
    target.click()
    page.fill("[name=percent]", "70")
    page.fill("[name=finding]", FOUND)
    page.fill("[name=on]", LOOKED)
    page.click("main form.form button.btn-p")
    assert "照片" in page.inner_text(".errs")
    assert page.input_value("[name=finding]") == FOUND
    page.set_input_files("[name=photos]", photo())
    page.click("main form.form button.btn-p")
    page.wait_for_url(f"**/tasks/{CODE}/")
    said = page.inner_text("main")
    assert FOUND in said
    assert "现场照片.jpg" in said
    assert "回头看（四不两直）：反弹" in said

    after = figures(site, LOOKED)
    assert figures(site, BEFORE) == before
    assert after["completed"] == closed["completed"] - 1
    assert after["total"] == closed["total"]

    page.goto(f"/lookbacks/?batch=2022s2&asof={LOOKED}")
    assert "销号后反弹 1 项" in page.inner_text("main")
    page.goto(f"/lookbacks/?batch=2022s2&asof={BEFORE}")
    assert "销号后反弹" not in page.inner_text("main").replace("没有销号后反弹", "")
