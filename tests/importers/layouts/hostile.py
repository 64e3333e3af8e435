"""Files that are broken, disguised or made to do harm, in every format that is read."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

from openpyxl import Workbook

FILES = Path(__file__).parent / "files"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEADER = ["序号", "反馈问题", "整改任务", "整改措施", "责任单位", "整改时限"]
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(rows=()):
    book = Workbook()
    for row in [HEADER, ["1", "问题", "任务", "措施", "临江县", "2023年底前"], *rows]:
        book.active.append(row)
    return saved(book)


def repacked(content, change):
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as good,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in good.namelist():
            made.writestr(name, change.get(name, good.read(name)))
    return file.getvalue()


def with_sheet(inside, tail=""):
    return repacked(
        workbook(), {SHEET: f"<worksheet {MAIN}><sheetData>{inside}</sheetData>{tail}</worksheet>"}
    )


def row(number, *texts, **attributes):
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}"{said}>{cells}</row>'


def document(body, prolog=""):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("_rels/.rels", "<a/>")
        made.writestr(
            "word/document.xml", f"{prolog}<w:document {WORD}><w:body>{body}</w:body></w:document>"
        )
    return file.getvalue()


def old():
    return (FILES / "libreoffice.xls").read_bytes()


def locked_old():
    """An .xls whose second record says that it is encrypted."""
    content = bytearray(old())
    at = content.index(b"\x09\x08\x10\x00") + 20
    struct.pack_into("<H", content, at, 0x002F)
    return bytes(content)


def flipped(content, seed):
    changed = bytearray(content)
    for step in range(8):
        at = (seed * 7919 + step * 104729 + 517) % len(changed)
        changed[at] ^= 1 << seed % 8
    return bytes(changed)


def list_of(rows):
    return row(1, *HEADER) + "".join(rows)


TASK = ("1", "问题", "任务", "措施", "临江县", "2023年底前")

REFUSED = {
    "a bomb in a workbook": (lambda: with_sheet(" " * 60_000_000), "x.xlsx"),
    "an entity attack in a workbook": (
        lambda: repacked(workbook(), {SHEET: f"<?xml version='1.0'?>{DOCTYPE}<worksheet/>"}),
        "x.xlsx",
    ),
    "a workbook cut off": (lambda: workbook()[:-300], "x.xlsx"),
    "an .xls named .xlsx": (old, "x.xlsx"),
    "a page named .xlsx": (lambda: b"<html><table><tr><td>1</td></tr></table>", "x.xlsx"),
    "a page named .xls": (lambda: b"<html><table><tr><td>1</td></tr></table>", "x.xls"),
    "a text named .xlsx": (lambda: "序号,任务\n1,甲\n".encode("gb18030"), "x.xlsx"),
    "a text named .xls": (lambda: "序号\t任务\n1\t甲\n".encode("utf-16"), "x.xls"),
    "a workbook named .csv": (lambda: workbook()[:-300], "x.csv"),
    "bytes named .csv": (lambda: bytes(range(256)) * 9, "x.csv"),
    "nothing named .csv": (lambda: b"", "x.csv"),
    "an .xls cut off": (lambda: old()[:3000], "x.xls"),
    "an .xls with a password": (locked_old, "x.xls"),
    "an .xlsx with a password": (
        lambda: old()[:512] + "EncryptedPackage".encode("utf-16-le") + bytes(900),
        "x.xls",
    ),
    "an .xls with a cell in the last corner": (lambda: (FILES / "far.xls").read_bytes(), "x.xls"),
    "the head of an .xls and nothing more": (lambda: old()[:8] + bytes(4000), "x.xls"),
    "an .xls of more than 10 MB": (lambda: old() + bytes(10 * 1024 * 1024), "x.xls"),
    "an old Word document": (
        lambda: old()[:512] + "WordDocument".encode("utf-16-le") + bytes(900),
        "x.xls",
    ),
    "a .doc": (old, "x.doc"),
    "a document named .xlsx": (lambda: document("<w:p/>"), "x.xlsx"),
    "a bomb in a document": (lambda: document(" " * 60_000_000), "x.docx"),
    "an entity attack in a document": (lambda: document("", DOCTYPE), "x.docx"),
    "a document cut off": (lambda: document("<w:p/>")[:-40], "x.docx"),
    "a document that is no XML": (lambda: document("<w:p>"), "x.docx"),
    "a document without a table": (lambda: document("<w:p/>"), "x.docx"),
    "tables within tables": (
        lambda: document("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000),
        "x.docx",
    ),
    "a span that is no number": (
        lambda: document('<w:tbl><w:tr><w:tc><w:gridSpan w:val="x"/></w:tc></w:tr></w:tbl>'),
        "x.docx",
    ),
    "more columns than a list has": (lambda: workbook([["甲"] * 201]), "x.xlsx"),
    "more rows than a list has": (lambda: workbook([["甲"]] * 10_100), "x.xlsx"),
    "no list at all": (lambda: saved(Workbook()), "x.xlsx"),
    "merged ranges without end": (
        lambda: with_sheet(
            list_of([row(2, *TASK)]),
            "<mergeCells>" + '<mergeCell ref="A2:A3"/>' * 200_001 + "</mergeCells>",
        ),
        "x.xlsx",
    ),
}


def wide_and_long(last=300):
    chance = Random(1)
    return with_sheet(
        list_of(
            f'<row r="{number}">'
            + "".join(f"<c><v>{chance.randrange(10**6)}</v></c>" for _column in range(150))
            + "</row>"
            for number in range(2, last)
        ),
    )


def many_headers(width=40):
    """Sixty rows of different short words, each of which might be a header."""
    return with_sheet(
        "".join(
            row(number, *(f"责任{number}单位{column}" for column in range(width)))
            for number in range(1, 61)
        )
    )


def merged_everywhere(last=1000):
    merges = "".join(
        f'<mergeCell ref="{letter}{first}:{letter}{first + 1}"/>'
        for letter in "ABCDEF"
        for first in range(2, last, 2)
    )
    rows = (row(number, *TASK) for number in range(2, last + 2))
    return with_sheet(list_of(rows), f"<mergeCells>{merges}</mergeCells>")


def empty_rows(count=100_000):
    return with_sheet(
        list_of([row(2, *TASK)]) + "".join(f'<row r="{n}"/>' for n in range(3, count))
    )


def many_sheets():
    book = Workbook()
    for number in range(60):
        sheet = book.create_sheet(f"表{number}")
        sheet.append(HEADER)
        sheet.append(TASK)
    return saved(book)


READ = {
    "very many empty rows": empty_rows,
    "a dimension that lies": lambda: repacked(
        workbook(),
        {
            SHEET: f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/><sheetData>'
            f"{list_of([row(2, *TASK)])}</sheetData></worksheet>"
        },
    ),
    "whole columns hidden": lambda: with_sheet(
        list_of([row(2, *TASK, hidden="1")]),
    ),
    "control characters": lambda: with_sheet(
        list_of([row(2, "1", "问_x0000_题_x0007_", *TASK[2:])])
    ),
    "wide and long": wide_and_long,
    "many headers": many_headers,
    "merged everywhere": merged_everywhere,
    "many sheets": many_sheets,
}

GREATEST = {
    "a million empty rows": lambda: empty_rows(1_000_000),
    "wide and long": lambda: wide_and_long(1500),
    "many headers": lambda: many_headers(200),
    "merged everywhere": lambda: merged_everywhere(10_000),
}
"""As great as a file may be; read in a process of its own, where nothing else counts."""
