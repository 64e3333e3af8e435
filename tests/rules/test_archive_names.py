"""Names of files in an archive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.archive_names import LONGEST, safe, unique


@pytest.mark.parametrize(
    ("given_name", "written"),
    [
        ("监测报告.pdf", "监测报告.pdf"),
        ('a<b>:"c/d\\e|f?g*.pdf', "a-b---c-d-e-f-g-.pdf"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("Lpt1.tar.gz", "_Lpt1.tar.gz"),
        ("com¹.txt", "_com¹.txt"),
        ("nul .txt", "_nul .txt"),
        ("console.txt", "console.txt"),
        ("ends with dots. . ", "ends with dots"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("e\u0301.pdf", "\xe9.pdf"),
        ("...", "_"),
        ("", "_"),
    ],
)
def test_a_name_is_made_such_as_every_system_writes(given_name, written):
    assert safe(given_name) == written


def test_a_long_name_keeps_its_ending():
    assert safe("a" * 300 + ".pdf") == "a" * (LONGEST - 4) + ".pdf"
    assert safe("a." + "b" * 300) == "a." + "b" * (LONGEST - 2)
    chinese = safe("长" * 150 + ".pdf")
    assert chinese.endswith("长.pdf")
    assert len(chinese.encode()) <= 230


def test_names_are_told_apart_whatever_their_capitals():
    taken = set()

    names = [
        unique(name, taken) for name in ("a.pdf", "A.pdf", "a.pdf", "b.pdf", "\xe9", "e\u0301")
    ]

    assert names == ["a.pdf", "A (2).pdf", "a (3).pdf", "b.pdf", "\xe9", "\xe9 (2)"]


@given(st.lists(st.text(max_size=130), max_size=8))
def test_no_name_is_too_long_empty_or_there_twice(names):
    taken = set()

    found = [unique(name, taken) for name in names]

    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert 0 < len(name) <= LONGEST
        assert len(name.encode()) <= 255
        assert not set(name) & set('<>:"/\\|?*\0')
        assert name == name.rstrip(". ")
