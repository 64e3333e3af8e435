"""The list pages, as people use them."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from tests.factories import (
    complete,
    make_issue,
    make_report,
    make_task,
    make_user,
    part,
    unit_of_code,
)
from tracker.choices import Role
from tracker.models import Membership, Task
from tracker.operations import assignments, entering

LISTS = ["/tasks/", "/issues/", "/units/"]


def rows_of(page):
    """The numbers of the rows, in their order."""
    return [int(cell) for cell in re.findall(r'<td class="code m">(\d+)</td>', page)]


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def small_list(county, other_county):
    make_task(number=1, units=[county], due_on=date(2022, 12, 31))
    complete(make_task(number=2, units=[other_county]))
    make_task(number=3, units=[county, other_county], due_on=localdate() + timedelta(20))


def test_the_list_begins_with_what_is_pressing(open_as, office, small_list):
    page = text_of(open_as(office).get("/tasks/"))

    assert rows_of(page) == [1, 3, 2]
    assert '<span role="status">1–3 of 3</span>' in page
    assert 'aria-sort="ascending"' in page


def test_tabs_count_what_they_lead_to(open_as, office, small_list):
    client = open_as(office)
    page = text_of(client.get("/tasks/?unit=linjiang&density=tight"))
    tabs = re.findall(
        r'<a href="(\?[^"]*)"[^>]*>(?:<svg.*?</svg>)?[^<]*<span class="n">(\d+)', page
    )

    assert [int(count) for _url, count in tabs] == [2, 2, 2, 1, 0]
    for url, count in tabs:
        url = url.replace("&amp;", "&")
        assert "unit=linjiang" in url
        assert "density=tight" in url
        assert len(rows_of(text_of(client.get(f"/tasks/{url}")))) == int(count)


def test_every_number_of_the_unit_tree_leads_to_a_list_that_adds_up(
    open_as, office, small_list, bureau
):
    client = open_as(office)
    for asof in ("", "?asof=2022-07-01"):
        page = text_of(client.get(f"/units/{asof}"))
        links = re.findall(r'<a(?: class="late")? href="(/tasks/\?[^"]*)">(\d+)</a>', page)
        assert len(links) > 8
        for url, count in links:
            listed = text_of(client.get(url.replace("&amp;", "&")))
            assert len(rows_of(listed)) == int(count), url


def test_the_line_of_the_city_itself_leads_to_its_own_tasks_alone(
    open_as, office, small_list, city
):
    make_task(number=9, units=[city])
    client = open_as(office)
    page = text_of(client.get("/"))

    [url, _completed] = re.findall(r'href="(/tasks/\?[^"]*unit=jianghai&amp;own=1[^"]*)"', page)

    assert rows_of(text_of(client.get(url.replace("&amp;", "&")))) == [9]
    whole = text_of(client.get("/tasks/?unit=jianghai"))
    assert len(rows_of(whole)) > 1


def test_staff_of_a_unit_see_their_own_part_of_the_list_and_the_tree(open_as, editor, small_list):
    client = open_as(editor)

    assert rows_of(text_of(client.get("/tasks/"))) == [1, 3]
    tree = text_of(client.get("/units/"))
    assert "临江县" in tree
    assert "望潮县" not in tree
    assert "New task" not in text_of(client.get("/tasks/"))


def test_a_note_says_that_only_a_part_is_shown(open_as, office, small_list):
    client = open_as(office)

    assert "chosen units' part" in text_of(client.get("/tasks/?unit=linjiang")).replace(
        "&#x27;", "'"
    )
    assert "chosen units" not in text_of(client.get("/tasks/"))


def test_a_past_day_offers_no_editing(open_as, office, small_list):
    client = open_as(office)

    for url, button in (
        ("/tasks/", "New task"),
        ("/issues/", "New issue"),
        ("/units/", "New unit"),
    ):
        assert button in text_of(client.get(url))
        assert button not in text_of(client.get(f"{url}?asof=2022-07-01"))


def test_what_was_not_understood_is_said(open_as, office, small_list):
    page = text_of(
        open_as(office).get("/tasks/?status=odd&cols=number,title,bad&page=9&per=7&density=wide")
    )

    assert "odd, bad, wide, 7, 9" in page
    assert rows_of(page) == [1, 3, 2]


def test_columns_stand_as_chosen(open_as, office, small_list):
    page = text_of(open_as(office).get("/tasks/?cols=status,number,title"))
    head = re.search(r"<thead>.*?</thead>", page, re.DOTALL).group()

    assert re.findall(r"<th [^>]*>(?:<a[^>]*>)?(\w[\w. ]*)", head) == ["State", "No.", "Task"]


def test_pages_are_turned_and_sized(open_as, office, county):
    for number in range(1, 24):
        make_task(number=number, units=[county])
    client = open_as(office)

    assert rows_of(text_of(client.get("/tasks/?per=20"))) == list(range(1, 21))
    assert rows_of(text_of(client.get("/tasks/?per=20&page=2"))) == [21, 22, 23]
    assert rows_of(text_of(client.get("/tasks/?per=20&page=99"))) == [21, 22, 23]


def test_an_empty_list_says_what_belongs_there(open_as, office, editor, inspection):
    assert "Import a list, or enter a task." in text_of(open_as(office).get("/tasks/"))
    assert "Enter the first one" in text_of(open_as(office).get("/issues/"))
    assert "Import a list" not in text_of(open_as(editor).get("/tasks/"))


def test_a_list_filtered_to_nothing_offers_to_clear_the_filters(open_as, office, small_list):
    page = text_of(open_as(office).get("/tasks/?q=nothing&density=tight"))

    assert "No task matches these filters." in page
    assert re.search(
        r'<a class="btn btn-s" href="\?density=tight"[^>]*>Clear the filters</a>', page
    )


@pytest.mark.parametrize("url", LISTS)
def test_without_an_inspection_a_list_is_empty(open_as, office, url):
    assert open_as(office).get(url).status_code == 200


def test_drafts_and_withdrawn_tasks_stand_apart_for_the_office(
    open_as, office, leader, small_list, county
):
    make_task(number=4, title="起草中的任务", units=[county], issued=False)

    assert "起草中的任务" in text_of(open_as(office).get("/tasks/"))
    assert "起草中的任务" not in text_of(open_as(office).get("/tasks/?asof=2023-01-01"))
    assert "起草中的任务" not in text_of(open_as(leader).get("/tasks/"))
    assert rows_of(text_of(open_as(office).get("/tasks/"))) == [1, 3, 2]


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(
    "value",
    ["%00", "1e999", "-1", "%ED%A0%80", "x" * 10**6, "%25_%25", "'\"<script>", ",,,", "9" * 5000],
)
def test_no_value_breaks_a_list(open_as, office, small_list, url, value):
    client = open_as(office)
    names = ["q", "unit", "status", "medium", "supervising", "due", "sort", "cols", "density"]
    query = "&".join(f"{name}={value}" for name in [*names, "page", "per", "asof", "batch", value])

    response = client.get(f"{url}?{query}")

    assert response.status_code == 200
    assert len(response.content) < 200_000
    assert b"<script>'" not in response.content


@pytest.mark.parametrize("query", ["", "?asof=2023-10-31", "?unit=linjiang&q=1&cols=measures,goal"])
@pytest.mark.parametrize("url", LISTS)
def test_more_rows_cost_no_more_queries(open_as, office, county, other_county, url, query):
    client = open_as(office)

    def queries():
        client.get(f"{url}{query}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{url}{query}").status_code == 200
        return len(seen)

    make_report(make_task(number=1, units=[county], title="任务1"))
    few = queries()
    for number in range(2, 12):
        issue = make_issue()
        task = make_task(number=number, units=[county, other_county], issue=issue, title="任务1")
        make_report(task, unit=county)
    assert queries() == few
    assert few <= 15


def test_a_task_keeps_its_name_in_its_row_whatever_it_is(open_as, office, county):
    make_task(
        number=1, units=[county], title='<b>"任务"</b>', measures=[entering.MeasurePlan(text="a")]
    )

    page = text_of(open_as(office).get("/tasks/"))

    assert "<b>" not in page.split("<tbody>")[1].split("</tbody>")[0]
    assert "&lt;b&gt;&quot;任务&quot;&lt;/b&gt;" in page


def test_every_way_to_change_a_list_renews_the_list_alone(open_as, office, small_list):
    page = text_of(open_as(office).get("/tasks/?q=1&per=20"))
    region = page[page.index('<div id="list"') : page.index("</main>")]
    ways = re.findall(r'<(?:a|form)[^>]*\shx-get="([^"]*)"[^>]*>', region)
    own = re.findall(r'<a[^>]*href="(\?[^"]*)"[^>]*>', region)

    assert {"/tasks/"} | {url for url in own if "asof=" not in url} == set(ways)
    assert page.count('id="list"') == page.count('id="messages"') == 1
    for way in re.findall(r"<[^>]*\shx-get=[^>]*>", region):
        assert 'hx-target="#list" hx-select="#list"' in way
        assert 'hx-push-url="true"' in way
        assert 'hx-indicator="#loading"' in way


def test_the_address_kept_after_a_change_is_the_tidied_one(open_as, office, small_list):
    client = open_as(office)
    url = "/tasks/?q=&unit=linjiang&unit=donghai&status=nonsense"

    assert client.get(url, headers={"HX-Request": "true"})["HX-Push-Url"] == (
        "/tasks/?unit=linjiang,donghai"
    )
    assert client.get("/tasks/?q=", headers={"HX-Request": "true"})["HX-Push-Url"] == "/tasks/"
    assert "HX-Push-Url" not in client.get(url)


@pytest.mark.parametrize("url", ["/tasks/", "/issues/"])
def test_the_navigation_counts_what_the_list_holds(
    open_as, office, editor, small_list, county, url
):
    """Of a task from whose units one was removed, that one has nothing any more."""
    shared = Task.objects.get(number=3)
    assignments.remove_unit(
        actor=office,
        assignment_id=part(shared, county).pk,
        version=None,
        note="",
        on=localdate(),
        at=now(),
    )
    client = open_as(editor)
    for asof in ("", "?asof=2022-01-01", "?asof=2022-06-01"):
        page = client.get(f"{url}{asof}").context
        [count] = [item["count"] for item in items_of(page) if item["url"].startswith(url)]
        assert count == page["tabs"][0]["count"], asof


def items_of(page):
    """What the navigation offers."""
    return [item for group in page["nav"] for item in group["items"]]


def test_a_number_on_the_dashboard_leads_somebody_of_two_places_to_each_of_them(
    open_as, inspection, town, other_county
):
    village = unit_of_code("beian", "北岸镇", other_county)
    make_task(units=[town])
    for _time in range(2):
        make_task(units=[village])
    person = make_user(Role.UNIT_EDITOR, town)
    Membership.objects.create(user=person, unit=village, role=Role.UNIT_EDITOR)
    client = open_as(person)
    rows = client.get("/").context["unit_rows"]
    assert sorted(row.buckets.total for row in rows) == [1, 2]
    for row in rows:
        assert client.get(row.url).context["total"] == row.buckets.total


def test_a_unit_whose_page_is_not_in_sight_is_named_without_a_link(
    open_as, supervising, water_bureau, county
):
    task = make_task(units=[county], supervising_unit=water_bureau)
    client = open_as(supervising)
    for url in ("/units/", task.get_absolute_url()):
        page = text_of(client.get(url))
        assert county.label in page
        assert f'"{county.get_absolute_url()}' not in page
        for address in re.findall(r'href="(/units/[a-z-]+/)', page):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("day", ["20221101", "2022-W44-2", "2022-11-01"])
def test_links_keep_the_day_in_whatever_way_it_was_written(open_as, office, small_list, day):
    page = open_as(office).get(f"/tasks/?asof={day}")
    assert all("asof=2022-11-01" in tab["url"] for tab in page.context["tabs"])
