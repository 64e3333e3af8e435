"""Workbooks made in the background: made once, stopped when asked, found again, kept a week."""

import errno
import os
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, transaction

from tests.factories import Line, make_export, write_greeting
from tracker.choices import ExportFault, JobState, NotificationKind
from tracker.models import ExportJob, Notification, Worker
from tracker.operations import jobs, notifications

AT = datetime(2023, 11, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def ask(office, line):
    """``ask(…)``: an export the office asks for."""

    def start(actor=office, at=AT, name="整改台账.xlsx", **params):
        params = {"user": actor.pk, "form": "ledger", "at": at.isoformat()} | params
        return jobs.start(actor=actor, params=params, name=name, total=6000, at=at, queue=line)

    return start


@pytest.fixture
def run(line):
    """``run(job, make)``: what a worker does about it."""

    def act(job, make=write_greeting, at=AT):
        jobs.run(job_id=job.pk, make=make, clock=lambda: at, queue=line, apart=False)
        job.refresh_from_db()
        return job

    return act


def on_disk():
    return sorted(path.name for path in jobs.folder().iterdir()) if jobs.folder().is_dir() else []


def test_a_workbook_is_made_kept_and_announced(ask, run, office):
    job = run(ask())

    assert (job.state, job.done, job.attempts) == (JobState.DONE, 6000, 1)
    assert (jobs.folder() / job.file).read_bytes() == "江海市".encode()
    assert job.size == 9
    assert job.file.endswith(".xlsx")
    assert job.kept_until == AT + timedelta(days=7)
    told = Notification.objects.get()
    assert (told.person, told.kind) == (office, NotificationKind.EXPORT_DONE)
    assert told.text == "整改台账.xlsx is ready. It is kept until 2023-11-08."
    assert told.url == job.get_absolute_url()


def test_the_file_is_for_its_owner_and_group_alone(ask, run):
    job = run(ask())

    assert (jobs.folder() / job.file).stat().st_mode & 0o777 == 0o640


def test_a_number_that_comes_twice_is_worked_on_once(ask, run):
    job = ask()
    made = []

    def make(params, file, told):
        made.append(params)
        write_greeting(params, file, told)

    run(job, make)
    run(job, make)

    assert len(made) == 1
    assert job.attempts == 1
    assert len(on_disk()) == 1
    assert Notification.objects.count() == 1


def test_while_one_makes_it_nobody_else_can_claim_it(ask, run, line):
    job = ask()
    inner = []

    def make(params, file, told):
        jobs.run(
            job_id=job.pk,
            make=lambda *args: inner.append(args),
            clock=lambda: AT,
            queue=line,
            apart=False,
        )
        write_greeting(params, file, told)

    assert run(job, make).state == JobState.DONE
    assert inner == []


def test_of_two_that_saw_it_waiting_one_gets_it(ask, monkeypatch):
    job = ask()
    seen = ExportJob.objects.select_related("asked_by").filter(pk=job.pk)
    stale = seen.get()
    ExportJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=1)
    monkeypatch.setattr(type(seen), "first", lambda self: stale)

    assert jobs._claim(job.pk, lambda: AT, apart=False) is None


def test_a_job_that_is_not_there_is_no_work(line, db):
    jobs.run(job_id=9, make=None, clock=lambda: AT, queue=line, apart=False)

    assert on_disk() == []


def test_progress_is_seen_while_it_is_made(ask, run):
    seen = []

    def make(_params, _file, told):
        for done in (100, 3000, 6000):
            told(done)
            row = ExportJob.objects.get()
            seen.append((row.state, row.done, row.percent))

    run(ask(), make)

    assert seen == [("running", 100, 1), ("running", 3000, 50), ("running", 6000, 99)]


def test_the_same_order_is_not_made_twice_at_once(ask, line, run):
    first, second = ask(), ask(at=LATER)

    assert second == first
    assert line.numbers == [first.pk]
    run(first)
    assert ask() != first


def test_the_database_itself_refuses_the_same_order_twice(ask):
    job = ask()
    twin = ExportJob(asked_by=job.asked_by, asked_at=AT, queued_at=AT, name="x", params={}, total=1)
    twin.digest = job.digest

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_one_person_has_few_exports_under_way(ask, leader):
    for number in range(jobs.AT_ONCE):
        ask(number=number)

    with pytest.raises(ValidationError, match="5 exports are under way"):
        ask(number=99)
    assert ask(actor=leader).asked_by == leader


def test_without_a_role_nothing_is_made(ask, stranger):
    with pytest.raises(PermissionDenied):
        ask(actor=stranger)


def test_nobody_orders_what_somebody_else_sees(ask, office, editor):
    with pytest.raises(PermissionDenied):
        ask(actor=editor, user=office.pk)
    assert not ExportJob.objects.exists()


def test_a_job_is_cancelled_before_it_begins(ask, run, office):
    job = ask()

    jobs.cancel(actor=office, job_id=job.pk, at=LATER)
    run(job)

    assert (job.state, job.attempts, job.finished_at) == (JobState.CANCELLED, 0, LATER)
    assert on_disk() == []


def test_a_job_is_cancelled_midway_and_leaves_nothing(ask, run, office):
    told_after = []

    def make(_params, file, told):
        file.write(b"half")
        told(100)
        jobs.cancel(actor=office, job_id=ExportJob.objects.get().pk, at=LATER)
        told(200)
        told_after.append("went on")

    job = run(ask(), make)

    assert (job.state, job.done, job.file) == (JobState.CANCELLED, 100, "")
    assert told_after == []
    assert on_disk() == []
    assert not Notification.objects.exists()


def test_a_job_that_is_cancelled_at_the_last_moment_leaves_nothing(ask, run, office):
    def make(_params, file, _told):
        file.write(b"all")
        jobs.cancel(actor=office, job_id=ExportJob.objects.get().pk, at=LATER)

    job = run(ask(), make)

    assert job.state == JobState.CANCELLED
    assert on_disk() == []
    assert not Notification.objects.exists()


def test_what_is_finished_or_another_s_cannot_be_cancelled(ask, run, office, leader):
    job = ask()
    with pytest.raises(ValidationError, match="finished already"):
        jobs.cancel(actor=leader, job_id=job.pk, at=LATER)
    run(job)
    with pytest.raises(ValidationError, match="finished already"):
        jobs.cancel(actor=office, job_id=job.pk, at=LATER)

    job.refresh_from_db()
    assert job.state == JobState.DONE


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (OSError(errno.ENOSPC, "full"), ExportFault.NO_ROOM),
        (OSError(errno.EACCES, "denied"), ExportFault.BROKEN),
        (ValueError("a mistake"), ExportFault.BROKEN),
        (ValidationError("at most 200 forms"), ExportFault.IMPOSSIBLE),
        (PermissionDenied(), ExportFault.REFUSED),
        (ObjectDoesNotExist(), ExportFault.REFUSED),
    ],
)
def test_what_fails_is_said_and_leaves_nothing(ask, run, office, trouble, fault):
    def make(_params, file, _told):
        file.write(b"half")
        raise trouble

    job = run(ask(), make)

    assert (job.state, job.fault, job.finished_at) == (JobState.FAILED, fault, AT)
    assert on_disk() == []
    assert Notification.objects.get(person=office).kind == NotificationKind.EXPORT_FAILED


@pytest.mark.parametrize("trouble", [ValueError("a mistake"), OperationalError("away")])
def test_what_was_cancelled_does_not_fail_any_more(ask, run, office, line, trouble):
    def make(_params, _file, _told):
        jobs.cancel(actor=office, job_id=ExportJob.objects.get().pk, at=LATER)
        raise trouble

    job = run(ask(), make)

    assert (job.state, job.fault) == (JobState.CANCELLED, "")
    assert line.numbers == [job.pk]
    assert not Notification.objects.exists()


def test_what_cannot_be_made_is_said_in_the_words_of_the_form(ask, run):
    def make(_params, _file, _told):
        raise ValidationError("At most 200 forms.")

    assert run(ask(), make).remark == "At most 200 forms."


def test_who_has_lost_the_account_gets_nothing(ask, run, office):
    job = ask()
    office.is_active = False
    office.save()

    run(job, lambda *_args: pytest.fail("made for somebody who has left"))

    assert (job.state, job.fault) == (JobState.FAILED, ExportFault.REFUSED)


def test_what_the_person_sees_when_it_is_made_is_remembered(ask, run, editor, county, town):
    job = run(ask(actor=editor))

    assert job.reach == {
        "contacts": sorted([county.pk, town.pk]),
        "drafts": False,
        "everything": False,
        "oversees": [],
        "personal": [],
        "reads": sorted([county.pk, town.pk]),
        "sectors": [],
    }


def test_a_database_that_was_away_is_waited_for(ask, run, line):
    def make(_params, _file, _told):
        raise OperationalError("the server went away")

    job = run(ask(), make)

    assert job.state == JobState.QUEUED
    assert line.numbers == [job.pk, job.pk]
    assert run(job).state == JobState.DONE


def test_a_process_that_must_end_gives_its_job_back(ask, run, line):
    def make(_params, file, _told):
        file.write(b"half")
        raise SystemExit

    job = ask()
    with pytest.raises(SystemExit):
        run(job, make)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert line.numbers == [job.pk, job.pk]
    assert on_disk() == []


def lose(job, attempts=1, at=AT):
    """The job as a process leaves it that was killed."""
    ExportJob.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=attempts, heartbeat=at, started_at=at, done=700
    )


def test_a_job_whose_process_died_is_made_by_another(ask, run, line):
    job = ask()
    lose(job)

    assert jobs.recover(at=LATER, queue=line) == 1
    job.refresh_from_db()
    assert (job.state, job.queued_at) == (JobState.QUEUED, LATER)
    assert line.numbers == [job.pk, job.pk]
    run(job, at=LATER)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_that_is_at_work_is_left_alone(ask, line):
    job = ask()
    lose(job, at=LATER - timedelta(seconds=50))

    assert jobs.recover(at=LATER, queue=line) == 0
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_job_that_is_interrupted_again_and_again_is_given_up(ask, line, office):
    job = ask()
    lose(job, attempts=jobs.ATTEMPTS)

    jobs.recover(at=LATER, queue=line)

    job.refresh_from_db()
    assert (job.state, job.fault) == (JobState.FAILED, ExportFault.INTERRUPTED)
    assert line.numbers == [job.pk]
    assert Notification.objects.get(person=office).kind == NotificationKind.EXPORT_FAILED


def test_who_was_thought_dead_stops_when_it_wakes(ask, run, line):
    job = ask()

    def sleeper(_params, file, told):
        told(100)
        lose(job)
        jobs.recover(at=LATER, queue=line)
        run(job, at=LATER)
        file.write(b"stale")
        told(200)

    run(job, sleeper)

    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert (jobs.folder() / job.file).read_bytes() == "江海市".encode()
    assert on_disk() == [job.file]
    assert Notification.objects.count() == 1


def test_a_number_lost_on_its_way_is_put_back_once(ask, line):
    job = ask()
    line.numbers.clear()

    assert jobs.recover(at=AT + timedelta(seconds=30), queue=line) == 0
    assert jobs.recover(at=LATER, queue=line) == 1
    assert jobs.recover(at=LATER, queue=line) == 0
    assert line.numbers == [job.pk]


def test_two_who_look_after_it_put_it_back_once(ask):
    first, second = ask(number=1), ask(number=2)

    class Slow(Line):
        """While the first is put back, somebody else puts back the second."""

        def put(self, job_id):
            super().put(job_id)
            ExportJob.objects.filter(pk=second.pk).update(queued_at=LATER)

    line = Slow()
    assert jobs.recover(at=LATER, queue=line) == 1
    assert line.numbers == [first.pk]


def test_what_still_waits_in_the_queue_is_not_put_there_twice(ask, line):
    job = ask()

    assert jobs.recover(at=LATER, queue=line) == 0
    assert line.numbers == [job.pk]


def test_after_seven_days_the_file_is_gone(ask, run):
    job = run(ask())

    assert jobs.expire(at=AT + timedelta(days=7) - timedelta(seconds=1)) == 0
    assert job.is_kept(AT + timedelta(days=7) - timedelta(seconds=1))
    assert not job.is_kept(AT + timedelta(days=7))
    assert jobs.expire(at=AT + timedelta(days=7)) == 1

    job.refresh_from_db()
    assert (job.state, job.file) == (JobState.EXPIRED, "")
    assert on_disk() == []
    assert jobs.expire(at=AT + timedelta(days=8)) == 0


def test_what_a_crash_left_is_swept_after_a_day(ask, run):
    job = run(ask())
    now = datetime.fromtimestamp((jobs.folder() / job.file).stat().st_mtime, tz=UTC)
    ExportJob.objects.update(kept_until=now + timedelta(days=7))
    for name, age in (("fresh.xlsx.part", 0), ("old.xlsx.part", 2), ("unknown.xlsx", 2)):
        (jobs.folder() / name).write_bytes(b"half")
        stamp = (now - timedelta(days=age)).timestamp()
        os.utime(jobs.folder() / name, (stamp, stamp))

    assert jobs.expire(at=now) == 2
    assert on_disk() == sorted([job.file, "fresh.xlsx.part"])


def test_a_process_shows_life_until_it_leaves_or_falls_silent(db):
    assert not jobs.is_served(at=AT)
    jobs.show_life(name="one", at=AT)
    jobs.show_life(name="one", at=AT + timedelta(seconds=20))

    assert Worker.objects.get().started_at == AT
    assert jobs.is_served(at=AT + timedelta(seconds=80))
    assert not jobs.is_served(at=LATER)
    jobs.show_life(name="two", at=LATER)
    assert jobs.is_served(at=LATER)
    jobs.leave(name="two")
    assert not jobs.is_served(at=LATER)
    jobs.show_life(name="three", at=AT + timedelta(days=30))
    assert [worker.name for worker in Worker.objects.all()] == ["three"]


def test_the_line_is_told_in_front_of_whom(ask):
    first, second = ask(number=1), ask(number=2, at=LATER)

    assert [jobs.place_in_line(job) for job in (first, second)] == [0, 1]


def test_nothing_is_told_twice(office, leader):
    for person in (office, office, leader):
        notifications.tell(
            person,
            NotificationKind.EXPORT_DONE,
            key="export:1",
            details={"name": "台账.xlsx", "until": "2023-11-08"},
            url="/exports/1/",
            at=AT,
        )

    assert Notification.objects.filter(person=office).count() == 1
    assert Notification.objects.filter(person=leader).count() == 1


def test_what_was_read_is_one_s_own(office, leader):
    ours, theirs = (make_export(person).asked_by.notifications.get() for person in (office, leader))

    assert notifications.read(actor=office, first=0, last=theirs.pk, at=LATER) == 1
    assert notifications.read(actor=office, first=0, last=theirs.pk, at=LATER) == 0

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.read_at, theirs.read_at) == (LATER, None)
