"""The pages of extensions: a unit asks, the office decides, the task and the queue show it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from tests import factories
from tests.factories import make_extension_request, make_task, part
from tracker.choices import EventKind
from tracker.models import ExtensionRequest
from tracker.operations import annulment, extensions

pytestmark = pytest.mark.django_db

QUERIES = 15


def soon(days):
    return localdate() + timedelta(days=days)


@pytest.fixture
def task(county, office):
    return make_task(on=soon(-100), due_on=soon(10))


@pytest.fixture
def request_(task, editor):
    return make_extension_request(task, editor, localdate(), at=now())


def asking(task, **values):
    return {
        "version": part(task).version,
        "new_due_on": soon(100).isoformat(),
        "new_text": "",
        "situation": "管网已铺设八成，穿越国道段尚未开工。",
        "reason": "穿越国道的施工许可迟迟没有批复。",
        "measures": "增开两个作业面，每周调度一次进度。",
        **values,
    }


def ask_url(task):
    return reverse("ask-extension", args=[task.code])


def text_of(answer):
    return " ".join(answer.content.decode().split())


class TestAsking:
    def test_a_unit_asks_from_the_page_of_its_task(self, open_as, editor, task):
        browser = open_as(editor)
        assert ask_url(task) in text_of(browser.get(task.get_absolute_url()))
        page = text_of(browser.get(ask_url(task)))
        assert "Until then the present deadline holds" in page
        answer = browser.post(ask_url(task), asking(task), follow=True)
        assert "The request was sent." in text_of(answer)
        request = ExtensionRequest.objects.get()
        assert (request.asked_by, request.asked_on) == (editor, localdate())
        page = text_of(browser.get(task.get_absolute_url()))
        assert "Extensions asked for" in page
        assert ask_url(task) not in page

    def test_a_refusal_keeps_what_was_typed(self, open_as, editor, task):
        answer = open_as(editor).post(ask_url(task), asking(task, measures="短"))
        assert answer.status_code == 422
        page = text_of(answer)
        assert "At least 10 characters" in page
        assert "穿越国道的施工许可" in page

    def test_after_the_day_the_page_says_what_remains(self, open_as, editor, county):
        late = make_task(on=soon(-100), due_on=soon(-1))
        browser = open_as(editor)
        page = text_of(browser.get(ask_url(late)))
        assert "too late now" in page
        assert reverse("report-progress", args=[late.code]) in page
        assert "<textarea" not in page.split("<main")[1]
        answer = browser.post(ask_url(late), asking(late))
        assert answer.status_code == 422
        assert "too late now" in text_of(answer)
        assert ask_url(late) not in text_of(browser.get(late.get_absolute_url()))

    def test_after_a_refusal_the_words_are_offered_again(self, open_as, editor, office, request_):
        extensions.refuse_extension(
            actor=office,
            request_id=request_.pk,
            version=None,
            reason="请先赶工。",
            on=localdate(),
            at=now(),
        )
        page = text_of(open_as(editor).get(ask_url(request_.task)))
        assert "请先赶工。" in page
        assert request_.situation in page
        assert request_.new_due_on.isoformat() in page

    def test_with_several_parts_the_unit_is_chosen_first(
        self, open_as, office, county, other_county
    ):
        task = make_task(units=[county, other_county], on=soon(-100), due_on=soon(10))
        browser = open_as(office)
        page = text_of(browser.get(ask_url(task)))
        assert f"?unit={other_county.code}" in page
        page = text_of(browser.get(f"{ask_url(task)}?unit={other_county.code}"))
        assert other_county.name in page
        assert browser.get(f"{ask_url(task)}?unit=nowhere").status_code == 404

    def test_a_task_in_nobody_s_hands_has_no_such_page(self, open_as, office):
        task = make_task(units=[], issued=False)
        assert open_as(office).get(ask_url(task)).status_code == 404


class TestDeciding:
    def test_the_office_sees_what_it_rests_on_and_approves(self, open_as, office, request_):
        factories.make_report(request_.task, 30, on=soon(-5))
        browser = open_as(office)
        page = text_of(browser.get(request_.get_absolute_url()))
        assert "30%" in page
        assert "Time elapsed" in page
        assert "points behind" in page
        url = reverse("approve-extension", args=[request_.pk])
        assert url in page
        assert "the day of the decision on" in text_of(browser.get(url))
        said = {"version": 1, "on": localdate().isoformat(), "document_no": "", "reason": ""}
        answer = browser.post(url, said, follow=True)
        assert "The deadline is now" in text_of(answer)
        request_.task.refresh_from_db()
        assert request_.task.due_on == request_.new_due_on
        page = text_of(browser.get(request_.task.get_absolute_url()))
        assert "approved" in page

    def test_the_document_is_asked_for_where_the_rule_says_so(
        self, open_as, office, request_, inspection
    ):
        inspection.extension_needs_document = True
        inspection.save()
        url = reverse("approve-extension", args=[request_.pk])
        said = {"version": 1, "on": localdate().isoformat(), "document_no": "", "reason": ""}
        answer = open_as(office).post(url, said)
        assert answer.status_code == 422
        assert "Fill this in" in text_of(answer)

    def test_the_office_refuses_with_a_reason(self, open_as, office, editor, request_):
        url = reverse("refuse-extension", args=[request_.pk])
        browser = open_as(office)
        said = {"version": 1, "on": localdate().isoformat(), "reason": ""}
        assert browser.post(url, said).status_code == 422
        answer = browser.post(url, said | {"reason": "请先赶工。"}, follow=True)
        assert "The unit sees why" in text_of(answer)
        page = text_of(open_as(editor).get(request_.task.get_absolute_url()))
        assert "请先赶工。" in page

    def test_who_decides_second_gets_both_versions(self, open_as, office, request_):
        other = factories.make_user("office")
        extensions.refuse_extension(
            actor=other,
            request_id=request_.pk,
            version=1,
            reason="请先赶工。",
            on=localdate(),
            at=now(),
        )
        url = reverse("approve-extension", args=[request_.pk])
        said = {"version": 1, "on": localdate().isoformat(), "document_no": "", "reason": "好"}
        answer = open_as(office).post(url, said)
        assert answer.status_code == 409
        assert "请先赶工。" in text_of(answer)

    def test_an_opinion_and_taking_back(self, open_as, acceptance, editor, request_):
        url = reverse("extension-opinion", args=[request_.pk])
        page = text_of(open_as(acceptance).get(request_.get_absolute_url()))
        assert url in page
        answer = open_as(acceptance).post(url, {"version": 1, "opinion": "同意延期。"}, follow=True)
        assert "The opinion was sent." in text_of(answer)
        page = text_of(open_as(editor).get(request_.get_absolute_url()))
        assert "同意延期。" in page
        assert url not in page
        url = reverse("withdraw-extension", args=[request_.pk])
        answer = open_as(editor).post(url, {"version": 2, "reason": ""}, follow=True)
        assert "The request was taken back." in text_of(answer)
        assert "Take the request back" not in text_of(answer).split("<main")[1]

    def test_a_request_entered_by_mistake_is_not_shown(self, open_as, office, request_):
        entry = request_.task.events.get(kind=EventKind.EXTENSION_ASKED)
        annulment.annul(actor=office, event_id=entry.pk, reason="误录", at=now())
        browser = open_as(office)
        assert browser.get(request_.get_absolute_url()).status_code == 404
        page = text_of(browser.get(request_.task.get_absolute_url()))
        assert "Extensions asked for" not in page


class TestTheQueue:
    def test_requests_by_state(self, open_as, office, editor, request_, county):
        browser = open_as(office)
        page = browser.get("/extensions/")
        assert [tab["count"] for tab in page.context["tabs"]] == [1, 1, 0, 0, 0]
        assert request_.get_absolute_url() in text_of(page)
        assert "/extensions/" in text_of(browser.get("/"))
        page = text_of(browser.get("/extensions/?show=approved"))
        assert "Nothing waits here" in page
        page = text_of(browser.get("/extensions/?show=nonsense"))
        assert request_.get_absolute_url() in page
        assert "No extension has been asked for" not in page

    def test_a_unit_sees_its_own_alone(self, open_as, editor, other_editor, request_):
        assert request_.get_absolute_url() in text_of(open_as(editor).get("/extensions/"))
        page = text_of(open_as(other_editor).get("/extensions/"))
        assert "No extension has been asked for" in page

    def test_many_cost_no_more(self, open_as, office, editor, django_assert_max_num_queries):
        browser, unit = open_as(office), open_as(editor)
        for _number in range(3):
            task = make_task(on=soon(-100), due_on=soon(10))
            make_extension_request(task, editor, localdate(), at=now())
        with django_assert_max_num_queries(QUERIES):
            browser.get("/extensions/")
        request = ExtensionRequest.objects.first()
        for name in ("extension", "approve-extension", "refuse-extension"):
            with django_assert_max_num_queries(QUERIES):
                browser.get(reverse(name, args=[request.pk]))
        with django_assert_max_num_queries(QUERIES):
            unit.get(ask_url(request.task))
        with django_assert_max_num_queries(QUERIES):
            browser.get(request.task.get_absolute_url())


def test_a_past_day_shows_the_request_as_it_stood_then(open_as, office, editor, county):
    task = make_task(on=soon(-100), due_on=soon(10))
    request = make_extension_request(task, editor, soon(-20))
    extensions.approve_extension(
        actor=office,
        request_id=request.pk,
        version=None,
        document_no="12号",
        on=soon(-10),
        at=now(),
    )
    browser = open_as(office)
    then = browser.get(f"{task.get_absolute_url()}?asof={soon(-15)}")
    assert [row.state for row in then.context["requests"]] == ["asked"]
    before = browser.get(f"{task.get_absolute_url()}?asof={soon(-30)}")
    assert before.context["requests"] == []
    today = browser.get(task.get_absolute_url())
    assert [row.state for row in today.context["requests"]] == ["approved"]
    past = text_of(browser.get(f"{request.get_absolute_url()}?asof={soon(-15)}"))
    assert "approve-extension" not in past
