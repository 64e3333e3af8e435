"""Workbooks made in the background: asked for, made, cancelled, found again, thrown away.

The queue carries only the number of a job; the job itself is the truth. It is claimed by a
conditional update, so an entry that is in the queue twice does no harm, and one that was lost is
put in again. Whatever cannot be finished is told to the person who waits for it.
"""

import errno
import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import ExportFault, JobState, NotificationKind
from tracker.models import ExportJob, User, Worker
from tracker.models.jobs import UNFINISHED
from tracker.operations import kept_files, notifications
from tracker.operations.attempts import Attempt, Clock, Progress, Stopped, renew_connection

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
ATTEMPTS = 3
"""How often a job is begun before it is given up."""

AT_ONCE = 5
"""How many unfinished exports one person may have."""

Maker = Callable[[Mapping[str, Any], IO[bytes], Progress], None]
"""Writes the workbook of an order to a file, and tells its progress."""


class Queue(Protocol):
    """Where the numbers of jobs wait for a process that is free."""

    def put(self, job_id: int) -> None:
        """Add a number; goes back with the transaction."""

    def waiting(self) -> set[int]:
        """The numbers that nobody has taken yet."""


def folder() -> Path:
    return Path(settings.EXPORTS_ROOT)


def start(
    *,
    actor: User,
    params: Mapping[str, Any],
    name: str,
    total: int,
    at: datetime,
    queue: Queue,
) -> ExportJob:
    """Have a workbook made; the job that is under way, if the same one was asked for already."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        person.today = actor.today
        access.require(access.may_order(person) and params["user"] == person.pk)
        own = ExportJob.objects.unfinished().filter(asked_by=person)
        digest = _digest(params)
        if same := own.filter(digest=digest).first():
            return same
        if own.count() >= AT_ONCE:
            raise ValidationError(
                _("%(count)s exports are under way already. Wait for one, or cancel it."),
                code="many",
                params={"count": AT_ONCE},
            )
        job = ExportJob.objects.create(
            asked_by=person,
            asked_at=at,
            queued_at=at,
            name=name[:200],
            params=dict(params),
            digest=digest,
            total=total,
        )
        queue.put(job.pk)
    return job


def _digest(params: Mapping[str, Any]) -> str:
    """Stands for an order, whenever it is placed."""
    lasting = {key: value for key, value in params.items() if key != "at"}
    text = json.dumps(lasting, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def cancel(*, actor: User, job_id: int, at: datetime) -> None:
    """Make a job stop; whoever works on it notices within moments."""
    own = ExportJob.objects.unfinished().filter(pk=job_id, asked_by=actor)
    if not own.update(state=JobState.CANCELLED, finished_at=at):
        raise ValidationError(
            _("This export is finished already. Nothing was cancelled."), code="finished"
        )


def run(*, job_id: int, make: Maker, clock: Clock, queue: Queue, apart: bool) -> None:
    """Make the workbook of a job, unless somebody else does or nobody wants it any more.

    ``apart`` gives the work a thread and connection of its own, as outside a transaction it must.
    """
    attempt = _claim(job_id, clock, apart=apart)
    if attempt is None:
        return
    job = attempt.job
    path = folder() / kept_files.random_name(Path(job.name).suffix)
    try:
        _remember_reach(attempt)
        with kept_files.written_whole(path) as file:
            attempt.carry_out(lambda told: make(job.params, file, told))
    except Stopped:
        log.info("Export %s was stopped.", job.pk)
    except (PermissionDenied, ObjectDoesNotExist):
        _fail(attempt, ExportFault.REFUSED)
    except ValidationError as refusal:
        _fail(attempt, ExportFault.IMPOSSIBLE, " ".join(refusal.messages))
    except (InterfaceError, OperationalError):
        log.exception("Export %s lost the database.", job.pk)
        renew_connection()
        _give_back(attempt, queue)
    except OSError as trouble:
        log.exception("Export %s could not be written.", job.pk)
        is_full = trouble.errno in (errno.ENOSPC, errno.EDQUOT)
        _fail(attempt, ExportFault.NO_ROOM if is_full else ExportFault.BROKEN)
    except Exception:
        log.exception("Export %s failed.", job.pk)
        _fail(attempt, ExportFault.BROKEN)
    except BaseException:
        _give_back(attempt, queue)
        raise
    else:
        _finish(attempt, path)


def _claim(job_id: int, clock: Clock, *, apart: bool) -> Attempt | None:
    job = ExportJob.objects.select_related("asked_by").filter(pk=job_id).first()
    if job is None:
        return None
    at = clock()
    mine = ExportJob.objects.filter(pk=job_id, state=JobState.QUEUED, attempts=job.attempts)
    job.attempts += 1
    begun = {"state": JobState.RUNNING, "attempts": job.attempts, "done": 0}
    if not mine.update(**begun, started_at=at, heartbeat=at):
        return None
    return Attempt(job, clock, apart=apart)


def _remember_reach(attempt: Attempt) -> None:
    """Keep what the person sees as the work begins; an account without a role sees nothing."""
    person = attempt.job.asked_by
    person.today = make_naive(attempt.job.asked_at).date()
    access.require(access.may_order(person) and attempt.job.params["user"] == person.pk)
    attempt.held.update(reach=access.reach_of(person))


def _finish(attempt: Attempt, path: Path) -> None:
    job, at = attempt.job, attempt.clock()
    until = at + KEPT_FOR
    with transaction.atomic():
        is_wanted = attempt.held.update(
            state=JobState.DONE,
            done=job.total,
            finished_at=at,
            kept_until=until,
            file=path.name,
            size=path.stat().st_size,
        )
        if is_wanted:
            _tell(job, NotificationKind.EXPORT_DONE, at, until=f"{make_naive(until):%Y-%m-%d}")
    if not is_wanted:
        path.unlink()


@transaction.atomic
def _fail(attempt: Attempt, fault: ExportFault, remark: str = "") -> None:
    at = attempt.clock()
    failed = {"state": JobState.FAILED, "fault": fault, "remark": remark[:500]}
    if attempt.held.update(**failed, finished_at=at):
        _tell(attempt.job, NotificationKind.EXPORT_FAILED, at)


@transaction.atomic
def _give_back(attempt: Attempt, queue: Queue) -> None:
    """Let it be begun again, by this process or another; not for ever."""
    if attempt.job.attempts >= ATTEMPTS:
        _fail(attempt, ExportFault.INTERRUPTED)
    elif attempt.held.update(state=JobState.QUEUED, queued_at=attempt.clock()):
        queue.put(attempt.job.pk)


def _tell(job: ExportJob, kind: NotificationKind, at: datetime, **details: str) -> None:
    notifications.tell(
        job.asked_by,
        kind,
        key=f"export:{job.pk}",
        details={"name": job.name, **details},
        url=job.get_absolute_url(),
        at=at,
    )


def recover(*, at: datetime, queue: Queue) -> int:
    """Put back what nobody works on any more; how many jobs it were.

    A job whose process died is begun again, and given up after some attempts. A number that got
    lost on its way out of the queue is put in again.
    """
    silent_since = at - settings.JOBS_SILENT_FOR
    running = ExportJob.objects.select_related("asked_by").filter(state=JobState.RUNNING)
    found = 0
    for job in running.filter(heartbeat__lt=silent_since):
        _give_back(Attempt(job, lambda: at, apart=False), queue)
        found += 1
    queued = ExportJob.objects.filter(state=JobState.QUEUED, queued_at__lt=silent_since)
    for job in queued.exclude(pk__in=queue.waiting()):
        with transaction.atomic():
            same = ExportJob.objects.filter(
                pk=job.pk, state=JobState.QUEUED, queued_at=job.queued_at
            )
            if same.update(queued_at=at):
                queue.put(job.pk)
                found += 1
    return found


def expire(*, at: datetime) -> int:
    """Throw away files that were kept long enough, and what crashes left; how many there were."""
    past = ExportJob.objects.filter(state=JobState.DONE, kept_until__lte=at)
    found = 0
    for job in past:
        past.filter(pk=job.pk).update(state=JobState.EXPIRED, file="")
        (folder() / job.file).unlink(missing_ok=True)
        found += 1
    kept = ExportJob.objects.exclude(file="").values_list("file", flat=True)
    return found + kept_files.remove_orphans(folder(), set(kept), at=at)


def show_life(*, name: str, at: datetime) -> None:
    """Say that a background process is at work; those long silent are forgotten."""
    Worker.objects.update_or_create(
        name=name, defaults={"seen_at": at}, create_defaults={"seen_at": at, "started_at": at}
    )
    Worker.objects.filter(seen_at__lt=at - KEPT_FOR).delete()


def leave(*, name: str) -> None:
    """Say that a background process ends."""
    Worker.objects.filter(name=name).delete()


def is_served(*, at: datetime) -> bool:
    """Whether some background process shows life."""
    return Worker.objects.filter(seen_at__gte=at - settings.JOBS_SILENT_FOR).exists()


def place_in_line(job: ExportJob) -> int:
    """How many unfinished jobs there are before this one."""
    return ExportJob.objects.filter(state__in=UNFINISHED, queued_at__lt=job.queued_at).count()
