"""Rules that find what a reviewer is asked about: each with what it finds and what it leaves."""

from datetime import date

import pytest

from tracker.rules.signals import Said, is_early, is_unchanged, leap_of, plain, unchanged_rounds

DAY = date(2022, 6, 1)
TEXT = "已完成沿江三处排污口整治，正在开展岸线复绿，计划下月底前完工。"


def said(key, on=DAY, round=None, before=0, percent=50, text=TEXT):
    return Said(key, on, round, before, percent, text)


@pytest.mark.parametrize(
    ("taken_on", "found"),
    [(date(2022, 5, 31), True), (DAY, False), (date(2022, 6, 2), False)],
)
def test_a_photo_is_early_when_it_is_older_than_the_feedback(taken_on, found):
    assert is_early(taken_on, DAY) is found


class TestALeap:
    @pytest.mark.parametrize(
        ("before", "percent", "found"),
        [
            (0, 100, True),
            (10, 100, True),
            (11, 100, False),
            (0, 99, False),
            (100, 100, False),
        ],
    )
    def test_of_one_report(self, before, percent, found):
        report = said(1, before=before, percent=percent)
        assert leap_of([report], report) == (report if found else None)

    def test_of_several_reports_of_one_day(self):
        first, last = said(1, before=5, percent=60), said(2, before=60, percent=100)
        assert leap_of([first, last], last) == first

    def test_not_over_two_days(self):
        first = said(1, before=5, percent=60)
        last = said(2, on=date(2022, 6, 2), before=60, percent=100)
        assert leap_of([first, last], last) is None

    def test_not_by_what_was_reported_later(self):
        last, later = said(1, before=60, percent=100), said(2, before=0, percent=10)
        assert leap_of([last, later], last) is None


class TestAnUnchangedText:
    @pytest.mark.parametrize(
        ("one", "other", "found"),
        [
            (TEXT, TEXT, True),
            (TEXT, f" {TEXT.replace('，', ',')}\n", True),
            (TEXT, TEXT.replace("三", "四"), True),
            (TEXT, "已完成管网清淤三点六公里，复核照片随报告上传，下月初组织验收。", False),
            ("正在整改。", "正在整改。", False),
            ("Phase II of the works", "ＰＨＡＳＥ　ＩＩ　of the WORKS!", True),
        ],
    )
    def test_of_two(self, one, other, found):
        assert is_unchanged(one, other) is found

    def test_three_rounds_in_a_row(self):
        reports = [said(n, on=date(2022, n, 1), round=n) for n in (1, 2, 3)]
        assert unchanged_rounds(reports, reports[-1]) == reports
        assert unchanged_rounds(reports, reports[1]) == []

    def test_one_other_text_among_them_ends_it(self):
        other = "河道清淤完成两公里，沿线截污井已全部封堵，开始验收准备。"
        reports = [said(n, on=date(2022, n, 1), round=n) for n in (1, 2, 3)]
        reports[1] = said(2, on=date(2022, 2, 1), round=2, text=other)
        assert unchanged_rounds(reports, reports[-1]) == []

    def test_of_a_round_its_last_report_counts(self):
        reports = [said(n, on=date(2022, 1, n), round=1) for n in (1, 2, 3)]
        assert unchanged_rounds(reports, reports[-1]) == []
        reports += [said(n, on=date(2022, n, 1), round=n) for n in (4, 5)]
        assert [one.key for one in unchanged_rounds(reports, reports[-1])] == [3, 4, 5]

    def test_outside_of_calls_each_report_counts(self):
        reports = [said(n, on=date(2022, n, 1)) for n in (1, 2, 3, 4)]
        assert [one.key for one in unchanged_rounds(reports, reports[-1])] == [2, 3, 4]

    def test_a_late_report_on_an_earlier_day_is_no_round_after(self):
        reports = [said(n, on=date(2022, n, 1), round=n) for n in (1, 2, 3)]
        late = said(9, on=date(2022, 1, 15), round=1)
        assert unchanged_rounds([*reports, late], late) == []


def test_a_text_is_compared_by_its_letters_and_digits():
    assert plain(" 第１阶段：Ａ区，100％。\n") == "第1阶段a区100"
