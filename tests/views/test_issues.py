"""The page of an inspection issue, and the pages on which issues are entered and corrected."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tracker.choices import EventKind, ShownStatus
from tracker.models import Event, Issue
from tracker.operations import annulment, issues

DUE = date(2090, 12, 31)
EARLIER = "?asof=2022-06-15"
QUERIES = 15


@pytest.fixture
def issue(county):
    return factories.make_issue(
        number=9, title="沙渚河口污染", text="沙渚河口长期有污水直排。", page="第11页", unit=county
    )


@pytest.fixture
def task(issue, county):
    return factories.make_task(issue=issue, units=[county], number=19, due_on=DUE)


def page_of(browser, issue, query=""):
    return browser.get(reverse("issue", args=[issue.code]) + query)


def said(issue, **values):
    return {
        "version": issue.version,
        "number_printed": str(issue.number),
        "title": issue.title,
        "text": issue.text,
        "source": issue.source_id,
        "medium": issue.medium_id,
        "unit": issue.unit_id or "",
        "page": issue.page,
        "note": "照原文更正",
    } | values


def test_the_page_quotes_the_inspection_and_names_the_tasks(open_as, office, issue, task):
    response = page_of(open_as(office), issue)

    page = response.content.decode()
    assert "沙渚河口长期有污水直排。" in page
    assert "第11页" in page
    assert reverse("task", args=[task.code]) in page
    assert response.context["shown"] == ShownStatus.NOT_STARTED


def test_the_state_is_that_of_the_least_advanced_task_on_the_day(open_as, office, issue, county):
    for number in (1, 2):
        task = factories.make_task(issue=issue, units=[county], number=number, due_on=DUE)
        if number == 1:
            factories.complete(task, on=date(2022, 7, 1))
    browser = open_as(office)

    assert page_of(browser, issue).context["shown"] == ShownStatus.NOT_STARTED
    factories.complete(task, on=date(2022, 8, 1))
    now = page_of(browser, issue).context
    assert (now["shown"], now["completed"], now["under_way"]) == (
        ShownStatus.AWAITING_CLOSURE,
        2,
        0,
    )
    assert page_of(browser, issue, EARLIER).context["completed"] == 0


def test_an_issue_all_of_whose_tasks_are_closed_is_closed(open_as, office, issue, county):
    factories.make_task(
        issue=issue,
        units=[county],
        taken_over=True,
        at=factories.moment(date(2022, 9, 1)),
        completed_on=date(2022, 7, 1),
        closed_on=date(2022, 8, 1),
    )

    browser = open_as(office)
    assert page_of(browser, issue).context["shown"] == ShownStatus.CLOSED
    before = page_of(browser, issue, "?asof=2022-07-15").context["shown"]
    assert before == ShownStatus.AWAITING_CLOSURE


def test_an_issue_without_a_task_says_so(open_as, office, issue):
    page = page_of(open_as(office), issue).content.decode()

    assert "no task yet" in page
    assert "No task answers it on this day." in page


def test_drafts_are_named_apart_and_only_to_the_office(open_as, office, leader, issue, county):
    draft = factories.make_task(issue=issue, units=[county], number=5, issued=False)

    assert page_of(open_as(office), issue).context["aside"] == [draft]
    assert page_of(open_as(leader), issue).context["aside"] == []


def test_a_unit_sees_issues_with_a_task_of_its_own_only(open_as, editor, other_editor, issue, task):
    assert page_of(open_as(editor), issue).status_code == 200
    assert page_of(open_as(other_editor), issue).status_code == 404


def test_nobody_but_the_office_enters_or_corrects_issues(open_as, editor, leader, issue, task):
    for person in (editor, leader):
        browser = open_as(person)
        response = browser.get(reverse("new-issue"))
        assert response.status_code == 403
        assert "may not do that" in response.content.decode()
        assert browser.post(reverse("correct-issue", args=[issue.code])).status_code == 403
        assert (
            reverse("correct-issue", args=[issue.code])
            not in page_of(browser, issue).content.decode()
        )


def test_nothing_is_edited_on_a_past_day(open_as, office, issue, task):
    browser = open_as(office)
    link = reverse("correct-issue", args=[issue.code])

    assert link in page_of(browser, issue).content.decode()
    past = page_of(browser, issue, EARLIER).content.decode()
    assert link not in past
    assert "/annul/" not in past


def test_the_office_enters_an_issue(open_as, office, inspection, county):
    factories.make_issue(number=8)
    browser = open_as(office)
    form = browser.get(reverse("new-issue")).context["form"]
    assert form["number_printed"].value() == 9
    assert form["on"].value() == inspection.feedback_on

    data = {
        "number_printed": "第十二项",
        "title": "沙渚河口污染",
        "text": "原文",
        "source": factories.make_source().pk,
        "medium": factories.make_medium().pk,
        "on": "2022-02-28",
    }
    response = browser.post(reverse("new-issue"), data)

    issue = Issue.objects.get(number=12)
    assert response.url == issue.get_absolute_url()
    assert issue.number_printed == "第十二项"
    assert Event.objects.get(issue=issue).effective_on == date(2022, 2, 28)


@pytest.mark.parametrize(
    ("number", "words"),
    [("9", "Issue number 9 is already taken"), ("十九点一", "is not an item number")],
)
def test_a_number_that_does_not_fit_is_refused_with_what_was_typed(
    open_as, office, issue, number, words
):
    data = said(issue, number_printed=number, text="一字不差的原文", on="2022-02-28")
    response = open_as(office).post(reverse("new-issue"), data)

    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "一字不差的原文" in page
    assert Issue.objects.count() == 1


def test_without_an_inspection_there_is_nowhere_to_enter_an_issue(open_as, office):
    assert open_as(office).get(reverse("new-issue")).status_code == 404


def test_a_correction_shows_both_wordings_in_the_record(open_as, office, issue, other_county):
    browser = open_as(office)
    data = said(issue, number_printed="10", text="更正后的原文", unit=other_county.pk)

    response = browser.post(reverse("correct-issue", args=[issue.code]), data)

    assert response.url == reverse("issue", args=["2022s2-10"])
    [entry, _created] = browser.get(response.url).context["entries"]
    changes = {change.label: (change.before, change.after) for change in entry.changes}
    assert changes["territory"] == ("临江县", "望潮县")
    assert changes["original text"] == ("沙渚河口长期有污水直排。", "更正后的原文")


def test_the_second_of_two_editors_is_told_and_loses_nothing(open_as, office, issue):
    browser = open_as(office)
    address = reverse("correct-issue", args=[issue.code])
    mine = said(issue, title="我的标题")
    browser.post(address, said(issue, title="别人的标题"))

    response = browser.post(address, mine)

    assert response.status_code == 409
    page = response.content.decode()
    assert "别人的标题" in page
    assert "我的标题" in page
    assert Issue.objects.get(pk=issue.pk).title == "别人的标题"
    browser.post(address, mine | {"version": response.context["form"].data["version"]})
    assert Issue.objects.get(pk=issue.pk).title == "我的标题"


def test_the_annul_button_takes_the_issue_back(open_as, office, leader, issue):
    browser = open_as(office)
    page = page_of(browser, issue).content.decode()
    [sequence] = re.findall(r'btn btn-s" href="/record/(\d+)/annul/', page)

    response = browser.post(reverse("annul", args=[sequence]), {"reason": "重复录入"})

    assert response.status_code == 302
    issue.refresh_from_db()
    assert issue.is_annulled
    page = page_of(browser, issue).content.decode()
    assert "This issue was annulled" in page
    assert "重复录入" in page
    assert page_of(open_as(leader), issue).status_code == 404
    assert browser.get(reverse("correct-issue", args=[issue.code])).status_code == 404


def test_the_record_shows_what_an_annulled_correction_was(open_as, office, issue):
    fixed = issues.correct_issue(
        actor=office,
        issue_id=issue.pk,
        version=1,
        changes={"is_typical": True, "page": ""},
        on=date(2022, 9, 1),
        at=factories.moment(date(2022, 9, 1)),
        note="典型案例",
    )
    event = Event.objects.get(issue=issue, kind=EventKind.CORRECTED)
    at = factories.moment(date(2022, 9, 2))
    annulment.annul(actor=office, event_id=event.pk, reason="并非典型", at=at)

    [entry, _created] = page_of(open_as(office), fixed).context["entries"]
    assert entry.annulment.note == "并非典型"
    assert not entry.can_be_annulled
    assert {change.after for change in entry.changes} == {"yes", "—"}


def test_ten_times_the_tasks_make_no_more_queries(
    open_as, office, issue, county, other_county, django_assert_max_num_queries
):
    browser = open_as(office)
    factories.make_task(issue=issue, units=[county], number=1)
    page_of(browser, issue)
    with django_assert_max_num_queries(QUERIES) as few:
        page_of(browser, issue)
    for number in range(2, 12):
        factories.make_task(issue=issue, units=[county, other_county], number=number)
    with django_assert_max_num_queries(len(few)):
        page_of(browser, issue)
