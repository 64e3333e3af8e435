import pytest
from django.core.exceptions import ValidationError

from tracker.choices import AssignmentStatus as Status
from tracker.choices import EventKind as Kind
from tracker.rules import transitions
from tracker.rules.transitions import AFTER, STEPS, after, possible, rolled_up

ALL = [(kind, status) for kind in sorted(STEPS) for status in Status]


@pytest.mark.parametrize(("kind", "status"), sorted(AFTER))
def test_each_line_of_the_table_is_taken(kind, status):
    assert after(kind, status) == AFTER[kind, status]
    assert after(str(kind.value), str(status.value)) == AFTER[kind, status]


@pytest.mark.parametrize(("kind", "status"), [pair for pair in ALL if pair not in AFTER])
def test_every_other_step_is_refused_with_what_is_possible(kind, status):
    with pytest.raises(ValidationError) as refusal:
        after(kind, status)
    assert refusal.value.code == "impossible_step"
    [sentence] = refusal.value.messages
    assert f"“{kind.label}” cannot follow" in sentence
    assert f"“{status.label}”" in sentence
    if status in (Status.MERGED, Status.WITHDRAWN):
        assert sentence.endswith("has left the list.")
    else:
        assert possible(status)
        assert sentence.endswith(
            "Possible: " + ", ".join(str(step.label) for step in possible(status)) + "."
        )


def test_from_every_state_on_the_list_there_is_a_way_on_and_none_back_to_draft():
    assert {status for _kind, status in AFTER} == {Status.DRAFT, *transitions.ACTIVE}
    assert Status.DRAFT not in AFTER.values()


def test_closure_is_not_the_end():
    assert after(Kind.REOPENED, Status.CLOSED) == Status.IN_PROGRESS


def test_a_task_is_as_far_as_the_least_advanced_of_its_units():
    assert rolled_up(["closed", "issued", "in_progress"]) == Status.ISSUED
    assert rolled_up([Status.CLOSED, Status.CLOSED]) == Status.CLOSED
    assert rolled_up([]) == Status.DRAFT
