"""The back office: who may open it, what may be changed in it, and what may not."""

import re
from datetime import date
from importlib import import_module
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories
from tracker.admin import site
from tracker.choices import EventKind, Role
from tracker.models import (
    Event,
    Evidence,
    Holiday,
    Inspection,
    Issue,
    Membership,
    Source,
    Task,
    Unit,
    UnitAlias,
    UnitPlacement,
    User,
)
from tracker.operations import evidence

TO_READ = [
    "issue",
    "task",
    "assignment",
    "event",
    "span",
    "progressreport",
    "dispatchround",
    "judgement",
    "petition",
    "programme",
    "reading",
    "snapshot",
    "importbatch",
    "evidence",
]


def rows(prefix, *forms, initial=0):
    """The fields of an inline formset."""
    data = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": initial}
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data


def unit_data(unit, **values):
    """What the form of a unit sends when nothing was changed but ``values``."""
    aliases = list(unit.aliases.order_by("alias"))
    data = {
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "name_en": unit.name_en,
        "kind": unit.kind_id,
        "position": unit.position,
        "parent": unit.parent_id or "",
        "held_from": "2022-01-01",
        "seen_version": unit.version,
        **rows(
            "aliases",
            *({"id": row.pk, "unit": unit.pk, "alias": row.alias} for row in aliases),
            initial=len(aliases),
        ),
    }
    return {**data, **values}


def user_data(user, **values):
    held = list(user.memberships.order_by("pk"))
    data = {
        "username": user.username,
        "name": user.name,
        "post": user.post,
        "email": user.email,
        "is_active": "on" if user.is_active else "",
        **rows(
            "memberships",
            *(
                {"id": row.pk, "user": user.pk, "unit": row.unit_id, "role": row.role}
                for row in held
            ),
            initial=len(held),
        ),
    }
    return {**data, **values}


@pytest.fixture
def browser(client_of, administrator):
    return client_of(administrator, headers={"accept-language": "en"})


@pytest.fixture
def task(db):
    return factories.make_task()


def url(model, page="changelist", *args):
    return reverse(f"admin:tracker_{model}_{page}", args=args)


@pytest.mark.parametrize("who", ["office", "leader", "auditor", "editor", "acceptance", "stranger"])
def test_the_back_office_is_not_there_for_others(who, client_of, request):
    client = client_of(request.getfixturevalue(who))
    for address in [reverse("admin:index"), url("task"), reverse("admin:login")]:
        assert client.get(address).status_code == 404


def test_the_flags_of_django_open_nothing(client_of, db):
    user = factories.make_user(is_staff=True, is_superuser=True)
    assert client_of(user).get(reverse("admin:index")).status_code == 404


def test_there_is_one_log_in(client, db):
    answer = client.get("/admin/login/?next=/admin/tracker/task/")
    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next=/admin/tracker/task/"
    answer = client.get("/admin/tracker/task/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_the_index_names_every_model_under_its_subject(browser):
    page = browser.get(reverse("admin:index")).text
    names = [model._meta.model_name for model in site._registry]
    for name in names:
        assert url(name) in page
    assert page.index(url("unit")) < page.index(url("task")) < page.index(url("event"))


def test_every_list_opens_and_searches(browser, task):
    factories.make_report(task)
    factories.make_round()
    for model in site._registry:
        name = model._meta.model_name
        assert browser.get(url(name), {"q": "任务"}).status_code == 200, name
        assert browser.get(url(name)).status_code == 200, name


@pytest.mark.parametrize("name", TO_READ)
def test_what_operations_write_is_only_read(name, browser):
    assert browser.get(url(name, "add")).status_code == 403
    assert browser.post(url(name, "add"), {}).status_code == 403
    page = browser.post(url(name), {"action": "delete_selected", "_selected_action": ["1"]})
    assert page.status_code == 302  # No such action.


def test_a_task_shows_its_units_measures_and_record_and_cannot_be_changed(browser, task):
    factories.make_report(task, percent=40, text="管网已完成四成")
    page = browser.get(url("task", "change", task.pk)).text
    assert "临江县" in page
    assert "落实整改措施" in page
    assert "管网已完成四成" in page
    assert 'name="title"' not in page
    assert browser.post(url("task", "change", task.pk), {"title": "x"}).status_code == 403
    assert browser.post(url("task", "delete", task.pk), {"post": "yes"}).status_code == 403
    assert Task.objects.get(pk=task.pk).title == task.title


def test_the_record_is_filtered_by_kind_and_day(browser, task):
    factories.make_report(task, percent=40, text="管网已完成四成")
    page = browser.get(
        url("event"), {"kind__exact": "reported", "effective_on__year": 2022, "is_backfilled": 0}
    ).text
    assert "管网已完成四成" in page
    assert page.count('name="_selected_action"') == 1


def test_more_entries_cost_no_more_queries(browser, task, django_assert_max_num_queries):
    browser.get(url("event"))  # Content types are looked up once.
    for percent in range(10, 60, 5):
        factories.make_report(task, percent=percent)
    for address in [url("event"), url("progressreport"), url("task", "change", task.pk)]:
        with django_assert_max_num_queries(20):
            browser.get(address)


def test_the_selected_rows_are_exported_as_text_dates_and_numbers(browser, task):
    factories.make_task(title='=HYPERLINK("x")', number=7)
    chosen = list(Task.objects.values_list("pk", flat=True))
    answer = browser.post(url("task"), {"action": "export_rows", "_selected_action": chosen})
    book = load_workbook(BytesIO(answer.getvalue()))
    cells = {cell.value: cell for row in book.active for cell in row}
    assert cells['=HYPERLINK("x")'].data_type == "s"
    assert any(getattr(value, "year", None) == 2023 for value in cells)
    assert factories.county().label not in cells
    assert factories.bureau().label in cells


def test_a_unit_is_entered_with_its_place_and_names(browser, city):
    data = {
        "code": "haibin",
        "name": "海滨县",
        "short_name": "海滨",
        "kind": city.kind_id,
        "position": 3,
        "parent": city.pk,
        "held_from": "2021-06-01",
        **rows("aliases", {"alias": "海滨县人民政府"}),
    }
    assert browser.post(url("unit", "add"), data).status_code == 302
    unit = Unit.objects.get(code="haibin")
    assert UnitPlacement.objects.get(unit=unit).valid_from == date(2021, 6, 1)
    assert UnitAlias.objects.get(unit=unit).folded == "海滨县人民政府"
    event = Event.objects.get(unit=unit)
    assert (event.kind, event.actor.username) == (EventKind.CREATED, "administrator")


def test_a_unit_is_renamed_and_moved_and_the_record_knows(browser, county, other_county):
    data = unit_data(
        county, name="临江新区", parent=other_county.pk, **rows("aliases", {"alias": "临江老县"})
    )
    answer = browser.post(url("unit", "change", county.pk), data)
    assert answer.status_code == 302
    kinds = Event.objects.filter(unit=county).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == [EventKind.CREATED, EventKind.CORRECTED, EventKind.UNIT_MOVED]
    moved = Unit.objects.get(pk=county.pk)
    assert (moved.name, moved.parent_id) == ("临江新区", other_county.pk)
    assert [alias.alias for alias in moved.aliases.all()] == ["临江老县"]


def test_a_unit_as_it_was_says_nothing_to_the_record(browser, county):
    assert browser.post(url("unit", "change", county.pk), unit_data(county)).status_code == 302
    assert Event.objects.filter(unit=county).count() == 1


def test_a_refused_move_keeps_what_was_typed(browser, county, town):
    data = unit_data(county, name="临江新名", parent=town.pk)
    answer = browser.post(url("unit", "change", county.pk), data)
    assert answer.status_code == 200
    assert "临江新名" in answer.text
    assert Unit.objects.get(pk=county.pk).name == "临江县"


def test_an_alias_of_another_unit_is_refused_in_words(browser, county, other_county):
    UnitAlias.objects.create(unit=other_county, alias="东海", folded="东海")
    data = unit_data(county, **rows("aliases", {"alias": "东海"}))
    answer = browser.post(url("unit", "change", county.pk), data)
    assert answer.status_code == 200
    assert "望潮县" in answer.text
    assert not county.aliases.exists()


def test_the_second_of_two_editors_is_told(browser, county):
    data = unit_data(county)
    browser.post(url("unit", "change", county.pk), {**data, "position": 8})
    answer = browser.post(url("unit", "change", county.pk), {**data, "position": 9})
    assert answer.status_code == 200
    assert "人员administrator" in answer.text
    assert Unit.objects.get(pk=county.pk).position == 8


def test_units_are_found_by_their_names_as_one_types(browser, county):
    answer = browser.get(
        reverse("admin:autocomplete"),
        {"term": "临江", "app_label": "tracker", "model_name": "unit", "field_name": "parent"},
    )
    assert [found["text"] for found in answer.json()["results"]] == ["临江县"]


def inspection_data(inspection, **values):
    data = {
        field.name: getattr(inspection, field.name)
        for field in Inspection._meta.fields
        if field.editable and not field.primary_key
    }
    data = {name: "" if value is None else value for name, value in data.items()}
    return {**data, **rows("members"), **values}


def test_an_inspection_is_entered_and_amended_through_the_record(browser, inspection):
    new = inspection_data(inspection, code="2024c3", name="第三轮督察", short_name="三轮")
    members = rows("members", {"group": "office", "name": "王某", "position": 1})
    assert browser.post(url("inspection", "add"), {**new, **members}).status_code == 302
    made = Inspection.objects.get(code="2024c3")
    assert [member.name for member in made.members.all()] == ["王某"]
    assert Event.objects.get(inspection=made).kind == EventKind.CREATED

    data = inspection_data(inspection, code="other", rate_basis="due")
    assert browser.post(url("inspection", "change", inspection.pk), data).status_code == 302
    inspection.refresh_from_db()
    assert (inspection.code, inspection.rate_basis) == ("2022s2", "due")
    event = Event.objects.filter(inspection=inspection).latest("sequence")
    assert event.details == {"before": {"rate_basis": "all"}, "after": {"rate_basis": "due"}}


def test_terms_are_renamed_and_keep_their_code_and_history(browser, db):
    source = factories.make_source()
    data = {"code": "other", "name": "省级督察", "name_en": "", "position": 1}
    assert browser.post(url("source", "change", source.pk), data).status_code == 302
    source.refresh_from_db()
    assert (source.code, source.name) == ("province", "省级督察")
    history = browser.get(url("source", "history", source.pk)).text
    assert "administrator" in history
    first = source.history.earliest()
    version = reverse("admin:tracker_source_simple_history", args=[source.pk, first.pk])
    assert browser.get(version).status_code == 200
    assert browser.post(version, {**data, "name": "x"}).status_code == 405
    assert browser.post(url("source", "delete", source.pk), {"post": "yes"}).status_code == 403
    assert Source.objects.get().name == "省级督察"


def test_a_wrong_holiday_is_deleted_and_remembered(browser, db):
    browser.post(url("holiday", "add"), {"day": "2027-01-01", "is_workday": "", "name": "元旦"})
    holiday = Holiday.objects.get()
    browser.post(url("holiday", "delete", holiday.pk), {"post": "yes"})
    assert not Holiday.objects.exists()
    assert Holiday.history.count() == 2


def shown_password(answer):
    return re.search(r'<code id="password">([^<]+)</code>', answer.text)[1]


def test_a_new_person_gets_a_random_password_to_be_changed(browser, client, county):
    data = {
        "username": "wang",
        "name": "王某",
        "is_active": "on",
        **rows("memberships", {"unit": county.pk, "role": Role.UNIT_EDITOR}),
    }
    answer = browser.post(url("user", "add"), data)
    password = shown_password(answer)
    user = User.objects.get(username="wang")
    assert user.check_password(password)
    assert user.must_change_password
    assert [(held.role, held.unit) for held in user.memberships.all()] == [("unit_editor", county)]
    assert password not in browser.get(url("user", "change", user.pk)).text
    client.login(username="wang", password=password)
    assert client.get("/").url == reverse("account_change_password")


def test_the_administrator_resets_a_password_and_sessions_end(browser, client_of, editor):
    theirs = client_of(editor)
    address = reverse("admin:tracker_user_reset_password", args=[editor.pk])
    assert "editor" in browser.get(address).text
    assert User.objects.get(pk=editor.pk).check_password(factories.PASSWORD)
    password = shown_password(browser.post(address))
    editor.refresh_from_db()
    assert editor.check_password(password)
    assert editor.must_change_password
    assert theirs.get("/").status_code == 302


def test_people_are_deactivated_and_never_deleted(browser, editor):
    assert browser.post(url("user", "delete", editor.pk), {"post": "yes"}).status_code == 403
    assert (
        browser.post(url("user", "change", editor.pk), user_data(editor, is_active="")).status_code
        == 302
    )
    assert not User.objects.get(pk=editor.pk).is_active


def test_the_last_administrator_stays_one(browser, administrator):
    address = url("user", "change", administrator.pk)
    for data in [
        user_data(administrator, is_active=""),
        user_data(administrator, **{"memberships-0-DELETE": "on"}),
        user_data(administrator, **{"memberships-0-role": Role.OFFICE}),
    ]:
        answer = browser.post(address, data)
        assert answer.status_code == 200
        assert "last administrator" in answer.text
    administrator.refresh_from_db()
    assert administrator.is_active
    assert Membership.objects.filter(user=administrator, role=Role.ADMINISTRATOR).exists()


def test_one_of_two_administrators_may_go(browser, administrator, city):
    factories.make_user(Role.ADMINISTRATOR, city, "second")
    data = user_data(administrator, **{"memberships-0-role": Role.OFFICE})
    assert browser.post(url("user", "change", administrator.pk), data).status_code == 302
    assert browser.get(reverse("admin:index")).status_code == 404


def test_no_page_brings_scripts_or_styles_of_its_own(browser, task):
    for address in [
        reverse("admin:index"),
        url("task"),
        url("unit", "add"),
        url("user", "add"),
        url("task", "change", task.pk),
    ]:
        page = browser.get(address).text
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_an_issue_is_only_read(browser, task):
    answer = browser.post(url("issue", "change", task.issue_id), {"title": "x"})
    assert answer.status_code == 403
    assert Issue.objects.get(pk=task.issue_id).title != "x"


def test_the_account_pages_are_those_of_the_program(browser):
    assert browser.get(reverse("admin:login")).url == reverse("admin:index")
    assert browser.get(reverse("admin:password_change")).url == reverse("account_change_password")
    assert browser.post(reverse("admin:logout")).status_code == 302
    assert browser.get(reverse("admin:index")).status_code == 302


def test_people_are_filtered_by_a_role_they_hold(browser, editor, administrator):
    page = browser.get(url("user"), {"role": Role.UNIT_EDITOR}).text
    assert "人员editor" in page
    assert page.count('name="_selected_action"') == 1
    answer = browser.post(
        url("user"), {"action": "export_rows", "_selected_action": [editor.pk, administrator.pk]}
    )
    values = {c.value for row in load_workbook(BytesIO(answer.getvalue())).active for c in row}
    assert {"editor", "yes", "unit editor 临江县"} <= values


def test_moments_and_words_are_exported_as_such(browser, task):
    chosen = list(Event.objects.values_list("pk", flat=True))
    answer = browser.post(url("event"), {"action": "export_rows", "_selected_action": chosen})
    values = {c.value for row in load_workbook(BytesIO(answer.getvalue())).active for c in row}
    assert "issued" in values
    assert any(getattr(value, "hour", None) == 9 for value in values)


def test_a_file_of_too_many_rows_is_refused_in_words(browser, task, monkeypatch):
    monkeypatch.setattr(import_module("tracker.admin.site"), "MOST_ROWS", 0)
    data = {"action": "export_rows", "_selected_action": [task.pk]}
    assert "More than 10,000 rows" in browser.post(url("task"), data, follow=True).text


def test_a_seat_in_the_organisation_is_given_up(browser, inspection):
    seat = inspection.members.create(group="office", name="王某")
    row = {"id": seat.pk, "inspection": inspection.pk, "group": "office", "name": "王某"}
    members = rows("members", {**row, "position": 0, "DELETE": "on"}, initial=1)
    address = url("inspection", "change", inspection.pk)
    assert browser.post(address, inspection_data(inspection, **members)).status_code == 302
    assert not inspection.members.exists()


def test_a_role_without_a_unit_is_refused(browser, editor):
    data = user_data(editor, **{"memberships-0-unit": ""})
    assert browser.post(url("user", "change", editor.pk), data).status_code == 200
    assert editor.memberships.count() == 1


def test_the_page_of_a_person_tells_who_gave_what_when(browser, administrator, editor, county):
    held = {"memberships-0-role": Role.UNIT_HEAD, "memberships-0-reads_personal": "on"}
    address = url("user", "change", editor.pk)
    assert browser.post(address, user_data(editor, **held)).status_code == 302
    text = browser.get(address).text
    assert f"was given: {county.label} · unit head, with personal data" in text
    assert f"was taken: {county.label} · unit editor" in text
    assert text.count(f"<td>{administrator.name}</td>") == 2


def test_people_are_found_by_a_unit_for_which_they_hold_a_role(browser, editor, other_editor):
    found = browser.get(url("user"), {"unit": "linjiang"}).text
    assert editor.username in found
    assert "other-editor" not in found


def test_an_administrator_stays_in_while_changing_their_own_roles(browser, administrator, county):
    data = user_data(administrator)
    data |= rows(
        "memberships",
        {
            "id": administrator.memberships.get().pk,
            "user": administrator.pk,
            "unit": administrator.memberships.get().unit_id,
            "role": Role.ADMINISTRATOR,
        },
        {"user": administrator.pk, "unit": county.pk, "role": Role.UNIT_READER},
        initial=1,
    )
    address = url("user", "change", administrator.pk)
    assert browser.post(address, data).status_code == 302
    assert browser.get(address).status_code == 200
    assert administrator.memberships.count() == 2


def test_files_of_a_report_that_is_not_sent_are_not_listed(browser, county, editor, inspection):
    task = factories.make_task(units=[county])
    for name in ("sent.png", "secret-waiting.png"):
        file = evidence.check(SimpleUploadedFile(name, factories.picture()))
        factories.make_report(task, 10, actor=editor, files=[file])
        Inspection.objects.update(reports_signed=True)
    waiting = Evidence.objects.get(name="secret-waiting.png")

    text = browser.get(reverse("admin:tracker_evidence_changelist")).content.decode()

    assert "sent.png" in text
    assert "secret-waiting.png" not in text
    page = browser.get(reverse("admin:tracker_evidence_change", args=[waiting.pk]), follow=True)
    assert "secret-waiting.png" not in page.content.decode()
