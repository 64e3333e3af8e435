"""The petition register as its address asks for it."""

from django.db.models import Case, CharField, Count, Q, Value, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tracker import access
from tracker.choices import PetitionState
from tracker.figures.petitions import closed_by, interim_by
from tracker.filters.lists import Listed, ListFilter


def state_on(day):
    """The expression for the state of a petition on ``day``, as its code."""
    return Case(
        When(closed_by(day), then=Value(PetitionState.CLOSED)),
        When(interim_by(day), then=Value(PetitionState.INTERIM)),
        default=Value(PetitionState.OPEN),
        output_field=CharField(),
    )


def filtered_petitions(request, inspection):
    """The petitions handed over by the day that the address asks for, and their filter.

    Each carries ``shown``, its state on the day of the request.
    """
    petitions = access.visible_petitions(request.user).filter(inspection=inspection)
    chosen = PetitionFilter(request, petitions)
    return chosen.qs, chosen


class PetitionFilter(ListFilter):
    status = Listed(label=_("State"), method="of_status", choices=PetitionState.choices)
    lot = Listed(label=_("Batch"), method="of_lot")

    ORDERS = {
        "number": ("number",),
        "lot": ("batch",),
        "received": ("received_on",),
        "unit": ("unit__position", "unit__code"),
        "closed": ("closed_on",),
    }

    def __init__(self, request, queryset):
        super().__init__(request, queryset)
        self.filters["lot"].extra["choices"] = self.lots

    @cached_property
    def lots(self):
        """The batches handed over by the day."""
        handed_over = self.queryset.filter(received_on__lte=self.request.as_of)
        numbers = handed_over.order_by("batch").values_list("batch", flat=True).distinct()
        return [(str(number), str(number)) for number in numbers]

    def reckoned(self, queryset):
        day = self.request.as_of
        queryset = queryset.filter(received_on__lte=day).annotate(shown=state_on(day))
        if self.chosen["unit"]:
            queryset = queryset.filter(unit__in=self.units)
        return queryset

    def default_order(self):
        return "-received_on", "-batch", "number"

    def holding(self, word):
        found = (
            Q(number__icontains=word)
            | Q(place__icontains=word)
            | Q(summary__icontains=word)
            | Q(outcome__icontains=word)
        )
        units = self.named(word)
        return found | Q(unit__in=units) if units else found

    def of_media(self, queryset, name, codes):
        ids = [medium.pk for medium in self.media if medium.code in codes]
        through = queryset.model.media.through.objects.filter(mediacategory__in=ids)
        return queryset.filter(pk__in=through.values("petition"))

    def of_lot(self, queryset, name, numbers):
        return queryset.filter(batch__in=[int(number) for number in numbers])

    def found(self):
        codes = self.chosen["status"]
        return Q(shown__in=codes) if codes else Q(pk__isnull=False)

    def counts(self):
        """How many petitions of any state there are of each, and on the list as asked for."""
        self.qs  # noqa: B018 - it makes the rows of any state
        of_state = {f"of_{state}": Count("pk", filter=Q(shown=state)) for state in PetitionState}
        rows = self.of_any_status
        counts = rows.order_by().aggregate(
            **of_state, all=Count("pk"), found=Count("pk", filter=self.found())
        )
        return {name.removeprefix("of_"): count for name, count in counts.items()}
