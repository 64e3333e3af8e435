"""Files that are broken, disguised or made to do harm: each ends in one sentence, quickly."""

import struct
import zipfile
import zlib
from io import BytesIO
from time import monotonic

import pytest
from openpyxl import Workbook

from tracker import xlsx

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SECONDS = 10


def workbook(rows=(("甲", 1), ("乙", 2))):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(change=None, more=(), method=zipfile.ZIP_DEFLATED):
    """A good workbook with some parts changed, and ``more`` entries at its end."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook())) as good,
        zipfile.ZipFile(file, "w", method) as made,
    ):
        for name in good.namelist():
            made.writestr(name, (change or {}).get(name, good.read(name)))
        for name, data in more:
            made.writestr(name, data)
    return file.getvalue()


def sheet(rows, head="", tail=""):
    return f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def cell(inside, place="A1", row=1, **attributes):
    said = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f'<row r="{row}"><c r="{place}" {said}>{inside}</c></row>'


def with_sheet(xml, encoding="utf-8"):
    return repacked({SHEET: xml.encode(encoding)})


def with_doctype(encoding):
    declared = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    )
    return with_sheet(declared + sheet(cell("<v>&b;</v>", t="str")), encoding)


def lying_size():
    """A sheet whose size is told as ten bytes."""
    content = bytearray(with_sheet(sheet(cell("<v>1</v>") + " " * 3_000_000)))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        start = archive.start_dir
    at = content.index(SHEET.encode(), start) - 46
    struct.pack_into("<I", content, at + 24, 10)
    return bytes(content)


def two_same():
    with pytest.warns(UserWarning, match="Duplicate name"):
        return repacked(more=[(SHEET, sheet(cell("<v>2</v>")))])


def encrypted():
    stream = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream + bytes(2000)


def old_kind():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le")


def lock_file():
    return bytes([5]) + b"admin" + b" " * 49 + "admin".encode("utf-16-le") + b" \0" * 50


def zipped(name, data=b"x"):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


def password_in_zip():
    content = bytearray(workbook())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        start = archive.start_dir
    at = content.index(b"PK\x01\x02", start)
    content[at + 8] |= 1
    return bytes(content)


def bit_flipped():
    content = bytearray(workbook())
    content[len(content) // 2] ^= 0xFF
    return bytes(content)


REFUSED = {
    "nothing in it": lambda: b"",
    "more than 10 MB": lambda: b"PK\x03\x04" + bytes(10 * 1024 * 1024),
    "bomb": lambda: with_sheet(sheet(cell("<v>1</v>") + " " * 60_000_000)),
    "bomb of spaces beyond the limit": lambda: repacked(
        more=[(f"{number}.xml", b" " * 30_000_000) for number in range(8)]
    ),
    "lying size": lying_size,
    "bzip2 inside": lambda: repacked(method=zipfile.ZIP_BZIP2),
    "too many entries": lambda: repacked(more=[(f"x/{n}", b"") for n in range(2000)]),
    "path out of the archive": lambda: repacked(more=[("../evil.xml", b"<a/>")]),
    "two entries of one name": two_same,
    "doctype in utf-8": lambda: with_doctype("utf-8"),
    "doctype in utf-16": lambda: with_doctype("utf-16"),
    "doctype in a part nobody reads": lambda: repacked(
        more=[("custom/item.xml", b"<!DOCTYPE a><a/>")]
    ),
    "cut in half": lambda: workbook()[: len(workbook()) // 2],
    "cut at the end": lambda: workbook()[:-30],
    "one bit flipped": bit_flipped,
    "encrypted": encrypted,
    "encrypted inside the zip": password_in_zip,
    "xls": old_kind,
    "lock file": lock_file,
    "html": lambda: "\ufeff<html><table><tr><td>任务编号</td></tr></table></html>".encode(),
    "csv in utf-8": lambda: "任务编号,整改任务\n1,甲\n".encode(),
    "csv in gb18030": lambda: "任务编号,整改任务\n1,甲\n".encode("gb18030"),
    "xml of 2003": lambda: b'<?xml version="1.0"?><Workbook/>',
    "pdf": lambda: b"%PDF-1.7\n\x00\x01\x02\x03",
    "zip of workbooks": lambda: zipped("台账.xlsx", workbook()),
    "other zip": lambda: zipped("读我.txt"),
    "OpenDocument": lambda: zipped("content.xml"),
    "no sheet of that name": lambda: repacked({"xl/_rels/workbook.xml.rels": b"<a/>"}),
    "no XML": lambda: with_sheet("nothing"),
    "XML cut off": lambda: with_sheet(sheet(cell("<v>1</v>"))[:-20]),
    "string index too high": lambda: with_sheet(sheet(cell("<v>999999</v>", t="s"))),
    "string index below zero": lambda: with_sheet(sheet(cell("<v>-1</v>", t="s"))),
    "string index no number": lambda: with_sheet(sheet(cell("<v>x</v>", t="s"))),
    "value no number": lambda: with_sheet(sheet(cell("<v>12abc</v>"))),
    "value infinite": lambda: with_sheet(sheet(cell("<v>1e999</v>"))),
    "cell outside its row": lambda: with_sheet(sheet(cell("<v>1</v>", place="A7"))),
    "cell nowhere": lambda: with_sheet(sheet(cell("<v>1</v>", place="??"))),
    "cell twice": lambda: with_sheet(sheet(cell("<v>1</v>") + cell("<v>2</v>"))),
    "row of no sheet": lambda: with_sheet(sheet(cell("<v>1</v>", "A9999999", row=9999999))),
    "kind of cell unknown": lambda: with_sheet(sheet(cell("<v>1</v>", t="zz"))),
    "more than 10,000 rows": lambda: workbook([(number,) for number in range(10_100)]),
    "more than 200 columns": lambda: workbook([tuple(range(201))]),
    "merged range that is none": lambda: with_sheet(
        sheet("", tail='<mergeCells><mergeCell ref="A1:??"/></mergeCells>')
    ),
    "a control character in the XML": lambda: with_sheet(sheet(cell("<v>\x01</v>", t="str"))),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_in_one_sentence(make):
    content = make()
    started = monotonic()

    with pytest.raises(xlsx.Unreadable) as refusal:
        list(xlsx.open_rows(BytesIO(content)))

    assert monotonic() - started < SECONDS
    assert "\n" not in str(refusal.value)
    assert "Error" not in str(refusal.value)
    assert len(str(refusal.value)) > 5


READ = {
    "a dimension that lies": lambda: with_sheet(
        sheet(cell("<v>1</v>"), head='<dimension ref="A1:XFD1048576"/>')
    ),
    "a dimension that hides": lambda: with_sheet(
        sheet(cell("<v>1</v>"), head='<dimension ref="Z9"/>')
    ),
    "a million empty rows": lambda: with_sheet(
        sheet(cell("<v>1</v>") + "".join(f'<row r="{n}"/>' for n in range(2, 1_000_002)))
    ),
    "cells without places": lambda: with_sheet(sheet("<row><c><v>1</v></c></row>")),
    "ranges merged to the end": lambda: with_sheet(
        sheet(
            cell("<v>1</v>"),
            tail="<mergeCells>" + '<mergeCell ref="A1:A1048576"/>' * 20_000 + "</mergeCells>",
        )
    ),
}


@pytest.mark.parametrize("make", READ.values(), ids=READ.keys())
def test_what_only_looks_harmful_is_read_as_it_is(make):
    content = make()
    started = monotonic()

    [table] = xlsx.open_rows(BytesIO(content))

    assert monotonic() - started < SECONDS
    assert table.rows == {1: {1: 1}}


def test_an_escaped_control_character_is_shown_and_not_kept():
    content = with_sheet(sheet(cell("<v>甲_x0000_乙_x0007_</v>", t="str")))

    [table] = xlsx.open_rows(BytesIO(content))

    assert table.rows == {1: {1: "甲␀乙␇"}}


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(seed):
    content = bytearray(workbook())
    at = zlib.crc32(bytes([seed])) % len(content)
    content[at] ^= 1 << seed % 8

    try:
        tables = list(xlsx.open_rows(BytesIO(bytes(content))))
    except xlsx.Unreadable:
        return
    rows = [list(cells.values()) for cells in tables[0].rows.values()]
    assert rows == [["甲", 1], ["乙", 2]]
