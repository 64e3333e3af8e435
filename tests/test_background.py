"""The queue in the database, the worker on it, and what looks after both."""

import os
import time
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, router, transaction
from django.utils.timezone import now
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from tests.factories import DUE, make_task, make_user
from tracker import background
from tracker.choices import JobState
from tracker.exporters.forms import Order
from tracker.models import (
    ExportJob,
    Notification,
    NotificationChoice,
    StagedFile,
    WebhookDelivery,
    WebhookTarget,
    Worker,
)
from tracker.operations import jobs
from tracker.operations.bookmarks import end_of_record, leave_record_at


@pytest.fixture
def order(office, inspection):
    make_task(title="截污纳管")
    return Order(form="ledger", as_of=DUE, inspection=inspection.pk, user=office.pk, at=now())


@pytest.fixture
def work():
    """``work()``: a worker that does what is in the queue, and ends."""

    def act():
        worker = db_worker.Worker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="of-a-test",
            excluded_queue_names=[],
        )
        worker.run()

    return act


@pytest.fixture
def in_a_transaction(monkeypatch):
    """The connection of a test is kept, and no transaction inside its own made exclusive."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(db_worker, "exclusive_transaction", transaction.atomic)


def test_the_queue_stands_in_the_database_of_the_jobs():
    assert settings.TASKS["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend"
    assert router.db_for_write(DBTaskResult) == router.db_for_write(ExportJob) == "default"
    if connection.vendor == "sqlite":
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_what_is_taken_back_is_not_in_the_queue(order, office):
    with transaction.atomic():
        background.begin(office, order, now())
        assert DBTaskResult.objects.exists()
        transaction.set_rollback(True)

    assert not DBTaskResult.objects.exists()
    assert not ExportJob.objects.exists()


def test_the_queue_carries_the_number_of_the_job_and_nothing_else(order, office):
    job = background.begin(office, order, now())

    assert DBTaskResult.objects.get().args_kwargs == {"args": [], "kwargs": {"job": job.pk}}
    assert background.Queue().waiting() == {job.pk}


@pytest.mark.usefixtures("in_a_transaction")
def test_a_worker_makes_what_was_ordered(order, office, work):
    job = background.begin(office, order, now())

    work()

    job.refresh_from_db()
    assert job.state == JobState.DONE
    content = (jobs.folder() / job.file).read_bytes()
    assert len(content) == job.size
    cells = [
        str(value)
        for sheet in load_workbook(BytesIO(content))
        for row in sheet.values
        for value in row
    ]
    assert any("截污纳管" in cell for cell in cells)
    assert background.Queue().waiting() == set()
    assert Notification.objects.get(person=office).details["name"] == job.name


@pytest.mark.usefixtures("in_a_transaction")
def test_an_order_that_cannot_be_understood_any_more_fails_in_words(order, office, work):
    job = background.begin(office, order, now())
    ExportJob.objects.update(params=job.params | {"form": "no-such-form"})

    work()

    job.refresh_from_db()
    assert (job.state, job.fault) == (JobState.FAILED, "broken")


@pytest.mark.usefixtures("in_a_transaction")
def test_looking_after_forgets_old_entries_of_the_queue(order, office, work):
    background.begin(office, order, now())
    work()
    background.Queue().put(77)

    background.look_after("one")
    assert DBTaskResult.objects.count() == 2
    DBTaskResult.objects.update(started_at=now() - timedelta(days=2))
    background.look_after("one")

    assert DBTaskResult.objects.get().args_kwargs["kwargs"] == {"job": 77}
    assert Worker.objects.get().name == "one"


class Log:
    """What a ``Care`` does, without a database: a thread would not see the one of a test."""

    def __init__(self, monkeypatch, trouble=None):
        self.done, self.trouble = [], trouble
        monkeypatch.setattr(background, "look_after", self.look_after)
        monkeypatch.setattr(background.jobs, "leave", self.leave)
        monkeypatch.setattr(background.evidence_files, "sweep", lambda at: 0)

    def look_after(self, name):
        self.done.append(("looked after", name))
        if self.trouble:
            raise self.trouble

    def leave(self, name):
        self.done.append(("left", name))

    def wait_for(self, count):
        for _moment in range(500):
            if len(self.done) >= count:
                return
            time.sleep(0.01)
        pytest.fail(f"only {self.done}")


def test_care_begins_with_the_worker_and_ends_with_it(monkeypatch, settings):
    settings.JOBS_SILENT_FOR = timedelta(seconds=0.03)
    log = Log(monkeypatch)

    with background.Care("one"):
        log.wait_for(3)

    assert log.done[-1] == ("left", "one")
    assert log.done[:-1] == [("looked after", "one")] * (len(log.done) - 1)


def test_care_outlives_a_database_that_is_away(db, monkeypatch, settings, caplog):
    settings.JOBS_SILENT_FOR = timedelta(seconds=0.03)
    log = Log(monkeypatch, OperationalError("away"))

    with background.Care("one"):
        log.wait_for(3)

    assert log.done[-1] == ("left", "one")
    assert "could not look after" in caplog.text


@pytest.mark.usefixtures("in_a_transaction")
def test_the_command_works_through_the_queue_and_cares_for_it(order, office, monkeypatch):
    log = Log(monkeypatch)
    monkeypatch.setattr(background.Errands, "_run", lambda self: None)
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda self: None)
    job = background.begin(office, order, now())

    call_command("worker", "--batch", "--no-startup-delay", "--verbosity=0", "--worker-id=one")

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert log.done == [("looked after", "one"), ("left", "one")]


def test_care_sweeps_what_crashed_uploads_left_once_an_hour(db, settings, monkeypatch):
    month = settings.MEDIA_ROOT / "2022" / "06"
    month.mkdir(parents=True)
    monkeypatch.setattr(background, "look_after", lambda name: None)
    care = background.Care("one")

    def leave_behind():
        (month / "orphan").write_bytes(b"x")
        os.utime(month / "orphan", (0, 0))
        care._look_after()
        return (month / "orphan").exists()

    assert not leave_behind()
    assert leave_behind()
    care.sweeps_next = now()
    assert not leave_behind()


def wait_for(held):
    """Wait until ``held()``; a thread is at it."""
    for _moment in range(500):
        if held():
            return
        time.sleep(0.01)
    pytest.fail("It did not come to hold.")


def test_errands_are_run_again_and_again_and_end_with_the_worker(monkeypatch):
    monkeypatch.setattr(background, "ERRANDS_EVERY", timedelta(seconds=0.01))
    done = []

    with background.Errands(lambda: done.append(1)):
        wait_for(lambda: len(done) >= 3)

    count = len(done)
    time.sleep(0.05)
    assert len(done) == count


def test_errands_outlive_whatever_goes_wrong(db, monkeypatch, caplog):
    monkeypatch.setattr(background, "ERRANDS_EVERY", timedelta(seconds=0.01))
    done = []

    def fail():
        done.append(1)
        raise OperationalError("away")

    with background.Errands(fail):
        wait_for(lambda: len(done) >= 3)

    assert "could not be told" in caplog.text


def test_an_errand_tells_reminds_mails_and_sends(editor, monkeypatch, settings):
    settings.DIGEST_AT = datetime.min.time()
    type(editor).objects.update(email="editor@example.cn")
    leave_record_at(end_of_record())
    yesterday = now() - timedelta(days=1)
    make_task(title="截污纳管", on=yesterday.date() - timedelta(days=1), at=yesterday)
    WebhookTarget.objects.create(
        name="群", format="wecom", url="https://127.0.0.1/", kinds=["issued"], is_daily=False
    )

    assert background.tell_news() == {
        "told": 1,
        "reminded": 0,
        "groups": 0,
        "mailed": 1,
        "sent": 0,
        "tidied": 0,
    }
    assert "截污纳管" in mail.outbox[0].body
    assert WebhookDelivery.objects.get().attempts == 1
    assert background.tell_news()["told"] == 0


def test_mails_wait_for_their_hour(db, settings, monkeypatch):
    settings.DIGEST_AT = datetime.max.time().replace(microsecond=0)
    monkeypatch.setattr(background.daily_mails, "send_due", None)
    assert set(background.tell_news()) == {"told", "reminded", "sent", "tidied"}


def test_the_command_says_what_it_did(db, settings, capsys):
    settings.DIGEST_AT = datetime.min.time()
    call_command("tell")
    assert "0 daily mails sent" in capsys.readouterr().out


def test_a_step_that_fails_keeps_no_other_from_being_done(db, settings, monkeypatch, capsys):
    settings.DIGEST_AT = datetime.min.time()

    def fail(**_arguments):
        raise OperationalError("away")

    monkeypatch.setattr(background.telling, "tell_of_record", fail)
    with pytest.raises(CommandError, match="notifications of what was entered"):
        call_command("tell")
    assert "0 messages to groups sent" in capsys.readouterr().out


def test_without_a_service_the_command_sends_all_and_removes_what_expired(editor, settings):
    settings.DIGEST_AT = datetime.min.time()
    staged_at = now() - timedelta(days=2)
    row = StagedFile.objects.create(
        owner=editor, name="a.pdf", content_type="application/pdf", size=1, staged_at=staged_at
    )
    people = [
        make_user(username=f"p{number}", email=f"p{number}@example.cn")
        for number in range(background.daily_mails.AT_A_TIME + 1)
    ]
    for person in people:
        Notification.objects.create(
            person=person,
            kind="closed",
            key="1",
            details={"task": "1", "unit": "2"},
            url="/",
            created_at=now() - timedelta(days=1),
        )
    NotificationChoice.objects.bulk_create(
        NotificationChoice(person=person, kind="closed", way="mail") for person in people
    )

    call_command("tell")

    assert len(mail.outbox) == len(people)
    assert not StagedFile.objects.filter(pk=row.pk).exists()
