"""Lists in every layout, read with at most one correction, every value compared."""

from io import BytesIO

import pytest
from django.utils import translation

from tests.importers.layouts.lists import LAYOUTS, TASKS
from tracker.importers import layouts


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def opened(layout):
    return layouts.read(BytesIO(layout.content), layout.name)


def choice_of(found, layout):
    """The suggestion, with the one correction that the layout needs."""
    choice = found.suggested
    if layout.correct is None:
        return choice
    header, name = layout.correct
    table = found.tables[found.best]
    [column] = [column for column in table.columns if column.header == header]
    return layouts.Choice(columns={**choice.columns, column.number: name}, table=choice.table)


@pytest.mark.parametrize("make", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_list_is_read_with_at_most_one_correction(make):
    layout = make()
    found = opened(layout)

    rows = list(layouts.rows(found, choice_of(found, layout)))

    expected = []
    for task in TASKS:
        wanted = task | layout.change.get(task["number"], {})
        expected.append({name: wanted[name] for name in layout.fields if wanted[name]})
    read = [
        {name: text for name, text in row.values.items() if name in layout.fields} for row in rows
    ]
    assert read == expected
    assert set(choice_of(found, layout).columns.values()) == set(layout.fields)
    assert [row.flaws for row in rows] == [{}] * len(TASKS)
    assert [row.doubts for row in rows] == [{}] * len(TASKS)


@pytest.mark.parametrize("make", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_layout_is_known_again_whatever_its_rows_hold(make):
    layout = make()

    first, second = opened(layout), opened(make())

    fingerprints = [table.fingerprint for table in first.tables]
    assert fingerprints == [table.fingerprint for table in second.tables]
    choice = layouts.Choice.of_json(first.suggested.as_json())
    assert choice == first.suggested
