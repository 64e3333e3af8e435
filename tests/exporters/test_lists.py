"""A list as it is seen: its filters, its visible columns in their order, its order, its day."""

from datetime import date

import pytest

from tests.factories import complete, make_issue, make_petition, make_report, make_task
from tests.made import book_of, rows_of, sheet_of, told_by


def seen(subject, query="", **order):
    return sheet_of(f"{subject}-list", query=query, **order)


def test_columns_and_rows_are_those_of_the_address(inspection, office, county):
    make_task(number=1, title="截污纳管")
    make_task(number=2, title="河道保洁")

    sheet = seen("tasks", "cols=title,number&sort=-number", inspection=inspection, user=office)

    assert [cell.value for cell in sheet[3]] == ["Task", "No."]
    assert [list(row.values()) for row in rows_of(sheet)] == [["河道保洁", 2], ["截污纳管", 1]]
    assert sheet.auto_filter.ref == "A3:B5"


def test_days_numbers_and_shares_are_real(inspection, office, county, other_county):
    task = make_task(units=[county, other_county], due_on=date(2023, 12, 31))
    make_report(task, unit=county, percent=50, on=date(2023, 10, 1))
    make_report(task, unit=other_county, percent=70, on=date(2023, 10, 2))
    make_task(due_on=None)

    sheet = seen("tasks", "sort=number", inspection=inspection, user=office)

    first, second = rows_of(sheet)
    assert first["Deadline"].date() == date(2023, 12, 31)
    assert first["Time left"] == 61
    assert first["Progress"] == 0.6
    assert first["Latest report"].date() == date(2023, 10, 2)
    assert set(first["Responsible unit"].split("、")) == {county.label, other_county.label}
    assert second["Deadline"] == "standing"
    assert second["Time left"] is None
    assert second["Latest report"] is None


def test_every_column_of_the_task_list_can_be_taken_along(inspection, office, county):
    complete(make_task(title="甲"), on=date(2023, 5, 1))
    names = (
        "number,title,medium,units,due,left,progress,status,report,issue,lead,supervising,"
        "acceptance,leader,goal,measures,completed,closed"
    )

    [row] = rows_of(seen("tasks", f"cols={names}", inspection=inspection, user=office))

    assert len(row) == 18
    assert row["State"] == "awaiting closure"
    assert row["Completed on"].date() == date(2023, 5, 1)
    assert row["Closed on"] is None
    assert row["Supervising unit"] is None
    assert row["Measures done"] == "0/1"


def test_issues_are_listed_with_the_state_of_their_tasks(inspection, office, county):
    make_task(issue=make_issue(title="溢流"))
    make_issue(title="扬尘")

    sheet = seen("issues", user=office, inspection=inspection)

    rows = {row["Inspection issue"]: row for row in rows_of(sheet)}
    assert rows["溢流"]["Tasks"] == "0 of 1 completed"
    assert rows["扬尘"]["State"] == "no task yet"
    assert rows["扬尘"]["Tasks"] is None


def test_petitions_are_listed_without_numbers_of_people(inspection, office, county):
    make_petition(county, summary="联系13912345678", batch=3, on=date(2021, 12, 6))

    [row] = rows_of(seen("petitions", "status=open", user=office, inspection=inspection))

    assert row["What is complained of"] == "联系139****5678"
    assert row["Batch"] == 3
    assert row["Handed over on"].date() == date(2021, 12, 6)
    assert row["State"] == "being handled"
    assert row["Settled on"] is None
    assert row["Petition number"].startswith("D2JS")


@pytest.mark.parametrize("subject", ["tasks", "issues", "petitions"])
def test_ticked_rows_alone_are_taken(subject, inspection, office, county):
    makers = {
        "tasks": make_task,
        "issues": make_issue,
        "petitions": lambda: make_petition(county),
    }
    first, _second = makers[subject](), makers[subject]()

    book = book_of(f"{subject}-list", inspection=inspection, user=office, selected=(first.pk,))

    assert len(rows_of(book.active)) == 1
    assert told_by(book.worksheets[1])["Rows"] == 1


def test_a_list_is_for_whoever_may_see_it(inspection, editor, other_county):
    make_task(units=[other_county])

    assert rows_of(seen("tasks", inspection=inspection, user=editor)) == []


@pytest.mark.parametrize("subject", ["tasks", "issues", "petitions"])
def test_more_rows_cost_no_more_queries(
    subject, inspection, office, county, django_assert_max_num_queries
):
    def add():
        make_task(issue=make_issue())
        make_petition(county)

    add()
    with django_assert_max_num_queries(20) as few:
        seen(subject, inspection=inspection, user=office)
    for _number in range(5):
        add()
    with django_assert_max_num_queries(len(few)):
        seen(subject, inspection=inspection, user=office)
