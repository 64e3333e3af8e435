"""Real workers on a database of their own: killed at work, two at once, cancelled midway.

Run by ``test_workers`` as ``python -m tests.operations.with_workers``; says what happened as JSON.
The database is that of DATABASE_URL. The workers are those of ``manage.py worker``; only the making
of a workbook is slowed down, so that there is something to interrupt.
"""

import json
import signal
import subprocess
import sys
import time
import zipfile
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils.timezone import localdate, now  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from tests import factories  # noqa: E402
from tracker import background  # noqa: E402
from tracker.choices import JobState  # noqa: E402
from tracker.exporters import forms  # noqa: E402
from tracker.models import Inspection, Notification, Task, Worker  # noqa: E402
from tracker.operations import attempts, jobs  # noqa: E402

TASKS, AT_ONCE, PATIENCE = 120, 3, 60
PAUSE = 0.1
"""Seconds for each ten rows."""


def prepare():
    call_command("migrate", verbosity=0)
    factories.an_office()
    call_command("make_load", tasks=TASKS, reports=0, seed=1, verbosity=0, stdout=sys.stderr)


def begin(day=0):
    """The ledger of the whole list; of another day, so that it is another order."""
    office = factories.an_office()
    order = forms.Order(
        form="ledger",
        as_of=localdate() - timedelta(days=day),
        inspection=Inspection.objects.get().pk,
        user=office.pk,
        at=now(),
    )
    return background.begin(office, order, now())


def worker():
    """A worker, as a process of its own."""
    return subprocess.Popen([sys.executable, "-m", __spec__.name, "worker"], stdout=sys.stderr)


def work():
    """What that process does."""
    make = forms.make

    def make_slowly(order, file, told):
        def tell(done):
            told(done)
            time.sleep(PAUSE)

        make(order, file, tell)

    attempts.EVERY, forms.TOLD_EVERY, forms.make = 0.05, 10, make_slowly
    call_command("worker", "--no-startup-delay", "--verbosity=0", "--interval=0.1")


def wait(until):
    """Wait until something holds; says whether it came to hold."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.02)
    return False


def state(job):
    job.refresh_from_db()
    return job.state


def stop(process):
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=PATIENCE)


def on_disk():
    return sorted(path.name for path in jobs.folder().iterdir())


def told(job):
    job.refresh_from_db()
    path = jobs.folder() / job.file
    return {
        "state": job.state,
        "attempts": job.attempts,
        "notifications": Notification.objects.filter(key=f"export:{job.pk}").count(),
        "whole": bool(job.file) and zipfile.ZipFile(path).testzip() is None,
        "size_is_true": bool(job.file) and path.stat().st_size == job.size,
    }


def killed():
    """A worker is killed at work; the next one does it again."""
    job = begin()
    first = worker()
    was_running = wait(lambda: state(job) == JobState.RUNNING and job.done > 0)
    first.kill()
    first.wait()
    left = {"state": state(job), "done": job.done, "names": on_disk(), "file": job.file}
    second = worker()
    was_done = wait(lambda: state(job) == JobState.DONE)
    result = {"was_running": was_running, "left": left, "was_done": was_done, **told(job)}
    return result | {"exit": stop(second), "workers": Worker.objects.count()}


def ended():
    """A worker that is told twice to end puts its work back, and the next one does it."""
    job = begin(day=1)
    first = worker()
    wait(lambda: state(job) == JobState.RUNNING and job.done > 0)
    first.send_signal(signal.SIGTERM)
    first.send_signal(signal.SIGINT)
    first.wait(timeout=PATIENCE)
    left = {"state": state(job), "waiting": job.pk in background.Queue().waiting()}
    second = worker()
    wait(lambda: state(job) == JobState.DONE)
    stop(second)
    return {"left": left, **told(job)}


def cancelled():
    """A job is cancelled while a worker is at it; the worker goes on with the next one."""
    job, after = begin(day=2), begin(day=3)
    before = on_disk()
    process = worker()
    wait(lambda: state(job) == JobState.RUNNING and job.done > 0)
    jobs.cancel(actor=job.asked_by, job_id=job.pk, at=now())
    wait(lambda: state(after) == JobState.DONE)
    stop(process)
    job.refresh_from_db()
    new = set(on_disk()) - set(before)
    return {
        "state": state(job),
        "done": job.done,
        "total": job.total,
        "after": told(after),
        "new": sorted(new) == [after.file],
    }


def together():
    """Two workers share the work; nothing is made twice."""
    own = [begin(day=10 + number) for number in range(AT_ONCE)]
    workers = [worker(), worker()]
    wait(lambda: all(state(job) == JobState.DONE for job in own))
    hands = [set(row.worker_ids) for row in DBTaskResult.objects.order_by("-enqueued_at")[:AT_ONCE]]
    return {
        "jobs": [told(job) for job in own],
        "workers": len(set().union(*hands)),
        "exits": [stop(process) for process in workers],
    }


def rewritten():
    """Somebody writes while a workbook is made; neither minds."""
    job = begin(day=30)
    process = worker()
    wait(lambda: state(job) == JobState.RUNNING)
    writes, task = 0, Task.objects.order_by("pk").values_list("pk", flat=True).first()
    while state(job) == JobState.RUNNING:
        Task.objects.filter(pk=task).update(title=f"第{writes}次")
        writes += 1
    stop(process)
    return {"writes": writes, **told(job)}


if sys.argv[1:] == ["worker"]:
    work()
elif __name__ == "__main__":
    prepare()
    acts = (killed, ended, cancelled, together, rewritten)
    json.dump({act.__name__: act() for act in acts}, sys.stdout)
