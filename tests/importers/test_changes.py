"""A list about tasks that are there: what it changes, what it may not, and how rows are told."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    DUE,
    FOREIGN_ROW,
    complete,
    foreign_workbook,
    make_inspection,
    make_issue,
    make_medium,
    make_source,
    make_task,
)
from tests.importers.test_tasks import GOOD, TODAY, enter, label, places, read
from tracker import xlsx
from tracker.forms.task_rows import numbered
from tracker.importers.sources import columns_named, open_source
from tracker.importers.tasks import read_source, read_tasks
from tracker.models import Event, Issue, Task
from tracker.operations.amendments import extend_deadline, withdraw_task
from tracker.operations.changing import Decision
from tracker.operations.measures import add_measure

DECISION = Decision(reason="汛期", document_no="通办9号")
VALUES = {"source": "省督察反馈", "medium": "水环境", "acceptance_unit": "市生态环境局"}


@pytest.fixture(autouse=True)
def _in_english():
    """Faults are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _dictionaries(county, other_county, bureau):
    make_source()
    make_medium()


@pytest.fixture
def task(inspection):
    """Task 19 of issue 9, as ``GOOD`` has it."""
    [task] = enter(inspection, read(inspection, GOOD))
    return task


def bare(**values):
    """A row that names task 19 and otherwise says only this."""
    return {**dict.fromkeys(GOOD, ""), "number": "19", **values}


def told(reading):
    [row] = [row for row in reading.rows if row.kind == "task"]
    return [(one["name"], one["old"], one["new"], one["how"]) for one in row.differences]


def test_empty_cells_say_nothing(inspection, task):
    reading = read(inspection, bare())

    assert reading.faults == []
    assert reading.count("task", "same") == 1


def test_wordings_are_corrected_and_the_old_ones_shown(inspection, task, bureau):
    reading = read(inspection, bare(goal="新目标", supervising_unit="市生态环境局"))

    assert told(reading) == [
        ("goal", "全部整治到位", "新目标", ""),
        ("supervising_unit", "", "市生态环境局", ""),
    ]
    [task] = enter(inspection, reading)
    task.refresh_from_db()
    assert (task.goal, task.supervising_unit) == ("新目标", bureau)
    assert Event.objects.filter(task=task, kind="corrected").count() == 1


def test_spaces_alone_are_no_change(inspection, task):
    reading = read(inspection, bare(goal=" 全部 整治到位 ", measures="1.排查\n2、 整治"))

    assert reading.count("task", "same") == 1


def test_units_are_added_and_none_is_taken_off(inspection, task, other_county):
    added = read(inspection, bare(units="望潮县、临江县"))
    refused = read(inspection, bare(units="望潮县"))

    assert told(added) == [("units", "临江县", "临江县、望潮县", "added")]
    enter(inspection, added)
    assert task.assignments.current().count() == 2
    assert places(refused) == [("I4", label("units"))]
    assert "临江县" in refused.faults[0]["message"]


def test_another_lead_is_refused(inspection, task):
    reading = read(inspection, bare(units="临江县、望潮县", lead="望潮县"))

    assert places(reading) == [("J4", label("lead"))]
    assert "临江县" in reading.faults[0]["message"]


def test_a_single_unit_leads_whether_it_is_said_or_not(inspection):
    make_task(number=19, lead=None)

    assert read(inspection, bare(lead="临江县")).count("task", "same") == 1


def test_supporting_units_are_replaced(inspection, task, bureau, other_county):
    task.supporting_units.add(bureau)

    reading = read(inspection, bare(supporting_units="望潮县"))

    assert told(reading) == [("supporting_units", "市生态环境局", "望潮县", "")]
    enter(inspection, reading)
    assert list(task.supporting_units.all()) == [other_county]


def test_measures_are_reworded_and_added_at_the_end(inspection, task):
    reading = read(inspection, bare(measures="1. 全面排查\n2. 整治\n3. 验收"))

    assert told(reading) == [
        ("measures", "1. 排查", "1. 全面排查", ""),
        ("measures", "", "3. 验收", "added"),
    ]
    enter(inspection, reading)
    own = task.measures.order_by("number")
    assert [measure.text for measure in own] == ["全面排查", "整治", "验收"]


@pytest.mark.parametrize("text", ["1. 排查", "1. 整治\n2. 排查", "1. 新的\n2. 排查\n3. 整治"])
def test_no_measure_is_taken_away_or_moved(inspection, task, text):
    reading = read(inspection, bare(measures=text))

    assert places(reading) == [("H4", label("measures"))]


def test_a_deadline_in_other_words_is_a_correction(inspection, task):
    reading = read(inspection, bare(deadline_text="2023年年底"))

    assert told(reading) == [("deadline_text", "2023年12月底前", "2023年年底", "")]
    enter(inspection, reading)
    task.refresh_from_db()
    assert (task.deadline_text, task.due_on) == ("2023年年底", DUE)


def test_a_later_deadline_is_an_extension_with_its_document(inspection, task):
    reading = read(inspection, bare(deadline_text="2024年6月底前"))

    assert told(reading) == [
        ("deadline_text", "2023年12月底前 (2023-12-31)", "2024年6月底前 (2024-06-30)", "extension")
    ]
    enter(inspection, reading, decision=DECISION)
    task.refresh_from_db()
    assert task.due_on == date(2024, 6, 30)
    assert task.deadline_changes.get().document_no == "通办9号"


@pytest.mark.parametrize(
    "text", ["2023年6月底前", "长期坚持", "2023—2025年", "2024年底前，并长期坚持"]
)
def test_a_deadline_of_another_meaning_is_refused(inspection, task, text):
    reading = read(inspection, bare(deadline_text=text))

    assert places(reading) == [("N4", label("deadline_text"))]
    assert "2023-12-31" in reading.faults[0]["message"]


def test_a_deadline_is_not_extended_to_a_day_that_is_over(inspection, task):
    reading = read(inspection, bare(deadline_text="2024年6月底前"), today=date(2024, 7, 1))

    assert places(reading) == [("N4", label("deadline_text"))]
    assert "2024-07-01" in reading.faults[0]["message"]


def test_a_completed_task_needs_no_extension(inspection, task):
    complete(task)

    assert places(read(inspection, bare(deadline_text="2024年6月底前"))) == [
        ("N4", label("deadline_text"))
    ]


def test_another_day_beside_the_same_words_is_refused(inspection, task):
    assert places(read(inspection, bare(due_on="2024-01-01"))) == [("O4", label("due_on"))]
    assert read(inspection, bare(due_on="2023-12-31")).faults == []


def test_a_draft_s_deadline_is_corrected(inspection):
    task = make_task(number=19, issued=False)

    reading = read(inspection, bare(deadline_text="2023年6月底前"))

    assert told(reading)[0][2] == "2023年6月底前 (2023-06-30)"
    enter(inspection, reading)
    task.refresh_from_db()
    assert task.due_on == date(2023, 6, 30)


def test_an_ambiguous_deadline_that_is_on_the_list_is_not_asked_about_again(inspection):
    row = {**GOOD, "deadline_text": "2023年6月前", "due_on": "2023-05-31"}
    enter(inspection, read(inspection, row))

    again = read(inspection, {**row, "due_on": ""})

    assert again.faults == []
    assert again.count("task", "same") == 1


def test_a_completion_is_not_imported_for_a_task_on_the_list(inspection, task):
    complete(task, on=date(2022, 7, 1))

    same = read(inspection, bare(completed_on="2022-07-01"))
    other = read(inspection, bare(completed_on="2022-07-02", closed_on="2022-07-03"))

    assert same.count("task", "same") == 1
    assert [column for _cell, column in places(other)] == [
        label("completed_on"),
        label("closed_on"),
    ]


def test_another_issue_is_refused_and_the_known_one_not_contradicted(inspection, task):
    make_issue(inspection, number=10)

    assert places(read(inspection, bare(issue_number="10"))) == [("B4", label("issue_number"))]
    contradiction = read(inspection, bare(issue_text="另一个问题"))
    assert places(contradiction) == [("C4", label("issue_text"))]


def test_a_task_that_left_the_list_is_not_changed(inspection, task, office):
    withdraw_task(
        actor=office,
        task_id=task.pk,
        version=None,
        document_no="1号",
        reason="调整",
        on=TODAY,
        at=task.events.latest("sequence").recorded_at,
    )

    assert read(inspection, bare()).count("task", "same") == 1
    assert places(read(inspection, bare(goal="新目标"))) == [("A4", label("number"))]


def test_a_task_is_told_by_its_code(inspection, task):
    reading = read(inspection, bare(number="2022S2-19", goal="新目标"))

    [row] = [row for row in reading.rows if row.kind == "task"]
    assert (row.matched_by, row.task_id) == ("code", task.pk)


def test_a_task_stands_in_one_row_however_it_is_told(inspection, task):
    reading = read(inspection, bare(), bare(number="2022s2-19"))

    assert places(reading) == [("A5", label("number"))]


def test_the_same_task_under_another_number_is_asked_about(inspection, task):
    [fault] = read(inspection, {**GOOD, "number": "43"}).faults

    assert fault["cell"] == "A4"
    assert "19" in fault["message"]


def test_the_same_wording_beside_the_numbered_task_is_another_one(inspection, task):
    reading = read(inspection, GOOD, {**GOOD, "number": "43"})

    assert (reading.count("task", "same"), reading.count("task", "new")) == (1, 1)


def foreign(inspection, *rows, values=VALUES, said=(), header=None, **options):
    """What is read from a foreign layout as its headers say, with ``values`` for all rows."""
    content = foreign_workbook(*rows, **({"header": header} if header else {}))
    source = open_source(content, "清单.xlsx")
    mapping = columns_named(source.suggested, said) | {"values": dict(values)}
    return read_source(
        source,
        mapping=mapping,
        inspection=inspection,
        is_take_over=False,
        today=TODAY,
        **options,
    )


def test_a_foreign_list_is_read_with_what_holds_for_all_its_rows(inspection, bureau):
    reading = foreign(inspection, FOREIGN_ROW, [2, "扬尘扰民。", *FOREIGN_ROW[2:]])

    assert reading.faults == []
    tasks = enter(inspection, reading)
    assert [task.number for task in tasks] == [1, 2]
    assert [task.title for task in tasks] == ["排污口整治不到位", "扬尘扰民"]
    assert [task.issue.number for task in tasks] == [1, 2]
    assert {task.acceptance_unit for task in tasks} == {bureau}


def test_rows_of_one_wording_share_its_issue(inspection):
    known = make_issue(inspection, number=7, text="排污口整治不到位。", title="排污口")
    header = ["序号", "反馈问题", "整改任务", "整改目标", "整改措施", "责任单位", "完成时限"]
    rows = [
        [1, "排污口整治不到位。", "甲任务", "目标", "措施", "临江县", "2023年12月底前"],
        [2, "排污口整治不到位。", "乙任务", "目标", "措施", "临江县", "2023年12月底前"],
        [3, "扬尘扰民。", "丙任务", "目标", "措施", "临江县", "2023年12月底前"],
    ]

    tasks = enter(inspection, foreign(inspection, *rows, header=header))

    assert [task.issue.number for task in tasks] == [7, 7, 8]
    assert Issue.objects.get(number=7) == known


def test_errors_of_a_foreign_list_name_its_own_columns(inspection):
    row = [1, "问题。", "目标", "措施", "火星县", "尽快", ""]

    reading = foreign(inspection, row)

    assert places(reading) == [("E3", "责任主体"), ("F3", "完成时限")]


def test_the_same_foreign_list_twice_changes_nothing(inspection):
    enter(inspection, foreign(inspection, FOREIGN_ROW))

    again = foreign(inspection, FOREIGN_ROW)

    assert again.faults == []
    assert (again.count("task", "same"), len(again.rows)) == (1, 1)


def test_a_list_without_numbers_is_told_by_its_wording_and_numbered_on(inspection):
    header = ["反馈问题", "整改任务", "整改目标", "整改措施", "责任单位", "整改时限"]
    rows = [
        ["甲问题。", "甲任务", "甲目标", "措施", "临江县", "2023年12月底前"],
        ["乙问题。", "乙任务", "乙目标", "措施", "临江县", "2023年12月底前"],
    ]
    enter(inspection, foreign(inspection, rows[0], header=header))

    reading = foreign(inspection, *rows, header=header)

    assert reading.faults == []
    assert [row.matched_by for row in reading.rows if row.state == "same"] == ["text"]
    [task] = enter(inspection, reading)
    assert (task.number, task.title) == (2, "乙任务")


def test_a_list_that_lacks_a_column_is_refused_by_name(inspection):
    with pytest.raises(xlsx.Unreadable, match=label("units")):
        read_tasks(
            BytesIO(foreign_workbook([1, "问题。", "甲"], header=["序号", "反馈问题", "整改目标"])),
            inspection=inspection,
            is_take_over=True,
            today=TODAY,
        )


@pytest.mark.parametrize("said", ["", "C", "C=nothing", "=units", "nonsense:=甲", "source:="])
def test_a_column_is_named_in_one_way(inspection, said):
    source = open_source(foreign_workbook(FOREIGN_ROW), "清单.xlsx")

    with pytest.raises(ValueError, match="^"):
        columns_named(source.suggested, [said])


WORDS = st.text("整改措施目标排污口甲乙丙丁（）：1２aB-+=", min_size=1, max_size=20).filter(
    lambda text: not text[0].isdecimal() and text.strip() and not text.startswith("(（")
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "title": WORDS,
                "goal": WORDS,
                "measures": st.lists(WORDS, min_size=1, max_size=3, unique=True).map(numbered),
                "units": st.sampled_from(["临江县", "望潮县", "临江县、望潮县"]),
                "supporting_units": st.sampled_from(["", "市生态环境局"]),
                "deadline_text": st.sampled_from(
                    ["2023年12月底前", "长期坚持", "2024年底前，并长期坚持", "2023—2025年"]
                ),
                "accountable_leader": st.sampled_from(["", "副市长 李明"]),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_was_imported_and_is_imported_again_is_unchanged(rows):
    inspection = make_inspection()
    filled = [{**GOOD, **row, "number": str(number)} for number, row in enumerate(rows, start=1)]
    first = read(inspection, *filled)
    assert first.faults == []
    enter(inspection, first)

    again = read(inspection, *filled)

    assert again.faults == []
    assert again.count("task", "same") == len(rows) == len(again.rows)
    assert Task.objects.filter(inspection=inspection).count() == len(rows)


def test_what_changed_on_the_list_since_comes_back_as_it_would_be_overwritten(
    inspection, task, office
):
    at = task.events.latest("sequence").recorded_at
    said = {"actor": office, "task_id": task.pk, "version": None, "on": TODAY, "at": at}
    add_measure(values={"text": "新措施"}, **said)
    extend_deadline(
        new_text="2024年6月底前",
        new_due_on=date(2024, 6, 30),
        reason="汛期",
        document_no="1号",
        **said,
    )

    reading = read(inspection, GOOD)

    assert [column for _cell, column in places(reading)] == [
        label("measures"),
        label("deadline_text"),
    ]
