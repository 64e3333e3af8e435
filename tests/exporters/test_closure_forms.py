"""The forms that go part by part: application for closure, public notice."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests import closing
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


@pytest.fixture
def closed(county, editor, acceptance, office):
    """A part closed after an objection that was dismissed, and filed."""
    task = closing.completed_task(number=21, units=[county])
    closure = closing.passed(task, editor, acceptance)
    notice = closing.publish(closure, office, email="zgb@example.cn")
    closing.settle(closing.objection(notice, office), office)
    closing.close(closure, office, consent_document_no="省督改〔2022〕3号", consent_on=closing.ENDS)
    closing.file(closure, office)
    return task


def test_the_boxes_say_what_the_procedure_has_come_to(closed):
    boxes = boxes_of(sheet_of("closure"))

    for box, words in {
        "Measures and how far they are done": ["岸线复绿三点二公里"],
        "Self-check": ["Self-checked on July 3, 2022: 对照整改目标", "Completed on July 1, 2022."],
        "Opinion of the responsible unit": ["周向东", "July 4, 2022"],
        "Field check of the acceptance team": ["On file: 台账", "On site July 8, 2022", "(5)"],
        "Conclusion of the acceptance": ["☑ passed        □ failed", "同意销号"],
        "Head and members of the acceptance team": ["许文澜", "吴桐、郑一帆", "July 8, 2022"],
        "Public notice (from, to, objections)": ["July 22, 2022", "☑ yes, 1", "未发现直排"],
        "Opinion of the rectification office": ["同意销号。", "省督改〔2022〕3号 (July 22, 2022)"],
        "Filed with the level above": ["江海环督备〔2022〕7号", "August 1, 2022"],
    }.items():
        for word in words:
            assert word in boxes[box], box
    assert "13800000000" not in texts_of(sheet_of("closure"))
    assert "夜间仍有废水直排" not in texts_of(sheet_of("closure"))


def test_numbers_of_citizens_are_never_printed(county, editor, acceptance, office):
    closure = closing.passed(closing.completed_task(number=21, units=[county]), editor, acceptance)
    row = closing.objection(closing.publish(closure, office), office)
    closing.settle(row, office, settlement="已告知13800002222。")

    notice = boxes_of(sheet_of("closure"))["Public notice (from, to, objections)"]
    assert "已告知138****2222。" in notice


def test_boxes_of_later_steps_are_empty_on_an_earlier_day(closed):
    boxes = boxes_of(sheet_of("closure", as_of=closing.PUBLISHED))

    assert "☑ passed" in boxes["Conclusion of the acceptance"]
    notice = boxes["Public notice (from, to, objections)"]
    assert "July 22, 2022" in notice
    assert "☑ yes, 1" in notice
    assert "同意销号。" not in boxes["Opinion of the rectification office"]
    assert "7号" not in boxes["Filed with the level above"]
    before = boxes_of(sheet_of("closure", as_of=closing.APPLIED))
    assert "周向东" in before["Opinion of the responsible unit"]
    assert "□ passed        □ failed" in before["Conclusion of the acceptance"]
    assert "July 22, 2022" not in before["Public notice (from, to, objections)"]


def test_a_notice_without_objections_is_ticked_so_once_it_is_over(
    county, editor, acceptance, office
):
    closing.closed(closing.completed_task(units=[county]), editor, acceptance, office)

    notice = boxes_of(sheet_of("closure"))["Public notice (from, to, objections)"]

    assert "☑ none" in notice


def test_a_failed_acceptance_is_ticked_so(county, editor, acceptance, office):
    task = closing.completed_task(units=[county])
    closure = closing.take(
        closing.apply(task, editor, is_statement=True, meeting_on=closing.COMPLETED), acceptance
    )
    found = {"field_finding": "", "field_checked_on": None}
    closing.decide(closure, acceptance, passes=False, **found)
    book = book_of("closure", selected=(task.pk,), user=office)

    boxes = boxes_of(book.worksheets[0])

    assert "☑ failed" in boxes["Conclusion of the acceptance"]
    assert "not met. 长效机制尚未建立" in boxes["Field check of the acceptance team"]
    assert "meeting of the unit on July 1, 2022" in boxes["Opinion of the responsible unit"]


def test_a_returned_application_fills_no_box(county, editor, acceptance):
    task = closing.completed_task(units=[county])
    closing.send_back(closing.apply(task, editor), acceptance)

    assert "周向东" not in boxes_of(sheet_of("closure"))["Opinion of the responsible unit"]


def test_the_notice_says_its_days_and_where_to_object(closed):
    text = texts_of(book_of("notice").worksheets[2])

    assert "Public notice of provincial environmental" in text
    assert "from July 11, 2022 to July 22, 2022" in text
    assert "江海市攻坚办. Telephone: 0513-00000000; e-mail: zgb@example.cn" in text
    assert "6. Completion: 沿江码头生产废水" in text


def test_before_the_notice_the_application_gives_the_wording(county, editor):
    closing.apply(closing.completed_task(units=[county]), editor)

    book = book_of("notice")

    assert "6. Completion: 沿江码头生产废水" in texts_of(book.worksheets[2])
    assert rows_of(book.active)[0]["How far it is done"].startswith("沿江码头")


@pytest.mark.parametrize("form", ["closure", "notice"])
def test_more_parts_cost_no_more_queries(form, county, django_assert_max_num_queries):
    complete(make_task())
    with django_assert_max_num_queries(20) as few:
        book_of(form)
    for _number in range(4):
        complete(make_task())
    with django_assert_max_num_queries(len(few)):
        book_of(form)
