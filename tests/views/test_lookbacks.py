"""The pages of looking back: follow-ups, plans, the form on site, the task afterwards."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from tests import factories
from tests.factories import make_closed, make_lookback_plan, part
from tests.operations.test_lookbacks import look
from tracker.choices import LookBackResult
from tracker.models import LookBack, LookBackPlan
from tracker.operations import annulment

pytestmark = pytest.mark.django_db

QUERIES = 15
CLOSED = date(2022, 8, 1)
LOOKED = date(2022, 11, 2)
REBOUND = LookBackResult.REBOUND


@pytest.fixture
def task(county, office):
    return make_closed(on=CLOSED)


def form_of(task):
    return reverse("look-back", args=[task.code, part(task).unit.code])


def said(task, **values):
    return {
        "version": part(task).version,
        "result": "stable",
        "percent": "",
        "new_due_on": "",
        "finding": "现场核查三处点位，查看在线监测记录。",
        "method": "unannounced",
        "place": "",
        "checkers": "吴桐",
        "long_term_mechanism": "",
        "on": LOOKED.isoformat(),
        **values,
    }


def photo():
    return SimpleUploadedFile("现场.png", factories.picture())


def text_of(answer):
    return " ".join(answer.content.decode().split())


class TestTheForm:
    def test_a_stable_check_is_recorded_and_the_task_stays_closed(self, open_as, acceptance, task):
        browser = open_as(acceptance)
        page = text_of(browser.get(form_of(task)))
        assert page.count('class="again"') == 3
        assert "2022-11-01" in page
        answer = browser.post(form_of(task), said(task), follow=True)
        assert "The task stays closed." in text_of(answer)
        assert LookBack.objects.get().recorded_by == acceptance

    def test_a_rebound_with_a_photo_reopens_the_task(self, open_as, office, task):
        answer = open_as(office).post(
            form_of(task),
            said(task, result="rebound", percent="60", new_due_on="2099-12-31", photos=photo()),
            follow=True,
        )
        page = text_of(answer)
        assert "The task is open again from 2022-11-02." in page
        assert "Looked back on site, unannounced: rebounded" in page
        assert "现场.png" in page
        task.refresh_from_db()
        assert (task.status, task.due_on) == ("in_progress", date(2099, 12, 31))

    def test_what_is_left_over_of_another_result_is_not_taken(self, open_as, office, task):
        said_twice = said(task, percent="60", new_due_on="2099-12-31")
        assert open_as(office).post(form_of(task), said_twice).status_code == 302
        assert part(task).closed_on == CLOSED

    def test_a_refusal_keeps_the_text_and_what_was_chosen(self, open_as, office, task):
        answer = open_as(office).post(form_of(task), said(task, result="rebound", finding="短"))
        page = text_of(answer)
        assert answer.status_code == 422
        assert "only a stable result needs none" in page
        assert "at least 10 characters" in page
        assert "how much of the progress still holds" in page
        assert 'value="rebound" id="id_result_2" required class="again" checked' in page
        assert not LookBack.objects.exists()

    def test_a_file_that_is_none_is_refused_by_name(self, open_as, office, task):
        fake = SimpleUploadedFile("假.png", b"no picture")
        answer = open_as(office).post(form_of(task), said(task, photos=fake))
        assert answer.status_code == 422
        assert "假.png" in text_of(answer)
        assert not LookBack.objects.exists()

    def test_who_comes_second_is_told_who_was_first(self, open_as, office, acceptance, task):
        second = said(task)
        look(task, acceptance, REBOUND)
        answer = open_as(office).post(form_of(task), second)
        assert answer.status_code == 409
        assert str(acceptance) in text_of(answer)

    def test_an_open_task_has_nothing_to_look_back_at(self, open_as, office, county):
        page = text_of(open_as(office).get(form_of(factories.make_task())))
        assert "there is nothing to look back at" in page
        assert 'name="finding"' not in page

    def test_earlier_checks_stand_beside_it(self, open_as, office, task):
        look(task, office, LookBackResult.HAZARD, finding="一处围挡破损，已要求修复。")
        assert "一处围挡破损" in text_of(open_as(office).get(form_of(task)))


class TestTheTaskPage:
    def test_the_way_to_the_form_is_there_for_who_may(
        self, open_as, office, acceptance, leader, editor, county_office, task
    ):
        for who, offered in (
            *((office, True), (acceptance, True), (leader, False)),
            *((editor, False), (county_office, False)),
        ):
            page = open_as(who).get(task.get_absolute_url()).content.decode()
            assert (f'href="{form_of(task)}"' in page) is offered, who

    def test_a_task_that_is_not_closed_or_of_the_past_has_no_such_way(self, open_as, office, task):
        other = factories.make_task()
        browser = open_as(office)
        assert form_of(other) not in browser.get(other.get_absolute_url()).content.decode()
        past = browser.get(task.get_absolute_url(), {"asof": "2022-09-01"})
        assert form_of(task) not in past.content.decode()

    def test_the_unit_reads_what_was_found_with_its_photos(self, open_as, office, editor, task):
        look(task, office, REBOUND)
        browser = open_as(editor)
        for query in ({}, {"show": "files"}, {"show": "status"}):
            page = text_of(browser.get(task.get_absolute_url(), query))
            assert "Looked back on site, unannounced: rebounded" in page
            assert "现场.png" in page
        assert "现场.png" not in text_of(
            browser.get(task.get_absolute_url(), {"asof": "2022-11-01"})
        )

    def test_a_closed_task_with_checks_costs_no_more_queries(
        self, open_as, office, task, django_assert_max_num_queries
    ):
        look(task, office, LookBackResult.HAZARD)
        look(task, office, REBOUND, on=LOOKED + timedelta(days=1))
        browser = open_as(office)
        browser.get(task.get_absolute_url())
        with django_assert_max_num_queries(QUERIES):
            browser.get(task.get_absolute_url())


class TestThePage:
    def test_it_says_what_is_due_what_was_found_and_what_rebounded(self, open_as, office, task):
        waiting = make_closed(on=CLOSED)
        look(task, office, REBOUND, finding="夜间仍有废水直排，岸线垃圾回潮。")
        page = text_of(open_as(office).get(reverse("lookbacks")))
        assert "Rebounded after closure: 1" in page
        assert "夜间仍有废水直排" in page
        assert f'href="{form_of(waiting)}"' in page
        assert f'href="{form_of(task)}"' not in page
        assert "50.0%" in page
        assert "parts that were ever closed" in page

    def test_the_days_before_a_rebound_stand(self, open_as, office, task):
        look(task, office, REBOUND)
        browser = open_as(office)
        before = text_of(browser.get(reverse("lookbacks"), {"asof": "2022-11-01"}))
        assert "Nothing rebounded after closure." in before
        assert "1 due" in before
        assert "New plan" not in before
        assert form_of(task) not in before
        after = text_of(browser.get(reverse("lookbacks"), {"asof": "2022-11-02"}))
        assert "Rebounded after closure: 1" in after
        assert "0 due" in after

    def test_units_see_their_own_results_and_no_plan(self, open_as, editor, other_editor, task):
        plan = make_lookback_plan([task], name="三季度抽查")
        look(task, factories.an_office(), REBOUND)
        page = text_of(open_as(editor).get(reverse("lookbacks")))
        assert "Rebounded after closure: 1" in page
        assert "三季度抽查" not in page
        assert "Nothing rebounded" in text_of(open_as(other_editor).get(reverse("lookbacks")))
        assert open_as(editor).get(plan.get_absolute_url()).status_code == 404

    def test_the_navigation_has_it_for_those_who_look_and_not_for_unit_staff(
        self, open_as, office, leader, acceptance, editor, reader, task
    ):
        link = f'href="{reverse("lookbacks")}"'
        for who, there in (
            *((office, True), (leader, True), (acceptance, True)),
            *((editor, False), (reader, False)),
        ):
            assert (link in open_as(who).get("/").content.decode()) is there, who

    def test_more_of_everything_costs_no_more_queries(
        self, open_as, office, acceptance, task, django_assert_max_num_queries
    ):
        tasks = [task, *(make_closed(on=CLOSED) for _number in range(4))]
        plan = make_lookback_plan(tasks)
        look(task, office, REBOUND)
        for who in (office, acceptance):
            browser = open_as(who)
            for url in (reverse("lookbacks"), plan.get_absolute_url(), form_of(tasks[1])):
                browser.get(url)
                with django_assert_max_num_queries(QUERIES):
                    assert browser.get(url).status_code == 200
        browser = open_as(office)
        with django_assert_max_num_queries(QUERIES):
            browser.get(reverse("new-lookback-plan"))


class TestPlans:
    def test_a_sample_is_drawn_with_the_seed_that_was_shown(self, open_as, office, task):
        make_closed(on=CLOSED)
        browser = open_as(office)
        page = browser.get(reverse("new-lookback-plan"))
        seed = page.context["form"].initial["seed"]
        assert f'value="{seed}"' in text_of(page)
        due_on = localdate() + timedelta(days=30)
        answer = browser.post(
            reverse("new-lookback-plan"),
            {"name": "抽查", "due_on": due_on, "how": "sample", "sample_size": 1, "seed": seed},
            follow=True,
        )
        plan = LookBackPlan.objects.get()
        assert (plan.seed, plan.sample_size, plan.items.count()) == (seed, 1, 1)
        assert f"1 drawn at random from 2 closed parts, seed {seed}" in text_of(answer)

    def test_a_list_is_of_what_was_ticked(self, open_as, office, task):
        make_closed(on=CLOSED)
        key = part(task).pk
        browser = open_as(office)
        page = text_of(browser.get(reverse("new-lookback-plan"), {"part": key}))
        assert f'value="{key}" checked' in page
        answer = browser.post(
            reverse("new-lookback-plan"),
            {"name": "清单", "due_on": localdate(), "how": "list", "parts": [key]},
            follow=True,
        )
        assert list(LookBackPlan.objects.get().items.values_list("assignment", flat=True)) == [key]
        assert "chosen by list" in text_of(answer)

    def test_a_plan_that_is_not_whole_is_refused_where_it_is_not(self, open_as, office, task):
        url, common = reverse("new-lookback-plan"), {"name": "x", "due_on": localdate()}
        browser = open_as(office)
        for values, field in (
            ({"how": "list"}, "parts"),
            ({"how": "list", "parts": ["9" * 30]}, "parts"),
            ({"how": "sample", "seed": 1}, "sample_size"),
            ({"how": "sample", "sample_size": 2, "seed": 1}, "sample_size"),
            ({"how": "sample", "sample_size": 1}, "seed"),
        ):
            answer = browser.post(url, common | values)
            assert answer.status_code == 422
            assert list(answer.context["form"].errors) == [field]
        assert not LookBackPlan.objects.exists()

    def test_without_a_closed_part_there_is_nothing_to_choose(self, open_as, office, inspection):
        page = text_of(open_as(office).get(reverse("new-lookback-plan")))
        assert "No part of this inspection is closed." in page

    def test_without_an_inspection_there_is_no_plan(self, open_as, office):
        assert open_as(office).get(reverse("new-lookback-plan")).status_code == 404
        assert open_as(office).get(reverse("lookbacks")).status_code == 200

    def test_its_page_says_what_was_checked_by_the_day(self, open_as, office, acceptance, task):
        other = make_closed(on=CLOSED)
        plan = make_lookback_plan([task, other])
        look(task, office, REBOUND)
        url = plan.get_absolute_url()
        page = text_of(open_as(acceptance).get(url))
        assert "1 of 2 parts checked" in page
        assert "1 reopened" in page
        assert form_of(other) in page
        assert form_of(task) not in page
        before = text_of(open_as(office).get(url, {"asof": "2022-11-01"}))
        assert "0 of 2 parts checked" in before
        assert form_of(other) not in before

    def test_a_part_that_is_open_again_waits_for_no_check(self, open_as, office, task):
        look(task, office, REBOUND, on=date(2022, 9, 1))
        factories.complete(task, on=date(2022, 9, 5))
        again = factories.progress.take_over_closure
        on = date(2022, 9, 6)
        said_again = {"actor": office, "version": None, "on": on, "at": factories.moment(on)}
        again(assignment_id=part(task).pk, **said_again)
        plan = make_lookback_plan([task], on=date(2022, 9, 7))
        browser = open_as(office)
        assert "to be checked</span>" in text_of(browser.get(plan.get_absolute_url()))
        factories.progress.reopen_assignment(
            assignment_id=part(task).pk, percent=50, reason="群众反映", **said_again
        )
        page = text_of(browser.get(plan.get_absolute_url()))
        assert "not closed now" in page
        assert form_of(task) not in page

    def test_overseers_see_their_own_items_alone(self, open_as, supervising, task):
        page = text_of(open_as(supervising).get(make_lookback_plan([task]).get_absolute_url()))
        assert "No part of this plan is in sight" in page
        assert task.title not in page

    def test_a_plan_that_was_taken_back_says_so(self, open_as, office, task):
        plan = make_lookback_plan([task])
        page = text_of(open_as(office).get(plan.get_absolute_url()))
        assert reverse("annul", args=[plan.event.sequence]) in page
        annulment.annul(
            actor=office,
            event_id=plan.event_id,
            reason="录错",
            at=factories.moment(date(2022, 9, 2)),
        )
        browser = open_as(office)
        assert "This plan was taken back." in text_of(browser.get(plan.get_absolute_url()))
        assert plan.name not in text_of(browser.get(reverse("lookbacks")))
