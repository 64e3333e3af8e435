"""Races about deadlines, look-backs and versions, on a database of their own.

Run by ``test_races_of_deadlines`` as ``python -m tests.operations.race_deadlines``, as ``race`` is.
"""

import json
import sys
from collections import Counter
from datetime import timedelta

from tests.operations.race import FORK, WORKERS, work  # isort: skip - sets Django up

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connections
from django.utils.timezone import localdate, now

from tests import factories
from tracker.models import Assignment, Event, ExtensionRequest, LookBack, Task, User
from tracker.operations import amendments, extensions, lookbacks, progress, tasks
from tracker.operations.integrity import Check
from tracker.operations.record import Stale

TRIES = 1000
"""Versioned corrections by all workers together, on ``EDITED`` tasks."""
EDITED = 4


def soon(days):
    return localdate() + timedelta(days=days)


def prepare():
    """Tasks numbered in the order in which ``RACES`` takes them up."""
    call_command("migrate", verbosity=0)
    factories.an_office()
    asker = factories.make_user("unit_head", factories.county())
    for _number in range(EDITED + 1):
        factories.make_task(on=soon(-100), due_on=soon(30))
    for _number in range(2):
        task = factories.make_task(on=soon(-100), due_on=soon(30))
        factories.make_extension_request(task, asker, localdate(), at=now())
    factories.make_task(on=soon(-100), due_on=soon(30))
    for _number in range(2):
        factories.make_closed(on=soon(-10), completed_on=soon(-20))


def said():
    office = User.objects.get(memberships__role="office")
    return {"actor": office, "on": localdate(), "at": now()}


def told(step, **values):
    """Take a step; in one word, what became of it."""
    try:
        step(**values, **said())
    except Stale as refusal:
        return "stale" if refusal.since else "stale without a name"
    except ValidationError:
        return "refused"
    return "accepted"


def edit(worker, _number):
    """Read a task, correct its title, over and over; the slower of two is told."""
    for number in range(TRIES // WORKERS):
        task = Task.objects.get(number=(worker + number) % EDITED + 1)
        yield told(
            tasks.correct_task,
            task_id=task.pk,
            version=task.version,
            changes={"title": f"第{worker}人第{number}次"},
            note="",
        )


def report_and_extend(worker, number):
    """The unit reports while the office extends."""
    part = Assignment.objects.get(task__number=number)
    for count in range(5):
        if worker % 2:
            yield told(
                progress.submit_report,
                assignment_id=part.pk,
                version=None,
                values={"text": "进展", "percent": 10 * worker + count, "fall_reason": "核算"},
            )
        else:
            day = soon(31 + worker * 10 + count)
            yield told(
                amendments.extend_deadline,
                task_id=part.task_id,
                version=None,
                new_text=day.isoformat(),
                new_due_on=day,
                reason="统一调整",
                document_no="",
            )


def approve(_worker, number):
    """Everybody approves one request, having seen the same."""
    request = ExtensionRequest.objects.get(task__number=number)
    yield told(extensions.approve_extension, request_id=request.pk, version=1)


def approve_or_refuse(worker, number):
    request = ExtensionRequest.objects.get(task__number=number)
    if worker % 2:
        yield told(extensions.approve_extension, request_id=request.pk, version=None)
    else:
        yield told(
            extensions.refuse_extension, request_id=request.pk, version=None, reason="请先赶工。"
        )


def ask(worker, number):
    """Everybody asks for a later deadline of one task."""
    part = Assignment.objects.get(task__number=number)
    yield told(
        extensions.ask_for_extension,
        assignment_id=part.pk,
        version=None,
        new_due_on=soon(60 + worker),
        situation="管网已铺设八成，国道段尚未开工。",
        reason="穿越国道的施工许可没有批复。",
        measures="增开两个作业面，每周调度进度。",
    )


def _look(part, result="stable"):
    return told(
        lookbacks.record_lookback,
        assignment_id=part.pk,
        version=part.version,
        method="file",
        checkers="许文澜",
        result=result,
        finding="台账与现场一致，未见反弹迹象。",
    )


def look_back(_worker, number):
    """Everybody records a look-back of one part, having seen the same."""
    yield _look(Assignment.objects.get(task__number=number))


def look_back_or_reopen(worker, number):
    """Half record a look-back, half take the part up again; nobody has seen the other."""
    part = Assignment.objects.get(task__number=number)
    if worker % 2:
        yield _look(part)
    else:
        yield told(
            progress.reopen_assignment,
            assignment_id=part.pk,
            version=part.version,
            percent=80,
            reason="群众反映反弹",
        )


def race(act, number):
    before = Event.objects.count()
    versions = sum(Task.objects.values_list("version", flat=True))
    connections.close_all()
    barrier, found = FORK.Barrier(WORKERS), FORK.Queue()
    workers = [
        FORK.Process(target=work, args=(act, each, number, barrier, found))
        for each in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    count = sum((found.get(timeout=240) for _ in workers), Counter())
    for worker in workers:
        worker.join()
    task = Task.objects.get(number=number)
    return {
        "count": count,
        "events": Event.objects.count() - before,
        "versions": sum(Task.objects.values_list("version", flat=True)) - versions,
        "changes": task.deadline_changes.count(),
        "requests": list(task.extension_requests.values_list("state", flat=True)),
        "lookbacks": LookBack.objects.filter(assignment__task=task).count(),
        "status": task.status,
    }


RACES = (
    (edit, 1),
    (report_and_extend, EDITED + 1),
    (approve, EDITED + 2),
    (approve_or_refuse, EDITED + 3),
    (ask, EDITED + 4),
    (look_back, EDITED + 5),
    (look_back_or_reopen, EDITED + 6),
)


if __name__ == "__main__":
    prepare()
    results = {act.__name__: race(act, number) for act, number in RACES}
    results["faults"] = [str(fault) for fault in Check().faults()]
    json.dump(results, sys.stdout)
