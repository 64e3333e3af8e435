"""The pages of the county's word on an application, and of a chain with all its links."""

import pytest
from django.utils.timezone import localdate

from tests import closing, factories
from tests.closing import DECIDED, TAKEN, completed_task
from tracker.choices import Role
from tracker.models import Closure, Inspection, User
from tracker.operations import inspections

WORDS = {"county_opinion": "经初验，已完成整改，同意上报。", "county_signer": "陆启明"}


@pytest.fixture
def by_county(office, county_office):
    factories.the_inspection()
    Inspection.objects.update(county_accepts=True, needs_consent=True)


@pytest.fixture
def task(by_county, town):
    return completed_task(number=19, title="截污纳管", units=[town])


@pytest.fixture
def town_editor(town):
    return factories.make_user(Role.UNIT_EDITOR, town, "town-editor")


@pytest.fixture
def applied(task, town_editor):
    return closing.apply(task, town_editor)


def again(row):
    return type(row).objects.get(pk=row.pk)


def address(closure, verb=""):
    return f"/closures/{closure.pk}/{verb}"


def page(browser, url):
    response = browser.get(url)
    assert response.status_code == 200
    return response


def labels(steps):
    return [step.label for step in steps]


def test_the_county_passes_an_application_on_its_own_page(
    open_as, county_office, acceptance, applied
):
    browser = open_as(county_office)
    shown = page(browser, address(applied))
    assert shown.context["primary"].name == "pre-accept"
    assert [verb.name for verb in shown.context["others"]] == [
        "return-application",
        "withdraw-application",
    ]
    assert "office of 临江县 is to examine the application first" in shown.content.decode()
    data = {"version": applied.version, "on": TAKEN.isoformat()}
    short = browser.post(address(applied, "county/"), data | WORDS | {"county_opinion": "好"})
    assert short.status_code == 422
    assert "陆启明" in short.content.decode()
    sent = browser.post(address(applied, "county/"), data | WORDS)
    assert sent.url == applied.get_absolute_url()
    assert again(applied).stage == "pre_accepted"
    text = page(open_as(acceptance), address(applied))
    assert text.context["primary"].name == "take-for-acceptance"
    for words in (*WORDS.values(), "人员county-office"):
        assert words in text.content.decode()


def test_before_the_county_nobody_else_has_a_button(open_as, office, acceptance, editor, applied):
    for user in (office, acceptance):
        shown = page(open_as(user), address(applied))
        assert "take-for-acceptance" not in {
            verb.name for verb in (shown.context["primary"], *shown.context["others"]) if verb
        }
        assert open_as(user).get(address(applied, "county/")).status_code == 403
    own = page(open_as(User.objects.get(username="town-editor")), address(applied))
    assert [verb.name for verb in own.context["others"]] == ["withdraw-application"]
    assert "office of 临江县 passes it first" in own.context["two_persons"]


def test_who_passed_for_the_county_reads_who_decides(open_as, county_office, applied):
    closing.pre_accept(applied, county_office)
    shown = page(open_as(county_office), address(applied))
    assert shown.context["primary"] is None
    assert "who passed it for the county" in shown.context["two_persons"]


def test_the_county_returns_and_is_named(open_as, county_office, town_editor, applied):
    data = {"version": applied.version, "reason": "缺少监测数据", "on": TAKEN.isoformat()}
    assert open_as(county_office).post(address(applied, "return/"), data).status_code == 302
    text = page(open_as(town_editor), address(applied)).content.decode()
    assert "临江县 人员county-office 2022-07-05" in text
    assert "缺少监测数据" in text


def test_the_acceptance_returns_and_is_named(
    open_as, county_office, acceptance, town_editor, applied
):
    closing.pre_accept(applied, county_office)
    closing.send_back(applied, acceptance, on=DECIDED)
    text = page(open_as(town_editor), address(applied)).content.decode()
    assert "市生态环境局 人员acceptance 2022-07-08" in text


def test_a_county_that_applies_itself_is_told_who_examines(
    open_as, county, county_office, editor, by_county
):
    task = completed_task(units=[county])
    form = page(open_as(editor), f"/tasks/{task.code}/closure/new/").content.decode()
    assert "The office of 临江县 examines it first, another person than you" in form
    closure = closing.apply(task, editor)
    colleague = factories.make_user(Role.OFFICE, county)
    shown = page(open_as(editor), address(closure)).content.decode()
    assert "own government applied" in shown
    verb = page(open_as(colleague), address(closure, "county/")).content.decode()
    assert "own government applied" in verb


def test_the_steps_are_those_of_the_chain_with_who_and_when(
    open_as, office, county_office, acceptance, applied
):
    before = page(open_as(office), address(applied)).context["steps"]
    assert labels(before) == [
        *("self-check", "applied", "county's acceptance", "acceptance", "public notice"),
        *("consent from above", "closed", "filed"),
    ]
    assert before[2].state == "now"
    closing.pre_accept(applied, county_office)
    closing.take(applied, acceptance)
    closing.decide(applied, acceptance)
    closing.publish(applied, office)
    over = page(open_as(office), address(applied))
    assert "Once the level above has consented" in over.content.decode()
    document = {"consent_document_no": "省督改〔2022〕3号", "consent_on": DECIDED}
    closing.close(applied, office, consent_note="经省政府同意", **document)
    closing.file(applied, office)
    shown = page(open_as(office), address(applied))
    said = [(step.label, str(step.note), step.day) for step in shown.context["steps"]]
    assert said[2] == ("county's acceptance", "人员county-office", TAKEN)
    assert said[3] == ("acceptance", "人员acceptance", DECIDED)
    assert said[4] == ("public notice", "人员office", closing.ENDS)
    assert said[5] == ("consent from above", "省督改〔2022〕3号", DECIDED)
    assert said[6:] == [
        ("closed", "人员office", closing.CLOSED),
        ("filed", "人员office", closing.FILED),
    ]
    for words in ("省督改〔2022〕3号", "8 Jul 2022", "经省政府同意"):
        assert words in shown.content.decode()


def test_an_inspection_without_them_shows_neither_step(open_as, office, editor, county):
    closure = closing.apply(completed_task(), editor)
    steps = page(open_as(office), address(closure)).context["steps"]
    assert labels(steps) == [
        *("self-check", "applied", "acceptance", "public notice", "closed", "filed")
    ]
    tabs = page(open_as(office), "/closures/").context["tabs"]
    assert "to be passed by the county" not in {str(tab["label"]) for tab in tabs}


def test_the_task_page_has_the_county_where_a_part_needs_its_word(
    open_as, office, county_office, town_editor, task, city, bureau
):
    def steps(task):
        found = page(open_as(office), f"/tasks/{task.code}/").context["steps"]
        return {step.label: (step.state, step.day) for step in found}

    label = "county's acceptance"
    assert steps(task)[label] == ("", None)
    closure = closing.apply(task, town_editor)
    assert steps(task)[label] == ("now", None)
    closing.pre_accept(closure, county_office)
    assert steps(task)[label] == ("ok", TAKEN)
    department = factories.make_unit("市交通局", city, kind=factories.make_kind("department"))
    assert label not in steps(completed_task(units=[department]))


def test_the_queue_has_the_county_s_own_group_with_its_step(
    open_as, office, county_office, acceptance, applied
):
    def line(user, **query):
        found = page(open_as(user), "/closures/?" + "&".join(f"{k}={v}" for k, v in query.items()))
        return found.context["rows"]

    [row] = line(county_office, show="to_pre_accept")
    assert row["verb"].name == "pre-accept"
    assert "临江县" in page(open_as(office), "/closures/?show=to_pre_accept").content.decode()
    assert [row["verb"] for row in line(acceptance)] == [None]
    closing.pre_accept(applied, county_office)
    [row] = line(acceptance, show="to_accept")
    assert (row["verb"].name, row["since"]) == ("take-for-acceptance", TAKEN)
    assert [row["verb"] for row in line(county_office)] == [None]


def test_the_administrator_switches_the_county_on(open_as, administrator, inspection):
    form = page(open_as(administrator), f"/admin/tracker/inspection/{inspection.pk}/change/")
    assert 'name="county_accepts"' in form.content.decode()
    inspections.amend_inspection(
        actor=administrator,
        inspection_id=inspection.pk,
        changes={"county_accepts": True},
        on=localdate(),
        at=factories.moment(localdate()),
    )
    assert again(inspection).county_accepts
    assert Closure.objects.count() == 0
