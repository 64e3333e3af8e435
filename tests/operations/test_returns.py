"""A returned ledger is decided about, entered as a whole, and taken back as a whole."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.importers import ledgers
from tests.importers.ledgers import Edited, export, keep, plan_of, read
from tracker.choices import EventKind, ReturnState
from tracker.importers.returning import compare_again
from tracker.models import Event, ReturnedWorkbook, Task
from tracker.operations import amendments, annulment, assignments, progress, returns, tasks
from tracker.operations.annulling_many import annul_many
from tracker.operations.entering import MeasurePlan
from tracker.operations.integrity import Check

AT = ledgers.NOW


@pytest.fixture
def plan(inspection, county, other_county, bureau):
    factories.make_issue()
    return [
        factories.make_task(
            units=[county],
            title=f"第{number}项整改",
            goal="全面达标",
            measures=[MeasurePlan(text="排查"), MeasurePlan(text="治理")],
        )
        for number in (1, 2, 3)
    ]


NEW = {
    "number": 4,
    "issue_number": 1,
    "title": "新任务",
    "goal": "目标",
    "measures": "1. 措施",
    "units": "临江县、望潮县",
    "lead": "望潮县",
    "supporting_units": "市生态环境局",
    "acceptance_unit": "市生态环境局",
    "deadline_text": "2025年底前",
    "is_listed": "是",
    "quantity_target": 3,
    "quantity_unit": "个",
}


def correct(office, task, at=AT, **changes):
    task.refresh_from_db()
    tasks.correct_task(
        actor=office,
        task_id=task.pk,
        version=task.version,
        changes=changes,
        on=ledgers.TODAY,
        at=at,
        note="更正",
    )


def decide(office, kept, **decisions):
    """Decisions by field, for every task alike."""
    names = {
        f"{row['id']}.{cell['field']}": decisions[cell["field"]]
        for row in kept.rows
        for cell in row.get("cells", ())
        if cell["field"] in decisions
    }
    return returns.decide(actor=office, returned_id=kept.pk, decisions=names)


def confirm(office, kept, at=AT):
    return returns.confirm(actor=office, returned_id=kept.pk, at=at)


def undo(office, kept, at=AT + timedelta(hours=1)):
    return returns.undo(actor=office, returned_id=kept.pk, at=at)


EVERYTHING = {
    "title": "新标题",
    "goal": "新目标",
    "measures": "1. 全面排查\n2. 治理\n3. 验收",
    "units": "望潮县",
    "supporting_units": "临江县",
    "supervising_unit": "市生态环境局",
    "acceptance_unit": "望潮县",
    "deadline_text": "2025年6月前",
    "due_on": date(2025, 6, 1),
    "accountable_leader": "王强",
    "case_leader": "赵敏",
    "task_force": "专班",
    "quantity_target": 12.5,
    "quantity_unit": "公里",
    "is_listed": "是",
}


def test_every_column_is_entered_and_taken_back(plan, office, other_county):
    before = plan_of()
    kept = keep(read(Edited(export()).write(plan[0], **EVERYTHING).content()), office)

    confirmed = confirm(office, kept)

    task = Task.objects.get(pk=plan[0].pk)
    assert (task.title, task.goal, task.due_on) == ("新标题", "新目标", date(2025, 6, 1))
    assert (str(task.quantity_target), task.quantity_unit, task.is_listed) == (
        "12.50",
        "公里",
        True,
    )
    assert [row.text for row in task.measures.order_by("number")] == ["全面排查", "治理", "验收"]
    assert [part.unit for part in task.assignments.current()] == [other_county]
    assert confirmed.state == ReturnState.CONFIRMED
    assert confirmed.versions == {str(task.pk): task.version}
    own = Event.objects.filter(sequence__range=confirmed.entries).order_by("sequence")
    assert own.first().kind == EventKind.IMPORTED
    assert own.first().details["after"]["cells"] == 14
    assert {event.actor for event in own} == {office}
    assert "工作台账.xlsx" in own.filter(kind=EventKind.CORRECTED).get().note
    assert ledgers.read(export()).rows == []

    undone = undo(office, kept)

    assert plan_of() == before
    assert (undone.state, undone.undone_by) == (ReturnState.UNDONE, office)
    assert undone.undo_until is None
    assert list(Check().faults()) == []


def test_values_are_emptied_too(plan, office):
    correct(
        office, plan[0], case_leader="赵敏", is_listed=True, supervising_unit=factories.bureau()
    )
    correct(office, plan[0], quantity_target=3, supporting_units=[factories.bureau()])
    sheet = Edited(export())
    sheet.write(plan[0], case_leader=None, supervising_unit=None, is_listed="否")
    sheet.write(plan[0], quantity_target=None, supporting_units=None)
    kept = keep(read(sheet.content()), office)

    confirm(office, kept)

    task = Task.objects.get(pk=plan[0].pk)
    assert (task.case_leader, task.supervising_unit, task.is_listed) == ("", None, False)
    assert (task.quantity_target, task.supporting_units.count()) == (None, 0)


def test_a_standing_obligation_has_no_day(plan, office):
    kept = keep(read(Edited(export()).write(plan[0], deadline_text="长期坚持").content()), office)

    confirm(office, kept)

    task = Task.objects.get(pk=plan[0].pk)
    assert (task.due_on, task.is_standing, task.deadline_kind) == (None, True, "standing")


def test_new_rows_become_issued_tasks_and_go_again(plan, office, other_county):
    sheet = Edited(export()).add(**NEW).add(**NEW | {"number": "第五项", "lead": None})
    kept = keep(read(sheet.content()), office)

    confirm(office, kept)

    fourth, fifth = Task.objects.filter(number__gt=3).order_by("number")
    assert (fourth.title, fourth.issued_on, fourth.is_listed) == ("新任务", ledgers.TODAY, True)
    assert fourth.assignments.get(is_lead=True).unit == other_county
    assert (fifth.number_printed, fifth.quantity_target) == ("第五项", 3)

    undo(office, kept)

    assert Task.objects.live().count() == 3
    assert list(Check().faults()) == []


def test_new_rows_may_be_left_out_and_without_quantity(plan, office):
    sheet = Edited(export()).add(**NEW | {"quantity_target": None, "is_listed": None})
    sheet.add(**NEW | {"number": 5})
    kept = keep(read(sheet.content()), office)
    second = kept.rows[-1]["id"]
    returns.decide(actor=office, returned_id=kept.pk, decisions={second: "ours"})

    confirm(office, kept)

    assert list(Task.objects.filter(number__gt=3).values_list("number", "quantity_target")) == [
        (4, None)
    ]


def test_changes_in_both_have_to_be_decided(plan, office):
    sheet = (
        Edited(export()).write(plan[0], goal="表中", title="表中").write(plan[1], goal="只在表中")
    )
    correct(office, plan[0], goal="这里", title="这里")
    kept = keep(read(sheet.content()), office)

    with pytest.raises(ValidationError) as refusal:
        confirm(office, kept)
    assert refusal.value.code == "undecided"

    decide(office, kept, goal="theirs", title="ours")
    confirm(office, kept)

    plan[0].refresh_from_db()
    plan[1].refresh_from_db()
    assert (plan[0].goal, plan[0].title, plan[1].goal) == ("表中", "这里", "只在表中")


@pytest.mark.parametrize(("decision", "goal"), [("theirs", "表中"), ("ours", "这里")])
def test_everything_changed_in_both_is_decided_at_once(plan, office, decision, goal):
    sheet = Edited(export()).write(plan[0], goal="表中", case_leader="甲").add(**NEW)
    correct(office, plan[0], goal="这里")
    kept = keep(read(sheet.content()), office)

    returns.decide_all(actor=office, returned_id=kept.pk, decision=decision)
    confirm(office, kept)

    plan[0].refresh_from_db()
    assert (plan[0].goal, plan[0].case_leader) == (goal, "甲")


def test_decisions_in_other_words_are_left_alone(plan, office):
    sheet = Edited(export()).write(plan[0], goal="表中").write(plan[1], percent=99)
    correct(office, plan[0], goal="这里")
    kept = keep(read(sheet.content()), office)
    name = f"t{plan[0].pk}.goal"

    returns.decide_all(actor=office, returned_id=kept.pk, decision="both")
    again = returns.decide(
        actor=office,
        returned_id=kept.pk,
        decisions={name: "x", f"t{plan[1].pk}.percent": "theirs", "nothing": "theirs"},
    )

    assert returns.undecided(again.rows) == 1
    with pytest.raises(ValidationError):
        confirm(office, kept)


def test_nothing_to_enter_is_refused(plan, office):
    kept = keep(read(Edited(export()).write(plan[0], goal="表中").content()), office)
    decide(office, kept, goal="ours")

    with pytest.raises(ValidationError) as refusal:
        confirm(office, kept)

    assert refusal.value.code == "nothing"


def test_a_ledger_is_entered_once(plan, office):
    kept = keep(read(Edited(export()).write(plan[0], goal="表中").content()), office)
    confirm(office, kept)

    for act in (
        lambda: confirm(office, kept),
        lambda: decide(office, kept, goal="ours"),
        lambda: returns.decide_all(actor=office, returned_id=kept.pk, decision="ours"),
        lambda: returns.keep_comparison(actor=office, returned_id=kept.pk, rows=[], at=AT),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.code == "confirmed"


def test_the_same_file_again_has_nothing_to_enter(plan, office):
    content = Edited(export()).write(plan[0], goal="表中").content()
    confirm(office, keep(read(content), office))

    again = read(content)

    assert ledgers.cells(again) == {(plan[0].code, "goal"): "same"}


def test_what_moved_on_since_the_comparison_is_compared_again(plan, office):
    sheet = Edited(export())
    for task in plan:
        sheet.write(task, goal="表中")
    kept = keep(read(sheet.content()), office)
    before = Event.objects.count()
    correct(office, plan[0], title="这里")

    with pytest.raises(ValidationError, match=plan[0].code) as refusal:
        confirm(office, kept)
    assert refusal.value.code == "stale"
    assert Event.objects.count() == before + 1

    rows = compare_again(ReturnedWorkbook.objects.get(pk=kept.pk).rows)
    returns.keep_comparison(actor=office, returned_id=kept.pk, rows=rows, at=AT)
    confirm(office, kept)
    assert set(Task.objects.values_list("goal", flat=True)) == {"表中"}


def test_many_that_moved_on_are_not_all_named(plan, office, county):
    every = plan + [factories.make_task(units=[county], goal="全面达标") for _n in range(3)]
    sheet = Edited(export())
    for task in every:
        sheet.write(task, goal="表中")
    kept = keep(read(sheet.content()), office)
    for task in every:
        correct(office, task, title="这里")

    with pytest.raises(ValidationError, match="…"):
        confirm(office, kept)


def test_one_refusal_leaves_everything_as_it_was(plan, office, county, other_county):
    """The unit was closed between comparison and confirmation."""
    sheet = Edited(export()).write(plan[0], goal="表中").write(plan[1], units="临江县、望潮县")
    kept = keep(read(sheet.content()), office)
    other_county.closed_on = ledgers.TODAY
    other_county.save(update_fields=["closed_on"])
    before, entries = plan_of(), Event.objects.count()

    with pytest.raises(ValidationError, match=plan[1].code) as refusal:
        confirm(office, kept)

    assert refusal.value.code == "refused"
    assert (plan_of(), Event.objects.count()) == (before, entries)
    kept.refresh_from_db()
    assert kept.state == ReturnState.OPEN


def test_a_unit_or_issue_that_is_known_otherwise_by_now_is_refused(plan, office, other_county):
    kept = keep(read(Edited(export()).write(plan[0], units="望潮县").content()), office)
    other_county.code = "wangchao"
    other_county.save(update_fields=["code"])
    with pytest.raises(ValidationError, match="donghai"):
        confirm(office, kept)

    kept = keep(read(Edited(export()).add(**NEW).content()), office)
    kept.rows[-1]["plan"]["issue"] = 99
    kept.save(update_fields=["rows"])
    with pytest.raises(ValidationError, match="99"):
        confirm(office, kept)


@pytest.mark.parametrize("person", ["editor", "leader", "county_office"])
def test_others_do_nothing_with_a_ledger(request, plan, office, person):
    who = request.getfixturevalue(person)
    returned = read(Edited(export()).write(plan[0], goal="表中").content())
    kept = keep(returned, office)

    for act in (
        lambda: keep(returned, who),
        lambda: decide(who, kept, goal="ours"),
        lambda: confirm(who, kept),
        lambda: undo(who, kept),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("hours", [25, None])
def test_taken_back_within_a_day_and_only_once_entered(plan, office, hours):
    kept = keep(read(Edited(export()).write(plan[0], goal="表中").content()), office)
    if hours:
        confirm(office, kept)

    with pytest.raises(ValidationError) as refusal:
        undo(office, kept, at=AT + timedelta(hours=hours or 0))

    assert refusal.value.code == "too_late"


def test_not_taken_back_once_a_task_was_changed_again(plan, office, county):
    every = plan + [factories.make_task(units=[county], goal="全面达标") for _n in range(3)]
    sheet = Edited(export())
    for task in every:
        sheet.write(task, goal="表中")
    kept = keep(read(sheet.content()), office)
    confirm(office, kept)
    correct(office, plan[0], title="这里")

    with pytest.raises(ValidationError, match=plan[0].code) as refusal:
        undo(office, kept)
    assert refusal.value.code == "touched"

    for task in every[1:]:
        correct(office, task, title="这里")
    with pytest.raises(ValidationError, match="…"):
        undo(office, kept)


def test_not_taken_back_once_a_new_unit_or_task_was_worked_on(plan, office, other_county):
    sheet = Edited(export()).write(plan[0], units="临江县、望潮县").add(**NEW | {"lead": None})
    kept = keep(read(sheet.content()), office)
    confirm(office, kept)
    part = plan[0].assignments.get(unit=other_county)
    later = AT + timedelta(minutes=5)

    assignments.acknowledge(
        actor=office, assignment_id=part.pk, version=None, on=ledgers.TODAY, at=later
    )

    with pytest.raises(ValidationError) as refusal:
        undo(office, kept)
    assert refusal.value.code == "touched"
    new = Task.objects.get(number=4)
    progress.submit_report(
        actor=office,
        assignment_id=new.assignments.first().pk,
        version=None,
        values={"text": "开工", "percent": 5},
        on=ledgers.TODAY,
        at=later,
    )
    with pytest.raises(ValidationError, match=new.code):
        undo(office, kept)


def test_confirming_and_undoing_ask_the_database_as_often_for_many_tasks_as_for_few(
    plan, office, county, django_assert_max_num_queries
):
    more = [
        factories.make_task(
            units=[county],
            goal="全面达标",
            measures=[MeasurePlan(text="排查")],
            title=f"又{number}",
        )
        for number in range(9)
    ]
    sheet = Edited(export())
    for task in [*plan, *more]:
        measures_ = "\n".join(
            f"{place}. 改{measure.text}" for place, measure in enumerate(task.measures.all(), 1)
        )
        sheet.write(
            task,
            goal="表中",
            units="临江县、望潮县",
            supporting_units="市生态环境局",
            measures=measures_,
        )
    kept = keep(read(sheet.content()), office)
    before = plan_of()

    with django_assert_max_num_queries(45):
        confirm(office, kept)
    assert plan_of() != before
    with django_assert_max_num_queries(45):
        returns.undo(actor=office, returned_id=kept.pk, at=AT)

    assert plan_of() == before
    assert not list(Check().faults())


def test_a_task_that_left_the_list_is_corrected_but_gets_no_new_unit(plan, office):
    task = plan[0]
    amendments.withdraw_task(
        actor=office,
        task_id=task.pk,
        version=None,
        document_no="1",
        reason="撤销",
        on=ledgers.TODAY,
        at=AT,
    )
    content = export()
    kept = keep(read(Edited(content).write(task, goal="表中").content()), office)
    confirm(office, kept)
    assert Task.objects.get(pk=task.pk).goal == "表中"

    kept = keep(read(Edited(export()).write(task, units="望潮县").content()), office)
    with pytest.raises(ValidationError, match=task.code) as refusal:
        confirm(office, kept)

    assert "2023-03-01" in str(refusal.value)


def test_what_was_annulled_since_cannot_be_annulled_with_the_rest(plan, office):
    kept = keep(read(Edited(export()).write(plan[0], goal="表中").content()), office)
    confirm(office, kept)
    event = Event.objects.get(kind=EventKind.CORRECTED)
    event.task = Task.objects.select_related("inspection").get(pk=plan[0].pk)
    annulment.annul(actor=office, event_id=event.pk, reason="误", at=AT)

    with pytest.raises(ValidationError) as refusal:
        annul_many(actor=office, events=[event], reason="误", at=AT)

    assert refusal.value.code == "annulled"


def test_a_number_that_was_corrected_is_taken_back_with_all_checks(plan, office):
    """The number of a task decides its code, so it does not go back with the others."""
    task = correct_number(office, plan[2], 9)
    event = Event.objects.select_related("task__inspection").get(kind=EventKind.CORRECTED)

    annul_many(actor=office, events=[event], reason="误", at=AT)

    task.refresh_from_db()
    assert (task.number, task.code) == (3, "2022s2-3")
    assert not list(Check().faults())


def test_a_correction_that_was_made_again_is_not_taken_back_with_the_rest(plan, office):
    correct(office, plan[0], goal="一")
    correct(office, plan[0], goal="二")
    event = Event.objects.select_related("task__inspection").order_by("sequence")
    first = event.filter(kind=EventKind.CORRECTED).first()

    with pytest.raises(ValidationError) as refusal:
        annul_many(actor=office, events=[first], reason="误", at=AT)

    assert refusal.value.code == "corrected_again"


def test_a_unit_whose_code_is_gone_cannot_come_back(plan, office, bureau, county, city):
    other = factories.unit_of_code("other", "另一局", city)
    correct(office, plan[0], supervising_unit=other)
    correct(office, plan[0], supervising_unit=bureau)
    event = Event.objects.select_related("task__inspection").order_by("sequence")
    last = event.filter(kind=EventKind.CORRECTED).last()
    other.code = "renamed"
    other.save(update_fields=["code"])

    with pytest.raises(ValidationError) as refusal:
        annul_many(actor=office, events=[last], reason="误", at=AT)

    assert refusal.value.code == "code_gone"


def correct_number(office, task, number):
    correct(office, task, number=number)
    return task
