"""The first account of an installation."""

import re

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tracker import access
from tracker.management.commands import create_administrator
from tracker.models import Event, Unit, User


def answers(monkeypatch, *lines, passwords=("江海市-长口令-2026", "江海市-长口令-2026")):
    typed, secret = iter(lines), iter(passwords)
    monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))
    monkeypatch.setattr(create_administrator, "getpass", lambda _prompt: next(secret))


def test_a_fresh_database_has_no_account(db):
    assert not User.objects.exists()


def test_a_random_password_is_printed_once_and_must_be_changed(db, capsys):
    call_command("create_administrator", username="admin", name="张某", city="江海市")
    out = capsys.readouterr().out
    password = re.search(r"to be changed: (\S+)$", out)[1]
    user = User.objects.get()
    assert user.check_password(password)
    assert user.must_change_password
    assert access.may_use_admin(user)
    root = Unit.objects.plain().get()
    assert (root.name, root.code, root.parent_id) == ("江海市", "city", None)
    assert Event.objects.get(unit=root).kind == "created"


def test_two_runs_give_two_passwords(db, capsys, city):
    seen = set()
    for name in ("a", "b"):
        call_command("create_administrator", username=name, name=name, force=True)
        seen.add(capsys.readouterr().out.split()[-1])
    assert len(seen) == 2
    assert Unit.objects.count() == 1


def test_what_is_not_given_is_asked(db, monkeypatch, capsys):
    answers(monkeypatch, "admin", "张某", "江海市")
    call_command("create_administrator")
    user = User.objects.get(username="admin")
    assert user.check_password("江海市-长口令-2026")
    assert not user.must_change_password
    assert "长口令" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("passwords", "why"), [(("a" * 20, "b" * 20), "differ"), (("1234", "1234"), "12")]
)
def test_bad_passwords_are_refused_and_nothing_is_made(passwords, why, db, monkeypatch):
    answers(monkeypatch, "admin", "张某", "江海市", passwords=passwords)
    with pytest.raises(CommandError, match=why):
        call_command("create_administrator")
    assert not User.objects.exists()
    assert not Unit.objects.exists()


def test_a_second_administrator_needs_force(administrator):
    with pytest.raises(CommandError, match="already"):
        call_command("create_administrator", username="b", name="b")
    call_command("create_administrator", username="b", name="b", force=True)
    assert User.objects.filter(username="b").exists()


def test_a_deactivated_administrator_does_not_count(administrator):
    User.objects.update(is_active=False)
    call_command("create_administrator", username="b", name="b")
    assert access.may_use_admin(User.objects.get(username="b"))


def test_without_a_unit_the_city_must_be_named(db):
    with pytest.raises(CommandError, match="--city"):
        call_command("create_administrator", username="admin", name="张某")


def test_a_taken_name_is_refused_in_words_and_leaves_no_unit(db):
    factories.User.objects.create_user("admin", name="别人", email="")
    with pytest.raises(CommandError):
        call_command("create_administrator", username="admin", name="张某", city="江海市")
    assert not Unit.objects.exists()
