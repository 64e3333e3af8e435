"""The pages of acceptance and closure: the queue, one attempt, and each step of it."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from tests import closing, factories
from tests.closing import COMPLETED, DECIDED, ENDS, PUBLISHED, completed_task
from tracker.choices import Condition, ReasonFor, Role
from tracker.models import Assignment, Closure, Holiday, Objection
from tracker.operations import progress

QUERIES = 15
TEXT = "对照整改方案逐条自查，措施全部落实，资料齐全，符合条件。"


@pytest.fixture
def task(county, office, bureau):
    return completed_task(number=19, title="截污纳管")


@pytest.fixture
def applied(task, editor):
    return closing.apply(task, editor)


@pytest.fixture
def taken(applied, acceptance):
    return closing.take(applied, acceptance)


@pytest.fixture
def passed(task, editor, acceptance):
    return closing.passed(task, editor, acceptance)


@pytest.fixture
def notice(passed, office):
    return closing.publish(passed, office)


def again(row):
    return type(row).objects.get(pk=row.pk)


def address(closure, verb=""):
    return f"/closures/{closure.pk}/{verb}"


def page(browser, url):
    response = browser.get(url)
    assert response.status_code == 200
    return response


def decision(closure, passes="yes", **values):
    answers = {}
    for condition in Condition:
        answers |= {condition.value: "yes", f"{condition.value}_finding": "资料齐全，现场一致"}
    return {
        **answers,
        "version": closure.version,
        "desk_finding": "台账齐全。",
        "field_finding": "现场抽查三处。",
        "field_checked_on": "2022-07-07",
        "team_leader": "许文澜",
        "team_members": "",
        "passes": passes,
        "opinion": "已完成整改，同意销号。",
        "on": "2022-07-08",
        **values,
    }


def test_the_whole_way_through_the_pages(open_as, editor, acceptance, office, task):
    unit, accepter, runs = open_as(editor), open_as(acceptance), open_as(office)
    own = factories.part(task)
    sent = unit.post(
        f"/tasks/{task.code}/closure/new/",
        {
            "version": own.version,
            "self_checked_on": "2022-07-03",
            "self_check": TEXT,
            "completion_text": TEXT,
            "unit_head": "周向东",
            "on": "2022-07-04",
        },
    )
    closure = Closure.objects.get()
    assert sent.url == closure.get_absolute_url()
    assert closure.applied_by == editor

    def step(browser, verb, **data):
        shown = page(browser, address(closure, verb))
        version = {"version": shown.context["form"].initial["version"]}
        answer = browser.post(address(closure, verb), version | data)
        assert answer.status_code == 302, answer.context["form"].errors
        return again(closure).stage

    assert step(accepter, "take/", on="2022-07-05") == "under_acceptance"
    said = decision(again(closure))
    said.pop("version")
    assert step(accepter, "decide/", **said) == "passed"
    words = {"completion_text": TEXT, "issuer": "临江县", "phone": "0513-1", "email": ""}
    days = {"begins_on": "2022-07-11", "ends_shown": "2022-07-22", "on": "2022-07-11"}
    assert step(runs, "publish/", **words, **days) == "in_notice"
    objection = {"content": "夜间仍有异味。", "received_on": "2022-07-13", "channel": "电话"}
    assert "channels" in page(runs, address(closure, "object/")).content.decode()
    assert runs.post(address(closure, "object/"), objection).status_code == 302
    for row in Objection.objects.open():
        settled = runs.post(
            f"/objections/{row.pk}/settle/",
            {"upheld": "no", "settlement": "复查达标。", "on": localdate().isoformat()},
        )
        assert settled.status_code == 302
    today = localdate().isoformat()
    assert step(runs, "close/", closing_opinion="同意销号。", on=today) == "closed"
    assert step(runs, "file/", filing_no="江海环督备〔2022〕7号", on=today) == "filed"
    detail = page(runs, address(closure)).content.decode()
    for words in ("同意销号。", "江海环督备〔2022〕7号", "夜间仍有异味。", "复查达标。"):
        assert words in detail


def test_an_application_that_lacks_something_keeps_what_was_typed(open_as, editor, task):
    own = factories.part(task)
    answer = open_as(editor).post(
        f"/tasks/{task.code}/closure/new/",
        {
            "version": own.version,
            "self_checked_on": "2022-07-03",
            "self_check": "短",
            "completion_text": TEXT,
            "is_statement": "on",
            "unit_head": "周向东",
            "on": "2022-07-04",
        },
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"self_check", "meeting_on"}
    text = answer.content.decode()
    assert TEXT in text
    assert "<title>Error: " in text


def test_a_returned_application_comes_back_with_its_reason_and_its_words(
    open_as, editor, acceptance, applied, task
):
    browser = open_as(acceptance)
    usual = factories.make_return_reason(ReasonFor.APPLICATION, "申请材料不全。")
    assert usual.text in page(browser, address(applied, "return/")).content.decode()
    sent = browser.post(
        address(applied, "return/"),
        {
            "version": applied.version,
            "usual": usual.pk,
            "reason": "补充监测报告。",
            "on": "2022-07-05",
        },
    )
    assert sent.url == applied.get_absolute_url()
    assert again(applied).return_reason == "申请材料不全。\n补充监测报告。"
    unit = open_as(editor)
    shown = page(unit, address(applied))
    assert "补充监测报告。" in shown.content.decode()
    assert shown.context["primary"].name == "apply-for-closure"
    form = page(unit, f"/tasks/{task.code}/closure/new/?unit=linjiang")
    assert "补充监测报告。" in form.content.decode()
    assert form.context["form"].initial["self_check"] == applied.self_check
    assert page(unit, f"/tasks/{task.code}/").context["notice"]["kind"] == "not_closed"


def test_with_several_parts_at_hand_the_unit_is_chosen_first(open_as, office, county, other_county):
    task = completed_task(units=[county, other_county])
    text = page(open_as(office), f"/tasks/{task.code}/closure/new/").content.decode()
    assert "?unit=linjiang" in text
    assert "?unit=donghai" in text


def test_a_task_without_units_cannot_be_applied_for(open_as, office, county):
    task = factories.make_task(issued=False, units=[])
    assert open_as(office).get(f"/tasks/{task.code}/closure/new/").status_code == 404


def test_the_applicant_reads_who_decides_where_the_button_would_be(
    open_as, editor, acceptance, applied
):
    own = page(open_as(editor), address(applied))
    assert own.context["primary"] is None
    assert [verb.name for verb in own.context["others"]] == ["withdraw-application"]
    assert "another person, of another unit" in own.content.decode()
    other = page(open_as(acceptance), address(applied))
    assert other.context["primary"].name == "take-for-acceptance"
    assert other.context["two_persons"] == ""


def test_the_unit_takes_its_application_back(open_as, editor, applied):
    data = {"version": applied.version, "reason": "补充材料", "on": "2022-07-05"}
    assert open_as(editor).post(address(applied, "withdraw/"), data).status_code == 302
    assert again(applied).stage == "cancelled"
    assert page(open_as(editor), address(applied)).context["primary"].name == "apply-for-closure"


def test_each_condition_is_refused_in_its_own_fieldset(open_as, acceptance, taken):
    answer = open_as(acceptance).post(
        address(taken, "decide/"), decision(taken, alike="no", violations="")
    )
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == ["violations"]
    answer = open_as(acceptance).post(address(taken, "decide/"), decision(taken, alike="no"))
    assert list(answer.context["form"].errors) == ["alike"]
    assert answer.content.decode().count('<fieldset class="field cond bad">') == 1


def test_a_failed_acceptance_opens_the_task_again(open_as, acceptance, editor, taken, task):
    data = decision(taken, "no", alike="no", opinion="排口仍有渗漏，须返工。")
    sent = open_as(acceptance).post(address(taken, "decide/"), data, follow=True)
    assert "open again" in sent.content.decode()
    assert again(taken).stage == "failed"
    shown = page(open_as(editor), address(taken))
    assert shown.context["is_stopped"]
    assert shown.context["primary"] is None
    assert "排口仍有渗漏，须返工。" in shown.content.decode()


def test_a_statement_needs_no_visit(open_as, editor, acceptance, task):
    closure = closing.take(
        closing.apply(task, editor, is_statement=True, meeting_on=COMPLETED), acceptance
    )
    data = decision(closure, field_finding="", field_checked_on="")
    assert open_as(acceptance).post(address(closure, "decide/"), data).status_code == 302


def test_the_last_day_is_shown_before_it_is_published(open_as, office, passed):
    Holiday.objects.create(day=date(2022, 7, 12), is_workday=False, name="假日")
    browser = open_as(office)
    shown = page(browser, address(passed, "publish/"))
    assert "Public for 10 working days, until" in shown.content.decode()
    data = {
        "version": passed.version,
        "begins_on": "2022-07-11",
        "ends_shown": shown.context["form"].initial["ends_shown"].isoformat(),
        "completion_text": TEXT,
        "issuer": "临江县",
        "phone": "0513-1",
        "email": "",
        "on": "2022-07-11",
    }
    moved = browser.post(address(passed, "publish/"), data)
    assert moved.status_code == 422
    assert "25 Jul 2022" in moved.content.decode()
    assert again(passed).stage == "passed"
    looked = browser.post(address(passed, "publish/"), data | {"then": "look", "phone": "0513-9"})
    assert looked.status_code == 200
    assert "0513-9" in looked.context["text"].objections
    data["ends_shown"] = moved.context["form"]["ends_shown"].value()
    assert browser.post(address(passed, "publish/"), data).status_code == 302
    assert again(passed).notice.ends_on == date(2022, 7, 25)


def test_a_year_without_announced_holidays_is_told(open_as, office, passed):
    year = localdate().year
    text = page(open_as(office), address(passed, "publish/")).content.decode()
    assert f"The holidays of {year} have not been announced" in text
    Holiday.objects.create(day=date(year, 5, 1), is_workday=False, name="劳动节")
    Holiday.objects.create(day=date(year + 1, 5, 1), is_workday=False, name="劳动节")
    text = page(open_as(office), address(passed, "publish/")).content.decode()
    assert "have not been announced" not in text


def test_calendar_days_are_counted_where_the_inspection_says_so(open_as, office, passed, task):
    task.inspection.notice_day_count, task.inspection.notice_days = "calendar", 7
    task.inspection.save()
    text = page(open_as(office), address(passed, "publish/")).content.decode()
    assert "Public for 7 calendar days, until" in text
    assert "have not been announced" not in text


@pytest.mark.parametrize("begins_on", ["", "x", "9999-12-31"])
def test_a_first_day_that_cannot_be_is_refused_with_the_form(begins_on, open_as, office, passed):
    data = {"version": passed.version, "begins_on": begins_on, "completion_text": TEXT}
    data |= {"issuer": "临江县", "phone": "1", "on": "2022-07-11"}
    answer = open_as(office).post(address(passed, "publish/"), data)
    assert answer.status_code == 422
    assert "begins_on" in answer.context["form"].errors
    assert answer.context["text"] is None


def test_the_real_notice_ends_on_the_fifth_of_january(open_as, office, passed):
    call_command("loaddata", "reference/holidays", verbosity=0)
    data = {"version": passed.version, "begins_on": "2025-12-22", "then": "look"}
    data |= {"completion_text": TEXT, "issuer": "临江县", "phone": "1", "on": "2025-12-22"}
    answer = open_as(office).post(address(passed, "publish/"), data)
    assert answer.context["ends_on"] == date(2026, 1, 5)
    assert answer.context["provisional"] == []
    assert "5 Jan 2026" in answer.content.decode()


def test_the_notice_is_a_sheet_in_the_wording_of_the_field(open_as, office, editor, notice, task):
    closure = notice.closure
    text = page(open_as(editor), address(closure, "notice/")).content.decode()
    for words in (
        "provincial environmental inspection rectification",
        task.issue.text,
        "临江县",
        task.goal,
        notice.completion_text,
        "from July 11, 2022 to July 22, 2022",
        notice.phone,
    ):
        assert words in text
    assert "A draft" not in text


def test_a_draft_of_the_notice_is_the_office_s_own(open_as, office, editor, passed):
    assert "A draft" in page(open_as(office), address(passed, "notice/")).content.decode()
    assert open_as(editor).get(address(passed, "notice/")).status_code == 404


def test_who_objects_is_read_by_the_office_alone(open_as, office, editor, acceptance, notice):
    closing.objection(notice, office)
    shown = page(open_as(office), address(notice.closure)).content.decode()
    assert "陈女士 13800000000" in shown
    for user in (editor, acceptance):
        text = page(open_as(user), address(notice.closure)).content.decode()
        assert "夜间仍有废水直排。" in text
        assert "13800000000" not in text


def test_an_upheld_objection_stops_the_closure(open_as, office, editor, notice):
    row = closing.objection(notice, office)
    data = {"upheld": "yes", "settlement": "夜间确有直排。", "on": row.received_on.isoformat()}
    assert open_as(office).post(f"/objections/{row.pk}/settle/", data).status_code == 302
    shown = page(open_as(editor), address(notice.closure))
    assert shown.context["is_stopped"]
    assert "夜间确有直排。" in shown.context["reason"]


def test_nothing_can_be_objected_to_before_there_is_a_notice(open_as, office, passed):
    data = {"content": "夜间仍有异味。", "received_on": "2022-07-13", "channel": "电话"}
    answer = open_as(office).post(address(passed, "object/"), data)
    assert answer.status_code == 422
    assert "No notice has been published" in answer.content.decode()


def test_closing_asks_for_the_consent_of_above_where_it_is_needed(open_as, office, notice, task):
    task.inspection.needs_consent = True
    task.inspection.save()
    closure = again(notice.closure)
    form = page(open_as(office), address(closure, "close/")).context["form"]
    assert {"consent_document_no", "consent_on", "consent_note"} < set(form.fields)
    data = {"version": closure.version, "closing_opinion": "同意", "on": ENDS.isoformat()}
    data |= {"consent_document_no": "省督改〔2022〕3号", "consent_on": DECIDED.isoformat()}
    early = open_as(office).post(address(closure, "close/"), data)
    assert list(early.context["form"].errors) == ["on"]
    assert "同意" in early.content.decode()


def test_a_standing_task_is_closed_and_stands(open_as, office, notice, task):
    task.is_standing = True
    task.save()
    text = page(open_as(office), address(notice.closure, "close/")).content.decode()
    assert "the standing obligation goes on" in text


def test_the_second_of_two_is_told_what_the_first_one_did(open_as, acceptance, office, applied):
    closing.take(applied, acceptance)
    data = {
        "version": applied.version,
        "reason": "佐证材料不全。",
        "details": "",
        "on": "2022-07-06",
    }
    answer = open_as(office).post(address(applied, "return/"), data)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "application accepted" in text
    assert "佐证材料不全。" in text


TURNS = {
    "applied": ("acceptance", "take-for-acceptance"),
    "under_acceptance": ("acceptance", "decide-acceptance"),
    "passed": ("office", "publish-notice"),
    "closed": ("office", "file-closure"),
}


@pytest.mark.parametrize("stage", TURNS)
def test_the_task_page_has_the_one_button_of_whose_turn_it_is(
    request, open_as, stage, task, editor, acceptance, office
):
    if stage == "closed":
        closing.closed(task, editor, acceptance, office)
    else:
        steps = ["applied", "under_acceptance", "passed"].index(stage)
        closure = closing.apply(task, editor)
        if steps > 0:
            closing.take(closure, acceptance)
        if steps > 1:
            closing.decide(closure, acceptance)
    who, verb = TURNS[stage]
    shown = page(open_as(request.getfixturevalue(who)), f"/tasks/{task.code}/")
    assert shown.context["primary"].name == verb
    assert page(open_as(editor), f"/tasks/{task.code}/").context["primary"] is None


def test_an_open_objection_is_the_turn_of_the_office_and_then_the_closing(
    open_as, office, notice, task
):
    browser = open_as(office)
    row = closing.objection(notice, office)
    shown = page(browser, f"/tasks/{task.code}/").context
    assert (shown["primary"].name, shown["primary"].args) == ("settle-objection", (row.pk,))
    closing.settle(row, office)
    assert page(browser, f"/tasks/{task.code}/").context["primary"].name == "close-task"
    assert page(browser, address(notice.closure)).context["primary"].name == "close-task"


def test_the_steps_of_the_task_follow_the_procedure_of_each_day(
    open_as, office, editor, acceptance, task
):
    closing.closed(task, editor, acceptance, office)
    browser = open_as(office)

    def marks(day):
        steps = page(browser, f"/tasks/{task.code}/?asof={day.isoformat()}").context["steps"]
        return {step.label: step.state for step in steps}

    assert marks(COMPLETED)["self-check"] == "now"
    assert marks(DECIDED)["acceptance"] == "ok"
    assert (marks(PUBLISHED)["public notice"], marks(PUBLISHED)["closed"]) == ("now", "")
    assert marks(ENDS + timedelta(days=1))["public notice"] == "ok"
    assert set(marks(closing.CLOSED).values()) == {"ok"}


def test_a_closure_taken_over_shows_no_steps_that_nobody_recorded(open_as, office, county):
    task = completed_task()
    from_elsewhere(task, office)
    steps = page(open_as(office), f"/tasks/{task.code}/").context["steps"]
    told = [step.label for step in steps if step.state == "ok"]
    assert told == ["issued", "rectification", "completed", "closed"]
    assert [step.label for step in steps if step.state != "ok"] == ["look-back"]


def from_elsewhere(task, office):
    progress.take_over_closure(
        actor=office,
        assignment_id=factories.part(task).pk,
        version=None,
        on=closing.CLOSED,
        at=factories.moment(closing.CLOSED),
    )


def test_the_conditions_of_closure_stand_on_the_task_page(open_as, office, notice, task):
    [part] = page(open_as(office), f"/tasks/{task.code}/").context["closing"]
    assert [fact.holds for fact in part.facts] == [False, True, True, True, True]
    assert part.held == 4
    [then] = page(open_as(office), f"/tasks/{task.code}/?asof=2022-07-12").context["closing"]
    assert [fact.holds for fact in then.facts] == [False, True, True, True, False]


class TestTheQueue:
    @pytest.fixture
    def procedure(self, county, editor, acceptance, office):
        tasks = [completed_task() for _number in range(6)]
        closing.apply(tasks[1], editor)
        closing.send_back(closing.apply(tasks[2], editor), acceptance)
        closing.passed(tasks[3], editor, acceptance)
        closing.publish(closing.passed(tasks[4], editor, acceptance), office)
        today = localdate()
        begun = closing.passed(tasks[5], editor, acceptance)
        closing.objection(closing.publish(begun, office, on=today), office, on=today)
        return tasks

    def test_it_shows_each_part_in_its_group_with_the_step_of_this_person(
        self, open_as, procedure, office, editor, acceptance
    ):
        def verbs(user):
            rows = page(open_as(user), "/closures/").context["rows"]
            return [line["verb"].name if line["verb"] else None for line in rows]

        assert verbs(office) == [
            *(None, "take-for-acceptance", None),
            *("publish-notice", "close-task", "settle-objection"),
        ]
        assert verbs(acceptance) == [None, "take-for-acceptance", *[None] * 4]
        applies = "apply-for-closure"
        assert verbs(editor) == [applies, None, applies, *[None] * 3]

    def test_a_tab_shows_its_group_and_a_unit_its_own(self, open_as, procedure, office):
        shown = page(open_as(office), "/closures/?show=to_close&unit=linjiang").context
        assert [line["row"].group for line in shown["rows"]] == ["to_close"]
        assert [tab["count"] for tab in shown["tabs"]] == [6, 1, 1, 1, 1, 1, 1]
        text = page(open_as(office), "/closures/?show=to_close&unit=nowhere").content.decode()
        assert "nowhere" in text
        empty = page(open_as(office), "/closures/?asof=2022-07-01").context
        assert not any(line["verb"] for line in empty["rows"])

    def test_it_is_empty_in_words(self, open_as, office, inspection):
        factories.make_task()
        text = page(open_as(office), "/closures/").content.decode()
        assert "Nothing is in the procedure of closure." in text
        completed_task()
        text = page(open_as(office), "/closures/?show=returned").content.decode()
        assert "Nothing waits here." in text

    def test_it_works_before_there_is_an_inspection(self, open_as, office):
        assert page(open_as(office), "/closures/").context["rows"] == []

    def test_more_rows_cost_no_more_queries(self, open_as, procedure, county_office):
        browser = open_as(county_office)
        page(browser, "/closures/")
        with CaptureQueriesContext(connection) as few:
            page(browser, "/closures/")
        for _number in range(5):
            completed_task()
        with CaptureQueriesContext(connection) as many:
            page(browser, "/closures/")
        assert len(many) == len(few) <= QUERIES


@pytest.mark.parametrize("verb", ["", "notice/", "decide/", "publish/", "close/"])
def test_no_page_takes_more_than_a_few_queries(verb, open_as, office, notice):
    closing.objection(notice, office)
    browser = open_as(office)
    page(browser, address(notice.closure, verb))
    with CaptureQueriesContext(connection) as asked:
        page(browser, address(notice.closure, verb))
    assert len(asked) <= QUERIES


def test_the_way_there_is_absent_for_who_has_nothing_to_do_with_it(
    open_as, reader, auditor, editor, acceptance, leader, inspection
):
    def names(user):
        groups = page(open_as(user), "/").context["nav"]
        return {item["url"] for group in groups for item in group["items"]}

    for user in (editor, acceptance, leader):
        assert "/closures/" in names(user)
    for user in (reader, auditor):
        assert "/closures/" not in names(user)


def test_a_person_of_the_unit_who_accepts_elsewhere_sees_no_button(open_as, county, applied):
    both = factories.make_user(Role.ACCEPTANCE, county)
    assert page(open_as(both), address(applied)).context["primary"] is None
    assert Assignment.objects.get().status == "applied"
