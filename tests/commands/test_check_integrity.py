"""The command that looks through everything."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tracker.models import EventHead, Task


def test_a_whole_database_is_said_to_be_whole(db, capsys):
    factories.make_report(factories.make_task())
    call_command("check_integrity")
    assert capsys.readouterr().out.startswith("Everything is as it was entered (")


def test_the_first_fault_is_named_and_the_command_fails(db, capsys):
    factories.make_task()
    Task.objects.update(percent=12)
    with pytest.raises(
        CommandError, match="task 2022s2-1, percent is 12, by the record 0"
    ) as error:
        call_command("check_integrity")
    assert error.value.returncode == 1
    assert "task 2022s2-1: percent is 12" in capsys.readouterr().out


def test_json_lists_the_faults_in_one_document(db, capsys):
    factories.make_task()
    call_command("check_integrity", "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["faults"], answer["checked"]["task"]) == (True, [], 1)
    EventHead.objects.update(digest="x")
    with pytest.raises(CommandError):
        call_command("check_integrity", "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert [fault["what"] for fault in answer["faults"]] == ["record"]


def test_no_more_than_twenty_are_named(db, capsys):
    for _number in range(22):
        factories.make_task()
    Task.objects.update(percent=12)
    with pytest.raises(CommandError, match="first of 20"):
        call_command("check_integrity")
    assert len(capsys.readouterr().out.splitlines()) == 20
