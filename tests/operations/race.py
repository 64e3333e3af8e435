"""Many people at once, each a process of their own, on a database of their own.

Run by ``test_concurrency`` as ``python -m tests.operations.race``; says what happened in each race
as JSON. The database is that of DATABASE_URL.
"""

import json
import multiprocessing
import sys
from collections import Counter
from datetime import timedelta

import django

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.timezone import localdate, now  # noqa: E402

from tests import factories  # noqa: E402
from tests.operations import race_reports  # noqa: E402
from tracker.models import (  # noqa: E402
    Assignment,
    Closure,
    DispatchRound,
    Event,
    ImportRow,
    Inspection,
    Issue,
    Task,
    Unit,
    User,
)
from tracker.operations import (  # noqa: E402
    annulment,
    closures,
    import_rows,
    inspections,
    progress,
    tasks,
    units,
)
from tracker.operations.integrity import Check  # noqa: E402
from tracker.operations.record import Stale  # noqa: E402

WORKERS, EDITS = 8, 25
FORK = multiprocessing.get_context("fork")


def prepare():
    call_command("migrate", verbosity=0)
    factories.an_office()
    for _ in range(WORKERS // 2):
        factories.make_task(on=localdate() - timedelta(days=30), due_on=None)
    factories.make_round(on=localdate().replace(day=1))
    for code, name in (("east", "东岸新区"), ("west", "西岸新区")):
        factories.unit_of_code(code, name, factories.city())


def said():
    return {"actor": User.objects.get(memberships__role="office"), "on": localdate(), "at": now()}


def edit(worker, task):
    """Read the task, change its title, twenty-five times; the slower of two is refused."""
    for number in range(EDITS):
        version = Task.objects.get(pk=task).version
        try:
            tasks.correct_task(
                task_id=task,
                version=version,
                changes={"title": f"第{worker}人第{number}次"},
                note="",
                **said(),
            )
        except Stale as refusal:
            yield "stale" if refusal.since else "stale without a name"
        else:
            yield "accepted"


def together(worker, _task):
    """The office judges all parts at once, and enters a list, while the units report."""
    if worker == 0:
        yield from judge_all()
    elif worker == 1:
        yield from import_lists()
    else:
        parts = list(Assignment.objects.order_by("-pk").filter(task__number__lt=100))
        for number in range(EDITS):
            progress.submit_report(
                assignment_id=parts[(worker + number) % len(parts)].pk,
                version=None,
                values={"text": "进展", "percent": number, "fall_reason": "重新核算"},
                **said(),
            )
            yield "accepted"


def judge_all():
    browser = Client(headers={"host": "localhost"})
    browser.force_login(User.objects.get())
    call = DispatchRound.objects.get()
    parts = list(Assignment.objects.filter(task__number__lt=100))
    for number in range(EDITS):
        word = "behind" if number % 2 else "on_schedule"
        answers = {f"a{part.pk}-judgement": word for part in parts}
        reasons = {f"a{part.pk}-reason": f"第{number}次" for part in parts}
        status = browser.post(call.get_absolute_url(), answers | reasons).status_code
        yield "accepted" if status == 302 else f"answered {status}"


def import_lists():
    [issue] = Issue.objects.all()
    row = dict.fromkeys(import_rows.PLAIN, "") | dict.fromkeys(import_rows.UNITS)
    row |= dict.fromkeys(import_rows.DAYS)
    row |= {"issue": issue.number, "title": "任务", "goal": "达标"}
    row |= {"deadline_text": "长期坚持", "deadline_kind": "standing", "is_standing": True}
    row |= {"units": ["linjiang"], "supporting_units": [], "measures": ["落实措施"]}
    for number in range(EDITS):
        data = row | {"number": 100 + number, "acceptance_unit": "bureau"}
        import_rows.enter_rows(
            actor=User.objects.get(),
            inspection=issue.inspection,
            rows=[ImportRow(kind="task", state="new", data=data)],
            is_take_over=False,
            source={"file": "清单.xlsx"},
            at=now(),
        )
        yield "accepted"


def complete(worker, task):
    own = Assignment.objects.get(task=task)
    try:
        progress.complete_assignment(assignment_id=own.pk, version=None, **said())
    except ValidationError:
        yield "refused"
    else:
        yield "accepted"


def apply(worker, task):
    """Everybody applies for the closure of the same completed part, having seen the same."""
    own = Assignment.objects.get(task=task)
    words = "对照整改目标逐条自查，措施全部落实，资料齐全无缺。"
    try:
        closures.apply_for_closure(
            assignment_id=own.pk,
            version=own.version,
            self_checked_on=localdate(),
            self_check=words,
            completion_text=words,
            is_statement=False,
            meeting_on=None,
            unit_head=f"第{worker}人",
            **said(),
        )
    except ValidationError:
        yield "refused"
    else:
        yield "accepted"


def withdraw(_worker, _task):
    """Everybody takes the application back."""
    try:
        closures.withdraw_application(
            closure_id=Closure.objects.get().pk, version=1, reason="补充材料", **said()
        )
    except Stale:
        yield "stale"
    else:
        yield "accepted"


def mixed(worker, _task):
    """Reports, corrections, annulments and changes of the rules, in each other's way."""
    parts = list(Assignment.objects.order_by("pk"))
    for number in range(EDITS):
        part = parts[(worker + number) % len(parts)]
        try:
            if worker == 0:
                inspections.amend_inspection(
                    inspection_id=Inspection.objects.get().pk,
                    changes={"behind_points": number},
                    **said(),
                )
            elif number % 5 == 4:
                last = Event.objects.standing().filter(task=part.task_id, kind="reported").last()
                annulment.annul(
                    actor=said()["actor"], event_id=last.pk if last else 0, reason="错", at=now()
                )
            else:
                progress.submit_report(
                    assignment_id=part.pk,
                    version=None,
                    values={"text": "进展", "percent": number, "fall_reason": "重新核算"},
                    **said(),
                )
        except (ValidationError, Event.DoesNotExist):
            yield "refused"
        else:
            yield "accepted"


def merge(worker, _task):
    """East is merged into west while west is merged into east."""
    pair = [Unit.objects.get(code=code) for code in ("east", "west")]
    unit, into = pair if worker % 2 else reversed(pair)
    try:
        units.close_unit(unit_id=unit.pk, version=None, merged_into=into, note="机构改革", **said())
    except ValidationError:
        yield "refused"
    else:
        yield "accepted"


def work(act, worker, task, barrier, found):
    connections.close_all()
    count = Counter()
    try:
        barrier.wait()
        count.update(act(worker, task))
    except Exception as failure:  # noqa: BLE001 - whatever it is, the test wants to hear of it
        count[f"{type(failure).__name__}: {failure}"] += 1
    found.put(count)


def race(act, first=None):
    first = first or Task.objects.order_by("pk").first()
    task, version = first.pk, first.version
    before = Event.objects.count()
    connections.close_all()
    barrier, found = FORK.Barrier(WORKERS), FORK.Queue()
    workers = [
        FORK.Process(target=work, args=(act, number, task, barrier, found))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    count = sum((found.get(timeout=120) for _ in workers), Counter())
    for worker in workers:
        worker.join()
    row = Task.objects.get(pk=task)
    last = Event.objects.filter(task=task).order_by("sequence").last()
    return {
        "count": count,
        "events": Event.objects.count() - before,
        "versions": row.version - version,
        "version": row.version,
        "title": row.title,
        "last": last.details["after"],
        "faults": [str(fault) for fault in Check().faults()],
    }


ACTS = (edit, mixed, together, complete, apply, withdraw, merge)


if __name__ == "__main__":
    prepare()
    found = {act.__name__: race(act) for act in ACTS}
    found |= {act.__name__: race(act, task) for act, task in race_reports.prepared().items()}
    json.dump(found, sys.stdout)
