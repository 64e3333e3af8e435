"""The download of a list holds the rows of the list."""

from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from tests.factories import complete, make_issue, make_petition, make_report, make_task
from tests.made import rows_of
from tracker.exporters import parts


def content_of(response):
    assert response.status_code == 200
    return BytesIO(b"".join(response.streaming_content))


def ledger_of(client, **query):
    """The response to the download of the ledger, and the task numbers in it."""
    response = client.get("/tasks/export/", {"form": "ledger", **query})
    sheet = load_workbook(content_of(response)).worksheets[0]
    return response, [sheet.cell(row, 5).value for row in range(4, 4 + len(rows_of(sheet)))]


@pytest.fixture
def tasks(county, other_county):
    done = make_task(number=1, units=[county], title="截污纳管")
    make_task(number=2, units=[other_county])
    make_task(number=3, units=[county, other_county])
    complete(done)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"unit": "linjiang"}, [1, 3]),
        ({"status": "completed"}, [1]),
        ({"q": "截污"}, [1]),
        ({"asof": "2022-05-01", "status": "completed"}, []),
        ({"sort": "-number"}, [1, 2, 3]),
        ({"page": "7", "per": "20", "density": "tight", "form": "ledger"}, [1, 2, 3]),
    ],
)
def test_the_ledger_holds_the_rows_of_the_list(client_of, office, tasks, query, numbers):
    _response, found = ledger_of(client_of(office), **query)

    assert found == numbers


def test_without_a_form_the_list_comes_as_it_is_shown(client_of, office, tasks):
    response = client_of(office).get("/tasks/export/", {"cols": "number", "sort": "-number"})

    sheet = load_workbook(content_of(response)).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(4, 7)] == [3, 2, 1]
    assert sheet.max_column == 1


@pytest.mark.parametrize("subject", ["issues", "petitions"])
def test_other_lists_are_exported_in_the_same_way(client_of, office, county, subject):
    make_issue()
    make_petition(county)

    response = client_of(office).get(f"/{subject}/export/")

    assert len(rows_of(load_workbook(content_of(response)).worksheets[0])) == 1


def test_ticked_rows_alone_are_taken(client_of, office, inspection, tasks):
    ticked = inspection.tasks.filter(number__in=[1, 3]).values_list("pk", flat=True)

    response, found = ledger_of(client_of(office), only="picked", pick=[*ticked, "x", "-1"])

    assert found == [1, 3]
    assert "所选" in unquote(response["Content-Disposition"]) or "picked" in unquote(
        response["Content-Disposition"]
    )


def test_without_a_tick_the_list_says_so(client_of, office, tasks):
    response = client_of(office).get(
        "/tasks/export/", {"only": "picked", "form": "ledger", "status": "open"}, follow=True
    )

    assert response.redirect_chain == [("/tasks/?status=open", 302)]
    assert len(response.context["messages"]) == 1


def test_a_whole_list_without_filters_is_gone_back_to_as_well(client_of, office, tasks):
    response = client_of(office).get("/tasks/export/", {"only": "picked"})

    assert response["Location"] == "/tasks/"


def test_what_cannot_be_made_is_said_on_the_list(client_of, office, tasks, monkeypatch):
    monkeypatch.setattr(parts, "MOST", 0)

    response = client_of(office).get("/tasks/export/", {"form": "closure"}, follow=True)

    assert response.redirect_chain == [("/tasks/", 302)]
    assert len(response.context["messages"]) == 1


@pytest.mark.parametrize("form", ["poem", "petitions", "summary-list", "assessment"])
def test_a_form_of_something_else_is_not_found(client_of, office, tasks, form):
    assert client_of(office).get("/tasks/export/", {"form": form}).status_code == 404


def test_each_unit_gets_a_workbook_in_one_zip(client_of, office, tasks, county, other_county):
    response = client_of(office).get("/tasks/export/", {"form": "ledger", "by": "unit"})

    assert response["Content-Type"] == "application/zip"
    with ZipFile(content_of(response)) as archive:
        names = archive.namelist()
    assert sorted(name.rpartition("_")[2] for name in names) == sorted(
        [f"{county.short_name}.xlsx", f"{other_county.short_name}.xlsx"]
    )


@pytest.mark.parametrize("subject", ["tasks", "issues", "petitions"])
def test_the_list_offers_its_ways_out_and_keeps_its_filters(client_of, office, county, subject):
    make_task(issue=make_issue())
    make_petition(county)

    html = client_of(office).get(f"/{subject}/?unit=linjiang&cols=number").content.decode()

    assert f"/{subject}/export/?unit=linjiang&amp;cols=number" in html
    assert 'name="pick"' in html
    assert 'form="picked"' in html
    assert '<input type="hidden" name="unit" value="linjiang">' in html


def test_list_and_download_agree_for_staff_of_a_unit(client_of, editor, tasks):
    client = client_of(editor)

    _response, found = ledger_of(client)

    assert found == [1, 3]
    assert client.get("/tasks/").content.decode().count("/tasks/2022s2-2/") == 0


def test_the_part_of_another_unit_stays_out_of_a_unit_s_download(
    client_of, editor, county, other_county
):
    task = make_task(units=[county, other_county])
    make_report(task, unit=other_county, text="邻县的机密进展")

    response = client_of(editor).get("/tasks/export/?form=ledger")

    sheet = load_workbook(content_of(response)).worksheets[0]
    assert "邻县的机密进展" not in str([[cell.value for cell in row] for row in sheet.rows])


def test_the_file_is_named_and_typed_as_a_workbook(client_of, office, tasks):
    response, _found = ledger_of(client_of(office), asof="2023-10-31")

    disposition = unquote(response["Content-Disposition"])
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "_2022s2_" in disposition
    assert "20231031" in disposition
    assert response["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_download_is_only_read(client_of, office, tasks):
    assert client_of(office).post("/tasks/export/").status_code == 405


def test_nobody_downloads_without_logging_in(client, tasks):
    assert client.get("/tasks/export/").status_code == 302
