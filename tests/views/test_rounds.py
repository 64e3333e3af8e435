"""Progress calls: the list, opening one, the board of answers, and the judgements on it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import factories
from tests.sending import as_it_stands
from tracker import access
from tracker.choices import Rhythm, RoundKind, ShownStatus
from tracker.figures.rounds import board
from tracker.models import DispatchRound, Event, Judgement, Milestone, Task
from tracker.operations import annulment, inspections, progress

MONTH = date(2022, 6, 1)
AFTER = "?asof=2022-07-10"
QUERIES = 15


@pytest.fixture
def call(inspection):
    """June 2022: reports are due on the 25th."""
    return factories.make_round(inspection, on=MONTH, period_to=date(2022, 6, 30))


@pytest.fixture
def tasks(call, county, other_county):
    """Six weeks and more on the list in June.

    1: reported in June and up with the plan. 2: reported in May only. 3: reported, far under
    plan. 4: completed in May. 5: of two units, one of which has reported.
    """
    far, near = date(2023, 4, 15), date(2022, 8, 15)
    made = [
        factories.make_task(units=[county], number=1, due_on=far),
        factories.make_task(units=[county], number=2, due_on=far),
        factories.make_task(units=[other_county], number=3, due_on=near),
        factories.make_task(units=[county], number=4, due_on=far),
        factories.make_task(units=[county, other_county], number=5, due_on=None),
    ]
    factories.make_report(made[0], 40, on=date(2022, 6, 20))
    factories.make_report(made[1], 40, on=date(2022, 5, 20))
    factories.make_report(made[2], 5, on=date(2022, 6, 1))
    factories.complete(made[3], on=date(2022, 5, 30))
    factories.make_report(made[4], 10, on=date(2022, 6, 30), unit=county)
    return made


def page_of(browser, call, query=""):
    return browser.get(reverse("round", args=[call.pk]) + query)


def rows(response):
    return [
        (row["line"].span.task.number, row["line"].span.unit.short_name)
        for row in response.context["rows"]
    ]


def say(task, judgement, reason="", unit=None):
    pk = factories.part(task, unit).pk
    return {f"a{pk}-judgement": judgement, f"a{pk}-reason": reason}


class TestBoard:
    def test_it_asks_about_every_part_open_at_the_end_of_the_period(
        self, open_as, office, call, tasks
    ):
        response = page_of(open_as(office), call)

        assert rows(response) == [
            (3, "望潮县"),
            (5, "望潮县"),
            (1, "临江县"),
            (2, "临江县"),
            (5, "临江县"),
        ]
        found = response.context["board"]
        assert (found.total, found.reported, found.missing) == (5, 3, 2)
        assert found.day == date(2022, 6, 30)

    def test_on_a_day_within_the_period_it_is_as_of_that_day(self, open_as, office, call, tasks):
        found = page_of(open_as(office), call, "?asof=2022-06-19").context["board"]

        assert found.day == date(2022, 6, 19)
        assert (found.total, found.reported) == (5, 1)

    def test_the_grounds_of_each_suggestion_are_named(self, open_as, office, call, tasks):
        response = page_of(open_as(office), call)

        grounds = {
            (row["line"].span.task.number, row["line"].span.unit.code): row["line"].suggestion.words
            for row in response.context["rows"]
        }
        assert grounds == {
            (1, "linjiang"): "keeps up with the plan",
            (2, "linjiang"): "no report",
            (3, "donghai"): "57 points under plan",
            (5, "linjiang"): "keeps up with the plan",
            (5, "donghai"): "no report",
        }

    def test_a_missing_report_is_a_ground_only_once_reports_are_due(
        self, open_as, office, call, tasks
    ):
        browser = open_as(office)

        assert page_of(browser, call, "?asof=2022-06-25").context["board"].behind == 1
        assert page_of(browser, call, "?asof=2022-06-26").context["board"].behind == 4

    def test_it_agrees_with_the_word_shown_as_long_as_nobody_has_judged(
        self, inspection, call, tasks, county
    ):
        late = factories.make_task(units=[county], number=6, due_on=date(2022, 6, 20))
        missed = factories.make_task(
            units=[county], number=7, milestones=[("封顶", date(2022, 6, 10))]
        )
        reached = factories.make_task(
            units=[county], number=8, milestones=[("封顶", date(2022, 6, 10))]
        )
        Milestone.objects.filter(task=reached).update(reached_on=date(2022, 7, 1))
        measured = factories.make_task(
            units=[county], number=9, quantity_target=Decimal(100), quantity_unit="米"
        )
        factories.make_report(measured, 90, on=date(2022, 6, 3), quantity_done=Decimal(1))
        for task in (late, missed, reached):
            factories.make_report(task, 60, on=date(2022, 6, 3))

        found = board(call, Task.objects.all(), as_of=date(2022, 6, 30))

        words = {line.span.task.number: line.suggestion.ground for line in found.lines}
        assert (words[6], words[7], words[8]) == ("overdue", "milestone", "milestone")
        assert words[9] == "under_plan"
        for line in found.lines:
            is_behind = line.shown in (ShownStatus.OVERDUE, ShownStatus.BEHIND)
            assert line.suggestion.is_behind == is_behind, line.span.task

    def test_each_count_leads_to_as_many_rows(self, open_as, office, call, tasks):
        browser = open_as(office)

        for tab in page_of(browser, call).context["tabs"]:
            found = page_of(browser, call, tab["url"])
            assert len(found.context["rows"]) == tab["count"], tab["label"]
        assert rows(page_of(browser, call, "?show=missing")) == [(5, "望潮县"), (2, "临江县")]

    def test_it_can_be_narrowed_to_a_unit_and_what_is_below_it(
        self, open_as, office, call, tasks, town
    ):
        factories.make_task(units=[town], number=6)
        browser = open_as(office)

        found = rows(page_of(browser, call, "?unit=linjiang&asof=2022-06-30"))
        assert sorted(found) == [(1, "临江县"), (2, "临江县"), (5, "临江县"), (6, "沙渚镇")]
        response = page_of(browser, call, "?unit=nowhere&show=nothing&per=7")
        assert len(rows(response)) == 6
        page = response.content.decode()
        assert all(word in page for word in ("nowhere", "nothing"))

    def test_a_choice_without_rows_offers_the_way_back(self, open_as, office, call, tasks, bureau):
        page = page_of(open_as(office), call, "?show=reported&asof=2022-05-31").content.decode()
        assert "No part matches this choice." in page

    def test_a_call_in_a_time_without_tasks_says_so(self, open_as, office, call):
        assert "No task was open" in page_of(open_as(office), call).content.decode()

    def test_it_is_turned_page_by_page(self, open_as, office, call, county):
        for number in range(1, 23):
            factories.make_task(units=[county], number=number)
        browser = open_as(office)

        assert len(rows(page_of(browser, call, "?per=20"))) == 20
        assert len(rows(page_of(browser, call, "?per=20&page=2"))) == 2

    def test_each_sees_its_own_part(self, open_as, editor, leader, acceptance, call, tasks):
        found = {
            person.username: rows(page_of(open_as(person), call))
            for person in (editor, leader, acceptance)
        }

        assert found["editor"] == [(1, "临江县"), (2, "临江县"), (5, "临江县")]
        assert len(found["leader"]) == len(found["acceptance"]) == 5

    def test_somebody_without_a_role_finds_no_call(self, open_as, stranger, call):
        assert page_of(open_as(stranger), call).status_code == 404

    def test_ten_times_the_parts_make_no_more_queries(
        self, open_as, office, call, tasks, county, django_assert_max_num_queries
    ):
        browser = open_as(office)
        measured = {"quantity_target": Decimal(10), "quantity_unit": "米"}
        factories.make_task(units=[county], number=6, **measured)
        page_of(browser, call)
        with django_assert_max_num_queries(QUERIES) as few:
            page_of(browser, call)
        for number in range(10, 40):
            factories.make_task(units=[county], number=number, **measured)
        with django_assert_max_num_queries(len(few)):
            page_of(browser, call)


class TestJudging:
    def test_the_office_judges_from_the_board(self, open_as, office, call, tasks):
        browser = open_as(office)
        data = say(tasks[0], "on_schedule") | say(tasks[1], "behind")

        response = browser.post(reverse("round", args=[call.pk]) + "?show=", data)

        assert response.status_code == 302
        found = {row.assignment.task.number: row for row in Judgement.objects.all()}
        assert (found[1].judgement, found[1].suggested) == ("on_schedule", "on_schedule")
        assert (found[2].judgement, found[2].suggested) == ("behind", "behind")
        board_now = page_of(browser, call).context["board"]
        assert (board_now.judged, board_now.unjudged) == (2, 3)
        assert "judged on" in page_of(browser, call).content.decode()

    def test_a_judgement_against_the_suggestion_needs_its_reason(
        self, open_as, office, call, tasks
    ):
        browser = open_as(office)
        data = say(tasks[0], "behind") | say(tasks[1], "behind")

        response = browser.post(reverse("round", args=[call.pk]), data)

        assert response.status_code == 422
        assert "departs from what the program suggests" in response.content.decode()
        assert not Judgement.objects.exists()

        data |= say(tasks[0], "behind", "现场核查发现停工")
        browser.post(reverse("round", args=[call.pk]), data)
        assert Judgement.objects.count() == 2

    def test_what_is_not_a_judgement_is_refused(self, open_as, office, call, tasks):
        data = say(tasks[0], "splendid")

        response = open_as(office).post(reverse("round", args=[call.pk]), data)

        assert response.status_code == 422
        assert not Judgement.objects.exists()

    def test_sending_the_board_again_records_nothing_anew(self, open_as, office, call, tasks):
        browser = open_as(office)
        data = say(tasks[1], "behind", "未填报")
        browser.post(reverse("round", args=[call.pk]), data)

        browser.post(reverse("round", args=[call.pk]), data)

        assert Judgement.objects.count() == 1
        browser.post(reverse("round", args=[call.pk]), say(tasks[1], "on_schedule", "已补报"))
        [row] = [
            row["line"]
            for row in page_of(browser, call).context["rows"]
            if row["line"].span.task == tasks[1]
        ]
        assert row.judgement.reason == "已补报"

    def test_nobody_replaces_a_judgement_without_having_seen_it(
        self, open_as, office, county_office, call, tasks
    ):
        first, second = open_as(county_office), open_as(office)
        url = reverse("round", args=[call.pk])
        seen = as_it_stands(page_of(second, call), "initial-a")
        first.post(url, say(tasks[1], "behind", "现场停工"))

        refused = second.post(url, seen | say(tasks[1], "on_schedule", "已补报"))

        assert refused.status_code == 422
        assert f"{county_office} judged this meanwhile: behind" in refused.content.decode()
        assert Judgement.objects.get().reason == "现场停工"
        assert second.post(url, as_it_stands(refused, "initial-a")).status_code == 302
        assert [row.reason for row in Judgement.objects.order_by("pk")] == ["现场停工", "已补报"]

    def test_a_row_that_was_not_touched_replaces_no_judgement(
        self, open_as, office, county_office, call, tasks
    ):
        first, second = open_as(county_office), open_as(office)
        url = reverse("round", args=[call.pk])
        first.post(url, say(tasks[1], "behind", "现场停工"))
        seen = as_it_stands(page_of(second, call), "initial-a")
        first.post(url, say(tasks[1], "on_schedule", "已经复工"))

        assert second.post(url, seen | say(tasks[0], "on_schedule")).status_code == 302

        own = Judgement.objects.filter(assignment__task=tasks[1]).order_by("pk")
        assert [row.reason for row in own] == ["现场停工", "已经复工"]

    def test_a_judgement_taken_back_meanwhile_is_told(self, open_as, office, call, tasks):
        browser = open_as(office)
        url = reverse("round", args=[call.pk])
        browser.post(url, say(tasks[1], "behind"))
        seen = as_it_stands(page_of(browser, call), "initial-a")
        event = Event.objects.get(judgement__isnull=False)
        annulment.annul(actor=office, event_id=event.pk, reason="误评", at=event.recorded_at)

        refused = browser.post(url, seen | say(tasks[1], "on_schedule", "已补报"))

        assert refused.status_code == 422
        assert "was taken back meanwhile" in refused.content.decode()

    def test_an_annulled_judgement_is_none(self, open_as, office, call, tasks):
        browser = open_as(office)
        browser.post(reverse("round", args=[call.pk]), say(tasks[1], "behind"))
        event = Event.objects.get(judgement__isnull=False)
        annulment.annul(actor=office, event_id=event.pk, reason="误评", at=event.recorded_at)

        assert page_of(browser, call).context["board"].judged == 0

    def test_the_units_that_oversee_a_task_judge_it_and_no_other(
        self, open_as, acceptance, supervising, water_bureau, call, tasks
    ):
        Task.objects.filter(pk=tasks[2].pk).update(supervising_unit=water_bureau)

        browser = open_as(acceptance)
        browser.post(reverse("round", args=[call.pk]), say(tasks[0], "on_schedule"))
        assert Judgement.objects.count() == 1
        browser = open_as(supervising)
        response = page_of(browser, call)
        assert rows(response) == [(3, "望潮县")]
        assert response.context["may_judge"]

    def test_a_unit_judges_nothing(self, open_as, editor, call, tasks):
        browser = open_as(editor)

        assert not page_of(browser, call).context["may_judge"]
        response = browser.post(reverse("round", args=[call.pk]), say(tasks[0], "on_schedule"))
        assert response.status_code == 403
        assert "may not judge progress" in response.content.decode()
        assert not Judgement.objects.exists()

    def test_nobody_judges_on_a_past_day(self, open_as, office, call, tasks):
        browser = open_as(office)

        assert not page_of(browser, call, AFTER).context["may_judge"]
        address = reverse("round", args=[call.pk]) + AFTER
        assert browser.post(address, say(tasks[0], "on_schedule")).status_code == 403

    def test_who_may_judge_many_tasks_may_judge_each_of_them(
        self, city, office, county_office, acceptance, supervising, editor, leader, water_bureau,
        tasks,
    ):  # fmt: skip
        Task.objects.filter(pk=tasks[2].pk).update(supervising_unit=water_bureau)

        for person in (office, county_office, acceptance, supervising, editor, leader):
            at_once = set(access.judgeable_tasks(person))
            one_by_one = {
                task for task in access.visible_tasks(person) if access.may_judge(person, task)
            }
            assert at_once == one_by_one, person.username


class TestList:
    def test_each_call_has_the_counts_of_its_board(self, open_as, office, editor, call, tasks):
        factories.make_round(on=date(2022, 5, 1), period_to=date(2022, 5, 31))
        actor = office
        progress.judge_progress(
            actor=actor,
            assignment_id=factories.part(tasks[1]).pk,
            call=call,
            judgement="behind",
            suggested="behind",
            reason="",
            on=date(2022, 7, 1),
            at=factories.moment(date(2022, 7, 1)),
        )
        for person in (office, editor):
            for query in ("", AFTER, "?asof=2022-06-10"):
                browser = open_as(person)
                calls = browser.get(reverse("rounds") + query).context["calls"]
                assert len(calls) == 2
                for listed, address in calls:
                    found = browser.get(address).context["board"]
                    assert (listed.asked, listed.reported, listed.missing, listed.judged) == (
                        found.total,
                        found.reported,
                        found.missing,
                        found.judged,
                    )

    def test_a_past_day_knows_only_the_calls_of_its_time(self, open_as, office, call):
        browser = open_as(office)

        assert browser.get(reverse("rounds") + "?asof=2022-05-31").context["calls"] == []
        assert len(browser.get(reverse("rounds") + "?asof=2022-06-01").context["calls"]) == 1

    def test_without_a_call_it_says_what_belongs_here(self, open_as, office, editor, inspection):
        assert "Open the first call" in open_as(office).get(reverse("rounds")).content.decode()
        assert "Open the first call" not in open_as(editor).get(reverse("rounds")).content.decode()

    def test_more_calls_make_no_more_queries(
        self, open_as, office, call, tasks, django_assert_max_num_queries
    ):
        browser = open_as(office)
        browser.get(reverse("rounds"))
        with django_assert_max_num_queries(QUERIES) as few:
            browser.get(reverse("rounds"))
        for month in range(7, 13):
            factories.make_round(on=date(2022, month, 1))
        with django_assert_max_num_queries(len(few)):
            browser.get(reverse("rounds"))


class TestOpening:
    def test_the_form_offers_the_month_after_the_last_call(self, open_as, office, call):
        initial = open_as(office).get(reverse("new-round")).context["form"].initial

        assert (initial["period_from"], initial["period_to"]) == (
            date(2022, 7, 1),
            date(2022, 7, 31),
        )
        assert initial["due_on"] == date(2022, 7, 25)
        assert (initial["kind"], initial["name"]) == (RoundKind.MONTHLY, "Call for July 2022")

    def test_it_follows_the_rhythm_of_the_inspection(self, open_as, office, inspection, call):
        inspections.amend_inspection(
            actor=office,
            inspection_id=inspection.pk,
            changes={"rhythm": Rhythm.QUARTERLY, "reporting_day": 20},
            on=MONTH,
            at=factories.moment(MONTH),
        )

        initial = open_as(office).get(reverse("new-round")).context["form"].initial
        assert initial["due_on"] == date(2022, 9, 20)
        assert initial["name"] == "Call for 2022-07-01 to 2022-09-30"

    def test_the_first_call_is_for_the_month_of_today(self, open_as, office, inspection):
        context = open_as(office).get(reverse("new-round")).context

        assert context["form"].initial["period_from"] == context["today"].replace(day=1)

    def test_a_call_is_opened(self, open_as, office, inspection):
        data = {
            "name": "2022年7月调度",
            "kind": "monthly",
            "period_from": "2022-07-01",
            "period_to": "2022-07-31",
            "due_on": "2022-07-25",
        }
        browser = open_as(office)

        response = browser.post(reverse("new-round"), data)

        call = DispatchRound.objects.get()
        assert response.url == call.get_absolute_url()
        again = browser.post(reverse("new-round"), data)
        assert again.status_code == 422
        assert "There is a call named" in again.content.decode()

    def test_a_period_that_ends_before_it_begins_is_refused(self, open_as, office, inspection):
        data = {
            "name": "调度",
            "kind": "monthly",
            "period_from": "2022-07-31",
            "period_to": "2022-07-01",
            "due_on": "2022-07-25",
        }

        response = open_as(office).post(reverse("new-round"), data)

        page = response.content.decode()
        assert response.status_code == 422
        assert "The period ends before it begins." in page
        assert "Reports cannot be due before the period begins." in page

    def test_nobody_but_the_office_opens_calls(self, open_as, leader, editor, inspection):
        for person in (leader, editor):
            assert open_as(person).get(reverse("new-round")).status_code == 403

    def test_without_an_inspection_there_is_nothing_to_call_for(self, open_as, office):
        assert open_as(office).get(reverse("new-round")).status_code == 404
