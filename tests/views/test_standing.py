"""The pages of standing tasks after their closure, and what the look-back page makes of them."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate, now

from tests import factories
from tests.factories import make_closed, part
from tests.operations.test_lookbacks import look
from tracker.models import StandingConfirmation
from tracker.operations import progress, standing

pytestmark = pytest.mark.django_db

QUERIES = 15
ALL_AT_ONCE = 18
"""For the to-do of the office, which asks about every subject, with plans among them."""
YEAR = localdate().year
CLOSED = date(YEAR - 1, 3, 1)
WORDS = "现场抽查三处点位，未见反弹。"


@pytest.fixture
def task(county, office):
    return make_closed(on=CLOSED, completed_on=CLOSED - timedelta(days=5), due_on=None)


def form_of(task):
    return reverse("confirm-standing", args=[task.code, part(task).unit.code])


def said(task, **values):
    return {
        "version": part(task).version,
        "year": f"{YEAR}",
        "holds": "yes",
        "text": WORDS,
        "on": localdate().isoformat(),
        **values,
    }


def confirm(task, editor, holds=True):
    return standing.confirm_standing(
        actor=editor,
        assignment_id=part(task).pk,
        version=None,
        year=YEAR,
        holds=holds,
        text=WORDS,
        on=localdate(),
        at=now(),
    )


def text_of(answer):
    return " ".join(answer.content.decode().split())


class TestTheForm:
    def test_a_unit_confirms_from_the_page_of_its_task(self, open_as, editor, task):
        browser = open_as(editor)
        assert form_of(task) in text_of(browser.get(task.get_absolute_url()))
        assert f"{YEAR}-12-31" in text_of(browser.get(form_of(task)))
        pdf = SimpleUploadedFile("台账.pdf", b"%PDF-1.4 \n%%EOF")
        answer = browser.post(form_of(task), said(task, documents=pdf), follow=True)
        page = text_of(answer)
        assert "The confirmation was recorded." in page
        assert f"Confirmed for {YEAR}: the result holds" in page
        assert "台账.pdf" in page
        assert "Yearly confirmations" in page
        assert form_of(task) not in page

    def test_a_result_that_is_gone_is_shown_to_the_office(self, open_as, editor, office, task):
        answer = open_as(editor).post(form_of(task), said(task, holds="no"), follow=True)
        assert "told to look back" in text_of(answer)
        browser = open_as(office)
        page = text_of(browser.get("/lookbacks/"))
        assert "No longer holding, by the word of the unit" in page
        way = reverse("look-back", args=[task.code, part(task).unit.code])
        assert way in page
        page = text_of(browser.get(f"/lookbacks/?asof={localdate() - timedelta(days=1)}"))
        assert "No longer holding" not in page

    def test_a_refusal_keeps_the_text(self, open_as, editor, task):
        answer = open_as(editor).post(form_of(task), said(task, text="很好"))
        assert answer.status_code == 422
        assert "in at least 10 characters" in text_of(answer)
        assert "很好" in text_of(answer)

    def test_where_nothing_waits_the_page_says_so(self, open_as, editor, task, county):
        confirm(task, editor)
        page = text_of(open_as(editor).get(form_of(task)))
        assert "Nothing is to be confirmed now" in page
        assert WORDS in page
        for other in (make_closed(on=CLOSED), factories.make_task(due_on=None)):
            assert "Nothing is to be confirmed now" in text_of(open_as(editor).get(form_of(other)))


class TestTheList:
    def test_the_parts_of_a_year(self, open_as, office, editor, task, county):
        make_closed(on=CLOSED, completed_on=CLOSED - timedelta(days=5), due_on=None)
        confirm(task, editor)
        browser = open_as(office)
        page = browser.get("/standing/")
        assert [tab["count"] for tab in page.context["tabs"]] == [2, 1, 0, 1, 0]
        assert "1 of 2 confirmed" in text_of(page)
        page = browser.get("/standing/?show=confirmed")
        assert [line["row"].task for line in page.context["rows"]] == [task]
        page = browser.get("/standing/?show=failing")
        assert "Nothing waits here" in text_of(page)
        page = browser.get(f"/standing/?show=nonsense&year={YEAR - 9}")
        assert len(page.context["rows"]) == 2
        assert "/standing/" in text_of(browser.get("/lookbacks/"))

    def test_what_is_to_be_done_stands_beside_it(self, open_as, office, editor, task):
        assert form_of(task) in text_of(open_as(editor).get("/standing/"))
        confirm(task, editor, holds=False)
        way = reverse("look-back", args=[task.code, part(task).unit.code])
        assert way in text_of(open_as(office).get("/standing/"))
        assert way not in text_of(open_as(editor).get("/standing/"))
        past = open_as(office).get(f"/standing/?asof={date(YEAR, 1, 5)}")
        assert [line["verb"] for line in past.context["rows"]] == [None]

    def test_earlier_years_can_be_read(self, open_as, leader, county, office):
        make_closed(on=date(2022, 8, 1), due_on=None)
        page = open_as(leader).get("/standing/?year=2023")
        assert [tab["count"] for tab in page.context["tabs"]] == [1, 0, 0, 1, 1]
        assert page.context["years"][-1] == (2023, True)
        assert "Overdue: 1" in text_of(page)

    def test_what_was_taken_up_again_is_not_confirmed(self, open_as, office, county):
        task = make_closed(on=date(YEAR - 2, 3, 1), completed_on=date(YEAR - 2, 2, 1), due_on=None)
        progress.reopen_assignment(
            actor=office,
            assignment_id=part(task).pk,
            version=None,
            percent=80,
            reason="群众反映反弹",
            on=localdate(),
            at=now(),
        )
        page = open_as(office).get(f"/standing/?year={YEAR - 1}")
        assert [line["verb"] for line in page.context["rows"]] == [None]

    def test_without_any_it_says_when_there_will_be(self, open_as, office, inspection):
        page = text_of(open_as(office).get("/standing/"))
        assert "from the year after their closing on" in page


def test_pages_take_few_queries(
    open_as, office, editor, acceptance, task, django_assert_max_num_queries
):
    for _number in range(3):
        make_closed(on=CLOSED, completed_on=CLOSED - timedelta(days=5), due_on=None)
    factories.make_lookback_plan([task], on=localdate(), due_on=localdate(), at=now())
    confirm(task, editor, holds=False)
    for person in (office, editor, acceptance):
        browser = open_as(person)
        for address in ("/standing/", "/lookbacks/", task.get_absolute_url()):
            with django_assert_max_num_queries(QUERIES):
                browser.get(address)
        with django_assert_max_num_queries(ALL_AT_ONCE):
            browser.get("/todo/")


def test_the_way_of_a_closed_task_shows_look_backs(open_as, office, task):
    def way(day):
        page = open_as(office).get(f"{task.get_absolute_url()}?asof={day}")
        return [(step.label, step.state) for step in page.context["steps"]][-1]

    assert way(CLOSED + timedelta(days=30)) == ("closed", "ok")
    assert way(CLOSED + timedelta(days=100)) == ("look-back", "now")
    look(task, office, on=CLOSED + timedelta(days=110))
    assert way(CLOSED + timedelta(days=120)) == ("looked back at", "ok")
    assert StandingConfirmation.objects.count() == 0


def test_the_to_do_leads_to_where_it_is_done(open_as, office, editor, county):
    late = make_closed(on=date(YEAR - 2, 3, 1), completed_on=date(YEAR - 2, 2, 1), due_on=None)
    factories.make_lookback_plan([late], on=localdate(), due_on=localdate(), at=now())
    page = text_of(open_as(editor).get("/todo/"))
    assert "Confirm that the result holds" in page
    assert form_of(late) in page
    page = text_of(open_as(office).get("/todo/"))
    batch = late.inspection.code
    assert f"/standing/?batch={batch}&amp;year={YEAR - 1}&amp;show=overdue" in page
    assert f"/lookbacks/?batch={batch}" in page
    assert late.inspection.lookback_plans.get().get_absolute_url() in page
