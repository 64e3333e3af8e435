"""Deputies: who may be named, for which days, and what they may do by it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import closing, factories
from tests.factories import grant, make_deputy, make_task, moment, part
from tracker import access
from tracker.choices import Role
from tracker.exporters.forms import FORMS
from tracker.exporters.orders import Chosen, Order
from tracker.figures.todo import to_do
from tracker.models import Deputy, User
from tracker.operations import closures, deputies, progress

FIRST, LAST = date(2022, 6, 1), date(2022, 6, 10)

pytestmark = pytest.mark.django_db


def on(user, day):
    """The same person on another day, at their next request."""
    person = User.objects.get(pk=user.pk)
    person.today = day
    return person


def name(actor, principal, deputy, **said):
    said = {
        "membership_ids": None,
        "starts_on": FIRST,
        "ends_on": LAST,
        "reason": "休假",
        "on": FIRST,
        "at": moment(FIRST),
    } | said
    return deputies.name_deputy(actor=actor, principal_id=principal.pk, deputy_id=deputy.pk, **said)


def refused(field, *args, **said):
    with pytest.raises(ValidationError) as refusal:
        name(*args, **said)
    assert list(refusal.value.message_dict) == [field]
    assert not Deputy.objects.filter(reason="再次").exists()
    return " ".join(refusal.value.messages)


@pytest.fixture
def colleague(county):
    return factories.make_user(Role.UNIT_READER, county, "colleague")


class TestWhatADeputyMayDo:
    def test_they_hold_the_roles_of_the_principal_from_the_first_day_to_the_last(
        self, editor, colleague, county
    ):
        task = make_task(units=[county])
        make_deputy(editor, colleague, FIRST, LAST)

        for day, may in [
            (FIRST - timedelta(days=1), False),
            (FIRST, True),
            (LAST, True),
            (LAST + timedelta(days=1), False),
            (None, False),
        ]:
            assert access.may_report(on(colleague, day), part(task)) is may

    def test_they_find_the_work_of_the_principal_among_their_own(self, editor, colleague, county):
        make_task(units=[county])
        make_deputy(editor, colleague, FIRST, LAST)

        assert to_do(on(colleague, FIRST), day=FIRST).total == to_do(editor, day=FIRST).total == 1
        assert to_do(on(colleague, None), day=FIRST).total == 0

    def test_the_record_names_who_acted_and_for_whom(self, editor, colleague, county, town):
        task = make_task(units=[county])
        make_deputy(editor, colleague, FIRST, LAST)
        progress.submit_report(
            actor=on(colleague, FIRST),
            assignment_id=part(task).pk,
            version=None,
            values={"text": "完成一半", "percent": 50},
            on=FIRST,
            at=moment(FIRST),
        )

        entry = task.events.get(kind="reported")
        assert entry.actor == colleague
        assert entry.details["deputy_of"] == [editor.name]

    def test_what_they_do_with_their_own_roles_is_their_own(self, editor, head, county):
        task = make_task(units=[county])
        make_deputy(editor, head, FIRST, LAST)
        factories.make_report(task, actor=on(head, FIRST), on=FIRST)

        assert "deputy_of" not in task.events.get(kind="reported").details

    def test_a_step_about_the_whole_list_names_the_office_that_was_deputised_for(
        self, office, leader
    ):
        make_deputy(office, leader, FIRST, LAST)
        scope = access.scope_of(on(leader, FIRST))
        assert scope.deputises_for(None) == [office.name]
        assert access.scope_of(on(office, FIRST)).deputises_for(None) == []

    def test_some_roles_alone_can_be_lent(self, editor, colleague, county, other_county):
        there = grant(editor, Role.UNIT_EDITOR, other_county)
        make_deputy(editor, colleague, FIRST, LAST, memberships=[there])
        scope = access.scope_of(on(colleague, FIRST))
        assert scope.ids(Role.UNIT_EDITOR) == {other_county.pk}

    def test_the_role_of_administrator_is_not_lent(self, administrator, editor, city):
        grant(administrator, Role.LEADER, city)
        make_deputy(administrator, editor, FIRST, LAST)
        deputy = on(editor, FIRST)
        assert access.scope_of(deputy).reads_everything
        assert not access.may_use_admin(deputy)

    def test_the_right_to_personal_data_is_lent_with_its_role(self, office, leader, county):
        make_deputy(office, leader, FIRST, LAST)
        assert access.may_read_personal(on(leader, FIRST), county.pk)
        assert not access.may_read_personal(on(leader, None), county.pk)

    def test_a_principal_who_leaves_lends_nothing_any_more(self, editor, colleague):
        make_deputy(editor, colleague, FIRST, LAST)
        User.objects.filter(pk=editor.pk).update(is_active=False)
        assert access.scope_of(on(colleague, FIRST)).principals == {}

    def test_somebody_without_a_role_of_their_own_has_those_of_the_principal(
        self, administrator, editor, stranger, county
    ):
        name(administrator, editor, stranger)
        scope = access.scope_of(on(stranger, FIRST))
        assert scope.reads == {county.pk}
        assert scope.unit_label == ""

    def test_a_deputy_of_a_deputy_gets_nothing_of_it(self, editor, colleague, reader):
        make_deputy(editor, colleague, FIRST, LAST)
        Deputy.objects.create(
            principal=colleague,
            deputy=reader,
            starts_on=FIRST,
            ends_on=LAST,
            reason="休假",
            given_by=colleague,
            given_at=moment(FIRST),
        )
        assert access.scope_of(on(reader, FIRST)).ids(Role.UNIT_EDITOR) == frozenset()

    def test_an_export_is_that_of_its_day_and_out_of_reach_when_it_is_over(
        self, administrator, editor, stranger, county
    ):
        name(administrator, editor, stranger)
        order = Order(form="ledger", as_of=FIRST, user=stranger.pk, at=moment(FIRST))
        assert access.scope_of(Chosen(order, FORMS["ledger"]).user).reads == {county.pk}

        job = factories.make_export(on(stranger, FIRST), at=moment(FIRST))
        assert job.reach["reads"] == [county.pk]
        assert access.still_reaches(on(stranger, LAST), job.reach)
        assert not access.still_reaches(on(stranger, LAST + timedelta(days=1)), job.reach)

    def test_it_costs_no_more_queries(self, editor, colleague, django_assert_num_queries):
        make_deputy(editor, colleague, FIRST, LAST)
        for day in (None, FIRST):
            person = on(colleague, day)
            with django_assert_num_queries(2):
                access.scope_of(person)


class TestTwoPersons:
    """Nobody decides on what they, their principal or their deputy applied for."""

    @pytest.fixture
    def closure(self, head):
        return closing.apply(closing.completed_task(), head)

    def accept(self, person, closure):
        return closures.take_for_acceptance(
            actor=person,
            closure_id=closure.pk,
            version=None,
            on=closure.applied_on,
            at=moment(closure.applied_on),
        )

    def test_a_deputy_does_not_accept_what_the_principal_applied_for(
        self, closure, head, acceptance, administrator
    ):
        day = closure.applied_on
        name(administrator, head, acceptance, starts_on=day, ends_on=day, on=day)
        assert not access.may_accept(on(acceptance, day), closure)
        with pytest.raises(PermissionDenied):
            self.accept(on(acceptance, day), closure)
        assert access.may_accept(on(acceptance, day + timedelta(days=1)), closure)

    def test_a_principal_does_not_accept_what_the_deputy_applied_for(
        self, head, acceptance, administrator, county
    ):
        day = date(2022, 7, 11)
        name(administrator, acceptance, head, starts_on=day, ends_on=day, on=day)
        closure = closing.apply(closing.completed_task(), head, on=day)
        assert not access.may_accept(on(acceptance, day + timedelta(days=1)), closure)

    def test_a_day_before_the_deputising_began_does_not_make_it_another_s_doing(
        self, head, acceptance, administrator
    ):
        began = date(2022, 7, 11)
        name(administrator, acceptance, head, starts_on=began, ends_on=began, on=began)
        back = began - timedelta(days=2)
        closure = closing.apply(closing.completed_task(), on(head, began), on=back)
        assert closure.applied_on == back
        for day in (began, began + timedelta(days=9)):
            person = on(acceptance, day)
            assert not access.may_accept(person, closure)
            with pytest.raises(PermissionDenied):
                self.accept(person, closure)
        assert access.may_accept(on(acceptance, back), closure)

    def test_what_was_applied_for_after_the_end_is_the_former_deputy_s_own(
        self, head, acceptance, administrator
    ):
        day = date(2022, 7, 11)
        row = name(
            administrator,
            acceptance,
            head,
            starts_on=day - timedelta(days=5),
            ends_on=day,
            on=day - timedelta(days=5),
        )
        earlier = day - timedelta(days=2)
        deputies.end_deputy(actor=head, deputy_id=row.pk, at=moment(earlier))
        assert access.may_accept(
            on(acceptance, day), closing.apply(closing.completed_task(), head, on=day)
        )
        assert not access.scope_of(acceptance).did(None, day)
        assert access.scope_of(acceptance).did(head.pk, earlier)


class TestNaming:
    def test_a_person_names_a_colleague_who_is_told(self, editor, colleague):
        row = name(editor, editor, colleague)
        assert (row.given_by, row.is_for_all) == (editor, True)
        told = colleague.notifications.get()
        assert told.details == {"person": editor.name, "until": "2022-06-10"}

    def test_the_administrator_names_anybody_for_anybody(self, administrator, editor, stranger):
        assert name(administrator, editor, stranger).given_by == administrator

    def test_nobody_names_a_deputy_for_somebody_else(self, office, editor, colleague):
        with pytest.raises(PermissionDenied):
            name(office, editor, colleague)

    def test_rights_stay_in_the_house(self, editor, other_editor, deactivated, county, town):
        assert "no role in this house" in refused("deputy", editor, editor, other_editor)
        refused("deputy", editor, editor, deactivated)
        of_town = factories.make_user(Role.UNIT_HEAD, town)
        assert name(editor, editor, of_town)
        assert set(access.possible_deputies(of_town, of_town)) == {editor}

    def test_nobody_deputises_for_themselves(self, editor):
        assert "themselves" in refused("deputy", editor, editor, editor)

    def test_nobody_who_is_not_there_is_named(self, editor):
        with pytest.raises(ValidationError, match="Nobody deputises"):
            deputies.name_deputy(
                actor=editor,
                principal_id=editor.pk,
                deputy_id=0,
                membership_ids=None,
                starts_on=FIRST,
                ends_on=LAST,
                reason="休假",
                on=FIRST,
                at=moment(FIRST),
            )

    def test_days_that_do_not_do_are_refused_in_words(self, editor, colleague):
        assert "90 days" in refused("ends_on", editor, editor, colleague, ends_on=date(2022, 9, 1))

    def test_who_holds_no_role_has_nothing_to_lend(self, administrator, stranger, editor):
        assert "no role to lend" in refused("roles", administrator, stranger, editor)
        refused("roles", administrator, administrator, editor)

    def test_a_role_of_somebody_else_is_not_lent(self, editor, colleague):
        foreign = colleague.memberships.get()
        refused("roles", editor, editor, colleague, membership_ids=[foreign.pk])

    def test_a_role_has_one_deputy_on_a_day(self, editor, colleague, head, county, other_county):
        name(editor, editor, colleague)
        said = refused("starts_on", editor, editor, head, starts_on=LAST, ends_on=LAST)
        assert colleague.name in said
        assert "2022-06-01 to 2022-06-10" in said
        after = LAST + timedelta(days=1)
        assert name(editor, editor, head, starts_on=after, ends_on=after)

    def test_different_roles_have_different_deputies(self, editor, colleague, head, other_county):
        here, there = editor.memberships.get(), grant(editor, Role.UNIT_EDITOR, other_county)
        name(editor, editor, colleague, membership_ids=[here.pk])
        assert name(editor, editor, head, membership_ids=[there.pk])
        refused("starts_on", editor, editor, head, membership_ids=[here.pk])

    def test_nobody_is_named_who_is_away_themselves(self, editor, colleague, reader):
        name(colleague, colleague, reader)
        assert "would get nothing" in refused("deputy", editor, editor, colleague)

    def test_who_deputises_does_not_pass_it_on(self, editor, colleague, reader):
        name(editor, editor, colleague)
        said = refused("starts_on", colleague, colleague, reader)
        assert "a deputy of a deputy gets nothing" in said


class TestEnding:
    def test_either_of_the_two_and_the_administrator_end_it_at_once(
        self, editor, colleague, administrator
    ):
        for actor in (editor, colleague, administrator):
            row = name(editor, editor, colleague)
            ended = deputies.end_deputy(actor=actor, deputy_id=row.pk, at=moment(FIRST))
            assert ended.ended_by == actor
            assert access.scope_of(on(colleague, FIRST)).principals == {}

    def test_ending_it_twice_changes_nothing(self, editor, colleague):
        row = name(editor, editor, colleague)
        for actor, day in [(editor, FIRST), (colleague, LAST)]:
            ended = deputies.end_deputy(actor=actor, deputy_id=row.pk, at=moment(day))
        assert (ended.ended_by, ended.ended_at) == (editor, moment(FIRST))

    def test_nobody_else_ends_it(self, editor, colleague, head):
        row = name(editor, editor, colleague)
        with pytest.raises(PermissionDenied):
            deputies.end_deputy(actor=head, deputy_id=row.pk, at=moment(FIRST))
        assert set(access.visible_deputies(colleague)) == {row}
        assert not access.visible_deputies(head).exists()

    def test_one_that_was_ended_makes_room_for_another(self, editor, colleague, head):
        row = name(editor, editor, colleague)
        deputies.end_deputy(actor=editor, deputy_id=row.pk, at=moment(FIRST))
        assert name(editor, editor, head)
