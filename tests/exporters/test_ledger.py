"""The ledger: the rows of the plan on their day, in the order of the plan, as a form."""

from datetime import date

from tests.factories import complete, make_issue, make_report, make_task
from tests.made import AT, book_of, merges_of, rows_of, sheet_of, told_by
from tracker.operations.amendments import extend_deadline


def test_each_task_is_a_row_and_an_issue_spans_its_tasks(county):
    one, two = make_issue(number=1), make_issue(number=2)
    make_task(issue=one, number=2)
    make_task(issue=two, number=1)
    make_task(issue=one, number=3)

    sheet = sheet_of("ledger")

    rows = rows_of(sheet)
    assert [(row["No."], row["Task number"]) for row in rows] == [(1, 2), (1, 3), (2, 1)]
    assert [row["Issue code"] for row in rows] == ["2022s2-1", "2022s2-1", "2022s2-2"]
    assert "D4:D5" in merges_of(sheet)


def test_numbers_are_given_as_the_plan_prints_them(county):
    make_task(number=19, number_printed="第十九项")
    make_task(number=20)

    assert [row["Task number"] for row in rows_of(sheet_of("ledger"))] == ["第十九项", 20]


def test_title_day_and_makers_stand_on_the_form(inspection, office):
    make_task()
    office.name = "office A&B"
    office.save()

    sheet = sheet_of("ledger", inspection=inspection, user=office)

    assert sheet["A1"].value == "2022年省督察 Rectification ledger"
    notes = [cell.value for cell in sheet[2] if cell.value]
    assert notes[0] == "Reporting unit (seal):"
    assert "As of Oct. 31, 2023" in notes or "As of October 31, 2023" in notes
    assert "office A&&B 2023-11-01 09:00" in sheet.oddFooter.left.text
    assert "Filled in by" in sheet.cell(sheet.max_row, 1).value


def test_it_is_printed_on_a3_across_with_its_header_on_each_page(county):
    make_task()

    sheet = sheet_of("ledger")

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:V4"


def test_the_second_sheet_says_what_the_workbook_is(inspection, office):
    make_task()

    book = book_of("ledger", inspection=inspection, user=office)

    told = told_by(book.worksheets[1])
    assert book.sheetnames[1] == "About"
    assert told["Form"] == "Rectification ledger"
    assert told["Inspection"] == inspection.name
    assert told["Rows"] == 1
    assert told["Filters"] == "none"
    assert told["Made by"] == str(office)
    assert told["Made at"] == "2023-11-01 09:00"
    assert told["Basis of the completion rate"] == "all tasks"


def test_a_past_day_shows_what_was_true_then(county, office):
    task = make_task(due_on=date(2023, 6, 30), deadline_text="2023年6月底前")
    make_report(task, percent=40, on=date(2023, 3, 1), text="三月进展")
    extend_deadline(
        actor=office,
        task_id=task.pk,
        version=None,
        new_text="2023年12月底前",
        new_due_on=date(2023, 12, 31),
        reason="汛期影响",
        document_no="江环督〔2023〕1号",
        on=date(2023, 6, 15),
        at=AT,
    )
    make_report(task, percent=80, on=date(2023, 9, 1), text="九月进展")
    complete(task, on=date(2023, 10, 10))

    [then] = rows_of(sheet_of("ledger", date(2023, 5, 1)))
    [now] = rows_of(sheet_of("ledger"))

    assert then["Rectification deadline"] == "2023年6月底前"
    assert now["Rectification deadline"] == "2023年12月底前"
    assert "三月进展" in then["Progress made"]
    assert "九月进展" in now["Progress made"]
    assert then["Completed on"] is None
    assert now["Completed on"].date() == date(2023, 10, 10)
    assert now["Evaluation"] == "completed"


def test_days_left_and_days_late_are_told_only_while_they_press(county):
    make_task(number=1, due_on=date(2023, 10, 1))
    make_task(number=2, due_on=date(2023, 11, 15))
    make_task(number=3, due_on=date(2024, 11, 15))
    complete(make_task(number=4, due_on=date(2023, 10, 1)), on=date(2023, 9, 1))

    told = [row["Due soon or overdue"] for row in rows_of(sheet_of("ledger"))]

    assert told == ["30 days overdue", "15 days left", None, None]


def test_only_the_part_of_the_units_asked_for_is_told(county, other_county):
    task = make_task(units=[county, other_county])
    make_report(task, unit=county, text="县里的进展")
    make_report(task, unit=other_county, text="邻县的进展")

    [row] = rows_of(sheet_of("ledger", units=(county.pk,)))

    assert row["Responsible units"] == f"{county.short_name}、{other_county.short_name}"
    assert "县里的进展" in row["Progress made"]
    assert "邻县的进展" not in row["Progress made"]


def test_text_that_begins_like_a_formula_stays_text(county):
    make_task(title="=HYPERLINK(1)", goal="@目标")

    [row] = rows_of(sheet_of("ledger"))

    assert row["Rectification task"] == "=HYPERLINK(1)"
    assert row["Rectification goal"] == "@目标"


def test_more_tasks_cost_no_more_queries(county, django_assert_num_queries):
    for number in range(1, 3):
        make_report(make_task(number=number))
    with django_assert_num_queries(8):
        sheet_of("ledger")
    for number in range(3, 13):
        make_report(make_task(number=number))
    with django_assert_num_queries(8):
        sheet_of("ledger")


def test_a_list_without_tasks_is_a_form_without_rows(inspection):
    assert rows_of(sheet_of("ledger")) == []
