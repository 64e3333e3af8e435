"""The petition register and its statistics in three layouts."""

from datetime import date

import pytest

from tests.factories import make_medium, make_petition, make_unit, moment
from tests.made import DAY, book_of, merges_of, rows_of, sheet_of, texts_of
from tracker.figures.overview import tree_on
from tracker.figures.petitions import petition_table
from tracker.models import Petition
from tracker.operations import petitions

MONDAY, TUESDAY = date(2021, 12, 6), date(2021, 12, 7)


@pytest.fixture
def three(inspection, county, other_county):
    air = make_medium("air", "大气环境")
    first = make_petition(county, "D2JS202112060001", MONDAY, place="北河口")
    first.media.add(air)
    make_petition(other_county, "D2JS202112060002", MONDAY)
    make_petition(county, "D2JS202112070001", TUESDAY, batch=2)
    return first


def settle(petition, on, truth="true", outcome="已责令整改。"):
    petitions.settle_petition(
        actor=None,
        petition_id=petition.pk,
        version=None,
        values={"truth": truth, "outcome": outcome, "closed_on": on, "interim_on": None},
        on=on,
        at=moment(on),
    )


def test_each_petition_is_a_row_in_the_order_of_arrival(inspection, three, county):
    settle(three, date(2021, 12, 16))

    rows = rows_of(sheet_of("petitions", inspection=inspection))

    assert [row["Petition number"][-4:] for row in rows] == ["0001", "0002", "0001"]
    assert [row["No."] for row in rows] == [1, 2, 3]
    assert rows[0]["What is complained of"] == "北河口：夜间有异味。"
    assert rows[0]["Place or unit"] == county.label
    assert set(rows[0]["Pollution types"].split("、")) == {"水环境", "大气环境"}
    assert rows[0]["Substantiated or not"] == "substantiated"
    assert rows[0]["Handling and outcome"] == "已责令整改。"
    assert [row["Settled or not"] for row in rows] == ["settled"] + ["being handled"] * 2
    assert rows[1]["Handling and outcome"] is None


def test_of_a_day_before_the_outcome_nothing_is_known_of_it(inspection, three):
    settle(three, date(2021, 12, 16))

    row = rows_of(sheet_of("petitions", date(2021, 12, 10), inspection=inspection))[0]

    assert row["Substantiated or not"] is None
    assert row["Handling and outcome"] is None
    assert row["Settled or not"] == "being handled"


def test_one_batch_is_named_in_the_title(inspection, three):
    whole = sheet_of("petitions", inspection=inspection)
    monday = sheet_of("petitions", MONDAY, inspection=inspection)

    assert "batch" not in whole["A1"].value
    assert monday["A1"].value.endswith("(batch 1)")
    assert len(rows_of(monday)) == 2


def test_telephone_and_identity_numbers_stay_out(inspection, county):
    make_petition(
        county, summary="举报人张某13912345678，身份证320601198001011234，电话0513-85098765。"
    )

    told = texts_of(sheet_of("petitions", inspection=inspection))

    assert "139****5678" in told
    assert "320601********1234" in told
    assert not {"13912345678", "320601198001011234", "0513-85098765"} & set(told.split("，"))
    assert "85098765" not in told


def test_statistics_by_type_count_one_of_several_types_under_each(inspection, three, county):
    book = book_of("petition-stats", inspection=inspection)

    sheet = book.active
    rows = {row["Place, town or department"]: row for row in rows_of(sheet)}
    assert rows[county.label]["petitions"] == 2
    assert (rows[county.label]["水环境"], rows[county.label]["大气环境"]) == (2, 1)
    assert rows["Total"]["petitions"] == 3
    assert rows["Total"]["水环境"] == 3
    assert "C3:D3" in merges_of(sheet)
    assert "the total differs from the sum of the types" in texts_of(sheet)


def test_the_footnote_is_there_only_when_it_is_true(inspection, county):
    make_petition(county)

    assert "differs" not in texts_of(sheet_of("petition-stats", inspection=inspection))


def test_side_by_side_the_total_stands_in_the_last_cell(inspection, three, county, other_county):
    side = book_of("petition-stats", inspection=inspection).worksheets[2]

    body = [[cell.value for cell in row] for row in side.iter_rows(min_row=4, max_row=5)]
    assert body == [
        [other_county.label, 1, None, None],
        [county.label, 2, "Total", 3],
    ]


def test_with_an_odd_number_of_units_no_cell_stays_empty(inspection, three, city):
    make_petition(make_unit("高新区", city), on=MONDAY)

    side = book_of("petition-stats", inspection=inspection).worksheets[2]

    body = [[cell.value for cell in row] for row in side.iter_rows(min_row=4, max_row=5)]
    assert [row[2:] for row in body] == [["高新区", 1], ["Total", 4]]


def test_day_and_sum_are_of_the_last_day_and_since_the_first(inspection, three):
    sheet = book_of("petition-stats", inspection=inspection).worksheets[3]

    total = rows_of(sheet)[-1]
    assert list(total.values()) == ["Total", 1, 3]
    assert list(total)[1] == "Handed over on December 7"
    assert list(total)[2] == "Handed over from December 6 to December 7 in all"


def test_without_petitions_there_is_a_total_of_nothing(inspection):
    book = book_of("petition-stats", inspection=inspection)

    assert rows_of(book.active)[0]["petitions"] == 0


def test_the_figure_counts_every_petition_once(inspection, three, city, town, bureau):
    make_petition(town, on=MONDAY)
    make_petition(city, on=MONDAY)
    make_petition(bureau, on=MONDAY)

    found = petition_table(Petition.objects.all(), as_of=DAY, tree=tree_on(DAY))

    assert sum(line.total for line in found.lines) == found.whole.total == 6
    assert [line.unit.code for line in found.lines][0] == city.code
    assert found.first_on == MONDAY


def test_a_unit_outside_the_tree_of_the_day_has_a_line(inspection, county):
    make_petition(county)
    tree = tree_on(DAY)
    bare = type(tree)(children={}, units={})

    [line] = petition_table(Petition.objects.all(), as_of=DAY, tree=bare).lines

    assert (line.unit, line.total) == (county, 1)


@pytest.mark.parametrize("form", ["petitions", "petition-stats"])
def test_more_petitions_cost_no_more_queries(form, county, django_assert_max_num_queries):
    make_petition(county)
    with django_assert_max_num_queries(12) as few:
        book_of(form)
    for _number in range(5):
        make_petition(county)
    with django_assert_max_num_queries(len(few)):
        book_of(form)
