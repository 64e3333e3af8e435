"""What a list understands of its address, and what it makes of the rest."""

from datetime import date

import pytest
from django.test import RequestFactory

from tests.factories import (
    complete,
    make_issue,
    make_medium,
    make_report,
    make_task,
    make_unit,
    moment,
    part,
)
from tracker.choices import ShownStatus
from tracker.filters.address import LONGEST, TOLD, link, tidy
from tracker.filters.issues import filtered_issues
from tracker.filters.tasks import filtered_tasks
from tracker.operations import assignments, entering

TODAY = date(2023, 10, 31)

pytestmark = pytest.mark.django_db


def asking(user, query="", as_of=TODAY):
    """A request for a list on a day, as the middleware leaves it."""
    request = RequestFactory().get(f"/tasks/{query}")
    request.user = user
    request.today = TODAY
    request.as_of = as_of
    request.is_past = as_of != TODAY
    request.ignored = []
    return request


@pytest.fixture
def numbers_of(inspection):
    """``numbers_of(user, query)``: the numbers of the tasks listed, in their order."""

    def numbers(user, query="", as_of=TODAY):
        rows, chosen = filtered_tasks(asking(user, query, as_of), inspection)
        assert {task.pk for task in rows} == {task.pk for task in chosen.listing}
        return [task.number for task in chosen.listing]

    return numbers


@pytest.fixture
def small_list(county, other_county, town):
    """1 overdue in the county, 2 open in its town, 3 completed elsewhere, 4 of both counties."""
    late = make_task(number=1, units=[county], due_on=date(2023, 6, 30))
    soon = make_task(number=2, units=[town], due_on=date(2023, 11, 15))
    complete(make_task(number=3, units=[other_county]))
    shared = make_task(number=4, units=[county, other_county], due_on=date(2024, 6, 30))
    complete(shared, unit=county)
    for task, unit in ((late, county), (soon, town), (shared, other_county)):
        make_report(task, percent=95, on=date(2023, 10, 20), unit=unit)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 4, 3]),
        ("?unit=linjiang", [1, 2, 4]),
        ("?unit=linjiang,donghai", [1, 2, 4, 3]),
        ("?unit=shatian&unit=donghai", [2, 4, 3]),
        ("?status=overdue", [1]),
        ("?status=overdue,awaiting_closure", [1, 3]),
        ("?status=open", [1, 2, 4]),
        ("?status=completed", [3]),
        ("?unit=linjiang&status=completed", [4]),
        ("?due=30", [2]),
        ("?due=14", []),
        ("?due=15", [2]),
        ("?medium=water", [1, 2, 4, 3]),
        ("?acceptance=bureau", [1, 2, 4, 3]),
        ("?sort=number", [1, 2, 3, 4]),
        ("?sort=-number", [4, 3, 2, 1]),
        ("?sort=due", [1, 2, 3, 4]),
        ("?sort=-due", [4, 3, 2, 1]),
        ("?sort=-status", [3, 2, 4, 1]),
    ],
)
def test_each_filter_leaves_its_rows_in_its_order(office, small_list, numbers_of, query, numbers):
    assert numbers_of(office, query) == numbers


@pytest.mark.parametrize(
    "query",
    [
        "?q=截污",
        "?q=2022s2-7",
        "?q=第七项",
        "?q=7",
        "?q=黑臭水体",
        "?q=雨污混接",
        "?q=管网改造",
        "?q=断面达标",
        "?q=临江",
        "?q=临江 截污",
    ],
)
def test_a_word_is_found_in_all_that_a_task_says(office, county, other_county, numbers_of, query):
    issue = make_issue(title="黑臭水体反弹", text="督察发现雨污混接。")
    make_task(
        number=7,
        number_printed="第七项",
        title="截污工程滞后",
        goal="断面达标",
        issue=issue,
        units=[county],
        measures=[entering.MeasurePlan(text="实施管网改造")],
    )
    make_task(number=8, units=[other_county], issue=make_issue())

    assert numbers_of(office, query) == [7]


def test_every_word_must_be_found(office, county, numbers_of):
    make_task(number=7, title="截污工程", units=[county])

    assert numbers_of(office, "?q=截污 绿化") == []


def test_what_has_begun_does_not_go_before_what_is_due_sooner(office, county, numbers_of):
    begun = make_task(number=1, units=[county], due_on=date(2025, 12, 31))
    make_report(begun, percent=90, on=date(2023, 10, 1))
    make_task(number=2, units=[county], on=date(2023, 10, 1), due_on=date(2024, 12, 31))

    assert numbers_of(office) == [2, 1]


def test_tasks_without_a_date_come_last_either_way(office, county, numbers_of):
    make_task(number=1, units=[county], due_on=None)
    make_task(number=2, units=[county])

    assert numbers_of(office, "?sort=due") == [2, 1]
    assert numbers_of(office, "?sort=-due") == [2, 1]


def test_the_list_is_that_of_the_day(office, county, numbers_of):
    make_task(number=1, units=[county], on=date(2022, 4, 15))
    make_task(number=2, units=[county], on=date(2022, 6, 1))

    assert numbers_of(office, as_of=date(2022, 5, 1)) == [1]
    assert numbers_of(office, "?status=overdue", as_of=date(2024, 1, 1)) == [1, 2]
    assert numbers_of(office, "?status=overdue", as_of=date(2023, 12, 31)) == []


def test_a_task_stands_on_past_days_under_the_unit_of_the_day(
    office, county, other_county, numbers_of
):
    task = make_task(number=1, units=[county])
    on = date(2022, 9, 1)
    said = {"actor": office, "version": None, "on": on, "at": moment(on), "note": "移交"}
    assignments.add_unit(task_id=task.pk, unit=other_county, is_lead=False, **said)
    assignments.remove_unit(assignment_id=part(task, county).pk, **said)

    assert numbers_of(office, "?unit=linjiang") == []
    assert numbers_of(office, "?unit=linjiang", as_of=date(2022, 8, 1)) == [1]
    assert numbers_of(office, "?unit=donghai") == [1]


def test_staff_of_a_unit_find_only_their_own_part(
    editor, small_list, numbers_of, inspection, other_editor
):
    assert numbers_of(editor) == [1, 2, 4]
    assert numbers_of(other_editor) == [4, 3]

    rows, chosen = filtered_tasks(asking(editor), inspection)
    assert {task.number: task.shown for task in rows}[4] == ShownStatus.AWAITING_CLOSURE
    assert [code for code, _label in chosen.unit_choices] == ["linjiang", "shatian"]


def test_a_unit_out_of_reach_is_as_unknown_as_one_that_does_not_exist(
    editor, small_list, inspection
):
    request = asking(editor, "?unit=donghai")

    _rows, chosen = filtered_tasks(request, inspection)

    assert [task.number for task in chosen.listing] == [1, 2, 4]
    assert request.ignored == ["donghai"]


def test_who_accepts_tasks_sees_them_whole(acceptance, small_list, inspection):
    rows, _chosen = filtered_tasks(asking(acceptance), inspection)

    assert {task.number: task.shown for task in rows}[4] != ShownStatus.AWAITING_CLOSURE


def test_counts_agree_with_the_rows(office, small_list, inspection):
    _rows, chosen = filtered_tasks(asking(office, "?unit=linjiang&status=open"), inspection)

    counts = chosen.counts(30)

    assert counts["found"] == 2
    assert counts["soon"] == 1
    assert counts["overdue"] == 1
    assert counts["awaiting_closure"] == 1


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("?unit=nowhere&status=wrong,overdue", ["nowhere", "wrong"]),
        ("?colour=red", ["colour"]),
        ("?due=-1", ["-1"]),
        ("?due=1e999", ["1e999"]),
        ("?due=99999999999999999999", ["99999999999999999999"]),
        ("?sort=secret", ["secret"]),
        ("?sort=-", ["-"]),
        ("?medium=%00", []),
        ("?status=%ED%A0%80", ["\ufffd\ufffd\ufffd"]),
    ],
)
def test_what_is_not_understood_is_left_out_and_told(
    office, small_list, inspection, query, ignored
):
    request = asking(office, query)

    rows, _chosen = filtered_tasks(request, inspection)

    assert len(rows) in (1, 4)
    assert request.ignored == ignored


def test_a_search_is_cut_to_a_few_words_and_says_so(office, county, inspection):
    request = asking(office, "?q=one two three four five six")

    _rows, chosen = filtered_tasks(request, inspection)

    assert chosen.chosen["q"] == ["one", "two", "three", "four", "five"]
    assert len(request.ignored) == 1


def test_an_endless_address_is_cut_and_told_in_few_words(office):
    request = asking(office, f"?q={'长' * 10**6}&x={'y' * 10**6}&{'z' * 10**6}=1")

    tidy(request, {"q"})

    assert len(request.GET.urlencode()) < 10 * LONGEST
    assert list(request.GET) == ["q"]
    assert all(len(word) <= TOLD + 1 for word in request.ignored)


def test_a_link_keeps_what_it_does_not_change_and_goes_to_the_first_page(office):
    request = asking(office, "?unit=a,b&status=open&page=3")
    tidy(request, {"unit", "status"})

    assert link(request, status=None) == "?unit=a,b"
    assert link(request, density="tight") == "?unit=a,b&status=open&density=tight"


def test_chips_say_the_filters_in_words_and_lead_away_from_each(office, small_list, inspection):
    _rows, chosen = filtered_tasks(asking(office, "?unit=linjiang&due=30&q=a b"), inspection)

    chips = {str(chip["label"]): (chip["value"], chip["url"]) for chip in chosen.chips()}

    assert len(chips) == 3
    assert ("临江县", "?due=30&q=a%20b") in chips.values()
    assert chosen.without_filters() == "?"


@pytest.fixture
def issues_of(inspection):
    def numbers(user, query="", as_of=TODAY):
        rows, _chosen = filtered_issues(asking(user, query, as_of), inspection)
        return [(issue.number, issue.shown) for issue in rows]

    return numbers


def test_an_issue_is_as_far_as_the_least_advanced_of_its_tasks(
    office, editor, county, other_county, issues_of
):
    issue = make_issue(number=1)
    complete(make_task(number=1, issue=issue, units=[county]))
    make_task(number=2, issue=issue, units=[other_county], due_on=date(2023, 6, 30))
    make_issue(number=2)

    assert issues_of(office) == [(1, ShownStatus.OVERDUE), (2, None)]
    assert issues_of(editor) == [(1, ShownStatus.AWAITING_CLOSURE)]
    assert issues_of(office, "?unit=linjiang") == [(1, ShownStatus.AWAITING_CLOSURE)]
    assert issues_of(office, "?status=overdue") == [(1, ShownStatus.OVERDUE)]
    assert issues_of(office, as_of=date(2022, 4, 1)) == [(1, None), (2, None)]


def test_issues_are_filtered_by_category_source_and_words(office, issues_of, city):
    air = make_medium("air", "大气")
    make_issue(number=1, medium=air, text="扬尘")
    make_issue(number=2, unit=make_unit("海角镇", city))

    assert issues_of(office, "?medium=air") == [(1, None)]
    assert issues_of(office, "?source=province&sort=-number") == [(2, None), (1, None)]
    assert issues_of(office, "?q=扬尘") == [(1, None)]
    assert issues_of(office, "?q=2022s2-2") == [(2, None)]
    assert issues_of(office, "?q=海角") == [(2, None)]
