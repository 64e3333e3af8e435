"""The page of one task, for everybody who may see it, today and on past days."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from tests import factories
from tracker.models import Event
from tracker.operations import amendments, annulment, assignments, measures, progress, tasks

FAR_OFF = date(2090, 12, 31)


@pytest.fixture
def task(county):
    return factories.make_task(units=[county], number=19, due_on=FAR_OFF)


def page(browser, task, query=""):
    response = browser.get(f"/tasks/{task.code}/{query}")
    assert response.status_code == 200
    return response


def test_the_page_says_what_the_task_is_and_where_it_stands(open_as, leader, task):
    factories.make_report(task, 40)
    text = page(open_as(leader), task).content.decode()
    for words in (task.title, "达到整改目标", "落实整改措施", "临江县", "市生态环境局", "40%"):
        assert words in text


def test_another_unit_gets_404_and_a_missing_task_too(open_as, other_editor, task):
    browser = open_as(other_editor)
    assert browser.get(f"/tasks/{task.code}/").status_code == 404
    assert browser.get("/tasks/2022s2-999/").status_code == 404


def test_only_the_office_sees_drafts_and_annulled_tasks(open_as, office, editor, leader, task):
    draft = factories.make_task(number=20, issued=False)
    created = task.events.get(kind="created")
    annulment.annul(
        actor=office, event_id=created.pk, reason="误录", at=factories.moment(localdate())
    )
    task.refresh_from_db()
    for row in (draft, task):
        assert open_as(editor).get(f"/tasks/{row.code}/").status_code == 404
        assert open_as(leader).get(f"/tasks/{row.code}/").status_code == 404
        page(open_as(office), row)


def test_a_past_day_shows_what_was_true_then_and_offers_no_step(open_as, office, task):
    factories.make_report(task, 30, date(2022, 6, 1))
    factories.make_report(task, 80, date(2023, 6, 1))
    context = page(open_as(office), task, "?asof=2022-12-31").context
    assert context["now"].percent == 30
    assert context["primary"] is None
    assert context["task_verbs"] == []
    assert not any(row.verbs for row in context["rows"])
    assert not context["may_tick"]
    days = [entry.event.effective_on for entry in context["entries"].rows]
    assert max(days) == date(2022, 6, 1)


def test_before_its_issue_the_task_was_not_on_the_list(open_as, office, task):
    context = page(open_as(office), task, "?asof=2021-12-31").context
    assert context["notice"] == {"kind": "absent"}
    assert context["entries"].rows == []


def test_the_deadline_of_a_past_day_is_the_one_of_that_day(open_as, office, county):
    task = factories.make_task(units=[county], due_on=date(2023, 6, 30), deadline_text="六月底前")
    amendments.extend_deadline(
        actor=office,
        task_id=task.pk,
        version=None,
        new_text="年底前",
        new_due_on=date(2023, 12, 31),
        reason="设备晚到",
        document_no="通办〔2023〕1号",
        on=date(2023, 6, 1),
        at=factories.moment(date(2023, 6, 1)),
    )
    before = page(open_as(office), task, "?asof=2023-05-31").context
    after = page(open_as(office), task, "?asof=2023-06-02").context
    assert (before["deadline_text"], before["now"].due_on) == ("六月底前", date(2023, 6, 30))
    assert (after["deadline_text"], after["now"].due_on) == ("年底前", date(2023, 12, 31))
    assert "通办〔2023〕1号" in page(open_as(office), task).content.decode()


def test_a_unit_sees_its_own_part_beside_the_whole_when_they_differ(
    open_as, editor, office, county, other_county
):
    task = factories.make_task(units=[county, other_county], due_on=date(2022, 12, 31))
    factories.complete(task, unit=county, actor=office)
    own = page(open_as(editor), task).context
    assert own["own_shown"].code == "awaiting_closure"
    assert own["now"].shown.code == "overdue"
    assert page(open_as(office), task).context["own_shown"] is None


@pytest.mark.parametrize(
    ("who", "verb"),
    [
        ("office", "complete-task"),
        ("editor", "acknowledge-task"),
        ("acceptance", "complete-task"),
        ("reader", None),
        ("leader", None),
        ("auditor", None),
    ],
)
def test_there_is_one_button_for_what_this_person_should_do_now(request, open_as, task, who, verb):
    user = request.getfixturevalue(who)
    primary = page(open_as(user), task).context["primary"]
    assert (primary.name if primary else None) == verb


def test_the_button_follows_the_state(open_as, editor, office, task):
    part = factories.part(task)
    today = localdate()
    factories.make_report(task, 90, today - timedelta(days=3))
    assert page(open_as(editor), task).context["primary"].name == "report-progress"
    progress.report_completion(
        actor=editor,
        assignment_id=part.pk,
        version=None,
        on=today,
        at=factories.moment(today),
        note="全部完成",
    )
    waiting = page(open_as(office), task).context
    assert waiting["notice"]["kind"] == "waiting"
    assert waiting["primary"].label == "Confirm completion"
    progress.return_completion(
        actor=office,
        assignment_id=part.pk,
        version=None,
        on=today,
        at=factories.moment(today),
        note="缺监测报告",
    )
    returned = page(open_as(editor), task)
    assert returned.context["notice"]["kind"] == "returned"
    assert "缺监测报告" in returned.content.decode()
    factories.complete(task, today)
    assert page(open_as(editor), task).context["primary"].name == "apply-for-closure"


def test_an_overdue_task_says_so_in_one_strip(open_as, editor, county):
    task = factories.make_task(units=[county], due_on=date(2022, 12, 31))
    response = page(open_as(editor), task)
    assert response.context["notice"]["kind"] == "overdue"
    assert response.content.decode().count('class="alert-x"') == 1


def test_the_time_line_shows_the_newest_and_links_to_all(open_as, office, task):
    day = date(2022, 5, 1)
    for number in range(60):
        factories.make_report(task, number, day + timedelta(days=number))
    browser = open_as(office)
    newest = page(browser, task).context["entries"]
    assert len(newest.rows) == 50
    assert newest.has_more
    assert newest.rows[0].event.effective_on == day + timedelta(days=59)
    assert newest.rows[0].delta == "58% → 59%"
    everything = page(browser, task, "?record=all").context["entries"]
    assert not everything.has_more
    assert len(everything.rows) == task.events.count()


def test_the_time_line_can_be_narrowed(open_as, office, task):
    factories.make_report(task, 10)
    browser = open_as(office)
    kinds = {
        show: {
            entry.event.kind
            for entry in page(browser, task, f"?show={show}").context["entries"].rows
        }
        for show in ("progress", "status", "files")
    }
    assert kinds == {
        "progress": {"reported"},
        "status": {"created", "assigned", "issued"},
        "files": set(),
    }
    odd = page(browser, task, "?show=nonsense")
    assert odd.context["entries"].show == ""


def test_back_dated_and_annulled_entries_are_marked(open_as, office, editor, task):
    report = factories.make_report(
        task, 10, date(2022, 6, 1), at=factories.moment(date(2022, 6, 9))
    )
    annulment.annul(
        actor=office,
        event_id=report.event.pk,
        reason="填错任务",
        at=factories.moment(date(2022, 6, 10)),
    )
    text = page(open_as(editor), task).content.decode()
    assert "entered afterwards, on 2022-06-09" in text
    assert "填错任务" in text
    assert "annulled on 2022-06-10" in text
    assert "/annul/" not in text
    context = page(open_as(office), task).context
    annulled = [entry for entry in context["entries"].rows if entry.annulment]
    assert [entry.event.pk for entry in annulled] == [report.event.pk]
    assert not annulled[0].can_be_annulled
    assert context["now"].percent == 0


def test_a_correction_shows_both_values(open_as, office, task):
    tasks.correct_task(
        actor=office,
        task_id=task.pk,
        version=task.version,
        changes={"title": "改过的题目"},
        on=localdate(),
        at=factories.moment(localdate()),
        note="错字",
    )
    rows = page(open_as(office), task).context["entries"].rows
    assert [(change.before, change.after) for change in rows[0].changes] == [
        ("任务19", "改过的题目")
    ]


def test_a_withdrawn_task_stays_to_be_seen_without_steps(open_as, office, task):
    amendments.withdraw_task(
        actor=office,
        task_id=task.pk,
        version=None,
        document_no="通办〔2023〕9号",
        reason="调整",
        on=date(2023, 1, 1),
        at=factories.moment(date(2023, 1, 1)),
    )
    context = page(open_as(office), task).context
    assert context["notice"] == {"kind": "left"}
    assert context["primary"] is None
    assert page(open_as(office), task, "?asof=2022-12-31").context["notice"] is None


def test_ticks_are_offered_to_the_units_and_the_office(open_as, task, editor, office, reader):
    link = f"/tasks/{task.code}/measures/1/complete/"
    for user, offered in ((editor, True), (office, True), (reader, False)):
        assert (link in page(open_as(user), task).content.decode()) is offered


def test_a_longer_history_costs_no_more_queries(open_as, office, task, water_bureau):
    measures.add_milestone(
        actor=office,
        task_id=task.pk,
        version=None,
        title="封顶",
        due_on=date(2024, 1, 1),
        on=date(2022, 5, 1),
        at=factories.moment(date(2022, 5, 1)),
    )
    task.supporting_units.add(water_bureau)
    factories.make_report(task, 1, date(2022, 5, 1))
    browser = open_as(office)
    page(browser, task)
    with CaptureQueriesContext(connection) as short:
        page(browser, task)
    for number in range(2, 40):
        factories.make_report(task, number, date(2022, 5, 1) + timedelta(days=number))
    assignments.add_unit(
        actor=office,
        task_id=task.pk,
        version=None,
        unit=water_bureau,
        is_lead=False,
        on=date(2022, 8, 1),
        at=factories.moment(date(2022, 8, 1)),
    )
    with CaptureQueriesContext(connection) as long:
        page(browser, task, "?record=all")
    assert len(long) == len(short) <= 15
    assert Event.objects.filter(task=task).count() > 40


def test_each_entry_says_what_happened(open_as, office, county, other_county):
    task = factories.make_task(
        units=[county], number=19, due_on=date(2024, 4, 15), milestones=[("封顶", date(2023, 1, 1))]
    )
    other = factories.make_task(units=[county], number=20, due_on=FAR_OFF)
    call = factories.make_round(on=date(2022, 5, 1))
    at = factories.moment(date(2022, 6, 1))
    common = {"actor": office, "on": date(2022, 6, 1), "at": at}
    measures.complete_measure(measure_id=task.measures.get().pk, version=None, **common)
    measures.correct_measure(
        measure_id=task.measures.get().pk, version=None, values={"text": "改过"}, **common
    )
    measures.reach_milestone(milestone_id=task.milestones.get().pk, version=None, **common)
    progress.judge_progress(
        assignment_id=factories.part(task).pk,
        call=call,
        judgement="behind",
        suggested="",
        reason="",
        **common,
    )
    task.refresh_from_db()
    tasks.correct_task(
        task_id=task.pk,
        version=task.version,
        changes={
            "is_listed": True,
            "case_leader": "市长",
            "supporting_units": [other_county],
        },
        note="补充",
        **common,
    )
    amendments.merge_task(
        task_id=task.pk,
        version=None,
        into_id=other.pk,
        document_no="通办〔2022〕9号",
        reason="合并",
        **common,
    )
    rows = page(open_as(office), task).context["entries"].rows
    titles = [row.title for row in rows]
    for title in (
        "Measure 1 completed",
        "Milestone reached: 封顶",
        "Milestone set: 封顶, 2023-01-01",
        "Judged: behind schedule",
        f"Merged into {other.code}",
    ):
        assert title in titles
    changes = {(change.before, change.after) for row in rows for change in row.changes}
    assert changes == {("落实整改措施", "改过"), ("no", "yes"), ("—", "市长"), ("—", "donghai")}


def test_what_was_ticked_off_later_was_open_on_a_past_day(open_as, office, county):
    task = factories.make_task(
        units=[county], due_on=date(2024, 4, 15), milestones=[("封顶", date(2022, 5, 1))]
    )
    day = {"on": date(2022, 6, 1), "at": factories.moment(date(2022, 6, 1)), "actor": office}
    measures.complete_measure(measure_id=task.measures.get().pk, version=None, **day)
    measures.reach_milestone(milestone_id=task.milestones.get().pk, version=None, **day)
    browser = open_as(office)
    before = page(browser, task, "?asof=2022-05-31").context
    after = page(browser, task, "?asof=2022-06-01").context
    assert (before["measures_done"], after["measures_done"]) == (0, 1)
    assert before["milestones"][0].is_late
    assert after["milestones"][0].reached_on == date(2022, 6, 1)
