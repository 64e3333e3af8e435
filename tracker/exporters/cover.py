"""The sheet 说明 of every workbook: what it is, of what, as of when, by whom, on which basis."""

from collections.abc import Iterator

from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker import xlsx
from tracker.choices import CompletionBasis, PetitionRateBasis, RateBasis
from tracker.exporters.words import A4

__all__ = ["cover"]


def cover(chosen) -> xlsx.Sheet:
    """The cover of a workbook whose rows have been written."""
    return xlsx.Sheet(
        name=pgettext("sheet", "About"),
        title=pgettext("sheet", "About this workbook"),
        columns=[
            xlsx.Column(header=pgettext("cover", "Item"), value=lambda x: x[0], width=18),
            xlsx.Column(header=pgettext("cover", "Content"), value=lambda x: x[1], width=66),
        ],
        rows=_rows(chosen),
        footer=chosen.made,
        paper=A4,
        is_landscape=False,
    )


def _rows(chosen) -> Iterator[tuple[str, object]]:
    inspection = chosen.inspection
    yield _("Form"), str(chosen.form.label)
    yield _("Inspection"), inspection.name if inspection else _("all inspections")
    if inspection and inspection.plan_document_no:
        yield _("Plan"), inspection.plan_document_no
    yield pgettext("cover", "As of"), chosen.day
    yield _("Units"), _units(chosen)
    yield pgettext("cover", "Filters"), _filters(chosen)
    yield pgettext("cover", "Rows"), chosen.done
    yield from _bases(chosen)
    if chosen.form.about:
        yield pgettext("cover", "Remarks"), str(chosen.form.about)
    yield _("Made by"), str(chosen.user) if chosen.user else _("command line")
    if chosen.order.at:
        yield _("Made at"), f"{make_naive(chosen.order.at):%Y-%m-%d %H:%M}"


def _units(chosen) -> str:
    if chosen.only is not None:
        return chosen.tree.units[chosen.only].name
    if chosen.order.units is not None:
        names = [chosen.tree.units[pk].name for pk in chosen.order.units if pk in chosen.tree.units]
        return _("%(units)s, with everything below") % {"units": "、".join(names)}
    if chosen.reach is not None:
        return _("units in the reach of whoever made it: %(units)s") % {
            "units": chosen.part_in_reach or _("none")
        }
    return pgettext("units", "all")


def _filters(chosen) -> str:
    words = []
    if chosen.listed:
        joint = _(": ")
        words = [f"{chip['label']}{joint}{chip['value']}" for chip in chosen.listed[1].chips()]
    if chosen.order.selected is not None:
        words.append(_("%(n)s rows ticked in the list") % {"n": len(chosen.order.selected)})
    return "\n".join(words) or pgettext("filters", "none")


def _bases(chosen) -> Iterator[tuple[str, str]]:
    """What counts, and by what each rate is divided; the rules are those of the inspection."""
    rules = chosen.inspection
    counts = rules.completion_basis if rules else CompletionBasis.CONFIRMED
    rate = rules.rate_basis if rules else RateBasis.ALL
    petitions = rules.petition_rate_basis if rules else PetitionRateBasis.CLOSED
    yield _("Completed counts"), str(CompletionBasis(counts).label)
    yield _("Basis of the completion rate"), str(RateBasis(rate).label)
    yield (
        _("Basis of the rate in time"),
        _("completed among those due by the day; tasks without a date are left out"),
    )
    yield _("Basis of the petition rate"), str(PetitionRateBasis(petitions).label)
    yield (
        _("Overdue"),
        _("the deadline has passed and the task is not completed; closure is not asked about"),
    )
