"""Races about reports, run by ``race``: everybody answers, reports or signs at once."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate, now

from tests import factories
from tracker.choices import Role
from tracker.models import Assignment, Inspection, ProgressReport, User
from tracker.operations import progress, report_steps

SEEN = 2
"""The version of a part with its first report, as everybody has seen it before the race."""


def said():
    return {"actor": User.objects.get(memberships__role="office"), "on": localdate(), "at": now()}


def prepared():
    """``{act: the task it is about}``: two with a report, and one whose report is to be signed."""
    Inspection.objects.filter(pk=factories.the_inspection().pk).update(reports_signed=True)
    editor = factories.make_user(Role.UNIT_EDITOR, factories.county(), "editor")
    factories.make_user(Role.UNIT_HEAD, factories.county(), "head")
    tasks, day = {}, localdate() - timedelta(days=2)
    for act, author in ((answer, None), (report_and_return, None), (sign, editor)):
        tasks[act] = factories.make_task(on=localdate() - timedelta(days=30), due_on=None)
        factories.make_report(tasks[act], 40, on=day, at=now(), actor=author)
    return tasks


def outcome(step):
    try:
        step()
    except ValidationError as refusal:
        yield "refused" if refusal.messages else "refused without a word"
    else:
        yield "accepted"


def answer(worker, task):
    """Half of the office receives a report while the other half returns it."""
    report = ProgressReport.objects.get(assignment__task=task)
    if worker % 2:
        yield from outcome(lambda: report_steps.accept_report(report_id=report.pk, **said()))
    else:
        yield from outcome(
            lambda: report_steps.return_report(report_id=report.pk, reason="缺数据", **said())
        )


def report_and_return(worker, task):
    """One returns the report of a part while the others, having seen it, report anew."""
    part = Assignment.objects.get(task=task)
    report = part.reports.order_by("pk").first()
    if worker == 0:
        yield from outcome(
            lambda: report_steps.return_report(report_id=report.pk, reason="缺数据", **said())
        )
    else:
        values = {"text": "进展", "percent": 50 + worker, "fall_reason": "重新核算"}
        yield from outcome(
            lambda: progress.submit_report(
                assignment_id=part.pk, version=SEEN, values=values, **said()
            )
        )


def sign(_worker, task):
    """Everybody signs the same report, having seen the same."""
    report = ProgressReport.objects.get(assignment__task=task)
    head = User.objects.get(username="head")
    yield from outcome(
        lambda: report_steps.sign_report(
            actor=head, report_id=report.pk, version=report.version, at=now()
        )
    )
