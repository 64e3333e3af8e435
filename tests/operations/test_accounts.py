"""Accounts and roles: who gives them, what ends with them, and what is remembered."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import START, grant, make_deputy
from tracker.choices import Role
from tracker.figures.people import changes_of, deputies_of, handovers_of
from tracker.models import Membership, User
from tracker.operations import accounts, deputies
from tracker.operations.accounts import Grant

pytestmark = pytest.mark.django_db


def change(actor, user, roles, **changes):
    return accounts.change_account(actor=actor, user_id=user.pk, changes=changes, roles=roles)


def roles_of(user):
    return set(user.memberships.values_list("role", "unit__name", "reads_personal"))


class TestGiving:
    def test_an_account_comes_with_roles_for_several_units(
        self, administrator, county, other_county
    ):
        user, password = accounts.enter_account(
            actor=administrator,
            username="wang.li",
            name="王丽",
            email="wang@example.org",
            roles=[
                Grant(Role.UNIT_EDITOR, county, reads_personal=True),
                Grant(Role.UNIT_READER, other_county),
            ],
        )
        assert user.check_password(password)
        assert user.must_change_password
        assert roles_of(user) == {
            ("unit_editor", "临江县", True),
            ("unit_reader", "望潮县", False),
        }

    def test_roles_are_replaced_and_those_that_stay_are_left_alone(
        self, administrator, editor, county, other_county
    ):
        stays = grant(editor, Role.UNIT_READER, county)
        change(
            administrator,
            editor,
            [
                Grant(Role.UNIT_READER, county),
                Grant(Role.UNIT_EDITOR, other_county, reads_personal=True),
            ],
            name="李明",
        )
        editor.refresh_from_db()
        assert editor.name == "李明"
        assert roles_of(editor) == {
            ("unit_reader", "临江县", False),
            ("unit_editor", "望潮县", True),
        }
        assert editor.memberships.get(role=Role.UNIT_READER) == stays
        assert stays.history.count() == 1

    def test_a_grant_of_personal_data_is_given_and_taken(self, administrator, editor, county):
        for reads in (True, False):
            change(administrator, editor, [Grant(Role.UNIT_EDITOR, county, reads)])
            assert editor.memberships.get().reads_personal is reads

    def test_nobody_but_the_administrator_changes_rights(self, office, editor):
        with pytest.raises(PermissionDenied):
            change(office, editor, [])
        with pytest.raises(PermissionDenied):
            accounts.enter_account(actor=office, username="x", name="x", roles=[])
        with pytest.raises(PermissionDenied):
            accounts.reset_password(actor=office, user_id=editor.pk)
        assert editor.memberships.count() == 1

    def test_a_user_name_that_is_taken_is_refused(self, administrator, editor, reader, county):
        with pytest.raises(ValidationError) as refusal:
            change(administrator, editor, [], username=reader.username)
        assert "username" in refusal.value.message_dict
        assert editor.memberships.count() == 1

    def test_the_last_administrator_stays_one(self, administrator, city):
        for roles, changes in [
            ([], {}),
            ([Grant(Role.OFFICE, city)], {}),
            ([Grant(Role.ADMINISTRATOR, city)], {"is_active": False}),
        ]:
            with pytest.raises(ValidationError, match="last administrator"):
                change(administrator, administrator, roles, **changes)
        factories.make_user(Role.ADMINISTRATOR, city)
        change(administrator, administrator, [])
        assert not administrator.memberships.exists()


class TestSessions:
    """AN-7: a change of password or of roles ends every other session."""

    @pytest.mark.parametrize("after", ["same", "role", "grant", "unit"])
    def test_other_roles_end_the_sessions(
        self, administrator, editor, county, other_county, client_of, after
    ):
        theirs = client_of(editor)
        wanted = {
            "same": Grant(Role.UNIT_EDITOR, county),
            "role": Grant(Role.UNIT_HEAD, county),
            "grant": Grant(Role.UNIT_EDITOR, county, reads_personal=True),
            "unit": Grant(Role.UNIT_EDITOR, other_county),
        }[after]
        change(administrator, editor, [wanted])
        assert theirs.get("/tasks/").status_code == (200 if after == "same" else 302)

    def test_an_account_that_is_closed_is_out_at_once(
        self, administrator, editor, county, client_of
    ):
        theirs = client_of(editor)
        change(administrator, editor, [Grant(Role.UNIT_EDITOR, county)], is_active=False)
        assert theirs.get("/tasks/").status_code == 302

    def test_a_person_logs_out_everywhere_else(self, editor, client_of):
        theirs = client_of(editor)
        before = editor.session_no
        accounts.end_own_sessions(actor=editor)
        assert editor.session_no == before + 1
        assert theirs.get("/tasks/").status_code == 302
        assert editor.history.count() == 1


class TestWhoGaveWhatWhen:
    """The history of a person's rights, in words."""

    def told(self, user):
        said = changes_of(user, deputies_of(user), handovers_of(user))
        return [change.text for change in said]

    def test_roles_grants_and_the_account_itself(self, administrator, county, other_county):
        user, _password = accounts.enter_account(
            actor=administrator,
            username="wang.li",
            name="王丽",
            roles=[Grant(Role.UNIT_EDITOR, county)],
        )
        user.memberships.get().save()  # Nothing changed, and nothing is told.
        change(administrator, user, [Grant(Role.UNIT_EDITOR, county, reads_personal=True)])
        change(administrator, user, [], is_active=False)
        change(administrator, user, [], is_active=True)
        change(administrator, user, [], name="王莉")
        editing = f"{county.label} · unit editor"
        assert sorted(self.told(user)) == sorted(
            [
                "account opened again",
                "account closed",
                f"was taken: {editing}, with personal data",
                f"changed to: {editing}, with personal data",
                f"was given: {editing}",
                "account opened",
            ]
        )

    def test_what_was_lent_and_handed_over(self, editor, head, administrator, county):
        row = make_deputy(editor, head, START)
        deputies.end_deputy(actor=head, deputy_id=row.pk, at=factories.moment(START))
        day = "2020-01-01"
        assert f"{head.name} deputises from {day} to {day}" in self.told(editor)
        assert f"{head.name} deputises no more" in self.told(editor)
        assert f"deputises for {editor.name} from {day} to {day}" in self.told(head)
        assert f"deputises for {editor.name} no more" in self.told(head)

    def test_somebody_without_a_role_was_only_entered(self, stranger):
        assert self.told(stranger) == ["account opened"]
        assert Membership.objects.count() == 0
        assert User.objects.get() == stranger
