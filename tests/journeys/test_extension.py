"""A unit asks for a later deadline, is refused, asks again, and gets it; figures keep each day."""

import json
from datetime import timedelta

from django.utils.timezone import localdate

PHONE = {"width": 390, "height": 844}
BATCH, CODE = "2024c3", "2024c3-4"
WHY = "请先倒排工期，把国道段施工许可的批复附上再报。"
ASKED = {
    "situation": "管网已铺设八成，穿越国道段尚未开工。",
    "reason": "穿越国道的施工许可迟迟没有批复，汛期不能开挖。",
    "measures": "增开两个作业面，每周调度一次进度，由分管副局长负责。",
}


def overdue(site, day):
    found = site.manage(
        *("figures", "--inspection", BATCH, "--as-of", day.isoformat(), "--format", "json")
    )
    return json.loads(found)["overdue"]


def quiet(day):
    """``day``, or the next where a month ends and other tasks of the list may fall due."""
    after = day + timedelta(days=1)
    return day if after.month == day.month else after


def send(page, **values):
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.click("main form.form button.btn-p, main form.form button.btn-d")


def test_an_extension_is_refused_asked_for_again_and_approved(visit, site):
    due, new = quiet(localdate() + timedelta(days=5)), quiet(localdate() + timedelta(days=95))

    office = visit("office")
    office.goto(f"/tasks/{CODE}/extend/")
    send(office, deadline_text=due.isoformat(), reason="按季度重排")
    office.wait_for_url(f"**/tasks/{CODE}/")

    unit = visit("jiangruochu", viewport=PHONE)
    unit.goto(f"/tasks/{CODE}/extensions/new/")
    assert unit.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    send(unit, new_due_on=new.isoformat(), **ASKED)
    unit.wait_for_url("**/extensions/*/")
    first = unit.url.rstrip("/").rsplit("/", 1)[1]

    office.goto("/todo/")
    office.goto(office.locator(f"a[href$='/extensions/{first}/']").last.get_attribute("href"))
    said = office.inner_text("main")
    assert ASKED["situation"] in said
    office.goto(f"/extensions/{first}/refuse/")
    send(office, reason=WHY)
    office.wait_for_url(f"**/extensions/{first}/")

    unit.goto(f"/tasks/{CODE}/")
    assert WHY[:20] in unit.inner_text("main")
    unit.goto(f"/tasks/{CODE}/extensions/new/")
    assert WHY in unit.inner_text("main")
    assert unit.input_value("[name=situation]") == ASKED["situation"]
    send(unit, measures=ASKED["measures"] + "施工许可附后。")
    unit.wait_for_url("**/extensions/*/")
    second = unit.url.rstrip("/").rsplit("/", 1)[1]
    assert second != first

    office.goto(f"/extensions/{second}/approve/")
    send(office, document_no="江环督〔2026〕12号")
    office.wait_for_url(f"**/extensions/{second}/")

    office.goto(f"/extensions/?batch={BATCH}")
    assert office.locator("main tbody tr").count() == 2
    page = office.goto(f"/tasks/{CODE}/").text()
    assert new.isoformat() in page
    day = timedelta(days=1)
    assert overdue(site, due + day) == overdue(site, due)
    assert overdue(site, new + day) == overdue(site, new) + 1
