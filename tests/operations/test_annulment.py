from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tests import factories
from tests.factories import complete, make_issue, make_report, make_task, moment, part
from tracker.choices import EventKind, ShownStatus
from tracker.models import Event, Task
from tracker.operations import (
    amendments,
    annulment,
    assignments,
    inspections,
    issues,
    measures,
    petitions,
    tasks,
    units,
)
from tracker.operations.integrity import Check

DAY = date(2022, 6, 1)
AT = moment(date(2022, 9, 1))


def said(actor, on=DAY):
    return {"actor": actor, "on": on, "at": moment(on)}


def last(kind, **subject):
    return Event.objects.filter(kind=kind, **subject).order_by("sequence").last()


@pytest.fixture
def take_back(office):
    def annul(event, reason="录错", actor=office):
        own = annulment.annul(actor=actor, event_id=event.pk, reason=reason, at=AT)
        assert list(Check().faults()) == []
        return own

    return annul


@pytest.fixture
def refused(take_back):
    """Taking the entry back is refused with ``words`` and leaves everything as it was."""

    def check(event, words):
        count = Event.objects.count()
        with pytest.raises(ValidationError, match=words), transaction.atomic():
            take_back(event)
        assert Event.objects.count() == count
        assert list(Check().faults()) == []

    return check


@pytest.fixture
def task(county, office):
    return make_task()


def shown(day):
    return Task.objects.as_of(day).get().shown


def test_an_annulled_entry_counts_on_no_day_and_remains_to_be_seen(task, take_back):
    complete(task, on=DAY)
    event = last(EventKind.COMPLETED)
    own = take_back(event)
    assert (own.annuls, own.effective_on, own.note) == (event, DAY, "录错")
    assert own.details["before"]["percent"] == 100
    assert shown(DAY) < ShownStatus.AWAITING_CLOSURE
    assert shown(date(2022, 8, 1)) < ShownStatus.AWAITING_CLOSURE
    known = Task.objects.as_of(DAY, known_at=AT - timedelta(days=1)).get()
    assert known.shown == ShownStatus.AWAITING_CLOSURE
    assert Event.objects.filter(pk=event.pk).exists()
    assert event not in Event.objects.standing()
    assert part(task).version == 3


def test_an_entry_is_annulled_once_and_with_a_reason(task, take_back, refused):
    complete(task, on=DAY)
    event = last(EventKind.COMPLETED)
    with pytest.raises(ValidationError, match="Say why the entry is taken back"):
        take_back(event, reason=" ")
    own = take_back(event)
    refused(event, "has been annulled already")
    refused(own, "“entry annulled” cannot be annulled")


def test_what_somebody_else_took_back_while_this_waited_is_not_taken_back_twice(
    refused, office, monkeypatch
):
    event = make_report(make_task()).event
    lock_task = annulment.record.lock_task

    def lock_after_another(task_id):
        task = lock_task(task_id)
        own = annulment.annulment_of(event, actor=office, reason="录错", at=AT)
        annulment.record.write(task, [own], at=AT)
        return task

    monkeypatch.setattr(annulment.record, "lock_task", lock_after_another)
    refused(event, "has been annulled already")


@pytest.mark.parametrize("who", ["editor", "leader", "auditor", "administrator", "county_office"])
def test_only_the_city_office_annuls(who, request, task):
    with pytest.raises(PermissionDenied):
        annulment.annul(
            actor=request.getfixturevalue(who),
            event_id=last(EventKind.ISSUED).pk,
            reason="x",
            at=AT,
        )


def test_an_entry_on_which_a_later_one_rests_is_not_taken_back(task, refused):
    make_report(task, on=DAY)
    refused(last(EventKind.ISSUED), "On 2022-06-01: “progress reported” cannot follow")


def test_the_issuing_of_a_task_nobody_acted_on_is_taken_back(task, take_back):
    take_back(last(EventKind.ISSUED))
    task.refresh_from_db()
    assert (task.status, task.issued_on) == ("draft", None)
    assert not Task.objects.as_of(DAY).exists()


def test_a_task_entered_by_mistake_disappears_from_every_day(task, take_back, refused, office):
    complete(task, on=DAY)
    event = last(EventKind.COMPLETED)
    take_back(last(EventKind.CREATED, task=task))
    task.refresh_from_db()
    assert (task.is_annulled, task.issued_on, task.status) == (True, None, "draft")
    assert task.code.startswith("2022s2-1-x")
    assert not Task.objects.as_of(DAY).exists()
    assert not task.assignments.current().exists()
    refused(event, "The task was annulled")
    assert make_task(number=1).code == "2022s2-1"


def test_an_issue_is_annulled_after_its_tasks(task, take_back, refused):
    issue = task.issue
    refused(last(EventKind.CREATED, issue=issue), "The issue still has tasks")
    take_back(last(EventKind.CREATED, task=task))
    take_back(last(EventKind.CREATED, issue=issue))
    issue.refresh_from_db()
    assert issue.is_annulled
    assert make_issue(number=1).code == "2022s2-1"


def test_the_entering_of_an_inspection_or_a_programme_is_not_annulled(task, refused):
    programme = factories.make_programme()
    [entered] = programme.events.all()
    [begun] = task.inspection.events.filter(kind=EventKind.CREATED, task=None, issue=None).exclude(
        pk=entered.pk
    )
    refused(entered, "“entered” cannot be annulled")
    refused(begun, "“entered” cannot be annulled")


def test_a_reading_is_taken_back_and_may_be_taken_again(task, take_back):
    programme = factories.make_programme()
    reading = factories.make_reading(programme)
    take_back(last(EventKind.READING_TAKEN))
    reading.refresh_from_db()
    assert reading.is_annulled
    assert factories.make_reading(programme).value == reading.value


def test_a_petition_s_outcomes_are_taken_back_the_last_one_first(take_back, refused, office):
    petition = factories.make_petition()
    outcomes = [
        {"truth": "true", "interim_on": date(2021, 12, 10)},
        {"closed_on": date(2022, 1, 10), "outcome": "已办结"},
    ]
    for values in outcomes:
        petitions.settle_petition(
            petition_id=petition.pk, version=None, values=values, **said(office)
        )
    first, second = Event.objects.filter(kind=EventKind.PETITION_SETTLED).order_by("sequence")
    refused(first, "A later outcome was recorded")
    take_back(second)
    petition.refresh_from_db()
    assert (petition.interim_on, petition.closed_on) == (date(2021, 12, 10), None)
    take_back(first)
    petition.refresh_from_db()
    assert (petition.truth, petition.interim_on, petition.version) == ("", None, 5)


def test_a_petition_entered_by_mistake_is_taken_back(take_back, office):
    petition = factories.make_petition()
    take_back(last(EventKind.CREATED, petition=petition))
    petition.refresh_from_db()
    assert petition.is_annulled


def test_what_concerns_a_unit_alone_is_put_right_by_another_entry(task, refused, county):
    refused(last(EventKind.CREATED, unit=county), "“entered” cannot be annulled")


def test_a_call_for_progress_is_not_annulled(task, refused):
    factories.make_round(on=DAY)
    refused(last(EventKind.ROUND_OPENED), "cannot be annulled")


def test_an_annulled_correction_gives_the_former_values_back(task, take_back, office, bureau):
    other = make_issue()
    tasks.correct_task(
        task_id=task.pk,
        version=1,
        changes={
            "title": "错题",
            "number": 8,
            "issue": other,
            "acceptance_unit": None,
            "due_on": date(2022, 5, 1),
            "supporting_units": [bureau],
        },
        note="",
        **said(office),
    )
    take_back(last(EventKind.CORRECTED))
    former = task.issue
    task.refresh_from_db()
    assert (task.title, task.number, task.code) == ("任务1", 1, "2022s2-1")
    assert (task.issue, task.acceptance_unit, task.due_on) == (former, bureau, factories.DUE)
    assert not task.supporting_units.exists()
    assert Task.objects.as_of(DAY).get().due_on_then == factories.DUE


def test_a_restored_number_may_be_taken_meanwhile(task, refused, office):
    tasks.correct_task(task_id=task.pk, version=1, changes={"number": 8}, note="", **said(office))
    make_task(number=1)
    refused(last(EventKind.CORRECTED), "number 1 is already on the list")


def test_of_two_corrections_of_the_same_the_later_is_annulled_first(
    task, take_back, refused, office
):
    changes = [{"title": "甲"}, {"title": "乙"}, {"goal": "丙"}]
    for version, change in enumerate(changes, start=1):
        tasks.correct_task(
            task_id=task.pk, version=version, changes=change, note="", **said(office)
        )
    first, second, _third = Event.objects.filter(kind=EventKind.CORRECTED).order_by("sequence")
    refused(first, "corrected again on 2022-06-01. Annul that entry first")
    take_back(second)
    take_back(first)
    task.refresh_from_db()
    assert (task.title, task.goal) == ("任务1", "丙")


def test_a_deadline_is_corrected_as_a_whole_and_taken_back_the_last_one_first(
    task, take_back, refused, office
):
    corrections = [
        {"deadline_text": "2023年10月底前", "due_on": date(2023, 10, 31)},
        {"is_standing": True},
    ]
    for version, changes in enumerate(corrections, start=1):
        tasks.correct_task(
            task_id=task.pk, version=version, changes=changes, note="", **said(office)
        )
    first, second = Event.objects.filter(kind=EventKind.CORRECTED).order_by("sequence")
    refused(first, "corrected again on 2022-04-15. Annul that entry first")
    take_back(second)
    take_back(first)
    task.refresh_from_db()
    assert (task.due_on, task.is_standing) == (date(2023, 12, 31), False)


def test_an_extension_is_taken_back_after_what_corrected_it(task, take_back, refused, office):
    amendments.extend_deadline(
        task_id=task.pk,
        version=1,
        new_text="2024年6月底前",
        new_due_on=date(2024, 6, 30),
        reason="工程受阻",
        document_no="",
        **said(office),
    )
    changes = {"deadline_text": "2024年9月底前", "due_on": date(2024, 9, 30)}
    tasks.correct_task(task_id=task.pk, version=2, changes=changes, note="", **said(office))
    refused(last(EventKind.EXTENDED), "corrected again on 2022-06-01. Annul that entry first")
    take_back(last(EventKind.CORRECTED))
    take_back(last(EventKind.EXTENDED))
    task.refresh_from_db()
    assert task.due_on == date(2023, 12, 31)


def test_a_unit_that_has_another_code_by_now_is_not_brought_back(task, refused, office, bureau):
    changes = {"acceptance_unit": None}
    tasks.correct_task(task_id=task.pk, version=1, changes=changes, note="", **said(office))
    units.correct_unit(
        unit_id=bureau.pk, version=None, changes={"code": "shengtai"}, note="", **said(office)
    )
    refused(last(EventKind.CORRECTED, task=task), "names bureau, which has another code now")


def test_an_issue_s_correction_is_annulled(task, take_back, office, county):
    issue = task.issue
    issues.correct_issue(
        issue_id=issue.pk,
        version=1,
        changes={"title": "错", "unit": county, "number": 5},
        note="",
        **said(office),
    )
    take_back(last(EventKind.CORRECTED))
    issue.refresh_from_db()
    assert (issue.title, issue.unit, issue.code, issue.version) == ("问题1", None, "2022s2-1", 3)


def test_a_correction_of_an_inspection_is_not_annulled(task, refused, office):
    inspections.amend_inspection(
        inspection_id=task.inspection_id, changes={"round_no": 2}, **said(office)
    )
    refused(last(EventKind.CORRECTED), "cannot be annulled")


def test_measures_and_milestones_are_taken_back(task, take_back, refused, office, bureau):
    added = measures.add_measure(
        task_id=task.pk, version=None, values={"text": "多余"}, **said(office)
    )
    measure = task.measures.get(number=1)
    for text, unit in (("甲", bureau), ("乙", None)):
        measures.correct_measure(
            measure_id=measure.pk, version=None, values={"text": text, "unit": unit}, **said(office)
        )
    measures.correct_measure(
        measure_id=added.pk, version=None, values={"text": "另一条"}, **said(office)
    )
    measures.complete_measure(measure_id=measure.pk, version=None, **said(office))
    first, second, _other = Event.objects.filter(kind=EventKind.MEASURE_CORRECTED).order_by(
        "sequence"
    )
    refused(first, "corrected again on 2022-06-01")
    take_back(second)
    measure.refresh_from_db()
    assert (measure.text, measure.unit) == ("甲", bureau)
    take_back(first)
    take_back(last(EventKind.MEASURE_COMPLETED))
    take_back(last(EventKind.MEASURE_ADDED))
    measure.refresh_from_db()
    added.refresh_from_db()
    assert (measure.text, measure.unit, measure.completed_on) == ("落实整改措施", None, None)
    assert added.is_annulled
    milestone = measures.add_milestone(
        task_id=task.pk, version=None, title="完工", due_on=date(2022, 6, 5), **said(office)
    )
    measures.reach_milestone(milestone_id=milestone.pk, version=None, **said(office))
    refused(last(EventKind.MILESTONE_ADDED), "The milestone is not open")
    take_back(last(EventKind.MILESTONE_REACHED))
    milestone.refresh_from_db()
    assert milestone.reached_on is None
    assert shown(date(2022, 6, 6)) == ShownStatus.BEHIND
    take_back(last(EventKind.MILESTONE_ADDED))
    assert shown(date(2022, 6, 6)) == ShownStatus.NOT_STARTED


def test_a_merger_is_taken_back(task, take_back, office):
    into = make_task()
    amendments.merge_task(
        task_id=task.pk,
        version=None,
        into_id=into.pk,
        document_no="9号",
        reason="",
        **said(office),
    )
    take_back(last(EventKind.MERGED))
    task.refresh_from_db()
    assert (task.merged_into, task.left_on, task.status) == (None, None, "issued")
    assert Task.objects.as_of(DAY).count() == 2


def test_a_removed_unit_comes_back_when_its_removal_is_annulled(
    take_back, refused, office, county, other_county
):
    task = make_task(units=[county, other_county], lead=county)
    first = part(task, county)
    remove = {"version": None, "note": "", **said(office)}
    assignments.remove_unit(assignment_id=first.pk, **remove)
    removal = last(EventKind.UNASSIGNED)
    take_back(removal)
    first.refresh_from_db()
    assert (first.removed_on, first.is_lead) == (None, True)
    assignments.remove_unit(assignment_id=first.pk, **remove)
    removal = last(EventKind.UNASSIGNED)
    again = assignments.add_unit(
        task_id=task.pk, version=None, unit=county, is_lead=True, **said(office, date(2022, 7, 1))
    )
    refused(removal, "is responsible for this task already")
    assignments.remove_unit(assignment_id=again.pk, **{**remove, **said(office, date(2022, 7, 2))})
    assignments.add_unit(
        task_id=task.pk,
        version=None,
        unit=factories.bureau(),
        is_lead=True,
        **said(office, date(2022, 7, 3)),
    )
    take_back(removal)
    first.refresh_from_db()
    assert (first.removed_on, first.is_lead) == (None, False)


def test_the_only_unit_s_responsibility_is_not_taken_back(task, refused):
    refused(last(EventKind.ASSIGNED), "no unit would be responsible for the task")


def test_an_extension_is_taken_back(task, take_back, office):
    amendments.extend_deadline(
        task_id=task.pk,
        version=None,
        new_text="延期",
        new_due_on=date(2024, 12, 31),
        reason="汛期",
        document_no="",
        **said(office),
    )
    take_back(last(EventKind.EXTENDED))
    task.refresh_from_db()
    assert (task.due_on, task.deadline_text) == (factories.DUE, "2023年12月底前")


def test_with_a_correction_the_milestone_of_the_interim_result_goes_back(office, take_back):
    first = date(2022, 9, 30)
    task = make_task(interim_due_on=first)
    interim = task.milestones.get()
    for day in (date(2022, 10, 31), None):
        correction(task, office, interim_due_on=day)
    interim.refresh_from_db()
    assert interim.is_annulled

    for day in (date(2022, 10, 31), first):
        corrected = Event.objects.standing().filter(task=task, kind=EventKind.CORRECTED)
        take_back(corrected.order_by("sequence").last())
        interim.refresh_from_db()
        assert (interim.due_on, interim.is_annulled) == (day, False)


def test_a_milestone_that_was_taken_back_itself_stays_away(office, take_back):
    task = make_task(interim_due_on=date(2022, 9, 30))
    interim = task.milestones.get()
    correction(task, office, interim_due_on=date(2022, 10, 31))
    take_back(last(EventKind.MILESTONE_ADDED, task=task))

    take_back(last(EventKind.CORRECTED, task=task))

    interim.refresh_from_db()
    assert interim.is_annulled


def correction(task, office, **changes):
    version = Task.objects.get(pk=task.pk).version
    tasks.correct_task(
        task_id=task.pk, version=version, changes=changes, note="更正", **said(office)
    )
