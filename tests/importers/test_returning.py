"""What may happen to a working ledger while it is away, and what is found when it is back."""

import shutil
import subprocess
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook

from tests import factories
from tests.importers import ledgers
from tests.importers.ledgers import Edited, cells, export, of_kind, read, the_cell
from tracker import xlsx
from tracker.forms.working_rows import LABELS
from tracker.importers.returning import compare_again
from tracker.models import Task, Unit
from tracker.operations import amendments, annulment, assignments, measures, tasks
from tracker.operations.entering import MeasurePlan

LATER = ledgers.TODAY + timedelta(days=3)
AT = factories.moment(LATER)
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture
def plan(inspection, county, other_county, bureau):
    """Three tasks of one issue."""
    factories.make_issue()
    return [
        factories.make_task(
            units=[county],
            title=f"第{number}项整改",
            goal="全面达标",
            measures=[MeasurePlan(text="排查"), MeasurePlan(text="治理")],
            accountable_leader="李明",
        )
        for number in (1, 2, 3)
    ]


def correct(office, task, **changes):
    task.refresh_from_db()
    return tasks.correct_task(
        actor=office,
        task_id=task.pk,
        version=task.version,
        changes=changes,
        on=LATER,
        at=AT,
        note="更正",
    )


def test_a_cell_is_changed_there_here_in_both_or_in_both_alike(plan, office):
    sheet = Edited(export())
    sheet.write(plan[0], title="表中改", goal="都改成这样", case_leader="表中的人")
    correct(office, plan[0], goal="都改成这样", case_leader="这里的人", task_force="专班甲")

    returned = read(sheet.content())

    code = plan[0].code
    assert cells(returned) == {
        (code, "title"): "theirs",
        (code, "goal"): "same",
        (code, "case_leader"): "both",
        (code, "task_force"): "ours",
    }
    conflict = the_cell(returned, "case_leader")
    assert (conflict["base"], conflict["theirs"], conflict["now"]) == ("", "表中的人", "这里的人")
    assert (conflict["by"], conflict["at"]) == (str(office), "2023-03-04 09:00")
    assert conflict["decision"] == ""
    assert the_cell(returned, "title")["decision"] == "theirs"


def test_who_changed_units_measures_and_deadlines_here_is_told(
    plan, office, other_county, inspection
):
    sheet = Edited(export())
    task = plan[1]
    said = {"actor": office, "version": None, "on": LATER, "at": AT}
    assignments.add_unit(task_id=task.pk, unit=other_county, is_lead=False, **said)
    measures.add_measure(task_id=task.pk, values={"text": "验收"}, **said)
    amendments.extend_deadline(
        task_id=task.pk,
        new_text="2025年底前",
        new_due_on=date(2025, 12, 31),
        reason="汛期",
        document_no="1",
        **said,
    )
    correct(office, task, title="先改")
    event = task.events.filter(kind="corrected").latest("sequence")
    correct(office, task, goal="后改")
    annulment.annul(actor=office, event_id=event.pk, reason="误", at=AT)

    returned = read(sheet.content())

    assert {name: state for (_code, name), state in cells(returned).items()} == dict.fromkeys(
        ["goal", "measures", "units", "deadline"], "ours"
    )
    found = [cell for row in returned.rows for cell in row["cells"]]
    assert {(cell["by"], cell["at"]) for cell in found} == {(str(office), "2023-03-04 09:00")}


def test_rows_may_be_sorted(plan):
    sheet = Edited(export())
    sheet.write(plan[2], title="改了第三项")
    first = sheet.header + 1
    rows = [[cell.value for cell in row] for row in sheet.sheet.iter_rows(min_row=first)]
    for number, values in enumerate(reversed(rows), start=first):
        for column, value in enumerate(values, start=1):
            sheet.sheet.cell(number, column).value = value

    assert cells(read(sheet.content())) == {(plan[2].code, "title"): "theirs"}


def test_columns_may_be_inserted_and_moved(plan):
    sheet = Edited(export())
    sheet.write(plan[0], goal="新目标")
    sheet.sheet.insert_cols(1, 2)
    sheet.sheet.insert_cols(8)
    sheet.sheet.cell(sheet.header, 8).value = "备注"
    sheet.sheet.cell(sheet.header + 1, 8).value = "自用"

    returned = read(sheet.content())

    assert cells(returned) == {(plan[0].code, "goal"): "theirs"}
    assert returned.notes == []


def test_titles_may_be_inserted_above_and_rows_below(plan):
    sheet = Edited(export())
    sheet.write(plan[0], goal="新目标")
    sheet.sheet.insert_rows(1, 3)
    sheet.sheet.cell(sheet.sheet.max_row + 2, 1).value = "填表人："

    returned = read(sheet.content())

    assert cells(returned) == {(plan[0].code, "goal"): "theirs"}
    assert [note.endswith(": 11.") or note.endswith("：11。") for note in returned.notes] == [True]


def copied(sheet, to):
    for row in sheet.sheet.iter_rows(min_row=sheet.header):
        to.append([cell.value for cell in row])


def test_the_table_may_be_copied_to_another_sheet_and_edited_there(plan):
    sheet = Edited(export())
    other = sheet.book.create_sheet("副本")
    copied(sheet, other)
    goal = sheet.column("goal")
    other.cell(3, goal).value = "在副本里改"

    returned = read(sheet.content())

    assert cells(returned) == {(plan[1].code, "goal"): "theirs"}
    assert the_cell(returned, "goal")["place"].endswith("3")
    assert returned.notes == []


def test_a_row_edited_in_two_places_in_two_ways_is_refused(plan):
    sheet = Edited(export())
    other = sheet.book.create_sheet("副本")
    copied(sheet, other)
    other.cell(2, sheet.column("goal")).value = "一种改法"
    sheet.write(plan[0], goal="另一种改法")

    returned = read(sheet.content())

    refused = of_kind(returned, "refused")
    assert [row["code"] for row in refused] == [plan[0].code] * 2
    assert cells(returned) == {}
    assert of_kind(returned, "removed") == []


def test_the_same_edit_in_two_places_is_one(plan):
    sheet = Edited(export()).write(plan[0], goal="同样的改法")
    copied(sheet, sheet.book.create_sheet("副本"))

    assert cells(read(sheet.content())) == {(plan[0].code, "goal"): "theirs"}


def as_new_workbook(sheet, skip=()):
    """The table alone, copied into a new workbook: the hidden sheet stays behind."""
    book = Workbook()
    for row in sheet.sheet.iter_rows(min_row=sheet.header):
        book.active.append([cell.value for cell in row if cell.column not in skip])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_in_a_new_workbook_the_key_tells_what_was_not_touched_here(plan, office):
    sheet = Edited(export()).write(plan[0], goal="改").write(plan[1], goal="改", title="改题")
    correct(office, plan[1], goal="这里改")

    returned = read(as_new_workbook(sheet))

    assert cells(returned) == {
        (plan[0].code, "goal"): "theirs",
        (plan[1].code, "goal"): "both",
        (plan[1].code, "title"): "both",
    }
    assert [cell["lost"] for row in returned.rows for cell in row["cells"]] == [False, True, True]
    assert len(returned.notes) == 1


def test_without_keys_rows_are_matched_by_code_and_nothing_is_guessed(plan):
    sheet = Edited(export()).write(plan[0], goal="改")

    returned = read(as_new_workbook(sheet, skip=[2]))

    assert cells(returned) == {(plan[0].code, "goal"): "both"}
    assert [row["matched"] for row in returned.rows] == ["code"]
    assert len(returned.notes) == 2


def test_without_keys_and_codes_rows_are_matched_by_number_or_text(plan):
    sheet = Edited(export()).write(plan[0], goal="改")
    by_number = read(as_new_workbook(sheet, skip=[1, 2]))
    by_text = read(as_new_workbook(sheet, skip=[1, 2, 3]))

    assert [row["matched"] for row in by_number.rows] == ["code"]
    assert [row["matched"] for row in by_text.rows] == ["text"]
    assert len(by_text.notes) == 3


def test_the_hidden_column_alone_may_be_lost(plan, office):
    sheet = Edited(export()).write(plan[0], goal="改")
    sheet.sheet.delete_cols(2)
    correct(office, plan[0], title="这里改")

    returned = read(sheet.content())

    assert cells(returned) == {(plan[0].code, "goal"): "theirs", (plan[0].code, "title"): "ours"}
    assert len(returned.notes) == 1


def test_sorting_without_the_hidden_column_does_no_harm(plan):
    sheet = Edited(export()).write(plan[0], goal="改")
    keys = [sheet.cell(task, "code").offset(column=1) for task in plan]
    keys[0].value, keys[2].value = keys[2].value, keys[0].value

    assert cells(read(sheet.content())) == {(plan[0].code, "goal"): "theirs"}


@pytest.mark.parametrize("what", ["task", "version", "signature"])
def test_a_key_that_was_altered_is_not_believed(plan, office, what):
    sheet = Edited(export()).write(plan[0], goal="改")
    key = sheet.cell(plan[0], "code").offset(column=1)
    export_id, task, rest = key.value.split(".")[1:]
    version, signature = rest.split(":")
    if what == "task":
        task = plan[1].pk
    elif what == "version":
        version = "9"
    else:
        signature = "A" * 43
    key.value = f"rk1.{export_id}.{task}.{version}:{signature}"

    returned = read(sheet.content())

    assert cells(returned) == {(plan[0].code, "goal"): "theirs"}
    assert len(returned.notes) == 2


def test_exported_values_that_were_altered_are_not_believed(plan):
    sheet = Edited(export()).write(plan[0], goal="改")
    hidden = sheet.book.worksheets[-1]
    for row in hidden.iter_rows(min_row=2):
        for cell in row:
            if cell.value and f"|{plan[0].pk}|" in cell.value:
                cell.value = cell.value[:-3] + "AAA"
            elif cell.value and f"|{plan[1].pk}|" in cell.value:
                cell.value = cell.value.replace(f"|{plan[1].pk}|", f"|{plan[1].pk + 99}|")

    returned = read(sheet.content())

    assert cells(returned) == {(plan[0].code, "goal"): "theirs"}
    assert len(returned.notes) == 1
    assert of_kind(returned, "removed") == []


def test_a_part_of_a_record_that_is_missing_is_no_record(plan, county):
    long = factories.make_task(
        units=[county],
        title="长",
        measures=[MeasurePlan(text=chr(0x4E00 + n % 9000) * 13 + str(n)) for n in range(900)],
    )
    sheet = Edited(export())
    for row in sheet.book.worksheets[-1].iter_rows(min_row=2):
        for cell in row:
            if cell.value and f"|{long.pk}|2|" in cell.value:
                cell.value = None

    assert len(read(sheet.content()).notes) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 77),
        ("issue_number", 8),
        ("issue_text", "另一种说法"),
        ("lead", "望潮县"),
        ("state", "已销号"),
        ("percent", 100),
        ("last_report_on", date(2023, 2, 1)),
        ("completed_on", date(2023, 2, 1)),
        ("closed_on", "2023-02-01"),
        ("code", "2022s2-77"),
    ],
)
def test_grey_cells_are_not_taken_and_the_reason_is_told(plan, name, value):
    returned = read(Edited(export()).write(plan[0], **{name: value}).content())

    cell = the_cell(returned, name)
    assert (cell["state"], len(returned.rows)) == ("refused", 1)
    assert cell["reason"]
    assert str(value)[:4] in cell["theirs"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", None),
        ("title", "长" * 201),
        ("goal", "长" * 3001),
        ("units", None),
        ("units", "火星县"),
        ("supervising_unit", "火星局"),
        ("supporting_units", "临江县、火星县"),
        ("deadline_text", "尽快"),
        ("deadline_text", None),
        ("due_on", "不是一天"),
        ("due_on", date(2020, 1, 1)),
        ("case_leader", "长" * 61),
        ("quantity_target", "很多"),
        ("quantity_target", -3),
        ("is_listed", "也许"),
        ("measures", "1. 排查"),
        ("measures", "1. 排查\n2. 新的\n3. 治理"),
        ("measures", "1. 治理\n2. 排查"),
        ("measures", "1. 排查\n2. " + "长" * 2001),
    ],
)
def test_what_cannot_be_understood_is_refused_at_its_cell(plan, name, value):
    sheet = Edited(export()).write(plan[0], **{name: value}).write(plan[1], task_force="好的")

    returned = read(sheet.content())

    field = "deadline" if name in ("deadline_text", "due_on") else name
    assert cells(returned) == {
        (plan[0].code, field): "refused",
        (plan[1].code, "task_force"): "theirs",
    }
    assert the_cell(returned, field)["reason"]


def test_a_formula_that_failed_is_refused_in_white_and_grey_cells(plan):
    sheet = Edited(export())
    for name in ("goal", "percent"):
        cell = sheet.cell(plan[0], name)
        cell.value, cell.data_type = "#REF!", "e"

    returned = read(sheet.content())

    assert the_cell(returned, "goal")["theirs"] == "#REF!"
    assert the_cell(returned, "percent")["theirs"] == "#REF!"
    assert set(cells(returned).values()) == {"refused"}


def test_measures_with_numbers_of_their_own_are_left_alone_and_not_edited(county, inspection):
    text = "分三步：\n2. 第二步"
    task = factories.make_task(units=[county], measures=[MeasurePlan(text=text)])
    sheet = Edited(export())

    assert read(sheet.content()).rows == []
    sheet.write(task, measures=sheet.cell(task, "measures").value + "。")
    assert the_cell(read(sheet.content()), "measures")["state"] == "refused"


def test_a_text_too_long_for_a_cell_is_left_out_and_not_edited(county, inspection):
    task = factories.make_task(
        units=[county], measures=[MeasurePlan(text="长" * 1999) for _number in range(20)]
    )
    sheet = Edited(export())

    assert read(sheet.content()).rows == []
    sheet.write(task, measures="1. 短")
    assert the_cell(read(sheet.content()), "measures")["state"] == "refused"


def test_values_are_understood_however_programs_write_them(plan, other_county):
    sheet = Edited(export())
    sheet.write(
        plan[0],
        deadline_text=date(2025, 12, 31),
        due_on=None,
        quantity_target="1,200.50",
        is_listed="TRUE",
        units="临江县；望潮县",
    )
    sheet.write(plan[1], is_listed=True, deadline_text="2025年6月前", due_on="2025年6月1日")
    sheet.write(plan[2], quantity_target=0.1, title=19)
    sheet.cell(plan[0], "is_listed").value = "Yes"

    returned = read(sheet.content())
    found = {
        (row["row"] - sheet.header, cell["field"]): cell["key"]
        for row in returned.rows
        for cell in row["cells"]
    }

    assert found == {
        (1, "deadline"): ["2025年12月31日", ""],
        (1, "quantity_target"): "1200.5",
        (1, "is_listed"): "1",
        (1, "units"): ["donghai", "linjiang"],
        (2, "is_listed"): "1",
        (2, "deadline"): ["2025年6月前", "2025-06-01"],
        (3, "quantity_target"): "0.1",
        (3, "title"): "19",
    }


def test_a_closed_unit_that_is_still_named_may_stay(plan, office, city, other_county):
    closing = factories.unit_of_code("closing", "旧局", city)
    correct(office, plan[0], supporting_units=[closing])
    sheet = Edited(export())
    closing.closed_on = ledgers.TODAY - timedelta(days=1)
    closing.save(update_fields=["closed_on"])
    sheet.write(plan[0], supporting_units="旧局、望潮县")

    assert the_cell(read(sheet.content()), "supporting_units")["key"] == ["closing", "donghai"]


def test_a_column_that_was_deleted_changes_nothing_and_is_named(plan):
    sheet = Edited(export()).write(plan[0], title="改")
    sheet.sheet.delete_cols(sheet.column("goal"))
    sheet.sheet.delete_cols(sheet.column("due_on"))

    returned = read(sheet.content())

    assert cells(returned) == {(plan[0].code, "title"): "theirs"}
    assert str(LABELS["goal"]) in returned.notes[0]


def test_rows_that_were_deleted_or_emptied_are_told_of(plan):
    sheet = Edited(export())
    sheet.sheet.delete_rows(sheet.row(plan[0]))
    row = sheet.row(plan[1])
    for cell in sheet.sheet[row]:
        if not str(cell.value).startswith("rk1."):
            cell.value = None

    returned = read(sheet.content())

    assert [row["code"] for row in of_kind(returned, "removed")] == [plan[0].code, plan[1].code]
    assert cells(returned) == {}


NEW = {
    "number": "第四项",
    "issue_number": 1,
    "title": "新任务",
    "goal": "目标",
    "measures": "1. 措施",
    "units": "临江县",
    "acceptance_unit": "市生态环境局",
    "deadline_text": "2025年底前",
    "is_listed": "是",
    "quantity_target": 3,
    "quantity_unit": "个",
}


def test_an_added_row_is_offered_as_a_new_task(plan):
    returned = read(Edited(export()).add(**NEW).content())

    [row] = of_kind(returned, "new")
    assert (row["faults"], row["decision"]) == ([], "theirs")
    assert (row["plan"]["number"], row["plan"]["number_printed"]) == (4, "第四项")
    assert (row["plan"]["quantity_target"], row["plan"]["is_listed"]) == ("3", "1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issue_number", 99),
        ("title", None),
        ("units", "火星县"),
        ("deadline_text", "尽快"),
        ("quantity_target", "很多"),
        ("is_listed", "也许"),
        ("acceptance_unit", None),
    ],
)
def test_an_added_row_that_cannot_be_entered_says_why(plan, name, value):
    returned = read(Edited(export()).add(**NEW | {name: value}).content())

    [row] = of_kind(returned, "new")
    assert [fault["column"] for fault in row["faults"]] == [str(LABELS[name])]
    assert (row["decision"], "plan" in row) == ("", False)


def test_two_added_rows_do_not_take_one_number(plan):
    returned = read(Edited(export()).add(**NEW).add(**NEW | {"title": "又一个"}).content())

    first, second = of_kind(returned, "new")
    assert first["faults"] == []
    assert [fault["place"] for fault in second["faults"]] == ["C8"]


def test_an_added_row_with_a_cell_in_error_says_so(plan):
    sheet = Edited(export()).add(**NEW)
    cell = sheet.sheet.cell(sheet.sheet.max_row, sheet.column("case_leader"))
    cell.value, cell.data_type = "#N/A", "e"

    assert len(of_kind(read(sheet.content()), "new")[0]["faults"]) == 1


def test_a_row_copied_to_become_a_new_task_is_new_although_it_has_a_key(plan):
    sheet = Edited(export())
    values = [cell.value for cell in sheet.sheet[sheet.row(plan[0])]]
    sheet.sheet.append(values)
    last = sheet.sheet.max_row
    sheet.sheet.cell(last, sheet.column("number")).value = 8
    sheet.sheet.cell(last, sheet.column("title")).value = "抄来的新任务"

    returned = read(sheet.content())

    [row] = of_kind(returned, "new")
    assert (row["title"], row["faults"], cells(returned)) == ("抄来的新任务", [], {})


def test_a_copied_row_takes_no_number_that_is_on_the_list(plan):
    sheet = Edited(export())
    values = [cell.value for cell in sheet.sheet[sheet.row(plan[0])]]
    sheet.sheet.append(values)
    sheet.sheet.cell(sheet.sheet.max_row, sheet.column("number")).value = 2

    [row] = of_kind(read(sheet.content()), "new")
    assert [fault["column"] for fault in row["faults"]] == [str(LABELS["number"])]


def test_an_added_row_is_not_taken_for_a_task_that_was_not_exported(plan):
    part = Task.objects.exclude(pk=plan[2].pk)
    sheet = Edited(export(tasks=part)).add(**NEW | {"number": 3, "title": "第3项整改"})

    [row] = of_kind(read(sheet.content()), "new")
    assert [fault["column"] for fault in row["faults"]] == [str(LABELS["number"])]


def test_rows_twice_without_their_record_are_refused_unless_alike(plan):
    sheet = Edited(export())
    sheet.sheet.append([cell.value for cell in sheet.sheet[sheet.row(plan[0])]])
    alike = as_new_workbook(sheet)
    sheet.sheet.cell(sheet.sheet.max_row, sheet.column("goal")).value = "两样"

    assert of_kind(read(alike), "refused") == []
    assert len(of_kind(read(as_new_workbook(sheet)), "refused")) == 2


def test_rows_of_tasks_that_are_gone_or_elsewhere_are_refused(plan, office, inspection):
    content = Edited(export()).write(plan[0], goal="改").content()
    created = plan[0].events.get(kind="created")
    annulment.annul(actor=office, event_id=created.pk, reason="误", at=AT)
    other = factories.make_inspection()
    factories.make_task(inspection=other, title="别处的任务")
    foreign = Edited(export(other))
    foreign.book.remove(foreign.book.worksheets[-1])

    [row] = of_kind(read(content), "refused")
    assert (row["code"], row["reason"] != "") == (plan[0].code, True)
    [row] = of_kind(read(foreign.content()), "refused")
    assert row["title"] == "别处的任务"


def test_a_ledger_of_another_inspection_is_refused(plan):
    other = factories.make_inspection()
    content = export()

    with pytest.raises(xlsx.Unreadable, match="2022s2"):
        read(content, inspection=other)


def test_a_task_that_got_another_number_is_known_by_its_key(plan, office):
    sheet = Edited(export()).write(plan[0], goal="改")
    correct(office, plan[0], number=9)

    assert cells(read(sheet.content())) == {("2022s2-9", "goal"): "theirs"}


@pytest.mark.parametrize("heading", [["甲", "乙", "丙"], ["任务编码"], []])
def test_a_workbook_that_is_no_ledger_is_refused_in_words(plan, heading):
    book = Workbook()
    book.active.append(heading)
    book.active.append(["1", "2", "3"])
    file = BytesIO()
    book.save(file)

    with pytest.raises(xlsx.Unreadable):
        read(file.getvalue())


def test_two_columns_of_one_name_are_refused(plan):
    sheet = Edited(export())
    sheet.sheet.cell(sheet.header, sheet.sheet.max_column + 1).value = str(LABELS["goal"])

    with pytest.raises(xlsx.Unreadable, match="整改目标|goal"):
        read(sheet.content())


def test_of_two_exports_in_one_workbook_each_row_keeps_its_own(plan, office):
    old = Edited(export())
    correct(office, plan[0], goal="第二版")
    new = Edited(export(at=AT))
    sheet = new.book.create_sheet("旧")
    copied(old, sheet)
    hidden = new.book.worksheets[-2]
    for row in old.book.worksheets[-1].iter_rows(min_row=2, values_only=True):
        hidden.append(row)
    new.sheet.delete_rows(new.row(plan[0]))

    assert cells(read(new.content())) == {(plan[0].code, "goal"): "ours"}


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not here")
def test_saving_in_libreoffice_does_no_harm(plan, office, county, tmp_path):
    awkward = factories.make_task(
        units=[county],
        title="=1+1",
        goal="  前后有空格 \n第二行\r\n第三行",
        measures=[MeasurePlan(text="+86 电话"), MeasurePlan(text="2023-10-31")],
        due_on=None,
        quantity_target="12.50",
    )
    sheet = Edited(export()).write(plan[0], goal="改\n两行")
    (tmp_path / "in.xlsx").write_bytes(sheet.content())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(tmp_path / "in.xlsx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    saved = (tmp_path / "out" / "in.xlsx").read_bytes()
    returned = read(saved)

    assert cells(returned) == {(plan[0].code, "goal"): "theirs"}
    assert returned.notes == []
    assert awkward.title == "=1+1"


def test_compared_again_decisions_stay_where_nothing_moved(plan, office):
    sheet = Edited(export())
    sheet.write(plan[0], title="改", goal="改", case_leader="改", measures="1. 排查\n2. 好好治理")
    sheet.write(plan[1], goal="只在表中")
    sheet.write(plan[2], percent=50).add(**NEW)
    correct(office, plan[0], goal="这里改", case_leader="这里")
    returned = read(sheet.content())
    for row in returned.rows:
        for cell in row.get("cells", ()):
            if cell["state"] in ("both", "theirs"):
                cell["decision"] = "ours"
    correct(office, plan[0], case_leader="又改")
    correct(office, plan[1], goal="只在表中")
    measures.add_measure(
        actor=office,
        task_id=plan[0].pk,
        version=None,
        values={"text": "第三"},
        on=LATER,
        at=AT,
    )

    rows = compare_again(returned.rows)

    found = {
        (row["code"], cell["field"]): (cell["state"], cell.get("decision"))
        for row in rows
        for cell in row.get("cells", ())
    }
    code = plan[0].code
    assert found == {
        (code, "title"): ("theirs", "ours"),
        (code, "goal"): ("both", "ours"),
        (code, "case_leader"): ("both", ""),
        (code, "measures"): ("refused", "ours"),
        (plan[1].code, "goal"): ("same", ""),
        (plan[2].code, "percent"): ("refused", None),
    }
    plan[0].refresh_from_db()
    assert rows[0]["version"] == plan[0].version
    assert [row["kind"] for row in rows] == ["task", "task", "task", "new"]


def test_compared_again_a_row_without_changes_is_gone(plan, office):
    sheet = Edited(export())
    correct(office, plan[0], goal="这里改")
    returned = read(sheet.content())
    correct(office, plan[0], goal="全面达标")

    assert [len(row["cells"]) for row in returned.rows] == [1]
    assert compare_again(returned.rows) == []


def test_an_english_interface_reads_a_chinese_ledger(plan):
    sheet = Edited(export()).write(plan[0], goal="改", is_listed="是")
    with translation.override("en"):
        found = cells(read(sheet.content()))

    assert found == {(plan[0].code, "goal"): "theirs", (plan[0].code, "is_listed"): "theirs"}


def test_what_nobody_changed_asks_the_database_nothing_of_its_own(
    plan, django_assert_max_num_queries
):
    content = export()

    with django_assert_max_num_queries(12):
        returned = read(content)

    assert (returned.rows, returned.notes) == ([], [])
    assert returned.counts == {"rows": 3, "cells": 3 * 14}


def test_a_unit_that_has_another_code_now_is_told_even_where_nothing_else_moved(plan, county):
    content = export()
    Unit.objects.filter(pk=county.pk).update(code="renamed")

    assert set(cells(read(content)).values()) == {"ours"}


def test_a_closed_unit_that_an_unchanged_row_names_may_be_named_in_another(
    plan, office, other_county
):
    said = {"actor": office, "version": None, "on": LATER, "at": AT}
    assignments.add_unit(task_id=plan[0].pk, unit=other_county, is_lead=False, **said)
    sheet = Edited(export())
    Unit.objects.filter(pk=other_county.pk).update(closed_on=ledgers.TODAY - timedelta(days=1))
    sheet.write(plan[1], supporting_units=other_county.name)

    assert cells(read(sheet.content())) == {(plan[1].code, "supporting_units"): "theirs"}
