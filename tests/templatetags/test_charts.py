"""Charts add up, lead somewhere, and are safe XML without a style of their own."""

import re
from datetime import date, timedelta

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from tracker.templatetags.charts import (
    Bar,
    BurnPoint,
    Cell,
    DueItem,
    ProgressPoint,
    Segment,
    burnup,
    cells,
    due_bars,
    hbars,
    legend,
    progress_line,
    segbar,
    shares,
)

DAY = date(2023, 10, 31)
HOSTILE = "\"><script>alert(1)</script>&'污水"
SEGMENTS = [
    Segment("closed", "Closed", 27, "/tasks/?status=closed"),
    Segment("awaiting_closure", "Awaiting closure", 5, "/tasks/?status=awaiting_closure"),
    Segment("on_schedule", "On schedule", 7, "/tasks/?status=on_schedule"),
    Segment("behind", "Behind", 3, "/tasks/?status=behind"),
    Segment("overdue", "Overdue", 1, "/tasks/?status=overdue&asof=2023-10-31"),
    Segment("not_started", "Not started", 0, "/tasks/?status=not_started"),
]
CHARTS = {
    "segbar": lambda text: segbar([Segment("behind", text, 3, text)], 3),
    "legend": lambda text: legend([Segment("behind", text, 3, text)]),
    "cells": lambda text: cells([Cell(text, text, "overdue", text, text)]),
    "due_bars": lambda text: due_bars([DueItem(text, text, DAY, "behind", 55, text)], DAY),
    "hbars": lambda text: hbars([Bar(text, 9, text)]),
    "burnup": lambda text: burnup([BurnPoint(DAY, 3)], [BurnPoint(DAY, 4)], DAY, 43),
    "progress_line": lambda text: progress_line([ProgressPoint(DAY, 88)], [], DAY, text),
}


def links(chart):
    return [element.get("href") for element in fromstring(chart).iter("a")]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_well_formed_and_carries_no_style(name):
    chart = CHARTS[name]("plain")

    elements = list(fromstring(chart).iter())
    assert not [element for element in elements if "style" in element.attrib]
    assert not [element for element in elements if element.tag in ("style", "script")]


@pytest.mark.parametrize("name", CHARTS)
def test_hostile_text_stays_text(name):
    chart = CHARTS[name](HOSTILE)

    assert "<script" not in chart
    assert not [element for element in fromstring(chart).iter() if element.tag == "script"]


def test_the_bar_has_a_link_for_every_status_that_occurs():
    assert links(segbar(SEGMENTS, 43)) == [segment.url for segment in SEGMENTS[:5]]


def test_the_bar_says_its_counts_in_one_sentence():
    label = fromstring(segbar(SEGMENTS, 43)).get("aria-label")

    assert [int(number) for number in re.findall(r"\d+", label)] == [43, 27, 5, 7, 3, 1]


def test_the_segments_fill_the_bar_without_a_hole():
    parts = fromstring(segbar(SEGMENTS, 43)).findall("./a/svg")

    end = 0.0
    for part in parts:
        assert float(part.get("x").rstrip("%")) == pytest.approx(end, abs=0.002)
        end += float(part.get("width").rstrip("%"))
    assert end == pytest.approx(100, abs=0.01)


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6))
def test_one_task_among_thousands_still_shows(counts):
    widths = shares(counts)

    assert sum(widths) == pytest.approx(100)
    assert min(widths) > 0.9


def test_a_bar_of_nothing_is_empty_and_well_formed():
    assert links(segbar([], 0)) == []


def test_the_legend_counts_statuses_that_do_not_occur_too():
    chart = fromstring(legend(SEGMENTS))

    assert [element.text for element in chart.iter("b")] == ["27", "5", "7", "3", "1", "0"]


def test_every_task_is_one_cell_that_leads_to_it_and_says_its_status():
    tasks = [Cell(f"{n:02}", f"task {n}", "closed", "Closed", f"/tasks/{n}/") for n in range(43)]

    chart = cells(tasks)

    assert links(chart) == [task.url for task in tasks]
    assert [mark.text for mark in fromstring(chart).iter("span")] == [
        f"{task.code} {task.title} · Closed" for task in tasks
    ]


def test_deadlines_run_from_the_day_and_lead_to_their_tasks():
    items = [
        DueItem("now", "1", DAY + timedelta(days=30), "behind", 10, "/tasks/1/"),
        DueItem("later", "2", DAY + timedelta(days=60), "on_schedule", None, "/tasks/2/"),
    ]

    chart = due_bars(items, DAY)

    widths = [float(bar.get("width")) for bar in fromstring(chart).findall("./a/rect")]
    assert links(chart) == ["/tasks/1/", "/tasks/2/"]
    assert widths[1] == pytest.approx(2 * widths[0])


def test_horizontal_bars_begin_at_zero_and_keep_their_order():
    chart = hbars([Bar("air", 98, "/a"), Bar("water", 49, "/w"), Bar("none", 0, "")])

    bars = [float(bar.get("width").rstrip("%")) for bar in fromstring(chart).iter("rect")]
    assert bars == [100, 50, 0]
    assert links(chart) == ["/a", "/w"]


def test_the_burn_up_names_what_holds_on_the_day_and_nothing_after_it():
    months = [date(2023, month, 28) for month in range(1, 13)]
    done = [BurnPoint(day, 3 * n) for n, day in enumerate(months)]
    plan = [BurnPoint(day, 2 * n) for n, day in enumerate(months)]

    chart = burnup(done, plan, DAY, 43)

    assert {"27", "18"} <= set(re.findall(r"\d+", fromstring(chart).get("aria-label")))
    assert "33" not in [word for text in fromstring(chart).itertext() for word in text.split()]


def test_the_burn_up_ends_its_count_axis_at_the_total():
    axis = [text.text for text in fromstring(burnup([], [], DAY, 43)).findall("text")]

    assert axis[:5] == ["0", "10", "20", "30", "43"]


def test_a_task_without_a_plan_has_one_line():
    points = [ProgressPoint(DAY - timedelta(days=60), 40), ProgressPoint(DAY, 88)]

    chart = fromstring(progress_line(points, [], DAY, "overdue"))

    drawn = [path for path in chart.findall("path") if path.get("fill") and path.get("d")]
    assert len(drawn) == 1
    assert drawn[0].get("stroke") == "#b3261e"
