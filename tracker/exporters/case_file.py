"""The whole file of a task (一案一档) as chapters: for the page to be printed, and for the zip.

A zip has a folder for each chapter, and in it a sheet to be read in any browser, forms as Word
documents, and files of evidence as they were handed in.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.exporters import documents
from tracker.exporters.closure_text import boxes, no_day, task_box
from tracker.exporters.notice_text import notice_of
from tracker.exporters.parts import Attempt
from tracker.figures.case_file import CaseFile
from tracker.models import Evidence
from tracker.rules.archive_names import unique

__all__ = ["Chapter", "Piece", "chapters", "pieces", "refuse_too_large"]

STYLE = Path(__file__).parent.parent / "static" / "tracker" / "casefile.css"


@dataclass(frozen=True)
class Chapter:
    """One chapter: its number, title and template, and what only this template needs."""

    number: int
    name: str
    title: str
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        return f"{self.number:02} {self.title}"

    @property
    def template(self) -> str:
        return f"tracker/casefile/{self.name}.html"


@dataclass(frozen=True)
class Piece:
    """One file of the zip: a document with its ``content``, or a ``file`` of evidence."""

    chapter: Chapter
    path: str
    title: str
    day: date | None = None
    content: bytes = b""
    file: Evidence | None = None


def chapters(case: CaseFile) -> Sequence[Chapter]:
    """The chapters in the order in which the file is read."""
    attempts = list(_attempts(case))
    forms = [
        {"closure": each.closure, "unit": each.unit, "boxes": [task_box(each), *boxes(each)]}
        for each in attempts
    ]
    notices = [
        {
            "unit": each.unit,
            "text": notice_of(each),
            "objections": each.closure.notice.objections.all(),
        }
        for each in attempts
        if each.notice
    ]
    found: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("task", pgettext("case file", "Task"), {}),
        ("reports", pgettext("case file", "Progress reports"), {"units": _by_unit(case)}),
        ("evidence", pgettext("case file", "Evidence"), {}),
        (
            "closures",
            pgettext("case file", "Acceptance and closure"),
            {"forms": forms, "no_day": no_day()},
        ),
        ("notices", pgettext("case file", "Notices and objections"), {"notices": notices}),
        ("lookbacks", pgettext("case file", "Look-backs"), {"checks": _checks(case)}),
        ("record", pgettext("case file", "Record"), {}),
    )
    return [Chapter(n, name, title, more) for n, (name, title, more) in enumerate(found, 1)]


def _attempts(case: CaseFile) -> Iterator[Attempt]:
    for closure in case.closures:
        files = case.files_of_closure.get(closure.pk, ())
        yield Attempt(closure, case.as_of, case.measures, files or case.files, case.deadline)


def _by_unit(case: CaseFile) -> Sequence[tuple[Any, Sequence[tuple[Any, Sequence[Evidence]]]]]:
    """Each unit with its reports, and each of those with its files."""
    of_report: dict[int | None, list[Evidence]] = {}
    for file in case.files:
        of_report.setdefault(file.report_id, []).append(file)
    return [
        (unit, [(report, of_report.get(report.pk, [])) for report in reports])
        for unit, reports in case.reports_by_unit.items()
    ]


def _checks(case: CaseFile) -> Sequence[tuple[Any, Sequence[Evidence]]]:
    return [(check, case.files_of_lookback.get(check.pk, ())) for check in case.lookbacks]


def refuse_too_large(case: CaseFile) -> None:
    """Refuse in words what is larger than a zip may be."""
    if case.size > settings.CASE_FILE_MAX_BYTES:
        raise ValidationError(
            _(
                "The files of this task take %(size)s, and one zip takes at most %(most)s. Nothing"
                " was made. Download the files one by one, or ask the administrator to raise the"
                " limit."
            )
            % {
                "size": filesizeformat(case.size),
                "most": filesizeformat(settings.CASE_FILE_MAX_BYTES),
            },
            code="too_large",
        )


def pieces(case: CaseFile) -> Sequence[Piece]:
    """What the zip holds besides its index, in the order of the chapters."""
    all_chapters = chapters(case)
    taken: dict[str, set[str]] = {}
    paths: dict[int, str] = {}

    def placed(chapter: Chapter, name: str) -> str:
        own = taken.setdefault(chapter.folder, set())
        number = f"{len(own) + 1:03} "
        return f"{chapter.folder}/{number}{unique(name, own, room=ROOM)}"

    evidence = next(chapter for chapter in all_chapters if chapter.name == "evidence")
    for file in case.files:
        paths[file.pk] = placed(evidence, name_of(file))
        _link(file, "../" + quote(paths[file.pk]))
    found: list[Piece] = []
    for chapter in all_chapters:
        if chapter is evidence:
            found += [
                Piece(chapter, paths[file.pk], file.name, _day_of(file), file=file)
                for file in case.files
            ]
            continue
        found += [
            Piece(chapter, placed(chapter, name), title, day, content)
            for name, title, day, content in _documents(case, chapter)
        ]
    return found


def _link(file: Any, href: str) -> None:
    """Where the sheets of the zip find a file."""
    file.href = href


ROOM = 80
"""Characters of a name, beside its number."""


def name_of(file: Evidence) -> str:
    """The name a file is handed out under; of a photo without its place, that of the copy."""
    return f"{Path(file.name).stem}.jpg" if file.is_place_removed else file.name


def _day_of(file: Evidence) -> date:
    return make_naive(file.uploaded_at).date()


Written = tuple[str, str, date | None, bytes]


def _documents(case: CaseFile, chapter: Chapter) -> Iterator[Written]:
    """The documents of a chapter: name, title, day, content."""
    if chapter.name == "reports":
        for unit, reports in chapter.context["units"]:
            own = Chapter(chapter.number, chapter.name, chapter.title, {"units": [(unit, reports)]})
            title = f"{unit.label} {chapter.title}"
            yield f"{title}.html", title, reports[-1][0].reported_on, _sheet(case, own)
    elif chapter.name == "closures":
        for attempt in _attempts(case):
            yield from _forms(attempt, documents.APPLICATION, documents.OPINION)
    elif chapter.name == "notices":
        for attempt in _attempts(case):
            yield from _forms(attempt, documents.NOTICE)
        if case.objections:
            yield _whole(case, chapter)
    elif chapter.name != "lookbacks" or case.lookbacks:
        yield _whole(case, chapter)


def _whole(case: CaseFile, chapter: Chapter) -> Written:
    return f"{chapter.title}.html", chapter.title, case.as_of, _sheet(case, chapter)


def _forms(attempt: Attempt, *names: str) -> Iterator[Written]:
    """The Word documents of an attempt, as far as it has come to them."""
    days = {
        documents.APPLICATION: attempt.closure.applied_on,
        documents.OPINION: attempt.closure.decided_on,
        documents.NOTICE: attempt.notice.begins_on if attempt.notice else None,
    }
    for name in names:
        file = BytesIO()
        if documents.write(name, attempt, file):
            known = documents.file_name(name, attempt)
            yield known, Path(known).stem, days[name], file.getvalue()


def _sheet(case: CaseFile, chapter: Chapter) -> bytes:
    """A chapter as a page of its own, which needs nothing beside itself."""
    return page("tracker/casefile/sheet.html", case=case, chapters=[chapter])


def page(template: str, **context: Any) -> bytes:
    """A page for a zip: its style within it, and no script."""
    return render_to_string(template, {"style": _style(), **context}).encode()


@cache
def _style() -> str:
    written = base64.b64encode(STYLE.read_bytes()).decode()
    return f"data:text/css;charset=utf-8;base64,{written}"
