"""Petitions by outcome, and the two rates that go by one name."""

from datetime import date

import pytest

from tests import factories
from tracker.choices import PetitionRateBasis
from tracker.figures.petitions import by_medium, by_unit, petition_figures
from tracker.models import Petition
from tracker.operations.petitions import register_petitions

RECEIVED = date(2023, 1, 10)


def handed_over(inspection, *, closed=0, interim=0, open=0, media=(), unit=None, on=RECEIVED):
    """That many petitions, with outcomes ten days later."""
    unit, then = unit or factories.county(), on.replace(day=on.day + 10)
    outcomes = [
        *([{"closed_on": then, "truth": "true"}] * closed),
        *([{"interim_on": then}] * interim),
        *([{}] * open),
    ]
    known = Petition.objects.count()
    rows = [
        (
            Petition(
                number=f"D32{known + number:06}",
                batch=1,
                received_on=on,
                unit=unit,
                summary="臭气扰民",
                **outcome,
            ),
            media,
        )
        for number, outcome in enumerate(outcomes, start=1)
    ]
    return register_petitions(
        actor=None, inspection=inspection, rows=rows, at=factories.moment(then)
    )


@pytest.mark.parametrize(
    ("counts", "basis", "rate"),
    [
        ((259, 0, 0), PetitionRateBasis.CLOSED, 1.0),
        ((2750, 660, 1), PetitionRateBasis.CLOSED, 0.8062),
        ((492, 291, 644), PetitionRateBasis.WITH_INTERIM, 0.5487),
        ((492, 291, 644), PetitionRateBasis.CLOSED, 0.3448),
        ((2, 13, 6), PetitionRateBasis.CLOSED, 0.0952),
    ],
)
def test_records_with_published_counts_give_the_published_rate(counts, basis, rate, inspection):
    closed, interim, still_open = counts
    handed_over(inspection, closed=closed, interim=interim, open=still_open)
    found = petition_figures(Petition.objects.all(), as_of=date(2023, 12, 31), basis=basis)
    assert (found.closed, found.interim_closed, found.open) == counts
    assert found.total == sum(counts)
    assert found.rate == rate


def test_outcomes_count_from_their_own_day(inspection):
    handed_over(inspection, closed=1, interim=1)
    seen = [
        petition_figures(Petition.objects.all(), as_of=day)
        for day in (date(2023, 1, 9), RECEIVED, date(2023, 1, 19), date(2023, 1, 20))
    ]
    assert [found.total for found in seen] == [0, 2, 2, 2]
    assert [found.open for found in seen] == [0, 2, 2, 0]
    assert seen[0].rate is None


def test_an_interim_outcome_gives_way_to_the_final_one(inspection):
    [petition] = handed_over(inspection, interim=1)
    Petition.objects.filter(pk=petition.pk).update(closed_on=date(2023, 3, 1), truth="true")
    before = petition_figures(Petition.objects.all(), as_of=date(2023, 2, 28))
    after = petition_figures(Petition.objects.all(), as_of=date(2023, 3, 1))
    assert (before.interim_closed, before.closed) == (1, 0)
    assert (after.interim_closed, after.closed) == (0, 1)


def test_a_petition_of_several_types_counts_under_each(inspection, county, other_county):
    air, water = factories.make_medium("air", "大气"), factories.make_medium("water", "水")
    handed_over(inspection, open=2, media=[air, water])
    handed_over(inspection, open=1, media=[air], unit=other_county)
    assert by_medium(Petition.objects.all(), as_of=RECEIVED) == [(air, 3), (water, 2)]
    assert by_medium(Petition.objects.all(), as_of=date(2022, 1, 1)) == []
    assert by_unit(Petition.objects.all(), as_of=RECEIVED) == {county.pk: 2, other_county.pk: 1}
