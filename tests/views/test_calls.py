"""The pages of a call's workbooks: sent out, handed in, looked through, confirmed."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories
from tests.callbooks import GOOD, SAID, book_of, filled, header_of, make_call, saved, write, zipped
from tracker.models import CallFile, ProgressReport

QUERIES = 15


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def call(inspection):
    return make_call()


@pytest.fixture
def tasks(call, county, other_county):
    return [
        factories.make_task(units=[county], number=1),
        factories.make_task(units=[county], number=2),
        factories.make_task(units=[other_county], number=3),
    ]


def at(name, call, **more):
    return reverse(name, kwargs={"pk": call.pk, **more})


def upload(browser, call, **files):
    sent = [SimpleUploadedFile(f"{name}.xlsx", content) for name, content in files.items()]
    return browser.post(at("call-files", call), {"workbooks": sent}, follow=True)


def confirm(browser, call, page, take=(), **changes):
    ticked = [row["seen"] for row in page.context["rows"] if row["file"].is_clean]
    data = {"file": ticked, "take": list(take), **changes}
    return browser.post(at("confirm-call-files", call), data, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


def content_of(response):
    return b"".join(response.streaming_content)


class TestSentOut:
    def test_the_office_has_all_units_in_a_zip(self, open_as, office, call, tasks):
        response = open_as(office).get(at("call-workbooks", call))

        with zipfile.ZipFile(BytesIO(content_of(response))) as archive:
            assert len(archive.namelist()) == 2
            for name in archive.namelist():
                header_of(load_workbook(BytesIO(archive.read(name))).worksheets[0])

    def test_an_editor_has_the_workbook_of_the_own_unit_and_of_no_other(
        self, open_as, editor, reader, call, tasks, county, other_county, city
    ):
        browser = open_as(editor)

        response = browser.get(at("call-workbook", call, unit=county.code))
        book = load_workbook(BytesIO(content_of(response)))
        top, columns = header_of(book.worksheets[0])
        assert [book.worksheets[0].cell(top + n, columns["No."]).value for n in (1, 2)] == [1, 2]
        assert browser.get(at("call-workbook", call, unit=other_county.code)).status_code == 404
        assert open_as(reader).get(at("call-workbook", call, unit=county.code)).status_code == 403

    def test_where_nothing_is_asked_there_is_nothing_to_fill_in(
        self, open_as, editor, call, county
    ):
        browser = open_as(editor)

        for address in (at("call-workbooks", call), at("call-workbook", call, unit=county.code)):
            response = browser.get(address, follow=True)
            assert response.redirect_chain[0][0] == call.get_absolute_url()
            assert "nothing to fill" in told(response)[0]


class TestHandedIn:
    def test_all_files_at_once_and_a_zip_of_them(
        self, open_as, office, call, tasks, county, other_county
    ):
        browser = open_as(office)
        files = [
            SimpleUploadedFile("甲.xlsx", filled(call, county, GOOD)),
            SimpleUploadedFile("其余.zip", zipped({"乙.xlsx": filled(call, other_county, GOOD)})),
            SimpleUploadedFile("说明.txt", b"not a workbook"),
        ]

        page = browser.post(at("call-files", call), {"workbooks": files}, follow=True)

        assert told(page) == [
            "3 files were read, 2 without errors. Nothing is entered before you confirm it."
        ]
        rows = {row["file"].name: row for row in page.context["rows"]}
        assert set(rows) == {"甲.xlsx", "乙.xlsx", "说明.txt"}
        assert (rows["甲.xlsx"]["new"], rows["甲.xlsx"]["units"]) == (1, "临江县")
        assert rows["说明.txt"]["file"].refusal
        assert rows["说明.txt"]["file"].refusal in page.content.decode()
        assert not ProgressReport.objects.exists()

        done = confirm(browser, call, page)

        assert told(done) == ["2 reports were entered."]
        assert ProgressReport.objects.count() == 2
        assert [row["file"].name for row in done.context["rows"]] == ["说明.txt"]

    def test_every_fault_is_named_with_its_place_and_the_file_cannot_be_entered(
        self, open_as, office, call, tasks, county
    ):
        browser = open_as(office)
        bad = {**GOOD, "Share (%)": "九成", "On schedule": "no"}

        page = upload(browser, call, 甲=filled(call, county, bad))

        text = page.content.decode()
        for word in ("甲.xlsx", "九成", "H5", "from 0 to 100", "Say why"):
            assert word in text
        assert page.context["rows"][0]["units"] == "临江县"
        assert told(confirm(browser, call, page)) == ["Choose at least one file."]
        forced = confirm(browser, call, page, file=[page.context["rows"][0]["seen"]])
        assert "has errors" in told(forced)[0]
        assert not ProgressReport.objects.exists()

    def test_a_mended_file_replaces_it(self, open_as, office, call, tasks, county):
        browser = open_as(office)
        upload(browser, call, 甲=filled(call, county, {**GOOD, "Share (%)": "x"}))

        page = upload(browser, call, 甲=filled(call, county, GOOD))

        assert len(page.context["rows"]) == 1
        assert "replaced by" in page.content.decode()

    def test_nothing_chosen_and_too_many_are_said(self, open_as, office, call, tasks):
        browser = open_as(office)

        response = browser.post(at("call-files", call), {})
        assert response.status_code == 422
        assert "Choose the workbooks" in response.content.decode()
        many = [SimpleUploadedFile(f"{n}.xlsx", b"x") for n in range(101)]
        assert browser.post(at("call-files", call), {"workbooks": many}).status_code in (400, 422)

    def test_nothing_is_handed_in_before_the_period(self, open_as, office, county):
        call = future_call()
        browser = open_as(office)

        assert "begins on 2999-06-01" in browser.get(at("call-files", call)).content.decode()
        response = browser.post(
            at("call-files", call), {"workbooks": [SimpleUploadedFile("a.xlsx", b"x")]}
        )
        assert response.status_code == 422
        confirmed = browser.post(at("confirm-call-files", call), {"file": []}, follow=True)
        assert "begins on" in told(confirmed)[0]

    def test_a_unit_hands_in_its_own_and_rows_of_others_are_refused(
        self, open_as, editor, call, tasks, county, other_county
    ):
        browser = open_as(editor)
        book = book_of(call, county)
        write(book, 0, GOOD)
        write(book, 1, {**GOOD, "Key of the row": f"{call.pk}-{factories.part(tasks[2]).pk}"})

        page = upload(browser, call, 甲=saved(book))

        [row] = page.context["rows"]
        assert (row["new"], len(row["file"].refused), row["file"].is_clean) == (1, 1, True)
        assert "Not taken." in page.content.decode()
        assert "望潮县" not in page.content.decode()
        assert told(confirm(browser, call, page)) == ["1 report was entered."]
        report = ProgressReport.objects.get()
        assert (report.assignment.task, report.author) == (tasks[0], editor)

    def test_lost_keys_are_said(self, open_as, office, call, tasks, county):
        book = book_of(call, county)
        write(book, 0, GOOD)
        sheet = book.worksheets[0]
        sheet.delete_cols(header_of(sheet)[1]["Key of the row"])

        page = upload(open_as(office), call, 甲=saved(book))

        assert "hidden keys were lost" in page.content.decode()

    def test_a_blank_workbook_says_nothing_and_is_not_offered(
        self, open_as, office, call, tasks, county
    ):
        page = upload(open_as(office), call, 甲=filled(call, county))

        assert "Nothing is filled in." in page.content.decode()
        assert not page.context["preview"].can_be_confirmed

    def test_a_file_can_be_put_aside_once(self, open_as, office, call, tasks, county):
        browser = open_as(office)
        upload(browser, call, 甲=filled(call, county, GOOD))
        address = reverse("discard-call-file", args=[CallFile.objects.get().pk])

        assert "put aside" in told(browser.post(address, follow=True))[0]
        assert "not waiting any more" in told(browser.post(address, follow=True))[0]


class TestReportedMeanwhile:
    @pytest.fixture
    def page(self, open_as, office, call, tasks, county, editor):
        browser = open_as(office)
        upload(browser, call, 甲=filled(call, county, GOOD, GOOD))
        factories.make_report(
            tasks[0], 75, on=date(2022, 6, 28), actor=editor, text="在线填报：主管铺设完成四公里。"
        )
        return browser.get(at("call-files", call))

    def test_both_are_shown_and_what_is_reported_stays(self, page, open_as, office, call, tasks):
        text = page.content.decode()
        assert "在线填报：主管铺设完成四公里。" in text
        assert SAID in text
        assert [line.row["task"] for line in page.context["preview"].conflicts] == ["1"]

        assert told(confirm(open_as(office), call, page)) == ["1 report was entered."]
        assert factories.part(tasks[0]).percent == 75

    def test_a_ticked_row_is_taken(self, page, open_as, office, call, tasks):
        [line] = page.context["preview"].conflicts

        done = confirm(open_as(office), call, page, take=[line.key])

        assert told(done) == ["2 reports were entered."]
        assert ProgressReport.objects.filter(assignment__task=tasks[0]).count() == 2

    def test_a_page_that_is_out_of_date_enters_nothing(self, page, open_as, office, call, tasks):
        factories.make_report(tasks[1], 10, on=date(2022, 6, 29))

        done = confirm(open_as(office), call, page)

        assert "Something was reported since" in told(done)[0]
        assert ProgressReport.objects.count() == 2

    def test_what_is_ticked_cannot_be_made_up(self, page, open_as, office, call, tasks):
        browser = open_as(office)
        for word in ("x", "99999:x", "1" * 30, ""):
            response = browser.post(at("confirm-call-files", call), {"file": [word]})
            assert response.status_code in (302, 404)
        assert ProgressReport.objects.count() == 1

    def test_the_page_of_the_file_shows_each_row_with_what_it_is(self, page, open_as, office):
        file = CallFile.objects.get()

        text = open_as(office).get(file.get_absolute_url()).content.decode()

        assert "Reported otherwise" in text
        assert "waiting to be confirmed" in text


class TestOfOthers:
    def test_files_of_others_do_not_exist_but_for_the_city_office(
        self, open_as, office, editor, head, county_office, call, tasks, county
    ):
        upload(open_as(head), call, 甲=filled(call, county, GOOD))
        file = CallFile.objects.get()

        for person in (editor, county_office):
            browser = open_as(person)
            assert browser.get(file.get_absolute_url()).status_code == 404
            discard = reverse("discard-call-file", args=[file.pk])
            assert browser.post(discard).status_code == 404
            assert list(browser.get(at("call-files", call)).context["rows"]) == []
            forged = {"file": [f"{file.pk}:x"]}
            assert browser.post(at("confirm-call-files", call), forged).status_code == 404
        assert open_as(office).get(file.get_absolute_url()).status_code == 200
        file.refresh_from_db()
        assert file.is_waiting

    def test_who_reports_for_nobody_is_told_so(self, open_as, leader, call):
        response = open_as(leader).get(at("call-files", call))

        assert response.status_code == 403
        assert "reports for no unit" in response.content.decode()


class TestForm:
    def test_it_holds_all_answers_and_a_cover(self, open_as, office, call, tasks, county):
        browser = open_as(office)
        page = upload(browser, call, 甲=filled(call, county, GOOD))
        confirm(browser, call, page)

        response = browser.get(at("call-form", call))

        book = load_workbook(BytesIO(content_of(response)))
        cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
        assert SAID in cells
        assert cells.count("(not reported)") == 2
        assert len(book.worksheets) == 2

    def test_a_unit_has_its_own_part_and_a_past_day_its_own_state(
        self, open_as, editor, call, tasks
    ):
        factories.make_report(tasks[0], 75, on=date(2022, 6, 28))

        response = open_as(editor).get(at("call-form", call) + "?asof=2022-06-20")

        sheet = load_workbook(BytesIO(content_of(response))).worksheets[0]
        cells = [cell.value for row in sheet.iter_rows() for cell in row]
        assert cells.count("(not reported)") == 2
        assert "望潮县" not in cells


class TestBoard:
    def test_it_tells_unit_by_unit_who_has_answered_and_how(
        self, open_as, office, editor, call, tasks, county
    ):
        browser = open_as(office)
        factories.make_report(tasks[1], 75, on=date(2022, 6, 28), actor=editor)
        page = upload(browser, call, 甲=filled(call, county, GOOD))
        confirm(browser, call, page)
        upload(browser, call, 乙=filled(call, county, {**GOOD, "Share (%)": "x"}))

        found = browser.get(call.get_absolute_url())

        lines = {row["line"].unit.code: row["line"] for row in found.context["by_unit"]}
        near, far = lines["linjiang"], lines["donghai"]
        assert (near.asked, near.on_line, near.by_file, near.missing) == (2, 1, 1, 0)
        assert near.faults == 1
        assert (far.asked, far.missing) == (1, 1)
        for row in found.context["by_unit"]:
            shown = browser.get(call.get_absolute_url() + row["missing_url"])
            assert len(shown.context["rows"]) == row["line"].missing
        assert "Hand in workbooks" in found.content.decode()

    def test_a_reader_and_a_past_day_have_nothing_to_hand_in(
        self, open_as, reader, office, call, tasks
    ):
        assert not open_as(reader).get(call.get_absolute_url()).context["may_answer"]
        past = open_as(office).get(call.get_absolute_url() + "?asof=2022-06-28")
        assert not past.context["may_answer"]


def test_the_pages_ask_the_database_as_often_for_many_rows_as_for_few(
    open_as, office, call, county
):
    browser = open_as(office)
    for number in range(1, 13):
        factories.make_task(units=[county], number=number)
    counts = []
    for rows in ([GOOD], [{**GOOD, "Share (%)": "x"}, *[GOOD] * 9]):
        upload(browser, call, 甲=filled(call, county, *rows))
        file = CallFile.objects.waiting().get()
        counts.append([])
        for address in (
            call.get_absolute_url(),
            at("call-files", call),
            at("call-form", call),
            at("call-workbooks", call),
            file.get_absolute_url(),
        ):
            with CaptureQueriesContext(connection) as asked:
                answer = browser.get(address)
                if answer.streaming:
                    content_of(answer)
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= QUERIES, counts[0]


def test_handing_in_asks_the_database_as_often_for_many_rows_as_for_few(
    open_as, office, call, county
):
    browser = open_as(office)
    for number in range(1, 13):
        factories.make_task(units=[county], number=number)
    counts = []
    for rows in ([GOOD], [GOOD] * 9):
        file = SimpleUploadedFile("甲.xlsx", filled(call, county, *rows))
        with CaptureQueriesContext(connection) as asked:
            browser.post(at("call-files", call), {"workbooks": [file]})
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1, counts  # the second one replaces the first


def future_call():
    """A call whose period has not begun."""
    return make_call(
        on=date(2022, 6, 1), period_from=date(2999, 6, 1), period_to=date(2999, 6, 30),
        due_on=date(2999, 6, 25),
    )  # fmt: skip
