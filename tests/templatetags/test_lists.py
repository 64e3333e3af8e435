"""The one template of all lists."""

import django_tables2 as tables
import pytest
from defusedxml.ElementTree import fromstring
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tracker.choices import ShownStatus
from tracker.templatetags.lists import table_rows

ROWS = [
    {"code": "19", "title": '<b>"sewage"</b>', "status": ShownStatus.OVERDUE, "left": -31},
    {"code": "35", "title": "pipes", "status": ShownStatus.CLOSED, "left": None},
]


class TaskTable(tables.Table):
    caption = "Tasks"
    row_header = "title"
    marks = {"status": "status", "left": "days"}

    code = tables.Column("No.", attrs={"td": {"class": "code"}, "th": {"class": "nw"}})
    title = tables.Column("Task")
    status = tables.Column("Status", orderable=False)
    left = tables.Column("Left")

    class Meta:
        attrs = {"class": "stick"}
        empty_text = "No task matches."


class PreparedTable(TaskTable):
    pickable = True
    card_class = "cards-t"

    def lean_rows(self):
        for row in self.data:
            yield {"pick": row["code"], "pick_label": row["title"]}, list(row.values())


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def render(table, url="/tasks/"):
    request = RequestFactory().get(url)
    tables.RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return render_to_string("tracker/tables/list.html", {"table": table}, request)


def cells(rows):
    return [
        ["".join(cell.itertext()) for cell in row]
        for row in fromstring(f"<t>{rows}</t>").iter("tr")
    ]


def test_rows_are_escaped_and_marked():
    assert cells(table_rows(TaskTable(ROWS))) == [
        ["19", '<b>"sewage"</b>', str(ShownStatus.OVERDUE.label), "31 days overdue"],
        ["35", "pipes", str(ShownStatus.CLOSED.label), "—"],
    ]


def test_the_row_header_and_the_labels_of_cards_are_in_the_markup():
    row = fromstring(f"<t>{table_rows(TaskTable(ROWS))}</t>").find("tr")

    assert row[1].tag == "th"
    assert row[1].get("scope") == "row"
    assert (row[0].get("data-label"), row[0].get("class")) == ("No.", "code")


def test_prepared_rows_need_no_layer_and_can_be_picked():
    html = render(PreparedTable(ROWS))

    assert 'name="pick" value="19" aria-label="&lt;b&gt;' in html
    assert "data-label" not in html
    assert "data-select-all" in html


def test_sorting_keeps_the_filters_and_leaves_the_page():
    html = render(TaskTable(ROWS), "/tasks/?unit=rudong&page=1&sort=code")

    assert 'href="?unit=rudong&amp;sort=-code"' in html
    assert 'aria-sort="ascending"' in html
    assert html.count('class="sort"') == 3


def test_the_count_stands_below_the_list():
    assert "1–2 of 2" in render(TaskTable(ROWS))


def test_an_empty_list_says_so():
    html = render(TaskTable([]))

    assert "No task matches." in html
    assert "1–" not in html
