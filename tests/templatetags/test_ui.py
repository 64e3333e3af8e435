"""Words and marks that stand everywhere."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from defusedxml.ElementTree import fromstring, parse
from django.conf import settings
from django.template import Context
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tracker.choices import ShownStatus
from tracker.templatetags import ui

DAY = date(2023, 10, 31)
SPRITE = settings.BASE_DIR / "tracker" / "static" / "tracker" / "sprite.svg"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("share", "digits", "shown"),
    [
        (Fraction(32, 43), 1, "74.4%"),
        (Fraction(4, 6), 0, "67%"),
        (0.745, 1, "74.5%"),
        (Decimal("0.125"), 0, "13%"),
        (1, 1, "100%"),
        (0, 1, "0%"),
        (Fraction(9999, 10000), 1, "99.9%"),
        (Fraction(1, 10000), 1, "0.1%"),
        (None, 1, "—"),
    ],
)
def test_a_share_reads_as_a_percentage(share, digits, shown):
    assert ui.rate(share, digits) == shown


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_only_the_whole_reads_as_a_hundred_per_cent(done, left):
    assert ui.rate(Fraction(done, done + left)) != "100.0%"
    assert ui.rate(Fraction(done, done + left)) != "100%"


@pytest.mark.parametrize("status", list(ShownStatus))
def test_a_status_is_shown_with_its_mark_and_its_word(status):
    shown = fromstring(ui.status(status))

    assert "".join(shown.itertext()) == str(status.label)
    assert shown.find("./svg/use") is not None
    assert ui.status(status) == ui.status(status.code)


def test_every_mark_and_icon_is_drawn_in_the_sprite():
    drawn = {symbol.get("id") for symbol in parse(SPRITE).getroot()}

    wanted = {f"{kind}-{style}" for kind in "gc" for style in ui.STYLES.values()}
    assert wanted <= drawn


def test_every_icon_that_a_template_names_is_drawn_in_the_sprite():
    drawn = {symbol.get("id") for symbol in parse(SPRITE).getroot()}
    templates = settings.BASE_DIR / "tracker" / "templates"

    named = {
        part.split('"')[0]
        for path in templates.rglob("*.html")
        for part in path.read_text(encoding="utf-8").split('{% icon "')[1:]
    }

    assert named
    assert {f"i-{name}" for name in named} <= drawn


def test_progress_beyond_the_bar_is_written_but_not_drawn():
    shown = fromstring(ui.progress(104, "behind"))

    assert shown.find("./svg/rect").get("width") == "100%"
    assert shown.find("em").text == "104%"


def test_unknown_progress_is_a_dash():
    assert "svg" not in ui.progress(None)
    assert "—" in ui.progress(None)


@pytest.mark.parametrize(
    ("days", "words", "style"),
    [
        (-31, "31 days overdue", "late"),
        (-1, "1 day overdue", "late"),
        (0, "due today", "soon"),
        (30, "30 days left", "soon"),
        (31, "31 days left", "left"),
        (None, "—", "mut"),
    ],
)
def test_days_to_a_deadline_in_words(days, words, style):
    shown = fromstring(ui.days_left(days))

    assert (shown.text, shown.get("class")) == (words, style)


@pytest.mark.parametrize(
    ("now", "before", "better", "style", "words"),
    [
        (3, 4, "down", "dn", "▼down 1"),
        (2, 1, "down", "up", "▲up 1"),
        (32, 30, "up", "dn", "▲up 2"),
        (2, 2, "down", "mut", "unchanged"),
    ],
)
def test_a_change_is_coloured_by_better_or_worse(now, before, better, style, words):
    shown = fromstring(ui.change(now, before, better))

    assert shown.get("class") == style
    assert "".join(shown.itertext()) == words


def test_without_an_earlier_figure_there_is_no_change():
    assert ui.change(3, None) == ""


def test_a_day_in_english():
    assert (ui.cn_date(DAY), ui.month_day(DAY), ui.cn_date(None)) == ("31 Oct 2023", "31 Oct", "—")


@pytest.mark.parametrize(
    ("as_of", "today", "before", "after"),
    [
        (DAY, date(2023, 11, 20), date(2023, 9, 30), date(2023, 11, 20)),
        (DAY, date(2024, 3, 1), date(2023, 9, 30), date(2023, 11, 30)),
        (date(2023, 10, 12), date(2024, 3, 1), date(2023, 9, 30), DAY),
        (DAY, DAY, date(2023, 9, 30), None),
        (date(2023, 12, 31), date(2024, 3, 1), date(2023, 11, 30), date(2024, 1, 31)),
    ],
)
def test_the_as_of_control_steps_by_month_ends_up_to_today(as_of, today, before, after):
    assert ui.month_ends(as_of, today) == {"before": before, "after": after}


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 400))
def test_each_step_leads_on(as_of, days):
    steps = ui.month_ends(as_of, as_of + timedelta(days=days))

    assert steps["before"] < as_of < steps["after"]


def test_a_get_form_keeps_the_other_parameters():
    request = RequestFactory().get("/", {"unit": ["a", '"><b>'], "page": "3", "asof": "2023-10-31"})

    fields = ui.hidden_params(Context({"request": request}), "page", "asof")

    kept = fromstring(f"<p>{fields.replace('>', '/>')}</p>").findall("input")
    assert [(field.get("name"), field.get("value")) for field in kept] == [
        ("unit", "a"),
        ("unit", '"><b>'),
    ]
