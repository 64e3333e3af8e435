"""The rules of asking for a later deadline."""

from datetime import date
from fractions import Fraction

from tracker.rules import extensions

DUE = date(2022, 9, 30)


def test_the_deadline_itself_is_the_last_day():
    assert extensions.too_late(DUE, DUE) == ""
    assert "2022-09-30" in extensions.too_late(DUE, date(2022, 10, 1))


def test_what_a_request_says():
    words = "穿越国道段尚未开工等候批复"
    said = {"situation": words, "reason": words, "measures": words, "new_due_on": date(2022, 10, 1)}
    assert extensions.asking_refusals(said, due_on=DUE) == {}
    short = dict.fromkeys(("situation", "reason", "measures"), "短") | {"new_due_on": DUE}
    assert set(extensions.asking_refusals(short, due_on=DUE)) == set(said)


def test_the_elapsed_share_stays_between_nothing_and_everything():
    start = date(2022, 9, 20)
    assert extensions.elapsed(start, DUE, date(2022, 9, 25)) == Fraction(1, 2)
    assert extensions.elapsed(start, DUE, date(2022, 9, 1)) == 0
    assert extensions.elapsed(start, DUE, date(2023, 1, 1)) == 1
    assert extensions.elapsed(None, DUE, start) is None
    assert extensions.elapsed(DUE, DUE, DUE) is None
