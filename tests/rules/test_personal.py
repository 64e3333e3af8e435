"""What points to a person is masked, and nothing else."""

import pytest

from tracker.rules.personal import masked, masked_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("联系13912345678。", "联系139****5678。"),
        ("身份证320601198001011234", "身份证320601********1234"),
        ("身份证32060119800101123X", "身份证320601********123X"),
        ("电话0513-85098765", "电话0513-****8765"),
        ("电话 021-5123456", "电话 021-****456"),
        ("受理编号D3SX202505280018", "受理编号D3SX202505280018"),
        ("共113912345678件", "共113912345678件"),
        ("排放12345678吨", "排放12345678吨"),
        ("", ""),
    ],
)
def test_numbers_of_people_are_masked(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("", ""),
        ("8351234", "*******"),
        ("13912341234", "139****1234"),
        ("0513-8351234", "0513-****234"),
        ("+86 513 8351 2345", "+86****45"),
    ],
)
def test_only_the_ends_of_a_telephone_are_shown(phone, shown):
    assert masked_number(phone) == shown
