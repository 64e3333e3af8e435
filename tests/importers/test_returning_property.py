"""Random plans go out and come back: nothing changes but what was edited, and that exactly."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.importers import ledgers
from tracker.choices import CellState, Role
from tracker.forms.working_rows import EDITABLE, quantity_key
from tracker.models import Unit
from tracker.operations import returns
from tracker.operations.entering import MeasurePlan
from tracker.operations.integrity import Check

AWKWARD = [
    *("=1+1", "+86", "-5", "@x", "＝A1", "_x0041_", "19", "2023-10-31", "true", " 前后有空格 "),
    *("第一行\n第二行", "1. 一\n2. 二", "\t缩进", "a\x01b", "\u200b", "😀", "<b>&amp;", "'单引号"),
]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
WORDS = st.one_of(st.sampled_from(AWKWARD), st.text(LETTERS, max_size=40))
NAMES = st.one_of(st.just(""), WORDS)
MEASURES = st.lists(WORDS.filter(str.strip), min_size=1, max_size=3)
PLANS = st.fixed_dictionaries(
    {
        "title": WORDS.filter(str.strip),
        "goal": WORDS.filter(str.strip),
        "measures": MEASURES,
        "units": st.sets(st.integers(0, 3), min_size=1),
        "supporting_units": st.sets(st.integers(0, 3)),
        "supervising_unit": st.sampled_from([None, 0, 1, 2, 3]),
        "accountable_leader": NAMES,
        "case_leader": NAMES,
        "task_force": NAMES,
        "quantity_target": st.one_of(
            st.none(), st.decimals(Decimal("0.01"), 999_999, places=2).filter(bool)
        ),
        "quantity_unit": st.sampled_from(["", "个", "公里"]),
        "is_listed": st.booleans(),
        "due_on": st.sampled_from([None, date(2023, 12, 31), date(2024, 6, 30)]),
    }
)
EDITS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(EDITABLE), st.integers(0, 5)),
    max_size=8,
    unique_by=lambda edit: edit[:2],
)
NEW_WORDS = ("改过的内容", "+改", "改\n两行", "改 19", "x" * 20, "改①")
DEADLINES = (
    "2025年底前",
    "2026年6月底前",
    "长期坚持",
    "2027-03-01",
    "2025年12月底前",
    "2028年底前",
)


@pytest.fixture
def place(db):
    city = factories.city()
    units = [
        factories.unit_of_code(f"place-{number}", f"第{number}县", city) for number in range(4)
    ]
    factories.bureau()
    return units, factories.make_user(Role.OFFICE, city, "office")


def enter(units, plans):
    for plan in plans:
        one = plan["supervising_unit"]
        factories.make_task(
            **{
                **plan,
                "units": [units[number] for number in sorted(plan["units"])],
                "supporting_units": [units[number] for number in plan["supporting_units"]],
                "supervising_unit": None if one is None else units[one],
                "measures": [MeasurePlan(text=text) for text in plan["measures"]],
            }
        )


@given(plans=st.lists(PLANS, min_size=1, max_size=4))
@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
def test_what_goes_out_and_comes_back_changes_nothing(place, plans):
    units, _office = place
    with transaction.atomic():
        enter(units, plans)

        returned = ledgers.read(ledgers.export())

        assert returned.rows == []
        assert returned.notes == []
        assert returned.counts == {"rows": len(plans), "cells": len(plans) * len(EDITABLE)}
        transaction.set_rollback(True)


def edited(name, choice, key, units):
    """``(cells, new key)`` of an edit that is understood, and is not what stood there."""
    if name == "measures":
        new = [*key, NEW_WORDS[choice].replace("\n", "")]
        cell = "\n".join(f"{number}. {text}" for number, text in enumerate(new, start=1))
        return {name: cell}, new
    if name in ("units", "supporting_units"):
        new = sorted({unit.code for unit in units[: 1 + choice % 4]})
        if new == key:
            new = sorted({unit.code for unit in units[1:]})
        names = [unit.short_name for unit in units if unit.code in new]
        return {name: "，".join(names)}, new
    if name in ("supervising_unit", "acceptance_unit"):
        unit = next(unit for unit in units[choice % 3 :] if [unit.code] != key)
        return {name: unit.name}, [unit.code]
    if name == "deadline":
        text = DEADLINES[choice]
        return {"deadline_text": text, "due_on": None}, [text, ""]
    if name == "quantity_target":
        return {name: 1_000_000 + choice / 4}, quantity_key(Decimal(1_000_000 + choice / 4))
    if name == "is_listed":
        return {name: "否" if key else "是"}, "" if key else "1"
    new = NEW_WORDS[choice]
    return {name: new}, new


@given(plans=st.lists(PLANS, min_size=4, max_size=4), edits=EDITS)
@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])
def test_the_edited_cells_change_and_no_other(place, plans, edits):
    units, office = place
    with transaction.atomic():
        # What a cell of measures cannot tell apart is refused, and has a test of its own.
        plans = [{**plan, "measures": ["落实措施", "完成整改"]} for plan in plans]
        enter(units, plans)
        tasks = list(factories.the_inspection().tasks.order_by("number"))
        before = ledgers.plan_of()
        sheet = ledgers.Edited(ledgers.export())
        expected = dict(before)
        for place_of, name, choice in edits:
            task = tasks[place_of]
            values, key = edited(name, choice, before[task.pk, name], units)
            sheet.write(task, **values)
            expected[task.pk, name] = key

        returned = ledgers.read(sheet.content())
        wanted = {
            (tasks[place_of].code, name): CellState.THEIRS for place_of, name, _choice in edits
        }
        assert ledgers.cells(returned) == wanted
        kept = ledgers.keep(returned, office)
        if edits:
            returns.confirm(actor=office, returned_id=kept.pk, at=ledgers.NOW)

        assert ledgers.plan_of() == expected
        assert ledgers.read(ledgers.export()).rows == []
        if edits:
            returns.undo(actor=office, returned_id=kept.pk, at=ledgers.NOW)
        assert ledgers.plan_of() == before
        assert list(Check().faults()) == []
        transaction.set_rollback(True)


def test_the_place_has_four_units_to_choose_from(place):
    assert Unit.objects.filter(code__startswith="place-").count() == 4
