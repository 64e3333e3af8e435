"""The summary table: its numbers are those of the figures, its bottom row counts tasks once."""

from datetime import date

from django.db.models import Q

from tests.factories import complete, make_task
from tests.made import DAY, book_of, merges_of, rows_of, sheet_of, told_by
from tracker.figures.overview import overview
from tracker.models import Task


def rows_by_unit(sheet):
    return {row["Place or unit"]: row for row in rows_of(sheet)}


def test_each_unit_has_a_row_and_shared_tasks_count_once_in_the_total(
    inspection, county, other_county
):
    complete(make_task(units=[county], due_on=date(2023, 6, 30)), on=date(2023, 6, 1))
    make_task(units=[county, other_county], due_on=date(2023, 9, 30))
    make_task(units=[other_county], due_on=date(2024, 12, 31))

    sheet = sheet_of("summary", inspection=inspection)

    rows = rows_by_unit(sheet)
    assert list(rows) == [other_county.label, county.label, "Total"]
    total = rows["Total"]
    assert [rows[name]["Tasks"] for name in rows] == [2, 2, 3]
    assert (total["Completed"], total["Overdue"], total["Behind schedule"]) == (1, 1, 1)
    assert (total["Due by the day"], total["Rate in time"]) == (2, 0.5)
    assert total["Completion rate"] == 0.3333
    assert rows[other_county.label]["Rate in time"] == 0


def test_the_numbers_are_those_of_the_figure(inspection, city, county, other_county, town):
    for number, units in enumerate(([county], [town], [county, other_county], [city]), start=1):
        task = make_task(number=number, units=units)
        if number % 2:
            complete(task, on=date(2023, 2, number))

    rows = rows_by_unit(sheet_of("summary", inspection=inspection))

    found = overview(Task.objects.filter(~Q(pk=None)), as_of=DAY)
    for label, buckets, due, due_rate in [
        *((line.unit.label, line.buckets, line.due, line.due_rate) for line in found.by_unit),
        ("Total", found.buckets, found.due, found.due_rate),
    ]:
        row = rows.pop(label)
        assert row["Tasks"] == buckets.total
        assert row["Completed"] == buckets.completed
        assert row["On schedule"] == buckets.on_schedule
        assert row["Behind schedule"] == buckets.behind
        assert row["Overdue"] == buckets.overdue
        assert row["Closed"] == buckets.closed
        assert row["Due by the day"] == due
        assert row["Rate in time"] == due_rate
        four = ("Completed", "On schedule", "Behind schedule", "Overdue")
        assert sum(row[name] for name in four) == row["Tasks"]
    assert rows == {}


def test_rates_are_numbers_shown_as_shares_and_the_total_is_bold(inspection, county):
    complete(make_task())

    sheet = sheet_of("summary", inspection=inspection)

    rate = sheet.cell(sheet.max_row, 8)
    total = next(cell for cell in sheet["A"] if cell.value == "Total")
    rate = sheet.cell(total.row, 8)
    assert (rate.value, rate.number_format) == (1, "0.0%")
    assert total.font.bold
    assert not sheet.cell(total.row - 1, 1).font.bold


def test_the_header_has_two_rows_and_the_paper_is_a4_across(inspection, county):
    make_task()

    sheet = sheet_of("summary", inspection=inspection)

    assert sheet["D3"].value == "Under way"
    assert [sheet["D4"].value, sheet["E4"].value] == ["On schedule", "Behind schedule"]
    assert {"D3:E3", "A3:A4", "F3:F4"} <= merges_of(sheet)
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.page_setup.fitToHeight == 1


def test_of_one_unit_the_rows_are_those_below_it(inspection, city, county, town):
    make_task(units=[town])
    make_task(units=[county])

    rows = rows_by_unit(sheet_of("summary", inspection=inspection, units=(county.pk,)))

    assert list(rows) == [county.label, town.label, "Total"]
    assert rows["Total"]["Tasks"] == 2


def test_staff_of_a_unit_get_the_summary_of_their_own_subtree(
    inspection, county, other_county, town, editor
):
    make_task(units=[town])
    make_task(units=[other_county])

    book = book_of("summary", inspection=inspection, user=editor)

    assert list(rows_by_unit(book.active)) == [town.label, "Total"]
    assert book.active["A2"].value == f"Reporting unit (seal):{county.name}"
    assert county.label in told_by(book.worksheets[1])["Units"]


def test_without_a_task_the_total_is_nothing_and_has_no_rate(inspection):
    [row] = rows_of(sheet_of("summary", inspection=inspection))

    assert (row["Tasks"], row["Completion rate"], row["Rate in time"]) == (0, None, None)
