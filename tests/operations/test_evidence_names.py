"""The allow-list as a table: sixty names × twelve contents, by ending *and* by content."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from tracker.operations import evidence

GOOD = {
    "a.jpg": "jpg",
    "A.JPG": "jpg",
    "现场.jpg": "jpg",
    "现场照片（一）.Jpg": "jpg",
    "IMG_2023.10.12.jpg": "jpg",
    "整改前.2.jpeg": "jpg",
    "a b.JPEG": "jpg",
    ".a.jpg": "jpg",
    "a..jpg": "jpg",
    "a.png": "png",
    "截图 2023-10-12 09.31.22.PNG": "png",
    "a.webp": "webp",
    "微信图片.WebP": "webp",
    "a.pdf": "pdf",
    "验收报告.v2.PDF": "pdf",
    "扫描件.jpg.pdf": "pdf",
    "100%.pdf": "pdf",
    "a.docx": "docx",
    "情况说明.最终.DOCX": "docx",
    "a.xlsx": "xlsx",
    "监测数据.2023.xlsx": "xlsx",
}
BAD = [
    *("a", "jpg", ".jpg", "a.", ".", "", "a.jpg.", "a.jpg ", "a.jpg. .", "a.jpg\u3000"),
    *("a.exe", "a.EXE", "a.svg", "a.html", "a.htm", "a.xml", "a.js", "a.gif", "a.bmp", "a.heic"),
    *("a.zip", "a.rar", "a.mp4", "a.doc", "a.xls", "a.xlsm", "a.txt", "a.php"),
    *("a.exe.jpg", "a.PHP.jpg", "a.html.pdf", "a.svg.png", "a.jsp .jpg", "a.xlsm.xlsx"),
    *("a.php%00.jpg", "a.php\x00.jpg", "a\x1b.jpg", "\u202egpj.a.jpg", "a\u2066.pdf"),
]
NAMES = {**GOOD, **dict.fromkeys(BAD)}


def picture(form):
    content = io.BytesIO()
    Image.new("RGB", (6, 4), "teal").save(content, form)
    return content.getvalue()


def workbook():
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


def archive(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return content.getvalue()


CONTENTS = [
    (picture("JPEG"), "jpg"),
    (picture("PNG"), "png"),
    (picture("WEBP"), "webp"),
    (b"%PDF-1.7\n%%EOF\n", "pdf"),
    (archive("[Content_Types].xml", "word/document.xml"), "docx"),
    (workbook(), "xlsx"),
    (archive("a.exe"), None),
    (b"<html><script>alert(1)</script></html>", None),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
    (b"MZ\x90\x00\x03\x00\x00\x00", None),
    (picture("GIF"), None),
    (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", None),
]


def offered(name, content):
    upload = SimpleUploadedFile("x", content)
    upload._name = name  # As it came, before Django tidied it.
    return upload


def told(name, content):
    try:
        evidence.check(offered(name, content))
    except ValidationError as refusal:
        return refusal.messages[0]
    return "kept"


def test_the_table_is_whole():
    assert len(NAMES) == 60
    assert len(CONTENTS) == 12


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_kept_only_when_name_and_content_are_of_one_allowed_kind(name):
    for content, kind in CONTENTS:
        fits = kind is not None and NAMES[name] == kind
        said = told(name, content)
        assert (said == "kept") == fits, (name, kind, said)
        assert fits or "was not attached: " in said


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.php%00.jpg", "signs that cannot be seen"),
        ("a\u202egpj.pdf", "signs that cannot be seen"),
        ("a.jpg. ", "ends with a dot or a space"),
        ("a.exe.jpg", ".exe, inside it"),
        ("a.heic", "only photos, PDF, Word and Excel"),
    ],
)
def test_a_refusal_says_why(name, why):
    with pytest.raises(ValidationError, match=why):
        evidence.check(offered(name, picture("JPEG")))


def test_an_archive_that_lists_more_than_any_document_is_not_opened():
    names = [f"word/{n:050}" for n in range(11_000)]
    with pytest.raises(ValidationError, match="not an Office document"):
        evidence.check(offered("a.docx", archive("word/document.xml", *names)))
