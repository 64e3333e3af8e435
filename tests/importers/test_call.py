"""Workbooks of a call read back: recognised, checked cell by cell, and never half understood."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils import translation
from openpyxl import Workbook

from tests import factories
from tests.callbooks import (
    GOOD,
    SAID,
    asked,
    book_of,
    filled,
    header_of,
    make_call,
    read,
    saved,
    write,
    zipped,
)
from tracker.importers.archives import unpacked
from tracker.importers.call import read_uploads


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def call(inspection):
    return make_call()


@pytest.fixture
def tasks(call, county, other_county):
    """1 and 2 of the county, 3 of the other one, 4 of both."""
    return [
        factories.make_task(units=[county], number=1, number_printed="第一项"),
        factories.make_task(units=[county], number=2),
        factories.make_task(units=[other_county], number=3),
        factories.make_task(units=[county, other_county], number=4),
    ]


def said(reading):
    return {row["task"]: row["values"] for row in reading.rows}


def faults(reading):
    return [(fault["column"], fault["value"], fault["kind"]) for fault in reading.faults]


def test_what_a_unit_fills_in_is_read_and_the_rest_is_blank(call, tasks, county):
    more = {
        "On schedule": "no",
        "Why not": "连续降雨",
        "Next steps and dates": "8月底前完工",
        "Filled in by": "施海宁",
        "Telephone": "13812345678",
    }
    reading = read(call, filled(call, county, {**GOOD, **more}))

    assert (reading.refusal, reading.faults) == ("", [])
    assert said(reading) == {
        "第一项": {
            "text": SAID,
            "percent": 60,
            "quantity_done": None,
            "is_on_schedule": False,
            "delay_reason": "连续降雨",
            "next_steps": "8月底前完工",
            "applies_for_closure": False,
            "contact_name": "施海宁",
            "contact_phone": "13812345678",
        }
    }
    assert sorted(reading.blank) == sorted(
        factories.part(task, county).pk for task in (tasks[1], tasks[3])
    )
    assert [(row["row"], row["unit"], row["matched"]) for row in reading.rows] == [
        (5, "临江县", "key")
    ]


@pytest.mark.parametrize(
    ("typed", "percent"),
    [
        ("85", 85),
        (85, 85),
        (85.0, 85),
        ("85%", 85),
        ("８５％", 85),
        (0.85, 85),
        ("100%", 100),
        (0, 0),
    ],
)
def test_a_share_is_understood_however_it_is_typed(typed, percent, call, tasks, county):
    reading = read(call, filled(call, county, {**GOOD, "Share (%)": typed}))

    assert said(reading)["第一项"]["percent"] == percent


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        ("Share (%)", "150%"),
        ("Share (%)", 1),
        ("Share (%)", "大部分"),
        ("Share (%)", None),
        ("Share (%)", "85.5%"),
        ("Progress this month", "无进展"),
        ("Progress this month", None),
        ("Progress this month", "长" * 1001),
        ("On schedule", "也许"),
        ("Quantity", "12"),
        ("Closure applied for", "yes"),
        ("Filled in by", "名" * 61),
    ],
)
def test_a_faulty_cell_is_named_with_what_it_says(column, typed, call, tasks, county):
    content = filled(call, county, {**GOOD, column: typed, "Why not": "雨"})

    reading = read(call, content)

    [fault] = reading.faults
    assert fault["column"] == column
    assert fault["value"] == ("" if typed is None else str(typed))[:200]
    assert fault["kind"] == "fault"
    assert fault["assignment"] == factories.part(tasks[0]).pk
    assert fault["cell"].endswith("5")
    assert fault["message"]
    assert reading.rows == []


def test_every_fault_of_a_row_is_told_at_once(call, tasks, county):
    row = {"Progress this month": "短", "Share (%)": "x", "On schedule": "?"}

    assert [column for column, _value, _kind in faults(read(call, filled(call, county, row)))] == [
        "Progress this month",
        "Share (%)",
        "On schedule",
    ]


def test_who_is_not_on_schedule_says_why_and_what_next(call, tasks, county):
    reading = read(call, filled(call, county, {**GOOD, "On schedule": "no"}))

    assert [column for column, _value, _kind in faults(reading)] == [
        "Why not",
        "Next steps and dates",
    ]


def test_progress_that_falls_needs_the_reason(call, tasks, county):
    factories.make_report(tasks[0], 80, on=date(2022, 5, 20))

    assert faults(read(call, filled(call, county, GOOD))) == [("Why not", "", "fault")]
    explained = filled(call, county, {**GOOD, "Why not": "复核后核减"})
    assert said(read(call, explained))["第一项"]["percent"] == 60


def test_closure_is_applied_for_at_a_hundred_percent(call, tasks, county):
    row = {**GOOD, "Share (%)": "100%", "Closure applied for": "yes"}

    assert said(read(call, filled(call, county, row)))["第一项"]["applies_for_closure"]


@pytest.mark.parametrize("typed", ["2513", 2513, "2,513", "2513/7618个", "2513 个"])
def test_a_quantity_is_understood_however_it_is_typed(typed, call, county):
    factories.make_task(units=[county], quantity_target=Decimal(7618), quantity_unit="个")

    reading = read(call, filled(call, county, {**GOOD, "Quantity": typed}))

    assert Decimal(reading.rows[0]["values"]["quantity_done"]) == 2513


def test_what_is_no_quantity_is_a_fault(call, county):
    factories.make_task(units=[county], quantity_target=Decimal(7618), quantity_unit="个")

    reading = read(call, filled(call, county, {**GOOD, "Quantity": "若干"}))

    assert faults(reading) == [("Quantity", "若干", "fault")]


def test_rows_are_recognised_after_sorting_and_beside_new_columns(call, tasks, county):
    book = book_of(call, county)
    write(book, 0, GOOD)
    write(book, 1, {**GOOD, "Share (%)": "30"})
    sheet = book.worksheets[0]
    top, _columns = header_of(sheet)
    rows = [
        [sheet.cell(row, column).value for column in range(1, sheet.max_column + 1)]
        for row in (top + 2, top + 1)
    ]
    for offset, values in enumerate(rows):
        for column, value in enumerate(values, start=1):
            sheet.cell(top + 1 + offset, column).value = value
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(merged.coord)
    sheet.insert_cols(3)

    reading = read(call, saved(book))

    assert reading.faults == []
    assert {task: values["percent"] for task, values in said(reading).items()} == {
        "第一项": 60,
        "2": 30,
    }


def test_where_the_keys_were_lost_number_and_unit_are_enough(call, tasks, county):
    book = book_of(call, county)
    write(book, 0, GOOD)
    sheet = book.worksheets[0]
    sheet.delete_cols(header_of(sheet)[1]["Key of the row"])
    del book["_call"]

    [row] = read(call, saved(book)).rows

    assert (row["task"], row["matched"]) == ("第一项", "text")


def test_without_key_and_number_a_row_is_not_guessed(call, tasks, county):
    book = book_of(call, county)
    write(book, 0, {**GOOD, "No.": None, "Key of the row": None})

    assert faults(read(call, saved(book))) == [("No.", "", "fault")]


def test_a_key_that_is_not_that_of_the_visible_row_is_a_fault(call, tasks, county):
    book = book_of(call, county)
    write(book, 0, {**GOOD, "No.": 2})

    reading = read(call, saved(book))

    assert faults(reading) == [("No.", "2", "fault")]
    assert "hidden key" in reading.faults[0]["message"]


def test_a_row_that_stands_twice_is_a_fault(call, tasks, county):
    book = book_of(call, county)
    sheet = book.worksheets[0]
    top, columns = header_of(sheet)
    write(book, 0, GOOD)
    for header in ("No.", "Responsible unit", "Key of the row"):
        value = sheet.cell(top + 1, columns[header]).value
        sheet.cell(top + 2, columns[header]).value = value
    write(book, 1, GOOD)

    reading = read(call, saved(book))

    assert len(reading.rows) == 1
    assert "stands in row 5 already" in reading.faults[0]["message"]
    write(book, 1, dict.fromkeys(GOOD))
    assert read(call, saved(book)).faults == []


def test_rows_of_others_are_refused_one_by_one_and_say_nothing_of_them(
    call, tasks, county, other_county
):
    content = filled(call, other_county, GOOD, GOOD)

    reading = read(call, content, units=[county])

    assert reading.rows == []
    assert [(fault["kind"], fault["assignment"]) for fault in reading.faults] == [
        ("refused", None),
        ("refused", None),
    ]
    messages = {fault["message"] for fault in reading.faults}
    made_up = book_of(call, county)
    write(made_up, 0, {**GOOD, "Key of the row": f"{call.pk}-999999"})
    assert messages == {read(call, saved(made_up), [county]).faults[0]["message"]}
    assert read(call, filled(call, other_county), units=[county]).faults == []


def test_a_completed_part_is_not_asked_about_any_more(call, tasks, county):
    content = filled(call, county, GOOD)
    factories.complete(tasks[0], on=date(2022, 6, 20))

    reading = read(call, content)

    assert [fault["kind"] for fault in reading.faults] == ["refused"]
    assert "2022-06-20" in reading.faults[0]["message"]


def test_the_workbook_of_another_call_is_refused_as_a_whole(call, tasks, county):
    other = make_call(on=date(2022, 7, 1), period_to=date(2022, 7, 31), name="七月")
    content = filled(call, county, GOOD)

    assert "another call" in read(other, content).refusal
    book = book_of(call, county)
    write(book, 0, GOOD)
    sheet = book.worksheets[0]
    sheet.delete_cols(header_of(sheet)[1]["Key of the row"])
    assert "another call" in read(other, saved(book)).refusal


def test_a_single_row_of_another_call_is_a_fault(call, tasks, county):
    book = book_of(call, county)
    write(book, 0, GOOD)
    write(book, 1, {**GOOD, "Key of the row": f"{call.pk + 1}-1"})

    reading = read(call, saved(book))

    assert len(reading.rows) == 1
    assert "another call" in reading.faults[0]["message"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda sheet: sheet.delete_rows(1, 4), "No sheet has the header"),
        (lambda sheet: sheet.delete_rows(5, 9), "no row of the call"),
        (
            lambda sheet: setattr(sheet.cell(3, 5), "value", "Progress this month"),
            "Two columns are headed",
        ),
    ],
)
def test_what_is_not_the_form_is_refused_in_one_sentence(change, sentence, call, tasks, county):
    book = book_of(call, county)
    change(book.worksheets[0])

    assert sentence in read(call, saved(book)).refusal


def test_cells_that_cannot_be_read_are_faults(call, tasks, county):
    book = book_of(call, county)
    write(book, 0, {**GOOD, "Why not": "=1/0"})

    [fault] = read(call, saved(book)).faults

    assert fault["column"] == "Why not"


def test_other_kinds_of_values_are_read_as_they_look(call, tasks, county):
    row = {**GOOD, "On schedule": True, "Next steps and dates": date(2022, 8, 31)}

    [values] = said(read(call, filled(call, county, row))).values()

    assert values["is_on_schedule"] is True
    assert values["next_steps"] == "2022年8月31日"


class TestUploads:
    def names(self, content, name="上交.zip"):
        return [
            (own, file if isinstance(file, str) else file.read()[:2])
            for own, file in unpacked(name, BytesIO(content))
        ]

    def test_several_files_are_read_and_one_bad_one_spoils_none(
        self, call, tasks, county, other_county
    ):
        uploads = [
            SimpleNamespace(name="临江县.xlsx", file=BytesIO(filled(call, county, GOOD))),
            SimpleNamespace(name="说明.xlsx", file=BytesIO(b"not a workbook at all")),
            SimpleNamespace(
                name="其余.zip",
                file=BytesIO(zipped({"下属/望潮县.xlsx": filled(call, other_county, GOOD)})),
            ),
        ]

        found = read_uploads(uploads, call=call, answers=asked(call).values())

        assert [(reading.name, len(reading.rows)) for reading in found] == [
            ("临江县.xlsx", 1),
            ("说明.xlsx", 0),
            ("望潮县.xlsx", 1),
        ]
        assert [bool(reading.refusal) for reading in found] == [False, True, False]

    def test_when_the_time_is_over_the_rest_is_not_read(self, call, tasks, county, monkeypatch):
        monkeypatch.setattr("tracker.importers.call.SECONDS", -1)
        upload = SimpleNamespace(name="临江县.xlsx", file=BytesIO(filled(call, county, GOOD)))

        [reading] = read_uploads([upload], call=call, answers=asked(call).values())

        assert "by itself" in reading.refusal

    def test_a_workbook_is_no_archive(self, call, tasks, county):
        assert self.names(filled(call, county), "临江县.xlsx") == [("临江县.xlsx", b"PK")]

    def test_what_computers_leave_in_a_zip_is_passed_over(self):
        content = zipped(
            {"甲.xlsx": b"PK", "__MACOSX/._甲.xlsx": b"x", "b/.DS_Store": b"x", "夹/": b""}
        )

        assert self.names(content) == [("甲.xlsx", b"PK")]

    def test_names_written_by_windows_are_understood(self):
        content = _without_utf8_flag("望潮市.xlsx")

        assert self.names(content) == [("望潮市.xlsx", b"PK")]

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (zipped({}), "PK"),
            (zipped({"夹/": b""}), "empty"),
            (zipped({f"{n}.xlsx": b"" for n in range(101)}), "more than 100 files"),
        ],
    )
    def test_a_zip_that_is_not_read_says_why(self, content, sentence):
        [(name, said)] = self.names(content)

        assert name == "上交.zip"
        assert sentence in str(said)

    def test_a_zip_that_is_too_large_says_why(self, monkeypatch):
        monkeypatch.setattr("tracker.importers.archives.MOST_BYTES", 10)

        assert "50 MB" in self.names(zipped({"甲.xlsx": b"PK"}))[0][1]

    def test_a_damaged_zip_is_left_to_whoever_reads_workbooks(self):
        assert self.names(zipped({"甲.xlsx": b"PK" * 99})[:40]) == [("上交.zip", b"PK")]

    def test_a_damaged_member_is_named(self):
        content = bytearray(zipped({"甲.xlsx": bytes(range(256)) * 9}))
        content[60:90] = b"\xff" * 30

        assert "damaged" in self.names(bytes(content))[0][1]

    def test_members_that_are_locked_or_packed_otherwise_are_named(self):
        file = BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive:
            archive.writestr("甲.xlsx", b"PK" * 99)
        assert "Pack the files again" in self.names(file.getvalue())[0][1]

        locked = bytearray(zipped({"甲.xlsx": b"PK"}))
        at = locked.rindex(b"PK\x01\x02")
        locked[at + 8] |= 1
        assert "password" in self.names(bytes(locked))[0][1]

    def test_a_member_is_inflated_no_further_than_a_workbook_may_be(self, monkeypatch, call):
        monkeypatch.setattr("tracker.xlsx.MAX_BYTES", 1000)
        [(_name, file)] = unpacked("上交.zip", BytesIO(zipped({"甲.xlsx": b"\0" * 10**6})))

        assert len(file.read()) == 1001


def _without_utf8_flag(name):
    """A zip whose one name is in GBK and does not say so, as Windows makes it."""
    written = name.encode("gb18030")
    stand_in = "a" * len(written)
    return zipped({stand_in: b"PK"}).replace(stand_in.encode(), written)


def test_an_empty_book_is_refused(call, tasks):
    assert "No sheet has the header" in read(call, saved(Workbook())).refusal
