"""What a report must say, what is shown of a telephone, and the keys of rows."""

import pytest

from tracker.choices import ReportStatus
from tracker.rules.calls import key_of, parted
from tracker.rules.reports import gaps, next_stop, way, with_fall_reason


def said(**values):
    return {"percent": 50, **values}


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        (said(), set()),
        (said(percent=39), {"fall_reason"}),
        (said(percent=39, fall_reason=" "), {"fall_reason"}),
        (said(percent=39, fall_reason="复核后核减"), set()),
        (said(is_on_schedule=True), set()),
        (said(is_on_schedule=None), set()),
        (said(is_on_schedule=False), {"delay_reason", "next_steps"}),
        (said(is_on_schedule=False, delay_reason="雨", next_steps=None), {"next_steps"}),
        (said(is_on_schedule=False, delay_reason="雨", next_steps="8月底"), set()),
        (said(applies_for_closure=True), {"applies_for_closure"}),
        (said(applies_for_closure=True, percent=100), set()),
        ({"percent": None, "applies_for_closure": True}, set()),
        ({"is_on_schedule": False, "next_steps": "8月底"}, {"delay_reason"}),
    ],
)
def test_what_a_report_lacks_depends_on_what_it_says(values, missing):
    found = gaps(values, before=40)

    assert set(found) == missing
    assert all(found.values())


def test_the_reason_for_the_delay_stands_for_that_of_the_fall():
    behind = said(delay_reason="连续降雨")

    assert with_fall_reason(behind, 60)["fall_reason"] == "连续降雨"
    assert "fall_reason" not in with_fall_reason(behind, 50)
    assert "fall_reason" not in with_fall_reason(said(), 60)
    assert "fall_reason" not in with_fall_reason({"delay_reason": "雨"}, 60)
    long = with_fall_reason(said(delay_reason="雨" * 301), 60)
    assert long["fall_reason"] == "See the reason for the delay."


def test_a_key_names_the_call_and_the_part():
    assert parted(key_of(12, 345)) == (12, 345)
    assert parted("12-") is None
    assert parted("") is None
    assert parted("1" * 16 + "-1") is None


DRAFT, SIGN, REVIEW, SENT = (
    ReportStatus.DRAFT,
    ReportStatus.TO_SIGN,
    ReportStatus.TO_REVIEW,
    ReportStatus.SUBMITTED,
)


@pytest.mark.parametrize(
    ("now", "signed", "reviewed", "may_sign", "may_review", "stop"),
    [
        (DRAFT, False, False, False, False, SENT),
        (DRAFT, True, True, False, False, SIGN),
        (DRAFT, True, True, True, False, REVIEW),
        (DRAFT, True, True, True, True, SENT),
        (DRAFT, False, True, False, False, REVIEW),
        (DRAFT, True, False, False, True, SIGN),
        (SIGN, True, True, True, False, REVIEW),
        (SIGN, True, True, True, True, SENT),
        (SIGN, False, False, True, False, SENT),
        (REVIEW, True, True, False, True, SENT),
    ],
)
def test_a_report_waits_where_somebody_else_decides(
    now, signed, reviewed, may_sign, may_review, stop
):
    rules = {"signed": signed, "reviewed": reviewed}
    assert next_stop(now, **rules, may_sign=may_sign, may_review=may_review) == stop


def test_the_way_has_the_stops_that_the_inspection_rules():
    assert way(signed=False, reviewed=False) == (DRAFT, SENT)
    assert way(signed=True, reviewed=True) == (DRAFT, SIGN, REVIEW, SENT)
