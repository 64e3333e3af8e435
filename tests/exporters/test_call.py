"""The workbook that a unit fills in, and the form of all answers."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import load_workbook

from tests import factories
from tests.callbooks import (
    GOOD,
    ON,
    SAID,
    TODAY,
    asked,
    book_of,
    filled,
    header_of,
    make_call,
    read,
)
from tracker import xlsx
from tracker.choices import RoundKind
from tracker.exporters.call import FORM, file_name, prepared, prepared_zip, title_of
from tracker.exporters.orders import Chosen, Order
from tracker.figures.calls import answers
from tracker.models import Task, Unit
from tracker.operations import calls

AT = datetime(2022, 7, 5, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def call(inspection):
    return make_call()


def merged(inspection=None, as_of=TODAY, user=None, **options):
    """The form of the last call as rows by header, and its sheet."""
    order = Order(
        form="monthly",
        as_of=as_of,
        inspection=inspection and inspection.pk,
        user=user and user.pk,
        **options,
    )
    chosen = Chosen(order, FORM)
    file = BytesIO()
    sheets = list(FORM.sheets(chosen))
    xlsx.write(sheets, file)
    sheet = load_workbook(file).worksheets[0]
    assert FORM.count(Chosen(order, FORM)) == len(rows_of(sheet))
    return rows_of(sheet), sheet


def rows_of(sheet):
    top, columns = header_of(sheet)
    found = []
    for row in range(top + 1, sheet.max_row + 1):
        if sheet.cell(row, columns["Responsible unit"]).value:
            found.append({head: sheet.cell(row, at).value for head, at in columns.items() if head})
    return found


class TestPrepared:
    def test_it_carries_last_month_s_text_and_leaves_this_month_blank(self, call, county):
        task = factories.make_task(
            units=[county], number=19, number_printed="第十九项",
            quantity_target=Decimal(7618), quantity_unit="个",
        )  # fmt: skip
        factories.make_report(
            task, 33, on=date(2022, 5, 20), quantity_done=Decimal(2513),
            contact_name="施海宁", contact_phone="13812345678",
        )  # fmt: skip

        sheet = book_of(call, county).worksheets[0]

        [row] = rows_of(sheet)
        assert (row["No."], row["Responsible unit"]) == ("第十九项", "临江县")
        assert "已完成33%" in row["Progress last month"]
        assert "2513/7618个" in row["Progress last month"]
        assert (row["Filled in by"], row["Telephone"]) == ("施海宁", "13812345678")
        for header in ("Progress this month", "Share (%)", "Quantity", "On schedule", "Why not"):
            assert not row[header]
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (8, "landscape")

    def test_its_keys_are_out_of_sight_and_what_is_given_is_grey_and_locked(self, call, county):
        task = factories.make_task(units=[county])

        book = book_of(call, county)

        sheet = book.worksheets[0]
        top, columns = header_of(sheet)
        key = sheet.cell(top + 1, columns["Key of the row"])
        assert key.value == f"{call.pk}-{factories.part(task).pk}"
        assert sheet.column_dimensions[key.column_letter].hidden
        assert book["_call"].sheet_state == "veryHidden"
        assert book["_call"]["B1"].value == str(call.pk)
        given = sheet.cell(top + 1, columns["Progress last month"])
        own = sheet.cell(top + 1, columns["Progress this month"])
        assert given.fill.fill_type == "solid"
        assert own.fill.fill_type is None
        assert (given.protection.locked, own.protection.locked) == (True, False)
        assert sheet.protection.sheet

    def test_what_was_typed_as_text_stays_text(self, call, county):
        factories.make_task(units=[county])
        sheet = book_of(call, county).worksheets[0]
        top, columns = header_of(sheet)

        for header in ("Share (%)", "Telephone"):
            assert sheet.cell(top + 1, columns[header]).number_format == "@"

    def test_every_unit_gets_its_own_even_where_names_are_alike(self, call, county, other_county):
        factories.make_task(units=[county, other_county])
        Unit.objects.filter(pk=other_county.pk).update(short_name="临江县")
        groups = {
            answer.span.unit: [answer] for answer in asked(call, [county, other_county]).values()
        }

        with prepared_zip(call, groups, made="") as file, zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            for name in names:
                assert rows_of(load_workbook(BytesIO(archive.read(name))).worksheets[0])

        assert len(set(names)) == 2
        assert sum("donghai" in name or "linjiang" in name for name in names) == 1


class TestMerged:
    def test_all_units_stand_on_one_form_with_who_has_not_reported(
        self, call, inspection, county, other_county, office
    ):
        factories.make_task(
            units=[county, other_county], lead=county, number=19, number_printed="第十九项"
        )
        factories.make_task(units=[county], number=3)
        more = {
            "On schedule": "no", "Why not": "连续降雨", "Next steps and dates": "8月底前",
            "Telephone": "13812345678",
        }  # fmt: skip
        [file] = calls.keep_files(
            actor=office, call=call, at=AT,
            readings=[read(call, filled(call, county, {}, {**GOOD, **more}))],
        )  # fmt: skip
        calls.confirm_files(
            actor=office, call=call, seen=calls.fingerprints([file]), taken=(), on=ON, at=AT
        )

        rows, sheet = merged(inspection)

        assert [(row["No."], row["Responsible unit"]) for row in rows] == [
            (3, "临江县"),
            ("第十九项", "临江县"),
            (None, "望潮县"),
        ]
        assert rows[1]["Progress this month"] == SAID
        assert (rows[1]["Share (%)"], rows[1]["On schedule"]) == (60, "no")
        assert (rows[1]["Why not"], rows[1]["Next steps and dates"]) == ("连续降雨", "8月底前")
        assert (rows[1]["Closure applied for"], rows[1]["Filled in by"]) == ("no", str(office))
        assert rows[1]["Telephone"] == "13812345678"
        assert rows[2]["Progress this month"] == "(not reported)"
        assert not rows[2]["On schedule"]
        assert not rows[2]["Telephone"]
        assert sheet["A1"].value == title_of(call)
        assert any(
            "as the office judged it" in str(cell.value)
            for row in sheet.iter_rows()
            for cell in row
        )

    def test_a_telephone_is_for_those_who_report_and_to_whom_it_was_granted(
        self, call, inspection, county, leader, editor, acceptance, bureau, reader
    ):
        granted = factories.make_user(username="granted")
        factories.grant(granted, "acceptance", bureau, reads_personal=True)
        task = factories.make_task(units=[county], number=1, acceptance_unit=bureau)
        factories.make_report(task, 50, on=ON, contact_phone="13812345678")

        shown = {
            person.username: merged(inspection, user=person)[0][0]["Telephone"]
            for person in (leader, editor, acceptance, granted, reader)
        }

        assert shown == {
            "leader": "138****5678",
            "editor": "13812345678",
            "acceptance": "138****5678",
            "granted": "13812345678",
            "reader": "138****5678",
        }

    def test_the_prepared_workbook_leaves_a_number_out_that_may_not_be_read(
        self, call, inspection, county, editor, leader
    ):
        task = factories.make_task(units=[county], number=1)
        factories.make_report(task, 50, on=date(2022, 5, 1), contact_phone="13812345678")
        found = answers(call, Task.objects.all(), as_of=ON, units={county.pk})
        for person, shown in [(editor, True), (leader, False), (None, True)]:
            with prepared(call, county, found, user=person, made="") as file:
                cells = [cell.value for row in load_workbook(file).active for cell in row]
            assert ("13812345678" in cells) is shown

    def test_a_part_completed_within_the_period_is_told_as_such(self, call, inspection, county):
        task = factories.make_task(units=[county])
        factories.complete(task, on=date(2022, 6, 15))

        [row], _sheet = merged(inspection)

        assert (row["On schedule"], row["Share (%)"]) == ("completed", 100)
        assert not row["Progress this month"]

    def test_a_quantity_is_told_with_its_target(self, call, inspection, county):
        task = factories.make_task(
            units=[county], quantity_target=Decimal(7618), quantity_unit="个"
        )
        factories.make_report(task, 33, on=ON, quantity_done=Decimal(2513))

        assert merged(inspection)[0][0]["Quantity"] == "2513/7618个"

    def test_it_is_that_of_the_last_call_begun_and_for_one_unit_its_own(
        self, call, inspection, county, other_county
    ):
        factories.make_task(units=[county, other_county])
        later = make_call(on=date(2022, 7, 1), period_to=date(2022, 7, 31), name="七月")

        rows, sheet = merged(inspection)
        assert (len(rows), sheet["A1"].value) == (2, title_of(later))
        rows, sheet = merged(inspection, as_of=ON, units=(county.pk,))
        assert (len(rows), sheet["A1"].value) == (1, title_of(call))

    def test_each_inspection_has_its_own_when_none_is_named(self, call, county):
        other = factories.make_inspection()
        make_call(inspection=other)
        factories.make_task(units=[county])

        chosen = Chosen(Order(form="monthly", as_of=TODAY), FORM)

        assert len(list(FORM.sheets(chosen))) == 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (RoundKind.MONTHLY, "2022s2: Monthly call (June 2022)"),
        (RoundKind.QUARTERLY, "2022s2: Quarterly call (quarter 2 of 2022)"),
        (RoundKind.AD_HOC, "2022s2: Call for progress (June 1, 2022 to June 30, 2022)"),
    ],
)
def test_the_title_names_the_inspection_the_form_and_the_period(kind, words, inspection):
    inspection.name = "2022s2"

    assert title_of(make_call(inspection=inspection, kind=kind)) == words


def test_a_file_is_named_after_the_form_the_period_and_the_unit(call):
    assert file_name(call, "临江/县") == "Monthly call_2022s2_June 2022_临江-县.xlsx"
