"""From a completed task to its closure: three people, a return, an objection, and the figures."""

import json
from datetime import timedelta

from django.utils.timezone import localdate

BATCH, CODE = "2024c3", "2024c3-2"
TEXT = "已建成截污管网三点二公里，封堵混排口十四个，断面水质连续三个月达标。"
MENDED = "补充九月、十月断面监测报告各一份，现场照片六张，逐条对应整改措施。"
OBJECTION = "夜间泵站仍有异味，希望再次核查。"


def figures(site, day):
    found = site.manage(
        *("figures", "--inspection", BATCH, "--as-of", day.isoformat(), "--format", "json")
    )
    return json.loads(found)


def counts(site, day):
    found = figures(site, day)
    return found["completed"], found["closed"]


def sentence(page, day):
    page.goto(f"/?batch={BATCH}&asof={day.isoformat()}")
    return "".join(page.inner_text("main .hero p.h").split())


def send(page, name, **values):
    """Fill in the form that is open and send it; the attempt's own page follows."""
    for field, value in values.items():
        page.fill(f"[name={field}]", value.isoformat() if hasattr(value, "isoformat") else value)
    page.click("main form.form button.btn-p, main form.form button.btn-d")
    page.wait_for_url(lambda url: "/closures/" in url and url.endswith("/") and name not in url)


def apply(page, on, text):
    page.goto(f"/tasks/{CODE}/")
    page.click("a[href*='/closure/new/']:visible >> nth=0")
    send(
        page,
        "closure/new",
        self_checked_on=on,
        self_check=text,
        completion_text=TEXT,
        unit_head="田振华",
        on=on,
    )
    return "/" + page.url.split("/", 3)[3]


def step(page, attempt, verb):
    """Open one step from the page of the attempt, where it must be offered."""
    page.goto(attempt)
    link = page.locator(f"a[href$='/{verb}/']").first
    page.goto(link.get_attribute("href"))


def test_the_unit_applies_acceptance_returns_and_passes_the_office_closes(visit, site):
    today = localdate()
    day = {number: today - timedelta(days=number) for number in (60, 50, 40, 38, 36, 35, 34)}
    begins_on, objected_on, settled_on, closed_on = (
        today - timedelta(days=n) for n in (33, 30, 29, 3)
    )
    before = counts(site, day[60])
    unit, acceptance, office = visit("editor2"), visit("acceptance"), visit("office")

    office.goto(f"/tasks/{CODE}/")
    office.click("a[href*='/complete/']:visible >> nth=0")
    office.fill("[name=on]", day[50].isoformat())
    office.click("main button.btn-p")
    office.wait_for_url(f"**/tasks/{CODE}/")

    first = apply(unit, day[40], TEXT)
    assert unit.locator("a[href$='/take/']").count() == 0

    step(acceptance, first, "return")
    assert acceptance.locator("datalist#reasons option").count() > 3
    send(acceptance, "return", reason="缺少监测数据。", details="补充断面监测报告。", on=day[38])
    assert "缺少监测数据。" in acceptance.inner_text("main")

    unit.goto(first)
    assert "补充断面监测报告。" in unit.inner_text("main")
    second = apply(unit, day[36], MENDED)
    assert second != first

    step(acceptance, second, "take")
    send(acceptance, "take", on=day[35])
    step(acceptance, second, "decide")
    acceptance.set_viewport_size({"width": 390, "height": 844})
    for fieldset in acceptance.locator("fieldset.cond").all():
        fieldset.locator("input[value=yes]").check()
        fieldset.locator("textarea").fill("资料齐全，现场一致。")
    acceptance.check("[name=passes][value=yes]")
    assert acceptance.evaluate("document.documentElement.scrollWidth") <= 390
    send(
        acceptance,
        "decide",
        desk_finding="台账、监测报告齐全。",
        field_finding="抽查三处排口，未见异常。",
        field_checked_on=day[35],
        team_leader="许文澜",
        opinion="已完成整改，同意销号。",
        on=day[34],
    )

    step(office, second, "publish")
    office.fill("[name=begins_on]", begins_on.isoformat())
    office.fill("[name=on]", begins_on.isoformat())
    office.fill("[name=phone]", "0513-12345")
    office.click("button[name=then][value=look]")
    last = office.inner_text("#ends")
    assert "10" in last
    office.click("button[name=then][value=publish]")
    office.wait_for_url(lambda url: url.endswith(second))
    office.goto(f"{second}notice/")
    assert "0513-12345" in office.inner_text("article.paper")

    step(office, second, "object")
    send(office, "object", content=OBJECTION, received_on=objected_on, channel="来电")
    assert office.locator("a[href$='/close/']").count() == 0
    office.click("a[href$='/settle/']:visible >> nth=0")
    office.check("[name=upheld][value=no]")
    send(office, "settle", settlement="现场复查，监测达标，已答复。", on=settled_on)

    step(office, second, "close")
    send(office, "close", closing_opinion="公示期满，异议已处理，同意销号。", on=closed_on)
    assert OBJECTION in office.inner_text("main")

    completed, closed = before
    assert counts(site, day[60]) == before
    completed += 1
    for on in (*list(day.values())[1:], begins_on, settled_on, closed_on - timedelta(days=1)):
        assert counts(site, on) == (completed, closed)
    for on in (closed_on, today):
        assert counts(site, on) == (completed, closed + 1)
    assert f"{completed}项已完成" in sentence(office, day[38])
    assert "Everything is as it was entered" in site.manage("check_integrity")
