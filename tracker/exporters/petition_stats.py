"""The statistics of petitions (信访统计表) in the three layouts that inspection teams ask for."""

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracker import xlsx
from tracker.exporters.orders import Form
from tracker.exporters.words import A4, MID, column, signature
from tracker.figures.petitions import PetitionLine, PetitionTable, petition_table

__all__ = ["FORM"]

COUNT = {**MID, "number_format": "0"}


def sheets(chosen):
    found = _figure(chosen)
    rows = list(chosen.told([*found.lines, found.whole]))
    yield _by_type(chosen, found, rows)
    yield _in_pairs(chosen, rows)
    yield _of_the_day(chosen, found, rows)


def _figure(chosen) -> PetitionTable:
    if "table" not in chosen.kept:
        chosen.kept["table"] = petition_table(
            chosen.petitions, as_of=chosen.as_of, tree=chosen.tree, under=chosen.under
        )
    return chosen.kept["table"]


def _name(line: PetitionLine) -> str:
    return line.unit.label if line.unit else pgettext("form", "Total")


def _is_sum(line: PetitionLine) -> bool:
    return line.unit is None


def _by_type(chosen, found: PetitionTable, rows: list[PetitionLine]) -> xlsx.Sheet:
    """Handed over, and by pollution type."""
    handed, types = pgettext("form", "Handed over"), pgettext("form", "Pollution types")
    media = [
        column(str(medium), _of_medium(medium.pk), 11, group=types, **COUNT)
        for medium in found.media
    ]
    return xlsx.Sheet(
        name=_("By type"),
        title=chosen.titled(_("statistics of petitions by unit and type")),
        notes=chosen.notes(_("Unit: petitions")),
        columns=[
            column(pgettext("form", "Place, town or department"), _name, 22, **MID),
            column(pgettext("form", "petitions"), lambda x: x.total, 12, group=handed, **COUNT),
            *media,
        ],
        rows=rows,
        strong=_is_sum,
        remarks=_notes(found),
        signature=signature(),
        paper=A4,
    )


def _of_medium(pk: int) -> Callable[[PetitionLine], int]:
    return lambda line: line.by_medium.get(pk, 0)


def _notes(found: PetitionTable) -> list[str]:
    if not found.counts_some_twice:
        return []
    return [
        _(
            "Note: the total differs from the sum of the types because some petitions are about"
            " several types."
        )
    ]


def _in_pairs(chosen, rows: list[PetitionLine]) -> xlsx.Sheet:
    """Two pairs of columns side by side, the total in the last cell."""
    half = (len(rows) + 1) // 2
    left: list[PetitionLine | None] = [*rows[:half]]
    right: list[PetitionLine | None] = [*rows[half:]]
    if len(right) < len(left):
        right.insert(max(0, len(right) - 1), None)
    pairs = list(zip(left, right, strict=True))
    place = pgettext("form", "Place or unit")
    number = pgettext("form", "Petitions handed over")
    return xlsx.Sheet(
        name=_("Side by side"),
        title=chosen.titled(_("petitions handed over by unit")),
        notes=chosen.notes(_("Unit: petitions")),
        columns=[
            column(place, lambda x: x[0] and _name(x[0]), 24, **MID),
            column(number, lambda x: x[0] and x[0].total, 18, **COUNT),
            column(place, lambda x: x[1] and _name(x[1]), 24, **MID),
            column(number, lambda x: x[1] and x[1].total, 18, **COUNT),
        ],
        rows=pairs,
        signature=signature(),
        paper=A4,
    )


def _of_the_day(chosen, found: PetitionTable, rows: list[PetitionLine]) -> xlsx.Sheet:
    """What was handed over on the last day, and since the first."""
    last = date_format(found.last_on or chosen.as_of, _("F j"))
    first = date_format(found.first_on or chosen.as_of, _("F j"))
    return xlsx.Sheet(
        name=_("Day and sum"),
        title=chosen.titled(_("petitions handed over by unit, on the day and in all")),
        notes=chosen.notes(_("Unit: petitions")),
        columns=[
            column(pgettext("form", "Administrative area"), _name, 30, **MID),
            column(_("Handed over on %(day)s") % {"day": last}, lambda x: x.latest, 30, **COUNT),
            column(
                _("Handed over from %(first)s to %(last)s in all") % {"first": first, "last": last},
                lambda x: x.total,
                40,
                **COUNT,
            ),
        ],
        rows=rows,
        strong=_is_sum,
        signature=signature(),
        paper=A4,
    )


def _count(chosen) -> int:
    return len(_figure(chosen).lines) + 1


FORM = Form(
    name="petition-stats",
    label=gettext_lazy("Petition statistics"),
    sheets=sheets,
    count=_count,
    subject="petitions",
    is_by_unit=False,
)
