"""The register of petitions as it is made public (信访件一览表). Who wrote one is never in it.

What the investigation found and who was held to account are not on record apart from the outcome;
their columns stay empty.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tracker import xlsx
from tracker.choices import PetitionState, Truth
from tracker.exporters.lines import CHUNK
from tracker.exporters.orders import Form
from tracker.exporters.words import MID, column, signature
from tracker.filters.petitions import state_on
from tracker.models import Petition
from tracker.rules.personal import masked

__all__ = ["FORM"]


def sheets(chosen):
    yield xlsx.Sheet(
        name=pgettext("form", "Petition register"),
        title=chosen.titled(_title(chosen)),
        notes=chosen.notes(),
        columns=_columns(chosen.as_of),
        rows=chosen.told(_numbered(chosen)),
        signature=signature(),
        has_filter=True,
    )


def _title(chosen) -> str:
    title = _("list of petitions and of what was done about them")
    batches = list(chosen.petitions.order_by().values_list("batch", flat=True).distinct()[:2])
    if len(batches) != 1:
        return title
    return _("%(title)s (batch %(n)s)") % {"title": title, "n": batches[0]}


def _columns(day):
    return [
        column(pgettext("form", "No."), lambda x: x[0], 6, **MID),
        column(pgettext("form", "Petition number"), lambda x: x[1].number, 20, **MID),
        column(pgettext("form", "What is complained of"), lambda x: _matter(x[1]), 44),
        column(pgettext("form", "Place or unit"), lambda x: x[1].unit.label, 11, **MID),
        column(pgettext("form", "Pollution types"), lambda x: _media(x[1]), 11, **MID),
        column(pgettext("form", "What the check found"), lambda x: "", 24),
        column(pgettext("form", "Substantiated or not"), lambda x: _finding(x[1], day), 10, **MID),
        column(pgettext("form", "Handling and outcome"), lambda x: _outcome(x[1]), 42),
        column(pgettext("form", "Settled or not"), lambda x: _state(x[1]), 10, **MID),
        column(pgettext("form", "Persons held to account"), lambda x: "", 18),
    ]


def _numbered(chosen):
    rows = (
        Petition.objects.filter(pk__in=chosen.petitions.values("pk"))
        .annotate(shown=state_on(chosen.as_of))
        .select_related("unit")
        .prefetch_related("media")
        .order_by("received_on", "batch", "number")
    )
    return enumerate(chosen.first(rows).iterator(chunk_size=CHUNK), start=1)


def _matter(petition) -> str:
    summary = masked(petition.summary)
    place = petition.place
    return summary if place in summary else f"{place}：{summary}"


def _media(petition) -> str:
    media = sorted(petition.media.all(), key=lambda medium: medium.position)
    return "、".join(str(medium) for medium in media)


def _finding(petition, day) -> str:
    days = [outcome for outcome in (petition.interim_on, petition.closed_on) if outcome]
    if not petition.truth or (days and min(days) > day):
        return ""
    return str(Truth(petition.truth).label)


def _outcome(petition) -> str:
    """The text is that of today; of a day before any outcome there was none."""
    return "" if petition.shown == PetitionState.OPEN else masked(petition.outcome)


def _state(petition) -> str:
    return str(PetitionState(petition.shown).label)


def _count(chosen) -> int:
    return chosen.petitions.count()


FORM = Form(
    name="petitions",
    label=pgettext_lazy("form", "Petition register"),
    sheets=sheets,
    count=_count,
    subject="petitions",
    about=gettext_lazy(
        "Who wrote a petition is not kept. Telephone and identity numbers in the texts are masked."
    ),
)
