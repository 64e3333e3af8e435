"""Upload, preview, confirmation: by the office alone, and nothing before the last."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate, now
from openpyxl import load_workbook

from tests.factories import (
    FOREIGN_ROW,
    foreign_workbook,
    make_issue,
    make_medium,
    make_report,
    make_source,
    make_task,
)
from tracker.choices import ImportState
from tracker.importers.template import template
from tracker.models import ImportBatch, ImportLayout, Task
from tracker.operations.tasks import correct_task

GOOD = {
    "number": "19",
    "issue_number": "9",
    "issue_text": "排污口整治不到位。",
    "source": "省督察反馈",
    "medium": "水环境",
    "title": "完成排污口整治",
    "goal": "全部整治到位",
    "measures": "排查",
    "units": "临江县",
    "acceptance_unit": "市生态环境局",
    "deadline_text": "2023年12月底前",
}


@pytest.fixture(autouse=True)
def _what_rows_name(inspection, county, bureau):
    make_source()
    make_medium()


@pytest.fixture
def browser(client_of, office):
    return client_of(office)


def upload(browser, inspection, *rows, content=None, **values):
    if content is None:
        with template(rows) as file:
            content = file.read()
    file = SimpleUploadedFile("台账.xlsx", content)
    return browser.post("/imports/", {"inspection": inspection.pk, "file": file, **values})


def test_a_list_is_uploaded_shown_and_confirmed(browser, inspection):
    response = upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.get()

    assert response.url == batch.get_absolute_url()
    page = browser.get(response.url).content.decode()
    assert "完成排污口整治" in page
    assert not Task.objects.exists()
    confirmed = browser.post(f"/imports/{batch.pk}/confirm/", follow=True)
    assert Task.objects.get().number == 19
    assert "台账.xlsx" in confirmed.content.decode()


def test_errors_are_shown_with_their_place_and_cannot_be_confirmed(browser, inspection):
    upload(browser, inspection, GOOD, {**GOOD, "number": "20", "units": "火星县"})
    batch = ImportBatch.objects.get()

    page = browser.get(batch.get_absolute_url()).content.decode()
    browser.post(f"/imports/{batch.pk}/confirm/")

    assert "I5" in page
    assert "火星县" in page
    assert f'action="/imports/{batch.pk}/confirm/"' not in page
    assert not Task.objects.exists()


def test_the_same_list_again_says_that_there_is_nothing_to_enter(browser, inspection):
    upload(browser, inspection, GOOD)
    browser.post(f"/imports/{ImportBatch.objects.get().pk}/confirm/")

    upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.latest("pk")

    page = browser.get(batch.get_absolute_url())
    assert (page.context["counts"]["new"], page.context["counts"]["same"]) == (0, 1)
    assert f'action="/imports/{batch.pk}/confirm/"' not in page.content.decode()


def test_two_confirmations_enter_the_list_once(browser, inspection):
    upload(browser, inspection, GOOD)
    address = f"/imports/{ImportBatch.objects.get().pk}/confirm/"

    browser.post(address, follow=True)
    second = browser.post(address, follow=True)

    assert Task.objects.count() == 1
    assert [message.level_tag for message in second.context["messages"]] == ["error"]


def test_nothing_in_the_confirming_request_alters_the_list(browser, inspection):
    upload(browser, inspection, GOOD)

    browser.post(
        f"/imports/{ImportBatch.objects.get().pk}/confirm/",
        {"rows": "[]", "number": "77", "title": "别的", "is_take_over": "on"},
    )

    assert Task.objects.get().title == "完成排污口整治"


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04garbage", "一,二\n".encode()])
def test_a_file_that_is_no_workbook_is_refused_on_the_form(browser, inspection, content):
    response = upload(browser, inspection, content=content)

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"file"}
    assert "Traceback" not in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_beyond_the_limit_is_refused_on_the_form(browser, inspection):
    response = upload(browser, inspection, content=b"PK\x03\x04" + bytes(10 * 1024 * 1024))

    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


def test_many_errors_come_on_several_pages(browser, inspection):
    rows = [{**GOOD, "number": str(number), "units": "火星县"} for number in range(1, 131)]
    upload(browser, inspection, *rows)
    address = ImportBatch.objects.get().get_absolute_url()

    assert len(browser.get(address).context["page"]) == 100
    assert len(browser.get(address, {"page": "2"}).context["page"]) == 30
    assert len(browser.get(address, {"per": "1000000"}).context["page"]) == 100


def test_the_template_is_a_workbook(browser):
    response = browser.get("/imports/template/")

    assert b"".join(response.streaming_content).startswith(b"PK")


@pytest.mark.parametrize("person", ["editor", "leader", "county_office", "stranger"])
def test_others_import_nothing_and_see_no_list(request, client_of, browser, inspection, person):
    upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.get()
    other = client_of(request.getfixturevalue(person))

    assert other.get("/imports/").status_code == 403
    assert other.get("/imports/template/").status_code == 403
    assert upload(other, inspection, GOOD).status_code == 403
    assert other.get(batch.get_absolute_url()).status_code == 404
    assert other.post(f"/imports/{batch.pk}/confirm/").status_code == 404
    assert not Task.objects.exists()


def test_a_list_that_was_never_handed_in_is_not_found(browser):
    assert browser.get("/imports/9999/").status_code == 404


def test_reading_writes_nothing(browser, inspection):
    upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.get()

    assert browser.get(f"/imports/{batch.pk}/confirm/").status_code == 405
    assert not Task.objects.exists()


def upload_foreign(browser, inspection, *rows, **values):
    content = foreign_workbook(*(rows or [FOREIGN_ROW]))
    return upload(browser, inspection, content=content, **values)


FOR_ALL = {"source": "省督察反馈", "medium": "水环境", "acceptance_unit": "市生态环境局"}


def assigned(page, **changes):
    """What the page of the columns sends when only ``changes`` are made."""
    form = page.context["form"]
    said = {select.html_name: select.value() or "" for select in form.selects()}
    for name, text in FOR_ALL.items():
        [said[name]] = [str(row.pk) for row in form.fields[name].queryset if row.name == text]
    return said | changes


def test_the_columns_of_a_foreign_layout_are_assigned_once(browser, inspection):
    response = upload_foreign(browser, inspection)
    batch = ImportBatch.objects.get()

    assert response.url == f"/imports/{batch.pk}/columns/"
    assert browser.get(batch.get_absolute_url()).url == response.url
    page = browser.get(response.url)
    assert "责任主体" in page.content.decode()
    assert "逐口排查" in page.content.decode()
    assert "问题来源" in page.context["missing"]
    answer = browser.post(response.url, assigned(page))
    assert answer.url == batch.get_absolute_url()
    assert browser.post(f"/imports/{batch.pk}/confirm/").status_code == 302
    assert Task.objects.get().goal == "全部整治到位"

    again = upload_foreign(browser, inspection, [2, "扬尘管控不到位。", *FOREIGN_ROW[2:]])
    second = ImportBatch.objects.latest("pk")
    assert again.url == second.get_absolute_url()
    assert second.counts["new"] == 1
    assert second.mapping == batch.__class__.objects.get(pk=batch.pk).mapping
    assert ImportLayout.objects.count() == 1


def test_a_field_that_is_missing_is_said_and_nothing_lost(browser, inspection):
    address = upload_foreign(browser, inspection).url
    page = browser.get(address)
    changed = assigned(page, source="")

    answer = browser.post(address, changed)

    assert answer.status_code == 422
    assert "问题来源" in str(answer.context["form"].non_field_errors())
    kept = answer.context["form"]["medium"].value()
    assert kept == changed["medium"]
    assert not ImportLayout.objects.exists()


def test_a_field_is_held_by_one_column(browser, inspection):
    address = upload_foreign(browser, inspection).url
    page = browser.get(address)
    selects = page.context["form"].selects()
    number = next(select.html_name for select in selects if select.value() == "number")
    other = next(select.html_name for select in selects if not select.value())

    answer = browser.post(address, assigned(page, **{other: "number"}))

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {other}
    assert number != other


def test_a_list_of_changes_needs_no_more_than_its_keys(browser, inspection):
    task = make_task(number=1)
    address = upload(
        browser,
        inspection,
        content=foreign_workbook([1, "改后的目标"], header=["任务编号", "整改目标"]),
    ).url
    if address.endswith("columns/"):
        page = browser.get(address)
        said = assigned(page) | dict.fromkeys(FOR_ALL, "")
        address = browser.post(address, said).url

    page = browser.get(address)
    assert page.context["counts"]["changed"] == 1
    assert "改后的目标" in page.content.decode()
    browser.post(f"{address}confirm/")
    task.refresh_from_db()
    assert task.goal == "改后的目标"


def test_a_remembered_layout_can_be_corrected(browser, inspection):
    address = upload_foreign(browser, inspection).url
    browser.post(address, assigned(browser.get(address)))
    page = browser.get(address)
    remark = next(
        select.html_name for select in page.context["form"].selects() if not select.value()
    )

    browser.post(address, assigned(page, **{remark: "accountable_leader"}))

    batch = ImportBatch.objects.get()
    assert batch.state == ImportState.READY
    assert batch.rows.get(kind="task").data["accountable_leader"] == "无"
    assert "accountable_leader" in ImportLayout.objects.get().mapping["choice"]["columns"].values()


def test_a_corrected_file_goes_on_with_the_same_list(browser, inspection):
    upload(browser, inspection, {**GOOD, "units": "火星县"})
    batch = ImportBatch.objects.get()
    with template([GOOD]) as file:
        better = SimpleUploadedFile("台账改.xlsx", file.read())

    answer = browser.post(f"/imports/{batch.pk}/file/", {"file": better})

    assert answer.url == batch.get_absolute_url()
    batch.refresh_from_db()
    assert (batch.file_name, batch.state) == ("台账改.xlsx", ImportState.READY)
    assert ImportBatch.objects.count() == 1


def test_a_corrected_file_that_is_none_leaves_the_list_as_it_was(browser, inspection):
    upload(browser, inspection, {**GOOD, "units": "火星县"})
    batch = ImportBatch.objects.get()

    for sent in ({}, {"file": SimpleUploadedFile("x.xlsx", b"<html>")}):
        assert browser.post(f"/imports/{batch.pk}/file/", sent).status_code == 422

    batch.refresh_from_db()
    assert batch.state == ImportState.FAULTY
    assert batch.faults.count() == 1


def test_a_corrected_file_of_another_layout_is_asked_about(browser, inspection):
    upload(browser, inspection, {**GOOD, "units": "火星县"})
    batch = ImportBatch.objects.get()
    other = SimpleUploadedFile("清单.xlsx", foreign_workbook(FOREIGN_ROW))

    answer = browser.post(f"/imports/{batch.pk}/file/", {"file": other})

    assert answer.url == f"/imports/{batch.pk}/columns/"


def test_the_own_workbook_comes_back_with_its_errors_marked(browser, inspection):
    upload(browser, inspection, GOOD, {**GOOD, "number": "20", "units": "火星县"})
    batch = ImportBatch.objects.get()

    answer = browser.get(f"/imports/{batch.pk}/marked/")

    assert "xlsx" in answer["Content-Disposition"]
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    marked = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]
    assert marked == ["I5"]
    assert "火星县" in sheet["I5"].comment.text


def test_a_pasted_table_is_read_like_a_file(browser, inspection):
    pasted = "序号\t反馈问题\t整改目标\t整改措施\t责任单位\t整改时限\n" + "\t".join(
        str(value) for value in FOREIGN_ROW[:6]
    )

    answer = browser.post("/imports/", {"inspection": inspection.pk, "pasted": pasted})
    address = answer.url
    page = browser.get(address)
    browser.post(address, assigned(page))
    batch = ImportBatch.objects.get()
    browser.post(f"/imports/{batch.pk}/confirm/")

    assert Task.objects.get().goal == "全部整治到位"


@pytest.mark.parametrize("both", [True, False])
def test_a_list_is_uploaded_or_pasted(browser, inspection, both):
    data = {"inspection": inspection.pk}
    if both:
        data |= {"pasted": "一\t二", "file": SimpleUploadedFile("x.xlsx", b"PK")}

    answer = browser.post("/imports/", data)

    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()


def test_a_preview_that_went_stale_is_shown_anew(browser, inspection, office):
    task = make_task(number=19, issue=make_issue(number=9, text=GOOD["issue_text"]))
    upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.get()
    assert batch.counts["changed"] == 1
    correct_task(
        actor=office,
        task_id=task.pk,
        version=task.version,
        changes={"title": GOOD["title"], "accountable_leader": "李明"},
        on=localdate(),
        at=now(),
        note="更正",
    )

    answer = browser.post(f"/imports/{batch.pk}/confirm/", follow=True)

    levels = [message.level_tag for message in answer.context["messages"]]
    assert levels == ["error", "info"]
    names = {told["name"] for row in answer.context["page"] for told in row.differences}
    assert "title" not in names
    assert "goal" in names
    task.refresh_from_db()
    assert task.goal != GOOD["goal"]
    browser.post(f"/imports/{batch.pk}/confirm/")
    task.refresh_from_db()
    assert (task.goal, task.accountable_leader) == (GOOD["goal"], "李明")


def test_deadlines_move_with_a_document(browser, inspection):
    make_task(number=19, issue=make_issue(number=9, text=GOOD["issue_text"]))
    later = localdate().replace(day=28) + timedelta(days=400)
    row = {"number": "19", "deadline_text": f"{later.year}年{later.month}月{later.day}日前"}
    upload(browser, inspection, {**GOOD, **row, "measures": ""})
    batch = ImportBatch.objects.get()
    address = f"/imports/{batch.pk}/confirm/"
    assert batch.counts["extensions"] == 1

    refused = browser.post(address, {"reason": "汛期"})
    assert refused.status_code == 422
    assert "汛期" in refused.content.decode()
    browser.post(address, {"reason": "汛期", "document_no": "通办9号"})

    change = Task.objects.get().deadline_changes.get()
    assert (change.new_due_on, change.document_no) == (later, "通办9号")


def test_a_list_is_discarded(browser, inspection):
    upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.get()

    answer = browser.post(f"/imports/{batch.pk}/discard/", follow=True)

    assert answer.redirect_chain[-1][0] == "/imports/"
    page = browser.get(batch.get_absolute_url()).content.decode()
    assert "confirm/" not in page
    assert browser.get(f"/imports/{batch.pk}/columns/").url == batch.get_absolute_url()
    assert browser.post(f"/imports/{batch.pk}/columns/").url == batch.get_absolute_url()


def test_an_import_is_undone_on_its_page(browser, inspection):
    upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.get()
    browser.post(f"/imports/{batch.pk}/confirm/")
    assert "/undo/" in browser.get(batch.get_absolute_url()).content.decode()

    browser.post(f"/imports/{batch.pk}/undo/")

    assert not Task.objects.live().exists()
    assert "/undo/" not in browser.get(batch.get_absolute_url()).content.decode()


def test_an_import_that_was_touched_says_by_whom(browser, inspection, office):
    upload(browser, inspection, GOOD)
    batch = ImportBatch.objects.get()
    browser.post(f"/imports/{batch.pk}/confirm/")
    make_report(Task.objects.get(), on=localdate(), at=now(), actor=office)

    answer = browser.post(f"/imports/{batch.pk}/undo/", follow=True)

    message = list(answer.context["messages"])[-1]
    assert message.level_tag == "error"
    assert str(office) in str(message)
    assert Task.objects.live().count() == 1


def test_a_list_whose_file_is_gone_says_so(browser, inspection):
    upload_foreign(browser, inspection)
    batch = ImportBatch.objects.get()
    batch.file.storage.delete(batch.file.name)

    assert browser.get(f"/imports/{batch.pk}/columns/").status_code == 404
    ImportBatch.objects.update(file="")
    assert browser.get(batch.get_absolute_url()).status_code == 200
    assert browser.get(f"/imports/{batch.pk}/marked/").status_code == 404


@pytest.mark.parametrize("show", ["new", "changed", "same", "faults", "nonsense"])
def test_every_kind_of_row_has_its_tab(browser, inspection, show):
    make_task(number=7)
    upload(browser, inspection, GOOD, {**GOOD, "number": "7"}, {**GOOD, "number": "x"})
    address = ImportBatch.objects.get().get_absolute_url()

    page = browser.get(address, {"show": show})

    assert page.status_code == 200
    assert page.context["shown"] == ("faults" if show == "nonsense" else show)


def test_the_preview_costs_the_same_for_many_rows(
    browser, inspection, django_assert_max_num_queries
):
    for number in range(1, 40):
        make_task(number=number)
    rows = [{**GOOD, "number": str(number), "issue_number": ""} for number in range(1, 40)]
    upload(browser, inspection, *rows)
    address = ImportBatch.objects.get().get_absolute_url()

    for show in ("new", "changed", "same", "faults"):
        with django_assert_max_num_queries(15):
            browser.get(address, {"show": show})
