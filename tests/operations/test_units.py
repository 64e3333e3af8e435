from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from tests.factories import moment
from tracker.choices import EventKind
from tracker.figures.overview import tree_on
from tracker.models import Event, Unit, UnitPlacement
from tracker.operations import assignments, units
from tracker.operations.record import Stale
from tracker.rules.record import FAR

ON = date(2023, 5, 8)

pytestmark = pytest.mark.django_db


def correct(actor, unit, **said):
    said = {"version": None, "changes": {}, "on": ON, "at": moment(ON), "note": "更名"} | said
    return units.correct_unit(actor=actor, unit_id=unit.pk, **said)


def move(actor, unit, parent, **said):
    said = {"version": None, "on": ON, "at": moment(ON), "note": "区划调整"} | said
    return units.move_unit(actor=actor, unit_id=unit.pk, parent=parent, **said)


def close(actor, unit, merged_into=None, **said):
    said = {"version": None, "on": ON, "at": moment(ON), "note": "机构改革"} | said
    return units.close_unit(actor=actor, unit_id=unit.pk, merged_into=merged_into, **said)


def last_event(unit):
    return Event.objects.filter(unit=unit).order_by("-sequence").first()


class TestEntering:
    def test_a_unit_stands_in_the_tree_from_its_day_on(self, office, county):
        unit = units.enter_unit(
            actor=office,
            values={
                "code": "hezui",
                "name": "河嘴镇人民政府",
                "short_name": "河嘴镇",
                "kind": factories.make_kind(),
            },
            parent=county,
            aliases=["河嘴", " 河嘴镇政府 ", "", "河嘴镇"],
            on=ON,
            at=moment(ON),
        )

        placement = UnitPlacement.objects.get(unit=unit)
        assert (placement.parent, placement.valid_from, placement.valid_to) == (county, ON, FAR)
        # The short name is no alias: a list finds the unit by it anyway.
        assert sorted(alias.alias for alias in unit.aliases.all()) == ["河嘴", "河嘴镇政府"]
        event = last_event(unit)
        assert event.kind == EventKind.CREATED
        assert event.details["after"]["parent"] == "linjiang"

    def test_a_root_has_no_parent_in_the_record(self):
        unit = factories.make_unit("江海市", code="jianghai")

        assert last_event(unit).details["after"]["parent"] is None

    def test_an_alias_that_another_unit_bears_is_refused(self, county, other_county):
        factories.make_unit("沙渚镇", county, aliases=["沙渚"])

        with pytest.raises(ValidationError, match="沙渚 is a name of 沙渚镇 already"):
            factories.make_unit("沙渚街道", other_county, aliases=["沙渚"])
        assert not Unit.objects.filter(name="沙渚街道").exists()

    def test_a_unit_of_the_same_name_is_refused(self, county):
        with pytest.raises(ValidationError) as refusal:
            factories.make_unit("临江县", county, code="other")

        assert "name" in refusal.value.message_dict

    def test_an_editor_may_enter_no_unit(self, editor):
        with pytest.raises(PermissionDenied):
            units.enter_unit(actor=editor, values={}, parent=None, on=ON, at=moment(ON))


class TestCorrecting:
    def test_the_earlier_name_stays_in_the_record(self, office, county):
        kind = factories.make_kind("department")

        unit = correct(office, county, version=1, changes={"name": "临江县人民政府", "kind": kind})

        assert (unit.name, unit.kind, unit.version) == ("临江县人民政府", kind, 2)
        event = last_event(county)
        assert event.kind == EventKind.CORRECTED
        assert event.details["before"] == {"name": "临江县", "kind": "region"}
        assert event.details["after"]["name"] == "临江县人民政府"

    def test_aliases_are_replaced_by_those_given(self, office, county):
        unit = factories.make_unit("沙渚镇", county, aliases=["沙渚", "沙渚公社"])

        correct(office, unit, aliases=["沙渚", "沙渚镇政府"])

        assert sorted(alias.alias for alias in unit.aliases.all()) == ["沙渚", "沙渚镇政府"]
        assert last_event(unit).details["before"]["aliases"] == ["沙渚", "沙渚公社"]

    def test_lists_still_find_the_unit_by_the_name_it_had(self, office, county):
        unit = correct(office, county, changes={"name": "临江区", "short_name": "临江"})
        assert [alias.alias for alias in unit.aliases.all()] == ["临江县"]

        correct(office, unit, changes={"short_name": "临江区"}, aliases=["江头县"])
        assert {alias.alias for alias in unit.aliases.all()} == {"江头县", "临江"}
        assert last_event(county).details["after"]["aliases"] == ["临江", "江头县"]

    def test_a_name_that_comes_back_is_no_alias_any_more(self, office, county):
        correct(office, county, changes={"name": "临江区"})
        unit = correct(office, county, changes={"name": "临江县", "short_name": "临江区"})
        assert not unit.aliases.exists()

    def test_the_sectors_of_a_unit_stand_in_the_record(self, office, bureau):
        air = factories.make_medium("air", "大气环境")
        unit = correct(office, bureau, sectors=[air])
        assert list(unit.sectors.all()) == [air]
        assert last_event(bureau).details["after"]["sectors"] == ["air"]
        correct(office, bureau, sectors=[])
        assert last_event(bureau).details["before"]["sectors"] == ["air"]

    def test_nothing_changed_is_nothing_recorded(self, office, county):
        before = Event.objects.count()

        correct(office, county, changes={"name": county.name}, aliases=[])

        assert Event.objects.count() == before
        assert Unit.objects.get(pk=county.pk).version == 1

    def test_the_second_of_two_editors_is_told_who_was_first(self, office, county):
        correct(office, county, version=1, changes={"position": 5})

        with pytest.raises(Stale) as conflict:
            correct(office, county, version=1, changes={"position": 7})
        assert conflict.value.since[0].actor == office

    def test_a_reader_may_correct_nothing(self, reader, county):
        with pytest.raises(PermissionDenied):
            correct(reader, county, changes={"position": 5})


class TestMoving:
    def test_earlier_days_keep_the_tree_as_it_was(self, office, town, county, other_county):
        unit = move(office, town, other_county, version=1)

        assert (unit.parent, unit.version) == (other_county, 2)
        placements = UnitPlacement.objects.filter(unit=town).order_by("valid_from")
        assert [(row.parent, row.valid_to) for row in placements] == [
            (county, ON),
            (other_county, FAR),
        ]
        event = last_event(town)
        assert event.kind == EventKind.UNIT_MOVED
        assert event.details["before"] == {"parent": "linjiang"}
        assert event.details["after"]["parent"] == "donghai"

    def test_there_is_one_root_and_no_second(self, office, city, town):
        with pytest.raises(ValidationError) as refusal:
            move(office, town, None)
        assert "江海市" in refusal.value.message_dict["parent"][0]
        town.refresh_from_db()
        assert town.parent is not None

    def test_a_unit_cannot_stand_under_itself_or_its_own(self, office, county, town):
        for parent in (county, town):
            with pytest.raises(ValidationError) as refusal:
                move(office, county, parent)
            assert "parent" in refusal.value.message_dict

    def test_a_unit_that_stands_there_already_stays(self, office, town, county, city):
        before = Event.objects.count()

        move(office, town, county)
        move(office, city, None)

        assert Event.objects.count() == before

    def test_a_move_on_the_day_of_the_last_one_or_before_it_is_refused(
        self, office, town, other_county
    ):
        with pytest.raises(ValidationError, match="since 2020-01-01"):
            move(office, town, other_county, on=factories.START)

    def test_no_two_units_stand_under_each_other_on_any_past_day(
        self, office, city, county, other_county
    ):
        later, last = date(2023, 8, 1), date(2023, 10, 1)
        move(office, county, other_county)
        move(office, county, city, on=last, at=moment(last))
        with pytest.raises(ValidationError) as refusal:
            move(office, other_county, county, on=later, at=moment(last))
        assert refusal.value.message_dict == {
            "on": ["On 2023-08-01 临江县 still stood under this unit. Choose a later day."]
        }
        move(office, other_county, county, on=last, at=moment(last))
        assert county.pk not in tree_on(later).below([county.pk]) - {county.pk}
        assert tree_on(later).below([city.pk]) == {city.pk, county.pk, other_county.pk}

    def test_a_move_in_the_future_is_refused(self, office, town, other_county):
        for day in (date(2023, 5, 9), FAR):
            with pytest.raises(ValidationError, match="is in the future"):
                move(office, town, other_county, on=day)
        assert UnitPlacement.objects.filter(unit=town).count() == 1

    def test_a_unit_whose_placements_are_unknown_can_be_moved(self, office, town, other_county):
        UnitPlacement.objects.filter(unit=town).delete()

        assert move(office, town, other_county).parent == other_county


class TestClosing:
    def test_a_unit_is_merged_into_its_successor(self, office, town, county):
        unit = close(office, town, county)

        assert (unit.closed_on, unit.merged_into) == (ON, county)
        event = last_event(town)
        assert event.kind == EventKind.UNIT_CLOSED
        assert event.details["after"]["merged_into"] == "linjiang"

    def test_a_unit_is_closed_without_a_successor(self, office, town):
        unit = close(office, town)

        assert (unit.closed_on, unit.merged_into) == (ON, None)
        assert last_event(town).details["after"]["merged_into"] is None

    def test_a_closed_unit_cannot_be_closed_again(self, office, town):
        close(office, town)

        with pytest.raises(ValidationError, match="closed on 2023-05-08 already"):
            close(office, town)

    def test_a_unit_with_open_tasks_must_give_them_away_first(self, office, town):
        task = factories.make_task(units=[town])

        with pytest.raises(ValidationError, match="1 open tasks"):
            close(office, town)

        factories.complete(task)
        assert close(office, town).closed_on == ON

    def test_a_unit_is_not_closed_on_a_day_on_which_another_stood_under_it(
        self, office, county, town, other_county
    ):
        move(office, town, other_county, on=date(2023, 5, 20), at=moment(date(2023, 5, 20)))

        with pytest.raises(ValidationError, match="沙渚镇 stood under 临江县 until 2023-05-20"):
            close(office, county, at=moment(date(2023, 5, 21)))
        later = date(2023, 5, 20)
        assert close(office, county, on=later, at=moment(later)).closed_on == later

    def test_units_that_were_closed_before_do_not_keep_it_open(self, office, county, town):
        close(office, town)

        assert close(office, county).closed_on == ON

    def test_a_unit_cannot_be_merged_into_itself(self, office, town):
        with pytest.raises(ValidationError) as refusal:
            close(office, town, town)
        assert "merged_into" in refusal.value.message_dict

    def test_a_unit_is_closed_when_its_last_task_has_left_it_and_not_before(
        self, office, town, other_county
    ):
        task = factories.make_task(units=[town, other_county], number=19, title="码头整治")
        left, today = date(2023, 4, 1), date(2023, 5, 8)
        assignments.remove_unit(
            actor=office,
            assignment_id=factories.part(task, town).pk,
            version=None,
            on=left,
            at=moment(today),
            note="划转",
        )

        with pytest.raises(ValidationError) as refusal:
            close(office, town, on=date(2023, 3, 31), at=moment(today))

        assert refusal.value.message_dict == {
            "on": [
                "沙渚镇 answered for the task “19 码头整治” until 2023-04-01. Choose that day or a"
                " later one."
            ]
        }
        assert close(office, town, on=left, at=moment(today)).closed_on == left

    def test_a_unit_is_not_closed_before_the_day_it_completed_its_last_task(self, office, town):
        task = factories.make_task(units=[town])
        factories.complete(task, on=date(2023, 4, 1))

        with pytest.raises(ValidationError, match="until 2023-04-01"):
            close(office, town, on=date(2023, 3, 31))
        assert close(office, town, on=date(2023, 4, 1)).closed_on == date(2023, 4, 1)

    def test_a_unit_added_and_removed_on_one_day_never_answered(self, office, town, other_county):
        task = factories.make_task(units=[other_county])
        day = date(2023, 4, 1)
        said = {"actor": office, "version": None, "on": day, "at": moment(day), "note": "误加"}
        added = assignments.add_unit(task_id=task.pk, unit=town, is_lead=False, **said)
        assignments.remove_unit(assignment_id=added.pk, **said)

        assert close(office, town, on=date(2023, 3, 1), at=moment(ON)).closed_on

    def test_a_unit_is_not_merged_into_a_closed_one(self, office, town, county, other_county):
        close(office, town, county)

        with pytest.raises(ValidationError, match="沙渚镇 was closed on 2023-05-08"):
            close(office, other_county, town)

    def test_two_units_are_not_merged_into_each_other_by_whatever_way(
        self, office, city, town, other_county
    ):
        third = factories.unit_of_code("hezui", "河嘴镇", city)
        close(office, town, third)
        close(office, third, other_county)

        with pytest.raises(ValidationError) as refusal:
            close(office, other_county, town, on=date(2023, 5, 7))
        assert refusal.value.message_dict == {
            "merged_into": ["沙渚镇 was merged into 望潮县. Choose another unit."]
        }
