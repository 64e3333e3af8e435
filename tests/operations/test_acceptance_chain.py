"""The chain of an inspection: the unit, its county, the city (县级初验), and who is which."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tests import closing, factories
from tests.closing import APPLIED, DECIDED, TAKEN, completed_task
from tests.factories import moment, part
from tracker.choices import EventKind, Role
from tracker.models import Closure, Event, Inspection, Membership, User
from tracker.operations import annulment, inspections
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

Denied = PermissionDenied


@pytest.fixture
def colleague(county, county_office):
    """A second person of the county's office."""
    return factories.make_user(Role.OFFICE, county, "colleague")


@pytest.fixture
def by_county(office, county_office):
    """The inspection asks for the county's word from the first day on."""
    inspection = factories.the_inspection()
    Inspection.objects.update(county_accepts=True)
    return inspection


@pytest.fixture
def town_editor(town):
    return factories.make_user(Role.UNIT_EDITOR, town, "town-editor")


@pytest.fixture
def task(by_county, county, town):
    return completed_task(units=[town])


@pytest.fixture
def applied(task, town_editor):
    return closing.apply(task, town_editor)


@pytest.fixture
def passed_on(applied, county_office):
    return closing.pre_accept(applied, county_office)


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so and nothing is written."""

    def check(step, words, field=None, error=ValidationError):
        before = Event.objects.count(), list(Closure.objects.values())
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (Event.objects.count(), list(Closure.objects.values())) == before

    return check


@pytest.fixture
def take_back(office):
    def annul(kind):
        annulment.annul(
            actor=office, event_id=last(kind).pk, reason="录错", at=moment(date(2023, 1, 1))
        )
        assert list(Check().faults()) == []

    return annul


def again(closure):
    return Closure.objects.get(pk=closure.pk)


def last(kind):
    return Event.objects.filter(kind=kind).order_by("sequence").last()


def test_the_county_passes_an_application_before_the_city_takes_it_up(
    applied, task, county, county_office, acceptance, refused
):
    assert applied.county == county
    assert last(EventKind.APPLIED).details["after"]["county"] == county.code
    refused(lambda: closing.take(applied, acceptance), "Possible: county's acceptance passed")
    closure = closing.pre_accept(applied, county_office)
    assert (closure.stage, part(task).status) == ("pre_accepted", "applied")
    assert (closure.pre_accepted_on, closure.pre_accepted_by) == (TAKEN, county_office)
    entry = last(EventKind.PRE_ACCEPTED)
    assert (entry.actor, entry.note) == (county_office, closure.county_opinion)
    assert entry.details["after"]["county_signer"] == "陆启明"
    refused(lambda: closing.pre_accept(applied, county_office), "Possible: application accepted")
    closing.take(applied, acceptance)
    closing.decide(applied, acceptance)
    assert again(applied).stage == "passed"
    assert list(Check().faults()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"county_opinion": "同意"}, "county_opinion"),
        ({"county_opinion": "长" * 2001}, "county_opinion"),
        ({"county_signer": " "}, "county_signer"),
        ({"county_signer": "长" * 61}, "county_signer"),
        ({"on": APPLIED - timedelta(days=1)}, "on"),
    ],
)
def test_a_county_s_word_that_is_not_whole_is_refused_at_its_field(
    applied, county_office, refused, changes, field
):
    refused(lambda: closing.pre_accept(applied, county_office, **changes), ".", field)


def test_only_the_county_s_own_office_passes_for_it(
    applied, county, other_county, town, office, acceptance, leader, editor, refused
):
    others = [office, acceptance, leader, editor]
    others += [factories.make_user(Role.OFFICE, unit) for unit in (town, other_county)]
    for user in others:
        words = f"rectification office of {county}"
        refused(lambda user=user: closing.pre_accept(applied, user), words, None, Denied)
        refused(lambda user=user: closing.send_back(applied, user), words, None, Denied)


def test_the_county_sends_an_application_back_and_who_it_was_is_on_record(
    applied, task, town_editor, county_office, refused
):
    closing.send_back(applied, county_office, reason="缺少监测数据")
    assert (again(applied).stage, part(task).status) == ("returned", "in_progress")
    entry = last(EventKind.APPLICATION_RETURNED)
    assert (entry.actor, entry.details["before"]["stage"]) == (county_office, "applied")
    refused(lambda: closing.pre_accept(applied, county_office), "Apply for closure again")
    second = closing.apply(task, town_editor, on=DECIDED)
    assert closing.pre_accept(second, county_office, on=DECIDED).stage == "pre_accepted"


def test_after_the_county_the_acceptance_sends_back_and_the_unit_may_withdraw(
    passed_on, task, town_editor, county_office, acceptance, refused
):
    refused(lambda: closing.send_back(passed_on, county_office), "passed it for the", None, Denied)
    closing.send_back(passed_on, acceptance)
    assert again(passed_on).stage == "returned"
    second = closing.pre_accept(closing.apply(task, town_editor, on=TAKEN), county_office)
    closing.withdraw(second, town_editor)
    assert (again(second).stage, part(task).status) == ("cancelled", "in_progress")
    third = closing.pre_accept(closing.apply(task, town_editor, on=TAKEN), county_office)
    closing.take(third, acceptance)
    refused(lambda: closing.withdraw(third, town_editor), "Possible: acceptance passed")
    assert list(Check().faults()) == []


def test_who_passed_for_the_county_does_not_accept_for_the_city(
    passed_on, county, county_office, colleague, bureau, office, refused
):
    """The county runs the task alone; with its word in the chain that is not enough."""
    refused(lambda: closing.take(passed_on, colleague), "of the city decides", None, Denied)
    Membership.objects.create(user=county_office, unit=bureau, role=Role.ACCEPTANCE)
    both = User.objects.get(pk=county_office.pk)
    refused(lambda: closing.take(passed_on, both), "of the city decides", None, Denied)
    closing.take(passed_on, office)


def test_a_county_that_applies_itself_passes_by_another_person_of_its_office(
    by_county, county, county_office, colleague, editor, refused
):
    own = closing.apply(completed_task(), county_office)
    assert own.county == county
    refused(lambda: closing.pre_accept(own, county_office), "another person", None, Denied)
    assert closing.pre_accept(own, colleague).stage == "pre_accepted"
    of_editor = closing.apply(completed_task(), editor)
    assert closing.pre_accept(of_editor, county_office).stage == "pre_accepted"


def test_a_department_of_the_city_has_no_county_in_its_chain(by_county, city, acceptance, refused):
    unit = factories.make_unit("市交通局", city, kind=factories.make_kind("department"))
    editor = factories.make_user(Role.UNIT_EDITOR, unit)
    closure = closing.apply(completed_task(units=[unit]), editor)
    assert closure.county is None
    assert "county" not in last(EventKind.APPLIED).details["after"]
    refused(lambda: closing.pre_accept(closure, editor), "No county examines", None, Denied)
    assert closing.take(closure, acceptance).stage == "under_acceptance"
    mayor = factories.make_user(Role.UNIT_EDITOR, city)
    assert closing.apply(completed_task(units=[city]), mayor).county is None


def test_where_nobody_holds_the_county_s_office_the_application_says_so(
    by_county, other_county, other_editor, refused
):
    task = completed_task(units=[other_county])
    gone = factories.make_user(Role.OFFICE, other_county, "gone", is_active=False)
    refused(lambda: closing.apply(task, other_editor), "望潮县 examines .* nobody holds")
    User.objects.filter(pk=gone.pk).update(is_active=True)
    assert closing.apply(task, other_editor).county == other_county


def test_the_chain_of_an_attempt_is_that_of_the_day_it_began(
    task, by_county, town_editor, office, county_office, acceptance, refused
):
    def rule(value, on):
        inspections.amend_inspection(
            actor=office,
            inspection_id=by_county.pk,
            changes={"county_accepts": value},
            on=on,
            at=moment(on),
        )

    first = closing.apply(task, town_editor)
    rule(False, TAKEN)
    refused(lambda: closing.take(first, acceptance), "county's acceptance passed")
    closing.withdraw(first, town_editor)
    second = closing.apply(task, town_editor, on=TAKEN)
    rule(True, TAKEN)
    assert closing.take(second, acceptance).stage == "under_acceptance"


def test_the_county_s_word_can_be_taken_back(
    passed_on, town_editor, county_office, acceptance, take_back
):
    take_back(EventKind.PRE_ACCEPTED)
    closure = again(passed_on)
    assert (closure.stage, closure.county_opinion, closure.county_signer) == ("applied", "", "")
    assert (closure.pre_accepted_on, closure.pre_accepted_by) == (None, None)
    closing.send_back(passed_on, county_office)
    take_back(EventKind.APPLICATION_RETURNED)
    closing.pre_accept(passed_on, county_office)
    closing.withdraw(passed_on, town_editor)
    take_back(EventKind.APPLICATION_RETURNED)
    assert again(passed_on).stage == "pre_accepted"
    closing.take(passed_on, acceptance)
    with pytest.raises(ValidationError, match="“application accepted” was entered after it"):
        take_back(EventKind.PRE_ACCEPTED)
    take_back(EventKind.APPLICATION_ACCEPTED)
    assert again(passed_on).stage == "pre_accepted"


def test_a_stage_that_does_not_follow_from_the_record_is_found(passed_on):
    Closure.objects.update(stage="applied")
    [fault] = Check().faults()
    assert "is applied, by the record pre_accepted" in fault.how


def test_of_two_who_act_on_an_application_one_wins_and_the_other_is_told(
    applied, town_editor, county_office, colleague
):
    closing.pre_accept(applied, county_office, version=1)
    for act, user in (
        (closing.pre_accept, colleague),
        (closing.send_back, colleague),
        (closing.withdraw, town_editor),
    ):
        with pytest.raises(Stale, match="人员county-office changed this"):
            act(applied, user, version=1)
    assert again(applied).stage == "pre_accepted"


# Where the lead unit itself accepts (Hainan).


@pytest.fixture
def led(office, county, other_county):
    """A task that the county leads and accepts, with a part of another county."""
    return completed_task(units=[county, other_county], acceptance_unit=county)


def test_a_lead_unit_accepts_the_parts_of_others(led, county, other_county, other_editor):
    lead = factories.make_user(Role.ACCEPTANCE, county, "lead")
    closure = closing.apply(led, other_editor, unit=other_county)
    closing.take(closure, lead)
    assert closing.decide(closure, lead).stage == "passed"


def test_its_own_part_a_lead_unit_leaves_to_the_office(led, county, editor, office, refused):
    lead = factories.make_user(Role.ACCEPTANCE, county, "lead")
    closure = closing.apply(led, editor, unit=county)
    for act in (closing.take, closing.send_back):
        refused(
            lambda act=act: act(closure, lead),
            "临江县 answers for this part itself, so the rectification office decides",
            None,
            Denied,
        )
    closing.take(closure, office)
    refused(lambda: closing.decide(closure, lead), "answers for this part itself", None, Denied)
    assert closing.decide(closure, office).stage == "passed"
