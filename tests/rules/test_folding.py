import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from tracker.rules.folding import clean, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("如东县人民政府", " 如东县 人民政府\n"),
        ("如东县人民政府", "如东县\u3000人民政府"),
        ("如东县人民政府", "如东县\u200b人民政府\ufeff"),
        ("如东县人民政府", "如东县\ufe00人民政府\x00"),
        ("开发区（南区）", "开发区(南区)"),
        ("VOCs治理", "ｖｏｃｓ治理"),
        ("Unit 7", "UNIT  ７"),
        ("Straße", "STRASSE"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_two_ways_of_typing_one_name_have_the_same_key(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("东城区", "西城区"), ("一号", "二号"), ("a", "")])
def test_two_names_keep_two_keys(one, other):
    assert fold(one) != fold(other)


def test_a_key_holds_nothing_unseen_even_from_half_a_character():
    assert fold("\ud800 \u202e\u00ad甲\t") == "甲"


@given(st.text())
@example("\u03b9\u0308\u200d\u0301")
@example("a\u00a8")
def test_the_key_of_a_key_is_the_key(text):
    assert fold(fold(text)) == fold(text)


def test_cleaning_keeps_lines_tabs_and_spaces_as_they_were_typed():
    assert clean(" 甲\r\n\t乙 \u3000Ａ\u200b ") == " 甲\r\n\t乙 \u3000Ａ\u200b "


def test_cleaning_takes_away_controls_and_half_characters():
    assert clean("甲\x00\x07\x0b\x1f\x7f\x85\ud800\udfff\uffff乙") == "甲乙"


@given(st.text(alphabet=st.characters(categories=None, exclude_categories=())))
def test_what_is_clean_can_be_kept_by_a_database_and_by_a_workbook(text):
    kept = clean(text)

    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    assert not ILLEGAL_CHARACTERS_RE.search(kept)
    assert clean(kept) == kept
