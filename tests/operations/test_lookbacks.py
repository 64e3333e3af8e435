"""Looking back: who may, what is planned, what a check does to the figures, and taking it back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests import closing, factories
from tests.factories import make_closed, make_lookback_plan, moment, part
from tracker import access
from tracker.choices import (
    AssignmentStatus,
    EventKind,
    LookBackMethod,
    LookBackResult,
    Role,
    ShownStatus,
)
from tracker.models import Event, LookBack, LookBackItem, LookBackPlan, Membership, Task
from tracker.operations import annulment, lookbacks
from tracker.operations.evidence import check
from tracker.operations.integrity import Check
from tracker.operations.record import Stale
from tracker.rules.lookbacks import sample

CLOSED = date(2022, 8, 1)
LOOKED = date(2022, 11, 2)
LATER = date(2022, 12, 1)
REOPENING = LookBackResult.reopening()


@pytest.fixture
def task(county, office):
    return make_closed(on=CLOSED)


def photo():
    return check(SimpleUploadedFile("现场.png", factories.picture()))


def look(task, actor, result=LookBackResult.STABLE, on=LOOKED, version=None, at=None, **values):
    said = {
        "method": LookBackMethod.UNANNOUNCED,
        "checkers": "吴桐、郑一帆",
        "finding": "现场核查三处点位，查看在线监测记录。",
        "files": () if result == LookBackResult.STABLE else [photo()],
        "percent": 60 if result in REOPENING else None,
    }
    return lookbacks.record_lookback(
        actor=actor,
        assignment_id=part(task).pk,
        version=version,
        result=result,
        on=on,
        at=at or moment(on),
        **{**said, **values},
    )


def shown(day):
    return Task.objects.as_of(day).get().shown


def take_back(kind, actor, at=None):
    event = Event.objects.standing().filter(kind=kind).order_by("sequence").last()
    annulment.annul(actor=actor, event_id=event.pk, reason="录错", at=at or moment(LATER))
    assert list(Check().faults()) == []


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so and nothing is written."""

    def check(step, words, field=None, error=ValidationError):
        before = Event.objects.count(), list(LookBack.objects.values())
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (Event.objects.count(), list(LookBack.objects.values())) == before

    return check


@pytest.mark.parametrize("result", [LookBackResult.STABLE, LookBackResult.HAZARD])
def test_what_holds_stays_closed_and_stands_in_the_record(task, acceptance, result):
    found = look(task, acceptance, result, place=" 北岸 ", long_term_mechanism="专人巡查")
    own = part(task)
    assert (own.status, own.closed_on, own.reopen_no) == (AssignmentStatus.CLOSED, CLOSED, 0)
    assert (found.closed_on, found.checked_on, found.place) == (CLOSED, LOOKED, "北岸")
    assert (found.recorded_by, found.item, found.reopening) == (acceptance, None, None)
    entry = found.event
    assert (entry.kind, entry.effective_on, entry.actor) == ("looked_back", LOOKED, acceptance)
    assert entry.note == found.finding
    assert entry.details["after"]["result"] == result
    assert shown(LOOKED) == ShownStatus.CLOSED
    assert list(Check().faults()) == []


@pytest.mark.parametrize("result", REOPENING)
def test_the_last_three_results_reopen_from_their_day_and_keep_the_closure(task, office, result):
    found = look(task, office, result)
    own = part(task)
    assert (own.status, own.closed_on, own.completed_on) == ("in_progress", None, None)
    assert (own.percent, own.reopen_no) == (60, 1)
    assert found.closed_on == CLOSED
    assert found.reopening.kind == EventKind.REOPENED
    assert found.reopening.details["before"]["closed_on"] == CLOSED.isoformat()
    assert [file.name for file in found.evidence.all()] == ["现场.png"]
    assert Event.objects.standing().filter(kind=EventKind.CLOSURE_TAKEN_OVER).count() == 1
    assert shown(LOOKED - timedelta(days=1)) == ShownStatus.CLOSED
    assert shown(LOOKED) not in (ShownStatus.CLOSED, ShownStatus.AWAITING_CLOSURE)
    assert list(Check().faults()) == []


def test_a_closure_by_procedure_stays_closed_in_its_own_row(task, editor, acceptance, office):
    own = closing.completed_task()
    closure = closing.closed(own, editor, acceptance, office)
    look(own, acceptance, LookBackResult.REBOUND)
    closure.refresh_from_db()
    assert (closure.stage, closure.closed_on) == ("closed", closing.CLOSED)
    assert part(own).closed_on is None


def test_a_reopened_part_gets_a_new_deadline_if_one_is_named(task, office):
    found = look(task, office, LookBackResult.REBOUND, new_due_on=date(2024, 6, 30))
    task.refresh_from_db()
    assert task.due_on == date(2024, 6, 30)
    assert found.extension.kind == EventKind.EXTENDED
    assert task.deadline_changes.get().event == found.extension


def test_a_part_is_looked_back_at_again_after_its_second_closure(task, office):
    look(task, office, LookBackResult.REBOUND)
    factories.complete(task, on=date(2022, 11, 20))
    with pytest.raises(ValidationError, match="cannot follow"):
        look(task, office, on=date(2022, 11, 25))
    factories.progress.take_over_closure(
        actor=office,
        assignment_id=part(task).pk,
        version=None,
        on=LATER,
        at=moment(LATER),
    )
    found = look(task, office, on=LATER)
    assert (found.closed_on, part(task).reopen_no) == (LATER, 1)


def test_only_a_closed_part_is_looked_back_at(county, office, refused):
    refused(lambda: look(factories.make_task(), office), "Possible: acknowledged")


def test_a_check_says_all_it_has_to(task, office, refused):
    rebound = LookBackResult.REBOUND
    refused(lambda: look(task, office, rebound, files=()), "photo", "photos")
    pdf = check(SimpleUploadedFile("报告.pdf", b"%PDF-1.4 \n%%EOF"))
    refused(lambda: look(task, office, rebound, files=[pdf]), "photo", "photos")
    refused(lambda: look(task, office, rebound, percent=None), "holds", "percent")
    refused(lambda: look(task, office, rebound, percent=101), "0 to 100", "percent")
    refused(lambda: look(task, office, finding=" 太短 "), "10 characters", "finding")
    refused(lambda: look(task, office, checkers=" "), "who checked", "checkers")
    refused(lambda: look(task, office, on=date(2022, 7, 20)), "closed on 2022-08-01", "on")
    refused(lambda: look(task, office, place="长" * 121), "At most 120", "place")
    refused(lambda: look(task, office, at=moment(CLOSED)), "future")


def test_a_new_deadline_that_is_no_later_is_refused_and_nothing_is_reopened(task, office, refused):
    due_on = date(2023, 6, 30)
    refused(lambda: look(task, office, LookBackResult.REBOUND, new_due_on=due_on), "must be later")
    assert part(task).status == AssignmentStatus.CLOSED


def test_who_looked_second_is_told(task, office, acceptance, refused):
    version = part(task).version
    look(task, acceptance, LookBackResult.REBOUND, version=version)
    refused(lambda: look(task, office, version=version), "changed this", error=Stale)


class TestWhoMay:
    def test_the_office_and_those_who_supervise_or_accept(
        self, county, office, acceptance, supervising, water_bureau
    ):
        for who in (office, acceptance, supervising):
            assert look(make_closed(supervising_unit=water_bureau), who).recorded_by == who

    @pytest.mark.parametrize(
        "who", ["editor", "head", "reader", "county_office", "leader", "auditor", "supervising"]
    )
    def test_nobody_else(self, who, task, request, refused):
        person = request.getfixturevalue(who)
        refused(lambda: look(task, person), "checks it again", error=PermissionDenied)

    def test_never_an_editor_of_a_responsible_unit(self, task, acceptance, office, county, refused):
        for person in (acceptance, office):
            Membership.objects.create(user=person, unit=county, role=Role.UNIT_EDITOR)
            refused(lambda who=person: look(task, who), "never a unit", error=PermissionDenied)

    def test_a_department_does_not_look_at_its_own_part(self, bureau, acceptance, office, refused):
        own = make_closed(units=[bureau])
        refused(lambda: look(own, acceptance), "never a unit", error=PermissionDenied)

    def test_the_office_of_a_place_looks_at_the_units_below_it(
        self, town, county_office, supervising
    ):
        own = make_closed(units=[town])
        assert access.may_look_back(county_office, own)
        assert not access.may_look_back(supervising, own)

    def test_a_task_without_overseers_is_the_offices(self, task, editor, refused):
        Task.objects.update(acceptance_unit=None)
        refused(lambda: look(task, editor), "The rectification office", error=PermissionDenied)

    def test_plans_are_for_those_who_read_everything_or_oversee(
        self, office, leader, acceptance, editor, county_office, task
    ):
        make_lookback_plan([task])
        for who, count in (
            *((office, 1), (leader, 1), (acceptance, 1), (editor, 0), (county_office, 0)),
        ):
            assert access.visible_lookback_plans(who).count() == count

    def test_only_the_city_office_plans(self, acceptance, inspection, refused):
        refused(
            lambda: lookbacks.plan_lookbacks(
                actor=acceptance,
                inspection=inspection,
                name="x",
                due_on=LATER,
                on=LOOKED,
                at=moment(LOOKED),
            ),
            "may not do that",
            error=PermissionDenied,
        )


class TestPlans:
    def test_a_list_names_the_parts(self, task):
        other = make_closed()
        plan = make_lookback_plan([task, other], name=" 三季度 ")
        assert (plan.name, plan.is_sample, plan.made_on) == ("三季度", False, date(2022, 9, 1))
        assert [item.assignment_id for item in plan.items.order_by("pk")] == [
            part(task).pk,
            part(other).pk,
        ]
        assert (plan.event.kind, plan.event.note) == (EventKind.LOOKBACK_PLANNED, "三季度")
        assert plan.event.details["after"]["among"] == []

    def test_a_sample_can_be_drawn_again_from_the_record(self, county, office):
        tasks = [make_closed() for _number in range(6)]
        factories.make_task()
        plan = make_lookback_plan(tasks, sample_size=3, seed=7)
        said = plan.event.details["after"]
        chosen = sorted(plan.items.values_list("assignment_id", flat=True))
        assert (plan.is_sample, len(chosen), said["seed"]) == (True, 3, 7)
        assert said["among"] == sorted(part(task).pk for task in tasks)
        assert chosen == said["parts"] == sample(said["among"], said["sample_size"], said["seed"])

    def test_a_seed_of_nought_is_a_seed(self, task):
        plan = make_lookback_plan([task], sample_size=1, seed=0)
        assert (plan.seed, plan.is_sample) == (0, True)

    def test_what_makes_no_plan(self, task, inspection, refused):
        make_lookback_plan([task], name="三季度")
        refused(lambda: make_lookback_plan([task], name="三季度"), "named 三季度", "name")
        refused(lambda: make_lookback_plan([task], name=""), "name", "name")
        refused(lambda: make_lookback_plan([task], name="长" * 61), "At most 60", "name")
        refused(lambda: make_lookback_plan([task], due_on=CLOSED), "before it begins", "due_on")
        refused(lambda: make_lookback_plan([task], sample_size=2, seed=1), "1 to 1", "sample_size")
        refused(lambda: make_lookback_plan([factories.make_task()]), "not closed", "parts")
        with pytest.raises(ValidationError, match="Choose the closed parts"):
            lookbacks.plan_lookbacks(
                actor=factories.an_office(),
                inspection=inspection,
                name="四季度",
                due_on=LATER,
                on=LOOKED,
                at=moment(LOOKED),
            )

    def test_a_check_answers_the_plan_that_is_due_first(self, task, office):
        later = make_lookback_plan([task], due_on=date(2022, 12, 31))
        first = make_lookback_plan([task], due_on=date(2022, 11, 30))
        future = make_lookback_plan([task], on=LATER, due_on=LATER)
        found = [look(task, office, on=LOOKED + timedelta(days=n)) for n in range(3)]
        assert [one.item and one.item.plan for one in found] == [first, later, None]
        assert look(task, office, on=LATER).item.plan == future

    def test_a_check_that_was_taken_back_answers_nothing(self, task, office):
        plan = make_lookback_plan([task])
        look(task, office)
        take_back(EventKind.LOOKED_BACK, office)
        assert look(task, office).item.plan == plan

    def test_a_plan_is_taken_back_until_a_check_of_it_stands(self, task, office, refused):
        plan = make_lookback_plan([task], name="三季度")
        look(task, office)
        refused(lambda: take_back(EventKind.LOOKBACK_PLANNED, office), "has been recorded")
        take_back(EventKind.LOOKED_BACK, office)
        take_back(EventKind.LOOKBACK_PLANNED, office)
        assert not LookBackPlan.objects.standing().exists()
        assert look(task, office).item is None
        assert make_lookback_plan([task], name="三季度").pk != plan.pk
        assert LookBackItem.objects.count() == 2


class TestTakingBack:
    def test_a_rebound_goes_with_its_reopening_and_its_new_deadline(self, task, office):
        due_on, version = task.due_on, task.version
        look(task, office, LookBackResult.FALSE_FIX, new_due_on=date(2024, 6, 30))
        take_back(EventKind.LOOKED_BACK, office)
        own = part(task)
        task.refresh_from_db()
        assert (own.status, own.closed_on, own.reopen_no) == ("closed", CLOSED, 0)
        assert (task.due_on, task.status) == (due_on, "closed")
        assert task.version > version
        assert shown(LATER) == ShownStatus.CLOSED
        assert not LookBack.objects.standing().exists()
        gone = Event.objects.filter(annulment__isnull=False).values_list("kind", flat=True)
        assert set(gone) == {"looked_back", "reopened", "extended"}

    def test_a_stable_check_goes_alone(self, task, office):
        look(task, office)
        take_back(EventKind.LOOKED_BACK, office)
        assert part(task).status == AssignmentStatus.CLOSED
        assert Event.objects.filter(kind=EventKind.ANNULLED).count() == 1

    def test_a_new_deadline_that_was_taken_back_before_stays_so(self, task, office):
        look(task, office, LookBackResult.REBOUND, new_due_on=date(2024, 6, 30))
        take_back(EventKind.EXTENDED, office)
        take_back(EventKind.LOOKED_BACK, office)
        assert part(task).status == AssignmentStatus.CLOSED

    def test_the_reopening_alone_is_not_taken_back(self, task, office, refused):
        look(task, office, LookBackResult.REBOUND)
        refused(lambda: take_back(EventKind.REOPENED, office), "look-back of 2022-11-02")

    def test_a_reopening_by_the_office_is(self, task, office):
        factories.progress.reopen_assignment(
            actor=office,
            assignment_id=part(task).pk,
            version=None,
            percent=50,
            reason="复查不合格",
            on=LOOKED,
            at=moment(LOOKED),
        )
        take_back(EventKind.REOPENED, office)
        assert part(task).status == AssignmentStatus.CLOSED

    def test_it_is_refused_once_the_part_went_on(self, task, office, refused):
        look(task, office, LookBackResult.REBOUND)
        factories.make_report(task, 70, on=date(2022, 11, 20))
        refused(lambda: take_back(EventKind.LOOKED_BACK, office), "cannot follow")
