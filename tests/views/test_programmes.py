"""Quantity programmes: the list, a programme with its readings, and their entry."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests import factories
from tracker.models import Programme, Reading
from tracker.operations import programmes
from tracker.templatetags.readings import ReadingPoint, quantity, reading_line

QUERIES = 15
FIRST, SECOND = date(2023, 6, 30), date(2023, 10, 31)


def enter(inspection, code="outfalls", **values):
    defaults = {"code": code, "name": f"指标{code}", "inspection": inspection}
    return programmes.enter_programme(
        actor=None, values={**defaults, **values}, on=FIRST, at=factories.moment(FIRST)
    )


def take(programme, day, **values):
    return programmes.take_reading(
        actor=None,
        programme=programme,
        values={"as_of": day, **values},
        at=factories.moment(SECOND),
    )


@pytest.fixture
def outfalls(inspection):
    programme = enter(inspection, target=Decimal(7618), unit_of_measure="个")
    take(programme, FIRST, value=Decimal(800))
    take(programme, SECOND, value=Decimal(2513), note="月调度")
    return programme


@pytest.fixture
def sites(inspection):
    """Sites of which only a rate was printed."""
    programme = enter(inspection, "sites", target=Decimal(1746))
    take(programme, SECOND, rate_printed="98.1%")
    return programme


def listed(browser, query=""):
    lines = browser.get(reverse("programmes") + query).context["lines"]
    return {line.programme.code: line for line, _url in lines}


def page_of(browser, programme, query=""):
    return browser.get(reverse("programme", args=[programme.code]) + query)


def test_each_programme_shows_its_latest_reading_of_the_day(open_as, office, outfalls, sites):
    browser = open_as(office)

    found = listed(browser)
    assert found["outfalls"].reading.value == 2513
    assert found["outfalls"].rate == 0.3299
    earlier = listed(browser, "?asof=2023-10-30")
    assert earlier["outfalls"].reading.value == 800
    assert earlier["sites"].reading is None
    assert earlier["sites"].rate is None


def test_a_printed_rate_stands_as_printed_and_gives_no_quantity(open_as, office, sites):
    browser = open_as(office)

    line = listed(browser)["sites"]
    assert (line.reading.rate_printed, line.reading.value, line.rate) == ("98.1%", None, None)
    page = page_of(browser, sites).content.decode()
    assert "98.1%" in page
    assert "1712" not in page
    assert "1713" not in page


def test_a_programme_without_a_target_has_no_rate(open_as, office, inspection):
    programme = enter(inspection)
    take(programme, SECOND, value=Decimal(391))

    assert listed(open_as(office))["outfalls"].rate is None


def test_the_page_has_the_line_and_the_table_of_its_readings(open_as, office, outfalls):
    browser = open_as(office)

    response = page_of(browser, outfalls)
    assert [reading.value for reading, _rate, _entry in response.context["readings"]] == [2513, 800]
    assert response.context["rate"] == 0.3299
    page = response.content.decode()
    assert "2 readings, the last 2513 on 2023-10-31." in page
    assert page.count("/annul/") == 2
    past = page_of(browser, outfalls, "?asof=2023-10-30")
    assert past.context["latest"].value == 800
    assert past.context["points"] == []
    assert "/annul/" not in past.content.decode()
    assert (
        "No reading was entered" in page_of(browser, outfalls, "?asof=2023-01-01").content.decode()
    )


def test_an_annulled_reading_stands_in_the_record_and_not_in_the_table(open_as, office, outfalls):
    browser = open_as(office)
    _reading, _rate, entry = page_of(browser, outfalls).context["readings"][0]

    address = reverse("annul", args=[entry.event.sequence])
    browser.post(address, {"reason": "写错"})

    context = page_of(browser, outfalls).context
    assert [reading.value for reading, _rate, _entry in context["readings"]] == [800]
    annulled = [entry for entry in context["entries"] if entry.annulment]
    assert [change.after for change in annulled[0].changes] == ["2513"]


def test_a_programme_of_a_task_is_seen_by_those_who_see_the_task(
    open_as, office, editor, other_editor, leader, stranger, inspection, county
):
    task = factories.make_task(units=[county])
    programme = enter(inspection, "of-a-task", task=task)
    enter(inspection, "of-the-city")

    assert reverse("task", args=[task.code]) in page_of(open_as(editor), programme).content.decode()
    assert page_of(open_as(leader), programme).status_code == 200
    assert set(listed(open_as(other_editor))) == {"of-the-city"}
    assert page_of(open_as(other_editor), programme).status_code == 404
    assert page_of(open_as(stranger), programme).status_code == 404


def test_the_office_enters_a_programme_and_its_readings(open_as, office, inspection):
    browser = open_as(office)
    data = {"name": "入河排污口整治", "code": "Outfalls", "target": "7618", "unit_of_measure": "个"}

    response = browser.post(reverse("new-programme"), data)

    programme = Programme.objects.get()
    assert (programme.code, programme.inspection) == ("outfalls", inspection)
    assert response.url == programme.get_absolute_url()
    address = reverse("new-reading", args=["outfalls"])
    browser.post(address, {"as_of": "2023-10-31", "value": "2513"})
    assert Reading.objects.get().value == 2513
    again = browser.post(address, {"as_of": "2023-10-31", "value": "2514"})
    assert again.status_code == 422
    assert "There is a reading of 2023-10-31 already." in again.content.decode()


def test_a_reading_that_says_nothing_is_refused(open_as, office, outfalls):
    address = reverse("new-reading", args=[outfalls.code])

    response = open_as(office).post(address, {"as_of": "2023-11-30"})

    assert response.status_code == 422
    assert "Enter a quantity, a printed rate or a note." in response.content.decode()


def test_nobody_but_the_office_enters_anything(open_as, leader, editor, outfalls):
    for person in (leader, editor):
        browser = open_as(person)
        assert browser.get(reverse("new-programme")).status_code == 403
        assert browser.get(reverse("new-reading", args=[outfalls.code])).status_code == 403
        assert (
            reverse("new-reading", args=[outfalls.code])
            not in page_of(browser, outfalls).content.decode()
        )


def test_without_a_programme_the_list_says_what_belongs_here(open_as, office, editor, inspection):
    assert "Nothing is counted yet." in open_as(office).get(reverse("programmes")).content.decode()
    page = open_as(editor).get(reverse("programmes")).content.decode()
    assert "There are no quantity programmes here." in page


def test_without_an_inspection_there_is_nowhere_to_enter_one(open_as, office):
    assert open_as(office).get(reverse("new-programme")).status_code == 404
    assert open_as(office).get(reverse("programmes")).status_code == 200


def test_ten_times_the_rows_make_no_more_queries(
    open_as, office, inspection, outfalls, django_assert_max_num_queries
):
    browser = open_as(office)
    addresses = [reverse("programmes"), reverse("programme", args=[outfalls.code])]
    few = {}
    for address in addresses:
        browser.get(address)
        with django_assert_max_num_queries(QUERIES) as few[address]:
            browser.get(address)
    for number in range(10):
        take(enter(inspection, f"other-{number}"), SECOND, value=Decimal(number))
        take(outfalls, date(2023, 7, 1 + number), value=Decimal(900 + number))
    for address in addresses:
        with django_assert_max_num_queries(len(few[address])):
            browser.get(address)


def test_quantities_are_written_without_empty_decimals():
    written = [quantity(value) for value in map(Decimal, ("2513.00", "9.80", "14.75", "0"))]

    assert written == ["2513", "9.8", "14.75", "0"]
    assert quantity(None) == "—"


def test_the_word_of_the_target_keeps_clear_of_the_last_value():
    points = [ReadingPoint(FIRST, Decimal(10)), ReadingPoint(SECOND, Decimal(98))]

    with override("en"):
        near = reading_line(points, Decimal(100))
        far = reading_line(points, Decimal(400))
    assert 'x="384.0"' not in near.split("target")[0].rsplit("<text", 1)[1]
    assert 'x="384.0"' in far.split("target")[0].rsplit("<text", 1)[1]
    assert "target" not in reading_line(points, None)
