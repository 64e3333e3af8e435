"""The list of inspection issues as its address asks for it."""

from django.db.models import FilteredRelation, Min, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tracker import access
from tracker.filters.lists import LARGEST_NUMBER, URGENCY, Listed, ListFilter
from tracker.models import Source, rounds_due, shown_status


def filtered_issues(request, inspection):
    """The issues of an inspection that the address asks for, in its order, and their filter.

    ``shown`` is the state of the least advanced of an issue's tasks on the day of the request,
    ``None`` without a task on the list.
    """
    issues = access.visible_issues(request.user).filter(inspection=inspection, is_annulled=False)
    chosen = IssueFilter(request, issues)
    return chosen.qs, chosen


class IssueFilter(ListFilter):
    source = Listed(label=_("Source"), method="of_source")

    ORDERS = {
        "number": ("number",),
        "title": ("title",),
        "medium": ("medium__position",),
        "source": ("source__position",),
        "unit": ("unit__position", "unit__code"),
        "status": ("shown",),
    }

    def __init__(self, request, queryset):
        super().__init__(request, queryset)
        self.filters["source"].extra["choices"] = [
            (source.code, str(source)) for source in self.sources
        ]

    @cached_property
    def sources(self):
        return list(Source.objects.order_by("position", "code"))

    def reckoned(self, queryset):
        day = self.request.as_of
        [rounds] = rounds_due(day)
        part = "tasks__spans__"
        held = Q(
            **{
                f"{part}valid_from__lte": day,
                f"{part}valid_to__gt": day,
                f"{part}recorded_to": None,
            }
        )
        if self.units is not None:
            held &= Q(**{f"{part}unit__in": self.units})
        queryset = queryset.annotate(
            held=FilteredRelation("tasks__spans", condition=held),
        ).annotate(shown=Min(shown_status(day, rounds, "held__"), filter=Q(held__isnull=False)))
        return queryset.filter(shown__isnull=False) if self.units is not None else queryset

    def default_order(self):
        return URGENCY.asc(nulls_last=True), "number", "pk"

    def holding(self, word):
        found = (
            Q(title__icontains=word)
            | Q(code__iexact=word)
            | Q(number_printed__icontains=word)
            | Q(text__icontains=word)
            | Q(place__icontains=word)
        )
        if word.isdecimal() and int(word) <= LARGEST_NUMBER:
            found |= Q(number=int(word))
        units = self.named(word)
        return found | Q(unit__in=units) if units else found

    def of_media(self, queryset, name, codes):
        return queryset.filter(medium__code__in=codes)

    def of_source(self, queryset, name, codes):
        return queryset.filter(source__code__in=codes)

    def counts(self):
        """How many issues there are of each status, in all, and on the list as asked for.

        All but ``found`` leave the chosen status out, as the tabs do.
        """
        statuses = [shown for (shown,) in self.any_status()]
        return self.by_status(statuses) | {
            "all": len(statuses),
            "found": sum(map(self.has_chosen, statuses)),
        }
