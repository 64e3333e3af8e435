"""What an order comes to: reach, names of files, a workbook for each unit, progress, JSON."""

import json
from datetime import date
from io import BytesIO

import pytest

from tests.factories import (
    complete,
    make_issue,
    make_petition,
    make_report,
    make_round,
    make_task,
    make_unit,
)
from tests.made import AT, DAY, book_of, books_of, rows_of, sheet_of, texts_of, told_by
from tracker.exporters.forms import ALL, FORMS, TO_COME, Order, file_name, make, row_count
from tracker.models import Membership

NAMES = [
    *("issues", "tasks", "responsibilities", "ledger", "monthly", "summary"),
    *("closure", "notice", "petitions", "petition-stats"),
]


def order(form="ledger", **values):
    return Order(**{"form": form, "as_of": DAY, "at": AT, **values})


@pytest.fixture
def two_places(county, other_county):
    """One task, petition and report for each of two counties, and a task they share."""
    ours = make_task(number=1, units=[county], title="甲县任务")
    theirs = make_task(number=2, units=[other_county], title="乙县任务", issue=make_issue())
    make_task(number=3, units=[county, other_county], title="共同任务")
    make_report(theirs, text="乙县的机密进展")
    make_petition(county, summary="甲县的事")
    make_petition(other_county, summary="乙县的事")
    make_round(on=date(2022, 6, 1))
    complete(ours)
    complete(theirs)


def test_every_name_that_outsiders_rely_on_is_a_form_or_is_to_come():
    assert list(FORMS) == NAMES
    assert list(TO_COME) == ["assessment"]


@pytest.mark.parametrize("form", NAMES)
def test_every_form_is_made_and_says_what_it_is(form, inspection, two_places, office):
    book = book_of(form, inspection=inspection, user=office)

    assert book.sheetnames[1] == "About"
    assert told_by(book.worksheets[1])["Form"] == str(FORMS[form].label)
    assert told_by(book.worksheets[1])["Rows"] == row_count(
        order(form, inspection=inspection.pk, user=office.pk)
    )
    for sheet in book.worksheets:
        assert "Page &P of &N" in sheet.oddFooter.center.text
        assert str(office) in sheet.oddFooter.left.text


@pytest.mark.parametrize("form", NAMES)
def test_staff_of_a_unit_get_nothing_of_another_unit(form, inspection, two_places, editor):
    told = "\n".join(
        texts_of(sheet) for sheet in book_of(form, inspection=inspection, user=editor).worksheets
    )

    assert "乙县任务" not in told
    assert "乙县的机密进展" not in told
    assert "乙县的事" not in told


@pytest.mark.parametrize("form", NAMES)
def test_units_out_of_reach_come_to_nothing(
    form, inspection, two_places, editor, other_county, county
):
    book = book_of(form, inspection=inspection, user=editor, units=(other_county.pk,))

    told = "\n".join(texts_of(sheet) for sheet in book.worksheets)
    assert "乙县任务" not in told
    assert "甲县任务" not in told
    assert "乙县的事" not in told


def test_a_role_that_was_taken_away_meanwhile_leaves_nothing(inspection, two_places, editor):
    Membership.objects.all().delete()

    assert rows_of(sheet_of("ledger", inspection=inspection, user=editor)) == []


def test_drafts_of_the_office_are_in_no_form(inspection, county, office):
    make_task(issued=False)

    assert rows_of(sheet_of("ledger", inspection=inspection, user=office)) == []


def test_ticks_narrow_to_what_may_be_seen(inspection, two_places, editor):
    every = tuple(inspection.tasks.values_list("pk", flat=True))

    sheet = sheet_of("ledger", inspection=inspection, user=editor, selected=every)

    assert [row["Rectification task"] for row in rows_of(sheet)] == ["甲县任务", "共同任务"]


def test_the_filters_of_a_list_choose_the_rows_of_a_form(inspection, two_places, office):
    book = book_of(
        "ledger", inspection=inspection, user=office, query="status=completed&sort=-number"
    )

    titles = [row["Rectification task"] for row in rows_of(book.active)]
    assert titles == ["甲县任务", "乙县任务"]
    filters = told_by(book.worksheets[1])["Filters"]
    assert "awaiting closure" in filters


def test_the_cover_names_units_and_ticks(inspection, two_places, office, county):
    task = inspection.tasks.get(number=1)

    told = told_by(
        book_of(
            "ledger",
            inspection=inspection,
            user=office,
            units=(county.pk,),
            selected=(task.pk,),
        ).worksheets[1]
    )

    assert told["Units"] == f"{county.name}, with everything below"
    assert told["Filters"] == "1 rows ticked in the list"


def test_the_cover_names_the_plan_and_the_rules_of_the_inspection(inspection):
    inspection.plan_document_no = "江海办〔2022〕18号"
    inspection.rate_basis = "due"
    inspection.petition_rate_basis = "with_interim"
    inspection.save()

    told = told_by(book_of("summary", inspection=inspection).worksheets[1])

    assert told["Plan"] == "江海办〔2022〕18号"
    assert told["Basis of the completion rate"] == "tasks due by the day"
    assert told["Basis of the petition rate"] == "(settled + interim) ÷ total"
    assert told["Made by"] == "command line"


def test_each_unit_gets_a_workbook_with_its_own_part_alone(
    inspection, two_places, county, other_county, office
):
    books = books_of("ledger", inspection=inspection, user=office)

    by_unit = {name.rpartition("_")[2]: book for name, book in books.items()}
    assert set(by_unit) == {f"{county.label}.xlsx", f"{other_county.label}.xlsx"}
    mine = by_unit[f"{county.label}.xlsx"]
    assert [row["Task number"] for row in rows_of(mine.active)] == [1, 3]
    assert "乙县的机密进展" not in texts_of(mine.active)
    assert mine.active["A2"].value == f"Reporting unit (seal):{county.name}"
    assert told_by(mine.worksheets[1])["Units"] == county.name


@pytest.mark.parametrize(("form", "count"), [("issues", 2), ("petitions", 2), ("closure", 2)])
def test_other_forms_go_to_the_units_too(form, count, inspection, two_places, office):
    books = books_of(form, inspection=inspection, user=office)

    assert len(books) == count
    for name, book in books.items():
        told = texts_of(book.active)
        assert ("乙县" in told) != ("甲县" in told) or form == "issues", name


def test_a_unit_s_zip_holds_its_own_subtree_alone(inspection, two_places, county, editor):
    assert list(books_of("ledger", inspection=inspection, user=editor)) == [
        f"Rectification ledger_2022s2_as_of_20231031_{county.label}.xlsx"
    ]


def test_units_of_one_short_name_have_files_of_their_own(inspection, city):
    for code in ("first", "second"):
        make_task(units=[make_unit(f"{code}开发区", city, code, short_name="开发区")])

    names = list(books_of("ledger", inspection=inspection))

    assert len(set(names)) == 2
    assert names[1].endswith("_second.xlsx")


def test_a_zip_without_rows_is_empty(inspection):
    assert books_of("ledger", inspection=inspection) == {}


@pytest.mark.parametrize(
    ("values", "ending"),
    [
        ({}, "_all.xlsx"),
        ({"query": "status=completed", "user": "office"}, "_selection.xlsx"),
        ({"selected": (1, 2), "user": "office"}, "_picked.xlsx"),
        ({"units": "county"}, "_临江县.xlsx"),
        ({"user": "editor"}, "_临江县.xlsx"),
        ({"is_by_unit": True}, "_all.zip"),
    ],
)
def test_the_file_says_form_inspection_day_and_part(
    values, ending, inspection, county, office, editor
):
    people = {"office": office.pk, "editor": editor.pk}
    values = {**values, "inspection": inspection.pk}
    if "user" in values:
        values["user"] = people[values["user"]]
    if "units" in values:
        values["units"] = (county.pk,)

    assert file_name(order(**values)) == f"Rectification ledger_2022s2_as_of_20231031{ending}"


def test_no_name_breaks_out_of_the_file_name(inspection, city):
    place = make_unit("危险的", city, short_name='../..\\x"' + "长" * 30)

    name = file_name(order(inspection=inspection.pk, units=(place.pk,)))

    assert not set('/\\"\r\n:') & set(name)
    assert len(name) <= 130


def test_the_language_of_the_order_wins(inspection):
    name = file_name(order(inspection=inspection.pk, language="zh-hans"))

    assert name.startswith("整改台账_2022s2_")


def test_an_order_comes_back_from_json_as_it_was(office, inspection):
    whole = order(
        inspection=inspection.pk,
        units=(3, 4),
        query="status=overdue",
        selected=(7,),
        user=office.pk,
        is_by_unit=True,
        language="en",
    )

    for given in (whole, order(), Order(form="tasks", as_of=DAY)):
        assert Order.from_json(json.loads(json.dumps(given.as_json()))) == given


@pytest.mark.parametrize("is_by_unit", [False, True])
def test_progress_is_told_on_the_way(is_by_unit, inspection, two_places, monkeypatch):
    monkeypatch.setattr("tracker.exporters.orders.TOLD_EVERY", 1)
    heard = []
    asked = order(inspection=inspection.pk, is_by_unit=is_by_unit)

    make(asked, BytesIO(), heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == (4 if is_by_unit else row_count(asked))


def test_what_progress_raises_ends_the_work(inspection, two_places, monkeypatch):
    monkeypatch.setattr("tracker.exporters.orders.TOLD_EVERY", 1)

    def stop(_done):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        make(order(inspection=inspection.pk), BytesIO(), stop)


def test_a_form_that_has_nothing_to_be_filled_in_is_a_cover_alone(inspection):
    book = book_of("monthly", inspection=inspection)

    assert book.sheetnames == ["About"]
    assert told_by(book.active)["Rows"] == 0


def test_lists_and_the_file_of_a_task_are_forms_that_only_pages_know():
    lists = {"tasks-list", "issues-list", "petitions-list"}
    assert set(ALL) - set(FORMS) == {*lists, "case-file"}
