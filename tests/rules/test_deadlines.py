from datetime import date
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.choices import DeadlineKind
from tracker.rules import deadlines
from tracker.rules.deadlines import Deadline

ISSUED_ON = date(2022, 4, 10)


def parse(text, *, plan_year=2022, plan_issued_on=ISSUED_ON, immediate_days=30):
    """The reading of a text in a plan of 2022 that gives thirty days to what is due at once."""
    return deadlines.parse(
        text, plan_year=plan_year, plan_issued_on=plan_issued_on, immediate_days=immediate_days
    )


def day(iso):
    return date.fromisoformat(iso) if iso else None


DATED = [
    ("2025年12月底前", "2025-12-31"),
    ("2025年12月31日前", "2025-12-31"),
    ("2025年12月31日", "2025-12-31"),
    ("2025年12月31号之前", "2025-12-31"),
    ("2025年12月31日以前完成整改", "2025-12-31"),
    ("2025-12-31", "2025-12-31"),
    ("2025/12/31", "2025-12-31"),
    ("2025.12.31", "2025-12-31"),
    ("2025 12 31", "2025-12-31"),
    ("2025-1-5", "2025-01-05"),
    ("20251231", "2025-12-31"),
    ("2025-12-31 00:00:00", "2025-12-31"),
    ("2025-12-31T00:00:00", "2025-12-31"),
    ("2025-12", "2025-12-31"),
    ("2025.10", "2025-10-31"),
    ("2025.1底前", "2025-01-31"),
    ("2023年底前", "2023-12-31"),
    ("2023年年底", "2023-12-31"),
    ("2023年末", "2023-12-31"),
    ("2023年内", "2023-12-31"),
    ("2023年", "2023-12-31"),
    ("到2025年", "2025-12-31"),
    ("2022年10月底", "2022-10-31"),
    ("2022年10月", "2022-10-31"),
    ("2024年2月底前", "2024-02-29"),
    ("2023年11月上旬", "2023-11-10"),
    ("2023年11月中旬", "2023-11-20"),
    ("2023年11月下旬", "2023-11-30"),
    ("2023年上半年", "2023-06-30"),
    ("2023年上半年底前", "2023-06-30"),
    ("2023年下半年", "2023-12-31"),
    ("2023年一季度", "2023-03-31"),
    ("2023年第三季度", "2023-09-30"),
    ("2023年4季度末前", "2023-12-31"),
    ("10月底前", "2022-10-31"),
    ("10月31日前", "2022-10-31"),
    ("年底前", "2022-12-31"),
    ("年内", "2022-12-31"),
    ("下半年", "2022-12-31"),
    ("今年底", "2022-12-31"),
    ("今年年底前", "2022-12-31"),
    ("本年度内", "2022-12-31"),
    ("明年底", "2023-12-31"),
    ("明年6月底前", "2023-06-30"),
    ("后年上半年", "2024-06-30"),
    ("２０２５年１２月底前", "2025-12-31"),
    ("二〇二三年十二月底", "2023-12-31"),
    ("二○二三年十二月三十一日前", "2023-12-31"),
    ("二零二三年元月底", "2023-01-31"),
    ("二O二三年三季度", "2023-09-30"),
    ("2023年12月廿九日", "2023-12-29"),
    (" 2025 年 12 月 底前 ", "2025-12-31"),
    ("2025年\n12月\u200b底前", "2025-12-31"),
    ("整改时限：2023年底前", "2023-12-31"),
    ("截至2023年12月31日", "2023-12-31"),
    ("确保2023年12月底前完成。", "2023-12-31"),
    ("2025年12月底前完成，并建立长效机制", "2025-12-31"),
    ("立行立改，2022年6月底前完成", "2022-06-30"),
    ("尽快完成，最迟2023年底前", "2023-12-31"),
    ("2025年底前（2025年12月31日前）", "2025-12-31"),
]


@pytest.mark.parametrize(("text", "due_on"), DATED)
def test_a_printed_day_or_end_of_a_period_is_the_day_it_is_due(text, due_on):
    assert parse(text) == Deadline(text, DeadlineKind.DATED, day(due_on))


@pytest.mark.parametrize(
    ("text", "due_on"),
    [
        ("2023—2025年", "2025-12-31"),
        ("2023–2025年", "2025-12-31"),
        ("2023～2025年", "2025-12-31"),
        ("2023-2025", "2025-12-31"),
        ("2023年至2025年", "2025-12-31"),
        ("2023年到2025年底前", "2025-12-31"),
        ("二〇二三至二〇二五年", "2025-12-31"),
        ("2023年1—6月", "2023-06-30"),
        ("2023年六至九月", "2023-09-30"),
        ("2023年6月至9月", "2023-09-30"),
        ("6月至9月", "2022-09-30"),
        ("2022年12月——2023年6月", "2023-06-30"),
        ("2022.12-2023.6", "2023-06-30"),
        ("2023年1月1日至2025年10月31日", "2025-10-31"),
        ("20230101-20231031", "2023-10-31"),
        ("“十四五”末", "2025-12-31"),
        ("“十四五”期间", "2025-12-31"),
        ("十四五规划期末", "2025-12-31"),
        ("“十五五”末前", "2030-12-31"),
    ],
)
def test_a_range_is_due_on_its_last_day(text, due_on):
    assert parse(text) == Deadline(text, DeadlineKind.RANGE, day(due_on))


@pytest.mark.parametrize(
    ("text", "kind", "due_on"),
    [
        ("2024年底前，并长期坚持", DeadlineKind.DATED, "2024-12-31"),
        ("2024年底前并长期坚持", DeadlineKind.DATED, "2024-12-31"),
        ("2024年底前（长期坚持）", DeadlineKind.DATED, "2024-12-31"),
        ("2024年12月31日前完成整改并持续巩固", DeadlineKind.DATED, "2024-12-31"),
        ("2023—2025年，并持续推进", DeadlineKind.RANGE, "2025-12-31"),
        ("立行立改、长期坚持", DeadlineKind.IMMEDIATE, "2022-05-10"),
        ("立行立改并长期坚持", DeadlineKind.IMMEDIATE, "2022-05-10"),
        ("长期坚持", DeadlineKind.STANDING, None),
        ("坚持长期整改", DeadlineKind.STANDING, None),
        ("需长期持续整改", DeadlineKind.STANDING, None),
        ("持续推进", DeadlineKind.STANDING, None),
        ("持续整改", DeadlineKind.STANDING, None),
        ("常态化管理", DeadlineKind.STANDING, None),
    ],
)
def test_an_obligation_without_an_end_is_standing_with_or_without_a_day(text, kind, due_on):
    assert parse(text) == Deadline(text, kind, day(due_on), is_standing=True)


@pytest.mark.parametrize("text", ["立行立改", "立即整改到位", "即知即改", "立行立改。"])
def test_what_is_due_at_once_is_due_some_days_after_the_plan_was_issued(text):
    assert parse(text) == Deadline(text, DeadlineKind.IMMEDIATE, date(2022, 5, 10))


@pytest.mark.parametrize("missing", ["plan_issued_on", "immediate_days"])
def test_what_is_due_at_once_has_no_day_while_the_plan_gives_none(missing):
    assert parse("立行立改", **{missing: None}) == Deadline("立行立改", DeadlineKind.IMMEDIATE)


@pytest.mark.parametrize(
    ("text", "kind", "interim_due_on", "due_on", "is_standing"),
    [
        ("9月底前取得阶段性成效", "interim", "2022-09-30", None, False),
        ("2023年9月底前完成阶段性整改目标", "interim", "2023-09-30", None, False),
        ("9月底前取得阶段性成效，长期坚持", "standing", "2022-09-30", None, True),
        (
            "2023年6月底前取得阶段性成效，2024年底前完成整改",
            "dated",
            "2023-06-30",
            "2024-12-31",
            False,
        ),
        (
            "2023年6月底前取得阶段性成效，12月底前完成整改",
            "dated",
            "2023-06-30",
            "2023-12-31",
            False,
        ),
        (
            "2024年底前完成整改，2023年6月底前见到初步成效",
            "dated",
            "2023-06-30",
            "2024-12-31",
            False,
        ),
    ],
)
def test_an_interim_result_has_a_day_of_its_own(text, kind, interim_due_on, due_on, is_standing):
    assert parse(text) == Deadline(text, kind, day(due_on), is_standing, day(interim_due_on))


@pytest.mark.parametrize(
    ("text", "completed_on", "is_standing"),
    [
        ("已完成", None, False),
        ("已完成整改", None, False),
        ("立行立改，已完成", None, False),
        ("已经完成，长期坚持", None, True),
        ("2022年1月已完成", "2022-01-31", False),
        ("2022年1月15日已完成整改", "2022-01-15", False),
        ("2022年1月底前已整改到位", "2022-01-31", False),
        ("已完成（2022年1月）", "2022-01-31", False),
        ("已于2022年1月完成整改", "2022-01-31", False),
    ],
)
def test_what_is_printed_as_done_is_done_on_the_last_day_it_can_mean(
    text, completed_on, is_standing
):
    assert parse(text) == Deadline(
        text, DeadlineKind.DONE, is_standing=is_standing, completed_on=day(completed_on)
    )


AMBIGUOUS = [
    ("2023年6月前", "before it begins", ["2023-05-31", "2023-06-30"]),
    ("2023年6月份之前", "before it begins", ["2023-05-31", "2023-06-30"]),
    ("2023年前", "before it begins", ["2022-12-31", "2023-12-31"]),
    ("2023年上半年前", "before it begins", ["2022-12-31", "2023-06-30"]),
    ("2023年11月中旬前", "before it begins", ["2023-11-10", "2023-11-20"]),
    ("2023年至2025年前", "before it begins", ["2024-12-31", "2025-12-31"]),
    ("2023年6月前至2025年底", "before it begins", []),
    ("2023年6月前取得阶段性成效，2024年底前完成", "before it begins", []),
    ("3月底前", "was past", ["2022-03-31", "2023-03-31"]),
    ("2月底前", "was past", ["2022-02-28", "2023-02-28"]),
    ("23年底前", "two digits", ["2023-12-31"]),
    ("2025.1", "October", ["2025-01-31", "2025-10-31"]),
    ("2203年底前", "between 2000 and 2100", []),
    ("0000-01-01", "between 2000 and 2100", []),
    ("2023年2月29日前", "does not exist", []),
    ("2023年13月底前", "does not exist", []),
    ("20230931", "does not exist", []),
    ("2025年至2023年", "ends before it begins", []),
    ("汛期前", "season", []),
    ("2023年主汛期前", "season", []),
    ("2023年12月底前，春节前", "season", ["2023-12-31"]),
    ("每年12月底前", "comes round", ["2022-12-31"]),
    ("每年底前", "comes round", []),
    ("近期", "names no day", []),
    ("尽快完成", "names no day", []),
    ("短期攻坚", "names no day", []),
    ("中期推进，长期坚持", "names no day", []),
    ("完成整改", "names no day", []),
    ("2023年6月底前、2024年底前", "several days", ["2023-06-30", "2024-12-31"]),
    ("2023-06-30\n2024-12-31", "several days", ["2023-06-30", "2024-12-31"]),
    ("2024年底前完成整改，2025年3月底前销号", "several days", ["2024-12-31", "2025-03-31"]),
    ("2023年10月底前取得阶段性成效，6月底前完成", "comes after", ["2023-06-30"]),
    ("立行立改，9月底前取得阶段性成效", "comes after", []),
    ("2024年底前，已完成", "both", ["2024-12-31"]),
    ("9月底前取得阶段性成效，已完成", "both", []),
    ("2022年已完成", "on which day", []),
    ("2023年底前基本完成", "“基本”", ["2023-12-31"]),
    ("2023年6月底前完成方案编制，2024年底前完成", "“方案编制”", ["2023-06-30", "2024-12-31"]),
    ("持续推进至2025年底", "“持续推进”", ["2025-12-31"]),
    ("取得阶段性成效", "“取得阶段性成效”", []),
    ("部分取得阶段性成效", "“部分”", []),
    ("2023年前三季度", "“前”", []),
    ("2023年1月起", "“起”", []),
    ("2023年底左右验收合格", "“左右”", ["2023-12-31"]),
    ("2023年底-", "“-”", ["2023-12-31"]),
    ("2025年1 2月底前", "“1”", []),
    ("12025年底前", "“12025年底前”", []),
    ("6个月内", "“6个月内”", []),
    ("二十十月底前", "“二十十月底前”", []),
    ("四季度", "names no year", []),
    ("", "No deadline", []),
    (" \n", "No deadline", []),
    ("/", "No deadline", []),
    ("——", "No deadline", []),
    ("无", "No deadline", []),
]


@pytest.mark.parametrize(("text", "reason", "candidates"), AMBIGUOUS)
def test_a_text_that_can_be_read_in_two_ways_says_so_and_is_given_no_day(text, reason, candidates):
    read = parse(text, plan_year=None if "names no year" in reason else 2022)

    assert reason in read.ambiguity
    assert read.candidates == tuple(map(day, candidates))
    assert (read.text, read.kind) == (text, DeadlineKind.UNCLEAR)
    assert (read.due_on, read.interim_due_on, read.completed_on) == (None, None, None)


@pytest.mark.parametrize("text", ["10月底前", "年底前", "明年底", "今年10月底"])
def test_without_the_year_of_the_plan_a_text_without_a_year_has_no_day(text):
    read = parse(text, plan_year=None)

    assert "names no year" in read.ambiguity
    assert read.candidates == ()


def test_a_text_without_a_year_takes_that_of_the_plan_when_its_day_of_issue_is_unknown():
    assert parse("3月底前", plan_issued_on=None).due_on == date(2022, 3, 31)


def test_a_year_printed_in_words_may_be_past_when_the_plan_is_issued():
    assert parse("今年3月底前").due_on == date(2022, 3, 31)


def test_the_end_of_february_a_year_later_is_the_end_of_february():
    read = parse("2月底前", plan_year=2023, plan_issued_on=date(2023, 4, 1))

    assert read.candidates == (date(2023, 2, 28), date(2024, 2, 29))


def test_a_year_of_the_plan_that_leads_out_of_the_calendar_is_told():
    assert "between 2000 and 2100" in parse("明年底", plan_year=9999).ambiguity


def test_an_unclear_text_still_says_that_the_obligation_is_standing():
    read = parse("2023年6月前，并长期坚持")

    assert (read.kind, read.is_standing) == (DeadlineKind.UNCLEAR, True)


@pytest.mark.parametrize(
    "text",
    [
        "完成整改" * 40,
        "ﷺ" * 100,  # one sign that is eighteen letters in its ordinary form
    ],
)
def test_a_description_in_place_of_a_deadline_is_refused_whole(text):
    read = parse(text)

    assert (read.kind, read.text) == (DeadlineKind.UNCLEAR, text)
    assert "more than 120 characters" in read.ambiguity


@pytest.mark.parametrize("piece", ["长", "并", "2", "2023年", "(", "一", "-", "2023-", "长期", " "])
def test_a_very_long_text_costs_no_time(piece):
    begun = perf_counter()

    assert parse(piece * (100_000 // len(piece))).kind == DeadlineKind.UNCLEAR
    assert parse(piece * (120 // len(piece))).text

    assert perf_counter() - begun < 0.5


PIECES = [text for text, *_ in DATED + AMBIGUOUS] + list("0123456789年月日底前至到-—./ ，、十一二")


@given(st.one_of(st.text(max_size=130), st.lists(st.sampled_from(PIECES), max_size=6).map("".join)))
@example("\ud800")
@example("2023年\u0661月底前")
def test_no_text_makes_it_fail_and_what_is_clear_has_a_meaning(text):
    read = parse(text)

    assert read.text == text
    if read.ambiguity:
        assert read.kind == DeadlineKind.UNCLEAR
        assert (read.due_on, read.interim_due_on, read.completed_on) == (None, None, None)
        assert list(read.candidates) == sorted(set(read.candidates))
    else:
        assert read.candidates == ()
        assert (read.due_on is not None) == (read.kind in ("dated", "range", "immediate"))
        assert read.is_standing or read.kind != DeadlineKind.STANDING
        if read.due_on and read.interim_due_on:
            assert read.interim_due_on <= read.due_on


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back_from_every_way_of_printing_it(printed):
    y, m, d = printed.year, printed.month, printed.day
    for text in (
        f"{y}年{m}月{d}日前",
        f"{y}-{m:02}-{d:02}",
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        f"{y}{m:02}{d:02}",
    ):
        assert parse(text).due_on == printed
