"""When and where a photo was taken, what it resembles, and which photos stand side by side."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from types import SimpleNamespace

import pytest
from django.conf import settings
from PIL import Image

from tests import scenes
from tracker.operations.photos import fingerprint_of
from tracker.rules import photos

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("tags", "moment"),
    [
        ({0x9003: "2023:10:12 09:31:22"}, datetime(2023, 10, 12, 1, 31, 22, tzinfo=UTC)),
        ({0x9003: "2023:10:12 09:31:22\0"}, datetime(2023, 10, 12, 1, 31, 22, tzinfo=UTC)),
        (
            {0x9003: "2023:10:12 09:31:22", 0x9011: "+00:00"},
            datetime(2023, 10, 12, 9, 31, 22, tzinfo=UTC),
        ),
        (
            {0x9003: "2023:10:12 09:31:22", 0x9011: "-03:30"},
            datetime(2023, 10, 12, 13, 1, 22, tzinfo=UTC),
        ),
        *(
            (
                {0x9003: "2023:10:12 09:31:22", 0x9011: said},
                datetime(2023, 10, 12, 1, 31, 22, tzinfo=UTC),
            )
            for said in ("", "+", "   :  ", 8, "+99:00")
        ),
        ({}, None),
        ({0x9003: "0000:00:00 00:00:00"}, None),
        ({0x9003: "1970:01:01 00:00:00"}, None),
        ({0x9003: b"\xff"}, None),
        ({0x9003: "昨天"}, None),
    ],
)
def test_the_time_is_that_of_the_camera_s_clock(tags, moment):
    assert photos.taken_at(tags, SHANGHAI) == moment


def gps(**values):
    said = {1: "N", 2: (31.0, 58.0, 48.432), 3: "E", 4: (120.0, 53.0, 38.868)}
    return said | {int(key[1:]): value for key, value in values.items()}


@pytest.mark.parametrize(
    ("tags", "where"),
    [
        (gps(), (31.98012, 120.89413)),
        (gps(t1="S\0", t3="w"), (-31.98012, -120.89413)),
        (gps(t2=(0, 0, 0), t4=(0, 0, 0)), None),
        (gps(t2=(91, 0, 0)), None),
        (gps(t4=(181, 0, 0)), None),
        (gps(t2=(float("nan"), 0, 0)), None),
        (gps(t2=(31.0, 58.0)), None),
        (gps(t2="31"), None),
        (gps(t2=None), None),
        (gps(t4=("x", 0, 0)), None),
        ({}, None),
    ],
)
def test_the_place_is_told_to_a_metre_or_not_at_all(tags, where):
    assert photos.place(tags) == where


def photo(pk, pair_id=None):
    return SimpleNamespace(pk=pk, pair_id=pair_id)


def test_photos_stand_beside_their_counterpart_and_the_rest_in_order():
    one, two, three = photo(1), photo(2), photo(3)
    after_two, after, again = photo(4, pair_id=2), photo(5), photo(6, pair_id=2)
    found = photos.pairs([one, two, three], [after_two, after, again])
    assert found == [(two, after_two), (two, again), (one, after), (three, None)]
    assert photos.pairs([], [after_two]) == [(None, after_two)]
    assert photos.pairs([], []) == []


def bits(picture):
    return int(fingerprint_of(picture), 16)


@pytest.fixture(scope="module")
def pictures():
    return [scenes.scene(seed) for seed in range(80)]


@pytest.fixture(scope="module")
def known(pictures):
    return [bits(picture) for picture in pictures]


AT_LEAST = {"cropped by 8 % all round": 0.2}
"""The share that is found again; of the other edits, all."""


@pytest.mark.parametrize("edit", scenes.EDITS)
def test_an_edited_photo_is_found_again(edit, pictures, known):
    change = scenes.EDITS[edit]
    found = [
        photos.is_near(bits(change(picture)) ^ own)
        for picture, own in zip(pictures, known, strict=True)
    ]
    assert sum(found) / len(found) >= AT_LEAST.get(edit, 1)


def taken_for_the_same(fingerprints):
    near = [photos.is_near(one ^ other) for one, other in combinations(fingerprints, 2)]
    return sum(near), len(near)


def test_photos_of_different_things_are_told_apart(known):
    assert taken_for_the_same(known) == (0, 3160)


def test_drawings_of_one_hand_are_told_apart():
    """The pictures of the demonstration, which share sky and ground."""
    drawn = sorted((settings.BASE_DIR / "fixtures/demo/photos").glob("*.png"))
    assert taken_for_the_same(bits(Image.open(path)) for path in drawn) == (0, 15)


def test_pages_of_text_are_seldom_taken_for_each_other():
    near, pairs = taken_for_the_same(bits(scenes.page(seed)) for seed in range(40))
    assert near <= 0.04 * pairs


def test_what_shows_nothing_has_no_fingerprint():
    for grey in (0, 128, 255):
        assert fingerprint_of(Image.new("RGB", (60, 40), (grey,) * 3)) == ""
