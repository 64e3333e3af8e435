"""A person's own account, deputies, and work that is handed over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from tests import closing, factories
from tests.factories import grant, make_deputy, make_handover, make_task, part
from tracker.choices import Role
from tracker.models import Deputy, Handover
from tracker.operations.accounts import Grant, change_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def colleague(county):
    return factories.make_user(Role.UNIT_READER, county, "colleague", post="科员")


def deputy_data(deputy, today, **values):
    data = {"deputy": deputy.pk, "starts_on": today, "ends_on": today, "reason": "年休假"}
    return {**data, **values}


class TestAccount:
    def test_it_names_the_person_and_what_they_may_do(
        self, open_as, editor, county, other_county, django_assert_max_num_queries
    ):
        grant(editor, Role.UNIT_READER, other_county, reads_personal=True)
        browser = open_as(editor)
        browser.get("/")  # The first page of a session writes it.
        with django_assert_max_num_queries(15):
            text = browser.get(reverse("account")).text
        for said in (editor.name, county.label, other_county.label, "unit editor", "readable"):
            assert said in text
        assert reverse("new-deputy") in text
        assert f"was given: {county.label}" in text

    def test_somebody_without_a_role_is_told_whom_to_ask(self, open_as, stranger):
        text = open_as(stranger).get(reverse("account")).text
        assert "Ask the administrator" in text
        assert reverse("new-deputy") not in text

    def test_it_tells_who_deputises_for_whom_and_since_when_no_more(
        self, open_as, editor, head, colleague, today, county, other_county
    ):
        there = grant(editor, Role.UNIT_EDITOR, other_county)
        make_deputy(editor, colleague, today, memberships=[there])
        make_deputy(editor, head, today + timedelta(days=2))
        make_deputy(editor, colleague, today - timedelta(days=9))
        ended = make_deputy(editor, head, today - timedelta(days=5))
        Deputy.objects.filter(pk=ended.pk).update(ended_at=ended.given_at, ended_by=head)
        text = open_as(editor).get(reverse("account")).text
        for said in ("holds now", "to come", "over", f"by {head.name}", other_county.label):
            assert said in text
        assert f"I for {editor.name}" in open_as(colleague).get(reverse("account")).text

    def test_handovers_are_listed_for_both(self, open_as, editor, colleague, county):
        sheet = make_handover(editor, colleague, county)
        for person in (editor, colleague):
            person.refresh_from_db()
            browser = open_as(person)
            assert sheet.get_absolute_url() in browser.get(reverse("account")).text
            assert browser.get(sheet.get_absolute_url()).status_code == 200

    def test_logging_out_everywhere_else_keeps_the_session_at_hand(self, open_as, editor):
        here, elsewhere = open_as(editor), open_as(editor)
        answer = here.post(reverse("end-sessions"), follow=True)
        assert "Everywhere else" in answer.text
        assert here.get("/").status_code == 200
        assert elsewhere.get("/").status_code == 302

    def test_every_page_has_a_way_to_it(self, open_as, editor):
        assert reverse("account") in open_as(editor).get("/").text


class TestDeputies:
    def test_a_person_names_a_colleague_who_then_does_the_work(
        self, open_as, editor, colleague, today, county
    ):
        task = make_task(units=[county])
        browser = open_as(editor)
        assert "科员" in browser.get(reverse("new-deputy")).text
        answer = browser.post(reverse("new-deputy"), deputy_data(colleague, today), follow=True)
        assert "was named, and told so" in answer.text

        theirs = open_as(colleague)
        sign = reverse("acknowledge-task", args=[task.code, county.code])
        assert sign in theirs.get(reverse("todo")).text
        version = part(task).version
        assert theirs.post(sign, {"on": today, "version": version}).status_code == 302
        assert f"(for {editor.name})" in theirs.get(task.get_absolute_url()).text

    def test_a_refusal_keeps_what_was_typed(self, open_as, editor, colleague, today):
        late = today + timedelta(days=200)
        answer = open_as(editor).post(
            reverse("new-deputy"), deputy_data(colleague, today, ends_on=late)
        )
        assert answer.status_code == 422
        assert "90 days" in answer.text
        assert "年休假" in answer.text

    def test_some_roles_are_ticked(self, open_as, editor, colleague, today, other_county):
        there = grant(editor, Role.UNIT_EDITOR, other_county)
        open_as(editor).post(reverse("new-deputy"), deputy_data(colleague, today, roles=[there.pk]))
        row = Deputy.objects.get()
        assert (row.is_for_all, list(row.memberships.all())) == (False, [there])

    def test_the_administrator_names_one_for_somebody_who_is_away(
        self, open_as, administrator, editor, other_editor, today
    ):
        address = reverse("name-deputy", args=[editor.pk])
        answer = open_as(administrator).post(address, deputy_data(other_editor, today))
        assert answer.url == reverse("admin:tracker_user_change", args=[editor.pk])
        assert Deputy.objects.get().given_by == administrator

    def test_either_of_the_two_ends_it(self, open_as, editor, colleague, today):
        row = make_deputy(editor, colleague, today)
        browser = open_as(colleague)
        address = reverse("end-deputy", args=[row.pk])
        assert f"{colleague.name} deputises for {editor.name}" in browser.get(address).text
        assert browser.post(address).url == reverse("account")
        assert "ended on" in browser.get(reverse("account")).text

    def test_the_administrator_ends_it_and_is_back_with_the_person(
        self, open_as, administrator, editor, colleague, today
    ):
        row = make_deputy(editor, colleague, today)
        answer = open_as(administrator).post(reverse("end-deputy", args=[row.pk]))
        assert answer.url == reverse("admin:tracker_user_change", args=[editor.pk])


class TestHandover:
    def test_what_is_open_is_shown_before_and_kept_after(
        self, open_as, administrator, editor, colleague, county, other_county
    ):
        task = make_task(units=[county])
        factories.make_task(units=[other_county])
        grant(editor, Role.UNIT_READER, other_county)
        browser = open_as(administrator)
        address = reverse("hand-over", args=[editor.pk])
        page = browser.get(f"{address}?unit={county.code}")
        assert task.title in page.text
        assert other_county.label in page.text
        sent = {"unit": county.pk, "successor": colleague.pk, "note": "轮岗"}
        sheet = browser.post(address, sent, follow=True)
        for said in (task.title, "轮岗", colleague.name, "unit editor"):
            assert said in sheet.text
        assert Handover.objects.get().by == administrator

    def test_a_refusal_comes_back_with_the_form(self, open_as, administrator, editor, county):
        address = reverse("hand-over", args=[editor.pk])
        answer = open_as(administrator).post(address, {"unit": county.pk, "note": "轮岗"})
        assert answer.status_code == 422
        assert "轮岗" in answer.text

    def test_somebody_without_a_role_has_nothing_to_hand_over(
        self, open_as, administrator, stranger
    ):
        page = open_as(administrator).get(reverse("hand-over", args=[stranger.pk]))
        assert "nothing to hand over" in page.text
        assert '<button class="btn btn-p">' not in page.text

    def test_a_sheet_is_for_the_two_and_the_administrator(
        self, open_as, administrator, editor, colleague, head, county
    ):
        address = make_handover(editor, colleague, county).get_absolute_url()
        assert open_as(administrator).get(address).status_code == 200
        assert open_as(head).get(address).status_code == 404


class TestPersonalData:
    """Telephone numbers are masked for whoever was not granted them."""

    @pytest.fixture
    def report(self, county, editor):
        task = make_task(units=[county])
        return factories.make_report(
            task, actor=editor, contact_name="张三", contact_phone="13912341234"
        )

    def test_the_number_is_whole_for_its_unit_and_where_it_was_granted(
        self, open_as, report, editor, office, acceptance
    ):
        for person in (editor, office):
            assert "13912341234" in open_as(person).get(report.get_absolute_url()).text
        text = open_as(acceptance).get(report.get_absolute_url()).text
        assert "139****1234" in text
        assert "13912341234" not in text

    def test_who_reports_on_behalf_is_not_given_the_number_in_the_form(
        self, open_as, report, office, administrator, city
    ):
        address = reverse("report-progress", args=[report.assignment.task.code])
        assert "13912341234" in open_as(office).get(address).text
        change_account(
            actor=administrator,
            user_id=office.pk,
            changes={},
            roles=[Grant(Role.OFFICE, city)],
        )
        office.refresh_from_db()
        assert "13912341234" not in open_as(office).get(address).text

    def test_what_citizens_object_is_read_whole_by_who_settles_it_alone(
        self, open_as, office, head, leader, county
    ):
        granted = factories.make_user(Role.UNIT_READER, county)
        granted.memberships.update(reads_personal=True)
        closure = closing.passed(closing.completed_task(), head, office)
        objection = closing.objection(
            closing.publish(closure, office), office, content="夜间直排，致电13800001111。"
        )
        pages = [
            reverse("closure", args=[closure.pk]),
            reverse("closure", args=[closure.pk]) + "?asof=2022-12-31",
            reverse("settle-objection", args=[objection.pk]),
            closure.assignment.task.get_absolute_url(),
        ]
        for page in pages[:3]:
            text = open_as(office).get(page).text
            assert objection.contact in text
            assert "13800001111" in text
        closing.settle(objection, office, upheld=True, settlement="属实，已告知13800002222。")
        assert "13800002222" in open_as(office).get(pages[0]).text
        assert "13800002222" not in open_as(office).get(pages[3]).text
        for person in (granted, head, leader):
            for page in (pages[0], pages[1], pages[3]):
                text = open_as(person).get(page).text
                assert "138****2222" in text
                for secret in (objection.contact, "13800001111", "13800002222"):
                    assert secret not in text

    def test_who_settles_without_the_grant_reads_what_is_objected_masked(
        self, open_as, office, head
    ):
        office.memberships.update(reads_personal=False)
        closure = closing.passed(closing.completed_task(), head, office)
        objection = closing.objection(
            closing.publish(closure, office), office, content="夜间直排，致电13800001111。"
        )
        for page in (
            reverse("closure", args=[closure.pk]),
            reverse("settle-objection", args=[objection.pk]),
        ):
            text = open_as(office).get(page).text
            assert "138****1111" in text
            assert "13800001111" not in text

    def test_how_to_reach_a_citizen_is_for_those_to_whom_it_was_granted(
        self, open_as, office, head, leader
    ):
        closure = closing.passed(closing.completed_task(), head, office)
        objection = closing.objection(closing.publish(closure, office), office)
        pages = [
            reverse("closure", args=[closure.pk]),
            reverse("settle-objection", args=[objection.pk]),
        ]
        for page in pages:
            assert objection.contact in open_as(office).get(page).text
        assert objection.contact not in open_as(leader).get(pages[0]).text
        office.memberships.update(reads_personal=False)
        for page in pages:
            text = open_as(office).get(page).text
            assert objection.contact not in text
            assert "On file." in text
