"""The product's own list of tasks as a workbook: empty to be filled in, or filled from rows."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.forms.task_rows import TaskRowForm
from tracker.models import MediaCategory, Source, Unit

__all__ = ["REQUIRED", "example_word", "template"]

REQUIRED = "*"
"""The mark at the end of a header whose column must be filled."""

ROOM = 500

WIDTHS = {
    "number": 10,
    "issue_number": 10,
    "issue_text": 40,
    "title": 28,
    "goal": 32,
    "measures": 40,
    "units": 20,
    "supporting_units": 20,
    "deadline_text": 20,
}

EXAMPLE = {
    "issue_number": "9",
    "issue_text": "部分入河排污口整治不到位，3个排污口雨天溢流。",
    "source": "省级例行督察",
    "medium": "水",
    "title": "完成入河排污口整治",
    "goal": "3个溢流排污口全部整治到位，水质稳定达标。",
    "measures": "1. 逐口排查溯源，建立清单。\n2. 完成雨污分流改造。",
    "units": "临江县、东海县",
    "lead": "临江县",
    "supporting_units": "市水利局",
    "supervising_unit": "市生态环境局",
    "acceptance_unit": "市生态环境局",
    "deadline_text": "2023年12月底前",
    "accountable_leader": "副市长 李明",
}

HELP = {
    "number": gettext_lazy("Unique in the inspection: 19, 十九 or 第十九项."),
    "issue_number": gettext_lazy("The issue that the task answers; several tasks may share it."),
    "issue_text": gettext_lazy(
        "Original wording. Needed once where the issue is not on record yet; merged cells count"
        " for all their rows."
    ),
    "source": gettext_lazy("Needed for a new issue; choose from the list."),
    "medium": gettext_lazy("Needed for a new issue; choose from the list."),
    "title": gettext_lazy("At most 200 characters."),
    "goal": gettext_lazy("At most 3,000 characters. May be empty when a list is taken over."),
    "measures": gettext_lazy(
        "One a line, numbered 1. 2. 3. or not. May be empty when a list is taken over."
    ),
    "units": gettext_lazy("Name, short name or alias; several separated by 、 ， ； / or lines."),
    "lead": gettext_lazy("Where it is empty, the first of the responsible units leads."),
    "supporting_units": gettext_lazy("Several are separated as above."),
    "supervising_unit": gettext_lazy("One unit."),
    "acceptance_unit": gettext_lazy("One unit. May be empty when a list is taken over."),
    "deadline_text": gettext_lazy("As printed: 2025年12月底前, 立行立改、长期坚持, 2023-11-10 …"),
    "due_on": gettext_lazy("Only where the words leave the day open, such as 2023年6月前."),
    "accountable_leader": gettext_lazy("Post and name."),
    "completed_on": gettext_lazy("Only when a list is taken over."),
    "closed_on": gettext_lazy("Only when a list is taken over."),
}


def example_word() -> str:
    """What stands in the place of the number in the row that shows how to fill in."""
    return pgettext("row", "Example")


def header(name: str) -> str:
    """A field's header in the template."""
    form_field = TaskRowForm.base_fields[name]
    return f"{form_field.label}{REQUIRED if form_field.required else ''}"


def template(rows: Iterable[Mapping[str, str]] = ()) -> IO[bytes]:
    """The workbook, open at its beginning: the list, what each column takes, the words to choose.

    ``rows`` give texts by field name; without any, one row shows how to fill in.
    """
    given: Sequence[Mapping[str, str]] = list(rows)
    lists = _lists()
    shown = given or [{**EXAMPLE, "number": example_word()}]
    columns = [
        xlsx.Column(
            header=header(name),
            value=_text_of(name),
            width=WIDTHS.get(name, 14),
            choices=_range(lists, name),
        )
        for name in TaskRowForm.base_fields
    ]
    sheet = xlsx.Sheet(
        name=_("Task list"),
        title=_("Task list to be imported"),
        notes=(
            _(
                "Columns marked * must be filled. The row marked as example is not read. See the"
                " next sheet for what each column takes."
            ),
        ),
        columns=columns,
        rows=shown,
        room=ROOM,
    )
    file = tempfile.SpooledTemporaryFile(max_size=5 * 1024 * 1024)  # noqa: SIM115 - as above
    xlsx.write([sheet, _help(), _choices(lists)], file)
    file.seek(0)
    return file


def _text_of(name: str) -> Callable[[Mapping[str, str]], str]:
    return lambda row: row.get(name, "")


def _word_of(words: Sequence[str]) -> Callable[[int], str]:
    return lambda row: words[row] if row < len(words) else ""


def _help() -> xlsx.Sheet:
    names = list(TaskRowForm.base_fields)
    columns = [
        xlsx.Column(header=_("Column"), value=header, width=22),
        xlsx.Column(header=_("What it takes"), value=lambda name: str(HELP[name]), width=70),
        xlsx.Column(header=_("For example"), value=lambda name: _example(name), width=50),
    ]
    return xlsx.Sheet(
        name=_("How to fill in"),
        columns=columns,
        rows=names,
        paper=9,
    )


def _example(name: str) -> str:
    return "19" if name == "number" else EXAMPLE.get(name, "")


def _lists() -> dict[str, list[str]]:
    units = list(Unit.objects.plain().filter(closed_on=None).values_list("short_name", flat=True))
    return {
        "source": [str(row) for row in Source.objects.order_by("position", "code")],
        "medium": [str(row) for row in MediaCategory.objects.order_by("position", "code")],
        "units": units,
    }


UNIT_COLUMNS = ("lead", "supervising_unit", "acceptance_unit", "units", "supporting_units")


def _range(lists: Mapping[str, list[str]], name: str) -> str:
    """Where the words of a column stand on the sheet of choices."""
    key = "units" if name in UNIT_COLUMNS else name
    if not lists.get(key):
        return ""
    letter = "ABC"[list(lists).index(key)]
    return f"'{_choices_name()}'!${letter}$2:${letter}${len(lists[key]) + 1}"


def _choices_name() -> str:
    return pgettext("sheet", "Choices")


def _choices(lists: Mapping[str, list[str]]) -> xlsx.Sheet:
    tallest = max(len(words) for words in lists.values())
    columns = [
        xlsx.Column(
            header=str(TaskRowForm.base_fields[name].label),
            value=_word_of(words),
            width=24,
        )
        for name, words in lists.items()
    ]
    return xlsx.Sheet(
        name=_choices_name(),
        columns=columns,
        rows=range(tallest),
        is_hidden=True,
    )
