import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.rules.numbering import GREATEST, chinese, normalise, parts_of, value_of


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("19", 19),
        ("019", 19),
        ("１９", 19),
        ("19.", 19),
        ("19、", 19),
        ("(19)", 19),
        ("（19）", 19),
        (" 19 ", 19),
        ("⑲", 19),
        ("十九", 19),
        ("一十九", 19),
        ("一九", 19),
        ("十九、", 19),
        ("（十九）", 19),
        ("㈩", 10),
        ("拾玖", 19),
        ("廿九", 29),
        ("卅", 30),
        ("卌二", 42),
        ("第十九项", 19),
        ("第 十九 项", 19),
        ("第19项", 19),
        ("第十九条", 19),
        ("第二十九项整改事项", 29),
        ("整改任务第八项", 8),
        ("任务十九", 19),
        ("一百零三", 103),
        ("一百〇三", 103),
        ("一〇三", 103),
        ("一百十三", 113),
        ("一百一十三", 113),
        ("两百", 200),
        ("一千零一十", 1010),
        ("一千零十", 1010),
        ("九千九百九十九", 9999),
    ],
)
def test_a_number_is_known_in_every_printed_form(printed, value):
    assert normalise(printed) == value


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "项",
        "第项",
        "0",
        "零",
        "-3",
        "100000",
        "19.1",
        "19-1",
        "十九甲",
        "一百一",  # 110 in speech, 101 to many readers
        "十二十",
        "百零零三",
        "一零百",
        "一二三四五",
        "万",
        "19" * 100,
    ],
)
def test_anything_else_is_refused_in_words(printed):
    with pytest.raises(ValueError, match="is not an item number"):
        normalise(printed)


@pytest.mark.parametrize(
    ("n", "numeral"),
    [
        (1, "一"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (100, "一百"),
        (103, "一百零三"),
        (110, "一百一十"),
        (1003, "一千零三"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (9999, "九千九百九十九"),
    ],
)
def test_a_number_is_written_as_plans_write_it(n, numeral):
    assert chinese(n) == numeral


@pytest.mark.parametrize("n", [0, -1, GREATEST + 1])
def test_a_number_outside_the_range_is_not_written(n):
    with pytest.raises(ValueError, match="from 1 to 9999"):
        chinese(n)


@given(st.integers(1, GREATEST), st.sampled_from(["{}", "（{}）", "第{}项", "{}、"]))
def test_what_is_written_is_read_back(n, form):
    assert normalise(form.format(chinese(n))) == n
    assert normalise(form.format(n)) == n


@given(st.text(alphabet="〇零一二两三九十廿卅百千壹拾0", max_size=10))
@example("零十")
@example("九九九九九九九九")
def test_a_numeral_has_one_value_or_none(numeral):
    value = value_of(numeral)

    assert 0 <= value <= GREATEST
    if value:
        assert value_of(chinese(value)) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Ⅻ", 12),
        ("ⅻ", 12),
        ("ⅩⅨ", 19),
        ("XIX", 19),
        ("第Ⅳ项", 4),
        ("XXXIX", 39),
        ("❾", 9),
        ("➓", 10),
        ("⓳", 19),
        ("⓵", 1),
        ("㉑", 21),
        ("⒆", 19),
        ("⒚", 19),
        ("No.19", 19),
        ("№19", 19),
        ("#19", 19),
        ("问题序号19", 19),
        ("第十九件", 19),
        ("\u00a0１９\u3000", 19),
    ],
)
def test_signs_that_hold_a_number_are_read(printed, value):
    assert normalise(printed) == value


@pytest.mark.parametrize("printed", ["IIII", "VX", "IC", "X", "v", "⓿"])
def test_letters_that_are_no_well_formed_numeral_are_refused(printed):
    with pytest.raises(ValueError, match="is not an item number"):
        normalise(printed)


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("1-3", (1, 3)),
        ("1—3", (1, 3)),
        ("１－３", (1, 3)),
        ("1.3", (1, 3)),
        ("一（三）", (1, 3)),
        ("（一）3", None),
        ("（一）-3", (1, 3)),
        ("第一项之三", (1, 3)),
        ("12-10、", (12, 10)),
        ("Ⅱ-③", (2, 3)),
    ],
)
def test_a_number_of_two_parts_is_told_apart(printed, parts):
    assert parts_of(printed) == parts


@pytest.mark.parametrize("printed", ["", "19", "0-3", "1-0", "1-3-2", "一-百", "1-" * 40])
def test_what_has_not_two_parts_is_none_of_these(printed):
    assert parts_of(printed) is None


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from("-—.·"))
def test_two_parts_are_read_back(one, two, sign):
    assert parts_of(f"{one}{sign}{two}") == (one, two)
    assert parts_of(f"{chinese(one)}（{chinese(two)}）") == (one, two)


def test_a_list_of_ten_thousand_is_numbered_in_digits():
    assert normalise("10000") == 10_000
    assert normalise("第99999项") == 99_999
