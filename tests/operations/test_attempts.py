"""Work that goes on in a thread of its own, and hears when it must stop."""

import time
from datetime import UTC, datetime
from threading import current_thread

import pytest
from django.db import DatabaseError

from tracker.models import ExportJob
from tracker.operations import attempts
from tracker.operations.attempts import Attempt, Stopped

AT = datetime(2023, 11, 1, tzinfo=UTC)


class Beats(Attempt):
    """An attempt that tells no database, for a thread would not see the one of a test."""

    def __init__(self, *, is_over_after=None, troubles=0):
        super().__init__(ExportJob(pk=1), lambda: AT, apart=True)
        self.beats, self.is_over_after, self.troubles = [], is_over_after, troubles

    def beat(self):
        self.beats.append(self.done)
        if self.troubles:
            self.troubles -= 1
            raise DatabaseError("locked")
        if len(self.beats) == self.is_over_after:
            self.is_over = True


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(attempts, "EVERY", 0.01)
    monkeypatch.setattr(attempts, "PATIENCE", 0.01)


def busy(told, seconds=30):
    until = time.monotonic() + seconds
    done = 0
    while time.monotonic() < until:
        done += 1
        told(done)
        time.sleep(0.002)
    pytest.fail("was never stopped")


def test_the_work_is_done_beside_the_one_who_reports():
    attempt, threads = Beats(), []

    def work(told):
        threads.append(current_thread())
        for done in range(30):
            told(done)
            time.sleep(0.005)

    attempt.carry_out(work)

    assert threads != [current_thread()]
    assert len(attempt.beats) > 1
    assert attempt.beats[-1] == 29


def test_the_work_stops_when_it_is_no_longer_wanted():
    with pytest.raises(Stopped):
        Beats(is_over_after=3).carry_out(busy)


def test_a_database_that_is_busy_does_not_end_the_work(db, caplog):
    caplog.set_level("WARNING")
    attempt = Beats(troubles=2, is_over_after=5)

    with pytest.raises(Stopped):
        attempt.carry_out(busy)

    assert len(attempt.beats) >= 5
    assert caplog.text.count("could not say how far it is") == 2


def test_a_connection_outside_a_transaction_is_looked_at_again(monkeypatch):
    class Broken:
        in_atomic_block, closed = False, False

        def close_if_unusable_or_obsolete(self):
            self.closed = True

    broken = Broken()
    monkeypatch.setattr(attempts, "connection", broken)

    attempts.renew_connection()

    assert broken.closed


def test_what_goes_wrong_in_the_thread_goes_wrong_for_the_caller():
    def work(_told):
        raise ValueError("a mistake")

    with pytest.raises(ValueError, match="a mistake"):
        Beats().carry_out(work)


def test_a_process_that_must_end_stops_the_work():
    class Ended(Beats):
        def beat(self):
            raise SystemExit

    attempt, stopped = Ended(), []

    def work(told):
        try:
            busy(told)
        except Stopped:
            stopped.append(True)
            raise

    with pytest.raises(SystemExit):
        attempt.carry_out(work)

    assert attempt.is_over
    for _moment in range(200):
        if stopped:
            break
        time.sleep(0.01)
    assert stopped == [True]
