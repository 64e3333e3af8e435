"""The notices for everybody: what they say and do not say, and how a citizen objects to one."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import closing, factories
from tests.closing import CLOSED, ENDS, PUBLISHED, completed_task
from tests.test_permissions import everything
from tracker import access
from tracker.choices import ClosureStage, EventKind
from tracker.models import (
    Assignment,
    Closure,
    Event,
    Evidence,
    Inspection,
    Objection,
    PublicNotice,
    Task,
    User,
)
from tracker.operations import amendments, annulment

QUERIES = 15
DURING = PUBLISHED + timedelta(days=3)
LONG_AGO = PUBLISHED - timedelta(days=90)
LIST = "/public/notices/"
TEXT = "夜间十点以后仍有废水直排入河。"


@pytest.fixture(autouse=True)
def _nothing_counted(db):
    cache.clear()


@pytest.fixture
def on():
    """``on(day)``: what happens inside happens at noon of that day."""

    def travel(day):
        return time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))

    return travel


@pytest.fixture
def anybody(db):
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def task(county, office, bureau):
    return completed_task(number=29, title="截污纳管")


@pytest.fixture
def notice(task, editor, acceptance, office):
    closure = closing.passed(task, editor, acceptance)
    return closing.publish(closure, office, email="zgb@example.cn")


def address(notice, verb=""):
    return f"{LIST}{notice.pk}/{verb}"


def send(browser, notice, **values):
    return browser.post(address(notice, "object/"), {"content": TEXT, "website": "", **values})


def test_whoever_comes_reads_what_is_up_without_an_account(anybody, on, notice, task):
    with on(DURING):
        shown = anybody.get(LIST)
        text = shown.content.decode()
        page = anybody.get(address(notice))
    for words in ("(item 29)", "截污纳管", "临江县", "objections are received"):
        assert words in text
    for words in (
        task.issue.text,
        "临江县",
        "落实整改措施",
        task.goal,
        task.deadline_text,
        notice.completion_text,
        "from July 11, 2022 to July 22, 2022",
        "江海市攻坚办",
        notice.phone,
        "zgb@example.cn",
        "Objections are received until 23 Jul 2022.",
    ):
        assert words in page.content.decode()


@pytest.mark.parametrize(
    ("day", "status", "word"),
    [
        (PUBLISHED - timedelta(days=1), 404, ""),
        (PUBLISHED, 200, "objections are received"),
        (ENDS, 200, "objections are received"),
        (ENDS + timedelta(days=1), 200, "ended"),
        (ENDS + timedelta(days=30), 200, "ended"),
        (ENDS + timedelta(days=31), 410, ""),
    ],
)
def test_a_notice_is_shown_from_its_first_day_until_thirty_days_after(
    anybody, on, notice, day, status, word
):
    with on(day):
        text = anybody.get(LIST).content.decode()
        page = anybody.get(address(notice))
    assert page.status_code == status
    assert ("截污纳管" in text) == (status == 200)
    assert word in text
    if status != 200:
        assert "No notice is up now" in text
        assert notice.completion_text not in page.content.decode()


def test_there_is_no_page_of_a_notice_that_never_was(anybody):
    for verb in ("", "object/"):
        assert anybody.get(f"{LIST}77/{verb}").status_code == 404
        assert anybody.post(f"{LIST}77/{verb}", {"content": TEXT}).status_code in (404, 405)


def annulled(notice, office):
    event = Event.objects.get(kind=EventKind.NOTICE_PUBLISHED)
    annulment.annul(
        actor=office, event_id=event.pk, reason="录错", at=factories.moment(date(2022, 7, 14))
    )


def upheld(notice, office):
    closing.settle(closing.objection(notice, office), office, upheld=True)


def withdrawn(notice, office):
    amendments.withdraw_task(
        actor=office,
        task_id=notice.closure.assignment.task_id,
        version=None,
        document_no="2号",
        reason="调整",
        on=PUBLISHED,
        at=factories.moment(PUBLISHED),
    )


@pytest.mark.parametrize("end", [annulled, upheld, withdrawn])
def test_what_is_taken_back_is_gone_at_once_and_what_was_typed_is_kept(
    anybody, on, notice, office, end
):
    with on(DURING):
        assert anybody.get(address(notice, "object/")).status_code == 200
        end(notice, office)
        known = Objection.objects.count()
        page, form = anybody.get(address(notice)), anybody.get(address(notice, "object/"))
        late = send(anybody, notice)
        shown = anybody.get(LIST).content.decode()
    assert (page.status_code, form.status_code, late.status_code) == (410, 410, 410)
    assert "taken back" in page.content.decode()
    assert "was taken back" in late.content.decode()
    assert TEXT in late.content.decode()
    assert Objection.objects.count() == known
    for text in (shown, page.content.decode(), late.content.decode()):
        assert "截污纳管" not in text
        assert notice.completion_text not in text


CANARY = "不得外传"


def test_nothing_but_what_the_printed_notice_says_is_shown(
    anybody, on, notice, task, office, editor
):
    """Every other text of the task, the attempt, the reports and the people says a word apart."""
    factories.make_report(completed_task(number=30, title="另一任务"), text=f"{CANARY}进展")
    closing.objection(notice, office, content=f"{CANARY}异议", contact=f"{CANARY}电话")
    for file in (f"{CANARY}.pdf",):
        Evidence.objects.create(
            task=task,
            name=file,
            size=1,
            uploaded_by=office,
            uploaded_at=factories.moment(PUBLISHED),
        )
    printed = {"title", "goal", "deadline_text", "number_printed", "code", "deadline_kind"}
    for model, rows, kept in (
        (Task, Task.objects.filter(pk=task.pk), printed | {"status"}),
        (Closure, Closure.objects.all(), {"stage"}),
        (Objection, Objection.objects.all(), {"state"}),
        (Inspection, Inspection.objects.all(), KEPT_OF_INSPECTION),
        (User, User.objects.all(), {"username", "password"}),
    ):
        texts = [
            field.name
            for field in model._meta.concrete_fields
            if field.get_internal_type() in ("CharField", "TextField", "EmailField")
            and field.name not in kept
        ]
        for row in rows:
            for name in texts:
                longest = model._meta.get_field(name).max_length or 40
                value = f"{CANARY}{row.pk}{name}"[:longest]
                rows.filter(pk=row.pk).update(**{name: value})
    with on(DURING):
        answers = [
            anybody.get(url)
            for url in (LIST, address(notice), address(notice, "object/"), address(notice) + "?x=1")
        ]
        sent = send(anybody, notice, contact="陈女士", follow=True)
        answers.append(anybody.get(sent.url))
    for answer in answers:
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode()
        for name in ("人员office", "人员editor", "周向东", "许文澜", "陈女士"):
            assert name not in answer.content.decode()


KEPT_OF_INSPECTION = {
    *("code", "name", "level", "kind", "plan_document_no", "legal_basis"),
    *("notice_day_count", "rhythm", "completion_basis", "rate_basis", "petition_rate_basis"),
}


def test_a_citizen_objects_and_gets_a_receipt(anybody, on, notice, office):
    with on(DURING):
        sent = send(anybody, notice, contact="陈女士 13800000000")
        assert sent.status_code == 302
        receipt = anybody.get(sent.url)
    row = Objection.objects.get()
    assert (row.content, row.contact, row.received_on) == (TEXT, "陈女士 13800000000", DURING)
    assert row.receipt_no in receipt.content.decode()
    assert "no-store" in receipt["Cache-Control"]
    entry = Event.objects.get(kind=EventKind.OBJECTION_RECEIVED)
    assert entry.actor is None
    with on(DURING):
        inside = Client(headers={"accept-language": "en"})
        inside.force_login(office)
        text = inside.get(notice.closure.get_absolute_url()).content.decode()
    for words in (TEXT, row.receipt_no, row.channel, address(notice)):
        assert words in text
    closing.settle(row, office)
    assert closing.close(notice.closure, office).stage == "closed"


def test_a_receipt_is_shown_to_who_has_its_address_alone(anybody, on, notice):
    with on(DURING):
        sent = send(anybody, notice)
        pk = Objection.objects.get().pk
        for receipt in (f"{pk}", f"{pk}:x", f"{pk + 1}{sent.url[sent.url.index(':') :]}"):
            assert anybody.get(address(notice, f"received/{receipt}/")).status_code == 404
        other = sent.url.replace(f"/{notice.pk}/", f"/{notice.pk + 1}/", 1)
        assert anybody.get(other).status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"content": ""}, "content"),
        ({"content": "臭"}, "content"),
        ({"content": "长" * 4001}, "content"),
        ({"contact": "长" * 121}, "contact"),
        ({"website": "http://spam"}, "__all__"),
    ],
)
def test_what_cannot_be_received_comes_back_with_its_words(anybody, on, notice, values, field):
    with on(DURING):
        answer = send(anybody, notice, **values)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "The objection was not sent" in answer.content.decode()
    assert values.get("content", TEXT) in answer.content.decode()
    assert not Objection.objects.exists()


def test_who_fell_into_the_trap_sends_again_what_is_on_the_page(anybody, on, notice):
    with on(DURING):
        trapped = send(anybody, notice, website="http://example.cn")
        assert "http://example.cn" not in trapped.content.decode()
        assert send(anybody, notice).status_code == 302


@pytest.mark.parametrize(
    ("day", "get", "post"),
    [
        (PUBLISHED, 200, 302),
        (ENDS + timedelta(days=1), 200, 302),
        (ENDS + timedelta(days=2), 410, 422),
    ],
)
def test_objections_are_received_until_the_day_after(anybody, on, notice, day, get, post):
    with on(day):
        assert anybody.get(address(notice, "object/")).status_code == get
        answer = send(anybody, notice)
    assert answer.status_code == post
    if post == 422:
        assert "from 2022-07-11 to 2022-07-23" in answer.content.decode()
        assert TEXT in answer.content.decode()


def test_who_objects_after_the_closing_on_the_day_after_is_told(anybody, on, notice, office):
    closing.close(notice.closure, office, on=ENDS + timedelta(days=1))
    with on(ENDS + timedelta(days=1)):
        answer = send(anybody, notice)
    assert answer.status_code == 410
    assert "Nothing is received on this page any more" in answer.content.decode()
    assert TEXT in answer.content.decode()


def test_five_an_hour_come_from_one_address(anybody, on, notice):
    with on(DURING):
        statuses = [send(anybody, notice).status_code for _number in range(5)]
        sixth = send(anybody, notice)
        forged = send(Client(headers={"x-forwarded-for": "10.9.8.7"}), notice)
        elsewhere = Client(REMOTE_ADDR="10.1.2.3")
        assert send(elsewhere, notice).status_code == 302
    assert statuses == [302] * 5
    assert (sixth.status_code, forged.status_code) == (429, 429)
    assert TEXT in sixth.content.decode()
    assert notice.phone in sixth.content.decode()
    with time_machine.travel(datetime(2022, 7, 14, 6, tzinfo=UTC)):
        assert send(anybody, notice).status_code == 302


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_wrote(on, notice, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    with on(DURING):
        for number in range(5):
            sender = Client(headers={"x-forwarded-for": f"10.0.0.{number}, 10.1.2.3"})
            assert send(sender, notice).status_code == 302
        assert send(sender, notice).status_code == 429
        other = Client(headers={"x-forwarded-for": "10.0.0.1, 10.1.2.4"})
        assert send(other, notice).status_code == 302


def test_fifty_an_hour_come_to_one_notice(on, notice):
    with on(DURING):
        for number in range(50):
            assert send(Client(REMOTE_ADDR=f"10.1.1.{number}"), notice).status_code == 302
        assert send(Client(REMOTE_ADDR="10.1.2.1"), notice).status_code == 429
    assert Objection.objects.count() == 50


def test_a_form_of_somewhere_else_is_refused(on, notice):
    with on(DURING):
        browser = Client(enforce_csrf_checks=True)
        assert send(browser, notice).status_code == 403
        page = browser.get(address(notice, "object/"))
        token = page.cookies["csrftoken"].value
        assert send(browser, notice, csrfmiddlewaretoken=token).status_code == 302


def test_reading_writes_nothing_and_sets_no_cookie(anybody, on, notice):
    before = everything()
    with on(DURING):
        for url in (LIST, address(notice), LIST + "?lang=en", LIST + "?page=9"):
            answer = anybody.get(url)
            assert answer.status_code == 200
            assert not answer.cookies
            assert "<script" not in answer.content.decode()
        assert "<script" not in anybody.get(address(notice, "object/")).content.decode()
    assert everything() == before


def test_what_may_be_kept_by_caches_and_what_not(anybody, on, notice):
    with on(DURING):
        found, page = anybody.get(LIST), anybody.get(address(notice))
        form, refused = anybody.get(address(notice, "object/")), send(anybody, notice, content="")
    assert found["Cache-Control"] == "public, max-age=60"
    assert page["Cache-Control"] == "public, max-age=0"
    assert {"Cookie", "Accept-Language"} <= set(found["Vary"].split(", "))
    for answer in (form, refused):
        assert "no-store" in answer["Cache-Control"]


def test_an_answer_to_who_has_a_session_is_kept_by_no_cache(open_as, on, notice, office):
    with on(DURING):
        browser = open_as(office)
        first = browser.get(LIST)
        answers = [first, browser.get(LIST), browser.get(address(notice))]
    stale = Client()
    stale.cookies["sessionid"] = "ended-long-ago"
    with on(DURING):
        answers.append(stale.get(LIST))

    assert first.cookies
    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in answers:
        assert "private" in answer["Cache-Control"]
        assert "no-store" in answer["Cache-Control"]
        assert "public" not in answer["Cache-Control"]


def test_the_page_of_the_closure_leads_here_only_while_it_answers(open_as, on, notice, office):
    closure = notice.closure
    with on(DURING):
        link = f'href="{address(notice)}"'
        browser = open_as(office)
        assert link in browser.get(closure.get_absolute_url()).content.decode()
        closing.settle(closing.objection(notice, office), office, upheld=True)
        assert link not in browser.get(closure.get_absolute_url()).content.decode()
        assert browser.get(address(notice)).status_code == 410


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (PublicNotice, {}),
        (PublicNotice, {"is_annulled": True}),
        (PublicNotice, {"begins_on": DURING + timedelta(days=1)}),
        (PublicNotice, {"begins_on": LONG_AGO, "ends_on": DURING - timedelta(days=30)}),
        (PublicNotice, {"begins_on": LONG_AGO, "ends_on": DURING - timedelta(days=31)}),
        (Closure, {"stage": ClosureStage.OBJECTED}),
        (Closure, {"stage": ClosureStage.CLOSED, "closed_on": DURING}),
        (Assignment, {"removed_on": DURING}),
        (Task, {"is_annulled": True}),
        (Task, {"left_on": DURING}),
    ],
)
def test_one_notice_is_public_as_the_list_of_them_says(
    notice, model, changes, django_assert_num_queries
):
    if changes:
        model.objects.update(**changes)
    closure = Closure.objects.select_related("notice", "assignment__task").get()

    with django_assert_num_queries(0):
        found = access.is_public(closure.notice, DURING)

    assert found == access.public_notices(DURING).exists()


def test_it_is_read_in_either_language_and_links_stay_in_it(on, notice):
    chinese = Client(headers={"accept-language": "zh-CN"})
    with on(DURING):
        assert 'lang="zh-CN"' in chinese.get(LIST).content.decode()
        answer = chinese.get(LIST + "?lang=en")
        page = chinese.get(address(notice) + "?lang=en").content.decode()
        sent = send(chinese, notice)
        odd = chinese.get(LIST + "?lang=xx").content.decode()
    assert answer["Content-Language"] == "en"
    assert f"{address(notice)}?lang=en" in answer.content.decode()
    assert f"{address(notice, 'object/')}?lang=en" in page
    assert 'lang="zh-CN"' in odd
    assert "lang=" not in sent.url


def test_many_notices_come_on_several_pages_by_inspection(anybody, on, notice, editor, acceptance):
    office = User.objects.get(username="office")
    other = factories.make_inspection(is_demonstration=True)
    second = closing.passed(completed_task(inspection=other), editor, acceptance)
    closing.publish(second, office)
    for _number in range(50):
        task = completed_task()
        closing.publish(closing.passed(task, editor, acceptance), office)
    with on(DURING):
        anybody.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            first = anybody.get(LIST).content.decode()
        rest = anybody.get(LIST + "?page=2&lang=en").content.decode()
        demonstration = anybody.get(address(second.notice)).content.decode()
    assert len(asked) <= QUERIES
    assert first.count("<li>") == 50
    assert rest.count("<li>") == 2
    assert "?page=1&amp;lang=en" in rest
    assert "Demo data" in first + rest
    assert "everything else is invented" in demonstration


@pytest.mark.parametrize("verb", ["", "object/"])
def test_no_page_takes_more_than_a_few_queries(anybody, on, notice, verb):
    with on(DURING):
        anybody.get(address(notice, verb))
        with CaptureQueriesContext(connection) as asked:
            anybody.get(address(notice, verb))
    assert len(asked) <= QUERIES


def test_a_closed_task_keeps_its_notice_for_the_thirty_days(anybody, on, notice, office):
    closing.close(notice.closure, office)
    closing.file(notice.closure, office)
    with on(CLOSED + timedelta(days=9)):
        assert anybody.get(address(notice)).status_code == 200
        text = anybody.get(address(notice)).content.decode()
    assert "This notice ended on 22 Jul 2022." in text
    assert "/object/" not in text
