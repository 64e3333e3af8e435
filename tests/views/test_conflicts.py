"""Two people who edit the same thing: each field keeps what was last typed into it, by whomever."""

from datetime import date

import pytest

from tests import factories
from tests.sending import as_it_stands
from tracker.models import Issue, Task, Unit

DUE = date(2090, 12, 31)


@pytest.fixture
def task(county):
    return factories.make_task(units=[county], number=19, due_on=DUE)


def test_saving_again_replaces_only_what_was_touched(
    open_as, office, task, other_county, water_bureau
):
    url = f"/tasks/{task.code}/edit/"
    browser = open_as(office)
    first, second = (as_it_stands(browser.get(url)) for _person in range(2))

    theirs = first | {
        **{"title": ["甲的题"], "goal": ["甲的目标"], "note": ["甲更正"]},
        **{"supporting_units": [other_county.pk], "supervising_unit": [water_bureau.pk]},
        **{"is_listed": ["on"], "deadline_text": ["2091年12月底前"], "quantity_target": ["12.50"]},
    }
    assert browser.post(url, theirs).status_code == 302
    conflict = browser.post(url, second | {"title": ["乙的题"], "note": ["乙更正"]})

    assert conflict.status_code == 409
    assert conflict.context["conflict"].is_merged
    rows = {row.label: (row.theirs, row.yours) for row in conflict.context["conflict"].rows}
    assert rows["Task"] == ("甲的题", "乙的题")
    assert [label for label, (one, other) in rows.items() if one != other] == ["Task"]
    again = as_it_stands(conflict)
    assert again["goal"] == ["甲的目标"]
    assert browser.post(url, again).status_code == 302

    changed = Task.objects.get(pk=task.pk)
    assert (changed.title, changed.goal, changed.is_listed) == ("乙的题", "甲的目标", True)
    assert list(changed.supporting_units.all()) == [other_county]
    assert changed.supervising_unit == water_bureau
    assert (changed.due_on, changed.quantity_target) == (date(2091, 12, 31), 12.5)
    last = changed.events.order_by("-sequence").first()
    assert last.details["after"] == {"title": "乙的题", "version": changed.version}


def test_what_was_emptied_stays_empty(open_as, office, task, other_county):
    task.supporting_units.set([other_county])
    url = f"/tasks/{task.code}/edit/"
    browser = open_as(office)
    first, second = (as_it_stands(browser.get(url)) for _person in range(2))
    assert browser.post(url, first | {"title": ["甲的题"], "note": ["甲"]}).status_code == 302

    mine = second | {"goal": [""], "note": ["乙"]}
    del mine["supporting_units"]
    conflict = browser.post(url, mine)
    assert browser.post(url, as_it_stands(conflict)).status_code == 302

    changed = Task.objects.get(pk=task.pk)
    assert (changed.title, changed.goal) == ("甲的题", "")
    assert not changed.supporting_units.exists()


def test_a_refusal_before_the_conflict_forgets_nothing(open_as, office, task, other_county):
    url = f"/tasks/{task.code}/edit/"
    browser = open_as(office)
    first, second = (as_it_stands(browser.get(url)) for _person in range(2))
    assert browser.post(url, first | {"goal": ["甲的目标"], "note": ["甲"]}).status_code == 302

    refused = browser.post(url, second | {"supporting_units": [other_county.pk]})
    assert refused.status_code == 422
    conflict = browser.post(url, as_it_stands(refused) | {"note": ["乙"]})
    assert browser.post(url, as_it_stands(conflict)).status_code == 302

    changed = Task.objects.get(pk=task.pk)
    assert changed.goal == "甲的目标"
    assert list(changed.supporting_units.all()) == [other_county]


def test_a_third_editor_between_is_a_conflict_again(open_as, office, task):
    url = f"/tasks/{task.code}/edit/"
    browser = open_as(office)
    first, second = (as_it_stands(browser.get(url)) for _person in range(2))
    browser.post(url, first | {"goal": ["甲的目标"], "note": ["甲"]})
    conflict = browser.post(url, second | {"title": ["乙的题"], "note": ["乙"]})
    third = as_it_stands(browser.get(url)) | {"goal": ["丙的目标"], "note": ["丙"]}
    assert browser.post(url, third).status_code == 302

    conflict = browser.post(url, as_it_stands(conflict))
    assert conflict.status_code == 409
    assert browser.post(url, as_it_stands(conflict)).status_code == 302
    changed = Task.objects.get(pk=task.pk)
    assert (changed.title, changed.goal) == ("乙的题", "丙的目标")


def test_units_and_issues_are_merged_alike(open_as, office, county, task):
    pages = [
        (f"/units/{county.code}/edit/", Unit, county.pk, "name_en", "short_name"),
        (f"/issues/{task.issue.code}/edit/", Issue, task.issue_id, "place", "title"),
    ]
    browser = open_as(office)
    for url, model, pk, theirs, mine in pages:
        first, second = (as_it_stands(browser.get(url)) for _person in range(2))
        assert browser.post(url, first | {theirs: ["First"], "note": ["甲"]}).status_code == 302
        conflict = browser.post(url, second | {mine: ["Second"], "note": ["乙"]})
        assert conflict.status_code == 409
        assert browser.post(url, as_it_stands(conflict)).status_code == 302
        row = model.objects.get(pk=pk)
        assert (getattr(row, theirs), getattr(row, mine)) == ("First", "Second")
