"""The forms of one attempt at closure: sheets to be printed, documents to be downloaded."""

from io import BytesIO
from urllib.parse import quote

import pytest
from docx import Document

from tests import closing
from tests.closing import completed_task

QUERIES = 15
NAMES = ("application", "opinion", "notice")


@pytest.fixture
def applied(county, editor, bureau):
    return closing.apply(completed_task(number=19, title="截污纳管", units=[county]), editor)


@pytest.fixture
def passed(applied, acceptance):
    closing.take(applied, acceptance)
    return closing.decide(applied, acceptance)


@pytest.fixture
def notice(passed, office):
    return closing.publish(passed, office)


def sheet(browser, closure, name):
    answer = browser.get(f"/closures/{closure.pk}/{name}/")
    return answer.status_code, answer.content.decode()


def document(browser, closure, name):
    return browser.get(f"/closures/{closure.pk}/documents/{name}/")


def test_the_application_is_a_sheet_with_everything_that_is_known(open_as, reader, passed):
    status, text = sheet(open_as(reader), passed, "application")

    assert status == 200
    for words in ("截污纳管", "周向东", "July 4, 2022", "☑ passed", "许文澜", "Seal:"):
        assert words in text
    assert "None" not in text.split("<article", 1)[1].split("</article>", 1)[0]


def test_before_the_acceptance_its_boxes_are_empty(open_as, reader, applied):
    _status, text = sheet(open_as(reader), applied, "application")

    assert "□ passed" in text
    assert "许文澜" not in text
    assert 'class="ruled"' in text


def test_the_opinion_is_there_once_it_was_decided(open_as, reader, applied, acceptance):
    browser = open_as(reader)

    assert sheet(browser, applied, "opinion")[0] == 404
    closing.decide(closing.take(applied, acceptance), acceptance)

    status, text = sheet(browser, applied, "opinion")
    assert status == 200
    for words in ("4. Acceptance opinion", "同意销号", "许文澜", "市生态环境局 (seal)"):
        assert words in text


def test_a_failed_acceptance_has_an_opinion_too(open_as, reader, applied, acceptance):
    closing.decide(closing.take(applied, acceptance), acceptance, passes=False)

    assert "☑ failed" in sheet(open_as(reader), applied, "opinion")[1]


def test_documents_come_as_the_procedure_does(open_as, reader, applied, acceptance, office):
    browser = open_as(reader)

    def there():
        found = []
        for name in NAMES:
            answer = document(browser, applied, name)
            found.append(answer.status_code)
            if answer.status_code == 200:
                Document(BytesIO(b"".join(answer.streaming_content)))
        return found

    assert there() == [200, 404, 404]
    closing.decide(closing.take(applied, acceptance), acceptance)
    assert there() == [200, 200, 404]
    closing.publish(applied, office)
    assert there() == [200, 200, 200]
    assert document(browser, applied, "letter").status_code == 404


def test_a_document_is_named_after_the_task_and_the_unit(open_as, reader, applied, county):
    answer = document(open_as(reader), applied, "application")

    assert quote(f"Application for closure_19_{county.label}.docx") in answer["Content-Disposition"]
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    b"".join(answer.streaming_content)


def test_the_closure_page_leads_to_what_there_is(open_as, reader, passed):
    text = open_as(reader).get(f"/closures/{passed.pk}/").content.decode()

    for name in ("application", "opinion"):
        assert f'href="/closures/{passed.pk}/{name}/"' in text
        assert f'href="/closures/{passed.pk}/documents/{name}/"' in text
    assert f'href="/closures/{passed.pk}/documents/notice/"' not in text


def test_a_draft_of_the_notice_has_no_document(open_as, office, passed):
    text = sheet(open_as(office), passed, "notice")[1]

    assert "A draft" in text
    assert "documents/notice" not in text


@pytest.mark.parametrize("name", NAMES)
def test_no_sheet_takes_more_than_a_few_queries(
    open_as, office, notice, name, django_assert_max_num_queries
):
    browser = open_as(office)
    sheet(browser, notice.closure, name)
    with django_assert_max_num_queries(QUERIES):
        assert sheet(browser, notice.closure, name)[0] == 200
