"""The pages of a report on its way: the draft saved by itself, signing, receiving, returning."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from tests import factories
from tracker.choices import ReportStatus, Role
from tracker.models import ProgressReport
from tracker.operations import annulment, inspections, progress, report_steps

QUERIES = 15
WORDS = "已完成排口排查并整改到位，监测数据连续三月达标。"


@pytest.fixture
def task(county, office):
    return factories.make_task(on=localdate() - timedelta(days=60), due_on=None)


@pytest.fixture
def part(task):
    return factories.part(task)


@pytest.fixture
def signed(inspection, office):
    return inspections.amend_inspection(
        actor=office,
        inspection_id=inspection.pk,
        changes={"reports_signed": True},
        on=localdate(),
        at=now(),
    )


@pytest.fixture
def form_url(task, county):
    return reverse("report-progress", args=[task.code])


@pytest.fixture
def draft_url(task, county):
    return reverse("save-draft", args=[task.code, county.code])


def filled(part, **values):
    return {
        "text": WORDS,
        "percent": 40,
        "on": localdate(),
        "version": part.version,
        "draft_version": 0,
        "then": "send",
        **values,
    }


def text_of(answer):
    return answer.content.decode()


def report_of(task, actor=None, percent=40, on=None):
    return factories.make_report(task, percent, on=on or localdate(), actor=actor, at=now())


def send_back(report, head):
    return report_steps.send_back(actor=head, report_id=report.pk, reason="缺监测数据")


def returned(report, office):
    return report_steps.return_report(
        actor=office, report_id=report.pk, reason="缺照片", on=localdate(), at=now()
    )


class TestTheDraft:
    def test_it_is_saved_and_says_when_and_which_version(self, open_as, editor, part, draft_url):
        browser = open_as(editor)
        answer = browser.post(draft_url, filled(part))
        assert answer.status_code == 200
        told = answer.json()
        draft = ProgressReport.objects.get()
        assert (draft.status, draft.text, draft.percent) == ("draft", WORDS, 40)
        assert told["said"].startswith("Draft saved at ")
        assert (told["version"], told["unkept"]) == (1, False)
        again = browser.post(draft_url, filled(part, draft_version=1, text="改"))
        assert again.json()["version"] == 2

    def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(
        self, open_as, editor, part, draft_url
    ):
        answer = open_as(editor).post(
            draft_url, filled(part, percent="150", difficulties="资金", text="好" * 1001, on="x")
        )
        told = answer.json()
        draft = ProgressReport.objects.get()
        assert (draft.difficulties, draft.text, draft.percent) == ("资金", "", 0)
        assert told["unkept"]
        for name in ("Progress made", "Progress, %", "Progress as of"):
            assert name in told["said"]

    def test_a_newer_one_of_another_window_is_not_overwritten(
        self, open_as, editor, part, draft_url, form_url
    ):
        browser = open_as(editor)
        browser.post(draft_url, filled(part, text="第一窗口"))
        answer = browser.post(draft_url, filled(part, text="第二窗口"))
        assert answer.status_code == 409
        assert "newer draft was saved in another window" in answer.json()["said"]
        for then in ("draft", "send"):
            page = browser.post(form_url, filled(part, text="第二窗口" * 8, then=then))
            assert page.status_code == 422
            assert "newer draft was saved" in text_of(page)
            assert 'name="draft_version" value="1"' in text_of(page)
        assert ProgressReport.objects.get().text == "第一窗口"
        answer = browser.post(form_url, filled(part, text="第二窗口" * 8, draft_version=1))
        assert answer.status_code == 302

    def test_measures_are_kept_and_a_part_that_went_on_explains(
        self, open_as, editor, task, part, draft_url, form_url
    ):
        browser, measure = open_as(editor), task.measures.get()
        browser.post(draft_url, filled(part, measures_done=[measure.pk]))
        assert list(ProgressReport.objects.get().measures_done.all()) == [measure]
        office = factories.an_office()
        progress.complete_assignment(
            actor=office, assignment_id=part.pk, version=None, on=localdate(), at=now()
        )
        progress.take_over_closure(
            actor=office, assignment_id=part.pk, version=None, on=localdate(), at=now()
        )
        page = text_of(browser.get(form_url))
        assert "This part is “closed”" in page
        assert "The draft is kept" in page
        assert WORDS in page

    def test_the_day_that_was_chosen_is_kept(self, open_as, editor, part, draft_url, form_url):
        day = localdate() - timedelta(days=3)
        browser = open_as(editor)
        browser.post(draft_url, filled(part, on=day))
        assert browser.get(form_url).context["form"].initial["on"] == day
        browser.post(draft_url, filled(part, draft_version=1))
        assert browser.get(form_url).context["form"].initial["on"] == localdate()

    def test_the_page_says_when_this_person_sent_a_report_last(
        self, open_as, editor, head, task, form_url
    ):
        """A copy that the browser kept from before is not offered again."""
        report = report_of(task, editor)
        seconds = int(report.sent_at.timestamp())
        assert f'data-draft-sent="{seconds}"' in text_of(open_as(editor).get(form_url))
        assert 'data-draft-sent="0"' in text_of(open_as(head).get(form_url))

    def test_the_page_names_what_the_script_needs(self, open_as, editor, draft_url, form_url):
        page = text_of(open_as(editor).get(form_url))
        assert f'data-draft-url="{draft_url}"' in page
        assert "tracker/drafts.js" in page
        assert "files are not part of it" in page


class TestSigning:
    def test_the_way_through_the_unit(self, open_as, editor, head, part, signed, form_url):
        answer = open_as(editor).post(form_url, filled(part), follow=True)
        assert "once a head of the unit has signed it" in text_of(answer)
        report = ProgressReport.objects.get()
        page = text_of(open_as(head).get(report.get_absolute_url()))
        for word in ("to be signed by the unit head", "signed", "received", "Send back"):
            assert word in page
        assert "goes on or comes back before" in text_of(open_as(editor).get(form_url))
        url = reverse("sign-report", args=[report.pk])
        assert WORDS in text_of(open_as(head).get(url))
        answer = open_as(head).post(url, {"version": report.version}, follow=True)
        assert "The report was sent." in text_of(answer)
        report.refresh_from_db()
        assert (report.status, report.signed_by) == (ReportStatus.SUBMITTED, head)
        answer = open_as(head).post(url, {"version": report.version})
        assert answer.status_code == 422
        assert "by now" in text_of(answer)
        record = text_of(open_as(head).get(part.task.get_absolute_url()))
        assert f"written by {editor}" in record
        assert f"signed by {head}" in record

    def test_sent_back_its_author_reads_why(
        self, open_as, editor, head, task, part, signed, form_url
    ):
        report = report_of(task, editor)
        url = reverse("send-back-report", args=[report.pk])
        answer = open_as(head).post(url, {"version": report.version, "note": "缺监测数据"})
        assert answer.url == task.get_absolute_url()
        page = text_of(open_as(editor).get(form_url))
        assert "sent the report back" in page
        assert "缺监测数据" in page
        assert "缺监测数据" in text_of(open_as(editor).get(report.get_absolute_url()))

    def test_withdrawn_it_is_a_draft(self, open_as, editor, head, task, signed):
        report = report_of(task, editor)
        page = text_of(open_as(editor).get(report.get_absolute_url()))
        assert "Withdraw and change" in page
        url = reverse("withdraw-report", args=[report.pk])
        assert open_as(head).get(url).status_code == 403
        assert open_as(editor).post(url, {"version": report.version}).status_code == 302
        assert ProgressReport.objects.get().status == ReportStatus.DRAFT

    def test_a_county_reviews_what_its_town_wrote(
        self, open_as, town, county_office, inspection, office
    ):
        inspections.amend_inspection(
            actor=office,
            inspection_id=inspection.pk,
            changes={"county_reviews": True},
            on=localdate(),
            at=now(),
        )
        task = factories.make_task(units=[town], on=localdate() - timedelta(days=60))
        clerk = factories.make_user(Role.UNIT_EDITOR, town)
        answer = open_as(clerk).post(
            reverse("report-progress", args=[task.code]), filled(factories.part(task)), follow=True
        )
        assert "once the county has passed it on" in text_of(answer)
        report = ProgressReport.objects.get()
        page = text_of(open_as(county_office).get(report.get_absolute_url()))
        assert "Pass on" in page
        url = reverse("review-report", args=[report.pk])
        assert open_as(county_office).post(url, {"version": report.version}).status_code == 302
        assert ProgressReport.objects.get().reviewed_by == county_office

    def test_whoever_oversees_sees_it_once_it_is_sent_in(
        self, open_as, editor, head, leader, acceptance, reader, task, signed
    ):
        report = report_of(task, editor)
        url = report.get_absolute_url()
        for person, status in [(reader, 200), (leader, 404), (acceptance, 404)]:
            assert open_as(person).get(url).status_code == status
        report_steps.sign_report(actor=head, report_id=report.pk, at=now())
        for person in (reader, leader, acceptance):
            assert open_as(person).get(url).status_code == 200


class TestAnswering:
    def test_received_and_said_so(self, open_as, office, editor, task):
        report = report_of(task, editor)
        page = text_of(open_as(office).get(report.get_absolute_url()))
        assert "Receive" in page
        url = reverse("accept-report", args=[report.pk])
        answer = open_as(office).post(
            url, {"version": report.version, "on": localdate()}, follow=True
        )
        assert "The report was received." in text_of(answer)
        assert f"Report of {localdate()} received" in text_of(
            open_as(office).get(task.get_absolute_url())
        )

    def test_returned_the_unit_mends_its_words(self, open_as, office, editor, task, part, form_url):
        measure = task.measures.get()
        report = progress.submit_report(
            actor=editor,
            assignment_id=part.pk,
            version=None,
            values={"text": WORDS, "percent": 40, "is_on_schedule": True},
            measures_done=[measure],
            on=localdate(),
            at=now(),
        )
        url = reverse("return-report", args=[report.pk])
        assert "Measures ticked off with the report stay done." in text_of(open_as(office).get(url))
        data = {"version": report.version, "on": localdate(), "note": "缺照片"}
        answer = open_as(office).post(url, data, follow=True)
        assert "Returned on" in text_of(answer)
        browser = open_as(editor)
        shown = text_of(browser.get(task.get_absolute_url()))
        assert "was returned on" in shown
        assert "Mend as asked for" in shown
        assert "it does not count since" in shown
        assert "Mend as asked for" in text_of(browser.get(report.get_absolute_url()))
        page = browser.get(form_url)
        assert page.context["form"].initial["text"] == WORDS
        assert "缺照片" in text_of(page)
        part.refresh_from_db()
        assert browser.post(form_url, filled(part)).status_code == 302
        assert "Mend as asked for" not in text_of(browser.get(task.get_absolute_url()))

    def test_a_return_needs_its_reason(self, open_as, office, editor, task):
        report = report_of(task, editor)
        url = reverse("return-report", args=[report.pk])
        answer = open_as(office).post(url, {"version": report.version, "on": localdate()})
        assert answer.status_code == 422
        assert "Fill this in." in text_of(answer)
        data = {"version": report.version, "on": "2020-01-01", "note": "x"}
        assert open_as(office).post(url, data).status_code == 422

    def test_a_mended_report_is_for_the_period_of_its_call(
        self, open_as, office, editor, task, form_url
    ):
        last = localdate() - timedelta(days=5)
        first = last - timedelta(days=20)
        call = factories.make_round(
            on=first, period_from=first, period_to=last, due_on=last, at=now()
        )
        report = report_of(task, editor, on=last - timedelta(days=2))
        assert report.round == call
        returned(report, office)
        assert open_as(editor).get(form_url).context["form"].initial["on"] == last

    def test_the_judgement_stands_beside_the_report(self, open_as, office, editor, task, county):
        report = report_of(task, editor)
        url = reverse("judge-task", args=[task.code, county.code])
        page = text_of(open_as(office).get(url))
        assert f"已完成{report.percent}%" in page
        assert reverse("return-report", args=[report.pk]) in page

    def test_nothing_is_offered_for_what_was_annulled(self, open_as, office, editor, task):
        report = report_of(task, editor)
        annulment.annul(actor=office, event_id=report.event_id, reason="录错", at=now())
        page = text_of(open_as(office).get(report.get_absolute_url()))
        assert reverse("accept-report", args=[report.pk]) not in page

    def test_pages_take_few_queries(
        self, open_as, office, editor, task, form_url, django_assert_max_num_queries
    ):
        report = report_of(task, editor)
        returned(report, office)
        for person, url in [
            (office, report.get_absolute_url()),
            (office, reverse("return-report", args=[report.pk])),
            (editor, form_url),
        ]:
            browser = open_as(person)
            browser.get(url)
            with django_assert_max_num_queries(QUERIES):
                assert browser.get(url).status_code == 200


class TestTheBoard:
    @pytest.fixture
    def call(self):
        first = localdate() - timedelta(days=20)
        last = localdate() - timedelta(days=2)
        return factories.make_round(
            on=first, period_from=first, period_to=last, due_on=last, at=now()
        )

    @pytest.fixture
    def tasks(self, county, town, office):
        on = localdate() - timedelta(days=60)
        return [
            factories.make_task(units=[unit], on=on, due_on=None) for unit in (county, county, town)
        ]

    def test_counts_rows_and_chips_are_the_same(
        self, open_as, office, editor, tasks, call, town, signed
    ):
        day = localdate() - timedelta(days=4)
        sent = report_of(tasks[0], office, on=day)
        back = report_of(tasks[1], office, on=day)
        returned(back, office)
        inside = report_of(tasks[2], factories.make_user(Role.UNIT_EDITOR, town), on=day)
        browser = open_as(office)
        answer = browser.get(call.get_absolute_url())
        board = answer.context["board"]
        assert (board.total, board.reported, board.missing) == (3, 1, 2)
        assert (board.inside, board.returned, board.to_receive) == (1, 1, 1)
        page = text_of(answer)
        for report in (sent, back, inside):
            assert report.get_absolute_url() in page
        assert f'name="receive" value="{sent.pk}:{sent.version}"' in page
        for show, count in [("inside", 1), ("returned", 1), ("to_receive", 1), ("missing", 2)]:
            shown = browser.get(call.get_absolute_url(), {"show": show})
            assert len(shown.context["rows"]) == count
        [first, second] = [row["line"] for row in answer.context["by_unit"]]
        assert (first.asked, first.on_line, first.returned, first.missing) == (2, 1, 1, 1)
        assert (second.asked, second.inside, second.missing) == (1, 1, 1)
        [listed] = browser.get(reverse("rounds")).context["page"]
        assert (listed.asked, listed.reported, listed.missing) == (3, 1, 2)
        yesterday = localdate() - timedelta(days=1)
        before = browser.get(call.get_absolute_url(), {"asof": yesterday.isoformat()})
        assert before.context["board"].reported == 2

    def test_ticked_reports_are_received_each_for_itself(
        self, open_as, office, editor, tasks, call
    ):
        day = localdate() - timedelta(days=4)
        reports = [report_of(task, office, on=day) for task in tasks]
        ticks = [f"{report.pk}:{report.version}" for report in reports]
        report_steps.accept_report(actor=office, report_id=reports[0].pk, on=localdate(), at=now())
        stale = f"{reports[2].pk}:{reports[2].version + 7}"
        answer = open_as(office).post(
            call.get_absolute_url(),
            {"then": "receive", "receive": [ticks[0], ticks[1], stale, "x:y"]},
            follow=True,
        )
        page = text_of(answer)
        assert "1 report received." in page
        assert "1 report is not waiting to be received any more." in page
        assert "changed meanwhile" in page
        states = ProgressReport.objects.order_by("pk").values_list("status", flat=True)
        assert list(states) == ["accepted", "accepted", "submitted"]
        answer = open_as(office).post(call.get_absolute_url(), {"then": "receive"}, follow=True)
        assert "Tick the reports" in text_of(answer)

    def test_units_receive_nothing(self, open_as, editor, tasks, call):
        answer = open_as(editor).post(call.get_absolute_url(), {"then": "receive"})
        assert answer.status_code == 403


def test_a_head_sees_in_the_to_do_list_what_to_sign(open_as, editor, head, task, signed):
    report = report_of(task, editor)
    page = text_of(open_as(head).get(reverse("todo")))
    assert "Sign the report" in page
    assert report.get_absolute_url() in page
    report_steps.sign_report(actor=head, report_id=report.pk, at=now())
    returned(report, factories.an_office())
    page = text_of(open_as(editor).get(reverse("todo")))
    assert "Mend the report that was returned" in page
