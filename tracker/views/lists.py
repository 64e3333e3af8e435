"""What the list pages share: the address, the columns, the page, the tabs and the filters."""

from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView

from tracker.filters import address
from tracker.views.exports import ways_out
from tracker.views.frame import current_inspection

PER_PAGE, SIZES = 50, (20, 50, 100, 200)
DENSITIES = ("tight", "normal", "cosy")
LONGEST_PAGE_NUMBER = 9


class ListPage(TemplateView):
    """A list: the rows its filter leaves, in its table, a page at a time.

    A subclass names its ``table_class`` and says how to find the rows (``filtered``), how many
    there are (``count``) and which tabs stand above them (``tabs``). ``subject`` is the name of
    its address, and of its export.
    """

    table_class: Any = None
    subject = ""

    def filtered(self):
        """The rows in their order, and the filter that chose them."""
        raise NotImplementedError(type(self).__name__)

    def count(self):
        """How many rows there are on all pages."""
        raise NotImplementedError(type(self).__name__)

    def tabs(self):
        """Ready-made choices of a status, with their counts."""
        return []

    def table_options(self):
        """What the table needs to know besides its rows."""
        return {"as_of": self.request.as_of, "is_past": self.request.is_past}

    def choice(self, name, choices, default):
        """A parameter that is one of a few words; anything else is told to the reader."""
        word = self.request.GET.get(name, "")
        if word in choices:
            return word
        if word:
            address.ignore(self.request, word)
            address.leave(self.request, name)
        return default

    def table(self):
        columns, unknown = self.table_class.understood(self.request.GET.get("cols", ""))
        if unknown:
            address.ignore(self.request, *unknown)
            address.leave(self.request, "cols", ",".join(columns))
        table = self.table_class(
            self.rows,
            columns=columns,
            sort=self.filter.chosen["sort"],
            density=self.choice("density", DENSITIES, "normal"),
            **self.table_options(),
        )
        size = int(self.choice("per", [str(size) for size in SIZES], str(PER_PAGE)))
        number = self.request.GET.get("page", "1")[:LONGEST_PAGE_NUMBER]
        table.turn_to(number, per_page=size, count=self.count())
        if number != str(table.page.number):
            address.ignore(self.request, self.request.GET["page"])
            address.leave(self.request, "page")
        return table

    def tab(self, label, count, glyph="", **chosen):
        """One tab: it sets the parameters ``chosen`` and leaves the others as they are."""
        current = self.request.GET
        return {
            "label": label,
            "count": count,
            "glyph": glyph,
            "url": address.link(self.request, **chosen),
            "active": all(current.get(name) == value for name, value in chosen.items()),
        }

    def column_choices(self, table):
        """Every column, the visible ones first and in their order, with where it can move."""
        shown = [column.name for column in table.columns]
        hidden = [name for name in table.base_columns if name not in shown]
        for place, name in enumerate(shown + hidden):
            is_shown = name in shown
            yield {
                "name": name,
                "label": table.base_columns[name].verbose_name,
                "shown": is_shown,
                "up": self._moved(shown, place, place - 1) if is_shown and place else "",
                "down": self._moved(shown, place, place + 1)
                if is_shown and place + 1 < len(shown)
                else "",
            }

    def _moved(self, names, place, to):
        names = list(names)
        names[place], names[to] = names[to], names[place]
        return address.link(self.request, cols=",".join(names))

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if request.htmx:
            # The browser keeps the tidied address, not the form as it was sent.
            query = request.GET.urlencode(safe=",")
            response["HX-Push-Url"] = f"{request.path}?{query}" if query else request.path
        return response

    def get_context_data(self, **kwargs):
        current_inspection(self.request)
        self.rows, self.filter = self.filtered()
        table = self.table()
        density = self.choice("density", DENSITIES, "normal")
        return super().get_context_data(
            region="list",
            table=table,
            filter=self.filter,
            chips=list(self.filter.chips()),
            clear_url=self.filter.without_filters(),
            export_url=reverse(f"export-{self.subject}"),
            ways=list(ways_out(self.request, self.subject)),
            tabs=self.tabs(),
            columns=list(self.column_choices(table)),
            default_columns_url=address.link(self.request, cols=None),
            densities=[
                {
                    "name": name,
                    "url": address.link(self.request, density=None if name == "normal" else name),
                    "active": name == density,
                }
                for name in DENSITIES
            ],
            **kwargs,
        )
