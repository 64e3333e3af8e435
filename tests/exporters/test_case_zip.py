"""The zip with the whole file of a task."""

import hashlib
import subprocess
import zipfile
from datetime import date
from io import BytesIO
from shutil import which
from urllib.parse import unquote

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from docx import Document
from openpyxl import load_workbook

from tests import closing
from tests.casefiles import AT, PDF, a_task, names_in, order_of, text_of, upload, zip_of
from tests.factories import make_report, make_task, make_user, picture
from tracker.choices import Role
from tracker.exporters.forms import file_name, make, row_count
from tracker.models import Evidence
from tracker.operations.annulment import annul
from tracker.operations.evidence_files import copy_of, path_of
from tracker.rules.archive_names import LONGEST


@pytest.fixture
def task(county, editor, acceptance, office):
    return a_task(county, editor, acceptance, office, number=19, number_printed="第十九项")


def index_of(archive):
    """``{file: row}`` of the index as a workbook."""
    [name] = [name for name in archive.namelist() if name.endswith("Index.xlsx")]
    sheet = load_workbook(BytesIO(archive.read(name))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    header = rows[0]
    return {row[3]: dict(zip(header, row, strict=True)) for row in rows[1:] if row[3]}


def test_each_chapter_has_its_folder(task, office, county):
    archive = zip_of(task, office)

    assert archive.testzip() is None
    assert names_in(archive, 1) == ["001 Task.html"]
    assert names_in(archive, 2) == [f"001 {county.label} Progress reports.html"]
    assert names_in(archive, 3) == ["001 监测报告.pdf", "002 现场.png"]
    assert names_in(archive, 4) == [
        f"001 Application for closure_第十九项_{county.label}.docx",
        f"002 Opinion of the acceptance_第十九项_{county.label}.docx",
    ]
    assert names_in(archive, 5) == [
        f"001 Public notice_第十九项_{county.label}.docx",
        "002 Notices and objections.html",
    ]
    assert names_in(archive, 6) == []
    assert names_in(archive, 7) == ["001 Record.html"]
    assert names_in(archive, 0) == ["Index.html", "Index.xlsx"]


def test_the_index_says_of_each_file_what_it_is_and_its_digest(task, office):
    archive = zip_of(task, office)

    rows = index_of(archive)
    listed = [name for name in archive.namelist() if not name.startswith("00 ")]
    assert list(rows) == listed
    for name in listed:
        content = archive.read(name)
        assert rows[name]["Bytes"] == len(content)
        assert rows[name]["SHA-256"] == hashlib.sha256(content).hexdigest()
    page = text_of(archive, "Index.html")
    for name in listed:
        assert f"../{name}" in unquote(page)
        assert rows[name]["SHA-256"] in page
    assert "missing" not in page


def test_evidence_is_what_was_handed_in_and_not_packed_again(task, office):
    archive = zip_of(task, office)

    for name in names_in(archive, 3):
        info = archive.getinfo(f"03 Evidence/{name}")
        assert info.compress_type == zipfile.ZIP_STORED
    assert archive.read("03 Evidence/001 监测报告.pdf") == PDF


def test_the_sheets_say_what_the_task_page_says(task, office):
    archive = zip_of(task, office)

    assert "截污纳管" in text_of(archive, "Task.html")
    reports = text_of(archive, "Progress reports.html")
    assert "管网已接通四成。" in reports
    assert "../03%20Evidence/001%20%E7%9B%91" in reports
    assert "经现场复核，未发现直排。" in text_of(archive, "objections.html")
    record = text_of(archive, "Record.html")
    assert record.index("progress reported") < record.index("closed")


def test_no_sheet_needs_anything_beside_itself(task, office):
    archive = zip_of(task, office)

    for name in archive.namelist():
        if name.endswith(".html"):
            page = archive.read(name).decode()
            assert "<script" not in page
            assert 'href="data:text/css;' in page
            assert "http://" not in page
            assert 'src="' not in page


def test_the_same_order_gives_the_same_sheets_in_the_same_order(task, office):
    first, again = zip_of(task, office), zip_of(task, office)

    assert first.namelist() == again.namelist()
    assert [info.CRC for info in first.infolist() if info.filename.endswith(".html")][:3] == [
        info.CRC for info in again.infolist() if info.filename.endswith(".html")
    ][:3]


def test_telephone_numbers_are_masked_for_who_may_not_read_them(task, editor, leader):
    own, read = zip_of(task, editor), zip_of(task, leader)

    assert "13812345678" in text_of(own, "Progress reports.html")
    assert "13812345678" not in text_of(read, "Progress reports.html")
    assert "138****5678" in text_of(read, "Progress reports.html")
    assert "13800001111" not in text_of(read, "objections.html")
    assert "13800000000" not in text_of(own, "objections.html")
    assert "复核电话138****2222" in text_of(read, "Record.html")


def test_what_citizens_object_is_whole_for_who_settles_it_alone(task, office, county):
    granted = make_user(Role.UNIT_READER, county)
    granted.memberships.update(reads_personal=True)

    assert "13800001111" in text_of(zip_of(task, office), "objections.html")
    shown = text_of(zip_of(task, granted), "objections.html")
    assert "138****1111" in shown
    assert "13800001111" not in shown
    assert "138****2222" in text_of(zip_of(task, office), "Record.html")


def test_on_an_earlier_day_it_holds_what_there_was(task, office):
    archive = zip_of(task, office, as_of=closing.APPLIED)

    assert len(names_in(archive, 4)) == 1
    assert names_in(archive, 5) == []
    before = zip_of(task, office, as_of=date(2022, 5, 1))
    assert names_in(before, 2) == []
    assert names_in(before, 3) == []
    assert names_in(before, 4) == []


def test_what_was_annulled_is_left_out_but_for_the_record(county, editor, office):
    task = make_task(units=[county])
    report = make_report(task, actor=editor, text="误报。", files=[upload()])
    annul(actor=office, event_id=report.event_id, reason="填错", at=AT)

    archive = zip_of(task, office)

    assert names_in(archive, 2) == names_in(archive, 3) == []
    assert "填错" in text_of(archive, "Record.html")


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_a_damaged_file_is_named_in_the_index(task, office, how):
    row = Evidence.objects.get(name="监测报告.pdf")
    path = path_of(str(row.file))
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"%PDF-1.4 something else")

    archive = zip_of(task, office)

    assert archive.testzip() is None
    assert names_in(archive, 3) == ["002 现场.png"]
    listed = index_of(archive)["03 Evidence/001 监测报告.pdf"]
    assert "so it is not in this zip" in listed["Remark"]
    page = text_of(archive, "Index.html")
    assert "1 file is missing" in page
    assert listed["Remark"] in page


def test_of_a_photo_without_its_place_the_copy_is_handed_out(task, office):
    row = Evidence.objects.get(name="现场.png")
    Evidence.objects.filter(pk=row.pk).update(is_place_removed=True)

    archive = zip_of(task, office)

    [name] = [name for name in archive.namelist() if "现场" in name]
    assert name.endswith("002 现场.jpg")
    assert archive.read(name) == copy_of(row, "large")
    path_of(str(row.file)).unlink()
    path_of(str(row.file), "large").unlink()
    assert "not in this zip" in text_of(zip_of(task, office), "Index.html")


def test_names_are_such_as_windows_writes(county, editor, office):
    task = make_task(units=[county])
    names = ["con.pdf", "监测：报告?.pdf", "长" * 150 + ".pdf", "Same.pdf", "same.pdf"]
    make_report(
        task,
        actor=editor,
        files=[upload(name, PDF + str(n).encode()) for n, name in enumerate(names)],
    )
    rows = Evidence.objects.order_by("pk")
    for row, name in zip(rows, names, strict=True):
        Evidence.objects.filter(pk=row.pk).update(name=name)

    archive = zip_of(task, office)
    own = names_in(archive, 3)

    assert len(own) == len({name.casefold() for name in own}) == 5
    for name in own:
        assert len(name) <= LONGEST
        assert len(name.encode()) <= 255
        assert not set(name) & set('<>:"/\\|?*')
        assert name.endswith(".pdf")
    assert all(info.flag_bits & 0x800 or info.filename.isascii() for info in archive.infolist())


def test_who_may_not_see_the_task_gets_nothing(task, other_editor):
    with pytest.raises(ObjectDoesNotExist):
        row_count(order_of(task, other_editor))
    with pytest.raises(ObjectDoesNotExist):
        make(order_of(task, other_editor), BytesIO())


def test_more_than_a_zip_may_hold_is_refused_in_words(task, office, settings):
    settings.CASE_FILE_MAX_BYTES = 10

    with pytest.raises(ValidationError, match="one zip takes at most 10"):
        row_count(order_of(task, office))


def test_it_tells_how_far_it_is(task, office):
    told = []

    archive = zip_of(task, office, progress=told.append)

    assert row_count(order_of(task, office)) == len(archive.namelist())
    assert told == sorted(told)
    assert told[-1] == len(archive.namelist()) - 2
    assert file_name(order_of(task, office)).endswith(".zip")
    assert task.code in file_name(order_of(task, office))


def test_forms_open_in_word(task, office):
    archive = zip_of(task, office)

    for name in archive.namelist():
        if name.endswith(".docx"):
            assert Document(BytesIO(archive.read(name))).paragraphs


@pytest.mark.skipif(which("unzip") is None, reason="there is no unzip")
def test_other_programs_open_it_too(task, office, tmp_path):
    path = tmp_path / "file.zip"
    with path.open("wb") as file:
        make(order_of(task, office), file)

    tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)

    assert tested.returncode == 0, tested.stdout


def test_many_reports_cost_no_more_queries(county, editor, office, django_assert_max_num_queries):
    task = make_task(units=[county])
    for number in range(12):
        make_report(
            task,
            percent=number,
            actor=editor,
            on=date(2022, 6, 1 + number),
            files=[upload(f"{number}.png", picture(colour=(number, 0, 0)))],
        )
    with django_assert_max_num_queries(35):
        archive = zip_of(task, office)
    assert len(names_in(archive, 3)) == 12
