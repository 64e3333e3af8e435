"""The rules of confirming standing results year by year."""

from datetime import date

from tracker.rules import standing

CLOSED = date(2022, 8, 1)


def test_the_day_of_a_year_is_the_last_of_a_shorter_month():
    assert standing.due_on(2023, month=12, day=31) == date(2023, 12, 31)
    assert standing.due_on(2023, month=2, day=31) == date(2023, 2, 28)
    assert standing.due_on(2024, month=2, day=29) == date(2024, 2, 29)


def test_a_year_is_asked_for_until_the_end_of_the_next():
    assert standing.years_asked(CLOSED, date(2022, 12, 31)) == ()
    assert standing.years_asked(CLOSED, date(2023, 1, 1)) == (2023,)
    assert standing.years_asked(CLOSED, date(2024, 6, 1)) == (2023, 2024)
    assert standing.years_asked(CLOSED, date(2024, 6, 1), {2023}) == (2024,)
    assert standing.years_asked(CLOSED, date(2025, 6, 1)) == (2024, 2025)


def test_what_a_confirmation_says():
    words = "现场抽查三处点位未见反弹"
    assert standing.refusals({"year": 2023, "text": words}, asked=(2023,)) == {}
    found = standing.refusals({"year": 2022, "text": "好"}, asked=(2023, 2024))
    assert set(found) == {"year", "text"}
    assert "2023, 2024" in found["year"]
    assert "year" in standing.refusals({"year": 2022, "text": words}, asked=())
