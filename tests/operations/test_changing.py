"""Many changes at once leave the record that the single steps would have left."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from tests.factories import make_task, moment, part
from tracker.models import Event, Measure, Span
from tracker.operations import amendments, assignments, measures, tasks
from tracker.operations.changing import Decision, TaskChange, change_tasks
from tracker.operations.integrity import Check
from tracker.operations.units import close_unit

ON = date(2022, 6, 1)
SAID = {"on": ON, "at": moment(ON)}
DECISION = Decision(reason="汛期施工受阻", document_no="通办〔2022〕9号")


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


def change(office, *changes, decision=DECISION, **options):
    values = {"actor": office, "note": "导入", **SAID, **options}
    return change_tasks(changes=changes, decision=decision, **values)


def of(task, **values):
    return TaskChange(task_id=task.pk, version=task.version, **values)


def entries(task, *, since):
    """What the record says of a task, without what differs between any two tasks."""
    found = []
    for event in Event.objects.filter(task=task, sequence__gt=since).order_by("sequence"):
        details = {
            side: {name: value for name, value in said.items() if name != "measure"}
            for side, said in event.details.items()
        }
        unit = event.unit and event.unit.code
        found.append((event.kind, event.effective_on, details, unit, event.note))
    return found


def spans(task):
    names = ("valid_from", "valid_to", "due_on", "status", "lags_from", "unit")
    return sorted(Span.objects.filter(task=task, recorded_to=None).values_list(*names))


def test_the_record_is_that_of_the_single_steps(office, county, other_county, bureau):
    one, other = make_task(number=1), make_task(number=2)
    since = Event.objects.latest("sequence").sequence
    said = {"actor": office, **SAID}
    tasks.correct_task(
        task_id=one.pk,
        version=one.version,
        changes={"goal": "新目标", "supporting_units": [bureau]},
        note="导入",
        **said,
    )
    measures.correct_measure(
        measure_id=one.measures.get().pk, version=None, values={"text": "另一措辞"}, **said
    )
    measures.add_measure(task_id=one.pk, version=None, values={"text": "新措施"}, **said)
    assignments.add_unit(
        task_id=one.pk, version=None, unit=other_county, is_lead=False, note="导入", **said
    )
    amendments.extend_deadline(
        task_id=one.pk,
        version=None,
        new_text="2024年6月底前",
        new_due_on=date(2024, 6, 30),
        reason=DECISION.reason,
        document_no=DECISION.document_no,
        **said,
    )

    change(
        office,
        of(
            other,
            fields={"goal": "新目标"},
            supporting_units=[bureau],
            corrected={other.measures.get().pk: "另一措辞"},
            added=["新措施"],
            units=[other_county],
            extension=("2024年6月底前", date(2024, 6, 30)),
        ),
    )

    assert entries(other, since=since) == entries(one, since=since)
    assert spans(other) == spans(one)
    one.refresh_from_db()
    other.refresh_from_db()
    for name in ("goal", "due_on", "deadline_text", "version", "status"):
        assert getattr(one, name) == getattr(other, name), name
    assert [m.text for m in other.measures.order_by("number")] == ["另一措辞", "新措施"]
    assert list(other.supporting_units.all()) == [bureau]
    kept = [row.deadline_changes.get() for row in (one, other)]
    assert kept[0].new_due_on == kept[1].new_due_on
    assert list(Check().faults()) == []


def test_the_milestone_follows_a_corrected_interim_result(office):
    wrong, right = date(2022, 9, 30), date(2022, 10, 31)
    one, other = (make_task(number=number, interim_due_on=wrong) for number in (1, 2))
    plain = make_task(number=3)
    since = Event.objects.latest("sequence").sequence
    changes = {"interim_due_on": right}
    tasks.correct_task(
        task_id=one.pk, version=1, changes=changes, note="导入", actor=office, **SAID
    )

    change(office, *(of(task, fields=changes) for task in (other, plain)))

    moved = [row.milestones.get() for row in (one, other)]
    assert [milestone.due_on for milestone in moved] == [right, right]
    assert not plain.milestones.exists()
    [(_kind, on, said, *_rest)] = entries(other, since=since)
    [(_kind, same_on, same, *_rest)] = entries(one, since=since)
    for side in (said, same):
        assert {side["before"].pop("milestone"), side["after"].pop("milestone")} <= {
            milestone.pk for milestone in moved
        }
    assert (on, said) == (same_on, same)
    assert spans(other) == spans(one)
    assert list(Check().faults()) == []


def test_a_deadline_in_other_words_counts_from_its_first_day(office):
    one, other = make_task(number=1), make_task(number=2)
    since = Event.objects.latest("sequence").sequence
    tasks.correct_task(
        actor=office,
        task_id=one.pk,
        version=one.version,
        changes={"deadline_text": "2023年年底"},
        note="导入",
        **SAID,
    )

    change(office, of(other, fields={"deadline_text": "2023年年底"}))

    assert entries(other, since=since) == entries(one, since=since)
    assert list(Check().faults()) == []


def test_a_draft_s_deadline_is_put_right_as_a_whole(office):
    task = make_task(issued=False)

    change(
        office,
        of(task, fields={"deadline_text": "2023年6月30日前", "due_on": date(2023, 6, 30)}),
    )

    task.refresh_from_db()
    assert task.due_on == date(2023, 6, 30)
    assert list(Check().faults()) == []


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_refused_with_nothing_written(office, version):
    one, other = make_task(number=1), make_task(number=2)
    before = Event.objects.count()

    with pytest.raises(ValidationError, match="Changed since the preview: task 2") as refusal:
        change(
            office,
            of(one, fields={"goal": "新目标"}),
            TaskChange(task_id=other.pk, version=version, fields={"goal": "新目标"}),
        )

    assert refusal.value.code == "changed"
    assert Event.objects.count() == before


def test_of_many_that_changed_some_are_named(office):
    made = [make_task(number=number) for number in range(1, 9)]

    with pytest.raises(ValidationError, match="task 5 .* and 3 more"):
        change(office, *(TaskChange(task_id=row.pk, version=9) for row in made))


def test_a_task_that_is_gone_or_left_the_list_is_refused(office):
    task = make_task()
    amendments.withdraw_task(
        actor=office, task_id=task.pk, version=None, document_no="1号", reason="调整", **SAID
    )
    task.refresh_from_db()

    with pytest.raises(ValidationError, match="Changed since"):
        change(office, of(task, fields={"goal": "新目标"}))
    with pytest.raises(ValidationError, match="Changed since"):
        change(office, TaskChange(task_id=task.pk + 1000, version=1))


def test_a_unit_is_not_added_twice_nor_when_it_is_closed(office, county, other_county):
    task = make_task()

    with pytest.raises(ValidationError, match="Changed since"):
        change(office, of(task, units=[county]))
    close_unit(
        actor=office,
        unit_id=other_county.pk,
        version=other_county.version,
        merged_into=None,
        note="撤销",
        **SAID,
    )
    other_county.refresh_from_db()
    with pytest.raises(ValidationError, match="closed"):
        change(office, of(task, units=[other_county]))


def test_a_task_keeps_a_unit_through_all_changes_of_a_list(office, county, other_county):
    task = make_task()

    with pytest.raises(ValidationError, match="at least one responsible unit"):
        change(office, of(task, removed=[part(task, county).pk]))

    change(office, of(task, units=[other_county], removed=[part(task, county).pk]))
    assert [row.unit for row in task.assignments.current()] == [other_county]


def test_of_many_the_task_is_named_whose_record_could_not_have_happened(
    office, county, other_county
):
    good, bad = make_task(number=1), make_task(number=2)
    later = date(2022, 9, 1)
    assignments.add_unit(
        actor=office,
        task_id=bad.pk,
        version=None,
        unit=other_county,
        is_lead=False,
        on=later,
        at=moment(later),
    )
    bad.refresh_from_db()
    before = Event.objects.count()

    with pytest.raises(ValidationError, match="task two: .*no unit would be responsible"):
        change(
            office,
            of(good, units=[other_county], name="task one"),
            of(bad, removed=[part(bad, county).pk], name="task two"),
            at=moment(later),
        )

    assert Event.objects.count() == before
    assert list(Check().faults()) == []


def test_the_same_supporting_units_in_another_order_are_no_change(office, county, other_county):
    units = [county, other_county]
    task = make_task(supporting_units=units)
    before = Event.objects.count()

    change(office, of(task, supporting_units=units[::-1]))

    assert Event.objects.count() == before


def test_to_a_task_that_left_the_list_no_unit_is_added(office, other_county):
    task = make_task()
    amendments.withdraw_task(
        actor=office, task_id=task.pk, version=None, document_no="1号", reason="调整", **SAID
    )
    task.refresh_from_db()

    with pytest.raises(ValidationError, match="left the list"):
        change(office, of(task, units=[other_county], left_too=True))


def test_an_interim_result_that_has_no_milestone_moves_none(office):
    day = date(2022, 9, 30)
    task = make_task(interim_due_on=day)
    milestone = task.milestones.get()
    milestone.title = "主体完工"
    milestone.save(update_fields=["title"])

    change(office, of(task, fields={"interim_due_on": date(2022, 10, 31)}))

    assert task.milestones.get().due_on == day


@pytest.mark.parametrize(
    "decision", [Decision(), Decision(reason="汛期"), Decision(document_no="1号")]
)
def test_deadlines_do_not_move_undecided(office, decision):
    extension = ("2024年6月底前", date(2024, 6, 30))

    with pytest.raises(ValidationError, match="approved it"):
        change(office, of(make_task(), extension=extension), decision=decision)


@pytest.mark.parametrize("day", [date(2023, 6, 30), date(2022, 6, 1)])
def test_an_extension_leads_later(office, day):
    with pytest.raises(ValidationError, match="later than"):
        change(office, of(make_task(), extension=("提前", day)))


def test_only_the_office_changes_tasks(editor, leader):
    task = make_task()

    for person in (editor, leader):
        with pytest.raises(PermissionDenied):
            change(person, of(task, fields={"goal": "新目标"}))


def test_a_change_of_nothing_leaves_no_entry(office):
    task = make_task()
    before = Event.objects.count()

    change(office, of(task, fields={"goal": task.goal}))

    assert Event.objects.count() == before
    assert Measure.objects.count() == 1
