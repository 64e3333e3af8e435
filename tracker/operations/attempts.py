"""One attempt at making a workbook: told how far it is, and made to stop when it is over.

The database is told by one connection while another one reads the rows. On SQLite a connection
that has begun to read cannot write once somebody else has written.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Thread

from django.db import DatabaseError, connection, connections

from tracker.choices import JobState
from tracker.models import ExportJob

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two signs of life."""

PATIENCE = 5.0
"""Seconds that work gets to notice that it must stop, when the whole process ends."""

Progress = Callable[[int], None]
Clock = Callable[[], datetime]


def renew_connection() -> None:
    """Let go of a connection that broke; the next question opens another."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


class Stopped(Exception):
    """The job was cancelled, or another process took it over."""


class Attempt:
    """What one process does about a job, from its claim to its end."""

    def __init__(self, job: ExportJob, clock: Clock, *, apart: bool):
        self.job, self.clock, self.apart = job, clock, apart
        self.done, self.is_over = 0, False
        self._failure: BaseException | None = None

    @property
    def held(self):  # type: ignore[no-untyped-def]
        """The job, as long as this attempt is the one that counts."""
        return ExportJob.objects.filter(
            pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts
        )

    def beat(self) -> None:
        """Say how far the work is, and hear whether it is still wanted."""
        if not self.held.update(done=self.done, heartbeat=self.clock()):
            self.is_over = True

    def told(self, done: int) -> None:
        """Called by whoever makes the workbook, now and then."""
        self.done = done
        if not self.apart:
            self.beat()
        if self.is_over:
            raise Stopped

    def carry_out(self, work: Callable[[Progress], None]) -> None:
        """Do the work; what goes wrong in it goes wrong here."""
        if not self.apart:
            work(self.told)
            return
        thread = Thread(target=self._work, args=(work,), daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(EVERY)
                self._beat_if_possible()
        except BaseException:
            self.is_over = True
            thread.join(PATIENCE)
            raise
        if self._failure is not None:
            raise self._failure

    def _work(self, work: Callable[[Progress], None]) -> None:
        try:
            work(self.told)
        except BaseException as failure:  # noqa: BLE001 - carry_out raises it again
            self._failure = failure
        finally:
            connections.close_all()

    def _beat_if_possible(self) -> None:
        try:
            self.beat()
        except DatabaseError as trouble:
            log.warning("Export %s could not say how far it is: %s", self.job.pk, trouble)
            renew_connection()
