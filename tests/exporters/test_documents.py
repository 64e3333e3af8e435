"""The forms of closure as Word documents: the same words as on paper, and whatever was typed."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils import translation
from docx import Document
from jinja2.exceptions import SecurityError

from tests import closing
from tests.casefiles import upload
from tests.factories import make_issue, make_report
from tests.made import sheet_of
from tracker.exporters import documents
from tracker.exporters.closure_text import boxes, opinion_of, task_box
from tracker.exporters.documents import APPLICATION, DOCUMENTS, NOTICE, OPINION, TEMPLATES
from tracker.exporters.notice_text import notice_of
from tracker.exporters.parts import Attempt
from tracker.exporters.word_templates import make_all
from tracker.models import Closure

DAY = date(2023, 10, 31)


@pytest.fixture
def closed(county, editor, acceptance, office):
    """An attempt with everything in it."""
    task = closing.completed_task(number=21, number_printed="第二十一项", units=[county])
    closure = closing.passed(task, editor, acceptance)
    notice = closing.publish(closure, office, email="zgb@example.cn")
    closing.settle(closing.objection(notice, office), office)
    closing.close(closure, office, consent_document_no="省督改〔2022〕3号")
    closing.file(closure, office)
    return Closure.objects.get(pk=closure.pk)


def document_of(name, closure, as_of=DAY):
    file = BytesIO()
    assert documents.write(name, Attempt(closure, as_of), file)
    return Document(BytesIO(file.getvalue()))


def rows_of(document):
    """``{heading: text}`` of the boxes in the table of a document."""
    [table] = document.tables
    return {row.cells[0].text: row.cells[1].text for row in table.rows}


def text_of(document):
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_application_says_field_by_field_what_the_sheet_says(closed):
    attempt = Attempt(closed, DAY)

    rows = rows_of(document_of(APPLICATION, closed))

    expected = [task_box(attempt), *boxes(attempt)]
    assert list(rows) == [box.heading for box in expected]
    for box in expected:
        text = rows[box.heading]
        assert text.startswith(box.text), box.key
        if box.signature:
            for said in (box.signature.words, box.signature.name, box.signature.day):
                assert said in text.removeprefix(box.text), box.key


def test_the_workbook_says_the_same(closed):
    sheet = sheet_of("closure")
    cells = {row[0].value: row[1].value or "" for row in sheet.iter_rows(min_row=4)}

    for box in boxes(Attempt(closed, DAY)):
        assert cells[box.heading].startswith(box.text), box.key
        if box.signature:
            assert f"{box.signature.words}{box.signature.name}" in cells[box.heading]
            assert box.signature.day in cells[box.heading]


def test_the_opinion_has_its_four_parts_and_who_signs_it(closed):
    opinion = opinion_of(Attempt(closed, DAY))

    text = text_of(document_of(OPINION, closed))

    assert [heading for heading, _text in opinion.sections] == [
        "1. Rectification task",
        "2. Rectification goal",
        "3. Completion",
        "4. Acceptance opinion",
    ]
    for heading, words in opinion.sections:
        assert heading in text
        assert words in text
    assert "已完成整改，同意销号。" in text
    assert "Head of the acceptance team (signature):许文澜" in text
    assert "吴桐、郑一帆" in text
    assert text.endswith("July 8, 2022")
    assert "市生态环境局 (seal)" in text


def test_the_notice_is_worded_as_on_paper(closed):
    notice = notice_of(Attempt(closed, DAY))

    text = text_of(document_of(NOTICE, closed))

    assert text.startswith(f"{notice.title}\n{notice.lead}")
    for heading, words in notice.sections:
        assert heading.strip() in text
        assert words in text
    assert notice.objections in text
    assert text.endswith(f"{notice.issuer}\n{notice.day}")


def test_what_is_not_known_stays_a_blank_to_write_in(county, editor):
    closure = closing.apply(closing.completed_task(units=[county]), editor)
    closure.assignment.task.goal = ""

    rows = rows_of(document_of(APPLICATION, closure, closing.APPLIED))

    assert rows["Rectification goal"] == ""
    assert rows["Field check of the acceptance team"] == ""
    assert "□ passed        □ failed" in rows["Conclusion of the acceptance"]
    seal = rows["Opinion of the rectification office"]
    assert seal.endswith("Date:                    ")
    assert "\u3000" * 6 in rows["Opinion of the leading unit"]
    assert "None" not in "".join(rows.values())


def test_only_a_decided_acceptance_has_an_opinion_and_only_a_notice_one_of_its_own(
    county, editor, acceptance, office
):
    closure = closing.passed(closing.completed_task(units=[county]), editor, acceptance)

    assert not documents.write(OPINION, Attempt(closure, closing.TAKEN), BytesIO())
    assert documents.write(OPINION, Attempt(closure, closing.DECIDED), BytesIO())
    assert not documents.write(NOTICE, Attempt(closure, closing.DECIDED), BytesIO())


def test_the_word_of_the_county_has_a_box_where_it_is_asked(closed, other_county):
    assert "Opinion of the county" not in rows_of(document_of(APPLICATION, closed))
    closed.county = other_county

    blank = rows_of(document_of(APPLICATION, closed))["Opinion of the county"]

    closed.county_opinion, closed.county_signer = "情况属实，同意上报。", "沈立"
    closed.pre_accepted_on = closing.APPLIED
    said = rows_of(document_of(APPLICATION, closed))["Opinion of the county"]
    assert "沈立" not in blank
    for words in ("情况属实，同意上报。", "沈立", "July 4, 2022"):
        assert words in said


HOSTILE = [
    "{{ 7 * 7 }} {% for x in y %} {{ ''.__class__ }}",
    "a {_{ b }_} c {_% d %_} _",
    "<w:p>&amp; <b> \"'",
    "第一行\n第二行\r\n第三行",
    "\x07\x0c\x0b\x1b 控制\ud800符\uffff",
    "\t前导制表",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_people_typed_is_data(closed, typed):
    closed.opinion = typed
    shown = typed.replace("\r\n", "\n")
    for sign, seen in {
        "\x07": "␇",
        "\x0c": "␌",
        "\x0b": "␋",
        "\x1b": "␛",
        "\ud800": "\ufffd",
        "\uffff": "\ufffd",
    }.items():
        shown = shown.replace(sign, seen)

    assert shown in text_of(document_of(OPINION, closed))
    assert shown in rows_of(document_of(APPLICATION, closed))["Conclusion of the acceptance"]


def test_a_template_reaches_nothing_but_values(closed, tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    document = Document()
    document.add_paragraph("{{ opinion.__class__.__mro__ }}")
    document.save(str(tmp_path / "opinion.docx"))

    with pytest.raises(SecurityError):
        document_of(OPINION, closed)


def test_the_pages_are_set_as_official_documents_are(closed):
    document = document_of(NOTICE, closed)

    [section] = document.sections
    sides = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(side.mm) for side in sides] == [210, 297, 37, 28]
    assert [round(side.mm) for side in (section.bottom_margin, section.right_margin)] == [35, 26]
    [title] = document.paragraphs[0].runs
    assert (title.font.size.pt, title.font.name) == (22, "方正小标宋简体")
    [lead] = document.paragraphs[1].runs
    assert (lead.font.size.pt, lead.font.name) == (16, "仿宋_GB2312")


def test_the_templates_are_those_that_the_program_makes(tmp_path):
    made = make_all(tmp_path)

    assert {path.stem for path in made} == set(DOCUMENTS)
    for path in made:
        kept, fresh = parts_of(TEMPLATES / path.name), parts_of(path)
        assert kept == fresh, f"{path.name}: run manage.py word_templates"


def parts_of(path: Path):
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_files_are_named_after_what_they_are(closed):
    attempt = Attempt(closed, DAY)

    assert documents.file_name(APPLICATION, attempt) == (
        f"Application for closure_第二十一项_{closed.assignment.unit.label}.docx"
    )


def test_the_deadline_is_the_one_of_the_day(closed, office):
    task = closed.assignment.task
    change = task.deadline_changes.model
    event = task.events.first()
    change.objects.create(
        task=task,
        event=event,
        decided_on=date(2023, 9, 1),
        old_text="2023年6月底前",
        new_text=task.deadline_text,
        new_due_on=date(2023, 12, 31),
        reason="工程变更",
    )

    assert Attempt(closed, date(2023, 8, 1)).deadline == "2023年6月底前"
    assert Attempt(closed, DAY).deadline == task.deadline_text


def test_the_list_of_evidence_is_that_of_the_application_else_that_of_the_task(county, editor):
    task = closing.completed_task(units=[county])
    files = [upload(), upload("照片说明.pdf")]
    make_report(task, actor=editor, on=closing.COMPLETED, percent=100, files=files)
    closure = closing.apply(task, editor)

    assert Attempt(closure, DAY).evidence == "1. 监测报告.pdf\n2. 照片说明.pdf"
    closure.evidence.set(task.evidence.filter(name="照片说明.pdf"))
    assert Attempt(closure, DAY).evidence == "1. 照片说明.pdf"


def test_everything_is_said_in_chinese_too(closed):
    with translation.override("zh-hans"):
        rows = rows_of(document_of(APPLICATION, closed))

    assert "整改目标" in rows
    assert "主要负责人（签字、盖章）：周向东" in rows["责任单位意见"]


def test_the_issue_keeps_its_paragraphs(county, editor):
    issue = make_issue(text="第一段。\n第二段。")
    closure = closing.apply(closing.completed_task(units=[county], issue=issue), editor)

    rows = rows_of(document_of(APPLICATION, closure, closing.APPLIED))

    assert rows["Issue fed back"] == "第一段。\n第二段。"
