"""What an edited cell of a returned ledger means: its key, or a refusal in words."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tracker.forms.deadlines import read_deadline
from tracker.forms.task_rows import Known, TaskRowForm, measures_in
from tracker.forms.working_rows import Line, day_key, quantity_key, yes_word
from tracker.models import Unit
from tracker.rules.folding import fold

__all__ = ["FIXED_REASONS", "Reader", "known_to"]

TEXTS: Mapping[str, forms.Field] = {
    "case_leader": forms.CharField(max_length=60, required=False),
    "task_force": forms.CharField(max_length=120, required=False),
    "quantity_unit": forms.CharField(max_length=20, required=False),
}
QUANTITY = forms.DecimalField(max_digits=14, decimal_places=2, min_value=0.01, required=False)

FIXED_REASONS: Mapping[str, Any] = {
    "code": gettext_lazy("The code follows from the number and is not changed by a ledger."),
    "number": gettext_lazy("A number is corrected on the page of the task."),
    "issue_number": gettext_lazy("To which issue a task belongs is corrected on its page."),
    "issue_text": gettext_lazy("The wording of an issue is corrected on the page of the issue."),
    "lead": gettext_lazy("Which unit leads is settled on the page of the task."),
    "state": gettext_lazy("The state follows from reports and decisions; a ledger cannot set it."),
    "percent": gettext_lazy("Progress is reported by the responsible unit, not set in a ledger."),
    "last_report_on": gettext_lazy("This is the day of the last report; a ledger cannot set it."),
    "completed_on": gettext_lazy("A completion is reported and confirmed on the page of the task."),
    "closed_on": gettext_lazy("A closure goes through its own steps; a ledger cannot set it."),
}


def known_to(inspection: Any, lines: Iterable[Line], named: Set[str], today: date) -> Known:
    """What names in the ledger may mean; units that were closed but are still named included.

    Named are those of ``lines``, and those with the codes ``named``.
    """
    known = Known.of(inspection, take_over=False, issued_on=today, today=today)
    names = ("units", "supporting_units", "supervising_unit", "acceptance_unit")
    named = named | {code for line in lines for name in names for code in line.keys[name]}
    units = {key: list(found) for key, found in known.units.items()}
    closed = Unit.objects.plain().filter(closed_on__lte=today).select_related("kind")
    for unit in closed:
        if unit.code in named:
            for key in {fold(unit.name), fold(unit.short_name)}:
                units.setdefault(key, []).append(unit)
    return replace(known, units=units)


@dataclass(frozen=True)
class Meaning:
    """An edited cell, understood: ``key`` to compare by, ``value`` to be entered, plain JSON."""

    key: Any
    value: Any


class Reader:
    """Reads edited cells of one inspection's ledger."""

    def __init__(self, known: Known):
        self.known = known
        self.words: dict[str, str] = {"1": "1", "0": "", "": ""}
        for language in ("zh-hans", "en"):
            with override(language):
                self.words |= {fold(yes_word(key)): key for key in ("1", "")}

    def read(self, name: str, texts: Mapping[str, str], *, base: Any, now: Any) -> Meaning:
        """What ``texts``, the cells of a field, mean; ``ValidationError`` when they cannot."""
        if name == "deadline":
            return self._deadline(texts)
        text = texts[name]
        if name in TEXTS:
            key = TEXTS[name].clean(text)
        elif name == "quantity_target":
            key = quantity_key(QUANTITY.clean(text.replace(",", "")))
        elif name == "is_listed":
            key = self._listed(text)
        else:
            key = self._plain(name, text)
        if name == "measures":
            refuse_lost_measures(key, base=base, now=now)
        return Meaning(key, key)

    def _listed(self, text: str) -> str:
        if fold(text) not in self.words:
            raise ValidationError(
                _("“%(text)s” is neither %(yes)s nor %(no)s."),
                params={"text": text[:20], "yes": yes_word("1"), "no": yes_word("")},
            )
        return self.words[fold(text)]

    def _plain(self, name: str, text: str) -> Any:
        """A column that the import of a list knows too."""
        form = TaskRowForm({name: text}, known=self.known)
        form.full_clean()
        refuse(form, name)
        value = form.cleaned_data[name]
        if name in ("units", "supporting_units"):
            return sorted(unit.code for unit in value)
        if name in ("supervising_unit", "acceptance_unit"):
            return [value.code] if value else []
        return value

    def _deadline(self, texts: Mapping[str, str]) -> Meaning:
        form = TaskRowForm(texts, known=self.known)
        form.full_clean()
        refuse(form, "deadline_text", "due_on")
        deadline = form.cleaned_data["deadline"]
        reading = read_deadline(deadline["deadline_text"], self.known.inspection)
        is_plain = not reading.ambiguity and reading.due_on == deadline["due_on"]
        shown = "" if is_plain else day_key(deadline["due_on"])
        value = {
            **deadline,
            "deadline_kind": str(deadline["deadline_kind"]),
            "due_on": day_key(deadline["due_on"]),
            "interim_due_on": day_key(deadline["interim_due_on"]),
        }
        return Meaning([deadline["deadline_text"], shown], value)


def refuse(form: forms.Form, *names: str) -> None:
    """Refuse with what a form says of these fields."""
    found = [message for name in names for message in form.errors.get(name, ())]
    if found:
        raise ValidationError(" ".join(map(str, found)))


def refuse_lost_measures(theirs: list[str], *, base: Any, now: list[str]) -> None:
    """Refuse measures that were taken out or moved: what was said of them would be lost."""
    if len(theirs) < len(now):
        raise ValidationError(
            _(
                "The task has %(count)s measures now, and a ledger cannot take any out. Write them"
                " all, or change them on the page of the task."
            ),
            params={"count": len(now)},
        )
    for place, text in enumerate(base if isinstance(base, list) else now):
        if theirs[place : place + 1] != [text] and text in theirs:
            raise ValidationError(
                _(
                    "Measure %(number)s stands in another place now. Add new measures at the end,"
                    " or change them on the page of the task."
                ),
                params={"number": place + 1},
            )


def is_readable(measures: list[str], words: str) -> bool:
    """Whether the cell of these measures can be read back as what they are."""
    return measures_in(words) == measures
