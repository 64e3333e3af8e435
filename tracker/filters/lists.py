"""What the filters of all lists share."""

from collections import Counter
from typing import Any

import django_filters
from django.db.models import Case, F, PositiveSmallIntegerField, Q, Value, When
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tracker import access
from tracker.choices import ShownStatus
from tracker.figures.kept import kept
from tracker.figures.overview import tree_on
from tracker.filters import address, fields
from tracker.models import MediaCategory

OPEN = tuple(status for status in ShownStatus if status < ShownStatus.AWAITING_CLOSURE)
COMPLETED = (ShownStatus.AWAITING_CLOSURE, ShownStatus.CLOSED)
STATUS_CODES = {status.code: status for status in ShownStatus}
STATUS_GROUPS = {
    "open": tuple(status.code for status in OPEN),
    "completed": tuple(status.code for status in COMPLETED),
}

LARGEST_NUMBER = 2_147_483_647

URGENCY = Case(
    When(shown=ShownStatus.NOT_STARTED, then=Value(int(ShownStatus.ON_SCHEDULE))),
    default=F("shown"),
    output_field=PositiveSmallIntegerField(),
)
"""The order of a list by what is pressing; whether a task has begun makes no difference to it."""


class Listed(django_filters.Filter):
    field_class = fields.ListedField


class Words(django_filters.Filter):
    field_class = fields.WordsField


class WholeNumber(django_filters.Filter):
    field_class = fields.WholeNumberField


class Sort(django_filters.Filter):
    field_class = fields.SortField


class ListFilter(django_filters.FilterSet):
    """A list as its address asks for it, on the day of the request, within the reader's reach.

    ``qs`` are the rows; ``of_any_status`` is the same before the status narrows it, for the
    counts of the tabs. A subclass says in ``reckoned`` what is true of its rows on the day.
    """

    q = Words(label=_("Keyword"), method="search")
    unit = Listed(label=_("Responsible unit"), method="as_is")
    own = WholeNumber(label=_("Only the unit itself"), method="as_is", min_value=1, max_value=1)
    medium = Listed(label=_("Category"), method="of_media")
    status = Listed(
        label=_("State"),
        method="of_status",
        choices=[(status.code, status.label) for status in ShownStatus],
        groups=STATUS_GROUPS,
    )
    sort = Sort(method="sorted_by")

    of_any_status: Any = None
    last: tuple[str, ...] = ("status", "sort")
    ORDERS: dict = {}

    def __init__(self, request, queryset):
        address.tidy(request, self.base_filters)
        super().__init__(request.GET, queryset=queryset, request=request)
        self.filters["unit"].extra["choices"] = self.unit_choices
        self.filters["medium"].extra["choices"] = [
            (medium.code, str(medium)) for medium in self.media
        ]
        self.filters["sort"].extra["orders"] = self.ORDERS

    @cached_property
    def scope(self):
        return access.scope_of(self.request.user)

    @cached_property
    def tree(self):
        """The units of the day, and where they stood."""
        day = self.request.as_of
        return kept(self.request, ("tree", day), lambda: tree_on(day))

    @cached_property
    def media(self):
        return list(MediaCategory.objects.order_by("position", "code"))

    @cached_property
    def unit_choices(self):
        """The units in reach, in the order of the tree, those below another moved in."""
        reach = self.scope.units
        return [
            (unit.code, "　" * depth + unit.label)
            for unit, depth in self._walk(None, 0)
            if reach is None or unit.pk in reach
        ]

    def _walk(self, parent, depth):
        for pk in self.tree.children.get(parent, ()):
            yield self.tree.units[pk], depth
            yield from self._walk(pk, depth + 1)

    def ids_of(self, codes):
        """The ids of units given by their codes."""
        wanted = set(codes)
        return [pk for pk, unit in self.tree.units.items() if unit.code in wanted]

    @cached_property
    def chosen(self):
        """The understood values of the address; what is not understood is told to the reader."""
        self.form.is_valid()
        for name, field in self.form.fields.items():
            understood = self.form.cleaned_data[name]
            if field.unknown:
                address.ignore(self.request, *field.unknown)
                kept = field.joint.join(understood) if isinstance(understood, list) else ""
                address.leave(self.request, name, kept)
        return self.form.cleaned_data

    @cached_property
    def units(self):
        """The ids of the units at whose parts the list looks; ``None`` for all of them."""
        if not self.chosen["unit"]:
            return self.scope.units
        own = set(self.ids_of(self.chosen["unit"]))
        below = own if self.chosen["own"] else self.tree.below(own)
        return below if self.scope.units is None else below & self.scope.units

    def filter_queryset(self, queryset):
        queryset = self.reckoned(queryset)
        for name in self.filters:
            if name not in self.last:
                queryset = self.filters[name].filter(queryset, self.chosen[name])
        self.of_any_status = queryset
        for name in self.last:
            queryset = self.filters[name].filter(queryset, self.chosen[name])
        if not self.chosen["sort"]:
            queryset = queryset.order_by(*self.default_order())
        return queryset

    def reckoned(self, queryset):
        """``queryset`` with what was true of each row on the day of the request."""
        raise NotImplementedError(type(self).__name__)

    def default_order(self):
        raise NotImplementedError(type(self).__name__)

    def search(self, queryset, name, words):
        for word in words:
            queryset = queryset.filter(self.holding(word))
        return queryset

    def holding(self, word):
        """The condition under which a row holds a word."""
        raise NotImplementedError(type(self).__name__)

    def named(self, word):
        """The ids of the units with ``word`` in a name."""
        word = word.casefold()
        return [
            pk
            for pk, unit in self.tree.units.items()
            if word in f"{unit.name}\n{unit.short_name}\n{unit.name_en}".casefold()
        ]

    def as_is(self, queryset, name, value):
        """A filter that was applied before the others."""
        return queryset

    def of_status(self, queryset, name, codes):
        return queryset.filter(self.found())

    def sorted_by(self, queryset, name, column):
        name = column.removeprefix("-")
        back = name != column
        first = [
            F(field).desc(nulls_last=True) if back else F(field).asc(nulls_last=True)
            for field in self.ORDERS[name]
        ]
        return queryset.order_by(*first, *self.default_order())

    def found(self):
        """The condition that the chosen status puts on ``of_any_status``."""
        codes = self.chosen["status"]
        if not codes:
            return Q(pk__isnull=False)
        return Q(shown__in=[STATUS_CODES[code] for code in codes])

    def has_chosen(self, status):
        """Whether the chosen status takes ``status`` in; the counterpart of ``found``."""
        codes = self.chosen["status"]
        return not codes or status in {STATUS_CODES[code] for code in codes}

    def any_status(self, *facts):
        """The status of each row of any status, with ``facts``: counted here, in one pass.

        To have the database count eight ways makes the ORM write its expression out eight times,
        which costs more than the rows of any list an office has.
        """
        self.qs  # noqa: B018 - it makes the rows of any status
        return list(self.of_any_status.order_by().values_list("shown", *facts))

    @staticmethod
    def by_status(statuses):
        """``{code: count}`` of every status."""
        count = Counter(statuses)
        return {status.code: count[status] for status in ShownStatus}

    @property
    def is_narrowed(self):
        """Whether the address asks for less than the whole list."""
        return any(self.chosen[name] not in ([], None) for name in self.chosen if name != "sort")

    def chips(self):
        """The filters at work, each with the address of the list without it."""
        for name, value in self.chosen.items():
            if name != "sort" and value not in ([], None):
                yield {
                    "label": self.filters[name].label,
                    "value": self.in_words(name, value),
                    "url": address.link(self.request, **{name: None}),
                }

    def in_words(self, name, value):
        """The value of a filter as people say it."""
        labels = dict(getattr(self.form.fields[name], "choices", ()))
        if name == "own":
            return _t("without the units below it")
        if not isinstance(value, list):
            return str(value)
        joint = pgettext("between names", ", ") if labels else " "
        return joint.join(str(labels.get(word, word)).strip("　") for word in value)

    def without_filters(self):
        """The address of the whole list, in the same shape."""
        return address.link(self.request, **{name: None for name in self.filters if name != "sort"})
