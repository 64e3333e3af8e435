"""Synthetic data of any size."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from tests import factories
from tracker.figures.overview import overview
from tracker.models import Event, Inspection, ProgressReport, Task, Unit
from tracker.operations.integrity import Check

DAY = date(2024, 1, 31)


def content(seed):
    """A list without its keys."""
    events = Event.objects.filter(inspection__code=f"load-{seed}").order_by("sequence")
    return (
        list(Task.objects.order_by("number").values_list("title", "due_on", "percent", "goal")),
        list(events.values_list("kind", "effective_on", "recorded_at", "note", "unit__code")),
    )


def test_a_list_of_the_asked_size_is_made_and_holds_together(db, capsys):
    call_command("make_load", "--tasks", "30", "--reports", "4", "--seed", "7")
    assert "30 tasks with 4 reports a unit: load-7." in capsys.readouterr().out
    inspection = Inspection.objects.get(code="load-7")
    assert inspection.is_demonstration
    assert inspection.tasks.count() == 30
    parts = Task.objects.filter(inspection=inspection).values("assignments").count()
    assert ProgressReport.objects.count() == 4 * parts
    assert list(Check().faults()) == []
    buckets = overview(Task.objects.all(), as_of=DAY).buckets
    assert buckets.total == 30
    assert min(buckets.completed, buckets.open) > 0
    assert not Event.objects.filter(recorded_at__date__lt=F("effective_on")).exists()


def test_the_same_seed_gives_the_same_list_and_another_does_not(db):
    made = []
    for seed in (5, 5, 6):
        with transaction.atomic():
            call_command("make_load", "--tasks", "6", "--reports", "2", "--seed", str(seed))
            made.append(content(seed))
            transaction.set_rollback(True)
    assert made[0] == made[1]
    assert made[0][0] != made[2][0]


def test_another_list_stands_below_the_same_root(city):
    call_command("make_load", "--tasks", "3", "--reports", "1", "--seed", "1")
    call_command("make_load", "--tasks", "3", "--reports", "0", "--seed", "2")
    assert [unit.code for unit in Unit.objects.plain().filter(parent=None)] == ["jianghai"]
    assert Task.objects.count() == 6
    assert list(Check().faults()) == []


def test_a_seed_is_used_once(db):
    call_command("make_load", "--tasks", "1", "--reports", "1", "--seed", "1")
    with pytest.raises(CommandError, match="1"):
        call_command("make_load", "--tasks", "1", "--reports", "1", "--seed", "1")
    assert Task.objects.count() == 1


def test_it_stays_out_of_a_list_of_an_office_unless_forced(db):
    factories.make_task()
    with pytest.raises(CommandError, match="--force"):
        call_command("make_load", "--tasks", "1")
    assert Task.objects.count() == 1
    call_command("make_load", "--tasks", "1", "--reports", "1", "--force")
    assert Task.objects.count() == 2


@pytest.mark.parametrize("option", ["--tasks=0", "--reports=-1", "--seed=-3"])
def test_impossible_sizes_are_refused(option, db):
    with pytest.raises(CommandError, match="or more"):
        call_command("make_load", option)
    assert not Inspection.objects.exists()
