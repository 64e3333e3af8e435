from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import complete, make_report, make_round, make_task, moment, part
from tracker.choices import EventKind, ReportStatus, RoundKind, ShownStatus
from tracker.models import Event, ProgressReport, Task
from tracker.operations import progress

DAY = date(2022, 6, 1)


def said(actor, on=DAY, at=None):
    return {"actor": actor, "on": on, "at": at or moment(on)}


def report_done(task, actor, on=DAY):
    return progress.report_completion(
        assignment_id=part(task).pk, version=None, note="", **said(actor, on)
    )


def confirm(task, actor, on=DAY):
    return progress.complete_assignment(
        assignment_id=part(task).pk, version=None, **said(actor, on)
    )


def send_back(task, actor, on=DAY, note="缺监测数据"):
    return progress.return_completion(
        assignment_id=part(task).pk, version=None, note=note, **said(actor, on)
    )


def reopen(task, actor, on=date(2022, 9, 1), percent=60, reason="反弹", **options):
    return progress.reopen_assignment(
        assignment_id=part(task).pk,
        version=None,
        percent=percent,
        reason=reason,
        **said(actor, on),
        **options,
    )


def judge(task, call, actor, judgement="behind", suggested="behind", reason="", on=None):
    return progress.judge_progress(
        assignment_id=part(task).pk,
        call=call,
        judgement=judgement,
        suggested=suggested,
        reason=reason,
        **said(actor, on or call.due_on),
    )


def shown(day):
    return Task.objects.as_of(day).get().shown


@pytest.fixture
def task(county, office):
    return make_task()


def test_a_report_says_how_far_things_are(task, editor):
    report = make_report(task, percent=35, actor=editor, difficulties="资金")
    assert (report.status, report.percent, report.percent_before) == ("submitted", 35, 0)
    assert (report.difficulties, report.event.details["after"]["percent"]) == ("资金", 35)
    own = part(task)
    assert (own.status, own.percent, own.last_report_on, own.version) == ("in_progress", 35, DAY, 2)


def test_progress_may_fall_with_a_reason_and_not_without(task):
    make_report(task, percent=50)
    with pytest.raises(ValidationError) as refusal:
        make_report(task, percent=40, fall_reason="  ")
    assert refusal.value.message_dict == {
        "fall_reason": ["Progress was 50% and would fall to 40%. Say why."]
    }
    assert part(task).percent == 50
    assert make_report(task, percent=40, fall_reason="重新核算").percent_before == 50


def test_a_report_entered_afterwards_is_compared_with_the_progress_of_its_day(task):
    make_report(task, percent=80, on=date(2022, 8, 1))
    late = moment(date(2022, 9, 1))
    report = make_report(task, percent=30, on=DAY, at=late)
    assert (report.percent_before, part(task).percent) == (0, 80)
    with pytest.raises(ValidationError, match="would fall to 20%"):
        make_report(task, percent=20, on=date(2022, 7, 1), at=late)


@pytest.mark.parametrize("percent", [-1, 101])
def test_progress_lies_between_nothing_and_all(task, office, percent):
    with pytest.raises(ValidationError, match="from 0 to 100"):
        make_report(task, percent=percent)
    complete(task)
    with pytest.raises(ValidationError, match="from 0 to 100"):
        reopen(task, office, percent=percent)


def test_a_report_on_the_future_is_refused(task):
    with pytest.raises(ValidationError, match="is in the future"):
        make_report(task, on=date(2022, 6, 2), at=moment(DAY))


def test_measures_ticked_on_a_report_are_completed_on_its_day(task, office):
    measure = task.measures.get()
    progress.submit_report(
        assignment_id=part(task).pk,
        version=None,
        values={"text": "完成", "percent": 60},
        measures_done=[measure],
        **said(office),
    )
    measure.refresh_from_db()
    assert measure.completed_on == DAY
    with pytest.raises(ValidationError, match="measure of another task"):
        progress.submit_report(
            assignment_id=part(make_task()).pk,
            version=None,
            values={"text": "完成", "percent": 60},
            measures_done=[measure],
            **said(office),
        )


def test_a_quantity_says_more_than_a_percentage(county, office):
    task = make_task(quantity_target=200, on=date(2022, 1, 1), due_on=date(2022, 12, 31))
    make_report(task, percent=90, quantity_done=20, on=date(2022, 1, 5))
    assert shown(DAY) == ShownStatus.BEHIND


def test_a_draft_is_kept_apart_and_taken_up_by_its_author_s_report(task, editor, head):
    call = make_round(on=DAY)
    own = part(task)
    keep = {"assignment_id": own.pk, "on": DAY, "at": moment(DAY)}
    draft = progress.save_draft(actor=editor, values={"text": "草", "percent": 10}, **keep)
    again = progress.save_draft(
        actor=editor,
        values={"text": "草稿", "percent": 20},
        measures_done=task.measures.all(),
        **keep,
    )
    assert (draft.pk, again.status, again.round) == (again.pk, ReportStatus.DRAFT, call)
    assert part(task).version == own.version
    other = make_report(task, percent=15, actor=head)
    sent = make_report(task, percent=25, actor=editor)
    assert (sent.pk, sent.text, sent.round) == (draft.pk, "已完成25%", call)
    assert other.pk != sent.pk
    assert not sent.measures_done.exists()
    assert ProgressReport.objects.count() == 2


@pytest.mark.parametrize("who", ["other_editor", "reader", "acceptance", "leader", "stranger"])
def test_only_the_unit_and_the_office_report(who, request, task):
    actor = request.getfixturevalue(who)
    count = Event.objects.count()
    with pytest.raises(PermissionDenied):
        make_report(task, actor=actor)
    with pytest.raises(PermissionDenied):
        report_done(task, actor)
    with pytest.raises(PermissionDenied):
        progress.save_draft(
            actor=actor,
            assignment_id=part(task).pk,
            values={"text": "x", "percent": 1},
            on=DAY,
            at=moment(DAY),
        )
    assert Event.objects.count() == count


def test_a_completion_counts_from_the_day_it_was_reported_once_it_is_confirmed(
    task, editor, acceptance
):
    report_done(task, editor)
    assert shown(DAY) == ShownStatus.ON_SCHEDULE
    own = confirm(task, acceptance, on=date(2022, 7, 9))
    assert (own.completion_reported_on, own.completed_on, own.percent) == (DAY, DAY, 100)
    assert shown(DAY) == ShownStatus.AWAITING_CLOSURE
    assert shown(date(2022, 5, 31)) < ShownStatus.AWAITING_CLOSURE


def test_where_the_inspection_says_so_a_completion_counts_as_soon_as_it_is_reported(editor, office):
    ins = factories.make_inspection(completion_basis="reported")
    task = make_task(inspection=ins)
    report_done(task, editor)
    assert shown(DAY) == ShownStatus.AWAITING_CLOSURE
    send_back(task, office, on=date(2022, 6, 8))
    assert shown(DAY) == ShownStatus.AWAITING_CLOSURE
    assert shown(date(2022, 6, 8)) < ShownStatus.AWAITING_CLOSURE
    report_done(task, editor, on=date(2022, 7, 1))
    assert confirm(task, office, on=date(2022, 8, 1)).completed_on == date(2022, 7, 1)
    with pytest.raises(ValidationError, match="No reported completion is waiting"):
        send_back(task, office, on=date(2022, 8, 2))
    assert progress.counts_when_reported(task)


def test_a_completion_is_reported_and_confirmed_once(task, editor, office):
    report_done(task, editor)
    with pytest.raises(ValidationError, match="Completion has been reported already"):
        report_done(task, editor)
    confirm(task, office)
    with pytest.raises(ValidationError, match="The task is completed already"):
        confirm(task, office)
    with pytest.raises(ValidationError, match="No reported completion is waiting"):
        send_back(task, office)


def test_a_returned_completion_says_what_is_missing(task, editor, office):
    with pytest.raises(ValidationError, match="On 2022-06-01"):
        send_back(task, office)
    report_done(task, editor)
    with pytest.raises(ValidationError, match="Say what is missing"):
        send_back(task, office, note=" ")
    assert send_back(task, office).completion_reported_on is None


def test_a_completion_without_report_needs_its_day(task, office):
    with pytest.raises(ValidationError, match="Enter the day of completion"):
        progress.complete_assignment(
            actor=office, assignment_id=part(task).pk, version=None, at=moment(DAY)
        )


@pytest.mark.parametrize("who", ["editor", "supervising", "leader", "other_editor"])
def test_only_the_office_and_the_acceptance_unit_confirm_or_return(who, request, task, head):
    actor = request.getfixturevalue(who)
    report_done(task, head)
    for act in (confirm, send_back):
        with pytest.raises(PermissionDenied):
            act(task, actor)


def test_a_reopened_task_keeps_its_earlier_figures(task, county_office):
    complete(task, on=DAY)
    own = reopen(task, county_office)
    assert (own.status, own.percent, own.reopen_no, own.completed_on) == (
        "in_progress",
        60,
        1,
        None,
    )
    assert shown(date(2022, 8, 31)) == ShownStatus.AWAITING_CLOSURE
    assert shown(date(2022, 9, 1)) == ShownStatus.ON_SCHEDULE


def test_a_closed_task_can_be_reopened_with_a_new_deadline(inspection, county, office):
    issue = factories.make_issue(inspection)
    task = make_task(
        issue=issue, taken_over=True, completed_on=DAY, closed_on=DAY, at=moment(date(2022, 7, 1))
    )
    due_on = date(2024, 6, 30)
    own = reopen(task, office, new_due_on=due_on, document_no="5号")
    task.refresh_from_db()
    assert (own.closed_on, task.status, task.due_on) == (None, "in_progress", due_on)
    assert task.deadline_text == "2024-06-30"
    assert task.spans.get(recorded_to=None, valid_to__year=9999).start_on == date(2022, 9, 1)


def test_a_closure_decided_elsewhere_is_taken_over_by_the_city_office(task, office, acceptance):
    def take_over(actor, on=date(2022, 8, 1)):
        return progress.take_over_closure(
            assignment_id=part(task).pk, version=None, note="市级销号", **said(actor, on)
        )

    make_report(task)
    with pytest.raises(ValidationError, match="can be closed once it is completed"):
        take_over(office)
    complete(task, on=DAY)
    with pytest.raises(PermissionDenied):
        take_over(acceptance)
    assert take_over(office).closed_on == date(2022, 8, 1)
    assert shown(date(2022, 7, 31)) == ShownStatus.AWAITING_CLOSURE
    assert shown(date(2022, 8, 1)) == ShownStatus.CLOSED


def test_reopening_needs_a_reason_a_completed_task_and_a_later_deadline(task, office):
    with pytest.raises(ValidationError, match="nothing to reopen|cannot follow"):
        reopen(task, office)
    make_report(task)
    with pytest.raises(ValidationError, match="nothing to reopen"):
        reopen(task, office)
    complete(task, on=DAY)
    with pytest.raises(ValidationError, match="Say why"):
        reopen(task, office, reason=" ")
    with pytest.raises(ValidationError, match="must be later than 2023-12-31"):
        reopen(task, office, new_due_on=date(2023, 1, 1))
    assert part(task).completed_on == DAY


def test_a_county_s_office_reopens_only_what_is_all_its_own(county_office, county, other_county):
    task = complete(make_task(units=[county, other_county]), on=DAY)
    with pytest.raises(PermissionDenied):
        reopen(task, county_office)


def test_the_office_s_word_wins_until_the_next_call(task, office):
    call = make_round(on=DAY)
    assert shown(date(2022, 6, 26)) == ShownStatus.BEHIND
    judge(task, call, office, "on_schedule", "behind", "降雨影响，已赶上")
    assert shown(date(2022, 6, 26)) == ShownStatus.NOT_STARTED
    make_report(task, percent=20, on=date(2022, 6, 27))
    assert shown(date(2022, 6, 27)) == ShownStatus.ON_SCHEDULE
    make_round(on=date(2022, 7, 1))
    assert shown(date(2022, 7, 26)) == ShownStatus.BEHIND


def test_a_judgement_that_departs_from_the_suggestion_says_why(task, office):
    call = make_round(on=DAY)
    with pytest.raises(ValidationError, match="departs from what the program suggests"):
        judge(task, call, office, "on_schedule", "behind")
    assert judge(task, call, office).judgement == "behind"


def test_a_judgement_is_of_a_call_of_the_same_inspection(task, office):
    foreign = make_round(factories.make_inspection(), on=DAY)
    with pytest.raises(ValidationError, match="belongs to another inspection"):
        judge(task, foreign, office)


def test_overseers_judge_their_own_tasks_and_units_none(
    county, water_bureau, supervising, acceptance, editor, other_editor
):
    task = make_task(supervising_unit=water_bureau)
    call = make_round(on=DAY)
    for actor in (editor, other_editor):
        with pytest.raises(PermissionDenied):
            judge(task, call, actor)
    assert judge(task, call, supervising)
    assert judge(task, call, acceptance)
    with pytest.raises(PermissionDenied):
        judge(make_task(), call, supervising)


def test_a_call_has_a_name_of_its_own(inspection, office, editor):
    make_round(on=DAY, name="六月")
    with pytest.raises(ValidationError, match="a call named 六月 already"):
        make_round(on=DAY, name="六月")
    with pytest.raises(ValidationError):
        make_round(on=DAY, name="倒着", period_to=date(2022, 5, 1))
    with pytest.raises(PermissionDenied):
        progress.open_round(
            inspection=inspection,
            kind=RoundKind.AD_HOC,
            name="七月",
            period_from=DAY,
            period_to=DAY,
            due_on=DAY,
            **said(editor),
        )
    assert Event.objects.filter(kind=EventKind.ROUND_OPENED).count() == 1


def test_a_report_belongs_to_the_call_of_its_day(task):
    call = make_round(on=DAY)
    assert make_report(task, on=date(2022, 6, 20)).round == call
    assert make_report(task, on=date(2022, 8, 1)).round is None
