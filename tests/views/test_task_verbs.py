"""The pages on which the list is entered, corrected and amended, measures and milestones too."""

from datetime import date

import pytest
from django.utils.timezone import localdate

from tests import factories
from tracker.models import DeadlineChange, Event, Measure, Milestone, Task

DUE = date(2090, 12, 31)
ON = "2022-09-01"


@pytest.fixture
def task(county):
    return factories.make_task(
        units=[county], number=19, due_on=DUE, milestones=[("封顶", date(2089, 1, 1))]
    )


@pytest.fixture
def other_task(other_county):
    return factories.make_task(units=[other_county], number=20, due_on=DUE)


def lines(*texts):
    data = {"measures-TOTAL_FORMS": len(texts), "measures-INITIAL_FORMS": 0}
    return data | {f"measures-{number}-text": text for number, text in enumerate(texts)}


def new_task_data(issue, unit, bureau, **values):
    return {
        "issue": issue.pk,
        "number_printed": "第三十项",
        "title": "新任务",
        "goal": "完成目标",
        "deadline_text": "2090年12月底前",
        "units": [unit.pk],
        "acceptance_unit": bureau.pk,
        "on": ON,
        **lines("建管网", "", "建泵站"),
        "then": "issue",
    } | values


def correction(task, **values):
    return {
        "version": task.version,
        "issue": task.issue_id,
        "number_printed": str(task.number),
        "title": task.title,
        "goal": task.goal,
        "deadline_text": task.deadline_text,
        "acceptance_unit": task.acceptance_unit_id,
        "note": "更正",
    } | values


def steps_of(task, other, unit):
    """``address under the task: (what is posted, the entry that it makes)``."""
    plain = {"version": task.version, "on": ON}
    amended = plain | {"document_no": "通办〔2022〕9号", "reason": "调整"}
    milestone = task.milestones.get().pk
    return {
        "edit/": (correction(task, title="改题"), "corrected"),
        "extend/": (
            plain | {"deadline_text": "2095年底前", "reason": "晚", "document_no": ""},
            "extended",
        ),
        "withdraw/": (amended, "withdrawn"),
        "merge/": (amended | {"into": other.pk}, "merged"),
        "units/add/": (plain | {"unit": unit.pk}, "assigned"),
        "measures/new/": (plain | {"text": "再加一条"}, "measure_added"),
        "measures/1/edit/": (plain | {"text": "改一条"}, "measure_corrected"),
        "measures/1/complete/": (plain, "measure_completed"),
        "milestones/new/": (plain | {"title": "通水", "due_on": "2088-01-01"}, "milestone_added"),
        f"milestones/{milestone}/reach/": (plain, "milestone_reached"),
    }


STEPS = (
    *("edit/", "extend/", "withdraw/", "merge/", "units/add/", "measures/new/"),
    *("measures/1/edit/", "measures/1/complete/", "milestones/new/", "reach/"),
)
TICKS = ("measures/1/complete/", "reach/")


@pytest.fixture
def steps(task, other_task, other_county):
    found = steps_of(task, other_task, other_county)
    reach = next(address for address in found if address.endswith("reach/"))
    return {
        name: (f"/tasks/{task.code}/{reach if name == 'reach/' else name}", *found[name])
        for name in STEPS
        if name != "reach/"
    } | {"reach/": (f"/tasks/{task.code}/{reach}", *found[reach])}


@pytest.mark.parametrize("name", STEPS)
def test_the_office_takes_every_step(open_as, office, task, steps, name):
    url, data, kind = steps[name]
    browser = open_as(office)
    assert browser.get(url).status_code == 200
    response = browser.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    last = task.events.order_by("-sequence").first()
    assert (last.kind, last.actor) == (kind, office)


@pytest.mark.parametrize("name", STEPS)
def test_readers_are_refused_and_other_units_find_nothing(
    open_as, reader, other_editor, task, steps, name
):
    url, data, _kind = steps[name]
    before = task.events.count()
    for user, status in ((reader, 403), (other_editor, 404)):
        browser = open_as(user)
        assert browser.get(url).status_code == status
        assert browser.post(url, data).status_code == status
    assert task.events.count() == before


@pytest.mark.parametrize("name", STEPS)
def test_a_unit_ticks_measures_off_but_does_not_run_the_list(open_as, editor, task, steps, name):
    url, data, _kind = steps[name]
    status = open_as(editor).post(url, data).status_code
    assert status == (302 if name in TICKS else 403)


WRITTEN = {
    "edit/": "note",
    "extend/": "reason",
    "withdraw/": "reason",
    "merge/": "reason",
    "units/add/": "note",
    "measures/new/": "text",
    "measures/1/edit/": "text",
    "milestones/new/": "title",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_refusal_comes_back_with_what_was_typed(open_as, office, task, steps, name):
    url, data, _kind = steps[name]
    before = task.events.count()
    typed = data | {"version": "", WRITTEN[name]: "打了很久的字"}
    response = open_as(office).post(url, typed)
    assert response.status_code == 422
    text = response.content.decode()
    assert "打了很久的字" in text
    assert "<title>Error: " in text
    assert task.events.count() == before


@pytest.mark.parametrize("name", STEPS)
def test_the_second_of_two_editors_is_told_and_loses_nothing(
    open_as, office, leader, task, steps, name
):
    url, data, _kind = steps[name]
    browser = open_as(office)
    first = correction(task, title="先来的人改的题", note="先来")
    assert browser.post(f"/tasks/{task.code}/edit/", first).status_code == 302
    before = task.events.count()
    response = browser.post(url, data)
    assert response.status_code == 409
    assert response.context["conflict"].person == office
    assert response.context["conflict"].rows
    assert task.events.count() == before
    form = response.context["form"]
    for key, value in data.items():
        if key != "version":
            assert str(form.data[key]) == str(value)
    again = browser.post(url, {**data, "version": form.data["version"]})
    assert again.status_code == 302


def test_both_versions_of_a_corrected_field_stand_side_by_side(open_as, office, task):
    browser = open_as(office)
    browser.post(f"/tasks/{task.code}/edit/", correction(task, title="甲的题"))
    response = browser.post(f"/tasks/{task.code}/edit/", correction(task, title="乙的题"))
    rows = {row.label: (row.theirs, row.yours) for row in response.context["conflict"].rows}
    assert rows["Task"] == ("甲的题", "乙的题")
    assert rows["Number"] == ("19", "19")


def test_fields_that_are_not_on_the_form_change_nothing(
    open_as, office, editor, task, other_county
):
    extra = {
        "status": "closed",
        "percent": "100",
        "completed_on": "2022-05-01",
        "closed_on": "2022-05-01",
        "inspection": "999",
        "code": "x",
        "is_annulled": "on",
        "unit": other_county.pk,
        "units": other_county.pk,
    }
    data = correction(task, title="只改题目") | extra
    assert open_as(office).post(f"/tasks/{task.code}/edit/", data).status_code == 302
    changed = Task.objects.get(pk=task.pk)
    assert changed.title == "只改题目"
    for name in ("status", "percent", "completed_on", "closed_on", "code", "is_annulled"):
        assert getattr(changed, name) == getattr(task, name)
    assert [row.unit.code for row in task.assignments.all()] == ["linjiang"]


def test_a_task_is_entered_with_units_and_measures(open_as, office, inspection, county, bureau):
    issue = factories.make_issue(inspection)
    browser = open_as(office)
    assert browser.get(f"/tasks/new/?issue={issue.code}").context["form"].initial["issue"] == issue
    response = browser.post("/tasks/new/", new_task_data(issue, county, bureau))
    task = Task.objects.get()
    assert response.url == task.get_absolute_url()
    assert (task.number, task.number_printed, task.due_on) == (30, "第三十项", date(2090, 12, 31))
    assert [measure.text for measure in task.measures.order_by("number")] == ["建管网", "建泵站"]
    assert task.issued_on == date(2022, 9, 1)


def test_a_draft_needs_less_and_is_issued_later(open_as, office, inspection, county, bureau):
    issue = factories.make_issue(inspection)
    browser = open_as(office)
    data = new_task_data(issue, county, bureau, deadline_text="尽快", goal="", then="draft")
    assert browser.post("/tasks/new/", data).status_code == 302
    draft = Task.objects.get()
    assert (draft.status, draft.deadline_kind) == ("draft", "unclear")
    url = f"/tasks/{draft.code}/issue/"
    refused = browser.post(url, {"version": draft.version, "on": ON})
    assert refused.status_code == 422
    fixed = correction(draft, deadline_text="2090年底前", goal="目标")
    assert browser.post(f"/tasks/{draft.code}/edit/", fixed).status_code == 302
    draft.refresh_from_db()
    assert browser.post(url, {"version": draft.version, "on": ON}).status_code == 302
    draft.refresh_from_db()
    assert draft.issued_on == date(2022, 9, 1)


def test_an_ambiguous_deadline_offers_the_days_it_may_mean(
    open_as, office, inspection, county, bureau
):
    issue = factories.make_issue(inspection)
    browser = open_as(office)
    data = new_task_data(issue, county, bureau, deadline_text="2090年6月前")
    asked = browser.post("/tasks/new/", data)
    assert asked.status_code == 422
    choices = asked.context["form"].fields["deadline_choice"].choices
    assert [day for day, _label in choices] == ["2090-05-31", "2090-06-30"]
    assert asked.context["form"]["title"].value() == "新任务"
    settled = browser.post("/tasks/new/", data | {"deadline_choice": "2090-06-30"})
    assert settled.status_code == 302
    task = Task.objects.get()
    assert (task.deadline_text, task.deadline_kind) == ("2090年6月前", "dated")
    assert task.due_on == date(2090, 6, 30)


def test_a_day_that_contradicts_a_clear_deadline_is_refused(
    open_as, office, inspection, county, bureau
):
    issue = factories.make_issue(inspection)
    data = new_task_data(issue, county, bureau, due_on="2090-01-01")
    response = open_as(office).post("/tasks/new/", data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["due_on"]


def test_more_lines_keep_what_was_typed(open_as, office, inspection, county, bureau):
    issue = factories.make_issue(inspection)
    data = new_task_data(issue, county, bureau, then="more")
    response = open_as(office).post("/tasks/new/", data)
    assert response.status_code == 200
    text = response.content.decode()
    assert "新任务" in text
    assert "建泵站" in text
    assert len(response.context["lines"].forms) == 8
    assert not response.context["form"].errors
    assert not Task.objects.exists()


def test_a_task_is_taken_over_with_its_past_days(open_as, office, inspection, county, bureau):
    issue = factories.make_issue(inspection)
    data = new_task_data(
        issue, county, bureau, goal="", completed_on="2023-05-01", closed_on="2023-07-01"
    )
    response = open_as(office).post("/tasks/new/?takeover=1", data)
    assert response.status_code == 302
    task = Task.objects.get()
    assert (task.completed_on, task.closed_on) == (date(2023, 5, 1), date(2023, 7, 1))
    assert task.events.filter(kind="completed", is_backfilled=True).exists()
    without_completion = data | {"number_printed": "31", "completed_on": ""}
    refused = open_as(office).post("/tasks/new/?takeover=1", without_completion)
    assert refused.status_code == 422


@pytest.mark.parametrize("who", ["editor", "leader", "reader", "administrator", "county_office"])
def test_only_the_city_office_enters_tasks(request, open_as, inspection, who):
    assert open_as(request.getfixturevalue(who)).get("/tasks/new/").status_code == 403


def test_a_number_that_is_taken_or_unreadable_is_refused(open_as, office, task, county, bureau):
    issue = task.issue
    for printed in ("十九", "十九点一"):
        data = new_task_data(issue, county, bureau, number_printed=printed)
        response = open_as(office).post("/tasks/new/", data)
        assert response.status_code == 422
    assert Task.objects.count() == 1


def test_a_lead_outside_the_units_is_refused(
    open_as, office, inspection, county, other_county, bureau
):
    issue = factories.make_issue(inspection)
    data = new_task_data(issue, county, bureau, lead=other_county.pk)
    assert open_as(office).post("/tasks/new/", data).status_code == 422
    both = data | {"units": [county.pk, other_county.pk]}
    assert open_as(office).post("/tasks/new/", both).status_code == 302
    assert Task.objects.get().assignments.get(is_lead=True).unit == other_county


def test_an_extension_needs_a_later_day(open_as, office, task):
    url = f"/tasks/{task.code}/extend/"
    data = {"version": task.version, "on": ON, "reason": "晚"}
    for text in ("2080年底前", "长期坚持", "尽快"):
        assert open_as(office).post(url, data | {"deadline_text": text}).status_code == 422
    assert not DeadlineChange.objects.exists()


def test_a_unit_is_added_and_removed(open_as, office, editor, task, other_county):
    browser = open_as(office)
    data = {"version": task.version, "on": ON, "unit": other_county.pk, "is_lead": "on"}
    assert browser.post(f"/tasks/{task.code}/units/add/", data).status_code == 302
    again = browser.post(f"/tasks/{task.code}/units/add/", data | {"version": task.version + 1})
    assert again.status_code == 422
    task.refresh_from_db()
    url = f"/tasks/{task.code}/units/linjiang/remove/"
    gone = {"version": task.version, "on": "2022-10-01", "note": "职责调整"}
    assert open_as(editor).post(url, gone).status_code == 403
    assert browser.get(url).status_code == 200
    assert browser.post(url, gone).status_code == 302
    assert browser.get(url).status_code == 404
    assert [row.unit for row in task.assignments.current()] == [other_county]


def test_a_removal_is_refused_when_the_task_has_moved_on(open_as, office, task, other_county):
    browser = open_as(office)
    added = {"version": task.version, "on": ON, "unit": other_county.pk}
    assert browser.post(f"/tasks/{task.code}/units/add/", added).status_code == 302
    url = f"/tasks/{task.code}/units/linjiang/remove/"
    gone = {"version": task.version, "on": "2022-10-01", "note": "职责调整"}
    response = browser.post(url, gone)
    assert response.status_code == 409
    assert "职责调整" in response.content.decode()
    again = gone | {"version": response.context["form"].data["version"]}
    assert browser.post(url, again).status_code == 302


def test_the_last_unit_cannot_be_removed(open_as, office, task):
    data = {"version": task.version, "on": ON, "note": "误"}
    url = f"/tasks/{task.code}/units/linjiang/remove/"
    assert open_as(office).post(url, data).status_code == 422


def test_a_measure_or_milestone_of_another_task_is_not_found(open_as, office, task, other_task):
    milestone = Milestone.objects.get(task=task)
    browser = open_as(office)
    for address in ("measures/7/edit/", f"milestones/{milestone.pk}/reach/"):
        assert browser.get(f"/tasks/{other_task.code}/{address}").status_code == 404


def test_a_measure_is_corrected(open_as, office, task, county):
    url = f"/tasks/{task.code}/measures/1/edit/"
    browser = open_as(office)
    assert "落实整改措施" in browser.get(url).content.decode()
    data = {"version": task.version, "text": "新措施", "unit": county.pk, "kind": "long_term"}
    assert browser.post(url, data).status_code == 302
    measure = Measure.objects.get(task=task)
    assert (measure.text, measure.unit, measure.kind) == ("新措施", county, "long_term")


def test_a_mistaken_entry_is_annulled_with_its_reason(
    open_as, office, editor, other_editor, leader, task
):
    factories.make_report(task, 30)
    event = Event.objects.get(kind="reported")
    url = f"/record/{event.sequence}/annul/"
    for user, status in ((editor, 403), (leader, 403), (other_editor, 404)):
        assert open_as(user).post(url, {"reason": "误"}).status_code == status
    browser = open_as(office)
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"reason": ""}).status_code == 422
    done = browser.post(url, {"reason": "重复填报"})
    assert done.url == task.get_absolute_url()
    task.refresh_from_db()
    assert task.percent == 0
    assert browser.post(url, {"reason": "再来"}).status_code == 422
    assert browser.get("/record/99999/annul/").status_code == 404


def test_annulling_the_first_entry_leads_to_the_list(open_as, office, task):
    created = task.events.get(kind="created")
    response = open_as(office).post(f"/record/{created.sequence}/annul/", {"reason": "误录"})
    assert response.url == "/tasks/"
    task.refresh_from_db()
    assert task.is_annulled


def test_an_entry_about_no_task_is_only_for_those_who_read_everything(
    open_as, office, editor, county
):
    event = Event.objects.filter(unit=county, task=None).first()
    url = f"/record/{event.sequence}/annul/"
    assert open_as(editor).get(url).status_code == 404
    browser = open_as(office)
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"reason": "误"}).status_code == 422


def test_a_future_day_is_refused_in_words(open_as, office, task):
    data = {"version": task.version, "on": "2090-01-01"}
    response = open_as(office).post(f"/tasks/{task.code}/measures/1/complete/", data)
    assert response.status_code == 422
    assert "future" in response.content.decode()
    assert localdate() < date(2090, 1, 1)


@pytest.mark.parametrize("key", ["9" * 30, "9223372036854775808", "x"])
def test_a_key_of_no_row_is_refused_in_words(open_as, office, task, key):
    address = f"/tasks/{task.code}/edit/"
    response = open_as(office).post(address, correction(task, supporting_units=[key]))
    assert response.status_code == 422
    assert response.context["form"].errors["supporting_units"]


def test_signs_no_database_holds_are_left_out_of_the_address(open_as, office, task):
    client = open_as(office)
    assert client.get("/tasks/new/?issue=a%01b").status_code == 200
    assert client.get(f"/tasks/{task.code}/reports/new/?unit=lin%01jiang").status_code == 200
    # A NUL names nothing (tests/test_nul.py).
    assert client.get(f"/tasks/{task.code}/reports/new/?unit=lin%00jiang").status_code == 404
