"""The page of a unit, and the pages on which units are entered, renamed, moved and closed."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tracker.choices import ShownStatus
from tracker.models import Membership, Petition, Unit
from tracker.operations import petitions

DUE = date(2090, 12, 31)
PAST = date(2022, 6, 15)
EARLIER = f"?asof={PAST}"
QUERIES = 15


def page_of(browser, unit, query=""):
    return browser.get(reverse("unit", args=[unit.code]) + query)


@pytest.fixture
def tasks(county, other_county, town):
    """The county's: one completed, one behind, one overdue; the town's: one on schedule."""
    made = [
        factories.make_task(units=[county], number=1, due_on=DUE),
        factories.make_task(units=[county, other_county], number=2, due_on=date(2023, 4, 15)),
        factories.make_task(units=[county], number=3, due_on=date(2022, 6, 1)),
        factories.make_task(units=[town], number=4, due_on=DUE),
        factories.make_task(units=[other_county], number=5, due_on=DUE),
    ]
    factories.complete(made[0], on=date(2022, 6, 1))
    factories.make_report(made[3], 90, on=date(2022, 6, 1))
    return made


def counts_and_links(page):
    """``(count, address)`` of every number on the page that leads to a list."""
    found = re.findall(r'href="(/(?:tasks|petitions)/\?[^"]*)" data-count="(\d+)"', page)
    return [(int(count), address.replace("&amp;", "&")) for address, count in found]


def test_every_number_leads_to_the_list_that_adds_up_to_it(open_as, office, county, tasks):
    browser = open_as(office)

    response = page_of(browser, county, EARLIER)

    buckets = response.context["buckets"]
    assert (buckets.total, buckets.completed, buckets.on_schedule) == (4, 1, 1)
    assert (buckets.behind, buckets.overdue) == (1, 1)
    found = counts_and_links(response.content.decode())
    assert [count for count, _address in found] == [4, 1, 1, 1, 1, 0]
    for count, address in found:
        table = browser.get(address).context["table"]
        assert table.page.paginator.count == count


def test_the_sentence_names_the_unit_and_its_buckets(open_as, office, county, tasks):
    page = page_of(open_as(office), county, EARLIER).content.decode()

    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "临江县: 4 rectification tasks, 1 completed, 1 on schedule, 1 behind schedule" in words


def test_units_below_it_have_a_line_each(open_as, office, county, town, tasks):
    [child] = page_of(open_as(office), county, EARLIER).context["children"]

    assert child["unit"] == town
    assert child["buckets"].total == 1


def test_every_task_is_a_cell_and_a_row_the_most_pressing_first(open_as, office, county, tasks):
    context = page_of(open_as(office), county, EARLIER).context

    assert [line["number"] for line in context["tasks"]] == [3, 2, 4, 1]
    assert len(context["cells"]) == 4
    assert context["tasks"][0]["days_left"] == -14
    assert context["tasks"][3]["days_left"] is None


def test_petitions_handed_over_by_the_day_are_counted(open_as, office, inspection, county, town):
    rows = [
        Petition(number=f"D3SX2022061{n}0001", batch=1, received_on=day, unit=unit, summary="臭味")
        for n, (day, unit) in enumerate([(PAST, county), (PAST, town), (date(2022, 6, 16), county)])
    ]
    petitions.register_petitions(
        actor=None,
        inspection=inspection,
        rows=[(row, []) for row in rows],
        at=factories.moment(date(2022, 6, 16)),
    )

    browser = open_as(office)
    assert page_of(browser, county, EARLIER).context["petitions"] == 2
    now = page_of(browser, county).context
    assert now["petitions"] == 3
    table = browser.get(now["petitions_url"]).context["table"]
    assert table.page.paginator.count == 3


def test_a_unit_in_another_reach_is_not_found(open_as, editor, county, town, other_county):
    browser = open_as(editor)

    assert page_of(browser, county).status_code == 200
    assert page_of(browser, town).status_code == 200
    assert page_of(browser, other_county).status_code == 404
    assert browser.get(reverse("move-unit", args=[other_county.code])).status_code == 404


def test_an_editor_sees_only_the_part_of_its_own_subtree(open_as, editor, county, tasks):
    buckets = page_of(open_as(editor), county, EARLIER).context["buckets"]

    assert buckets.total == 4


def test_names_of_people_are_for_the_office_and_the_administrator(
    open_as, office, administrator, leader, editor, county
):
    name = Membership.objects.get(user=editor).user.name
    for person, sees in [(office, 1), (administrator, 1), (leader, 0), (editor, 0)]:
        text = page_of(open_as(person), county).content.decode()
        assert len(re.findall(f"<li>(?:<a [^>]*>)?{name}", text)) == sees


def test_without_an_inspection_the_page_still_names_the_unit(open_as, office, county):
    response = page_of(open_as(office), county)

    assert "There is no inspection yet" in response.content.decode()


def test_nobody_but_the_office_and_the_administrator_keeps_units(
    open_as, leader, editor, administrator, county
):
    names = ("correct-unit", "move-unit", "close-unit")
    for person in (leader, editor):
        browser = open_as(person)
        assert browser.get(reverse("new-unit")).status_code == 403
        for name in names:
            assert browser.post(reverse(name, args=[county.code])).status_code == 403
    for name in names:
        assert open_as(administrator).get(reverse(name, args=[county.code])).status_code == 200


def test_nothing_is_edited_on_a_past_day(open_as, office, county):
    browser = open_as(office)
    link = reverse("move-unit", args=[county.code])

    assert link in page_of(browser, county).content.decode()
    assert link not in page_of(browser, county, EARLIER).content.decode()


def unit_data(unit, **values):
    return {
        "version": unit.version,
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind_id,
        "position": unit.position,
        "aliases": "",
        "on": "2023-05-08",
        "note": "机构改革",
    } | values


def test_a_unit_is_entered_under_the_root(open_as, office, city):
    browser = open_as(office)
    assert browser.get(reverse("new-unit")).context["form"]["parent"].value() == city.pk

    data = {
        "code": "Hezui",
        "name": "河嘴镇人民政府",
        "short_name": "河嘴镇",
        "kind": factories.make_kind().pk,
        "parent": city.pk,
        "position": 3,
        "aliases": "河嘴\n\n 河嘴镇政府 ",
        "on": "2023-05-08",
    }
    response = browser.post(reverse("new-unit"), data)

    unit = Unit.objects.get(code="hezui")
    assert response.url == unit.get_absolute_url()
    assert unit.parent == city
    assert page_of(browser, unit).context["aliases"] == ["河嘴", "河嘴镇政府"]


def test_a_name_that_is_too_long_or_taken_is_refused(open_as, office, county, town):
    browser = open_as(office)
    address = reverse("correct-unit", args=[town.code])

    response = browser.post(address, unit_data(town, aliases="临" * 101))
    assert response.status_code == 422
    assert "is longer than 100 characters" in response.content.decode()
    browser.post(reverse("correct-unit", args=[county.code]), unit_data(county, aliases="沙渚"))
    response = browser.post(address, unit_data(town, aliases="沙渚"))
    assert response.status_code == 422
    assert "沙渚 is a name of 临江县 already" in response.content.decode()


def test_a_rename_stands_in_the_record_of_the_unit(open_as, office, town):
    browser = open_as(office)
    data = unit_data(town, name="沙渚街道办事处", aliases="沙渚")

    assert browser.post(reverse("correct-unit", args=[town.code]), data).status_code == 302

    [entry, _created] = page_of(browser, town).context["entries"]
    changes = {change.label: (change.before, change.after) for change in entry.changes}
    assert changes == {
        "official name": ("沙渚镇", "沙渚街道办事处"),
        "other names": ("—", "沙渚"),
    }
    assert len(page_of(browser, town, "?asof=2023-05-07").context["entries"]) == 1


def test_the_second_of_two_editors_is_told_and_loses_nothing(open_as, office, town):
    browser = open_as(office)
    address = reverse("correct-unit", args=[town.code])
    mine = unit_data(town, name="我写的名称")
    browser.post(address, unit_data(town, name="别人写的名称"))

    response = browser.post(address, mine)

    assert response.status_code == 409
    assert "我写的名称" in response.content.decode()
    assert "别人写的名称" in response.content.decode()
    assert Unit.objects.get(pk=town.pk).name == "别人写的名称"


def test_a_moved_unit_counts_under_the_other_from_that_day_on(
    open_as, office, county, other_county, town, tasks
):
    browser = open_as(office)
    form = browser.get(reverse("move-unit", args=[town.code])).context["form"]
    assert form["parent"].value() == county.pk
    assert town not in form.fields["parent"].queryset
    data = {"version": 1, "parent": other_county.pk, "on": "2022-06-16", "note": "区划调整"}

    browser.post(reverse("move-unit", args=[town.code]), data)

    assert page_of(browser, county, EARLIER).context["buckets"].total == 4
    assert page_of(browser, county).context["buckets"].total == 3
    assert page_of(browser, other_county).context["buckets"].total == 3
    assert page_of(browser, town, EARLIER).context["parent"] == county
    assert page_of(browser, town).context["parent"] == other_county
    [entry, _created] = page_of(browser, town).context["entries"]
    assert [(change.before, change.after) for change in entry.changes] == [("临江县", "望潮县")]


def test_a_unit_with_open_tasks_is_not_closed(open_as, office, town, tasks):
    data = {"version": 1, "on": "2023-05-08", "note": "撤并"}

    response = open_as(office).post(reverse("close-unit", args=[town.code]), data)

    assert response.status_code == 422
    assert "still answers for 1 open tasks" in response.content.decode()


def test_a_merged_unit_says_into_which_and_is_offered_no_more(open_as, office, county, town):
    browser = open_as(office)
    data = {"version": 1, "merged_into": county.pk, "on": "2023-05-08", "note": "撤并"}

    browser.post(reverse("close-unit", args=[town.code]), data)

    page = page_of(browser, town).content.decode()
    assert "Closed on 8 May 2023 and merged into 临江县." in page
    assert reverse("close-unit", args=[town.code]) not in page
    assert not page_of(browser, town, "?asof=2023-05-07").context["is_closed"]
    form = browser.get(reverse("new-unit")).context["form"]
    assert town not in form.fields["parent"].queryset


def test_a_page_of_many_tasks_shows_no_cells(open_as, office, county, tasks, monkeypatch):
    monkeypatch.setattr("tracker.views.unit_pages.EVERY_TASK", 2)

    response = page_of(open_as(office), county, EARLIER)

    assert response.context["cells"] == []
    assert len(response.context["tasks"]) == 2
    assert "All 4 tasks" in response.content.decode()


def test_ten_times_the_tasks_make_no_more_queries(
    open_as, office, county, tasks, django_assert_max_num_queries
):
    browser = open_as(office)
    page_of(browser, county)
    with django_assert_max_num_queries(QUERIES) as few:
        page_of(browser, county)
    for number in range(10, 20):
        factories.make_task(units=[county], number=number)
        factories.make_unit(parent=county)
    with django_assert_max_num_queries(len(few)):
        page_of(browser, county)


def test_the_words_of_a_task_are_those_of_the_day(open_as, office, county, tasks):
    lines = page_of(open_as(office), county, EARLIER).context["tasks"]

    assert [line["shown"] for line in lines] == [
        ShownStatus.OVERDUE,
        ShownStatus.BEHIND,
        ShownStatus.ON_SCHEDULE,
        ShownStatus.AWAITING_CLOSURE,
    ]
