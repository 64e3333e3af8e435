"""What is done apart from the pages: the entries of the queue, and the care for what is in it.

A surface, as pages are: it reads the clock, and calls operations. ``manage.py worker`` runs it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.timezone import localdate, make_aware, now
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tracker.exporters import forms
from tracker.models import ExportJob, User
from tracker.operations import (
    daily_mails,
    evidence_files,
    jobs,
    reminders,
    telling,
    tidying,
    webhooks,
)
from tracker.operations.attempts import renew_connection

log = logging.getLogger(__name__)

QUEUE_KEPT_FOR = timedelta(days=1)
SWEPT_EVERY = timedelta(hours=1)
ERRANDS_EVERY = timedelta(seconds=5)


@task()
def make_workbook(job: int) -> None:
    """Make the workbook of one job."""
    jobs.run(
        job_id=job,
        make=_make,
        clock=now,
        queue=Queue(),
        # Inside a transaction, which no other connection can look into, all is done here.
        apart=not connection.in_atomic_block,
    )


def _make(params, file, told):
    forms.make(forms.Order.from_json(dict(params)), file, told)


class Queue:
    """The numbers of jobs, in the queue of django-tasks."""

    @property
    def rows(self):
        return DBTaskResult.objects.filter(task_path=make_workbook.module_path)

    def put(self, job_id: int) -> None:
        make_workbook.enqueue(job=job_id)

    def waiting(self) -> set[int]:
        ready = self.rows.filter(status=TaskResultStatus.READY)
        return {values["kwargs"]["job"] for values in ready.values_list("args_kwargs", flat=True)}

    def tidy(self, *, at) -> None:
        """Forget what was taken out long ago, done or not: the jobs themselves tell of it."""
        taken = self.rows.exclude(status=TaskResultStatus.READY)
        taken.filter(started_at__lt=at - QUEUE_KEPT_FOR).delete()


def begin(actor: User, order: forms.Order, at) -> ExportJob:
    """Have the workbook of an order made in the background."""
    return jobs.start(
        actor=actor,
        params=order.as_json(),
        name=forms.file_name(order),
        total=forms.row_count(order),
        at=at,
        queue=Queue(),
    )


def look_after(name: str) -> None:
    """What a worker does besides its work, again and again."""
    at = now()
    queue = Queue()
    jobs.show_life(name=name, at=at)
    jobs.recover(at=at, queue=queue)
    jobs.expire(at=at)
    queue.tidy(at=at)


def tell_news(*, sends_all: bool = False) -> dict[str, int | None]:
    """Tell people and groups what is new and due, send what waits, and remove what is old.

    How much of each it was; ``None`` where it failed, which keeps nothing else from being done.
    May be called as often as one likes, by as many processes as there are. Mails and messages are
    sent some at a time, unless ``sends_all``.
    """
    today, at = localdate(), now()
    hour = make_aware(datetime.combine(today, settings.DIGEST_AT))
    mails = None if sends_all else daily_mails.AT_A_TIME
    messages = None if sends_all else webhooks.AT_A_TIME
    steps: dict[str, Callable[[], int]] = {
        "told": lambda: telling.tell_of_record(on=today, at=at),
        "reminded": lambda: reminders.remind(on=today, at=at),
    }
    if at >= hour:
        steps["groups"] = lambda: webhooks.queue_of_morning(on=today, at=at)
        steps["mailed"] = lambda: daily_mails.send_due(on=today, before=hour, clock=now, most=mails)
    steps["sent"] = lambda: webhooks.deliver_due(clock=now, most=messages)
    steps["tidied"] = lambda: tidying.tidy(on=today, at=at)
    return {name: _by_itself(name, step) for name, step in steps.items()}


def _by_itself(name: str, step: Callable[[], int]) -> int | None:
    try:
        return step()
    except Exception:
        log.exception("Of the notifications, “%s” failed; it is tried again.", name)
        renew_connection()
        return None


class Errands:
    """Tells what is new beside a worker, for as long as the worker lives.

    It has a thread of its own: a mail server that is slow must not make the worker look dead.
    """

    def __init__(self, act: Callable[[], object] = tell_news):
        self.act, self.is_over = act, Event()
        self.thread = Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> "Errands":
        self.thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.is_over.set()
        self.thread.join(ERRANDS_EVERY.total_seconds())

    def _go_on(self) -> None:
        try:
            while not self.is_over.is_set():
                self._run()
                self.is_over.wait(ERRANDS_EVERY.total_seconds())
        finally:
            connection.close()

    def _run(self) -> None:
        try:
            self.act()
        except Exception:
            log.exception("Notifications could not be told; they are tried again.")
            renew_connection()


class Care:
    """Looks after the jobs beside a worker, for as long as the worker lives."""

    def __init__(self, name: str):
        self.name, self.is_over = name, Event()
        self.sweeps_next = now()
        self.thread = Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> "Care":
        self.thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.is_over.set()
        self.thread.join()

    def _go_on(self) -> None:
        try:
            while True:
                self._look_after()
                if self.is_over.wait((settings.JOBS_SILENT_FOR / 3).total_seconds()):
                    break
            jobs.leave(name=self.name)
        finally:
            connection.close()

    def _look_after(self) -> None:
        try:
            look_after(self.name)
            self._sweep(now())
        except (DatabaseError, OSError):
            log.exception("The background service could not look after its jobs.")
            renew_connection()

    def _sweep(self, at) -> None:
        """Remove from time to time what crashed uploads left."""
        if at >= self.sweeps_next:
            self.sweeps_next = at + SWEPT_EVERY
            evidence_files.sweep(at=at)
