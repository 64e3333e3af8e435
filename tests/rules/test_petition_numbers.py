from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.petition_numbers import LETTER, PHONE, PetitionNumber, parse


def test_the_number_of_a_call_says_round_province_day_and_serial():
    assert parse("D3SX202505280018") == PetitionNumber(PHONE, 3, "SX", date(2025, 5, 28), 18)


@pytest.mark.parametrize("number", ["X3SX202506010011", "X3HB202406020025"])
def test_the_number_of_a_letter_is_read_and_written_again(number):
    assert parse(number).channel == LETTER
    assert str(parse(number)) == number


@pytest.mark.parametrize(
    "typed", [" D3SX202505280018\n", "d3sx202505280018", "Ｄ３ＳＸ２０２５０５２８００１８"]
)
def test_the_manner_of_typing_does_not_matter(typed):
    assert str(parse(typed)) == "D3SX202505280018"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "D3SX20250528001",
        "D3SX2025052800181",
        "A3SX202505280018",
        "DXSX202505280018",
        "D3S1202505280018",
        "D3SX2025O5280018",
        "D3SX202505280018 D3SX202505280019",
        "D3SX" + "1" * 1000,
        "D3SX20250528001\u0661",
    ],
)
def test_another_shape_is_refused_in_words(number):
    with pytest.raises(ValueError, match="is not a petition number"):
        parse(number)


@pytest.mark.parametrize(
    "number", ["D3SX202502290018", "D3SX202513010018", "D3SX202500000018", "D3SX000001010018"]
)
def test_a_day_that_does_not_exist_is_refused_in_words(number):
    with pytest.raises(ValueError, match="does not exist"):
        parse(number)


@given(
    st.builds(
        PetitionNumber,
        channel=st.sampled_from([PHONE, LETTER]),
        round=st.integers(0, 9),
        province=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
        received_on=st.dates(),
        serial=st.integers(0, 9999),
    )
)
def test_what_is_written_is_read_back(number):
    assert parse(str(number)) == number
