"""What the tables of all lists share: chosen columns, an order made elsewhere, one page of rows."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import django_tables2 as tables
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.utils.functional import cached_property
from django_tables2.data import TableData

NOTHING = "—"
DAY = "yyyy-mm-dd"
ROOMY = 10  # columns that a screen of 1440 pixels holds


def day_or_nothing(day):
    """A day as lists write it."""
    return NOTHING if day is None else day.isoformat()


class Sorted(tables.Column):
    """A column by which the rows come sorted already; the table shows only which way."""

    def __init__(self, header, css="", *, orderable=True, head=""):
        attrs = {"td": {"class": css}, "th": {"class": head}}
        super().__init__(header, attrs=attrs, orderable=orderable, empty_values=())

    def order(self, queryset, is_descending):
        return queryset, True


class Counted(Paginator):
    """A paginator that was told how many rows there are, and has a page for every number."""

    def __init__(self, *args, count, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = count

    def validate_number(self, number):
        try:
            return super().validate_number(number)
        except PageNotAnInteger:
            return 1
        except EmptyPage:
            return self.num_pages


class Ordered(TableData):
    """Rows at hand that are in their order already."""

    def __len__(self):
        return len(self.data)

    def order_by(self, aliases):
        """Nothing: who made the list sorted it."""


class ListTable(tables.Table):
    """A list of prepared rows. A subclass makes ``rows_on`` its page and a ``cell_…`` a column.

    ``columns`` are the names of the visible columns in their order, ``sort`` the order of the
    rows as the address has it, ``usual_sort`` the column that leads when it has none. In a
    workbook a column holds what ``value_…`` gives of a row, where ``cell_…`` is made for a page;
    ``formats`` and ``widths`` are those of its cells there.
    """

    shown_first: tuple[str, ...] = ()
    usual_sort = "status"
    row_header = "title"
    marks: dict[str, str] = {}
    caption: Any = ""
    pickable = True
    formats: dict[str, str] = {}
    widths: dict[str, float] = {}

    class Meta:
        attrs = {"class": "stick"}
        order_by_field = "sort"
        per_page_field = "per"

    def __init__(self, data, *, columns, sort="", density="normal", **kwargs):
        hidden = [name for name in self.base_columns if name not in columns]
        attrs = {"class": "stick" if density == "normal" else f"stick {density}"}
        sort = sort or self.usual_sort
        self.is_wide = len(columns) > ROOMY
        super().__init__(
            data, sequence=columns, exclude=hidden, order_by=sort, attrs=attrs, **kwargs
        )

    @classmethod
    def understood(cls, text):
        """The columns that ``text`` (names with commas) asks for, and what it asks for in vain."""
        words = list(dict.fromkeys(word for word in text.split(",") if word))
        known = [word for word in words if word in cls.base_columns]
        return known or list(cls.shown_first), [word for word in words if word not in known]

    def turn_to(self, number, *, per_page, count):
        """Show the page of that number; the last one when there are fewer."""
        return self.paginate(Counted, per_page=per_page, page=number, count=count)

    @cached_property
    def keys(self):
        """The records of the page as they come from the query."""
        return list(self.page.object_list.data)

    def lean_rows(self):
        """Attributes and cells of each row, for the template tag that writes them."""
        cells = [getattr(self, f"cell_{column.name}") for column in self.columns]
        for row in self.prepared():
            record = self.record_of(row)
            picked = {"pick": record.pk, "pick_label": str(record)} if self.pickable else {}
            yield picked, [cell(row) for cell in cells]

    def record_of(self, row) -> Any:
        """What a prepared row is about; ticked, it is chosen by its key."""
        return row

    def every_row(self, chunk: int) -> Iterator[Any]:
        """All rows of the list, so many at a time prepared as those of a page are."""
        rows = self.data.data
        found = iter(rows) if isinstance(rows, list) else rows.iterator(chunk_size=chunk)
        while keys := list(islice(found, chunk)):
            self.keys = keys
            yield from self.prepared()

    def value_of(self, name: str):
        """What gives a column's value of a row: plain text, a number or a day."""
        return getattr(self, f"value_{name}", None) or getattr(self, f"cell_{name}")

    def prepared(self):
        """The rows of the page with all that their cells need, in a fixed number of queries."""
        raise NotImplementedError(type(self).__name__)
