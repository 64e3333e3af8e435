"""From a completed task to its closure and back: four people, a citizen, and the figures.

The unit applies, acceptance returns it, the unit mends, acceptance passes, the office publishes, a
citizen objects on the public page, the office settles and closes; a look-back finds a rebound. The
steps up to the notice are entered with their days; from then on the clock itself moves on.
"""

import json
from datetime import timedelta
from types import SimpleNamespace

from django.utils.timezone import localdate

from tests.journeys.test_report_to_ledger import photo

BATCH, CODE, UNIT = "2024c3", "2024c3-2", "lanwan-chempark"
PHONE = {"width": 390, "height": 844}
TEXT = "已建成截污管网三点二公里，封堵混排口十四个，断面水质连续三个月达标。"
MENDED = "补充九月、十月断面监测报告各一份，现场照片六张，逐条对应整改措施。"
OBJECTION = "夜间泵站仍有异味，希望再次核查。"
CONTACT = "陈女士 13800000000"
REBOUND = "现场抽查，两处混排口重新打开，污水直排入河。"
CLOSES_IN, LOOKED_IN = 40, 70
"""Days from the publication: after any ten working days, and a month later."""


def counts(site, day):
    """``(tasks, completed, closed)`` of the inspection on a day."""
    said = site.manage(
        *("figures", "--inspection", BATCH, "--as-of", day.isoformat(), "--format", "json")
    )
    found = json.loads(said)
    return found["total"], found["completed"], found["closed"]


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


def complete(office, on):
    office.goto(f"/tasks/{CODE}/")
    office.click("a[href*='/complete/']:visible >> nth=0")
    office.fill("[name=on]", on.isoformat())
    office.click("main button.btn-p")
    office.wait_for_url(f"**/tasks/{CODE}/")


def returned(unit, acceptance, day):
    """The first attempt goes back with its reason; the second one is mended."""
    first = apply(unit, day.applied, TEXT)
    assert unit.locator("a[href$='/take/']").count() == 0
    step(acceptance, first, "return")
    assert acceptance.locator("[name=usual] option").count() > 3
    send(acceptance, "return", reason="缺少监测数据，补充断面监测报告。", on=day.returned)
    said = acceptance.inner_text("main")
    assert "缺少监测数据" in said
    assert "许文澜" in said
    unit.goto(first)
    assert "补充断面监测报告" in unit.inner_text("main")
    second = apply(unit, day.mended, MENDED)
    assert second != first
    return second


def passed(acceptance, attempt, day):
    """The five conditions are answered on a telephone."""
    step(acceptance, attempt, "take")
    send(acceptance, "take", on=day.taken)
    step(acceptance, attempt, "decide")
    acceptance.set_viewport_size(PHONE)
    for fieldset in acceptance.locator("fieldset.cond").all():
        fieldset.locator("input[value=yes]").check()
        fieldset.locator("textarea").fill("资料齐全，现场一致。")
    acceptance.check("[name=passes][value=yes]")
    assert acceptance.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    send(
        acceptance,
        "decide",
        desk_finding="台账、监测报告齐全。",
        field_finding="抽查三处排口，未见异常。",
        field_checked_on=day.taken,
        team_leader="许文澜",
        opinion="已完成整改，同意销号。",
        on=day.decided,
    )


def published(office, attempt, day):
    step(office, attempt, "publish")
    office.fill("[name=begins_on]", day.published.isoformat())
    office.fill("[name=on]", day.published.isoformat())
    office.fill("[name=phone]", "0513-12345")
    office.click("button[name=then][value=look]")
    assert "10" in office.inner_text("#ends")
    office.click("button[name=then][value=publish]")
    office.wait_for_url(lambda url: url.endswith(attempt))
    office.goto(f"{attempt}notice/")
    assert "0513-12345" in office.inner_text("article.paper")


def objected(anybody, axe):
    """A citizen finds the notice, reads it, and objects; no script is run."""
    anybody.goto("/public/notices/")
    anybody.click(".pub-list a >> nth=0")
    notice = anybody.inner_text("article.paper")
    assert TEXT in notice
    assert "许文澜" not in notice
    assert axe.run(anybody).response["violations"] == []
    anybody.click("a[href$='/object/']")
    assert axe.run(anybody).response["violations"] == []
    anybody.fill("[name=contact]", CONTACT)
    anybody.click("button.btn-p")
    assert anybody.locator(".errs").count() == 1
    assert anybody.input_value("[name=contact]") == CONTACT
    anybody.fill("[name=content]", OBJECTION)
    anybody.click("button.btn-p")
    anybody.wait_for_url("**/received/**")
    assert anybody.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    return anybody.inner_text(".receipt")


def settled(office, attempt, receipt, on):
    office.goto(attempt)
    said = office.inner_text("main")
    assert OBJECTION in said
    assert receipt in said
    assert office.locator("a[href$='/close/']").count() == 0
    office.click("a[href$='/settle/']:visible >> nth=0")
    office.check("[name=upheld][value=no]")
    send(office, "settle", settlement="现场复查，监测达标，已答复。", on=on)
    assert office.locator("a[href$='/close/']").count() == 0


def rebounded(office, on):
    office.goto(f"/tasks/{CODE}/units/{UNIT}/lookback/")
    office.locator(".results > label", has_text="反弹").click()
    office.fill("[name=percent]", "60")
    office.fill("[name=finding]", REBOUND)
    office.fill("[name=on]", on.isoformat())
    office.set_input_files("[name=photos]", photo())
    office.click("main form.form button.btn-p")
    office.wait_for_url(f"**/tasks/{CODE}/")
    assert REBOUND in office.inner_text("main")


def test_a_task_is_closed_after_an_objection_and_taken_up_again_after_a_rebound(
    visit, site, chromium, axe
):
    today = localdate()
    ago = {"before": 60, "completed": 50, "applied": 40, "returned": 38}
    ago |= {"mended": 36, "taken": 35, "decided": 34, "published": 0}
    day = SimpleNamespace(**{name: today - timedelta(days=n) for name, n in ago.items()})
    closed_on, looked_on = (today + timedelta(days=n) for n in (CLOSES_IN, LOOKED_IN))
    total, completed, closed = counts(site, day.before)

    unit, acceptance, office = visit("editor2"), visit("acceptance"), visit("office")
    complete(office, day.completed)
    attempt = returned(unit, acceptance, day)
    passed(acceptance, attempt, day)
    published(office, attempt, day)
    street = chromium.new_context(base_url=site.address, viewport=PHONE, locale="zh-CN")
    receipt = objected(street.new_page(), axe)
    street.close()
    settled(office, attempt, receipt, today)

    site.later(CLOSES_IN)
    office = visit("office")
    step(office, attempt, "close")
    send(office, "close", closing_opinion="公示期满，异议已处理，同意销号。", on=closed_on)
    assert OBJECTION in office.inner_text("main")

    site.later(LOOKED_IN)
    office = visit("office")
    rebounded(office, looked_on)

    assert counts(site, day.before) == (total, completed, closed)
    eve_of_closing, eve_of_rebound = (on - timedelta(days=1) for on in (closed_on, looked_on))
    for on in (*list(vars(day).values())[1:], eve_of_closing):
        assert counts(site, on) == (total, completed + 1, closed), on
    for on in (closed_on, eve_of_rebound):
        assert counts(site, on) == (total, completed + 1, closed + 1), on
    assert counts(site, looked_on) == (total, completed, closed)
    assert f"{completed + 1}项已完成" in sentence(office, day.returned)
    assert f"{completed}项已完成" in sentence(office, looked_on)
    office.goto(f"/public/notices/?asof={looked_on.isoformat()}")
    assert TEXT not in office.inner_text("main")
    assert "Everything is as it was entered" in site.manage("check_integrity")
