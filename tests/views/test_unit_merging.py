"""The page on which a unit is merged into another, and what the page of a unit tells of it."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import make_report, make_task, moment, part
from tracker.choices import Role
from tracker.models import Unit
from tracker.operations import inspections, progress, units

ON = date(2023, 5, 8)

pytestmark = pytest.mark.django_db


def merge_page(unit):
    return reverse("merge-unit", args=[unit.code])


def sent(unit, into, **values):
    return {"into": into.pk, "on": ON, "note": "机构改革", "version": unit.version, **values}


def test_what_goes_over_stands_on_the_page_before(
    open_as, office, county, town, editor, django_assert_max_num_queries
):
    tasks = [make_task(units=[county]) for _number in range(22)]
    browser = open_as(office)
    browser.get("/")
    with django_assert_max_num_queries(15):
        text = browser.get(merge_page(county)).text
    for said in ("22 open parts of tasks", "1 unit below it", tasks[0].title, "and 2 more"):
        assert said in text
    assert editor.name in text
    assert "The administrator gives them roles" in text
    assert "moves_people" not in text


def test_the_office_merges_and_reads_it_in_the_record(open_as, office, county, other_county):
    task = make_task(units=[county])
    browser = open_as(office)
    answer = browser.post(merge_page(county), sent(county, other_county), follow=True)
    assert "The unit was merged." in answer.text
    assert "open parts passed on" in answer.text
    assert Unit.objects.get(pk=county.pk).merged_into == other_county
    assert task.assignments.current().get().unit == other_county


def test_an_administrator_of_the_office_moves_the_people_along(
    open_as, administrator, city, county, other_county, editor
):
    factories.grant(administrator, Role.OFFICE, city)
    browser = open_as(administrator)
    assert "moves_people" in browser.get(merge_page(county)).text
    browser.post(merge_page(county), sent(county, other_county, moves_people="on"))
    assert editor.memberships.get().unit == other_county


def test_a_refusal_comes_back_with_the_form(open_as, office, county, town):
    answer = open_as(office).post(merge_page(county), sent(county, town))
    assert answer.status_code == 422
    assert "cannot stand under itself" in answer.text
    assert "机构改革" in answer.text


def test_the_page_tells_former_names_and_sectors(open_as, office, bureau):
    air = factories.make_medium("air", "大气环境")
    browser = open_as(office)
    units.correct_unit(
        actor=office,
        unit_id=bureau.pk,
        version=None,
        changes={"name": "市生态环境和林业局"},
        aliases=["市环保局"],
        sectors=[air],
        on=ON,
        at=moment(ON),
        note="更名",
    )
    text = browser.get(bureau.get_absolute_url()).text
    for said in ("Former names", "until 2023-05-08", "大气环境", "市环保局"):
        assert said in text
    form = browser.get(reverse("correct-unit", args=[bureau.code])).text
    assert f'value="{air.pk}"' in form


def test_reports_that_wait_and_drafts_stand_on_the_page_before(
    open_as, office, county, other_county, editor, inspection
):
    inspections.amend_inspection(
        actor=office,
        inspection_id=inspection.pk,
        changes={"reports_signed": True},
        on=ON,
        at=moment(ON),
    )
    waiting, begun = make_task(units=[county]), make_task(units=[county])
    report = make_report(waiting, actor=editor, on=ON)
    progress.save_draft(
        actor=editor,
        assignment_id=part(begun).pk,
        values={"text": "下月", "percent": 50},
        on=ON,
        at=moment(ON),
    )
    browser = open_as(office)
    text = browser.get(merge_page(county)).text
    assert "1 report waits to be signed or reviewed." in text
    assert report.get_absolute_url() in text
    assert "1 draft of a report stays with its author" in text
    answer = browser.post(merge_page(county), sent(county, other_county))
    assert "nothing was merged" in answer.text
    assert Unit.objects.get(pk=county.pk).closed_on is None
