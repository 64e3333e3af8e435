"""Who may see and do what: the answers themselves; ``test_permissions`` asks through the pages."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from tests import closing, factories
from tests.factories import make_issue, make_task, part
from tracker import access
from tracker.choices import Role
from tracker.models import Closure, Membership, Petition, Task, Unit
from tracker.operations import annulment, assignments, units

ON = {"on": date(2022, 6, 1), "at": factories.moment(date(2022, 6, 1))}


def fresh(user):
    """The same person at their next request."""
    return type(user).objects.get(pk=user.pk)


@pytest.fixture
def others(db):
    """Somebody to whom nothing of the cast's units belongs."""
    return factories.make_unit("远山县", factories.city())


def test_a_person_reaches_their_unit_and_everything_below_it(editor, county, town, other_county):
    scope = access.scope_of(editor)
    assert scope.reads == scope.units == {county.pk, town.pk}
    assert scope.unit_label == county.label
    assert access.scope_of(editor) is scope
    assert set(access.visible_units(editor)) == {county, town}


def test_figures_are_narrowed_to_a_unit_s_own_parts_but_not_for_overseers(
    editor, leader, acceptance, county, bureau
):
    assert access.scope_of(editor).units == {county.pk}
    assert access.scope_of(leader).units is None
    assert access.scope_of(acceptance).units is None
    assert access.scope_of(acceptance).reads == {bureau.pk}


def test_several_roles_add_up_each_for_its_own_unit(editor, other_county, county):
    Membership.objects.create(user=editor, unit=other_county, role=Role.UNIT_READER)
    here, there = make_task(units=[county]), make_task(units=[other_county])
    assert set(access.visible_tasks(editor)) == {here, there}
    assert access.may_report(editor, part(here))
    assert not access.may_report(editor, part(there))


def test_nobody_who_is_not_in_reaches_anything(stranger, deactivated, county):
    make_task(units=[county])
    factories.make_programme()
    for user in (AnonymousUser(), stranger, deactivated):
        assert not access.visible_tasks(user).exists()
        assert not access.visible_issues(user).exists()
        assert not access.visible_units(user).exists()
        assert not access.visible_petitions(user).exists()
        assert not access.visible_programmes(user).exists()
        assert not access.judgeable_tasks(user).exists()


@pytest.mark.parametrize(
    ("who", "everything"),
    [
        ("office", True),
        ("leader", True),
        ("auditor", True),
        ("administrator", True),
        ("county_office", False),
        ("editor", False),
        ("acceptance", False),
    ],
)
def test_who_reads_the_whole_list(who, everything, request, other_county):
    user = request.getfixturevalue(who)
    make_task(units=[other_county], acceptance_unit=other_county)
    factories.make_petition(other_county)
    assert access.scope_of(user).reads_everything is everything
    for visible in (access.visible_tasks, access.visible_issues, access.visible_petitions):
        assert visible(user).exists() is everything


def test_drafts_and_annulled_tasks_are_the_city_office_s_own(office, leader, editor, county):
    draft = make_task(units=[county], issued=False)
    annulled = make_task(units=[county])
    Task.objects.filter(pk=annulled.pk).update(is_annulled=True)
    assert set(access.visible_tasks(office)) == {draft, annulled}
    assert not access.visible_tasks(leader).exists()
    assert not access.visible_tasks(editor).exists()


def test_an_annulled_issue_is_seen_by_the_city_office_only(office, leader, city):
    issue = make_issue()
    assert list(access.visible_issues(leader)) == [issue]
    issue.is_annulled = True
    issue.save()
    assert list(access.visible_issues(office)) == [issue]
    assert not access.visible_issues(leader).exists()


def test_an_issue_is_seen_by_those_who_have_one_of_its_tasks(editor, other_editor, county):
    issue = make_issue()
    make_task(units=[county], issue=issue)
    assert list(access.visible_issues(editor)) == [issue]
    assert not access.visible_issues(other_editor).exists()


def test_overseers_see_what_they_supervise_or_accept(acceptance, supervising, water_bureau, others):
    accepted = make_task(units=[others])
    supervised = make_task(units=[others], supervising_unit=water_bureau, acceptance_unit=others)
    assert list(access.visible_tasks(acceptance)) == [accepted]
    assert list(access.visible_tasks(supervising)) == [supervised]


def test_what_a_unit_did_before_it_was_removed_stays_in_its_sight(
    editor, office, county, other_county
):
    task = make_task(units=[county, other_county])
    assignments.remove_unit(
        actor=office, assignment_id=part(task, county).pk, version=None, note="", **ON
    )
    assert list(access.visible_tasks(editor)) == [task]


def test_a_unit_that_was_added_by_mistake_sees_nothing_of_the_task(
    editor, office, county, other_county
):
    task = make_task(units=[other_county])
    added = assignments.add_unit(
        actor=office, task_id=task.pk, version=None, unit=county, is_lead=False, **ON
    )
    assert list(access.visible_tasks(editor)) == [task]
    entry = added.events.get(kind="assigned")
    annulment.annul(actor=office, event_id=entry.pk, reason="录错", at=ON["at"])
    assert not access.visible_tasks(editor).exists()
    assert not access.visible_issues(editor).exists()


def test_a_moved_unit_is_in_other_hands_at_the_next_request(
    editor, other_editor, town, other_county, office
):
    task = make_task(units=[town])
    assert access.visible_tasks(editor).exists()
    units.move_unit(
        actor=office,
        unit_id=town.pk,
        version=None,
        parent=Unit.objects.get(pk=other_county.pk),
        note="区划调整",
        **ON,
    )
    assert not access.visible_tasks(fresh(editor)).exists()
    assert access.visible_tasks(fresh(other_editor)).get() == task


def test_a_person_who_moved_to_another_unit_leaves_the_old_one_behind(editor, county, other_county):
    make_task(units=[county])
    editor.memberships.update(unit=other_county)
    assert not access.visible_tasks(fresh(editor)).exists()


def test_files_are_seen_with_their_task(editor, other_editor, county):
    make_task(units=[county])
    assert "tracker_task" in str(access.visible_evidence(editor).query)
    assert not access.visible_evidence(other_editor).exists()


def test_attempts_at_closure_are_seen_with_their_task(
    editor, other_editor, acceptance, leader, stranger, county, office
):
    closure = closing.apply(closing.completed_task(), editor)
    for user in (editor, acceptance, leader, office):
        assert access.visible_closures(user).get() == closure
    for user in (other_editor, stranger):
        assert not access.visible_closures(user).exists()


def test_programmes_of_a_task_are_seen_with_it(editor, other_editor, leader, county):
    of_all = factories.make_programme()
    own = factories.make_programme(task=make_task(units=[county]))
    assert set(access.visible_programmes(editor)) == {of_all, own}
    assert set(access.visible_programmes(leader)) == {of_all, own}
    assert set(access.visible_programmes(other_editor)) == {of_all}


def test_annulled_petitions_are_nobody_s(office, editor, county):
    petition = factories.make_petition(county)
    assert access.visible_petitions(office).get() == access.visible_petitions(editor).get()
    Petition.objects.filter(pk=petition.pk).update(is_annulled=True)
    assert not access.visible_petitions(office).exists()
    assert not access.visible_petitions(editor).exists()


def test_a_refusal_says_that_nothing_changed_and_whom_to_ask():
    access.require(True)
    with pytest.raises(PermissionDenied, match="is unchanged|没有"):
        access.require(False)
    with pytest.raises(PermissionDenied, match="整改办请出面$"):
        access.require(False, whom="整改办请出面")


def test_a_county_s_office_runs_what_is_all_in_the_county(
    county_office, office, editor, county, town, other_county
):
    whole, shared = make_task(units=[county, town]), make_task(units=[county, other_county])
    empty = make_task(units=[], issued=False)
    assert access.may_run_task(county_office, whole)
    assert not access.may_run_task(county_office, shared)
    assert not access.may_run_task(county_office, empty)
    assert not access.may_run_task(editor, whole)
    assert access.may_run_task(office, shared)
    assert not access.may_run_list(county_office)


WHO_MAY = {
    "may_run_list": {"office"},
    "may_use_admin": {"administrator"},
    "may_manage_units": {"office", "administrator"},
    "may_report": {"office", "county_office", "editor", "head", "two_roles"},
    "may_run_task": {"office", "county_office"},
    "may_judge": {"office", "county_office", "supervising", "acceptance"},
    "may_confirm_completion": {"office", "county_office", "acceptance"},
    "may_accept": {"office", "acceptance"},
    "may_return": {"office", "acceptance"},
    "may_pre_accept": {"county_office"},
    "may_publish": {"office", "county_office"},
    "may_settle_petition": {"office", "county_office", "editor", "head", "two_roles"},
    "may_annul": {"office"},
}
CAST = [
    "sector",
    "two_roles",
    "deputy",
    "former_deputy",
    "office",
    "leader",
    "administrator",
    "auditor",
    "editor",
    "head",
    "reader",
    "county_office",
    "other_editor",
    "acceptance",
    "supervising",
    "stranger",
    "deactivated",
]


@pytest.mark.parametrize("who", CAST)
def test_who_may_do_what(who, request, county, water_bureau):
    user = request.getfixturevalue(who)
    task = make_task(units=[county], supervising_unit=water_bureau)
    applicant = factories.make_user(Role.UNIT_EDITOR, county)
    closure = closing.apply(factories.complete(task), applicant)
    of_county = Closure.objects.get(pk=closure.pk)
    of_county.county = county
    about = {
        "may_report": [part(task)],
        "may_run_task": [task],
        "may_judge": [task],
        "may_confirm_completion": [task],
        "may_accept": [closure],
        "may_return": [closure],
        "may_pre_accept": [of_county],
        "may_publish": [task],
        "may_settle_petition": [factories.make_petition(county)],
        "may_annul": [task.events.last()],
    }
    allowed = {act for act in WHO_MAY if getattr(access, act)(user, *about.get(act, []))}
    assert allowed == {act for act, people in WHO_MAY.items() if who in people}


@pytest.mark.parametrize("who", CAST)
def test_the_tasks_somebody_may_judge_are_those_of_which_each_alone_may_be_judged(
    who, request, county, town, other_county, water_bureau
):
    user = request.getfixturevalue(who)
    for hands in ([county], [county, town], [county, other_county], [other_county]):
        for overseers in ({"supervising_unit": water_bureau}, {"acceptance_unit": other_county}):
            make_task(units=hands, **overseers)
    one_by_one = {task for task in access.visible_tasks(user) if access.may_judge(user, task)}
    assert set(access.judgeable_tasks(user)) == one_by_one


def test_a_task_without_overseers_is_judged_by_the_office_alone(supervising, office, county):
    task = make_task(units=[county], issued=False, acceptance_unit=None)
    assert not access.may_judge(supervising, task)
    assert not access.may_confirm_completion(supervising, task)
    assert access.may_judge(office, task)


def test_another_person_of_another_unit_accepts(county, town, city, bureau):
    """Roles for the unit that applied, or for one below it, do not count; others add up."""
    applicant = factories.make_user(Role.UNIT_EDITOR, county)
    Membership.objects.create(user=applicant, unit=bureau, role=Role.ACCEPTANCE)
    closure = closing.apply(closing.completed_task(), applicant)
    assert not access.may_accept(applicant, closure)
    colleague = factories.make_user(Role.UNIT_EDITOR, county)
    assert not access.may_accept(colleague, closure)
    Membership.objects.create(user=colleague, unit=bureau, role=Role.ACCEPTANCE)
    assert access.may_accept(fresh(colleague), closure)
    assert access.may_accept(factories.make_user(Role.ACCEPTANCE, city), closure)
    assert "市生态环境局" in access.accepters(closure)


def test_a_county_s_office_accepts_for_its_towns_and_not_for_itself(county_office, county, town):
    of_town = closing.apply(closing.completed_task(units=[town]), factories.an_office())
    of_county = closing.apply(closing.completed_task(units=[county]), factories.an_office())
    assert access.may_accept(county_office, of_town)
    assert not access.may_accept(county_office, of_county)


def test_a_unit_that_accepts_its_own_task_leaves_it_to_the_office(bureau, acceptance, office):
    own = closing.completed_task(units=[bureau])
    closure = closing.apply(own, factories.make_user(Role.UNIT_EDITOR, bureau))
    assert not access.may_accept(acceptance, closure)
    assert access.may_accept(office, closure)


def test_a_task_of_the_city_itself_is_accepted_by_the_named_unit_below_it(city, acceptance, office):
    own = closing.completed_task(units=[city])
    closure = closing.apply(own, factories.make_user(Role.UNIT_EDITOR, city))
    assert access.may_accept(acceptance, closure)
    assert not access.may_accept(office, closure)


def test_where_no_acceptance_unit_is_named_any_more_the_office_decides(acceptance, office, county):
    closure = closing.apply(closing.completed_task(), factories.make_user(Role.UNIT_HEAD, county))
    Task.objects.update(acceptance_unit=None)
    closure = type(closure).objects.get()
    assert not access.may_accept(acceptance, closure)
    assert access.may_accept(office, closure)
    assert access.accepters(closure)


def test_a_supervising_unit_reads_its_sector_and_judges_only_what_it_is_named_for(
    sector, county, others
):
    air = factories.make_issue(medium=factories.make_medium("air", "大气环境"))
    water = factories.make_issue(medium=factories.make_medium("water", "水环境"))
    of_sector, other = make_task(units=[county], issue=air), make_task(units=[county], issue=water)
    draft = make_task(units=[county], issue=air, issued=False)
    assert list(access.visible_tasks(sector)) == [of_sector]
    assert list(access.visible_issues(sector)) == [air]
    assert access.scope_of(sector).units is None
    assert not access.may_judge(sector, of_sector)
    assert not access.judgeable_tasks(sector).exists()
    assert not access.planned_tasks(sector).exists()
    for task in (other, draft):
        assert not access.visible_tasks(sector).filter(pk=task.pk).exists()


def test_a_sector_is_read_by_the_role_of_supervising_alone(sector, city):
    unit = sector.memberships.get().unit
    make_task(issue=factories.make_issue(medium=unit.sectors.get()))
    for role in (Role.ACCEPTANCE, Role.UNIT_EDITOR, Role.UNIT_READER):
        assert not access.visible_tasks(factories.make_user(role, unit)).exists()


def test_what_a_sector_no_longer_holds_is_out_of_sight_and_out_of_reach(sector):
    unit = sector.memberships.get().unit
    make_task(issue=factories.make_issue(medium=unit.sectors.get()))
    before = access.reach_of(sector)
    assert access.still_reaches(fresh(sector), before)
    unit.sectors.clear()
    assert not access.visible_tasks(fresh(sector)).exists()
    assert not access.still_reaches(fresh(sector), before)


def test_every_view_of_somebody_with_two_roles_is_that_of_both(two_roles, county, other_county):
    tasks = {make_task(units=[unit], issue=make_issue()) for unit in (county, other_county)}
    petitions = {factories.make_petition(unit) for unit in (county, other_county)}
    programmes = {factories.make_programme(task=task) for task in tasks}
    assert set(access.visible_tasks(two_roles)) == tasks
    assert set(access.visible_issues(two_roles)) == {task.issue for task in tasks}
    assert set(access.visible_petitions(two_roles)) == petitions
    assert set(access.visible_programmes(two_roles)) == programmes
    assert set(access.visible_units(two_roles)) == {county, other_county}


def test_every_view_of_a_deputy_is_that_of_the_principal_and_ends_with_the_day(
    deputy, former_deputy, editor, county, office
):
    closure = closing.apply(closing.completed_task(), editor)
    programme = factories.make_programme(task=closure.assignment.task)
    petition = factories.make_petition(county)
    seen = {
        access.visible_tasks: closure.assignment.task,
        access.visible_closures: closure,
        access.visible_programmes: programme,
        access.visible_petitions: petition,
        access.visible_units: county,
        access.visible_issues: closure.assignment.task.issue,
    }
    for person, sees in [(deputy, True), (former_deputy, False)]:
        person.today = localdate()
        for visible, row in seen.items():
            assert visible(person).filter(pk=row.pk).exists() is sees, visible
    assert not access.visible_exports(deputy).exists()
    assert not access.visible_notifications(deputy).exists()


class TestPersonalData:
    """Telephones and the names of citizens, for those to whom they were granted."""

    @pytest.fixture
    def task(self, county, water_bureau):
        return make_task(units=[county], supervising_unit=water_bureau)

    @pytest.mark.parametrize(
        ("role", "unit", "reads"),
        [
            (Role.OFFICE, "city", True),
            (Role.LEADER, "city", True),
            (Role.UNIT_READER, "county", True),
            (Role.SUPERVISING, "water_bureau", True),
            (Role.ACCEPTANCE, "bureau", True),
            (Role.UNIT_EDITOR, "bureau", False),
            (Role.UNIT_EDITOR, "other_county", False),
            (Role.SUPERVISING, "other_county", False),
        ],
    )
    def test_a_grant_reaches_as_far_as_its_role(self, role, unit, reads, task, request):
        unit = request.getfixturevalue(unit)
        granted, plain = factories.make_user(), factories.make_user()
        factories.grant(granted, role, unit, reads_personal=True)
        factories.grant(plain, role, unit)
        assert access.may_read_personal(granted, part(task).unit_id, task) is reads
        assert not access.may_read_personal(plain, part(task).unit_id, task)

    def test_without_a_task_the_unit_alone_counts(self, task, county, bureau):
        overseer = factories.make_user()
        factories.grant(overseer, Role.ACCEPTANCE, bureau, reads_personal=True)
        assert not access.may_read_personal(overseer, county.pk)

    def test_who_reports_for_a_unit_sees_the_telephone_given_for_it(
        self, task, editor, head, reader, office, other_editor
    ):
        office.memberships.update(reads_personal=False)
        may = [
            person.username
            for person in (editor, head, reader, office, other_editor)
            if access.may_read_contact(person, part(task))
        ]
        assert may == ["editor", "head"]

    def test_a_grant_that_was_taken_puts_its_files_out_of_reach(self, office):
        before = access.reach_of(office)
        office.memberships.update(reads_personal=False)
        assert not access.still_reaches(fresh(office), before)
