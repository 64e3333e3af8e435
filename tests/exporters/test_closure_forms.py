"""The forms that go part by part: application for closure, public notice."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories import complete, make_report, make_task, moment
from tests.made import DAY, book_of, merges_of, rows_of, sheet_of, texts_of, told_by
from tracker.exporters import parts
from tracker.exporters.closure import name_of
from tracker.exporters.forms import FORMS, Order
from tracker.exporters.orders import Chosen
from tracker.operations import progress


@pytest.fixture
def done(county, other_county):
    """A task of two units, completed by one of them."""
    task = make_task(
        number=19, number_printed="第十九项", title="截污纳管", units=[county, other_county]
    )
    make_report(task, percent=100, unit=county, text="管网已全部接通。", on=date(2023, 5, 1))
    complete(task, unit=county, on=date(2023, 5, 20))
    make_task(number=20, title="河道保洁")
    return task


def boxes_of(sheet):
    return {row[0].value: row[1].value for row in sheet.iter_rows(min_row=3)}


def test_each_completed_part_has_a_sheet_of_its_own(done, county):
    book = book_of("closure")

    assert book.sheetnames == [f"19 {county.label}", "About"]
    assert told_by(book.worksheets[1])["Rows"] == 1
    boxes = boxes_of(book.active)
    assert boxes["Rectification task (number)"] == "第十九项 截污纳管"
    assert boxes["Rectification goal"] == done.goal
    assert boxes["Responsible unit"] == county.name
    assert "落实整改措施" in boxes["Measures and how far they are done"]
    assert "管网已全部接通。" in boxes["Measures and how far they are done"]
    assert "Completed on May 20, 2023." in boxes["Self-check"]
    assert "□ passed" in boxes["Conclusion of the acceptance"]
    assert "Head (signature):" in boxes["Opinion of the responsible unit"]


def test_it_is_printed_upright_on_a4(done):
    sheet = sheet_of("closure")

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")


def test_ticked_tasks_have_a_sheet_for_every_part(inspection, done, county, other_county, office):
    book = book_of("closure", inspection=inspection, user=office, selected=(done.pk,))

    assert book.sheetnames == [f"19 {county.label}", "About", f"19 {other_county.label}"]


def test_without_anything_completed_there_is_a_form_to_be_filled_in_by_hand(inspection, county):
    make_task()

    book = book_of("closure")

    assert book.sheetnames == ["Blank form", "About"]
    assert "Opinion of the rectification office" in boxes_of(book.active)
    assert told_by(book.worksheets[1])["Rows"] == 0


def test_it_tells_when_measures_were_done_and_the_part_was_closed(county, office):
    task = make_task(taken_over=True)
    complete(task, on=date(2023, 5, 20))
    task.measures.update(completed_on=date(2023, 5, 1))
    progress.take_over_closure(
        actor=office,
        assignment_id=task.assignments.get().pk,
        version=None,
        on=date(2023, 6, 20),
        at=moment(date(2023, 6, 20)),
    )

    boxes = boxes_of(sheet_of("closure"))

    assert "(completed on May 1, 2023)" in boxes["Measures and how far they are done"]
    assert "Closed on June 20, 2023." in boxes["Self-check"]


def test_names_of_sheets_are_told_apart(county, inspection):
    complete(make_task(number=19))
    chosen = Chosen(Order(form="closure", as_of=DAY), FORMS["closure"])
    [part] = parts.parts(chosen)

    name = name_of(part, {f"19 {county.label}".casefold()})

    assert name == f"19 2022s2 {county.code}"


def test_too_many_forms_are_refused_in_words(done, monkeypatch):
    monkeypatch.setattr(parts, "MOST", 0)

    with pytest.raises(ValidationError, match="at most 0 forms, and there are 1"):
        book_of("closure")


def test_the_notice_has_a_table_and_a_text_for_each_part(inspection, done, county):
    book = book_of("notice", inspection=inspection)

    [row] = rows_of(book.active)
    assert row["No."] == "第十九项"
    assert row["How far it is done"] == "管网已全部接通。"
    assert row["Responsible unit"] == county.label
    text = texts_of(book.worksheets[2])
    assert "(第十九项)" in text
    assert inspection.name in text
    assert f"2. Implementing unit: {county.name}" in text
    assert f"4. Goal: {done.goal}" in text
    assert "Objections to the completion" in text


def test_the_notice_cites_plan_and_rule_of_the_inspection(inspection, done):
    inspection.plan_document_no = "江海办〔2022〕18号"
    inspection.legal_basis = "《督察整改办法》\n其他"
    inspection.save()

    text = texts_of(book_of("notice", inspection=inspection).worksheets[2])

    assert "(江海办〔2022〕18号)" in text
    assert "According to 《督察整改办法》: " in text
    assert "其他" not in text


def test_a_task_without_a_printed_number_is_named_by_its_own(county):
    complete(make_task(number=7))

    assert "(item 7)" in texts_of(book_of("notice").worksheets[2])


def test_units_of_one_task_share_its_cells_in_the_notice(county, other_county):
    complete(make_task(units=[county, other_county]))

    sheet = sheet_of("notice")

    assert len(rows_of(sheet)) == 2
    assert "B4:B5" in merges_of(sheet)


@pytest.mark.parametrize("form", ["closure", "notice"])
def test_more_parts_cost_no_more_queries(form, county, django_assert_max_num_queries):
    complete(make_task())
    with django_assert_max_num_queries(20) as few:
        book_of(form)
    for _number in range(4):
        complete(make_task())
    with django_assert_max_num_queries(len(few)):
        book_of(form)
