"""The ground of charts over time."""

from datetime import date
from itertools import pairwise

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from tracker.templatetags.plane import Plane, count_steps, cut, day_axis, value_on


@given(st.integers(1, 2_000_000))
def test_counts_on_the_axis_rise_from_zero_to_the_most(most):
    steps = count_steps(most)

    assert steps[0] == 0
    assert steps[-1] == most
    assert all(before < after for before, after in pairwise(steps))
    assert len(steps) <= 6


def test_the_corners_of_the_plane_are_its_first_and_last_days():
    plane = Plane(date(2022, 1, 1), date(2023, 1, 1), 43)

    assert (plane.x(plane.first), plane.x(plane.last)) == (plane.left, plane.right)
    assert (plane.y(0), plane.y(43)) == (plane.foot, plane.top)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 9000))
def test_a_month_axis_never_crowds_and_stays_inside(first, days):
    plane = Plane(first, date.fromordinal(first.toordinal() + days), 10)

    marks = fromstring(f"<g>{day_axis(plane, 200)}</g>").findall("text")

    assert len(marks) <= 6
    assert all(plane.left <= float(mark.get("x")) <= plane.right + 0.1 for mark in marks)


def test_the_value_of_a_day_is_that_of_the_last_point_before_it():
    points = [(date(2023, 1, 31), 3), (date(2023, 2, 28), 5)]

    assert value_on(points, date(2023, 1, 30)) == 0
    assert value_on(points, date(2023, 2, 27)) == 3
    assert value_on(points, date(2023, 3, 1)) == 5


def test_a_label_is_cut_where_the_room_ends():
    assert cut("污水管网", 8) == "污水管网"
    assert cut("污水管网覆盖", 8) == "污水管…"
    assert cut("sewage", 6) == "sewage"
