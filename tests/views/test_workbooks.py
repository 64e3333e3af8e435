"""The page of the official forms: choose, look, download."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests import closing
from tests.factories import complete, make_issue, make_petition, make_report, make_round, make_task
from tests.made import rows_of
from tracker.exporters import parts
from tracker.exporters.forms import FORMS

MOST_QUERIES = {"closure": 19, "monthly": 16}
"""For the preview; 15 but for two forms. One prints an attempt at closure with its answers, its
files and what was objected to it; the other looks at reports that wait or came back apart from
those that stand."""


@pytest.fixture
def plan(county, other_county):
    make_round()
    issue = make_issue()
    for units in ([county], [other_county], [county, other_county]):
        make_report(make_task(issue=issue, units=units), unit=units[0], percent=40)
    complete(make_task(issue=issue))
    make_petition(county)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_shows_its_first_rows(client_of, office, plan, form):
    response = client_of(office).get("/workbooks/", {"form": form})

    shown = response.context["shown"]
    assert response.status_code == 200
    assert shown.total > 0
    assert shown.rows
    width = sum(cell.columns for cell in shown.head[0])
    assert shown.width == width
    assert f"/workbooks/{form}/?batch=2022s2" in response.content.decode()


def test_cells_go_over_the_rows_and_columns_they_belong_to(client_of, office, plan):
    html = client_of(office).get("/workbooks/", {"form": "tasks"}).content.decode()

    assert 'colspan="2" scope="colgroup"' in html
    assert '<td class="prose" rowspan="4">' in html


def test_shares_and_days_are_shown_as_the_workbook_shows_them(client_of, office, plan):
    client = client_of(office)

    summary = client.get("/workbooks/", {"form": "summary", "asof": "2023-10-31"}).content.decode()
    ledger = client.get("/workbooks/", {"form": "ledger", "asof": "2023-10-31"}).content.decode()

    assert '<td class="num">25.0%</td>' in summary
    assert '<tr class="strong">' in summary
    assert '<td class="num">2022-07-01</td>' in ledger


def test_long_texts_are_cut_in_the_preview_alone(client_of, office, inspection, county):
    make_task(goal="长" * 300)
    client = client_of(office)

    html = client.get("/workbooks/").content.decode()
    response = client.get("/workbooks/ledger/")

    assert "长" * 200 + "…" in html
    assert "长" * 201 not in html
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert rows_of(sheet)[0].popitem() is not None
    assert "长" * 300 in str([[cell.value for cell in row] for row in sheet.rows])


def test_one_unit_is_shown_and_downloaded(client_of, office, plan, county):
    client = client_of(office)

    shown = client.get("/workbooks/?unit=linjiang").context["shown"]
    response = client.get("/workbooks/ledger/?unit=linjiang")

    assert shown.total == 3
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert len(rows_of(sheet)) == 3


def test_a_workbook_for_each_unit_is_a_zip(client_of, office, plan):
    client = client_of(office)

    response = client.get("/workbooks/ledger/?by=unit")
    figures = client.get("/workbooks/summary/?by=unit")

    assert response["Content-Type"] == "application/zip"
    assert figures["Content-Type"].endswith("spreadsheetml.sheet")
    b"".join(response.streaming_content)
    b"".join(figures.streaming_content)


def test_staff_of_a_unit_choose_among_their_own(client_of, editor, plan, county, other_county):
    client = client_of(editor)

    page = client.get("/workbooks/")

    assert [unit.code for unit, _label in page.context["units"]] == [county.code]
    assert client.get(f"/workbooks/ledger/?unit={other_county.code}").status_code == 404


def test_what_is_not_understood_is_told(client_of, office, plan):
    response = client_of(office).get("/workbooks/?form=poem&unit=atlantis&asof=2022-13-01&x=1")

    assert response.context["name"] == "ledger"
    told = response.content.decode()
    assert "poem" in told
    assert "atlantis" in told


def test_a_form_that_is_to_come_says_with_what(client_of, office, plan):
    client = client_of(office)

    page = client.get("/workbooks/?form=assessment")

    assert page.status_code == 200
    assert str(page.context["refusal"]) in page.content.decode()
    assert "shown" not in page.context
    assert client.get("/workbooks/assessment/").status_code == 404
    assert client.get("/workbooks/poem/").status_code == 404


def test_too_many_forms_are_refused_on_the_page(client_of, office, plan, monkeypatch):
    monkeypatch.setattr(parts, "MOST", 0)
    client = client_of(office)

    page = client.get("/workbooks/?form=closure")
    download = client.get("/workbooks/closure/", follow=True)

    assert page.context["refusal"]
    assert page.context["shown"] is None
    assert download.redirect_chain == [("/workbooks/?form=closure&unit=", 302)]


def test_an_installation_without_an_inspection_has_a_page(client_of, office):
    client = client_of(office)

    for form in FORMS:
        assert client.get(f"/workbooks/?form={form}").status_code == 200
        download = client.get(f"/workbooks/{form}/")
        assert download.status_code == 200
        b"".join(download.streaming_content)


def test_a_call_that_was_not_opened_shows_an_empty_page(client_of, office, inspection, county):
    make_task()

    page = client_of(office).get("/workbooks/?form=monthly")

    assert page.context["shown"] is None


def test_the_navigation_leads_there(client_of, editor, plan):
    assert 'href="/workbooks/"' in client_of(editor).get("/tasks/").content.decode()


@pytest.mark.parametrize("form", FORMS)
def test_a_page_takes_few_queries_and_no_more_for_more_rows(client_of, office, head, county, form):
    make_round()

    def add():
        task = make_task(issue=make_issue())
        make_report(task, percent=40)
        complete(task)
        notice = closing.publish(closing.passed(task, head, office), office)
        closing.objection(notice, office)
        make_petition(county)

    client = client_of(office)
    client.get("/workbooks/")
    add()
    with CaptureQueriesContext(connection) as few:
        client.get(f"/workbooks/?form={form}")
    for _number in range(4):
        add()
    with CaptureQueriesContext(connection) as many:
        client.get(f"/workbooks/?form={form}")

    assert len(many) <= len(few)
    assert len(few) <= MOST_QUERIES.get(form, 15), [
        query["sql"][:120] for query in few.captured_queries
    ]
