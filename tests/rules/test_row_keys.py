"""The hidden key of a ledger's row: what was signed here, and nothing else."""

import pytest

from tracker.rules.row_keys import RowKey, read_key

KEY = RowKey(export="a1b2c3d4", task=19, version=3)


def test_a_key_is_read_as_it_was_written():
    assert read_key(f" {KEY.signed()} ") == KEY


@pytest.mark.parametrize("text", ["", "2022s2-19", "任务"])
def test_what_is_no_key_is_none(text):
    assert read_key(text) is False


def test_a_key_that_was_altered_is_not_genuine():
    other = RowKey(export="a1b2c3d4", task=20, version=3).signed()
    altered = KEY.signed().rpartition(":")[0] + ":" + other.rpartition(":")[2]

    assert read_key(altered) is True
    assert read_key("rk1.rubbish") is True
