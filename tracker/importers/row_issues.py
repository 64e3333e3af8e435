"""The issues that the rows of a list name: on record, of an earlier row, or new."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.forms.task_rows import Known, TaskRowForm
from tracker.importers.layouts import SourceRow
from tracker.models import ImportRow, Issue
from tracker.rules.folding import fold

__all__ = ["Issues", "first_sentence"]

TITLE_LENGTH = 120
FACTS = ("issue_text", "source", "medium")


def first_sentence(text: str, length: int) -> str:
    """The first sentence of a text, shortened to what a list can show."""
    if not text.strip():
        return ""
    first = text.strip().splitlines()[0].split("。")[0].strip() or text.strip()
    return first if len(first) <= length else f"{first[: length - 1]}…"


class Issues:
    """What is known of the issues of a list while its rows are read.

    With ``may_number`` the list gives them no numbers: an issue is told by its text, and a new one
    is numbered after the last.
    """

    def __init__(self, known: Known, *, may_number: bool):
        self.known = known
        self.may_number = may_number
        self.new: dict[int, dict[str, Any]] = {}
        self.by_text: dict[str, int] = {}
        for number, issue in known.issues.items():
            for text in (issue.title, issue.text):
                self.by_text.setdefault(fold(text), number)
        self.last = max(known.issues, default=0)

    def name(self, texts: dict[str, str]) -> None:
        """Give a row of a list without numbers of issues the number of its issue."""
        if not self.may_number or texts.get("issue_number") or not texts.get("issue_text"):
            return
        key = fold(texts["issue_text"])
        if key not in self.by_text:
            self.last += 1
            self.by_text[key] = self.last
        texts["issue_number"] = str(self.by_text[key])
        if self.by_text[key] in self.known.issues:
            for fact in FACTS:
                texts.pop(fact, None)

    def check_known(self, form: TaskRowForm, issue: Issue) -> None:
        """Refuse a row that says something else of its task's issue than is on record."""
        facts = {name: form.cleaned_data.get(name) for name in FACTS}
        number = form.cleaned_data.get("issue_number")
        if number in (None, issue.number):
            _compare(form, facts, _facts_of(issue))

    def check_new(self, form: TaskRowForm, line: SourceRow) -> ImportRow | None:
        """The issue of a new task's row: compared with what is known of it, or a new one."""
        number = form.cleaned_data.get("issue_number")
        if number is None:
            return None
        facts = {name: form.cleaned_data.get(name) for name in FACTS}
        if number in self.known.issues:
            _compare(form, facts, _facts_of(self.known.issues[number]))
            return None
        if number in self.new:
            _compare(form, facts, self.new[number])
            return None
        for name in FACTS:
            if not facts[name] and name not in form.errors and name not in line.flaws:
                form.add_error(
                    name,
                    _("Issue %(number)s is not on record yet; this column is needed to enter it.")
                    % {"number": number},
                )
        self.new[number] = facts
        return _issue_row(number, form.data, line, facts) if all(facts.values()) else None


def _compare(form: TaskRowForm, facts: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        same = value in (known[name], None, "")
        if not same and name == "issue_text" and known[name]:
            same = fold(value) in (fold(known[name]), fold(known.get("title", "")))
        if not same and known[name]:
            form.add_error(
                name,
                _(
                    "This differs from what is known of the issue: “%(known)s”. Leave it empty,"
                    " or correct the issue on its page."
                )
                % {"known": str(known[name])[:60]},
            )


def _facts_of(issue: Issue) -> dict[str, Any]:
    return {
        "issue_text": issue.text,
        "title": issue.title,
        "source": issue.source,
        "medium": issue.medium,
    }


def _issue_row(
    number: int, texts: Mapping[str, str], line: SourceRow, facts: Mapping[str, Any]
) -> ImportRow:
    said = (line.printed.get("issue_number") or texts.get("issue_number", "")).strip()
    return ImportRow(
        kind="issue",
        state="new",
        data={
            "number": number,
            "number_printed": "" if said == str(number) else said[:30],
            "title": first_sentence(facts["issue_text"], TITLE_LENGTH),
            "text": facts["issue_text"],
            "source": facts["source"].code,
            "medium": facts["medium"].code,
        },
    )
