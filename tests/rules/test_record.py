from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from tracker.choices import AssignmentStatus as Status
from tracker.choices import CompletionBasis
from tracker.choices import EventKind as Kind
from tracker.rules.record import FAR, Deadline, Fact, Rules, State, day_of, fold

DAY = date(2022, 1, 1)
DUE = date(2022, 4, 11)
RULES = Rules()


def on(days):
    return DAY + timedelta(days=days)


def facts(*entries):
    """From ``(kind, day number, data)``; steps of the task itself belong to no assignment."""
    of_task = (Kind.CREATED, Kind.ISSUED, Kind.EXTENDED, Kind.WITHDRAWN, Kind.MERGED)
    of_task += (Kind.MILESTONE_ADDED, Kind.MILESTONE_REACHED, Kind.CORRECTED)
    return [
        Fact(number, kind, on(day), None if kind in of_task else 1, data)
        for number, (kind, day, data) in enumerate(entries)
    ]


BEGUN = [
    (Kind.CREATED, 0, {"due_on": DUE.isoformat(), "deadline_text": "2022年4月11日前"}),
    (Kind.ASSIGNED, 0, {}),
    (Kind.ISSUED, 0, {}),
]


def story(*entries, rules=RULES):
    return fold(facts(*BEGUN, *entries), assignment=1, rules=rules)


def test_nothing_recorded_is_nothing_held():
    assert fold([], assignment=1, rules=RULES).held == ()


def test_facts_of_other_assignments_are_left_out():
    others = [Fact(9, Kind.COMPLETED, on(5), 2, {})]
    told = fold(facts(*BEGUN) + others, assignment=1, rules=RULES)
    assert told.last.completed_on is None


def test_ranges_follow_each_other_and_the_last_has_no_end():
    told = story((Kind.REPORTED, 10, {"percent": 30}), (Kind.REPORTED, 20, {"percent": 50}))
    assert [(held.valid_from, held.valid_to, held.state.percent) for held in told.held] == [
        (on(0), on(10), 0),
        (on(10), on(20), 30),
        (on(20), FAR, 50),
    ]


def test_of_one_day_the_last_entry_holds():
    told = story((Kind.REPORTED, 10, {"percent": 30}), (Kind.REPORTED, 10, {"percent": 50}))
    assert [held.state.percent for held in told.held] == [0, 50]


def test_ranges_that_say_the_same_are_one():
    told = story((Kind.CREATED, 10, {}), (Kind.CREATED, 20, {}))
    assert [(held.valid_from, held.valid_to) for held in told.held] == [(on(0), FAR)]


def test_entries_are_taken_in_the_order_of_their_days():
    told = story((Kind.REPORTED, 20, {"percent": 50}), (Kind.REPORTED, 10, {"percent": 30}))
    assert told.last.percent == 50


def test_a_task_is_on_the_list_from_its_issue_until_it_leaves():
    told = fold(
        facts(
            (Kind.CREATED, 0, {}),
            (Kind.ASSIGNED, 0, {}),
            (Kind.ISSUED, 5, {}),
            (Kind.WITHDRAWN, 9, {}),
        ),
        assignment=1,
        rules=RULES,
    )
    assert [(held.valid_from, held.valid_to) for held in told.held] == [(on(5), on(9))]
    assert (told.last.status, told.last.left_on) == (Status.WITHDRAWN, on(9))


def test_a_step_that_cannot_follow_is_refused_with_its_day():
    with pytest.raises(ValidationError, match="On 2022-01-06: “closed” cannot follow"):
        story((Kind.CLOSED, 5, {}))


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([(Kind.COMPLETED, 5, {}), (Kind.COMPLETION_REPORTED, 6, {})], "reported already"),
        ([(Kind.COMPLETED, 5, {}), (Kind.COMPLETED, 6, {})], "completed already"),
        (
            [(Kind.ACKNOWLEDGED, 5, {}), (Kind.COMPLETION_RETURNED, 6, {})],
            "No reported completion is waiting",
        ),
        ([(Kind.ACKNOWLEDGED, 5, {}), (Kind.APPLIED, 6, {})], "once the task is completed"),
        (
            [(Kind.ACKNOWLEDGED, 5, {}), (Kind.CLOSURE_TAKEN_OVER, 6, {})],
            "can be closed once it is completed",
        ),
        ([(Kind.ACKNOWLEDGED, 5, {}), (Kind.REOPENED, 6, {"percent": 1})], "nothing to reopen"),
        ([(Kind.UNASSIGNED, 5, {}), (Kind.REPORTED, 6, {"percent": 1})], "not responsible"),
        ([(Kind.MILESTONE_REACHED, 5, {"milestone": 1})], "The milestone is not open"),
    ],
)
def test_what_could_not_have_happened_is_refused(entries, why):
    with pytest.raises(ValidationError, match=why):
        story(*entries)


def test_a_report_on_a_completed_part_does_not_take_its_percentage_back():
    told = story((Kind.COMPLETED, 5, {}), (Kind.REPORTED, 8, {"percent": 80}))
    assert (told.last.percent, told.last.last_report_on) == (100, on(8))


def test_closure_goes_through_application_acceptance_and_notice():
    told = story(
        (Kind.COMPLETED, 5, {}),
        (Kind.APPLIED, 6, {}),
        (Kind.APPLICATION_ACCEPTED, 7, {}),
        (Kind.ACCEPTANCE_PASSED, 8, {}),
        (Kind.CLOSED, 20, {}),
    )
    assert (told.last.status, told.last.closed_on) == (Status.CLOSED, on(20))


@pytest.mark.parametrize(
    "steps",
    [
        [(Kind.ACCEPTANCE_FAILED, 8, {})],
        [(Kind.ACCEPTANCE_PASSED, 8, {}), (Kind.OBJECTION_UPHELD, 9, {})],
    ],
)
def test_a_failed_acceptance_or_an_upheld_objection_ends_completion(steps):
    told = story(
        (Kind.COMPLETED, 5, {}), (Kind.APPLIED, 6, {}), (Kind.APPLICATION_ACCEPTED, 7, {}), *steps
    )
    assert (told.last.status, told.last.completed_on) == (Status.IN_PROGRESS, None)
    assert told.held[1].state.completed_on == on(5)
    assert story(*[(Kind.COMPLETED, 5, {}), (Kind.APPLIED, 6, {})]).last.completed_on == on(5)


def test_a_unit_added_later_starts_on_its_own_day():
    late = fold(
        facts((Kind.CREATED, 0, {}), (Kind.ISSUED, 5, {}), (Kind.ASSIGNED, 9, {})),
        assignment=1,
        rules=RULES,
    )
    early = fold(
        facts((Kind.CREATED, 0, {}), (Kind.ASSIGNED, 1, {}), (Kind.ISSUED, 5, {})),
        assignment=1,
        rules=RULES,
    )
    assert (late.last.start_on, early.last.start_on) == (on(9), on(5))


def test_a_judgement_without_a_call_is_of_its_own_day():
    assert story((Kind.JUDGED, 9, {"judgement": "behind"})).last.judged_for == on(9)
    told = story((Kind.JUDGED, 9, {"judgement": "behind", "judged_for": "2022-01-01"}))
    assert told.last.judged_for == DAY


@pytest.mark.parametrize(
    ("said", "progress"),
    [
        ({"percent": 40}, Fraction(2, 5)),
        ({"percent": 40, "quantity_done": "30.00", "quantity_target": None}, Fraction(2, 5)),
        ({"percent": 40, "quantity_done": None, "quantity_target": "90.00"}, Fraction(2, 5)),
        ({"percent": 40, "quantity_done": "30.00", "quantity_target": "90.00"}, Fraction(1, 3)),
        ({"percent": 40, "quantity_done": 0, "quantity_target": "90.00"}, Fraction(0)),
    ],
)
def test_progress_is_the_quantity_where_there_is_one(said, progress):
    assert story((Kind.REPORTED, 9, said)).last.progress == progress


@pytest.mark.parametrize(
    ("percent", "points", "day"),
    [
        (0, 10, 10),  # 100 days, so a day for each point
        (25, 10, 35),
        (90, 10, 100),
        (91, 10, None),  # overdue comes first
        (25, 0, 25),
    ],
)
def test_a_task_lags_from_the_day_on_which_it_is_so_many_points_under_the_elapsed_share(
    percent, points, day
):
    state = State(start_on=DAY, deadline=Deadline(due_on=DUE), progress=Fraction(percent, 100))
    assert state.lags_from(points) == (None if day is None else on(day))


@pytest.mark.parametrize(
    ("start_on", "due_on"), [(None, DUE), (DAY, None), (DUE, DUE), (on(200), DUE)]
)
def test_without_a_way_from_start_to_deadline_nothing_lags(start_on, due_on):
    assert State(start_on=start_on, deadline=Deadline(due_on=due_on)).lags_from(10) is None


def test_a_milestone_follows_a_corrected_interim_result_from_its_day_on():
    told = story(
        (Kind.MILESTONE_ADDED, 0, {"milestone": 7, "milestone_due_on": on(40).isoformat()}),
        (Kind.CORRECTED, 10, {"milestone": 7, "milestone_due_on": on(20).isoformat()}),
        (Kind.CORRECTED, 20, {"milestone": 7, "milestone_due_on": None}),
        (Kind.CORRECTED, 30, {"milestone": 7, "milestone_due_on": on(50).isoformat()}),
    )
    assert [(held.valid_from, held.state.milestones) for held in told.held] == [
        (on(0), {7: on(40)}),
        (on(10), {7: on(20)}),
        (on(20), {}),
    ]


def test_the_first_missed_milestone_counts_if_it_is_earlier():
    state = State(start_on=DAY, deadline=Deadline(due_on=DUE), milestones={1: on(4), 2: on(90)})
    assert state.lags_from(10) == on(5)
    assert State(milestones={1: on(50)}).lags_from(10) == on(51)


def test_a_day_is_kept_as_text_or_as_it_is():
    assert (day_of("2022-01-01"), day_of(DAY), day_of(None)) == (DAY, DAY, None)


@pytest.mark.parametrize("kind", [Kind.MEASURE_ADDED, Kind.MEASURE_CORRECTED])
@pytest.mark.parametrize("due_on", [None, "2022-02-01"])
def test_the_day_of_a_measure_is_not_the_deadline_of_its_task(kind, due_on):
    told = fold(
        [*facts(*BEGUN), Fact(9, kind, on(5), None, {"text": "新建泵站", "due_on": due_on})],
        assignment=1,
        rules=RULES,
    )
    assert told.last.deadline.due_on == DUE


def test_a_deadline_is_kept_whole():
    told = story(
        (Kind.EXTENDED, 5, {"due_on": None, "is_standing": True, "deadline_kind": "standing"})
    )
    assert told.last.deadline == Deadline(kind="standing", is_standing=True)


def returned(day, sequence):
    return Kind.REPORT_RETURNED, day, {"reported": sequence}


def said_of(state):
    return state.percent, state.progress, state.is_started, state.last_report_on


def test_from_its_return_on_a_report_says_nothing():
    told = story(
        (Kind.REPORTED, 5, {"percent": 30}), (Kind.REPORTED, 10, {"percent": 60}), returned(15, 4)
    )
    assert [(held.valid_from, held.state.percent) for held in told.held] == [
        (on(0), 0),
        (on(5), 30),
        (on(10), 60),
        (on(15), 30),
    ]
    assert said_of(told.last) == (30, Fraction(3, 10), True, on(5))
    assert told.last.status == Status.IN_PROGRESS


def test_two_returned_reports_leave_what_was_before_both():
    told = story(
        (Kind.REPORTED, 5, {"percent": 30}),
        (Kind.REPORTED, 10, {"percent": 60}),
        returned(15, 4),
        returned(16, 3),
    )
    assert said_of(told.last) == (0, Fraction(0), False, None)


def test_what_followed_a_returned_report_stays():
    told = story(
        (Kind.REPORTED, 5, {"percent": 30}),
        (Kind.COMPLETION_REPORTED, 7, {}),
        returned(8, 3),
        (Kind.COMPLETED, 9, {}),
    )
    assert (told.last.percent, told.last.completed_on) == (100, on(9))
    assert told.last.last_report_on == on(7)


def test_what_is_not_there_does_not_come_back():
    with pytest.raises(ValidationError, match="no report that could be returned"):
        story((Kind.REPORTED, 10, {"percent": 30}), returned(9, 3))


REPORTED_COUNTS = Rules(completion_basis=CompletionBasis.REPORTED)
MEANWHILE = (
    (Kind.REPORTED, 5, {"percent": 40}),
    (Kind.COMPLETION_REPORTED, 7, {}),
    (Kind.REPORTED, 8, {"percent": 80, "quantity_target": 100, "quantity_done": 75}),
)


def test_what_was_reported_meanwhile_counts_once_the_completion_is_returned():
    told = story(*MEANWHILE, (Kind.COMPLETION_RETURNED, 9, {}), rules=REPORTED_COUNTS)
    assert [held.state.percent for held in told.held] == [0, 40, 40, 40, 80]
    assert (told.last.completed_on, told.last.progress) == (None, Fraction(3, 4))


def test_what_was_reported_meanwhile_counts_when_acceptance_fails_too():
    procedure = (Kind.APPLIED, Kind.APPLICATION_ACCEPTED, Kind.ACCEPTANCE_FAILED)
    told = story(*MEANWHILE, *((kind, 9, {}) for kind in procedure), rules=REPORTED_COUNTS)
    assert (told.last.completed_on, told.last.percent) == (None, 80)


def test_what_was_reported_meanwhile_and_returned_does_not_count():
    told = story(
        *MEANWHILE, returned(9, 5), (Kind.COMPLETION_RETURNED, 10, {}), rules=REPORTED_COUNTS
    )
    assert (told.last.percent, told.last.last_report_on) == (40, on(7))


def test_a_confirmed_completion_is_not_moved_by_what_was_reported_meanwhile():
    procedure = (Kind.COMPLETED, Kind.APPLIED, Kind.APPLICATION_ACCEPTED, Kind.ACCEPTANCE_FAILED)
    told = story(*MEANWHILE, *((kind, 9, {}) for kind in procedure), rules=REPORTED_COUNTS)
    assert (told.last.completed_on, told.last.percent) == (None, 100)
