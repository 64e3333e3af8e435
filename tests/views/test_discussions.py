"""The page of questions and answers on a task: what it shows to whom, and every step on it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate, now

from tests import factories
from tests.factories import make_answer, make_question, make_report, make_task, part
from tracker.choices import Addressee, Role
from tracker.models import Answer, Question
from tracker.operations import discussions
from tracker.operations.evidence import check

QUERIES = 15


@pytest.fixture
def task(county, bureau, water_bureau):
    return make_task(units=[county], acceptance_unit=bureau, supervising_unit=water_bureau)


@pytest.fixture
def question(task, office):
    return make_question(task, office, at=now() - timedelta(minutes=20))


def page_of(task):
    return reverse("task-questions", args=[task.code])


def step(name, row):
    return reverse(name, args=[row.pk])


def text_of(answer):
    return answer.content.decode()


def test_a_page_without_questions_says_so_and_offers_to_ask(open_as, task, editor, reader):
    shown = text_of(open_as(editor).get(page_of(task)))
    assert "Nobody has asked anything" in shown
    assert "not counted in the ledger" in shown
    assert reverse("ask", args=[task.code]) in shown
    assert reverse("ask", args=[task.code]) not in text_of(open_as(reader).get(page_of(task)))


def test_a_draft_is_nothing_to_be_asked_about(open_as, office, county):
    draft = make_task(issued=False)
    assert "/questions/new/" not in text_of(open_as(office).get(page_of(draft)))
    data = {"to": f"units-{part(draft).pk}", "text": "何时下发？"}
    refused = open_as(office).post(reverse("ask", args=[draft.code]), data)
    assert refused.status_code == 422
    assert "not issued" in text_of(refused)


def test_the_office_asks_and_the_unit_answers_and_the_office_settles(
    open_as, task, office, editor, head
):
    browser = open_as(office)
    ask = reverse("ask", args=[task.code])
    form = browser.get(ask).context["form"]
    to = f"units-{part(task).pk}"
    assert form.fields["to"].choices == [(to, "临江县")]
    sent = browser.post(
        ask, {"to": to, "text": "管网何时通水？", "mentions": [editor.pk]}, follow=True
    )
    question = Question.objects.get()
    assert sent.redirect_chain[0][0] == question.get_absolute_url()
    assert "The question was sent" in text_of(sent)
    assert "waits for an answer" in text_of(sent)

    unit = open_as(editor)
    todo = text_of(unit.get("/todo/"))
    answer = step("answer-question", question)
    assert answer in todo
    assert "管网何时通水？" in todo
    assert "管网何时通水？" in text_of(unit.get(answer))
    assert unit.post(answer, {"text": "七月底。"}).url == question.get_absolute_url()
    assert answer not in text_of(unit.get("/todo/"))

    shown = text_of(browser.get(page_of(task)))
    assert "七月底。" in shown
    assert "answered" in shown
    assert browser.post(step("settle-question", question)).status_code == 302
    assert "Settled by" in text_of(browser.get(page_of(task)))
    assert "Take it up again" in text_of(browser.get(page_of(task)))
    late = unit.post(answer, {"text": "再补充一点。"})
    assert late.status_code == 422
    assert "再补充一点。" in text_of(late)
    assert browser.post(step("reopen-question", question)).status_code == 302
    assert unit.post(answer, {"text": "再补充一点。"}).status_code == 302


def test_a_question_to_all_stands_on_the_to_do_of_each_unit(open_as, office, county, other_county):
    task = make_task(units=[county, other_county])
    question = make_question(task, office, part=None)
    unit = factories.make_user(Role.UNIT_HEAD, other_county)
    todo = text_of(open_as(unit).get("/todo/"))
    assert step("answer-question", question) in todo
    assert f"{task.code} {task.title}" in todo


def test_each_page_names_of_whom_it_is_asked(open_as, office, leader, editor, county, other_county):
    task = make_task(units=[county, other_county])
    make_question(task, office, unit=county, text="甲")
    make_question(task, office, part=None, text="乙")
    make_question(task, leader, addressee=Addressee.OFFICE, part=None, text="丙")
    make_question(task, editor, unit=county, addressee=Addressee.OFFICE, text="丁")
    shown = text_of(open_as(office).get(page_of(task)))
    for words in (
        "To 临江县",
        "To all responsible units",
        "To the rectification office",
        "about 临江县",
    ):
        assert words in shown
    labels = [
        label
        for user in (leader, editor)
        for _key, label in open_as(user)
        .get(reverse("ask", args=[task.code]))
        .context["form"]
        .fields["to"]
        .choices
    ]
    assert labels == [
        *("临江县", "望潮县", "The rectification office", "All responsible units"),
        *("The rectification office, about the part of 临江县", "All responsible units"),
    ]


def test_only_people_who_see_it_are_offered_with_unit_and_post(
    open_as, task, office, editor, county, other_editor, stranger
):
    for post, unit in (("科长", county), ("科员", factories.bureau())):
        factories.make_user(Role.UNIT_READER, unit, name="张伟", post=post)
    reader = factories.make_user(Role.ACCEPTANCE, factories.bureau(), name="张伟")
    form = open_as(office).get(reverse("ask", args=[task.code])).context["form"]
    offered = [label for _value, label in form.fields["mentions"].choices]
    assert "张伟 (临江县 科长)" in offered
    assert "张伟 (市生态环境局)" in offered
    assert "张伟 (市生态环境局 科员)" not in offered
    for person in (office, other_editor, stranger):
        assert not any(str(person) in label for label in offered)
    data = {"to": f"units-{part(task).pk}", "text": "？", "mentions": [stranger.pk, reader.pk]}
    refused = open_as(office).post(reverse("ask", args=[task.code]), data)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["mentions"]
    assert "does not see this" in text_of(refused)
    assert str(stranger) not in text_of(refused)
    assert not Question.objects.exists()


def test_who_deputises_without_a_role_is_offered_by_name(task, office, editor, open_as):
    deputy = factories.make_user(username="deputy", post="副主任")
    plain = factories.make_user(username="plain")
    today = localdate()
    for person in (deputy, plain):
        editor.deputies.create(
            deputy=person,
            starts_on=today,
            ends_on=today,
            reason="休假",
            given_by=editor,
            given_at=now(),
        )
    form = open_as(office).get(reverse("ask", args=[task.code])).context["form"]
    offered = [label for _value, label in form.fields["mentions"].choices]
    assert f"{deputy} (副主任)" in offered
    assert str(plain) in offered


def test_a_part_of_another_unit_cannot_be_asked_by_hand(open_as, editor, county, other_county):
    task = make_task(units=[county, other_county])
    ask = reverse("ask", args=[task.code])
    for to in (f"units-{part(task, other_county).pk}", f"units-{part(task, county).pk}", "x", ""):
        refused = open_as(editor).post(ask, {"to": to, "text": "？"})
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == ["to"]


def test_a_text_that_is_too_long_comes_back_whole(open_as, question, editor):
    answer = step("answer-question", question)
    for text, words in (("长" * 2001, "2000"), ("", "Fill this in")):
        refused = open_as(editor).post(answer, {"text": text})
        assert refused.status_code == 422
        assert words in text_of(refused)
        assert text in text_of(refused)


def test_a_file_is_named_where_it_may_be_seen(open_as, task, office, editor):
    file = check(SimpleUploadedFile("监测报告.pdf", b"%PDF-1.4 \n%%EOF"))
    evidence = make_report(task, files=[file]).evidence.get()
    browser = open_as(office)
    ask = reverse("ask", args=[task.code])
    assert "监测报告.pdf" in text_of(browser.get(ask))
    data = {"to": f"units-{part(task).pk}", "text": "这份报告？", "evidence": evidence.pk}
    assert browser.post(ask, data).status_code == 302
    shown = text_of(open_as(editor).get(page_of(task)))
    assert reverse("evidence-page", args=[evidence.pk]) in shown
    other = make_task()
    assert "evidence" not in browser.get(reverse("ask", args=[other.code])).context["form"].fields


def test_a_folded_part_is_open_where_something_of_it_is_filled_in(open_as, task, office, editor):
    data = {"to": "", "text": "？", "mentions": [editor.pk]}
    refused = open_as(office).post(reverse("ask", args=[task.code]), data)
    assert refused.context["form"].says_further
    assert not open_as(office).get(reverse("ask", args=[task.code])).context["form"].says_further


def test_an_author_corrects_for_a_while_and_takes_back_at_any_time(
    open_as, task, office, editor, auditor, question
):
    fresh = make_answer(question, editor, at=now(), text="七月地通水。", mentions=[office])
    unit = open_as(editor)
    shown = text_of(unit.get(page_of(task)))
    assert step("correct-answer", fresh) in shown
    assert step("take-back-answer", fresh) in shown
    assert step("take-back-question", question) not in shown
    own = text_of(open_as(office).get(page_of(task)))
    assert step("take-back-question", question) in own
    assert step("correct-question", question) not in own  # It is older than that.
    assert "七月地通水。" in text_of(unit.get(step("correct-answer", fresh)))
    unit.post(step("correct-answer", fresh), {"text": "七月底通水。"})
    shown = text_of(unit.get(page_of(task)))
    assert "七月底通水。" in shown
    assert "corrected" in shown
    assert "七月地通水。" not in shown
    assert "七月地通水。" in text_of(open_as(auditor).get(page_of(task)))

    late = open_as(office).post(step("correct-question", question), {"text": "改"})
    assert late.status_code == 422
    assert "within 15 minutes" in text_of(late)

    assert "七月底通水。" in text_of(unit.get(step("take-back-answer", fresh)))
    unit.post(step("take-back-answer", fresh))
    open_as(office).post(step("take-back-question", question))
    shown = text_of(unit.get(page_of(task)))
    assert shown.count("Its author took this back.") == 2
    assert question.text not in shown
    assert "七月底通水。" not in shown
    assert step("answer-question", question) not in shown
    kept = text_of(open_as(auditor).get(page_of(task)))
    for text in (question.text, "七月底通水。", "七月地通水。"):
        assert text in kept
    assert question.text not in text_of(unit.get(step("answer-question", question)))
    again = unit.post(step("take-back-answer", fresh))
    assert again.status_code == 422
    assert "taken back already" in text_of(again)
    assert fresh.text not in text_of(unit.get(step("take-back-answer", fresh)))


@pytest.mark.parametrize("name", ["correct-question", "take-back-question"])
def test_nobody_else_changes_a_text(open_as, question, editor, name):
    assert open_as(editor).post(step(name, question), {"text": "改"}).status_code == 403


def test_other_units_of_a_shared_task_find_nothing_of_it(
    open_as, office, county, other_county, other_editor
):
    task = make_task(units=[county, other_county])
    own = make_question(task, office, unit=county, text="只问临江县")
    answer = make_answer(own, office)
    browser = open_as(other_editor)
    assert "只问临江县" not in text_of(browser.get(page_of(task)))
    for name, row in (
        *(("answer-question", own), ("settle-question", own), ("correct-question", own)),
        *(("correct-answer", answer), ("take-back-answer", answer)),
    ):
        assert browser.get(step(name, row)).status_code == 404
    page = browser.get(task.get_absolute_url())
    assert page.context["task"].open_questions == 0


def test_the_task_page_has_the_way_there_with_counts_and_prints_nothing_of_it(
    open_as, task, office, editor, reader
):
    def counts(user):
        found = open_as(user).get(task.get_absolute_url())
        assert page_of(task) in text_of(found)
        return found.context["task"].open_questions, found.context["task"].unanswered

    assert counts(reader) == (0, 0)
    first, _second = (make_question(task, office, text=text) for text in "甲乙")
    make_answer(first, editor)
    assert counts(reader) == (2, 1)
    discussions.settle(actor=office, question_id=first.pk, at=now())
    assert counts(office) == (1, 1)
    shown = text_of(open_as(reader).get(task.get_absolute_url()))
    assert '<section class="panel no-print" id="questions">' in shown
    assert "甲" not in shown
    past = text_of(open_as(reader).get(f"{task.get_absolute_url()}?asof=2022-06-02"))
    assert page_of(task) not in past


def test_nothing_of_it_is_in_a_ledger_or_a_file_of_the_task(open_as, task, office, editor):
    make_answer(make_question(task, office, text="内部沟通一句"), editor, text="内部答复一句")
    browser = open_as(office)
    for address in (
        task.get_absolute_url(),
        "/tasks/export/",
        *(f"/workbooks/?form={form}" for form in ("ledger", "summary")),
    ):
        answer = browser.get(address, follow=True)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert "内部".encode() not in content


def test_more_questions_cost_no_more_queries(
    open_as, task, office, county_office, editor, auditor, django_assert_max_num_queries
):
    file = check(SimpleUploadedFile("监测报告.pdf", b"%PDF-1.4 \n%%EOF"))
    evidence = make_report(task, files=[file]).evidence.get()
    for number in range(25):
        question = make_question(task, office, text=f"第{number}问", mentions=[editor])
        answer = make_answer(question, editor, mentions=[office], evidence=evidence)
        if number % 2:
            discussions.take_back(actor=editor, remark=answer, at=now())
    for user in (office, county_office, editor, auditor):
        browser = open_as(user)
        browser.get(page_of(task))
        with django_assert_max_num_queries(QUERIES):
            first = browser.get(page_of(task))
    assert len(first.context["threads"]) == 20
    assert len(browser.get(f"{page_of(task)}?page=2").context["threads"]) == 5
    for user, address in (
        (editor, step("answer-question", Question.objects.first())),
        (county_office, reverse("ask", args=[task.code])),
        (editor, "/todo/"),
    ):
        browser = open_as(user)
        browser.get(address)
        with django_assert_max_num_queries(QUERIES):
            assert browser.get(address).status_code == 200
    assert Answer.objects.count() == 25


def test_a_form_fits_into_the_list_by_its_name(open_as, question, editor, office, task):
    answer = text_of(open_as(editor).get(step("answer-question", question)))
    assert f'id="reply-{question.pk}"' in answer
    assert f'action="{step("answer-question", question)}"' in answer
    assert 'id="ask"' in text_of(open_as(office).get(reverse("ask", args=[task.code])))
    listed = text_of(open_as(office).get(page_of(task)))
    assert f'id="reply-{question.pk}"' in listed
    assert "writing.js" in listed
