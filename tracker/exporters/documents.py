"""Forms as Word documents: templates of the office (.docx), filled in with what the pages say.

Templates are filled in a sandbox: whoever edits one may place values, loops and conditions, but
reach nothing else. What people typed is data: braces stay braces, signs that XML cannot hold are
shown by signs that it can, and a line break begins a paragraph.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from tracker.exporters.closure_text import boxes, form_name, no_day, opinion_of, task_box
from tracker.exporters.notice_text import notice_of
from tracker.exporters.parts import Attempt
from tracker.rules.archive_names import safe
from tracker.xlsx.text import visible

__all__ = ["APPLICATION", "DOCUMENTS", "NOTICE", "OPINION", "TEMPLATES", "file_name", "write"]

TEMPLATES = Path(__file__).parent / "word"
APPLICATION, OPINION, NOTICE = "application", "opinion", "notice"

PARAGRAPH = "\a"
"""What docxtpl makes a new paragraph of; no text of people can hold it any more."""


def _application(attempt: Attempt) -> Mapping[str, Any]:
    found = {box.key: box for box in boxes(attempt)}
    return {
        **{"county_opinion": None, **found},
        "inspection": attempt.task.inspection.name,
        "form": form_name(),
        "task": task_box(attempt),
        "unit_line": _("Reporting unit (seal):") + attempt.unit.name,
        "no_day": no_day(),
    }


def _opinion(attempt: Attempt) -> Mapping[str, Any] | None:
    opinion = opinion_of(attempt)
    return {"opinion": opinion} if opinion else None


def _notice(attempt: Attempt) -> Mapping[str, Any] | None:
    return {"notice": notice_of(attempt)} if attempt.notice else None


DOCUMENTS = {APPLICATION: _application, OPINION: _opinion, NOTICE: _notice}
"""What each document is filled in with; ``None`` before it can be issued."""


def write(name: str, attempt: Attempt, file: IO[bytes]) -> bool:
    """Write a document of one attempt to ``file``; whether it can be issued yet."""
    values = DOCUMENTS[name](attempt)
    if values is None:
        return False
    document = DocxTemplate(TEMPLATES / f"{name}.docx")
    document.render(dict(values), SandboxedEnvironment(autoescape=True, finalize=_as_data))
    document.save(file)
    return True


def _as_data(value: Any) -> str:
    """A value as text in a document."""
    if value is None:
        return ""
    text = visible(str(value)).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    # docxtpl takes "{_{" for an escaped "{{" wherever it stands.
    written = (
        str(escape(text)).replace("_", "&#95;") if "{" in text or "}" in text else escape(text)
    )
    return Markup(written.replace("\n", PARAGRAPH))


def file_name(name: str, attempt: Attempt) -> str:
    """销号申请表_第二十九项_临江县.docx"""
    words = {
        APPLICATION: _("Application for closure"),
        OPINION: _("Opinion of the acceptance"),
        NOTICE: pgettext("document", "Public notice"),
    }[name]
    task = attempt.task
    return safe(f"{words}_{task.number_printed or task.number}_{attempt.unit.label}.docx")
