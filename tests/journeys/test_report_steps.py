"""A report on its way: drafted, signed, reviewed, returned, mended, and received."""

from tests.journeys.conftest import PASSWORD

TASK = "/tasks/2024c3-6/"
FORM = f"{TASK}reports/new/?unit=wangchao-housing"
SAID = "本月完成沿线雨污分流改造1.2公里，复核照片已归档，下月组织验收。"
RULES = """
from datetime import date
from django.utils.timezone import localdate, now
from tracker.models import Inspection, Membership, Task, Unit, User
from tracker.operations import assignments
Inspection.objects.filter(code="2024c3").update(reports_signed=True, county_reviews=True)
county = Unit.objects.get(code="wangchao")
Membership.objects.create(user=User.objects.get(username="reader"), unit=county, role="office")
assignments.add_unit(
    actor=User.objects.get(username="office"),
    task_id=Task.objects.get(code="2024c3-6").pk,
    version=None,
    unit=Unit.objects.get(code="wangchao-housing"),
    is_lead=False,
    on=localdate(),
    at=now(),
)
"""


def draft_is(page, version):
    newest = f"[name=draft_version][value='{version}']"
    page.wait_for_selector(newest, state="attached", timeout=20000)


def copies(page):
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft '))")


def step(page, verb, **fields):
    """Open the report that waits in the to-do list, and take one step about it."""
    page.goto("/todo/")
    page.click("main a.btn[href^='/reports/']")
    take(page, verb, **fields)


def take(page, verb, **fields):
    page.click(f"main a[href$='/{verb}/']:visible")
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.click("main form .actions button >> nth=0")
    page.wait_for_selector(".msg.success")


def test_a_report_from_its_draft_to_its_receipt(visit, axe, site):
    site.manage("shell", "-c", RULES)
    editor = visit("heyulin")
    editor.goto(FORM)
    editor.fill("[name=text]", SAID)
    editor.fill("[name=percent]", "20")
    draft_is(editor, 1)
    assert editor.inner_text("#draft-said")
    assert axe.run(editor).violations_count == 0

    editor.reload()
    assert editor.input_value("[name=text]") == SAID
    editor.route("**/reports/draft/**", lambda route: route.fulfill(status=503, body=""))
    editor.fill("[name=difficulties]", "连续降雨")
    editor.wait_for_selector("#draft-said.late", timeout=20000)
    editor.unroute("**/reports/draft/**")
    editor.once("dialog", lambda dialog: dialog.accept())
    editor.reload()
    assert editor.input_value("[name=difficulties]") == ""
    editor.click("#draft-kept [data-draft-restore]")
    assert editor.input_value("[name=difficulties]") == "连续降雨"
    draft_is(editor, 2)
    editor.click("button[name=then][value=send]")
    editor.wait_for_selector(".msg.success")
    assert copies(editor) == []

    head = visit("fanjingshu")
    step(head, "sign")
    county = visit("reader")
    step(county, "review")
    address = county.url
    assert county.locator("ol.steps li.ok").count() == 4
    assert axe.run(county).violations_count == 0

    office = visit("office")
    office.goto(address)
    take(office, "return", note="缺少监测数据")
    assert "缺少监测数据" in office.inner_text("main")

    editor.goto("/todo/")
    editor.click("main a.btn[href^='/tasks/2024c3-6/reports/new/']")
    assert "缺少监测数据" in editor.inner_text("main")
    assert editor.input_value("[name=text]") == SAID
    editor.fill("[name=text]", f"{SAID}监测数据见附件。")
    editor.click("button[name=then][value=send]")
    editor.wait_for_selector(".msg.success")

    step(head, "sign")
    step(county, "review")
    assert county.url != address
    office.goto(county.url)
    take(office, "accept")
    assert office.locator("ol.steps li.ok").count() == 5
    office.goto(TASK)
    assert "缺少监测数据" in office.inner_text("#record")


def test_a_copy_in_the_browser_is_its_author_s_and_goes_with_the_log_out(visit, site):
    site.manage("shell", "-c", RULES)
    editor = visit("heyulin")
    editor.goto(FORM)
    editor.route("**/reports/draft/**", lambda route: route.fulfill(status=503, body=""))
    editor.fill("[name=text]", SAID)
    editor.wait_for_selector("#draft-said.late", timeout=20000)
    assert len(copies(editor)) == 1
    editor.evaluate("localStorage.setItem('draft 0 1', '{}')")
    editor.once("dialog", lambda dialog: dialog.accept())
    editor.reload()
    own = copies(editor)
    assert len(own) == 1
    assert own != ["draft 0 1"]

    editor.context.clear_cookies()
    editor.goto(TASK)
    editor.wait_for_selector("[name=login]")
    assert copies(editor) == own

    editor.fill("[name=login]", "heyulin")
    editor.fill("[name=password]", PASSWORD)
    editor.click("main button.btn-p")
    editor.wait_for_url(f"**{TASK}")
    assert copies(editor) == own
    editor.click("summary.me")
    editor.click("[data-logs-out] button")
    editor.wait_for_selector("[data-logged-out]")
    assert copies(editor) == []
