"""The columns of the petition register."""

from collections import defaultdict

from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tracker.choices import PetitionState, Truth
from tracker.models import Petition
from tracker.rules.personal import masked
from tracker.tables.lists import DAY, NOTHING, ListTable, Sorted, day_or_nothing

MARKS = {PetitionState.CLOSED: "closed", PetitionState.INTERIM: "awaiting_closure"}
"""The status marks that petitions borrow; the word beside them is their own."""


def state_mark(state):
    """A petition's state as the mark and word of the list's template."""
    return MARKS.get(state, "on_schedule"), str(PetitionState(state).label)


class PetitionTable(ListTable):
    """The petition register (信访件), as of a day."""

    number = Sorted(_("Petition number"), "nw m")
    lot = Sorted(_("Batch"), "nw m")
    received = Sorted(_("Handed over on"), "nw m lo", head="lo")
    unit = Sorted(_("Unit"), "nw m u")
    summary = Sorted(_("What is complained of"), "el", orderable=False)
    media = Sorted(_("Pollution types"), "nw m u", orderable=False)
    truth = Sorted(_("Finding"), "nw m", orderable=False)
    status = Sorted(_("State"), "m o0", orderable=False)
    closed = Sorted(_("Settled on"), "nw m")
    place = Sorted(_("Place"), "m", orderable=False)

    shown_first = (
        *("number", "lot", "received", "unit", "summary", "media", "truth", "status", "closed"),
    )
    row_header = "number"
    card_class = "cards-t"
    marks = {"status": "status"}
    formats = {"lot": "0", "received": DAY, "closed": DAY}
    widths = {"number": 20, "lot": 7, "summary": 60, "unit": 16, "media": 18, "place": 24}
    caption = _("Petition register")

    def __init__(self, data, *, as_of, is_past=False, **kwargs):
        self.as_of = as_of
        self.suffix = f"?asof={as_of.isoformat()}" if is_past else ""
        super().__init__(data.select_related("unit"), **kwargs)

    def prepared(self):
        self.media_of = defaultdict(list)
        through = Petition.media.through.objects.filter(petition__in=[row.pk for row in self.keys])
        for link in through.select_related("mediacategory").order_by("mediacategory__position"):
            self.media_of[link.petition_id].append(str(link.mediacategory))
        return self.keys

    def cell_number(self, row):
        return format_html(
            '<a class="t" href="{}{}">{}</a>', row.get_absolute_url(), self.suffix, row.number
        )

    def value_number(self, row):
        return row.number

    def cell_lot(self, row):
        return _t("batch %(n)s") % {"n": row.batch}

    def value_lot(self, row):
        return row.batch

    def cell_received(self, row):
        return row.received_on.isoformat()

    def value_received(self, row):
        return row.received_on

    def cell_unit(self, row):
        return row.unit.label

    def cell_summary(self, row):
        return format_html('<span title="{}">{}</span>', row.summary, row.summary)

    def value_summary(self, row):
        return masked(row.summary)

    def cell_media(self, row):
        return _t(", ").join(self.media_of[row.pk]) or NOTHING

    def cell_truth(self, row):
        return found_on(row, self.as_of) or NOTHING

    def cell_status(self, row):
        return state_mark(row.shown)

    def value_status(self, row):
        return str(PetitionState(row.shown).label)

    def cell_closed(self, row):
        return day_or_nothing(self.value_closed(row))

    def value_closed(self, row):
        return row.closed_on if row.shown == PetitionState.CLOSED else None

    def cell_place(self, row):
        return row.place or NOTHING


def found_on(petition, day):
    """The finding in words, if an outcome of the day rests on it; else nothing is known yet."""
    days = [outcome for outcome in (petition.interim_on, petition.closed_on) if outcome]
    if days and min(days) > day:
        return ""
    return str(Truth(petition.truth).label) if petition.truth else ""
