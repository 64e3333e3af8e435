"""Handing work over: the roles, the drafts, the sheet, and who must stay."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import grant, make_task, moment, part
from tracker import access
from tracker.choices import ReportStatus, Role
from tracker.figures.people import changes_of, handovers_of
from tracker.models import Handover, ProgressReport, User
from tracker.operations import handover, progress

ON = date(2022, 6, 1)

pytestmark = pytest.mark.django_db


def hand_over(actor, person, successor, unit, **said):
    said = {"deactivates": False, "note": "", "on": ON, "at": moment(ON)} | said
    return handover.hand_over(
        actor=actor, from_id=person.pk, to_id=successor.pk, unit_id=unit.pk, **said
    )


def draft(author, task):
    return progress.save_draft(
        actor=author,
        assignment_id=part(task).pk,
        values={"text": "进行中", "percent": 30},
        on=ON,
        at=moment(ON),
    )


def told_of(person):
    return [change.text for change in changes_of(person, (), handovers_of(person))]


@pytest.fixture
def successor(county):
    return factories.make_user(username="successor")


def test_the_roles_for_the_unit_go_over_and_the_others_stay(
    administrator, editor, successor, county, other_county
):
    grant(editor, Role.UNIT_HEAD, county, reads_personal=True)
    grant(editor, Role.UNIT_READER, other_county)
    grant(successor, Role.UNIT_HEAD, county)
    sheet = hand_over(administrator, editor, successor, county, note="调离")

    assert set(successor.memberships.values_list("role", "unit__name", "reads_personal")) == {
        ("unit_editor", "临江县", False),
        ("unit_head", "临江县", True),
    }
    assert [row.unit for row in editor.memberships.all()] == [other_county]
    assert sheet.roles == ["unit_editor", "unit_head"]
    assert (sheet.note, sheet.by, sheet.deactivated) == ("调离", administrator, False)
    told = told_of(editor)
    assert f"handed the work for {county.label} over to {successor.name}" in told
    told = told_of(successor)
    assert f"took the work for {county.label} over from {editor.name}" in told


def test_the_sheet_keeps_what_was_open_then(administrator, editor, successor, county, town):
    task = make_task(units=[county])
    make_task(units=[town])
    sheet = hand_over(administrator, editor, successor, county)
    progress.complete_assignment(
        actor=factories.an_office(),
        assignment_id=part(task).pk,
        version=None,
        on=ON,
        at=moment(ON),
    )

    sheet.refresh_from_db()
    assert [line["code"] for line in sheet.work if line["act"] == "sign"][0] == task.code
    assert len(sheet.work) == 2
    assert {line["unit"] for line in sheet.work} == {county.label, town.label}


def test_what_waits_by_another_role_is_not_on_the_sheet(
    administrator, editor, successor, county, other_county
):
    grant(editor, Role.UNIT_EDITOR, other_county)
    make_task(units=[other_county])
    assert hand_over(administrator, editor, successor, county).work == []


def test_what_is_no_task_stands_on_the_sheet_by_its_name(administrator, office, successor, city):
    factories.make_foreign_list()
    sheet = hand_over(administrator, office, successor, city)
    [line] = [line for line in sheet.work if line["act"] == "import"]
    assert line["about"]
    assert "task" not in line


def test_drafts_move_unless_the_successor_has_begun_one(administrator, editor, head, county, town):
    mine, both = make_task(units=[county]), make_task(units=[town])
    moves, stays = draft(editor, mine), draft(editor, both)
    own = draft(head, both)
    sheet = hand_over(administrator, editor, head, county)

    assert (sheet.drafts, sheet.drafts_kept) == (1, 1)
    assert ProgressReport.objects.get(pk=moves.pk).author == head
    assert ProgressReport.objects.get(pk=stays.pk).author == editor
    assert ProgressReport.objects.get(pk=own.pk).author == head


def test_a_draft_that_was_sent_meanwhile_stays_under_the_name_of_who_sent_it(
    administrator, editor, successor, county, monkeypatch
):
    own = draft(editor, make_task(units=[county]))
    move_roles = handover._move_roles

    def move_roles_after_sending(*given, **said):
        ProgressReport.objects.filter(pk=own.pk).update(status=ReportStatus.TO_SIGN)
        move_roles(*given, **said)

    monkeypatch.setattr(handover, "_move_roles", move_roles_after_sending)
    sheet = hand_over(administrator, editor, successor, county)

    assert (sheet.drafts, sheet.drafts_kept) == (0, 1)
    assert ProgressReport.objects.get(pk=own.pk).author == editor


def test_what_was_sent_stays_under_the_name_of_who_sent_it(
    administrator, editor, successor, county
):
    report = factories.make_report(make_task(units=[county]), actor=editor)
    hand_over(administrator, editor, successor, county)
    assert ProgressReport.objects.get(pk=report.pk).author == editor


def test_the_account_is_closed_with_it_and_lends_nothing_any_more(
    administrator, editor, head, successor, county
):
    row = factories.make_deputy(editor, head, ON)
    hand_over(administrator, editor, successor, county, deactivates=True)
    assert not User.objects.get(pk=editor.pk).is_active
    row.refresh_from_db()
    assert row.ended_by == administrator


def test_who_left_before_still_hands_over(administrator, deactivated, successor, county):
    make_task(units=[county])
    sheet = hand_over(administrator, deactivated, successor, county)
    assert len(sheet.work) == 1
    assert access.scope_of(User.objects.get(pk=successor.pk)).reads == {county.pk}


def test_both_have_to_log_in_again(administrator, editor, successor, county, client_of):
    browsers = [client_of(person) for person in (editor, successor)]
    hand_over(administrator, editor, successor, county)
    assert [browser.get("/").status_code for browser in browsers] == [302, 302]


def test_doing_it_again_changes_nothing_and_says_so(administrator, editor, successor, county):
    hand_over(administrator, editor, successor, county)
    with pytest.raises(ValidationError, match="nothing to hand over"):
        hand_over(administrator, editor, successor, county)
    assert Handover.objects.count() == 1


def test_it_goes_to_somebody_else_whose_account_is_open(administrator, editor, deactivated, county):
    for successor in (editor, deactivated, User(pk=0)):
        with pytest.raises(ValidationError) as refusal:
            hand_over(administrator, editor, successor, county)
        assert list(refusal.value.message_dict) == ["successor"]
    assert editor.memberships.exists()


def test_the_last_administrator_hands_over_to_the_next(administrator, successor, city):
    hand_over(administrator, administrator, successor, city, deactivates=True)
    assert access.may_use_admin(User.objects.get(pk=successor.pk))
    assert not User.objects.get(pk=administrator.pk).is_active


def test_the_last_administrator_does_not_leave_with_the_work_of_another_unit(
    administrator, successor, county
):
    grant(administrator, Role.UNIT_READER, county)
    with pytest.raises(ValidationError, match="last administrator"):
        hand_over(administrator, administrator, successor, county, deactivates=True)
    assert administrator.memberships.count() == 2
    assert not successor.memberships.exists()


def test_nobody_but_the_administrator_does_it(office, editor, successor, county):
    with pytest.raises(PermissionDenied):
        hand_over(office, editor, successor, county)
