from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from tests import factories
from tests.factories import DUE, ISSUED, make_issue, make_plan, make_task, moment
from tracker.choices import EventKind, ShownStatus
from tracker.models import DeadlineChange, Event, Measure, Span, Task
from tracker.operations import amendments, assignments, entering, measures, progress, tasks
from tracker.operations.entering import MeasurePlan
from tracker.operations.integrity import Check

DAY = date(2022, 6, 1)


def said(actor, on=DAY, at=None):
    return {"actor": actor, "on": on, "at": at or moment(on)}


def enter(inspection, *plans, actor=None, on=ISSUED, **options):
    return entering.enter_tasks(
        actor=actor, inspection=inspection, plans=plans, on=on, at=moment(DAY), **options
    )


def extend(task, actor, due_on, on=DAY, **options):
    return amendments.extend_deadline(
        task_id=task.pk,
        version=None,
        new_text="延期",
        new_due_on=due_on,
        reason="汛期",
        document_no="通办〔2022〕7号",
        **said(actor, on, **options),
    )


def correct(task, actor, on=DAY, note="", **changes):
    version = Task.objects.get(pk=task.pk).version
    return tasks.correct_task(
        task_id=task.pk, version=version, changes=changes, note=note, **said(actor, on)
    )


def withdraw(task, actor, on=DAY, document_no="9号"):
    return amendments.withdraw_task(
        task_id=task.pk, version=None, document_no=document_no, reason="", **said(actor, on)
    )


def merge(task, into, actor, document_no="9号"):
    return amendments.merge_task(
        task_id=task.pk,
        version=None,
        into_id=into.pk,
        document_no=document_no,
        reason="重复",
        **said(actor),
    )


def due_on(day):
    return Task.objects.as_of(day).get().due_on_then


def test_an_entered_task_has_its_units_measures_milestones_and_code(inspection, county, town):
    plan = make_plan(
        make_issue(inspection),
        19,
        [county, town],
        lead=town,
        supporting_units=[factories.bureau()],
        measures=[MeasurePlan(text="甲"), MeasurePlan(text="乙", number=7, completed_on=ISSUED)],
        milestones=[("开工", date(2022, 12, 31))],
        interim_due_on=date(2023, 6, 30),
    )
    [task] = enter(inspection, plan)
    assert (task.code, task.status, task.issued_on) == ("2022s2-19", "issued", ISSUED)
    assert list(task.assignments.order_by("pk").values_list("is_lead", flat=True)) == [False, True]
    assert list(task.measures.order_by("number").values_list("number", flat=True)) == [1, 7]
    assert list(task.milestones.order_by("due_on").values_list("due_on", flat=True)) == [
        date(2022, 12, 31),
        date(2023, 6, 30),
    ]
    assert list(task.supporting_units.all()) == [factories.bureau()]
    assert task.events.filter(kind=EventKind.MEASURE_COMPLETED).count() == 1


def test_a_draft_is_on_the_list_from_the_day_it_is_issued(office, county):
    task = make_task(issued=False, measures=[MeasurePlan(text="甲", completed_on=ISSUED)])
    assert (task.status, task.issued_on) == ("draft", None)
    assert not Task.objects.as_of(DAY).exists()
    tasks.issue_task(task_id=task.pk, version=task.version, **said(office))
    assert not Task.objects.as_of(DAY - timedelta(days=1)).exists()
    assert Task.objects.as_of(DAY).get().shown == ShownStatus.NOT_STARTED


def test_a_list_taken_over_brings_its_dates_and_is_marked_as_entered_afterwards(
    inspection, county, town
):
    done, closed = date(2022, 5, 1), date(2022, 5, 20)
    plan = make_plan(
        make_issue(inspection),
        1,
        [county, town],
        goal="",
        measures=(),
        acceptance_unit=None,
        completed_on=done,
        closed_on=closed,
    )
    [task] = enter(inspection, plan, taken_over=True)
    assert (task.status, task.completed_on, task.closed_on) == ("closed", done, closed)
    assert all(event.is_backfilled for event in task.events.all())
    words = [Task.objects.as_of(day).get().shown for day in (ISSUED, done, closed)]
    assert words == [ShownStatus.NOT_STARTED, ShownStatus.AWAITING_CLOSURE, ShownStatus.CLOSED]


def test_a_list_taken_over_may_hold_completed_tasks_that_are_not_closed(inspection, county):
    plan = make_plan(make_issue(inspection), 1, [county], completed_on=date(2022, 5, 1))
    [task] = enter(inspection, plan, taken_over=True)
    assert (task.completed_on, task.closed_on) == (date(2022, 5, 1), None)
    assert task.status == "in_progress"


@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        ({"goal": ""}, {}, "incomplete"),
        ({"measures": ()}, {}, "incomplete"),
        ({"acceptance_unit": None}, {}, "incomplete"),
        ({"deadline_kind": "unclear"}, {"taken_over": True}, "incomplete"),
        ({"completed_on": DAY}, {}, "not_taken_over"),
        ({"closed_on": DAY}, {"taken_over": True}, "completed_on"),
        ({"completed_on": date(2022, 4, 14)}, {"taken_over": True}, "completed_before_issued"),
        (
            {"completed_on": DAY, "closed_on": date(2022, 5, 1)},
            {"taken_over": True},
            "impossible_step",
        ),
        ({"completed_on": date(2022, 6, 2)}, {"taken_over": True}, "future"),
    ],
)
def test_a_plan_that_cannot_be_entered_is_refused_whole(inspection, county, values, options, code):
    issue = make_issue(inspection)
    good, bad = make_plan(issue, 1, [county]), make_plan(issue, 2, [county], **values)
    with pytest.raises(ValidationError) as refusal:
        enter(inspection, good, bad, **options)
    assert refusal.value.code == code
    assert not Task.objects.exists()
    assert not Event.objects.filter(kind=EventKind.ISSUED).exists()


def test_a_task_without_units_cannot_be_issued_and_is_told_all_it_lacks(office, city):
    task = make_task(issued=False, units=[], goal="", measures=(), acceptance_unit=None)
    with pytest.raises(ValidationError) as refusal:
        tasks.issue_task(task_id=task.pk, version=None, **said(office))
    [message] = refusal.value.messages
    assert message.endswith("It lacks: a responsible unit、a goal、a measure、an acceptance unit.")


def test_a_number_is_given_once(inspection, county):
    issue = make_issue(inspection)
    with pytest.raises(ValidationError, match="number 3 is already"):
        enter(inspection, *(make_plan(issue, number, [county]) for number in (3, 4, 3)))
    make_task(number=4)
    with pytest.raises(ValidationError, match="number 4 is already"):
        enter(inspection, make_plan(issue, 4, [county]))


def test_a_unit_is_named_once_in_a_task(inspection, county):
    with pytest.raises(ValidationError, match="Task 1 names a unit twice"):
        enter(inspection, make_plan(make_issue(inspection), 1, [county, county]))


def test_an_issue_of_another_inspection_or_an_annulled_one_is_refused(inspection, county):
    foreign = make_issue(factories.make_inspection())
    gone = make_issue(inspection)
    gone.is_annulled = True
    for issue in (foreign, gone):
        with pytest.raises(ValidationError) as refusal:
            enter(inspection, make_plan(issue, 1, [county]))
        assert refusal.value.code == "issue"


@pytest.mark.parametrize("who", ["editor", "leader", "administrator", "county_office", "stranger"])
def test_only_the_city_office_runs_the_list(who, request, inspection, county):
    actor = request.getfixturevalue(who)
    task, other = make_task(), make_task()
    acts = [
        lambda: enter(inspection, make_plan(task.issue, 9, [county]), actor=actor),
        lambda: correct(task, actor, title="x"),
        lambda: tasks.issue_task(task_id=task.pk, version=None, **said(actor)),
        lambda: extend(task, actor, date(2024, 12, 31)),
        lambda: withdraw(task, actor),
        lambda: merge(task, other, actor),
    ]
    count = Event.objects.count()
    for act in acts:
        with pytest.raises(PermissionDenied, match="This account may not do that"):
            act()
    assert Event.objects.count() == count


def test_a_correction_keeps_both_wordings_in_the_record(office, county, bureau):
    task = make_task(supporting_units=[county])
    task = correct(
        task,
        office,
        note="笔误",
        title="新题目",
        goal=task.goal,
        supervising_unit=bureau,
        supporting_units=[bureau],
    )
    event = task.events.get(kind=EventKind.CORRECTED)
    assert event.details["before"] == {
        "title": "任务1",
        "supervising_unit": None,
        "supporting_units": ["linjiang"],
    }
    assert event.details["after"] == {
        "title": "新题目",
        "supervising_unit": "bureau",
        "supporting_units": ["bureau"],
        "version": 2,
    }
    assert (event.note, event.effective_on, task.version) == ("笔误", DAY, 2)


def test_a_correction_of_nothing_leaves_no_entry(office, county):
    task = make_task()
    task = correct(task, office, title=task.title, supporting_units=[])
    assert task.version == 1
    assert not task.events.filter(kind=EventKind.CORRECTED).exists()


def test_a_field_that_is_no_plan_s_is_a_mistake_of_the_caller(office, county):
    with pytest.raises(ValueError, match="status"):
        correct(make_task(), office, status="closed")


def test_a_corrected_number_gives_a_new_code_and_cannot_be_taken(office, county):
    task, other = make_task(), make_task()
    assert correct(task, office, number=30).code == "2022s2-30"
    with pytest.raises(ValidationError, match="number 30 is already"):
        correct(other, office, number=30)


def test_a_corrected_deadline_counts_from_the_first_day_on(office, county):
    task = make_task()
    right = date(2022, 5, 31)
    correct(task, office, due_on=right, deadline_text="2022年5月底前")
    assert due_on(ISSUED) == right
    assert Task.objects.as_of(DAY).get().shown == ShownStatus.OVERDUE


def test_a_deadline_corrected_after_an_extension_is_the_extended_one(office, county):
    task = make_task()
    extend(task, office, date(2024, 12, 31))
    task = correct(task, office, on=date(2022, 7, 1), due_on=date(2024, 6, 30))
    assert task.due_on == date(2024, 6, 30)
    assert due_on(DAY) == date(2024, 6, 30)
    assert due_on(DAY - timedelta(days=1)) == DUE


def test_an_extension_leaves_the_figures_of_earlier_days(office, county):
    task = make_task(due_on=date(2022, 5, 31))
    assert Task.objects.as_of(DAY).get().shown == ShownStatus.OVERDUE
    later = date(2022, 12, 31)
    task = extend(task, office, later, on=date(2022, 6, 10))
    assert Task.objects.as_of(date(2022, 6, 9)).get().shown == ShownStatus.OVERDUE
    assert Task.objects.as_of(date(2022, 6, 10)).get().shown == ShownStatus.BEHIND
    assert (task.due_on, task.deadline_text) == (later, "延期")
    change = DeadlineChange.objects.get()
    assert (change.old_due_on, change.new_due_on) == (date(2022, 5, 31), later)
    assert change.document_no == "通办〔2022〕7号"


def test_a_standing_task_may_be_given_a_date(office, county):
    task = make_task(due_on=None)
    assert extend(task, office, DUE).due_on == DUE


@pytest.mark.parametrize(
    ("new", "on", "why"),
    [
        (DUE, DAY, "must be later than 2023-12-31"),
        (date(2024, 1, 31), date(2024, 1, 31), "later than the day of the decision, 2024-01-31"),
        (date(2024, 6, 30), date(2022, 4, 14), "extended.*cannot follow"),
    ],
)
def test_an_extension_must_reach_further_than_the_deadline_and_the_decision(
    office, county, new, on, why
):
    with pytest.raises(ValidationError, match=why):
        extend(make_task(), office, new, on=on)


def test_an_extension_cannot_be_slipped_in_before_another(office, county):
    task = make_task()
    extend(task, office, date(2024, 12, 31))
    with pytest.raises(ValidationError, match="extended again on 2022-06-01"):
        extend(task, office, date(2025, 12, 31), on=date(2022, 5, 1), at=moment(DAY))


def test_a_completed_task_needs_no_extension(office, county):
    task = factories.complete(make_task(), on=DAY)
    with pytest.raises(ValidationError, match="was completed on 2022-06-01"):
        extend(task, office, date(2024, 12, 31))


@pytest.mark.parametrize("document_no", ["", "  "])
def test_leaving_the_list_needs_the_approving_document(office, county, document_no):
    task, into = make_task(), make_task()
    for act in (
        lambda: withdraw(task, office, document_no=document_no),
        lambda: merge(task, into, office, document_no=document_no),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.code == "document_no"


def test_a_withdrawn_task_has_left_for_good(office, county):
    task = withdraw(make_task(), office)
    with pytest.raises(ValidationError, match="“withdrawn” and has left the list"):
        withdraw(task, office)


def test_of_merged_tasks_only_the_other_is_counted(office, county):
    task, into = make_task(), make_task()
    task = merge(task, into, office)
    assert (task.status, task.merged_into, task.left_on) == ("merged", into, DAY)
    assert Task.objects.as_of(DAY).get() == into
    assert Task.objects.as_of(DAY - timedelta(days=1)).count() == 2


def test_a_task_is_merged_into_another_one_on_the_same_list(office, county):
    task, gone, draft = make_task(), make_task(), make_task(issued=False)
    withdraw(gone, office)
    foreign = make_task(inspection=factories.make_inspection())
    for into in (task, gone, draft, foreign):
        with pytest.raises(ValidationError) as refusal:
            merge(task, into, office)
        assert refusal.value.code == "into"


def test_a_task_cannot_be_in_nobody_s_hands(office, county, other_county):
    task = make_task(units=[county])
    first = factories.part(task)
    assignments.add_unit(
        task_id=task.pk,
        version=None,
        unit=other_county,
        is_lead=True,
        **said(office, date(2022, 8, 1)),
    )
    with pytest.raises(ValidationError, match="From 2022-06-01 on no unit would be responsible"):
        assignments.remove_unit(
            assignment_id=first.pk, version=None, note="", **said(office, at=moment(DUE))
        )
    assignments.remove_unit(
        assignment_id=first.pk, version=None, note="", **said(office, date(2022, 8, 1))
    )
    assert all(Task.objects.as_of(day).exists() for day in (DAY, date(2022, 8, 1), DUE))


def test_a_reported_completion_of_a_removed_measure_list_stays_whole(office, county):
    """A task that lost its only measure cannot be issued, but keeps its draft."""
    task = make_task(issued=False)
    Measure.objects.update(is_annulled=True)
    with pytest.raises(ValidationError, match="It lacks: a measure"):
        tasks.issue_task(task_id=task.pk, version=None, **said(office))
    with pytest.raises(ValidationError, match="Possible: issued, withdrawn, merged"):
        progress.complete_assignment(
            assignment_id=factories.part(task).pk, version=None, **said(office)
        )


def test_a_task_is_not_issued_before_it_was_drafted_or_had_a_unit(office, inspection, county, city):
    task = make_task(units=[], on=DAY, issued=False)
    later = DAY + timedelta(days=9)
    assignments.add_unit(
        task_id=task.pk, version=None, unit=county, is_lead=False, **said(office, later)
    )
    for day, words in (
        (DAY - timedelta(days=1), "drafted on 2022-06-01"),
        (DAY, "From 2022-06-01 on no unit would be responsible"),
    ):
        with pytest.raises(ValidationError, match=words):
            tasks.issue_task(task_id=task.pk, version=None, **said(office, day, at=moment(later)))
    tasks.issue_task(task_id=task.pk, version=None, **said(office, later))
    assert not Task.objects.as_of(DAY).exists()
    assert Task.objects.as_of(later).get() == task


def test_an_interim_result_is_not_due_after_the_whole(office, inspection):
    late = {"due_on": date(2022, 6, 30), "interim_due_on": date(2022, 9, 30)}
    task = make_task()
    with pytest.raises(ValidationError, match="due on 2022-09-30, after the deadline, 2022-06-30"):
        correct(task, office, **late)
    with pytest.raises(ValidationError, match="after the deadline"):
        enter(inspection, make_plan(make_issue(), 7, [], **late), issued=False)


def an_interim(task):
    return task.milestones.get(title="interim result")


def lags_from(day):
    return Span.objects.on(day).get().lags_from


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_milestone_follows_a_corrected_interim_result(office, county, language):
    wrong, right = date(2022, 5, 20), date(2022, 9, 30)
    with translation.override(language):
        task = make_task(interim_due_on=wrong, milestones=[("开工", date(2022, 12, 31))])
    own = task.milestones.get(due_on=wrong)
    known = moment(DAY)
    assert lags_from(DAY) == wrong + timedelta(days=1)

    correct(task, office, on=date(2022, 7, 1), interim_due_on=right)

    own.refresh_from_db()
    assert (own.due_on, own.is_annulled) == (right, False)
    assert task.milestones.get(title="开工").due_on == date(2022, 12, 31)
    assert lags_from(DAY) > wrong + timedelta(days=1)
    said = task.events.get(kind=EventKind.CORRECTED).details
    assert said["before"]["milestone_due_on"] == wrong.isoformat()
    assert said["after"]["milestone_due_on"] == right.isoformat()
    assert Span.objects.on(DAY, known_at=known).get().lags_from == wrong + timedelta(days=1)
    assert list(Check().faults()) == []


def test_days_before_an_extension_keep_the_milestone_as_it_was(office, county):
    first, corrected = date(2022, 6, 10), date(2022, 6, 5)
    task = make_task(interim_due_on=first)
    extend(task, office, date(2024, 12, 31))

    correct(task, office, on=date(2022, 7, 1), interim_due_on=corrected)

    assert lags_from(DAY - timedelta(days=1)) == first + timedelta(days=1)
    assert lags_from(DAY) == corrected + timedelta(days=1)


def test_the_milestone_ends_with_an_interim_result_that_was_none(office, county):
    task = make_task(interim_due_on=date(2022, 5, 20))
    known = lags_from(DAY)

    correct(task, office, interim_due_on=None)

    assert an_interim(task).is_annulled
    assert lags_from(DAY) > known
    assert list(Check().faults()) == []


def test_a_milestone_that_was_reached_stays_as_it_was(office, county):
    due = date(2022, 9, 30)
    task = make_task(interim_due_on=due)
    measures.reach_milestone(milestone_id=an_interim(task).pk, version=None, **said(office))

    correct(task, office, interim_due_on=date(2022, 10, 31))

    assert an_interim(task).due_on == due
    assert "milestone" not in task.events.get(kind=EventKind.CORRECTED).details["after"]
    assert list(Check().faults()) == []
