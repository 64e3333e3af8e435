"""A row of a task list as an office keeps it in a workbook: texts in, a line of the plan out.

The labels of the fields are the headers of the template, so that the two cannot drift apart.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tracker.choices import DeadlineKind
from tracker.forms.deadlines import read_deadline
from tracker.models import Inspection, Issue, MediaCategory, Source, Unit
from tracker.rules.deadlines import MAX_LENGTH
from tracker.rules.folding import fold
from tracker.rules.numbering import normalise
from tracker.rules.unit_cells import UnitsOfCell, units_in
from tracker.rules.unit_names import KnownUnit, UnitNames, UnknownUnit

__all__ = ["Known", "TaskRowForm", "measures_in", "numbered"]

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)")
_NUMBERED = re.compile(r"\s*[(（]?(\d{1,3})[)）.．、](?!\d)\s*")


@dataclass(eq=False)
class Known:
    """What names and numbers in a list may mean; read once, before its rows.

    ``issued_on`` is the day on which tasks of the list are issued, ``today`` that of the upload.
    """

    inspection: Inspection
    take_over: bool
    issued_on: date
    today: date
    units: Mapping[str, list[Unit]]
    sources: Mapping[str, Source]
    media: Mapping[str, MediaCategory]
    issues: Mapping[int, Issue]

    @classmethod
    def of(cls, inspection, *, take_over, issued_on, today):
        """What is known now to a list of ``inspection``.

        The names of a unit that was merged before the day mean the one that took over from it.
        """
        units: dict[str, list[Unit]] = {}
        rows = Unit.objects.plain().select_related("kind").prefetch_related("aliases")
        by_key = {unit.pk: unit for unit in rows}
        for unit in by_key.values():
            meant = _open_on(issued_on, unit, by_key)
            if meant is None:
                continue
            names = {unit.name, unit.short_name, *(alias.alias for alias in unit.aliases.all())}
            for key in {fold(name) for name in names}:
                if meant not in units.setdefault(key, []):
                    units[key].append(meant)
        issues = inspection.issues.live().select_related("source", "medium")
        return cls(
            inspection=inspection,
            take_over=take_over,
            issued_on=issued_on,
            today=today,
            units=units,
            sources=_by_name(Source.objects.all()),
            media=_by_name(MediaCategory.objects.all()),
            issues={issue.number: issue for issue in issues},
        )

    @cached_property
    def names(self) -> UnitNames[Unit]:
        """The units by their names, the usual forms of them included."""
        named: dict[Unit, list[str]] = {}
        for key, units in self.units.items():
            for unit in units:
                named.setdefault(unit, [unit.name, unit.short_name]).append(key)
        rows = {unit.pk: unit for unit in named}
        return UnitNames(
            KnownUnit(unit, names, rows.get(unit.parent_id), unit.kind.code)
            for unit, names in named.items()
        )

    def unit(self, name: str) -> Unit:
        """The unit of that name; a refusal that names the nearest ones."""
        try:
            return self.names.one(name)
        except UnknownUnit as fault:
            raise ValidationError(str(fault)) from fault

    def cell(self, text: str) -> UnitsOfCell[Unit]:
        """The units of a cell with what it says of their parts; a refusal of every wrong name."""
        cell = units_in(text, self.names)
        if cell.faults:
            raise ValidationError([str(fault) for fault in cell.faults])
        return cell

    def several(self, text: str) -> list[Unit]:
        """The units of a cell, each once, in the order written."""
        cell = self.cell(text)
        found = [*cell.units, *cell.supporting, *cell.supervising, *cell.acceptance]
        return list(dict.fromkeys(found))


def _open_on(day: date, unit: Unit, by_key: Mapping[int, Unit]) -> Unit | None:
    """The unit, or the one it was merged into by the day; none if it was closed without one."""
    while unit.closed_on and unit.closed_on <= day:
        if unit.merged_into_id is None:
            return None
        unit = by_key[unit.merged_into_id]
    return unit


def _by_name(rows):
    return {fold(name): row for row in rows for name in (row.name, row.name_en) if name}


def _or(names: Iterable[str]) -> str:
    return _(" or ").join(f"“{name}”" for name in names)


class DayField(forms.Field):
    """A day in any of the ways a list writes one: 2023-10-31, 2023年10月31日, 20231031."""

    def to_python(self, value):
        text = "".join(unicodedata.normalize("NFKC", value or "").split())
        if not text:
            return None
        match = _DAY.fullmatch(text)
        try:
            return date(*(int(part) for part in match.groups() if part)) if match else _no_day(text)
        except ValueError:
            return _no_day(text)


def _no_day(text):
    raise ValidationError(
        _("“%(text)s” is not a day. Write it like 2023-10-31."), params={"text": text[:40]}
    )


def measures_in(text: str) -> list[str]:
    """The measures of a cell: one a line, or where the first line is numbered, one a number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not _begins(lines[0], 1):
        return lines
    found: list[str] = []
    for line in lines:
        match = _begins(line, len(found) + 1)
        if match:
            found.append(line[match.end() :])
        else:
            found[-1] += f"\n{line}"
    return [measure for measure in found if measure]


def _begins(line: str, number: int) -> re.Match[str] | None:
    match = _NUMBERED.match(line)
    return match if match and int(match[1]) == number else None


def numbered(measures: Iterable[str]) -> str:
    """Measures as a cell holds them, so that ``measures_in`` finds the same again."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(measures, start=1))


def _text(label, length, **options):
    return forms.CharField(label=label, max_length=length, **options)


class TaskRowForm(forms.Form):
    """One row. ``cleaned_data`` holds units, sources and categories as rows of the database.

    ``number`` and ``issue_number`` are numbers; ``deadline`` holds the five columns of a task's
    deadline. A list that is taken over may lack goal, measures and acceptance unit, and only
    such a list has dates of completion and closure.
    """

    number = _text(pgettext_lazy("column", "Task number"), 40)
    issue_number = _text(pgettext_lazy("column", "Issue number"), 40)
    issue_text = _text(pgettext_lazy("column", "Issue fed back"), 5000, required=False)
    source = _text(pgettext_lazy("column", "Issue source"), 80, required=False)
    medium = _text(pgettext_lazy("column", "Category"), 80, required=False)
    title = _text(pgettext_lazy("column", "Rectification task"), 200)
    goal = _text(pgettext_lazy("column", "Rectification goal"), 3000, required=False)
    measures = _text(pgettext_lazy("column", "Rectification measures"), 20_000, required=False)
    units = _text(pgettext_lazy("column", "Responsible units"), 1000)
    lead = _text(pgettext_lazy("column", "Lead unit"), 100, required=False)
    supporting_units = _text(pgettext_lazy("column", "Supporting units"), 1000, required=False)
    supervising_unit = _text(pgettext_lazy("column", "Supervising unit"), 100, required=False)
    acceptance_unit = _text(pgettext_lazy("column", "Acceptance unit"), 100, required=False)
    deadline_text = _text(pgettext_lazy("column", "Rectification deadline"), MAX_LENGTH)
    due_on = DayField(label=pgettext_lazy("column", "Day of the deadline"), required=False)
    accountable_leader = _text(pgettext_lazy("column", "Accountable leader"), 60, required=False)
    completed_on = DayField(label=pgettext_lazy("column", "Completed on"), required=False)
    closed_on = DayField(label=pgettext_lazy("column", "Closed on"), required=False)

    use_required_attribute = False

    def __init__(self, data, *, known: Known):
        super().__init__(data)
        self.known = known
        if not known.take_over:
            for name in ("goal", "measures", "acceptance_unit"):
                self.fields[name].required = True

    def clean_number(self):
        return self._item_number("number")

    def clean_issue_number(self):
        return self._item_number("issue_number")

    def _item_number(self, name):
        try:
            return normalise(self.cleaned_data[name])
        except ValueError as refusal:
            raise ValidationError(str(refusal)) from refusal

    def clean_source(self):
        return self._term("source", self.known.sources)

    def clean_medium(self):
        return self._term("medium", self.known.media)

    def _term(self, name, terms):
        text = self.cleaned_data[name]
        if text and fold(text) not in terms:
            raise ValidationError(
                _("“%(text)s” is not in the dictionary. There are: %(terms)s."),
                params={
                    "text": text,
                    "terms": "、".join(sorted({str(term) for term in terms.values()})),
                },
            )
        return terms[fold(text)] if text else None

    def clean_measures(self):
        measures = measures_in(self.cleaned_data["measures"])
        if any(len(measure) > 2000 for measure in measures):
            raise ValidationError(_("A measure can have at most 2,000 characters."))
        return measures

    def clean_units(self):
        self.said = self.known.cell(self.cleaned_data["units"])
        return self.said.units

    def clean_supporting_units(self):
        return self.known.several(self.cleaned_data["supporting_units"])

    def clean_lead(self):
        return self._unit("lead")

    def clean_supervising_unit(self):
        return self._unit("supervising_unit")

    def clean_acceptance_unit(self):
        return self._unit("acceptance_unit")

    def _unit(self, name):
        text = self.cleaned_data[name]
        return self.known.unit(text) if text else None

    def clean(self):
        cleaned = self.cleaned_data
        if "units" in cleaned:
            self._take_parts(cleaned, self.said)
        if cleaned.get("units"):
            cleaned["lead"] = cleaned.get("lead") or self.said.lead or cleaned["units"][0]
            others = [unit for unit in cleaned["units"] if unit != cleaned["lead"]]
            cleaned["units"] = [cleaned["lead"], *others]
        elif "units" in cleaned:
            self.add_error("units", _("Name at least one unit."))
        if cleaned.get("deadline_text"):
            self._settle_deadline(cleaned)
        if cleaned.get("completed_on") or cleaned.get("closed_on"):
            self._check_dates(cleaned.get("completed_on"), cleaned.get("closed_on"))
        return cleaned

    def _take_parts(self, cleaned, said):
        """What the cell of the responsible units says of others: 牵头：…；配合：…；督导：…"""
        supporting = cleaned.get("supporting_units") or []
        others = [unit for unit in said.supporting if unit not in supporting]
        cleaned["supporting_units"] = [*supporting, *others]
        for name, units in (
            ("supervising_unit", said.supervising),
            ("acceptance_unit", said.acceptance),
        ):
            known = cleaned.get(name)
            if units and (len(units) > 1 or known not in (None, units[0])):
                self.add_error(
                    "units",
                    _("Write %(units)s in the column “%(column)s”, where there is room for one.")
                    % {
                        "units": "、".join(unit.name for unit in units),
                        "column": self.fields[name].label,
                    },
                )
            elif units:
                cleaned[name] = units[0]
                self.errors.pop(name, None)

    def _settle_deadline(self, cleaned):
        """The deadline's five columns; an unclear text needs its day beside it."""
        reading = read_deadline(cleaned["deadline_text"], self.known.inspection)
        day = cleaned.get("due_on")
        kind = reading.kind
        if reading.ambiguity and day:
            kind = DeadlineKind.DATED
        elif reading.ambiguity:
            self.add_error("deadline_text", self._ask_for_day(reading))
        elif day and reading.due_on and day != reading.due_on:
            self.add_error(
                "due_on",
                _("The words of the deadline say %(day)s. Change the words, or leave this empty.")
                % {"day": reading.due_on.isoformat()},
            )
        elif day and reading.interim_due_on and day < reading.interim_due_on:
            self.add_error("due_on", _("The deadline lies before its interim result."))
        if self.known.take_over and reading.completed_on and not self.data.get("completed_on"):
            cleaned["completed_on"] = reading.completed_on
        cleaned["deadline"] = {
            "deadline_text": reading.text,
            "deadline_kind": kind,
            "due_on": day or reading.due_on,
            "is_standing": reading.is_standing,
            "interim_due_on": reading.interim_due_on,
        }

    def _ask_for_day(self, reading):
        days = _or(day.isoformat() for day in reading.candidates)
        remedy = _("Write the day in the column “%(column)s”%(days)s.") % {
            "column": self.fields["due_on"].label,
            "days": _(": %(days)s") % {"days": days} if days else "",
        }
        return f"{reading.ambiguity} {remedy}"

    def _check_dates(self, completed_on, closed_on):
        known = self.known
        first = "completed_on" if completed_on else "closed_on"
        if not known.take_over:
            self.add_error(
                first,
                _("Dates of completion and closure belong to a list that is taken over. Tick it."),
            )
        elif closed_on and not completed_on:
            self.add_error("completed_on", _("A closed task needs the day of its completion too."))
        elif closed_on and closed_on < completed_on:
            self.add_error("closed_on", _("The closure lies before the completion."))
        elif completed_on < known.issued_on:
            self.add_error(
                "completed_on",
                _("The completion lies before %(day)s, the day the list was issued.")
                % {"day": known.issued_on.isoformat()},
            )
        elif max(completed_on, closed_on or completed_on) > known.today:
            self.add_error(first, _("This day is in the future. Leave it empty until then."))
