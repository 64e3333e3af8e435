"""What each step of closure has to say, and what may follow what."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tests.test_workdays import CHINA
from tracker.choices import ClosureStage, Condition, DayCount, EventKind
from tracker.rules import closures, transitions
from tracker.workdays import LONGEST

ON = date(2022, 7, 8)
LATER = ON + timedelta(days=1)
DECIDED = ON - timedelta(days=7)
WORDS = "对照目标逐条自查，措施全部落实，资料齐全无缺。"
APPLICATION = {
    "self_check": WORDS,
    "completion_text": WORDS,
    "unit_head": "周向东",
    "self_checked_on": ON,
    "is_statement": False,
    "meeting_on": None,
}
STATEMENT = APPLICATION | {"is_statement": True, "meeting_on": ON}
MET = dict.fromkeys(Condition, (True, "现场核实符合"))
DECISION = {
    "desk_finding": "资料齐全",
    "field_finding": "现场三处符合",
    "field_checked_on": ON,
    "team_leader": "许文澜",
    "opinion": "已完成整改，同意销号。",
}
NOTICE = {
    "begins_on": ON,
    "completion_text": WORDS,
    "issuer": "市攻坚办",
    "phone": "0513-00000000",
}


@pytest.mark.parametrize(
    ("begins_on", "days", "day_count", "ends_on"),
    [
        (date(2025, 12, 22), 10, DayCount.WORKING, date(2026, 1, 5)),
        (date(2025, 1, 21), 10, DayCount.WORKING, date(2025, 2, 8)),
        (date(2019, 12, 13), 7, DayCount.CALENDAR, date(2019, 12, 19)),  # Siping, 四平
    ],
)
def test_published_notices_end_on_their_printed_day(begins_on, days, day_count, ends_on):
    assert closures.notice_ends(CHINA, begins_on, days, day_count) == ends_on


TABLES = {False: closures.AFTER, True: closures.AFTER_COUNTY}


@pytest.mark.parametrize("by_county", [False, True])
def test_every_step_outside_the_table_is_refused_with_what_is_possible_instead(by_county):
    table = TABLES[by_county]
    for kind in {kind for kind, _stage in (*closures.AFTER, *closures.AFTER_COUNTY)}:
        for stage in ClosureStage:
            if (kind, stage) in table:
                assert closures.after(kind, stage, by_county=by_county) == table[kind, stage]
                continue
            with pytest.raises(ValidationError) as refusal:
                closures.after(kind, stage, by_county=by_county)
            [words] = refusal.value.messages
            assert f"“{kind.label}” cannot follow" in words
            possible = closures.possible(stage, by_county=by_county)
            for step in possible:
                assert str(step.label) in words
            if not possible:
                assert ("Apply for closure again" in words) == (stage != ClosureStage.FILED)


def test_the_city_takes_up_only_what_the_county_has_passed_where_it_comes_first():
    accepted, passed = EventKind.APPLICATION_ACCEPTED, EventKind.PRE_ACCEPTED
    assert closures.possible("applied") == (accepted, EventKind.APPLICATION_RETURNED)
    assert closures.possible("applied", by_county=True) == (passed, EventKind.APPLICATION_RETURNED)
    assert accepted in closures.possible("pre_accepted", by_county=True)
    assert closures.possible("pre_accepted") == ()


@pytest.mark.parametrize("by_county", [False, True])
def test_each_stage_that_something_may_follow_has_its_state_and_agrees_with_the_machine(by_county):
    for (kind, before), stage in TABLES[by_county].items():
        status = closures.STATUS_OF[before]
        if kind in transitions.STEPS:
            status = transitions.after(kind, status)
        if stage in closures.STATUS_OF:
            assert closures.STATUS_OF[stage] == status


@pytest.mark.parametrize("values", [APPLICATION, STATEMENT])
def test_a_whole_application_is_not_refused(values):
    assert closures.application_refusals(values, on=ON) == {}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"self_check": "短"}, "self_check", "20 characters or more"),
        ({"self_check": " " * 40}, "self_check", "20 characters or more"),
        ({"completion_text": "已完成"}, "completion_text", "20 characters or more"),
        ({"unit_head": " "}, "unit_head", "Name the head"),
        ({"self_checked_on": LATER}, "self_checked_on", "2022-07-08 or earlier"),
        ({"is_statement": True}, "meeting_on", "Enter the day of the meeting"),
        ({"is_statement": True, "meeting_on": LATER}, "meeting_on", "2022-07-08 or earlier"),
    ],
)
def test_what_an_application_lacks_is_said_at_its_field(changes, field, words):
    [(name, sentence)] = closures.application_refusals(APPLICATION | changes, on=ON).items()
    assert name == field
    assert words in sentence


def decision(answers=MET, passes=True, is_statement=False, **changes):
    return closures.decision_refusals(
        DECISION | changes, answers, passes=passes, is_statement=is_statement, on=ON
    )


def test_a_whole_decision_is_not_refused():
    assert decision() == {}
    assert decision(is_statement=True, field_finding="", field_checked_on=None) == {}
    unmet = MET | {Condition.ALIKE: (False, "")}
    assert decision(unmet, passes=False, opinion="同类问题仍在") == {}


@pytest.mark.parametrize("condition", Condition)
def test_each_condition_is_answered_and_to_pass_is_met_with_a_finding(condition):
    rest = {key: MET[key] for key in Condition if key != condition}
    for passes in (True, False):
        assert decision(rest, passes) == {str(condition): "Answer this condition."}
    assert "is not met" in decision(rest | {condition: (False, "不符合要求")})[condition]
    assert "5 characters" in decision(rest | {condition: (True, " 符合 ")})[condition]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"desk_finding": ""}, "desk_finding"),
        ({"team_leader": " "}, "team_leader"),
        ({"field_finding": ""}, "field_finding"),
        ({"field_checked_on": None}, "field_checked_on"),
        ({"field_checked_on": LATER}, "field_checked_on"),
        ({"field_checked_on": LATER, "is_statement": True}, "field_checked_on"),
        ({"passes": False, "opinion": "不"}, "opinion"),
    ],
)
def test_what_a_decision_lacks_is_said_at_its_field(changes, field):
    assert list(decision(**changes)) == [field]


@pytest.mark.parametrize(
    ("changes", "days", "field", "words"),
    [
        ({}, 0, "begins_on", "cannot be counted"),
        ({}, LONGEST + 1, "begins_on", "cannot be counted"),
        ({"begins_on": ON - timedelta(days=1)}, 10, "begins_on", "before the day"),
        ({"begins_on": date.max}, 10, "begins_on", "three months"),
        ({"completion_text": ""}, 10, "completion_text", "20 characters"),
        ({"issuer": ""}, 10, "issuer", "Name who"),
        ({"phone": ""}, 10, "phone", "telephone"),
    ],
)
def test_what_a_notice_lacks_is_said_at_its_field(changes, days, field, words):
    assert closures.notice_refusals(NOTICE, days=10, on=ON) == {}
    [(name, sentence)] = closures.notice_refusals(NOTICE | changes, days=days, on=ON).items()
    assert name == field
    assert words in sentence


@pytest.mark.parametrize(
    ("received_on", "on", "refused"),
    [
        (ON, ON, False),
        (ON, LATER, False),
        (ON + timedelta(days=10), ON + timedelta(days=20), False),
        (ON + timedelta(days=11), ON + timedelta(days=20), True),
        (ON - timedelta(days=1), ON, True),
        (LATER, ON, True),
    ],
)
def test_objections_are_received_during_the_notice_and_one_day_after(received_on, on, refused):
    found = closures.objection_refusals(
        "夜间仍有直排", received_on=received_on, begins_on=ON, ends_on=ON + timedelta(9), on=on
    )
    assert set(found) == ({"received_on"} if refused else set())


def test_an_objection_says_something():
    days = {"received_on": ON, "begins_on": ON, "ends_on": ON, "on": ON}
    assert list(closures.objection_refusals("  ", **days)) == ["content"]


def closing(**changes):
    facts = {
        "ends_on": ON,
        "on": LATER,
        "open_objections": 0,
        "opinion": "同意",
        "needs_consent": False,
        "consent": "",
        "consent_on": None,
        "decided_on": DECIDED,
    }
    return closures.closing_refusals(**(facts | changes))


def test_a_task_is_closed_after_its_notice_with_an_opinion_and_no_objection_open():
    assert closing() == {}
    assert "until 2022-07-08" in closing(on=ON)["on"]
    assert "settled: 2" in closing(open_objections=2)["__all__"]
    assert list(closing(opinion=" ")) == ["closing_opinion"]


def test_the_level_above_consents_with_a_document_between_acceptance_and_closure():
    assert list(closing(needs_consent=True)) == ["consent_document_no", "consent_on"]
    document = {"needs_consent": True, "consent": "省办〔2022〕1号"}
    for day in (DECIDED, ON, LATER):
        assert closing(consent_on=day, **document) == {}
    for day in (DECIDED - timedelta(days=1), LATER + timedelta(days=1)):
        assert "between 2022-07-01 and" in closing(consent_on=day, **document)["consent_on"]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"county_opinion": "资料齐全，同意。", "county_signer": "陆启明"}, []),
        ({"county_opinion": " 同意 ", "county_signer": "陆启明"}, ["county_opinion"]),
        ({"county_opinion": "", "county_signer": " "}, ["county_opinion", "county_signer"]),
    ],
)
def test_the_county_says_what_it_found_and_who_signed(values, fields):
    assert list(closures.pre_acceptance_refusals(values)) == fields


def test_texts_that_cannot_be_kept_are_refused_with_both_lengths():
    limits = {"opinion": 3, "finding": None}
    assert closures.overlong({"opinion": "同意了", "finding": "长" * 9000}, limits) == {}
    [sentence] = closures.overlong({"opinion": "同意销号", "finding": ""}, limits).values()
    assert "At most 3" in sentence
    assert "these are 4" in sentence
