"""A kept list is entered exactly as it was shown, once, or not at all."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.utils import translation

from tests.factories import (
    DUE,
    make_inspection,
    make_issue,
    make_medium,
    make_source,
    make_task,
    moment,
)
from tracker.choices import ImportState
from tracker.models import Event, ImportBatch, ImportLayout, ImportRow, Issue, Task, Unit
from tracker.operations import imports
from tracker.operations.changing import Decision
from tracker.operations.imports import confirm_batch, issued_on
from tracker.operations.integrity import Check
from tracker.operations.tasks import correct_task
from tracker.operations.units import close_unit

TODAY = date(2022, 4, 20)
ISSUE = {
    "number": 9,
    "number_printed": "",
    "title": "排污口",
    "text": "排污口整治不到位。",
    "source": "province",
    "medium": "water",
}
TASK = {
    "number": 19,
    "number_printed": "",
    "issue": 9,
    "title": "整治排污口",
    "goal": "到位",
    "accountable_leader": "",
    "measures": ["排查", "整治"],
    "units": ["linjiang", "donghai"],
    "lead": "linjiang",
    "supporting_units": ["bureau"],
    "supervising_unit": None,
    "acceptance_unit": "bureau",
    "deadline_text": "2023年12月底前",
    "deadline_kind": "dated",
    "due_on": "2023-12-31",
    "is_standing": False,
    "interim_due_on": None,
    "completed_on": None,
    "closed_on": None,
}
FAULT = {
    "sheet": "清单",
    "row": 4,
    "cell": "A4",
    "column": "序号",
    "value": "x",
    "message": "不是编号。",
}


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _what_rows_name(county, other_county, bureau):
    make_source()
    make_medium()


def issue_row(**values):
    return ImportRow(kind="issue", state="new", sheet="清单", row=4, data={**ISSUE, **values})


def task_row(state="new", **values):
    return ImportRow(kind="task", state=state, sheet="清单", row=4, data={**TASK, **values})


def changed_row(task, **data):
    return ImportRow(
        kind="task",
        state="changed",
        sheet="清单",
        row=4,
        task=task,
        version=task.version,
        matched_by="number",
        data=data,
    )


@pytest.fixture
def handed_in(office, inspection):
    """``handed_in(…)``: a list that was uploaded and not read yet."""

    def handed_in(**options):
        values = {"is_take_over": False, "actor": office, "at": moment(TODAY), **options}
        return imports.keep_file(
            inspection=inspection, file_name="C:\\下载\\台账.xlsx", content=b"PK-list", **values
        )

    return handed_in


@pytest.fixture
def keep(office, handed_in):
    """``keep(*rows, …)``: the batch of these rows."""

    def keep(*rows, faults=(), **options):
        batch = handed_in(**options)
        return imports.keep_rows(
            actor=office,
            batch_id=batch.pk,
            rows=list(rows) or [issue_row(), task_row()],
            faults=faults,
        )

    return keep


def confirm(batch, actor, **options):
    return confirm_batch(actor=actor, batch_id=batch.pk, at=moment(TODAY), **options)


def test_a_confirmed_list_is_entered_as_it_was_kept(keep, office, county, other_county, bureau):
    [task] = confirm(keep(), office).new

    task.refresh_from_db()
    assert task.issue.code == "2022s2-9"
    assert [part.unit for part in task.assignments.order_by("pk")] == [county, other_county]
    assert list(task.supporting_units.all()) == [bureau]
    assert (task.issued_on, task.due_on) == (TODAY, date(2023, 12, 31))
    assert ImportBatch.objects.get().confirmed_at == moment(TODAY)
    event = Event.objects.get(kind="imported")
    assert (event.actor, event.details["after"]["file"]) == (office, "台账.xlsx")
    assert Event.objects.get(issue=task.issue, kind="created").actor == office
    assert list(Check().faults()) == []


def test_the_entries_of_a_batch_are_those_between_its_first_and_last(keep, office):
    make_task(number=1)
    before = Event.objects.count()

    confirm(keep(), office)

    batch = ImportBatch.objects.get()
    own = Event.objects.filter(sequence__gte=batch.first_entry, sequence__lte=batch.last_entry)
    assert own.count() == Event.objects.count() - before
    assert own.latest("sequence").kind == "imported"


def test_nothing_is_written_before_the_confirmation(keep):
    batch = keep()

    assert batch.state == ImportState.READY
    assert batch.counts["new"] == 1
    assert not Task.objects.exists()
    assert not Event.objects.filter(kind="imported").exists()


def test_a_second_confirmation_enters_nothing(keep, office):
    batch = keep()
    confirm(batch, office)

    with pytest.raises(ValidationError, match="already"):
        confirm(batch, office)

    assert Task.objects.count() == 1


def test_a_list_with_errors_cannot_be_confirmed(keep, office):
    batch = keep(faults=[FAULT])

    assert batch.state == ImportState.FAULTY
    with pytest.raises(ValidationError, match="errors"):
        confirm(batch, office)


def test_a_list_whose_columns_are_not_assigned_cannot_be_confirmed(handed_in, office):
    batch = handed_in()

    assert batch.state == ImportState.UNMAPPED
    with pytest.raises(ValidationError, match="columns"):
        confirm(batch, office)


def test_a_list_with_nothing_new_is_not_entered(keep, office):
    batch = keep(task_row(state="same"))

    assert batch.state == ImportState.NOTHING_NEW
    with pytest.raises(ValidationError, match="Nothing was changed"):
        confirm(batch, office)


def task_taken(office, county):
    make_task(number=19)


def issue_taken(office, county):
    make_issue(number=9)


def unit_closed(office, county):
    close_unit(
        actor=office,
        unit_id=county.pk,
        version=county.version,
        merged_into=None,
        on=date(2022, 4, 19),
        at=moment(TODAY),
        note="撤销",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [(task_taken, "task 19"), (issue_taken, "issue 9"), (unit_closed, "linjiang")],
)
def test_data_that_changed_meanwhile_is_told_and_nothing_entered(
    keep, office, county, change, words
):
    batch = keep()
    change(office, county)
    before = Task.objects.count(), Issue.objects.count(), Event.objects.count()

    with pytest.raises(ValidationError, match=words) as refusal:
        confirm(batch, office)

    assert refusal.value.code == "changed"
    assert (Task.objects.count(), Issue.objects.count(), Event.objects.count()) == before
    batch.refresh_from_db()
    assert batch.confirmed_at is None


def test_an_issue_that_went_away_meanwhile_is_told(keep, office):
    with pytest.raises(ValidationError, match="issue 9 is gone"):
        confirm(keep(task_row()), office)


def test_a_category_that_went_away_meanwhile_is_told(keep, office):
    with pytest.raises(ValidationError, match="category"):
        confirm(keep(issue_row(medium="gone"), task_row()), office)


def test_a_task_that_changed_meanwhile_is_told_with_who_and_when(keep, office):
    task = make_task(number=19)
    batch = keep(changed_row(task, fields={"goal": "新目标"}))
    correct_task(
        actor=office,
        task_id=task.pk,
        version=task.version,
        changes={"goal": "别的目标"},
        on=TODAY,
        at=moment(TODAY),
        note="更正",
    )

    with pytest.raises(ValidationError, match="task 19 .*office") as refusal:
        confirm(batch, office)

    assert refusal.value.code == "changed"
    task.refresh_from_db()
    assert task.goal == "别的目标"


def test_a_list_changes_and_enters_tasks_in_one_go(keep, office, bureau):
    task = make_task(number=7, issue=make_issue(number=9))
    rows = [
        task_row(),
        changed_row(
            task,
            fields={"goal": "新目标", "supervising_unit": "bureau"},
            extension=["2024年6月底前", "2024-06-30"],
        ),
    ]

    outcome = confirm(
        keep(*rows), office, decision=Decision(reason="汛期施工受阻", document_no="通办〔2022〕9号")
    )

    assert [row.number for row in outcome.new] == [19]
    task.refresh_from_db()
    assert (task.goal, task.supervising_unit) == ("新目标", bureau)
    assert (task.due_on, task.deadline_text) == (date(2024, 6, 30), "2024年6月底前")
    change = task.deadline_changes.get()
    assert (change.old_due_on, change.document_no) == (DUE, "通办〔2022〕9号")
    assert list(Check().faults()) == []


def test_deadlines_do_not_move_without_the_document(keep, office):
    task = make_task(number=7)
    batch = keep(changed_row(task, extension=["2024年6月底前", "2024-06-30"]))

    assert batch.counts["extensions"] == 1
    with pytest.raises(ValidationError, match="approved it"):
        confirm(batch, office)

    task.refresh_from_db()
    assert task.due_on == DUE


def test_only_the_office_keeps_and_confirms_lists(keep, handed_in, office, editor, leader):
    batch = keep()
    for person in (editor, leader):
        with pytest.raises(PermissionDenied):
            handed_in(actor=person)
        with pytest.raises(PermissionDenied):
            confirm(batch, person)
        with pytest.raises(PermissionDenied):
            imports.discard_batch(actor=person, batch_id=batch.pk, at=moment(TODAY))
        with pytest.raises(PermissionDenied):
            imports.keep_rows(actor=person, batch_id=batch.pk, rows=[], faults=[])
        with pytest.raises(PermissionDenied):
            replace(batch, person)
        with pytest.raises(PermissionDenied):
            remember(batch.inspection, person)
    assert ImportBatch.objects.get().state == ImportState.READY


def test_two_batches_of_the_same_file_are_entered_once(keep, office):
    first, second = keep(), keep()
    confirm(first, office)

    with pytest.raises(ValidationError, match="changed since"):
        confirm(second, office)

    assert Task.objects.count() == 1


def test_a_list_taken_over_counts_from_its_plan_and_any_other_from_its_confirmation(db):
    inspection = make_inspection(plan_issued_on=date(2022, 3, 1))

    assert issued_on(inspection, is_take_over=True, today=TODAY) == date(2022, 3, 1)
    assert issued_on(inspection, is_take_over=False, today=TODAY) == TODAY
    inspection.plan_issued_on = None
    assert issued_on(inspection, is_take_over=True, today=TODAY) == inspection.feedback_on


def replace(batch, actor, content=b"PK-better"):
    return imports.replace_file(
        actor=actor,
        batch_id=batch.pk,
        file_name="台账改.xlsx",
        content=content,
        at=moment(TODAY),
    )


def remember(inspection, actor, **mapping):
    imports.keep_layout(
        actor=actor,
        inspection=inspection,
        fingerprint="f" * 32,
        mapping={"choice": {}, "values": mapping},
        at=moment(TODAY),
    )


def content_of(batch):
    with batch.file.open() as file:
        return file.read()


def test_the_file_is_kept_as_it_came_under_a_name_of_our_own(handed_in):
    batch = handed_in()

    assert batch.file_name == "台账.xlsx"
    assert "台账" not in batch.file.name
    assert content_of(batch) == b"PK-list"
    assert len(batch.sha256) == 64


def test_a_corrected_file_takes_the_place_of_the_first(
    keep, office, django_capture_on_commit_callbacks
):
    batch = keep(faults=[FAULT])
    old = batch.file.name

    with django_capture_on_commit_callbacks(execute=True):
        batch = replace(batch, office)

    assert batch.state == ImportState.UNMAPPED
    assert not batch.faults.exists()
    assert not batch.rows.exists()
    assert content_of(batch) == b"PK-better"
    assert not default_storage.exists(old)


def test_what_was_discarded_or_confirmed_is_not_gone_on_with(keep, office):
    confirmed, discarded = keep(), keep()
    confirm(confirmed, office)
    imports.discard_batch(actor=office, batch_id=discarded.pk, at=moment(TODAY))

    for batch, words in ((confirmed, "taken"), (discarded, "discarded")):
        with pytest.raises(ValidationError, match=words):
            replace(batch, office)
        with pytest.raises(ValidationError, match=words):
            imports.discard_batch(actor=office, batch_id=batch.pk, at=moment(TODAY))


@pytest.mark.parametrize("end", ["confirm", "discard"])
def test_the_file_goes_when_the_list_is_settled(
    keep, office, end, django_capture_on_commit_callbacks
):
    batch = keep()
    name = batch.file.name

    with django_capture_on_commit_callbacks(execute=True):
        if end == "confirm":
            confirm(batch, office)
        else:
            imports.discard_batch(actor=office, batch_id=batch.pk, at=moment(TODAY))

    assert not default_storage.exists(name)
    batch.refresh_from_db()
    assert not batch.file


def test_lists_nobody_confirmed_are_forgotten_after_thirty_days(
    keep, handed_in, django_capture_on_commit_callbacks
):
    old = keep(at=moment(TODAY - timedelta(days=31)))
    recent = keep(at=moment(TODAY - timedelta(days=29)))

    with django_capture_on_commit_callbacks(execute=True):
        handed_in()

    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.state, recent.state) == (ImportState.DISCARDED, ImportState.READY)
    assert not old.rows.exists()


def test_a_layout_is_remembered_for_its_inspection_first(office, inspection):
    other = make_inspection()
    assert imports.remembered(inspection, "f" * 32) is None
    remember(inspection, office, source="甲")
    remember(other, office, source="乙")

    assert imports.remembered(inspection, "f" * 32)["values"] == {"source": "甲"}
    assert imports.remembered(other, "f" * 32)["values"] == {"source": "乙"}
    assert imports.remembered(make_inspection(), "f" * 32)["values"] == {"source": "乙"}
    remember(inspection, office, source="丙")
    assert imports.remembered(inspection, "f" * 32)["values"] == {"source": "丙"}
    assert ImportLayout.objects.count() == 2


def test_a_hundred_rows_cost_batches_of_queries_and_not_one_each(
    keep, office, django_assert_max_num_queries
):
    rows = [
        row
        for number in range(1, 101)
        for row in (issue_row(number=number), task_row(number=number, issue=number))
    ]
    small, large = keep(*rows[:4]), keep(*rows[4:])
    with django_assert_max_num_queries(100) as two:
        confirm(small, office)
    with django_assert_max_num_queries(len(two) + 45):
        confirm(large, office)


def test_a_hundred_changes_cost_batches_of_queries_and_not_one_each(
    keep, office, other_county, django_assert_max_num_queries
):
    made = [make_task(number=number) for number in range(1, 31)]
    decision = Decision(reason="汛期", document_no="1号")
    rows = [
        changed_row(
            task,
            fields={"goal": "新目标", "deadline_text": "2023年底前"},
            supporting_units=["bureau"],
            units=["donghai"],
            corrected={str(task.measures.get().pk): "另一措辞"},
            added=["新措施"],
            extension=["2024年6月底前", "2024-06-30"],
        )
        for task in made
    ]
    small, large = keep(*rows[:2]), keep(*rows[2:])
    with django_assert_max_num_queries(100) as two:
        confirm(small, office, decision=decision)
    with django_assert_max_num_queries(len(two) + 20):
        confirm(large, office, decision=decision)
    assert list(Check().faults()) == []


def test_a_list_without_its_file_can_be_discarded(keep, office):
    batch = keep()
    ImportBatch.objects.update(file="")

    imports.discard_batch(actor=office, batch_id=batch.pk, at=moment(TODAY))

    assert ImportBatch.objects.get().state == ImportState.DISCARDED


def test_a_list_that_is_taken_over_is_entered_from_its_plan_on(keep, office, inspection):
    dates = {"completed_on": "2022-03-10", "closed_on": "2022-03-20"}

    [task] = confirm(keep(issue_row(), task_row(**dates), is_take_over=True), office).new

    task.refresh_from_db()
    assert task.issued_on == inspection.feedback_on
    assert (task.completed_on, task.closed_on) == (date(2022, 3, 10), date(2022, 3, 20))
    assert list(Check().faults()) == []


def test_supporting_units_and_a_deadline_s_words_of_a_task_with_others_change(keep, office):
    task = make_task(number=7, supporting_units=[])
    task.supporting_units.set(Unit.objects.filter(code="donghai"))
    row = changed_row(task, supporting_units=["bureau"], fields={"deadline_text": "2023年年底"})

    confirm(keep(row), office)

    event = Event.objects.get(task=task, kind="corrected")
    assert event.details["before"]["supporting_units"] == ["donghai"]
    assert [unit.code for unit in task.supporting_units.all()] == ["bureau"]
