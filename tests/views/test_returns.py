"""A working ledger goes out and comes back through the pages."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories
from tests.importers.ledgers import Edited
from tracker.models import ReturnedWorkbook, Task
from tracker.operations import tasks


@pytest.fixture(autouse=True)
def plan(inspection, county, bureau):
    factories.make_issue()
    return [
        factories.make_task(units=[county], title=f"第{number}项整改", goal="全面达标")
        for number in (1, 2, 3)
    ]


@pytest.fixture
def browser(client_of, office):
    return client_of(office)


def download(browser, **query):
    answer = browser.get("/tasks/working/", query)
    assert answer.status_code == 200
    return Edited(b"".join(answer.streaming_content))


def upload(browser, inspection, content, name="工作台账.xlsx"):
    file = SimpleUploadedFile(name, content)
    return browser.post("/returns/", {"inspection": inspection.pk, "file": file})


def correct(office, task, **changes):
    task.refresh_from_db()
    tasks.correct_task(
        actor=office,
        task_id=task.pk,
        version=task.version,
        changes=changes,
        on=timezone.localdate(),
        at=timezone.now(),
        note="更正",
    )


@pytest.fixture
def returned(browser, inspection, plan, office):
    """A ledger with one change in the file, one in both, a new row, a wrong one, one taken out."""
    sheet = download(browser)
    sheet.write(plan[0], goal="表中的目标", title="表中的标题", percent=100)
    sheet.sheet.delete_rows(sheet.row(plan[2]))
    sheet.add(number="19.1", title="坏行")
    sheet.add(
        number="十",
        issue_number="1",
        title="新任务",
        goal="目标",
        measures="措施",
        units="临江县",
        acceptance_unit="市生态环境局",
        deadline_text="长期坚持",
    )
    correct(office, plan[0], goal="这里的目标")
    correct(office, plan[1], case_leader="这里的人")
    answer = upload(browser, inspection, sheet.content())
    assert answer.status_code == 302
    return ReturnedWorkbook.objects.get()


def said(answer):
    return [message.level_tag for message in answer.context["messages"]]


def shown(browser, returned, show=""):
    return browser.get(returned.get_absolute_url(), {"show": show} if show else {})


def test_the_working_ledger_holds_the_rows_of_the_list(browser, plan):
    everything = download(browser)
    some = download(browser, q="第2项")

    assert everything.sheet.max_row - everything.header == 3
    assert some.sheet.max_row - some.header == 1
    assert some.row(plan[1])


def test_there_is_no_working_ledger_of_a_past_day(browser):
    assert browser.get("/tasks/working/", {"asof": "2022-06-01"}).status_code == 403


def test_what_came_back_is_shown_by_kind(browser, returned):
    page = shown(browser, returned)

    assert page.context["tally"] == page.context["tally"] | {
        "both": 1,
        "theirs": 1,
        "ours": 1,
        "refused": 1,
        "new": 1,
        "faulty": 1,
        "removed": 1,
    }
    assert page.context["untouched"] == 2 * 14 - 3
    assert page.context["shown"] == "both"
    text = page.content.decode()
    for words in ("表中的目标", "这里的目标", "全面达标", "人员office"):
        assert words in text
    for kind, words in {
        "theirs": "表中的标题",
        "ours": "这里的人",
        "refused": "100",
        "new": "坏行",
        "removed": "第3项整改",
    }.items():
        assert words in shown(browser, returned, kind).content.decode()


def test_what_nobody_asked_for_is_ignored(browser, returned):
    page = browser.get(returned.get_absolute_url(), {"show": "x", "per": "3", "page": "9"})

    assert (page.context["shown"], page.context["page"].paginator.per_page) == ("both", 50)


def test_decided_and_confirmed_and_taken_back(browser, returned, plan):
    address = returned.get_absolute_url()
    name = f"d.t{plan[0].pk}.goal"
    refused = browser.post(f"{address}confirm/", {"back": "both&page=1"}, follow=True)
    assert said(refused) == ["error"]

    kept = browser.post(f"{address}decide/", {name: "theirs", "back": "both&page=1"})
    assert kept.url == f"{address}?show=both&page=1"
    new = next(row["id"] for row in returned.rows if row["kind"] == "new" and not row["faults"])
    done = browser.post(f"{address}confirm/", {f"d.{new}": "ours"}, follow=True)

    plan[0].refresh_from_db()
    assert (plan[0].goal, plan[0].title) == ("表中的目标", "表中的标题")
    assert Task.objects.count() == 3
    assert said(done)[-1] == "success"
    assert done.context["may_undo"]
    assert 'type="radio"' not in done.content.decode()

    undone = browser.post(f"{address}undo/", follow=True)
    plan[0].refresh_from_db()
    assert (plan[0].goal, plan[0].title) == ("这里的目标", "第1项整改")
    assert not undone.context["may_undo"]
    assert browser.get("/returns/").status_code == 200


def test_all_at_once(browser, returned, plan):
    address = returned.get_absolute_url()

    browser.post(f"{address}decide/", {"all": "ours"})
    browser.post(f"{address}confirm/")

    plan[0].refresh_from_db()
    assert (plan[0].goal, plan[0].title) == ("这里的目标", "表中的标题")
    assert Task.objects.get(number=10).title == "新任务"


def test_stale_versions_are_compared_again(browser, returned, plan, office):
    address = returned.get_absolute_url()
    browser.post(f"{address}decide/", {"all": "theirs"})
    correct(office, plan[0], title="第三种标题")

    stale = browser.post(f"{address}confirm/", follow=True)
    assert plan[0].code in str(list(stale.context["messages"])[-1])
    again = browser.post(f"{address}compare/", {"back": "theirs"}, follow=True)

    assert again.context["tally"]["both"] == 2
    assert again.context["waiting"] == 1
    assert Task.objects.get(pk=plan[0].pk).goal == "这里的目标"


@pytest.mark.parametrize("back", ["nothing&page=1", "", "both&page=x", "both&page=99999999"])
def test_the_way_back_leads_to_the_page_of_the_ledger(browser, returned, back):
    answer = browser.post(f"{returned.get_absolute_url()}decide/", {"back": back})

    assert answer.url.startswith(returned.get_absolute_url())
    assert "99999999" not in answer.url


def test_an_unchanged_ledger_has_nothing_to_enter(browser, inspection):
    upload(browser, inspection, download(browser).content())

    page = shown(browser, ReturnedWorkbook.objects.get())

    assert (page.context["tabs"], page.context["untouched"]) == ([], 3 * 14)
    assert "confirm/" not in page.content.decode()


def test_what_is_no_ledger_is_refused_on_the_form(browser, inspection):
    for content in (b"", b"<html>", b"PK\x03\x04garbage", b"PK\x03\x04" + bytes(10 * 1024 * 1024)):
        answer = upload(browser, inspection, content)
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"file"}
    assert not ReturnedWorkbook.objects.exists()


def test_many_rows_come_on_several_pages_at_the_same_cost(
    browser, inspection, county, django_assert_max_num_queries
):
    more = [factories.make_task(units=[county]) for _number in range(25)]
    sheet = download(browser)
    for task in more:
        sheet.write(task, goal="改", title="改题")
    upload(browser, inspection, sheet.content())
    returned = ReturnedWorkbook.objects.get()

    with django_assert_max_num_queries(15):
        page = browser.get(returned.get_absolute_url(), {"per": "20", "page": "3"})

    assert len(page.context["page"]) == 10


def test_a_day_later_nothing_is_taken_back(browser, returned):
    address = returned.get_absolute_url()
    browser.post(f"{address}decide/", {"all": "theirs"})
    browser.post(f"{address}confirm/")
    before = timezone.now() - timedelta(hours=25)
    ReturnedWorkbook.objects.update(confirmed_at=before)

    late = browser.post(f"{address}undo/", follow=True)

    assert not late.context["may_undo"]
    assert said(late)[-1] == "error"


@pytest.mark.parametrize("person", ["editor", "leader", "county_office"])
def test_others_are_told_that_they_may_not_change_the_plan(
    request, client_of, browser, inspection, returned, person
):
    other = client_of(request.getfixturevalue(person))

    for address in ("/tasks/working/", "/returns/"):
        answer = other.get(address)
        assert answer.status_code == 403
    assert upload(other, inspection, b"").status_code == 403
    assert "/tasks/working/" not in other.get("/tasks/").content.decode()
    for step in ("", "decide/", "confirm/", "compare/", "undo/"):
        assert other.post(f"{returned.get_absolute_url()}{step}").status_code == 404


def test_the_list_links_to_its_working_ledger(browser):
    page = browser.get("/tasks/", {"q": "第2项"}).content.decode()

    assert 'href="/tasks/working/?q=' in page


def test_the_workbook_keeps_its_keys_out_of_sight(browser):
    sheet = download(browser)
    book = load_workbook(BytesIO(sheet.content()))

    assert [one.sheet_state for one in book.worksheets] == [
        "visible",
        "visible",
        "hidden",
        "veryHidden",
    ]
    assert sheet.sheet.column_dimensions["B"].hidden
    merged = [area for area in sheet.sheet.merged_cells.ranges if area.max_row >= sheet.header]
    assert merged == []
    assert not sheet.sheet.protection.sheet
    assert sheet.sheet.auto_filter.ref.startswith(f"A{sheet.header}:")
