"""Merging a unit into another: what goes over, what stays, and figures that never change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from tests.factories import complete, grant, make_report, make_task, make_unit, moment
from tracker import access
from tracker.choices import EventKind, Role
from tracker.figures.overview import overview, tree_on
from tracker.forms.task_rows import Known
from tracker.models import Event, ProgressReport, Task, User
from tracker.operations import (
    annulment,
    discussions,
    inspections,
    progress,
    report_steps,
    units,
)
from tracker.operations.integrity import Check
from tracker.operations.unit_merging import holdings, merge_unit

ON = date(2023, 5, 8)

pytestmark = pytest.mark.django_db


def merge(actor, unit, into, on=ON, **said):
    said = {"version": None, "moves_people": False, "note": "机构改革", "at": moment(on)} | said
    return merge_unit(actor=actor, unit_id=unit.pk, into=into, on=on, **said)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def into(other_county):
    return other_county


class TestWhatGoesOver:
    def test_open_parts_pass_to_the_successor_from_the_day_on(self, office, county, into):
        task = make_task(units=[county])
        merge(office, county, into)

        assert access.units_of(task) == {into.pk}
        old = task.assignments.get(unit=county)
        new = task.assignments.get(unit=into)
        assert (old.removed_on, new.added_on, new.is_lead) == (ON, ON, old.is_lead)
        said = Event.objects.filter(task=task, effective_on=ON).values_list("kind", flat=True)
        assert set(said) == {"assigned", "unassigned"}

    def test_a_part_that_the_successor_has_too_just_ends(self, office, county, into):
        task = make_task(units=[county, into])
        task.assignments.filter(unit=county).update(is_lead=True)
        merge(office, county, into)
        assert access.units_of(task) == {into.pk}
        assert task.assignments.get(unit=into).is_lead

    def test_where_it_did_not_lead_the_lead_stays_as_it_was(self, office, county, into):
        third = make_unit("澜湾县", county.parent)
        task = make_task(units=[third, county, into])
        task.assignments.filter(unit=third).update(is_lead=True)
        merge(office, county, into)
        assert access.units_of(task) == {third.pk, into.pk}
        assert task.assignments.get(unit=third).is_lead

    def test_what_was_completed_stays_under_the_old_name(self, office, county, into):
        done = complete(make_task(units=[county]), on=ON - timedelta(days=30))
        closed = factories.make_closed(units=[county])
        merge(office, county, into)
        assert access.units_of(done) == access.units_of(closed) == {county.pk}

    def test_it_is_named_no_more_where_a_task_is_open(self, office, bureau, into, county):
        task = make_task(units=[county], acceptance_unit=bureau, supervising_unit=bureau)
        other = make_task(units=[county], acceptance_unit=into)
        other.supporting_units.add(bureau)
        closed = factories.make_closed(acceptance_unit=bureau)
        merge(office, bureau, into)

        task, other = fresh(task), fresh(other)
        assert task.acceptance_unit == task.supervising_unit == into
        assert set(other.supporting_units.all()) == {into}
        assert fresh(closed).acceptance_unit == bureau

    def test_open_questions_go_along_to_the_successor_s_part(self, office, county, into):
        task = make_task(units=[county])
        question = factories.make_question(task)
        settled = factories.make_question(task, text="资金何时到位？")
        discussions.settle(actor=office, question_id=settled.pk, at=moment(ON))
        merge(office, county, into)
        assert fresh(question).part.unit == into
        assert fresh(settled).part.unit == county

    def test_the_successor_supervises_the_sectors_of_both(self, office, bureau, into):
        air, water = factories.make_medium("air", "大气环境"), factories.make_medium("sea", "海洋")
        bureau.sectors.add(air)
        into.sectors.add(water)
        merge(office, bureau, into)
        assert set(into.sectors.all()) == {air, water}
        entry = into.events.get(kind=EventKind.CORRECTED)
        assert entry.details["after"]["sectors"] == ["air", "sea"]
        assert not list(Check().faults())

    def test_drafts_stay_with_their_authors(self, office, county, into, editor):
        task = make_task(units=[county])
        progress.save_draft(
            actor=editor,
            assignment_id=task.assignments.get().pk,
            values={"text": "下月", "percent": 50},
            on=ON,
            at=moment(ON),
        )
        assert holdings(county).drafts == 1
        merge(office, county, into)
        draft = ProgressReport.objects.get()
        assert (draft.author, draft.assignment.unit, draft.status) == (editor, county, "draft")

    def test_units_below_it_move_along(self, office, county, town, into):
        merge(office, county, into)
        assert fresh(town).parent == into
        assert town.pk in tree_on(ON).below([into.pk])
        assert town.pk in tree_on(ON - timedelta(days=1)).below([county.pk])

    def test_lists_find_the_successor_under_the_old_names_from_then_on(
        self, office, county, into, inspection
    ):
        units.correct_unit(
            actor=office,
            unit_id=county.pk,
            version=None,
            changes={},
            aliases=["临江"],
            on=ON,
            at=moment(ON),
            note="别名",
        )
        gone = make_unit("撤销办", county.parent)
        units.close_unit(
            actor=office,
            unit_id=gone.pk,
            version=None,
            merged_into=None,
            on=ON,
            at=moment(ON),
            note="撤销",
        )
        merge(office, county, into)

        def known(day):
            return Known.of(inspection, take_over=False, issued_on=day, today=day)

        assert known(ON).unit("临江县") == known(ON).unit("临江") == into
        assert known(ON).several("临江县、望潮县") == [into]
        assert known(ON - timedelta(days=1)).unit("临江") == county
        with pytest.raises(ValidationError):
            known(ON).unit("撤销办")

    def test_people_move_only_where_the_administrator_says_so(
        self, office, administrator, county, into, city
    ):
        editor = factories.make_user(Role.UNIT_EDITOR, county)
        grant(editor, Role.UNIT_EDITOR, into, reads_personal=True)
        grant(editor, Role.UNIT_READER, county)
        grant(editor, Role.UNIT_READER, city)
        with pytest.raises(PermissionDenied):
            merge(office, county, into, moves_people=True)
        grant(administrator, Role.OFFICE, city)

        merge(User.objects.get(pk=administrator.pk), county, into, moves_people=True)

        held = editor.memberships.values_list("role", "unit__name", "reads_personal")
        assert set(held) == {
            ("unit_editor", into.name, True),
            ("unit_reader", into.name, False),
            ("unit_reader", city.name, False),
        }

    def test_the_unit_is_closed_and_says_into_what(self, office, county, into):
        make_task(units=[county])
        unit = merge(office, county, into)
        assert (unit.closed_on, unit.merged_into) == (ON, into)
        entry = unit.events.get(kind=EventKind.UNIT_MERGED)
        assert entry.details["after"] == {
            "merged_into": into.code,
            "parts": 1,
            "units": 0,
            "version": 2,
        }
        assert not list(Check().faults())

    def test_what_a_merger_moves_is_told_before(self, office, county, town, into, editor):
        make_task(units=[county])
        complete(make_task(units=[county]))
        factories.make_petition(county)
        make_task(units=[into], supervising_unit=county)
        held = holdings(county)
        assert (len(held.parts), held.finished, held.petitions) == (1, 1, 1)
        assert (len(held.named), held.units) == (1, [town])
        assert [row.user for row in held.memberships] == [editor]


class TestRefusals:
    @pytest.mark.parametrize("who", ["administrator", "county_office", "editor", "leader"])
    def test_the_city_s_office_merges_and_nobody_else(self, who, request, county, into):
        with pytest.raises(PermissionDenied):
            merge(request.getfixturevalue(who), county, into)

    def test_not_into_itself_nor_into_a_closed_one(self, office, county, into):
        with pytest.raises(ValidationError, match="itself"):
            merge(office, county, county)
        units.close_unit(
            actor=office,
            unit_id=into.pk,
            version=None,
            merged_into=None,
            on=ON,
            at=moment(ON),
            note="撤销",
        )
        with pytest.raises(ValidationError, match="was closed"):
            merge(office, county, into)

    def test_not_into_a_unit_of_its_own(self, office, county, town):
        with pytest.raises(ValidationError, match="cannot stand under itself"):
            merge(office, county, town)
        assert fresh(county).closed_on is None

    def test_not_twice(self, office, county, into, city):
        merge(office, county, into)
        with pytest.raises(ValidationError, match="closed on"):
            merge(office, county, into)

    def test_not_while_reports_wait_inside(self, office, county, into, inspection, editor, head):
        inspections.amend_inspection(
            actor=office,
            inspection_id=inspection.pk,
            changes={"reports_signed": True},
            on=ON,
            at=moment(ON),
        )
        tasks = [make_task(units=[county], number_printed=f"第{n}项") for n in range(1, 8)]
        reports = [make_report(task, actor=editor, on=ON) for task in tasks]
        assert [row.pk for row in holdings(county).waiting] == [row.pk for row in reports]
        with pytest.raises(ValidationError) as refusal, transaction.atomic():
            merge(office, county, into)
        [said] = refusal.value.messages
        assert said.startswith("7 reports of this unit wait to be signed or reviewed: task 第1项、")
        assert "第5项…" in said
        assert "Sign, pass on or send them back first" in said
        assert fresh(county).closed_on is None

        for report in reports:
            report_steps.send_back(actor=head, report_id=report.pk, reason="缺监测数据")
            if report is reports[-2]:
                with pytest.raises(ValidationError, match=r"1 report .* task 第7项\."):
                    merge(office, county, into)
        merge(office, county, into)

    def test_not_on_a_day_before_what_was_reported_since(self, office, county, into):
        task = make_task(units=[county])
        make_report(task, on=ON + timedelta(days=10))
        before = Event.objects.count()
        with pytest.raises(ValidationError):
            merge(office, county, into, at=moment(ON + timedelta(days=20)))
        assert Event.objects.count() == before
        assert access.units_of(task) == {county.pk}

    def test_a_part_that_came_later_passes_on_the_day_it_came(self, office, county, into):
        later = ON + timedelta(days=5)
        task = make_task(units=[county], on=later)
        merge(office, county, into, at=moment(later + timedelta(days=1)))
        assert task.assignments.get(unit=into).added_on == later
        assert access.units_of(task) == {into.pk}

    def test_neither_the_merger_nor_a_part_of_it_is_annulled(self, office, county, into):
        task = make_task(units=[county])
        merge(office, county, into)
        for entry in (
            Event.objects.get(kind=EventKind.UNIT_MERGED),
            task.events.get(kind=EventKind.UNASSIGNED),
        ):
            with pytest.raises(ValidationError):
                annulment.annul(actor=office, event_id=entry.pk, reason="录错", at=moment(ON))
        assert access.units_of(task) == {into.pk}


DAYS = [date(2022, 5, 1) + timedelta(days=60 * n) for n in range(7)]


def figures(places):
    """Everything that is counted of each place on each day before the merger."""
    found = [
        overview(Task.objects.all(), as_of=day, units=tree_on(day).below([unit.pk]))
        for day in [*DAYS, ON - timedelta(days=1)]
        for unit in places
    ]
    # In which order the parts come is the database's own affair.
    return [
        replace(one, parts=tuple(sorted(one.parts, key=lambda part: (part.task, part.unit))))
        for one in found
    ]


@settings(max_examples=6)
@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from([0, 1, 2]), min_size=1),
            st.integers(0, 110),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_figures_of_earlier_days_never_change(office, city, county, into, town, plans):
    places = [county, into, town]
    with transaction.atomic():
        for held, percent, is_done in plans:
            task = make_task(units=[places[number] for number in sorted(held)])
            if percent <= 100:
                own = places[min(held)]
                make_report(task, percent=percent, unit=own, on=DAYS[percent % len(DAYS)])
            if is_done:
                complete(task, on=ON - timedelta(days=3))
        before = figures(places)
        merge(office, county, into)
        assert figures(places) == before
        transaction.set_rollback(True)
