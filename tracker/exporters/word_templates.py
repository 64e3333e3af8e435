"""The default Word templates of the forms, made anew by ``manage.py word_templates``.

Pages are set as official documents are (GB/T 9704—2012): A4, margins of 37, 35, 28 and 26 mm, the
title in 小标宋 of 22 points, text in 仿宋 of 16 points on a line of 28. Where a machine lacks these
fonts, the font table names others of the same style.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from tracker.exporters.documents import APPLICATION, NOTICE, OPINION

__all__ = ["make_all"]

TITLE, TEXT, HEAD = "方正小标宋简体", "仿宋_GB2312", "黑体"
INSTEAD = {
    TITLE: "方正小标宋_GBK,华文中宋,STZhongsong,Noto Serif CJK SC,宋体",
    TEXT: "仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
    HEAD: "SimHei,Noto Sans CJK SC",
}
"""Fonts to take instead, the nearest first."""

LONG_AGO = datetime(2024, 1, 1)  # noqa: DTZ001 - Word writes days without a zone
BLANK = "\u3000" * 6
"""Room for a name."""

LABEL, CONTENT = Mm(30), Mm(126)
PADDING = (
    f"<w:tblCellMar {nsdecls('w')}>"
    '<w:top w:w="70" w:type="dxa"/><w:left w:w="110" w:type="dxa"/>'
    '<w:bottom w:w="70" w:type="dxa"/><w:right w:w="110" w:type="dxa"/></w:tblCellMar>'
)


LONG = {"issue", "goal", "done", "self_check", "evidence", "found"}
"""Boxes of the application that may go on over the page; the others stay in one piece."""


def make_all(folder: Path) -> list[Path]:
    """Write the templates to ``folder``; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    makers: dict[str, Callable[[], Any]] = {
        APPLICATION: _application,
        OPINION: _opinion,
        NOTICE: _notice,
    }
    for name, make in makers.items():
        path = folder / f"{name}.docx"
        make().save(str(path))
        made.append(path)
    return made


def _document() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    _in_font(normal, TEXT, 16)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(28)
    _name_fonts(document)
    _number_pages(section)
    about = document.core_properties
    about.author = about.title = about.comments = about.last_modified_by = ""
    about.created = about.modified = LONG_AGO
    return document


def _in_font(run: Any, font: str, size: float) -> None:
    run.font.name, run.font.size = font, Pt(size)
    fonts = run.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), font)


def _name_fonts(document: Any) -> None:
    """Say in the font table which fonts stand in for those that are missing."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for name, instead in INSTEAD.items()
    )
    table = f"<w:fonts {nsdecls('w')}>{entries}</w:fonts>"
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = f'<?xml version="1.0" encoding="UTF-8"?>{table}'.encode()


def _number_pages(section: Any) -> None:
    """— 1 — in the middle of the foot."""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(foot, "— ", size=14)
    run = foot.add_run()
    _in_font(run, TEXT, 14)
    for kind in ("begin", None, "end"):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = "PAGE"
        run._r.append(mark)
    _say(foot, " —", size=14)


def _say(paragraph: Any, words: str, *, font: str = TEXT, size: float = 16) -> Any:
    run = paragraph.add_run(words)
    _in_font(run, font, size)
    return run


def _title(document: Any, *lines: str) -> None:
    for words in lines:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(34)
        _say(paragraph, words, font=TITLE, size=22)
    paragraph.paragraph_format.space_after = Pt(14)


def _paragraph(document: Any, words: str, *, font: str = TEXT, indent: bool = True) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(32)
    _say(paragraph, words, font=font)
    return paragraph


def _sections(document: Any, of: str) -> None:
    """Numbered headings with their texts."""
    document.add_paragraph("{%p for heading, text in " + of + ".sections %}")
    heading = _paragraph(document, "{{ heading|trim }}", font=HEAD)
    heading.paragraph_format.keep_with_next = True
    _paragraph(document, "{{ text }}")
    document.add_paragraph("{%p endfor %}")


def _right(document: Any, words: str, *, before: float = 0) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.right_indent = Pt(32)
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.keep_together = True
    _say(paragraph, words)
    return paragraph


def _notice() -> Any:
    document = _document()
    _title(document, "{{ notice.title }}")
    _paragraph(document, "{{ notice.lead }}")
    _sections(document, "notice")
    _paragraph(document, "{{ notice.objections }}").paragraph_format.space_before = Pt(14)
    _right(document, "{{ notice.issuer }}", before=42).paragraph_format.keep_with_next = True
    _right(document, "{{ notice.day }}")
    return document


def _opinion() -> Any:
    document = _document()
    _title(document, "{{ opinion.title }}")
    _sections(document, "opinion")
    signed = _paragraph(document, "{{ opinion.leader.words }}", indent=False)
    signed.paragraph_format.space_before = Pt(28)
    signed.paragraph_format.keep_with_next = True
    _rule(signed, f"opinion.leader.name or '{BLANK}'")
    signed = _paragraph(document, "{{ opinion.members.words }}", indent=False)
    signed.paragraph_format.keep_with_next = True
    _rule(signed, f"opinion.members.name or '{BLANK * 2}'")
    _right(document, "{{ opinion.unit }}", before=28).paragraph_format.keep_with_next = True
    _right(document, "{{ opinion.day }}")
    return document


def _rule(paragraph: Any, value: str, *, size: float = 16) -> None:
    """A value on a ruled line."""
    run = _say(paragraph, "{{ " + value + " }}", size=size)
    run.font.underline = True


def _application() -> Any:
    document = _document()
    _title(document, "{{ inspection }}", "{{ form }}")
    head = document.add_paragraph()
    _say(head, "{{ unit_line }}", size=12)
    table = document.add_table(rows=0, cols=2)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    table._tblPr.append(parse_xml(PADDING))
    table.columns[0].width, table.columns[1].width = LABEL, CONTENT
    for key in ("task", "issue", "goal", "unit", "deadline", "done", "self_check", "evidence"):
        _row(table, key)
    for key in ("unit_opinion", "lead_opinion"):
        _row(table, key, is_signed=True)
    _mark(table, "{%tr if county_opinion %}")
    _row(table, "county_opinion", is_signed=True)
    _mark(table, "{%tr endif %}")
    _row(table, "found", height=34)
    _row(table, "conclusion")
    _row(table, "team", is_signed=True)
    _row(table, "notice")
    for key in ("office_opinion", "filing"):
        _row(table, key, is_signed=True)
    return document


def _mark(table: Any, words: str) -> None:
    table.add_row().cells[0].paragraphs[0].add_run(words)


def _row(table: Any, key: str, *, is_signed: bool = False, height: float = 11) -> None:
    """A box: its heading, what it says, and where it is signed a line for name and day."""
    row = table.add_row()
    row.height = Mm(30 if is_signed else height)
    if key not in LONG:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    label, content = row.cells
    label.width, content.width = LABEL, CONTENT
    label.vertical_alignment = content.vertical_alignment = 1
    paragraph = _in_cell(label, "{{ " + key + ".heading }}", font=HEAD)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _in_cell(content, "{{ " + key + ".text }}")
    if is_signed:
        sign = content.add_paragraph()
        _spaced(sign)
        sign.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        sign.paragraph_format.space_before = Pt(18)
        _say(sign, "{{ " + key + ".signature.words }}", size=12)
        blank = f"('' if {key}.signature.is_seal else '{BLANK}')"
        _rule(sign, f"{key}.signature.name or {blank}", size=12)
        _say(sign, "\u3000\u3000{{ " + key + ".signature.day or no_day }}", size=12)


def _in_cell(cell: Any, words: str, *, font: str = TEXT) -> Any:
    paragraph = cell.paragraphs[0]
    _spaced(paragraph)
    _say(paragraph, words, font=font, size=12)
    return paragraph


def _spaced(paragraph: Any) -> None:
    paragraph.paragraph_format.line_spacing = Pt(20)
