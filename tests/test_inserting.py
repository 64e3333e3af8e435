"""Rows inserted in bulk are those that Django would have written."""

from datetime import date
from decimal import Decimal

import pytest

from tests.factories import make_task
from tracker.models import Event, Measure, Task
from tracker.models.inserting import give_keys, insert_rows
from tracker.operations import record
from tracker.operations.integrity import Check

pytestmark = pytest.mark.django_db


def plain(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]}


def copy(task, number):
    twin = Task.objects.get(pk=task.pk)
    twin.pk, twin.number, twin.code = None, number, f"x-{number}"
    return twin


def test_every_kind_of_value_is_written_as_django_writes_it():
    task = make_task(quantity_target=Decimal("12.5"), due_on=date(2024, 1, 31))
    one, other = copy(task, 901), copy(task, 902)
    other.save()

    insert_rows([one])
    give_keys([one], Task.objects.filter(number=901), "number")

    ours, theirs = Task.objects.get(pk=one.pk), Task.objects.get(number=902)
    different = {name for name, value in plain(ours).items() if plain(theirs)[name] != value}
    assert different == {"number", "code"}
    assert not one._state.adding


def test_each_row_gets_its_own_key():
    task = make_task()
    rows = [Measure(task_id=task.pk, number=number, text=f"第{number}条") for number in (7, 9, 8)]

    insert_rows(rows)
    give_keys(rows, Measure.objects.filter(task=task), "task_id", "number")

    assert [Measure.objects.get(pk=row.pk).number for row in rows] == [7, 9, 8]


def test_nothing_is_inserted_for_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows([])


def test_many_entries_continue_the_chain():
    task = make_task()
    before = Event.objects.latest("sequence")
    said = {"actor": None, "on": before.effective_on, "at": before.recorded_at}
    entries = [
        record.entry("exported", after={"字": [text]}, inspection=task.inspection, **said)
        for text in ("\u2028行", "“引号”")
    ]

    record.append_many(entries)

    new = list(Event.objects.order_by("sequence").filter(sequence__gt=before.sequence))
    assert [event.previous_digest for event in new] == [before.digest, new[0].digest]
    assert [event.details["after"]["字"] for event in new] == [["\u2028行"], ["“引号”"]]
    assert list(Check().faults()) == []
